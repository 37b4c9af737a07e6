// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-consultations.h"

G_BEGIN_DECLS

/* Where an organization was: its history of participation. */

typedef struct
{
  const PalConsultation *consultation;
  gboolean took_part; /* it is one of the participants */
  guint n_points;     /* that it made, and is named with */
  guint n_told;       /* of them: what became of them was told */
} PalParticipation;

GPtrArray *pal_consultations_list_participations (PalConsultations *self,
                                                  const char *card) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
