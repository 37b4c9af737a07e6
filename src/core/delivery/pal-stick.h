// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What leaves on a stick (package-format 5.2, last line, and 8): copied, on the medium, read back
 * and compared, and only then done. */

#define PAL_STICK_ERROR (pal_stick_error_quark ())
typedef enum
{
  PAL_STICK_ERROR_FULL,      /* the message says how much is missing */
  PAL_STICK_ERROR_READ_ONLY, /* or we may not write there */
  PAL_STICK_ERROR_GONE,      /* pulled out, or it does not answer any more */
  PAL_STICK_ERROR_DIFFERENT, /* what it gives back is not what was written */
  PAL_STICK_ERROR_TOO_LARGE, /* its file system does not take files of that length */
  PAL_STICK_ERROR_SOURCE     /* what should be copied is not what it was */
} PalStickError;
GQuark pal_stick_error_quark (void);

typedef struct
{
  char *path;     /* (owned): of the folder or the file on the stick */
  guint n_copied; /* files that were written now */
  guint n_kept;   /* files that were there already, and sound */
} PalStickCopy;

void pal_stick_copy_free (PalStickCopy *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalStickCopy, pal_stick_copy_free)

/* Called in the thread that works. */
typedef void (*PalStickProgress) (double fraction, gpointer user_data);

/* source: a folder of volumes (pal-sealed.h), or one file, which gets name if there is one. target:
 * a folder on the stick. What is there already and sound is kept. Blocking; any thread. */
PalStickCopy *pal_stick_copy (const char *source, const char *target, const char *name,
                              PalStickProgress progress, gpointer user_data,
                              GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
