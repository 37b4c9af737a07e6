// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-translation.h"

G_BEGIN_DECLS

/* What the page for translators says about its matters, in one place. All (transfer full). */

/* "Interface", "Cluster I", ...; for a form that is not known here its English title (nullable). */
char *pal_translate_dup_target (const char *id, const char *title) G_GNUC_WARN_UNUSED_RESULT;
int pal_translate_compare_targets (const char *id, const char *other); /* in order of use */
/* "Arabic"; one besides the six by its own name. */
char *pal_translate_dup_language (const char *code) G_GNUC_WARN_UNUSED_RESULT;
/* A group of texts, as in pal_catalogue_entry_get_scope(). */
char *
pal_translate_dup_scope (PalCatalogue *catalogue, const char *scope) G_GNUC_WARN_UNUSED_RESULT;
/* "312 of 345 translated" and so on, whatever is left. */
char *pal_translate_dup_coverage (const PalCoverage *coverage) G_GNUC_WARN_UNUSED_RESULT;
double pal_translate_get_fraction (const PalCoverage *coverage); /* 0 .. 1 */
/* What kind of text of a form, by its context: "Question", "Hint"; NULL for others. */
const char *pal_translate_get_kind (const PalCatalogueEntry *entry);
char *pal_translate_dup_remark (const PalRemark *remark) G_GNUC_WARN_UNUSED_RESULT;
/* PAL_CATALOGUE_ERROR and PAL_TRANSLATION_ERROR; NULL for others. */
char *pal_translate_dup_trouble (const GError *error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
