// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-parcel.h"

G_BEGIN_DECLS

/* Packages that went out, for people. All: (transfer full). */

char *pal_parcel_dup_day (gint64 time_us) G_GNUC_WARN_UNUSED_RESULT;
/* The day, and what kind of package it was. */
char *pal_parcel_dup_title (const PalParcel *parcel) G_GNUC_WARN_UNUSED_RESULT;
/* Which way it went, and whether it came. */
char *pal_parcel_dup_way (const PalParcel *parcel) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
