// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-endpoint-package.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Asks for what gets one in: the access token and the certificate for an endpoint, or name and
 * password for a proxy. What is said holds until the program ends, or stays in the keyring of the
 * desktop if the person wants that; the certificate is kept with the endpoint, sealed with its
 * passphrase (pal-endpoint-secrets.h, pal-endpoint-store.h). */

#define PAL_TYPE_ACCESS_WINDOW (pal_access_window_get_type ())
G_DECLARE_FINAL_TYPE (PalAccessWindow, pal_access_window, PAL, ACCESS_WINDOW, AdwWindow)

void pal_access_window_run_async (GtkWindow *parent, PalEndpointCard *card,
                                  GAsyncReadyCallback callback, gpointer user_data);
/* proxy: its address. */
void pal_access_window_run_proxy_async (GtkWindow *parent, const char *proxy,
                                        GAsyncReadyCallback callback, gpointer user_data);
/* Whether something was said; FALSE when the person thought better of it. */
gboolean pal_access_window_run_finish (GAsyncResult *result);

G_END_DECLS
