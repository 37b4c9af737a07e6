// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-sidebar"
#include "config.h"

#include "pal-sidebar.h"
#include "pal-clearance-words.h"
#include "pal-clearing.h"
#include "pal-handout.h"
#include "pal-input-package.h"
#include "pal-page-types.h"
#include "pal-reading-note.h"
#include "pal-ring.h"

#include <glib/gi18n.h>

/* --- a row --------------------------------------------------------------------------------- */

#define PAL_TYPE_SIDEBAR_ROW (pal_sidebar_row_get_type ())
G_DECLARE_FINAL_TYPE (PalSidebarRow, pal_sidebar_row, PAL, SIDEBAR_ROW, GtkListBoxRow)

struct _PalSidebarRow
{
  GtkListBoxRow parent_instance;

  char *id;             /* (owned) */
  PalOutlinePage *page; /* (unowned) (nullable): of the session's outline */
  gboolean is_mine;     /* in a working dossier: it was handed out */
  PalProgress progress;

  GtkImage *icon;
  PalRing *ring;
  GtkLabel *label;
  GtkLabel *count;
  GtkImage *mark;
};

G_DEFINE_FINAL_TYPE (PalSidebarRow, pal_sidebar_row, GTK_TYPE_LIST_BOX_ROW)

static void
pal_sidebar_row_dispose (GObject *object)
{
  PalSidebarRow *self = PAL_SIDEBAR_ROW (object);

  g_clear_pointer (&self->id, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_SIDEBAR_ROW);

  G_OBJECT_CLASS (pal_sidebar_row_parent_class)->dispose (object);
}

static void
pal_sidebar_row_class_init (PalSidebarRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_sidebar_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/shell/pal-sidebar-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PalSidebarRow, icon);
  gtk_widget_class_bind_template_child (widget_class, PalSidebarRow, ring);
  gtk_widget_class_bind_template_child (widget_class, PalSidebarRow, label);
  gtk_widget_class_bind_template_child (widget_class, PalSidebarRow, count);
  gtk_widget_class_bind_template_child (widget_class, PalSidebarRow, mark);
}

static void
pal_sidebar_row_init (PalSidebarRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
set_row_name (PalSidebarRow *row, const char *title, const char *state)
{
  g_autofree char *name = NULL;

  gtk_label_set_text (row->label, title);
  /* TRANSLATORS: what a screen reader says of a page: its title, and how far it is */
  name = state != NULL ? g_strdup_printf (C_ ("page, progress", "%s, %s"), title, state)
                       : g_strdup (title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* --- the sidebar --------------------------------------------------------------------------- */

struct _PalSidebar
{
  GtkWidget parent_instance;

  PalSession *session;  /* (owned) (nullable) */
  GHashTable *stale;    /* (owned) (element-type PalOutlinePage): to be counted again */
  gboolean is_working;  /* a working dossier: what was handed out comes first */
  guint refresh_source; /* idle */
  guint reveal_source;  /* idle */
  gboolean is_hidden;   /* what is selected was not laid out yet, and may be out of sight */
  gboolean selecting;

  GtkWidget *box;
  GtkWidget *summary;
  PalRing *ring;
  GtkLabel *summary_title;
  GtkLabel *summary_words;
  GtkScrolledWindow *scrolled;
  GtkListBox *outline_list;
  GtkScrolledWindow *pages_scrolled;
  GtkListBox *page_list;
};

enum
{
  PAGE_SELECTED,
  PAGE_ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalSidebar, pal_sidebar, GTK_TYPE_WIDGET)

/**
 * pal_sidebar_get_page_id:
 * @page: a page of an outline
 *
 * Returns: (transfer none): what names it in this dossier: the path of its group
 */
const char *
pal_sidebar_get_page_id (PalOutlinePage *page)
{
  return page->control != NULL && page->control->node != NULL ? page->control->node->path : "/";
}

static PalResponse *
get_response (PalSidebar *self)
{
  PalRecord *record = self->session ? pal_session_get_questionnaire (self->session) : NULL;

  return record != NULL ? pal_record_get_response (record) : NULL;
}

static PalSidebarRow *
find_row (GtkListBox *list, const char *id)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (list)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (PAL_IS_SIDEBAR_ROW (child) && g_strcmp0 (PAL_SIDEBAR_ROW (child)->id, id) == 0)
      return PAL_SIDEBAR_ROW (child);

  return NULL;
}

static gboolean
is_page_relevant (PalResponse *response, PalOutlinePage *page)
{
  if (page->control != NULL)
    return pal_response_is_control_relevant (response, page->control, NULL);
  if (page->part->control != NULL)
    return pal_response_is_control_relevant (response, page->part->control, NULL);

  return TRUE;
}

/* Ready and cleared pages have a mark; a draft is what pages are. Returns: (nullable): its words.
 */
static const char *
refresh_mark (PalSidebar *self, PalSidebarRow *row)
{
  PalClearing *clearing = pal_clearing_of_session (self->session);
  const PalPageClearance *page
      = pal_clearing_find_page (clearing, pal_clearing_get_path (clearing, row->page));
  gboolean shown = page != NULL && page->state != PAL_PAGE_DRAFT;

  gtk_widget_set_visible (GTK_WIDGET (row->mark), shown);
  if (!shown)
    return NULL;
  gtk_image_set_from_icon_name (row->mark, page->is_altered
                                               ? "dialog-warning-symbolic"
                                               : pal_page_state_get_icon (page->state));

  return pal_page_state_get_words (page->state);
}

static void
refresh_row (PalSidebar *self, PalSidebarRow *row)
{
  PalResponse *response = get_response (self);
  PalFormControl *control
      = row->page->control != NULL ? row->page->control : row->page->part->control;
  g_autofree char *title = NULL;
  g_autofree char *words = NULL;
  g_autofree char *count = NULL;
  g_autofree char *state = NULL;
  const char *mark = refresh_mark (self, row);

  pal_response_count (response, row->page->control, &row->progress);
  /* What came along with a section for reading is shown, empty pages are not. */
  gtk_widget_set_visible (GTK_WIDGET (row),
                          is_page_relevant (response, row->page)
                              && (!self->is_working || row->is_mine || row->progress.answered > 0));
  if (control != NULL)
    title = pal_response_dup_text (response, control, NULL, PAL_TEXT_LABEL);
  if (title == NULL)
    title = pal_form_dup_title (pal_response_get_form (response),
                                pal_response_get_language (response));
  words = pal_ring_dup_words (row->progress.answered, row->progress.questions,
                              row->progress.violated);
  /* TRANSLATORS: answered questions of all questions of a page */
  count
      = g_strdup_printf (C_ ("progress", "%u/%u"), row->progress.answered, row->progress.questions);

  /* TRANSLATORS: how far a page is, and how it stands: "4 of 9 answered, Ready" */
  state = mark != NULL ? g_strdup_printf (C_ ("page, progress", "%s, %s"), words, mark)
                       : g_strdup (words);
  set_row_name (row, title, state);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row), state);
  gtk_label_set_text (row->count, count);
  gtk_widget_set_visible (GTK_WIDGET (row->count), row->progress.questions > 0);
  /* An empty ring would say that something is still to be done. The title keeps its place. */
  gtk_widget_set_opacity (GTK_WIDGET (row->ring), row->progress.questions > 0 ? 1 : 0);
  pal_ring_set_counts (row->ring, row->progress.answered, row->progress.questions,
                       row->progress.violated);
}

static void
refresh_summary (PalSidebar *self)
{
  PalResponse *response = get_response (self);
  PalProgress all = { 0 };
  g_autofree char *title = NULL;
  g_autofree char *words = NULL;

  if (response == NULL)
    return;

  pal_response_count (response, NULL, &all);
  words = pal_ring_dup_words (all.answered, all.questions, 0);
  pal_ring_set_counts (self->ring, all.answered, all.questions, 0);
  title
      = pal_form_dup_title (pal_response_get_form (response), pal_response_get_language (response));
  gtk_label_set_text (self->summary_title, title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->summary_title), title);
  gtk_label_set_text (self->summary_words, words);
}

static gboolean
refresh_stale (gpointer user_data)
{
  PalSidebar *self = user_data;

  self->refresh_source = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->outline_list));
       child != NULL; child = gtk_widget_get_next_sibling (child))
    if (PAL_IS_SIDEBAR_ROW (child)
        && g_hash_table_contains (self->stale, PAL_SIDEBAR_ROW (child)->page))
      refresh_row (self, PAL_SIDEBAR_ROW (child));
  g_hash_table_remove_all (self->stale);
  refresh_summary (self);
  gtk_list_box_invalidate_headers (self->outline_list);

  return G_SOURCE_REMOVE;
}

/* The questions of rows that came or went count, too; "updated" follows and has them shown. */
static void
rows_changed_cb (PalResponse *response, PalFormNode *repeat, PalNode *parent, PalSidebar *self)
{
  PalOutlinePage *page
      = repeat->control != NULL
            ? pal_outline_find_page (pal_session_get_outline (self->session), repeat->control)
            : NULL;

  if (page != NULL)
    g_hash_table_add (self->stale, page);
}

static void
updated_cb (PalResponse *response, GPtrArray *nodes, PalSidebar *self)
{
  PalOutline *outline = pal_session_get_outline (self->session);

  for (guint i = 0; i < nodes->len; i++)
    {
      PalFormNode *def = pal_response_get_definition (response, g_ptr_array_index (nodes, i));
      PalOutlinePage *page = NULL;

      while (def != NULL && def->control == NULL)
        def = def->parent;
      if (def != NULL)
        page = pal_outline_find_page (outline, def->control);
      if (page != NULL)
        {
          g_hash_table_add (self->stale, page);
          continue;
        }
      /* A part came or went: all its pages with it. */
      for (guint j = 0; def != NULL && j < pal_outline_get_pages (outline)->len; j++)
        {
          page = g_ptr_array_index (pal_outline_get_pages (outline), j);
          if (page->part->control == def->control)
            g_hash_table_add (self->stale, page);
        }
    }

  /* Once per idle: a change may touch many answers. */
  if (g_hash_table_size (self->stale) > 0 && self->refresh_source == 0)
    self->refresh_source = g_idle_add (refresh_stale, self);
}

static void
header_cb (GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
  PalSidebar *self = user_data;
  PalOutlinePage *page = PAL_SIDEBAR_ROW (row)->page;
  PalOutlinePage *previous = before != NULL ? PAL_SIDEBAR_ROW (before)->page : NULL;
  gboolean is_mine = PAL_SIDEBAR_ROW (row)->is_mine;
  g_autofree char *title = NULL;
  GtkWidget *header = NULL;

  if (self->is_working ? before != NULL && PAL_SIDEBAR_ROW (before)->is_mine == is_mine
                       : (previous != NULL && previous->part == page->part)
                             || page->part->control == NULL || page->part->control == page->control)
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }

  if (self->is_working)
    /* TRANSLATORS: headings in the list of pages: what one may write in, and what not */
    title = g_strdup (is_mine ? _ ("Handed out to you") : C_ ("pages", "For reading"));
  else
    title = pal_response_dup_text (get_response (self), page->part->control, NULL, PAL_TEXT_LABEL);
  header = gtk_list_box_row_get_header (row);
  if (header != NULL && g_strcmp0 (gtk_label_get_text (GTK_LABEL (header)), title) == 0)
    return;

  header = gtk_label_new (title);
  gtk_label_set_xalign (GTK_LABEL (header), 0);
  gtk_label_set_wrap (GTK_LABEL (header), TRUE);
  gtk_widget_add_css_class (header, "sidebar-part");
  gtk_list_box_row_set_header (row, header);
}

static void
add_pages (PalSidebar *self, gboolean mine)
{
  GPtrArray *pages = pal_outline_get_pages (pal_session_get_outline (self->session));

  for (guint i = 0; i < pages->len; i++)
    {
      const char *id = pal_sidebar_get_page_id (g_ptr_array_index (pages, i));
      PalSidebarRow *row = NULL;

      if (mine == pal_reading_is_only (self->session, id))
        continue;
      row = g_object_new (PAL_TYPE_SIDEBAR_ROW, NULL);
      row->page = g_ptr_array_index (pages, i);
      row->id = g_strdup (id);
      row->is_mine = mine;
      gtk_widget_set_visible (GTK_WIDGET (row->ring), TRUE);
      refresh_row (self, row);
      gtk_list_box_append (self->outline_list, GTK_WIDGET (row));
    }
}

static void
fill_outline (PalSidebar *self)
{
  g_auto (GStrv) section = pal_handout_dup_section (pal_session_get_dossier (self->session));

  if (pal_session_get_outline (self->session) == NULL)
    return;

  self->is_working = section != NULL;
  add_pages (self, TRUE);
  add_pages (self, FALSE);
  gtk_list_box_set_header_func (self->outline_list, header_cb, self, NULL);
}

/* Such a page is there while there is something on it. */
static void
refresh_counted (PalSidebarRow *row, GParamSpec *pspec, GObject *counter)
{
  const PalPageType *type = pal_page_type_find (row->id);
  g_autofree char *number = NULL;
  guint count = 0;

  if (type == NULL)
    return; /* the sidebar is going */
  g_object_get (counter, "count", &count, NULL);
  number = g_strdup_printf ("%u", count);
  gtk_widget_set_visible (GTK_WIDGET (row), count > 0 || type->stays);
  gtk_label_set_text (row->count, number);
  gtk_widget_set_visible (GTK_WIDGET (row->count), count > 0);
  set_row_name (row, _ (type->title), count > 0 ? number : NULL);
}

static void
fill_pages (PalSidebar *self)
{
  PalDossier *dossier = pal_session_get_dossier (self->session);

  for (guint i = 0; i < pal_n_page_types; i++)
    {
      PalSidebarRow *row;

      if (pal_page_types[i].icon_name == NULL || !pal_page_type_fits (&pal_page_types[i], dossier))
        continue;
      row = g_object_new (PAL_TYPE_SIDEBAR_ROW, NULL);
      row->id = g_strdup (pal_page_types[i].id);
      gtk_image_set_from_icon_name (row->icon, pal_page_types[i].icon_name);
      gtk_widget_set_visible (GTK_WIDGET (row->icon), TRUE);
      set_row_name (row, _ (pal_page_types[i].title), NULL);
      gtk_list_box_append (self->page_list, GTK_WIDGET (row));
      if (pal_page_types[i].get_counter != NULL)
        {
          GObject *counter = pal_page_types[i].get_counter (self->session);

          g_signal_connect_object (counter, "notify::count", G_CALLBACK (refresh_counted), row,
                                   G_CONNECT_SWAPPED);
          refresh_counted (row, NULL, counter);
        }
    }
  /* Where there are but one or two, no strip stays empty below them. */
  if (pal_input_is_dossier (dossier))
    gtk_scrolled_window_set_min_content_height (self->pages_scrolled, -1);
}

static void
language_changed_cb (PalSidebar *self)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->outline_list));
       child != NULL; child = gtk_widget_get_next_sibling (child))
    if (PAL_IS_SIDEBAR_ROW (child))
      refresh_row (self, PAL_SIDEBAR_ROW (child));
  gtk_list_box_invalidate_headers (self->outline_list);
  refresh_summary (self);
}

static void
row_selected_cb (GtkListBox *list, GtkListBoxRow *row, PalSidebar *self)
{
  if (self->selecting || row == NULL)
    return;

  /* One thing is selected in both lists together. (unselect_all does nothing in browse mode.) */
  self->selecting = TRUE;
  gtk_list_box_select_row (list == self->outline_list ? self->page_list : self->outline_list, NULL);
  self->selecting = FALSE;
  g_signal_emit (self, signals[PAGE_SELECTED], 0, PAL_SIDEBAR_ROW (row)->id);
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, PalSidebar *self)
{
  g_signal_emit (self, signals[PAGE_ACTIVATED], 0, PAL_SIDEBAR_ROW (row)->id);
}

static void
scroll_to_row (PalSidebar *self, GtkWidget *row)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scrolled);
  graphene_rect_t bounds;

  if (gtk_widget_compute_bounds (row, gtk_widget_get_parent (GTK_WIDGET (self->outline_list)),
                                 &bounds))
    gtk_adjustment_clamp_page (adjustment, bounds.origin.y, bounds.origin.y + bounds.size.height);
}

static gboolean
reveal_cb (gpointer user_data)
{
  PalSidebar *self = user_data;
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->outline_list);

  self->reveal_source = 0;
  self->is_hidden = row != NULL && gtk_widget_get_height (GTK_WIDGET (row)) == 0;
  if (row != NULL && !self->is_hidden)
    scroll_to_row (self, GTK_WIDGET (row));

  return G_SOURCE_REMOVE;
}

/* The rows get their places right after this. */
static void
laid_out_cb (PalSidebar *self)
{
  if (self->is_hidden && self->reveal_source == 0)
    self->reveal_source = g_idle_add_full (GDK_PRIORITY_REDRAW + 10, reveal_cb, self, NULL);
}

static void
pal_sidebar_dispose (GObject *object)
{
  PalSidebar *self = PAL_SIDEBAR (object);

  g_clear_handle_id (&self->refresh_source, g_source_remove);
  g_clear_handle_id (&self->reveal_source, g_source_remove);
  g_clear_pointer (&self->stale, g_hash_table_unref);
  self->selecting = TRUE;
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_SIDEBAR);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pal_sidebar_parent_class)->dispose (object);
}

static void
pal_sidebar_class_init (PalSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_sidebar_dispose;

  signals[PAGE_SELECTED]
      = g_signal_new ("page-selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[PAGE_ACTIVATED]
      = g_signal_new ("page-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (PAL_TYPE_RING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/shell/pal-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, PalSidebar, box);
  gtk_widget_class_bind_template_child (widget_class, PalSidebar, summary);
  gtk_widget_class_bind_template_child (widget_class, PalSidebar, ring);
  gtk_widget_class_bind_template_child (widget_class, PalSidebar, summary_title);
  gtk_widget_class_bind_template_child (widget_class, PalSidebar, summary_words);
  gtk_widget_class_bind_template_child (widget_class, PalSidebar, scrolled);
  gtk_widget_class_bind_template_child (widget_class, PalSidebar, outline_list);
  gtk_widget_class_bind_template_child (widget_class, PalSidebar, pages_scrolled);
  gtk_widget_class_bind_template_child (widget_class, PalSidebar, page_list);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "sidebar");
}

static void
pal_sidebar_init (PalSidebar *self)
{
  self->stale = g_hash_table_new (NULL, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scrolled), "changed",
                           G_CALLBACK (laid_out_cb), self, G_CONNECT_SWAPPED);
}

void
pal_sidebar_set_session (PalSidebar *self, PalSession *session)
{
  PalResponse *response = NULL;

  g_return_if_fail (PAL_IS_SIDEBAR (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  /* What is selected is said by pal_sidebar_select(), not by the first row. */
  self->selecting = TRUE;
  fill_outline (self);
  fill_pages (self);
  self->selecting = FALSE;
  response = get_response (self);
  gtk_widget_set_visible (self->summary, response != NULL);
  if (response == NULL)
    return;

  refresh_summary (self);
  g_signal_connect_object (pal_clearing_of_session (session), "changed",
                           G_CALLBACK (language_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (response, "rows-changed", G_CALLBACK (rows_changed_cb), self, 0);
  g_signal_connect_object (response, "updated", G_CALLBACK (updated_cb), self, 0);
  g_signal_connect_object (response, "notify::language", G_CALLBACK (language_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

void
pal_sidebar_select (PalSidebar *self, const char *id)
{
  GtkListBox *list = self->outline_list;
  PalSidebarRow *row = NULL;

  g_return_if_fail (PAL_IS_SIDEBAR (self));

  row = find_row (list, id);
  if (row == NULL)
    {
      list = self->page_list;
      row = find_row (list, id);
    }
  if (row == NULL)
    return;

  self->selecting = TRUE;
  gtk_list_box_select_row (list == self->outline_list ? self->page_list : self->outline_list, NULL);
  gtk_list_box_select_row (list, GTK_LIST_BOX_ROW (row));
  self->selecting = FALSE;
  if (list != self->outline_list)
    return;
  self->is_hidden = gtk_widget_get_height (GTK_WIDGET (row)) == 0;
  if (!self->is_hidden)
    scroll_to_row (self, GTK_WIDGET (row));
}

gboolean
pal_sidebar_grab_focus (PalSidebar *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->outline_list);

  if (row == NULL)
    row = gtk_list_box_get_selected_row (self->page_list);
  if (row != NULL)
    return gtk_widget_grab_focus (GTK_WIDGET (row));

  return gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

const char *
pal_sidebar_get_neighbour (PalSidebar *self, const char *id, int step)
{
  PalSidebarRow *row = find_row (self->outline_list, id);
  GtkWidget *child = GTK_WIDGET (row);

  while (child != NULL)
    {
      child = step > 0 ? gtk_widget_get_next_sibling (child) : gtk_widget_get_prev_sibling (child);
      if (child != NULL && PAL_IS_SIDEBAR_ROW (child) && gtk_widget_get_visible (child))
        return PAL_SIDEBAR_ROW (child)->id;
    }

  return NULL;
}
