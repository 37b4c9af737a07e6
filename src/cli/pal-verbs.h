// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/* Every verb's function; the rows stand in verbs[] of pal-cli.c. */

int pal_cmd_form_check (int argc, char **argv);
int pal_cmd_form_run (int argc, char **argv);
int pal_cmd_form_explain (int argc, char **argv);
int pal_cmd_form_bench (int argc, char **argv);
int pal_cmd_form_compile (int argc, char **argv);
int pal_cmd_form_pot (int argc, char **argv);
int pal_cmd_form_localize (int argc, char **argv);
int pal_cmd_send (int argc, char **argv);
int pal_cmd_outbox_list (int argc, char **argv);
int pal_cmd_outbox_log (int argc, char **argv);
int pal_cmd_xpath (int argc, char **argv);
