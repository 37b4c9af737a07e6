// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In what encoding a text is that does not say it: UTF-8 shows itself, UTF-16 has a mark or many
 * octets of nought. Of the others, those that programs write on computers of our six languages are
 * told apart by which octets stand beside which. */

const char *pal_encoding_guess (const guchar *data, gsize size);

/* UTF-8 of it, whatever is wrong with it. */
char *pal_encoding_convert (const guchar *data, gsize size, const char *encoding,
                            gsize *length) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
