// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-cli.h"

G_BEGIN_DECLS

/* Members of the object that is being built. */
void pal_cli_add_string (JsonBuilder *builder, const char *name, const char *value); /* nullable */
void pal_cli_add_int (JsonBuilder *builder, const char *name, gint64 value);
void pal_cli_add_boolean (JsonBuilder *builder, const char *name, gboolean value);
void pal_cli_add_time (JsonBuilder *builder, const char *name, gint64 time_us);
/* strings: (nullable): then the array is empty */
void pal_cli_add_strings (JsonBuilder *builder, const char *name, const char *const *strings);

/* Adds the members of one item to its object. */
typedef void (*PalCliBuildFunc) (JsonBuilder *builder, gpointer item, gpointer user_data);
/* An array with an object for each item. */
void pal_cli_add_objects (JsonBuilder *builder, const char *name, GPtrArray *items,
                          PalCliBuildFunc build, gpointer user_data);

/* What was built, on standard output. */
void pal_cli_print (JsonBuilder *builder);

G_END_DECLS
