// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translate-screen"
#include "config.h"

#include "pal-translate-screen.h"

#include "pal-translate-template.h"
#include "pal-wrap.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#define TEMPLATES "/app/palermo/Palermo/"

/* What Palermo shows: the English where there is no translation, or one to be looked at. */
static const char *
get_shown (PalCatalogueEntry *entry, guint index)
{
  const char *translation = pal_catalogue_entry_get_translation (entry, index);
  const char *plural = pal_catalogue_entry_get_id_plural (entry);

  if (*translation != '\0' && !pal_catalogue_entry_is_fuzzy (entry))
    return translation;

  return index > 0 && plural != NULL ? plural : pal_catalogue_entry_get_id (entry);
}

/* --- what is filled in --------------------------------------------------------------------- */

static gboolean
is_number (char conversion)
{
  return conversion != '\0' && strchr ("diouxXeEfFgG", conversion) != NULL;
}

/* (transfer full): the text with something in the place of "%s", "%1$u" and the like. */
static char *
dup_filled (const char *text, const char *number)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (const char *at = text; *at != '\0';)
    {
      const char *end = at + 1;

      if (*at != '%')
        {
          g_string_append_c (out, *at++);
          continue;
        }
      while (*end != '\0' && strchr ("0123456789$.-+ #'*hlzjtq", *end) != NULL)
        end++;
      if (*end == '%')
        g_string_append_c (out, '%');
      else if (is_number (*end))
        g_string_append (out, number);
      else
        /* TRANSLATORS: stands where a name or a title would be filled in */
        g_string_append (out, C_ ("translate", "(…)"));
      at = *end != '\0' ? end + 1 : end;
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}

static char *
dup_number (PalCatalogue *catalogue, guint index)
{
  g_autofree char *examples = pal_catalogue_dup_plural_examples (catalogue, index);
  gsize length = examples != NULL ? strspn (examples, "0123456789") : 0;

  return length > 0 ? g_strndup (examples, length) : g_strdup ("12");
}

/* --- alone --------------------------------------------------------------------------------- */

static gboolean
has_mnemonic (const char *text)
{
  const char *line = strchr (text, '_');

  return line != NULL && line[1] != '\0' && line[1] != '_' && line[1] != ' ';
}

static GtkWidget *
alone_new (const char *text)
{
  GtkWidget *label;

  if (has_mnemonic (text))
    {
      GtkWidget *button = gtk_button_new_with_mnemonic (text);

      gtk_widget_set_halign (button, GTK_ALIGN_START);
      return button;
    }
  label = pal_wrap_label_new (NULL);
  pal_wrap_set_text (GTK_LABEL (label), text);

  return label;
}

/* --- in its template ----------------------------------------------------------------------- */

static const char *
translate_cb (const char *context, const char *english, gpointer user_data)
{
  PalCatalogueEntry *entry = pal_catalogue_find (user_data, context, english);

  return entry != NULL ? get_shown (entry, 0) : english;
}

static GtkWidget *
framed (GtkWidget *widget)
{
  if (GTK_IS_LIST_BOX_ROW (widget))
    {
      GtkWidget *list = gtk_list_box_new ();

      gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
      gtk_widget_add_css_class (list, "boxed-list");
      gtk_list_box_append (GTK_LIST_BOX (list), widget);
      return list;
    }
  if (GTK_IS_BUTTON (widget))
    gtk_widget_set_halign (widget, GTK_ALIGN_START);

  return widget;
}

/* (nullable) */
static GtkWidget *
find_in_templates (PalCatalogue *catalogue, PalCatalogueEntry *entry)
{
  const char *const *references = pal_catalogue_entry_get_references (entry);

  for (guint i = 0; references != NULL && references[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (references[i], ":", 2);
      g_autofree char *path = NULL;
      GtkWidget *widget;

      if (!g_str_has_prefix (parts[0], "ui/"))
        continue;
      path = g_strconcat (TEMPLATES, parts[0] + strlen ("ui/"), NULL);
      widget = pal_translate_template_build (path, pal_catalogue_entry_get_context (entry),
                                             pal_catalogue_entry_get_id (entry), translate_cb,
                                             catalogue);
      if (widget != NULL)
        return framed (widget);
    }

  return NULL;
}

GtkWidget *
pal_translate_screen_new (PalCatalogue *catalogue, PalCatalogueEntry *entry, guint index)
{
  GtkWidget *widget = find_in_templates (catalogue, entry);
  const char *text = get_shown (entry, index);
  g_autofree char *number = NULL;
  g_autofree char *filled = NULL;

  if (widget != NULL)
    return widget;
  number = dup_number (catalogue, index);
  filled = pal_catalogue_entry_is_format (entry) ? dup_filled (text, number) : g_strdup (text);

  return alone_new (filled);
}
