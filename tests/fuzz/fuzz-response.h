// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fuzz.h"

#include "pal-response.h"

G_BEGIN_DECLS

/* Answers, rows, languages and questions put to a response as the bytes say. */
void fuzz_response_drive (PalResponse *response, const guint8 *steps, gsize n_steps);
/* Asks a response for everything that it can say, and holds it to what must be so. */
void fuzz_response_ask (PalResponse *response);
/* The submission, read again. (nullable): where the form itself fails. */
PalResponse *fuzz_response_reopen (PalResponse *response);

G_END_DECLS
