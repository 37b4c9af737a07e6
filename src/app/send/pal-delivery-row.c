// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-delivery-row"
#include "config.h"

#include "pal-delivery-row.h"

#include "pal-ask.h"
#include "pal-language.h"
#include "pal-locale.h"
#include "pal-pick-file.h"
#include "pal-stick-window.h"
#include "pal-trouble.h"
#include "pal-wrap-layout.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>
#include <string.h>

#define LONGEST_QUOTE 300 /* characters */
#define LOG_WIDTH 300     /* pixels */
#define LOG_HEIGHT 320    /* pixels */
#define UNDO_SECONDS 10

struct _PalDeliveryRow
{
  GtkListBoxRow parent_instance;

  GtkImage *icon;
  GtkLabel *state_label;
  GtkLabel *detail_label;
  GtkLabel *facts_label;
  GtkProgressBar *progress;
  GtkWidget *buttons;
  GtkButton *pause_button;
  GtkButton *resume_button;
  GtkButton *stick_button;
  GtkButton *import_button;
  GtkButton *receipt_button;
  GtkButton *log_button;
  GtkButton *drop_button;

  PalOutbox *outbox;   /* (owned) (nullable) */
  PalOutboxItem *item; /* (owned) */
};

G_DEFINE_FINAL_TYPE (PalDeliveryRow, pal_delivery_row, GTK_TYPE_LIST_BOX_ROW)

/* The computer that an address names. */
static char *
dup_host (const char *url)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL) : NULL;

  return uri != NULL && g_uri_get_host (uri) != NULL ? g_strdup (g_uri_get_host (uri))
                                                     : g_strdup (url != NULL ? url : "");
}

/* Only the practice module is on this computer. */
static gboolean
is_this_computer (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return g_str_equal (host, "localhost")
         || (address != NULL && g_inet_address_get_is_loopback (address));
}

/* Why it waits or has stopped, in plain words. NULL: there is nothing to say. */
static const char *
get_reason_words (PalDeliveryReason reason)
{
  switch (reason)
    {
    case PAL_DELIVERY_REASON_NONE:
      return NULL;
    case PAL_DELIVERY_REASON_NO_CONNECTION:
      return _ ("There is no connection to the module. Palermo tries again by itself.");
    case PAL_DELIVERY_REASON_CUT:
      return _ ("The connection broke off. What has arrived stays there, and Palermo continues "
                "from it by itself.");
    case PAL_DELIVERY_REASON_STALLED:
      return _ ("Nothing has moved for a while. What has arrived stays there, and Palermo "
                "continues from it by itself.");
    case PAL_DELIVERY_REASON_SERVER_BUSY:
      return _ ("The module is busy and asked to try later. Palermo does so by itself.");
    case PAL_DELIVERY_REASON_CERTIFICATE:
      return _ (
          "The module's certificate is not trusted, so nothing was sent. Your answers are safe. "
          "Check the address and the certificates below, or ask the people who run the module.");
    case PAL_DELIVERY_REASON_NOT_ALLOWED:
      return _ ("The module does not let you in. Your answers are safe. Check the access token or "
                "the certificate that identifies you, below.");
    case PAL_DELIVERY_REASON_REDIRECT:
      return _ (
          "The module points to another address. Palermo does not follow, as the archive would "
          "go to somebody else. Your answers are safe. Check the address below.");
    case PAL_DELIVERY_REASON_TOO_LARGE:
      return _ ("The archive is larger than the module takes. Your answers are safe. Save a "
                "signed copy to a stick instead.");
    case PAL_DELIVERY_REASON_PROTOCOL:
      return _ ("The module's answers make no sense. Your answers are safe. Check that the address "
                "below is the right one.");
    case PAL_DELIVERY_REASON_FORGED_RECEIPT:
      return _ ("The receipt was not signed by the module that you trust. Your answers are safe. "
                "Treat the archive as not delivered and call the people who run the module.");
    case PAL_DELIVERY_REASON_ARCHIVE_CHANGED:
      return _ ("The archive on this computer is not the one that was signed, so it was not sent. "
                "Your answers are safe in the dossier; sign and send again.");
    case PAL_DELIVERY_REASON_LOCAL_IO:
      return _ ("The archive could not be read on this computer. Your answers are safe in the "
                "dossier; sign and send again.");
    case PAL_DELIVERY_REASON_PROXY:
      return _ ("The proxy does not let the archive through. Your answers are safe. Look at the "
                "proxy, below, or ask whoever runs your network.");
    case PAL_DELIVERY_REASON_HOURS:
      return _ ("It goes on by itself in the hours that you set, or now if you say so.");
    case PAL_DELIVERY_REASON_METERED:
      return _ ("This connection is metered. It goes on by itself on another one, or now if you "
                "say so.");
    case PAL_DELIVERY_REASON_REFUSED:
      return _ ("The module has looked at the archive and does not take it.");
    case PAL_DELIVERY_REASON_CANCELLED:
    case PAL_DELIVERY_REASON_REPLACED:
      return NULL;
    }

  return NULL;
}

static char *
dup_waiting_words (PalOutboxItem *item)
{
  PalDelivery *delivery = pal_outbox_item_get_delivery (item);
  gint64 next_us = delivery != NULL ? pal_delivery_get_next_try (delivery) : 0;
  g_autoptr (GDateTime) next
      = next_us > 0 ? g_date_time_new_from_unix_local (next_us / G_USEC_PER_SEC) : NULL;
  /* TRANSLATORS: a time of day with seconds, see strftime. */
  g_autofree char *time = next != NULL ? g_date_time_format (next, _ ("%H:%M:%S")) : NULL;

  /* TRANSLATORS: %s is a time of day. */
  return time != NULL ? g_strdup_printf (_ ("Waiting until %s"), time) : g_strdup (_ ("Waiting"));
}

/* What it is now: nothing moves an item without a delivery, whatever it was last. */
static PalDeliveryState
get_state (PalOutboxItem *item)
{
  PalDeliveryState state = pal_outbox_item_get_state (item);

  return pal_outbox_item_get_stage (item) == PAL_OUTBOX_RESTING
                 && !pal_outbox_item_is_settled (item) && state != PAL_DELIVERY_STOPPED
             ? PAL_DELIVERY_PAUSED
             : state;
}

static char *
dup_state_words (PalOutboxItem *item)
{
  switch (get_state (item))
    {
    case PAL_DELIVERY_QUEUED:
      return g_strdup (_ ("Queued"));
    case PAL_DELIVERY_SENDING:
      /* TRANSLATORS: %d is a number of per cent; %% is the sign. */
      return g_strdup_printf (_ ("Sending, %d%%"),
                              (int) (pal_outbox_item_get_progress (item) * 100));
    case PAL_DELIVERY_WAITING:
      return dup_waiting_words (item);
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
    case PAL_DELIVERY_ENDED:
      return g_strdup (_ ("Given up"));
    }

  return g_strdup ("");
}

static const char *
get_icon_name (PalOutboxItem *item)
{
  if (pal_outbox_item_get_stage (item) == PAL_OUTBOX_FAILED)
    return "dialog-warning-symbolic";
  if (get_state (item) == PAL_DELIVERY_ENDED)
    return "action-unavailable-symbolic";
  if (pal_outbox_item_get_stage (item) == PAL_OUTBOX_CARRIED)
    return "drive-removable-media-symbolic";

  switch (get_state (item))
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
    case PAL_DELIVERY_ENDED:
      return "send-to-symbolic";
    }

  return NULL;
}

/* The module's own words are a stranger's: they stand in quotation marks, and cut short. */
static char *
dup_refusal_words (PalOutboxItem *item)
{
  const char *message = pal_outbox_item_get_message (item);
  g_autofree char *valid = message != NULL ? g_utf8_make_valid (message, -1) : NULL;
  g_autofree char *said = NULL;

  if (valid == NULL || *valid == '\0')
    return g_strdup (_ ("The module has looked at the archive and does not take it. Your answers "
                        "are safe in the dossier. Ask the people who run the module."));

  said = g_utf8_strlen (valid, -1) > LONGEST_QUOTE ? g_utf8_substring (valid, 0, LONGEST_QUOTE)
                                                   : g_steal_pointer (&valid);
  g_strdelimit (said, "\n\r\t", ' ');

  /* TRANSLATORS: %s is what the module said, in its own words. */
  return g_strdup_printf (
      _ ("The module has looked at the archive and does not take it. It says: “%s”. Your answers "
         "are safe in the dossier. Mend what it names, then sign and send again."),
      said);
}

static char *
dup_accepted_words (PalOutboxItem *item)
{
  g_autofree char *host = dup_host (pal_outbox_item_get_url (item));

  if (is_this_computer (host))
    return g_strdup (_ ("This was practice: the module is a simulation on this computer, and "
                        "nobody else has received anything. Its signed receipt was checked."));

  return g_strdup (_ ("The module's signed receipt was checked and is kept in the dossier."));
}

/* What the module has cannot be taken back, and it may judge it. */
static char *
dup_given_up_words (PalOutboxItem *item)
{
  goffset sent = pal_outbox_item_get_sent (item);
  goffset size = pal_outbox_item_get_size (item);
  g_autofree char *arrived = NULL;
  g_autofree char *whole = NULL;

  if (sent < 0 || size <= 0)
    return g_strdup (_ ("You gave it up. Part of it, or all of it, may have arrived before. Your "
                        "answers are safe in the dossier."));
  if (sent >= size)
    return g_strdup (_ ("You gave it up after all of it had arrived. The module may take it all "
                        "the same: the people who run it can tell. Your answers are safe in the "
                        "dossier."));
  if (sent == 0)
    return g_strdup (_ ("You gave it up before the module had confirmed any part of it. Your "
                        "answers are safe in the dossier."));

  arrived = pal_locale_dup_size (sent);
  whole = pal_locale_dup_size (size);

  /* TRANSLATORS: two sizes, such as "1.2 MB of 4 MB". */
  return g_strdup_printf (_ ("You gave it up after %s of %s had arrived. An archive that is not "
                             "whole does not count. Your answers are safe in the dossier."),
                          arrived, whole);
}

static char *
dup_reason_words (PalOutboxItem *item)
{
  PalDeliveryReason reason = pal_delivery_get_reason (pal_outbox_item_get_delivery (item));
  g_autofree char *host = dup_host (pal_outbox_item_get_url (item));

  if (reason == PAL_DELIVERY_REASON_NO_CONNECTION && is_this_computer (host))
    return g_strdup (_ ("The practice module does not answer. If it was stopped, start it again "
                        "below."));

  return g_strdup (get_reason_words (reason));
}

static char *
dup_replaced_words (PalOutboxItem *item)
{
  goffset sent = pal_outbox_item_get_sent (item);
  goffset size = pal_outbox_item_get_size (item);

  if (sent == 0)
    return g_strdup (_ ("You sent a newer archive, which takes its place. The module has nothing "
                        "of this one."));
  if (sent > 0 && size > 0 && sent < size)
    return g_strdup (_ ("You sent a newer archive, which takes its place. Some of this one had "
                        "arrived; an archive that is not whole does not count."));

  return g_strdup (_ ("You sent a newer archive, which takes its place. All of this one may have "
                      "arrived before: the people who run the module can tell."));
}

/* What it means, and what to do. */
static char *
dup_detail_words (PalDeliveryRow *self)
{
  PalDelivery *delivery = pal_outbox_item_get_delivery (self->item);
  g_autofree char *host = NULL;

  if (pal_outbox_item_get_stage (self->item) == PAL_OUTBOX_GIVEN_UP)
    return dup_given_up_words (self->item);
  if (pal_outbox_item_get_stage (self->item) == PAL_OUTBOX_REPLACED)
    return dup_replaced_words (self->item);
  if (pal_outbox_get_ahead (self->outbox, self->item) > 0)
    return g_strdup (_ ("Another archive goes to this module first. This one follows by itself."));

  switch (get_state (self->item))
    {
    case PAL_DELIVERY_ACCEPTED:
      return dup_accepted_words (self->item);
    case PAL_DELIVERY_REFUSED:
      return dup_refusal_words (self->item);
    case PAL_DELIVERY_DELIVERED:
      return g_strdup (
          _ ("All has arrived. The module checks the signature and will send a receipt."));
    case PAL_DELIVERY_WAITING:
    case PAL_DELIVERY_STOPPED:
      if (delivery != NULL)
        return dup_reason_words (self->item);
      break;
    case PAL_DELIVERY_QUEUED:
    case PAL_DELIVERY_SENDING:
    case PAL_DELIVERY_PAUSED:
    case PAL_DELIVERY_ENDED:
      break;
    }
  if (delivery != NULL || pal_outbox_get_way (self->outbox, self->item) == PAL_OUTBOX_AGAIN)
    return NULL;

  host = dup_host (pal_outbox_item_get_url (self->item));
  if (is_this_computer (host))
    return g_strdup (_ ("This archive was on its way to the practice module, which is not running. "
                        "Start it below, and it goes on."));

  /* TRANSLATORS: %s is the name of a computer, such as module.example. */
  return g_strdup_printf (_ ("This archive was on its way to %s, which is not the address below. "
                             "It goes on when you set that address again."),
                          host);
}

/* When, where to, how much. */
static char *
dup_facts (PalOutboxItem *item)
{
  gint64 changed_us = pal_outbox_item_get_changed (item);
  g_autoptr (GDateTime) changed = g_date_time_new_from_unix_local (changed_us / G_USEC_PER_SEC);
  g_autofree char *date = pal_language_format_date (changed);
  /* TRANSLATORS: a time of day, see strftime. */
  g_autofree char *time = g_date_time_format (changed, _ ("%H:%M"));
  g_autofree char *host = dup_host (pal_outbox_item_get_url (item));
  g_autofree char *size = pal_locale_dup_size (pal_outbox_item_get_size (item));
  const char *where = is_this_computer (host) ? _ ("practice module on this computer") : host;

  if (g_strcmp0 (pal_outbox_item_get_url (item), PAL_OUTBOX_BY_STICK) == 0)
    /* TRANSLATORS: the way an archive goes, after date and time. */
    where = _ ("by stick");

  if (pal_outbox_item_get_size (item) == 0)
    /* TRANSLATORS: a date, a time of day, the name of a computer. */
    return g_strdup_printf (_ ("%s, %s · %s"), date, time, where);
  if (pal_outbox_item_get_delivery (item) != NULL && !pal_outbox_item_is_settled (item))
    {
      g_autofree char *sent
          = pal_locale_dup_size (pal_delivery_get_sent (pal_outbox_item_get_delivery (item)));

      /* TRANSLATORS: a date, a time of day, the name of a computer, two sizes such as "1.2 MB of
       * 4 MB". */
      return g_strdup_printf (_ ("%s, %s · %s · %s of %s"), date, time, where, sent, size);
    }

  /* TRANSLATORS: a date, a time of day, the name of a computer, a size. */
  return g_strdup_printf (_ ("%s, %s · %s · %s"), date, time, where, size);
}

static gboolean
is_under_way (PalOutboxItem *item)
{
  PalDeliveryState state = pal_outbox_item_get_state (item);

  return pal_outbox_item_get_delivery (item) != NULL
         && (state == PAL_DELIVERY_QUEUED || state == PAL_DELIVERY_SENDING
             || state == PAL_DELIVERY_WAITING || state == PAL_DELIVERY_DELIVERED);
}

static void
show_words (PalDeliveryRow *self)
{
  PalOutboxStage stage = pal_outbox_item_get_stage (self->item);
  g_autofree char *words = NULL;
  g_autofree char *detail = NULL;
  g_autofree char *facts = NULL;

  switch (stage)
    {
    case PAL_OUTBOX_PACKING:
      words = g_strdup (_ ("Packing and signing"));
      break;
    case PAL_OUTBOX_FAILED:
      words = g_strdup (_ ("Not sent"));
      detail = pal_trouble_dup_words (pal_outbox_item_get_trouble (self->item));
      break;
    case PAL_OUTBOX_CARRIED:
      words = g_strdup (pal_outbox_item_was_carried (self->item)
                            ? _ ("On a stick, waiting for the receipt")
                            : _ ("Packed, not on a stick yet"));
      detail = g_strdup (
          pal_outbox_item_was_carried (self->item)
              ? _ ("Bring the stick to the module. What comes back is a file with the receipt: "
                   "import it here.")
              : _ ("Nothing has left this computer. Copy it to a stick and bring that to the "
                   "module."));
      break;
    case PAL_OUTBOX_GIVEN_UP:
      words = g_strdup (_ ("Given up"));
      detail = dup_detail_words (self);
      break;
    case PAL_OUTBOX_REPLACED:
      /* TRANSLATORS: state of an archive: a newer one has taken its place. */
      words = g_strdup (_ ("Replaced"));
      detail = dup_detail_words (self);
      break;
    case PAL_OUTBOX_MOVING:
    case PAL_OUTBOX_RESTING:
      words = dup_state_words (self->item);
      detail = dup_detail_words (self);
      break;
    }
  facts = dup_facts (self->item);

  /* Only what is new: a screen reader says it again otherwise. */
  if (g_strcmp0 (gtk_label_get_text (self->state_label), words) != 0)
    {
      gtk_label_set_text (self->state_label, words);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                      -1);
    }
  pal_wrap_set_text (self->detail_label, detail != NULL ? detail : "");
  gtk_widget_set_visible (GTK_WIDGET (self->detail_label), detail != NULL);
  gtk_label_set_text (self->facts_label, facts);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  detail != NULL ? detail : facts, -1);
}

static char *
dup_resume_label (PalDeliveryRow *self, PalOutboxWay way)
{
  g_autofree char *host = NULL;

  if (way != PAL_OUTBOX_ELSEWHERE)
    return g_strdup (is_under_way (self->item)
                             || pal_outbox_item_get_state (self->item) == PAL_DELIVERY_STOPPED
                         ? _ ("Try Now")
                         : _ ("Go On"));

  host = dup_host (pal_outbox_get_endpoint (self->outbox)->url);

  /* TRANSLATORS: %s is the name of a computer, such as module.example. */
  return is_this_computer (host) ? g_strdup (_ ("Send to the Practice Module"))
                                 : g_strdup_printf (_ ("Send to %s"), host);
}

static GtkWidget *
find_first_button (PalDeliveryRow *self)
{
  GtkWidget *button = gtk_widget_get_first_child (self->buttons);

  while (button != NULL && !gtk_widget_get_visible (button))
    button = gtk_widget_get_next_sibling (button);

  return button;
}

static void
show_buttons (PalDeliveryRow *self)
{
  PalOutboxWay way = pal_outbox_get_way (self->outbox, self->item);
  PalOutboxStage stage = pal_outbox_item_get_stage (self->item);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean was_here
      = focus != NULL
        && (focus == GTK_WIDGET (self) || gtk_widget_is_ancestor (focus, GTK_WIDGET (self)));
  gboolean packing = stage == PAL_OUTBOX_PACKING;
  gboolean kept = pal_outbox_item_was_kept (self->item);
  g_autofree char *label = dup_resume_label (self, way);

  gtk_button_set_label (self->resume_button, label);
  gtk_button_set_label (self->drop_button, kept ? _ ("Give Up…") : _ ("Remove"));
  /* The row itself holds the focus while there is nothing to press. */
  gtk_widget_set_focusable (GTK_WIDGET (self), packing);
  gtk_widget_set_visible (GTK_WIDGET (self->pause_button), is_under_way (self->item));
  gtk_widget_set_visible (GTK_WIDGET (self->resume_button), way != PAL_OUTBOX_STAY);
  gtk_widget_set_visible (GTK_WIDGET (self->stick_button), stage == PAL_OUTBOX_CARRIED);
  gtk_widget_set_visible (GTK_WIDGET (self->import_button),
                          kept && stage != PAL_OUTBOX_FAILED
                              && !pal_outbox_item_is_settled (self->item)
                              && !is_under_way (self->item));
  gtk_widget_set_visible (GTK_WIDGET (self->receipt_button),
                          pal_outbox_item_get_receipt (self->item) != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->log_button), kept);
  gtk_widget_set_visible (GTK_WIDGET (self->drop_button),
                          !packing && !pal_outbox_item_is_settled (self->item));
  /* A button that goes would throw the focus to the top of the page. */
  if (was_here && !gtk_widget_get_focusable (focus))
    focus = NULL;
  if (was_here && (focus == NULL || !gtk_widget_get_visible (focus)))
    {
      GtkWidget *first = find_first_button (self);

      if (first != NULL)
        gtk_widget_grab_focus (first);
    }
}

static void
update (PalDeliveryRow *self)
{
  PalOutboxStage stage = pal_outbox_item_get_stage (self->item);
  gboolean accepted = stage != PAL_OUTBOX_FAILED && get_state (self->item) == PAL_DELIVERY_ACCEPTED;

  show_words (self);
  show_buttons (self);
  gtk_image_set_from_icon_name (self->icon, get_icon_name (self->item));
  if (accepted)
    gtk_widget_add_css_class (GTK_WIDGET (self->icon), "success");
  gtk_progress_bar_set_fraction (self->progress, pal_outbox_item_get_progress (self->item));
  gtk_widget_set_visible (
      GTK_WIDGET (self->progress),
      stage == PAL_OUTBOX_PACKING
          || (stage == PAL_OUTBOX_MOVING
              && (is_under_way (self->item) || get_state (self->item) == PAL_DELIVERY_PAUSED)));
}

static void
pause_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalDeliveryRow *self = PAL_DELIVERY_ROW (widget);

  pal_outbox_pause (self->outbox, self->item);
}

static void
resume_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalDeliveryRow *self = PAL_DELIVERY_ROW (widget);

  pal_outbox_go_on (self->outbox, self->item);
}

static void
drop_answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalDeliveryRow) self = user_data;

  if (!g_str_equal (pal_ask_finish (result), "give-up") || self->outbox == NULL)
    return;

  /* The receipt may have come while the question stood there. */
  if (pal_outbox_item_is_settled (self->item))
    pal_tell (GTK_WIDGET (self), _ ("The module was faster"),
              _ ("It has answered meanwhile, so there is nothing left to give up. The list of "
                 "deliveries says what it answered."));
  else
    pal_outbox_give_up (self->outbox, self->item);
}

/* What has arrived stays there: to give up is not to take back. */
static char *
dup_drop_words (PalOutboxItem *item)
{
  goffset sent = pal_outbox_item_get_sent (item);
  goffset size = pal_outbox_item_get_size (item);
  g_autofree char *arrived = NULL;
  g_autofree char *whole = NULL;

  if (sent < 0 || size <= 0)
    return g_strdup (_ ("Palermo does not send it any more. Part of it, or all of it, may have "
                        "arrived already, and cannot be taken back. Your answers stay as they "
                        "are."));
  if (sent >= size)
    return g_strdup (_ ("All of it has arrived already, and cannot be taken back: the module may "
                        "still take it. Palermo only stops waiting for the receipt. Your answers "
                        "stay as they are."));
  if (sent == 0)
    return g_strdup (_ ("Palermo does not send it any more. The module has not confirmed any part "
                        "of it yet. Your answers stay as they are."));

  arrived = pal_locale_dup_size (sent);
  whole = pal_locale_dup_size (size);

  /* TRANSLATORS: two sizes, such as "1.2 MB of 4 MB". */
  return g_strdup_printf (_ ("Palermo does not send it any more. %s of %s has arrived already, and "
                             "cannot be taken back; an archive that is not whole does not count. "
                             "Your answers stay as they are."),
                          arrived, whole);
}

static void
take_back_cb (AdwToast *toast, PalDeliveryRow *self)
{
  if (self->outbox != NULL)
    pal_outbox_take_back (self->outbox, self->item);
}

/* Nothing has left this computer: no question is needed where there is a way back. */
static void
give_up_with_undo (PalDeliveryRow *self)
{
  AdwToast *toast = adw_toast_new (_ ("Delivery given up"));

  pal_outbox_give_up (self->outbox, self->item);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (take_back_cb), self, 0);
  pal_toast (GTK_WIDGET (self), toast);
}

static void
drop_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalDeliveryRow *self = PAL_DELIVERY_ROW (widget);
  const PalAskChoice choices[] = {
    { "keep", _ ("_Keep It"), ADW_RESPONSE_DEFAULT },
    { "give-up", _ ("_Give Up"), ADW_RESPONSE_DESTRUCTIVE },
  };
  g_autofree char *words = NULL;

  /* It never became an archive. */
  if (!pal_outbox_item_was_kept (self->item))
    {
      pal_outbox_give_up (self->outbox, self->item);
      return;
    }
  if (pal_outbox_item_get_delivery (self->item) != NULL && !pal_outbox_item_has_begun (self->item))
    {
      give_up_with_undo (self);
      return;
    }
  words = dup_drop_words (self->item);
  pal_ask_async (widget, _ ("Give up this delivery?"), words, choices, G_N_ELEMENTS (choices),
                 drop_answered_cb, g_object_ref (self));
}

/* "2026-11-22T08:20:43.173Z all bytes have arrived" with the time as people here tell it. */
static char *
dup_local_line (const char *line)
{
  const char *space = strchr (line, ' ');
  g_autofree char *stamp = space != NULL ? g_strndup (line, space - line) : NULL;
  g_autoptr (GDateTime) time = stamp != NULL ? g_date_time_new_from_iso8601 (stamp, NULL) : NULL;
  g_autoptr (GDateTime) local = time != NULL ? g_date_time_to_local (time) : NULL;
  g_autofree char *words = local != NULL ? g_date_time_format (local, "%F %T") : NULL;

  return words != NULL ? g_strconcat (words, space, NULL) : g_strdup (line);
}

static void
log_written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalDeliveryRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    {
      pal_toast (GTK_WIDGET (self), adw_toast_new (_ ("Log saved")));
      return;
    }
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (self), _ ("The log was not saved"), words);
}

/* As it is kept, with the time in UTC: whoever helps may be elsewhere. */
static void
log_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalDeliveryRow) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);
  g_autoptr (GPtrArray) log = NULL;
  g_autoptr (GString) text = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (file == NULL || self->item == NULL)
    return;
  log = pal_outbox_item_dup_log (self->item);
  text = g_string_new (NULL);
  for (guint i = 0; i < log->len; i++)
    g_string_append_printf (text, "%s\n", (const char *) g_ptr_array_index (log, i));
  bytes = g_string_free_to_bytes (g_steal_pointer (&text));
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                       log_written_cb, g_object_ref (self));
}

static void
log_response_cb (AdwMessageDialog *dialog, const char *response, PalDeliveryRow *self)
{
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_SAVE,
                       .title = _ ("Save the Log"),
                       .accept = _ ("_Save"),
                       .name = "palermo.log.txt" };

  if (g_str_equal (response, "save"))
    pal_pick_file_async (GTK_WIDGET (self), &pick, log_picked_cb, g_object_ref (self));
}

static void
log_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalDeliveryRow *self = PAL_DELIVERY_ROW (widget);
  g_autoptr (GPtrArray) log = pal_outbox_item_dup_log (self->item);
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));
  GtkWidget *dialog = adw_message_dialog_new (window, _ ("What happened so far"), NULL);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *label = gtk_label_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < log->len; i++)
    {
      g_autofree char *line = dup_local_line (g_ptr_array_index (log, i));

      g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", line);
    }
  /* Technical English, for whoever helps: it can be copied. */
  gtk_label_set_text (GTK_LABEL (label), text->str);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_widget_set_direction (label, GTK_TEXT_DIR_LTR);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("What happened so far"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), label);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_width (GTK_SCROLLED_WINDOW (scroller), LOG_WIDTH);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), LOG_HEIGHT);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), scroller);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"), "save",
                                    _ ("_Save the Log…"), NULL);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  g_signal_connect_object (dialog, "response", G_CALLBACK (log_response_cb), self, 0);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "close");
  gtk_window_present (GTK_WINDOW (dialog));
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
stick_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalDeliveryRow *self = PAL_DELIVERY_ROW (widget);

  pal_stick_window_show (widget, self->outbox, self->item);
}

static char *
dup_import_trouble (const GError *error)
{
  if (g_error_matches (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID)
      || g_error_matches (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED))
    return g_strdup (_ ("This is not a receipt of the module for this archive: it is about "
                        "another one, was signed by somebody else, or was altered. Nothing was "
                        "changed."));
  if (g_error_matches (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY))
    return g_strdup (_ ("Without the module's certificate for receipts nobody can say whether "
                        "this one is real. Set it below first. Nothing was changed."));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    return g_strdup (_ ("The module's receipt for this archive is here already, and this one does "
                        "not take its place. Nothing was changed."));

  return pal_trouble_dup_words (error);
}

static void
import_taken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalDeliveryRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  PalDeliveryState state = PAL_DELIVERY_QUEUED;

  if (pal_outbox_take_receipt_finish (result, &state, &error))
    {
      if (state == PAL_DELIVERY_DELIVERED && self->outbox != NULL)
        pal_tell (GTK_WIDGET (self), _ ("The module has it, and has not checked it yet"),
                  _ ("This receipt says only that all of it has arrived. Another one will say "
                     "whether it is accepted."));
      return;
    }
  if (self->outbox == NULL)
    return; /* the page went away */
  words = dup_import_trouble (error);
  pal_tell (GTK_WIDGET (self), _ ("The receipt was not taken"), words);
}

static void
import_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalDeliveryRow) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL && self->outbox != NULL && !pal_outbox_item_is_settled (self->item))
    pal_outbox_take_receipt_async (self->outbox, self->item, path, import_taken_cb,
                                   g_object_ref (self));
}

static void
import_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_OPEN,
                       .title = _ ("Import a Receipt"),
                       .filter_name = _ ("Receipts"),
                       .pattern = "*.p7m" };

  pal_pick_file_async (widget, &pick, import_picked_cb, g_object_ref (widget));
}

static void
pal_delivery_row_dispose (GObject *object)
{
  PalDeliveryRow *self = PAL_DELIVERY_ROW (object);

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);
  g_clear_object (&self->outbox);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_DELIVERY_ROW);

  G_OBJECT_CLASS (pal_delivery_row_parent_class)->dispose (object);
}

static void
pal_delivery_row_class_init (PalDeliveryRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_delivery_row_dispose;

  g_type_ensure (PAL_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/send/pal-delivery-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, icon);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, state_label);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, detail_label);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, facts_label);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, progress);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, buttons);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, pause_button);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, resume_button);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, stick_button);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, import_button);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, receipt_button);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, log_button);
  gtk_widget_class_bind_template_child (widget_class, PalDeliveryRow, drop_button);
  gtk_widget_class_install_action (widget_class, "delivery.pause", NULL, pause_action);
  gtk_widget_class_install_action (widget_class, "delivery.resume", NULL, resume_action);
  gtk_widget_class_install_action (widget_class, "delivery.receipt", NULL, receipt_action);
  gtk_widget_class_install_action (widget_class, "delivery.stick", NULL, stick_action);
  gtk_widget_class_install_action (widget_class, "delivery.import", NULL, import_action);
  gtk_widget_class_install_action (widget_class, "delivery.log", NULL, log_action);
  gtk_widget_class_install_action (widget_class, "delivery.drop", NULL, drop_action);
}

static void
pal_delivery_row_init (PalDeliveryRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pal_delivery_row_new:
 * @outbox: the outbox
 * @item: a delivery of it
 *
 * Returns: (transfer floating): a row that follows it
 */
GtkWidget *
pal_delivery_row_new (PalOutbox *outbox, PalOutboxItem *item)
{
  PalDeliveryRow *self = g_object_new (PAL_TYPE_DELIVERY_ROW, NULL);

  self->outbox = g_object_ref (outbox);
  self->item = g_object_ref (item);
  g_signal_connect_swapped (item, "changed", G_CALLBACK (update), self);
  update (self);

  return GTK_WIDGET (self);
}
