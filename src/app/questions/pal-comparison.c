// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-comparison"
#include "config.h"

#include "pal-comparison.h"
#include "pal-words.h"
#include "pal-wrap.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define BEFORE_KEY "pal-before"
#define AFTER_KEY "pal-after"
#define FLAGS_KEY "pal-flags"

static void
add_attribute (PangoAttrList *attributes, PangoAttribute *attribute, gsize start, gsize end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (attributes, attribute);
}

/* Line and colour say the same; the description says it to those who see neither. */
static void
mark (PangoAttrList *attributes, PalWordsKind kind, gsize start, gsize end)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  const char *colour;
  PangoColor parsed;

  if (kind == PAL_WORDS_SAME)
    return;
  if (kind == PAL_WORDS_REMOVED)
    {
      colour = dark ? "#ff9a90" : "#a3151f";
      add_attribute (attributes, pango_attr_strikethrough_new (TRUE), start, end);
    }
  else
    {
      colour = dark ? "#8fe3a6" : "#17612f";
      add_attribute (attributes, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), start, end);
    }
  pango_color_parse (&parsed, colour);
  add_attribute (attributes, pango_attr_foreground_new (parsed.red, parsed.green, parsed.blue),
                 start, end);
}

static char *
dup_description (GString *removed, GString *added)
{
  GString *said = g_string_new (NULL);

  if (removed->len > 0)
    /* TRANSLATORS: for a screen reader: the words that a version of an answer does not have any
     * more */
    g_string_append_printf (said, _ ("Removed: %s."), g_strstrip (removed->str));
  if (added->len > 0)
    {
      if (said->len > 0)
        g_string_append_c (said, ' ');
      /* TRANSLATORS: for a screen reader: the words that are new in a version of an answer */
      g_string_append_printf (said, _ ("Added: %s."), g_strstrip (added->str));
    }

  return g_string_free (said, FALSE);
}

/* Whether it is a letter of a script that has spaces between its words. */
static gboolean
needs_space (gunichar c)
{
  return g_unichar_isalnum (c) && !g_unichar_iswide (c);
}

/* A word that stands for another one does not stick to it. */
static void
part (GString *text, const char *word)
{
  const char *last = g_utf8_find_prev_char (text->str, text->str + text->len);

  if (last != NULL && needs_space (g_utf8_get_char (last)) && needs_space (g_utf8_get_char (word)))
    g_string_append_c (text, ' ');
}

static void
show (GtkLabel *label)
{
  const char *before = g_object_get_data (G_OBJECT (label), BEFORE_KEY);
  const char *after = g_object_get_data (G_OBJECT (label), AFTER_KEY);
  PalComparisonFlags flags = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (label), FLAGS_KEY));
  g_autoptr (GArray) spans = pal_words_compare (before, after);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) removed = g_string_new (NULL);
  g_autoptr (GString) added = g_string_new (NULL);
  g_autofree char *said = NULL;
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  for (guint i = 0; i < spans->len; i++)
    {
      PalWordsSpan *span = &g_array_index (spans, PalWordsSpan, i);
      const char *from = span->kind == PAL_WORDS_REMOVED ? before : after;
      GString *list = span->kind == PAL_WORDS_REMOVED ? removed : added;
      gsize start;

      if (span->kind == PAL_WORDS_REMOVED && (flags & PAL_COMPARISON_ONLY_AFTER) != 0)
        continue;
      if (i > 0 && span[-1].kind == PAL_WORDS_REMOVED && span->kind == PAL_WORDS_ADDED)
        part (text, from + span->start);
      start = text->len;
      g_string_append_len (text, from + span->start, span->length);
      mark (attributes, span->kind, start, text->len);
      if (span->kind == PAL_WORDS_SAME)
        continue;
      if (list->len > 0)
        g_string_append (list, " … ");
      g_string_append_len (list, from + span->start, span->length);
    }
  said = dup_description (removed, added);
  pal_wrap_set_text (label, text->str);
  gtk_label_set_attributes (label, attributes);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, said,
                                  -1);
}

/**
 * pal_comparison_new:
 * @before: a text
 * @after: another one
 * @flags: how they are shown
 *
 * Returns: (transfer floating): a label with @after, and what is different in it
 */
GtkWidget *
pal_comparison_new (const char *before, const char *after, PalComparisonFlags flags)
{
  GtkWidget *label = pal_wrap_label_new ("reason-answer");

  g_object_set_data_full (G_OBJECT (label), BEFORE_KEY, g_strdup (before), g_free);
  g_object_set_data_full (G_OBJECT (label), AFTER_KEY, g_strdup (after), g_free);
  g_object_set_data (G_OBJECT (label), FLAGS_KEY, GUINT_TO_POINTER (flags));
  show (GTK_LABEL (label));
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (show),
                           label, G_CONNECT_SWAPPED);

  return label;
}
