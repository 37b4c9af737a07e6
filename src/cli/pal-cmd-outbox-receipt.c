// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-outbox-receipt"
#include "config.h"

#include "pal-cli-delivery.h"
#include "pal-verbs.h"

#include "pal-delivery-receipt.h"

#include <stdio.h>

static int
take (const char *dir, const PalDeliveryFile *file, const char *receipt_path, const char *trust,
      gboolean json)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = g_filename_display_name (receipt_path);
  g_autoptr (PalReceipt) receipt = pal_delivery_take_receipt (dir, file->sha256, file->size,
                                                              receipt_path, trust, NULL, &error);
  const char *status;

  if (receipt == NULL)
    return pal_cli_fail_error (error, shown);
  status = pal_receipt_status_to_string (receipt->status);
  if (json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "status", status);
      pal_cli_add_string (builder, "sha256", receipt->archive_sha256);
      pal_cli_add_string (builder, "message", receipt->message);
      json_builder_end_object (builder);
      pal_cli_print (builder);
    }
  else
    puts (status);
  switch (receipt->status)
    {
    case PAL_RECEIPT_ACCEPTED:
      return PAL_EXIT_OK;
    case PAL_RECEIPT_RECEIVED:
      return PAL_EXIT_LATER;
    case PAL_RECEIPT_REFUSED:
      break;
    }

  return PAL_EXIT_INVALID;
}

/**
 * pal_cmd_outbox_receipt:
 * @argc: number of words
 * @argv: the verb and its words
 *
 * outbox receipt NAME|DIR FILE: closes a delivery with a receipt that came on another way. One that
 * is forged, of another archive or of another module changes nothing.
 *
 * Returns: 0 accepted, 2 refused or no receipt of this archive, 3 no receipt, 66 no such delivery,
 * 75 received and not checked yet
 */
int
pal_cmd_outbox_receipt (int argc, char **argv)
{
  g_autofree char *trust = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "module-cert", 0, 0, G_OPTION_ARG_FILENAME, &trust, "The module's certificate", "PEM" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Answer as JSON", NULL },
    { NULL },
  };
  g_autoptr (PalDeliveryFile) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 2, 2, &code))
    return code;
  if (trust == NULL)
    return pal_cli_fail (PAL_EXIT_USAGE, "outbox receipt wants --module-cert PEM");
  dir = pal_cli_delivery_dup_dir (argv[1]);
  file = pal_delivery_file_load (dir, &error);
  if (file == NULL)
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", argv[1], error->message);
  if (file->sha256 == NULL)
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: nothing was sent from here yet", argv[1]);

  return take (dir, file, argv[2], trust, json);
}
