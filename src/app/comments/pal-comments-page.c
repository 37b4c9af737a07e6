// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-comments-page"
#include "config.h"

#include "pal-comments-page.h"
#include "pal-answer-words.h"
#include "pal-comments.h"
#include "pal-session-undo.h"
#include "pal-stack.h"

#include <glib/gi18n.h>
#include <string.h>

/* Each row costs a layout; what stands behind it comes up as the others are settled. */
#define MAX_ROWS 200

struct _PalCommentsPage
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkWidget *list_page;
  GtkLabel *title;
  GtkListBox *rows;
  GtkWidget *none_page;
  GtkWidget *back_button;

  PalSession *session;   /* (owned) */
  PalComments *comments; /* (unowned): lives as long as the dossier */
};

G_DEFINE_FINAL_TYPE (PalCommentsPage, pal_comments_page, ADW_TYPE_BIN)

/* How many answers the comment at this place of the list has got. */
static guint
count_replies (PalCommentsPage *self, guint index)
{
  GPtrArray *list = pal_comments_get_list (self->comments);
  guint n = 0;

  while (index + 1 + n < list->len && !pal_comments_is_first (self->comments, index + 1 + n))
    n++;

  return n;
}

static GtkWidget *
row_new (PalCommentsPage *self, guint index)
{
  const PalComment *comment = g_ptr_array_index (pal_comments_get_list (self->comments), index);
  GtkWidget *row = adw_action_row_new ();
  guint n_replies = count_replies (self, index);
  g_autofree char *question
      = pal_session_dup_question (self->session, comment->record, comment->node);
  g_autofree char *page
      = pal_session_dup_page_title (self->session, comment->record, comment->node);
  g_autofree char *author = pal_answer_dup_author (comment->author);
  g_autofree char *replies
      = n_replies > 0 ? g_strdup_printf (ngettext ("%u reply", "%u replies", n_replies), n_replies)
                      : g_strdup (_ ("no reply yet"));
  /* TRANSLATORS: who says what about a question, and how many answered: "Amal: Is this the new law?
   * · 2 replies" */
  g_autofree char *said
      = g_strdup_printf (C_ ("comment", "%1$s: %2$s · %3$s"), author, comment->text, replies);
  const char *title = question != NULL ? question : comment->node;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), said);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_widget_set_tooltip_text (row, page);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, said, -1);
  g_object_set_data (G_OBJECT (row), "index", GUINT_TO_POINTER (index));

  return row;
}

static void
update (PalCommentsPage *self)
{
  GPtrArray *list = pal_comments_get_list (self->comments);
  guint n = pal_comments_get_count (self->comments);
  guint n_rows = 0;
  g_autofree char *title = g_strdup_printf (ngettext ("%u open comment", "%u open comments", n), n);
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->rows))) != NULL)
    gtk_list_box_remove (self->rows, row);
  for (guint i = 0; i < list->len && n_rows < MAX_ROWS; i++)
    {
      const PalComment *comment = g_ptr_array_index (list, i);

      if (comment->resolved || !pal_comments_is_first (self->comments, i))
        continue;
      gtk_list_box_append (self->rows, row_new (self, i));
      n_rows++;
    }
  gtk_label_set_text (self->title, title);
  pal_stack_show (self->stack, n > 0 ? self->list_page : self->none_page);
}

static void
record_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalCommentsPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalRecord) record = pal_session_record_finish (PAL_SESSION (source), result, &error);

  if (record == NULL)
    g_info ("a record with comments could not be opened: %s", error->message);
  else if (self->session != NULL)
    update (self);
}

/* The words of the questions are known when their records are open. */
static void
open_records (PalCommentsPage *self)
{
  GPtrArray *list = pal_comments_get_list (self->comments);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < list->len; i++)
    {
      const PalComment *comment = g_ptr_array_index (list, i);

      if (!comment->resolved && g_hash_table_add (seen, comment->record)
          && pal_session_get_open_record (self->session, comment->record) == NULL)
        pal_session_open_record_async (self->session, comment->record, record_opened_cb,
                                       g_object_ref (self));
    }
}

static void
comments_changed_cb (PalCommentsPage *self)
{
  open_records (self);
  update (self);
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, PalCommentsPage *self)
{
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "index"));
  const PalComment *comment = g_ptr_array_index (pal_comments_get_list (self->comments), index);
  g_autofree char *record = g_strdup (comment->record);
  g_autofree char *node = g_strdup (comment->node);
  g_autofree char *title = pal_session_dup_question (self->session, record, node);

  pal_session_show_node (self->session, record, node);
  pal_comments_ask (self->comments, record, node, title != NULL ? title : "");
}

static void
pal_comments_page_dispose (GObject *object)
{
  PalCommentsPage *self = PAL_COMMENTS_PAGE (object);

  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_COMMENTS_PAGE);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pal_comments_page_parent_class)->dispose (object);
}

static void
pal_comments_page_class_init (PalCommentsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_comments_page_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/comments/pal-comments-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalCommentsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, PalCommentsPage, list_page);
  gtk_widget_class_bind_template_child (widget_class, PalCommentsPage, title);
  gtk_widget_class_bind_template_child (widget_class, PalCommentsPage, rows);
  gtk_widget_class_bind_template_child (widget_class, PalCommentsPage, none_page);
  gtk_widget_class_bind_template_child (widget_class, PalCommentsPage, back_button);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
pal_comments_page_init (PalCommentsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pal_comments_page_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the page, which follows what is said
 */
GtkWidget *
pal_comments_page_new (PalSession *session)
{
  PalCommentsPage *self = g_object_new (PAL_TYPE_COMMENTS_PAGE, NULL);

  self->session = g_object_ref (session);
  self->comments = pal_comments_of_dossier (pal_session_get_dossier (session));
  g_signal_connect_object (self->comments, "changed", G_CALLBACK (comments_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::form-language", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  comments_changed_cb (self);

  return GTK_WIDGET (self);
}
