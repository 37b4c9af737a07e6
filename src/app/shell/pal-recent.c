// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-recent"
#include "config.h"

#include "pal-recent.h"
#include "pal-paths.h"

#include <string.h>

#define MAX_ITEMS 12

void
pal_recent_item_free (PalRecentItem *item)
{
  g_free (item->path);
  g_free (item->title);
  g_free (item->subject);
  g_free (item);
}

static char *
dup_file (void)
{
  g_autofree char *dir = pal_paths_dup_state_dir ("");

  return g_build_filename (dir, "recent.ini", NULL);
}

static GKeyFile *
load (void)
{
  g_autofree char *path = dup_file ();
  GKeyFile *file = g_key_file_new ();

  /* None yet, or a damaged one: a list of recent files is worth no question. */
  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL);

  return file;
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    g_info ("could not note the recent dossiers: %s", error->message);
}

static void
save (GKeyFile *keys)
{
  g_autofree char *path = dup_file ();
  g_autoptr (GFile) file = g_file_new_for_path (path);
  gsize length;
  char *text = g_key_file_to_data (keys, &length, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, length);

  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL,
                                       saved_cb, NULL);
}

static char *
dup_group (const char *path)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA1, path, -1);
}

static int
compare_use (gconstpointer a, gconstpointer b)
{
  const PalRecentItem *one = *(PalRecentItem *const *) a;
  const PalRecentItem *two = *(PalRecentItem *const *) b;

  return one->used_us < two->used_us ? 1 : one->used_us > two->used_us ? -1 : 0;
}

static GPtrArray *
read_items (GKeyFile *keys)
{
  g_auto (GStrv) groups = g_key_file_get_groups (keys, NULL);
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_recent_item_free);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      PalRecentItem *item = g_new0 (PalRecentItem, 1);

      item->path = g_key_file_get_string (keys, groups[i], "path", NULL);
      item->title = g_key_file_get_string (keys, groups[i], "title", NULL);
      item->subject = g_key_file_get_string (keys, groups[i], "subject", NULL);
      item->answered = g_key_file_get_integer (keys, groups[i], "answered", NULL);
      item->questions = g_key_file_get_integer (keys, groups[i], "questions", NULL);
      item->used_us = g_key_file_get_int64 (keys, groups[i], "used", NULL);
      if (item->path == NULL || !g_file_test (item->path, G_FILE_TEST_IS_REGULAR))
        pal_recent_item_free (item);
      else
        g_ptr_array_add (items, item);
    }
  g_ptr_array_sort (items, compare_use);

  return items;
}

GPtrArray *
pal_recent_list (void)
{
  g_autoptr (GKeyFile) keys = load ();
  GPtrArray *items = read_items (keys);

  if (items->len > MAX_ITEMS)
    g_ptr_array_set_size (items, MAX_ITEMS);

  return items;
}

void
pal_recent_put (const PalRecentItem *item)
{
  g_autoptr (GKeyFile) keys = load ();
  g_autofree char *group = dup_group (item->path);

  g_key_file_set_string (keys, group, "path", item->path);
  g_key_file_set_string (keys, group, "title", item->title ? item->title : "");
  g_key_file_set_string (keys, group, "subject", item->subject ? item->subject : "");
  g_key_file_set_integer (keys, group, "answered", item->answered);
  g_key_file_set_integer (keys, group, "questions", item->questions);
  g_key_file_set_int64 (keys, group, "used", item->used_us);
  save (keys);
}

void
pal_recent_forget (const char *path)
{
  g_autoptr (GKeyFile) keys = load ();
  g_autofree char *group = dup_group (path);

  if (g_key_file_remove_group (keys, group, NULL))
    save (keys);
}
