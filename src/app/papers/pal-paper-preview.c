// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-paper-preview"
#include "config.h"

#include "pal-paper-preview.h"

/* Each label costs a layout; the whole paper is in the file. */
#define MAX_LABELS 150

typedef struct
{
  GtkBox *box;
  gboolean is_right_to_left;
  guint n_labels;
} Preview;

static GtkWidget *
make_label (Preview *self, const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE);
  gtk_widget_set_hexpand (label, TRUE);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  self->n_labels++;

  return label;
}

static void
add_row (Preview *self, GtkWidget *list, GStrv head, GStrv cells)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  gtk_widget_add_css_class (box, "paper-row");
  for (guint i = 0; cells[i] != NULL && head[i] != NULL; i++)
    if (*cells[i] != '\0')
      {
        gtk_box_append (GTK_BOX (box), make_label (self, head[i], "caption-heading"));
        gtk_box_append (GTK_BOX (box), make_label (self, cells[i], NULL));
      }
  gtk_box_append (GTK_BOX (list), box);
}

/* In a narrow window columns would not fit: each row stands with the heads of its cells. */
static void
add_table (Preview *self, const PalPaperBlock *block)
{
  GtkWidget *list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);

  for (guint i = 1; i < block->rows->len && self->n_labels < MAX_LABELS; i++)
    add_row (self, list, g_ptr_array_index (block->rows, 0), g_ptr_array_index (block->rows, i));
  gtk_box_append (self->box, list);
}

static const char *
get_style (const PalPaperBlock *block)
{
  switch (block->kind)
    {
    case PAL_PAPER_TITLE:
      return "title-3";
    case PAL_PAPER_HEADING:
      return "heading";
    case PAL_PAPER_QUOTE:
      return "paper-quote";
    case PAL_PAPER_NOTE:
    case PAL_PAPER_BLANK:
      return "caption";
    case PAL_PAPER_TEXT:
    case PAL_PAPER_LINES:
    case PAL_PAPER_BULLET:
    case PAL_PAPER_NUMBER:
    case PAL_PAPER_TABLE:
    case PAL_PAPER_N_BLOCKS:
      break;
    }

  return NULL;
}

static void
add_block (Preview *self, const PalPaperBlock *block)
{
  g_autofree char *text = NULL;

  if (block->kind == PAL_PAPER_TABLE)
    {
      add_table (self, block);
      return;
    }
  if (block->kind == PAL_PAPER_BULLET)
    text = g_strconcat ("• ", block->text, NULL);
  else if (block->kind == PAL_PAPER_NUMBER)
    text = g_strdup_printf ("%u. %s", block->level, block->text);
  else
    text = g_strdup (block->text);
  gtk_box_append (self->box, make_label (self, text, get_style (block)));
}

static void
set_direction (GtkWidget *widget, GtkTextDirection direction)
{
  gtk_widget_set_direction (widget, direction);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    set_direction (child, direction);
}

void
pal_paper_preview_show (GtkBox *box, PalPaper *paper)
{
  Preview preview = { .box = box };
  GPtrArray *blocks = paper != NULL ? pal_paper_get_blocks (paper) : NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
  for (guint i = 0; blocks != NULL && i < blocks->len; i++)
    {
      if (preview.n_labels >= MAX_LABELS)
        {
          gtk_box_append (box, make_label (&preview, "…", NULL));
          break;
        }
      add_block (&preview, g_ptr_array_index (blocks, i));
    }
  if (paper != NULL)
    set_direction (GTK_WIDGET (box),
                   pal_paper_is_right_to_left (paper) ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
}
