// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-inbox"
#include "config.h"

#include "pal-inbox-private.h"

#include "pal-folded.h"
#include "pal-outline.h"

#include <string.h>

/* What an arrival says. The file is read and verified anew each time: what the record says of it is
 * for the list only. */

#define MAX_ATTACHMENT_BYTES (PAL_INBOX_MAX_PACKAGE_BYTES + 8 * 1024 * 1024)

static void
line_free (gpointer data)
{
  PalInboxLine *line = data;

  g_free (line->path);
  g_free (line->page);
  g_free (line->label);
  g_free (line->text);
  g_free (line->written);
  g_free (line->row);
  g_free (line);
}

static void
point_free (gpointer data)
{
  PalInboxPoint *point = data;

  g_free (point->row);
  g_free (point->text);
  g_free (point->kind);
  g_strfreev (point->articles);
  g_array_unref (point->questions);
  g_free (point->before_record);
  g_free (point->before_row);
  g_free (point);
}

/**
 * pal_inbox_reading_free:
 * @reading: (nullable) (transfer full): what an arrival says
 */
void
pal_inbox_reading_free (PalInboxReading *reading)
{
  if (reading == NULL)
    return;

  pal_inbox_item_free (reading->item);
  pal_kit_input_free (reading->input);
  g_ptr_array_unref (reading->lines);
  g_ptr_array_unref (reading->points);
  g_ptr_array_unref (reading->places);
  g_ptr_array_unref (reading->before);
  g_free (reading->own_state);
  pal_inbox_said_free (reading->said);
  g_hash_table_unref (reading->choices);
  g_clear_object (&reading->response);
  g_clear_pointer (&reading->form, pal_form_unref);
  g_free (reading);
}

static PalInboxReading *
reading_new (void)
{
  PalInboxReading *reading = g_new0 (PalInboxReading, 1);

  reading->choices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  reading->lines = g_ptr_array_new_with_free_func (line_free);
  reading->points = g_ptr_array_new_with_free_func (point_free);
  reading->places = g_ptr_array_new_with_free_func (pal_inbox_place_free);
  reading->before = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_inbox_item_free);

  return reading;
}

/* --- the file as it was kept */

static GPtrArray *
read_beside (PalDossier *dossier, const PalInboxItem *item, GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_kit_file_free);

  for (guint i = 0; i < item->beside->len; i++)
    {
      const char *name = g_ptr_array_index (item->beside, i);
      g_autoptr (GBytes) bytes = pal_dossier_read_attachment_bytes (
          dossier, name, PAL_KIT_MAX_FILE_BYTES, cancellable, error);
      g_autofree char *digest = NULL;
      gint64 size_bytes;
      PalKitFile *file;

      if (bytes == NULL)
        return NULL;
      file = g_new0 (PalKitFile, 1);
      g_ptr_array_add (files, file);
      file->bytes = g_steal_pointer (&bytes);
      file->is_intact = TRUE;
      if (!pal_dossier_get_attachment_info (dossier, name, &size_bytes, &digest, &file->name,
                                            error))
        return NULL;
    }

  return g_steal_pointer (&files);
}

static PalInboxOpened *
open_item (PalDossier *dossier, const PalInboxItem *item, PalForm *form, GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GPtrArray) files = read_beside (dossier, item, cancellable, error);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *digest = NULL;

  if (files == NULL)
    return NULL;
  bytes = pal_dossier_read_attachment_bytes (dossier, item->attachment, MAX_ATTACHMENT_BYTES,
                                             cancellable, error);
  if (bytes == NULL)
    return NULL;
  digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  if (strcmp (digest, item->sha256) != 0)
    {
      g_set_error (error, PAL_INBOX_ERROR, PAL_INBOX_ERROR_CHANGED,
                   "the file of %s is not the one that came", item->id);
      return NULL;
    }

  return pal_inbox_open (bytes, NULL, files, form, cancellable, error);
}

/* --- words */

static PalResponse *
respond (PalKitInput *input, PalForm *form, const char *language, GError **error)
{
  PalResponse *response = pal_response_new_from_instance (form, input->instance, NULL, error);
  const char *match = language != NULL ? pal_form_match_language (form, language) : NULL;

  if (response != NULL && match != NULL)
    pal_response_set_language (response, match);

  return response;
}

char *
pal_inbox_dup_label (PalInboxReading *reading, const PalKitValue *value)
{
  PalFormControl *control = value->node->control;
  char *label = control != NULL
                    ? pal_response_dup_text (reading->response, control,
                                             pal_response_find (reading->response, value->path),
                                             PAL_TEXT_LABEL)
                    : NULL;

  return label != NULL ? label : g_strdup (value->node->local);
}

static gboolean
is_select (const PalKitValue *value)
{
  const PalFormControl *control = value->node->control;

  return control != NULL
         && (control->kind == PAL_CONTROL_SELECT_ONE || control->kind == PAL_CONTROL_SELECT_MANY);
}

/* A choice is called the same wherever it is on offer, and long lists are slow to look through. */
static const char *
find_choice (PalInboxReading *reading, const PalKitValue *value, const char *id)
{
  g_autofree char *key = g_strconcat (value->node->path, " ", id, NULL);
  const char *known = g_hash_table_lookup (reading->choices, key);
  char *label;

  if (known != NULL)
    return known;
  label = pal_response_dup_choice_label (reading->response, value->node->control,
                                         pal_response_find (reading->response, value->path), id);
  if (label == NULL)
    label = g_strdup (id);
  g_hash_table_insert (reading->choices, g_steal_pointer (&key), label);

  return label;
}

char *
pal_inbox_dup_words (PalInboxReading *reading, const PalKitValue *value)
{
  g_auto (GStrv) ids = NULL;
  GString *words;

  if (!is_select (value))
    return g_strdup (value->value);
  ids = g_strsplit (value->value, " ", -1);
  words = g_string_new (NULL);
  for (guint i = 0; ids[i] != NULL; i++)
    g_string_append_printf (words, "%s%s", words->len > 0 ? "\n" : "",
                            find_choice (reading, value, ids[i]));

  return g_string_free (words, FALSE);
}

static char *
dup_page (PalResponse *response, PalOutline *outline, PalFormNode *node)
{
  PalOutlinePage *page
      = node->control != NULL ? pal_outline_find_page (outline, node->control) : NULL;

  return page != NULL && page->control != NULL
             ? pal_response_dup_text (response, page->control, NULL, PAL_TEXT_LABEL)
             : NULL;
}

static void
add_lines (PalInboxReading *reading)
{
  g_autoptr (PalOutline) outline = pal_outline_new (reading->form);

  for (guint i = 0; i < reading->input->values->len; i++)
    {
      const PalKitValue *value = g_ptr_array_index (reading->input->values, i);
      PalInboxLine *line = g_new0 (PalInboxLine, 1);

      line->path = g_strdup (value->path);
      line->page = dup_page (reading->response, outline, value->node);
      line->label = pal_inbox_dup_label (reading, value);
      line->text = pal_inbox_dup_words (reading, value);
      line->written = g_strdup (value->written);
      line->row = pal_inbox_dup_row (value->path);
      g_ptr_array_add (reading->lines, line);
    }
}

/* The node of a form that a path without, or with, row ids means, or the nearest above it. */
static PalFormNode *
find_node (PalForm *form, const char *path)
{
  g_autoptr (GString) generic = g_string_new (NULL);
  PalFormNode *node = NULL;
  char *slash;

  for (const char *c = path; *c != '\0'; c++)
    if (*c == '[')
      c = strchr (c, ']') != NULL ? strchr (c, ']') : c;
    else
      g_string_append_c (generic, *c);
  while (generic->len > 0 && (node = pal_form_find_node (form, generic->str)) == NULL
         && (slash = strrchr (generic->str, '/')) != NULL)
    g_string_truncate (generic, slash - generic->str);

  return node;
}

/**
 * pal_inbox_reading_dup_place:
 * @reading: what an arrival says
 * @path: (nullable): of a remark
 *
 * Returns: (transfer full) (nullable): the question, or the part of the form, that stands there or
 *   above it, in words
 */
char *
pal_inbox_reading_dup_place (PalInboxReading *reading, const char *path)
{
  g_return_val_if_fail (reading != NULL, NULL);

  for (PalFormNode *node = path != NULL ? find_node (reading->form, path) : NULL; node != NULL;
       node = node->parent)
    {
      char *label = node->control != NULL ? pal_response_dup_text (reading->response, node->control,
                                                                   NULL, PAL_TEXT_LABEL)
                                          : NULL;

      if (label != NULL)
        return label;
    }

  return NULL;
}

/* --- what came before */

/* (nullable): the digest under which a row was taken. */
static char *
dup_taken_digest (const PalInboxItem *item, const char *row)
{
  g_auto (GStrv) lines = g_strsplit (item->taken != NULL ? item->taken : "", "\n", -1);
  gsize length = strlen (row);

  for (guint i = 0; lines[i] != NULL; i++)
    if (strncmp (lines[i], row, length) == 0 && lines[i][length] == ' ')
      return g_strdup (lines[i] + length + 1);

  return NULL;
}

static void
compare_point (PalInboxPoint *point, const char *digest, const PalInboxItem *item)
{
  g_autofree char *before = NULL;

  if (item->state != PAL_INBOX_TAKEN || !item->is_record_there
      || point->state == PAL_INBOX_POINT_CAME)
    return;
  before = dup_taken_digest (item, point->row);
  if (before == NULL)
    return;
  point->state = strcmp (before, digest) == 0 ? PAL_INBOX_POINT_CAME : PAL_INBOX_POINT_CHANGED;
  g_free (point->before_record);
  g_free (point->before_row);
  point->before_record = g_strdup (item->record);
  point->before_row = pal_inbox_dup_point_row (item->id, point->row);
}

static void
add_points (PalInboxReading *reading, GPtrArray *items)
{
  GPtrArray *rows = reading->said->rows;

  for (guint i = 0; i < rows->len; i++)
    {
      const char *row = g_ptr_array_index (rows, i);
      g_autofree char *digest = pal_inbox_said_dup_digest (reading->said, row);
      const char *articles = pal_inbox_said_get_of_point (reading->said, row, "articles");
      const char *question = pal_inbox_said_get_of_point (reading->said, row, "question");
      const char *text = pal_inbox_said_get_of_point (reading->said, row, "text");
      PalInboxPoint *point = g_new0 (PalInboxPoint, 1);

      point->row = g_strdup (row);
      point->number = i + 1;
      point->text = g_strdup (text != NULL ? text : "");
      point->kind = g_strdup (pal_inbox_said_get_of_point (reading->said, row, "kind"));
      point->articles = articles != NULL ? g_strsplit (articles, " ", -1) : NULL;
      point->questions = g_array_new (FALSE, FALSE, sizeof (guint));
      if (question != NULL)
        pal_consultations_read_numbers (question, point->questions);
      point->is_private = pal_inbox_said_is_private (reading->said, row);
      for (guint j = 0; j < items->len; j++)
        {
          const PalInboxItem *item = g_ptr_array_index (items, j);

          if (strcmp (item->sha256, reading->item->sha256) == 0
              || (reading->input->instance_id != NULL
                  && g_strcmp0 (item->instance, reading->input->instance_id) == 0))
            compare_point (point, digest, item);
        }
      g_ptr_array_add (reading->points, point);
    }
}

static gboolean
is_of_same_source (const PalInboxItem *one, const PalInboxItem *other)
{
  return (one->instance != NULL && g_strcmp0 (one->instance, other->instance) == 0)
         || (one->fingerprint != NULL && g_strcmp0 (one->fingerprint, other->fingerprint) == 0);
}

/* Moves them out of the list. */
static void
take_before (PalInboxReading *reading, GPtrArray *items)
{
  for (guint i = 0; i < items->len;)
    if (is_of_same_source (reading->item, g_ptr_array_index (items, i)))
      g_ptr_array_add (reading->before, g_ptr_array_steal_index (items, i));
    else
      i++;
}

static void
compare_states (PalInboxReading *reading)
{
  g_autofree char *own = reading->own_state != NULL ? pal_folded_dup (reading->own_state) : NULL;
  const char *said = pal_inbox_said_get (reading->said, "/input/card/about/state");
  g_autofree char *folded = said != NULL ? pal_folded_dup (said) : NULL;

  reading->is_other_state = own != NULL && folded != NULL && strcmp (own, folded) != 0;
}

/**
 * pal_inbox_look:
 * @dossier: a dossier
 * @id: an arrival
 * @language: (nullable): code of the language of questions and choices
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Reads and verifies the file as it was kept. Blocking; any thread but the worker. What comes out
 * belongs to one thread at a time.
 *
 * Returns: (transfer full) (nullable): what it says; %PAL_INBOX_ERROR_NOT_FOUND, _CHANGED, and as
 *   pal_inbox_receive()
 */
PalInboxReading *
pal_inbox_look (PalDossier *dossier, const char *id, const char *language,
                GCancellable *cancellable, GError **error)
{
  g_autoptr (PalInboxReading) reading = reading_new ();
  g_autoptr (PalInboxOpened) opened = NULL;
  g_autoptr (GPtrArray) items = NULL;
  guint index = 0;
  PalInboxItem *item;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  items = pal_inbox_list (dossier, cancellable, error);
  item = items != NULL ? pal_inbox_find (items, id, error) : NULL;
  reading->form = item != NULL ? pal_inbox_load_form (dossier, PAL_INBOX_INPUT_FORM, error) : NULL;
  opened
      = reading->form != NULL ? open_item (dossier, item, reading->form, cancellable, error) : NULL;
  if (opened == NULL)
    return NULL;
  reading->input = g_steal_pointer (&opened->input);
  reading->said = pal_inbox_said_new (reading->input);
  reading->response = respond (reading->input, reading->form, language, error);
  if (reading->response == NULL)
    return NULL;
  g_ptr_array_find (items, item, &index);
  reading->item = item;
  add_lines (reading);
  add_points (reading, items);
  g_ptr_array_steal_index (items, index);
  take_before (reading, items);
  if (!pal_inbox_find_places (reading, dossier, language, cancellable, error))
    return NULL;
  compare_states (reading);

  return g_steal_pointer (&reading);
}

/* --- in the background */

typedef struct
{
  char *id;
  char *language; /* (nullable) */
} Looking;

static void
looking_free (gpointer data)
{
  Looking *looking = data;

  g_free (looking->id);
  g_free (looking->language);
  g_free (looking);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Looking *looking = task_data;
  GError *error = NULL;
  PalInboxReading *reading
      = pal_inbox_look (source, looking->id, looking->language, cancellable, &error);

  if (reading != NULL)
    g_task_return_pointer (task, reading, (GDestroyNotify) pal_inbox_reading_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_inbox_look_async:
 * @dossier: a dossier
 * @id: an arrival
 * @language: (nullable): code of the language of questions and choices
 * @cancellable: (nullable): stops it
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_inbox_look().
 */
void
pal_inbox_look_async (PalDossier *dossier, const char *id, const char *language,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, cancellable, callback, user_data);
  Looking *looking = g_new0 (Looking, 1);

  looking->id = g_strdup (id);
  looking->language = g_strdup (language);
  g_task_set_source_tag (task, pal_inbox_look_async);
  g_task_set_task_data (task, looking, looking_free);
  g_task_run_in_thread (task, look_in_thread);
}

/**
 * pal_inbox_look_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what it says
 */
PalInboxReading *
pal_inbox_look_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
