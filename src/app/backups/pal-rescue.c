// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-rescue"
#include "config.h"

#include "pal-rescue.h"

#include "pal-answer-words.h"
#include "pal-ask.h"
#include "pal-backup.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>
#include <string.h>

#define SUFFIX ".palermo"
#define MAX_NAMES 100

typedef struct
{
  GtkWidget *parent; /* (owned) */
  char *path;
  char *trouble;       /* why it cannot be opened, in words */
  guint n_backups;     /* sound ones */
  gint64 newest_us;    /* when the newest of them was made */
  char *to;            /* (nullable): the new file */
  PalSalvage *salvage; /* (nullable) */
} Rescue;

static void
rescue_free (gpointer data)
{
  Rescue *rescue = data;

  g_object_unref (rescue->parent);
  g_free (rescue->path);
  g_free (rescue->trouble);
  g_free (rescue->to);
  g_clear_pointer (&rescue->salvage, pal_salvage_free);
  g_free (rescue);
}

/* Whether a backup is of any help: not when the file is whole, and something else is wrong. */
static gboolean
can_help (const GError *error)
{
  return g_error_matches (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_EMPTY)
         || g_error_matches (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_FOREIGN)
         || g_error_matches (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_DAMAGED)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* --- making it */

/* "Practicia (saved).palermo", "Practicia (saved 2).palermo" */
static char *
dup_name (const char *path, guint number)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *stem = g_path_get_basename (path);
  g_autofree char *name = NULL;

  if (g_str_has_suffix (stem, SUFFIX))
    stem[strlen (stem) - strlen (SUFFIX)] = '\0';
  /* TRANSLATORS: the name of the file that is made of a damaged one */
  name = number == 1 ? g_strdup_printf (_ ("%s (saved)"), stem)
                     : g_strdup_printf (_ ("%s (saved %u)"), stem, number);
  g_strdelimit (name, "/", '_');

  return g_strdup_printf ("%s/%s" SUFFIX, folder, name);
}

static void
make_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Rescue *rescue = task_data;
  GError *error = NULL;

  for (guint number = 1; number <= MAX_NAMES; number++)
    {
      g_autofree char *to = dup_name (rescue->path, number);

      g_clear_error (&error);
      rescue->salvage = pal_backup_salvage (rescue->path, to, cancellable, &error);
      if (rescue->salvage != NULL)
        {
          rescue->to = g_steal_pointer (&to);
          g_task_return_boolean (task, TRUE);
          return;
        }
      if (!g_error_matches (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_EXISTS))
        break;
    }
  g_task_return_error (task, error);
}

static char *
dup_result (const Rescue *rescue)
{
  g_autofree char *plain = g_path_get_basename (rescue->to);
  g_autofree char *name = g_strconcat ("\u2068", plain, "\u2069", NULL);
  g_autoptr (GString) words = g_string_new (NULL);
  guint n_saved = (guint) rescue->salvage->n_recovered;

  /* TRANSLATORS: the name of a file */
  g_string_append_printf (
      words, _ ("The new dossier is %s, beside the old file, which stays as it is."), name);
  g_string_append_c (words, '\n');
  if (n_saved > 0)
    g_string_append_printf (words,
                            ngettext ("%u change that the backup did not have was saved, too.",
                                      "%u changes that the backup did not have were saved, too.",
                                      n_saved),
                            n_saved);
  else
    g_string_append (words, _ ("It says what the backup says."));
  if (rescue->salvage->n_unreadable > 0 || rescue->salvage->is_cut)
    {
      g_string_append_c (words, '\n');
      g_string_append (words, _ ("Part of the old file could not be read: look whether the last "
                                 "answers are there."));
    }

  return g_string_free (g_steal_pointer (&words), FALSE);
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Rescue *rescue = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_info ("nothing was saved: %s", error->message);
      words = pal_trouble_dup_words (error);
      pal_tell (rescue->parent, _ ("No new dossier could be made"), words);
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  words = dup_result (rescue);
  pal_tell (rescue->parent, _ ("A new dossier was made"), words);
  g_task_return_pointer (task, g_strdup (rescue->to), g_free);
}

/* --- asking */

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GTask) inner = NULL;

  if (!g_str_equal (pal_ask_finish (result), "save"))
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  inner = g_task_new (NULL, NULL, made_cb, g_object_ref (task));
  g_task_set_task_data (inner, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (inner, make_in_thread);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Rescue *rescue = g_task_get_task_data (task);
  const PalAskChoice choices[] = {
    { "close", _ ("_Close"), ADW_RESPONSE_DEFAULT },
    { "save", _ ("_Make a New Dossier"), ADW_RESPONSE_SUGGESTED },
  };
  g_autofree char *time = NULL;
  g_autofree char *backups = NULL;
  g_autofree char *words = NULL;

  g_task_propagate_boolean (G_TASK (result), NULL);
  if (rescue->n_backups == 0)
    {
      pal_tell (rescue->parent, _ ("This dossier cannot be opened"), rescue->trouble);
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  time = pal_answer_dup_time (rescue->newest_us);
  backups = g_strdup_printf (ngettext ("There is %u backup of it, of %s.",
                                       "There are %u backups of it, the newest of %s.",
                                       rescue->n_backups),
                             rescue->n_backups, time);
  words = g_strdup_printf ("%s\n\n%s %s", rescue->trouble, backups,
                           _ ("Palermo can make a new dossier of the newest one and of what can "
                              "still be read. The old file stays as it is."));
  pal_ask_async (rescue->parent, _ ("This dossier cannot be opened"), words, choices,
                 G_N_ELEMENTS (choices), answered_cb, g_object_ref (task));
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Rescue *rescue = task_data;
  g_autoptr (GPtrArray) backups = pal_backup_list (rescue->path, NULL);

  for (guint i = 0; i < backups->len; i++)
    {
      const PalBackup *backup = g_ptr_array_index (backups, i);

      if (backup->is_sound && rescue->n_backups++ == 0)
        rescue->newest_us = backup->made_us;
    }
  g_task_return_boolean (task, TRUE);
}

/**
 * pal_rescue_offer_async:
 * @parent: a widget in the window
 * @path: a dossier that cannot be opened
 * @error: why
 * @callback: called when a person decided, and a new file is there if they wanted one
 * @user_data: data for @callback
 */
void
pal_rescue_offer_async (GtkWidget *parent, const char *path, const GError *error,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (parent, NULL, callback, user_data);
  g_autoptr (GTask) inner = NULL;
  Rescue *rescue = g_new0 (Rescue, 1);

  rescue->parent = g_object_ref (parent);
  rescue->path = g_strdup (path);
  rescue->trouble = pal_trouble_dup_words (error);
  g_task_set_task_data (task, rescue, rescue_free);
  if (path == NULL || !can_help (error))
    {
      pal_tell (parent, _ ("This dossier cannot be opened"), rescue->trouble);
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  inner = g_task_new (NULL, NULL, looked_cb, g_object_ref (task));
  g_task_set_task_data (inner, rescue, NULL);
  g_task_run_in_thread (inner, look_in_thread);
}

char *
pal_rescue_offer_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
