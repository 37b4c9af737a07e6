// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-words-row"
#include "config.h"

#include "pal-words-row.h"

#include "pal-pair.h"
#include "pal-text.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>

#define PART_WIDTH 240 /* pixels that what a row says needs beside its choice */

/* Embeddings and overrides of direction reach beyond their line of text; isolates do not. */
static gboolean
is_harmless (gunichar c)
{
  return c == '\n' || c == '\t'
         || (g_unichar_type (c) != G_UNICODE_CONTROL && (c < 0x202a || c > 0x202e));
}

/**
 * pal_words_dup_plain:
 * @text: (nullable): text from outside
 * @max_bytes: cut after this many bytes
 *
 * Returns: (transfer full): valid UTF-8
 */
char *
pal_words_dup_plain (const char *text, gsize max_bytes)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *out = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (out->len + g_unichar_to_utf8 (c, NULL) > max_bytes)
        break;
      if (is_harmless (c))
        g_string_append_unichar (out, c);
    }

  return g_string_free (out, FALSE);
}

static GtkWidget *
label_new (const char *text, const char *css_class)
{
  GtkWidget *label = pal_wrap_label_new (css_class);

  pal_wrap_set_text (GTK_LABEL (label), text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);

  return label;
}

static GtkWidget *
words_new (const char *title, const char *subtitle)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  gtk_box_append (GTK_BOX (box), label_new (title, NULL));
  if (!pal_text_is_blank (subtitle))
    {
      GtkWidget *second = label_new (subtitle, "dim-label");

      gtk_widget_add_css_class (second, "caption");
      gtk_box_append (GTK_BOX (box), second);
    }
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (box, TRUE);

  return box;
}

static GtkWidget *
row_new (const char *title, const char *subtitle, GtkWidget *content)
{
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_widget_add_css_class (content, "list-pair");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), content);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  subtitle != NULL ? subtitle : "", -1);

  return row;
}

/**
 * pal_words_row_new:
 * @title: what it says
 * @subtitle: (nullable): what is said about that
 * @choice: (nullable): a widget that stands beside it, or below where there is no room
 *
 * Returns: (transfer floating): a #GtkListBoxRow
 */
GtkWidget *
pal_words_row_new (const char *title, const char *subtitle, GtkWidget *choice)
{
  GtkWidget *pair = g_object_new (PAL_TYPE_PAIR, "part-width", PART_WIDTH, NULL);
  GtkWidget *row;

  gtk_widget_set_parent (words_new (title, subtitle), pair);
  if (choice != NULL)
    {
      gtk_widget_set_valign (choice, GTK_ALIGN_CENTER);
      gtk_widget_set_parent (choice, pair);
    }
  row = row_new (title, subtitle, pair);
  gtk_widget_set_focusable (row, choice == NULL);

  return row;
}

GtkWidget *
pal_words_row_new_said (const char *label, const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *asked = label_new (label, "dim-label");

  gtk_widget_add_css_class (asked, "caption");
  gtk_box_append (GTK_BOX (box), asked);
  gtk_box_append (GTK_BOX (box), label_new (text, NULL));

  return row_new (label, text, box);
}

GtkWidget *
pal_words_row_new_ticked (const char *title, const char *subtitle, GtkWidget *tick)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *row;

  if (tick != NULL)
    {
      gtk_widget_set_valign (tick, GTK_ALIGN_START);
      gtk_box_append (GTK_BOX (box), tick);
      gtk_accessible_update_property (GTK_ACCESSIBLE (tick), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                      subtitle != NULL ? subtitle : "", -1);
    }
  gtk_box_append (GTK_BOX (box), words_new (title, subtitle));
  row = row_new (title, subtitle, box);
  gtk_widget_set_focusable (row, tick == NULL);

  return row;
}

/**
 * pal_words_part_new:
 * @box: a box of such parts
 * @title: what its rows are about, or ""
 *
 * Returns: (transfer none): its list
 */
GtkListBox *
pal_words_part_new (GtkBox *box, const char *title)
{
  GtkWidget *heading = gtk_label_new (title);
  GtkWidget *list = gtk_list_box_new ();

  gtk_label_set_wrap (GTK_LABEL (heading), TRUE);
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "dim-label");
  gtk_widget_set_margin_top (heading, gtk_widget_get_first_child (GTK_WIDGET (box)) ? 9 : 0);
  gtk_widget_set_visible (heading, *title != '\0');
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_box_append (box, heading);
  gtk_box_append (box, list);

  return GTK_LIST_BOX (list);
}

void
pal_words_rows_empty (GtkListBox *list)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (list))) != NULL)
    gtk_list_box_remove (list, row);
}

void
pal_words_rows_add_rest (GtkListBox *list, guint n)
{
  g_autofree char *words = g_strdup_printf (ngettext ("and %u more", "and %u more", n), n);

  if (n > 0)
    gtk_list_box_append (list, pal_words_row_new (words, NULL, NULL));
}
