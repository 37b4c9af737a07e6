// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-office"

#include "config.h"

#include "pal-office-private.h"

#include "pal-bundle.h"
#include "pal-regular-file.h"

#include <string.h>
#include <unistd.h>

#define TYPES_PART "[Content_Types].xml"
#define TYPES_MAX_BYTES (1024 * 1024)

static const PalBundleLimits limits = {
  .max_archive_bytes = PAL_OFFICE_MAX_BYTES,
  .max_entries = 4096,
  .max_entry_bytes = 64 * 1024 * 1024,
  .max_total_bytes = TYPES_MAX_BYTES,
  .max_ratio = 400,
};

/* A format is a row. */
static const struct
{
  const char *name;
  const char *media_type;
  const char *main_part; /* (nullable): what the table of contents calls its main part */
  GBytes *(*make) (PalOfficeModel *model, GError **error);
  gboolean (*read) (PalOfficeAnswers *answers, GBytes *bytes, GError **error); /* (nullable) */
} formats[] = {
  [PAL_OFFICE_XLSX] = { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                        ".sheet.main+xml", pal_office_xlsx_make, pal_office_xlsx_read },
  [PAL_OFFICE_DOCX]
  = { "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      ".document.main+xml", pal_office_docx_make, pal_office_docx_read },
  [PAL_OFFICE_PDF] = { "pdf", "application/pdf", NULL, pal_office_pdf_make, NULL },
};
G_STATIC_ASSERT (G_N_ELEMENTS (formats) == PAL_OFFICE_N_FORMATS);

/**
 * pal_office_format_get_name:
 * @format: a format
 *
 * Returns: its name, which is also the suffix of its files
 */
const char *
pal_office_format_get_name (PalOfficeFormat format)
{
  g_return_val_if_fail (format < PAL_OFFICE_N_FORMATS, "");

  return formats[format].name;
}

/**
 * pal_office_format_get_media_type:
 * @format: a format
 *
 * Returns: its media type
 */
const char *
pal_office_format_get_media_type (PalOfficeFormat format)
{
  g_return_val_if_fail (format < PAL_OFFICE_N_FORMATS, "");

  return formats[format].media_type;
}

/**
 * pal_office_format_from_name:
 * @name: "xlsx", "docx" or "pdf"
 * @format: (out): the format of that name
 *
 * Returns: whether there is one
 */
gboolean
pal_office_format_from_name (const char *name, PalOfficeFormat *format)
{
  g_return_val_if_fail (name != NULL && format != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_ascii_strcasecmp (name, formats[i].name) == 0)
      {
        *format = i;
        return TRUE;
      }

  return FALSE;
}

/**
 * pal_office_make:
 * @order: what is asked for, as of pal_kit_make()
 * @format: how
 * @error: return location: a #PalKitError, a #PalCatalogueError or what the format's writer says
 *
 * Makes the twin of a kit. It holds what a kit holds: the form in one language and the questions of
 * the questionnaire, no answer of anybody. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): the file
 */
GBytes *
pal_office_make (const PalKitOrder *order, PalOfficeFormat format, GError **error)
{
  g_autoptr (PalOfficeModel) model = NULL;

  g_return_val_if_fail (order != NULL && order->form != NULL && order->language != NULL, NULL);
  g_return_val_if_fail (format < PAL_OFFICE_N_FORMATS, NULL);

  model = pal_office_model_new (order, error);

  return model != NULL ? formats[format].make (model, error) : NULL;
}

/* --- reading */

static gboolean
is_types_part (const char *name, gpointer user_data)
{
  return strcmp (name, TYPES_PART) == 0;
}

static gboolean
fail_as_kit (const GError *cause, GError **error)
{
  gboolean is_limit = g_error_matches (cause, PAL_BUNDLE_ERROR, PAL_BUNDLE_ERROR_LIMIT);

  g_set_error_literal (error, PAL_KIT_ERROR, is_limit ? PAL_KIT_ERROR_LIMIT : PAL_KIT_ERROR_BROKEN,
                       cause->message);

  return FALSE;
}

/* The table of contents says what an archive is; names of parts differ from program to program. */
static gboolean
find_format (GBytes *bytes, PalOfficeFormat *format, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GHashTable) parts = pal_bundle_read (bytes, is_types_part, NULL, &limits, &cause);
  GBytes *types = parts != NULL ? g_hash_table_lookup (parts, TYPES_PART) : NULL;
  gsize length = 0;
  const char *text = types != NULL ? g_bytes_get_data (types, &length) : NULL;

  if (parts == NULL)
    return fail_as_kit (cause, error);
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (formats); i++)
    if (formats[i].main_part != NULL
        && g_strstr_len (text, (gssize) length, formats[i].main_part) != NULL)
      {
        *format = i;
        return TRUE;
      }
  g_set_error_literal (error, PAL_KIT_ERROR, PAL_KIT_ERROR_OTHER,
                       "an archive, but no workbook and no text document");

  return FALSE;
}

/**
 * pal_office_fits:
 * @bytes: a file
 * @format: (out) (nullable): how it is written
 *
 * Whether a file is a workbook or a text document, ours or not. Blocking; any thread.
 *
 * Returns: %TRUE if pal_office_read() may try
 */
gboolean
pal_office_fits (GBytes *bytes, PalOfficeFormat *format)
{
  PalOfficeFormat found;

  g_return_val_if_fail (bytes != NULL, FALSE);

  if (!find_format (bytes, &found, NULL))
    return FALSE;
  if (format != NULL)
    *format = found;

  return TRUE;
}

/**
 * pal_office_read:
 * @bytes: a file, from an unknown source
 * @form: the form of which it should be
 * @error: return location: a #PalKitError
 *
 * Reads a workbook or a text document that was made by pal_office_make() and filled in, whatever
 * program saved it. What comes out is as of pal_kit_read(): everything that it says is a value or a
 * remark. Nothing is calculated, fetched or run. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): what it says
 */
PalKitInput *
pal_office_read (GBytes *bytes, PalForm *form, GError **error)
{
  g_autoptr (PalOfficeAnswers) answers = NULL;
  g_autoptr (GError) cause = NULL;
  PalOfficeFormat format;

  g_return_val_if_fail (bytes != NULL && form != NULL, NULL);

  if (!find_format (bytes, &format, error))
    return NULL;
  answers = pal_office_answers_new (form);
  if (!formats[format].read (answers, bytes, &cause))
    {
      if (cause->domain == PAL_KIT_ERROR)
        g_propagate_error (error, g_steal_pointer (&cause));
      else
        fail_as_kit (cause, error);
      return NULL;
    }

  return pal_office_answers_finish (answers, bytes, error);
}

/* (nullable): without an error when it is no archive. */
static GBytes *
read_archive (const char *path, GError **error)
{
  gsize length = 0;
  int fd = pal_regular_file_open (path, 0, &length, error);
  char head[4] = "";
  GBytes *bytes = NULL;

  if (fd < 0)
    return NULL;
  if (pread (fd, head, sizeof head, 0) == sizeof head && memcmp (head, "PK\003\004", 4) == 0)
    {
      if (length <= PAL_OFFICE_MAX_BYTES)
        bytes = pal_regular_file_read (fd, length, error);
      else
        g_set_error_literal (error, PAL_KIT_ERROR, PAL_KIT_ERROR_LIMIT, "the file is too large");
    }
  else if (memcmp (head, "%PDF", 4) == 0)
    g_set_error_literal (error, PAL_KIT_ERROR, PAL_KIT_ERROR_OTHER,
                         "pages to print (PDF) hold no answers that can be read; type in what was "
                         "written on them");
  close (fd);

  return bytes;
}

/**
 * pal_office_read_file:
 * @path: a file
 * @form: the form of which it should be
 * @error: return location: a #PalKitError or #GIOErrorEnum
 *
 * Reads what came back, be it a workbook, a text document, what a page saved, or an instance of
 * another ODK program. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): what it says
 */
PalKitInput *
pal_office_read_file (const char *path, PalForm *form, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) cause = NULL;

  g_return_val_if_fail (path != NULL && form != NULL, NULL);

  bytes = read_archive (path, &cause);
  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }

  return bytes != NULL ? pal_office_read (bytes, form, error)
                       : pal_kit_read_file (path, form, error);
}
