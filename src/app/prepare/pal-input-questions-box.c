// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-input-questions-box"
#include "config.h"

#include "pal-input-questions-box.h"

#include "pal-drop-down.h"
#include "pal-input-package.h"
#include "pal-input-questions.h"

#include <glib/gi18n.h>
#include <string.h>

#define POINTS "/input/card/points/point"
#define CLUSTERS "/input/card/about/clusters"
#define LONGEST_POINT 60 /* characters */

struct _PalInputQuestionsBox
{
  AdwBin parent_instance;

  AdwPreferencesGroup *group;
  GtkWidget *point_row;
  GtkDropDown *point;
  GtkStringList *names;

  PalSession *session; /* (owned) (nullable) */
  GPtrArray *articles; /* (owned) (nullable) (element-type PalKitArticle): not known yet */
  char *known;         /* (owned) (nullable): clusters and language of @articles */
  GPtrArray *rows;     /* (owned) (element-type AdwExpanderRow): unowned */
  char *shown;         /* (owned) (nullable): refs of @rows */
  GPtrArray *links;    /* (owned) (element-type GtkToggleButton): unowned */
  gboolean updating;
  gboolean loading;
};

G_DEFINE_FINAL_TYPE (PalInputQuestionsBox, pal_input_questions_box, ADW_TYPE_BIN)

#define NUMBER_KEY "pal-number"
#define ARTICLE_KEY "pal-article"

static void load (PalInputQuestionsBox *self);

/* --- the points ----------------------------------------------------------------------------- */

static PalResponse *
get_response (PalInputQuestionsBox *self)
{
  return pal_record_get_response (pal_session_get_questionnaire (self->session));
}

/* (transfer full) (element-type PalNode) */
static GPtrArray *
list_points (PalInputQuestionsBox *self)
{
  PalFormNode *repeat = pal_form_find_node (pal_response_get_form (get_response (self)), POINTS);

  return repeat != NULL ? pal_response_dup_rows (get_response (self), repeat, NULL)
                        : g_ptr_array_new ();
}

/* (nullable) */
static PalNode *
find_of_point (PalInputQuestionsBox *self, PalNode *row, const char *name)
{
  g_autofree char *path = g_strconcat (POINTS "/", name, NULL);
  PalFormNode *definition = pal_form_find_node (pal_response_get_form (get_response (self)), path);

  return definition != NULL ? pal_response_find_definition (get_response (self), definition, row)
                            : NULL;
}

static const char *
get_of_point (PalInputQuestionsBox *self, PalNode *row, const char *name)
{
  PalNode *node = find_of_point (self, row, name);

  return node != NULL ? pal_response_get_value (get_response (self), node) : "";
}

static void
set_of_point (PalInputQuestionsBox *self, PalNode *row, const char *name, const char *value)
{
  PalNode *node = find_of_point (self, row, name);
  g_autoptr (GError) error = NULL;

  if (node != NULL && !pal_response_set_value (get_response (self), node, value, &error))
    g_warning ("a point was not linked: %s", error->message);
}

/* (nullable): that which is linked */
static PalNode *
get_point (PalInputQuestionsBox *self)
{
  g_autoptr (GPtrArray) points = list_points (self);
  guint chosen = gtk_drop_down_get_selected (self->point);

  return chosen < points->len ? g_ptr_array_index (points, chosen) : NULL;
}

static char *
dup_point_name (PalInputQuestionsBox *self, guint number, PalNode *row)
{
  g_autofree char *line = g_strdup (get_of_point (self, row, "text"));
  g_autofree char *start = NULL;

  g_strdelimit (line, "\n\r\t", ' ');
  start = g_utf8_substring (line, 0, MIN (g_utf8_strlen (line, -1), LONGEST_POINT));

  /* TRANSLATORS: a point of an input: its number, and how it begins */
  return g_strdup_printf (C_ ("point", "%1$u. %2$s"), number, start);
}

/* Only what is different, so that an open list stays. */
static void
update_points (PalInputQuestionsBox *self)
{
  g_autoptr (GPtrArray) points = list_points (self);
  guint chosen = gtk_drop_down_get_selected (self->point);

  for (guint i = 0; i < points->len; i++)
    {
      g_autofree char *name = dup_point_name (self, i + 1, g_ptr_array_index (points, i));
      const char *const names[] = { name, NULL };

      if (g_strcmp0 (gtk_string_list_get_string (self->names, i), name) != 0)
        gtk_string_list_splice (self->names, i,
                                i < g_list_model_get_n_items (G_LIST_MODEL (self->names)), names);
    }
  while (g_list_model_get_n_items (G_LIST_MODEL (self->names)) > points->len)
    gtk_string_list_remove (self->names, points->len);
  /* A splice at the chosen place takes the choice away. */
  if (points->len > 0 && gtk_drop_down_get_selected (self->point) != MIN (chosen, points->len - 1))
    gtk_drop_down_set_selected (self->point, MIN (chosen, points->len - 1));
  gtk_widget_set_visible (self->point_row, points->len > 0);
  adw_preferences_group_set_description (
      self->group,
      points->len > 0
          ? _ ("To be read beside your points. One click links the point that is chosen "
               "here to a question.")
          : _ ("To be read beside your points. Add a point below to link it to a "
               "question."));
}

/* --- links ---------------------------------------------------------------------------------- */

static void
update_links (PalInputQuestionsBox *self)
{
  PalNode *point = get_point (self);
  const char *value = point != NULL ? get_of_point (self, point, "question") : "";
  gboolean is_fixed = pal_dossier_is_read_only (pal_session_get_dossier (self->session));

  for (guint i = 0; i < self->links->len; i++)
    {
      GtkToggleButton *link = g_ptr_array_index (self->links, i);
      guint number = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (link), NUMBER_KEY));

      gtk_toggle_button_set_active (link, pal_input_questions_has (value, number));
      gtk_widget_set_sensitive (GTK_WIDGET (link), point != NULL && !is_fixed);
    }
}

static void
add_article (PalInputQuestionsBox *self, PalNode *point, const char *ref)
{
  const char *value = get_of_point (self, point, "articles");
  g_auto (GStrv) refs = g_strsplit (value, " ", -1);
  g_autofree char *all = NULL;

  if (g_strv_contains ((const char *const *) refs, ref))
    return;
  all = *value != '\0' ? g_strconcat (value, " ", ref, NULL) : g_strdup (ref);
  set_of_point (self, point, "articles", all);
}

static void
link_toggled_cb (GtkToggleButton *link, PalInputQuestionsBox *self)
{
  guint number = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (link), NUMBER_KEY));
  const char *ref = g_object_get_data (G_OBJECT (link), ARTICLE_KEY);
  PalNode *point = get_point (self);
  gboolean is_on = gtk_toggle_button_get_active (link);
  g_autofree char *value = NULL;

  if (self->updating || point == NULL)
    return;
  value = pal_input_questions_set (get_of_point (self, point, "question"), number, is_on);
  set_of_point (self, point, "question", value);
  if (is_on)
    add_article (self, point, ref);
}

/* --- what is asked -------------------------------------------------------------------------- */

static GtkWidget *
question_row_new (PalInputQuestionsBox *self, const PalKitArticle *article,
                  const PalKitQuestion *question)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *link = gtk_toggle_button_new ();
  /* TRANSLATORS: of a question in the questionnaire: its number, its words */
  g_autofree char *title
      = g_strdup_printf (C_ ("question", "%1$u. %2$s"), question->number, question->text);
  /* TRANSLATORS: on a button: the number of a question */
  g_autofree char *name = g_strdup_printf (_ ("Link to question %u"), question->number);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_button_set_icon_name (GTK_BUTTON (link), "insert-link-symbolic");
  gtk_widget_set_valign (link, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (link, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (link), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, question->text, -1);
  g_object_set_data (G_OBJECT (link), NUMBER_KEY, GUINT_TO_POINTER (question->number));
  g_object_set_data (G_OBJECT (link), ARTICLE_KEY, (char *) article->ref);
  g_signal_connect_object (link, "toggled", G_CALLBACK (link_toggled_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), link);
  g_ptr_array_add (self->links, link);

  return row;
}

/* A questionnaire has hundreds of questions: those of an article when somebody wishes to see them.
 */
static void
expanded_cb (AdwExpanderRow *row, GParamSpec *pspec, PalInputQuestionsBox *self)
{
  const PalKitArticle *article = g_object_get_data (G_OBJECT (row), ARTICLE_KEY);

  if (article == NULL || !adw_expander_row_get_expanded (row))
    return;
  g_object_set_data (G_OBJECT (row), ARTICLE_KEY, NULL);
  self->updating = TRUE;
  for (guint i = 0; i < article->questions->len; i++)
    adw_expander_row_add_row (
        row, question_row_new (self, article, g_ptr_array_index (article->questions, i)));
  update_links (self);
  self->updating = FALSE;
}

static void
add_article_row (PalInputQuestionsBox *self, const PalKitArticle *article)
{
  GtkWidget *row = adw_expander_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 article->title != NULL ? article->title : article->ref);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (row),
                                 article->part != NULL ? article->part : "");
  g_object_set_data (G_OBJECT (row), ARTICLE_KEY, (gpointer) article);
  g_signal_connect_object (row, "notify::expanded", G_CALLBACK (expanded_cb), self, 0);
  adw_preferences_group_add (self->group, row);
  g_ptr_array_add (self->rows, row);
}

/* --- which articles ------------------------------------------------------------------------- */

/* (transfer full) (element-type utf8): chosen when the input was begun, and those of its points;
 * none were chosen: all. A link does not take away the questions that are still to be linked. */
static GHashTable *
list_wanted (PalInputQuestionsBox *self)
{
  g_autofree char *chosen
      = pal_dossier_get_meta (pal_session_get_dossier (self->session), PAL_INPUT_META_ARTICLES);
  g_autoptr (GPtrArray) points = list_points (self);
  g_autoptr (GString) all = g_string_new (chosen);
  g_auto (GStrv) refs = NULL;
  GHashTable *wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (chosen == NULL || *chosen == '\0')
    return wanted;
  for (guint i = 0; i < points->len; i++)
    g_string_append_printf (all, " %s",
                            get_of_point (self, g_ptr_array_index (points, i), "articles"));
  refs = g_strsplit (all->str, " ", -1);
  for (guint i = 0; refs[i] != NULL; i++)
    if (*refs[i] != '\0')
      g_hash_table_add (wanted, g_strdup (refs[i]));

  return wanted;
}

static void
forget_rows (PalInputQuestionsBox *self)
{
  g_ptr_array_set_size (self->links, 0);
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  g_clear_pointer (&self->shown, g_free);
}

static void
update_articles (PalInputQuestionsBox *self)
{
  g_autoptr (GHashTable) wanted = list_wanted (self);
  g_autoptr (GPtrArray) fitting = g_ptr_array_new ();
  g_autoptr (GString) refs = g_string_new (NULL);

  for (guint i = 0; i < self->articles->len; i++)
    {
      const PalKitArticle *article = g_ptr_array_index (self->articles, i);

      if (g_hash_table_size (wanted) > 0 && !g_hash_table_contains (wanted, article->ref))
        continue;
      g_ptr_array_add (fitting, (gpointer) article);
      g_string_append_printf (refs, "%s ", article->ref);
    }
  if (g_strcmp0 (refs->str, self->shown) == 0)
    return;
  forget_rows (self);
  self->shown = g_strdup (refs->str);
  for (guint i = 0; i < fitting->len; i++)
    add_article_row (self, g_ptr_array_index (fitting, i));
}

static char *
dup_clusters (PalInputQuestionsBox *self)
{
  PalNode *node = pal_response_find (get_response (self), CLUSTERS);

  return g_strdup (node != NULL ? pal_response_get_value (get_response (self), node) : "");
}

static char *
dup_key (PalInputQuestionsBox *self)
{
  g_autofree char *clusters = dup_clusters (self);
  const char *language = pal_session_get_form_language (self->session);

  return g_strdup_printf ("%s\t%s", clusters, language != NULL ? language : "");
}

static void
update (PalInputQuestionsBox *self)
{
  g_autofree char *key = NULL;

  if (self->session == NULL || self->updating || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  key = dup_key (self);
  if (g_strcmp0 (key, self->known) != 0)
    load (self);
  if (self->articles == NULL)
    return;
  self->updating = TRUE;
  update_points (self);
  update_articles (self);
  update_links (self);
  self->updating = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self->group), self->rows->len > 0);
}

/* --- reading the questionnaire -------------------------------------------------------------- */

typedef struct
{
  char *clusters;
  char *language; /* (nullable) */
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  g_free (loading->clusters);
  g_free (loading->language);
  g_free (loading);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Loading *loading = task_data;
  GError *error = NULL;
  GPtrArray *articles = pal_input_questions_list (loading->clusters, loading->language, &error);

  if (articles == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, articles, (GDestroyNotify) g_ptr_array_unref);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PalInputQuestionsBox *self = PAL_INPUT_QUESTIONS_BOX (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) articles = g_task_propagate_pointer (G_TASK (result), &error);

  self->loading = FALSE;
  if (self->session == NULL)
    return; /* the page went away */
  /* The points can be written without them. */
  if (articles == NULL)
    {
      g_warning ("the questions of an input were not read: %s", error->message);
      return;
    }
  forget_rows (self);
  g_clear_pointer (&self->articles, g_ptr_array_unref);
  self->articles = g_steal_pointer (&articles);
  update (self);
}

static void
load (PalInputQuestionsBox *self)
{
  g_autoptr (GTask) task = NULL;
  Loading *loading;

  if (self->loading)
    return;
  self->loading = TRUE;
  g_free (self->known);
  self->known = dup_key (self);
  loading = g_new0 (Loading, 1);
  loading->clusters = dup_clusters (self);
  loading->language = g_strdup (pal_session_get_form_language (self->session));
  task = g_task_new (self, NULL, loaded_cb, NULL);
  g_task_set_source_tag (task, load);
  g_task_set_task_data (task, loading, loading_free);
  g_task_run_in_thread (task, load_in_thread);
}

/* --- the box -------------------------------------------------------------------------------- */

static void
point_chosen_cb (PalInputQuestionsBox *self)
{
  if (self->updating || self->session == NULL)
    return;
  self->updating = TRUE;
  update_links (self);
  self->updating = FALSE;
}

static void
pal_input_questions_box_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (pal_input_questions_box_parent_class)->map (widget);

  update (PAL_INPUT_QUESTIONS_BOX (widget));
}

static void
pal_input_questions_box_dispose (GObject *object)
{
  PalInputQuestionsBox *self = PAL_INPUT_QUESTIONS_BOX (object);

  g_clear_object (&self->session);
  g_ptr_array_set_size (self->links, 0);
  g_ptr_array_set_size (self->rows, 0);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_INPUT_QUESTIONS_BOX);

  G_OBJECT_CLASS (pal_input_questions_box_parent_class)->dispose (object);
}

static void
pal_input_questions_box_finalize (GObject *object)
{
  PalInputQuestionsBox *self = PAL_INPUT_QUESTIONS_BOX (object);

  g_clear_pointer (&self->articles, g_ptr_array_unref);
  g_clear_object (&self->names);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->links);
  g_free (self->known);
  g_free (self->shown);

  G_OBJECT_CLASS (pal_input_questions_box_parent_class)->finalize (object);
}

static void
pal_input_questions_box_class_init (PalInputQuestionsBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_input_questions_box_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_input_questions_box_finalize;
  widget_class->map = pal_input_questions_box_map;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/prepare/pal-input-questions-box.ui");
  gtk_widget_class_bind_template_child (widget_class, PalInputQuestionsBox, group);
  gtk_widget_class_bind_template_child (widget_class, PalInputQuestionsBox, point_row);
  gtk_widget_class_bind_template_child (widget_class, PalInputQuestionsBox, point);
  gtk_widget_class_bind_template_callback (widget_class, point_chosen_cb);
}

static void
pal_input_questions_box_init (PalInputQuestionsBox *self)
{
  self->rows = g_ptr_array_new ();
  self->links = g_ptr_array_new ();
  self->names = gtk_string_list_new (NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drop_down_set_model (self->point, G_LIST_MODEL (self->names));
  pal_drop_down_let_shrink (self->point);
}

/**
 * pal_input_questions_box_new:
 * @session: the open dossier of an input
 *
 * Returns: (transfer floating): the questions, as soon as they are read
 */
GtkWidget *
pal_input_questions_box_new (PalSession *session)
{
  PalInputQuestionsBox *self = g_object_new (PAL_TYPE_INPUT_QUESTIONS_BOX, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (get_response (self), "updated", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (get_response (self), "rows-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::form-language", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}
