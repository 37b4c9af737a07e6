// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-catalogue.h"
#include "pal-form.h"
#include "pal-identity.h"
#include "pal-package-reader.h"

G_BEGIN_DECLS

/* Translations that people make and share without a new build. What is translated has an id: the
 * interface is PAL_TRANSLATION_INTERFACE, a form has its own, and what the questionnaires have in
 * common is PAL_TRANSLATION_SHARED. On this computer they lie in
 * XDG_DATA_HOME/palermo/translations/<id>/<language>.po. */

#define PAL_TRANSLATION_INTERFACE "palermo"
#define PAL_TRANSLATION_SHARED "shared"

#define PAL_TRANSLATION_ERROR (pal_translation_error_quark ())
typedef enum
{
  PAL_TRANSLATION_ERROR_UNKNOWN, /* nothing here has this id */
  PAL_TRANSLATION_ERROR_KIND,    /* a package of another kind */
  PAL_TRANSLATION_ERROR_CONTENT, /* signed, but not what such a package holds */
  PAL_TRANSLATION_ERROR_SIGNER,  /* signed by somebody unknown: a person must decide */
} PalTranslationError;
GQuark pal_translation_error_quark (void);

/* --- what there is */

/* (element-type utf8): ids that have a template here: the interface, the shared texts, forms. */
GPtrArray *pal_translation_list_targets (void) G_GNUC_WARN_UNUSED_RESULT;
/* (element-type utf8): codes of the languages that the program or this computer has for id. */
GPtrArray *pal_translation_list_languages (const char *id) G_GNUC_WARN_UNUSED_RESULT;
/* Whether a language may be named so: "ar", "zh_CN", "pt-BR"... */
gboolean pal_translation_is_language (const char *language);
/* (nullable): where what is used on this computer lies; it need not be there. */
char *pal_translation_dup_path (const char *id, const char *language) G_GNUC_WARN_UNUSED_RESULT;
/* Where a draft lies that nobody uses yet; it need not be there. */
char *
pal_translation_dup_draft_path (const char *id, const char *language) G_GNUC_WARN_UNUSED_RESULT;

/* All texts of id as the program has them now: the template, filled by what is used on this
 * computer, else by what came with the program; a draft, when there is one, before both. A language
 * that is new begins empty. Blocking. Errors: PAL_TRANSLATION_ERROR_UNKNOWN, and what is wrong with
 * a file. */
PalCatalogue *pal_translation_load (const char *id, const char *language, gboolean with_draft,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_translation_load_async (const char *id, const char *language, gboolean with_draft,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
PalCatalogue *
pal_translation_load_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (nullable with error): the id of what most texts of a catalogue are of. Blocking. */
char *
pal_translation_find_target (PalCatalogue *catalogue, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether it is of id, and in a language. Blocking. */
gboolean pal_translation_check_fits (PalCatalogue *catalogue, const char *id, GError **error);
/* A PO file from elsewhere, only if it is of id and in the language, and in order. Blocking. */
PalCatalogue *pal_translation_open (const char *path, const char *id, const char *language,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_translation_open_async (const char *path, const char *id, const char *language,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
PalCatalogue *
pal_translation_open_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- use on this computer */

/* What was used before something else was. */
typedef struct _PalTranslationBefore PalTranslationBefore;
void pal_translation_before_free (PalTranslationBefore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalTranslationBefore, pal_translation_before_free)

/* Forms that are loaded from now on have it; the interface at its next start or switch of language
 * (pal_translation_dup_locale_dir()). Refused like a file from elsewhere when it has errors.
 * Blocking. */
gboolean pal_translation_use (PalCatalogue *catalogue, const char *id, GError **error);
void pal_translation_use_async (PalCatalogue *catalogue, const char *id, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
/* before: (out) (optional): what was used until then, for pal_translation_restore(). */
gboolean pal_translation_use_finish (PalCatalogue *catalogue, GAsyncResult *result,
                                     PalTranslationBefore **before, GError **error);
/* Undoes a use. Blocking. */
gboolean pal_translation_restore (PalTranslationBefore *before, GError **error);
void pal_translation_restore_async (PalTranslationBefore *before, /* (transfer full) */
                                    GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_translation_restore_finish (GAsyncResult *result, GError **error);
/* Back to what came with the program. Blocking; short. */
gboolean pal_translation_forget (const char *id, const char *language, GError **error);
/* (nullable): for bindtextdomain() before the interface is shown in a language; NULL: what came
 * with the program. */
char *pal_translation_dup_locale_dir (const char *language) G_GNUC_WARN_UNUSED_RESULT;
/* Makes every form that is loaded from now on have what is used on this computer. Once, at start.
 */
void pal_translation_install (void);

/* The form with texts of a catalogue that is being edited, to show how it looks. id: of a form;
 * shared texts are shown in cluster-1. Blocking, in a task thread for the _async one, which takes
 * what the catalogue says when it is called. */
void
pal_translation_preview_async (PalCatalogue *catalogue, const char *id, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
PalForm *pal_translation_preview_finish (PalCatalogue *catalogue, GAsyncResult *result,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- packages of the kind "translation" */

typedef struct
{
  char *id;
  char *language;
  char *file; /* in the package */
  PalCoverage coverage;
  guint n_different;       /* texts that say something else than what is used here */
  PalCatalogue *catalogue; /* (owned) */
} PalTranslationItem;

/* Fields are for reading. */
typedef struct
{
  char *id;                      /* of this package */
  char *from;                    /* (nullable): who says to have written it */
  char *created;                 /* (nullable): RFC 3339 */
  GPtrArray *items;              /* (element-type PalTranslationItem) */
  char *signer;                  /* (nullable): name in the certificate */
  char *fingerprint;             /* (nullable) */
  gboolean is_known;             /* the certificate is trusted, or was accepted before */
  char *file;                    /* as given */
  PalVerification *verification; /* code 0 or 1 */
  PalTranslationBefore *before;  /* (owned) (nullable): once it is used */
} PalTranslationPackage;

void pal_translation_package_free (PalTranslationPackage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalTranslationPackage, pal_translation_package_free)

/* Signs and writes PO files; which they are of is found by their texts. catalogues: (element-type
 * PalCatalogue). Refused when one has errors. Blocking; the _async one takes what they say when it
 * is called. */
gboolean pal_translation_pack (GPtrArray *catalogues, const char *path, PalIdentity *identity,
                               GError **error);
void pal_translation_pack_async (GPtrArray *catalogues, const char *path, PalIdentity *identity,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean pal_translation_pack_finish (GAsyncResult *result, GError **error);

/* Verifies and reads; changes nothing. trust: (nullable) (element-type utf8): PEM paths. Errors of
 * pal_verification_set_error() when it does not hold, PAL_TRANSLATION_ERROR, PAL_CATALOGUE_ERROR.
 * Blocking. */
PalTranslationPackage *pal_translation_package_look (const char *path, GPtrArray *trust,
                                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void
pal_translation_package_look_async (const char *path, GPtrArray *trust, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
PalTranslationPackage *
pal_translation_package_look_finish (GAsyncResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Uses all that is in it on this computer, or nothing. An unknown signer: without accept_unknown a
 * copy waits in quarantine, and PAL_TRANSLATION_ERROR_SIGNER; with it the signer is known from now
 * on, and what waits goes. What was used before is in self then. Blocking. */
gboolean
pal_translation_package_use (PalTranslationPackage *self, gboolean accept_unknown, GError **error);
/* self stays the caller's, and must live until the callback. */
void pal_translation_package_use_async (PalTranslationPackage *self, gboolean accept_unknown,
                                        GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data);
gboolean pal_translation_package_use_finish (GAsyncResult *result, GError **error);
/* A copy waits until a person decides. self must live until the callback. Blocking. */
gboolean pal_translation_package_keep (PalTranslationPackage *self, GError **error);
void pal_translation_package_keep_async (PalTranslationPackage *self, GAsyncReadyCallback callback,
                                         gpointer user_data);
gboolean pal_translation_package_keep_finish (GAsyncResult *result, GError **error);
/* (element-type utf8): paths of what waits until somebody decides. Blocking, short. */
GPtrArray *pal_translation_list_waiting (void) G_GNUC_WARN_UNUSED_RESULT;
/* Throws one of them away. */
gboolean pal_translation_refuse (const char *path, GError **error);

/* --- whose packages are known: whom a person accepted once */

typedef struct
{
  char *fingerprint; /* of the certificate: SHA-256, 64 digits */
  char *name;        /* in the certificate; may be empty */
} PalTranslationSigner;

void pal_translation_signer_free (PalTranslationSigner *signer);
/* (element-type PalTranslationSigner): by name. Blocking, short; likewise below. */
GPtrArray *pal_translation_list_signers (void) G_GNUC_WARN_UNUSED_RESULT;
gboolean
pal_translation_remember_signer (const char *fingerprint, const char *name, GError **error);
gboolean pal_translation_forget_signer (const char *fingerprint, GError **error);

G_END_DECLS
