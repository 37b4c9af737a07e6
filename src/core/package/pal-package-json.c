// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-package-json"
#include "config.h"

#include "pal-package-json.h"

#include "pal-clock.h"

/**
 * pal_package_json_add_string:
 * @builder: within an object
 * @name: of the member
 * @value: (nullable): its value; nothing and "" are null
 */
void
pal_package_json_add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL && *value != '\0')
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

/**
 * pal_package_json_add_time:
 * @builder: within an object
 * @name: of the member
 * @time_us: microseconds since 1970, UTC; 0: null
 *
 * As RFC 3339 writes it.
 */
void
pal_package_json_add_time (JsonBuilder *builder, const char *name, gint64 time_us)
{
  g_autofree char *text = time_us > 0 ? pal_clock_format_rfc3339 (time_us) : NULL;

  pal_package_json_add_string (builder, name, text);
}

/**
 * pal_package_json_print:
 * @builder: what was built, whole
 *
 * Returns: (transfer full): the text of it
 */
char *
pal_package_json_print (JsonBuilder *builder)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = json_builder_get_root (builder);

  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);

  return json_generator_to_data (generator, NULL);
}

/**
 * pal_package_json_end:
 * @builder: within the outermost object
 *
 * Adds the program that makes the package, and ends the object.
 *
 * Returns: (transfer full): the text of it
 */
char *
pal_package_json_end (JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "program");
  json_builder_begin_object (builder);
  pal_package_json_add_string (builder, "name", "Palermo");
  pal_package_json_add_string (builder, "version", PALERMO_VERSION);
  json_builder_end_object (builder);
  json_builder_end_object (builder);

  return pal_package_json_print (builder);
}
