// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-supplement-group"
#include "config.h"

#include "pal-supplement-group.h"

#include "pal-answer-words.h"
#include "pal-clearance-words.h"
#include "pal-group-rows.h"
#include "pal-language.h"

#include <glib/gi18n.h>

/* Each row costs a layout; the supplement has all of them. */
#define MAX_ROWS 60

struct _PalSupplementGroup
{
  AdwPreferencesGroup parent_instance;

  PalClearing *clearing; /* (unowned): the page holds it */
  GPtrArray *rows;       /* (owned) (element-type GtkWidget): in the group, unowned */
  guint n_changes;
};

G_DEFINE_FINAL_TYPE (PalSupplementGroup, pal_supplement_group, ADW_TYPE_PREFERENCES_GROUP)

/* --- words */

/* An answer as the person gave it: choices by their labels. */
static char *
dup_answer (PalSession *session, const char *path, const char *value)
{
  PalRecord *record = pal_session_get_questionnaire (session);
  PalResponse *response = record != NULL ? pal_record_get_response (record) : NULL;
  PalNode *node = response != NULL ? pal_response_find (response, path) : NULL;
  PalFormNode *def = node != NULL ? pal_response_get_definition (response, node) : NULL;
  char *words = NULL;

  if (value == NULL || *value == '\0')
    /* TRANSLATORS: where the answer to a question would stand: there is none */
    return g_strdup (C_ ("supplement", "no answer"));
  if (def != NULL && def->control != NULL)
    words = pal_answer_dup_words (response, def->control, node, value);

  return words != NULL ? words : g_strdup (value);
}

static char *
dup_change (PalSession *session, const PalAnswerChange *change)
{
  g_autofree char *from = change->from_purged
                              ? g_strdup (_ ("a text that was taken out of the dossier"))
                              : dup_answer (session, change->node, change->from);
  g_autofree char *to = change->is_relevant || change->to != NULL
                            ? dup_answer (session, change->node, change->to)
                            : g_strdup (_ ("the question no longer applies"));
  /* TRANSLATORS: of an answer that is another now: what it said, what it says */
  g_autofree char *words = g_strdup_printf (_ ("Before: %1$s\nNow: %2$s"), from, to);

  if (change->reason == NULL || *change->reason == '\0')
    return g_steal_pointer (&words);

  /* TRANSLATORS: what changed, and why the page was opened again */
  return g_strdup_printf (_ ("%1$s\nWhy: %2$s"), words, change->reason);
}

/* --- rows */

static void
activated_cb (AdwActionRow *row, PalSupplementGroup *self)
{
  PalSession *session = self->clearing != NULL ? pal_clearing_get_session (self->clearing) : NULL;

  if (session != NULL)
    pal_session_show_question (session, g_object_get_data (G_OBJECT (row), "node"));
}

static void
add_row (PalSupplementGroup *self, PalSession *session, const PalAnswerChange *change)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *question = change->label != NULL && *change->label != '\0'
                                  ? g_strdup (change->label)
                                  : pal_point_dup_question (session, change->node);
  g_autofree char *words = dup_change (session, change);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), question);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 3);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), words);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 9);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, question,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
  g_object_set_data_full (G_OBJECT (row), "node", g_strdup (change->node), g_free);
  g_signal_connect (row, "activated", G_CALLBACK (activated_cb), self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

static char *
dup_description (const PalSupplement *supplement)
{
  g_autoptr (GDateTime) then
      = g_date_time_new_from_unix_local (supplement->base->time_us / G_USEC_PER_SEC);
  g_autofree char *day = then != NULL ? pal_language_format_date (then) : g_strdup ("");
  g_autofree char *digest = pal_digest_dup_short (supplement->base->digest);
  guint n = supplement->changes->len;
  g_autofree char *words = NULL;

  if (n == 0)
    return g_strdup_printf (
        /* TRANSLATORS: the day of an edition, and the first digits of its digest */
        _ ("Every answer is what it was in the edition of %1$s (%2$s), which was packed."), day,
        digest);
  words = g_strdup_printf (
      ngettext ("%1$u answer differs from the edition of %2$s (%3$s), which was packed. Only this "
                "answer goes.",
                "%1$u answers differ from the edition of %2$s (%3$s), which was packed. Only these "
                "answers go.",
                n),
      n, day, digest);
  if (supplement->present != NULL)
    return g_steal_pointer (&words);

  return g_strconcat (words, "\n", _ ("Not all of it is cleared, and the supplement says so."),
                      NULL);
}

/**
 * pal_supplement_group_show:
 * @self: a group
 * @clearing: of the dossier
 *
 * Shows what was seen last.
 */
void
pal_supplement_group_show (PalSupplementGroup *self, PalClearing *clearing)
{
  PalSupplement *supplement = pal_clearing_get_supplement (clearing);
  PalSession *session = pal_clearing_get_session (clearing);
  g_autofree char *description = NULL;

  g_return_if_fail (PAL_IS_SUPPLEMENT_GROUP (self));

  self->clearing = clearing;
  pal_group_rows_clear (self->rows);
  self->n_changes = supplement != NULL ? supplement->changes->len : 0;
  gtk_widget_set_visible (GTK_WIDGET (self), supplement != NULL);
  if (supplement == NULL || session == NULL)
    return;
  description = dup_description (supplement);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), description);
  for (guint i = 0; i < supplement->changes->len && i < MAX_ROWS; i++)
    add_row (self, session, g_ptr_array_index (supplement->changes, i));
}

gboolean
pal_supplement_group_has_changes (PalSupplementGroup *self)
{
  return self->n_changes > 0;
}

/* --- the widget */

static void
pal_supplement_group_dispose (GObject *object)
{
  PAL_SUPPLEMENT_GROUP (object)->clearing = NULL;

  G_OBJECT_CLASS (pal_supplement_group_parent_class)->dispose (object);
}

static void
pal_supplement_group_finalize (GObject *object)
{
  g_ptr_array_unref (PAL_SUPPLEMENT_GROUP (object)->rows);

  G_OBJECT_CLASS (pal_supplement_group_parent_class)->finalize (object);
}

static void
pal_supplement_group_class_init (PalSupplementGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pal_supplement_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_supplement_group_finalize;
}

static void
pal_supplement_group_init (PalSupplementGroup *self)
{
  self->rows = g_ptr_array_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _ ("Send a supplement"));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
