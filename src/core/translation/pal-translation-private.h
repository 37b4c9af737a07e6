// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-translation.h"

#include "pal-messages.h"

G_BEGIN_DECLS

/* pal-translation.c */
gboolean pal_translation_is_id (const char *id);
/* Where what comes with the program lies; language: (nullable): the template. */
char *pal_translation_dup_built_in_path (const char *id, const char *language);
PalCatalogue *pal_translation_load_template (const char *id, GError **error);
/* (nullable) without an error when there is none. */
PalCatalogue *pal_translation_load_built_in (const char *id, const char *language, GError **error);
/* Of the same form, in the language, and harmless; then a copy as it will be read elsewhere. */
PalCatalogue *pal_translation_check (PalCatalogue *catalogue, const char *id, const char *language,
                                     GError **error);
gboolean pal_translation_check_target (PalCatalogue *catalogue, const char *id,
                                       const char *language, GError **error);

/* pal-translation-before.c */
PalTranslationBefore *pal_translation_before_new (void);
/* What is used now of id in a language. */
gboolean pal_translation_before_add (PalTranslationBefore *self, const char *id,
                                     const char *language, GError **error);
/* A package that waits, if it does. */
gboolean
pal_translation_before_add_waiting (PalTranslationBefore *self, const char *path, GError **error);
/* Somebody who is not known yet. */
void pal_translation_before_add_signer (PalTranslationBefore *self, const char *fingerprint);

/* pal-translation-signers.c */
gboolean pal_translation_is_signer (const char *fingerprint);

G_END_DECLS
