// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-language.h"
#include "pal-pair.h"
#include "pal-question-row.h"
#include "pal-text-view.h"
#include "pal-translate-editor.h"
#include "pal-translate-list.h"
#include "pal-translate-preview.h"
#include "pal-translate-screen.h"
#include "pal-translate-template.h"
#include "pal-translate-window.h"
#include "pal-translate-words.h"
#include "pal-trouble.h"

#include "app-fixture.h"
#include "session-fixture.h"

#include <glib/gi18n.h>

#define TITLE "record/essentials/title:label"
#define TITLE_ENGLISH "What do you call this consultation?"

/* --- a desk of a translator ---------------------------------------------------------------- */

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalTranslateWork **work = user_data;
  g_autoptr (GError) error = NULL;

  *work = pal_translate_work_load_finish (result, &error);
  g_assert_no_error (error);
}

static PalTranslateWork *
load (const char *id, const char *language)
{
  PalTranslateWork *work = NULL;

  pal_translate_work_load_async (id, language, NULL, loaded_cb, &work);
  while (work == NULL)
    g_main_context_iteration (NULL, TRUE);

  return work;
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pal_translate_work_flush_finish (PAL_TRANSLATE_WORK (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
flush (PalTranslateWork *work)
{
  gboolean is_done = FALSE;

  pal_translate_work_flush_async (work, flushed_cb, &is_done);
  while (!is_done)
    g_main_context_iteration (NULL, TRUE);
}

static PalCatalogueEntry *
get_entry (PalTranslateWork *work, const char *context, const char *english)
{
  PalCatalogueEntry *entry
      = pal_catalogue_find (pal_translate_work_get_catalogue (work), context, english);

  g_assert_nonnull (entry);

  return entry;
}

/* Each test begins with no draft. */
static void
forget_draft (const char *id, const char *language)
{
  g_autofree char *path = pal_translation_dup_draft_path (id, language);

  g_unlink (path);
}

static GtkWidget *
show (GtkWidget *child)
{
  GtkWidget *window = adw_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 900, 700);
  adw_window_set_content (ADW_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);

  return window;
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
wait_until_says (GtkWidget *widget, const char *text)
{
  while (!says (widget, text))
    g_main_context_iteration (NULL, TRUE);
}

static void
find_all (GtkWidget *widget, GType type, GPtrArray *found)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (G_TYPE_CHECK_INSTANCE_TYPE (child, type))
        g_ptr_array_add (found, child);
      find_all (child, type, found);
    }
}

static void
type_into (GtkWidget *view, const char *text)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete_interactive (buffer, &start, &end, TRUE);
  gtk_text_buffer_insert_interactive_at_cursor (buffer, text, -1, TRUE);
  gtk_text_buffer_end_user_action (buffer);
}

/* --- tests --------------------------------------------------------------------------------- */

/* Right to left whatever the window is; typed, seen in the real question, kept. */
static void
test_question (void)
{
  g_autoptr (PalTranslateWork) work = NULL;
  g_autoptr (PalTranslateWork) again = NULL;
  PalCatalogueEntry *entry;
  GtkWidget *editor = g_object_new (PAL_TYPE_TRANSLATE_EDITOR, NULL);
  GtkWidget *window;
  GtkWidget *view;
  GtkWidget *preview;

  forget_draft ("consultation", "ar");
  work = load ("consultation", "ar");
  entry = get_entry (work, TITLE, TITLE_ENGLISH);
  window = show (editor);
  pal_translate_editor_show (PAL_TRANSLATE_EDITOR (editor), work, entry);
  settle ();
  view = find_widget (editor, PAL_TYPE_TEXT_VIEW);
  g_assert_nonnull (view);
  g_assert_cmpint (gtk_widget_get_direction (view), ==, GTK_TEXT_DIR_RTL);
  g_assert_cmpint (gtk_widget_get_direction (editor), ==, GTK_TEXT_DIR_LTR);
  gtk_test_accessible_assert_property (view, GTK_ACCESSIBLE_PROPERTY_LABEL, "Arabic");

  preview = find_widget (editor, PAL_TYPE_TRANSLATE_PREVIEW);
  type_into (view, "اسم آخر للمشاورة");
  g_assert_cmpstr (pal_catalogue_entry_get_translation (entry, 0), ==, "اسم آخر للمشاورة");
  wait_until_says (preview, "اسم آخر للمشاورة");
  /* The question itself, with its hint. */
  g_assert_nonnull (find_widget (preview, PAL_TYPE_QUESTION_ROW));
  g_assert_true (gtk_text_buffer_get_can_undo (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view))));

  flush (work);
  again = load ("consultation", "ar");
  g_assert_cmpstr (pal_catalogue_entry_get_translation (get_entry (again, TITLE, TITLE_ENGLISH), 0),
                   ==, "اسم آخر للمشاورة");
  gtk_window_destroy (GTK_WINDOW (window));
  forget_draft ("consultation", "ar");
}

/* Every text of a form, of whatever kind, finds where it stands. */
static void
test_places (void)
{
  static const struct
  {
    const char *context;
    const char *english;
  } rows[] = {
    { "record/essentials/title:hint", "For example: Round table with shelters." },
    { "record/essentials/title:requiredMsg", "Give the consultation a short name." },
    { "record:label", "Consultation record" },
    { "record/essentials:label", "The essentials" },
  };
  g_autoptr (PalTranslateWork) work = NULL;
  GtkWidget *preview = g_object_new (PAL_TYPE_TRANSLATE_PREVIEW, NULL);
  GtkWidget *window = show (preview);

  forget_draft ("consultation", "fr");
  work = load ("consultation", "fr");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PalCatalogueEntry *entry = get_entry (work, rows[i].context, rows[i].english);
      g_autofree char *words = g_strdup_printf ("Proof %u", i);

      pal_catalogue_entry_set_translation (entry, 0, words);
      pal_translate_preview_show (PAL_TRANSLATE_PREVIEW (preview), work, entry);
      wait_until_says (preview, words);
    }
  gtk_window_destroy (GTK_WINDOW (window));
  flush (work);
  forget_draft ("consultation", "fr");
}

/* What has no translation is shown in English, and marked. */
static void
test_fallback (void)
{
  g_autoptr (PalTranslateWork) work = NULL;
  PalCatalogueEntry *entry;
  GtkWidget *preview = g_object_new (PAL_TYPE_TRANSLATE_PREVIEW, NULL);
  GtkWidget *window = show (preview);

  forget_draft ("consultation", "sw");
  work = load ("consultation", "sw");
  entry = get_entry (work, TITLE, TITLE_ENGLISH);
  g_assert_cmpint (pal_catalogue_entry_get_state (entry), ==, PAL_ENTRY_MISSING);
  pal_translate_preview_show (PAL_TRANSLATE_PREVIEW (preview), work, entry);
  wait_until_says (preview, TITLE_ENGLISH);
  g_assert_true (says (preview, "No translation yet"));
  pal_catalogue_entry_set_translation (entry, 0, "Jina");
  pal_translate_preview_refresh (PAL_TRANSLATE_PREVIEW (preview), 0);
  wait_until_says (preview, "Jina");
  g_assert_false (says (preview, "No translation yet"));
  gtk_window_destroy (GTK_WINDOW (window));
  flush (work);
  forget_draft ("consultation", "sw");
}

/* A field for each form of the language, each with its name and its remarks. */
static void
test_plurals (void)
{
  g_autoptr (PalTranslateWork) work = NULL;
  g_autoptr (GPtrArray) views = g_ptr_array_new ();
  PalCatalogueEntry *entry;
  GtkWidget *editor = g_object_new (PAL_TYPE_TRANSLATE_EDITOR, NULL);
  GtkWidget *window = show (editor);

  forget_draft (PAL_TRANSLATION_INTERFACE, "ar");
  work = load (PAL_TRANSLATION_INTERFACE, "ar");
  entry = get_entry (work, NULL, "%d minute ago");
  pal_translate_editor_show (PAL_TRANSLATE_EDITOR (editor), work, entry);
  settle ();
  find_all (editor, PAL_TYPE_TEXT_VIEW, views);
  g_assert_cmpuint (views->len, ==, 6);
  gtk_test_accessible_assert_property (g_ptr_array_index (views, 0), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "When the number is 0");
  g_assert_false (says (editor, "Palermo fills in something"));
  type_into (g_ptr_array_index (views, 4), "منذ %s دقيقة");
  g_assert_true (says (editor, "Palermo fills in something"));
  gtk_test_accessible_assert_state (g_ptr_array_index (views, 4), GTK_ACCESSIBLE_STATE_INVALID,
                                    GTK_ACCESSIBLE_INVALID_TRUE);
  type_into (g_ptr_array_index (views, 4), "منذ %d دقيقة");
  g_assert_false (says (editor, "Palermo fills in something"));
  gtk_test_accessible_assert_state (g_ptr_array_index (views, 4), GTK_ACCESSIBLE_STATE_INVALID,
                                    GTK_ACCESSIBLE_INVALID_FALSE);
  gtk_window_destroy (GTK_WINDOW (window));
  flush (work);
  forget_draft (PAL_TRANSLATION_INTERFACE, "ar");
}

/* A term of the glossary is put where the cursor is, and can be undone. */
static void
test_glossary (void)
{
  g_autoptr (PalTranslateWork) work = NULL;
  g_autoptr (GPtrArray) buttons = g_ptr_array_new ();
  GListModel *entries;
  PalCatalogueEntry *found = NULL;
  GtkWidget *editor = g_object_new (PAL_TYPE_TRANSLATE_EDITOR, NULL);
  GtkWidget *window = show (editor);
  const char *term = NULL;
  GtkWidget *view;

  forget_draft ("cluster-1", "ar");
  work = load ("cluster-1", "ar");
  entries = G_LIST_MODEL (pal_translate_work_get_catalogue (work));
  for (guint i = 0; found == NULL && i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (PalCatalogueEntry) entry = g_list_model_get_item (entries, i);
      g_autoptr (GPtrArray) hits = pal_glossary_find (pal_translate_work_get_glossary (work),
                                                      pal_catalogue_entry_get_id (entry));

      if (hits->len > 0)
        {
          found = entry;
          term = ((PalGlossaryHit *) g_ptr_array_index (hits, 0))->term->translation;
        }
    }
  g_assert_nonnull (found);
  pal_translate_editor_show (PAL_TRANSLATE_EDITOR (editor), work, found);
  settle ();
  view = find_widget (editor, PAL_TYPE_TEXT_VIEW);
  type_into (view, "");
  find_all (editor, GTK_TYPE_BUTTON, buttons);
  for (guint i = 0; i < buttons->len; i++)
    if (gtk_widget_has_css_class (g_ptr_array_index (buttons, i), "translate-term"))
      {
        g_signal_emit_by_name (g_ptr_array_index (buttons, i), "clicked");
        break;
      }
  g_assert_cmpstr (pal_catalogue_entry_get_translation (found, 0), ==, term);
  g_assert_true (gtk_text_buffer_get_can_undo (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view))));
  gtk_window_destroy (GTK_WINDOW (window));
  flush (work);
  forget_draft ("cluster-1", "ar");
}

/* Next and previous without a translation, going round; none left is said. */
static void
test_steps (void)
{
  g_autoptr (PalTranslateWork) work = NULL;
  GtkWidget *list = g_object_new (PAL_TYPE_TRANSLATE_LIST, NULL);
  GtkWidget *window = show (list);
  PalTranslateList *self = PAL_TRANSLATE_LIST (list);
  GListModel *entries;
  g_autoptr (PalCatalogueEntry) third = NULL;
  g_autoptr (PalCatalogueEntry) sixth = NULL;

  forget_draft ("consultation", "es");
  work = load ("consultation", "es");
  entries = G_LIST_MODEL (pal_translate_work_get_catalogue (work));
  third = g_list_model_get_item (entries, 2);
  sixth = g_list_model_get_item (entries, 5);
  pal_translate_list_set_work (self, work);
  g_assert_null (pal_translate_list_get_selected (self));
  g_assert_false (pal_translate_list_step (self, 1, TRUE));
  pal_catalogue_entry_set_translation (third, 0, "");
  pal_catalogue_entry_set_fuzzy (sixth, TRUE);
  g_assert_true (pal_translate_list_step (self, 1, TRUE));
  g_assert_true (pal_translate_list_get_selected (self) == third);
  g_assert_true (pal_translate_list_step (self, 1, TRUE));
  g_assert_true (pal_translate_list_get_selected (self) == sixth);
  g_assert_true (pal_translate_list_step (self, 1, TRUE));
  g_assert_true (pal_translate_list_get_selected (self) == third);
  g_assert_true (pal_translate_list_step (self, -1, TRUE));
  g_assert_true (pal_translate_list_get_selected (self) == sixth);
  gtk_window_destroy (GTK_WINDOW (window));
  flush (work);
  forget_draft ("consultation", "es");
}

/* What a file brought can be had back as it was. */
static void
test_give_back (void)
{
  g_autoptr (PalTranslateWork) work = NULL;
  g_autoptr (PalTranslateWork) other = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (PalCatalogue) taken = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  PalCatalogueEntry *entry;

  forget_draft ("consultation", "ru");
  work = load ("consultation", "ru");
  other = load ("consultation", "ru");
  pal_catalogue_entry_set_translation (get_entry (other, TITLE, TITLE_ENGLISH), 0, "Иначе");
  bytes = pal_catalogue_write (pal_translate_work_get_catalogue (other), &error);
  g_assert_no_error (error);
  taken = pal_catalogue_new_from_bytes (bytes, "taken", PAL_CATALOGUE_LOAD_DEFAULT, &error);
  g_assert_no_error (error);

  entry = get_entry (work, TITLE, TITLE_ENGLISH);
  before = g_strdup (pal_catalogue_entry_get_translation (entry, 0));
  g_assert_cmpuint (pal_translate_work_take (work, taken), >, 0);
  g_assert_cmpstr (pal_catalogue_entry_get_translation (entry, 0), ==, "Иначе");
  pal_translate_work_give_back (work);
  g_assert_cmpstr (pal_catalogue_entry_get_translation (entry, 0), ==, before);
  flush (work);
  flush (other);
  forget_draft ("consultation", "ru");
}

static const char *
shout (const char *context, const char *english, gpointer user_data)
{
  return g_str_equal (english, "New dossier") ? "Nouveau" : english;
}

/* A piece of the real window, and nothing for what cannot be seen. */
static void
test_template (void)
{
  GtkWidget *piece = pal_translate_template_build ("/app/palermo/Palermo/home/pal-home.ui", NULL,
                                                   "New dossier", shout, NULL);

  g_assert_nonnull (piece);
  g_object_ref_sink (piece);
  g_assert_true (ADW_IS_ACTION_ROW (piece));
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (piece)), ==, "Nouveau");
  g_object_unref (piece);
  g_assert_null (pal_translate_template_build ("/app/palermo/Palermo/home/pal-home.ui", NULL,
                                               "No such text", shout, NULL));
  g_assert_null (
      pal_translate_template_build ("/no/such/template.ui", NULL, "New dossier", shout, NULL));
}

/* Every text of the interface can be shown: none of the pieces complains. */
static void
test_all_pieces (void)
{
  g_autoptr (PalTranslateWork) work = load (PAL_TRANSLATION_INTERFACE, "ar");
  PalCatalogue *catalogue = pal_translate_work_get_catalogue (work);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (catalogue));

  g_assert_cmpuint (n, >, 1000);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PalCatalogueEntry) entry = g_list_model_get_item (G_LIST_MODEL (catalogue), i);
      GtkWidget *piece = pal_translate_screen_new (catalogue, entry, 0);

      g_assert_nonnull (piece);
      g_object_ref_sink (piece);
      g_object_unref (piece);
    }
}

/* Each refusal has its sentence, with the line where there is one. */
static void
test_words (void)
{
  for (int code = PAL_CATALOGUE_ERROR_ENCODING; code <= PAL_CATALOGUE_ERROR_OTHER; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (PAL_CATALOGUE_ERROR, code, "x");
      g_autofree char *words = pal_trouble_dup_words (error);

      g_assert_nonnull (strstr (words, "Nothing was taken from it."));
    }
  for (int code = PAL_TRANSLATION_ERROR_UNKNOWN; code <= PAL_TRANSLATION_ERROR_SIGNER; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (PAL_TRANSLATION_ERROR, code, "x");
      g_autofree char *words = pal_trouble_dup_words (error);

      g_assert_nonnull (strstr (words, "Nothing was changed."));
    }
  for (int kind = 0; kind < PAL_N_REMARKS; kind++)
    {
      const PalRemark remark = { .kind = kind, .found = (char *) "%d", .expected = (char *) "%s" };
      g_autofree char *words = pal_translate_dup_remark (&remark);

      g_assert_cmpstr (words, !=, "");
    }
}

/* Side by side where there is room, else one below the other; mirrored. */
static void
test_pair (void)
{
  GtkWidget *pair = g_object_new (PAL_TYPE_PAIR, "part-width", 200, NULL);
  GtkWidget *first = gtk_label_new ("a");
  GtkWidget *second = gtk_label_new ("b");
  GtkAllocation one, two;

  g_object_ref_sink (pair);
  gtk_widget_set_parent (first, pair);
  gtk_widget_set_parent (second, pair);
  for (int mirrored = 0; mirrored < 2; mirrored++)
    {
      gtk_widget_set_direction (pair, mirrored ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
      gtk_widget_measure (pair, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
      gtk_widget_allocate (pair, 500, 100, -1, NULL);
      gtk_widget_get_allocation (first, &one);
      gtk_widget_get_allocation (second, &two);
      g_assert_true (pal_pair_is_wide (PAL_PAIR (pair)));
      g_assert_true (mirrored ? one.x > two.x : one.x < two.x);
      gtk_widget_allocate (pair, 300, 100, -1, NULL);
      gtk_widget_get_allocation (first, &one);
      gtk_widget_get_allocation (second, &two);
      g_assert_false (pal_pair_is_wide (PAL_PAIR (pair)));
      g_assert_cmpint (one.y, <, two.y);
    }
  g_object_unref (pair);
}

/* Files that are not in order: a sentence with the line, and nothing is loaded. */
static void
test_bad_files (void)
{
  static const struct
  {
    const char *old; /* (nullable): all of it */
    const char *new;
    const char *says;
  } rows[] = {
    { "charset=UTF-8", "charset=KOI8-R", "Line 1: " },
    { "charset=UTF-8", "", "Line 1: " },
    { "Language: fr", "Language: es", "Line 1: " },
    { "plural=(n > 1)", "plural=(n >", "Line 1: " },
    { NULL, "no catalogue", "Line 1: " },
    { NULL, "", "Line 1: " },
    { NULL, "msgid \"\"\nmsgstr \"\\377\"\n", "Line 2: " },
    { "\n#: ", "\nmsgid \"never ended\n#: ", "Line " },
    { "msgctxt \"record/", "msgctxt \"elsewhere/", "Line " },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (PalCatalogue) good = pal_translation_load ("consultation", "fr", FALSE, &error);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "palermo-bad.po", NULL);

  g_assert_no_error (error);
  bytes = pal_catalogue_write (good, &error);
  g_assert_no_error (error);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) bad = g_string_new (rows[i].old != NULL ? text : rows[i].new);
      g_autoptr (GError) why = NULL;
      g_autofree char *words = NULL;

      if (rows[i].old != NULL)
        g_assert_cmpuint (g_string_replace (bad, rows[i].old, rows[i].new, 0), >, 0);
      g_assert_true (g_file_set_contents (path, bad->str, bad->len, &error));
      g_assert_null (pal_translation_open (path, "consultation", "fr", &why));
      words = pal_trouble_dup_words (why);
      g_test_message ("%s", words);
      g_assert_true (g_str_has_prefix (words, rows[i].says));
      g_assert_nonnull (strstr (words, "Nothing was taken from it."));
    }
  g_unlink (path);
}

static char *
dup_target (GMenuModel *menu, int index)
{
  g_autoptr (GVariant) target
      = g_menu_model_get_item_attribute_value (menu, index, G_MENU_ATTRIBUTE_TARGET, NULL);

  return g_variant_dup_string (target, NULL);
}

/* What the menu of languages calls a language; NULL: it is not there. */
static char *
dup_menu_label (const char *code)
{
  g_autoptr (GMenu) section = g_menu_new ();
  g_autoptr (GMenuModel) menu = NULL;
  char *label = NULL;

  pal_language_append_menu (section);
  menu = g_menu_model_get_item_link (G_MENU_MODEL (section), 0, G_MENU_LINK_SUBMENU);
  for (int i = 0; i < g_menu_model_get_n_items (menu); i++)
    {
      g_autofree char *target = dup_target (menu, i);

      if (g_str_equal (target, code))
        g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_LABEL, "s", &label);
    }

  return label;
}

/* A language that does not come with the program is in its menu as soon as somebody uses it, and
 * English stands in where it has nothing. */
static void
test_other_language (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalCatalogue) catalogue
      = pal_translation_load (PAL_TRANSLATION_INTERFACE, "he", FALSE, &error);
  g_autofree char *before = NULL;
  g_autofree char *label = NULL;
  g_autofree char *after = NULL;

  g_assert_no_error (error);
  pal_language_init ();
  before = dup_menu_label ("he");
  g_assert_null (before);
  pal_catalogue_entry_set_translation (pal_catalogue_find (catalogue, NULL, "Saved"), 0, "נשמר");
  g_assert_true (pal_translation_use (catalogue, PAL_TRANSLATION_INTERFACE, &error));
  g_assert_no_error (error);
  label = dup_menu_label ("he");
  g_assert_cmpstr (label, ==, "עברית");

  pal_language_set ("he");
  g_assert_cmpstr (pal_language_get (), ==, "he");
  g_assert_true (pal_language_is_right_to_left (pal_language_get ()));
  g_assert_cmpstr (dgettext (GETTEXT_PACKAGE, "Saved"), ==, "נשמר");
  g_assert_cmpstr (dgettext (GETTEXT_PACKAGE, "New dossier"), ==, "New dossier");

  g_assert_true (pal_translation_forget (PAL_TRANSLATION_INTERFACE, "he", &error));
  pal_language_set ("he");
  g_assert_cmpstr (pal_language_get (), ==, "en");
  after = dup_menu_label ("he");
  g_assert_null (after);
}

/* Comes up, goes to texts, and goes. */
static void
test_window (void)
{
  PalTranslateWindow *window = g_object_new (PAL_TYPE_TRANSLATE_WINDOW, NULL);

  gtk_window_present (GTK_WINDOW (window));
  wait_until_says (GTK_WIDGET (window), "Interface of Palermo");
  pal_translate_window_open (window, "consultation", "ar");
  wait_until_says (GTK_WIDGET (window), TITLE_ENGLISH);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_close (GTK_WINDOW (window));
  while (window != NULL)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/translate/pair", test_pair);
  g_test_add_func ("/translate/words", test_words);
  g_test_add_func ("/translate/template", test_template);
  g_test_add_func ("/translate/question", test_question);
  g_test_add_func ("/translate/places", test_places);
  g_test_add_func ("/translate/fallback", test_fallback);
  g_test_add_func ("/translate/plurals", test_plurals);
  g_test_add_func ("/translate/glossary", test_glossary);
  g_test_add_func ("/translate/steps", test_steps);
  g_test_add_func ("/translate/give-back", test_give_back);
  g_test_add_func ("/translate/all-pieces", test_all_pieces);
  g_test_add_func ("/translate/bad-files", test_bad_files);
  g_test_add_func ("/translate/window", test_window);
  g_test_add_func ("/translate/other-language", test_other_language);

  return g_test_run ();
}
