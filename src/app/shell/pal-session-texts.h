// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-session.h"

G_BEGIN_DECLS

/* The texts of what is open are read again when other translations are used on this computer.
 * Answers, undo and whoever shows them stay; they hear of it as of a switch of language. */

void
pal_session_renew_texts_async (PalSession *self, GAsyncReadyCallback callback, gpointer user_data);
/* has_languages: (out): whether the questionnaire speaks a language that it did not before */
gboolean pal_session_renew_texts_finish (PalSession *self, GAsyncResult *result,
                                         gboolean *has_languages, GError **error);

G_END_DECLS
