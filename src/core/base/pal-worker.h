// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PAL_TYPE_WORKER (pal_worker_get_type ())
G_DECLARE_FINAL_TYPE (PalWorker, pal_worker, PAL, WORKER, GObject)

PalWorker *pal_worker_new (const char *name);

gboolean pal_worker_is_current (PalWorker *self);

void pal_worker_push (PalWorker *self, GTask *task, GTaskThreadFunc func);
void pal_worker_run (PalWorker *self, GTask *task, GTaskThreadFunc func);

G_END_DECLS
