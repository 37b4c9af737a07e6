// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-handout-write"
#include "config.h"

#include "pal-assignment.h"
