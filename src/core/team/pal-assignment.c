// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-assignment"
#include "config.h"

#include "pal-assignment.h"

#include "pal-paths.h"

#include <string.h>

#define ROOT "/" PAL_ASSIGNMENT_FORM "/"

/* Forms of our own bookkeeping. Comments are not among them: they may go out by choice. */
static const char *const own_forms[] = { PAL_ASSIGNMENT_FORM, "clearance", "edition", NULL };

/**
 * pal_assignment_new:
 * @page: path of a page of a questionnaire
 * @person: who works on it
 *
 * Returns: (transfer full): an assignment that is not written yet
 */
PalAssignment *
pal_assignment_new (const char *page, const char *person)
{
  PalAssignment *self = g_new0 (PalAssignment, 1);

  self->page = g_strdup (page);
  self->person = g_strdup (person);

  return self;
}

/**
 * pal_assignment_copy:
 * @assignment: an assignment
 *
 * Returns: (transfer full): the same once more
 */
PalAssignment *
pal_assignment_copy (const PalAssignment *assignment)
{
  PalAssignment *copy = pal_assignment_new (assignment->page, assignment->person);

  copy->record = g_strdup (assignment->record);
  copy->office = g_strdup (assignment->office);
  copy->fingerprint = g_strdup (assignment->fingerprint);
  copy->due = g_strdup (assignment->due);
  copy->hand_out = g_strdup (assignment->hand_out);
  copy->handed_out = g_strdup (assignment->handed_out);
  copy->returned = g_strdup (assignment->returned);

  return copy;
}

/**
 * pal_assignment_free:
 * @assignment: (nullable) (transfer full): an assignment
 */
void
pal_assignment_free (PalAssignment *assignment)
{
  if (assignment == NULL)
    return;

  g_free (assignment->record);
  g_free (assignment->page);
  g_free (assignment->person);
  g_free (assignment->office);
  g_free (assignment->fingerprint);
  g_free (assignment->due);
  g_free (assignment->hand_out);
  g_free (assignment->handed_out);
  g_free (assignment->returned);
  g_free (assignment);
}

/**
 * pal_assignment_is_form:
 * @form_id: id of a form
 *
 * Returns: whether its records are bookkeeping of this dossier, which no package carries
 */
gboolean
pal_assignment_is_form (const char *form_id)
{
  return g_strv_contains (own_forms, form_id);
}

/* --- leaves */

static char **
find_leaf (PalAssignment *self, const char *leaf)
{
  const struct
  {
    const char *name;
    char **place;
  } leaves[] = { { "page", &self->page },
                 { "person", &self->person },
                 { "office", &self->office },
                 { "fingerprint", &self->fingerprint },
                 { "due", &self->due },
                 { "hand_out", &self->hand_out },
                 { "handed_out", &self->handed_out },
                 { "returned", &self->returned } };

  for (gsize i = 0; i < G_N_ELEMENTS (leaves); i++)
    if (strcmp (leaves[i].name, leaf) == 0)
      return leaves[i].place;

  return NULL;
}

static const char *const leaf_names[]
    = { "page", "person", "office", "fingerprint", "due", "hand_out", "handed_out", "returned" };

/**
 * pal_assignment_change:
 * @assignment: an assignment with its record
 * @leaf: name of a question, "returned"
 * @value: (nullable): what it shall say
 *
 * Returns: (transfer full): what has to be appended for that
 */
PalChange *
pal_assignment_change (const PalAssignment *assignment, const char *leaf, const char *value)
{
  g_autofree char *node = g_strconcat (ROOT, leaf, NULL);

  return pal_change_new (PAL_CHANGE_VALUE, assignment->record, node, value);
}

/* --- reading */

static PalAssignment *
read_one (PalDossier *dossier, const char *record, GError **error)
{
  g_autoptr (GPtrArray) heads = pal_dossier_read_heads (dossier, record, error);
  g_autoptr (PalAssignment) self = NULL;

  if (heads == NULL)
    return NULL;
  self = g_new0 (PalAssignment, 1);
  self->record = g_strdup (record);
  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);
      char **place = head->kind == PAL_CHANGE_VALUE && g_str_has_prefix (head->node, ROOT)
                         ? find_leaf (self, head->node + strlen (ROOT))
                         : NULL;

      if (place == NULL)
        continue;
      g_free (*place);
      *place = head->value != NULL && *head->value != '\0' ? g_strdup (head->value) : NULL;
    }

  return g_steal_pointer (&self);
}

static int
compare_assignments (gconstpointer a, gconstpointer b)
{
  const PalAssignment *first = *(const PalAssignment *const *) a;
  const PalAssignment *second = *(const PalAssignment *const *) b;
  int order = strcmp (first->page, second->page);

  if (order == 0)
    order = strcmp (first->person, second->person);

  return order != 0 ? order : strcmp (first->record, second->record);
}

/**
 * pal_assignment_list:
 * @dossier: a dossier
 * @person: (nullable): only what is assigned to them
 * @error: return location
 *
 * Blocking; any thread but the dossier's worker.
 *
 * Returns: (transfer full) (nullable) (element-type PalAssignment): by page and person
 */
GPtrArray *
pal_assignment_list (PalDossier *dossier, const char *person, GError **error)
{
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GPtrArray) list = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  records = pal_dossier_list_records (dossier, PAL_ASSIGNMENT_FORM, error);
  if (records == NULL)
    return NULL;
  list = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_assignment_free);
  for (guint i = 0; i < records->len; i++)
    {
      PalAssignment *one
          = read_one (dossier, ((PalRecordInfo *) g_ptr_array_index (records, i))->id, error);

      if (one == NULL)
        return NULL;
      /* One of which somebody took half away says nothing. */
      if (one->page == NULL || one->person == NULL
          || (person != NULL && strcmp (one->person, person) != 0))
        pal_assignment_free (one);
      else
        g_ptr_array_add (list, one);
    }
  g_ptr_array_sort (list, compare_assignments);

  return g_steal_pointer (&list);
}

/* --- writing */

static PalForm *
load_form (PalDossier *dossier, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *path = NULL;
  PalForm *form = pal_dossier_load_form (dossier, PAL_ASSIGNMENT_FORM, NULL, &local);

  if (form != NULL)
    return form;
  if (!g_error_matches (local, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  path = pal_paths_dup_data_file ("forms/" PAL_ASSIGNMENT_FORM ".xml");
  form = pal_form_load_file (path, error);
  if (form != NULL && !pal_dossier_add_form (dossier, form, error))
    g_clear_pointer (&form, pal_form_unref);

  return form;
}

static PalAssignment *
find_same (GPtrArray *list, const PalAssignment *wanted)
{
  for (guint i = 0; i < list->len; i++)
    {
      PalAssignment *one = g_ptr_array_index (list, i);

      if (wanted->record != NULL
              ? strcmp (one->record, wanted->record) == 0
              : strcmp (one->page, wanted->page) == 0 && strcmp (one->person, wanted->person) == 0)
        return one;
    }

  return NULL;
}

/* What has to be appended so that the dossier says it; list: what it says now. */
static gboolean
collect_changes (PalDossier *dossier, GPtrArray *list, PalAssignment *assignment,
                 GPtrArray *changes, GError **error)
{
  PalAssignment *known = find_same (list, assignment);

  if (known == NULL)
    {
      g_autoptr (PalForm) form = load_form (dossier, error);
      g_autofree char *kind = NULL;

      if (form == NULL)
        return FALSE;
      kind = g_strconcat (pal_form_get_id (form), "\t", pal_form_get_version (form), NULL);
      g_free (assignment->record);
      assignment->record = g_uuid_string_random ();
      g_ptr_array_add (changes,
                       pal_change_new (PAL_CHANGE_RECORD_MADE, assignment->record, NULL, kind));
    }
  else if (assignment->record == NULL)
    assignment->record = g_strdup (known->record);

  for (gsize i = 0; i < G_N_ELEMENTS (leaf_names); i++)
    {
      const char *value = *find_leaf (assignment, leaf_names[i]);
      const char *before = known != NULL ? *find_leaf (known, leaf_names[i]) : NULL;

      if (g_strcmp0 (value, before) != 0)
        g_ptr_array_add (changes, pal_assignment_change (assignment, leaf_names[i], value));
    }

  return TRUE;
}

/**
 * pal_assignment_put_all:
 * @dossier: a dossier
 * @assignments: (element-type PalAssignment): what they shall say; get their records
 * @error: return location
 *
 * Blocking: writes what differs from what the dossier says of these pages and persons, as one act.
 * The form is found where it comes with the program, if the dossier does not have it yet.
 *
 * Returns: whether it is durable; errors of the dossier and the form
 */
gboolean
pal_assignment_put_all (PalDossier *dossier, GPtrArray *assignments, GError **error)
{
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GPtrArray) changes = pal_changes_new ();

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);

  list = pal_assignment_list (dossier, NULL, error);
  if (list == NULL)
    return FALSE;
  for (guint i = 0; i < assignments->len; i++)
    if (!collect_changes (dossier, list, g_ptr_array_index (assignments, i), changes, error))
      return FALSE;

  return changes->len == 0
         || pal_dossier_append (dossier, PAL_ASSIGNMENT_ACT, g_steal_pointer (&changes), error);
}

/**
 * pal_assignment_put:
 * @dossier: a dossier
 * @assignment: what it shall say; gets its record
 * @error: return location
 *
 * Blocking: pal_assignment_put_all() for one.
 *
 * Returns: whether it is durable; errors of the dossier and the form
 */
gboolean
pal_assignment_put (PalDossier *dossier, PalAssignment *assignment, GError **error)
{
  g_autoptr (GPtrArray) one = g_ptr_array_new ();

  g_return_val_if_fail (assignment->page != NULL && assignment->person != NULL, FALSE);

  g_ptr_array_add (one, assignment);

  return pal_assignment_put_all (dossier, one, error);
}

/**
 * pal_assignment_remove_all:
 * @dossier: a dossier
 * @assignments: (element-type PalAssignment): some that are written
 * @error: return location
 *
 * Blocking: takes assignments away, as one act; their history stays.
 *
 * Returns: whether that is durable
 */
gboolean
pal_assignment_remove_all (PalDossier *dossier, GPtrArray *assignments, GError **error)
{
  g_autoptr (GPtrArray) changes = pal_changes_new ();

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);

  for (guint i = 0; i < assignments->len; i++)
    {
      const PalAssignment *one = g_ptr_array_index (assignments, i);

      g_ptr_array_add (changes,
                       pal_change_new (PAL_CHANGE_RECORD_REMOVED, one->record, NULL, NULL));
    }

  return changes->len == 0
         || pal_dossier_append (dossier, PAL_ASSIGNMENT_ACT, g_steal_pointer (&changes), error);
}

/**
 * pal_assignment_remove:
 * @dossier: a dossier
 * @assignment: one that is written
 * @error: return location
 *
 * Blocking: pal_assignment_remove_all() for one.
 *
 * Returns: whether that is durable
 */
gboolean
pal_assignment_remove (PalDossier *dossier, const PalAssignment *assignment, GError **error)
{
  g_autoptr (GPtrArray) one = g_ptr_array_new ();

  g_return_val_if_fail (assignment->record != NULL, FALSE);

  g_ptr_array_add (one, (gpointer) assignment);

  return pal_assignment_remove_all (dossier, one, error);
}
