// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A row that holds a colleague's certificate, from a file that they gave. */

#define PAL_TYPE_CERTIFICATE_ROW (pal_certificate_row_get_type ())
G_DECLARE_FINAL_TYPE (PalCertificateRow, pal_certificate_row, PAL, CERTIFICATE_ROW, AdwActionRow)

/* What stands there while there is none. */
void pal_certificate_row_set_empty_words (PalCertificateRow *self, const char *words);
/* One that is known by its fingerprint only, or none. */
void pal_certificate_row_set_fingerprint (PalCertificateRow *self, const char *fingerprint);
void pal_certificate_row_load (PalCertificateRow *self, const char *path);

const char *pal_certificate_row_get_fingerprint (PalCertificateRow *self); /* (nullable) */
const char *pal_certificate_row_get_path (PalCertificateRow *self);        /* (nullable) */

/* Signal: "certificate-changed" */

G_END_DECLS
