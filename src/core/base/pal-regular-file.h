// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Files that somebody else may have put there: a pipe is not waited for, and nothing is read before
 * it is known how much there is. Blocking; any thread. */

/* flags: more of those of open(2), such as O_NOFOLLOW. -1 on an error. */
int pal_regular_file_open (const char *path, int flags, gsize *size_bytes, GError **error);
/* From the beginning: less than length only where the file ends. */
gsize pal_regular_file_read_some (int fd, void *buffer, gsize length);
GBytes *pal_regular_file_read (int fd, gsize size_bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
