// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-model"
#include "config.h"

#include "pal-dossier-model.h"

typedef struct
{
  PalDossier *dossier; /* (unowned): owns this */
  gboolean is_reading;
  gboolean is_old; /* something was written since it is being read */
  guint count;
} PalDossierModelPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PalDossierModel, pal_dossier_model, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_COUNT,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static PalDossierModelPrivate *
get_private (gpointer self)
{
  return pal_dossier_model_get_instance_private (PAL_DOSSIER_MODEL (self));
}

static void
pal_dossier_model_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_COUNT)
    g_value_set_uint (value, get_private (object)->count);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pal_dossier_model_class_init (PalDossierModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pal_dossier_model_get_property;
  properties[PROP_COUNT] = g_param_spec_uint ("count", NULL, NULL, 0, G_MAXUINT, 0,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
pal_dossier_model_init (PalDossierModel *self)
{
}

static void
undo_changed_cb (PalDossierModel *self)
{
  PalDossier *dossier = pal_dossier_model_get_dossier (self);
  g_autoptr (PalUndoStep) back = pal_dossier_dup_undo_step (dossier, PAL_UNDO_BACK);
  g_autoptr (PalUndoStep) forth = pal_dossier_dup_undo_step (dossier, PAL_UNDO_FORTH);

  PAL_DOSSIER_MODEL_GET_CLASS (self)->written (self, back, forth);
}

/**
 * pal_dossier_model_of:
 * @type: of what is derived from #PalDossierModel
 * @dossier: an open dossier
 *
 * Returns: (transfer none): the one of this dossier; read soon after it was first asked for
 */
gpointer
pal_dossier_model_of (GType type, PalDossier *dossier)
{
  PalDossierModel *self;

  g_return_val_if_fail (g_type_is_a (type, PAL_TYPE_DOSSIER_MODEL), NULL);
  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  self = g_object_get_qdata (G_OBJECT (dossier), g_type_qname (type));
  if (self != NULL)
    return self;

  self = g_object_new (type, NULL);
  get_private (self)->dossier = dossier;
  g_object_set_qdata_full (G_OBJECT (dossier), g_type_qname (type), self, g_object_unref);
  g_signal_connect_object (dossier, "undo-changed", G_CALLBACK (undo_changed_cb), self,
                           G_CONNECT_SWAPPED);
  pal_dossier_model_read (self);

  return self;
}

PalDossier *
pal_dossier_model_get_dossier (gpointer self)
{
  return get_private (self)->dossier;
}

void
pal_dossier_model_read (gpointer self)
{
  PalDossierModelPrivate *priv = get_private (self);

  if (priv->is_reading)
    {
      priv->is_old = TRUE;
      return;
    }
  priv->is_reading = TRUE;
  priv->is_old = FALSE;
  PAL_DOSSIER_MODEL_GET_CLASS (self)->read (self);
}

void
pal_dossier_model_doubt (gpointer self)
{
  PalDossierModelPrivate *priv = get_private (self);

  priv->is_old = priv->is_reading;
}

gboolean
pal_dossier_model_end_reading (gpointer self)
{
  PalDossierModelPrivate *priv = get_private (self);
  gboolean is_old = priv->is_old;

  priv->is_reading = FALSE;
  if (is_old)
    pal_dossier_model_read (self);

  return is_old;
}

void
pal_dossier_model_changed (gpointer self)
{
  g_signal_emit (PAL_DOSSIER_MODEL (self), signals[CHANGED], 0);
}

void
pal_dossier_model_set_count (gpointer self, guint count)
{
  PalDossierModelPrivate *priv = get_private (self);

  if (priv->count == count)
    return;
  priv->count = count;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COUNT]);
}

guint
pal_dossier_model_get_count (gpointer self)
{
  return get_private (self)->count;
}
