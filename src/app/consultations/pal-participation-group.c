// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-participation-group"
#include "config.h"

#include "pal-participation-group.h"

#include "pal-date.h"
#include "pal-heard.h"
#include "pal-language.h"
#include "pal-participation.h"
#include "pal-text.h"

#include <glib/gi18n.h>

#define MAX_ROWS 100 /* each costs a layout */
#define RECORD_KEY "pal-record"
#define TITLE_NODE "/consultation/record/essentials/title"

struct _PalParticipationGroup
{
  AdwPreferencesGroup parent_instance;

  GtkListBox *list;

  PalSession *session; /* (owned) */
  PalHeard *heard;     /* (unowned): lives as long as the dossier */
  char *card;          /* (owned): id of the record */
};

G_DEFINE_FINAL_TYPE (PalParticipationGroup, pal_participation_group, ADW_TYPE_PREFERENCES_GROUP)

static char *
dup_points (const PalParticipation *participation)
{
  guint n = participation->n_points;
  g_autofree char *points = NULL;

  if (n == 0)
    return g_strdup (_ ("took part"));
  points = g_strdup_printf (ngettext ("%u point", "%u points", n), n);
  if (participation->n_told == 0)
    return g_steal_pointer (&points);
  if (participation->n_told == n)
    /* TRANSLATORS: how many points an organization made in a consultation: "2 points"; it was told
     * what became of all of them */
    return g_strdup_printf (_ ("%s, feedback given"), points);

  /* TRANSLATORS: the same, of some of them: "3 points, feedback given on 1" */
  return g_strdup_printf (_ ("%1$s, feedback given on %2$u"), points, participation->n_told);
}

static GtkWidget *
row_new (const PalParticipation *participation)
{
  const PalConsultation *consultation = participation->consultation;
  GtkWidget *row = adw_action_row_new ();
  const char *title = pal_text_is_blank (consultation->title) ? _ ("Consultation without a name")
                                                              : consultation->title;
  g_autoptr (GDateTime) day
      = consultation->date != NULL ? pal_date_parse (consultation->date) : NULL;
  g_autofree char *date = day != NULL ? pal_language_format_date (day) : NULL;
  g_autofree char *points = dup_points (participation);
  g_autofree char *subtitle
      = date != NULL ? g_strdup_printf (_ ("%s · %s"), date, points) : g_strdup (points);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), RECORD_KEY, g_strdup (consultation->id), g_free);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle, -1);

  return row;
}

static void
update (PalParticipationGroup *self)
{
  PalConsultations *consultations = pal_heard_get_consultations (self->heard);
  g_autoptr (GPtrArray) list
      = consultations != NULL ? pal_consultations_list_participations (consultations, self->card)
                              : NULL;
  guint n = list != NULL ? list->len : 0;
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, row);
  for (guint i = 0; i < n && i < MAX_ROWS; i++)
    gtk_list_box_append (self->list, row_new (g_ptr_array_index (list, i)));
  gtk_widget_set_visible (GTK_WIDGET (self->list), n > 0);
  adw_preferences_group_set_description (
      ADW_PREFERENCES_GROUP (self),
      n > 0 ? _ ("Found by the name on this card.")
            : _ ("No consultation names this stakeholder yet, as a participant or with a point."));
}

static void
row_activated_cb (PalParticipationGroup *self, GtkListBoxRow *row)
{
  pal_session_show_record (self->session, g_object_get_data (G_OBJECT (row), RECORD_KEY),
                           TITLE_NODE);
}

static void
pal_participation_group_dispose (GObject *object)
{
  PalParticipationGroup *self = PAL_PARTICIPATION_GROUP (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->card, g_free);

  G_OBJECT_CLASS (pal_participation_group_parent_class)->dispose (object);
}

static void
pal_participation_group_class_init (PalParticipationGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pal_participation_group_dispose;
}

static void
pal_participation_group_init (PalParticipationGroup *self)
{
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_widget_set_margin_top (GTK_WIDGET (self), 24);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _ ("History of participation"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("History of participation"), -1);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->list));
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
}

/**
 * pal_participation_group_new:
 * @session: an open dossier
 * @card: id of a stakeholder's card
 *
 * Returns: (transfer floating): a group that follows what is written down of consultations
 */
GtkWidget *
pal_participation_group_new (PalSession *session, const char *card)
{
  PalParticipationGroup *self = g_object_new (PAL_TYPE_PARTICIPATION_GROUP, NULL);

  self->session = g_object_ref (session);
  self->card = g_strdup (card);
  self->heard = pal_heard_of_dossier (pal_session_get_dossier (session));
  g_signal_connect_object (self->heard, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}
