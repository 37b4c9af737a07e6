// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-handout-write"
#include "config.h"

#include "pal-handout-private.h"

#include "pal-clock.h"
#include "pal-form-changes.h"
#include "pal-parcel.h"

#include <string.h>

/* What goes into a section. */

#define COMMENT_FORM "comment"
#define TWIN_FORM "answer-translation"
#define LANGUAGES_FORM "answer-languages"

typedef struct
{
  PalDossier *dossier;
  GPtrArray *assignments;  /* (element-type PalAssignment) */
  GPtrArray *pages;        /* (element-type PalHandoutPage) */
  GPtrArray *records;      /* (element-type PalRecordInfo) */
  GHashTable *prefixes;    /* record id -> GStrv */
  GHashTable *attachments; /* (element-type utf8) */
} Section;

static void
section_clear (Section *section)
{
  g_clear_pointer (&section->assignments, g_ptr_array_unref);
  g_clear_pointer (&section->pages, g_ptr_array_unref);
  g_clear_pointer (&section->records, g_ptr_array_unref);
  g_clear_pointer (&section->prefixes, g_hash_table_unref);
  g_clear_pointer (&section->attachments, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Section, section_clear)

static char *
dup_page_title (PalForm *form, const char *path)
{
  PalFormNode *node = pal_form_find_node (form, path);

  return node != NULL && node->control != NULL
             ? pal_form_dup_text (form, node->control, PAL_TEXT_LABEL, NULL)
             : NULL;
}

/* The assigned pages that are in this form. An older name of a page means the page. */
static GPtrArray *
list_pages (Section *section, PalForm *form)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < section->assignments->len; i++)
    {
      const PalAssignment *one = g_ptr_array_index (section->assignments, i);
      PalFormNode *node = pal_form_find_node (form, one->page);
      g_autofree char *title = NULL;

      if (node == NULL)
        node = pal_form_find_successor (form, one->page);
      if (node == NULL || g_ptr_array_find_with_equal_func (paths, node->path, g_str_equal, NULL))
        continue;
      title = dup_page_title (form, node->path);
      g_ptr_array_add (paths, g_strdup (node->path));
      g_ptr_array_add (section->pages, pal_handout_page_new (node->path, title));
    }

  return paths;
}

static gboolean
gather_section_attachments (Section *section, PalForm *form, const char *record,
                            const char *const *prefixes, GError **error)
{
  g_autoptr (GPtrArray) heads = pal_dossier_read_heads (section->dossier, record, error);

  if (heads == NULL)
    return FALSE;
  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);
      g_autofree char *generic = NULL;
      PalFormNode *node;

      if (head->kind != PAL_CHANGE_VALUE || head->value == NULL || *head->value == '\0'
          || !pal_handout_is_in (head->node, prefixes))
        continue;
      generic = pal_form_dup_generic_path (head->node);
      node = pal_form_find_node (form, generic);
      if (node != NULL && node->type == PAL_TYPE_BINARY
          && pal_dossier_get_attachment_size (section->dossier, head->value, NULL) >= 0)
        g_hash_table_add (section->attachments, g_strdup (head->value));
    }

  return TRUE;
}

/* info: (transfer full) */
static gboolean
look_at_record (Section *section, PalRecordInfo *info, GError **error)
{
  g_autoptr (PalRecordInfo) owned = info;
  g_autoptr (PalForm) form
      = pal_dossier_load_form (section->dossier, info->form_id, info->form_version, error);
  g_autoptr (GPtrArray) pages = NULL;
  g_autoptr (GPtrArray) context = NULL;
  char **prefixes;

  if (form == NULL)
    return FALSE;
  pages = list_pages (section, form);
  if (pages->len == 0)
    return TRUE;

  g_ptr_array_add (pages, NULL);
  context = pal_handout_list_context (form, (const char *const *) pages->pdata);
  g_ptr_array_set_size (pages, pages->len - 1);
  for (guint i = 0; i < context->len; i++)
    g_ptr_array_add (pages, g_strdup (g_ptr_array_index (context, i)));
  g_ptr_array_add (pages, NULL);
  prefixes = g_strdupv ((char **) pages->pdata);
  g_hash_table_insert (section->prefixes, g_strdup (info->id), prefixes);
  g_ptr_array_add (section->records, g_steal_pointer (&owned));

  return gather_section_attachments (section, form, info->id, (const char *const *) prefixes,
                                     error);
}

static gboolean
look_at_records (Section *section, const char *person, GError **error)
{
  g_autoptr (GPtrArray) records = pal_dossier_list_records (section->dossier, NULL, error);

  if (records == NULL)
    return FALSE;
  g_ptr_array_set_free_func (records, NULL);
  for (guint i = 0; i < records->len; i++)
    {
      PalRecordInfo *info = g_ptr_array_index (records, i);

      if (!pal_handout_is_questionnaire (info->form_id))
        pal_record_info_free (info);
      else if (!look_at_record (section, info, error))
        {
          for (guint j = i + 1; j < records->len; j++)
            pal_record_info_free (g_ptr_array_index (records, j));
          return FALSE;
        }
    }
  if (section->records->len == 0)
    {
      g_set_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_PAGE,
                   "no questionnaire has the pages that are assigned to %s", person);
      return FALSE;
    }

  return TRUE;
}

static gboolean
has_record (Section *section, const char *id)
{
  for (guint i = 0; id != NULL && i < section->records->len; i++)
    if (strcmp (((PalRecordInfo *) g_ptr_array_index (section->records, i))->id, id) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
is_on_page (Section *section, const char *node)
{
  for (guint i = 0; node != NULL && i < section->pages->len; i++)
    if (pal_handout_is_below (node,
                              ((PalHandoutPage *) g_ptr_array_index (section->pages, i))->path))
      return TRUE;

  return FALSE;
}

/* Whether a record is about an answer on one of the pages, as comments and translations are. */
static gboolean
is_about (Section *section, const PalRecordInfo *info, gboolean *is, GError **error)
{
  g_autoptr (GPtrArray) heads = pal_dossier_read_heads (section->dossier, info->id, error);
  g_autofree char *record_leaf = g_strdup_printf ("/%s/record", info->form_id);
  g_autofree char *node_leaf = g_strdup_printf ("/%s/node", info->form_id);
  const char *record = NULL;
  const char *node = NULL;

  if (heads == NULL)
    return FALSE;
  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);

      if (g_strcmp0 (head->node, record_leaf) == 0)
        record = head->value;
      else if (g_strcmp0 (head->node, node_leaf) == 0)
        node = head->value;
    }
  *is = has_record (section, record) && is_on_page (section, node);

  return TRUE;
}

static void
take_records (Section *section, GPtrArray *records, GPtrArray *chosen)
{
  for (guint i = 0; i < chosen->len; i++)
    {
      guint index = 0;

      if (g_ptr_array_find (records, g_ptr_array_index (chosen, i), &index))
        g_ptr_array_add (section->records, g_ptr_array_steal_index (records, index));
    }
}

static gboolean
look_at_what_is_about (Section *section, const char *form_id, GError **error)
{
  g_autoptr (GPtrArray) records = pal_dossier_list_records (section->dossier, form_id, error);
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();

  if (records == NULL)
    return FALSE;
  for (guint i = 0; i < records->len; i++)
    {
      gboolean is = FALSE;

      if (!is_about (section, g_ptr_array_index (records, i), &is, error))
        return FALSE;
      if (is)
        g_ptr_array_add (chosen, g_ptr_array_index (records, i));
    }
  take_records (section, records, chosen);

  return TRUE;
}

/* Whoever works on the answers works on what they say in the second language. */
static gboolean
look_at_languages (Section *section, GError **error)
{
  g_autoptr (GPtrArray) records
      = pal_dossier_list_records (section->dossier, LANGUAGES_FORM, error);
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();

  if (records == NULL)
    return FALSE;
  g_ptr_array_extend (chosen, records, NULL, NULL);
  take_records (section, records, chosen);

  return look_at_what_is_about (section, TWIN_FORM, error);
}

/* The earliest: what is due then is due for all. */
static const char *
find_due (Section *section)
{
  const char *due = NULL;

  for (guint i = 0; i < section->assignments->len; i++)
    {
      const PalAssignment *one = g_ptr_array_index (section->assignments, i);

      if (one->due != NULL && (due == NULL || strcmp (one->due, due) < 0))
        due = one->due;
    }

  return due;
}

static gboolean
note_handed_out (Section *section, const char *id, GError **error)
{
  g_autofree char *now = pal_clock_format_rfc3339 (g_get_real_time ());
  g_autoptr (GPtrArray) changes = pal_changes_new ();

  for (guint i = 0; i < section->assignments->len; i++)
    {
      const PalAssignment *one = g_ptr_array_index (section->assignments, i);

      g_ptr_array_add (changes, pal_assignment_change (one, "hand_out", id));
      g_ptr_array_add (changes, pal_assignment_change (one, "handed_out", now));
    }

  return pal_dossier_append (section->dossier, PAL_HANDOUT_ACT, g_steal_pointer (&changes), error);
}

/* Which pages went to a colleague, for whoever asks later what is out. */
static void
note_parcel (Section *section, const char *id)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < section->records->len; i++)
    {
      const PalRecordInfo *info = g_ptr_array_index (section->records, i);
      const char *const *prefixes = g_hash_table_lookup (section->prefixes, info->id);

      if (prefixes == NULL)
        g_ptr_array_add (entries, g_strdup (info->id));
      for (guint j = 0; prefixes != NULL && prefixes[j] != NULL; j++)
        g_ptr_array_add (entries, g_strconcat (info->id, prefixes[j], NULL));
    }
  /* The package is there: what cannot be noted only makes the list of what went shorter. */
  if (!pal_parcel_note (section->dossier, PAL_PARCEL_SECTION, id, entries, &error))
    g_info ("what was handed out was not noted: %s", error->message);
}

/**
 * pal_handout_write:
 * @dossier: a dossier, with all edits flushed
 * @person: to whom
 * @flags: what goes along
 * @path: where the package shall be
 * @identity: who signs
 * @recipients: (nullable) (element-type utf8): PEM paths; then it is encrypted to them
 * @cancellable: (nullable): stops it, leaving nothing behind
 * @id: (out) (optional) (transfer full): names this hand-out
 * @error: return location
 *
 * Writes a section of the pages assigned to @person, with the answers that they need for reading,
 * and notes in the assignments that it went out. Blocking.
 *
 * Returns: whether the package is on the disk; a #PalHandoutError, errors of the dossier, of
 *   packages and signing
 */
gboolean
pal_handout_write (PalDossier *dossier, const char *person, PalHandoutWriteFlags flags,
                   const char *path, PalIdentity *identity, GPtrArray *recipients,
                   GCancellable *cancellable, char **id, GError **error)
{
  g_autofree char *hand_out = g_uuid_string_random ();
  g_autoptr (GPtrArray) more_forms = g_ptr_array_new ();
  g_autoptr (GPtrArray) attachments = g_ptr_array_new ();
  g_auto (Section) section = { .dossier = dossier };
  PalHandoutDraft draft;
  GHashTableIter iter;
  gpointer name;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  g_return_val_if_fail (person != NULL && path != NULL, FALSE);
  g_return_val_if_fail (PAL_IS_IDENTITY (identity), FALSE);

  section.assignments = pal_assignment_list (dossier, person, error);
  if (section.assignments == NULL)
    return FALSE;
  if (section.assignments->len == 0)
    {
      g_set_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_NOTHING, "nothing is assigned to %s",
                   person);
      return FALSE;
    }
  section.pages = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_handout_page_free);
  section.records = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_record_info_free);
  section.prefixes
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
  section.attachments = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!look_at_records (&section, person, error) || !look_at_languages (&section, error)
      || ((flags & PAL_HANDOUT_WITH_COMMENTS) != 0
          && !look_at_what_is_about (&section, COMMENT_FORM, error)))
    return FALSE;

  /* What a colleague may add. */
  g_ptr_array_add (more_forms, (char *) "consultation");
  g_ptr_array_add (more_forms, (char *) "stakeholder");
  g_ptr_array_add (more_forms, (char *) COMMENT_FORM);
  g_ptr_array_add (more_forms, (char *) TWIN_FORM);
  g_hash_table_iter_init (&iter, section.attachments);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (attachments, name);
  draft = (PalHandoutDraft){ .kind = "section",
                             .id = hand_out,
                             .hand_out = hand_out,
                             .dossier_id = pal_dossier_get_id (dossier),
                             .person = person,
                             .from = pal_identity_get_common_name (identity),
                             .due = find_due (&section),
                             .pages = section.pages,
                             .records = section.records,
                             .prefixes = section.prefixes,
                             .more_forms = more_forms,
                             .attachments = attachments };
  if (!pal_handout_draft_write (dossier, &draft, path, identity, recipients, cancellable, error)
      || !note_handed_out (&section, hand_out, error))
    return FALSE;
  note_parcel (&section, hand_out);
  if (id != NULL)
    *id = g_steal_pointer (&hand_out);

  return TRUE;
}
