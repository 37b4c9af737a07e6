// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include <string.h>

#define MAX_NESTING 512
#define MAX_EXPRESSION_BYTES (1024 * 1024)

static gboolean
is_name_start (gunichar c)
{
  return c == '_' || g_unichar_isalpha (c);
}

static gboolean
is_name_char (gunichar c)
{
  return is_name_start (c) || c == '-' || c == '.' || g_unichar_isdigit (c) || g_unichar_ismark (c);
}

static gsize
name_length (const char *at)
{
  const char *start = at;

  if (!is_name_start (g_utf8_get_char (at)))
    return 0;
  while (*at != '\0' && is_name_char (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);

  return at - start;
}

/* "${name}" at @at: its length, and the name; 0 when there is none. */
static gsize
reference_length (const char *at, char **name)
{
  const char *close;
  g_autofree char *inner = NULL;

  if (at[0] != '$' || at[1] != '{')
    return 0;
  close = strchr (at, '}');
  if (close == NULL)
    return 0;
  inner = g_strndup (at + 2, close - at - 2);
  g_strstrip (inner);
  if (name != NULL)
    *name = g_steal_pointer (&inner);

  return close + 1 - at;
}

gboolean
pal_label_has_reference (const char *text)
{
  const char *at = text;

  while ((at = strstr (at, "${")) != NULL)
    {
      if (reference_length (at, NULL) > 0)
        return TRUE;
      at += 2;
    }

  return FALSE;
}

/* Whether each "${" in @text is followed by a name and "}" and nothing else. Columns that hold
 * names are not looked at. */
gboolean
pal_reference_check (const PalEntry *entry, const char *column, const char *text, GError **error)
{
  static const char *const names[] = { "type", "name", "list_name", "template", NULL };
  const char *at = text;

  if (strstr (text, "${") == NULL || g_strv_contains (names, column))
    return TRUE;
  while ((at = strstr (at, "${")) != NULL)
    {
      const char *start = at + 2;
      gsize length;
      g_autofree char *seen = NULL;

      if (g_str_has_prefix (start, "last-saved#"))
        start += strlen ("last-saved#");
      length = name_length (start);
      if (length > 0 && start[length] == '}')
        {
          at = start + length + 1;
          continue;
        }
      seen = g_utf8_substring (at, 0, MIN (g_utf8_strlen (at, -1), 20));
      return pal_sheet_fail (error, entry, column,
                             "\"%s\": between \"${\" and \"}\" stands the name of a question and "
                             "nothing else",
                             seen);
    }

  return TRUE;
}

/* (element-type utf8): names in "${...}", in their order. */
GPtrArray *
pal_reference_names (const char *text)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *at = text;

  while ((at = strstr (at, "${")) != NULL)
    {
      char *name = NULL;
      gsize length = reference_length (at, &name);

      if (length == 0)
        break;
      g_ptr_array_add (names, name);
      at += length;
    }

  return names;
}

static gboolean
is_ancestor_or_self (const PalSurveyItem *ancestor, const PalSurveyItem *item)
{
  while (item != NULL && item->depth > ancestor->depth)
    item = item->parent;

  return item == ancestor;
}

static PalSurveyItem *
common_ancestor (PalSurveyItem *a, PalSurveyItem *b)
{
  while (a != b)
    if (a->depth >= b->depth)
      a = a->parent;
    else
      b = b->parent;

  return a;
}

/* The question that "${name}" means. Where a form has template blocks, a name may stand many times
 * and the nearest one is meant: in the same group first, then outwards. Elsewhere a name that
 * stands twice is refused, as every other converter does. */
PalSurveyItem *
pal_reference_find (PalCompiler *compiler, PalSurveyItem *from, const char *name,
                    const PalEntry *entry, const char *column, GError **error)
{
  GPtrArray *items = g_hash_table_lookup (compiler->names, name);
  PalSurveyItem *best = NULL;
  guint best_common = 0;
  gboolean tie = FALSE;

  if (items == NULL)
    {
      if (g_str_has_prefix (name, "last-saved#"))
        pal_sheet_fail (error, entry, column, "answers of the last saved record cannot be used");
      else
        pal_sheet_fail (error, entry, column, "${%s}: no question, group or repeat has this name",
                        name);
      return NULL;
    }
  if (items->len == 1)
    return items->pdata[0];
  if (!compiler->has_templates)
    {
      pal_sheet_fail (error, entry, column,
                      "${%s}: the name stands %u times; say which by renaming", name, items->len);
      return NULL;
    }

  for (guint i = 0; i < items->len; i++)
    {
      PalSurveyItem *item = items->pdata[i];
      guint common = common_ancestor (from, item)->depth;

      if (best != NULL
          && (common < best_common || (common == best_common && item->depth > best->depth)))
        continue;
      tie = best != NULL && common == best_common && item->depth == best->depth;
      best = item;
      best_common = common;
    }
  if (tie)
    {
      pal_sheet_fail (error, entry, column, "${%s}: several are equally near", name);
      return NULL;
    }

  return best;
}

static char *
relative_path (PalSurveyItem *from, PalSurveyItem *base, PalSurveyItem *target)
{
  GString *out = g_string_new (NULL);
  guint steps = from->depth - base->depth;
  const char *rest = target->path + strlen (base->path);

  if (steps == 0)
    g_string_append (out, "./");
  for (guint i = 0; i < steps; i++)
    g_string_append (out, "../");
  g_string_append (out, *rest == '/' ? rest + 1 : rest);

  return g_string_free (out, FALSE);
}

/* The group or repeat in which both stand, and from which the path to @target goes down. */
static PalSurveyItem *
common_base (PalSurveyItem *from, PalSurveyItem *target)
{
  PalSurveyItem *base;

  if (target->parent == NULL)
    return NULL;
  base = common_ancestor (from, target->parent);
  /* A group's own expressions are evaluated on the group; leaving and entering it again is the
   * usual spelling. A repeat must not do so: outside it there are all rows. */
  if (base == from && base->kind == PAL_SURVEY_GROUP && base->parent != NULL)
    base = base->parent;

  return base;
}

/* Absolute, or relative when both stand in the same repeat. */
char *
pal_reference_path (PalSurveyItem *from, PalSurveyItem *target)
{
  PalSurveyItem *base = common_base (from, target);

  for (PalSurveyItem *item = base; item != NULL; item = item->parent)
    if (item->kind == PAL_SURVEY_REPEAT)
      return relative_path (from, base, target);

  return g_strdup (target->path);
}

/* The rows of @repeat as choices: relative also from within @repeat itself. */
char *
pal_reference_itemset_path (PalSurveyItem *from, PalSurveyItem *repeat)
{
  if (is_ancestor_or_self (repeat, from))
    return relative_path (from, repeat->parent, repeat);

  return pal_reference_path (from, repeat);
}

/* Which calls and predicates are open at a place of an expression. */
typedef struct
{
  gboolean is_predicate;
  gboolean is_indexed_repeat;
  guint argument;
} Frame;

static gboolean
in_predicate (const GArray *frames)
{
  for (guint i = 0; i < frames->len; i++)
    if (g_array_index (frames, Frame, i).is_predicate)
      return TRUE;

  return FALSE;
}

/* Of indexed-repeat(node, repeat, index, repeat, index ...) all but the indexes name the repeat as
 * such and not the row that the expression stands in. */
static gboolean
is_generic (const GArray *frames)
{
  const Frame *top;

  if (frames->len == 0)
    return FALSE;
  top = &g_array_index (frames, Frame, frames->len - 1);

  return top->is_indexed_repeat && (top->argument == 0 || top->argument % 2 == 1);
}

static void
follow (GArray *frames, char c, gboolean is_indexed_repeat)
{
  Frame frame = { c == '[', is_indexed_repeat, 0 };

  switch (c)
    {
    case '(':
    case '[':
      if (frames->len < MAX_NESTING)
        g_array_append_val (frames, frame);
      break;
    case ')':
    case ']':
      if (frames->len > 0)
        g_array_set_size (frames, frames->len - 1);
      break;
    case ',':
      if (frames->len > 0)
        g_array_index (frames, Frame, frames->len - 1).argument++;
      break;
    default:
      break;
    }
}

static char *
expand_one (PalCompiler *compiler, PalSurveyItem *from, const char *name, const GArray *frames,
            PalReferenceFlags flags, PalSurveyItem *within, const PalEntry *entry,
            const char *column, GError **error)
{
  PalSurveyItem *target = pal_reference_find (compiler, from, name, entry, column, error);
  g_autofree char *path = NULL;

  if (target == NULL)
    return NULL;
  if (within != NULL && target != within && is_ancestor_or_self (within, target))
    return relative_path (within, within, target);
  if (is_generic (frames))
    return g_strdup (target->path);
  path = pal_reference_path (from, target);
  if (path[0] != '/' && ((flags & PAL_REFERENCE_IN_PREDICATE) || in_predicate (frames)))
    return g_strconcat ("current()/", path, NULL);

  return g_steal_pointer (&path);
}

/* The expression with a path for each "${name}", one space on each side. References in quotes are
 * meant too: jr:choice-name() takes a path in a string. @within: (nullable): the repeat whose rows
 * are being filtered. */
char *
pal_expression_expand (PalCompiler *compiler, PalSurveyItem *from, const char *text,
                       PalReferenceFlags flags, PalSurveyItem *within, const PalEntry *entry,
                       const char *column, GError **error)
{
  g_autoptr (GArray) frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  g_autoptr (GString) out = g_string_new (NULL);
  gboolean is_indexed_repeat = FALSE;
  const char *at = text;
  char quote = '\0';

  while (*at != '\0')
    {
      g_autofree char *name = NULL;
      gsize length = reference_length (at, &name);

      if (length > 0)
        {
          g_autofree char *path
              = expand_one (compiler, from, name, frames, flags, within, entry, column, error);

          if (path == NULL)
            return NULL;
          g_string_append_printf (out, " %s ", path);
          at += length;
          if (out->len <= MAX_EXPRESSION_BYTES)
            continue;
          pal_sheet_fail (error, entry, column, "with all its paths this is longer than 1 MiB");
          return NULL;
        }
      if (quote == '\0' && (length = name_length (at)) > 0)
        {
          is_indexed_repeat
              = length == strlen ("indexed-repeat") && strncmp (at, "indexed-repeat", length) == 0;
          g_string_append_len (out, at, length);
          at += length;
          continue;
        }
      if (quote != '\0')
        quote = *at == quote ? '\0' : quote;
      else if (*at == '"' || *at == '\'')
        quote = *at;
      else
        follow (frames, *at, is_indexed_repeat);
      if (!g_ascii_isspace (*at))
        is_indexed_repeat = FALSE;
      length = g_utf8_next_char (at) - at;
      g_string_append_len (out, at, length);
      at += length;
    }

  return g_strdup (out->str);
}

/* A date, a time or both, so that its hyphens are not taken for subtraction. */
static gsize
date_length (const char *at)
{
  static GRegex *regex;
  g_autoptr (GMatchInfo) match = NULL;
  int end = 0;

  if (g_once_init_enter (&regex))
    g_once_init_leave (&regex, g_regex_new ("[0-9]{4}-[0-9]{2}-[0-9]{2}"
                                            "(?:T[0-9]{2}:[0-9:.]+(?:Z|[+-][0-9]{2}[0-9:]*)?)?"
                                            "|[0-9]{2}:[0-9:.]+(?:Z|[+-][0-9]{2}[0-9:]*)?",
                                            G_REGEX_OPTIMIZE, 0, NULL));
  if (g_ascii_isdigit (*at) && g_regex_match (regex, at, G_REGEX_MATCH_ANCHORED, &match))
    g_match_info_fetch_pos (match, 0, NULL, &end);

  return end;
}

/* Whether a default is an expression and not simply the answer. Hyphens and dots belong to names,
 * so "a-b" is an answer; of dates and places a bare minus is one too. */
gboolean
pal_expression_is_dynamic (const char *text, const char *bind_type)
{
  static const char *const hyphenated[]
      = { "date", "dateTime", "time", "geopoint", "geotrace", "geoshape", NULL };
  const char *at = text;

  while (*at != '\0')
    {
      gsize length;

      if ((length = date_length (at)) > 0)
        at += length;
      else if (g_ascii_isdigit (*at) || (*at == '-' && g_ascii_isdigit (at[1])))
        {
          at++;
          at += strspn (at, "0123456789.");
        }
      else if (*at == '"' || *at == '\'')
        {
          const char *close = strchr (at + 1, *at);

          at = close != NULL ? close + 1 : at + 1;
        }
      else if (reference_length (at, NULL) > 0)
        return TRUE;
      else if ((length = name_length (at)) > 0)
        {
          gboolean is_operator
              = (length == 3 && (strncmp (at, "mod", 3) == 0 || strncmp (at, "div", 3) == 0))
                && at > text && g_ascii_isspace (at[-1]) && g_ascii_isspace (at[length]);

          at += length;
          /* "jr:choice-name(" is a call too. */
          if (*at == ':' && name_length (at + 1) > 0)
            at += 1 + name_length (at + 1);
          if (is_operator || *at == '(')
            return TRUE;
        }
      else
        {
          if (*at == '-' && bind_type != NULL && g_strv_contains (hyphenated, bind_type))
            return FALSE;
          if (*at == '*' || *at == '+' || *at == '-' || *at == '|')
            return TRUE;
          at = g_utf8_next_char (at);
        }
    }

  return FALSE;
}

/* "instance('x')/root/item[...]/label" in a label: the length of the whole path, or 0. */
static gsize
instance_length (const char *text)
{
  const char *at = text;
  int depth = 0;
  char quote = '\0';
  gboolean closed = FALSE;

  if (!g_str_has_prefix (at, "instance"))
    return 0;
  at += strlen ("instance");
  at += strspn (at, " ");
  if (*at != '(')
    return 0;

  for (; *at != '\0'; at = g_utf8_next_char (at))
    {
      if (quote != '\0')
        quote = *at == quote ? '\0' : quote;
      else if (depth > 0 && (*at == '"' || *at == '\''))
        quote = *at;
      else if (*at == '(' || *at == '[')
        {
          /* Behind the first call only predicates and steps may follow. */
          if (depth == 0 && closed && *at == '(')
            break;
          depth++;
        }
      else if (*at == ')' || *at == ']')
        {
          if (depth == 0)
            break;
          depth--;
          closed = TRUE;
        }
      else if (depth == 0 && *at != '/' && !is_name_char (g_utf8_get_char (at)))
        break;
    }
  if (depth > 0 || quote != '\0')
    return 0;
  /* The full stop of a sentence is no part of the path. */
  while (at > text && at[-1] == '.')
    at--;

  return at - text;
}

/* A label as XML: text escaped, "${name}" and instance() paths as output elements. */
gboolean
pal_label_append_markup (PalCompiler *compiler, PalSurveyItem *from, const char *text, GString *out,
                         const PalEntry *entry, const char *column, GError **error)
{
  g_autoptr (GString) markup = g_string_new (NULL);
  g_autoptr (GString) plain = g_string_new (NULL);
  const char *at = text;
  gboolean has_output = FALSE;

  while (*at != '\0')
    {
      gboolean at_word = at == text || !is_name_char (g_utf8_get_char (g_utf8_prev_char (at)));
      gsize length = reference_length (at, NULL);
      g_autofree char *piece = NULL;
      g_autofree char *path = NULL;

      if (length == 0 && at_word)
        length = instance_length (at);
      if (length == 0)
        {
          length = g_utf8_next_char (at) - at;
          g_string_append_len (plain, at, length);
          at += length;
          continue;
        }
      piece = g_strndup (at, length);
      path = pal_expression_expand (compiler, from, piece, PAL_REFERENCE_DEFAULT, NULL, entry,
                                    column, error);
      if (path == NULL)
        return FALSE;
      has_output = TRUE;
      if (markup->len > MAX_EXPRESSION_BYTES)
        return pal_sheet_fail (error, entry, column,
                               "with all its paths this is longer than 1 MiB");
      pal_markup_append_escaped (markup, plain->str, FALSE);
      g_string_truncate (plain, 0);
      g_string_append (markup, "<output");
      pal_markup_append_attribute (markup, "value", path);
      g_string_append (markup, "/>");
      at += length;
    }
  pal_markup_append_escaped (markup, plain->str, FALSE);

  if (has_output)
    g_string_append_printf (out, " %s ", markup->str);
  else
    g_string_append (out, markup->str);

  return TRUE;
}
