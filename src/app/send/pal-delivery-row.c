// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-delivery-row"
#include "config.h"

#include "pal-delivery-row.h"

#include "pal-ask.h"
#include "pal-pick-file.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

struct _PalDeliveryRow
{
  GtkListBoxRow parent_instance;

  GtkImage *icon;
  GtkLabel *state_label;
  GtkLabel *detail_label;
  GtkProgressBar *progress;
  GtkButton *pause_button;
  GtkButton *resume_button;
  GtkButton *receipt_button;
  GtkButton *log_button;

  PalOutboxItem *item; /* (owned) */
};

G_DEFINE_FINAL_TYPE (PalDeliveryRow, pal_delivery_row, GTK_TYPE_LIST_BOX_ROW)

/* Why it waits or has stopped, in plain words. NULL: there is nothing to say. */
static const char *
get_reason_words (PalDeliveryReason reason)
{
  switch (reason)
    {
    case PAL_DELIVERY_REASON_NONE:
      return NULL;
    case PAL_DELIVERY_REASON_NO_CONNECTION:
      return _ ("There is no connection to the module.");
    case PAL_DELIVERY_REASON_CUT:
      return _ ("The connection broke off. What has arrived stays there.");
    case PAL_DELIVERY_REASON_STALLED:
      return _ ("Nothing has moved for a while. What has arrived stays there.");
    case PAL_DELIVERY_REASON_SERVER_BUSY:
      return _ ("The module is busy and asked to try later.");
    case PAL_DELIVERY_REASON_CERTIFICATE:
      return _ (
          "The module's certificate is not trusted, so nothing was sent. Check the address and "
          "the certificate, or ask the people who run the module.");
    case PAL_DELIVERY_REASON_NOT_ALLOWED:
      return _ (
          "The module does not let you in. Check the access token or the certificate with which "
          "you name yourself.");
    case PAL_DELIVERY_REASON_REDIRECT:
      return _ (
          "The module points to another address. Palermo does not follow, as the archive would "
          "go to somebody else. Check the address.");
    case PAL_DELIVERY_REASON_TOO_LARGE:
      return _ ("The archive is larger than the module takes. Save a copy to a stick instead.");
    case PAL_DELIVERY_REASON_PROTOCOL:
      return _ ("The module's answers make no sense. Check that the address is the right one.");
    case PAL_DELIVERY_REASON_FORGED_RECEIPT:
      return _ ("The receipt was not signed by the module that you trust. Treat the archive as not "
                "delivered and call the people who run the module.");
    case PAL_DELIVERY_REASON_ARCHIVE_CHANGED:
      return _ (
          "The archive on this computer is not the one that was signed. Sign and send again.");
    case PAL_DELIVERY_REASON_LOCAL_IO:
      return _ ("The archive could not be read on this computer. Your answers are safe in the "
                "dossier; sign and send again.");
    case PAL_DELIVERY_REASON_REFUSED:
      return _ ("The module has looked at the archive and does not take it.");
    }

  return NULL;
}

static char *
dup_state_words (PalDeliveryRow *self, PalDeliveryState state)
{
  switch (state)
    {
    case PAL_DELIVERY_QUEUED:
      return g_strdup (_ ("Queued"));
    case PAL_DELIVERY_SENDING:
      /* TRANSLATORS: %d is a number of per cent; %% is the sign. */
      return g_strdup_printf (_ ("Sending, %d%%"),
                              (int) (pal_outbox_item_get_progress (self->item) * 100));
    case PAL_DELIVERY_WAITING:
      {
        PalDelivery *delivery = pal_outbox_item_get_delivery (self->item);
        gint64 next_us = delivery != NULL ? pal_delivery_get_next_try (delivery) : 0;
        g_autoptr (GDateTime) next
            = next_us > 0 ? g_date_time_new_from_unix_local (next_us / G_USEC_PER_SEC) : NULL;
        g_autofree char *time = next != NULL ? g_date_time_format (next, "%X") : NULL;

        /* TRANSLATORS: %s is a time of day. */
        return time != NULL ? g_strdup_printf (_ ("Waiting until %s"), time)
                            : g_strdup (_ ("Waiting"));
      }
    case PAL_DELIVERY_PAUSED:
      return g_strdup (_ ("Paused"));
    case PAL_DELIVERY_DELIVERED:
      return g_strdup (_ ("Delivered, being checked"));
    case PAL_DELIVERY_ACCEPTED:
      return g_strdup (_ ("Accepted"));
    case PAL_DELIVERY_REFUSED:
      return g_strdup (_ ("Refused"));
    case PAL_DELIVERY_STOPPED:
      return g_strdup (_ ("Stopped"));
    }

  return g_strdup ("");
}

static const char *
get_icon_name (PalDeliveryState state)
{
  switch (state)
    {
    case PAL_DELIVERY_ACCEPTED:
      return "emblem-ok-symbolic";
    case PAL_DELIVERY_REFUSED:
    case PAL_DELIVERY_STOPPED:
      return "dialog-warning-symbolic";
    case PAL_DELIVERY_PAUSED:
      return "media-playback-pause-symbolic";
    case PAL_DELIVERY_QUEUED:
    case PAL_DELIVERY_SENDING:
    case PAL_DELIVERY_WAITING:
    case PAL_DELIVERY_DELIVERED:
      return "send-to-symbolic";
    }

  return NULL;
}

/* Details: why, or when and how large. */
static char *
dup_detail_words (PalDeliveryRow *self, PalDeliveryState state)
{
  PalDelivery *delivery = pal_outbox_item_get_delivery (self->item);
  const char *reason = NULL;

  if (delivery != NULL
      && (state == PAL_DELIVERY_WAITING || state == PAL_DELIVERY_STOPPED
          || state == PAL_DELIVERY_REFUSED))
    reason = get_reason_words (pal_delivery_get_reason (delivery));
  if (reason != NULL)
    return g_strdup (reason);

  if (state == PAL_DELIVERY_ACCEPTED)
    return g_strdup (_ ("The module's signed receipt was checked and is kept in the dossier."));
  if (state == PAL_DELIVERY_DELIVERED)
    return g_strdup (
        _ ("All has arrived. The module checks the signature and will send a receipt."));
  if (delivery != NULL && pal_delivery_get_size (delivery) > 0)
    {
      g_autofree char *sent = g_format_size (pal_delivery_get_sent (delivery));
      g_autofree char *size = g_format_size (pal_delivery_get_size (delivery));

      /* TRANSLATORS: two sizes, such as "1.2 MB of 4 MB". */
      return g_strdup_printf (_ ("%s of %s"), sent, size);
    }

  return NULL;
}

static gboolean
is_under_way (PalDeliveryState state)
{
  return state == PAL_DELIVERY_QUEUED || state == PAL_DELIVERY_SENDING
         || state == PAL_DELIVERY_WAITING || state == PAL_DELIVERY_DELIVERED;
}

static void
update (PalDeliveryRow *self)
{
  PalOutboxStage stage = pal_outbox_item_get_stage (self->item);
  PalDeliveryState state = pal_outbox_item_get_state (self->item);
  PalDelivery *delivery = pal_outbox_item_get_delivery (self->item);
  g_autofree char *words = NULL;
  g_autofree char *detail = NULL;

  if (stage == PAL_OUTBOX_PACKING)
    words = g_strdup (_ ("Packing and signing"));
  else if (stage == PAL_OUTBOX_FAILED)
    {
      words = g_strdup (_ ("Not sent"));
      detail = pal_trouble_dup_words (pal_outbox_item_get_trouble (self->item));
    }
  else
    {
      words = dup_state_words (self, state);
      detail = dup_detail_words (self, state);
    }

  gtk_label_set_text (self->state_label, words);
  gtk_label_set_text (self->detail_label, detail != NULL ? detail : "");
  gtk_widget_set_visible (GTK_WIDGET (self->detail_label), detail != NULL);
  gtk_image_set_from_icon_name (self->icon, stage == PAL_OUTBOX_FAILED ? "dialog-warning-symbolic"
                                                                       : get_icon_name (state));
  if (stage == PAL_OUTBOX_MOVING && state == PAL_DELIVERY_ACCEPTED)
    gtk_widget_add_css_class (GTK_WIDGET (self->icon), "success");
  gtk_progress_bar_set_fraction (self->progress, pal_outbox_item_get_progress (self->item));
  gtk_widget_set_visible (GTK_WIDGET (self->progress),
                          stage == PAL_OUTBOX_PACKING
                              || (stage == PAL_OUTBOX_MOVING
                                  && (is_under_way (state) || state == PAL_DELIVERY_PAUSED)));
  gtk_widget_set_visible (GTK_WIDGET (self->pause_button),
                          delivery != NULL && is_under_way (state));
  gtk_widget_set_visible (GTK_WIDGET (self->resume_button),
                          delivery != NULL
                              && (state == PAL_DELIVERY_PAUSED || state == PAL_DELIVERY_STOPPED
                                  || state == PAL_DELIVERY_WAITING));
  gtk_button_set_label (self->resume_button,
                        state == PAL_DELIVERY_PAUSED ? _ ("Go On") : _ ("Try Now"));
  gtk_widget_set_visible (GTK_WIDGET (self->receipt_button),
                          pal_outbox_item_get_receipt (self->item) != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->log_button), delivery != NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
pause_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_delivery_pause (pal_outbox_item_get_delivery (PAL_DELIVERY_ROW (widget)->item));
}

static void
resume_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_delivery_start (pal_outbox_item_get_delivery (PAL_DELIVERY_ROW (widget)->item));
}

static void
log_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalDeliveryRow *self = PAL_DELIVERY_ROW (widget);
  GPtrArray *log = pal_delivery_get_log (pal_outbox_item_get_delivery (self->item));
  g_autoptr (GString) text = g_string_new (NULL);

  /* The end of it is what a person wants to see; the file in the outbox has it all. */
  for (guint i = log->len > 20 ? log->len - 20 : 0; i < log->len; i++)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "",
                            (const char *) g_ptr_array_index (log, i));
  pal_tell (widget, _ ("What happened so far"), text->str);
}

static void
receipt_written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalDeliveryRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    {
      pal_toast (GTK_WIDGET (self), adw_toast_new (_ ("Receipt saved")));
      return;
    }
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (self), _ ("The receipt was not saved"), words);
}

static void
receipt_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalDeliveryRow) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file != NULL)
    g_file_replace_contents_bytes_async (file, pal_outbox_item_get_receipt (self->item), NULL,
                                         FALSE, G_FILE_CREATE_NONE, NULL, receipt_written_cb,
                                         g_object_ref (self));
}

static void
receipt_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_SAVE,
                       .title = _ ("Save the Receipt"),
                       .accept = _ ("_Save"),
                       .name = "palermo.receipt.p7m" };

  pal_pick_file_async (widget, &pick, receipt_picked_cb, g_object_ref (widget));
}

static void
pal_delivery_row_dispose (GObject *object)
{
  PalDeliveryRow *self = PAL_DELIVERY_ROW (object);

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_DELIVERY_ROW);

  G_OBJECT_CLASS (pal_delivery_row_parent_class)->dispose (object);
}

static void
pal_delivery_row_class_init (PalDeliveryRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_delivery_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/send/pal-delivery-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, icon);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, state_label);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, detail_label);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, progress);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, pause_button);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, resume_button);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, receipt_button);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, log_button);
  gtk_widget_class_install_action (widget_class, "delivery.pause", NULL, pause_action);
  gtk_widget_class_install_action (widget_class, "delivery.resume", NULL, resume_action);
  gtk_widget_class_install_action (widget_class, "delivery.receipt", NULL, receipt_action);
  gtk_widget_class_install_action (widget_class, "delivery.log", NULL, log_action);
}

static void
pal_delivery_row_init (PalDeliveryRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pal_delivery_row_new:
 * @item: a delivery
 *
 * Returns: (transfer floating): a row that follows it
 */
GtkWidget *
pal_delivery_row_new (PalOutboxItem *item)
{
  PalDeliveryRow *self = g_object_new (PAL_TYPE_DELIVERY_ROW, NULL);

  self->item = g_object_ref (item);
  g_signal_connect_swapped (item, "changed", G_CALLBACK (update), self);
  update (self);

  return GTK_WIDGET (self);
}
