// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-handout-return"
#include "config.h"

#include "pal-handout-private.h"

#include "pal-clock.h"
#include "pal-form-changes.h"
#include "pal-undo.h"

#include <string.h>

/* What comes back: a return is written from all of a working dossier, looked at before it is
 * merged, and merged in one transaction. */

/* --- writing */

static GPtrArray *
list_records (PalDossier *working, GError **error)
{
  g_autoptr (GPtrArray) records = pal_dossier_list_records (working, NULL, error);
  GPtrArray *kept;

  if (records == NULL)
    return NULL;
  kept = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_record_info_free);
  g_ptr_array_set_free_func (records, NULL);
  for (guint i = 0; i < records->len; i++)
    {
      PalRecordInfo *info = g_ptr_array_index (records, i);

      if (pal_assignment_is_form (info->form_id))
        pal_record_info_free (info);
      else
        g_ptr_array_add (kept, info);
    }

  return kept;
}

/**
 * pal_handout_write_return:
 * @working: a working dossier, with all edits flushed
 * @path: where the package shall be
 * @identity: who signs
 * @recipients: (nullable) (element-type utf8): PEM paths; then it is encrypted to them
 * @cancellable: (nullable): stops it, leaving nothing behind
 * @error: return location
 *
 * Writes a return: every record with its whole history, and what is attached. What the other side
 * knows already, it passes over; nothing is left out here that somebody wrote. Blocking.
 *
 * Returns: whether the package is on the disk; %PAL_HANDOUT_ERROR_NO_SECTION when @working is no
 *   working dossier; errors of the dossier, of packages and signing
 */
gboolean
pal_handout_write_return (PalDossier *working, const char *path, PalIdentity *identity,
                          GPtrArray *recipients, GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) section = NULL;
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *hand_out = NULL;
  g_autofree char *dossier_id = NULL;
  g_autofree char *person = NULL;
  g_autoptr (GPtrArray) pages = NULL;
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GPtrArray) attachments = NULL;
  g_autoptr (GPtrArray) more_forms = g_ptr_array_new ();
  PalHandoutDraft draft;

  g_return_val_if_fail (PAL_IS_DOSSIER (working), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (PAL_IS_IDENTITY (identity), FALSE);

  section = pal_handout_dup_section (working);
  hand_out = pal_dossier_get_meta (working, PAL_HANDOUT_META_ID);
  dossier_id = pal_dossier_get_meta (working, PAL_HANDOUT_META_DOSSIER);
  person = pal_dossier_get_meta (working, PAL_HANDOUT_META_PERSON);
  if (section == NULL || hand_out == NULL || dossier_id == NULL || person == NULL)
    {
      g_set_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_NO_SECTION,
                   "this dossier was not handed out");
      return FALSE;
    }
  records = list_records (working, error);
  attachments = records != NULL ? pal_dossier_list_attachments (working, error) : NULL;
  if (attachments == NULL)
    return FALSE;

  pages = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_handout_page_free);
  for (guint i = 0; section[i] != NULL; i++)
    g_ptr_array_add (pages, pal_handout_page_new (section[i], NULL));
  draft = (PalHandoutDraft){ .kind = "return",
                             .id = id,
                             .hand_out = hand_out,
                             .dossier_id = dossier_id,
                             .person = person,
                             .from = pal_identity_get_common_name (identity),
                             .pages = pages,
                             .records = records,
                             .more_forms = more_forms,
                             .attachments = attachments };

  return pal_handout_draft_write (working, &draft, path, identity, recipients, cancellable, error);
}

/* --- looking */

#define RETURNED "/assignment/returned"

static void
handout_form_free (gpointer data)
{
  PalHandoutForm *form = data;

  g_free (form->record);
  g_free (form->form_id);
  g_free (form->version);
  g_free (form->here);
  g_free (form);
}

typedef struct
{
  PalHandout *handout; /* (unowned) */
  PalDossier *dossier; /* (unowned) */
  GPtrArray *records;  /* (element-type PalRecordInfo): that are here */
  GHashTable *ids;     /* record -> PalRecordInfo */
  GHashTable *forms;   /* record -> PalForm: to which older answers go on */
  GPtrArray *expected; /* (element-type utf8), with an end mark: paths */
  GPtrArray *assignments;
  GPtrArray *noted; /* (unowned) (nullable) (element-type PalChange): by ourselves, behind it */
  char *undone;     /* (nullable): id of the act that took it back after an earlier merge */
} Taking;

static void
taking_clear (Taking *taking)
{
  g_clear_pointer (&taking->ids, g_hash_table_unref);
  g_clear_pointer (&taking->records, g_ptr_array_unref);
  g_clear_pointer (&taking->forms, g_hash_table_unref);
  g_clear_pointer (&taking->expected, g_ptr_array_unref);
  g_clear_pointer (&taking->assignments, g_ptr_array_unref);
  g_clear_pointer (&taking->undone, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Taking, taking_clear)

/* Whether it went out with this hand-out, or to whoever signed what came back. */
static gboolean
is_theirs (PalHandout *self, const PalAssignment *one)
{
  return g_strcmp0 (one->hand_out, self->hand_out) == 0
         || (one->fingerprint != NULL && g_strcmp0 (one->fingerprint, self->fingerprint) == 0);
}

/* What was handed out is known here; what the package says of it does not count. */
static void
expect_pages (Taking *taking)
{
  for (guint i = 0; i < taking->assignments->len; i++)
    {
      const PalAssignment *one = g_ptr_array_index (taking->assignments, i);
      GHashTableIter iter;
      gpointer form;

      if (!is_theirs (taking->handout, one))
        continue;
      g_ptr_array_add (taking->expected, g_strdup (one->page));
      g_hash_table_iter_init (&iter, taking->forms);
      while (g_hash_table_iter_next (&iter, NULL, &form))
        {
          PalFormNode *node = pal_form_find_successor (form, one->page);

          if (node != NULL)
            g_ptr_array_add (taking->expected, g_strdup (node->path));
        }
    }
  g_ptr_array_add (taking->expected, NULL);
}

/* What was renamed below a page may have left it: then its new place is expected too. */
static gboolean
was_expected (Taking *taking, const char *record, const char *node)
{
  PalForm *form = g_hash_table_lookup (taking->forms, record);
  g_autoptr (GPtrArray) former = NULL;

  if (form == NULL)
    return FALSE;
  former = pal_form_dup_former_paths (form, node);
  for (guint i = 0; i < former->len; i++)
    if (pal_handout_is_in (g_ptr_array_index (former, i),
                           (const char *const *) taking->expected->pdata))
      return TRUE;

  return FALSE;
}

static gboolean
is_noted (Taking *taking, const char *record, const char *node)
{
  for (guint i = 0; taking->noted != NULL && i < taking->noted->len; i++)
    {
      const PalChange *change = g_ptr_array_index (taking->noted, i);

      if (strcmp (change->record, record) == 0 && g_strcmp0 (change->node, node) == 0)
        return TRUE;
    }

  return FALSE;
}

/* On the dossier's worker. */
static gboolean
is_expected (const char *record, const char *node, gpointer user_data)
{
  Taking *taking = user_data;
  const PalRecordInfo *info = g_hash_table_lookup (taking->ids, record);
  g_autofree char *root = NULL;

  if (info != NULL && pal_handout_is_questionnaire (info->form_id))
    return *node == '/'
           && (pal_handout_is_in (node, (const char *const *) taking->expected->pdata)
               || was_expected (taking, record, node));
  if (info != NULL)
    return strcmp (info->form_id, "comment") == 0
           || strcmp (info->form_id, "answer-translation") == 0 || is_noted (taking, record, node)
           || (taking->undone != NULL && strcmp (node, RETURNED) == 0);
  if (*node != '/')
    return TRUE;

  /* A record that is new here: a consultation, a comment; not another questionnaire, nor our own
   * bookkeeping. */
  root = g_strndup (node + 1, strcspn (node + 1, "/["));

  return !pal_assignment_is_form (root) && !g_str_has_prefix (root, "cluster");
}

static gboolean
has_version (GPtrArray *forms, const char *id, const char *version)
{
  for (guint i = 0; i < forms->len; i++)
    {
      const PalFormInfo *info = g_ptr_array_index (forms, i);

      if (strcmp (info->id, id) == 0 && strcmp (info->version, version) == 0)
        return TRUE;
    }

  return FALSE;
}

/* A version that was here before the present one is older; one that never was is newer. */
static gboolean
compare_forms (Taking *taking, GError **error)
{
  PalHandout *self = taking->handout;
  JsonArray *records = pal_handout_get_array (json_node_get_object (self->content), "records");
  g_autoptr (GPtrArray) forms = pal_dossier_list_forms (taking->dossier, error);

  if (forms == NULL)
    return FALSE;
  g_clear_pointer (&self->forms, g_ptr_array_unref);
  self->forms = g_ptr_array_new_with_free_func (handout_form_free);
  for (guint i = 0; records != NULL && i < json_array_get_length (records); i++)
    {
      JsonObject *entry = json_array_get_object_element (records, i);
      const char *record = pal_handout_get_text (entry, "id");
      const char *form_id = pal_handout_get_text (entry, "form");
      const char *version = pal_handout_get_text (entry, "version");
      const PalRecordInfo *info = record != NULL ? g_hash_table_lookup (taking->ids, record) : NULL;
      PalHandoutForm *form;

      if (record == NULL || form_id == NULL || version == NULL)
        continue;
      form = g_new0 (PalHandoutForm, 1);
      form->record = g_strdup (record);
      form->form_id = g_strdup (form_id);
      form->version = g_strdup (version);
      form->here = info != NULL ? g_strdup (info->form_version) : NULL;
      g_ptr_array_add (self->forms, form);
      if (info == NULL || strcmp (info->form_version, version) == 0)
        form->fate = PAL_FORM_SAME;
      else
        form->fate = has_version (forms, form_id, version) ? PAL_FORM_OLDER : PAL_FORM_NEWER;
      if (form->fate == PAL_FORM_OLDER)
        {
          PalForm *here
              = pal_dossier_load_form (taking->dossier, info->form_id, info->form_version, error);

          if (here == NULL)
            return FALSE;
          g_hash_table_insert (taking->forms, g_strdup (record), here);
        }
    }

  return TRUE;
}

/* That it came back is noted with it, and taken back with it. */
static gboolean
find_undone (Taking *taking, GError **error)
{
  for (guint i = 0; i < taking->assignments->len && taking->undone == NULL; i++)
    {
      const PalAssignment *one = g_ptr_array_index (taking->assignments, i);
      g_autoptr (GPtrArray) history = NULL;
      const PalChange *newest;

      if (one->returned != NULL || g_strcmp0 (one->hand_out, taking->handout->hand_out) != 0)
        continue;
      history = pal_dossier_read_history (taking->dossier, one->record, RETURNED, error);
      if (history == NULL)
        return FALSE;
      newest = history->len > 0 ? g_ptr_array_index (history, 0) : NULL;
      if (newest != NULL && g_strcmp0 (newest->title, PAL_UNDO_ACT) == 0)
        taking->undone = g_strdup (newest->act);
    }

  return TRUE;
}

static gboolean
check_return (PalHandout *self, PalDossier *dossier, GError **error)
{
  if (strcmp (self->kind, "return") != 0)
    {
      g_set_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_KIND,
                   "this is a section: open it as a working dossier");
      return FALSE;
    }
  if (strcmp (self->dossier, pal_dossier_get_id (dossier)) != 0)
    {
      g_set_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_OTHER_DOSSIER,
                   "it was handed out from another dossier (%s)",
                   self->title != NULL ? self->title : self->dossier);
      return FALSE;
    }

  return TRUE;
}

static gboolean
prepare (Taking *taking, GError **error)
{
  PalHandout *self = taking->handout;

  taking->ids = g_hash_table_new (g_str_hash, g_str_equal);
  taking->forms
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) pal_form_unref);
  taking->expected = g_ptr_array_new_with_free_func (g_free);
  if (!check_return (self, taking->dossier, error))
    return FALSE;
  taking->assignments = pal_assignment_list (taking->dossier, NULL, error);
  taking->records = taking->assignments != NULL
                        ? pal_dossier_list_records (taking->dossier, NULL, error)
                        : NULL;
  if (taking->records == NULL)
    return FALSE;
  for (guint i = 0; i < taking->records->len; i++)
    {
      PalRecordInfo *info = g_ptr_array_index (taking->records, i);

      g_hash_table_insert (taking->ids, info->id, info);
    }
  for (guint i = 0; i < taking->assignments->len; i++)
    {
      const PalAssignment *one = g_ptr_array_index (taking->assignments, i);

      self->is_known
          |= one->fingerprint != NULL && g_strcmp0 (one->fingerprint, self->fingerprint) == 0;
    }
  if (!compare_forms (taking, error) || !find_undone (taking, error))
    return FALSE;
  expect_pages (taking);

  return TRUE;
}

static gboolean
take (Taking *taking, PalMergeFlags flags, gboolean only_expected, GCancellable *cancellable,
      GError **error)
{
  PalHandout *self = taking->handout;
  g_autoptr (GInputStream) log = pal_handout_open_log (self, error);
  const PalMergeRules rules = { .is_expected = is_expected,
                                .user_data = taking,
                                .only_expected = only_expected,
                                .forms = taking->forms,
                                .undone = taking->undone,
                                .changes = taking->noted,
                                .title = "Return" };

  if (log == NULL)
    return FALSE;
  g_clear_pointer (&self->report, pal_merge_report_free);
  self->report
      = pal_dossier_merge_by_rules (taking->dossier, log, flags, &rules, cancellable, error);

  return self->report != NULL;
}

/**
 * pal_handout_preview:
 * @self: a return
 * @dossier: from which it was handed out
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Says what a merge would bring: who signed and whether we know them, the versions of the forms,
 * and the report of the merge with all that it touches outside its section. The dossier is not
 * changed. Blocking.
 *
 * Returns: whether it could be looked at: %PAL_HANDOUT_ERROR_KIND,
 *   %PAL_HANDOUT_ERROR_OTHER_DOSSIER, errors of the dossier
 */
gboolean
pal_handout_preview (PalHandout *self, PalDossier *dossier, GCancellable *cancellable,
                     GError **error)
{
  g_auto (Taking) taking = { .handout = self, .dossier = dossier };

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);

  return prepare (&taking, error) && take (&taking, PAL_MERGE_PREVIEW, FALSE, cancellable, error);
}

/* --- merging */

/* (element-type PalChange): that the pages came back */
static GPtrArray *
note_returned (Taking *taking)
{
  GPtrArray *changes = pal_changes_new ();
  g_autofree char *now = pal_clock_format_rfc3339 (g_get_real_time ());

  for (guint i = 0; i < taking->assignments->len; i++)
    {
      const PalAssignment *one = g_ptr_array_index (taking->assignments, i);

      if (g_strcmp0 (one->hand_out, taking->handout->hand_out) == 0)
        g_ptr_array_add (changes, pal_assignment_change (one, "returned", now));
    }

  return changes;
}

/* Whether something has to be put into the file before the log: then it is looked at before that,
 * so that a return on which nobody has decided leaves nothing behind. */
static gboolean
brings_files (PalHandout *self)
{
  JsonObject *object = json_node_get_object (self->content);
  JsonArray *attachments = pal_handout_get_array (object, "attachments");

  if (attachments != NULL && json_array_get_length (attachments) > 0)
    return TRUE;
  for (guint i = 0; i < self->forms->len; i++)
    if (((PalHandoutForm *) g_ptr_array_index (self->forms, i))->fate == PAL_FORM_NEWER)
      return TRUE;

  return FALSE;
}

static gboolean
check_expected (PalHandout *self, PalHandoutFlags flags, GError **error)
{
  if (self->report->n_unexpected == 0 || (flags & PAL_HANDOUT_ACCEPT_OUTSIDE) != 0)
    return TRUE;
  g_set_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_OUTSIDE,
               "it touches %" G_GUINT64_FORMAT " answers that were not handed out",
               self->report->n_unexpected);

  return FALSE;
}

/**
 * pal_handout_merge:
 * @self: a return
 * @dossier: from which it was handed out; no record of it may have edits that are not flushed
 * @flags: what a person has decided
 * @cancellable: (nullable): stops it, changing nothing
 * @error: return location
 *
 * Merges a return, in one transaction: a kill leaves all of it, or nothing. self->report->span is
 * what pal_dossier_revert() takes back in one step. Merging it again changes nothing, unless it was
 * taken back: then it comes again, and what was written since stands beside it. Where the dossier
 * went on to a newer form, answers under older names go on under the present ones. Blocking.
 *
 * Returns: whether it is merged; %PAL_HANDOUT_ERROR_SIGNER and %PAL_HANDOUT_ERROR_OUTSIDE when a
 *   person has to decide first, and what pal_handout_preview() gives
 */
gboolean
pal_handout_merge (PalHandout *self, PalDossier *dossier, PalHandoutFlags flags,
                   GCancellable *cancellable, GError **error)
{
  g_auto (Taking) taking = { .handout = self, .dossier = dossier };
  g_autoptr (GPtrArray) changes = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);

  if (!prepare (&taking, error))
    return FALSE;
  if (!self->is_known && (flags & PAL_HANDOUT_ACCEPT_UNKNOWN) == 0)
    {
      g_set_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_SIGNER,
                   "signed by somebody who is not known here");
      return FALSE;
    }
  if (brings_files (self)
      && (!take (&taking, PAL_MERGE_PREVIEW, FALSE, cancellable, error)
          || !check_expected (self, flags, error)))
    return FALSE;

  /* Forms and attachments first: without the log nobody sees them, and it does not go without
   * them. */
  changes = note_returned (&taking);
  taking.noted = changes;

  return pal_handout_bring_forms (self, dossier, TRUE, error)
         && pal_handout_bring_attachments (self, dossier, cancellable, error)
         && take (&taking, PAL_MERGE_DEFAULT, (flags & PAL_HANDOUT_ACCEPT_OUTSIDE) == 0,
                  cancellable, error)
         && check_expected (self, flags, error);
}
