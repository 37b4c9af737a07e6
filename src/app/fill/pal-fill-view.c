// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-fill-view"
#include "config.h"

#include "pal-fill-view.h"
#include "pal-consider-window.h"
#include "pal-form-page.h"
#include "pal-questions.h"
#include "pal-input-package.h"
#include "pal-input-questions-box.h"
#include "pal-reading-note.h"
#include "pal-stack.h"
#include "pal-state-bar.h"
#include "pal-take-step.h"

#include <glib/gi18n.h>

/* Pages that stay built. Going back to one of them costs nothing, each costs memory. */
#define MAX_PAGES 6

/* What is remembered of a page that was dropped. */
typedef struct
{
  double scroll;
  char *focus; /* (nullable): path of the question */
} Place;

struct _PalFillView
{
  GtkWidget parent_instance;

  PalSession *session;  /* (owned) */
  PalOutlinePage *page; /* (unowned) (nullable): of the session's outline */
  GQueue built;         /* (element-type PalFormPage): the one shown last first */
  GHashTable *places;   /* (owned) (element-type PalOutlinePage Place) */

  GtkStack *stack;
};

enum
{
  PROP_0,
  PROP_PAGE,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (PalFillView, pal_fill_view, GTK_TYPE_WIDGET)

static void
place_free (Place *place)
{
  g_free (place->focus);
  g_free (place);
}

static PalResponse *
get_response (PalFillView *self)
{
  return pal_record_get_response (pal_session_get_questionnaire (self->session));
}

static PalFormPage *
find_built (PalFillView *self, PalOutlinePage *page)
{
  for (GList *l = self->built.head; l != NULL; l = l->next)
    if (pal_form_page_get_page (l->data) == page)
      return l->data;

  return NULL;
}

static void
remember (PalFillView *self, PalFormPage *widget)
{
  PalNode *focus = pal_form_page_get_focus_question (widget);
  PalOutlinePage *page = pal_form_page_get_page (widget);
  Place *place = g_hash_table_lookup (self->places, page);

  if (place == NULL)
    {
      place = g_new0 (Place, 1);
      g_hash_table_insert (self->places, page, place);
    }
  place->scroll = pal_form_page_get_scroll (widget);
  if (focus != NULL)
    {
      g_free (place->focus);
      place->focus = pal_response_dup_path (get_response (self), focus);
    }
}

/* --- the way on ---------------------------------------------------------------------------- */

static PalOutlinePage *
find_next_page (PalFillView *self, PalOutlinePage *page)
{
  GPtrArray *pages = pal_outline_get_pages (pal_session_get_outline (self->session));

  for (guint i = page->index + 1; i < pages->len; i++)
    {
      PalOutlinePage *next = g_ptr_array_index (pages, i);
      PalFormControl *control = next->control != NULL ? next->control : next->part->control;

      if (control == NULL || pal_response_is_control_relevant (get_response (self), control, NULL))
        return next;
    }

  return NULL;
}

static void
show_footer (GtkWidget *footer, PalFillView *self)
{
  PalFormPage *widget = PAL_FORM_PAGE (gtk_widget_get_ancestor (footer, PAL_TYPE_FORM_PAGE));
  PalOutlinePage *next = find_next_page (self, pal_form_page_get_page (widget));
  g_autofree char *title = NULL;
  g_autofree char *label = NULL;

  gtk_widget_set_visible (footer, next != NULL);
  if (next == NULL || next->control == NULL)
    return;

  title = pal_response_dup_text (get_response (self), next->control, NULL, PAL_TEXT_LABEL);
  /* TRANSLATORS: button at the end of a page: the title of the page that follows */
  label = g_strdup_printf (_ ("Next: %s"), title ? title : "");
  gtk_button_set_label (GTK_BUTTON (footer), label);
}

static GtkWidget *
footer_new (PalFillView *self)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Next page"));
  GtkWidget *label = gtk_button_get_child (GTK_BUTTON (button));

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.next-page");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "pill");
  gtk_widget_add_css_class (button, "page-footer");
  /* What comes next may change with the answers: asked when the page is shown. */
  g_signal_connect_object (button, "map", G_CALLBACK (show_footer), self, 0);

  return button;
}

/* --- what is cleared ----------------------------------------------------------------------- */

static const char *
get_path (PalFillView *self, PalFormPage *widget)
{
  return pal_clearing_get_path (pal_clearing_of_session (self->session),
                                pal_form_page_get_page (widget));
}

static void
update_lock (PalFillView *self, PalFormPage *widget)
{
  const char *path = get_path (self, widget);
  gboolean locked
      = pal_session_is_locked (self->session, path) || pal_reading_is_only (self->session, path);

  pal_question_context_set_locked (pal_form_page_get_context (widget), locked);
  if (locked)
    gtk_widget_add_css_class (GTK_WIDGET (widget), "locked");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (widget), "locked");
}

static void
locks_changed_cb (PalFillView *self)
{
  for (GList *l = self->built.head; l != NULL; l = l->next)
    update_lock (self, l->data);
}

/* Somebody tried to write all the same. */
static void
refused_cb (PalFillView *self)
{
  PalFormPage *shown = g_queue_peek_head (&self->built);

  if (shown == NULL)
    return;
  if (pal_reading_is_only (self->session, get_path (self, shown)))
    pal_reading_tell (GTK_WIDGET (self));
  else
    pal_tell_locked (GTK_WIDGET (self), pal_clearing_of_session (self->session),
                     get_path (self, shown));
}

/* --- pages --------------------------------------------------------------------------------- */

static void
drop_page (PalFillView *self, PalFormPage *widget)
{
  remember (self, widget);
  g_queue_remove (&self->built, widget);
  gtk_stack_remove (self->stack, GTK_WIDGET (widget));
}

static GtkWidget *
header_new (PalFillView *self, PalFormPage *widget)
{
  const char *path = get_path (self, widget);

  if (pal_input_is_dossier (pal_session_get_dossier (self->session))
      && g_strcmp0 (path, PAL_INPUT_QUESTIONS_PAGE) == 0)
    return pal_input_questions_box_new (self->session);

  return pal_reading_is_only (self->session, path)
             ? pal_reading_note_new ()
             : pal_state_bar_new (pal_clearing_of_session (self->session), path);
}

static PalFormPage *
build_page (PalFillView *self, PalOutlinePage *page)
{
  Place *place = g_hash_table_lookup (self->places, page);
  PalFormPage *widget
      = PAL_FORM_PAGE (pal_form_page_new (pal_session_get_questionnaire (self->session),
                                          pal_session_get_outline (self->session), page));

  pal_form_page_set_header (widget, header_new (self, widget));
  update_lock (self, widget);
  g_signal_connect_object (pal_form_page_get_context (widget), "refused", G_CALLBACK (refused_cb),
                           self, G_CONNECT_SWAPPED);
  pal_form_page_set_footer (widget, footer_new (self));
  gtk_stack_add_child (self->stack, GTK_WIDGET (widget));
  g_queue_push_head (&self->built, widget);
  if (place != NULL)
    pal_form_page_set_scroll (widget, place->scroll);
  while (g_queue_get_length (&self->built) > MAX_PAGES)
    drop_page (self, g_queue_peek_tail (&self->built));

  return widget;
}

/* The focus left the page that went: it goes on where the new page was left, or with its first
 * question, unless the person is elsewhere in the window. */
static void
give_focus (PalFillView *self, PalFormPage *widget, gboolean had_focus)
{
  Place *place = g_hash_table_lookup (self->places, pal_form_page_get_page (widget));
  PalNode *node = NULL;

  if (!had_focus)
    return;

  if (place != NULL && place->focus != NULL)
    node = pal_response_find (get_response (self), place->focus);
  if (node == NULL || !pal_form_page_show_question (widget, node))
    pal_form_page_focus_first (widget);
}

static PalFormPage *
show_page (PalFillView *self, PalOutlinePage *page)
{
  PalFormPage *widget = find_built (self, page);
  PalFormPage *previous = g_queue_peek_head (&self->built);
  gboolean had_focus = gtk_widget_get_focus_child (GTK_WIDGET (self->stack)) != NULL;

  if (previous != NULL)
    remember (self, previous);
  if (widget != NULL)
    {
      g_queue_remove (&self->built, widget);
      g_queue_push_head (&self->built, widget);
    }
  else
    widget = build_page (self, page);

  pal_stack_show (self->stack, GTK_WIDGET (widget));
  if (self->page != page)
    {
      self->page = page;
      give_focus (self, widget, had_focus);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
    }

  return widget;
}

/* The page that is shown changes its words in place; the others are built anew when asked for. */
static void
language_changed_cb (PalFillView *self)
{
  PalFormPage *shown = g_queue_peek_head (&self->built);

  while (g_queue_get_length (&self->built) > 1)
    drop_page (self, g_queue_peek_tail (&self->built));
  if (shown != NULL)
    show_footer (pal_form_page_get_footer (shown), self);
}

/* --- the widget ---------------------------------------------------------------------------- */

static void
pal_fill_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PAGE)
    g_value_set_pointer (value, PAL_FILL_VIEW (object)->page);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pal_fill_view_dispose (GObject *object)
{
  PalFillView *self = PAL_FILL_VIEW (object);

  g_queue_clear (&self->built);
  if (self->stack != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->stack));
  self->stack = NULL;
  g_clear_pointer (&self->places, g_hash_table_unref);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pal_fill_view_parent_class)->dispose (object);
}

static void
go_to_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_fill_view_show_question (PAL_FILL_VIEW (widget), g_variant_get_string (parameter, NULL));
}

static void
open_record_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *record, *path;

  g_variant_get (parameter, "(&s&s)", &record, &path);
  pal_session_show_record (PAL_FILL_VIEW (widget)->session, record, path);
}

static void
consider_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *record, *row;

  g_variant_get (parameter, "(&s&s)", &record, &row);
  pal_consider_window_present (widget, PAL_FILL_VIEW (widget)->session, record, row);
}

static void
pal_fill_view_class_init (PalFillViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pal_fill_view_get_property;
  object_class->dispose = pal_fill_view_dispose;

  properties[PROP_PAGE]
      = g_param_spec_pointer ("page", NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "pages.go-to", "s", go_to_action);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "pages.open-record", "(ss)",
                                   open_record_action);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "pages.consider", "(ss)",
                                   consider_action);
}

static void
pal_fill_view_init (PalFillView *self)
{
  g_queue_init (&self->built);
  self->places = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) place_free);
  self->stack = GTK_STACK (gtk_stack_new ());
  /* A page is as tall as its own questions, not as the tallest of all. */
  gtk_stack_set_vhomogeneous (self->stack, FALSE);
  gtk_stack_set_hhomogeneous (self->stack, FALSE);
  gtk_widget_set_parent (GTK_WIDGET (self->stack), GTK_WIDGET (self));
}

GtkWidget *
pal_fill_view_new (PalSession *session)
{
  PalFillView *self = g_object_new (PAL_TYPE_FILL_VIEW, NULL);

  g_return_val_if_fail (pal_session_get_questionnaire (session) != NULL, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "locks-changed", G_CALLBACK (locks_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (get_response (self), "notify::language",
                           G_CALLBACK (language_changed_cb), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

PalOutlinePage *
pal_fill_view_get_page (PalFillView *self)
{
  return self->page;
}

void
pal_fill_view_show_page (PalFillView *self, PalOutlinePage *page)
{
  g_return_if_fail (PAL_IS_FILL_VIEW (self));
  g_return_if_fail (page != NULL);

  show_page (self, page);
}

static gboolean
show_node (PalFillView *self, PalNode *node)
{
  PalResponse *response = get_response (self);
  PalFormNode *def = pal_response_get_definition (response, node);
  PalOutlinePage *page
      = def != NULL && def->control != NULL
            ? pal_outline_find_page (pal_session_get_outline (self->session), def->control)
            : NULL;

  return page != NULL && pal_form_page_show_question (show_page (self, page), node);
}

gboolean
pal_fill_view_show_question (PalFillView *self, const char *path)
{
  PalNode *node = NULL;

  g_return_val_if_fail (PAL_IS_FILL_VIEW (self), FALSE);

  node = pal_response_find (get_response (self), path);

  return node != NULL && show_node (self, node);
}

static gboolean
is_for_reading (PalFillView *self, PalOutlinePage *page)
{
  return pal_reading_is_only (
      self->session, pal_clearing_get_path (pal_clearing_of_session (self->session), page));
}

/* Depth first, as the questions stand. passed: (inout): whether current was met */
static PalNode *
find_behind (PalNode *node, PalNode *current, GHashTable *wanted, gboolean *passed)
{
  if (*passed && g_hash_table_contains (wanted, node))
    return node;
  *passed = *passed || node == current;
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      PalNode *found = find_behind (child, current, wanted, passed);

      if (found != NULL)
        return found;
    }

  return NULL;
}

gboolean
pal_fill_view_next_of (PalFillView *self, GPtrArray *paths)
{
  PalFormPage *shown = g_queue_peek_head (&self->built);
  PalNode *current = shown != NULL ? pal_form_page_get_focus_question (shown) : NULL;
  PalNode *root = pal_response_get_root (get_response (self));
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL);
  gboolean passed = current == NULL;
  PalNode *node;

  g_return_val_if_fail (PAL_IS_FILL_VIEW (self), FALSE);

  for (guint i = 0; i < paths->len; i++)
    {
      PalNode *one = pal_response_find (get_response (self), g_ptr_array_index (paths, i));

      if (one != NULL)
        g_hash_table_add (wanted, one);
    }
  node = find_behind (root, current, wanted, &passed);
  if (node == NULL)
    {
      passed = TRUE;
      node = find_behind (root, NULL, wanted, &passed);
    }

  return node != NULL && show_node (self, node);
}

gboolean
pal_fill_view_next_unanswered (PalFillView *self)
{
  PalFormPage *shown = g_queue_peek_head (&self->built);
  PalNode *current = shown != NULL ? pal_form_page_get_focus_question (shown) : NULL;
  PalOutline *outline = pal_session_get_outline (self->session);
  GPtrArray *pages = pal_outline_get_pages (outline);
  PalOutlinePage *page = self->page;
  PalNode *node = pal_questions_find_unanswered (get_response (self), outline, current, &page);

  /* What is for reading has nobody's questions. */
  for (guint i = 0; node != NULL && is_for_reading (self, page); i++)
    {
      page = g_ptr_array_index (pages, (page->index + 1) % pages->len);
      node = i < pages->len
                 ? pal_questions_find_unanswered (get_response (self), outline, NULL, &page)
                 : NULL;
    }

  return node != NULL && show_node (self, node);
}
