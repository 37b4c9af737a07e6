// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-endpoint-open"
#include "config.h"

#include "pal-endpoint-open.h"

#include "pal-ask.h"
#include "pal-certificate-info.h"
#include "pal-endpoint-store.h"
#include "pal-known-signers.h"
#include "pal-language.h"
#include "pal-pick-file.h"
#include "pal-settings.h"
#include "pal-text.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_SIGNER 200 /* bytes */

/* One endpoint file on its way. */
typedef struct
{
  GtkWindow *window;            /* (owned) */
  PalEndpointCard *card;        /* (owned) */
  PalEndpointCard *here;        /* (owned) (nullable): the one of that id */
  PalEndpointStanding standing; /* found in a thread */
  gboolean is_known;            /* its signer */
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_object_unref (opening->window);
  pal_endpoint_card_unref (opening->card);
  g_clear_pointer (&opening->here, pal_endpoint_card_unref);
  g_free (opening);
}

/* --- keeping it ------------------------------------------------------------------------------- */

static void
keep_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Opening *opening = task_data;
  GError *error = NULL;

  /* Who said yes to another key has seen both. */
  if (pal_endpoint_store_keep (opening->card, opening->standing == PAL_ENDPOINT_STANDING_OTHER_KEY,
                               &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Opening *opening = g_task_get_task_data (G_TASK (result));
  g_autoptr (GSettings) settings = pal_settings_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      /* The same one again, in a newer file, is a change as well. */
      g_settings_set_string (settings, "endpoint-id", "");
      g_settings_set_string (settings, "endpoint-id", opening->card->id);
      pal_toast (GTK_WIDGET (opening->window),
                 adw_toast_new (_ ("Archives that you send go to this endpoint now")));
      return;
    }
  g_info ("an endpoint was not kept: %s", error->message);
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (opening->window), _ ("The endpoint cannot be kept"), words);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Opening *opening = user_data;
  g_autoptr (GTask) task = NULL;

  if (g_strcmp0 (pal_ask_finish (result), "use") != 0)
    {
      opening_free (opening);
      return;
    }
  task = g_task_new (NULL, NULL, kept_cb, NULL);
  g_task_set_source_tag (task, kept_cb);
  g_task_set_task_data (task, opening, opening_free);
  g_task_run_in_thread (task, keep_in_thread);
}

/* --- asking ----------------------------------------------------------------------------------- */

static char *
dup_what_it_says (Opening *opening)
{
  const PalEndpointCard *card = opening->card;
  g_autofree char *printable = pal_text_dup_printable (card->signer, MAX_SIGNER);
  g_autofree char *name
      = pal_text_dup_isolated (pal_endpoint_card_get_name (card, pal_language_get ()));
  g_autofree char *url = pal_text_dup_isolated (card->url);
  g_autofree char *signer = pal_text_dup_isolated (printable);
  g_autofree char *spoken = pal_certificate_dup_spoken_fingerprint (card->signer_fingerprint);
  g_autofree char *module = pal_certificate_dup_spoken_fingerprint (card->module_fingerprint);
  g_autofree char *signer_digits = pal_text_dup_isolated (spoken);
  g_autofree char *module_digits = pal_text_dup_isolated (module);

  return g_strdup_printf (
      /* TRANSLATORS: in this order: what the endpoint is called, its address, who signed the file,
       * the fingerprint of that signer, the fingerprint of the module's certificate. */
      _ ("Archives that you send would go to:\n%s\n%s\n\nSigned by %s, fingerprint:\n%s\n\n"
         "Receipts count if they are signed with:\n%s"),
      name, url, signer, signer_digits, module_digits);
}

static const char *
get_advice (const Opening *opening)
{
  switch (opening->standing)
    {
    case PAL_ENDPOINT_STANDING_OTHER_KEY:
      return _ ("Be careful: the endpoint that you have was signed with another key. Unless the "
                "people who run the module told you so, somebody else may want your archives.");
    case PAL_ENDPOINT_STANDING_NEWER:
      return _ ("The same key signed the endpoint that you have. This file is newer and takes its "
                "place.");
    case PAL_ENDPOINT_STANDING_NEW:
    case PAL_ENDPOINT_STANDING_SAME:
    case PAL_ENDPOINT_STANDING_OLDER:
      break;
    }

  return opening->is_known
             ? _ ("This signer is known on this computer. Nothing is sent until you send it.")
             : _ ("This signer is not known on this computer. Before you say yes, compare the "
                  "fingerprint with the people who run the module, by telephone or in person. "
                  "Nothing is sent until you send it.");
}

static void
ask (Opening *opening)
{
  gboolean is_other = opening->standing == PAL_ENDPOINT_STANDING_OTHER_KEY;
  const PalAskChoice choices[] = {
    { "cancel", _ ("_Cancel"), ADW_RESPONSE_DEFAULT },
    { "use", is_other ? _ ("_Use It All the Same") : _ ("_Use This Endpoint"),
      is_other ? ADW_RESPONSE_DESTRUCTIVE : ADW_RESPONSE_SUGGESTED },
  };
  g_autofree char *says = dup_what_it_says (opening);
  g_autofree char *body = g_strconcat (says, "\n\n", get_advice (opening), NULL);

  pal_ask_async (GTK_WIDGET (opening->window),
                 is_other ? _ ("Another key signed this endpoint")
                          : _ ("Shall archives go to this endpoint?"),
                 body, choices, G_N_ELEMENTS (choices), answered_cb, opening);
}

static void
compare_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Opening *opening = task_data;
  g_autoptr (PalKnownSigner) known = pal_known_signers_find (opening->card->signer_fingerprint);

  opening->standing = pal_endpoint_store_compare (opening->card, &opening->here);
  opening->is_known
      = known != NULL || pal_endpoint_store_knows_signer (opening->card->signer_fingerprint);
  g_task_return_boolean (task, TRUE);
}

static void
compared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Opening *opening = user_data;

  if (opening->standing == PAL_ENDPOINT_STANDING_OLDER)
    {
      pal_tell (GTK_WIDGET (opening->window), _ ("You have a newer file of this endpoint"),
                _ ("Nothing was changed."));
      opening_free (opening);
      return;
    }
  ask (opening);
}

/**
 * pal_endpoint_open_card:
 * @window: where it was opened
 * @card: what the file says
 */
void
pal_endpoint_open_card (GtkWindow *window, PalEndpointCard *card)
{
  Opening *opening = g_new0 (Opening, 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, compared_cb, opening);

  opening->window = g_object_ref (window);
  opening->card = pal_endpoint_card_ref (card);
  g_task_set_source_tag (task, pal_endpoint_open_card);
  g_task_set_task_data (task, opening, NULL);
  g_task_run_in_thread (task, compare_in_thread);
}

/* --- picking one ------------------------------------------------------------------------------ */

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWindow) window = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalEndpointCard) card = pal_endpoint_package_read_finish (result, &error);
  g_autofree char *words = NULL;

  if (card != NULL)
    {
      pal_endpoint_open_card (window, card);
      return;
    }
  g_info ("an endpoint file cannot be used: %s", error->message);
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (window), _ ("This endpoint file cannot be used"), words);
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = pal_pick_file_finish (result);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (source));

  if (file != NULL && g_file_peek_path (file) != NULL && GTK_IS_WINDOW (root))
    pal_endpoint_package_read_async (g_file_peek_path (file), NULL, read_cb, g_object_ref (root));
}

void
pal_endpoint_open_pick (GtkWidget *widget)
{
  const PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_OPEN,
                             .title = _ ("Open an Endpoint File"),
                             .accept = _ ("_Open"),
                             .filter_name = _ ("Endpoint files"),
                             .pattern = "*.asice" };

  pal_pick_file_async (widget, &pick, picked_cb, NULL);
}
