// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-catalogue"
#include "config.h"

#include "pal-catalogue-private.h"

#include <string.h>

/* What is filled into a text: "%2$d" of the program, "${name}" of a form. */

typedef struct
{
  guint argument; /* from 1 */
  char kind;      /* of the value: 'd' for all whole numbers, 's', 'f', ... */
  guint n_long;   /* of "%ld", "%lld" */
  char *text;     /* (owned): as written */
} Placeholder;

static void
placeholder_clear (gpointer data)
{
  g_free (((Placeholder *) data)->text);
}

static char
find_kind (char conversion)
{
  if (strchr ("dic", conversion) != NULL)
    return 'd';
  if (strchr ("ouxX", conversion) != NULL)
    return 'u';
  if (strchr ("eEfFgGaA", conversion) != NULL)
    return 'f';

  return strchr ("sp", conversion) != NULL ? conversion : '\0';
}

/* at: behind the percent sign. Returns: behind the placeholder. */
static const char *
read_placeholder (const char *at, guint *next, GArray *found)
{
  const char *start = at - 1;
  const char *digits = at;
  Placeholder one = { 0 };

  while (g_ascii_isdigit (*digits))
    digits++;
  if (digits > at && digits - at < 4 && *digits == '$')
    {
      one.argument = g_ascii_strtoull (at, NULL, 10);
      at = digits + 1;
    }
  at += strspn (at, "-+ #0'I");
  for (; *at == '*' || *at == '.' || g_ascii_isdigit (*at); at++)
    if (*at == '*')
      {
        Placeholder width = { (*next)++, 'd', 0, g_strdup ("*") };

        g_array_append_val (found, width);
      }
  for (; *at != '\0' && strchr ("hlqjzt", *at) != NULL; at++)
    one.n_long += *at == 'l';
  one.kind = *at != '\0' ? find_kind (*at) : '\0';
  if (*at != '\0')
    at = g_utf8_next_char (at);
  if (one.argument == 0)
    one.argument = (*next)++;
  one.text = g_strndup (start, at - start);
  g_array_append_val (found, one);

  return at;
}

/* (element-type Placeholder) */
static GArray *
list_placeholders (const char *text)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (Placeholder));
  guint next = 1;

  g_array_set_clear_func (found, placeholder_clear);
  while (*text != '\0')
    if (*text != '%')
      text++;
    else if (text[1] == '%')
      text += 2;
    else
      text = read_placeholder (text + 1, &next, found);

  return found;
}

static const Placeholder *
find_placeholder (GArray *list, guint argument)
{
  for (guint i = 0; i < list->len; i++)
    if (g_array_index (list, Placeholder, i).argument == argument)
      return &g_array_index (list, Placeholder, i);

  return NULL;
}

static PalRemark *
make_remark (PalRemarkKind kind, const char *found, const char *expected)
{
  PalRemark *remark = g_new0 (PalRemark, 1);

  remark->kind = kind;
  remark->is_error = TRUE;
  remark->found = g_strdup (found);
  remark->expected = g_strdup (expected);

  return remark;
}

/* may_lack: a plural form such as "one page" need not say the number. */
PalRemark *
pal_format_compare (const char *source, const char *translation, gboolean may_lack)
{
  g_autoptr (GArray) theirs = list_placeholders (source);
  g_autoptr (GArray) ours = list_placeholders (translation);

  for (guint i = 0; i < ours->len; i++)
    {
      const Placeholder *one = &g_array_index (ours, Placeholder, i);
      const Placeholder *like = find_placeholder (theirs, one->argument);

      if (like == NULL || one->kind == '\0' || one->kind != like->kind
          || one->n_long != like->n_long)
        return make_remark (PAL_REMARK_PLACEHOLDER, one->text, like != NULL ? like->text : NULL);
    }
  for (guint i = 0; i < theirs->len && !may_lack; i++)
    {
      const Placeholder *one = &g_array_index (theirs, Placeholder, i);

      if (find_placeholder (ours, one->argument) == NULL)
        return make_remark (PAL_REMARK_PLACEHOLDER, NULL, one->text);
    }

  return NULL;
}

/* --- "${name}" */

/* (element-type utf8): as a set */
static GHashTable *
list_references (const char *text)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  while ((text = strstr (text, "${")) != NULL)
    {
      const char *end = strchr (text, '}');

      if (end == NULL)
        {
          g_hash_table_add (names, g_strdup (text));
          break;
        }
      g_hash_table_add (names, g_strndup (text, end + 1 - text));
      text = end + 1;
    }

  return names;
}

PalRemark *
pal_reference_compare (const char *source, const char *translation)
{
  g_autoptr (GHashTable) theirs = list_references (source);
  g_autoptr (GHashTable) ours = list_references (translation);
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, ours);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (theirs, name))
      return make_remark (PAL_REMARK_REFERENCE, name, NULL);
  g_hash_table_iter_init (&iter, theirs);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (ours, name))
      return make_remark (PAL_REMARK_REFERENCE, NULL, name);

  return NULL;
}
