// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-outbox-item"
#include "config.h"

#include "pal-outbox-item.h"

/* A person has said that it shall not go on: beside the states of a delivery, in the dossier only.
 * The detail is then how many bytes the module had acknowledged, if that was known. */
#define GIVEN_UP "given-up"
#define REPLACED "replaced"

/* The same for one that goes on a stick. The detail is then "copied", once it is on one. */
#define CARRIED "carried"
#define COPIED "copied"

struct _PalOutboxItem
{
  GObject parent_instance;

  PalDeliveryRecord *record; /* (owned): as the dossier has it, or shall have it */
  char *folder;              /* (owned): private, holds the archive and the delivery's state */
  char *archive_path;        /* (owned) */
  PalOutboxStage stage;
  PalDelivery *delivery; /* (owned) (nullable) */
  double packed;         /* 0 to 1, while packing */
  GError *trouble;       /* (owned) (nullable) */
};

enum
{
  CHANGED,
  SETTLE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalOutboxItem, pal_outbox_item, G_TYPE_OBJECT)

static void
pal_outbox_item_dispose (GObject *object)
{
  PalOutboxItem *self = PAL_OUTBOX_ITEM (object);

  if (self->delivery != NULL)
    g_signal_handlers_disconnect_by_data (self->delivery, self);
  g_clear_object (&self->delivery);

  G_OBJECT_CLASS (pal_outbox_item_parent_class)->dispose (object);
}

static void
pal_outbox_item_finalize (GObject *object)
{
  PalOutboxItem *self = PAL_OUTBOX_ITEM (object);

  g_clear_pointer (&self->record, pal_delivery_record_free);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->archive_path, g_free);
  g_clear_error (&self->trouble);

  G_OBJECT_CLASS (pal_outbox_item_parent_class)->finalize (object);
}

static void
pal_outbox_item_class_init (PalOutboxItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = pal_outbox_item_dispose;
  object_class->finalize = pal_outbox_item_finalize;

  signals[CHANGED] = g_signal_new ("changed", PAL_TYPE_OUTBOX_ITEM, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[SETTLE] = g_signal_new ("settle", PAL_TYPE_OUTBOX_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void
pal_outbox_item_init (PalOutboxItem *self)
{
}

/**
 * pal_outbox_item_new:
 * @record: what the dossier knows of it; copied
 * @folder: its private folder
 *
 * Makes an item: being packed when the record has no archive yet, resting otherwise; a delivery
 * that is given to it sets it moving.
 *
 * Returns: (transfer full): an item
 */
PalOutboxItem *
pal_outbox_item_new (const PalDeliveryRecord *record, const char *folder)
{
  PalOutboxItem *self = g_object_new (PAL_TYPE_OUTBOX_ITEM, NULL);

  self->record = pal_delivery_record_new ();
  g_free (self->record->id); /* a new one has an id of its own */
  self->record->id = g_strdup (record->id);
  self->record->archive_sha256 = g_strdup (record->archive_sha256);
  self->record->archive_size = record->archive_size;
  self->record->edition = g_strdup (record->edition);
  self->record->endpoint = g_strdup (record->endpoint);
  self->record->state = g_strdup (record->state);
  self->record->detail = g_strdup (record->detail);
  self->record->changed_us = record->changed_us;
  self->record->receipt = record->receipt != NULL ? g_bytes_ref (record->receipt) : NULL;
  self->folder = g_strdup (folder);
  self->archive_path = g_build_filename (folder, "archive.asice", NULL);
  if (record->archive_sha256 == NULL)
    self->stage = PAL_OUTBOX_PACKING;
  else if (g_strcmp0 (record->state, GIVEN_UP) == 0)
    self->stage = PAL_OUTBOX_GIVEN_UP;
  else if (g_strcmp0 (record->state, REPLACED) == 0)
    self->stage = PAL_OUTBOX_REPLACED;
  else if (g_strcmp0 (record->state, CARRIED) == 0)
    self->stage = PAL_OUTBOX_CARRIED;
  else
    self->stage = PAL_OUTBOX_RESTING;

  return self;
}

const char *
pal_outbox_item_get_id (PalOutboxItem *self)
{
  return self->record->id;
}

const char *
pal_outbox_item_get_archive_path (PalOutboxItem *self)
{
  return self->archive_path;
}

const char *
pal_outbox_item_get_folder (PalOutboxItem *self)
{
  return self->folder;
}

PalOutboxStage
pal_outbox_item_get_stage (PalOutboxItem *self)
{
  return self->stage;
}

PalDelivery *
pal_outbox_item_get_delivery (PalOutboxItem *self)
{
  return self->delivery;
}

static gboolean
has_ended (PalOutboxItem *self)
{
  return self->stage == PAL_OUTBOX_GIVEN_UP || self->stage == PAL_OUTBOX_REPLACED;
}

/**
 * pal_outbox_item_get_state:
 * @self: an item
 *
 * Returns: the state of its delivery, now or when it was last seen
 */
PalDeliveryState
pal_outbox_item_get_state (PalOutboxItem *self)
{
  if (has_ended (self))
    return PAL_DELIVERY_ENDED;
  if (self->delivery != NULL)
    return pal_delivery_get_state (self->delivery);

  for (int state = PAL_DELIVERY_QUEUED; state <= PAL_DELIVERY_STOPPED; state++)
    if (g_strcmp0 (pal_delivery_state_to_string (state), self->record->state) == 0)
      return state;

  return PAL_DELIVERY_QUEUED;
}

gboolean
pal_outbox_item_is_settled (PalOutboxItem *self)
{
  PalDeliveryState state = pal_outbox_item_get_state (self);

  return state == PAL_DELIVERY_ENDED || state == PAL_DELIVERY_ACCEPTED
         || state == PAL_DELIVERY_REFUSED;
}

gboolean
pal_outbox_item_was_kept (PalOutboxItem *self)
{
  return self->record->archive_sha256 != NULL;
}

const char *
pal_outbox_item_get_url (PalOutboxItem *self)
{
  return self->record->endpoint;
}

const char *
pal_outbox_item_get_message (PalOutboxItem *self)
{
  return self->delivery != NULL ? pal_delivery_get_message (self->delivery) : self->record->detail;
}

goffset
pal_outbox_item_get_size (PalOutboxItem *self)
{
  return self->delivery != NULL ? pal_delivery_get_size (self->delivery)
                                : self->record->archive_size;
}

/* A delivery that is only asked what it was: it stands where the last one was left, and is never
 * started. */
static PalDelivery *
look_at_delivery (PalOutboxItem *self)
{
  g_autoptr (PalEndpoint) endpoint = pal_endpoint_new ();

  endpoint->url = g_strdup (self->record->endpoint);

  return pal_delivery_new (self->archive_path, endpoint, self->folder);
}

/**
 * pal_outbox_item_get_sent:
 * @self: an item
 *
 * More may have arrived: a connection that breaks takes the last acknowledgement with it.
 *
 * Returns: bytes that the module has acknowledged; -1 when this computer does not know
 */
goffset
pal_outbox_item_get_sent (PalOutboxItem *self)
{
  g_autoptr (PalDelivery) past = NULL;
  gint64 sent;

  if (self->delivery != NULL)
    return pal_delivery_get_sent (self->delivery);
  if (has_ended (self))
    return self->record->detail != NULL
                   && g_ascii_string_to_signed (self->record->detail, 10, 0, G_MAXINT64, &sent,
                                                NULL)
               ? sent
               : -1;
  if (!g_file_test (self->archive_path, G_FILE_TEST_EXISTS))
    return -1;
  past = look_at_delivery (self);

  /* Another archive in the same place, or none of which anything was written down. */
  if (g_strcmp0 (pal_delivery_get_sha256 (past), self->record->archive_sha256) != 0)
    return -1;

  return pal_delivery_get_sent (past);
}

gboolean
pal_outbox_item_has_begun (PalOutboxItem *self)
{
  g_autoptr (PalDelivery) past = self->delivery != NULL ? NULL : look_at_delivery (self);

  return pal_delivery_has_begun (past != NULL ? past : self->delivery);
}

GPtrArray *
pal_outbox_item_dup_log (PalOutboxItem *self)
{
  g_autoptr (PalDelivery) past = self->delivery != NULL ? NULL : look_at_delivery (self);
  GPtrArray *log = pal_delivery_get_log (past != NULL ? past : self->delivery);
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < log->len; i++)
    g_ptr_array_add (copy, g_strdup (g_ptr_array_index (log, i)));

  return copy;
}

GBytes *
pal_outbox_item_get_receipt (PalOutboxItem *self)
{
  if (self->delivery != NULL && pal_delivery_get_receipt (self->delivery) != NULL)
    return pal_delivery_get_receipt (self->delivery);

  return self->record->receipt;
}

gint64
pal_outbox_item_get_changed (PalOutboxItem *self)
{
  return self->record->changed_us;
}

const GError *
pal_outbox_item_get_trouble (PalOutboxItem *self)
{
  return self->trouble;
}

double
pal_outbox_item_get_progress (PalOutboxItem *self)
{
  goffset size;

  if (self->delivery == NULL)
    return self->stage == PAL_OUTBOX_PACKING ? self->packed : 0;

  size = pal_delivery_get_size (self->delivery);

  return size > 0 ? (double) pal_delivery_get_sent (self->delivery) / size : 0;
}

void
pal_outbox_item_set_progress (PalOutboxItem *self, double progress)
{
  self->packed = progress;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
update_record (PalOutboxItem *self)
{
  const char *state = pal_delivery_state_to_string (pal_delivery_get_state (self->delivery));
  GBytes *receipt = pal_delivery_get_receipt (self->delivery);
  const char *sha256 = pal_delivery_get_sha256 (self->delivery);
  gboolean differs = FALSE;

  if (g_strcmp0 (self->record->state, state) != 0)
    {
      g_free (self->record->state);
      self->record->state = g_strdup (state);
      differs = TRUE;
    }
  if (sha256 != NULL && g_strcmp0 (self->record->archive_sha256, sha256) != 0)
    {
      g_free (self->record->archive_sha256);
      self->record->archive_sha256 = g_strdup (sha256);
      self->record->archive_size = pal_delivery_get_size (self->delivery);
      differs = TRUE;
    }
  if (receipt != NULL && receipt != self->record->receipt)
    {
      g_clear_pointer (&self->record->receipt, g_bytes_unref);
      self->record->receipt = g_bytes_ref (receipt);
      differs = TRUE;
    }
  g_free (self->record->detail);
  self->record->detail = g_strdup (pal_delivery_get_message (self->delivery));
  if (differs)
    {
      self->record->changed_us = g_get_real_time ();
      g_signal_emit (self, signals[SETTLE], 0);
    }
}

static void
note_sent (PalOutboxItem *self, goffset sent)
{
  g_autofree char *detail = sent >= 0 ? g_strdup_printf ("%" G_GOFFSET_FORMAT, sent) : NULL;

  if (g_strcmp0 (self->record->detail, detail) == 0)
    return;
  g_free (self->record->detail);
  self->record->detail = g_steal_pointer (&detail);
  g_signal_emit (self, signals[SETTLE], 0);
}

/* The module may still let go of it, or may have been faster. */
static void
update_ended (PalOutboxItem *self)
{
  PalDeliveryState state = pal_delivery_get_state (self->delivery);

  if (state == PAL_DELIVERY_ACCEPTED || state == PAL_DELIVERY_REFUSED)
    {
      self->stage = PAL_OUTBOX_MOVING;
      update_record (self);
    }
  else if (state == PAL_DELIVERY_ENDED)
    note_sent (self, pal_delivery_get_sent (self->delivery));
}

static void
delivery_notify_cb (PalDelivery *delivery, GParamSpec *pspec, PalOutboxItem *self)
{
  if (has_ended (self))
    update_ended (self);
  else
    update_record (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
drop_delivery (PalOutboxItem *self)
{
  if (self->delivery == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->delivery, self);
  pal_delivery_pause (self->delivery);
  g_clear_object (&self->delivery);
}

static void
follow (PalOutboxItem *self, PalDelivery *delivery)
{
  self->delivery = g_object_ref (delivery);
  g_signal_connect (delivery, "notify", G_CALLBACK (delivery_notify_cb), self);
}

/**
 * pal_outbox_item_set_delivery:
 * @self: an item
 * @delivery: what moves its archive
 * @url: where to
 *
 * Sets the item moving; from now on the delivery's state is its own.
 */
void
pal_outbox_item_set_delivery (PalOutboxItem *self, PalDelivery *delivery, const char *url)
{
  g_autofree char *address = g_strdup (url);

  drop_delivery (self);
  g_free (self->record->endpoint);
  self->record->endpoint = g_steal_pointer (&address);
  self->stage = PAL_OUTBOX_MOVING;
  follow (self, delivery);
  update_record (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * pal_outbox_item_give_up:
 * @self: an item that is not settled
 * @replaced_by: (nullable): id of the item that takes its place
 * @delivery: (nullable): its own, or one that can end it
 *
 * Ends it for good. The dossier keeps that it was so, and how much had arrived: the module need not
 * let go of that.
 */
void
pal_outbox_item_give_up (PalOutboxItem *self, const char *replaced_by, PalDelivery *delivery)
{
  goffset sent = pal_outbox_item_get_sent (self);

  if (delivery == NULL)
    drop_delivery (self);
  else if (self->delivery == NULL)
    follow (self, delivery);
  self->stage = replaced_by != NULL ? PAL_OUTBOX_REPLACED : PAL_OUTBOX_GIVEN_UP;
  g_free (self->record->state);
  self->record->state = g_strdup (replaced_by != NULL ? REPLACED : GIVEN_UP);
  g_free (self->record->detail);
  self->record->detail = sent >= 0 ? g_strdup_printf ("%" G_GOFFSET_FORMAT, sent) : NULL;
  self->record->changed_us = g_get_real_time ();
  g_signal_emit (self, signals[SETTLE], 0);
  if (delivery != NULL)
    pal_delivery_cancel (delivery, replaced_by);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_state (PalOutboxItem *self, const char *state, const char *detail)
{
  g_autofree char *copy = g_strdup (detail);

  g_free (self->record->state);
  self->record->state = g_strdup (state);
  g_free (self->record->detail);
  self->record->detail = g_steal_pointer (&copy);
  self->record->changed_us = g_get_real_time ();
  g_signal_emit (self, signals[SETTLE], 0);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * pal_outbox_item_take_back:
 * @self: an item that was given up
 *
 * Lets it rest; a delivery that is given to it sets it moving.
 */
void
pal_outbox_item_take_back (PalOutboxItem *self)
{
  drop_delivery (self);
  self->stage = PAL_OUTBOX_RESTING;
  set_state (self, pal_delivery_state_to_string (PAL_DELIVERY_PAUSED), NULL);
}

/**
 * pal_outbox_item_set_packed:
 * @self: an item that was packed for a stick
 * @sha256: of its archive
 * @size: its length in bytes
 *
 * Says that the archive can be copied now.
 */
void
pal_outbox_item_set_packed (PalOutboxItem *self, const char *sha256, goffset size)
{
  g_free (self->record->archive_sha256);
  self->record->archive_sha256 = g_strdup (sha256);
  self->record->archive_size = size;
  self->stage = PAL_OUTBOX_CARRIED;
  set_state (self, CARRIED, NULL);
}

void
pal_outbox_item_note_carried (PalOutboxItem *self)
{
  if (self->stage == PAL_OUTBOX_CARRIED)
    set_state (self, CARRIED, COPIED);
}

gboolean
pal_outbox_item_was_carried (PalOutboxItem *self)
{
  return self->stage == PAL_OUTBOX_CARRIED && g_strcmp0 (self->record->detail, COPIED) == 0;
}

/**
 * pal_outbox_item_close:
 * @self: an item
 * @state: %PAL_DELIVERY_ACCEPTED or %PAL_DELIVERY_REFUSED
 * @receipt: the receipt that says so, verified
 * @message: (nullable): what it says about a refusal
 *
 * Ends it for good with a receipt that came on another way.
 */
void
pal_outbox_item_close (PalOutboxItem *self, PalDeliveryState state, GBytes *receipt,
                       const char *message)
{
  drop_delivery (self);
  self->stage = PAL_OUTBOX_RESTING;
  g_clear_pointer (&self->record->receipt, g_bytes_unref);
  self->record->receipt = g_bytes_ref (receipt);
  set_state (self, pal_delivery_state_to_string (state), message);
}

/**
 * pal_outbox_item_fail:
 * @self: an item
 * @error: what went wrong
 *
 * Says that the archive could not be made or is no longer there.
 */
void
pal_outbox_item_fail (PalOutboxItem *self, const GError *error)
{
  self->stage = PAL_OUTBOX_FAILED;
  g_clear_error (&self->trouble);
  self->trouble = g_error_copy (error);
  g_signal_emit (self, signals[CHANGED], 0);
}

PalDeliveryRecord *
pal_outbox_item_dup_record (PalOutboxItem *self)
{
  PalDeliveryRecord *copy;

  if (self->record->archive_sha256 == NULL)
    return NULL;

  copy = pal_delivery_record_new ();
  g_free (copy->id);
  copy->id = g_strdup (self->record->id);
  copy->archive_sha256 = g_strdup (self->record->archive_sha256);
  copy->archive_size = self->record->archive_size;
  copy->edition = g_strdup (self->record->edition);
  copy->endpoint = g_strdup (self->record->endpoint);
  copy->state = g_strdup (self->record->state);
  copy->detail = g_strdup (self->record->detail);
  copy->changed_us = self->record->changed_us;
  copy->receipt = self->record->receipt != NULL ? g_bytes_ref (self->record->receipt) : NULL;

  return copy;
}
