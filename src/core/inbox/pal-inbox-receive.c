// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-inbox"
#include "config.h"

#include "pal-inbox-private.h"

#include "pal-own-record.h"
#include "pal-paths.h"
#include "pal-regular-file.h"
#include "pal-text.h"

#include <string.h>
#include <unistd.h>

/* A file is looked at as a whole before anything of it is kept. */

#define HEAD_BYTES 512
#define MAX_NAME_BYTES 200
#define MAX_SHOWN_BYTES 400 /* of a title or a name, in the list */

/* --- reading */

/* Nothing is read but its beginning as long as it is not of a kind and size that we take. */
static GBytes *
read_fd (int fd, gsize size, GError **error)
{
  char head[HEAD_BYTES];
  gsize n_head = pal_regular_file_read_some (fd, head, sizeof head);
  gsize most = pal_inbox_get_max_bytes (head, n_head);

  if (most == 0)
    {
      g_set_error (error, PAL_INBOX_ERROR, PAL_INBOX_ERROR_UNKNOWN,
                   "no kind of file that is understood");
      return NULL;
    }
  if (size > most)
    {
      g_set_error (error, PAL_INBOX_ERROR, PAL_INBOX_ERROR_LIMIT, "a large file");
      return NULL;
    }
  /* What has another place is known by its beginning. */
  if (most == G_MAXSIZE || size <= n_head)
    return g_bytes_new (head, n_head);

  return pal_regular_file_read (fd, size, error);
}

static GBytes *
read_file (const char *path, GError **error)
{
  gsize size = 0;
  int fd = pal_regular_file_open (path, 0, &size, error);
  GBytes *bytes;

  if (fd < 0)
    return NULL;
  bytes = read_fd (fd, size, error);
  close (fd);

  return bytes;
}

/**
 * pal_inbox_sniff:
 * @path: a file from anywhere
 *
 * Blocking, though it reads little; any thread.
 *
 * Returns: whether it may be something for the inbox; a package may still be of another kind
 */
gboolean
pal_inbox_sniff (const char *path)
{
  char head[HEAD_BYTES];
  gsize size = 0, most;
  int fd;

  g_return_val_if_fail (path != NULL, FALSE);

  fd = pal_regular_file_open (path, 0, &size, NULL);
  if (fd < 0)
    return FALSE;
  most = pal_inbox_get_max_bytes (head, pal_regular_file_read_some (fd, head, sizeof head));
  close (fd);

  return most != 0 && most != G_MAXSIZE;
}

/* --- writing */

static char *
dup_plain_name (const char *path, const char *name)
{
  g_autofree char *base = g_path_get_basename (name != NULL ? name : path);
  g_autofree char *display = g_filename_display_name (base);
  g_autofree char *printable = pal_text_dup_printable (display, MAX_NAME_BYTES);
  char *plain;

  g_strdelimit (printable, "/\\", '_');
  plain = g_strstrip (printable);

  return g_strdup (*plain != '\0' ? plain : "file");
}

static void
set_shown (GPtrArray *changes, const char *id, const char *leaf, const char *text)
{
  g_autofree char *shown = text != NULL ? pal_text_dup_printable (text, MAX_SHOWN_BYTES) : NULL;

  pal_inbox_set (changes, id, leaf, shown);
}

static void
set_count (GPtrArray *changes, const char *id, const char *leaf, gsize count)
{
  g_autofree char *text = g_strdup_printf ("%" G_GSIZE_FORMAT, count);

  pal_inbox_set (changes, id, leaf, text);
}

/* All that its points name, each once. */
static char *
dup_articles (PalInboxSaid *said)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < said->rows->len; i++)
    {
      const char *articles
          = pal_inbox_said_get_of_point (said, g_ptr_array_index (said->rows, i), "articles");
      g_auto (GStrv) parts = g_strsplit (articles != NULL ? articles : "", " ", -1);

      for (guint j = 0; parts[j] != NULL; j++)
        if (*parts[j] != '\0' && g_hash_table_add (known, g_strdup (parts[j])))
          g_string_append_printf (list, "%s%s", list->len > 0 ? " " : "", parts[j]);
    }

  return g_string_free (g_steal_pointer (&list), FALSE);
}

static gboolean
is_of_other_dossier (PalDossier *dossier, PalKitInput *input)
{
  g_autofree char *digest = pal_kit_dup_dossier_digest (pal_dossier_get_id (dossier));

  return input->dossier != NULL && strcmp (input->dossier, digest) != 0;
}

static void
describe (PalDossier *dossier, PalInboxOpened *opened, const char *id, GPtrArray *changes)
{
  PalKitInput *input = opened->input;
  g_autoptr (PalInboxSaid) said = pal_inbox_said_new (input);
  g_autofree char *articles = dup_articles (said);
  gboolean is_unknown = pal_inbox_said_is_anonymous (said);

  pal_inbox_set (changes, id, "kind", opened->kind);
  pal_inbox_set (changes, id, "sha256", input->sha256);
  pal_inbox_set (changes, id, "signature", pal_inbox_signature_to_string (opened->signature));
  pal_inbox_set (changes, id, "fingerprint", opened->fingerprint);
  set_shown (changes, id, "signer", opened->signer);
  set_shown (changes, id, "title", pal_inbox_said_get (said, "/input/card/about/title"));
  set_shown (changes, id, "from",
             is_unknown ? NULL : pal_inbox_said_get (said, "/input/card/author/organization"));
  pal_inbox_set (changes, id, "type", pal_inbox_said_get (said, "/input/card/author/type"));
  set_shown (changes, id, "state_name", pal_inbox_said_get (said, "/input/card/about/state"));
  pal_inbox_set (changes, id, "instance", input->instance_id);
  pal_inbox_set (changes, id, "articles", articles);
  set_count (changes, id, "points", said->rows->len);
  set_count (changes, id, "files", input->files->len);
  set_count (changes, id, "remarks", input->remarks->len + input->n_more_remarks);
  pal_inbox_set (changes, id, "other_dossier", is_of_other_dossier (dossier, input) ? "yes" : "no");
  pal_inbox_set (changes, id, "state", pal_inbox_state_to_string (PAL_INBOX_WAITING));
  pal_inbox_set (changes, id, "why", NULL);
  pal_inbox_set (changes, id, "record", NULL);
  pal_inbox_set (changes, id, "taken", NULL);
}

/* Attachments that lay beside it, as they must be there when it is looked at again. */
static gboolean
attach_beside (PalDossier *dossier, PalInboxOpened *opened, const char *id, GPtrArray *changes,
               GCancellable *cancellable, GError **error)
{
  for (guint i = 0; opened->has_beside && i < opened->input->files->len; i++)
    {
      const PalKitFile *file = g_ptr_array_index (opened->input->files, i);
      g_autofree char *row = g_strdup_printf (PAL_INBOX_BESIDE "f%u]", i + 1);
      g_autofree char *node = g_strconcat (row, "/file", NULL);
      g_autofree char *attachment
          = pal_dossier_attach_bytes (dossier, file->name, file->bytes, cancellable, error);

      if (attachment == NULL)
        return FALSE;
      g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_ROW_ADDED, id, row, NULL));
      g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, id, node, attachment));
    }

  return TRUE;
}

/**
 * pal_inbox_received_free:
 * @received: (nullable) (transfer full): what was done
 */
void
pal_inbox_received_free (PalInboxReceived *received)
{
  if (received == NULL)
    return;

  g_free (received->id);
  g_free (received);
}

static gboolean
keep (PalDossier *dossier, PalInboxOpened *opened, GBytes *bytes, const char *name,
      PalInboxReceived *received, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  g_autofree char *attachment = pal_dossier_attach_bytes (dossier, name, bytes, cancellable, error);

  if (attachment == NULL
      || !pal_own_record_make_as (dossier, PAL_ARRIVAL_FORM, received->id, changes, error)
      || !attach_beside (dossier, opened, received->id, changes, cancellable, error))
    return FALSE;
  pal_inbox_set (changes, received->id, "name", name);
  pal_inbox_set (changes, received->id, "file", attachment);
  set_count (changes, received->id, "size", g_bytes_get_size (bytes));
  describe (dossier, opened, received->id, changes);

  return pal_dossier_append_full (dossier, PAL_INBOX_RECEIVED_ACT, g_steal_pointer (&changes),
                                  PAL_APPEND_APART, &received->written, error);
}

static gboolean
check_room (GPtrArray *items, GError **error)
{
  if (pal_inbox_count_waiting (items) < PAL_INBOX_MAX_WAITING)
    return TRUE;
  g_set_error (error, PAL_INBOX_ERROR, PAL_INBOX_ERROR_FULL, "%d arrivals wait",
               PAL_INBOX_MAX_WAITING);

  return FALSE;
}

static const PalInboxItem *
find_same (GPtrArray *items, const char *digest)
{
  for (guint i = 0; i < items->len; i++)
    {
      const PalInboxItem *item = g_ptr_array_index (items, i);

      if (strcmp (item->sha256, digest) == 0)
        return item;
    }

  return NULL;
}

/**
 * pal_inbox_probe:
 * @path: a file from anywhere
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Says what a file is while there is no dossier yet that could take it. Blocking; any thread.
 *
 * Returns: whether an inbox would take it; errors as those of pal_inbox_receive()
 */
gboolean
pal_inbox_probe (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) bytes = read_file (path, error);
  g_autofree char *form_path = pal_paths_dup_data_file ("forms/" PAL_INBOX_INPUT_FORM ".xml");
  g_autoptr (PalForm) form = bytes != NULL ? pal_form_load_file (form_path, error) : NULL;
  g_autoptr (PalInboxOpened) opened
      = form != NULL ? pal_inbox_open (bytes, path, NULL, form, cancellable, error) : NULL;

  return opened != NULL;
}

/**
 * pal_inbox_receive:
 * @dossier: a dossier
 * @path: a file from anywhere
 * @name: (nullable): what it is called, when that is not its name there
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Verifies a file and keeps it, as it came, until somebody decides: nothing of it stands anywhere
 * else. The same octets a second time are not kept twice. Two people who receive one file apart
 * from each other make the same arrival. Blocking; any thread but the worker.
 *
 * Returns: (transfer full) (nullable): the arrival; #PalInboxError, #PalKitError, errors of
 *   packages, of the dossier and of files. Then nothing was changed
 */
PalInboxReceived *
pal_inbox_receive (PalDossier *dossier, const char *path, const char *name,
                   GCancellable *cancellable, GError **error)
{
  g_autoptr (PalInboxReceived) received = g_new0 (PalInboxReceived, 1);
  g_autoptr (PalInboxOpened) opened = NULL;
  g_autoptr (PalForm) form = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *digest = NULL;
  const PalInboxItem *known;
  const char *about[3] = { PAL_ARRIVAL_FORM };

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  items = pal_inbox_list (dossier, cancellable, error);
  bytes = items != NULL ? read_file (path, error) : NULL;
  if (bytes == NULL)
    return NULL;
  digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  known = find_same (items, digest);
  if (known != NULL)
    {
      received->id = g_strdup (known->id);
      received->was_there = TRUE;
      return g_steal_pointer (&received);
    }
  form = pal_inbox_load_form (dossier, PAL_INBOX_INPUT_FORM, error);
  opened = form != NULL ? pal_inbox_open (bytes, path, NULL, form, cancellable, error) : NULL;
  if (opened == NULL || !check_room (items, error))
    return NULL;
  plain = dup_plain_name (path, name);
  about[1] = digest;
  about[2] = plain;
  received->id = pal_own_record_dup_id (about, G_N_ELEMENTS (about));

  return keep (dossier, opened, bytes, plain, received, cancellable, error)
             ? g_steal_pointer (&received)
             : NULL;
}

/* --- in the background */

typedef struct
{
  char *path;
  char *name; /* (nullable) */
} Receiving;

static void
receiving_free (gpointer data)
{
  Receiving *receiving = data;

  g_free (receiving->path);
  g_free (receiving->name);
  g_free (receiving);
}

static void
receive_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Receiving *receiving = task_data;
  GError *error = NULL;
  PalInboxReceived *received
      = pal_inbox_receive (source, receiving->path, receiving->name, cancellable, &error);

  if (received != NULL)
    g_task_return_pointer (task, received, (GDestroyNotify) pal_inbox_received_free);
  else
    g_task_return_error (task, error);
}

/**
 * pal_inbox_receive_async:
 * @dossier: a dossier
 * @path: a file from anywhere
 * @name: (nullable): what it is called, when that is not its name there
 * @cancellable: (nullable): stops it
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * See pal_inbox_receive().
 */
void
pal_inbox_receive_async (PalDossier *dossier, const char *path, const char *name,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (dossier, cancellable, callback, user_data);
  Receiving *receiving = g_new0 (Receiving, 1);

  receiving->path = g_strdup (path);
  receiving->name = g_strdup (name);
  g_task_set_source_tag (task, pal_inbox_receive_async);
  /* What was written is there, also when somebody wants it stopped just then. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, receiving, receiving_free);
  g_task_run_in_thread (task, receive_in_thread);
}

/**
 * pal_inbox_receive_finish:
 * @result: a result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the arrival
 */
PalInboxReceived *
pal_inbox_receive_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
