// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The list that lies beside the volumes of a sealed archive (package-format 3): volumes.json. It
 * names no file; where a volume lies follows from its number. It only tells early what is wrong:
 * what holds is the signature inside the archive. */

#define PAL_SEAL_ERROR (pal_seal_error_quark ())
typedef enum
{
  PAL_SEAL_ERROR_INCOMPLETE, /* no volumes.json: the folder was never finished, or is none of ours
                              */
  PAL_SEAL_ERROR_MALFORMED,  /* volumes.json does not say what it should */
  PAL_SEAL_ERROR_LIMIT,      /* larger than the profile allows */
  PAL_SEAL_ERROR_VOLUME,     /* volumes are missing, damaged or swapped; the message says which */
  PAL_SEAL_ERROR_ARCHIVE,    /* all volumes are there, but together they are another archive */
  PAL_SEAL_ERROR_CHANGED     /* the archive changed while it was sealed */
} PalSealError;
GQuark pal_seal_error_quark (void);

#define PAL_SEALED_LIST_NAME "volumes.json"
#define PAL_SEALED_VOLUME_BYTES (16 * 1024 * 1024) /* of the archive, in each but the last */
#define PAL_SEALED_MAX_VOLUMES 1100                /* 16 GiB and what a container adds */

typedef struct
{
  char *sha256; /* of the file, 64 lower-case hexadecimal digits */
  goffset size; /* of the file, bytes */
} PalSealedVolume;

typedef struct
{
  char *sha256;       /* of the archive */
  goffset size;       /* of the archive, bytes */
  GPtrArray *volumes; /* (element-type PalSealedVolume): number 1 first */
} PalSealed;

typedef enum
{
  PAL_VOLUME_SOUND,
  PAL_VOLUME_MISSING, /* or cannot be read */
  PAL_VOLUME_DAMAGED, /* another length, or other octets */
  PAL_VOLUME_SWAPPED  /* sound, but it is another volume of the list */
} PalVolumeState;

PalSealed *pal_sealed_new (void);
void pal_sealed_free (PalSealed *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalSealed, pal_sealed_free)
void pal_sealed_add_volume (PalSealed *self, const char *sha256, goffset size);

/* Blocking. */
PalSealed *pal_sealed_load (const char *folder, GError **error);
gboolean pal_sealed_save (const PalSealed *self, const char *folder, GError **error);

/* number: 1 for the first. */
char *pal_sealed_dup_volume_path (const char *folder, guint number) G_GNUC_WARN_UNUSED_RESULT;
goffset pal_sealed_get_plain_size (const PalSealed *self, guint number);
/* Reads a volume. other: (out) (optional): which one it is, when it was swapped. Blocking. */
PalVolumeState
pal_sealed_read_volume (const PalSealed *self, const char *folder, guint number, guint *other);
/* Sets PAL_SEAL_ERROR_VOLUME for all volumes from number on that are not sound; FALSE if any is.
 * Blocking. */
gboolean pal_sealed_check_volumes (const PalSealed *self, const char *folder, guint number,
                                   GCancellable *cancellable, GError **error);

G_END_DECLS
