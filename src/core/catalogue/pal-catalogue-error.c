// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-catalogue"
#include "config.h"

#include "pal-catalogue-private.h"

typedef struct
{
  guint line;
  char *detail; /* (nullable) */
} PalCatalogueErrorPrivate;

static void
pal_catalogue_error_private_init (PalCatalogueErrorPrivate *private)
{
}

static void
pal_catalogue_error_private_copy (const PalCatalogueErrorPrivate *from,
                                  PalCatalogueErrorPrivate *to)
{
  to->line = from->line;
  to->detail = g_strdup (from->detail);
}

static void
pal_catalogue_error_private_clear (PalCatalogueErrorPrivate *private)
{
  g_free (private->detail);
}

G_DEFINE_EXTENDED_ERROR (PalCatalogueError, pal_catalogue_error)

void
pal_catalogue_set_error (GError **error, PalCatalogueError code, const char *name, guint line,
                         const char *detail, const char *format, ...)
{
  g_autofree char *why = NULL;
  va_list args;

  if (error == NULL)
    return;
  va_start (args, format);
  why = g_strdup_vprintf (format, args);
  va_end (args);
  if (line > 0)
    g_set_error (error, PAL_CATALOGUE_ERROR, code, "%s:%u: %s", name, line, why);
  else
    g_set_error (error, PAL_CATALOGUE_ERROR, code, "%s: %s", name, why);
  pal_catalogue_error_get_private (*error)->line = line;
  pal_catalogue_error_get_private (*error)->detail = g_strdup (detail);
}

/**
 * pal_catalogue_error_get_line:
 * @error: an error
 *
 * Returns: the line of the file that is to blame, from 1; 0 when none is, and for other errors
 */
guint
pal_catalogue_error_get_line (const GError *error)
{
  return error->domain == PAL_CATALOGUE_ERROR ? pal_catalogue_error_get_private (error)->line : 0;
}

/**
 * pal_catalogue_error_get_detail:
 * @error: an error
 *
 * Returns: (nullable): what a sentence should name: a placeholder, a language, a charset
 */
const char *
pal_catalogue_error_get_detail (const GError *error)
{
  return error->domain == PAL_CATALOGUE_ERROR ? pal_catalogue_error_get_private (error)->detail
                                              : NULL;
}
