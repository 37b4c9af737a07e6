// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-coverage-window"
#include "config.h"

#include "pal-coverage-window.h"

#include "pal-date.h"
#include "pal-language.h"
#include "pal-row-group.h"

#include <glib/gi18n.h>

#define STAKEHOLDER_NAME "/stakeholder/card/identity/name"
#define CONSULTATION_TITLE "/consultation/record/essentials/title"

static char *
dup_date (const char *date)
{
  g_autoptr (GDateTime) day = date != NULL ? pal_date_parse (date) : NULL;

  return day != NULL ? pal_language_format_date (day) : NULL;
}

static GtkWidget *
make_cards (PalSession *session, GPtrArray *cards)
{
  GtkWidget *group = pal_row_group_new (_ ("Stakeholders"), NULL);

  for (guint i = 0; i < cards->len; i++)
    {
      const PalStakeholder *card = g_ptr_array_index (cards, i);

      pal_row_group_add (
          PAL_ROW_GROUP (group),
          pal_record_row_new (session,
                              card->name != NULL ? card->name : _ ("Stakeholder without a name"),
                              card->regions, card->id, STAKEHOLDER_NAME));
    }
  pal_row_group_finish (PAL_ROW_GROUP (group), NULL);

  return group;
}

static GtkWidget *
make_consultations (PalSession *session, GPtrArray *consultations)
{
  GtkWidget *group = pal_row_group_new (_ ("Consultations"), NULL);

  for (guint i = 0; i < consultations->len; i++)
    {
      const PalConsultation *consultation = g_ptr_array_index (consultations, i);
      g_autofree char *date = dup_date (consultation->date);

      pal_row_group_add (PAL_ROW_GROUP (group),
                         pal_record_row_new (session,
                                             consultation->title != NULL
                                                 ? consultation->title
                                                 : _ ("Consultation without a name"),
                                             date, consultation->id, CONSULTATION_TITLE));
    }
  pal_row_group_finish (PAL_ROW_GROUP (group), NULL);

  return group;
}

static GtkWidget *
make_points (PalSession *session, GPtrArray *points)
{
  GtkWidget *group = pal_row_group_new (C_ ("what was said in consultations", "Points"), NULL);

  for (guint i = 0; i < points->len; i++)
    {
      const PalRaisedPoint *point = g_ptr_array_index (points, i);

      pal_row_group_add (PAL_ROW_GROUP (group),
                         pal_record_row_new (session, point->text,
                                             point->is_named && point->source != NULL
                                                 ? point->source
                                                 : _ ("Source not named"),
                                             point->consultation->id, point->row));
    }
  pal_row_group_finish (PAL_ROW_GROUP (group), NULL);

  return group;
}

static GtkWidget *
make_nothing (void)
{
  GtkWidget *group = pal_row_group_new (
      _ ("Nobody yet"), _ ("No card names this article, and nobody of this type was heard on it. A "
                           "new card, or a consultation, would fill the gap."));

  return group;
}

static GtkWidget *
make_title (const char *type, const char *article)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  const char *const texts[] = { type, article };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      GtkWidget *label = gtk_label_new (texts[i]);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_widget_add_css_class (label, i == 0 ? "title-3" : "dim-label");
      gtk_box_append (GTK_BOX (box), label);
    }

  return box;
}

/**
 * pal_coverage_window_present:
 * @parent: a widget in the window over which it stands
 * @session: the open dossier
 * @type: what the type of stakeholder is called
 * @article: what the article is called
 * @records: what stands behind the cell; only read in this call
 *
 * Shows a window of its own. It closes when somebody goes to a record, or by Escape.
 */
void
pal_coverage_window_present (GtkWidget *parent, PalSession *session, const char *type,
                             const char *article, const PalCoverageRecords *records)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *heading = adw_preferences_group_new ();
  GtkWidget *window
      = g_object_new (ADW_TYPE_WINDOW, "transient-for", gtk_widget_get_root (parent), "modal", TRUE,
                      "default-width", 560, "default-height", 560, "width-request", 340, "title",
                      _ ("Who Stands Behind the Number"), NULL);
  GtkShortcut *close = gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                         gtk_named_action_new ("window.close"));
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (shortcuts), close);
  gtk_widget_add_controller (window, shortcuts);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (heading), make_title (type, article));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (heading));
  if (records->stakeholders->len + records->consultations->len == 0)
    adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (make_nothing ()));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page),
                            ADW_PREFERENCES_GROUP (make_cards (session, records->stakeholders)));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (make_consultations (
                                                             session, records->consultations)));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page),
                            ADW_PREFERENCES_GROUP (make_points (session, records->points)));
  gtk_widget_add_css_class (header, "flat");
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), page);
  adw_window_set_content (ADW_WINDOW (window), box);
  /* Whoever goes to a record, or to another page, is done here. */
  g_signal_connect_object (session, "show-record", G_CALLBACK (gtk_window_close), window,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
}
