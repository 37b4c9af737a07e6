// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-list-window"
#include "config.h"

#include "pal-list-window.h"

#include "pal-ask.h"
#include "pal-drop-down.h"
#include "pal-list-job.h"
#include "pal-list-words.h"
#include "pal-pick-file.h"
#include "pal-stack.h"
#include "pal-text.h"
#include "pal-words-row.h"

#include <glib/gi18n.h>
#include <string.h>

/* Each row costs a layout; further ones are counted. */
#define MAX_ROWS 100
#define MAX_COLUMNS 60
#define NUMBER_KEY "pal-number"

struct _PalListWindow
{
  AdwWindow parent_instance;

  GtkStack *stack;
  GtkSpinner *spinner;
  GtkLabel *working_label;
  AdwStatusPage *trouble_page;
  GtkLabel *problem;
  AdwActionRow *file_row;
  GtkWidget *sheet_row;
  GtkDropDown *sheet_choice;
  AdwActionRow *summary_row;
  GtkWidget *persons_row;
  GtkSwitch *persons_switch;
  GtkWidget *alike_group;
  GtkListBox *alike;
  GtkWidget *problems_group;
  GtkListBox *problems;
  GtkListBox *columns;
  GtkListBox *rows;

  PalSession *session;       /* (owned) (nullable) */
  char *path;                /* (owned) (nullable) */
  PalStakeholderList *list;  /* (owned) (nullable): a thread's while working */
  PalResponse *card;         /* (owned) (nullable): an empty one, for labels */
  GCancellable *cancellable; /* (owned) (nullable): of the reading */
  gboolean working;
  gboolean loading; /* what is chosen is being shown */
  guint wanted;     /* column that gets the focus when it is there again, from 1; 0: none */
};

G_DEFINE_FINAL_TYPE (PalListWindow, pal_list_window, ADW_TYPE_WINDOW)

static void read_list (PalListWindow *self, const char *sheet);
static void show_list (PalListWindow *self);

/* --- what is to be seen ---------------------------------------------------------------------- */

static gboolean
takes_something (PalListWindow *self)
{
  GPtrArray *rows = pal_stakeholder_list_get_rows (self->list);

  for (guint i = 0; i < rows->len; i++)
    if (((PalListRow *) g_ptr_array_index (rows, i))->decision != PAL_LIST_ROW_LEAVE)
      return TRUE;

  return FALSE;
}

static void
update (PalListWindow *self)
{
  gboolean ready = !self->working && self->list != NULL;

  gtk_spinner_set_spinning (self->spinner, self->working);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "list.import", ready && takes_something (self));
  if (ready)
    {
      g_autofree char *summary = pal_list_dup_summary (self->list);

      adw_action_row_set_subtitle (self->summary_row, summary);
    }
}

static void
show_problem (PalListWindow *self, const GError *error)
{
  g_autofree char *words = error != NULL ? pal_list_dup_trouble_words (error) : NULL;

  gtk_label_set_text (self->problem, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), words != NULL);
}

static void
show_working (PalListWindow *self, const char *words)
{
  self->working = TRUE;
  gtk_label_set_text (self->working_label, words);
  pal_stack_show_named (self->stack, "working");
  show_problem (self, NULL);
  update (self);
}

static void
show_trouble (PalListWindow *self, const GError *error)
{
  g_autofree char *words = pal_list_dup_trouble_words (error);
  g_autofree char *escaped = g_markup_escape_text (words, -1);

  g_info ("a list: %s", error->message);
  self->working = FALSE;
  adw_status_page_set_description (self->trouble_page, escaped);
  pal_stack_show_named (self->stack, "trouble");
  update (self);
}

static GtkWidget *
choice_new (GtkStringList *items, guint selected, const char *label, guint number)
{
  GtkWidget *choice = gtk_drop_down_new (G_LIST_MODEL (items), NULL);

  pal_drop_down_let_shrink (GTK_DROP_DOWN (choice));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (choice), selected);
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_object_set_data (G_OBJECT (choice), NUMBER_KEY, GUINT_TO_POINTER (number));

  return choice;
}

/* --- columns --------------------------------------------------------------------------------- */

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalListWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = pal_list_set_finish (result, &error);

  if (self->session == NULL)
    return; /* closed meanwhile */
  self->working = FALSE;
  show_list (self);
  if (!ok)
    show_problem (self, error);
}

static void
column_chosen_cb (GtkDropDown *choice, GParamSpec *pspec, PalListWindow *self)
{
  guint selected = gtk_drop_down_get_selected (choice);
  guint column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (choice), NUMBER_KEY));

  if (self->loading || self->working)
    return;
  self->wanted = column + 1;
  show_working (self, _ ("Reading the rows again…"));
  pal_list_set_column_async (self->session, self->list, column,
                             selected > 0 ? pal_stakeholder_list_get_questions ()[selected - 1]
                                          : NULL,
                             changed_cb, g_object_ref (self));
}

static void
persons_changed_cb (PalListWindow *self)
{
  if (self->loading || self->working || self->list == NULL)
    return;
  show_working (self, _ ("Reading the rows again…"));
  pal_list_set_with_persons_async (self->session, self->list,
                                   gtk_switch_get_active (self->persons_switch), changed_cb,
                                   g_object_ref (self));
}

static GtkStringList *
meanings_new (PalListWindow *self)
{
  GtkStringList *meanings = gtk_string_list_new (NULL);
  const char *const *questions = pal_stakeholder_list_get_questions ();
  const char *language = pal_response_get_language (self->card);

  /* TRANSLATORS: of a column of a list: nothing of it is taken */
  gtk_string_list_append (meanings, _ ("Left out"));
  for (guint i = 0; questions[i] != NULL; i++)
    {
      g_autofree char *label = pal_stakeholder_list_dup_label (self->list, questions[i], language);

      gtk_string_list_append (meanings, label != NULL ? label : questions[i]);
    }

  return meanings;
}

static guint
find_question (const char *question)
{
  const char *const *questions = pal_stakeholder_list_get_questions ();

  for (guint i = 0; question != NULL && questions[i] != NULL; i++)
    if (strcmp (questions[i], question) == 0)
      return i + 1;

  return 0;
}

static void
show_columns (PalListWindow *self)
{
  GPtrArray *columns = pal_stakeholder_list_get_columns (self->list);
  g_autoptr (GtkStringList) meanings = meanings_new (self);

  pal_words_rows_empty (self->columns);
  for (guint i = 0; i < columns->len && i < MAX_COLUMNS; i++)
    {
      const PalListColumn *column = g_ptr_array_index (columns, i);
      g_autofree char *title = pal_list_dup_column (column);
      /* TRANSLATORS: name of the choice that says what a column of a list means */
      g_autofree char *label = g_strdup_printf (_ ("Meaning of %s"), title);
      GtkWidget *choice
          = choice_new (g_object_ref (meanings), find_question (column->question), label, i);

      g_signal_connect (choice, "notify::selected", G_CALLBACK (column_chosen_cb), self);
      gtk_list_box_append (self->columns, pal_words_row_new (title, NULL, choice));
      if (self->wanted == i + 1)
        gtk_widget_grab_focus (choice);
    }
  pal_words_rows_add_rest (self->columns,
                           columns->len > MAX_COLUMNS ? columns->len - MAX_COLUMNS : 0);
  self->wanted = 0;
}

/* --- what is there already ------------------------------------------------------------------- */

/* In the order of the choices; a row that is like another row has nothing to fill. */
static const PalListDecision decisions[]
    = { PAL_LIST_ROW_LEAVE, PAL_LIST_ROW_NEW, PAL_LIST_ROW_SAME };

static void
decided_cb (GtkDropDown *choice, GParamSpec *pspec, PalListWindow *self)
{
  GPtrArray *rows = pal_stakeholder_list_get_rows (self->list);
  const PalListRow *row = g_ptr_array_index (
      rows, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (choice), NUMBER_KEY)));
  PalListDecision decision = decisions[gtk_drop_down_get_selected (choice)];
  g_autofree char *card = g_strdup (row->card);
  g_autoptr (GError) error = NULL;

  if (!pal_stakeholder_list_decide (self->list, row->number, decision,
                                    decision == PAL_LIST_ROW_SAME ? card : NULL, &error))
    show_problem (self, error);
  update (self);
}

static GtkWidget *
alike_row_new (PalListWindow *self, const PalListRow *row, guint place)
{
  GtkStringList *items = gtk_string_list_new (NULL);
  g_autofree char *name = pal_words_dup_plain (row->name, 400);
  g_autofree char *likeness = pal_list_dup_likeness (row);
  /* TRANSLATORS: name of the choice what to do with a row of a list; the name of an organization */
  g_autofree char *label = g_strdup_printf (_ ("What to do with %s"), name);
  guint selected = 0;
  GtkWidget *choice;

  gtk_string_list_append (items, _ ("Leave it out"));
  gtk_string_list_append (items, _ ("Another one: make a new card"));
  if (row->card != NULL)
    gtk_string_list_append (items, _ ("The same one: fill what the card lacks"));
  for (guint i = 0; i < G_N_ELEMENTS (decisions); i++)
    if (row->decision == decisions[i])
      selected = i;
  choice = choice_new (items, selected, label, place);
  g_signal_connect (choice, "notify::selected", G_CALLBACK (decided_cb), self);

  return pal_words_row_new (name, likeness, choice);
}

static void
show_alike (PalListWindow *self)
{
  GPtrArray *rows = pal_stakeholder_list_get_rows (self->list);
  guint n = 0;

  pal_words_rows_empty (self->alike);
  for (guint i = 0; i < rows->len; i++)
    {
      const PalListRow *row = g_ptr_array_index (rows, i);

      if (row->name == NULL || (row->card == NULL && row->like_row == 0))
        continue;
      if (n++ < MAX_ROWS)
        gtk_list_box_append (self->alike, alike_row_new (self, row, i));
    }
  pal_words_rows_add_rest (self->alike, n > MAX_ROWS ? n - MAX_ROWS : 0);
  gtk_widget_set_visible (self->alike_group, n > 0);
}

/* --- the rest -------------------------------------------------------------------------------- */

static void
show_problems (PalListWindow *self)
{
  GPtrArray *problems = pal_stakeholder_list_get_problems (self->list);

  pal_words_rows_empty (self->problems);
  for (guint i = 0; i < problems->len && i < MAX_ROWS; i++)
    {
      const PalListProblem *problem = g_ptr_array_index (problems, i);
      g_autofree char *text = pal_words_dup_plain (problem->text, 400);
      g_autofree char *words = pal_list_dup_problem (problem);

      gtk_list_box_append (self->problems, pal_words_row_new (text, words, NULL));
    }
  pal_words_rows_add_rest (self->problems, problems->len > MAX_ROWS ? problems->len - MAX_ROWS : 0);
  gtk_widget_set_visible (self->problems_group, problems->len > 0);
}

static void
show_rows (PalListWindow *self)
{
  GPtrArray *rows = pal_stakeholder_list_get_rows (self->list);
  gboolean has_person = FALSE;

  pal_words_rows_empty (self->rows);
  for (guint i = 0; i < rows->len; i++)
    {
      const PalListRow *row = g_ptr_array_index (rows, i);
      g_autofree char *name = NULL;
      g_autofree char *words = NULL;

      has_person = has_person || row->has_person;
      if (i >= MAX_ROWS)
        continue;
      name = row->name != NULL
                 ? pal_words_dup_plain (row->name, 400)
                 : g_strdup_printf (_ ("Row %u has no name and is left out"), row->number);
      words = pal_list_dup_row (self->list, self->card, row);
      gtk_list_box_append (self->rows, pal_words_row_new (name, words, NULL));
    }
  pal_words_rows_add_rest (self->rows, rows->len > MAX_ROWS ? rows->len - MAX_ROWS : 0);
  gtk_widget_set_visible (self->persons_row,
                          has_person || gtk_switch_get_active (self->persons_switch));
}

static void
show_file (PalListWindow *self)
{
  GPtrArray *sheets = pal_stakeholder_list_get_sheets (self->list);
  g_autofree char *name = g_path_get_basename (self->path);
  g_autofree char *shown = g_filename_display_name (name);
  g_autofree char *reading = pal_list_dup_reading (self->list);
  g_autoptr (GtkStringList) items = gtk_string_list_new (NULL);
  guint selected = 0;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->file_row), shown);
  adw_action_row_set_subtitle (self->file_row, reading);
  for (guint i = 0; i < sheets->len; i++)
    {
      const char *sheet = g_ptr_array_index (sheets, i);

      gtk_string_list_append (items, sheet);
      if (strcmp (sheet, pal_stakeholder_list_get_sheet (self->list)) == 0)
        selected = i;
    }
  gtk_drop_down_set_model (self->sheet_choice, G_LIST_MODEL (items));
  gtk_drop_down_set_selected (self->sheet_choice, selected);
  gtk_widget_set_visible (self->sheet_row, sheets->len > 1);
}

static void
show_list (PalListWindow *self)
{
  self->loading = TRUE;
  pal_stack_show_named (self->stack, "page");
  show_file (self);
  show_alike (self);
  show_problems (self);
  show_columns (self);
  show_rows (self);
  self->loading = FALSE;
  update (self);
}

/* --- reading --------------------------------------------------------------------------------- */

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalListWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalStakeholderList) list = pal_list_read_finish (result, &error);
  const char *language;

  if (self->session == NULL)
    return; /* closed meanwhile */
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->list, pal_stakeholder_list_free);
  g_clear_object (&self->card);
  if (list != NULL)
    self->card = pal_response_new (pal_stakeholder_list_get_form (list), &error);
  if (self->card == NULL)
    {
      show_trouble (self, error);
      return;
    }
  self->list = g_steal_pointer (&list);
  language = pal_session_get_form_language (self->session);
  if (language != NULL)
    language = pal_form_match_language (pal_stakeholder_list_get_form (self->list), language);
  if (language != NULL)
    pal_response_set_language (self->card, language);
  self->working = FALSE;
  show_list (self);
}

/* sheet: (nullable) */
static void
read_list (PalListWindow *self, const char *sheet)
{
  show_working (self, _ ("Reading the list…"));
  self->cancellable = g_cancellable_new ();
  pal_list_read_async (self->session, self->path, sheet, self->cancellable, read_cb,
                       g_object_ref (self));
}

static void
sheet_chosen_cb (PalListWindow *self)
{
  GtkStringObject *item = gtk_drop_down_get_selected_item (self->sheet_choice);

  if (!self->loading && !self->working && item != NULL)
    read_list (self, gtk_string_object_get_string (item));
}

/* --- taking ---------------------------------------------------------------------------------- */

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalListWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  PalListTaken taken = { 0 };
  AdwToast *toast;
  GtkWindow *parent;

  if (!pal_list_take_finish (result, &taken, &error))
    {
      if (self->session == NULL)
        return; /* closed meanwhile */
      self->working = FALSE;
      show_list (self);
      show_problem (self, error);
      return;
    }
  if (self->session == NULL)
    return;
  parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  words = pal_list_dup_taken (&taken);
  toast = adw_toast_new (words);
  adw_toast_set_timeout (toast, 10);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_action_name (toast, "win.undo");
  if (parent != NULL)
    pal_toast (GTK_WIDGET (parent), toast);
  else
    g_object_unref (g_object_ref_sink (toast));
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
import_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalListWindow *self = PAL_LIST_WINDOW (widget);

  if (self->working || self->list == NULL)
    return;
  show_working (self, _ ("Making the cards…"));
  pal_list_take_async (self->session, self->list, taken_cb, g_object_ref (self));
}

/* --- which file ------------------------------------------------------------------------------ */

static void
pick (GtkWidget *parent, GAsyncReadyCallback callback, gpointer user_data)
{
  const PalPickFile what = { .action = GTK_FILE_CHOOSER_ACTION_OPEN,
                             .title = _ ("Import a List of Stakeholders"),
                             .accept = _ ("_Open"),
                             .filter_name = _ ("Tables: CSV, Excel workbooks"),
                             .pattern = "*.csv;*.tsv;*.txt;*.xlsx;*.CSV;*.XLSX" };

  pal_pick_file_async (parent, &what, callback, user_data);
}

static void
other_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalListWindow) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file == NULL || self->session == NULL || self->working || g_file_peek_path (file) == NULL)
    return;
  g_free (self->path);
  self->path = g_file_get_path (file);
  read_list (self, NULL);
}

static void
pick_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pick (widget, other_picked_cb, g_object_ref (widget));
}

static void
first_picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalSession) session = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (source));

  if (file != NULL && GTK_IS_WINDOW (root) && g_file_peek_path (file) != NULL)
    gtk_window_present (
        GTK_WINDOW (pal_list_window_new (GTK_WINDOW (root), session, g_file_peek_path (file))));
}

/**
 * pal_list_window_pick:
 * @parent: a widget in the window of the dossier
 * @session: the dossier
 */
void
pal_list_window_pick (GtkWidget *parent, PalSession *session)
{
  pick (parent, first_picked_cb, g_object_ref (session));
}

/* --- the window ------------------------------------------------------------------------------ */

/* An import that has begun ends by itself, and can be undone. */
static gboolean
pal_list_window_close_request (GtkWindow *window)
{
  PalListWindow *self = PAL_LIST_WINDOW (window);

  if (self->working && self->cancellable == NULL)
    return TRUE;

  return GTK_WINDOW_CLASS (pal_list_window_parent_class)->close_request (window);
}

static void
pal_list_window_dispose (GObject *object)
{
  PalListWindow *self = PAL_LIST_WINDOW (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  self->loading = TRUE;
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_LIST_WINDOW);

  G_OBJECT_CLASS (pal_list_window_parent_class)->dispose (object);
}

/* What a thread still reads is held by its window. */
static void
pal_list_window_finalize (GObject *object)
{
  PalListWindow *self = PAL_LIST_WINDOW (object);

  g_clear_pointer (&self->list, pal_stakeholder_list_free);
  g_clear_object (&self->card);
  g_clear_object (&self->cancellable);
  g_free (self->path);

  G_OBJECT_CLASS (pal_list_window_parent_class)->finalize (object);
}

static void
pal_list_window_class_init (PalListWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_list_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_list_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = pal_list_window_close_request;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/inbox/pal-list-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, working_label);
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, trouble_page);
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, file_row);
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, sheet_row);
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, sheet_choice);
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, summary_row);
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, persons_row);
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, persons_switch);
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, alike_group);
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, alike);
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, problems_group);
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, problems);
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, columns);
  gtk_widget_class_bind_template_child (widget_class, PalListWindow, rows);
  gtk_widget_class_bind_template_callback (widget_class, sheet_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, persons_changed_cb);
  gtk_widget_class_install_action (widget_class, "list.import", NULL, import_action);
  gtk_widget_class_install_action (widget_class, "list.pick", NULL, pick_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_list_window_init (PalListWindow *self)
{
  self->loading = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  pal_drop_down_let_shrink (self->sheet_choice);
  self->loading = FALSE;
  update (self);
}

GtkWidget *
pal_list_window_new (GtkWindow *parent, PalSession *session, const char *path)
{
  PalListWindow *self
      = g_object_new (PAL_TYPE_LIST_WINDOW, "transient-for", parent, "modal", TRUE, NULL);

  self->session = g_object_ref (session);
  self->path = g_strdup (path);
  read_list (self, NULL);

  return GTK_WIDGET (self);
}
