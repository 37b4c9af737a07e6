// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-form"

#include "config.h"

#include "pal-form.h"
