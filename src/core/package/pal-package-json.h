// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What every data/package.json is made of, whatever the package is for. */

/* Members of the object that is being built; nothing, an empty text and a time before 1970 are
 * null. */
void pal_package_json_add_string (JsonBuilder *builder, const char *name, const char *value);
void pal_package_json_add_time (JsonBuilder *builder, const char *name, gint64 time_us);
char *pal_package_json_print (JsonBuilder *builder) G_GNUC_WARN_UNUSED_RESULT;
/* Says which program it was, ends the object, and gives all of it as text. */
char *pal_package_json_end (JsonBuilder *builder) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
