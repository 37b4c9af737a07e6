// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cli"
#include "config.h"

#include "pal-cli.h"
#include "pal-cli-words.h"
#include "pal-verbs.h"

#include "pal-text.h"
#include "pal-translation.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

/* One row a verb. Words are matched from the longest name; --help walks the table. */
static const PalVerb verbs[] = {
  { "form check", "FORM.xml", "Say whether a form loads, and what is wrong with it",
    pal_cmd_form_check },
  { "form run", "FORM.xml SCRIPT [--attach URI=FILE...]", "Fill a form by a script",
    pal_cmd_form_run },
  { "form explain", "FORM.xml NODE [--instance FILE] [--set NODE=TEXT...] [--json]",
    "Say why a node is as it is", pal_cmd_form_explain },
  { "form bench", "FORM.xml [RUNS]", "Measure the engine on a generated form", pal_cmd_form_bench },
  { "form compile", "IN.csv|IN.xlsx -o OUT.xml [--catalogues DIR] [--shared FILE]",
    "Make a form from a spreadsheet", pal_cmd_form_compile },
  { "form pot", "IN.csv|IN.xlsx -o OUT.pot [--shared FILE]",
    "Gather the texts of a form for translators", pal_cmd_form_pot },
  { "form localize", "FORM.xml --catalogues DIR -o OUT.xml", "Merge translations into a form",
    pal_cmd_form_localize },
  { "translate list", "[--json]",
    "List what can be translated, how far it is, and packages that wait for a decision",
    pal_cmd_translate_list },
  { "translate export", "ID LANGUAGE -o OUT.po",
    "Write all texts of a form, or of the interface, as a PO file", pal_cmd_translate_export },
  { "translate check", "PO [--form ID | --interface] [--glossary CSV] [--json]",
    "Say what is to be looked at in a translation", pal_cmd_translate_check },
  { "translate use", "PO", "Use a translation on this computer", pal_cmd_translate_use },
  { "translate forget", "ID LANGUAGE", "Go back to the translation that came with the program",
    pal_cmd_translate_forget },
  { "translate pack", "PO... -o OUT.asice [--key KEY] [--pin-fd N]",
    "Make a signed package of translations", pal_cmd_translate_pack },
  { "translate open", "FILE.asice [--trust PEM]... [--accept-unknown] [--json]",
    "Use the translations of a signed package on this computer", pal_cmd_translate_open },
  { "translate signers", "[--forget FINGERPRINT] [--json]",
    "List whose packages of translations are known here, or forget one of them",
    pal_cmd_translate_signers },
  { "pack", "DOSSIER -o OUT.asice [--supplement] [--comments] [--no-sign] [OPTION...] [--json]",
    "Make a signed archive of a dossier", pal_cmd_pack },
  { "sign", "IN.asice -o OUT.asice [--key KEY] [--pin-fd N] [--json]",
    "Add a signature to an archive", pal_cmd_sign },
  { "verify", "FILE [--trust PEM]... [--known] [--at RFC3339] [--json] [--extract DIR] [OPTION...]",
    "Judge an archive and who signed it", pal_cmd_verify },
  { "seal", "FILE.asice --to PEM...|--module PEM... -o DIR|FILE.p7m [--json]",
    "Encrypt an archive to a module or a colleague", pal_cmd_seal },
  { "open", "DIR|FILE.p7m --key KEY [--pin-fd N] -o FILE.asice [--json]",
    "Decrypt a sealed archive; who signed what comes out, verify says", pal_cmd_open },
  { "signer list", "[--json]", "List whose signatures are known here", pal_cmd_signer_list },
  { "signer show", "FINGERPRINT [--json]", "Show one of them, and what came from them",
    pal_cmd_signer_show },
  { "signer add",
    "FILE.pem|FILE.asice|NOTICE.p7m [--checked HOW] [--fingerprint HEX] [--name NAME] [--json]",
    "Know from now on whose certificate it is, once the fingerprint was compared",
    pal_cmd_signer_add },
  { "signer forget", "FINGERPRINT", "Know it no more", pal_cmd_signer_forget },
  { "stick copy", "DIR|FILE -o FOLDER [--json]",
    "Copy a sealed archive to a stick, read it back and compare; what is there is kept",
    pal_cmd_stick_copy },
  { "identity new", "[-o FILE.p12] [--name NAME] [--pin-fd N] [--certificate PEM] [--json]",
    "Make a key to sign with", pal_cmd_identity_new },
  { "identity tokens", "[--module LIBRARY] [--json]",
    "List smart cards and other tokens, and the addresses of their keys", pal_cmd_identity_tokens },
  { "identity show", "[KEY] [--pin-fd N] [--certificate PEM] [--json]",
    "Show whose a key is, and its fingerprint", pal_cmd_identity_show },
  { "identity import", "FILE [--pin-fd N] [--json]",
    "Take a key from a file and use it from now on; the former one is kept",
    pal_cmd_identity_import },
  { "identity list", "[--json]", "List the key in use and those of former years",
    pal_cmd_identity_list },
  { "identity renew", "[--pin-fd N] [--notice FILE.p7m] [--certificate PEM] [--json]",
    "Make a new key of the same name, and a notice of it that the former one signs",
    pal_cmd_identity_renew },
  { "identity passphrase", "[--pin-fd N] [--new-pin-fd N]", "Lock the key with another passphrase",
    pal_cmd_identity_passphrase },
  { "endpoint make", "-o OUT.asice --url URL --name TEXT --module-cert PEM --key KEY [OPTION...]",
    "As an operator: write the signed file that says where archives go", pal_cmd_endpoint_make },
  { "endpoint show", "FILE.asice|NAME [--json]", "Say what an endpoint is, and who signed it",
    pal_cmd_endpoint_show },
  { "endpoint add", "FILE.asice --signer FINGERPRINT [--accept-other-key] [--json]",
    "Keep an endpoint whose signer was compared", pal_cmd_endpoint_add },
  { "endpoint list", "[--json]", "List the endpoints that are here", pal_cmd_endpoint_list },
  { "endpoint set",
    "NAME [--client KEY] [--pin-fd N] [--token-file FILE|--token-fd N] [--remember] [OPTION...]",
    "Keep with an endpoint what gets us in there", pal_cmd_endpoint_set },
  { "endpoint forget", "NAME", "Take an endpoint away, with what is kept for it",
    pal_cmd_endpoint_forget },
  { "proxy remember", "ADDRESS --password-fd N",
    "Keep the name and the password for a proxy in the keyring", pal_cmd_proxy_remember },
  { "proxy forget", "ADDRESS", "Take them out of the keyring", pal_cmd_proxy_forget },
  { "send", "FILE.asice --endpoint NAME|URL [--module-cert PEM] [OPTION...]",
    "Deliver an archive until its receipt is there", pal_cmd_send },
  { "receipt", "FILE.receipt.p7m --trust PEM [--archive FILE.asice] [--json]",
    "Judge what a module says about an archive", pal_cmd_receipt },
  { "module announce", "--key OLD --new NEW.pem [--from RFC3339] [--pin-fd N] -o FILE",
    "As a module: write a signed notice that another certificate takes the place of its own",
    pal_cmd_module_announce },
  { "module accept", "FILE --trust PEM [--fingerprint HEX] [--json]",
    "Show such a notice; with the fingerprint that was compared, accept it",
    pal_cmd_module_accept },
  { "module history", "PEM [--json]", "List the certificates that a module had, and has",
    pal_cmd_module_history },
  { "receive", "FILE --store DIR --key KEY --module-cert PEM [--sha256 HEX] [OPTION...] [--json]",
    "As a module: judge an upload, sign its receipt, file it away", pal_cmd_receive },
  { "collate",
    "FILE.asice|DIR... -o OUT.csv|.json|.sqlite [--for-spreadsheet] [--trust PEM]... [OPTION...]",
    "Make one set of data of many submissions", pal_cmd_collate },
  { "outbox cancel", "NAME|DIR [--endpoint NAME|URL ...] [--json]",
    "End a delivery for good; with its endpoint, the module lets go of what it has",
    pal_cmd_outbox_cancel },
  { "outbox list", "[--state DIR] [--json]", "List deliveries and where they stand",
    pal_cmd_outbox_list },
  { "outbox log", "NAME|DIR [--json]", "Show what happened to a delivery", pal_cmd_outbox_log },
  { "outbox receipt", "NAME|DIR FILE.receipt.p7m --module-cert PEM [--json]",
    "Close a delivery with a receipt that came on a stick", pal_cmd_outbox_receipt },
  { "xpath", "[OPTION...] EXPRESSION", "Evaluate an expression on a document", pal_cmd_xpath },
  { "dossier new", "FILE [--sample] [OPTION...]", "Make a dossier for the review of a State",
    pal_cmd_dossier_new },
  { "dossier info", "FILE [--json]", "Say what is in a dossier", pal_cmd_dossier_info },
  { "dossier check", "FILE [--json]", "Look through a file as a stranger's, without changing it",
    pal_cmd_dossier_check },
  { "dossier log", "FILE [--with-protected] [--json]",
    "Show every change: which, from, to, when, who, why", pal_cmd_dossier_log },
  { "dossier trail-check", "FILE.jsonl [--json]",
    "Say whether what \"dossier log --json\" wrote is as it was", pal_cmd_dossier_trail_check },
  { "dossier compare", "FILE FORM [--json]",
    "Show what a newer form would do to the answers; changes nothing", pal_cmd_dossier_compare },
  { "dossier upgrade", "FILE FORM [--author NAME] [--json]",
    "Go on with a newer form; a copy of the dossier is made before", pal_cmd_dossier_upgrade },
  { "dossier backup", "FILE [--json]",
    "Make a backup beside the dossier, and look whether it is good", pal_cmd_dossier_backup },
  { "dossier backups", "FILE [--json]", "List the backups, newest first", pal_cmd_dossier_backups },
  { "dossier restore", "FILE BACKUP [--preview] [--author NAME] [--json]",
    "Say again what a backup says, as one act; the file is not replaced", pal_cmd_dossier_restore },
  { "dossier recover", "DAMAGED NEW-FILE [--json]",
    "Make a dossier of the newest backup and what can be read of a damaged one",
    pal_cmd_dossier_recover },
  { "dossier bring-back", "FILE [--json]",
    "Bring back a copy that was left when a stick was pulled, or a network folder was gone",
    pal_cmd_dossier_bring_back },
  { "dossier undo", "FILE [--json]", "Take back the last act; done twice, it is there again",
    pal_cmd_dossier_undo },
  { "dossier rebuild", "FILE [--json]", "Make what is shown again from the log alone",
    pal_cmd_dossier_rebuild },
  { "dossier languages", "FILE [--first CODE] [--second CODE] [--json]",
    "Print or choose the languages of the answers", pal_cmd_dossier_languages },
  { "answer get", "FILE NODE [--record ID] [--json]", "Print one answer", pal_cmd_answer_get },
  { "answer set", "FILE (NODE TEXT | --from TSV) [--record ID] [--attach] [--reopen REASON]",
    "Set answers; done when they are on the disk", pal_cmd_answer_set },
  { "answer list", "FILE [--record ID] [--json]", "List questions and answers",
    pal_cmd_answer_list },
  { "answer history", "FILE NODE [--record ID] [--compare] [--json]",
    "Show what an answer was before, and what changed", pal_cmd_answer_history },
  { "answer restore", "FILE NODE CHANGE [--record ID]",
    "Give an answer back what it said once; CHANGE is an id of its history, or how one begins",
    pal_cmd_answer_restore },
  { "answer purge", "FILE (NODE | --whole-record) [--record ID] [--author NAME] [--json]",
    "Take texts out of the dossier and its backups for good; not undone", pal_cmd_answer_purge },
  { "answer translate", "FILE NODE (TEXT | --still-right) [--language CODE] [--record ID]",
    "Write what an answer says in another language", pal_cmd_answer_translate },
  { "answer translations", "FILE [--language CODE] [--record ID] [--open] [--json]",
    "List such translations: current, out-of-date, missing, no-answer",
    pal_cmd_answer_translations },
  { "answer orphans", "FILE [--record ID] [--csv|--json]",
    "List answers without a question, and those that do not fit it", pal_cmd_answer_orphans },
  { "record add", "FORM FILE [--from TSV]", "Add a record of a form (an id or an .xml file)",
    pal_cmd_record_add },
  { "record list", "FILE [--form ID] [--json]", "List the records", pal_cmd_record_list },
  { "record show", "FILE [ID] [--json]", "Show one record", pal_cmd_record_show },
  { "consultation add", "FILE [--from TSV]", "Record a consultation", pal_cmd_consultation_add },
  { "consultation list", "FILE [--json]", "List the consultations", pal_cmd_consultation_list },
  { "consultation points", "FILE [--open] [--owed] [--json]",
    "List what was said, and what became of it", pal_cmd_consultation_points },
  { "consultation coverage", "FILE [--cluster I-IV] [--region NAME] [--json]",
    "Count who could speak to which article, and who did", pal_cmd_consultation_coverage },
  { "consultation measure", "FILE [--json]", "Print the indicators of all consultations",
    pal_cmd_consultation_measure },
  { "consultation link", "FILE CONSULTATION POINT NODE [--record ID] [--change ID]",
    "Tie a point to a question", pal_cmd_consultation_link },
  { "consultation unlink", "FILE THREAD", "Take such a tie away", pal_cmd_consultation_unlink },
  { "consent withdraw", "FILE RECORD [POINT|PARTICIPANT] [--preview] [--author NAME] [--json]",
    "Take out what rests on a consent, and say what is out already", pal_cmd_consent_withdraw },
  { "consent list", "FILE [--json]", "List the consents that were withdrawn",
    pal_cmd_consent_list },
  { "consent purge", "FILE WITHDRAWAL [--author NAME]",
    "Take the texts of a withdrawn consent out for good; not undone", pal_cmd_consent_purge },
  { "consent due", "FILE [--json]", "List records to be deleted by today, and consents that ended",
    pal_cmd_consent_due },
  { "consent redact", "FILE RECORD NODE --text TEXT [--purge] [--preview] [--author NAME] [--json]",
    "Put another text in the place of one that tells who somebody is", pal_cmd_consent_redact },
  { "stakeholder add", "FILE [--from TSV]", "Add a stakeholder", pal_cmd_stakeholder_add },
  { "stakeholder history", "FILE CARD [--json]",
    "List the consultations in which a stakeholder took part or spoke",
    pal_cmd_stakeholder_history },
  { "stakeholder import", "FILE LIST [OPTION...]",
    "Take a list of organizations from CSV or .xlsx; --preview only shows it",
    pal_cmd_stakeholder_import },
  { "stakeholder list", "FILE [--json]", "List the stakeholders", pal_cmd_stakeholder_list },
  { "kit make", "[DOSSIER] --cluster N --language CODE -o FILE [OPTION...]",
    "Make a page, workbook, text document or PDF in which people without Palermo write an input",
    pal_cmd_kit_make },
  { "kit read", "FILE... [--dossier FILE] [--json]",
    "Say what a file that came back holds, and what has no place; changes nothing",
    pal_cmd_kit_read },
  { "input new", "DOSSIER --state NAME --cluster N [--articles LIST] [--author NAME]",
    "Make the dossier in which an organization writes one input", pal_cmd_input_new },
  { "input pack", "DOSSIER [-o FILE.asice] [--sign | --key KEY] [OPTION...]",
    "Write the one file that a focal point gets, or say what would be in it", pal_cmd_input_pack },
  { "input receive", "DOSSIER FILE... [--author NAME] [--json]",
    "Keep what came from outside in the inbox, until somebody decides", pal_cmd_input_receive },
  { "input list", "DOSSIER [--json]", "List the inbox", pal_cmd_input_list },
  { "input show", "DOSSIER ID [--language CODE] [--json]",
    "Show all that it says, what is strange, and which questions it would touch",
    pal_cmd_input_show },
  { "input take", "DOSSIER ID [--points N,N] [--restricted] [OPTION...]",
    "Make a consultation of it, as one act", pal_cmd_input_take },
  { "input decline", "DOSSIER ID --why TEXT [--author NAME]", "Leave it, and say why",
    pal_cmd_input_decline },
  { "paper list", "[--json]", "List the papers that can be made", pal_cmd_paper_list },
  { "paper make", "DOSSIER KIND [--language CODE] [--format docx|pdf] [-o FILE] [OPTION...]",
    "Make a letter or report from the records", pal_cmd_paper_make },
  { "paper check-statement", "FILE [--state NAME] [--day DAY] [--announced DAY] [--json]",
    "Look through a statement for names of countries, and say until when to confirm",
    pal_cmd_paper_check_statement },
  { "team assign", "FILE PAGE... --to NAME [OPTION...]", "Say who works on a page, until when",
    pal_cmd_team_assign },
  { "team list", "FILE [--person NAME] [--json]",
    "List who works on what, and what waits for a decision", pal_cmd_team_list },
  { "team hand-out", "FILE --to NAME -o OUT.asice [--encrypt-to PEM]... [--key KEY] [--json]",
    "Write a signed package of the pages of a colleague", pal_cmd_team_hand_out },
  { "team open", "SECTION.asice -o NEW.palermo [--trust PEM]... [--accept-unknown] [--json]",
    "Make a working dossier of what was handed out", pal_cmd_team_open },
  { "team return", "FILE -o OUT.asice [--encrypt-to PEM]... [--key KEY] [--json]",
    "Write a signed package of what was done in a working dossier", pal_cmd_team_return },
  { "team look", "FILE RETURN.asice [--trust PEM]... [--json]",
    "Say what a return would bring, and from whom; changes nothing", pal_cmd_team_look },
  { "team merge", "FILE RETURN.asice [--accept-unknown] [--accept-outside] [OPTION...]",
    "Bring a return into its dossier, as one act", pal_cmd_team_merge },
  { "team undo", "FILE AFTER UNTIL [--json]", "Take a merge back in one step", pal_cmd_team_undo },
  { "team conflicts", "FILE [--json]", "Show what people wrote apart from each other",
    pal_cmd_team_conflicts },
  { "team resolve", "FILE NODE (--take WHICH | --text TEXT) [--record ID]",
    "Say what shall stand where people disagree", pal_cmd_team_resolve },
  { "team comment", "FILE NODE TEXT [--reply ID] [--record ID] [--author NAME]",
    "Write a comment on a question, or answer one", pal_cmd_team_comment },
  { "team comments", "FILE [--open] [--json]", "List the comments", pal_cmd_team_comments },
  { "team resolve-comment", "FILE ID [--again] [--author NAME]",
    "Say that what a comment is about is settled", pal_cmd_team_resolve_comment },
  { "team ready", "FILE PAGE [--anyway] [--author NAME]", "An expert says that a page is ready",
    pal_cmd_team_ready },
  { "team clear", "FILE [--page PAGE] [--anyway] [--author NAME]",
    "The focal point clears; all cleared makes an edition", pal_cmd_team_clear },
  { "team reopen", "FILE PAGE --reason TEXT [--author NAME]", "Make a page a draft again",
    pal_cmd_team_reopen },
  { "team status", "FILE [--json]", "Show how the pages stand, and what is open on each",
    pal_cmd_team_status },
  { "team hand-over", "FILE -o FILE.md|FILE.json",
    "Write for a new focal point who did what, what is open, and why it was decided so",
    pal_cmd_team_hand_over },
  { NULL },
};

static const PalVerb *running;

static const PalVerb *
find_verb (int argc, char **argv, int *n_words)
{
  for (int words = 2; words >= 1; words--)
    {
      g_autofree char *name = NULL;

      if (argc < 1 + words)
        continue;
      name = words == 2 ? g_strjoin (" ", argv[1], argv[2], NULL) : g_strdup (argv[1]);
      for (const PalVerb *verb = verbs; verb->name != NULL; verb++)
        if (strcmp (verb->name, name) == 0)
          {
            *n_words = words;
            return verb;
          }
    }

  return NULL;
}

static gboolean
begins_with_word (const PalVerb *verb, const char *word)
{
  return g_str_has_prefix (verb->name, word)
         && (verb->name[strlen (word)] == ' ' || verb->name[strlen (word)] == '\0');
}

/* A word that stands before several verbs, as in "team open" and "team return". */
static gboolean
is_group (const char *word)
{
  for (const PalVerb *verb = verbs; verb->name != NULL; verb++)
    if (begins_with_word (verb, word))
      return TRUE;

  return FALSE;
}

static void
print_help (FILE *out, const char *first_word)
{
  fputs ("Usage: palermo-cli VERB [ARGUMENTS]\n\n", out);
  for (const PalVerb *verb = verbs; verb->name != NULL; verb++)
    if (first_word == NULL || begins_with_word (verb, first_word))
      fprintf (out, "  %s %s\n      %s\n", verb->name, verb->usage, verb->summary);
  fputs ("\nPalermo is not a product of the United Nations.\n", out);
}

static int
fail_without_verb (int argc, char **argv)
{
  if (!is_group (argv[1]))
    return pal_cli_fail (PAL_EXIT_USAGE, "no verb \"%s\"; see palermo-cli --help", argv[1]);
  if (argc < 3)
    return pal_cli_fail (PAL_EXIT_USAGE, "\"%s\" wants a second word; see palermo-cli %s --help",
                         argv[1], argv[1]);

  return pal_cli_fail (PAL_EXIT_USAGE, "no verb \"%s %s\"; see palermo-cli %s --help", argv[1],
                       argv[2], argv[1]);
}

gboolean
pal_cli_parse (int *argc, char ***argv, const GOptionEntry *entries, int min, int max,
               int *exit_code)
{
  g_autoptr (GOptionContext) context = g_option_context_new (running->usage);
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context, running->summary);
  g_option_context_set_help_enabled (context, FALSE);
  for (int i = 1; i < *argc && strcmp ((*argv)[i], "--") != 0; i++)
    if (strcmp ((*argv)[i], "--help") == 0)
      {
        g_autofree char *help = NULL;
        g_autofree char *name = g_strconcat ("palermo-cli ", running->name, NULL);

        if (entries != NULL)
          g_option_context_add_main_entries (context, entries, NULL);
        /* What the usage line calls the program. */
        g_set_prgname (name);
        help = g_option_context_get_help (context, TRUE, NULL);
        fputs (help, stdout);
        *exit_code = PAL_EXIT_OK;
        return FALSE;
      }

  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      *exit_code = pal_cli_fail (PAL_EXIT_USAGE, "%s", error->message);
      return FALSE;
    }
  /* "--" ends the options; GOption leaves it where a word begins with a dash. */
  if (*argc > 1 && strcmp ((*argv)[1], "--") == 0)
    {
      memmove (*argv + 1, *argv + 2, (*argc - 1) * sizeof (char *));
      (*argc)--;
    }
  if (*argc - 1 < min || (max >= 0 && *argc - 1 > max))
    {
      *exit_code = pal_cli_fail (PAL_EXIT_USAGE, "usage: palermo-cli %s %s", running->name,
                                 running->usage);
      return FALSE;
    }
  for (int i = 1; i < *argc && strcmp (running->name, "dossier bring-back") != 0; i++)
    if (g_str_has_suffix ((*argv)[i], ".palermo"))
      pal_cli_say_place ((*argv)[i]);

  return TRUE;
}

int
pal_cli_fail (int code, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *printable = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  printable = pal_text_dup_printable (text, 4000);
  fprintf (stderr, "palermo-cli: %s\n", printable);

  return code;
}

int
pal_cli_fail_error (const GError *error, const char *what)
{
  int code = PAL_EXIT_IO;
  const char *advice = pal_cli_words (error, &code);

  if (advice != NULL)
    return pal_cli_fail (code, "%s: %s. %s", what, error->message, advice);

  return pal_cli_fail (code, "%s: %s", what, error->message);
}

void
pal_cli_print_json (JsonNode *node)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autofree char *text = NULL;

  json_generator_set_root (generator, node);
  text = json_generator_to_data (generator, NULL);
  puts (text);
}

int
main (int argc, char **argv)
{
  int n_words = 0;

  setlocale (LC_ALL, "");
  g_set_prgname ("palermo-cli");
  /* Keys and answers pass through this process: no core files, no tracing by neighbours. */
#ifndef __SANITIZE_ADDRESS__ /* the leak checker has to trace the process */
  prctl (PR_SET_DUMPABLE, 0);
#endif
  signal (SIGPIPE, SIG_IGN);
  /* A limit on the size of files is a full disk to us, not a reason to die. */
  signal (SIGXFSZ, SIG_IGN);

  if (argc < 2 || strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "help") == 0)
    {
      print_help (argc < 2 ? stderr : stdout, argc > 2 ? argv[2] : NULL);
      return argc < 2 ? PAL_EXIT_USAGE : PAL_EXIT_OK;
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      puts ("palermo-cli " PALERMO_VERSION);
      return PAL_EXIT_OK;
    }

  pal_translation_install ();
  running = find_verb (argc, argv, &n_words);
  if (running == NULL && argc == 3 && strcmp (argv[2], "--help") == 0 && is_group (argv[1]))
    {
      print_help (stdout, argv[1]);
      return PAL_EXIT_OK;
    }
  if (running == NULL)
    return fail_without_verb (argc, argv);

  return running->run (argc - n_words, argv + n_words);
}
