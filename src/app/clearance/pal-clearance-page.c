// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-clearance-page"
#include "config.h"

#include "pal-clearance-page.h"

#include "pal-ask.h"
#include "pal-check-window.h"
#include "pal-clearance-words.h"
#include "pal-drop-down.h"
#include "pal-language.h"
#include "pal-page-row.h"
#include "pal-take-step.h"
#include "pal-trouble.h"
#include "pal-wrap-layout.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>
#include <string.h>

#define SPACING 8

struct _PalClearancePage
{
  AdwBin parent_instance;

  GtkLabel *state_label;
  GtkWidget *body;
  GtkWidget *edition;
  GtkLabel *edition_title;
  GtkLabel *edition_digest;
  GtkLabel *edition_words;
  GtkDropDown *filter;
  GtkBox *buttons;
  GtkButton *clear_button;
  GtkButton *clear_all_button;
  GtkListBox *list;
  GtkLabel *none_label;

  PalClearing *clearing; /* (owned) */
  gboolean watching;
};

G_DEFINE_FINAL_TYPE (PalClearancePage, pal_clearance_page, ADW_TYPE_BIN)

/* What the filter shows; the order of its words. */
typedef enum
{
  SHOW_ALL,
  SHOW_DRAFT,
  SHOW_READY,
  SHOW_CLEARED,
  SHOW_OPEN,
  N_SHOWN
} Shown;

static gboolean
counts (const PalPageClearance *page)
{
  return page->is_relevant && page->n_questions > 0;
}

static gboolean
has_open (PalClearing *clearing, const PalPageClearance *page)
{
  g_autoptr (GPtrArray) open
      = pal_clearance_list_open (pal_clearing_get_clearance (clearing), page, PAL_PAGE_READY);

  return open->len > 0;
}

static gboolean
is_shown (PalClearancePage *self, const PalPageClearance *page, Shown shown)
{
  switch (shown)
    {
    case SHOW_ALL:
    case N_SHOWN:
      return TRUE;
    case SHOW_DRAFT:
      return page->state == PAL_PAGE_DRAFT;
    case SHOW_READY:
      return page->state == PAL_PAGE_READY;
    case SHOW_CLEARED:
      return page->state == PAL_PAGE_CLEARED;
    case SHOW_OPEN:
      return page->is_altered || has_open (self->clearing, page);
    }

  return TRUE;
}

/* --- the list */

static PalPageRow *
find_row (PalClearancePage *self, const char *path)
{
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    if (PAL_IS_PAGE_ROW (row) && strcmp (pal_page_row_get_path (PAL_PAGE_ROW (row)), path) == 0)
      return PAL_PAGE_ROW (row);

  return NULL;
}

static GStrv
dup_picked (PalClearancePage *self)
{
  g_autoptr (GStrvBuilder) picked = g_strv_builder_new ();

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    if (PAL_IS_PAGE_ROW (row) && gtk_widget_get_visible (row)
        && pal_page_row_is_picked (PAL_PAGE_ROW (row)))
      g_strv_builder_add (picked, pal_page_row_get_path (PAL_PAGE_ROW (row)));

  return g_strv_builder_end (picked);
}

static void
update_buttons (PalClearancePage *self)
{
  g_auto (GStrv) picked = dup_picked (self);
  PalSession *session = pal_clearing_get_session (self->clearing);
  PalClearance *clearance = pal_clearing_get_clearance (self->clearing);
  gboolean may_write
      = session != NULL && !pal_dossier_is_read_only (pal_session_get_dossier (session));
  guint n = g_strv_length (picked);
  g_autofree char *label
      = n > 0 ? g_strdup_printf (ngettext ("Clear %u _Page", "Clear %u _Pages", n), n)
              : g_strdup (_ ("Clear the _Ticked Pages"));

  gtk_button_set_label (self->clear_button, label);
  gtk_widget_set_sensitive (GTK_WIDGET (self->clear_button), n > 0 && may_write);
  gtk_widget_set_sensitive (GTK_WIDGET (self->clear_all_button),
                            may_write && clearance != NULL
                                && pal_clearing_get_present (self->clearing) == NULL);
}

static void
update_rows (PalClearancePage *self)
{
  Shown shown = gtk_drop_down_get_selected (self->filter);
  guint n_shown = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      const PalPageClearance *page = PAL_IS_PAGE_ROW (row) ? pal_clearing_find_page (
                                         self->clearing, pal_page_row_get_path (PAL_PAGE_ROW (row)))
                                                           : NULL;
      gboolean visible = page != NULL && counts (page) && is_shown (self, page, shown);

      gtk_widget_set_visible (row, visible);
      n_shown += visible;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->list), n_shown > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->none_label), n_shown == 0);
  update_buttons (self);
}

static void
fill_list (PalClearancePage *self)
{
  PalClearance *clearance = pal_clearing_get_clearance (self->clearing);
  PalSession *session = pal_clearing_get_session (self->clearing);

  for (guint i = 0; i < clearance->pages->len; i++)
    {
      const PalPageClearance *page = g_ptr_array_index (clearance->pages, i);
      PalPageRow *row = counts (page) ? find_row (self, page->path) : NULL;

      if (!counts (page))
        continue;
      if (row == NULL)
        {
          row = PAL_PAGE_ROW (pal_page_row_new (page->path));
          g_signal_connect_object (row, "notify::picked", G_CALLBACK (update_buttons), self,
                                   G_CONNECT_SWAPPED);
          gtk_list_box_append (self->list, GTK_WIDGET (row));
        }
      pal_page_row_show (row, session, page);
    }
}

/* The words of the filter say how many there are; what was chosen stays chosen. */
static void
fill_filter (PalClearancePage *self)
{
  PalClearance *clearance = pal_clearing_get_clearance (self->clearing);
  const char *names[N_SHOWN]
      = { _ ("All pages"), pal_page_state_get_words (PAL_PAGE_DRAFT),
          pal_page_state_get_words (PAL_PAGE_READY), pal_page_state_get_words (PAL_PAGE_CLEARED),
          _ ("With something open") };
  GtkStringList *model = GTK_STRING_LIST (gtk_drop_down_get_model (self->filter));
  guint selected = gtk_drop_down_get_selected (self->filter);

  for (guint shown = 0; shown < N_SHOWN; shown++)
    {
      guint n = 0;
      g_autofree char *word = NULL;

      for (guint i = 0; i < clearance->pages->len; i++)
        {
          const PalPageClearance *page = g_ptr_array_index (clearance->pages, i);

          n += counts (page) && is_shown (self, page, shown);
        }
      /* TRANSLATORS: in the filter of pages: which ones, and how many there are */
      word = g_strdup_printf (C_ ("filter", "%1$s (%2$u)"), names[shown], n);
      if (g_strcmp0 (gtk_string_list_get_string (model, shown), word) != 0)
        gtk_string_list_splice (model, shown,
                                shown < g_list_model_get_n_items (G_LIST_MODEL (model)) ? 1 : 0,
                                (const char *[]){ word, NULL });
    }
  gtk_drop_down_set_selected (self->filter, selected < N_SHOWN ? selected : SHOW_ALL);
}

/* --- the edition */

static char *
dup_edition_words (const PalEdition *edition)
{
  g_autofree char *answers = g_strdup_printf (
      ngettext ("%u answer", "%u answers", edition->n_answers), edition->n_answers);
  g_autofree char *packed = NULL;
  const char *open
      = edition->open != NULL ? _ ("Cleared with points open: they are in the trail.") : NULL;

  if (edition->packed != NULL)
    {
      g_autoptr (GDateTime) then = g_date_time_new_from_iso8601 (edition->packed, NULL);
      g_autofree char *day = then != NULL ? pal_language_format_date (then) : NULL;

      packed = g_strdup_printf (_ ("Packed on %s."), day != NULL ? day : edition->packed);
    }

  return g_strjoin ("\n", answers, packed != NULL ? packed : _ ("Not packed yet."), open, NULL);
}

static void
show_edition (PalClearancePage *self)
{
  const PalEdition *edition = pal_clearing_get_present (self->clearing);
  g_autoptr (GDateTime) then = NULL;
  g_autofree char *day = NULL;
  g_autofree char *title = NULL;
  g_autofree char *digest = NULL;
  g_autofree char *words = NULL;

  gtk_widget_set_visible (self->edition, edition != NULL);
  if (edition == NULL)
    return;
  then = g_date_time_new_from_unix_local (edition->time_us / G_USEC_PER_SEC);
  day = pal_language_format_date (then);
  title = edition->author != NULL && *edition->author != '\0'
              /* TRANSLATORS: who froze the edition, and the day */
              ? g_strdup_printf (_ ("Edition of %2$s, cleared by %1$s"), edition->author, day)
              : g_strdup_printf (_ ("Edition of %s"), day);
  digest = pal_digest_dup_groups (edition->digest);
  words = dup_edition_words (edition);
  pal_wrap_set_text (self->edition_title, title);
  gtk_label_set_text (self->edition_digest, digest);
  pal_wrap_set_text (self->edition_words, words);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const PalEdition *edition = pal_clearing_get_present (PAL_CLEARANCE_PAGE (widget)->clearing);

  if (edition == NULL)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), edition->digest);
  pal_toast (widget, adw_toast_new (_ ("The digest is copied")));
}

/* --- how all of it stands */

static char *
dup_state_words (PalClearance *clearance)
{
  guint n = 0;
  guint n_cleared = 0;

  for (guint i = 0; i < clearance->pages->len; i++)
    {
      const PalPageClearance *page = g_ptr_array_index (clearance->pages, i);

      n += counts (page);
      n_cleared += counts (page) && page->state == PAL_PAGE_CLEARED && !page->is_altered;
    }
  if (n == 0)
    return g_strdup (_ ("There is no questionnaire in this dossier, or none of it applies yet."));
  if (n_cleared == n)
    return g_strdup (_ ("Everything is cleared. Answers stay as they are until a page is opened "
                        "again."));

  return g_strdup_printf (_ ("Pages cleared: %1$u of %2$u. An expert marks a page as ready, "
                             "the focal point clears it. When all are cleared, the answers are "
                             "kept as an edition."),
                          n_cleared, n);
}

static void
changed_cb (PalClearancePage *self)
{
  PalClearance *clearance = pal_clearing_get_clearance (self->clearing);
  const GError *trouble = pal_clearing_get_trouble (self->clearing);
  g_autofree char *words = NULL;

  if (clearance == NULL && trouble == NULL)
    return;
  words = trouble != NULL ? pal_trouble_dup_words (trouble) : dup_state_words (clearance);
  pal_wrap_set_text (self->state_label, words);
  gtk_widget_set_visible (self->body, clearance != NULL);
  if (clearance == NULL)
    return;
  fill_list (self);
  fill_filter (self);
  show_edition (self);
  update_rows (self);
}

/* --- what a person does */

static void
filter_changed_cb (PalClearancePage *self)
{
  if (self->clearing != NULL && pal_clearing_get_clearance (self->clearing) != NULL)
    update_rows (self);
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, PalClearancePage *self)
{
  const char *const pages[] = { pal_page_row_get_path (PAL_PAGE_ROW (row)), NULL };
  const PalPageClearance *page = pal_clearing_find_page (self->clearing, pages[0]);

  gtk_window_present (GTK_WINDOW (pal_check_window_new (
      GTK_WIDGET (self), self->clearing, pages,
      page != NULL && page->state == PAL_PAGE_DRAFT ? PAL_PAGE_READY : PAL_PAGE_CLEARED)));
}

static void
clear_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalClearancePage *self = PAL_CLEARANCE_PAGE (widget);
  g_auto (GStrv) picked = dup_picked (self);

  if (g_strv_length (picked) > 0)
    pal_take_step (widget, self->clearing, PAL_PAGE_CLEARED, (const char *const *) picked);
}

static void
clear_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_take_step (widget, PAL_CLEARANCE_PAGE (widget)->clearing, PAL_PAGE_CLEARED, NULL);
}

static void
hand_over_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalSession *session = pal_clearing_get_session (PAL_CLEARANCE_PAGE (widget)->clearing);

  if (session != NULL)
    pal_session_show_page (session, "hand-over");
}

/* --- the widget */

static void
pal_clearance_page_map (GtkWidget *widget)
{
  PalClearancePage *self = PAL_CLEARANCE_PAGE (widget);

  GTK_WIDGET_CLASS (pal_clearance_page_parent_class)->map (widget);
  self->watching = TRUE;
  pal_clearing_watch (self->clearing);
}

static void
pal_clearance_page_unmap (GtkWidget *widget)
{
  PalClearancePage *self = PAL_CLEARANCE_PAGE (widget);

  if (self->watching)
    pal_clearing_unwatch (self->clearing);
  self->watching = FALSE;
  GTK_WIDGET_CLASS (pal_clearance_page_parent_class)->unmap (widget);
}

static void
pal_clearance_page_dispose (GObject *object)
{
  PalClearancePage *self = PAL_CLEARANCE_PAGE (object);

  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_CLEARANCE_PAGE);
  g_clear_object (&self->clearing);

  G_OBJECT_CLASS (pal_clearance_page_parent_class)->dispose (object);
}

static void
pal_clearance_page_class_init (PalClearancePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_clearance_page_dispose;
  widget_class->map = pal_clearance_page_map;
  widget_class->unmap = pal_clearance_page_unmap;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/clearance/pal-clearance-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalClearancePage, state_label);
  gtk_widget_class_bind_template_child (widget_class, PalClearancePage, body);
  gtk_widget_class_bind_template_child (widget_class, PalClearancePage, edition);
  gtk_widget_class_bind_template_child (widget_class, PalClearancePage, edition_title);
  gtk_widget_class_bind_template_child (widget_class, PalClearancePage, edition_digest);
  gtk_widget_class_bind_template_child (widget_class, PalClearancePage, edition_words);
  gtk_widget_class_bind_template_child (widget_class, PalClearancePage, filter);
  gtk_widget_class_bind_template_child (widget_class, PalClearancePage, buttons);
  gtk_widget_class_bind_template_child (widget_class, PalClearancePage, clear_button);
  gtk_widget_class_bind_template_child (widget_class, PalClearancePage, clear_all_button);
  gtk_widget_class_bind_template_child (widget_class, PalClearancePage, list);
  gtk_widget_class_bind_template_child (widget_class, PalClearancePage, none_label);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_install_action (widget_class, "clearance.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "clearance.clear", NULL, clear_action);
  gtk_widget_class_install_action (widget_class, "clearance.clear-all", NULL, clear_all_action);
  gtk_widget_class_install_action (widget_class, "clearance.hand-over", NULL, hand_over_action);
}

static void
pal_clearance_page_init (PalClearancePage *self)
{
  g_autoptr (GtkStringList) model = gtk_string_list_new (NULL);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drop_down_set_model (self->filter, G_LIST_MODEL (model));
  pal_drop_down_let_shrink (self->filter);
  gtk_widget_set_layout_manager (GTK_WIDGET (self->buttons), pal_wrap_layout_new (SPACING));
}

/**
 * pal_clearance_page_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the page; it looks whenever it is shown
 */
GtkWidget *
pal_clearance_page_new (PalSession *session)
{
  PalClearancePage *self = g_object_new (PAL_TYPE_CLEARANCE_PAGE, NULL);

  self->clearing = g_object_ref (pal_clearing_of_session (session));
  g_signal_connect_object (self->clearing, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::form-language", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self);

  return GTK_WIDGET (self);
}
