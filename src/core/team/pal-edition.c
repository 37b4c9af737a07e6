// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-edition"
#include "config.h"

#include "pal-edition-private.h"

#include "pal-clearance-private.h"
#include "pal-clock.h"
#include "pal-own-record.h"

#include <string.h>

/* Enough of a change's id to find it among those of its node. */
#define ID_DIGITS 32

G_DEFINE_QUARK (pal - edition - error - quark, pal_edition_error)

/**
 * pal_edition_free:
 * @edition: (nullable) (transfer full): an edition
 */
void
pal_edition_free (PalEdition *edition)
{
  if (edition == NULL)
    return;

  g_free (edition->id);
  g_free (edition->digest);
  g_free (edition->author);
  g_free (edition->open);
  g_free (edition->archive);
  g_free (edition->packed);
  g_free (edition);
}

static PalEdition *
edition_new (const PalOwnRecord *record)
{
  PalEdition *self = g_new0 (PalEdition, 1);
  const PalChange *digest = pal_own_record_get_head (record, "digest");
  const char *n_answers = pal_own_record_get (record, "answers");

  self->id = g_strdup (record->id);
  self->digest = g_strdup (digest->value);
  self->author = g_strdup (digest->author);
  self->time_us = record->created_us;
  self->n_answers = n_answers != NULL ? g_ascii_strtoull (n_answers, NULL, 10) : 0;
  self->open = g_strdup (pal_own_record_get (record, "open"));
  self->archive = g_strdup (pal_own_record_get (record, "archive"));
  self->packed = g_strdup (pal_own_record_get (record, "packed"));

  return self;
}

/**
 * pal_edition_list:
 * @dossier: a dossier
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer full) (nullable) (element-type PalEdition): all editions, oldest first
 */
GPtrArray *
pal_edition_list (PalDossier *dossier, GError **error)
{
  g_autoptr (GPtrArray) records = NULL;
  GPtrArray *editions;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  records = pal_own_record_list (dossier, PAL_EDITION_FORM, error);
  if (records == NULL)
    return NULL;
  editions = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_edition_free);
  for (guint i = 0; i < records->len; i++)
    if (pal_own_record_get (g_ptr_array_index (records, i), "digest") != NULL)
      g_ptr_array_add (editions, edition_new (g_ptr_array_index (records, i)));

  return editions;
}

/* The newest of this digest. (nullable) */
static PalEdition *
steal_by_digest (GPtrArray *editions, const char *digest)
{
  for (guint i = editions->len; i > 0; i--)
    {
      PalEdition *edition = g_ptr_array_index (editions, i - 1);

      if (strcmp (edition->digest, digest) == 0)
        return g_ptr_array_steal_index (editions, i - 1);
    }

  return NULL;
}

static PalEdition *
find_by_digest (PalDossier *dossier, const char *digest, GError **error)
{
  g_autoptr (GPtrArray) editions = pal_edition_list (dossier, error);

  return editions != NULL ? steal_by_digest (editions, digest) : NULL;
}

/**
 * pal_edition_find_present:
 * @dossier: a dossier, with all edits flushed
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer full) (nullable): the edition that says what the dossier says now; %NULL
 *   without an error when there is none, or a page of it was opened again
 */
PalEdition *
pal_edition_find_present (PalDossier *dossier, GError **error)
{
  g_autoptr (PalClearance) clearance = pal_clearance_look (dossier, error);

  if (clearance == NULL || clearance->state != PAL_PAGE_CLEARED)
    return NULL;

  return find_by_digest (dossier, clearance->digest, error);
}

/* --- freezing */

/* What several people's edits were joined to is in nobody's change yet: it becomes one, so that an
 * edition can name it. */
static gboolean
settle_joined (PalDossier *dossier, GPtrArray *questionnaires, gboolean *settled, GError **error)
{
  g_autoptr (GPtrArray) changes = pal_changes_new ();

  for (guint i = 0; i < questionnaires->len; i++)
    {
      const PalQuestionnaire *one = g_ptr_array_index (questionnaires, i);

      for (guint j = 0; j < one->heads->len; j++)
        {
          const PalChange *head = g_ptr_array_index (one->heads, j);

          if (head->kind == PAL_CHANGE_VALUE && head->is_joined)
            g_ptr_array_add (
                changes, pal_change_new (PAL_CHANGE_VALUE, one->record, head->node, head->value));
        }
    }
  *settled = changes->len > 0;

  return changes->len == 0
         || pal_dossier_append (dossier, "Joined for an edition", g_steal_pointer (&changes),
                                error);
}

static void
append_answer (PalQuestionnaire *self, PalNode *node, PalFormNode *definition, gpointer user_data)
{
  GString *heads = user_data;
  const char *value = pal_response_get_value (self->response, node);
  g_autofree char *path = NULL;
  const PalChange *head;

  if (*value == '\0' || !pal_response_get_state (self->response, node)->relevant)
    return;
  path = pal_response_dup_path (self->response, node);
  head = g_hash_table_lookup (self->by_node, path);
  if (head != NULL)
    g_string_append_printf (heads, "%s\t%.*s\n", path, ID_DIGITS, head->id);
  else
    {
      /* What the form says unless somebody says otherwise is in no change, and no secret. */
      g_autofree char *given = g_strconcat (path, "\t", PAL_EDITION_GIVEN, NULL);

      pal_questionnaire_append_line (heads, given, value);
    }
}

static char *
dup_heads (GPtrArray *questionnaires)
{
  GString *heads = g_string_new (NULL);

  for (guint i = 0; i < questionnaires->len; i++)
    {
      PalQuestionnaire *one = g_ptr_array_index (questionnaires, i);

      g_string_append_printf (heads, "record %s\n", one->record);
      pal_questionnaire_foreach (one, append_answer, heads);
    }

  return g_string_free (heads, FALSE);
}

static char *
dup_all_points (PalClearance *clearance)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();

  for (guint i = 0; i < clearance->pages->len; i++)
    {
      const PalPageClearance *page = g_ptr_array_index (clearance->pages, i);

      for (guint j = 0; j < page->points->len; j++)
        if (((PalPoint *) g_ptr_array_index (page->points, j))->kind != PAL_POINT_UNANSWERED)
          g_ptr_array_add (open, g_ptr_array_index (page->points, j));
    }
  g_ptr_array_extend (open, clearance->points, NULL, NULL);

  return pal_clearance_dup_points (open);
}

static gboolean
write_edition (PalDossier *dossier, PalClearance *clearance, GPtrArray *questionnaires,
               GError **error)
{
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  g_autofree char *id = pal_own_record_make (dossier, PAL_EDITION_FORM, changes, error);
  g_autofree char *heads = NULL;
  g_autofree char *forms = NULL;
  g_autofree char *open = NULL;
  g_autofree char *n_answers = g_strdup_printf ("%u", clearance->n_answers);

  if (id == NULL)
    return FALSE;
  heads = dup_heads (questionnaires);
  open = dup_all_points (clearance);
  g_ptr_array_add (clearance->forms, NULL);
  forms = g_strjoinv ("\n", (char **) clearance->forms->pdata);
  pal_own_record_set (changes, PAL_EDITION_FORM, id, "digest", clearance->digest);
  pal_own_record_set (changes, PAL_EDITION_FORM, id, "forms", forms);
  pal_own_record_set (changes, PAL_EDITION_FORM, id, "answers", n_answers);
  pal_own_record_set (changes, PAL_EDITION_FORM, id, "heads", heads);
  pal_own_record_set (changes, PAL_EDITION_FORM, id, "open", open);

  /* It follows from the last page that was cleared: one undo takes both back. */
  return pal_dossier_append_full (dossier, PAL_EDITION_ACT, g_steal_pointer (&changes),
                                  PAL_APPEND_FOLLOWS, NULL, error);
}

static PalEdition *
freeze (PalDossier *dossier, gboolean is_settled, GError **error)
{
  g_autoptr (GPtrArray) questionnaires = NULL;
  g_autoptr (PalClearance) clearance = NULL;
  g_autoptr (GPtrArray) editions = NULL;
  g_autoptr (PalEdition) same = NULL;
  gboolean settled = FALSE;

  questionnaires = pal_questionnaire_list (dossier, error);
  clearance
      = questionnaires != NULL ? pal_clearance_look_at (dossier, questionnaires, error) : NULL;
  if (clearance == NULL || clearance->state != PAL_PAGE_CLEARED)
    return NULL;
  editions = pal_edition_list (dossier, error);
  if (editions == NULL)
    return NULL;
  same = steal_by_digest (editions, clearance->digest);
  if (same != NULL)
    return g_steal_pointer (&same);
  if (!is_settled && !settle_joined (dossier, questionnaires, &settled, error))
    return NULL;
  if (settled)
    return freeze (dossier, TRUE, error);
  /* The changes that it names must stay: typing does not replace them any more. */
  if (!write_edition (dossier, clearance, questionnaires, error)
      || !pal_dossier_mark_exported (dossier, error))
    return NULL;

  return find_by_digest (dossier, clearance->digest, error);
}

/**
 * pal_edition_freeze:
 * @dossier: a dossier, with all edits flushed
 * @error: return location
 *
 * Blocking: when all that applies is cleared, keeps its digest as an edition, unless there is one
 * already. Nothing may be typed meanwhile.
 *
 * Returns: (transfer full) (nullable): the edition; %NULL without an error when something is not
 *   cleared
 */
PalEdition *
pal_edition_freeze (PalDossier *dossier, GError **error)
{
  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  /* Before anything is looked at: what is named in an edition must not be replaced behind it. */
  if (!pal_dossier_mark_exported (dossier, error))
    return NULL;

  return freeze (dossier, FALSE, error);
}

/**
 * pal_edition_note_packed:
 * @dossier: a dossier
 * @edition: one of its editions
 * @archive_sha256: digest of the archive
 * @error: return location
 *
 * Blocking: notes that an edition went into an archive; a supplement begins there.
 *
 * Returns: whether it is durable
 */
gboolean
pal_edition_note_packed (PalDossier *dossier, const PalEdition *edition, const char *archive_sha256,
                         GError **error)
{
  GPtrArray *changes;
  g_autofree char *now = pal_clock_format_rfc3339 (g_get_real_time ());

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  g_return_val_if_fail (edition != NULL && archive_sha256 != NULL, FALSE);

  changes = pal_changes_new ();
  pal_own_record_set (changes, PAL_EDITION_FORM, edition->id, "archive", archive_sha256);
  pal_own_record_set (changes, PAL_EDITION_FORM, edition->id, "packed", now);

  return pal_dossier_append (dossier, PAL_PACKED_ACT, changes, error);
}
