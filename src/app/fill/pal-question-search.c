// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-question-search"
#include "config.h"

#include "pal-question-search.h"
#include "pal-questions.h"
#include "pal-reference.h"
#include "pal-roving.h"
#include "pal-stack.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_RESULTS 60

/* One question that can be found. */
typedef struct
{
  char *path;
  char *number; /* of its card, "" for none */
  char *text;
  char *where;    /* the page */
  char *haystack; /* all of it, folded */
} Entry;

struct _PalQuestionSearch
{
  AdwWindow parent_instance;

  PalSession *session; /* (owned) */
  GPtrArray *entries;  /* (owned) (element-type Entry) */

  GtkEditable *entry;
  GtkStack *stack;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (PalQuestionSearch, pal_question_search, ADW_TYPE_WINDOW)

#define ENTRY_KEY "pal-entry"

static void
entry_free (Entry *entry)
{
  g_free (entry->path);
  g_free (entry->number);
  g_free (entry->text);
  g_free (entry->where);
  g_free (entry->haystack);
  g_free (entry);
}

/* Accents and case do not matter when one looks for something. */
static char *
dup_folded (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
  g_autofree char *folded = g_utf8_casefold (normal ? normal : text, -1);
  GString *plain = g_string_new (NULL);

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_ismark (g_utf8_get_char (p)))
      g_string_append_unichar (plain, g_utf8_get_char (p));

  return g_string_free (plain, FALSE);
}

/* --- what can be found --------------------------------------------------------------------- */

static void
add_question (PalQuestionSearch *self, PalResponse *response, PalNode *node, const char *where)
{
  PalOutline *outline = pal_session_get_outline (self->session);
  PalFormControl *control = pal_response_get_definition (response, node)->control;
  PalOutlineCard *card = pal_outline_find_card (outline, control);
  g_autofree char *label = pal_response_dup_text (response, control, node, PAL_TEXT_LABEL);
  g_autofree char *title = NULL;
  g_autofree char *reference = NULL;
  g_autofree char *all = NULL;
  Entry *entry = g_new0 (Entry, 1);

  if (card != NULL && card->control->kind == PAL_CONTROL_GROUP)
    title = pal_response_dup_text (response, card->control, NULL, PAL_TEXT_LABEL);
  reference = card != NULL ? pal_reference_dup_text (card->ref) : NULL;

  entry->path = pal_response_dup_path (response, node);
  entry->number
      = card != NULL && card->number > 0 ? g_strdup_printf ("%u", card->number) : g_strdup ("");
  entry->text = g_strdup (label != NULL ? label : title != NULL ? title : "");
  entry->where = title != NULL && label != NULL
                     /* TRANSLATORS: where a question stands: page, card */
                     ? g_strdup_printf (C_ ("page, card", "%s · %s"), where, title)
                     : g_strdup (where);
  all = g_strjoin (" ", entry->number, entry->text, entry->where, reference ? reference : "", NULL);
  entry->haystack = dup_folded (all);
  g_ptr_array_add (self->entries, entry);
}

static void
gather (PalQuestionSearch *self)
{
  PalResponse *response = pal_record_get_response (pal_session_get_questionnaire (self->session));
  GPtrArray *pages = pal_outline_get_pages (pal_session_get_outline (self->session));

  for (guint i = 0; i < pages->len; i++)
    {
      PalOutlinePage *page = g_ptr_array_index (pages, i);
      g_autoptr (GPtrArray) questions = pal_questions_of_page (response, page);
      g_autofree char *where
          = page->control != NULL
                ? pal_response_dup_text (response, page->control, NULL, PAL_TEXT_LABEL)
                : NULL;

      for (guint j = 0; j < questions->len; j++)
        add_question (self, response, g_ptr_array_index (questions, j), where ? where : "");
    }
}

/* --- results ------------------------------------------------------------------------------- */

static GtkWidget *
result_label_new (const char *text, const char *css_class)
{
  GtkWidget *label = pal_wrap_label_new (css_class);

  pal_wrap_set_text (GTK_LABEL (label), text);

  return label;
}

static void
add_result (PalQuestionSearch *self, Entry *entry)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *number = result_label_new (entry->number, "card-number");
  GtkWidget *where = result_label_new (entry->where, "caption");

  gtk_widget_add_css_class (where, "dim-label");
  gtk_widget_set_valign (number, GTK_ALIGN_START);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), result_label_new (entry->text, NULL));
  gtk_box_append (GTK_BOX (words), where);
  gtk_box_append (GTK_BOX (line), number);
  gtk_box_append (GTK_BOX (line), words);
  gtk_widget_add_css_class (line, "search-result");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), line);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, entry->text,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, entry->where, -1);
  g_object_set_data (G_OBJECT (row), ENTRY_KEY, entry);
  gtk_list_box_append (self->list, row);
}

static gboolean
has_all_words (const Entry *entry, char **words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && strstr (entry->haystack, words[i]) == NULL)
      return FALSE;

  return TRUE;
}

static void
search_changed_cb (GtkSearchEntry *entry, PalQuestionSearch *self)
{
  g_autofree char *folded = dup_folded (gtk_editable_get_text (self->entry));
  g_auto (GStrv) words = g_strsplit (folded, " ", -1);
  GtkWidget *row = NULL;
  guint found = 0;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, row);
  for (guint i = 0; i < self->entries->len && found < MAX_RESULTS; i++)
    if (has_all_words (g_ptr_array_index (self->entries, i), words))
      {
        add_result (self, g_ptr_array_index (self->entries, i));
        found++;
      }
  gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
  pal_stack_show_named (self->stack, found > 0 ? "results" : "nothing");
}

static void
go_to (PalQuestionSearch *self, GtkListBoxRow *row)
{
  g_autoptr (PalSession) session = g_object_ref (self->session);
  Entry *entry = g_object_get_data (G_OBJECT (row), ENTRY_KEY);
  g_autofree char *path = g_strdup (entry->path);

  gtk_window_destroy (GTK_WINDOW (self));
  pal_session_show_question (session, path);
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, PalQuestionSearch *self)
{
  go_to (self, row);
}

static void
entry_activated_cb (GtkSearchEntry *entry, PalQuestionSearch *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (row != NULL)
    go_to (self, row);
}

/* --- the window ---------------------------------------------------------------------------- */

static void
pal_question_search_dispose (GObject *object)
{
  PalQuestionSearch *self = PAL_QUESTION_SEARCH (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_QUESTION_SEARCH);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pal_question_search_parent_class)->dispose (object);
}

static void
pal_question_search_class_init (PalQuestionSearchClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_question_search_dispose;

  g_type_ensure (PAL_TYPE_ROVING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/fill/pal-question-search.ui");
  gtk_widget_class_bind_template_child (widget_class, PalQuestionSearch, entry);
  gtk_widget_class_bind_template_child (widget_class, PalQuestionSearch, stack);
  gtk_widget_class_bind_template_child (widget_class, PalQuestionSearch, list);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_question_search_init (PalQuestionSearch *self)
{
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
pal_question_search_present (GtkWidget *parent, PalSession *session)
{
  PalQuestionSearch *self = g_object_new (PAL_TYPE_QUESTION_SEARCH, "transient-for",
                                          gtk_widget_get_root (parent), NULL);

  self->session = g_object_ref (session);
  gather (self);
  search_changed_cb (NULL, self);
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}
