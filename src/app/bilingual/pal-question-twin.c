// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-question-twin"
#include "config.h"

#include "pal-question-twin.h"

#include "pal-bilingual.h"
#include "pal-language.h"
#include "pal-pair.h"
#include "pal-twin-box.h"

#include <glib/gi18n.h>

#define PART_WIDTH 260 /* pixels */

static PalDossier *
get_dossier (PalQuestionRow *row)
{
  return pal_record_get_dossier (
      pal_question_context_get_record (pal_question_row_get_context (row)));
}

/* It stands in a pair from the beginning: a field that moves to another parent loses the focus. */
GtkWidget *
pal_question_twin_wrap (PalQuestionTwin *self, PalQuestionRow *row, GtkWidget *child)
{
  GtkWidget *column;

  if (self->pair != NULL || pal_question_row_get_node (row) == NULL || get_dossier (row) == NULL
      || !pal_twin_is_for (pal_question_row_get_control (row)))
    return child;

  column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->caption = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->caption), 0);
  gtk_widget_add_css_class (self->caption, "caption-heading");
  gtk_widget_set_visible (self->caption, FALSE);
  gtk_box_append (GTK_BOX (column), self->caption);
  gtk_box_append (GTK_BOX (column), child);
  self->pair = g_object_new (PAL_TYPE_PAIR, "part-width", PART_WIDTH, NULL);
  gtk_widget_set_parent (column, self->pair);
  g_signal_connect_object (pal_bilingual_of_dossier (get_dossier (row)), "changed",
                           G_CALLBACK (pal_question_row_refresh), row, G_CONNECT_SWAPPED);

  return self->pair;
}

/**
 * pal_question_twin_refresh:
 * @self: that of @row
 * @row: a question
 *
 * Shows the answer in the second language, if there is one now.
 */
void
pal_question_twin_refresh (PalQuestionTwin *self, PalQuestionRow *row)
{
  PalBilingual *bilingual;
  const char *first;
  gboolean shown;

  if (self->pair == NULL || pal_question_row_get_node (row) == NULL)
    return;
  bilingual = pal_bilingual_of_dossier (get_dossier (row));
  first = pal_bilingual_get_first (bilingual);
  shown = pal_bilingual_get_second (bilingual) != NULL;
  if (shown && self->box == NULL)
    {
      g_autoptr (GtkSizeGroup) captions = gtk_size_group_new (GTK_SIZE_GROUP_VERTICAL);

      gtk_size_group_add_widget (captions, self->caption);
      self->box = pal_twin_box_new (row, captions);
      gtk_widget_set_parent (self->box, self->pair);
    }
  if (self->box != NULL)
    gtk_widget_set_visible (self->box, shown);
  gtk_widget_set_visible (self->caption, shown);
  if (!shown)
    return;
  /* TRANSLATORS: stands above an answer that is translated beside it, when nobody said in which
   * language it is */
  gtk_label_set_text (GTK_LABEL (self->caption), first != NULL ? pal_language_get_own_name (first)
                                                               : C_ ("translation", "Answer"));
  pal_twin_box_refresh (PAL_TWIN_BOX (self->box));
}
