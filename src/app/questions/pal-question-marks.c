// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-question-marks"
#include "config.h"

#include "pal-question-marks.h"
#include "pal-comments.h"
#include "pal-conflicts.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>

static PalRecord *
get_record (PalQuestionRow *row)
{
  return pal_question_context_get_record (pal_question_row_get_context (row));
}

/* What is kept nowhere has no comments and no conflicts. */
static gboolean
is_loose (PalQuestionRow *row)
{
  return pal_record_get_dossier (get_record (row)) == NULL;
}

static PalComments *
get_comments (PalQuestionRow *row)
{
  return pal_comments_of_dossier (pal_record_get_dossier (get_record (row)));
}

static PalConflicts *
get_conflicts (PalQuestionRow *row)
{
  return pal_conflicts_of_dossier (pal_record_get_dossier (get_record (row)));
}

static char *
dup_path (PalQuestionRow *row)
{
  PalNode *node = pal_question_row_get_node (row);

  return node != NULL ? pal_response_dup_path (pal_question_row_get_response (row), node) : NULL;
}

/* --- comments ------------------------------------------------------------------------------ */

void
pal_question_marks_ask_comments (PalQuestionRow *row)
{
  g_autofree char *path = dup_path (row);

  if (path != NULL && !is_loose (row))
    pal_comments_ask (get_comments (row), pal_record_get_id (get_record (row)), path,
                      pal_question_row_get_title (row));
}

static void
build_button (PalQuestionMarks *marks, GtkWidget *header)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

  marks->comments = gtk_button_new ();
  marks->comments_label = gtk_label_new (NULL);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("pal-comment-symbolic"));
  gtk_box_append (GTK_BOX (box), marks->comments_label);
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_button_set_child (GTK_BUTTON (marks->comments), box);
  gtk_widget_add_css_class (marks->comments, "flat");
  gtk_widget_add_css_class (marks->comments, "circular");
  gtk_widget_add_css_class (marks->comments, "guidance-button");
  gtk_widget_add_css_class (marks->comments, "comment-button");
  gtk_widget_add_css_class (marks->comments_label, "numeric");
  gtk_widget_set_valign (marks->comments, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (marks->comments, _ ("Comments on this question (Ctrl+M)"));
  /* No stop of Tab for each question: Ctrl+M does the same. */
  gtk_widget_set_can_focus (marks->comments, FALSE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (marks->comments), "question.comment");
  gtk_box_append (GTK_BOX (header), marks->comments);
}

static void
refresh_button (PalQuestionMarks *marks, PalQuestionRow *row, const char *path)
{
  guint n = path != NULL ? pal_comments_count_open (get_comments (row),
                                                    pal_record_get_id (get_record (row)), path)
                         : 0;
  g_autofree char *number = g_strdup_printf ("%u", n);
  g_autofree char *name = NULL;

  if (n > 0)
    /* TRANSLATORS: name of the button that shows what is said about a question */
    name = g_strdup_printf (ngettext ("%u open comment: %s", "%u open comments: %s", n), n,
                            pal_question_row_get_title (row));
  else
    /* TRANSLATORS: name of the button that shows what is said about a question */
    name = g_strdup_printf (_ ("Comments: %s"), pal_question_row_get_title (row));
  gtk_label_set_text (GTK_LABEL (marks->comments_label), number);
  gtk_widget_set_visible (marks->comments_label, n > 0);
  if (n > 0)
    gtk_widget_add_css_class (marks->comments, "has-comments");
  else
    gtk_widget_remove_css_class (marks->comments, "has-comments");
  gtk_accessible_update_property (GTK_ACCESSIBLE (marks->comments), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

/* --- conflicts ----------------------------------------------------------------------------- */

/* (nullable): about the question, or about one of the rows of a repeat. */
static const PalConflict *
find_conflict (PalQuestionRow *row, const char *path)
{
  PalConflicts *conflicts = get_conflicts (row);
  PalFormControl *control = pal_question_row_get_control (row);
  const char *record = pal_record_get_id (get_record (row));
  PalResponse *response = pal_question_row_get_response (row);
  PalNode *around = pal_question_row_get_around (row);
  PalFormNode *repeat = control->node;
  g_autofree char *parent = NULL;
  PalNode *node;

  if (pal_conflicts_get_count (conflicts) == 0)
    return NULL;
  if (path != NULL)
    return pal_conflicts_find (conflicts, record, path);
  if (control->kind != PAL_CONTROL_REPEAT || repeat == NULL || repeat->parent == NULL)
    return NULL;

  node = pal_response_find_definition (response, repeat->parent, around);
  parent = node != NULL ? pal_response_dup_path (response, node) : NULL;

  return parent != NULL
             ? pal_conflicts_find_row (conflicts, record, strrchr (repeat->path, '/') + 1, parent)
             : NULL;
}

static void
decide_cb (PalQuestionRow *row)
{
  g_autofree char *path = dup_path (row);
  const PalConflict *conflict = find_conflict (row, path);

  if (conflict != NULL)
    pal_conflicts_ask (get_conflicts (row), conflict->record, conflict->node);
}

static void
build_strip (PalQuestionMarks *marks, PalQuestionRow *row)
{
  GtkWidget *icon = gtk_image_new_from_icon_name ("pal-conflict-symbolic");
  GtkWidget *label = pal_wrap_label_new (NULL);
  /* TRANSLATORS: button on a question that several people answered differently: leads to the page
   * where one of the answers is chosen */
  GtkWidget *button = gtk_button_new_with_label (C_ ("conflict", "Decide…"));
  g_autofree char *name = NULL;

  marks->conflict = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_widget_add_css_class (marks->conflict, "conflict-mark");
  gtk_widget_set_valign (icon, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  pal_wrap_set_text (GTK_LABEL (label),
                     pal_question_row_get_node (row) != NULL
                         ? _ ("Answered differently by several people.")
                         : _ ("One person removed a row while another wrote in it."));
  /* TRANSLATORS: name of the button on a question that several people answered differently */
  name = g_strdup_printf (_ ("Decide: %s"), pal_question_row_get_title (row));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (decide_cb), row, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (marks->conflict), icon);
  gtk_box_append (GTK_BOX (marks->conflict), label);
  gtk_box_append (GTK_BOX (marks->conflict), button);
}

/* --- both ---------------------------------------------------------------------------------- */

void
pal_question_marks_watch (PalQuestionRow *row)
{
  if (is_loose (row))
    return;
  g_signal_connect_object (get_comments (row), "changed", G_CALLBACK (pal_question_row_refresh),
                           row, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_conflicts (row), "changed", G_CALLBACK (pal_question_row_refresh),
                           row, G_CONNECT_SWAPPED);
}

/**
 * pal_question_marks_refresh:
 * @marks: those of @row
 * @row: a question that takes an answer, or a repeat
 * @header: (nullable): the line with its words
 * @above: (nullable): the last child of @row that stands above the answer
 */
void
pal_question_marks_refresh (PalQuestionMarks *marks, PalQuestionRow *row, GtkWidget *header,
                            GtkWidget *above)
{
  g_autofree char *path = NULL;
  gboolean is_apart;

  if (is_loose (row))
    return;
  path = dup_path (row);
  is_apart = find_conflict (row, path) != NULL;
  if (path != NULL && header != NULL && marks->comments == NULL)
    build_button (marks, header);
  if (marks->comments != NULL)
    refresh_button (marks, row, path);
  if (is_apart && marks->conflict == NULL)
    {
      build_strip (marks, row);
      gtk_widget_insert_after (marks->conflict, GTK_WIDGET (row), above);
    }
  if (marks->conflict != NULL)
    gtk_widget_set_visible (marks->conflict, is_apart);
}
