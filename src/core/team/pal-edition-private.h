// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-edition.h"

G_BEGIN_DECLS

/* In place of the id of a change: the form gave the answer; its value follows. */
#define PAL_EDITION_GIVEN "="

G_END_DECLS
