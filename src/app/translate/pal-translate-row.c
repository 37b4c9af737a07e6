// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translate-row"
#include "config.h"

#include "pal-translate-row.h"

#include "pal-language.h"

#include <glib/gi18n.h>

struct _PalTranslateRow
{
  AdwBin parent_instance;

  GtkLabel *source;
  GtkLabel *target;
  GtkLabel *mark;

  PalTranslateWork *work;   /* (owned) (nullable) */
  PalCatalogueEntry *entry; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (PalTranslateRow, pal_translate_row, ADW_TYPE_BIN)

/* One line of the list: breaks of the text are none there. */
static char *
dup_line (const char *text)
{
  return g_strdelimit (g_strstrip (g_strdup (text)), "\n\t", ' ');
}

static char *
dup_mark (PalTranslateRow *self)
{
  guint n = pal_translate_work_get_n_remarks (self->work, self->entry);

  switch (pal_catalogue_entry_get_state (self->entry))
    {
    case PAL_ENTRY_MISSING:
      /* TRANSLATORS: mark on a text that has no translation */
      return g_strdup (C_ ("translate", "Missing"));
    case PAL_ENTRY_FUZZY:
      /* TRANSLATORS: mark on a translation that may not be right */
      return g_strdup (C_ ("translate", "To be looked at"));
    case PAL_ENTRY_TRANSLATED:
      break;
    }
  if (n == 0)
    return NULL;

  /* TRANSLATORS: mark on a translation about which there is something to say */
  return g_strdup_printf (ngettext ("%u warning", "%u warnings", n), n);
}

static void
set_style (PalTranslateRow *self, const char *style)
{
  static const char *const styles[] = { "missing", "fuzzy", "remarks" };

  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    if (g_strcmp0 (styles[i], style) == 0)
      gtk_widget_add_css_class (GTK_WIDGET (self->mark), styles[i]);
    else
      gtk_widget_remove_css_class (GTK_WIDGET (self->mark), styles[i]);
}

static const char *
get_style (PalCatalogueEntry *entry)
{
  switch (pal_catalogue_entry_get_state (entry))
    {
    case PAL_ENTRY_MISSING:
      return "missing";
    case PAL_ENTRY_FUZZY:
      return "fuzzy";
    case PAL_ENTRY_TRANSLATED:
      break;
    }

  return "remarks";
}

static void
update (PalTranslateRow *self)
{
  g_autofree char *source = NULL;
  g_autofree char *target = NULL;
  g_autofree char *mark = NULL;
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));

  if (self->entry == NULL)
    return;
  source = dup_line (pal_catalogue_entry_get_id (self->entry));
  target = dup_line (pal_catalogue_entry_get_translation (self->entry, 0));
  mark = dup_mark (self);
  gtk_label_set_text (self->source, source);
  gtk_label_set_text (self->target, target);
  gtk_widget_set_visible (GTK_WIDGET (self->target), *target != '\0');
  gtk_widget_set_direction (
      GTK_WIDGET (self->target),
      pal_language_is_right_to_left (pal_translate_work_get_language (self->work))
          ? GTK_TEXT_DIR_RTL
          : GTK_TEXT_DIR_LTR);
  gtk_label_set_text (self->mark, mark != NULL ? mark : "");
  gtk_widget_set_visible (GTK_WIDGET (self->mark), mark != NULL);
  set_style (self, get_style (self->entry));
  /* The rows of a list view have no name of their own. */
  if (item != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, source,
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                    mark != NULL ? mark : target, -1);
}

static void
checked_cb (PalTranslateRow *self, PalCatalogueEntry *entry)
{
  if (entry == self->entry)
    update (self);
}

static void
pal_translate_row_dispose (GObject *object)
{
  pal_translate_row_bind (PAL_TRANSLATE_ROW (object), NULL, NULL);

  G_OBJECT_CLASS (pal_translate_row_parent_class)->dispose (object);
}

static void
pal_translate_row_class_init (PalTranslateRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pal_translate_row_dispose;
}

static GtkLabel *
line_new (GtkWidget *box, int n_lines, const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_lines (GTK_LABEL (label), n_lines);
  gtk_label_set_wrap (GTK_LABEL (label), n_lines > 1);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (label), 8);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  gtk_box_append (GTK_BOX (box), label);

  return GTK_LABEL (label);
}

static void
pal_translate_row_init (PalTranslateRow *self)
{
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  self->source = line_new (lines, 2, NULL);
  self->target = line_new (lines, 1, "dim-label");
  self->mark = line_new (lines, 1, "translate-mark");
  gtk_widget_set_halign (GTK_WIDGET (self->mark), GTK_ALIGN_START);
  gtk_widget_add_css_class (GTK_WIDGET (self), "translate-row");
  adw_bin_set_child (ADW_BIN (self), lines);
}

GtkWidget *
pal_translate_row_new (void)
{
  return g_object_new (PAL_TYPE_TRANSLATE_ROW, NULL);
}

void
pal_translate_row_bind (PalTranslateRow *self, PalTranslateWork *work, PalCatalogueEntry *entry)
{
  g_return_if_fail (PAL_IS_TRANSLATE_ROW (self));

  if (self->entry != NULL)
    g_signal_handlers_disconnect_by_data (self->entry, self);
  if (self->work != NULL)
    g_signal_handlers_disconnect_by_data (self->work, self);
  g_set_object (&self->work, work);
  g_set_object (&self->entry, entry);
  if (entry == NULL)
    return;
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (work, "checked", G_CALLBACK (checked_cb), self);
  update (self);
}
