// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-outbox"
#include "config.h"

#include "pal-cli-delivery.h"
#include "pal-cli-endpoint.h"
#include "pal-cli.h"
#include "pal-verbs.h"

#include "pal-paths.h"
#include "pal-text.h"

#include <stdio.h>
#include <string.h>

#define MAX_SHOWN 300

typedef struct
{
  char *dir;
  PalDeliveryFile *file;
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  g_free (found->dir);
  pal_delivery_file_free (found->file);
  g_free (found);
}

/* In the order in which they were sent, and by name where that is not known. */
static int
compare_places_cb (gconstpointer a, gconstpointer b)
{
  const Found *one = *(const Found *const *) a;
  const Found *other = *(const Found *const *) b;

  if (one->file->queued_us != other->file->queued_us)
    return one->file->queued_us < other->file->queued_us ? -1 : 1;

  return strcmp (one->dir, other->dir);
}

static GPtrArray *
list_deliveries (const char *root)
{
  GPtrArray *deliveries = g_ptr_array_new_with_free_func (found_free);
  g_autoptr (GDir) dir = g_dir_open (root, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (root, name, NULL);
      g_autoptr (PalDeliveryFile) file = pal_delivery_file_load (path, NULL);
      Found *found = NULL;

      if (file == NULL)
        continue;
      found = g_new0 (Found, 1);
      found->dir = g_steal_pointer (&path);
      found->file = g_steal_pointer (&file);
      g_ptr_array_add (deliveries, found);
    }
  g_ptr_array_sort (deliveries, compare_places_cb);

  return deliveries;
}

/**
 * pal_cmd_outbox_list:
 *
 * outbox list: what is on its way, what arrived, in the order in which it was sent.
 *
 * Returns: 0, or 64
 */
int
pal_cmd_outbox_list (int argc, char **argv)
{
  g_autofree char *root = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[]
      = { { "state", 0, 0, G_OPTION_ARG_FILENAME, &root,
            "Folder whose folders are deliveries (default: the outbox)", "DIR" },
          { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL },
          { NULL } };
  g_autoptr (GPtrArray) deliveries = NULL;
  g_autoptr (JsonNode) list = json_node_new (JSON_NODE_ARRAY);
  int code = 0;

  if (!pal_cli_parse (&argc, &argv, entries, 0, 0, &code))
    return code;
  if (root == NULL)
    root = pal_paths_dup_state_dir ("outbox");
  json_node_take_array (list, json_array_new ());
  deliveries = list_deliveries (root);
  for (guint i = 0; i < deliveries->len; i++)
    {
      const Found *found = g_ptr_array_index (deliveries, i);
      const PalDeliveryFile *file = found->file;
      g_autofree char *name = NULL;
      g_autofree char *printable = NULL;

      if (json)
        {
          json_array_add_element (json_node_get_array (list),
                                  pal_cli_delivery_describe (file, found->dir));
          continue;
        }
      name = g_path_get_basename (found->dir);
      printable = pal_text_dup_printable (name, MAX_SHOWN);
      printf ("%-10s %3d %%  %s\n", pal_delivery_state_to_string (file->state),
              file->size > 0 ? (int) (file->sent * 100 / file->size) : 0, printable);
    }
  if (json)
    pal_cli_print_json (list);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_outbox_log:
 *
 * outbox log NAME|DIR: what happened to one delivery.
 *
 * Returns: 0, 64, or 66 when there is no such delivery
 */
int
pal_cmd_outbox_log (int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[]
      = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL }, { NULL } };
  g_autofree char *dir = NULL;
  g_autoptr (PalDeliveryFile) file = NULL;
  g_autoptr (GPtrArray) log = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) list = json_node_new (JSON_NODE_ARRAY);
  int code = 0;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  dir = pal_cli_delivery_dup_dir (argv[1]);
  file = pal_delivery_file_load (dir, &error);
  if (file == NULL)
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", argv[1], error->message);

  json_node_take_array (list, json_array_new ());
  log = pal_delivery_file_load_log (dir);
  for (guint i = 0; i < log->len; i++)
    {
      g_autofree char *printable = pal_text_dup_printable (log->pdata[i], 1000);

      if (json)
        json_array_add_string_element (json_node_get_array (list), printable);
      else
        puts (printable);
    }
  if (json)
    pal_cli_print_json (list);

  return PAL_EXIT_OK;
}

/**
 * pal_cmd_outbox_cancel:
 *
 * outbox cancel NAME|DIR: ends a delivery for good. With --endpoint, the module is asked to let go
 * of what it has.
 *
 * Returns: 0 when it has ended; 1 when the module had accepted it before; 2 when it had refused it;
 * 64, 66; 75 when another program is sending it
 */
int
pal_cmd_outbox_cancel (int argc, char **argv)
{
  g_auto (PalCliEndpointOptions) options = PAL_CLI_ENDPOINT_OPTIONS_INIT;
  gboolean json = FALSE;
  const GOptionEntry entries[]
      = { PAL_CLI_ENDPOINT_ENTRIES (options),
          { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print the result as JSON", NULL },
          { NULL } };
  g_autoptr (PalEndpoint) endpoint = NULL;
  g_autoptr (PalDeliveryFile) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = NULL;
  PalDeliveryState state;
  int code = 0;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;
  if (options.endpoint != NULL)
    {
      endpoint = pal_cli_endpoint_make (&options, &code);
      if (endpoint == NULL)
        return code;
    }
  dir = pal_cli_delivery_dup_dir (argv[1]);
  if (!pal_cli_delivery_cancel (dir, endpoint, NULL, &state, &error))
    return pal_cli_fail (PAL_EXIT_NO_INPUT, "%s: %s", argv[1], error->message);
  file = json ? pal_delivery_file_load (dir, NULL) : NULL;
  if (file != NULL)
    {
      g_autoptr (JsonNode) node = pal_cli_delivery_describe (file, dir);

      pal_cli_print_json (node);
    }

  switch (state)
    {
    case PAL_DELIVERY_ENDED:
      return PAL_EXIT_OK;
    case PAL_DELIVERY_ACCEPTED:
      return pal_cli_fail (PAL_EXIT_INDETERMINATE, "the module has accepted it already");
    case PAL_DELIVERY_REFUSED:
      return pal_cli_fail (PAL_EXIT_INVALID, "the module has refused it already");
    case PAL_DELIVERY_QUEUED:
    case PAL_DELIVERY_SENDING:
    case PAL_DELIVERY_WAITING:
    case PAL_DELIVERY_PAUSED:
    case PAL_DELIVERY_DELIVERED:
    case PAL_DELIVERY_STOPPED:
      break;
    }

  return pal_cli_fail (PAL_EXIT_LATER, "another program is sending it; end that one first");
}
