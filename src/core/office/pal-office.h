// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-kit.h"

G_BEGIN_DECLS

/* Twins of a kit for people who work with office programs or with a pen: the same form as a
 * workbook, as a text with fields, and as pages to print. What comes back of the first two is read
 * as what a kit saves. data/kit/README.md describes them. */

typedef enum
{
  PAL_OFFICE_XLSX,
  PAL_OFFICE_DOCX,
  PAL_OFFICE_PDF, /* for a pen: nothing is read from it */
  PAL_OFFICE_N_FORMATS
} PalOfficeFormat;

/* order: as for pal_kit_make(). */
GBytes *pal_office_make (const PalKitOrder *order, PalOfficeFormat format,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* format: (out) (nullable): by what is in the file, never by its name; never PAL_OFFICE_PDF. */
gboolean pal_office_fits (GBytes *bytes, PalOfficeFormat *format);
PalKitInput *
pal_office_read (GBytes *bytes, PalForm *form, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Any file that a kit or one of its twins comes back as. */
PalKitInput *
pal_office_read_file (const char *path, PalForm *form, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *pal_office_format_get_name (PalOfficeFormat format); /* "xlsx": also the suffix */
const char *pal_office_format_get_media_type (PalOfficeFormat format);
gboolean pal_office_format_from_name (const char *name, PalOfficeFormat *format);

G_END_DECLS
