// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cli"

#include "config.h"

#include "pal-cli.h"
