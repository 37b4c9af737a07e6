// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-papers-window"
#include "config.h"

#include "pal-papers-window.h"

#include "pal-ask.h"
#include "pal-drop-down.h"
#include "pal-heard.h"
#include "pal-language.h"
#include "pal-letter.h"
#include "pal-paper-preview.h"
#include "pal-paper-subjects.h"
#include "pal-paper-words.h"
#include "pal-pick-file.h"
#include "pal-session-undo.h"
#include "pal-statement.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>
#include <string.h>

#define WIDTH 640
#define HEIGHT 640
#define SAVE_MS 800 /* after the last letter of a statement */

struct _PalPapersWindow
{
  AdwWindow parent_instance;

  GtkDropDown *kind;
  GtkDropDown *subject;
  GtkDropDown *language;
  GtkDropDown *format;
  GtkLabel *summary;
  GtkWidget *subject_box;
  GtkWidget *restricted_group;
  GtkSwitch *restricted;
  GtkWidget *statement_group;
  GtkEditable *organization;
  GtkEditable *topic;
  GtkEditable *day;
  GtkEditable *announced;
  GtkTextBuffer *statement;
  GtkBox *warnings;
  GtkLabel *state;
  GtkBox *preview;
  GtkWidget *mark_button;

  PalSession *session;       /* (owned) */
  GPtrArray *subjects;       /* (owned) (element-type PalPaperSubject) */
  PalPaperSubject *wanted;   /* (owned) (nullable): until it is on offer */
  PalLetter *letter;         /* (owned) (nullable): as last made */
  GCancellable *cancellable; /* (owned) (nullable): while one is made */
  GPtrArray *marks;          /* (owned) (nullable) (element-type PalChange): being written */
  guint save_source;         /* 0: the statement is kept, or being kept */
  gboolean is_keeping;       /* the statement, one at a time */
  gboolean is_filling;       /* what changes in the fields is not typed */
  gboolean is_saving;        /* a file is written: the letter stays */
  gboolean make_again;       /* what was asked for meanwhile is another letter */
};

G_DEFINE_FINAL_TYPE (PalPapersWindow, pal_papers_window, ADW_TYPE_WINDOW)

static const char *const codes[] = { "ar", "en", "es", "fr", "ru", "zh_CN" };

static const PalLetterKind *
get_kind (PalPapersWindow *self)
{
  guint n_kinds;
  const PalLetterKind *kinds = pal_letter_list_kinds (&n_kinds);
  guint selected = gtk_drop_down_get_selected (self->kind);

  return &kinds[MIN (selected, n_kinds - 1)];
}

static gboolean
is_kind (PalPapersWindow *self, const char *id)
{
  return strcmp (get_kind (self)->id, id) == 0;
}

/* --- making --------------------------------------------------------------------------------- */

static void
show_warnings (PalPapersWindow *self, GPtrArray *warnings)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->warnings))) != NULL)
    gtk_box_remove (self->warnings, child);
  for (guint i = 0; warnings != NULL && i < warnings->len; i++)
    {
      g_autofree char *words = pal_paper_words_dup_warning (g_ptr_array_index (warnings, i));
      GtkWidget *label = gtk_label_new (words);

      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_box_append (self->warnings, label);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->warnings), warnings != NULL && warnings->len > 0);
}

static void
show_state (PalPapersWindow *self, const char *words)
{
  gtk_label_set_text (self->state, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->state), words != NULL);
}

static void
show_letter (PalPapersWindow *self)
{
  gboolean is_there = self->letter != NULL;

  pal_paper_preview_show (self->preview, is_there ? self->letter->paper : NULL);
  show_warnings (self, is_there ? self->letter->warnings : NULL);
  gtk_widget_set_visible (self->mark_button, is_there && self->letter->told->len > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "papers.save", is_there && !self->is_saving);
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalPapersWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalLetter) letter = pal_letter_make_finish (result, &error);
  const char *words = error != NULL ? pal_paper_words_get_trouble (error) : NULL;
  g_autofree char *trouble = NULL;

  if (self->session == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* closed meanwhile, or another one is made */
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->letter, pal_letter_free);
  self->letter = g_steal_pointer (&letter);
  if (error != NULL && words == NULL)
    trouble = pal_trouble_dup_words (error);
  show_state (self, words != NULL ? words : trouble);
  show_letter (self);
}

static void
make (PalPapersWindow *self)
{
  PalLetterOrder order = { .kind = get_kind (self)->id };
  guint chosen = gtk_drop_down_get_selected (self->subject);
  guint language = gtk_drop_down_get_selected (self->language);
  const PalPaperSubject *subject
      = gtk_widget_get_visible (self->subject_box) && chosen < self->subjects->len
            ? g_ptr_array_index (self->subjects, chosen)
            : NULL;

  if (self->session == NULL || self->is_filling)
    return;
  self->make_again = self->is_saving;
  if (self->make_again)
    return;
  order.language = codes[MIN (language, G_N_ELEMENTS (codes) - 1)];
  order.record = subject != NULL ? subject->record : NULL;
  order.point = subject != NULL ? subject->point : NULL;
  order.with_restricted = is_kind (self, "report") && gtk_switch_get_active (self->restricted);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  show_state (self, _ ("Making the paper…"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "papers.save", FALSE);
  pal_letter_make_async (pal_session_get_dossier (self->session), &order, self->cancellable,
                         made_cb, g_object_ref (self));
}

/* --- what it is about ------------------------------------------------------------------------ */

/* What was chosen stays chosen, whatever is heard meanwhile. */
static void
offer_subjects (PalPapersWindow *self)
{
  PalHeard *heard = pal_heard_of_dossier (pal_session_get_dossier (self->session));
  PalConsultations *consultations = pal_heard_get_consultations (heard);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->subjects);
  guint chosen = gtk_drop_down_get_selected (self->subject);
  const PalPaperSubject *wanted;

  self->is_filling = TRUE;
  self->subjects = pal_paper_subjects_new ();
  if (consultations != NULL && is_kind (self, "invitation"))
    pal_paper_subjects_add_consultations (self->subjects, names, consultations);
  if (consultations != NULL && is_kind (self, "feedback"))
    {
      pal_paper_subjects_add_owed (self->subjects, names, consultations);
      if (self->wanted != NULL)
        pal_paper_subjects_add_wanted (self->subjects, names, consultations, self->wanted);
    }
  wanted = self->wanted != NULL   ? self->wanted
           : chosen < before->len ? g_ptr_array_index (before, chosen)
                                  : NULL;
  gtk_drop_down_set_model (self->subject, G_LIST_MODEL (names));
  if (self->subjects->len > 0)
    gtk_drop_down_set_selected (self->subject, pal_paper_subjects_find (self->subjects, wanted));
  gtk_widget_set_visible (self->subject_box, self->subjects->len > 0);
  self->is_filling = FALSE;
}

static void
heard_changed_cb (PalPapersWindow *self)
{
  if (self->session == NULL || (!is_kind (self, "invitation") && !is_kind (self, "feedback")))
    return;
  offer_subjects (self);
  make (self);
}

static void
chosen_cb (PalPapersWindow *self)
{
  if (!self->is_filling)
    g_clear_pointer (&self->wanted, pal_paper_subject_free);
  make (self);
}

static void
kind_chosen_cb (PalPapersWindow *self)
{
  if (self->session == NULL || self->is_filling)
    return;
  gtk_label_set_text (self->summary, _ (get_kind (self)->summary));
  gtk_widget_set_visible (self->restricted_group, is_kind (self, "report"));
  gtk_widget_set_visible (self->statement_group, is_kind (self, "statement"));
  offer_subjects (self);
  make (self);
}

/* --- the statement ---------------------------------------------------------------------------- */

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalPapersWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  self->is_keeping = FALSE;
  if (!pal_statement_save_finish (result, &error))
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      if (self->session != NULL)
        show_state (self, words);
      return;
    }
  if (self->session != NULL)
    make (self);
}

static char *
dup_text (GtkTextBuffer *buffer)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
keep_statement (PalPapersWindow *self)
{
  g_autofree char *text = dup_text (self->statement);
  PalStatement statement = { .organization = (char *) gtk_editable_get_text (self->organization),
                             .topic = (char *) gtk_editable_get_text (self->topic),
                             .day = (char *) gtk_editable_get_text (self->day),
                             .announced = (char *) gtk_editable_get_text (self->announced),
                             .text = text };

  pal_statement_save_async (pal_session_get_dossier (self->session), &statement, kept_cb,
                            g_object_ref (self));
}

static gboolean
keep_cb (gpointer user_data)
{
  PalPapersWindow *self = user_data;

  if (self->is_keeping)
    return G_SOURCE_CONTINUE;
  self->save_source = 0;
  keep_statement (self);

  return G_SOURCE_REMOVE;
}

static void
typed_cb (PalPapersWindow *self)
{
  if (self->is_filling || self->session == NULL)
    return;
  g_clear_handle_id (&self->save_source, g_source_remove);
  self->save_source = g_timeout_add (SAVE_MS, keep_cb, self);
}

static void
set_text (GtkEditable *editable, const char *text)
{
  gtk_editable_set_text (editable, text != NULL ? text : "");
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalPapersWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalStatement) statement = pal_statement_load_finish (result, &error);

  if (self->session == NULL)
    return;
  if (statement == NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      show_state (self, words);
      return;
    }
  self->is_filling = TRUE;
  set_text (self->organization, statement->organization);
  set_text (self->topic, statement->topic);
  set_text (self->day, statement->day);
  set_text (self->announced, statement->announced);
  gtk_text_buffer_set_text (self->statement, statement->text != NULL ? statement->text : "", -1);
  self->is_filling = FALSE;
  gtk_widget_set_sensitive (self->statement_group, TRUE);
}

/* --- saving ------------------------------------------------------------------------------------
 */

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalPapersWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_saved = pal_letter_save_finish (result, &error);

  self->is_saving = FALSE;
  if (self->session == NULL)
    return;
  show_letter (self);
  show_state (self, NULL);
  if (is_saved)
    pal_toast (GTK_WIDGET (self->preview), adw_toast_new (_ ("The paper was saved.")));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      show_state (self, words);
    }
  if (self->make_again)
    make (self);
}

/**
 * pal_papers_window_save:
 * @self: a window that shows a paper
 * @path: the file
 *
 * Writes the paper as it is shown.
 */
void
pal_papers_window_save (PalPapersWindow *self, const char *path)
{
  if (self->letter == NULL || self->is_saving)
    return;
  self->is_saving = TRUE;
  /* The letter that is shown is written: one that is being made comes after it. */
  self->make_again = self->cancellable != NULL;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "papers.save", FALSE);
  show_state (self, _ ("Making the paper…"));
  pal_letter_save_async (self->letter, (PalPaperFormat) gtk_drop_down_get_selected (self->format),
                         path, NULL, saved_cb, g_object_ref (self));
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalPapersWindow) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file != NULL && self->session != NULL && g_file_peek_path (file) != NULL)
    pal_papers_window_save (self, g_file_peek_path (file));
}

static void
save_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  PalPapersWindow *self = PAL_PAPERS_WINDOW (widget);
  PalPaperFormat format = (PalPaperFormat) gtk_drop_down_get_selected (self->format);
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_SAVE, .accept = _ ("_Save") };

  if (self->letter == NULL)
    return;
  title = g_strdup (pal_paper_get_title (self->letter->paper));
  g_strdelimit (title, "/\\:*?\"<>|\n", ' ');
  name = g_strdup_printf ("%s.%s", title, pal_paper_format_get_name (format));
  pick.title = _ ("Where to Keep the Paper");
  pick.name = name;
  pal_pick_file_async (widget, &pick, picked_cb, g_object_ref (self));
}

/* --- what was sent -----------------------------------------------------------------------------
 */

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalUndone) undone = pal_session_undo_finish (PAL_SESSION (source), result, NULL);
  g_autoptr (PalPapersWindow) self = user_data;

  if (self->session != NULL && undone != NULL)
    make (self);
}

static void
undo_cb (AdwToast *toast, PalPapersWindow *self)
{
  if (self->session != NULL)
    pal_session_undo_async (self->session, PAL_UNDO_BACK, undone_cb, g_object_ref (self));
}

static void
marked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalPapersWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) marks = g_steal_pointer (&self->marks);
  AdwToast *toast;

  if (self->session == NULL)
    return;
  if (!pal_letter_mark_told_finish (result, &error))
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      show_state (self, words);
      return;
    }
  pal_session_show_changes (self->session, marks);
  toast = adw_toast_new (_ ("The feedback is marked as sent."));
  adw_toast_set_button_label (toast, _ ("_Undo"));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self, 0);
  pal_toast (GTK_WIDGET (self->preview), toast);
  make (self);
}

static void
mark_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalPapersWindow *self = PAL_PAPERS_WINDOW (widget);
  g_autofree char *today = pal_letter_dup_today ();

  if (self->letter == NULL || self->letter->told->len == 0 || self->marks != NULL)
    return;
  self->marks = pal_letter_list_marks (self->letter->told, today);
  pal_letter_mark_told_async (pal_session_get_dossier (self->session), self->letter->told, today,
                              marked_cb, g_object_ref (self));
}

/* --- the window --------------------------------------------------------------------------------
 */

static void
pal_papers_window_dispose (GObject *object)
{
  PalPapersWindow *self = PAL_PAPERS_WINDOW (object);

  if (self->save_source != 0 && self->session != NULL)
    keep_statement (self);
  g_clear_handle_id (&self->save_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_PAPERS_WINDOW);

  G_OBJECT_CLASS (pal_papers_window_parent_class)->dispose (object);
}

static void
pal_papers_window_finalize (GObject *object)
{
  PalPapersWindow *self = PAL_PAPERS_WINDOW (object);

  g_clear_pointer (&self->letter, pal_letter_free);
  g_clear_pointer (&self->marks, g_ptr_array_unref);
  g_ptr_array_unref (self->subjects);
  g_clear_pointer (&self->wanted, pal_paper_subject_free);

  G_OBJECT_CLASS (pal_papers_window_parent_class)->finalize (object);
}

static void
pal_papers_window_class_init (PalPapersWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_papers_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_papers_window_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/papers/pal-papers-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, kind);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, subject);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, language);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, format);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, summary);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, subject_box);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, restricted_group);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, restricted);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, statement_group);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, organization);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, topic);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, day);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, announced);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, statement);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, warnings);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, state);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, preview);
  gtk_widget_class_bind_template_child (widget_class, PalPapersWindow, mark_button);
  gtk_widget_class_bind_template_callback (widget_class, kind_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, typed_cb);
  gtk_widget_class_install_action (widget_class, "papers.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "papers.mark", NULL, mark_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_papers_window_init (PalPapersWindow *self)
{
  GtkDropDown *menus[4];

  self->subjects = pal_paper_subjects_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  menus[0] = self->kind;
  menus[1] = self->subject;
  menus[2] = self->language;
  menus[3] = self->format;
  for (guint i = 0; i < G_N_ELEMENTS (menus); i++)
    pal_drop_down_let_shrink (menus[i]);
}

static void
offer_choices (PalPapersWindow *self, const char *wanted)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) languages = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) formats = gtk_string_list_new (NULL);
  guint n_kinds;
  const PalLetterKind *kinds = pal_letter_list_kinds (&n_kinds);

  self->is_filling = TRUE;
  for (guint i = 0; i < n_kinds; i++)
    gtk_string_list_append (titles, _ (kinds[i].title));
  gtk_drop_down_set_model (self->kind, G_LIST_MODEL (titles));
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    gtk_string_list_append (languages, pal_language_get_own_name (codes[i]));
  gtk_drop_down_set_model (self->language, G_LIST_MODEL (languages));
  gtk_string_list_append (formats, _ ("DOCX, to be changed in a word processor"));
  gtk_string_list_append (formats, _ ("PDF, to be printed or sent as it is"));
  gtk_drop_down_set_model (self->format, G_LIST_MODEL (formats));
  for (guint i = 0; i < n_kinds; i++)
    if (g_strcmp0 (kinds[i].id, wanted != NULL ? wanted : "report") == 0)
      gtk_drop_down_set_selected (self->kind, i);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (strcmp (codes[i], pal_language_get ()) == 0)
      gtk_drop_down_set_selected (self->language, i);
  self->is_filling = FALSE;
}

/* No larger than what it stands before: a narrow window may be all of the screen. */
static int
get_size (GtkWindow *parent, int size, int (*get) (GtkWidget *widget))
{
  int most = parent != NULL ? get (GTK_WIDGET (parent)) : 0;

  return most > 0 ? MIN (size, most) : size;
}

static PalPapersWindow *
window_new (GtkWindow *parent, PalSession *session, const char *kind, PalPaperSubject *wanted)
{
  PalPapersWindow *self = g_object_new (PAL_TYPE_PAPERS_WINDOW, "transient-for", parent, NULL);

  self->session = g_object_ref (session);
  self->wanted = wanted;
  gtk_window_set_default_size (GTK_WINDOW (self), get_size (parent, WIDTH, gtk_widget_get_width),
                               get_size (parent, HEIGHT, gtk_widget_get_height));
  g_signal_connect_object (pal_heard_of_dossier (pal_session_get_dossier (session)), "changed",
                           G_CALLBACK (heard_changed_cb), self, G_CONNECT_SWAPPED);
  pal_statement_load_async (pal_session_get_dossier (session), NULL, loaded_cb,
                            g_object_ref (self));
  offer_choices (self, kind);
  kind_chosen_cb (self);

  return self;
}

/**
 * pal_papers_window_new:
 * @parent: (nullable): the window before which it stands
 * @session: an open dossier
 * @kind: (nullable): the paper to begin with
 *
 * Returns: (transfer none): a window
 */
GtkWidget *
pal_papers_window_new (GtkWindow *parent, PalSession *session, const char *kind)
{
  return GTK_WIDGET (window_new (parent, session, kind, NULL));
}

/**
 * pal_papers_window_new_about:
 * @parent: a widget of the window before which it stands
 * @session: an open dossier
 * @kind: the paper to begin with
 * @record: id of a consultation, or of the card of somebody who raised points
 * @point: (nullable): row of a point of the consultation
 *
 * What is chosen first is the paper about that record; everything else stays on offer.
 *
 * Returns: (transfer none): a window
 */
GtkWidget *
pal_papers_window_new_about (GtkWidget *parent, PalSession *session, const char *kind,
                             const char *record, const char *point)
{
  GtkRoot *root = gtk_widget_get_root (parent);
  PalPaperSubject *wanted = pal_paper_subject_new (record, point);

  return GTK_WIDGET (
      window_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, session, kind, wanted));
}
