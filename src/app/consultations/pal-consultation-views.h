// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-consultation-words.h"
#include "pal-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The same consultations seen in several ways: as a list, in a calendar, as a table of who was
 * heard on what, in numbers, as a plan. One of them is shown; it follows what is written. */

#define PAL_TYPE_CONSULTATION_VIEWS (pal_consultation_views_get_type ())
G_DECLARE_FINAL_TYPE (PalConsultationViews, pal_consultation_views, PAL, CONSULTATION_VIEWS,
                      GtkWidget)

/* list: the widget that is shown first. */
GtkWidget *pal_consultation_views_new (PalSession *session, GtkWidget *list);
/* view: list, calendar, coverage, measures, plan */
void pal_consultation_views_show (PalConsultationViews *self, const char *view);
/* After a record was closed: FALSE when that is the list's to do. */
gboolean pal_consultation_views_take_focus (PalConsultationViews *self);

/* A view is a widget and what fills it. words: (nullable): not there yet; lives as long as the
 * view. */
typedef struct
{
  const char *id;
  const char *title;
  GtkWidget *(*make) (PalSession *session);
  void (*show) (GtkWidget *view, const PalConsultationWords *words);
} PalConsultationViewType;

G_END_DECLS
