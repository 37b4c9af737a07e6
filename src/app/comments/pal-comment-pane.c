// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-comment-pane"
#include "config.h"

#include "pal-comment-pane.h"
#include "pal-answer-words.h"
#include "pal-ask.h"
#include "pal-comments.h"
#include "pal-session-undo.h"
#include "pal-text-view.h"
#include "pal-text.h"
#include "pal-trouble.h"
#include "pal-wrap-layout.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>
#include <string.h>

struct _PalCommentPane
{
  GtkWidget parent_instance;

  PalSession *session;   /* (owned) (nullable) */
  PalComments *comments; /* (unowned): lives as long as the dossier */
  char *record;          /* (owned) (nullable) */
  char *node;            /* (owned) (nullable) */
  char *reply;           /* (owned) (nullable): the talk that is answered */
  gboolean writing;

  GtkBox *box;
  GtkLabel *question;
  GtkScrolledWindow *scrolled;
  GtkBox *talks;
  GtkWidget *reply_bar;
  GtkLabel *reply_label;
  GtkBox *frame;
  GtkTextView *text;
  GtkButton *write_button;
  GtkButton *next_button;
};

enum
{
  CLOSE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalCommentPane, pal_comment_pane, GTK_TYPE_WIDGET)

/* --- a talk -------------------------------------------------------------------------------- */

static void
add_label (GtkWidget *box, const char *text, const char *css_class)
{
  GtkWidget *label = pal_wrap_label_new (css_class);

  pal_wrap_set_text (GTK_LABEL (label), text);
  gtk_box_append (GTK_BOX (box), label);
}

static void
add_comment (GtkWidget *talk, const PalComment *comment, gboolean is_first)
{
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL,
                                 "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  g_autofree char *author = pal_answer_dup_author (comment->author);
  g_autofree char *time = pal_answer_dup_time (comment->time_us);
  /* TRANSLATORS: what a screen reader says of a comment: who wrote it, when */
  g_autofree char *name
      = is_first ? g_strdup_printf (C_ ("comment", "Comment of %1$s, %2$s"), author, time)
                 : g_strdup_printf (C_ ("comment", "Reply of %1$s, %2$s"), author, time);

  if (!is_first)
    gtk_widget_add_css_class (box, "comment-reply");
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  add_label (box, author, "reason-question");
  add_label (box, time, "hint");
  add_label (box, comment->text, "reason-answer");
  gtk_box_append (GTK_BOX (talk), box);
}

static void
add_button (GtkWidget *box, const char *label, const char *name, const char *action,
            const char *target)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_box_append (GTK_BOX (box), button);
}

static void
add_buttons (GtkWidget *talk, const PalComment *first)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autofree char *author = pal_answer_dup_author (first->author);
  /* TRANSLATORS: names of buttons: whose comment is answered, settled, taken up again */
  g_autofree char *reply = g_strdup_printf (_ ("Reply to %s"), author);
  g_autofree char *settle = g_strdup_printf (_ ("Settle the comment of %s"), author);
  g_autofree char *again = g_strdup_printf (_ ("Take up the comment of %s again"), author);

  /* In lines, as words: a narrow pane in large type has no room for two beside each other. */
  gtk_widget_set_layout_manager (box, pal_wrap_layout_new (6));
  add_button (box, C_ ("comment", "Reply"), reply, "comments.reply", first->id);
  if (first->resolved)
    add_button (box, C_ ("comment", "Take Up Again"), again, "comments.reopen", first->id);
  else
    /* TRANSLATORS: button on a comment that is dealt with */
    add_button (box, C_ ("comment", "Settle"), settle, "comments.settle", first->id);
  gtk_box_append (GTK_BOX (talk), box);
}

static void
end_talk (GtkWidget *talk, const PalComment *first)
{
  if (first->resolved)
    {
      g_autofree char *resolver = pal_answer_dup_author (first->resolver);
      g_autofree char *time = pal_answer_dup_time (first->resolved_us);
      /* TRANSLATORS: below a comment that is dealt with: by whom, when */
      g_autofree char *words = g_strdup_printf (_ ("Settled by %1$s, %2$s"), resolver, time);

      add_label (talk, words, "hint");
      gtk_widget_add_css_class (talk, "settled");
    }
  add_buttons (talk, first);
}

/* --- all of them --------------------------------------------------------------------------- */

/* settled: only those that are, or only those that are not. */
static guint
add_talks (PalCommentPane *self, gboolean settled)
{
  GPtrArray *list = pal_comments_get_list (self->comments);
  const PalComment *first = NULL;
  GtkWidget *talk = NULL;
  guint n = 0;

  for (guint i = 0; i < list->len; i++)
    {
      const PalComment *comment = g_ptr_array_index (list, i);
      gboolean is_first = pal_comments_is_first (self->comments, i);

      if (strcmp (comment->record, self->record) != 0 || strcmp (comment->node, self->node) != 0
          || comment->resolved != settled)
        continue;
      if (is_first || talk == NULL)
        {
          if (talk != NULL)
            end_talk (talk, first);
          talk = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
          gtk_widget_add_css_class (talk, "card");
          gtk_widget_add_css_class (talk, "comment-talk");
          gtk_box_append (self->talks, talk);
          first = comment;
          n++;
        }
      add_comment (talk, comment, is_first);
    }
  if (talk != NULL)
    end_talk (talk, first);

  return n;
}

/* (nullable): the first open talk behind those of this question, on another one. */
static const PalComment *
find_next (PalCommentPane *self)
{
  GPtrArray *list = pal_comments_get_list (self->comments);
  const PalComment *next = NULL;
  gboolean is_behind = FALSE;

  for (guint i = 0; i < list->len; i++)
    {
      const PalComment *comment = g_ptr_array_index (list, i);

      if (self->record != NULL && strcmp (comment->record, self->record) == 0
          && strcmp (comment->node, self->node) == 0)
        is_behind = TRUE;
      else if (!comment->resolved && is_behind)
        return comment;
      else if (!comment->resolved && next == NULL)
        next = comment;
    }

  return next;
}

static void
update_write_button (PalCommentPane *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "comments.write",
                                 !self->writing && gtk_text_buffer_get_char_count (buffer) > 0);
}

static void
set_reply (PalCommentPane *self, const PalComment *comment)
{
  g_autofree char *author = comment != NULL ? pal_answer_dup_author (comment->author) : NULL;
  g_autofree char *words
      = author != NULL ? g_strdup_printf (_ ("Reply to %s"), author) : g_strdup ("");

  g_free (self->reply);
  self->reply = comment != NULL ? g_strdup (comment->id) : NULL;
  gtk_label_set_text (self->reply_label, words);
  gtk_widget_set_visible (self->reply_bar, comment != NULL);
  gtk_button_set_label (self->write_button,
                        comment != NULL ? C_ ("comment", "_Reply") : C_ ("comment", "_Comment"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  comment != NULL ? words : _ ("Write a comment"), -1);
}

static void
update (PalCommentPane *self)
{
  GtkWidget *talks = GTK_WIDGET (self->talks);
  GtkWidget *child;

  if (self->record == NULL)
    return;
  /* The button that has the focus goes with its talk. */
  if (gtk_widget_get_focus_child (talks) != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->text));
  while ((child = gtk_widget_get_first_child (talks)) != NULL)
    gtk_box_remove (self->talks, child);
  if (add_talks (self, FALSE) + add_talks (self, TRUE) == 0)
    add_label (talks,
               _ ("Nobody has said anything about this question yet. A comment stays in the "
                  "dossier, where colleagues who work on it find it. It leaves with what you send "
                  "only when you say so."),
               "hint");
  gtk_widget_set_visible (GTK_WIDGET (self->next_button), find_next (self) != NULL);
}

/* --- writing ------------------------------------------------------------------------------- */

static void
say (PalCommentPane *self, const char *words)
{
  AdwToast *toast = adw_toast_new (words);

  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_action_name (toast, "win.undo");
  pal_toast (GTK_WIDGET (self), toast);
}

static gboolean
finish (PalCommentPane *self, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (pal_comments_write_finish (self->comments, result, &error))
    return self->session != NULL;
  if (self->session == NULL)
    return FALSE; /* the dossier was closed meanwhile */
  words = pal_trouble_dup_words (error);
  pal_tell (GTK_WIDGET (self), _ ("The comment could not be written"), words);

  return FALSE;
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalCommentPane) self = user_data;
  gboolean ok = finish (self, result);

  self->writing = FALSE;
  if (!ok)
    {
      if (self->session != NULL)
        update_write_button (self);
      return;
    }
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), "", -1);
  say (self, self->reply != NULL ? _ ("Reply added") : _ ("Comment added"));
  set_reply (self, NULL);
  update_write_button (self);
}

static void
write_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalCommentPane *self = PAL_COMMENT_PANE (widget);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  g_autofree char *text = NULL;
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  if (self->record == NULL || self->writing || pal_text_is_blank (text))
    return;
  self->writing = TRUE;
  update_write_button (self);
  pal_comments_add_async (self->comments, self->record, self->node, g_strstrip (text), self->reply,
                          written_cb, g_object_ref (self));
}

static void
settled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalCommentPane) self = user_data;

  if (finish (self, result))
    say (self, _ ("Comment settled"));
}

static void
reopened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalCommentPane) self = user_data;

  if (finish (self, result))
    say (self, _ ("Comment taken up again"));
}

static void
settle_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalCommentPane *self = PAL_COMMENT_PANE (widget);

  pal_comments_resolve_async (self->comments, g_variant_get_string (parameter, NULL), TRUE,
                              settled_cb, g_object_ref (self));
}

static void
reopen_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalCommentPane *self = PAL_COMMENT_PANE (widget);

  pal_comments_resolve_async (self->comments, g_variant_get_string (parameter, NULL), FALSE,
                              reopened_cb, g_object_ref (self));
}

static void
reply_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalCommentPane *self = PAL_COMMENT_PANE (widget);
  GPtrArray *list = pal_comments_get_list (self->comments);

  for (guint i = 0; i < list->len; i++)
    {
      const PalComment *comment = g_ptr_array_index (list, i);

      if (strcmp (comment->id, g_variant_get_string (parameter, NULL)) == 0)
        set_reply (self, comment);
    }
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
}

static void
no_reply_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalCommentPane *self = PAL_COMMENT_PANE (widget);

  set_reply (self, NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
}

static void
next_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalCommentPane *self = PAL_COMMENT_PANE (widget);
  const PalComment *next = find_next (self);
  g_autofree char *record = next != NULL ? g_strdup (next->record) : NULL;
  g_autofree char *node = next != NULL ? g_strdup (next->node) : NULL;
  g_autofree char *title = NULL;

  if (next == NULL)
    return;
  pal_session_show_node (self->session, record, node);
  title = pal_session_dup_question (self->session, record, node);
  pal_comments_ask (self->comments, record, node, title != NULL ? title : "");
}

static void
close_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[CLOSE], 0);
}

/* --- the widget ---------------------------------------------------------------------------- */

static void
pal_comment_pane_dispose (GObject *object)
{
  PalCommentPane *self = PAL_COMMENT_PANE (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_COMMENT_PANE);
  g_clear_object (&self->session);
  g_clear_pointer (&self->record, g_free);
  g_clear_pointer (&self->node, g_free);
  g_clear_pointer (&self->reply, g_free);

  G_OBJECT_CLASS (pal_comment_pane_parent_class)->dispose (object);
}

static void
pal_comment_pane_class_init (PalCommentPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_comment_pane_dispose;

  signals[CLOSE] = g_signal_new ("close", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/comments/pal-comment-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, PalCommentPane, box);
  gtk_widget_class_bind_template_child (widget_class, PalCommentPane, question);
  gtk_widget_class_bind_template_child (widget_class, PalCommentPane, scrolled);
  gtk_widget_class_bind_template_child (widget_class, PalCommentPane, talks);
  gtk_widget_class_bind_template_child (widget_class, PalCommentPane, reply_bar);
  gtk_widget_class_bind_template_child (widget_class, PalCommentPane, reply_label);
  gtk_widget_class_bind_template_child (widget_class, PalCommentPane, frame);
  gtk_widget_class_bind_template_child (widget_class, PalCommentPane, write_button);
  gtk_widget_class_bind_template_child (widget_class, PalCommentPane, next_button);
  gtk_widget_class_install_action (widget_class, "comments.write", NULL, write_action);
  gtk_widget_class_install_action (widget_class, "comments.reply", "s", reply_action);
  gtk_widget_class_install_action (widget_class, "comments.no-reply", NULL, no_reply_action);
  gtk_widget_class_install_action (widget_class, "comments.settle", "s", settle_action);
  gtk_widget_class_install_action (widget_class, "comments.reopen", "s", reopen_action);
  gtk_widget_class_install_action (widget_class, "comments.next", NULL, next_action);
  gtk_widget_class_install_action (widget_class, "comments.close", NULL, close_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "comments.close", NULL);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "comment-pane");
}

/* Before the text takes the key for a new line. */
static GtkEventController *
write_key_new (void)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("<Control>Return|<Control>KP_Enter"),
                        gtk_named_action_new ("comments.write")));

  return keys;
}

static void
pal_comment_pane_init (PalCommentPane *self)
{
  g_autoptr (GtkTextBuffer) buffer = gtk_text_buffer_new (NULL);

  gtk_widget_init_template (GTK_WIDGET (self));
  self->text = GTK_TEXT_VIEW (pal_text_view_new (buffer));
  gtk_widget_set_hexpand (GTK_WIDGET (self->text), TRUE);
  gtk_widget_add_controller (GTK_WIDGET (self->text), write_key_new ());
  gtk_box_append (self->frame, GTK_WIDGET (self->text));
  g_signal_connect_object (buffer, "changed", G_CALLBACK (update_write_button), self,
                           G_CONNECT_SWAPPED);
  set_reply (self, NULL);
  update_write_button (self);
}

/* The question in the language in which questions are shown now. */
static void
name_question (PalCommentPane *self)
{
  g_autofree char *title = self->record != NULL && self->node != NULL
                               ? pal_session_dup_question (self->session, self->record, self->node)
                               : NULL;

  if (title != NULL)
    pal_wrap_set_text (self->question, title);
}

void
pal_comment_pane_set_session (PalCommentPane *self, PalSession *session)
{
  g_return_if_fail (PAL_IS_COMMENT_PANE (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->comments = pal_comments_of_dossier (pal_session_get_dossier (session));
  g_signal_connect_object (self->comments, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::form-language", G_CALLBACK (name_question), self,
                           G_CONNECT_SWAPPED);
}

void
pal_comment_pane_show (PalCommentPane *self, const char *record, const char *node,
                       const char *title)
{
  gboolean is_same;
  char *new_record = g_strdup (record);
  char *new_node = g_strdup (node);

  g_return_if_fail (PAL_IS_COMMENT_PANE (self));

  is_same = g_strcmp0 (self->record, record) == 0 && g_strcmp0 (self->node, node) == 0;
  g_free (self->record);
  g_free (self->node);
  self->record = new_record;
  self->node = new_node;
  pal_wrap_set_text (self->question, title);
  if (!is_same)
    set_reply (self, NULL);
  update (self);
  if (!is_same)
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled), 0);
}

void
pal_comment_pane_follow (PalCommentPane *self, PalCommentPane *before)
{
  g_return_if_fail (PAL_IS_COMMENT_PANE (self));
  g_return_if_fail (PAL_IS_COMMENT_PANE (before));

  if (before->record == NULL)
    return;
  pal_comment_pane_show (self, before->record, before->node, gtk_label_get_text (before->question));
  name_question (self);
}

void
pal_comment_pane_focus (PalCommentPane *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
}
