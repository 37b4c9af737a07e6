// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-hand-over-page"
#include "config.h"

#include "pal-hand-over-page.h"

#include "pal-ask.h"
#include "pal-check-window.h"
#include "pal-clearance-words.h"
#include "pal-clearing.h"
#include "pal-clock.h"
#include "pal-drop-down.h"
#include "pal-hand-over-job.h"
#include "pal-language.h"
#include "pal-pick-file.h"
#include "pal-trouble.h"
#include "pal-wrap-layout.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>
#include <string.h>

/* Each row costs a layout; the file has all of them. */
#define MAX_ROWS 100

#define SPACING 8

struct _PalHandOverPage
{
  AdwBin parent_instance;

  GtkLabel *state_label;
  GtkBox *buttons;
  GtkDropDown *period;
  GtkBox *groups;

  PalSession *session;   /* (owned) */
  PalClearing *clearing; /* (owned) */
  gboolean reading;
  gboolean read_again;
};

G_DEFINE_FINAL_TYPE (PalHandOverPage, pal_hand_over_page, ADW_TYPE_BIN)

/* --- the period */

typedef enum
{
  PERIOD_ALL,
  PERIOD_WEEK,
  PERIOD_MONTH,
  PERIOD_YEAR,
  N_PERIODS
} Period;

static PalHandOverPeriod
get_period (PalHandOverPage *self)
{
  const int days[N_PERIODS] = { 0, 7, 31, 366 };
  guint selected = gtk_drop_down_get_selected (self->period);
  PalHandOverPeriod period = { 0, 0 };

  if (selected > PERIOD_ALL && selected < N_PERIODS)
    period.from_us = g_get_real_time () - (gint64) days[selected] * G_TIME_SPAN_DAY;

  return period;
}

/* --- words */

static const char *
get_text (JsonObject *object, const char *name)
{
  const char *text = json_object_get_string_member_with_default (object, name, NULL);

  return text != NULL && *text != '\0' ? text : NULL;
}

static char *
dup_day (JsonObject *object, const char *name)
{
  const char *text = get_text (object, name);
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;
  g_autoptr (GDateTime) local = time != NULL ? g_date_time_to_local (time) : NULL;

  return local != NULL ? pal_language_format_date (local) : NULL;
}

static char *
dup_who (JsonObject *object, const char *who, const char *when)
{
  const char *name = get_text (object, who);
  g_autofree char *day = dup_day (object, when);

  if (name == NULL || day == NULL)
    return g_strdup (name != NULL ? name : day != NULL ? day : "");

  /* TRANSLATORS: who took a step, and when: "Maria Rossi, 5 minutes ago" */
  return g_strdup_printf (C_ ("step", "%1$s, %2$s"), name, day);
}

static char *
dup_place (PalHandOverPage *self, JsonObject *object)
{
  const char *node = get_text (object, "node");
  const char *page = get_text (object, "page");

  if (node != NULL)
    return pal_point_dup_question (self->session, node);

  return page != NULL ? pal_page_dup_title (self->session, page) : g_strdup ("");
}

/* --- groups */

static AdwPreferencesGroup *
add_group (PalHandOverPage *self, const char *title, const char *none, guint n)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_group_set_title (group, title);
  if (n == 0)
    adw_preferences_group_set_description (group, none);
  gtk_box_append (self->groups, GTK_WIDGET (group));

  return group;
}

static GtkWidget *
add_row (AdwPreferencesGroup *group, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 3);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 12);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle, -1);
  adw_preferences_group_add (group, row);

  return row;
}

static void
add_rest (AdwPreferencesGroup *group, guint n)
{
  g_autofree char *words = NULL;

  if (n <= MAX_ROWS)
    return;
  words = g_strdup_printf (
      ngettext ("And %u more, in the file", "And %u more, in the file", n - MAX_ROWS),
      n - MAX_ROWS);
  add_row (group, words, "");
}

/* --- who did what */

static char *
dup_person_words (PalHandOverPage *self, JsonObject *person)
{
  JsonArray *pages = json_object_get_array_member (person, "pages");
  guint n = json_object_get_int_member (person, "changes");
  g_autofree char *count = g_strdup_printf (ngettext ("%u change", "%u changes", n), n);
  g_autofree char *first = dup_day (person, "first");
  g_autofree char *last = dup_day (person, "last");
  g_autoptr (GString) words = g_string_new (NULL);

  /* TRANSLATORS: how much somebody changed, and from which day to which */
  g_string_append_printf (words, _ ("%1$s, from %2$s to %3$s"), count, first ? first : "",
                          last ? last : "");
  for (guint i = 0; i < json_array_get_length (pages); i++)
    {
      JsonObject *page = json_array_get_object_element (pages, i);
      g_autofree char *title
          = pal_page_dup_title (self->session, json_object_get_string_member (page, "page"));

      /* TRANSLATORS: the title of a page, and how many answers somebody changed there */
      g_string_append_printf (words, _ ("\n%1$s: %2$u"), title,
                              (guint) json_object_get_int_member (page, "changes"));
    }

  return g_string_free (g_steal_pointer (&words), FALSE);
}

static void
add_people (PalHandOverPage *self, JsonObject *root)
{
  JsonArray *people = json_object_get_array_member (root, "people");
  guint n = json_array_get_length (people);
  AdwPreferencesGroup *group
      = add_group (self, _ ("Who did what"), _ ("Nobody changed anything in this time."), n);

  for (guint i = 0; i < n && i < MAX_ROWS; i++)
    {
      JsonObject *person = json_array_get_object_element (people, i);
      const char *name = get_text (person, "name");
      g_autofree char *words = dup_person_words (self, person);

      add_row (group, name != NULL ? name : _ ("Somebody without a name"), words);
    }
  add_rest (group, n);
}

static void
add_assignments (PalHandOverPage *self, JsonObject *root)
{
  JsonArray *assignments = json_object_get_array_member (root, "assignments");
  guint n = json_array_get_length (assignments);
  AdwPreferencesGroup *group = NULL;

  if (n == 0)
    return;
  group = add_group (self, _ ("Who works on what"), NULL, n);
  for (guint i = 0; i < n && i < MAX_ROWS; i++)
    {
      JsonObject *one = json_array_get_object_element (assignments, i);
      const char *person = get_text (one, "person");
      g_autofree char *title = dup_place (self, one);
      g_autofree char *due = dup_day (one, "due");
      g_autofree char *words
          = due != NULL ? g_strdup_printf (_ ("%1$s, until %2$s"), person ? person : "", due)
                        : g_strdup (person ? person : "");

      add_row (group, title, words);
    }
  add_rest (group, n);
}

/* --- what is open */

static void
open_activated_cb (AdwActionRow *row, PalHandOverPage *self)
{
  const char *const pages[] = { g_object_get_data (G_OBJECT (row), "page"), NULL };

  gtk_window_present (GTK_WINDOW (
      pal_check_window_new (GTK_WIDGET (self), self->clearing, pages, PAL_PAGE_CLEARED)));
}

/* What may stay empty is in nobody's way once the page is cleared. */
static gboolean
is_open (PalClearance *clearance, const PalPageClearance *page)
{
  g_autoptr (GPtrArray) open = NULL;

  if (!page->is_relevant || page->n_questions == 0)
    return FALSE;
  if (page->state != PAL_PAGE_CLEARED || page->is_altered)
    return TRUE;
  open = pal_clearance_list_open (clearance, page, PAL_PAGE_CLEARED);

  return open->len > 0;
}

static void
add_open (PalHandOverPage *self)
{
  PalClearance *clearance = pal_clearing_get_clearance (self->clearing);
  AdwPreferencesGroup *group = NULL;
  guint n = 0;

  group
      = add_group (self, _ ("What is open"), _ ("Everything is cleared, and nothing is open."), 0);
  for (guint i = 0; clearance != NULL && i < clearance->pages->len; i++)
    {
      const PalPageClearance *page = g_ptr_array_index (clearance->pages, i);
      g_autofree char *line = pal_points_dup_line (page->points);
      g_autofree char *state = pal_page_dup_state_line (page);
      g_autofree char *title = NULL;
      g_autofree char *words = NULL;
      GtkWidget *row = NULL;

      if (!is_open (clearance, page))
        continue;
      title = pal_page_dup_title (self->session, page->path);
      words = line != NULL ? g_strdup_printf ("%s\n%s", state, line) : g_strdup (state);
      row = add_row (group, title, words);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                                 gtk_image_new_from_icon_name ("go-next-symbolic"));
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_object_set_data_full (G_OBJECT (row), "page", g_strdup (page->path), g_free);
      g_signal_connect (row, "activated", G_CALLBACK (open_activated_cb), self);
      n++;
    }
  if (n > 0)
    adw_preferences_group_set_description (group, NULL);
}

/* --- why it was decided so */

static const char *
get_decision_words (const char *state, gboolean with_open)
{
  if (g_strcmp0 (state, "draft") == 0)
    return _ ("Reopened");
  if (g_strcmp0 (state, "ready") == 0)
    return with_open ? _ ("Marked as ready with points open") : _ ("Marked as ready");
  if (g_strcmp0 (state, "cleared") == 0)
    return with_open ? _ ("Cleared with points open") : _ ("Cleared");
  if (g_strcmp0 (state, "settled") == 0)
    return _ ("Decided between several people's answers");
  if (g_strcmp0 (state, "purged") == 0)
    return _ ("A text was taken out of the dossier for good");

  return "";
}

/* Lines of "kind path" become counts. */
static char *
dup_open_words (const char *open)
{
  g_auto (GStrv) lines = g_strsplit (open, "\n", -1);
  g_autoptr (GPtrArray) points = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; lines[i] != NULL; i++)
    for (guint kind = 0; kind <= PAL_POINT_LAST; kind++)
      {
        const char *word = pal_point_kind_to_string (kind);

        if (g_str_has_prefix (lines[i], word) && lines[i][strlen (word)] == ' ')
          {
            PalPoint *point = g_new0 (PalPoint, 1);

            point->kind = kind;
            g_ptr_array_add (points, point);
            break;
          }
      }

  return pal_points_dup_line (points);
}

static void
add_decisions (PalHandOverPage *self, JsonObject *root)
{
  JsonArray *decisions = json_object_get_array_member (root, "decisions");
  guint n = json_array_get_length (decisions);
  AdwPreferencesGroup *group
      = add_group (self, _ ("Why it was decided so"), _ ("Nothing was decided in this time."), n);

  /* The newest first. */
  for (guint i = 0; i < n && i < MAX_ROWS; i++)
    {
      JsonObject *one = json_array_get_object_element (decisions, n - 1 - i);
      const char *why = get_text (one, "why");
      const char *open = get_text (one, "open");
      g_autofree char *counts = open != NULL ? dup_open_words (open) : NULL;
      g_autofree char *who = dup_who (one, "by", "time");
      g_autofree char *title = dup_place (self, one);
      g_autoptr (GString) words = g_string_new (NULL);

      g_string_append_printf (words, C_ ("step", "%1$s · %2$s"),
                              get_decision_words (get_text (one, "state"), open != NULL), who);
      if (why != NULL)
        /* TRANSLATORS: somebody's own words follow */
        g_string_append_printf (words, _ ("\nWhy: %s"), why);
      if (counts != NULL)
        g_string_append_printf (words, "\n%s", counts);
      add_row (group, title, words->str);
    }
  add_rest (group, n);
}

static void
add_editions (PalHandOverPage *self, JsonObject *root)
{
  JsonArray *editions = json_object_get_array_member (root, "editions");
  guint n = json_array_get_length (editions);
  AdwPreferencesGroup *group = NULL;

  if (n == 0)
    return;
  group = add_group (self, _ ("Editions"), NULL, n);
  for (guint i = 0; i < n && i < MAX_ROWS; i++)
    {
      JsonObject *one = json_array_get_object_element (editions, n - 1 - i);
      const char *digest = get_text (one, "digest");
      g_autofree char *groups = pal_digest_dup_groups (digest != NULL ? digest : "");
      g_autofree char *title = dup_who (one, "by", "time");
      g_autofree char *packed = dup_day (one, "packed");
      g_autofree char *words = packed != NULL
                                   ? g_strdup_printf (_ ("Packed on %1$s\n%2$s"), packed, groups)
                                   : g_strdup_printf (_ ("Not packed yet\n%s"), groups);

      add_row (group, title, words);
    }
  add_rest (group, n);
}

static void
add_comments (PalHandOverPage *self, JsonObject *root)
{
  JsonArray *comments = json_object_get_array_member (root, "comments");
  guint n = json_array_get_length (comments);
  AdwPreferencesGroup *group = NULL;

  if (n == 0)
    return;
  group = add_group (self, _ ("Comments"), NULL, n);
  for (guint i = 0; i < n && i < MAX_ROWS; i++)
    {
      JsonObject *one = json_array_get_object_element (comments, n - 1 - i);
      const char *text = get_text (one, "text");
      g_autofree char *title = dup_place (self, one);
      g_autofree char *who = dup_who (one, "by", "time");
      g_autofree char *words = g_strdup_printf ("%s\n%s", who, text != NULL ? text : "");

      add_row (group, title, words);
    }
  add_rest (group, n);
}

/* --- reading */

static void read_again (PalHandOverPage *self);

static void
show (PalHandOverPage *self, JsonObject *root)
{
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->groups))) != NULL)
    gtk_box_remove (self->groups, child);
  add_open (self);
  add_assignments (self, root);
  add_decisions (self, root);
  add_editions (self, root);
  add_people (self, root);
  add_comments (self, root);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHandOverPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = pal_hand_over_read_finish (PAL_SESSION (source), result, &error);
  g_autofree char *words = NULL;

  self->reading = FALSE;
  if (self->session == NULL)
    return; /* the page went away */
  if (self->read_again)
    {
      read_again (self);
      return;
    }
  words = root != NULL ? g_strdup (_ ("For whoever takes over: what is open now, and what was done "
                                      "and decided. It holds names, reasons and comments, and no "
                                      "answers."))
                       : pal_trouble_dup_words (error);
  pal_wrap_set_text (self->state_label, words);
  if (root != NULL)
    show (self, json_node_get_object (root));
}

static void
read_again (PalHandOverPage *self)
{
  PalHandOverPeriod period = get_period (self);

  if (self->session == NULL)
    return;
  self->read_again = self->reading;
  if (self->reading)
    return;
  self->reading = TRUE;
  pal_hand_over_read_async (self->session, &period, read_cb, g_object_ref (self));
}

static void
period_changed_cb (PalHandOverPage *self)
{
  read_again (self);
}

/* --- files */

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHandOverPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (pal_hand_over_save_finish (PAL_SESSION (source), result, &error))
    {
      pal_toast (GTK_WIDGET (self), adw_toast_new (_ ("The hand-over is saved")));
      return;
    }
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (self), _ ("The hand-over could not be saved"), words);
}

static void
save_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHandOverPage) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);
  PalHandOverPeriod period = get_period (self);

  if (file != NULL && g_file_peek_path (file) != NULL && self->session != NULL)
    pal_hand_over_save_async (self->session, &period, g_file_peek_path (file), saved_cb,
                              g_object_ref (self));
}

static void
save_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_SAVE,
                       .title = _ ("Save the Hand-over"),
                       .accept = _ ("_Save"),
                       .name = "hand-over.md" };

  pal_pick_file_async (widget, &pick, save_picked_cb, g_object_ref (widget));
}

static char *
dup_trail_trouble (const GError *error)
{
  if (error->domain == PAL_TRAIL_ERROR)
    switch ((PalTrailError) error->code)
      {
      case PAL_TRAIL_ERROR_MALFORMED:
        return g_strdup (
            _ ("This file is not a trail, or one of its lines does not belong in a trail."));
      case PAL_TRAIL_ERROR_ALTERED:
        return g_strdup (_ ("Something in it was altered after it was written: a line does not "
                            "match the one before it."));
      case PAL_TRAIL_ERROR_CUT:
        return g_strdup (_ ("It is cut short, or something was added after its end."));
      }

  return pal_trouble_dup_words (error);
}

static void
tell_report (PalHandOverPage *self, const char *heading, const PalTrailReport *report)
{
  g_autofree char *digest = pal_digest_dup_groups (report->digest);
  guint n = MIN (report->n_changes, G_MAXUINT);
  g_autofree char *words = g_strdup_printf (
      ngettext ("It holds %1$u change, and each line matches the one before it. Whoever keeps this "
                "digest of its last line can tell whether it is the same:\n%2$s",
                "It holds %1$u changes, and each line matches the one before it. Whoever keeps "
                "this digest of its last line can tell whether it is the same:\n%2$s",
                n),
      n, digest);

  pal_tell (GTK_WIDGET (self), heading, words);
}

/* What became of the trail, below one of two headings. */
static void
tell_trail (PalHandOverPage *self, GObject *session, GAsyncResult *result, const char *whole,
            const char *trouble)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalTrailReport) report
      = pal_hand_over_trail_finish (PAL_SESSION (session), result, &error);
  g_autofree char *words = NULL;

  if (self->session == NULL)
    return; /* the page went away */
  if (report != NULL)
    {
      tell_report (self, whole, report);
      return;
    }
  words = dup_trail_trouble (error);
  pal_tell (GTK_WIDGET (self), trouble, words);
}

static void
trail_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHandOverPage) self = user_data;

  tell_trail (self, source, result, _ ("The trail is saved and whole"),
              _ ("The trail could not be saved"));
}

static void
trail_checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHandOverPage) self = user_data;

  tell_trail (self, source, result, _ ("The trail is whole"), _ ("The trail is not whole"));
}

static void
trail_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHandOverPage) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file != NULL && g_file_peek_path (file) != NULL && self->session != NULL)
    pal_hand_over_save_trail_async (self->session, g_file_peek_path (file), trail_saved_cb,
                                    g_object_ref (self));
}

static void
save_trail_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_SAVE,
                       .title = _ ("Save the Trail"),
                       .accept = _ ("_Save"),
                       .name = "trail.jsonl" };

  pal_pick_file_async (widget, &pick, trail_picked_cb, g_object_ref (widget));
}

static void
check_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalHandOverPage) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file != NULL && g_file_peek_path (file) != NULL && self->session != NULL)
    pal_hand_over_check_trail_async (self->session, g_file_peek_path (file), trail_checked_cb,
                                     g_object_ref (self));
}

static void
check_trail_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_OPEN,
                       .title = _ ("Check a Trail"),
                       .accept = _ ("_Check"),
                       .filter_name = _ ("Trails"),
                       .pattern = "*.jsonl" };

  pal_pick_file_async (widget, &pick, check_picked_cb, g_object_ref (widget));
}

/* --- the widget */

static void
pal_hand_over_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (pal_hand_over_page_parent_class)->map (widget);

  /* What was seen there is shown when it has changed. */
  pal_clearing_look (PAL_HAND_OVER_PAGE (widget)->clearing);
}

static void
pal_hand_over_page_dispose (GObject *object)
{
  PalHandOverPage *self = PAL_HAND_OVER_PAGE (object);

  g_clear_object (&self->session);
  g_clear_object (&self->clearing);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_HAND_OVER_PAGE);

  G_OBJECT_CLASS (pal_hand_over_page_parent_class)->dispose (object);
}

static void
pal_hand_over_page_class_init (PalHandOverPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_hand_over_page_dispose;
  widget_class->map = pal_hand_over_page_map;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/clearance/pal-hand-over-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalHandOverPage, state_label);
  gtk_widget_class_bind_template_child (widget_class, PalHandOverPage, buttons);
  gtk_widget_class_bind_template_child (widget_class, PalHandOverPage, period);
  gtk_widget_class_bind_template_child (widget_class, PalHandOverPage, groups);
  gtk_widget_class_bind_template_callback (widget_class, period_changed_cb);
  gtk_widget_class_install_action (widget_class, "hand-over.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "hand-over.save-trail", NULL, save_trail_action);
  gtk_widget_class_install_action (widget_class, "hand-over.check-trail", NULL, check_trail_action);
}

static void
pal_hand_over_page_init (PalHandOverPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pal_drop_down_let_shrink (self->period);
  gtk_widget_set_layout_manager (GTK_WIDGET (self->buttons), pal_wrap_layout_new (SPACING));
}

static void
seen_cb (PalHandOverPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    read_again (self);
}

/**
 * pal_hand_over_page_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the page; it reads whenever it is shown
 */
GtkWidget *
pal_hand_over_page_new (PalSession *session)
{
  PalHandOverPage *self = g_object_new (PAL_TYPE_HAND_OVER_PAGE, NULL);

  self->session = g_object_ref (session);
  self->clearing = g_object_ref (pal_clearing_of_session (session));
  g_signal_connect_object (self->clearing, "changed", G_CALLBACK (seen_cb), self,
                           G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}
