// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-log-members"
#include "config.h"

#include "pal-dossier-private.h"

#include <errno.h>
#include <string.h>

/* A line of a log: one JSON object (RFC 8259) of texts and numbers, nothing inside of it. There may
 * be a million of them, so they are read where they lie, without a tree. */

static const char *const names[PAL_LOG_N_MEMBERS] = {
  [PAL_LOG_MEMBER_FORMAT] = "format", [PAL_LOG_MEMBER_DOSSIER] = "dossier",
  [PAL_LOG_MEMBER_ACT] = "act",       [PAL_LOG_MEMBER_NONCE] = "nonce",
  [PAL_LOG_MEMBER_TITLE] = "title",   [PAL_LOG_MEMBER_AUTHOR] = "author",
  [PAL_LOG_MEMBER_DEVICE] = "device", [PAL_LOG_MEMBER_CLOCK] = "clock",
  [PAL_LOG_MEMBER_CHANGE] = "change", [PAL_LOG_MEMBER_KIND] = "kind",
  [PAL_LOG_MEMBER_RECORD] = "record", [PAL_LOG_MEMBER_NODE] = "node",
  [PAL_LOG_MEMBER_VALUE] = "value",   [PAL_LOG_MEMBER_SALT] = "salt",
  [PAL_LOG_MEMBER_TEXT] = "text",     [PAL_LOG_MEMBER_PARENTS] = "parents",
};

/* --- reading */

static char *
skip_space (char *p)
{
  while (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
    p++;

  return p;
}

/* Four hexadecimal digits; -1 if they are not. */
static int
read_unit (const char *p)
{
  int unit = 0;

  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (p[i]);

      if (digit < 0)
        return -1;
      unit = unit * 16 + digit;
    }

  return unit;
}

/* p stands behind "\u"; NULL if it is no character, or NUL. */
static char *
read_unicode (char *p, char **out)
{
  int unit = read_unit (p);
  gunichar c = unit;

  if (unit <= 0 || (unit >= 0xdc00 && unit <= 0xdfff))
    return NULL;
  p += 4;
  if (unit >= 0xd800 && unit <= 0xdbff)
    {
      int low = p[0] == '\\' && p[1] == 'u' ? read_unit (p + 2) : -1;

      if (low < 0xdc00 || low > 0xdfff)
        return NULL;
      c = 0x10000 + ((gunichar) (unit - 0xd800) << 10) + (low - 0xdc00);
      p += 6;
    }
  *out += g_unichar_to_utf8 (c, *out);

  return p;
}

static char *
read_escape (char *p, char **out)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";
  const char *at;

  if (*p == 'u')
    return read_unicode (p + 1, out);
  at = *p != '\0' ? strchr (from, *p) : NULL;
  if (at == NULL)
    return NULL;
  *(*out)++ = to[at - from];

  return p + 1;
}

/* p stands on the quotation mark. The text is made where it lies: escapes are never shorter than
 * what they stand for. Gives back what follows; NULL if it is no text. */
static char *
read_text (char *p, char **text)
{
  char *out;

  if (*p != '"')
    return NULL;
  *text = ++p;
  while (*p != '"' && *p != '\\' && (guchar) *p >= 0x20)
    p++;
  for (out = p; p != NULL && *p != '"';)
    {
      if ((guchar) *p < 0x20)
        return NULL;
      if (*p == '\\')
        p = read_escape (p + 1, &out);
      else
        *out++ = *p++;
    }
  if (p == NULL)
    return NULL;
  *out = '\0';

  return p + 1;
}

/* A number, true, false or null; is_whole says whether it is a whole number. */
static char *
read_other (char *p, gint64 *number, gboolean *is_whole)
{
  static const char *const words[] = { "true", "false", "null" };
  char *end;

  *is_whole = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (p, words[i]))
      return p + strlen (words[i]);

  end = *p == '-' ? p + 1 : p;
  if (!g_ascii_isdigit (*end) || (*end == '0' && g_ascii_isdigit (end[1])))
    return NULL;
  errno = 0;
  *number = g_ascii_strtoll (p, &end, 10);
  *is_whole = errno == 0 && *end != '.' && *end != 'e' && *end != 'E';
  if (!*is_whole)
    g_ascii_strtod (p, &end);

  return end;
}

static int
find_member (const char *name)
{
  for (int i = 0; i < PAL_LOG_N_MEMBERS; i++)
    if (strcmp (names[i], name) == 0)
      return i;

  return -1;
}

static char *
read_member (char *p, PalLogMembers *self)
{
  char *name = NULL;
  char *text = NULL;
  gint64 number = 0;
  gboolean is_whole = FALSE;
  int member;

  p = read_text (p, &name);
  if (p == NULL)
    return NULL;
  p = skip_space (p);
  if (*p != ':')
    return NULL;
  p = skip_space (p + 1);
  p = *p == '"' ? read_text (p, &text) : read_other (p, &number, &is_whole);
  member = p != NULL ? find_member (name) : -1;
  if (member < 0)
    return p;

  /* Twice the same name could be read in two ways. */
  if ((self->seen & (1u << member)) != 0)
    return NULL;
  self->seen |= 1u << member;
  self->texts[member] = text;
  if (member == PAL_LOG_MEMBER_CLOCK)
    {
      self->has_clock = is_whole;
      self->clock_us = number;
    }

  return p;
}

/**
 * pal_log_members_parse:
 * @self: (out): what stands in the line; borrowed from it
 * @line: a line with a NUL behind it; changed
 * @length: in octets
 *
 * Names that are not known are left out.
 *
 * Returns: whether it is a JSON object of texts, numbers and words alone
 */
gboolean
pal_log_members_parse (PalLogMembers *self, char *line, gsize length)
{
  char *p;

  memset (self, 0, sizeof *self);
  if (!g_utf8_validate_len (line, length, NULL))
    return FALSE;

  p = skip_space (line);
  if (*p != '{')
    return FALSE;
  p = skip_space (p + 1);
  if (*p != '}')
    for (;;)
      {
        p = read_member (p, self);
        if (p == NULL)
          return FALSE;
        p = skip_space (p);
        if (*p == '}')
          break;
        if (*p != ',')
          return FALSE;
        p = skip_space (p + 1);
      }

  return *skip_space (p + 1) == '\0';
}

/* --- writing */

static void
append_escaped (GString *line, const char *text)
{
  const char *from = text;

  for (const char *p = text;; p++)
    {
      if ((guchar) *p >= 0x20 && *p != '"' && *p != '\\' && *p != 0x7f)
        continue;
      g_string_append_len (line, from, p - from);
      from = p + 1;
      if (*p == '\0')
        return;
      if (*p == '"' || *p == '\\')
        {
          g_string_append_c (line, '\\');
          g_string_append_c (line, *p);
        }
      else if (*p == '\n')
        g_string_append (line, "\\n");
      else
        g_string_append_printf (line, "\\u%04x", (guchar) *p);
    }
}

static void
append_name (GString *line, PalLogMember member)
{
  g_string_append (line, line->len == 0 || line->str[line->len - 1] == '\n' ? "{\"" : ",\"");
  g_string_append (line, names[member]);
  g_string_append (line, "\":");
}

/**
 * pal_log_members_add_text:
 * @line: lines, the last of them not at its end
 * @member: its name
 * @text: (nullable): the text; nothing is added for %NULL
 */
void
pal_log_members_add_text (GString *line, PalLogMember member, const char *text)
{
  if (text == NULL)
    return;
  append_name (line, member);
  g_string_append_c (line, '"');
  append_escaped (line, text);
  g_string_append_c (line, '"');
}

/**
 * pal_log_members_add_clock:
 * @line: lines, the last of them not at its end
 * @clock_us: a time
 */
void
pal_log_members_add_clock (GString *line, gint64 clock_us)
{
  append_name (line, PAL_LOG_MEMBER_CLOCK);
  g_string_append_printf (line, "%" G_GINT64_FORMAT, clock_us);
}

/**
 * pal_log_members_end:
 * @line: lines, the last of them with at least one member
 */
void
pal_log_members_end (GString *line)
{
  g_string_append (line, "}\n");
}
