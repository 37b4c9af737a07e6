// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fuzz.h"

#include "pal-kit.h"

/* A small form, and what holds of every input to it, whatever file it came in. */
PalForm *fuzz_input_get_form (void);
void fuzz_input_check (PalKitInput *input);
