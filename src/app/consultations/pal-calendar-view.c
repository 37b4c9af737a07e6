// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-calendar-view"
#include "config.h"

#include "pal-calendar-view.h"

#include "pal-date.h"
#include "pal-heard.h"
#include "pal-language.h"
#include "pal-locale.h"
#include "pal-matrix-cell.h"
#include "pal-matrix.h"
#include "pal-row-group.h"

#include <glib/gi18n.h>
#include <string.h>

#define N_WEEKS 6
#define N_DAYS 7
#define MONTH_WIDTH 530 /* pixels, at most: within the widest page of rows */
#define ESSENTIALS "/consultation/record/essentials/"
#define PROTECTION "/consultation/record/protection/"

typedef enum
{
  EVENT_HELD,
  EVENT_PLANNED,
  EVENT_CANCELLED,
  EVENT_STEP,
  EVENT_CONSENT,
  EVENT_DELETION,
  N_EVENTS
} EventKind;

static const struct
{
  PalShape shape;
  const char *words;
} kinds[N_EVENTS] = {
  { PAL_SHAPE_DISC, NC_ ("calendar", "Consultation held") },
  { PAL_SHAPE_RING, NC_ ("calendar", "Consultation planned") },
  { PAL_SHAPE_PLAIN, NC_ ("calendar", "Consultation cancelled") },
  { PAL_SHAPE_DIAMOND, NC_ ("calendar", "Next step due") },
  { PAL_SHAPE_DIAMOND, NC_ ("calendar", "Consent ends") },
  { PAL_SHAPE_DIAMOND, NC_ ("calendar", "Record to be deleted") },
};

typedef struct
{
  EventKind kind;
  int day;
  char *title;
  char *record;
  char *path;
} Event;

struct _PalCalendarView
{
  AdwBin parent_instance;

  GtkWidget *title;
  GtkWidget *matrix;
  GtkWidget *list;

  PalSession *session; /* (owned) */
  int year;
  int month;         /* 1 to 12 */
  GPtrArray *events; /* (owned) (element-type Event): of the month, day by day */
};

G_DEFINE_FINAL_TYPE (PalCalendarView, pal_calendar_view, ADW_TYPE_BIN)

static void
event_free (Event *event)
{
  g_free (event->title);
  g_free (event->record);
  g_free (event->path);
  g_free (event);
}

/* --- what happens in a month -------------------------------------------------------------------
 */

static void
take_day (PalCalendarView *self, EventKind kind, const char *date, const char *title,
          const PalConsultation *consultation, const char *path)
{
  g_autofree char *month = g_strdup_printf ("%04d-%02d-", self->year, self->month);
  g_autoptr (GDateTime) day = NULL;
  Event *event;

  if (date == NULL || !g_str_has_prefix (date, month))
    return;
  day = pal_date_parse (date);
  if (day == NULL)
    return;

  event = g_new0 (Event, 1);
  event->kind = kind;
  event->day = g_date_time_get_day_of_month (day);
  event->title = g_strdup (title != NULL ? title : _ ("Consultation without a name"));
  event->record = g_strdup (consultation->id);
  event->path = g_strdup (path);
  g_ptr_array_add (self->events, event);
}

static void
take_consultation (PalCalendarView *self, const PalConsultation *consultation)
{
  EventKind kind = g_strcmp0 (consultation->stage, "planned") == 0     ? EVENT_PLANNED
                   : g_strcmp0 (consultation->stage, "cancelled") == 0 ? EVENT_CANCELLED
                                                                       : EVENT_HELD;

  take_day (self, kind, consultation->date, consultation->title, consultation, ESSENTIALS "title");
  take_day (self, EVENT_CONSENT, consultation->consent_until, consultation->title, consultation,
            PROTECTION "consent_until");
  take_day (self, EVENT_DELETION, consultation->keep_until, consultation->title, consultation,
            PROTECTION "keep_until");
  for (guint i = 0; i < consultation->steps->len; i++)
    {
      const PalNextStep *step = g_ptr_array_index (consultation->steps, i);

      if (!step->is_done)
        take_day (self, EVENT_STEP, step->due,
                  step->what != NULL ? step->what : consultation->title, consultation, step->row);
    }
}

static int
compare_events (gconstpointer a, gconstpointer b)
{
  const Event *one = *(const Event *const *) a;
  const Event *other = *(const Event *const *) b;

  if (one->day != other->day)
    return one->day - other->day;

  return one->kind != other->kind ? (int) one->kind - (int) other->kind
                                  : pal_locale_compare (one->title, other->title);
}

static void
gather (PalCalendarView *self)
{
  PalConsultations *consultations = pal_heard_get_consultations (
      pal_heard_of_dossier (pal_session_get_dossier (self->session)));
  GPtrArray *list = consultations != NULL ? pal_consultations_list (consultations) : NULL;

  g_ptr_array_set_size (self->events, 0);
  for (guint i = 0; list != NULL && i < list->len; i++)
    take_consultation (self, g_ptr_array_index (list, i));
  g_ptr_array_sort (self->events, compare_events);
}

/* --- showing -----------------------------------------------------------------------------------
 */

/* Where the week begins: 1 is Monday. The program's language says so, not the computer's. */
static int
get_first_weekday (void)
{
  return g_str_has_prefix (pal_language_get (), "ar") ? G_DATE_SATURDAY : G_DATE_MONDAY;
}

static char *
dup_day_words (PalCalendarView *self, int day)
{
  g_autoptr (GDateTime) date = g_date_time_new_local (self->year, self->month, day, 0, 0, 0);

  return pal_language_format_date (date);
}

/* How many cells stand before the first day. */
static int
get_offset (PalCalendarView *self)
{
  g_autoptr (GDateTime) first = g_date_time_new_local (self->year, self->month, 1, 0, 0, 0);

  return (g_date_time_get_day_of_week (first) - get_first_weekday () + N_DAYS) % N_DAYS;
}

static void
show_day (PalCalendarView *self, guint row, guint column)
{
  int day = (int) (row * N_DAYS + column) - get_offset (self) + 1;
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();
  PalShape shape = PAL_SHAPE_PLAIN;
  g_autofree char *date = NULL;
  g_autofree char *list = NULL;
  g_autofree char *name = NULL;

  if (day < 1 || day > g_date_get_days_in_month (self->month, self->year))
    {
      pal_matrix_set_cell (PAL_MATRIX (self->matrix), row, column, PAL_SHAPE_BLANK, 0, NULL);
      return;
    }
  for (guint i = 0; i < self->events->len; i++)
    {
      const Event *event = g_ptr_array_index (self->events, i);

      if (event->day != day)
        continue;
      if (titles->len == 0)
        shape = kinds[event->kind].shape;
      g_ptr_array_add (titles, event->title);
    }
  date = dup_day_words (self, day);
  list = pal_locale_dup_list (titles);
  /* TRANSLATORS: a day of a calendar, and what happens on it */
  name = titles->len > 0 ? g_strdup_printf (C_ ("calendar", "%1$s: %2$s"), date, list)
                         : g_strdup (date);
  pal_matrix_set_cell (PAL_MATRIX (self->matrix), row, column, shape, day, name);
}

static void
show_table (PalCalendarView *self)
{
  const char *const weekdays[]
      = { C_ ("weekday", "Mon"), C_ ("weekday", "Tue"), C_ ("weekday", "Wed"),
          C_ ("weekday", "Thu"), C_ ("weekday", "Fri"), C_ ("weekday", "Sat"),
          C_ ("weekday", "Sun") };
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_free);

  for (int i = 0; i < N_WEEKS; i++)
    g_ptr_array_add (rows, (gpointer) "");
  for (int i = 0; i < N_DAYS; i++)
    {
      PalMatrixColumn *column = g_new0 (PalMatrixColumn, 1);

      column->title = column->label = weekdays[(get_first_weekday () - 1 + i) % N_DAYS];
      g_ptr_array_add (columns, column);
    }
  pal_matrix_set_axes (PAL_MATRIX (self->matrix), rows, columns);
  for (int i = 0; i < N_WEEKS; i++)
    for (int j = 0; j < N_DAYS; j++)
      show_day (self, i, j);
}

static void
show_list (PalCalendarView *self)
{
  pal_row_group_clear (PAL_ROW_GROUP (self->list));
  for (guint i = 0; i < self->events->len; i++)
    {
      const Event *event = g_ptr_array_index (self->events, i);
      g_autofree char *date = dup_day_words (self, event->day);
      g_autofree char *words = g_strdup_printf (
          _ ("%s · %s"), date, g_dpgettext2 (NULL, "calendar", kinds[event->kind].words));
      GtkWidget *row
          = pal_record_row_new (self->session, event->title, words, event->record, event->path);

      adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                                 pal_shape_new (kinds[event->kind].shape, event->day));
      g_object_set_data (G_OBJECT (row), "day", GINT_TO_POINTER (event->day));
      pal_row_group_add (PAL_ROW_GROUP (self->list), row);
    }
  pal_row_group_finish (PAL_ROW_GROUP (self->list),
                        _ ("Nothing in this month: no consultation, and nothing is due."));
}

static void
refresh (PalCalendarView *self)
{
  static const char *const months[]
      = { NC_ ("month alone", "January"),   NC_ ("month alone", "February"),
          NC_ ("month alone", "March"),     NC_ ("month alone", "April"),
          NC_ ("month alone", "May"),       NC_ ("month alone", "June"),
          NC_ ("month alone", "July"),      NC_ ("month alone", "August"),
          NC_ ("month alone", "September"), NC_ ("month alone", "October"),
          NC_ ("month alone", "November"),  NC_ ("month alone", "December") };
  g_autofree char *title
      /* TRANSLATORS: a month of a calendar: its name and the year */
      = g_strdup_printf (C_ ("month of a year", "%1$s %2$d"),
                         g_dpgettext2 (NULL, "month alone", months[self->month - 1]), self->year);

  gtk_label_set_text (GTK_LABEL (self->title), title);
  gather (self);
  show_table (self);
  show_list (self);
}

/**
 * pal_calendar_view_show:
 * @view: a calendar
 * @words: (nullable): not needed here
 *
 * Shows its month as it is now.
 */
void
pal_calendar_view_show (GtkWidget *view, const PalConsultationWords *words)
{
  refresh (PAL_CALENDAR_VIEW (view));
}

/* --- going about -------------------------------------------------------------------------------
 */

static void
step_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalCalendarView *self = PAL_CALENDAR_VIEW (widget);
  int months = self->year * 12 + self->month - 1 + g_variant_get_int32 (parameter);

  self->year = CLAMP (months / 12, 1900, 2999);
  self->month = months % 12 + 1;
  refresh (self);
}

static void
set_today (PalCalendarView *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  self->year = g_date_time_get_year (now);
  self->month = g_date_time_get_month (now);
}

static void
today_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  set_today (PAL_CALENDAR_VIEW (widget));
  refresh (PAL_CALENDAR_VIEW (widget));
}

/* One event opens; of several the person chooses in the list. */
static void
day_activated_cb (PalCalendarView *self, guint row, guint column)
{
  int day = (int) (row * N_DAYS + column) - get_offset (self) + 1;
  const Event *first = NULL;
  guint n = 0, index = 0;

  for (guint i = 0; i < self->events->len; i++)
    {
      const Event *event = g_ptr_array_index (self->events, i);

      if (event->day != day)
        continue;
      if (n++ == 0)
        {
          first = event;
          index = i;
        }
    }
  if (n == 1)
    pal_session_show_record (self->session, first->record, first->path);
  else if (n > 1)
    pal_row_group_focus (PAL_ROW_GROUP (self->list), index);
}

static GtkWidget *
make_button (const char *icon, const char *name, int months)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "calendar.step");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "i", months);

  return button;
}

static GtkWidget *
make_bar (PalCalendarView *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *today = gtk_button_new_with_label (_ ("Today"));

  self->title = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->title), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_widget_add_css_class (self->title, "title-3");
  gtk_widget_set_valign (today, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (today), "calendar.today");
  gtk_box_append (GTK_BOX (bar), self->title);
  gtk_box_append (GTK_BOX (bar), make_button ("go-previous-symbolic", _ ("Previous Month"), -1));
  gtk_box_append (GTK_BOX (bar), today);
  gtk_box_append (GTK_BOX (bar), make_button ("go-next-symbolic", _ ("Next Month"), 1));

  return bar;
}

static void
pal_calendar_view_dispose (GObject *object)
{
  PalCalendarView *self = PAL_CALENDAR_VIEW (object);

  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_pointer (&self->events, g_ptr_array_unref);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pal_calendar_view_parent_class)->dispose (object);
}

static void
pal_calendar_view_class_init (PalCalendarViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_calendar_view_dispose;
  gtk_widget_class_install_action (widget_class, "calendar.step", "i", step_action);
  gtk_widget_class_install_action (widget_class, "calendar.today", NULL, today_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Up, 0, "calendar.step", "i", -1);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Down, 0, "calendar.step", "i", 1);
}

static void
pal_calendar_view_init (PalCalendarView *self)
{
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) event_free);
  set_today (self);
  self->matrix = pal_matrix_new (_ ("Days of the month"));
  gtk_widget_add_css_class (self->matrix, "month");
  gtk_widget_set_halign (self->matrix, GTK_ALIGN_CENTER);
  /* A week fits beside large text, too. */
  pal_matrix_set_stretch (
      PAL_MATRIX (self->matrix),
      MIN (1.2, (double) MONTH_WIDTH / (N_DAYS * pal_matrix_cell_get_side (self->matrix))));
  self->list = pal_row_group_new (_ ("In this month"), NULL);
  g_signal_connect_swapped (self->matrix, "activated", G_CALLBACK (day_activated_cb), self);
  gtk_box_append (GTK_BOX (box), make_bar (self));
  gtk_box_append (GTK_BOX (box), self->matrix);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), box);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (self->list));
  adw_bin_set_child (ADW_BIN (self), page);
}

/**
 * pal_calendar_view_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the present month
 */
GtkWidget *
pal_calendar_view_new (PalSession *session)
{
  PalCalendarView *self = g_object_new (PAL_TYPE_CALENDAR_VIEW, NULL);

  self->session = g_object_ref (session);

  return GTK_WIDGET (self);
}
