// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-conflict-view"
#include "config.h"

#include "pal-conflict-view.h"
#include "pal-answer-words.h"
#include "pal-ask.h"
#include "pal-attachment.h"
#include "pal-comparison.h"
#include "pal-session-undo.h"
#include "pal-text-view.h"
#include "pal-trouble.h"
#include "pal-wrap-layout.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>
#include <string.h>

/* Pixels: what a side needs to stand beside another one. */
#define SIDE_WIDTH 300
#define SPACING 12
/* Answers of a row that are shown. */
#define MAX_ROW_ANSWERS 12

struct _PalConflictView
{
  GtkWidget parent_instance;

  PalSession *session;         /* (owned) */
  PalRecord *record;           /* (owned) */
  GPtrArray *list;             /* (owned): keeps @conflict */
  const PalConflict *conflict; /* (unowned) */
  PalConflictPlace *place;     /* (owned) (nullable) */
  PalFormControl *control;     /* (unowned) (nullable): of the form */
  PalNode *node;               /* (unowned) (nullable): only while it is built */

  GtkBox *box;
  GtkBox *sides;
  GtkWidget *first_button; /* (nullable) */
  GtkTextView *text;       /* (nullable): in one's own words */
};

enum
{
  CHOSEN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalConflictView, pal_conflict_view, GTK_TYPE_WIDGET)

static void
choose (PalConflictView *self, GPtrArray *changes)
{
  g_signal_emit (self, signals[CHOSEN], 0, changes);
  g_ptr_array_unref (changes);
}

static gboolean
is_mine (PalConflictView *self, const PalChange *head)
{
  return g_strcmp0 (head->device, pal_dossier_get_device (pal_session_get_dossier (self->session)))
         == 0;
}

static const char *
get_value (const char *value)
{
  return value != NULL ? value : "";
}

static char *
dup_words (PalConflictView *self, const char *value)
{
  return self->control != NULL ? pal_answer_dup_words (pal_record_get_response (self->record),
                                                       self->control, self->node, value)
                               : g_strdup (get_value (value));
}

static GtkWidget *
add_label (GtkWidget *box, const char *text, const char *css_class)
{
  GtkWidget *label = pal_wrap_label_new (css_class);

  pal_wrap_set_text (GTK_LABEL (label), text);
  gtk_box_append (GTK_BOX (box), label);

  return label;
}

/* --- one side ------------------------------------------------------------------------------ */

static void
take_clicked_cb (GtkButton *button, PalConflictView *self)
{
  choose (self, pal_conflict_settle (self->conflict, self->place,
                                     g_object_get_data (G_OBJECT (button), "value")));
}

static void
file_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!pal_attachment_open_finish (result, &error) && gtk_widget_get_root (self) != NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      pal_tell (self, _ ("The file could not be opened"), words);
    }
}

static void
open_clicked_cb (GtkButton *button, PalConflictView *self)
{
  pal_attachment_open_async (GTK_WIDGET (self), pal_session_get_dossier (self->session),
                             g_object_get_data (G_OBJECT (button), "value"), file_opened_cb,
                             g_object_ref (self));
}

/* Its box is what the caller fills on. */
static GtkWidget *
add_side (PalConflictView *self, const char *heading, const char *origin)
{
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL,
                                 "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  /* TRANSLATORS: what a screen reader says of one side of a conflict: whose it is; when and where
   * it was written */
  g_autofree char *name = origin != NULL
                              ? g_strdup_printf (C_ ("conflict", "%1$s, %2$s"), heading, origin)
                              : g_strdup (heading);

  gtk_widget_add_css_class (box, "card");
  gtk_widget_add_css_class (box, "conflict-side");
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  add_label (box, heading, "reason-question");
  if (origin != NULL)
    add_label (box, origin, "hint");
  gtk_box_append (self->sides, box);

  return box;
}

static GtkWidget *
add_button (PalConflictView *self, GtkWidget *box, const char *label, const char *name)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_set_valign (button, GTK_ALIGN_END);
  gtk_widget_set_vexpand (button, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_box_append (GTK_BOX (box), button);
  if (self->first_button == NULL)
    self->first_button = button;

  return button;
}

/* base: (nullable): what it is compared with */
static void
fill_side (PalConflictView *self, GtkWidget *box, const char *value, const char *base,
           PalComparisonFlags flags, const char *label, const char *name)
{
  g_autofree char *words = dup_words (self, value);
  GtkWidget *button;

  if (*words != '\0' || (base != NULL && *base != '\0' && flags == PAL_COMPARISON_DEFAULT))
    gtk_box_append (GTK_BOX (box), pal_comparison_new (base != NULL ? base : words, words, flags));
  if (*words == '\0')
    add_label (box, _ ("No answer: it was removed."), "hint");
  if (self->control != NULL && self->control->kind == PAL_CONTROL_UPLOAD && *words != '\0')
    {
      button = gtk_button_new_with_label (_ ("Open the File"));
      gtk_widget_set_halign (button, GTK_ALIGN_START);
      gtk_widget_add_css_class (button, "flat");
      g_object_set_data_full (G_OBJECT (button), "value", g_strdup (value), g_free);
      g_signal_connect (button, "clicked", G_CALLBACK (open_clicked_cb), self);
      gtk_box_append (GTK_BOX (box), button);
    }
  button = add_button (self, box, label, name);
  g_object_set_data_full (G_OBJECT (button), "value", g_strdup (get_value (value)), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (take_clicked_cb), self);
}

/* --- a value ------------------------------------------------------------------------------- */

static gboolean
takes_text (PalConflictView *self)
{
  PalFormControl *control = self->control;

  return control == NULL
         || (control->kind == PAL_CONTROL_INPUT
             && (control->node == NULL || control->node->type == PAL_TYPE_STRING));
}

/* What one side is compared with: what all started from, or else the other side. */
static char *
dup_base (PalConflictView *self, guint side, PalComparisonFlags *flags)
{
  GPtrArray *heads = self->conflict->heads;
  const char *original = self->conflict->original;

  /* One choice, date or file is another one as a whole. */
  if (self->control != NULL && !takes_text (self) && self->control->kind != PAL_CONTROL_SELECT_MANY
      && self->control->kind != PAL_CONTROL_RANK)
    {
      *flags = PAL_COMPARISON_ONLY_AFTER;
      return NULL;
    }
  *flags = PAL_COMPARISON_DEFAULT;
  if (original != NULL && *original != '\0')
    return dup_words (self, original);
  *flags = PAL_COMPARISON_ONLY_AFTER;
  if (heads->len == 2)
    return dup_words (self, ((PalChange *) g_ptr_array_index (heads, 1 - side))->value);

  return NULL;
}

static void
add_head (PalConflictView *self, guint side)
{
  const PalChange *head = g_ptr_array_index (self->conflict->heads, side);
  gboolean mine = is_mine (self, head);
  g_autofree char *author = pal_answer_dup_author (head->author);
  g_autofree char *origin = pal_answer_dup_origin (pal_session_get_dossier (self->session), head);
  /* TRANSLATORS: heading of one's own answer beside that of others: one's own name */
  g_autofree char *heading
      = mine ? g_strdup_printf (C_ ("conflict", "Mine (%s)"), author) : g_strdup (author);
  /* TRANSLATORS: name of a button: whose answer is chosen */
  g_autofree char *name = g_strdup_printf (_ ("Take the answer of %s"), author);
  PalComparisonFlags flags;
  g_autofree char *base = dup_base (self, side, &flags);

  fill_side (self, add_side (self, heading, origin), head->value, base, flags,
             mine ? C_ ("conflict", "Keep Mine") : C_ ("conflict", "Take This One"), name);
}

static void
add_original (PalConflictView *self)
{
  const char *original = self->conflict->original;

  if (original == NULL || *original == '\0')
    return;
  fill_side (self, add_side (self, _ ("Original"), _ ("What both started from")), original, NULL,
             PAL_COMPARISON_DEFAULT, C_ ("conflict", "Back to the Original"),
             _ ("Back to the original"));
}

/* Under an older name of the question: what it says now, and what came in. */
static void
add_moved (PalConflictView *self)
{
  const PalChange *theirs = self->place->theirs;
  g_autofree char *author = theirs != NULL ? pal_answer_dup_author (theirs->author) : NULL;
  g_autofree char *origin
      = theirs != NULL ? pal_answer_dup_origin (pal_session_get_dossier (self->session), theirs)
                       : NULL;
  g_autofree char *name
      = author != NULL ? g_strdup_printf (_ ("Take the answer of %s"), author) : NULL;

  fill_side (self, add_side (self, _ ("What it says now"), NULL), self->place->here, NULL,
             PAL_COMPARISON_DEFAULT, C_ ("conflict", "Keep This"), _ ("Keep what it says now"));
  if (theirs != NULL)
    fill_side (self, add_side (self, author, origin), theirs->value, get_value (self->place->here),
               PAL_COMPARISON_DEFAULT, C_ ("conflict", "Take This One"), name);
}

static void
use_text_cb (PalConflictView *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  g_autofree char *text = NULL;
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  choose (self, pal_conflict_settle (self->conflict, self->place, text));
}

static void
add_both (PalConflictView *self)
{
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL,
                                 "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  g_autofree char *both = pal_conflict_dup_both (self->conflict, self->place);
  g_autoptr (GtkTextBuffer) buffer = gtk_text_buffer_new (NULL);
  GtkWidget *frame = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *button;

  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_set_text (buffer, both, -1);
  gtk_text_buffer_end_irreversible_action (buffer);
  self->text = GTK_TEXT_VIEW (pal_text_view_new (buffer));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Both, to be edited"), -1);
  gtk_widget_set_hexpand (GTK_WIDGET (self->text), TRUE);
  gtk_widget_add_css_class (box, "card");
  gtk_widget_add_css_class (box, "conflict-side");
  gtk_widget_add_css_class (frame, "answer-frame");
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  C_ ("conflict", "Both"), -1);
  /* TRANSLATORS: heading: the texts of both people, one below the other */
  add_label (box, C_ ("conflict", "Both"), "reason-question");
  add_label (box, _ ("All texts, one below the other. Edit them into one before you use it."),
             "hint");
  gtk_box_append (GTK_BOX (frame), GTK_WIDGET (self->text));
  gtk_box_append (GTK_BOX (box), frame);
  button = add_button (self, box, C_ ("conflict", "Use This Text"), _ ("Use this text"));
  g_signal_connect_object (button, "clicked", G_CALLBACK (use_text_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (self->box, box);
}

/* What several choices have in common with each other is all that anybody chose. */
static void
union_clicked_cb (PalConflictView *self)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->conflict->heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (self->conflict->heads, i);
      g_auto (GStrv) names = g_strsplit (get_value (head->value), " ", -1);

      for (guint j = 0; names[j] != NULL; j++)
        if (*names[j] != '\0' && g_hash_table_add (seen, g_strdup (names[j])))
          g_string_append_printf (all, "%s%s", all->len > 0 ? " " : "", names[j]);
    }
  choose (self, pal_conflict_settle (self->conflict, self->place, all->str));
}

static void
build_value (PalConflictView *self)
{
  if (self->place != NULL && self->place->node != NULL)
    add_moved (self);
  else
    {
      /* One's own first. */
      for (guint i = 0; i < self->conflict->heads->len; i++)
        if (is_mine (self, g_ptr_array_index (self->conflict->heads, i)))
          add_head (self, i);
      for (guint i = 0; i < self->conflict->heads->len; i++)
        if (!is_mine (self, g_ptr_array_index (self->conflict->heads, i)))
          add_head (self, i);
      add_original (self);
    }
  if (takes_text (self))
    add_both (self);
  else if (self->control->kind == PAL_CONTROL_SELECT_MANY)
    {
      GtkWidget *button
          = add_button (self, GTK_WIDGET (self->box), C_ ("conflict", "Tick All of Them"),
                        _ ("Tick all that anybody ticked"));

      g_signal_connect_object (button, "clicked", G_CALLBACK (union_clicked_cb), self,
                               G_CONNECT_SWAPPED);
    }
}

/* --- a row --------------------------------------------------------------------------------- */

typedef struct
{
  PalConflictView *view; /* (unowned) */
  gboolean stays;
} RowChoice;

static void
row_history_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree RowChoice *choice = user_data;
  g_autoptr (PalConflictView) self = choice->view;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) history
      = pal_dossier_read_history_finish (PAL_DOSSIER (source), result, &error);

  if (self->session == NULL)
    return; /* the page went away */
  if (history == NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      pal_tell (GTK_WIDGET (self), _ ("The decision could not be written"), words);
      return;
    }
  choose (self, pal_conflict_settle_row (self->conflict, history, choice->stays));
}

static void
choose_row (PalConflictView *self, gboolean stays)
{
  RowChoice *choice = g_new0 (RowChoice, 1);

  choice->view = g_object_ref (self);
  choice->stays = stays;
  pal_dossier_read_history_async (pal_session_get_dossier (self->session), self->conflict->record,
                                  self->conflict->node, row_history_cb, choice);
}

static void
keep_row_cb (PalConflictView *self)
{
  choose_row (self, TRUE);
}

static void
remove_row_cb (PalConflictView *self)
{
  choose_row (self, FALSE);
}

static guint
add_row_answers (PalConflictView *self, GtkWidget *box, PalNode *node, guint n)
{
  PalResponse *response = pal_record_get_response (self->record);

  for (PalNode *child = node->first_child; child != NULL && n < MAX_ROW_ANSWERS;
       child = child->next)
    {
      PalFormNode *definition = child->kind == PAL_NODE_ELEMENT && !child->is_template
                                    ? pal_response_get_definition (response, child)
                                    : NULL;
      g_autofree char *title = NULL;
      g_autofree char *words = NULL;

      if (definition == NULL)
        continue;
      if (definition->children->len > 0)
        {
          n = add_row_answers (self, box, child, n);
          continue;
        }
      if (definition->control == NULL || *pal_response_get_value (response, child) == '\0')
        continue;
      title = pal_response_dup_text (response, definition->control, child, PAL_TEXT_LABEL);
      words = pal_answer_dup_words (response, definition->control, child,
                                    pal_response_get_value (response, child));
      if (title != NULL)
        add_label (box, title, "hint");
      add_label (box, words, "reason-answer");
      n++;
    }

  return n;
}

static void
build_row (PalConflictView *self)
{
  const PalChange *removal = g_ptr_array_index (self->conflict->heads, 0);
  const PalChange *written = g_ptr_array_index (self->conflict->heads, 1);
  g_autofree char *remover = pal_answer_dup_author (removal->author);
  g_autofree char *writer = pal_answer_dup_author (written->author);
  g_autofree char *removed_at
      = pal_answer_dup_origin (pal_session_get_dossier (self->session), removal);
  g_autofree char *written_at
      = pal_answer_dup_origin (pal_session_get_dossier (self->session), written);
  /* TRANSLATORS: heading of one side of a conflict: who removed a row */
  g_autofree char *removed = g_strdup_printf (_ ("%s removed this row"), remover);
  /* TRANSLATORS: heading of the other side: who wrote in the row meanwhile */
  g_autofree char *wrote = g_strdup_printf (_ ("%s wrote in it"), writer);
  GtkWidget *box = add_side (self, wrote, written_at);
  GtkWidget *button;

  if (self->node == NULL || add_row_answers (self, box, self->node, 0) == 0)
    add_label (box, get_value (written->value), "reason-answer");
  button = add_button (self, box, C_ ("conflict", "Keep the Row"), _ ("Keep the row"));
  g_signal_connect_object (button, "clicked", G_CALLBACK (keep_row_cb), self, G_CONNECT_SWAPPED);
  box = add_side (self, removed, removed_at);
  add_label (box, _ ("The row is still there, as what was written in it was not seen."),
             "reason-answer");
  button = add_button (self, box, C_ ("conflict", "Remove the Row"), _ ("Remove the row"));
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_row_cb), self, G_CONNECT_SWAPPED);
}

/* --- all of it ----------------------------------------------------------------------------- */

static void
add_heading (PalConflictView *self)
{
  g_autofree char *page
      = pal_session_dup_page_title (self->session, self->conflict->record, self->conflict->node);
  g_autofree char *question
      = pal_session_dup_question (self->session, self->conflict->record, self->conflict->node);
  GtkWidget *title;

  if (page != NULL)
    add_label (GTK_WIDGET (self->box), page, "hint");
  title = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING, "xalign",
                        0.0, "wrap", TRUE, NULL);
  pal_wrap_set_text (GTK_LABEL (title), question != NULL ? question : self->conflict->node);
  gtk_widget_add_css_class (title, "conflict-question");
  gtk_box_append (self->box, title);
  add_label (GTK_WIDGET (self->box),
             self->conflict->kind == PAL_CONFLICT_ROW
                 ? _ ("One person removed a row while another wrote in it. Should it stay?")
                 : _ ("These were written apart from each other. Which one should stand? The "
                      "others stay in the history."),
             NULL);
}

static void
build (PalConflictView *self)
{
  PalResponse *response = pal_record_get_response (self->record);
  const char *path
      = self->place != NULL && self->place->node != NULL ? self->place->node : self->conflict->node;
  PalFormNode *definition = pal_session_find_definition (self->record, path);

  self->control = definition != NULL ? definition->control : NULL;
  self->node = pal_response_find (response, path);
  add_heading (self);
  gtk_box_append (self->box, GTK_WIDGET (self->sides));
  if (self->conflict->kind == PAL_CONFLICT_ROW)
    build_row (self);
  else
    build_value (self);
  /* It may go with its row at any time. */
  self->node = NULL;
}

static void
find_place_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PalConflictView *self = source;
  GError *error = NULL;
  PalConflictPlace *place
      = pal_conflict_find_place (pal_session_get_dossier (task_data), self->conflict, &error);

  if (place != NULL)
    g_task_return_pointer (task, place, (GDestroyNotify) pal_conflict_place_free);
  else
    g_task_return_error (task, error);
}

static void
place_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalConflictView *self = PAL_CONFLICT_VIEW (source);
  g_autoptr (GError) error = NULL;
  PalConflictPlace *place = g_task_propagate_pointer (G_TASK (result), &error);

  if (place == NULL)
    g_info ("the place of a conflict was not found: %s", error->message);
  if (self->session == NULL)
    {
      pal_conflict_place_free (place);
      return; /* the page went away */
    }
  self->place = place;
  build (self);
}

/* --- the widget ---------------------------------------------------------------------------- */

static void
pal_conflict_view_dispose (GObject *object)
{
  PalConflictView *self = PAL_CONFLICT_VIEW (object);

  if (self->sides != NULL && gtk_widget_get_parent (GTK_WIDGET (self->sides)) == NULL)
    g_object_unref (g_object_ref_sink (self->sides));
  self->sides = NULL;
  if (self->box != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->box));
  self->box = NULL;
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pal_conflict_view_parent_class)->dispose (object);
}

static void
pal_conflict_view_finalize (GObject *object)
{
  PalConflictView *self = PAL_CONFLICT_VIEW (object);

  g_clear_pointer (&self->place, pal_conflict_place_free);
  g_clear_pointer (&self->list, g_ptr_array_unref);
  g_clear_object (&self->record);

  G_OBJECT_CLASS (pal_conflict_view_parent_class)->finalize (object);
}

static void
pal_conflict_view_class_init (PalConflictViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = pal_conflict_view_dispose;
  object_class->finalize = pal_conflict_view_finalize;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
pal_conflict_view_init (PalConflictView *self)
{
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, SPACING));
  gtk_widget_set_parent (GTK_WIDGET (self->box), GTK_WIDGET (self));
  self->sides = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  gtk_widget_set_layout_manager (
      GTK_WIDGET (self->sides),
      g_object_new (PAL_TYPE_WRAP_LAYOUT, "spacing", SPACING, "column-width", SIDE_WIDTH, NULL));
}

GtkWidget *
pal_conflict_view_new (PalSession *session, PalRecord *record, GPtrArray *list,
                       const PalConflict *conflict)
{
  PalConflictView *self = g_object_new (PAL_TYPE_CONFLICT_VIEW, NULL);

  self->session = g_object_ref (session);
  self->record = g_object_ref (record);
  self->list = g_ptr_array_ref (list);
  self->conflict = conflict;
  if (pal_session_find_definition (record, conflict->node) != NULL)
    build (self);
  else
    {
      /* It stands under a name that the form does not have any more. */
      g_autoptr (GTask) task = g_task_new (self, NULL, place_found_cb, NULL);

      g_task_set_task_data (task, g_object_ref (session), g_object_unref);
      g_task_run_in_thread (task, find_place_in_thread);
    }

  return GTK_WIDGET (self);
}

const PalConflict *
pal_conflict_view_get_conflict (PalConflictView *self)
{
  return self->conflict;
}

void
pal_conflict_view_focus_choice (PalConflictView *self)
{
  if (self->first_button != NULL)
    gtk_widget_grab_focus (self->first_button);
}
