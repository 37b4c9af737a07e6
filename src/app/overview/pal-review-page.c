// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-review-page"
#include "config.h"

#include "pal-review-page.h"

#include "pal-ask.h"
#include "pal-record-view.h"
#include "pal-review-paper.h"
#include "pal-stack.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

#define PAGE_KEY "pal-review-page"

struct _PalReviewPage
{
  AdwBin parent_instance;

  GtkStack *stack;
  AdwPreferencesGroup *papers;

  PalSession *session; /* (owned) (nullable): NULL once the page went away */
  GPtrArray *rows;     /* (owned) (element-type AdwActionRow): unowned; as pal_review_papers[] */
  PalRecordView *view; /* (unowned) (nullable): of the record that is open */
  gboolean opening;
};

G_DEFINE_FINAL_TYPE (PalReviewPage, pal_review_page, ADW_TYPE_BIN)

static const struct
{
  const char *form_id;
  const char *title;
  const char *words;
} texts[] = {
  { "country", N_ ("Country profile"),
    N_ ("What the country is a party to, who reviews it, its focal point, and the dates of each "
        "phase.") },
  { "pledge", N_ ("Pledge"),
    N_ ("What the country promises civil society for the review, and what shows that it is "
        "kept.") },
  { "observations", N_ ("List of observations"),
    N_ ("Gaps, good practices, suggestions and needs that the review found, by article.") },
  { "summary", N_ ("Summary"),
    N_ ("The short text in which the review ends: at most 1,500 words.") },
};

/* --- the record that is open ------------------------------------------------------------------ */

static void
focus_row (PalReviewPage *self, PalRecord *record)
{
  const char *form_id = pal_form_get_id (pal_response_get_form (pal_record_get_response (record)));

  for (guint i = 0; i < self->rows->len; i++)
    if (g_strcmp0 (pal_review_papers[i].form_id, form_id) == 0)
      gtk_widget_grab_focus (g_ptr_array_index (self->rows, i));
}

static void
drop_view (PalReviewPage *self)
{
  GtkWidget *view = GTK_WIDGET (self->view);

  self->view = NULL;
  pal_stack_show_named (self->stack, "list");
  gtk_stack_remove (self->stack, view);
}

static void
closed_cb (PalRecordView *view, PalReviewPage *self)
{
  g_autoptr (PalRecord) record = g_object_ref (pal_record_view_get_record (view));

  drop_view (self);
  focus_row (self, record);
}

static void
put_view (PalReviewPage *self, PalRecord *record)
{
  /* TRANSLATORS: the way back to the list of papers of a review */
  GtkWidget *view = pal_record_view_new (record, _ ("All Papers"));

  self->view = PAL_RECORD_VIEW (view);
  g_signal_connect (view, "closed", G_CALLBACK (closed_cb), self);
  gtk_stack_add_child (self->stack, view);
  pal_stack_show (self->stack, view);
}

static gboolean
is_shown (PalReviewPage *self, const char *record_id)
{
  return self->view != NULL
         && g_strcmp0 (pal_record_get_id (pal_record_view_get_record (self->view)), record_id) == 0;
}

static void
show_trouble (PalReviewPage *self, const GError *error)
{
  g_autofree char *words = pal_trouble_dup_words (error);

  pal_tell (GTK_WIDGET (self), _ ("The record could not be opened"), words);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalReviewPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalRecord) record = pal_session_record_finish (PAL_SESSION (source), result, &error);

  self->opening = FALSE;
  if (self->session == NULL)
    return; /* the page went away */
  if (record == NULL)
    {
      show_trouble (self, error);
      return;
    }
  if (self->view != NULL)
    drop_view (self);
  put_view (self, record);
  pal_record_view_focus_first (self->view);
}

/* --- opening one ------------------------------------------------------------------------------ */

typedef struct
{
  const PalReviewPaper *paper;
  char *state;         /* (owned) */
  const char *cluster; /* (unowned) (nullable) */
} Wanted;

static void
wanted_free (gpointer data)
{
  Wanted *wanted = data;

  g_free (wanted->state);
  g_free (wanted);
}

static void
prepare_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Wanted *wanted = task_data;
  GError *error = NULL;
  char *id
      = pal_review_paper_prepare (source, wanted->paper, wanted->state, wanted->cluster, &error);

  if (id == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, id, g_free);
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalReviewPage) self = user_data;
  const Wanted *wanted = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autofree char *id = g_task_propagate_pointer (G_TASK (result), &error);

  if (self->session == NULL)
    return; /* the page went away */
  if (id == NULL)
    {
      self->opening = FALSE;
      show_trouble (self, error);
      return;
    }
  pal_session_notify_records (self->session, wanted->paper->form_id);
  pal_session_open_record_async (self->session, id, opened_cb, g_object_ref (self));
}

/* The cluster of the review, as the forms write it. (nullable) */
static const char *
get_cluster (PalSession *session)
{
  static const char *const clusters[][2] = {
    { "cluster-1", "I" }, { "cluster-2", "II" }, { "cluster-3", "III" }, { "cluster-4", "IV" }
  };
  PalRecord *questionnaire = pal_session_get_questionnaire (session);
  const char *form_id
      = questionnaire != NULL
            ? pal_form_get_id (pal_response_get_form (pal_record_get_response (questionnaire)))
            : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (clusters); i++)
    if (g_strcmp0 (clusters[i][0], form_id) == 0)
      return clusters[i][1];

  return NULL;
}

static void
row_activated_cb (AdwActionRow *row, PalReviewPage *self)
{
  g_autoptr (GTask) task = NULL;
  Wanted *wanted;
  guint index = 0;

  if (self->opening || !g_ptr_array_find (self->rows, row, &index))
    return;
  self->opening = TRUE;
  wanted = g_new0 (Wanted, 1);
  wanted->paper = &pal_review_papers[index];
  wanted->state = g_strdup (pal_session_get_title (self->session));
  wanted->cluster = get_cluster (self->session);
  task = g_task_new (pal_session_get_dossier (self->session), NULL, prepared_cb,
                     g_object_ref (self));
  g_task_set_source_tag (task, row_activated_cb);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, wanted, wanted_free);
  g_task_run_in_thread (task, prepare_in_thread);
}

/* Undoing goes to where the change was. */
static void
show_record_cb (PalReviewPage *self, const char *record_id, const char *path)
{
  PalRecord *record = pal_session_get_open_record (self->session, record_id);

  if (!is_shown (self, record_id) && record != NULL)
    {
      if (self->view != NULL)
        drop_view (self);
      put_view (self, record);
    }
  if (is_shown (self, record_id))
    pal_record_view_show_question (self->view, path);
}

/* Somebody took back that it was begun. */
static void
record_gone_cb (PalReviewPage *self, const char *record_id)
{
  if (is_shown (self, record_id))
    drop_view (self);
}

/* --- the page --------------------------------------------------------------------------------- */

static void
add_rows (PalReviewPage *self)
{
  for (guint i = 0; i < pal_n_review_papers; i++)
    {
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *arrow = gtk_image_new_from_icon_name ("go-next-symbolic");

      g_assert (g_str_equal (texts[i].form_id, pal_review_papers[i].form_id));
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (texts[i].title));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ (texts[i].words));
      gtk_accessible_update_state (GTK_ACCESSIBLE (arrow), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), arrow);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      gtk_widget_set_sensitive (
          row, !pal_dossier_is_read_only (pal_session_get_dossier (self->session)));
      g_signal_connect_object (row, "activated", G_CALLBACK (row_activated_cb), self, 0);
      adw_preferences_group_add (self->papers, row);
      g_ptr_array_add (self->rows, row);
    }
}

static void
pal_review_page_dispose (GObject *object)
{
  PalReviewPage *self = PAL_REVIEW_PAGE (object);

  if (self->session != NULL && g_object_get_data (G_OBJECT (self->session), PAGE_KEY) == self)
    g_object_set_data (G_OBJECT (self->session), PAGE_KEY, NULL);
  g_clear_object (&self->session);
  self->view = NULL;
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_REVIEW_PAGE);

  G_OBJECT_CLASS (pal_review_page_parent_class)->dispose (object);
}

static void
pal_review_page_finalize (GObject *object)
{
  g_ptr_array_unref (PAL_REVIEW_PAGE (object)->rows);

  G_OBJECT_CLASS (pal_review_page_parent_class)->finalize (object);
}

static void
pal_review_page_class_init (PalReviewPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_review_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_review_page_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/overview/pal-review-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalReviewPage, stack);
  gtk_widget_class_bind_template_child (widget_class, PalReviewPage, papers);
}

static void
pal_review_page_init (PalReviewPage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pal_review_page_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
pal_review_page_new (PalSession *session)
{
  PalReviewPage *self = g_object_new (PAL_TYPE_REVIEW_PAGE, NULL);
  PalReviewPage *before = g_object_get_data (G_OBJECT (session), PAGE_KEY);

  self->session = g_object_ref (session);
  g_object_set_data (G_OBJECT (session), PAGE_KEY, self);
  add_rows (self);
  g_signal_connect_object (session, "show-record::review", G_CALLBACK (show_record_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "record-gone", G_CALLBACK (record_gone_cb), self,
                           G_CONNECT_SWAPPED);
  /* The window speaks another language and was built anew: the record stays open. */
  if (before != NULL && before->view != NULL)
    {
      put_view (self, pal_record_view_get_record (before->view));
      pal_record_view_follow (self->view, before->view);
    }

  return GTK_WIDGET (self);
}
