// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-team"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-cli-key.h"
#include "pal-cli-team.h"
#include "pal-verbs.h"

#include "pal-cms-seal.h"
#include "pal-handout.h"

#include <string.h>

/* team assign, list, hand-out, open, return: work goes out to colleagues and is sent back. */

static char *person;
static char *office;
static char *certificate;
static char *fingerprint;
static char *due;
static char *author;
static char *output;
static char *key;
static char **recipients;
static char **trust;
static int pin_fd = -1;
static gboolean accept_unknown;
static gboolean is_removal;
static gboolean with_comments;
static gboolean as_json;

GPtrArray *
pal_cli_team_list_paths (char **paths)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    g_ptr_array_add (list, paths[i]);

  return list;
}

PalIdentity *
pal_cli_team_load_key (const char *path, const char *name, int fd, GError **error)
{
  gboolean created;

  return path != NULL ? pal_cli_load_key (path, fd, error)
                      : pal_cli_load_default_key (name != NULL && *name != '\0' ? name : "Palermo",
                                                  fd, &created, error);
}

/* --- assign */

/* A page that no questionnaire has would never be handed out. */
static gboolean
check_page (PalDossier *dossier, const char *page, GError **error)
{
  g_autoptr (GPtrArray) records = pal_dossier_list_records (dossier, NULL, error);

  if (records == NULL)
    return FALSE;
  for (guint i = 0; i < records->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (records, i);
      g_autoptr (PalForm) form = NULL;

      if (!pal_cli_is_questionnaire (info->form_id))
        continue;
      form = pal_dossier_load_form (dossier, info->form_id, info->form_version, error);
      if (form == NULL)
        return FALSE;
      if (pal_form_find_node (form, page) != NULL)
        return TRUE;
    }
  g_set_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_PAGE, "no questionnaire has %s", page);

  return FALSE;
}

static PalAssignment *
find_assignment (GPtrArray *list, const char *page)
{
  for (guint i = 0; i < list->len; i++)
    {
      PalAssignment *one = g_ptr_array_index (list, i);

      if (strcmp (one->page, page) == 0)
        return one;
    }

  return NULL;
}

static void
take_text (char **place, const char *text)
{
  if (text == NULL)
    return;
  g_free (*place);
  *place = *text != '\0' ? g_strdup (text) : NULL;
}

static gboolean
assign (PalDossier *dossier, const char *page, GError **error)
{
  g_autoptr (GPtrArray) list = pal_assignment_list (dossier, person, error);
  g_autoptr (PalAssignment) made = NULL;
  PalAssignment *one;

  if (list == NULL)
    return FALSE;
  one = find_assignment (list, page);
  if (is_removal)
    {
      if (one != NULL)
        return pal_assignment_remove (dossier, one, error);
      g_set_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_NOTHING, "%s is not assigned to %s",
                   page, person);
      return FALSE;
    }
  if (!check_page (dossier, page, error))
    return FALSE;
  if (one == NULL)
    one = made = pal_assignment_new (page, person);
  take_text (&one->office, office);
  take_text (&one->fingerprint, fingerprint);
  take_text (&one->due, due);

  return pal_assignment_put (dossier, one, error);
}

static gboolean
is_fingerprint (const char *text)
{
  return strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}

static gboolean
is_date (const char *text)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree char *whole = g_strconcat (text, "T00:00:00Z", NULL);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (whole, utc);

  return strlen (text) == 10 && time != NULL;
}

int
pal_cmd_team_assign (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_STRING, &person, "Who works on it", "NAME" },
    { "office", 0, 0, G_OPTION_ARG_STRING, &office, "In which office", "NAME" },
    { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &certificate,
      "The certificate with which this person will sign", "PEM" },
    { "fingerprint", 0, 0, G_OPTION_ARG_STRING, &fingerprint, "Its fingerprint instead", "HEX" },
    { "due", 0, 0, G_OPTION_ARG_STRING, &due, "Until when", "DATE" },
    { "remove", 0, 0, G_OPTION_ARG_NONE, &is_removal, "Take the page away from this person", NULL },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who assigns, for the history", "NAME" },
    { NULL },
  };
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 2, -1, &code))
    return code;
  if (person == NULL || *person == '\0')
    return pal_cli_fail (PAL_EXIT_USAGE, "team assign wants --to NAME");
  if (certificate != NULL && !pal_cms_read_certificate (certificate, &fingerprint, NULL, &error))
    return pal_cli_fail_error (error, certificate);
  if (fingerprint != NULL && *fingerprint != '\0' && !is_fingerprint (fingerprint))
    return pal_cli_fail (PAL_EXIT_USAGE, "a fingerprint has 64 digits from 0 to 9 and a to f");
  if (due != NULL && *due != '\0' && !is_date (due))
    return pal_cli_fail (PAL_EXIT_USAGE, "a date looks like 2027-03-31");

  dossier = pal_dossier_open (argv[1], PAL_DOSSIER_OPEN_DEFAULT, NULL, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (author != NULL)
    pal_dossier_set_author (dossier, author);
  for (int i = 2; i < argc; i++)
    if (!assign (dossier, argv[i], &error))
      return pal_cli_close (dossier, pal_cli_fail_error (error, argv[i]));

  return pal_cli_close (dossier, PAL_EXIT_OK);
}

/* --- list */

static void
build_list (JsonBuilder *builder, PalDossier *dossier, GPtrArray *list)
{
  g_auto (GStrv) section = pal_handout_dup_section (dossier);
  g_autoptr (GPtrArray) waiting = pal_handout_list_quarantine (dossier);
  g_autofree char *hand_out = pal_dossier_get_meta (dossier, "hand-out");

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "assignments");
  json_builder_begin_array (builder);
  for (guint i = 0; i < list->len; i++)
    {
      const PalAssignment *one = g_ptr_array_index (list, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "record", one->record);
      pal_cli_add_string (builder, "page", one->page);
      pal_cli_add_string (builder, "person", one->person);
      pal_cli_add_string (builder, "office", one->office);
      pal_cli_add_string (builder, "fingerprint", one->fingerprint);
      pal_cli_add_string (builder, "due", one->due);
      pal_cli_add_string (builder, "handOut", one->hand_out);
      pal_cli_add_string (builder, "handedOut", one->handed_out);
      pal_cli_add_string (builder, "returned", one->returned);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  /* Of a working dossier: what may be edited in it. */
  pal_cli_add_string (builder, "handOut", hand_out);
  pal_cli_add_strings (builder, "section", (const char *const *) section);
  json_builder_set_member_name (builder, "quarantine");
  json_builder_begin_array (builder);
  for (guint i = 0; i < waiting->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (waiting, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
print_list (PalDossier *dossier, GPtrArray *list)
{
  g_auto (GStrv) section = pal_handout_dup_section (dossier);
  g_autoptr (GPtrArray) waiting = pal_handout_list_quarantine (dossier);

  for (guint i = 0; i < list->len; i++)
    {
      const PalAssignment *one = g_ptr_array_index (list, i);

      printf ("%s\t%s\t%s\t%s\n", one->page, one->person, one->due != NULL ? one->due : "",
              one->returned != NULL     ? "returned"
              : one->handed_out != NULL ? "handed out"
                                        : "assigned");
    }
  for (guint i = 0; section != NULL && section[i] != NULL; i++)
    printf ("%s\tyours\n", section[i]);
  for (guint i = 0; i < waiting->len; i++)
    printf ("waits for a decision: %s\n", (char *) g_ptr_array_index (waiting, i));
}

static int
list_assignments (PalDossier *dossier, char **argv)
{
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;

  list = pal_assignment_list (dossier, person, &error);
  if (list == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      build_list (builder, dossier, list);
      pal_cli_print (builder);
    }
  else
    print_list (dossier, list);

  return PAL_EXIT_OK;
}

int
pal_cmd_team_list (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "person", 0, 0, G_OPTION_ARG_STRING, &person, "Only what is assigned to them", "NAME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return pal_cli_read_dossier (argv, list_assignments);
}

/* --- hand-out and return */

static const GOptionEntry write_entries[] = {
  { "to", 0, 0, G_OPTION_ARG_STRING, &person, "To whom", "NAME" },
  { "with-comments", 0, 0, G_OPTION_ARG_NONE, &with_comments, "Comments on these pages go along",
    NULL },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Package to write", "OUT.asice" },
  { "encrypt-to", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &recipients,
    "Encrypt it, so that only the owner of this certificate can open it", "PEM" },
  { "key", 0, 0, G_OPTION_ARG_FILENAME, &key, "Sign with this key instead of the one kept here",
    "FILE.p12|KEY.pem+CERT.pem|pkcs11:URI" },
  { "pin-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd,
    "Read the passphrase of the key from this descriptor", "N" },
  { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who does it, for the history", "NAME" },
  { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
  { NULL },
};

static int
write_package (const char *path, gboolean is_return)
{
  g_autoptr (PalDossier) dossier = NULL;
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (GPtrArray) to = pal_cli_team_list_paths (recipients);
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ok;

  if (output == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "-o OUT.asice is missing");
  identity = pal_cli_team_load_key (key, author, pin_fd, &error);
  if (identity == NULL)
    return pal_cli_fail_error (error, "the key");
  for (guint i = 0; i < to->len; i++)
    if (!pal_cms_read_certificate (g_ptr_array_index (to, i), NULL, NULL, &error))
      return pal_cli_fail_error (error, g_ptr_array_index (to, i));
  dossier = pal_dossier_open (path, PAL_DOSSIER_OPEN_DEFAULT, NULL, &error);
  if (dossier == NULL)
    return pal_cli_fail_error (error, path);
  if (author != NULL)
    pal_dossier_set_author (dossier, author);

  ok = is_return ? pal_handout_write_return (dossier, output, identity, to, NULL, &error)
                 : pal_handout_write (dossier, person,
                                      with_comments ? PAL_HANDOUT_WITH_COMMENTS
                                                    : PAL_HANDOUT_WRITE_DEFAULT,
                                      output, identity, to, NULL, &id, &error);
  if (!ok)
    return pal_cli_close (dossier, error->domain == G_IO_ERROR ? pal_cli_fail_output (error, output)
                                                               : pal_cli_fail_error (error, path));
  if (is_return)
    id = pal_dossier_get_meta (dossier, "hand-out");
  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "file", output);
      pal_cli_add_string (builder, "handOut", id);
      pal_cli_add_boolean (builder, "encrypted", to->len > 0);
      pal_cli_add_string (builder, "signer", pal_identity_get_common_name (identity));
      pal_cli_add_string (builder, "fingerprint", pal_identity_get_fingerprint (identity));
      json_builder_end_object (builder);
      pal_cli_print (builder);
    }
  else
    puts (id);

  return pal_cli_close (dossier, PAL_EXIT_OK);
}

int
pal_cmd_team_hand_out (int argc, char **argv)
{
  int code;

  if (!pal_cli_parse (&argc, &argv, write_entries, 1, 1, &code))
    return code;
  if (person == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "team hand-out wants --to NAME");

  return write_package (argv[1], FALSE);
}

int
pal_cmd_team_return (int argc, char **argv)
{
  int code;

  /* To whom it goes back is known. */
  if (!pal_cli_parse (&argc, &argv, write_entries + 2, 1, 1, &code))
    return code;

  return write_package (argv[1], TRUE);
}

/* --- open */

PalHandout *
pal_cli_team_look (const char *path, const char *key_path, int fd, char **trusted, GError **error)
{
  g_autoptr (GPtrArray) certificates = pal_cli_team_list_paths (trusted);
  g_autoptr (PalIdentity) identity = NULL;

  if (pal_cms_is_sealed (path))
    {
      identity = pal_cli_team_load_key (key_path, NULL, fd, error);
      if (identity == NULL)
        return NULL;
    }

  return pal_handout_look (path, identity, certificates, NULL, error);
}

void
pal_cli_say_unknown (const char *signer, const char *mark)
{
  g_autoptr (GString) spoken = g_string_new (NULL);

  for (guint i = 0; mark != NULL && mark[i] != '\0'; i++)
    g_string_append_printf (spoken, "%s%c", i > 0 && i % 8 == 0 ? " " : "", mark[i]);
  pal_cli_fail (PAL_EXIT_INDETERMINATE,
                "signed by \"%s\", fingerprint %s; ask this person by telephone whether that is "
                "right, then say --accept-unknown",
                signer != NULL ? signer : "", spoken->str);
}

int
pal_cmd_team_open (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Working dossier to make", "NEW.palermo" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &key,
      "Decrypt with this key instead of the one kept here",
      "FILE.p12|KEY.pem+CERT.pem|pkcs11:URI" },
    { "pin-fd", 0, 0, G_OPTION_ARG_INT, &pin_fd,
      "Read the passphrase of the key from this descriptor", "N" },
    { "trust", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &trust, "A certificate that is trusted", "PEM" },
    { "accept-unknown", 0, 0, G_OPTION_ARG_NONE, &accept_unknown,
      "Open it although the signer is not known here", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  g_autoptr (PalHandout) section = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (output == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "team open wants -o NEW.palermo");

  section = pal_cli_team_look (argv[1], key, pin_fd, trust, &error);
  if (section == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (!pal_handout_open (section, output,
                         accept_unknown ? PAL_HANDOUT_ACCEPT_UNKNOWN : PAL_HANDOUT_ACCEPT_NOTHING,
                         NULL, &error))
    {
      if (g_error_matches (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_SIGNER))
        pal_cli_say_unknown (section->signer, section->fingerprint);
      return pal_cli_fail_error (error, argv[1]);
    }
  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "file", output);
      pal_cli_team_add_handout (builder, section);
      json_builder_end_object (builder);
      pal_cli_print (builder);
    }
  else
    for (guint i = 0; i < section->pages->len; i++)
      puts (((PalHandoutPage *) g_ptr_array_index (section->pages, i))->path);

  return PAL_EXIT_OK;
}
