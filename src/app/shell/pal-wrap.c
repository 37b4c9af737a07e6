// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-wrap"
#include "config.h"

#include "pal-wrap.h"

/* What fits beside the buttons of a question in the narrowest window. Characters. */
#define LONG_WORD 13

static gboolean
has_long_word (const char *text)
{
  guint length = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      /* Wide scripts break between any two characters. */
      if (g_unichar_isspace (c) || g_unichar_iswide (c) || c == '-' || c == '/')
        length = 0;
      else if (++length > LONG_WORD)
        return TRUE;
    }

  return FALSE;
}

GtkWidget *
pal_wrap_label_new (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);

  return label;
}

/* Labels do not compare for themselves, and each new text is a new layout of the page. */
void
pal_wrap_set_text (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (label), text) == 0)
    return;

  gtk_label_set_wrap_mode (label, has_long_word (text) ? PANGO_WRAP_WORD_CHAR : PANGO_WRAP_WORD);
  gtk_label_set_text (label, text);
}

void
pal_wrap_label (GtkLabel *label)
{
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, has_long_word (gtk_label_get_text (label)) ? PANGO_WRAP_WORD_CHAR
                                                                             : PANGO_WRAP_WORD);
}
