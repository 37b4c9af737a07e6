// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-record-list"
#include "config.h"

#include "pal-record-list.h"

#include "pal-consultation-words.h"
#include "pal-language.h"
#include "pal-locale.h"

#include <glib/gi18n.h>

struct _PalRecordList
{
  AdwPreferencesGroup parent_instance;

  GtkButton *new_button;
  GtkListBox *list;
  GtkLabel *empty_label;
  GtkListBox *removed_list;
  AdwExpanderRow *removed_row;

  GPtrArray *removed;          /* (owned) (element-type GtkWidget): unowned rows of removed_row */
  PalSession *session;         /* (owned) */
  const PalRecordKind *kind;   /* (unowned): a row of the table */
  PalConsultationWords *words; /* (owned) (nullable): what types are called */
  char *wanted;                /* (owned) (nullable): record that gets the focus when it is there */
};

enum
{
  OPEN_RECORD,
  NEW_RECORD,
  REMOVE_RECORD,
  RESTORE_RECORD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalRecordList, pal_record_list, ADW_TYPE_PREFERENCES_GROUP)

static char *
dup_date_words (const char *date)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autofree char *midnight = g_strdup_printf ("%sT00:00:00", date);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (midnight, zone);

  return time != NULL ? pal_language_format_date (time) : NULL;
}

static char *
dup_subtitle (const PalRecordKind *kind, const PalRecordSummary *summary)
{
  g_autofree char *date = dup_date_words (summary->date);
  g_autofree char *points = NULL;

  if (kind->row_node == NULL)
    return date != NULL ? g_steal_pointer (&date) : g_strdup ("");

  if (summary->rows == 0)
    points = g_strdup (_ ("no points yet"));
  else if (summary->settled >= summary->rows)
    points = g_strdup_printf (
        ngettext ("%u point, considered", "%u points, all considered", summary->rows),
        summary->rows);
  else
    /* TRANSLATORS: of the points that were raised in a consultation: how many were considered */
    points
        = g_strdup_printf (_ ("Points considered: %1$u of %2$u"), summary->settled, summary->rows);

  /* TRANSLATORS: a date and a number of points: "12 May 2026 · Points considered: 1 of 3". */
  return date != NULL ? g_strdup_printf (_ ("%s · %s"), date, points) : g_steal_pointer (&points);
}

static void
remove_clicked_cb (GtkButton *button, PalRecordList *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (button), ADW_TYPE_ACTION_ROW);

  g_signal_emit (self, signals[REMOVE_RECORD], 0, g_object_get_data (G_OBJECT (row), "record-id"),
                 g_object_get_data (G_OBJECT (row), "form-version"));
}

static GtkWidget *
make_remove_button (PalRecordList *self, const char *title)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  /* TRANSLATORS: %s is the name of a consultation or a stakeholder. */
  g_autofree char *label = g_strdup_printf (_ ("Remove: %s"), title);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Remove"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_clicked_cb), self);

  return button;
}

/* Below its name, what an organization is: as soon as it is known what types are called. */
static void
show_type (PalRecordList *self, GtkWidget *row)
{
  const char *type = g_object_get_data (G_OBJECT (row), "type");
  const char *label = type != NULL && self->words != NULL
                          ? pal_named_choice_find (self->words->types, type)
                          : NULL;

  if (label == NULL)
    return;
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, label,
                                  -1);
}

static GtkWidget *
make_row (PalRecordList *self, const PalRecordSummary *summary)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *arrow = gtk_image_new_from_icon_name ("go-next-symbolic");
  const char *title = *summary->title != '\0' ? summary->title : _ (self->kind->untitled);
  g_autofree char *subtitle = dup_subtitle (self->kind, summary);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_remove_button (self, title));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), arrow);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "record-id", g_strdup (summary->record_id), g_free);
  g_object_set_data_full (G_OBJECT (row), "form-version", g_strdup (summary->form_version), g_free);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle, -1);
  g_object_set_data_full (G_OBJECT (row), "type", g_strdup (summary->type), g_free);
  show_type (self, row);

  return row;
}

static void
restore_clicked_cb (GtkButton *button, PalRecordList *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (button), ADW_TYPE_ACTION_ROW);

  g_signal_emit (self, signals[RESTORE_RECORD], 0, g_object_get_data (G_OBJECT (row), "record-id"),
                 g_object_get_data (G_OBJECT (row), "form-version"));
}

static GtkWidget *
make_removed_row (PalRecordList *self, const PalRecordSummary *summary)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_label (_ ("Bring Back"));
  const char *title = *summary->title != '\0' ? summary->title : _ (self->kind->untitled);
  g_autofree char *subtitle = dup_subtitle (self->kind, summary);
  /* TRANSLATORS: %s is the name of a consultation or a stakeholder. */
  g_autofree char *label = g_strdup_printf (_ ("Bring back: %s"), title);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_focusable (row, FALSE);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_signal_connect (button, "clicked", G_CALLBACK (restore_clicked_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  g_object_set_data_full (G_OBJECT (row), "record-id", g_strdup (summary->record_id), g_free);
  g_object_set_data_full (G_OBJECT (row), "form-version", g_strdup (summary->form_version), g_free);

  return row;
}

static void
show_removed (PalRecordList *self, GPtrArray *summaries, guint first)
{
  guint n = summaries->len - first;
  g_autofree char *words
      = g_strdup_printf (ngettext ("%u removed record", "%u removed records", n), n);

  for (guint i = 0; i < self->removed->len; i++)
    adw_expander_row_remove (self->removed_row, g_ptr_array_index (self->removed, i));
  g_ptr_array_set_size (self->removed, 0);
  for (guint i = first; i < summaries->len; i++)
    {
      GtkWidget *row = make_removed_row (self, g_ptr_array_index (summaries, i));

      g_ptr_array_add (self->removed, row);
      adw_expander_row_add_row (self->removed_row, row);
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->removed_row), words);
  gtk_widget_set_visible (GTK_WIDGET (self->removed_list), n > 0);
}

/* Where the person was before they opened a record, or beside what they removed. */
static void
give_focus (PalRecordList *self)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->list));

  while (row != NULL
         && g_strcmp0 (g_object_get_data (G_OBJECT (row), "record-id"), self->wanted) != 0)
    row = gtk_widget_get_next_sibling (row);
  gtk_widget_grab_focus (row != NULL ? row : GTK_WIDGET (self->new_button));
  g_clear_pointer (&self->wanted, g_free);
}

/* What has no date is looked up by its name; what was removed stays at the end. */
static int
compare_names (gconstpointer a, gconstpointer b)
{
  const PalRecordSummary *one = *(const PalRecordSummary *const *) a;
  const PalRecordSummary *other = *(const PalRecordSummary *const *) b;

  return one->removed != other->removed ? one->removed - other->removed
                                        : pal_locale_compare (one->title, other->title);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalRecordList) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) summaries = pal_record_summaries_load_finish (result, &error);
  guint n_there = 0;
  GtkWidget *row;

  if (summaries == NULL)
    {
      g_warning ("a list of records could not be read: %s", error->message);
      return;
    }
  if (self->list == NULL)
    return; /* the page went away meanwhile */

  if (self->kind->date_node == NULL)
    g_ptr_array_sort (summaries, compare_names);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, row);
  while (n_there < summaries->len
         && !((PalRecordSummary *) g_ptr_array_index (summaries, n_there))->removed)
    gtk_list_box_append (self->list, make_row (self, g_ptr_array_index (summaries, n_there++)));
  gtk_widget_set_visible (GTK_WIDGET (self->list), n_there > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->empty_label), n_there == 0);
  show_removed (self, summaries, n_there);
  if (self->wanted != NULL)
    give_focus (self);
}

static void
words_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalRecordList) self = user_data;
  g_autoptr (GError) error = NULL;

  self->words = pal_consultation_words_load_finish (result, &error);
  if (self->words == NULL)
    g_info ("the words of consultations could not be read: %s", error->message);
  if (self->list == NULL)
    return; /* the page went away meanwhile */

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    show_type (self, row);
}

static void
row_activated_cb (PalRecordList *self, GtkListBoxRow *row)
{
  g_signal_emit (self, signals[OPEN_RECORD], 0, g_object_get_data (G_OBJECT (row), "record-id"));
}

static void
new_clicked_cb (PalRecordList *self)
{
  g_signal_emit (self, signals[NEW_RECORD], 0);
}

static void
pal_record_list_dispose (GObject *object)
{
  PalRecordList *self = PAL_RECORD_LIST (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->wanted, g_free);
  g_clear_pointer (&self->removed, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_RECORD_LIST);

  G_OBJECT_CLASS (pal_record_list_parent_class)->dispose (object);
}

static void
pal_record_list_finalize (GObject *object)
{
  pal_consultation_words_free (PAL_RECORD_LIST (object)->words);

  G_OBJECT_CLASS (pal_record_list_parent_class)->finalize (object);
}

static void
pal_record_list_class_init (PalRecordListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_record_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_record_list_finalize;

  signals[OPEN_RECORD] = g_signal_new ("open-record", PAL_TYPE_RECORD_LIST, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[NEW_RECORD] = g_signal_new ("new-record", PAL_TYPE_RECORD_LIST, G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 0);

  signals[REMOVE_RECORD]
      = g_signal_new ("remove-record", PAL_TYPE_RECORD_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[RESTORE_RECORD]
      = g_signal_new ("restore-record", PAL_TYPE_RECORD_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/consultations/pal-record-list.ui");
  gtk_widget_class_bind_template_child (widget_class, PalRecordList, new_button);
  gtk_widget_class_bind_template_child (widget_class, PalRecordList, list);
  gtk_widget_class_bind_template_child (widget_class, PalRecordList, empty_label);
  gtk_widget_class_bind_template_child (widget_class, PalRecordList, removed_list);
  gtk_widget_class_bind_template_child (widget_class, PalRecordList, removed_row);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, new_clicked_cb);
}

static void
pal_record_list_init (PalRecordList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->removed = g_ptr_array_new ();
}

/**
 * pal_record_list_new:
 * @session: an open dossier
 * @kind: which records
 *
 * Returns: (transfer floating): the list
 */
GtkWidget *
pal_record_list_new (PalSession *session, const PalRecordKind *kind)
{
  PalRecordList *self = g_object_new (PAL_TYPE_RECORD_LIST, NULL);

  self->session = g_object_ref (session);
  self->kind = kind;
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _ (kind->list_title));
  gtk_button_set_label (self->new_button, _ (kind->new_label));
  gtk_label_set_text (self->empty_label, _ (kind->empty_text));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (kind->list_title), -1);
  if (kind->type_node != NULL)
    pal_consultation_words_load_async (pal_language_get (), words_loaded_cb, g_object_ref (self));

  return GTK_WIDGET (self);
}

const PalRecordKind *
pal_record_list_get_kind (PalRecordList *self)
{
  return self->kind;
}

/**
 * pal_record_list_reload:
 * @self: a list
 *
 * Reads the records again, in the background.
 */
void
pal_record_list_reload (PalRecordList *self)
{
  pal_record_summaries_load_async (pal_session_get_dossier (self->session), self->kind, loaded_cb,
                                   g_object_ref (self));
}

/**
 * pal_record_list_focus:
 * @self: a list that is being read
 * @record_id: a record
 *
 * Gives the focus to a record as soon as the list is there, or to the way to a new one when the
 * record is not in it.
 */
void
pal_record_list_focus (PalRecordList *self, const char *record_id)
{
  g_free (self->wanted);
  self->wanted = g_strdup (record_id);
}
