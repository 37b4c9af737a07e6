// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-return-page-row"
#include "config.h"

#include "pal-return-page-row.h"

#include "pal-answer-words.h"
#include "pal-comparison.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>

/* Each answer costs a layout; the history and the conflicts have all of them. */
#define MAX_ANSWERS 200

/* An answer that is shown when the row is unfolded. */
typedef struct
{
  char *place; /* (nullable): the card on which the question stands */
  char *title;
  char *before;
  char *after;
  char *author; /* (nullable) */
  gboolean is_conflict;
} Answer;

struct _PalReturnPageRow
{
  AdwExpanderRow parent_instance;

  GPtrArray *answers; /* (owned) (nullable) (element-type Answer): NULL: they are shown */
  guint n_more;
};

G_DEFINE_FINAL_TYPE (PalReturnPageRow, pal_return_page_row, ADW_TYPE_EXPANDER_ROW)

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_free (answer->place);
  g_free (answer->title);
  g_free (answer->before);
  g_free (answer->after);
  g_free (answer->author);
  g_free (answer);
}

/* --- one answer */

static const char *
get_mark (const Answer *answer)
{
  if (answer->is_conflict)
    /* TRANSLATORS: of an answer: two people wrote different things */
    return C_ ("answer", "Conflict");
  if (*answer->before == '\0')
    /* TRANSLATORS: of an answer: there was none before */
    return C_ ("answer", "New");
  if (*answer->after == '\0')
    /* TRANSLATORS: of an answer: it would be taken out */
    return C_ ("answer", "Emptied");

  return C_ ("answer", "Changed");
}

static GtkWidget *
mark_new (const Answer *answer)
{
  GtkWidget *mark = gtk_label_new (get_mark (answer));

  gtk_widget_add_css_class (mark, "answer-mark");
  if (answer->is_conflict)
    gtk_widget_add_css_class (mark, "conflict");
  gtk_widget_set_valign (mark, GTK_ALIGN_START);

  return mark;
}

static void
add_text (GtkWidget *box, const char *words)
{
  GtkWidget *text = pal_wrap_label_new (NULL);

  pal_wrap_set_text (GTK_LABEL (text), words);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_box_append (GTK_BOX (box), text);
}

static GtkWidget *
answer_row_new (const Answer *answer)
{
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *title = pal_wrap_label_new ("heading");

  pal_wrap_set_text (GTK_LABEL (title), answer->title);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_box_append (GTK_BOX (line), title);
  gtk_box_append (GTK_BOX (line), mark_new (answer));
  if (answer->place != NULL)
    {
      GtkWidget *place = pal_wrap_label_new ("caption");

      pal_wrap_set_text (GTK_LABEL (place), answer->place);
      gtk_label_set_xalign (GTK_LABEL (place), 0);
      gtk_box_append (GTK_BOX (box), place);
    }
  gtk_box_append (GTK_BOX (box), line);
  if (answer->is_conflict && *answer->before != '\0')
    {
      /* TRANSLATORS: of a conflict: what the dossier says, and what a colleague wrote */
      g_autofree char *here = g_strdup_printf (_ ("Here: %s"), answer->before);
      g_autofree char *theirs = g_strdup_printf (_ ("Theirs: %s"), answer->after);

      add_text (box, here);
      add_text (box, theirs);
    }
  else if (*answer->before == '\0' || *answer->after == '\0')
    add_text (box, *answer->after != '\0' ? answer->after : answer->before);
  else
    gtk_box_append (GTK_BOX (box),
                    pal_comparison_new (answer->before, answer->after, PAL_COMPARISON_DEFAULT));
  if (answer->author != NULL && *answer->author != '\0')
    {
      g_autofree char *author = pal_answer_dup_author (answer->author);
      GtkWidget *whose = pal_wrap_label_new ("dim-label");

      pal_wrap_set_text (GTK_LABEL (whose), author);
      gtk_label_set_xalign (GTK_LABEL (whose), 0);
      gtk_box_append (GTK_BOX (box), whose);
    }
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  answer->title, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  get_mark (answer), -1);

  return row;
}

static GtkWidget *
more_row_new (guint n)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *words = g_strdup_printf (ngettext ("and %u more", "and %u more", n), n);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), words);

  return row;
}

static void
expanded_cb (PalReturnPageRow *self)
{
  g_autoptr (GPtrArray) answers = NULL;

  if (!adw_expander_row_get_expanded (ADW_EXPANDER_ROW (self)))
    return;

  answers = g_steal_pointer (&self->answers);
  for (guint i = 0; answers != NULL && i < answers->len; i++)
    adw_expander_row_add_row (ADW_EXPANDER_ROW (self),
                              answer_row_new (g_ptr_array_index (answers, i)));
  if (answers != NULL && self->n_more > 0)
    adw_expander_row_add_row (ADW_EXPANDER_ROW (self), more_row_new (self->n_more));
}

/* --- the row */

static void
pal_return_page_row_finalize (GObject *object)
{
  g_clear_pointer (&PAL_RETURN_PAGE_ROW (object)->answers, g_ptr_array_unref);

  G_OBJECT_CLASS (pal_return_page_row_parent_class)->finalize (object);
}

static void
pal_return_page_row_class_init (PalReturnPageRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pal_return_page_row_finalize;
}

static void
pal_return_page_row_init (PalReturnPageRow *self)
{
  self->answers = g_ptr_array_new_with_free_func (answer_free);
  g_signal_connect (self, "notify::expanded", G_CALLBACK (expanded_cb), NULL);
}

static char *
dup_title (PalResponse *response, PalFormControl *control)
{
  for (; control != NULL; control = control->parent)
    {
      char *title = pal_response_dup_text (response, control, NULL, PAL_TEXT_LABEL);

      if (title != NULL && *title != '\0')
        return title;
      g_free (title);
    }

  return g_strdup ("");
}

/* Questions of one name are told apart by their cards. */
static char *
dup_place (PalSession *session, PalFormControl *control)
{
  PalResponse *response = pal_record_get_response (pal_session_get_questionnaire (session));
  PalOutlineCard *card = pal_outline_find_card (pal_session_get_outline (session), control);
  g_autofree char *title = NULL;

  if (card == NULL || card->title == NULL || card->title == control)
    return NULL;
  title = pal_response_dup_text (response, card->title, NULL, PAL_TEXT_LABEL);
  if (title == NULL || card->number == 0)
    return g_steal_pointer (&title);

  return g_strdup_printf ("%u  %s", card->number, title);
}

static Answer *
answer_new (PalSession *session, const PalReturnAnswer *from)
{
  PalResponse *response = pal_record_get_response (pal_session_get_questionnaire (session));
  PalNode *node = pal_response_find (response, from->node->node);
  gboolean is_row = g_str_has_suffix (from->node->node, "]");
  Answer *answer = g_new0 (Answer, 1);

  answer->place = dup_place (session, from->control);
  answer->title = dup_title (response, from->control);
  answer->before = is_row
                       ? g_strdup ("")
                       : pal_answer_dup_words (response, from->control, node, from->node->before);
  answer->after = is_row ? g_strdup (_ ("A row was removed in which somebody else wrote."))
                         : pal_answer_dup_words (response, from->control, node,
                                                 from->node->is_conflict ? from->node->incoming
                                                                         : from->node->after);
  answer->author = g_strdup (from->node->author);
  answer->is_conflict = from->node->is_conflict;

  return answer;
}

GtkWidget *
pal_return_page_row_new (PalSession *session, const PalReturnPage *page)
{
  PalReturnPageRow *self = g_object_new (PAL_TYPE_RETURN_PAGE_ROW, NULL);
  g_autofree char *words = pal_return_page_dup_words (page);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), page->title);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), words);
  if (page->n_conflicts > 0)
    adw_expander_row_set_icon_name (ADW_EXPANDER_ROW (self), "dialog-warning-symbolic");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, page->title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
  for (guint i = 0; i < page->answers->len && i < MAX_ANSWERS; i++)
    g_ptr_array_add (self->answers, answer_new (session, g_ptr_array_index (page->answers, i)));
  self->n_more = page->answers->len - self->answers->len;

  return GTK_WIDGET (self);
}
