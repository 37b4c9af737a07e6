// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* Every verb's function; the rows stand in verbs[] of pal-cli.c. */
