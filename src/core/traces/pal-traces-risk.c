// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-traces-risk"
#include "config.h"

#include "pal-traces-private.h"

#include <string.h>

#define MAX_LOOK 4096 /* octets: what decides stands at the beginning */

/* What a desktop runs when it is opened, whatever is in it. */
static const char *const run_by_name[]
    = { "exe", "com", "scr", "pif", "bat",     "cmd",     "ps1",     "psm1",    "vbs", "vbe",
        "js",  "jse", "wsf", "wsh", "hta",     "msi",     "msp",     "mst",     "jar", "lnk",
        "url", "scf", "reg", "cpl", "dll",     "sys",     "inf",     "sh",      "run", "py",
        "pl",  "rb",  "app", "dmg", "command", "deb",     "rpm",     "desktop", "apk", "iso",
        "img", "vhd", "chm", "xll", "ps",      "flatpak", "appimage" };

typedef struct
{
  const char *octets;
  gsize length;
} Beginning;

static const Beginning run_by_content[] = {
  { "MZ", 2 },
  { "\177ELF", 4 },
  { "#!", 2 },
  { "\xfe\xed\xfa\xce", 4 },
  { "\xfe\xed\xfa\xcf", 4 },
  { "\xce\xfa\xed\xfe", 4 },
  { "\xcf\xfa\xed\xfe", 4 },
  { "\xca\xfe\xba\xbe", 4 },
  { "\x4c\x00\x00\x00\x01\x14\x02\x00", 8 },
  { "[Desktop Entry]", 15 },
};

static const Beginning pictures[] = {
  { "\xff\xd8\xff", 3 },
  { "\x89PNG\r\n\x1a\n", 8 },
};

static const char *const plain_names[] = { "txt", "text", "csv", "tsv", "md", "log" };

static gboolean
has_name (const char *name, const char *const *names, gsize n)
{
  const char *dot = strrchr (name, '.');

  for (gsize i = 0; dot != NULL && i < n; i++)
    if (g_ascii_strcasecmp (dot + 1, names[i]) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
begins_with (const char *data, gsize length, const Beginning *beginnings, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (length >= beginnings[i].length
        && memcmp (data, beginnings[i].octets, beginnings[i].length) == 0)
      return TRUE;

  return FALSE;
}

/* Text that no reader takes for more than text. */
static gboolean
is_plain_text (const char *data, gsize length)
{
  const char *end = data;

  /* A character may be cut where the look ends. */
  if (!g_utf8_validate_len (data, length, &end) && (length < MAX_LOOK || end + 6 < data + length))
    return FALSE;
  for (const char *c = data; c < end; c++)
    if ((guchar) *c < ' ' && strchr ("\t\n\r\f", *c) == NULL)
      return FALSE;

  return TRUE;
}

/**
 * pal_traces_get_risk:
 * @bytes: a file from outside
 * @name: its name, without folders
 *
 * Content decides, and a name that makes a desktop run something counts as much. What is not known
 * counts as a document.
 *
 * Returns: what opening it can do
 */
PalTracesRisk
pal_traces_get_risk (GBytes *bytes, const char *name)
{
  gsize size;
  const char *data;
  gsize length;

  g_return_val_if_fail (bytes != NULL && name != NULL, PAL_TRACES_RISK_PROGRAM);

  data = g_bytes_get_data (bytes, &size);
  length = MIN (size, MAX_LOOK);
  if (has_name (name, run_by_name, G_N_ELEMENTS (run_by_name)))
    return PAL_TRACES_RISK_PROGRAM;
  if (begins_with (data, length, run_by_content, G_N_ELEMENTS (run_by_content)))
    return PAL_TRACES_RISK_PROGRAM;
  if (begins_with (data, length, pictures, G_N_ELEMENTS (pictures)))
    return PAL_TRACES_RISK_LITTLE;

  return has_name (name, plain_names, G_N_ELEMENTS (plain_names)) && is_plain_text (data, length)
             ? PAL_TRACES_RISK_LITTLE
             : PAL_TRACES_RISK_DOCUMENT;
}
