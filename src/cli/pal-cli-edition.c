// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cli-edition"
#include "config.h"

#include "pal-cli-edition.h"

#include "pal-cli-answers.h"
#include "pal-cli-key.h"

#include "pal-clock.h"
#include "pal-digest.h"

/**
 * pal_cli_note_packed:
 * @dossier: a dossier
 * @edition: what was packed
 * @sha256: (nullable): digest of the archive
 * @error: return location
 *
 * Blocking: remembers where a supplement has to begin.
 *
 * Returns: whether that is durable, or cannot be
 */
gboolean
pal_cli_note_packed (PalDossier *dossier, const PalEdition *edition, const char *sha256,
                     GError **error)
{
  if (sha256 == NULL || pal_dossier_is_read_only (dossier))
    return TRUE;

  return pal_edition_note_packed (dossier, edition, sha256, error);
}

static void
print_text (const char *text)
{
  if (text != NULL)
    pal_cli_print_escaped (text);
  putchar ('\t');
}

/* A line a change: node, from, to, when, by whom. */
static void
print_changes (const PalSupplement *supplement)
{
  printf ("supplement to edition %s, %u changes%s\n", supplement->base->digest,
          supplement->changes->len, supplement->present != NULL ? "" : ", not cleared");
  for (guint i = 0; i < supplement->changes->len; i++)
    {
      const PalAnswerChange *change = g_ptr_array_index (supplement->changes, i);
      g_autofree char *time
          = change->time_us > 0 ? pal_clock_format_rfc3339 (change->time_us) : NULL;

      print_text (change->node);
      print_text (change->from);
      print_text (change->to);
      print_text (time);
      print_text (change->author);
      putchar ('\n');
    }
}

static void
print_changes_json (const PalSupplement *supplement, const char *output, const char *sha256,
                    goffset size)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *shown = g_filename_display_name (output);

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "kind", "supplement");
  pal_cli_add_string (builder, "file", shown);
  pal_cli_add_string (builder, "sha256", sha256);
  pal_cli_add_int (builder, "size", size);
  pal_cli_add_string (builder, "edition", supplement->digest);
  pal_cli_add_string (builder, "editionBefore", supplement->base->digest);
  pal_cli_add_string (builder, "supersedes", supplement->base->archive);
  pal_cli_add_boolean (builder, "cleared", supplement->present != NULL);
  json_builder_set_member_name (builder, "changes");
  json_builder_begin_array (builder);
  for (guint i = 0; i < supplement->changes->len; i++)
    {
      const PalAnswerChange *change = g_ptr_array_index (supplement->changes, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "record", change->record);
      pal_cli_add_string (builder, "node", change->node);
      pal_cli_add_string (builder, "from", change->from);
      pal_cli_add_string (builder, "to", change->to);
      pal_cli_add_boolean (builder, "relevant", change->is_relevant);
      if (change->time_us > 0)
        pal_cli_add_time (builder, "when", change->time_us);
      pal_cli_add_string (builder, "by", change->author);
      pal_cli_add_string (builder, "why", change->reason);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

/**
 * pal_cli_pack_supplement:
 * @dossier: a dossier
 * @output: where the archive shall be
 * @key: (nullable): key to sign with; %NULL: the one kept here
 * @pin_fd: descriptor of its passphrase, or -1
 * @is_signed: whether to sign
 * @in_json: what to say for machines
 *
 * Writes what changed since the edition that was packed last.
 *
 * Returns: the exit code
 */
int
pal_cli_pack_supplement (PalDossier *dossier, const char *output, const char *key, int pin_fd,
                         gboolean is_signed, gboolean in_json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalSupplement) supplement = pal_supplement_look (dossier, &error);
  g_autoptr (PalIdentity) identity = NULL;
  g_autofree char *state = pal_dossier_get_meta (dossier, "state");
  g_autofree char *sha256 = NULL;
  gboolean created = FALSE;
  goffset size = 0;

  if (supplement == NULL)
    return pal_cli_fail_error (error, "the dossier");
  if (supplement->changes->len > 0 && is_signed)
    {
      identity = key != NULL ? pal_cli_load_key (key, pin_fd, &error)
                             : pal_cli_load_default_key (state != NULL ? state : "Palermo", pin_fd,
                                                         &created, &error);
      if (identity == NULL)
        return pal_cli_fail_error (error, "the key");
    }
  if (!pal_supplement_write (supplement, dossier, output, identity, NULL, &error))
    return pal_cli_fail_error (error, output);
  sha256 = pal_digest_file_hex (output, &size, NULL, &error);
  /* The next supplement begins here only when somebody has cleared what is in this one. */
  if (sha256 == NULL
      || (supplement->present != NULL
          && !pal_cli_note_packed (dossier, supplement->present, sha256, &error)))
    return pal_cli_fail_error (error, output);

  if (in_json)
    print_changes_json (supplement, output, sha256, size);
  else
    print_changes (supplement);

  return PAL_EXIT_OK;
}
