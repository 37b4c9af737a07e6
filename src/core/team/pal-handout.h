// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-assignment.h"
#include "pal-identity.h"
#include "pal-merge.h"
#include "pal-package-reader.h"

G_BEGIN_DECLS

/* Work that is handed to a colleague and comes back, by signed packages (package-format 1): a
 * `section` makes a working dossier of some pages; a `return` brings back what was done in it. */

#define PAL_HANDOUT_ERROR (pal_handout_error_quark ())
typedef enum
{
  PAL_HANDOUT_ERROR_NOTHING,       /* nothing is assigned to this person */
  PAL_HANDOUT_ERROR_PAGE,          /* no questionnaire has this page */
  PAL_HANDOUT_ERROR_NO_SECTION,    /* not a working dossier: there is nothing to return */
  PAL_HANDOUT_ERROR_KIND,          /* a package of another kind */
  PAL_HANDOUT_ERROR_CONTENT,       /* signed, but not what such a package holds */
  PAL_HANDOUT_ERROR_OTHER_DOSSIER, /* a return for another dossier */
  PAL_HANDOUT_ERROR_FORM,          /* a form of the same version with other questions */
  PAL_HANDOUT_ERROR_SIGNER,        /* signed by somebody unknown: a person must decide */
  PAL_HANDOUT_ERROR_OUTSIDE        /* touches more than was handed out: a person must decide */
} PalHandoutError;
GQuark pal_handout_error_quark (void);

/* --- writing */

typedef enum
{
  PAL_HANDOUT_WRITE_DEFAULT = 0,
  PAL_HANDOUT_WITH_COMMENTS = 1 << 0 /* what was remarked on these pages goes along */
} PalHandoutWriteFlags;

/* What goes to a person: the pages assigned to them. recipients: (nullable) (element-type utf8):
 * PEM paths; then it is encrypted. Blocking. */
gboolean pal_handout_write (PalDossier *dossier, const char *person, PalHandoutWriteFlags flags,
                            const char *path, PalIdentity *identity, GPtrArray *recipients,
                            GCancellable *cancellable, char **id, GError **error);
/* What comes back: all that is in a working dossier. Blocking. */
gboolean
pal_handout_write_return (PalDossier *working, const char *path, PalIdentity *identity,
                          GPtrArray *recipients, GCancellable *cancellable, GError **error);

/* --- a working dossier */

/* (nullable): the paths that may be edited; NULL: no working dossier, all may. Any thread. */
GStrv pal_handout_dup_section (PalDossier *dossier);
/* Whether a node, by its path with row ids, may be edited here. Any thread. */
gboolean pal_handout_may_edit (PalDossier *dossier, const char *node);

/* --- a package that came */

typedef enum
{
  PAL_FORM_SAME,
  PAL_FORM_OLDER, /* the dossier went on to a newer version: what was renamed moves along */
  PAL_FORM_NEWER  /* it would take the dossier on to this version */
} PalFormFate;

typedef struct
{
  char *record;
  char *form_id;
  char *version; /* in the package */
  char *here;    /* (nullable): in the dossier */
  PalFormFate fate;
} PalHandoutForm;

typedef struct
{
  char *path;
  char *title; /* (nullable) */
} PalHandoutPage;

/* Fields are for reading. One thread at a time. */
typedef struct
{
  char *kind; /* "section", "return" */
  char *id;   /* of this package */
  char *hand_out;
  char *dossier;    /* id of the dossier from which the section came */
  char *title;      /* (nullable): of that dossier */
  char *person;     /* to whom it was handed out */
  char *from;       /* (nullable): who says to have written it */
  char *created;    /* (nullable): RFC 3339 */
  char *due;        /* (nullable) */
  GPtrArray *pages; /* (element-type PalHandoutPage) */

  PalVerification *verification; /* code 0 or 1 */
  const char *signer;            /* name in the certificate */
  const char *fingerprint;
  gboolean is_encrypted;
  gboolean is_known; /* trusted, or of somebody to whom work was assigned */

  /* After pal_handout_preview(): */
  GPtrArray *forms;       /* (nullable) (element-type PalHandoutForm) */
  PalMergeReport *report; /* (nullable) */

  char *file;       /* as given */
  char *folder;     /* private: what it holds */
  int lock_fd;      /* of that */
  char *opened;     /* (nullable): the package, when the file was encrypted */
  gpointer content; /* parsed package.json */
} PalHandout;

/* Verifies, decrypts if needed, and reads. identity: (nullable): whose key opens it. trust:
 * (nullable) (element-type utf8): PEM paths. A package that does not hold gives the error of
 * pal_verification_set_error(). Blocking, in bounded memory. */
PalHandout *pal_handout_look (const char *path, PalIdentity *identity, GPtrArray *trust,
                              GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_handout_free (PalHandout *self);

typedef enum
{
  PAL_HANDOUT_ACCEPT_NOTHING = 0,
  PAL_HANDOUT_ACCEPT_UNKNOWN = 1 << 0, /* signed by somebody unknown */
  PAL_HANDOUT_ACCEPT_OUTSIDE = 1 << 1  /* touches more than was handed out */
} PalHandoutFlags;

/* A section becomes a working dossier under a new name: whole, or not at all. Blocking. */
gboolean pal_handout_open (PalHandout *self, const char *path, PalHandoutFlags flags,
                           GCancellable *cancellable, GError **error);

/* What a return would bring; fills in forms, report and is_known. Blocking. */
gboolean pal_handout_preview (PalHandout *self, PalDossier *dossier, GCancellable *cancellable,
                              GError **error);
/* Merges a return as one act: report->span takes it back with pal_dossier_revert(). Blocking. */
gboolean pal_handout_merge (PalHandout *self, PalDossier *dossier, PalHandoutFlags flags,
                            GCancellable *cancellable, GError **error);

/* A copy in the dossier's quarantine, in the person's private folder, until somebody decides.
 * Returns: (transfer full): its path. Blocking. */
char *pal_handout_quarantine (PalHandout *self, PalDossier *dossier,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (element-type utf8): paths of what waits there. Blocking. */
GPtrArray *pal_handout_list_quarantine (PalDossier *dossier) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalHandout, pal_handout_free)

G_END_DECLS
