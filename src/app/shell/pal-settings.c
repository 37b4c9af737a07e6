// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-settings"
#include "config.h"

#include "pal-settings.h"

#include "pal-paths.h"

static GSettingsSchema *
find_in (const char *folder)
{
  GSettingsSchemaSource *system = g_settings_schema_source_get_default ();
  g_autoptr (GError) error = NULL;
  GSettingsSchemaSource *source
      = g_settings_schema_source_new_from_directory (folder, system, TRUE, &error);
  GSettingsSchema *schema;

  if (source == NULL)
    return NULL;

  schema = g_settings_schema_source_lookup (source, PALERMO_APP_ID, FALSE);
  g_settings_schema_source_unref (source);

  return schema;
}

/**
 * pal_settings_new:
 *
 * Opens the settings. The schema is taken from beside the program (a build folder, a prefix that
 * XDG_DATA_DIRS does not name) or from the system.
 *
 * Returns: (transfer full): settings of the schema app.palermo.Palermo
 */
GSettings *
pal_settings_new (void)
{
  g_autofree char *built = pal_paths_dup_data_file ("gschemas.compiled");
  g_autofree char *build_folder = g_path_get_dirname (built);
  g_autofree char *installed = pal_paths_dup_installed (PALERMO_DATADIR "/glib-2.0/schemas");
  g_autoptr (GSettingsSchema) schema = find_in (build_folder);

  if (schema == NULL)
    schema = find_in (installed);
  if (schema != NULL)
    return g_settings_new_full (schema, NULL, NULL);

  return g_settings_new (PALERMO_APP_ID);
}
