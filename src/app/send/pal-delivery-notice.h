// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Tells through the desktop when an archive was accepted or refused, or needs a person; not to who
 * is looking at the page that says so. What is told names nobody: it may be seen on a locked
 * screen. view: shows the session, and has its pages below it. */
void pal_delivery_notice_install (GtkWidget *view, PalSession *session);

G_END_DECLS
