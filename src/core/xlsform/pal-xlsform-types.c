// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include <string.h>

/* Words are in lower case with spaces. "select one list" and its kin carry their list behind the
 * words and are taken apart in pal-xlsform-survey.c. */
static const PalQuestionType types[] = {
  { "text", PAL_TAG_INPUT, "string", NULL, NULL, NULL, TRUE },
  { "integer", PAL_TAG_INPUT, "int", NULL, NULL, NULL, TRUE },
  { "decimal", PAL_TAG_INPUT, "decimal", NULL, NULL, NULL, TRUE },
  { "date", PAL_TAG_INPUT, "date", NULL, NULL, NULL, TRUE },
  { "time", PAL_TAG_INPUT, "time", NULL, NULL, NULL, TRUE },
  { "datetime", PAL_TAG_INPUT, "dateTime", NULL, NULL, NULL, TRUE },
  { "note", PAL_TAG_INPUT, "string", "readonly=true()", NULL, NULL, TRUE },
  { "geopoint", PAL_TAG_INPUT, "geopoint", NULL, NULL, NULL, TRUE },
  { "geotrace", PAL_TAG_INPUT, "geotrace", NULL, NULL, NULL, TRUE },
  { "geoshape", PAL_TAG_INPUT, "geoshape", NULL, NULL, NULL, TRUE },
  { "barcode", PAL_TAG_INPUT, "barcode", NULL, NULL, NULL, TRUE },
  { "acknowledge", PAL_TAG_TRIGGER, "string", NULL, NULL, NULL, TRUE },
  { "trigger", PAL_TAG_TRIGGER, NULL, NULL, NULL, NULL, TRUE },
  { "range", PAL_TAG_RANGE, "int", NULL, NULL, NULL, TRUE },
  { "select one", PAL_TAG_SELECT1, "string", NULL, NULL, NULL, TRUE },
  { "select multiple", PAL_TAG_SELECT, "string", NULL, NULL, NULL, TRUE },
  { "rank", PAL_TAG_RANK, "odk:rank", NULL, NULL, NULL, TRUE },
  { "image", PAL_TAG_UPLOAD, "binary", NULL, NULL, "image/*", TRUE },
  { "audio", PAL_TAG_UPLOAD, "binary", NULL, NULL, "audio/*", TRUE },
  { "video", PAL_TAG_UPLOAD, "binary", NULL, NULL, "video/*", TRUE },
  { "file", PAL_TAG_UPLOAD, "binary", NULL, NULL, "application/*", TRUE },
  { "calculate", PAL_TAG_NONE, "string", NULL, NULL, NULL, FALSE },
  { "hidden", PAL_TAG_NONE, "string", NULL, NULL, NULL, FALSE },
  { "start", PAL_TAG_NONE, "dateTime", "jr:preload=timestamp", "jr:preloadParams=start", NULL,
    FALSE },
  { "end", PAL_TAG_NONE, "dateTime", "jr:preload=timestamp", "jr:preloadParams=end", NULL, FALSE },
  { "today", PAL_TAG_NONE, "date", "jr:preload=date", "jr:preloadParams=today", NULL, FALSE },
  { "username", PAL_TAG_NONE, "string", "jr:preload=property", "jr:preloadParams=username", NULL,
    FALSE },
  { "deviceid", PAL_TAG_NONE, "string", "jr:preload=property", "jr:preloadParams=deviceid", NULL,
    FALSE },
  { "email", PAL_TAG_NONE, "string", "jr:preload=property", "jr:preloadParams=email", NULL, FALSE },
  { "phonenumber", PAL_TAG_NONE, "string", "jr:preload=property", "jr:preloadParams=phonenumber",
    NULL, FALSE },
  { "subscriberid", PAL_TAG_NONE, "string", "jr:preload=property", "jr:preloadParams=subscriberid",
    NULL, FALSE },
  { "simserial", PAL_TAG_NONE, "string", "jr:preload=property", "jr:preloadParams=simserial", NULL,
    FALSE },
  { "uri:deviceid", PAL_TAG_NONE, "string", "jr:preload=property", "jr:preloadParams=uri:deviceid",
    NULL, FALSE },
  { "uri:email", PAL_TAG_NONE, "string", "jr:preload=property", "jr:preloadParams=uri:email", NULL,
    FALSE },
  { "uri:phonenumber", PAL_TAG_NONE, "string", "jr:preload=property",
    "jr:preloadParams=uri:phonenumber", NULL, FALSE },
  { "uri:simserial", PAL_TAG_NONE, "string", "jr:preload=property",
    "jr:preloadParams=uri:simserial", NULL, FALSE },
  { "uri:subscriberid", PAL_TAG_NONE, "string", "jr:preload=property",
    "jr:preloadParams=uri:subscriberid", NULL, FALSE },
  { "uri:username", PAL_TAG_NONE, "string", "jr:preload=property", "jr:preloadParams=uri:username",
    NULL, FALSE },
  { "phone number", PAL_TAG_INPUT, "string", "constraint=regex(., '^\\d*$')", NULL, NULL, TRUE },
  { "percentage", PAL_TAG_INPUT, "int", "constraint=0 <= . and . <= 100", NULL, NULL, TRUE },
  { "number of days in last month", PAL_TAG_INPUT, "int", "constraint=0 <= . and . <= 31", NULL,
    NULL, TRUE },
  { "number of days in last six months", PAL_TAG_INPUT, "int", "constraint=0 <= . and . <= 183",
    NULL, NULL, TRUE },
  { "number of days in last year", PAL_TAG_INPUT, "int", "constraint=0 <= . and . <= 365", NULL,
    NULL, TRUE },
  { "xml-external", PAL_TAG_NONE, NULL, NULL, NULL, NULL, FALSE },
  { "csv-external", PAL_TAG_NONE, NULL, NULL, NULL, NULL, FALSE },
};

/* Older and other words for the same. */
static const struct
{
  const char *word;
  const char *type;
} aliases[] = {
  { "string", "text" },
  { "add text prompt", "text" },
  { "q string", "text" },
  { "int", "integer" },
  { "add integer prompt", "integer" },
  { "q int", "integer" },
  { "add decimal prompt", "decimal" },
  { "q decimal", "decimal" },
  { "add date prompt", "date" },
  { "q date", "date" },
  { "date time", "datetime" },
  { "add date time prompt", "datetime" },
  { "add datetime prompt", "datetime" },
  { "q date time", "datetime" },
  { "q datetime", "datetime" },
  { "add note prompt", "note" },
  { "q note", "note" },
  { "gps", "geopoint" },
  { "location", "geopoint" },
  { "add location prompt", "geopoint" },
  { "q geopoint", "geopoint" },
  { "q location", "geopoint" },
  { "q geotrace", "geotrace" },
  { "q geoshape", "geoshape" },
  { "add barcode prompt", "barcode" },
  { "q barcode", "barcode" },
  { "add acknowledge prompt", "acknowledge" },
  { "q acknowledge", "acknowledge" },
  { "photo", "image" },
  { "add image prompt", "image" },
  { "add photo prompt", "image" },
  { "q image", "image" },
  { "q picture", "image" },
  { "add audio prompt", "audio" },
  { "q audio", "audio" },
  { "add video prompt", "video" },
  { "q video", "video" },
  { "add file prompt", "file" },
  { "add calculate prompt", "calculate" },
  { "q calculate", "calculate" },
  { "start time", "start" },
  { "get start time", "start" },
  { "end time", "end" },
  { "get end time", "end" },
  { "get today", "today" },
  { "imei", "deviceid" },
  { "device id", "deviceid" },
  { "get device id", "deviceid" },
  { "get phone number", "phonenumber" },
  { "subscriber id", "subscriberid" },
  { "get subscriber id", "subscriberid" },
  { "sim id", "simserial" },
  { "get sim id", "simserial" },
  { "select1", "select one" },
  { "select all that apply", "select multiple" },
};

const PalQuestionType *
pal_question_type_find (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (strcmp (aliases[i].word, word) == 0)
      {
        word = aliases[i].type;
        break;
      }
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (strcmp (types[i].word, word) == 0)
      return &types[i];

  return NULL;
}

/* What stands before the name of a list or file. Longer words come before those that they begin
 * with. */
static const struct
{
  const char *head;
  const char *type;
  gboolean is_file;
} selects[] = {
  { "select one from file ", "select one", TRUE },
  { "select multiple from file ", "select multiple", TRUE },
  { "select one external ", NULL, FALSE },
  { "select one from map ", NULL, FALSE },
  { "select one from ", "select one", FALSE },
  { "select all that apply from ", "select multiple", FALSE },
  { "add select one prompt using ", "select one", FALSE },
  { "add select multiple prompt using ", "select multiple", FALSE },
  { "select one ", "select one", FALSE },
  { "select1 ", "select one", FALSE },
  { "select multiple ", "select multiple", FALSE },
  { "select all that apply ", "select multiple", FALSE },
  { "rank ", "rank", FALSE },
};

/* What follows the words of a select, or NULL: for other types, and for those that are outside.
 * @word: normalised. @type: (out) (optional). @is_file: (out) (optional) */
const char *
pal_type_split_select (const char *word, const PalQuestionType **type, gboolean *is_file)
{
  for (guint i = 0; i < G_N_ELEMENTS (selects); i++)
    {
      if (!g_str_has_prefix (word, selects[i].head))
        continue;
      if (selects[i].type == NULL)
        return NULL;
      if (type != NULL)
        *type = pal_question_type_find (selects[i].type);
      if (is_file != NULL)
        *is_file = selects[i].is_file;
      return word + strlen (selects[i].head);
    }

  return NULL;
}

/* The hint that a type has where the sheet gives none, or NULL. */
const char *
pal_question_type_get_hint (const PalQuestionType *self)
{
  static const struct
  {
    const char *word;
    const char *hint;
  } hints[] = {
    { "phone number", "Enter numbers only." },
    { "number of days in last month", "Enter a number 0-31." },
    { "number of days in last six months", "Enter a number 0-183." },
    { "number of days in last year", "Enter a number 0-365." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (hints); i++)
    if (strcmp (self->word, hints[i].word) == 0)
      return hints[i].hint;

  return NULL;
}

/* "Begin_Group" -> "begin group". What stands behind "select one" and the like and behind "begin
 * loop over" is a name and keeps its letters. @text: (nullable) */
char *
pal_type_normalise (const char *text)
{
  static const char *const loops[] = { "begin loop over ", "begin loop " };
  g_autofree char *lower = NULL;
  gsize head = 0;
  GString *out;

  if (text == NULL)
    return g_strdup ("");
  out = g_string_new (NULL);
  for (const char *at = text; *at != '\0'; at++)
    if (!g_ascii_isspace (*at))
      g_string_append_c (out, *at);
    else if (out->len > 0 && out->str[out->len - 1] != ' ')
      g_string_append_c (out, ' ');

  lower = g_ascii_strdown (out->str, -1);
  g_strdelimit (lower, "_", ' ');
  for (guint i = 0; i < G_N_ELEMENTS (selects) && head == 0; i++)
    if (g_str_has_prefix (lower, selects[i].head))
      head = strlen (selects[i].head);
  for (guint i = 0; i < G_N_ELEMENTS (loops) && head == 0; i++)
    if (g_str_has_prefix (lower, loops[i]))
      head = strlen (loops[i]);
  if (head > 0)
    {
      memcpy (out->str, lower, head);
      return g_string_free (out, FALSE);
    }
  g_string_assign (out, lower);

  return g_string_free (out, FALSE);
}
