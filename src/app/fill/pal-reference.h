// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "untoc:5.1.a" as people write it: "Article 5 (1) (a)". NULL for no reference. */
char *pal_reference_dup_text (const char *reference) G_GNUC_WARN_UNUSED_RESULT;
/* With the treaty: "Article 5 (1) (a), Organized Crime Convention". */
char *pal_reference_dup_full_text (const char *reference) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
