// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-handout-open"
#include "config.h"

#include "pal-handout-private.h"

#include <glib/gstdio.h>
#include <string.h>

/* A section becomes a working dossier. It is filled under a name of its own and gets the name that
 * was asked for when all of it is there. */

static gboolean
set_meta (PalDossier *dossier, const char *key, const char *value, GError **error)
{
  return value == NULL || pal_dossier_set_meta (dossier, key, value, error);
}

static gboolean
note_section (PalHandout *self, PalDossier *dossier, GError **error)
{
  JsonObject *object = json_node_get_object (self->content);
  g_autoptr (GString) section = g_string_new (NULL);

  for (guint i = 0; i < self->pages->len; i++)
    g_string_append_printf (section, "%s%s", i > 0 ? "\n" : "",
                            ((PalHandoutPage *) g_ptr_array_index (self->pages, i))->path);

  return set_meta (dossier, "title", self->title, error)
         && set_meta (dossier, "state", pal_handout_get_text (object, "state"), error)
         && set_meta (dossier, "cluster", pal_handout_get_text (object, "cluster"), error)
         && set_meta (dossier, "role", "expert", error)
         && set_meta (dossier, PAL_HANDOUT_META_ID, self->hand_out, error)
         && set_meta (dossier, PAL_HANDOUT_META_DOSSIER, self->dossier, error)
         && set_meta (dossier, PAL_HANDOUT_META_PERSON, self->person, error)
         && set_meta (dossier, PAL_HANDOUT_META_FROM, self->from, error)
         && set_meta (dossier, PAL_HANDOUT_META_SIGNER, self->fingerprint, error)
         && set_meta (dossier, PAL_HANDOUT_META_DUE, self->due, error)
         && set_meta (dossier, PAL_HANDOUT_META_SECTION, section->str, error);
}

static gboolean
fill (PalDossier *dossier, gpointer user_data, GCancellable *cancellable, GError **error)
{
  PalHandout *self = user_data;
  g_autoptr (GInputStream) log = NULL;
  PalMergeReport *report;

  if (!pal_handout_bring_forms (self, dossier, FALSE, error)
      || !pal_handout_bring_attachments (self, dossier, cancellable, error))
    return FALSE;
  log = pal_handout_open_log (self, error);
  if (log == NULL)
    return FALSE;
  report = pal_dossier_merge_log (dossier, log, PAL_MERGE_DEFAULT, cancellable, error);
  if (report == NULL)
    return FALSE;
  pal_merge_report_free (report);

  return note_section (self, dossier, error);
}

/**
 * pal_handout_open:
 * @self: a section
 * @path: where the working dossier shall be; nothing may be there
 * @flags: what a person has decided
 * @cancellable: (nullable): stops it, leaving nothing behind
 * @error: return location
 *
 * Makes a working dossier: the pages that were handed out, what they need for reading, and nothing
 * else. Blocking.
 *
 * Returns: whether it is there, whole; %PAL_HANDOUT_ERROR_SIGNER when the signer is unknown and
 *   @flags do not accept that
 */
gboolean
pal_handout_open (PalHandout *self, const char *path, PalHandoutFlags flags,
                  GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  if (strcmp (self->kind, "section") != 0)
    {
      g_set_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_KIND,
                   "this is a return: merge it into the dossier from which it was handed out");
      return FALSE;
    }
  if (!self->is_known && (flags & PAL_HANDOUT_ACCEPT_UNKNOWN) == 0)
    {
      g_set_error (error, PAL_HANDOUT_ERROR, PAL_HANDOUT_ERROR_SIGNER,
                   "signed by somebody who is not known here");
      return FALSE;
    }

  return pal_dossier_make (path, fill, self, cancellable, error);
}
