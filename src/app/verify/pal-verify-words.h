// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-verify-look.h"

G_BEGIN_DECLS

/* What was found out about a package, for people. */

/* (transfer none): the verdict, and what follows from it. */
const char *pal_verify_get_verdict (const PalVerifyLook *look);
const char *pal_verify_get_advice (const PalVerifyLook *look);
/* (transfer none): what a package is for. kind: (nullable) */
const char *pal_verify_get_kind (const char *kind);
/* Since when, and how it was made sure. */
char *pal_verify_dup_known (const PalKnownSigner *known) G_GNUC_WARN_UNUSED_RESULT;
char *pal_verify_dup_signer (const PalVerifySigner *signer) G_GNUC_WARN_UNUSED_RESULT;
/* What others type who have no Palermo. */
char *pal_verify_dup_commands (const PalVerifyLook *look) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
