// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-outbox"
#include "config.h"

#include "pal-outbox.h"

#include "pal-clearing.h"
#include "pal-endpoint-choice.h"
#include "pal-settings.h"
#include "pal-supplement-job.h"

#include "pal-delivery-queue.h"
#include "pal-delivery-receipt.h"
#include "pal-digest.h"
#include "pal-parcel.h"
#include "pal-paths.h"

#include <errno.h>
#include <glib/gstdio.h>

/* At an item: id of the package in its archive, until that has a digest. */
#define PACKAGE_KEY "pal-package"

struct _PalOutbox
{
  GObject parent_instance;

  PalSession *session;       /* (unowned): owns this */
  PalDossier *dossier;       /* (owned) */
  PalEndpoint *endpoint;     /* (owned) (nullable) */
  gboolean has_endpoint;     /* somebody said which, or that there is none */
  GPtrArray *items;          /* (owned) (element-type PalOutboxItem): newest first */
  GCancellable *cancellable; /* (owned): packing ends with the session */
};

static void pal_outbox_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PalOutbox, pal_outbox, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      pal_outbox_list_model_init))

static GType
get_item_type (GListModel *model)
{
  return PAL_TYPE_OUTBOX_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return PAL_OUTBOX (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  PalOutbox *self = PAL_OUTBOX (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position))
                                     : NULL;
}

static void
pal_outbox_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* One for all windows: they share the link. */
static PalDeliveryQueue *
get_queue (void)
{
  static PalDeliveryQueue *queue = NULL;

  if (queue == NULL)
    queue = pal_delivery_queue_new ();

  return queue;
}

/* What is to go next must not begin while all of them go away: last places first. */
static void
leave_queue (PalOutbox *self)
{
  guint n = 1;

  while (n > 0)
    {
      PalDelivery *last = NULL;

      n = 0;
      for (guint i = 0; i < self->items->len; i++)
        {
          PalDelivery *delivery = pal_outbox_item_get_delivery (g_ptr_array_index (self->items, i));

          if (delivery == NULL || !pal_delivery_queue_has (get_queue (), delivery))
            continue;
          n++;
          if (last == NULL || pal_delivery_get_queued (delivery) > pal_delivery_get_queued (last))
            last = delivery;
        }
      if (last != NULL)
        pal_delivery_queue_remove (get_queue (), last);
    }
}

static void
pal_outbox_dispose (GObject *object)
{
  PalOutbox *self = PAL_OUTBOX (object);

  leave_queue (self);

  g_cancellable_cancel (self->cancellable);
  for (guint i = 0; i < self->items->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->items, i), self);

  G_OBJECT_CLASS (pal_outbox_parent_class)->dispose (object);
}

static void
pal_outbox_finalize (GObject *object)
{
  PalOutbox *self = PAL_OUTBOX (object);

  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->endpoint, pal_endpoint_free);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->dossier);

  G_OBJECT_CLASS (pal_outbox_parent_class)->finalize (object);
}

static void
pal_outbox_class_init (PalOutboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = pal_outbox_dispose;
  object_class->finalize = pal_outbox_finalize;
}

static void
pal_outbox_init (PalOutbox *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
}

static char *
dup_item_folder (PalOutbox *self, const char *id)
{
  g_autofree char *relative
      = g_build_filename ("outbox", pal_dossier_get_id (self->dossier), id, NULL);

  return pal_paths_dup_state_dir (relative);
}

static void
put_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* The delivery keeps its own durable state beside the archive; the dossier's is for the history.
   */
  if (!pal_dossier_put_delivery_finish (PAL_DOSSIER (source), result, &error))
    g_warning ("the state of a delivery could not be noted: %s", error->message);
}

static void
named_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!pal_parcel_name_archive_finish (result, &error))
    g_info ("which archive a package went in could not be noted: %s", error->message);
}

/* Once the archive has a digest, it can be told later what went in it, and to whom. */
static void
name_parcel (PalOutbox *self, PalOutboxItem *item, const char *archive_sha256)
{
  g_autofree char *package = g_object_steal_data (G_OBJECT (item), PACKAGE_KEY);

  if (package != NULL)
    pal_parcel_name_archive_async (self->dossier, package, archive_sha256, named_cb, NULL);
}

static void
settle_cb (PalOutboxItem *item, PalOutbox *self)
{
  PalDeliveryRecord *record = pal_outbox_item_dup_record (item);

  if (record == NULL)
    return;

  name_parcel (self, item, record->archive_sha256);
  pal_dossier_put_delivery_async (self->dossier, record, put_done_cb, NULL);
  pal_delivery_record_free (record);
}

static void
add_item (PalOutbox *self, PalOutboxItem *item, guint position)
{
  g_signal_connect (item, "settle", G_CALLBACK (settle_cb), self);
  g_ptr_array_insert (self->items, position, g_object_ref (item));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

static PalDelivery *
make_delivery (PalOutboxItem *item, const PalEndpoint *endpoint)
{
  return pal_delivery_new (pal_outbox_item_get_archive_path (item), endpoint,
                           pal_outbox_item_get_folder (item));
}

/* It begins when its turn comes. */
static void
move (PalOutboxItem *item, const PalEndpoint *endpoint)
{
  g_autoptr (PalDelivery) delivery = make_delivery (item, endpoint);

  pal_outbox_item_set_delivery (item, delivery, endpoint->url);
  pal_delivery_queue_add (get_queue (), delivery);
}

static int
compare_places_cb (gconstpointer a, gconstpointer b)
{
  gint64 one = pal_delivery_get_queued (*(PalDelivery *const *) a);
  gint64 other = pal_delivery_get_queued (*(PalDelivery *const *) b);

  return one < other ? -1 : one > other;
}

/* Those of an earlier run, in the order in which they were sent. */
static void
move_all (GPtrArray *items, const PalEndpoint *endpoint)
{
  g_autoptr (GPtrArray) deliveries = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < items->len; i++)
    {
      PalOutboxItem *item = g_ptr_array_index (items, i);
      PalDelivery *delivery = make_delivery (item, endpoint);

      g_ptr_array_add (deliveries, delivery);
      pal_outbox_item_set_delivery (item, delivery, endpoint->url);
    }
  g_ptr_array_sort (deliveries, compare_places_cb);
  for (guint i = 0; i < deliveries->len; i++)
    pal_delivery_queue_add (get_queue (), g_ptr_array_index (deliveries, i));
}

/* What a person paused, or what has stopped, knows why and how far it came; it waits for them. */
static void
stand (PalOutboxItem *item, const PalEndpoint *endpoint)
{
  g_autoptr (PalDelivery) delivery = make_delivery (item, endpoint);
  PalDeliveryState state = pal_delivery_get_state (delivery);

  if (state == PAL_DELIVERY_PAUSED || state == PAL_DELIVERY_STOPPED)
    pal_outbox_item_set_delivery (item, delivery, endpoint->url);
}

/* An archive goes where a person has sent it, and nowhere else by itself. */
static gboolean
is_meant_for (PalOutboxItem *item, const PalEndpoint *endpoint)
{
  return endpoint != NULL && g_strcmp0 (pal_outbox_item_get_url (item), endpoint->url) == 0;
}

/* Goes on with what a person has sent before and what is not settled. */
static void
resume (PalOutbox *self)
{
  g_autoptr (GPtrArray) moving = g_ptr_array_new ();

  for (guint i = 0; i < self->items->len; i++)
    {
      PalOutboxItem *item = g_ptr_array_index (self->items, i);
      PalDeliveryState state = pal_outbox_item_get_state (item);
      PalOutboxStage stage = pal_outbox_item_get_stage (item);

      if (pal_outbox_item_is_settled (item) || !is_meant_for (item, self->endpoint))
        continue;
      if (state == PAL_DELIVERY_PAUSED || state == PAL_DELIVERY_STOPPED)
        {
          if (stage == PAL_OUTBOX_RESTING)
            stand (item, self->endpoint);
        }
      /* Papers may have come with the address: what waits tries with them. */
      else if (stage == PAL_OUTBOX_RESTING
               || (stage == PAL_OUTBOX_MOVING && state == PAL_DELIVERY_WAITING))
        g_ptr_array_add (moving, item);
    }
  if (moving->len > 0)
    move_all (moving, self->endpoint);
}

static void
tell_all (PalOutbox *self)
{
  for (guint i = 0; i < self->items->len; i++)
    g_signal_emit_by_name (g_ptr_array_index (self->items, i), "changed");
}

static void
list_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalOutbox) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records
      = pal_dossier_list_deliveries_finish (PAL_DOSSIER (source), result, &error);

  if (records == NULL)
    {
      g_warning ("the deliveries could not be read: %s", error->message);
      return;
    }

  for (guint i = 0; i < records->len; i++)
    {
      PalDeliveryRecord *record = g_ptr_array_index (records, i);
      g_autofree char *folder = dup_item_folder (self, record->id);
      g_autoptr (PalOutboxItem) item = pal_outbox_item_new (record, folder);

      if (!pal_outbox_item_is_settled (item)
          && !g_file_test (pal_outbox_item_get_archive_path (item), G_FILE_TEST_EXISTS))
        {
          g_autoptr (GError) gone = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                                                         "the archive is not on this computer");

          pal_outbox_item_fail (item, gone);
        }
      add_item (self, item, self->items->len);
    }
  resume (self);
}

static void
endpoint_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalOutbox) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalEndpoint) endpoint = pal_endpoint_choice_load_finish (result, NULL, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->has_endpoint)
    return;
  if (error != NULL)
    g_info ("the endpoint cannot be used: %s", error->message);
  if (endpoint != NULL)
    pal_outbox_set_endpoint (self, endpoint);
}

/**
 * pal_outbox_of_session:
 * @session: an open dossier
 *
 * Finds the outbox of a session, or makes it: reads what the dossier knows of earlier deliveries,
 * and goes on with those that are not settled, to the address in the person's settings.
 *
 * Returns: (transfer none): lives as long as @session
 */
PalOutbox *
pal_outbox_of_session (PalSession *session)
{
  static const char key[] = "pal-outbox";
  g_autoptr (GSettings) settings = NULL;
  PalOutbox *self = g_object_get_data (G_OBJECT (session), key);

  if (self != NULL)
    return self;

  self = g_object_new (PAL_TYPE_OUTBOX, NULL);
  self->session = session;
  self->dossier = g_object_ref (pal_session_get_dossier (session));
  g_object_set_data_full (G_OBJECT (session), key, self, g_object_unref);
  settings = pal_settings_new ();
  pal_endpoint_choice_load_async (settings, self->cancellable, endpoint_loaded_cb,
                                  g_object_ref (self));
  pal_dossier_list_deliveries_async (self->dossier, list_done_cb, g_object_ref (self));

  return self;
}

/**
 * pal_outbox_set_endpoint:
 * @self: an outbox
 * @endpoint: (nullable): where archives go from now on; copied
 *
 * Sets the address; what was sent to it and waits goes on.
 */
void
pal_outbox_set_endpoint (PalOutbox *self, const PalEndpoint *endpoint)
{
  self->has_endpoint = TRUE;
  g_clear_pointer (&self->endpoint, pal_endpoint_free);
  if (endpoint != NULL)
    self->endpoint = pal_endpoint_copy (endpoint);
  resume (self);
  tell_all (self);
}

const PalEndpoint *
pal_outbox_get_endpoint (PalOutbox *self)
{
  return self->endpoint;
}

/**
 * pal_outbox_get_way:
 * @self: an outbox
 * @item: one of its items
 *
 * Returns: what pal_outbox_go_on() would do
 */
PalOutboxWay
pal_outbox_get_way (PalOutbox *self, PalOutboxItem *item)
{
  PalOutboxStage stage = pal_outbox_item_get_stage (item);
  PalDeliveryState state = pal_outbox_item_get_state (item);
  gboolean moves = pal_outbox_item_get_delivery (item) != NULL && state != PAL_DELIVERY_PAUSED
                   && state != PAL_DELIVERY_STOPPED;

  if (stage == PAL_OUTBOX_PACKING || stage == PAL_OUTBOX_FAILED || stage == PAL_OUTBOX_CARRIED
      || pal_outbox_item_is_settled (item))
    return PAL_OUTBOX_STAY;
  if (moves)
    return state == PAL_DELIVERY_WAITING ? PAL_OUTBOX_AGAIN : PAL_OUTBOX_STAY;
  if (self->endpoint == NULL)
    return PAL_OUTBOX_STAY;

  return is_meant_for (item, self->endpoint) ? PAL_OUTBOX_AGAIN : PAL_OUTBOX_ELSEWHERE;
}

/**
 * pal_outbox_go_on:
 * @self: an outbox
 * @item: one of its items
 *
 * Ends a wait, or goes on after a pause or a stop, with the address and the papers that are set
 * now.
 */
void
pal_outbox_go_on (PalOutbox *self, PalOutboxItem *item)
{
  PalDelivery *delivery = pal_outbox_item_get_delivery (item);

  switch (pal_outbox_get_way (self, item))
    {
    case PAL_OUTBOX_STAY:
      return;
    case PAL_OUTBOX_AGAIN:
    case PAL_OUTBOX_ELSEWHERE:
      if (delivery != NULL && pal_outbox_item_get_state (item) == PAL_DELIVERY_WAITING)
        pal_delivery_start (delivery);
      else
        move (item, self->endpoint);
    }
}

/**
 * pal_outbox_pause:
 * @self: an outbox
 * @item: one of its items
 *
 * Stops it until pal_outbox_go_on(); the next one goes.
 */
void
pal_outbox_pause (PalOutbox *self, PalOutboxItem *item)
{
  PalDelivery *delivery = pal_outbox_item_get_delivery (item);

  if (delivery != NULL)
    pal_delivery_pause (delivery);
}

guint
pal_outbox_get_ahead (PalOutbox *self, PalOutboxItem *item)
{
  PalDelivery *delivery = pal_outbox_item_get_delivery (item);

  return delivery != NULL ? pal_delivery_queue_get_ahead (get_queue (), delivery) : 0;
}

/* replaced_by: (nullable): what takes its place */
static void
end_item (PalOutbox *self, PalOutboxItem *item, PalOutboxItem *replaced_by)
{
  PalDelivery *delivery = pal_outbox_item_get_delivery (item);
  g_autoptr (PalDelivery) ending = delivery != NULL ? g_object_ref (delivery) : NULL;

  /* Whoever knows the way to the module can ask it to let go. */
  if (ending == NULL && is_meant_for (item, self->endpoint)
      && pal_outbox_item_get_stage (item) == PAL_OUTBOX_RESTING)
    ending = make_delivery (item, self->endpoint);
  pal_outbox_item_give_up (item, replaced_by != NULL ? pal_outbox_item_get_id (replaced_by) : NULL,
                           ending);
}

/**
 * pal_outbox_give_up:
 * @self: an outbox
 * @item: one of its items
 *
 * Ends a delivery for good, unless it is settled meanwhile. It stays in the list, as some of it may
 * have arrived; only what never became an archive goes off it.
 */
void
pal_outbox_give_up (PalOutbox *self, PalOutboxItem *item)
{
  guint position;

  if (pal_outbox_item_is_settled (item) || !g_ptr_array_find (self->items, item, &position))
    return;
  if (pal_outbox_item_was_kept (item))
    {
      end_item (self, item, NULL);
      return;
    }

  /* The queue would go on with it. */
  if (pal_outbox_item_get_delivery (item) != NULL)
    pal_delivery_cancel (pal_outbox_item_get_delivery (item), NULL);
  g_signal_handlers_disconnect_by_data (item, self);
  g_ptr_array_remove_index (self->items, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

static void
take_back (PalOutbox *self, PalOutboxItem *item)
{
  if (pal_outbox_item_get_stage (item) != PAL_OUTBOX_GIVEN_UP)
    return;

  pal_outbox_item_take_back (item);
  if (is_meant_for (item, self->endpoint))
    move (item, self->endpoint);
}

static void
ended_cb (PalOutboxItem *item, PalOutbox *self)
{
  PalDelivery *delivery = pal_outbox_item_get_delivery (item);

  if (delivery != NULL && pal_delivery_is_busy (delivery))
    return;
  g_signal_handlers_disconnect_by_func (item, ended_cb, self);
  take_back (self, item);
}

/**
 * pal_outbox_take_back:
 * @self: an outbox
 * @item: one that was given up
 *
 * Takes up its place again as soon as it has ended, when the address is still the one that it was
 * meant for; otherwise it is paused.
 */
void
pal_outbox_take_back (PalOutbox *self, PalOutboxItem *item)
{
  PalDelivery *delivery = pal_outbox_item_get_delivery (item);

  if (delivery != NULL && pal_delivery_is_busy (delivery))
    g_signal_connect (item, "changed", G_CALLBACK (ended_cb), self);
  else
    take_back (self, item);
}

/* What a newer one to the same module takes the place of: nothing of which all has arrived, for
 * that the module may take all the same. */
static gboolean
is_replaceable (PalOutboxItem *item, const PalEndpoint *endpoint)
{
  PalOutboxStage stage = pal_outbox_item_get_stage (item);

  return is_meant_for (item, endpoint) && !pal_outbox_item_is_settled (item)
         && (stage == PAL_OUTBOX_MOVING || stage == PAL_OUTBOX_RESTING)
         && pal_outbox_item_get_state (item) != PAL_DELIVERY_DELIVERED;
}

static void
replace_older (PalOutbox *self, PalOutboxItem *newer, const PalEndpoint *endpoint)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      PalOutboxItem *item = g_ptr_array_index (self->items, i);

      if (item != newer && is_replaceable (item, endpoint))
        end_item (self, item, newer);
    }
}

gboolean
pal_outbox_would_replace (PalOutbox *self)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      PalOutboxItem *item = g_ptr_array_index (self->items, i);

      if (!pal_outbox_item_is_settled (item)
          && pal_outbox_item_get_stage (item) != PAL_OUTBOX_FAILED
          && !is_replaceable (item, self->endpoint))
        return FALSE;
    }

  return TRUE;
}

gboolean
pal_outbox_is_packing (PalOutbox *self)
{
  for (guint i = 0; i < self->items->len; i++)
    if (pal_outbox_item_get_stage (g_ptr_array_index (self->items, i)) == PAL_OUTBOX_PACKING)
      return TRUE;

  return FALSE;
}

gboolean
pal_outbox_has_unsettled (PalOutbox *self)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      PalOutboxItem *item = g_ptr_array_index (self->items, i);

      if (!pal_outbox_item_is_settled (item)
          && pal_outbox_item_get_stage (item) != PAL_OUTBOX_FAILED)
        return TRUE;
    }

  return FALSE;
}

typedef struct
{
  PalOutbox *outbox;
  PalOutboxItem *item;
  PalEndpoint *endpoint; /* (nullable): where it was sent, whatever is set later; NULL: a stick */
  PalClearing *clearing; /* of the session, which may go first */
  PalEdition *edition;   /* (nullable): what goes; only its digest is known here */
} Packing;

static void
packing_free (Packing *packing)
{
  g_clear_pointer (&packing->endpoint, pal_endpoint_free);
  pal_edition_free (packing->edition);
  g_object_unref (packing->clearing);
  g_object_unref (packing->item);
  g_object_unref (packing->outbox);
  g_free (packing);
}

static void
progress_cb (double fraction, gpointer user_data)
{
  Packing *packing = user_data;

  pal_outbox_item_set_progress (packing->item, fraction);
}

typedef struct
{
  char *sha256;
  goffset size;
} Packed;

static void
packed_free (gpointer data)
{
  Packed *packed = data;

  g_free (packed->sha256);
  g_free (packed);
}

static void
digest_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Packed *packed = g_new0 (Packed, 1);
  GError *error = NULL;

  packed->sha256 = pal_digest_file_hex (task_data, &packed->size, cancellable, &error);
  if (packed->sha256 != NULL)
    {
      g_task_return_pointer (task, packed, packed_free);
      return;
    }
  packed_free (packed);
  g_task_return_error (task, error);
}

static void
digested_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalOutboxItem) item = user_data;
  g_autoptr (GError) error = NULL;
  Packed *packed = g_task_propagate_pointer (G_TASK (result), &error);

  if (packed == NULL)
    {
      pal_outbox_item_fail (item, error);
      return;
    }
  pal_outbox_item_set_packed (item, packed->sha256, packed->size);
  packed_free (packed);
}

/* Nobody sends it: what it is has to be known here. */
static void
name_packed (PalOutbox *self, PalOutboxItem *item)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, digested_cb, g_object_ref (item));

  g_task_set_source_tag (task, name_packed);
  g_task_set_task_data (task, g_strdup (pal_outbox_item_get_archive_path (item)), g_free);
  g_task_run_in_thread (task, digest_in_thread);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Packing *packing = user_data;
  g_autoptr (GError) error = NULL;

  if (pal_submission_write_finish (PAL_SUBMISSION (source), result, &error))
    {
      g_object_set_data_full (G_OBJECT (packing->item), PACKAGE_KEY,
                              g_strdup (pal_submission_get_package_id (PAL_SUBMISSION (source))),
                              g_free);
      if (packing->edition != NULL)
        pal_clearing_note_packed (packing->clearing, packing->edition,
                                  pal_outbox_item_get_archive_path (packing->item));
      if (packing->endpoint != NULL)
        {
          replace_older (packing->outbox, packing->item, packing->endpoint);
          move (packing->item, packing->endpoint);
        }
      else
        name_packed (packing->outbox, packing->item);
    }
  else
    pal_outbox_item_fail (packing->item, error);
  packing_free (packing);
}

static void
supplement_packed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Packing *packing = user_data;
  g_autoptr (GError) error = NULL;

  if (pal_supplement_pack_finish (PAL_CLEARING (source), result, &error))
    move (packing->item, packing->endpoint);
  else
    pal_outbox_item_fail (packing->item, error);
  packing_free (packing);
}

/* A new item, first in the list. endpoint: (nullable): NULL for a stick */
static Packing *
begin_packing (PalOutbox *self, const PalEndpoint *endpoint)
{
  PalDeliveryRecord *record = pal_delivery_record_new ();
  g_autofree char *folder = NULL;
  Packing *packing = g_new0 (Packing, 1);

  record->endpoint = g_strdup (endpoint != NULL ? endpoint->url : PAL_OUTBOX_BY_STICK);
  record->state = g_strdup (pal_delivery_state_to_string (PAL_DELIVERY_QUEUED));
  record->changed_us = g_get_real_time ();
  folder = dup_item_folder (self, record->id);
  packing->item = pal_outbox_item_new (record, folder);
  pal_delivery_record_free (record);
  add_item (self, packing->item, 0);
  packing->outbox = g_object_ref (self);
  packing->endpoint = endpoint != NULL ? pal_endpoint_copy (endpoint) : NULL;
  packing->clearing = g_object_ref (pal_clearing_of_session (self->session));

  return packing;
}

static PalOutboxItem *
pack (PalOutbox *self, PalSubmission *submission, PalIdentity *identity,
      const PalEndpoint *endpoint)
{
  Packing *packing = begin_packing (self, endpoint);
  const PalEdition *present = pal_clearing_get_present (packing->clearing);

  if (present != NULL)
    {
      packing->edition = g_new0 (PalEdition, 1);
      packing->edition->digest = g_strdup (present->digest);
    }
  pal_submission_write_async (submission, pal_outbox_item_get_archive_path (packing->item),
                              identity, progress_cb, packing, self->cancellable, written_cb,
                              packing);

  return packing->item;
}

/**
 * pal_outbox_send:
 * @self: an outbox with an endpoint
 * @submission: what goes
 * @identity: who signs
 *
 * Packs and signs in the background, then sends. The archive stays in a private folder until the
 * receipt is there, and after.
 *
 * Returns: (transfer none): the new item, first in the list
 */
PalOutboxItem *
pal_outbox_send (PalOutbox *self, PalSubmission *submission, PalIdentity *identity)
{
  g_return_val_if_fail (self->endpoint != NULL, NULL);

  return pack (self, submission, identity, self->endpoint);
}

/**
 * pal_outbox_pack:
 * @self: an outbox
 * @submission: what goes
 * @identity: who signs
 *
 * Packs and signs in the background, for a stick. Nothing leaves this computer by that.
 *
 * Returns: (transfer none): the new item, first in the list
 */
PalOutboxItem *
pal_outbox_pack (PalOutbox *self, PalSubmission *submission, PalIdentity *identity)
{
  return pack (self, submission, identity, NULL);
}

/* --- a receipt that is brought --- */

typedef struct
{
  PalOutboxItem *item;
  char *path;
  char *folder;
  char *sha256;
  goffset size;
  char *module_certificate;
  PalReceipt *receipt; /* (nullable) until read */
  GBytes *p7m;         /* (nullable) until read */
} Brought;

static void
brought_free (gpointer data)
{
  Brought *brought = data;

  g_object_unref (brought->item);
  g_free (brought->path);
  g_free (brought->folder);
  g_free (brought->sha256);
  g_free (brought->module_certificate);
  g_clear_pointer (&brought->receipt, pal_receipt_free);
  g_clear_pointer (&brought->p7m, g_bytes_unref);
  g_free (brought);
}

static void
take_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Brought *brought = task_data;
  GError *error = NULL;

  brought->receipt
      = pal_delivery_take_receipt (brought->folder, brought->sha256, brought->size, brought->path,
                                   brought->module_certificate, &brought->p7m, &error);
  if (brought->receipt != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
pal_outbox_take_receipt_async (PalOutbox *self, PalOutboxItem *item, const char *receipt_path,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (PalDeliveryRecord) record = pal_outbox_item_dup_record (item);
  Brought *brought = NULL;

  g_task_set_source_tag (task, pal_outbox_take_receipt_async);
  if (record == NULL || self->endpoint == NULL || self->endpoint->module_certificate == NULL)
    {
      g_task_return_new_error (task, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY,
                               "no certificate of a module is set");
      return;
    }
  brought = g_new0 (Brought, 1);
  brought->item = g_object_ref (item);
  brought->path = g_strdup (receipt_path);
  brought->folder = g_strdup (pal_outbox_item_get_folder (item));
  brought->sha256 = g_strdup (record->archive_sha256);
  brought->size = record->archive_size;
  brought->module_certificate = g_strdup (self->endpoint->module_certificate);
  g_task_set_task_data (task, brought, brought_free);
  g_task_run_in_thread (task, take_in_thread);
}

gboolean
pal_outbox_take_receipt_finish (GAsyncResult *result, PalDeliveryState *state, GError **error)
{
  Brought *brought = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  switch (brought->receipt->status)
    {
    case PAL_RECEIPT_RECEIVED:
      *state = PAL_DELIVERY_DELIVERED;
      return TRUE;
    case PAL_RECEIPT_ACCEPTED:
      *state = PAL_DELIVERY_ACCEPTED;
      break;
    case PAL_RECEIPT_REFUSED:
      *state = PAL_DELIVERY_REFUSED;
      break;
    }
  pal_outbox_item_close (brought->item, *state, brought->p7m, brought->receipt->message);

  return TRUE;
}

/**
 * pal_outbox_send_supplement:
 * @self: an outbox with an endpoint
 * @identity: who signs
 *
 * Like pal_outbox_send(), with only the answers that changed since the edition that was packed
 * last.
 *
 * Returns: (transfer none): the new item, first in the list
 */
PalOutboxItem *
pal_outbox_send_supplement (PalOutbox *self, PalIdentity *identity)
{
  Packing *packing = NULL;

  g_return_val_if_fail (self->endpoint != NULL, NULL);

  packing = begin_packing (self, self->endpoint);
  pal_supplement_pack_async (packing->clearing, pal_outbox_item_get_archive_path (packing->item),
                             identity, self->cancellable, supplement_packed_cb, packing);

  return packing->item;
}
