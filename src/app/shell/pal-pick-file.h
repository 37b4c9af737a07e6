// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct
{
  GtkFileChooserAction action;
  const char *title;       /* translated */
  const char *accept;      /* (nullable): translated label of the button */
  const char *name;        /* (nullable): suggested when saving */
  const char *filter_name; /* (nullable): translated */
  const char *pattern;     /* (nullable): such as "*.palermo", several with ";" between */
  const char *folder;      /* (nullable): where to begin */
} PalPickFile;

void pal_pick_file_async (GtkWidget *parent, const PalPickFile *pick, GAsyncReadyCallback callback,
                          gpointer user_data);
/* Returns: (transfer full) (nullable): NULL when nothing was picked. */
GFile *pal_pick_file_finish (GAsyncResult *result);

G_END_DECLS
