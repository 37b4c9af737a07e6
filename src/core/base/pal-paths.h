// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *pal_paths_dup_installed (const char *path) G_GNUC_WARN_UNUSED_RESULT;
char *pal_paths_dup_data_file (const char *relative) G_GNUC_WARN_UNUSED_RESULT;
char *pal_paths_dup_state_dir (const char *relative) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
