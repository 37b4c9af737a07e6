// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-inbox-view"
#include "config.h"

#include "pal-inbox-view.h"

#include "pal-answer-words.h"
#include "pal-arrived-file.h"
#include "pal-ask.h"
#include "pal-inbox-decide.h"
#include "pal-inbox-words.h"
#include "pal-language.h"
#include "pal-option.h"
#include "pal-stack.h"
#include "pal-text.h"
#include "pal-trouble.h"
#include "pal-words-row.h"
#include "pal-wrap-layout.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_ROWS 300 /* of each list: every one costs a layout */
#define MAX_SHOWN_BYTES 20000
#define INDEX_KEY "pal-index"
#define CONSULTATION_TITLE "/consultation/record/essentials/title"

struct _PalInboxView
{
  AdwBin parent_instance;

  GtkWidget *back_button;
  GtkStack *stack;
  GtkSpinner *spinner;
  AdwStatusPage *trouble_page;
  AdwPreferencesGroup *facts_group;
  AdwActionRow *from_row;
  AdwActionRow *signature_row;
  AdwActionRow *file_row;
  AdwActionRow *address_row;
  AdwActionRow *before_row;
  AdwActionRow *decision_row;
  GtkWidget *record_button;
  GtkWidget *remarks_group;
  GtkListBox *remarks;
  GtkWidget *points_group;
  GtkListBox *points;
  GtkWidget *decide_group;
  GtkSwitch *inside_switch;
  GtkWidget *buttons;
  GtkButton *take_button;
  GtkWidget *places_group;
  GtkListBox *places;
  GtkWidget *files_group;
  GtkListBox *files;
  GtkListBox *lines;

  PalSession *session;       /* (owned) (nullable) */
  char *id;                  /* (owned) */
  PalInboxReading *reading;  /* (owned) (nullable) */
  GPtrArray *ticks;          /* (owned) (element-type PalOption): in rows, unowned */
  GCancellable *cancellable; /* (owned) (nullable): while it is read */
  gboolean working;          /* a decision is being written */
  gboolean reload_again;
  gboolean wants_focus; /* a decision was made here: what came of it is at the top */
};

enum
{
  CLOSED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalInboxView, pal_inbox_view, ADW_TYPE_BIN)

/* --- what is chosen -------------------------------------------------------------------------- */

/* (element-type utf8): unowned, ends with NULL */
static GPtrArray *
list_chosen (PalInboxView *self)
{
  GPtrArray *chosen = g_ptr_array_new ();

  for (guint i = 0; i < self->ticks->len; i++)
    if (gtk_check_button_get_active (g_ptr_array_index (self->ticks, i)))
      g_ptr_array_add (chosen,
                       (gpointer) pal_option_get_value (g_ptr_array_index (self->ticks, i)));
  g_ptr_array_add (chosen, NULL);

  return chosen;
}

static gboolean
can_decide (PalInboxView *self)
{
  const PalInboxItem *item = self->reading != NULL ? self->reading->item : NULL;

  return item != NULL
         && (item->state == PAL_INBOX_WAITING
             || (item->state == PAL_INBOX_TAKEN && !item->is_record_there));
}

static void
update (PalInboxView *self)
{
  g_autoptr (GPtrArray) chosen = list_chosen (self);
  guint n = chosen->len - 1;
  /* TRANSLATORS: button: makes a consultation "held in writing" of the points of an input */
  g_autofree char *label = g_strdup_printf (ngettext ("_Take %u Point", "_Take %u Points", n), n);
  gboolean may = can_decide (self) && !self->working;

  gtk_button_set_label (self->take_button, label);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "inbox.take", may && n > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "inbox.decline", may);
  gtk_widget_set_visible (self->decide_group, can_decide (self));
}

/* --- what it says ---------------------------------------------------------------------------- */

static void
show_row (AdwActionRow *row, const char *subtitle)
{
  adw_action_row_set_subtitle (row, subtitle != NULL ? subtitle : "");
  gtk_widget_set_visible (GTK_WIDGET (row), subtitle != NULL);
}

static char *
dup_signature (const PalInboxItem *item)
{
  g_autofree char *words = pal_inbox_dup_signature (item);

  return item->fingerprint != NULL && item->signature == PAL_INBOX_SIGNED
             ? g_strconcat (words, "\n", item->fingerprint, NULL)
             : g_steal_pointer (&words);
}

static char *
dup_address (PalInboxReading *reading)
{
  g_autofree char *other = NULL;
  g_autofree char *own = NULL;

  if (reading->is_other_state && !pal_text_is_blank (reading->item->state_name))
    {
      other = pal_words_dup_plain (reading->item->state_name, 200);
      own = pal_words_dup_plain (reading->own_state != NULL ? reading->own_state : "", 200);
      /* TRANSLATORS: two names of States */
      return g_strdup_printf (_ ("It is addressed to %1$s. This dossier is of %2$s."), other, own);
    }
  if (reading->item->is_other_dossier)
    return g_strdup (_ ("It was written on a kit that was made for another dossier."));

  return NULL;
}

static char *
dup_before (PalInboxReading *reading)
{
  for (guint i = 0; i < reading->before->len; i++)
    {
      const PalInboxItem *item = g_ptr_array_index (reading->before, i);
      g_autofree char *when = NULL;

      if (item->instance == NULL || g_strcmp0 (item->instance, reading->item->instance) != 0)
        continue;
      when = pal_answer_dup_time (item->received_us);
      /* TRANSLATORS: a date and a time of day */
      return g_strdup_printf (_ ("Another version of the same input came on %s. What was taken "
                                 "from it is not taken twice."),
                              when);
    }

  return NULL;
}

static void
show_facts (PalInboxView *self)
{
  const PalInboxItem *item = self->reading->item;
  g_autofree char *title = pal_inbox_dup_title (item);
  g_autofree char *escaped = g_markup_escape_text (title, -1);
  g_autofree char *from = pal_inbox_dup_from (item);
  g_autofree char *signature = dup_signature (item);
  g_autofree char *file = pal_inbox_dup_file (item);
  g_autofree char *address = dup_address (self->reading);
  g_autofree char *before = dup_before (self->reading);
  g_autofree char *decision = pal_inbox_dup_decision (item);

  adw_preferences_group_set_title (self->facts_group, escaped);
  show_row (self->from_row, from);
  show_row (self->signature_row, signature);
  show_row (self->file_row, file);
  show_row (self->address_row, address);
  show_row (self->before_row, before);
  if (decision != NULL)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->decision_row), decision);
  show_row (self->decision_row, decision == NULL                ? NULL
                                : pal_text_is_blank (item->why) ? ""
                                                                : item->why);
  gtk_widget_set_visible (self->record_button, item->record != NULL && item->is_record_there);
}

static void
show_remarks (PalInboxView *self)
{
  GPtrArray *remarks = self->reading->input->remarks;

  pal_words_rows_empty (self->remarks);
  for (guint i = 0; i < remarks->len && i < MAX_ROWS; i++)
    {
      const PalKitRemark *remark = g_ptr_array_index (remarks, i);
      g_autofree char *words = pal_inbox_dup_remark (self->reading, remark);
      g_autofree char *text
          = remark->text != NULL ? pal_words_dup_plain (remark->text, MAX_SHOWN_BYTES) : NULL;

      gtk_list_box_append (self->remarks, pal_words_row_new (words, text, NULL));
    }
  pal_words_rows_add_rest (self->remarks, (remarks->len > MAX_ROWS ? remarks->len - MAX_ROWS : 0)
                                              + self->reading->input->n_more_remarks);
  gtk_widget_set_visible (self->remarks_group, remarks->len > 0);
}

static void
show_points (PalInboxView *self)
{
  GPtrArray *points = self->reading->points;
  gboolean may = can_decide (self);

  g_ptr_array_set_size (self->ticks, 0);
  pal_words_rows_empty (self->points);
  for (guint i = 0; i < points->len; i++)
    {
      const PalInboxPoint *point = g_ptr_array_index (points, i);
      g_autofree char *text = pal_words_dup_plain (point->text, MAX_SHOWN_BYTES);
      g_autofree char *about = pal_inbox_dup_point (self->reading->item, point);
      GtkWidget *tick = NULL;
      GtkWidget *row;

      if (may && point->state != PAL_INBOX_POINT_CAME)
        {
          tick = g_object_ref_sink (GTK_WIDGET (pal_option_new (point->row, "", FALSE)));
          gtk_check_button_set_active (GTK_CHECK_BUTTON (tick), TRUE);
          g_signal_connect_swapped (tick, "toggled", G_CALLBACK (update), self);
          g_ptr_array_add (self->ticks, tick);
        }
      row = pal_words_row_new_ticked (text, about, tick);
      g_clear_object (&tick);
      gtk_list_box_append (self->points, row);
    }
  gtk_widget_set_visible (self->points_group, points->len > 0);
}

static void
show_places (PalInboxView *self)
{
  GPtrArray *places = self->reading->places;

  pal_words_rows_empty (self->places);
  for (guint i = 0; i < places->len && i < MAX_ROWS; i++)
    {
      const PalInboxPlace *place = g_ptr_array_index (places, i);
      GtkWidget *row = adw_action_row_new ();
      g_autofree char *words = place->number > 0
                                   ? g_strdup_printf (_ ("Question %u"), place->number)
                                   : g_strdup (_ ("The article as a whole"));

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), place->title);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), words);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                                 gtk_image_new_from_icon_name ("go-next-symbolic"));
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      place->title, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
      g_object_set_data_full (G_OBJECT (row), INDEX_KEY, g_strdup (place->page), g_free);
      gtk_list_box_append (self->places, row);
    }
  gtk_widget_set_visible (self->places_group, places->len > 0);
}

static void
place_activated_cb (GtkListBox *list, GtkListBoxRow *row, PalInboxView *self)
{
  pal_session_show_page (self->session, g_object_get_data (G_OBJECT (row), INDEX_KEY));
}

static void
show_lines (PalInboxView *self)
{
  GPtrArray *lines = self->reading->lines;

  pal_words_rows_empty (self->lines);
  for (guint i = 0; i < lines->len && i < MAX_ROWS; i++)
    {
      const PalInboxLine *line = g_ptr_array_index (lines, i);
      g_autofree char *label = pal_words_dup_plain (line->label, MAX_SHOWN_BYTES);
      g_autofree char *text = pal_words_dup_plain (line->text, MAX_SHOWN_BYTES);

      gtk_list_box_append (self->lines, pal_words_row_new_said (label, text));
    }
  pal_words_rows_add_rest (self->lines, lines->len > MAX_ROWS ? lines->len - MAX_ROWS : 0);
}

/* --- attachments ----------------------------------------------------------------------------- */

static void
show_files (PalInboxView *self)
{
  GPtrArray *files = self->reading->input->files;

  pal_words_rows_empty (self->files);
  for (guint i = 0; i < files->len; i++)
    gtk_list_box_append (self->files, pal_arrived_file_row_new (g_ptr_array_index (files, i)));
  gtk_widget_set_visible (self->files_group, files->len > 0);
}

/* --- reading --------------------------------------------------------------------------------- */

static void
show_reading (PalInboxView *self)
{
  show_facts (self);
  show_remarks (self);
  show_points (self);
  show_places (self);
  show_files (self);
  show_lines (self);
  pal_stack_show_named (self->stack, "page");
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalInboxView) self = user_data;
  g_autoptr (GError) error = NULL;
  PalInboxReading *reading = pal_inbox_look_finish (result, &error);

  if (self->session == NULL)
    {
      pal_inbox_reading_free (reading);
      return; /* closed meanwhile */
    }
  g_clear_object (&self->cancellable);
  gtk_spinner_set_spinning (self->spinner, FALSE);
  g_clear_pointer (&self->reading, pal_inbox_reading_free);
  self->reading = reading;
  if (reading != NULL)
    show_reading (self);
  else
    {
      g_autofree char *words = pal_trouble_dup_words (error);
      g_autofree char *escaped = g_markup_escape_text (words, -1);

      g_info ("an input could not be read: %s", error->message);
      adw_status_page_set_description (self->trouble_page, escaped);
      pal_stack_show_named (self->stack, "trouble");
    }
  update (self);
  if (self->wants_focus && reading != NULL && !can_decide (self))
    {
      self->wants_focus = FALSE;
      gtk_widget_grab_focus (gtk_widget_get_visible (self->record_button) ? self->record_button
                                                                          : self->back_button);
    }
  if (self->reload_again)
    pal_inbox_view_reload (self);
}

void
pal_inbox_view_reload (PalInboxView *self)
{
  const char *language = pal_session_get_form_language (self->session);

  self->reload_again = self->cancellable != NULL;
  if (self->reload_again)
    return;
  self->cancellable = g_cancellable_new ();
  if (self->reading == NULL)
    {
      gtk_spinner_set_spinning (self->spinner, TRUE);
      pal_stack_show_named (self->stack, "working");
    }
  pal_inbox_look_async (pal_session_get_dossier (self->session), self->id,
                        language != NULL ? language : pal_language_get (), self->cancellable,
                        looked_cb, g_object_ref (self));
}

/* --- deciding -------------------------------------------------------------------------------- */

static void
decided_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalInboxView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *told = pal_inbox_decide_finish (result, &error);
  AdwToast *toast;

  self->working = FALSE;
  if (self->session == NULL)
    return; /* closed meanwhile */
  if (told == NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      update (self);
      pal_tell (GTK_WIDGET (self), _ ("The decision could not be written"), words);
      return;
    }
  toast = adw_toast_new (told);
  adw_toast_set_timeout (toast, 10);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_action_name (toast, "win.undo");
  pal_toast (GTK_WIDGET (self), toast);
  self->wants_focus = TRUE;
  pal_inbox_view_reload (self);
}

static void
take_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalInboxView *self = PAL_INBOX_VIEW (widget);
  g_autoptr (GPtrArray) chosen = list_chosen (self);
  const char *language = pal_session_get_form_language (self->session);
  PalInboxTakeOptions options = { .points = (const char *const *) chosen->pdata };

  if (self->working || chosen->len < 2)
    return;
  options.is_restricted = gtk_switch_get_active (self->inside_switch);
  options.language = language != NULL ? language : pal_language_get ();
  self->working = TRUE;
  update (self);
  pal_inbox_decide_take_async (self->session, self->id, &options, decided_cb, g_object_ref (self));
}

static void
reason_given_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalInboxView) self = user_data;
  g_autofree char *why = pal_inbox_decide_ask_finish (result);

  if (why == NULL || self->session == NULL || self->working)
    return;
  self->working = TRUE;
  update (self);
  pal_inbox_decide_decline_async (self->session, self->id, why, decided_cb, g_object_ref (self));
}

static void
decline_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_inbox_decide_ask_async (widget, reason_given_cb, g_object_ref (widget));
}

static void
open_record_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalInboxView *self = PAL_INBOX_VIEW (widget);

  if (self->reading != NULL && self->reading->item->record != NULL)
    {
      g_autofree char *record = g_strdup (self->reading->item->record);

      pal_session_show_record (self->session, record, CONSULTATION_TITLE);
    }
}

static void
close_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[CLOSED], 0);
}

/* --- the widget ------------------------------------------------------------------------------ */

static void
pal_inbox_view_dispose (GObject *object)
{
  PalInboxView *self = PAL_INBOX_VIEW (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_ptr_array_set_size (self->ticks, 0);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_INBOX_VIEW);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pal_inbox_view_parent_class)->dispose (object);
}

static void
pal_inbox_view_finalize (GObject *object)
{
  PalInboxView *self = PAL_INBOX_VIEW (object);

  g_clear_pointer (&self->reading, pal_inbox_reading_free);
  g_ptr_array_unref (self->ticks);
  g_free (self->id);

  G_OBJECT_CLASS (pal_inbox_view_parent_class)->finalize (object);
}

static void
pal_inbox_view_class_init (PalInboxViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_inbox_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_inbox_view_finalize;
  signals[CLOSED] = g_signal_new ("closed", PAL_TYPE_INBOX_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/inbox/pal-inbox-view.ui");
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, back_button);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, stack);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, spinner);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, trouble_page);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, facts_group);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, from_row);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, signature_row);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, file_row);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, address_row);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, before_row);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, decision_row);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, record_button);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, remarks_group);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, remarks);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, points_group);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, points);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, decide_group);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, inside_switch);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, buttons);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, take_button);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, places_group);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, places);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, files_group);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, files);
  gtk_widget_class_bind_template_child (widget_class, PalInboxView, lines);
  gtk_widget_class_bind_template_callback (widget_class, place_activated_cb);
  gtk_widget_class_install_action (widget_class, "inbox.take", NULL, take_action);
  gtk_widget_class_install_action (widget_class, "inbox.decline", NULL, decline_action);
  gtk_widget_class_install_action (widget_class, "inbox.open-record", NULL, open_record_action);
  gtk_widget_class_install_action (widget_class, "inbox.close", NULL, close_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "inbox.close",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "inbox.close", NULL);
}

static void
pal_inbox_view_init (PalInboxView *self)
{
  self->ticks = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (self->buttons, pal_wrap_layout_new (6));
  update (self);
}

/**
 * pal_inbox_view_new:
 * @session: an open dossier
 * @id: of what came
 *
 * Returns: (transfer floating): the view, which reads the file again
 */
GtkWidget *
pal_inbox_view_new (PalSession *session, const char *id)
{
  PalInboxView *self = g_object_new (PAL_TYPE_INBOX_VIEW, NULL);

  self->session = g_object_ref (session);
  self->id = g_strdup (id);
  pal_inbox_view_reload (self);

  return GTK_WIDGET (self);
}

const char *
pal_inbox_view_get_id (PalInboxView *self)
{
  return self->id;
}

void
pal_inbox_view_focus (PalInboxView *self)
{
  gtk_widget_grab_focus (self->back_button);
}
