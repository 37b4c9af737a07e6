// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-delivery-notice"
#include "config.h"

#include "pal-delivery-notice.h"

#include "pal-outbox.h"
#include "pal-send-page.h"

#include <glib/gi18n.h>

#define TOLD_KEY "pal-told-state"
#define PATH_KEY "pal-notice-path"

/* Pages that are not shown are not looked into: a questionnaire is large. */
static gboolean
shows_page (GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  if (PAL_IS_SEND_PAGE (widget))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (shows_page (child))
      return TRUE;

  return FALSE;
}

static gboolean
is_looked_at (GtkWidget *view)
{
  GtkRoot *root = gtk_widget_get_root (view);

  return GTK_IS_WINDOW (root) && gtk_window_is_active (GTK_WINDOW (root)) && shows_page (view);
}

/* Returns: (transfer full) (nullable): NULL when it is nothing to call somebody for */
static GNotification *
make_notification (PalDeliveryState state)
{
  GNotification *notification = NULL;

  switch (state)
    {
    case PAL_DELIVERY_ACCEPTED:
      notification = g_notification_new (_ ("An archive was accepted"));
      g_notification_set_body (
          notification, _ ("The module's signed receipt was checked and is kept in the dossier."));
      break;
    case PAL_DELIVERY_REFUSED:
      notification = g_notification_new (_ ("An archive was refused"));
      g_notification_set_body (
          notification,
          _ ("The module has looked at the archive and does not take it. Your answers "
             "are safe in the dossier. Ask the people who run the module."));
      break;
    case PAL_DELIVERY_STOPPED:
      notification = g_notification_new (_ ("An archive has stopped on its way"));
      g_notification_set_body (notification,
                               _ ("It does not go on by itself. Your answers are safe. The list of "
                                  "deliveries says what to do."));
      g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
      break;
    case PAL_DELIVERY_QUEUED:
    case PAL_DELIVERY_SENDING:
    case PAL_DELIVERY_WAITING:
    case PAL_DELIVERY_PAUSED:
    case PAL_DELIVERY_DELIVERED:
    case PAL_DELIVERY_ENDED:
      break;
    }

  return notification;
}

static void
settle_cb (PalOutboxItem *item, GtkWidget *view)
{
  GApplication *application = g_application_get_default ();
  const char *path = g_object_get_data (G_OBJECT (view), PATH_KEY);
  PalDeliveryState state = pal_outbox_item_get_state (item);
  PalDeliveryState told = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (item), TOLD_KEY));
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *id = NULL;

  if (state == told || application == NULL)
    return;
  g_object_set_data (G_OBJECT (item), TOLD_KEY, GUINT_TO_POINTER (state));
  id = g_strconcat ("delivery-", pal_outbox_item_get_id (item), NULL);
  notification = is_looked_at (view) ? NULL : make_notification (state);
  if (notification == NULL)
    {
      /* What was told of it before is over. */
      g_application_withdraw_notification (application, id);
      return;
    }

  g_notification_set_default_action_and_target (notification, "app.show-deliveries", "s", path);
  g_application_send_notification (application, id, notification);
}

static void
items_changed_cb (GListModel *outbox, guint position, guint n_removed, guint n_added,
                  GtkWidget *view)
{
  for (guint i = position; i < position + n_added; i++)
    {
      g_autoptr (PalOutboxItem) item = g_list_model_get_item (outbox, i);

      /* What it was before is no news. */
      g_object_set_data (G_OBJECT (item), TOLD_KEY,
                         GUINT_TO_POINTER (pal_outbox_item_get_state (item)));
      g_signal_connect_object (item, "settle", G_CALLBACK (settle_cb), view, 0);
    }
}

void
pal_delivery_notice_install (GtkWidget *view, PalSession *session)
{
  GListModel *outbox = G_LIST_MODEL (pal_outbox_of_session (session));

  g_object_set_data_full (G_OBJECT (view), PATH_KEY, g_strdup (pal_session_get_path (session)),
                          g_free);
  g_signal_connect_object (outbox, "items-changed", G_CALLBACK (items_changed_cb), view, 0);
  items_changed_cb (outbox, 0, 0, g_list_model_get_n_items (outbox), view);
}
