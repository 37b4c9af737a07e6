// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-conflicts-page"
#include "config.h"

#include "pal-conflicts-page.h"
#include "pal-answer-words.h"
#include "pal-ask.h"
#include "pal-conflict-view.h"
#include "pal-conflicts.h"
#include "pal-session-undo.h"
#include "pal-stack.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>
#include <string.h>

/* Each row costs a layout; what stands behind it comes up as the others are settled. */
#define MAX_ROWS 200

struct _PalConflictsPage
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkWidget *list_page;
  GtkLabel *list_title;
  GtkListBox *rows;
  GtkWidget *one_page;
  GtkScrolledWindow *one_scrolled;
  GtkLabel *place_label;
  GtkWidget *previous_button;
  GtkWidget *next_button;
  AdwBin *one;
  GtkWidget *none_page;
  GtkWidget *back_button;

  PalSession *session;     /* (owned) */
  PalConflicts *conflicts; /* (unowned): lives as long as the dossier */
  char *record;            /* (owned) (nullable): of the one that is shown, or wanted */
  char *node;              /* (owned) (nullable) */
  char *asked_record; /* (owned) (nullable): one that was asked for, and is not in the list yet */
  char *asked_node;   /* (owned) (nullable) */
  guint index;        /* of the one that is shown */
  gboolean settling;
  gboolean wants_focus; /* a choice was made here: so will the next one be */
};

G_DEFINE_FINAL_TYPE (PalConflictsPage, pal_conflicts_page, ADW_TYPE_BIN)

static void update (PalConflictsPage *self);

/* --- the list ------------------------------------------------------------------------------ */

static char *
dup_people (const PalConflict *conflict)
{
  g_autoptr (GString) people = g_string_new (NULL);

  for (guint i = 0; i < conflict->heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (conflict->heads, i);
      g_autofree char *author = pal_answer_dup_author (head->author);

      if (people->len > 0)
        /* TRANSLATORS: between the items of a list */
        g_string_append (people, C_ ("list", ", "));
      g_string_append (people, author);
    }

  return g_strdup (people->str);
}

static GtkWidget *
row_new (PalConflictsPage *self, const PalConflict *conflict)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *question
      = pal_session_dup_question (self->session, conflict->record, conflict->node);
  g_autofree char *page
      = pal_session_dup_page_title (self->session, conflict->record, conflict->node);
  g_autofree char *people = dup_people (conflict);
  /* TRANSLATORS: where a question stands, who answered it: "Article 5 · Amal, Boris" */
  g_autofree char *subtitle = page != NULL
                                  ? g_strdup_printf (C_ ("conflict", "%s · %s"), page, people)
                                  : g_strdup (people);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 question != NULL ? question : conflict->node);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 3);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  question != NULL ? question : conflict->node,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle, -1);

  return row;
}

static void
fill_list (PalConflictsPage *self)
{
  GPtrArray *list = pal_conflicts_get_list (self->conflicts);
  g_autofree char *title = g_strdup_printf (
      ngettext ("%u answer to decide on", "%u answers to decide on", list->len), list->len);
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->rows))) != NULL)
    gtk_list_box_remove (self->rows, row);
  for (guint i = 0; i < list->len && i < MAX_ROWS; i++)
    gtk_list_box_append (self->rows, row_new (self, g_ptr_array_index (list, i)));
  gtk_label_set_text (self->list_title, title);
}

/* --- one of them --------------------------------------------------------------------------- */

static PalConflictView *
get_view (PalConflictsPage *self)
{
  GtkWidget *child = adw_bin_get_child (self->one);

  return child != NULL ? PAL_CONFLICT_VIEW (child) : NULL;
}

static void
want (PalConflictsPage *self, const char *record, const char *node)
{
  char *new_record = g_strdup (record);
  char *new_node = g_strdup (node);

  g_free (self->record);
  g_free (self->node);
  self->record = new_record;
  self->node = new_node;
}

static void
settled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalConflictsPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes
      = pal_conflicts_settle_finish (PAL_CONFLICTS (source), result, &error);
  AdwToast *toast;

  self->settling = FALSE;
  if (self->session == NULL)
    return; /* the page went away */
  if (changes == NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      pal_tell (GTK_WIDGET (self), _ ("The decision could not be written"), words);
      return;
    }
  pal_session_show_changes (self->session, changes);
  toast = adw_toast_new (_ ("Decided"));
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_action_name (toast, "win.undo");
  pal_toast (GTK_WIDGET (self), toast);
}

typedef struct
{
  PalConflictsPage *page; /* (owned) */
  GPtrArray *changes;     /* (owned) (element-type PalChange) */
} Settling;

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Settling *settling = user_data;
  g_autoptr (PalConflictsPage) self = settling->page;
  g_autoptr (GPtrArray) changes = settling->changes;
  g_autoptr (GError) error = NULL;

  if (self->session == NULL)
    return; /* the page went away */
  if (!pal_session_flush_finish (PAL_SESSION (source), result, &error))
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      self->settling = FALSE;
      self->wants_focus = FALSE;
      pal_tell (GTK_WIDGET (self), _ ("The decision could not be written"), words);
      return;
    }
  pal_conflicts_settle_async (self->conflicts, g_steal_pointer (&changes), settled_cb,
                              g_object_ref (self));
}

/* Answers of a cleared page are not changed by accident, from wherever. */
static gboolean
is_locked (PalConflictsPage *self)
{
  PalRecord *questionnaire = pal_session_get_questionnaire (self->session);

  return questionnaire != NULL && g_strcmp0 (pal_record_get_id (questionnaire), self->record) == 0
         && pal_session_is_locked (self->session, self->node);
}

/* What was typed before it stands before it in the log. */
static void
chosen_cb (PalConflictView *view, GPtrArray *changes, PalConflictsPage *self)
{
  Settling *settling;

  if (self->settling)
    return;
  if (is_locked (self))
    {
      pal_tell (GTK_WIDGET (self), _ ("This page is cleared"),
                _ ("Its answers stay as they are. Open the page again, for a reason, and decide "
                   "then."));
      return;
    }
  self->settling = TRUE;
  /* The button goes with what it settles; the next one has the focus before anything else asks. */
  self->wants_focus = TRUE;
  settling = g_new0 (Settling, 1);
  settling->page = g_object_ref (self);
  settling->changes = g_ptr_array_ref (changes);
  pal_session_flush_async (self->session, flushed_cb, settling);
}

static gboolean
is_shown (PalConflictsPage *self, const PalConflict *conflict)
{
  PalConflictView *view = get_view (self);
  const PalConflict *shown = view != NULL ? pal_conflict_view_get_conflict (view) : NULL;

  if (shown == NULL || strcmp (shown->record, conflict->record) != 0
      || strcmp (shown->node, conflict->node) != 0 || shown->heads->len != conflict->heads->len)
    return FALSE;
  for (guint i = 0; i < shown->heads->len; i++)
    if (g_strcmp0 (((PalChange *) g_ptr_array_index (shown->heads, i))->id,
                   ((PalChange *) g_ptr_array_index (conflict->heads, i))->id)
        != 0)
      return FALSE;

  return TRUE;
}

static void
show_one (PalConflictsPage *self)
{
  GPtrArray *list = pal_conflicts_get_list (self->conflicts);
  const PalConflict *conflict = g_ptr_array_index (list, self->index);
  PalRecord *record = pal_session_get_open_record (self->session, conflict->record);
  /* TRANSLATORS: which of how many conflicts is shown */
  g_autofree char *place
      = g_strdup_printf (C_ ("conflict", "%u of %u"), self->index + 1, list->len);
  GtkWidget *view;

  want (self, conflict->record, conflict->node);
  gtk_label_set_text (self->place_label, place);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "conflicts.previous", self->index > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "conflicts.next", self->index + 1 < list->len);
  pal_stack_show (self->stack, self->one_page);
  if (record == NULL || is_shown (self, conflict))
    return;

  self->wants_focus
      = self->wants_focus || gtk_widget_get_focus_child (GTK_WIDGET (self->one)) != NULL;
  view = pal_conflict_view_new (self->session, record, list, conflict);
  g_signal_connect_object (view, "chosen", G_CALLBACK (chosen_cb), self, 0);
  adw_bin_set_child (self->one, view);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->one_scrolled), 0);
  if (self->wants_focus)
    pal_conflict_view_focus_choice (PAL_CONFLICT_VIEW (view));
  self->wants_focus = FALSE;
}

/* --- which of them ------------------------------------------------------------------------- */

static gboolean
find_wanted (PalConflictsPage *self)
{
  GPtrArray *list = pal_conflicts_get_list (self->conflicts);

  for (guint i = 0; self->record != NULL && i < list->len; i++)
    {
      const PalConflict *conflict = g_ptr_array_index (list, i);

      if (strcmp (conflict->record, self->record) == 0
          && g_strcmp0 (conflict->node, self->node) == 0)
        {
          self->index = i;
          return TRUE;
        }
    }

  return FALSE;
}

static void
record_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalConflictsPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalRecord) record = pal_session_record_finish (PAL_SESSION (source), result, &error);

  if (record == NULL)
    g_info ("a record with a conflict could not be opened: %s", error->message);
  else if (self->session != NULL)
    update (self);
}

/* The words of the questions are known when their records are open. */
static void
open_records (PalConflictsPage *self)
{
  GPtrArray *list = pal_conflicts_get_list (self->conflicts);
  const char *last = NULL;

  /* They come by record. */
  for (guint i = 0; i < list->len; i++)
    {
      const PalConflict *conflict = g_ptr_array_index (list, i);

      if (g_strcmp0 (conflict->record, last) != 0
          && pal_session_get_open_record (self->session, conflict->record) == NULL)
        pal_session_open_record_async (self->session, conflict->record, record_opened_cb,
                                       g_object_ref (self));
      last = conflict->record;
    }
}

/* What is shown stays shown; when it is settled, the one in its place comes up. */
static void
update (PalConflictsPage *self)
{
  guint n = pal_conflicts_get_count (self->conflicts);
  gboolean had_focus = gtk_widget_get_focus_child (GTK_WIDGET (self->stack)) != NULL;
  gboolean was_one = gtk_stack_get_visible_child (self->stack) == self->one_page;

  fill_list (self);
  if (n == 0)
    {
      adw_bin_set_child (self->one, NULL);
      pal_stack_show (self->stack, self->none_page);
      if (had_focus || self->wants_focus)
        gtk_widget_grab_focus (self->back_button);
      self->wants_focus = FALSE;
      return;
    }
  if (find_wanted (self) || (self->record != NULL && was_one))
    {
      self->index = MIN (self->index, n - 1);
      show_one (self);
      return;
    }
  adw_bin_set_child (self->one, NULL);
  pal_stack_show (self->stack, self->list_page);
}

static void
conflicts_changed_cb (PalConflictsPage *self)
{
  if (self->asked_node != NULL
      && pal_conflicts_find (self->conflicts, self->asked_record, self->asked_node) != NULL)
    {
      want (self, self->asked_record, self->asked_node);
      self->wants_focus = TRUE;
    }
  g_clear_pointer (&self->asked_record, g_free);
  g_clear_pointer (&self->asked_node, g_free);
  open_records (self);
  update (self);
}

/* What was just taken back is asked for before it is in the list again. */
static void
show_asked (PalConflictsPage *self)
{
  g_autofree char *record = NULL;
  g_autofree char *node = NULL;

  if (!pal_conflicts_take_asked (self->conflicts, &record, &node))
    return;
  if (pal_conflicts_find (self->conflicts, record, node) != NULL)
    want (self, record, node);
  else
    {
      g_free (self->asked_record);
      g_free (self->asked_node);
      self->asked_record = g_steal_pointer (&record);
      self->asked_node = g_steal_pointer (&node);
    }
  self->wants_focus = TRUE;
  update (self);
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, PalConflictsPage *self)
{
  self->index = gtk_list_box_row_get_index (row);
  self->wants_focus = TRUE;
  show_one (self);
}

static void
all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalConflictsPage *self = PAL_CONFLICTS_PAGE (widget);
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->rows, self->index);

  want (self, NULL, NULL);
  adw_bin_set_child (self->one, NULL);
  pal_stack_show (self->stack, self->list_page);
  if (row != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
step (PalConflictsPage *self, int by)
{
  guint n = pal_conflicts_get_count (self->conflicts);

  if (n == 0 || (int) self->index + by < 0 || self->index + by >= n)
    return;
  self->index += by;
  show_one (self);
}

static void
previous_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  step (PAL_CONFLICTS_PAGE (widget), -1);
}

static void
next_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  step (PAL_CONFLICTS_PAGE (widget), 1);
}

static void
question_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalConflictsPage *self = PAL_CONFLICTS_PAGE (widget);

  if (self->record != NULL)
    pal_session_show_node (self->session, self->record, self->node);
}

static void
start_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalConflictsPage *self = PAL_CONFLICTS_PAGE (widget);

  if (pal_conflicts_get_count (self->conflicts) == 0)
    return;
  self->index = 0;
  self->wants_focus = TRUE;
  show_one (self);
}

/* --- the widget ---------------------------------------------------------------------------- */

static void
language_changed_cb (PalConflictsPage *self)
{
  adw_bin_set_child (self->one, NULL);
  update (self);
}

static void
pal_conflicts_page_dispose (GObject *object)
{
  PalConflictsPage *self = PAL_CONFLICTS_PAGE (object);

  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_CONFLICTS_PAGE);
  g_clear_object (&self->session);
  g_clear_pointer (&self->asked_record, g_free);
  g_clear_pointer (&self->asked_node, g_free);
  g_clear_pointer (&self->record, g_free);
  g_clear_pointer (&self->node, g_free);

  G_OBJECT_CLASS (pal_conflicts_page_parent_class)->dispose (object);
}

static void
pal_conflicts_page_class_init (PalConflictsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_conflicts_page_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/conflicts/pal-conflicts-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalConflictsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, PalConflictsPage, list_page);
  gtk_widget_class_bind_template_child (widget_class, PalConflictsPage, list_title);
  gtk_widget_class_bind_template_child (widget_class, PalConflictsPage, rows);
  gtk_widget_class_bind_template_child (widget_class, PalConflictsPage, one_page);
  gtk_widget_class_bind_template_child (widget_class, PalConflictsPage, one_scrolled);
  gtk_widget_class_bind_template_child (widget_class, PalConflictsPage, place_label);
  gtk_widget_class_bind_template_child (widget_class, PalConflictsPage, previous_button);
  gtk_widget_class_bind_template_child (widget_class, PalConflictsPage, next_button);
  gtk_widget_class_bind_template_child (widget_class, PalConflictsPage, one);
  gtk_widget_class_bind_template_child (widget_class, PalConflictsPage, none_page);
  gtk_widget_class_bind_template_child (widget_class, PalConflictsPage, back_button);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_install_action (widget_class, "conflicts.start", NULL, start_action);
  gtk_widget_class_install_action (widget_class, "conflicts.all", NULL, all_action);
  gtk_widget_class_install_action (widget_class, "conflicts.previous", NULL, previous_action);
  gtk_widget_class_install_action (widget_class, "conflicts.next", NULL, next_action);
  gtk_widget_class_install_action (widget_class, "conflicts.question", NULL, question_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "conflicts.next",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "conflicts.previous",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "conflicts.all", NULL);
}

static void
pal_conflicts_page_init (PalConflictsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pal_conflicts_page_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the page, which follows what comes in and what is settled
 */
GtkWidget *
pal_conflicts_page_new (PalSession *session)
{
  PalConflictsPage *self = g_object_new (PAL_TYPE_CONFLICTS_PAGE, NULL);

  self->session = g_object_ref (session);
  self->conflicts = pal_conflicts_of_dossier (pal_session_get_dossier (session));
  g_signal_connect_object (self->conflicts, "changed", G_CALLBACK (conflicts_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->conflicts, "show", G_CALLBACK (show_asked), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::form-language", G_CALLBACK (language_changed_cb), self,
                           G_CONNECT_SWAPPED);
  conflicts_changed_cb (self);
  show_asked (self);

  return GTK_WIDGET (self);
}
