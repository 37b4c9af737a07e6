// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-check-window"
#include "config.h"

#include "pal-check-window.h"

#include "pal-clearance-words.h"
#include "pal-take-step.h"
#include "pal-wrap-layout.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>
#include <string.h>

/* Each row costs a layout; the rest is one row more. */
#define MAX_ROWS 40

#define WIDTH 600
#define HEIGHT 560
#define SPACING 8

struct _PalCheckWindow
{
  AdwWindow parent_instance;

  PalClearing *clearing; /* (owned) */
  GStrv pages;           /* (owned) (nullable): all */
  PalPageState next;
  GPtrArray *points; /* (owned) (element-type PalPoint): copies, as rows name them by index */

  GtkBox *box;
  GtkLabel *subject;
  GtkLabel *state_label;
  GtkBox *groups;
  GtkBox *buttons;
};

G_DEFINE_FINAL_TYPE (PalCheckWindow, pal_check_window, ADW_TYPE_WINDOW)

/* --- what it is about */

static const PalPageClearance *
get_only_page (PalCheckWindow *self)
{
  return self->pages != NULL && g_strv_length (self->pages) == 1
             ? pal_clearing_find_page (self->clearing, self->pages[0])
             : NULL;
}

static void
take_points (PalCheckWindow *self, GPtrArray *points)
{
  for (guint i = 0; i < points->len; i++)
    g_ptr_array_add (self->points, pal_point_copy (g_ptr_array_index (points, i)));
}

/* What may stay empty is told of one page, and in nobody's way. */
static void
gather (PalCheckWindow *self)
{
  PalClearance *clearance = pal_clearing_get_clearance (self->clearing);
  const PalPageClearance *only = get_only_page (self);

  g_ptr_array_set_size (self->points, 0);
  if (clearance == NULL)
    return;
  if (self->pages == NULL)
    {
      g_autoptr (GPtrArray) open = pal_clearance_list_open (clearance, NULL, self->next);

      take_points (self, open);
      return;
    }
  for (guint i = 0; self->pages[i] != NULL; i++)
    {
      const PalPageClearance *page = pal_clearing_find_page (self->clearing, self->pages[i]);
      g_autoptr (GPtrArray) open
          = page != NULL ? pal_clearance_list_open (clearance, page, self->next) : NULL;

      if (open != NULL)
        take_points (self, open);
    }
  for (guint i = 0; only != NULL && i < only->points->len; i++)
    {
      const PalPoint *point = g_ptr_array_index (only->points, i);

      if (point->kind == PAL_POINT_UNANSWERED)
        g_ptr_array_add (self->points, pal_point_copy (point));
    }
}

static guint
count_kind (PalCheckWindow *self, PalPointKind kind)
{
  guint n = 0;

  for (guint i = 0; i < self->points->len; i++)
    n += ((PalPoint *) g_ptr_array_index (self->points, i))->kind == kind;

  return n;
}

static gboolean
has_open (PalCheckWindow *self)
{
  return self->points->len > count_kind (self, PAL_POINT_UNANSWERED);
}

/* --- rows */

static void
show_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalCheckWindow *self = PAL_CHECK_WINDOW (widget);
  PalSession *session = pal_clearing_get_session (self->clearing);
  guint index = g_variant_get_uint32 (parameter);
  g_autoptr (PalClearing) clearing = g_object_ref (self->clearing);
  PalPoint *point = NULL;

  if (index >= self->points->len || session == NULL)
    return;
  point = pal_point_copy (g_ptr_array_index (self->points, index));
  gtk_window_close (GTK_WINDOW (self));
  pal_point_show (session, point);
  pal_point_free (point);
}

static GtkWidget *
row_new (PalCheckWindow *self, guint index)
{
  const PalPoint *point = g_ptr_array_index (self->points, index);
  PalSession *session = pal_clearing_get_session (self->clearing);
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *question = NULL;
  g_autofree char *page = NULL;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  if (session == NULL)
    return row;
  question = point->kind == PAL_POINT_DRAFT ? pal_page_dup_title (session, point->node)
                                            : pal_point_dup_question (session, point->node);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), question);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 3);
  if (get_only_page (self) == NULL && point->kind != PAL_POINT_DRAFT)
    {
      PalPageClearance *place
          = pal_clearance_find_page (pal_clearing_get_clearance (self->clearing), point->node);

      page = place != NULL ? pal_page_dup_title (session, place->path) : NULL;
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), page != NULL ? page : "");
      adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
    }
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "check.show");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "u", index);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, question,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, page != NULL ? page : "",
                                  -1);

  return row;
}

static void
add_group (PalCheckWindow *self, PalPointKind kind)
{
  guint n = count_kind (self, kind);
  guint n_rows = 0;
  GtkWidget *group = NULL;
  /* TRANSLATORS: what is open on a page, and how often */
  g_autofree char *title
      = g_strdup_printf (C_ ("check list", "%1$s: %2$u"), pal_point_kind_get_title (kind), n);

  if (n == 0)
    return;
  group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  for (guint i = 0; i < self->points->len && n_rows < MAX_ROWS; i++)
    if (((PalPoint *) g_ptr_array_index (self->points, i))->kind == kind)
      {
        adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row_new (self, i));
        n_rows++;
      }
  if (n > n_rows)
    {
      GtkWidget *more = adw_action_row_new ();
      g_autofree char *words
          = g_strdup_printf (ngettext ("And %u more", "And %u more", n - n_rows), n - n_rows);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (more), words);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), more);
    }
  gtk_box_append (self->groups, group);
}

/* --- steps */

static void
step_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalCheckWindow *self = PAL_CHECK_WINDOW (widget);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  PalPageState next = g_variant_get_uint32 (parameter);
  g_autoptr (PalClearing) clearing = g_object_ref (self->clearing);
  g_auto (GStrv) pages = g_strdupv (self->pages);
  GtkWidget *place = NULL;

  if (parent == NULL)
    return;
  /* A toast wants a widget inside of the window. */
  place = gtk_window_get_focus (parent) != NULL ? gtk_window_get_focus (parent)
                                                : gtk_window_get_child (parent);
  g_object_ref (place);
  gtk_window_close (GTK_WINDOW (self));
  pal_take_step_anyway (place, clearing, next, (const char *const *) pages);
  g_object_unref (place);
}

static void
add_step (PalCheckWindow *self, const char *label, PalPageState next, gboolean suggested)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", next);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "check.step");
  if (suggested)
    gtk_widget_add_css_class (button, "suggested-action");
  gtk_box_append (self->buttons, button);
}

static void
add_steps (PalCheckWindow *self)
{
  const PalPageClearance *page = get_only_page (self);
  PalSession *session = pal_clearing_get_session (self->clearing);
  gboolean is_open = has_open (self);
  gboolean may_clear = page == NULL || page->state != PAL_PAGE_CLEARED || page->is_altered;

  if (session == NULL || pal_dossier_is_read_only (pal_session_get_dossier (session)))
    return;
  if (page != NULL && page->state == PAL_PAGE_DRAFT)
    add_step (self, is_open ? _ ("Mark as _Ready Anyway") : _ ("Mark as _Ready"), PAL_PAGE_READY,
              !is_open && self->next == PAL_PAGE_READY);
  if (may_clear)
    add_step (self, is_open ? _ ("_Clear Anyway") : C_ ("page", "_Clear"), PAL_PAGE_CLEARED,
              !is_open && self->next == PAL_PAGE_CLEARED);
  if (page != NULL && page->state != PAL_PAGE_DRAFT)
    add_step (self, _ ("_Reopen…"), PAL_PAGE_DRAFT, FALSE);
}

/* --- all of it */

static void
empty (GtkBox *box)
{
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
}

static char *
dup_subject (PalCheckWindow *self)
{
  PalSession *session = pal_clearing_get_session (self->clearing);
  guint n = self->pages != NULL ? g_strv_length (self->pages) : 0;

  if (self->pages == NULL || session == NULL)
    return g_strdup (_ ("All pages"));
  if (n == 1)
    return pal_page_dup_title (session, self->pages[0]);

  return g_strdup_printf (ngettext ("%u page", "%u pages", n), n);
}

static void
fill (PalCheckWindow *self)
{
  const PalPageClearance *page = get_only_page (self);
  g_autofree char *subject = dup_subject (self);
  g_autofree char *state = page != NULL ? pal_page_dup_state_line (page) : NULL;
  /* TRANSLATORS: what the check list says first: how the page stands, and what that means */
  g_autofree char *words = NULL;
  const char *advice = has_open (self)
                           ? _ ("You can go on anyway: what is open now is noted in the trail.")
                           : _ ("Nothing is open that somebody has to decide.");

  empty (self->groups);
  empty (self->buttons);
  words = state != NULL ? g_strdup_printf ("%s\n%s", state, advice) : g_strdup (advice);
  pal_wrap_set_text (self->subject, subject);
  pal_wrap_set_text (self->state_label, words);
  for (guint kind = 0; kind <= PAL_POINT_LAST; kind++)
    if (kind != PAL_POINT_UNANSWERED)
      add_group (self, kind);
  add_group (self, PAL_POINT_UNANSWERED);
  add_steps (self);
}

static void
changed_cb (PalCheckWindow *self)
{
  gather (self);
  fill (self);
}

static void
pal_check_window_dispose (GObject *object)
{
  PalCheckWindow *self = PAL_CHECK_WINDOW (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_CHECK_WINDOW);
  g_clear_object (&self->clearing);
  g_clear_pointer (&self->pages, g_strfreev);
  g_clear_pointer (&self->points, g_ptr_array_unref);

  G_OBJECT_CLASS (pal_check_window_parent_class)->dispose (object);
}

static void
pal_check_window_class_init (PalCheckWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_check_window_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/clearance/pal-check-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalCheckWindow, box);
  gtk_widget_class_bind_template_child (widget_class, PalCheckWindow, subject);
  gtk_widget_class_bind_template_child (widget_class, PalCheckWindow, state_label);
  gtk_widget_class_bind_template_child (widget_class, PalCheckWindow, groups);
  gtk_widget_class_bind_template_child (widget_class, PalCheckWindow, buttons);
  gtk_widget_class_install_action (widget_class, "check.show", "u", show_action);
  gtk_widget_class_install_action (widget_class, "check.step", "u", step_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_check_window_init (PalCheckWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (GTK_WIDGET (self->buttons), pal_wrap_layout_new (SPACING));
  self->points = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_point_free);
}

/**
 * pal_check_window_new:
 * @parent: a widget of the window before which it stands
 * @clearing: of the dossier
 * @pages: (nullable): paths of pages; %NULL: all that are not cleared
 * @next: the step that was wanted
 *
 * Returns: (transfer none): a window that follows what happens in the dossier
 */
PalCheckWindow *
pal_check_window_new (GtkWidget *parent, PalClearing *clearing, const char *const *pages,
                      PalPageState next)
{
  GtkRoot *root = gtk_widget_get_root (parent);
  PalCheckWindow *self = g_object_new (PAL_TYPE_CHECK_WINDOW, "transient-for",
                                       GTK_IS_WINDOW (root) ? root : NULL, NULL);

  self->clearing = g_object_ref (clearing);
  self->pages = g_strdupv ((GStrv) pages);
  self->next = next;
  /* No wider than what it stands before: a narrow window may be all of the screen. */
  if (root != NULL && gtk_widget_get_width (GTK_WIDGET (root)) > 0)
    gtk_window_set_default_size (GTK_WINDOW (self),
                                 MIN (WIDTH, gtk_widget_get_width (GTK_WIDGET (root))),
                                 MIN (HEIGHT, gtk_widget_get_height (GTK_WIDGET (root))));
  g_signal_connect_object (clearing, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);
  pal_clearing_look (clearing);

  return self;
}
