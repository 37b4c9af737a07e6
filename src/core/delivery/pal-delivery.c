// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-delivery"
#include "config.h"

#include "pal-delivery.h"
