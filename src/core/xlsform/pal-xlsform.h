// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-xml.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A workbook or CSV in the XLSForm layout -> ODK XForm. */

#define PAL_XLSFORM_ERROR (pal_xlsform_error_quark ())
typedef enum
{
  PAL_XLSFORM_ERROR_WORKBOOK, /* not a workbook that we read, or hostile */
  PAL_XLSFORM_ERROR_SHEET,    /* the message has sheet, row, column */
  PAL_XLSFORM_ERROR_CATALOGUE /* a PO file that does not parse */
} PalXlsformError;
GQuark pal_xlsform_error_quark (void);

/* catalogues_dir: (nullable): folder with <language>.po files to be merged into itext.
 * warnings: (out) (element-type utf8). Blocking. */
GBytes *pal_xlsform_compile (const char *path, const char *catalogues_dir, GPtrArray **warnings,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same with a second workbook, whose templates, choices and catalogues (in the folder po beside
 * it) apply too. shared_path: (nullable). Blocking. */
GBytes *
pal_xlsform_compile_shared (const char *path, const char *shared_path, const char *catalogues_dir,
                            GPtrArray **warnings, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The translatable strings as a gettext template (POT), context = "node:kind"; without those of
 * shared_path (nullable). Blocking. */
GBytes *pal_xlsform_extract (const char *path, const char *shared_path,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Merges PO catalogues into a form that is made already. Blocking. */
GBytes *pal_xlsform_localize (GBytes *form, const char *name, const char *catalogues_dir,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same in place, with catalogues that are read already (element-type PalMessages). */
gboolean pal_xlsform_localize_document (PalDocument *document, GPtrArray *messages,
                                        const char *name, GError **error);

G_END_DECLS
