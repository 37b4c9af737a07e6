// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-purge-words"
#include "config.h"

#include "pal-purge-words.h"

#include "pal-ask.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

/**
 * pal_purge_say_busy:
 * @parent: a widget of the window
 *
 * It cannot be stopped half-way: what is left in a backup would be found there.
 *
 * Returns: (transfer full): a toast that stays until it is dismissed
 */
AdwToast *
pal_purge_say_busy (GtkWidget *parent)
{
  AdwToast *toast = adw_toast_new (_ ("Deleting for good, also from the backups…"));

  adw_toast_set_timeout (toast, 0);
  pal_toast (parent, g_object_ref (toast));

  return toast;
}

/**
 * pal_purge_say_done:
 * @parent: a widget of the window
 * @purged: what went
 *
 * Says that it is done, or where it could not be done.
 */
void
pal_purge_say_done (GtkWidget *parent, const PalPurged *purged)
{
  g_autofree char *words = NULL;

  if (purged->unreached->len == 0)
    {
      pal_toast (parent, adw_toast_new (_ ("Deleted for good")));
      return;
    }
  words = g_strdup_printf (
      ngettext ("%u backup could not be written again and may still hold the words.",
                "%u backups could not be written again and may still hold the words.",
                purged->unreached->len),
      purged->unreached->len);
  pal_tell (parent, _ ("Deleted, but not everywhere"), words);
}

/**
 * pal_purge_say_failed:
 * @parent: a widget of the window
 * @error: why
 *
 * Says that the words are still there.
 */
void
pal_purge_say_failed (GtkWidget *parent, const GError *error)
{
  g_autofree char *words = pal_trouble_dup_words (error);

  pal_tell (parent, _ ("The words were not deleted for good"), words);
}
