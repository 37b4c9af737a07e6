// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-delivery-queue"
#include "config.h"

#include "pal-delivery-queue.h"

struct _PalDeliveryQueue
{
  GObject parent_instance;

  GPtrArray
      *jobs;      /* (owned) (element-type PalDelivery): all that are not through, by their place */
  gint64 last_us; /* the last place given */
};

G_DEFINE_FINAL_TYPE (PalDeliveryQueue, pal_delivery_queue, G_TYPE_OBJECT)

static void job_changed_cb (PalDelivery *delivery, GParamSpec *pspec, PalDeliveryQueue *self);

static void
let_go (PalDeliveryQueue *self, PalDelivery *delivery)
{
  g_signal_handlers_disconnect_by_func (delivery, job_changed_cb, self);
}

static void
pal_delivery_queue_dispose (GObject *object)
{
  PalDeliveryQueue *self = PAL_DELIVERY_QUEUE (object);

  for (guint i = 0; i < self->jobs->len; i++)
    let_go (self, g_ptr_array_index (self->jobs, i));
  g_ptr_array_set_size (self->jobs, 0);

  G_OBJECT_CLASS (pal_delivery_queue_parent_class)->dispose (object);
}

static void
pal_delivery_queue_finalize (GObject *object)
{
  g_ptr_array_unref (PAL_DELIVERY_QUEUE (object)->jobs);

  G_OBJECT_CLASS (pal_delivery_queue_parent_class)->finalize (object);
}

static void
pal_delivery_queue_class_init (PalDeliveryQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pal_delivery_queue_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_delivery_queue_finalize;
}

static void
pal_delivery_queue_init (PalDeliveryQueue *self)
{
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
}

PalDeliveryQueue *
pal_delivery_queue_new (void)
{
  return g_object_new (PAL_TYPE_DELIVERY_QUEUE, NULL);
}

static gboolean
has_same_module (PalDelivery *a, PalDelivery *b)
{
  return g_strcmp0 (pal_delivery_get_url (a), pal_delivery_get_url (b)) == 0;
}

/* Starts what is first of those that go to one module, unless one of them is under way: also one
 * that came later, when an earlier one takes up its place again. */
static void
start_next (PalDeliveryQueue *self, PalDelivery *like)
{
  PalDelivery *first = NULL;

  for (guint i = 0; i < self->jobs->len; i++)
    {
      PalDelivery *job = g_ptr_array_index (self->jobs, i);

      if (!has_same_module (job, like))
        continue;
      if (pal_delivery_is_busy (job))
        return;
      if (first == NULL)
        first = job;
    }

  if (first != NULL)
    {
      g_object_ref (first);
      pal_delivery_start (first);
      g_object_unref (first);
    }
}

static gboolean
needs_its_place (PalDelivery *delivery)
{
  switch (pal_delivery_get_state (delivery))
    {
    case PAL_DELIVERY_QUEUED:
    case PAL_DELIVERY_SENDING:
    case PAL_DELIVERY_WAITING:
      return TRUE;
    case PAL_DELIVERY_PAUSED:
    case PAL_DELIVERY_STOPPED:
    case PAL_DELIVERY_ENDED:
      /* One that is being withdrawn is still talking. */
      return pal_delivery_is_busy (delivery);
    case PAL_DELIVERY_DELIVERED:
    case PAL_DELIVERY_ACCEPTED:
    case PAL_DELIVERY_REFUSED:
      return FALSE;
    }

  return FALSE;
}

static void
job_changed_cb (PalDelivery *delivery, GParamSpec *pspec, PalDeliveryQueue *self)
{
  if (!needs_its_place (delivery))
    pal_delivery_queue_remove (self, delivery);
}

/**
 * pal_delivery_queue_add:
 * @self: a queue
 * @delivery: a delivery that a person has sent, now or in an earlier run of the program
 *
 * Starts it when nothing else goes to its module, or else as soon as its turn comes. One that has
 * no place yet gets the last one, wherever the clock may have jumped meanwhile.
 */
void
pal_delivery_queue_add (PalDeliveryQueue *self, PalDelivery *delivery)
{
  gint64 queued_us = pal_delivery_get_queued (delivery);
  guint position = 0;

  if (g_ptr_array_find (self->jobs, delivery, NULL))
    return;

  if (queued_us == 0)
    queued_us = MAX (g_get_real_time (), self->last_us + 1);
  self->last_us = MAX (self->last_us, queued_us);
  while (position < self->jobs->len
         && pal_delivery_get_queued (g_ptr_array_index (self->jobs, position)) <= queued_us)
    position++;
  g_ptr_array_insert (self->jobs, (int) position, g_object_ref (delivery));
  if (!pal_delivery_is_busy (delivery))
    pal_delivery_enqueue (delivery, queued_us);
  g_signal_connect (delivery, "notify::state", G_CALLBACK (job_changed_cb), self);
  g_signal_connect (delivery, "notify::busy", G_CALLBACK (job_changed_cb), self);
  start_next (self, delivery);
}

/**
 * pal_delivery_queue_remove:
 * @self: a queue
 * @delivery: a delivery
 *
 * Forgets it, without stopping it; the next one of its module starts. Does nothing to one that is
 * not in the queue.
 */
void
pal_delivery_queue_remove (PalDeliveryQueue *self, PalDelivery *delivery)
{
  g_autoptr (PalDelivery) job = NULL;
  guint position;

  if (!g_ptr_array_find (self->jobs, delivery, &position))
    return;

  job = g_object_ref (delivery);
  let_go (self, job);
  g_ptr_array_remove_index (self->jobs, position);
  start_next (self, job);
}

gboolean
pal_delivery_queue_has (PalDeliveryQueue *self, PalDelivery *delivery)
{
  return g_ptr_array_find (self->jobs, delivery, NULL);
}

/**
 * pal_delivery_queue_get_ahead:
 * @self: a queue
 * @delivery: a delivery
 *
 * Returns: how many go before it to the same module; 0 for one that is under way or not in the
 * queue
 */
guint
pal_delivery_queue_get_ahead (PalDeliveryQueue *self, PalDelivery *delivery)
{
  guint n = 0;
  guint position;

  if (pal_delivery_is_busy (delivery) || !g_ptr_array_find (self->jobs, delivery, &position))
    return 0;
  for (guint i = 0; i < self->jobs->len; i++)
    {
      PalDelivery *job = g_ptr_array_index (self->jobs, i);

      if (has_same_module (job, delivery) && job != delivery
          && (i < position || pal_delivery_is_busy (job)))
        n++;
    }

  return n;
}
