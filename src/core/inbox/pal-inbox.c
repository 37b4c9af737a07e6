// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-inbox"
#include "config.h"

#include "pal-inbox.h"

G_DEFINE_QUARK (pal - inbox - error - quark, pal_inbox_error)
