// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-consultations.h"
#include "pal-outline.h"

G_BEGIN_DECLS

/* Which questions a point is about: those to which it was tied, those whose printed numbers it
 * names, or its articles as a whole. */

typedef struct
{
  PalRaisedPoint *point;   /* (unowned) */
  PalOutlineCard *card;    /* (unowned) (nullable): NULL: the page as a whole */
  const PalThread *thread; /* (unowned) (nullable): somebody tied it there */
} PalPointPlace;

/* record: of the questionnaire that the page belongs to. (element-type PalPointPlace): in the order
 * of the cards, then what is about the page as a whole; a point may stand at several cards. */
GPtrArray *pal_point_places_find (PalConsultations *consultations, const char *record,
                                  PalOutlinePage *page) G_GNUC_WARN_UNUSED_RESULT;
/* The same of points that stand nowhere yet. */
GPtrArray *pal_point_places_find_of (GPtrArray *points, const char *record,
                                     PalOutlinePage *page) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
