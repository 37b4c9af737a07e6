// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-response"

#include "config.h"

#include "pal-response-private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Types. Every value is kept as text, in the lexical form of its type. */

static gboolean
skip_digits (const char **c, guint min, guint max)
{
  guint n = 0;

  for (; g_ascii_isdigit (**c) && n < max; n++)
    (*c)++;
  return n >= min && !g_ascii_isdigit (**c);
}

static gboolean
is_integer (const char *c)
{
  if (*c == '-' || *c == '+')
    c++;
  return skip_digits (&c, 1, G_MAXUINT) && *c == '\0';
}

static gboolean
is_decimal (const char *c)
{
  guint n_digits = 0;

  if (*c == '-' || *c == '+')
    c++;
  for (; g_ascii_isdigit (*c); c++)
    n_digits++;
  if (*c == '.')
    {
      for (c++; g_ascii_isdigit (*c); c++)
        n_digits++;
    }
  if (n_digits > 0 && (*c == 'e' || *c == 'E'))
    {
      c++;
      if (*c == '-' || *c == '+')
        c++;
      if (!skip_digits (&c, 1, 4))
        return FALSE;
    }
  return n_digits > 0 && *c == '\0';
}

static gboolean
take_date (const char **c)
{
  int year;
  int month;
  int day;
  const char *start = *c;

  if (!skip_digits (c, 4, 4) || *(*c)++ != '-')
    return FALSE;
  if (!skip_digits (c, 1, 2) || *(*c)++ != '-')
    return FALSE;
  if (!skip_digits (c, 1, 2))
    return FALSE;
  if (sscanf (start, "%d-%d-%d", &year, &month, &day) != 3)
    return FALSE;
  return year >= 1 && month >= 1 && month <= 12
         && g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year);
}

static gboolean
take_time (const char **c)
{
  if (!skip_digits (c, 2, 2) || *(*c)++ != ':' || !skip_digits (c, 2, 2))
    return FALSE;
  if (**c == ':')
    {
      (*c)++;
      if (!skip_digits (c, 2, 2))
        return FALSE;
      if (**c == '.')
        {
          (*c)++;
          if (!skip_digits (c, 1, 9))
            return FALSE;
        }
    }
  if (**c == 'Z')
    (*c)++;
  else if (**c == '+' || **c == '-')
    {
      (*c)++;
      if (!skip_digits (c, 2, 4))
        return FALSE;
      if (**c == ':')
        {
          (*c)++;
          if (!skip_digits (c, 2, 2))
            return FALSE;
        }
    }
  return **c == '\0';
}

/* Whether a text that is not empty is a value of the node's type. */
gboolean
pal_response_fits_type (PalDefinition *definition, const char *value)
{
  const char *c = value;

  switch (definition->public.type)
    {
    case PAL_TYPE_INTEGER:
      return is_integer (value);
    case PAL_TYPE_DECIMAL:
      return is_decimal (value);
    case PAL_TYPE_BOOLEAN:
      return strcmp (value, "true") == 0 || strcmp (value, "false") == 0 || strcmp (value, "1") == 0
             || strcmp (value, "0") == 0;
    case PAL_TYPE_DATE:
      /* A date-time is a date, too, as long as it begins with one. */
      return take_date (&c) && (*c == '\0' || (*c++ == 'T' && take_time (&c)));
    case PAL_TYPE_TIME:
      return take_time (&c);
    case PAL_TYPE_DATE_TIME:
      return take_date (&c) && (*c == '\0' || (*c++ == 'T' && take_time (&c)));
    case PAL_TYPE_STRING:
    case PAL_TYPE_BINARY:
    case PAL_TYPE_OTHER:
      return TRUE;
    }
  g_return_val_if_reached (TRUE);
}

/**
 * pal_response_takes_value:
 * @node: a definition
 * @value: a value, not empty
 *
 * Returns: whether the text is a value of the node's type; another is kept and flagged (T12)
 */
gboolean
pal_response_takes_value (PalFormNode *node, const char *value)
{
  g_return_val_if_fail (node != NULL, FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  return pal_response_fits_type (pal_definition (node), value);
}

static char *
dup_date (double days)
{
  g_autoptr (GDateTime) epoch = g_date_time_new_utc (1970, 1, 1, 0, 0, 0);
  g_autoptr (GDateTime) date = NULL;

  if (!(fabs (days) < 1e6))
    return NULL;
  date = g_date_time_add_days (epoch, (int) floor (days));
  return date != NULL ? g_date_time_format (date, "%Y-%m-%d") : NULL;
}

/* What an expression gave, as the text of a value of the node's type. */
char *
pal_response_value_to_text (PalDefinition *definition, PalValue *value)
{
  PalType type = definition->public.type;

  if (value->kind == PAL_VALUE_NODES && value->nodes->len == 0)
    return g_strdup ("");
  if (value->kind == PAL_VALUE_NUMBER)
    {
      char *date;

      if (isnan (value->number))
        return g_strdup ("");
      if (type == PAL_TYPE_INTEGER)
        return pal_expr_number_to_string (trunc (value->number));
      if (type == PAL_TYPE_DATE && (date = dup_date (value->number)) != NULL)
        return date;
      return pal_expr_number_to_string (value->number);
    }
  if (value->kind == PAL_VALUE_BOOLEAN && (type == PAL_TYPE_INTEGER || type == PAL_TYPE_DECIMAL))
    return g_strdup (value->boolean ? "1" : "0");
  if (type == PAL_TYPE_INTEGER)
    {
      g_autofree char *text = pal_value_to_string (value);

      if (is_decimal (text) && !is_integer (text))
        return pal_expr_number_to_string (trunc (g_ascii_strtod (text, NULL)));
      return g_steal_pointer (&text);
    }
  return pal_value_to_string (value);
}
