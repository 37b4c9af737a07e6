// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"
#include "pal-response.h"

G_BEGIN_DECLS

/* What people outside government entrusted to a dossier, and what of it may leave: the one table
 * from which packages, trails and previews are made. */

/* consultation, stakeholder, input, arrival: their records stay unless somebody ticks each. */
gboolean pal_protected_is_form (const char *form_id);
/* Whether a node, by its path, is in such a record. */
gboolean pal_protected_is_node (const char *node);

typedef enum
{
  PAL_STAY_NOT,        /* it may go, once it is ticked */
  PAL_STAY_RESTRICTED, /* it says of itself that it is for few */
  PAL_STAY_SCOPE,      /* it was given for inside the dossier, or for the State alone */
  PAL_STAY_EXPIRED,    /* the consent was given until a day that is past */
  PAL_STAY_WITHDRAWN
} PalStay;
/* Whether a record as a whole stays here. today: ISO 8601. */
PalStay pal_protected_judge (PalResponse *response, const char *today);

/* Why something stays here even if its record goes. */
typedef enum
{
  PAL_HELD_INSIDE,  /* it is for the work inside: what is said about protection, who is invited */
  PAL_HELD_CONTACT, /* how people can be reached */
  PAL_HELD_NAME,    /* a name, without the consent of its bearer to show it */
  PAL_HELD_RESTRICTED, /* it stands in a point that must stay */
  PAL_HELD_WITHDRAWN,  /* of somebody who took the consent back */
  PAL_HELD_STATE,      /* it was given to the State alone */
  PAL_N_HELD
} PalHeldReason;
const char *pal_held_reason_to_string (PalHeldReason reason);

typedef struct
{
  char *path;  /* with row ids */
  char *value; /* that stays here */
  PalHeldReason reason;
} PalHeld;
void pal_held_free (PalHeld *held);

/* Takes out of a copy what stays here even if the record goes. held: (nullable) (element-type
 * PalHeld): what is taken out is added, in the order of the form. */
gboolean pal_protected_strip (PalResponse *response, GPtrArray *held, GError **error);

/* For whoever walks the log, from its beginning: which changes hold what was entrusted, also in
 * another language. One thread at a time. */
typedef struct _PalProtectedLog PalProtectedLog;
PalProtectedLog *pal_protected_log_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pal_protected_log_free (PalProtectedLog *self);
gboolean pal_protected_log_holds (PalProtectedLog *self, const PalChange *change);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalProtectedLog, pal_protected_log_free)

G_END_DECLS
