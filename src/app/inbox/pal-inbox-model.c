// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-inbox-model"
#include "config.h"

#include "pal-inbox-model.h"

#include <string.h>

struct _PalInboxModel
{
  PalDossierModel parent_instance;

  GPtrArray *list; /* (owned) (element-type PalInboxItem) */
  char *asked;     /* (owned) (nullable): id */
};

enum
{
  ASKED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalInboxModel, pal_inbox_model, PAL_TYPE_DOSSIER_MODEL)

static void pal_inbox_model_read (PalDossierModel *model);
static void
pal_inbox_model_written (PalDossierModel *model, const PalUndoStep *back, const PalUndoStep *forth);

static void
pal_inbox_model_finalize (GObject *object)
{
  PalInboxModel *self = PAL_INBOX_MODEL (object);

  g_ptr_array_unref (self->list);
  g_free (self->asked);

  G_OBJECT_CLASS (pal_inbox_model_parent_class)->finalize (object);
}

static void
pal_inbox_model_class_init (PalInboxModelClass *klass)
{
  PalDossierModelClass *model_class = PAL_DOSSIER_MODEL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pal_inbox_model_finalize;
  model_class->read = pal_inbox_model_read;
  model_class->written = pal_inbox_model_written;

  signals[ASKED] = g_signal_new ("asked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
pal_inbox_model_init (PalInboxModel *self)
{
  self->list = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_inbox_item_free);
}

/* --- reading --------------------------------------------------------------------------------- */

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalInboxModel) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = pal_inbox_list_finish (result, &error);

  pal_dossier_model_end_reading (self);
  if (list == NULL)
    {
      g_info ("the inbox could not be read: %s", error->message);
      return;
    }

  g_ptr_array_unref (self->list);
  self->list = g_steal_pointer (&list);
  pal_dossier_model_set_count (self, pal_inbox_count_waiting (self->list));
  pal_dossier_model_changed (self);
}

static void
pal_inbox_model_read (PalDossierModel *model)
{
  pal_inbox_list_async (pal_dossier_model_get_dossier (model), NULL, listed_cb,
                        g_object_ref (PAL_INBOX_MODEL (model)));
}

/* Whoever types an answer does not change the inbox. */
static void
pal_inbox_model_written (PalDossierModel *model, const PalUndoStep *back, const PalUndoStep *forth)
{
  if (forth != NULL || back == NULL || back->kind != PAL_CHANGE_VALUE || back->record == NULL
      || PAL_INBOX_MODEL (model)->list->len > 0)
    pal_dossier_model_read (model);
}

/**
 * pal_inbox_model_of_dossier:
 * @dossier: an open dossier
 *
 * Returns: (transfer none): its inbox; read soon after it is first asked for
 */
PalInboxModel *
pal_inbox_model_of_dossier (PalDossier *dossier)
{
  return pal_dossier_model_of (PAL_TYPE_INBOX_MODEL, dossier);
}

/* --- looking --------------------------------------------------------------------------------- */

GPtrArray *
pal_inbox_model_get_list (PalInboxModel *self)
{
  return self->list;
}

const PalInboxItem *
pal_inbox_model_find (PalInboxModel *self, const char *id)
{
  for (guint i = 0; id != NULL && i < self->list->len; i++)
    {
      const PalInboxItem *item = g_ptr_array_index (self->list, i);

      if (strcmp (item->id, id) == 0)
        return item;
    }

  return NULL;
}

void
pal_inbox_model_ask (PalInboxModel *self, const char *id)
{
  g_return_if_fail (PAL_IS_INBOX_MODEL (self));

  g_free (self->asked);
  self->asked = g_strdup (id);
  g_signal_emit (self, signals[ASKED], 0);
}

char *
pal_inbox_model_take_asked (PalInboxModel *self)
{
  return g_steal_pointer (&self->asked);
}
