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
int pal_cmd_answer_get (int argc, char **argv);
int pal_cmd_answer_history (int argc, char **argv);
int pal_cmd_answer_list (int argc, char **argv);
int pal_cmd_answer_set (int argc, char **argv);
int pal_cmd_consultation_add (int argc, char **argv);
int pal_cmd_consultation_list (int argc, char **argv);
int pal_cmd_answer_orphans (int argc, char **argv);
int pal_cmd_dossier_check (int argc, char **argv);
int pal_cmd_dossier_compare (int argc, char **argv);
int pal_cmd_dossier_info (int argc, char **argv);
int pal_cmd_dossier_log (int argc, char **argv);
int pal_cmd_dossier_new (int argc, char **argv);
int pal_cmd_dossier_rebuild (int argc, char **argv);
int pal_cmd_dossier_upgrade (int argc, char **argv);
int pal_cmd_record_add (int argc, char **argv);
int pal_cmd_record_list (int argc, char **argv);
int pal_cmd_record_show (int argc, char **argv);
int pal_cmd_stakeholder_add (int argc, char **argv);
int pal_cmd_stakeholder_list (int argc, char **argv);
int pal_cmd_pack (int argc, char **argv);
int pal_cmd_sign (int argc, char **argv);
int pal_cmd_verify (int argc, char **argv);
int pal_cmd_receipt (int argc, char **argv);
int pal_cmd_identity_new (int argc, char **argv);
int pal_cmd_identity_show (int argc, char **argv);
int pal_cmd_team_assign (int argc, char **argv);
int pal_cmd_team_list (int argc, char **argv);
int pal_cmd_team_hand_out (int argc, char **argv);
int pal_cmd_team_open (int argc, char **argv);
int pal_cmd_team_return (int argc, char **argv);
int pal_cmd_team_look (int argc, char **argv);
int pal_cmd_team_merge (int argc, char **argv);
int pal_cmd_team_undo (int argc, char **argv);
int pal_cmd_team_conflicts (int argc, char **argv);
int pal_cmd_team_resolve (int argc, char **argv);
