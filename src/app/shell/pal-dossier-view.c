// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-dossier-view"
#include "config.h"

#include "pal-dossier-view.h"
#include "pal-bilingual-menu.h"
#include "pal-ask.h"
#include "pal-banner.h"
#include "pal-comment-pane.h"
#include "pal-comments.h"
#include "pal-conflicts.h"
#include "pal-fill-view.h"
#include "pal-handout.h"
#include "pal-input-language.h"
#include "pal-input-package.h"
#include "pal-language.h"
#include "pal-newer-form.h"
#include "pal-delivery-notice.h"
#include "pal-page-types.h"
#include "pal-pane.h"
#include "pal-question-search.h"
#include "pal-reference.h"
#include "pal-recovered-window.h"
#include "pal-session-away.h"
#include "pal-sidebar.h"
#include "pal-stack.h"
#include "pal-trouble.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define META_PAGE "page"
#define FILL_NAME "fill"

struct _PalDossierView
{
  GtkWidget parent_instance;

  PalSession *session;    /* (owned) */
  PalFillView *fill;      /* (nullable): in @pages */
  char *current;          /* (owned) (nullable): id of the page that is shown */
  char *before;           /* (owned) (nullable): of the one before a page that comes and goes */
  GtkWidget *spoken_from; /* (unowned) (nullable): weak: had the focus before the comments */

  AdwLeaflet *leaflet;
  GtkWidget *sidebar_pane;
  GtkWidget *content_pane;
  AdwWindowTitle *dossier_title;
  AdwWindowTitle *page_title;
  GtkMenuButton *menu_button;
  GMenu *language_section;
  GMenu *undo_section;
  PalSidebar *sidebar;
  GtkWidget *save_box;
  GtkImage *save_icon;
  GtkLabel *save_label;
  GtkWidget *search_button;
  GtkWidget *next_button;
  GtkWidget *translations_button;
  GtkLabel *translations_label;
  PalBilingual *bilingual; /* (unowned): of the dossier */
  guint n_translations;    /* missing or out of date */
  PalBanner *banner;
  PalBanner *newer_banner;
  PalBanner *recovered_banner;
  PalBanner *away_banner;
  AdwFlap *flap;
  PalCommentPane *comments;
  GtkStack *pages;
};

G_DEFINE_FINAL_TYPE (PalDossierView, pal_dossier_view, GTK_TYPE_WIDGET)

/* --- saving -------------------------------------------------------------------------------- */

static void
update_save_state (PalDossierView *self)
{
  const char *text = NULL;
  const char *icon = NULL;
  g_autofree char *trouble = NULL;

  switch (pal_session_get_save_state (self->session))
    {
    case PAL_SAVE_SAVED:
      /* TRANSLATORS: all answers are on the disk */
      text = _ ("Saved");
      icon = "emblem-ok-symbolic";
      break;
    case PAL_SAVE_PENDING:
      text = _ ("Saving…");
      icon = "content-loading-symbolic";
      break;
    case PAL_SAVE_TROUBLE:
      text = _ ("Not saved");
      icon = "dialog-warning-symbolic";
      trouble = pal_trouble_dup_save_words (pal_session_get_trouble (self->session));
      break;
    }

  gtk_label_set_text (self->save_label, text);
  gtk_image_set_from_icon_name (self->save_icon, icon);
  gtk_widget_set_tooltip_text (self->save_box, text);
  if (trouble != NULL)
    gtk_widget_add_css_class (self->save_box, "warning");
  else
    gtk_widget_remove_css_class (self->save_box, "warning");
  pal_banner_set (self->banner, trouble, trouble != NULL ? _ ("_Try Again") : NULL,
                  "win.save-again");
}

static void
update_title (PalDossierView *self)
{
  const char *title = pal_session_get_title (self->session);

  adw_window_title_set_title (self->dossier_title, *title != '\0' ? title : _ ("Dossier"));
}

/* --- a newer questionnaire ------------------------------------------------------------------ */

/* The page that it leads to says the same. */
static void
update_newer_form (PalDossierView *self)
{
  gboolean waiting = pal_newer_form_is_waiting (pal_newer_form_of_session (self->session))
                     && g_strcmp0 (self->current, "newer-form") != 0;

  pal_banner_set (self->newer_banner, waiting ? _ ("A newer questionnaire is here.") : NULL,
                  _ ("_See What Changes"), "win.newer-form");
}

/* --- what was recovered --------------------------------------------------------------------- */

static void
show_recovered (PalDossierView *self)
{
  g_autofree char *words = pal_recovered_dup_words (self->session);

  pal_banner_set (self->recovered_banner, words, _ ("_Look…"), "win.recovered");
}

static void
recovered_settled_cb (gpointer user_data)
{
  g_autoptr (PalDossierView) self = user_data;

  /* The template is gone when the dossier was closed meanwhile. */
  if (self->session != NULL)
    pal_banner_set (self->recovered_banner, NULL, NULL, NULL);
}

void
pal_dossier_view_ask_recovered (PalDossierView *self)
{
  g_return_if_fail (PAL_IS_DOSSIER_VIEW (self));

  if (pal_banner_is_shown (self->recovered_banner))
    pal_recovered_ask (GTK_WIDGET (self), self->session, G_CALLBACK (recovered_settled_cb),
                       g_object_ref (self));
}

/* --- a stick, a network folder -------------------------------------------------------------- */

static void
update_away (PalDossierView *self)
{
  PalSessionAway *away = pal_session_get_away (self->session);
  g_autofree char *words = away != NULL ? pal_session_away_dup_trouble (away) : NULL;

  pal_banner_set (self->away_banner, words, NULL, NULL);
}

/* --- pages --------------------------------------------------------------------------------- */

static void
meta_set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!pal_dossier_set_meta_finish (PAL_DOSSIER (source), result, &error))
    g_info ("could not note the last page: %s", error->message);
}

/* A page that is there only while there is something on it. */
static gboolean
is_passing (const char *id)
{
  const PalPageType *type = pal_page_type_find (id);

  return type != NULL && type->get_counter != NULL && !type->stays;
}

static void
note_page (PalDossierView *self, const char *id)
{
  PalDossier *dossier = pal_session_get_dossier (self->session);
  const PalPageType *type = pal_page_type_find (id);

  if (type != NULL && is_passing (id) && !is_passing (self->current))
    {
      g_free (self->before);
      self->before = g_strdup (self->current);
    }
  g_free (self->current);
  self->current = g_strdup (id);
  update_newer_form (self);
  pal_sidebar_select (self->sidebar, id);
  if (!pal_dossier_is_read_only (dossier) && !is_passing (id)
      && (type == NULL || type->icon_name != NULL))
    pal_dossier_set_meta_async (dossier, META_PAGE, id, meta_set_cb, NULL);
}

/* In a narrow window the title needs the space; the key does the same. */
static void
update_buttons (PalDossierView *self)
{
  gboolean filling = g_strcmp0 (gtk_stack_get_visible_child_name (self->pages), FILL_NAME) == 0;

  gtk_widget_set_visible (self->next_button, filling && !adw_leaflet_get_folded (self->leaflet));
  gtk_widget_set_visible (self->translations_button,
                          filling && self->n_translations > 0
                              && !adw_leaflet_get_folded (self->leaflet));
}

static void
show_page_type (PalDossierView *self, const PalPageType *type)
{
  if (gtk_stack_get_child_by_name (self->pages, type->id) == NULL)
    gtk_stack_add_named (self->pages, type->create (self->session), type->id);
  /* In a narrow window they lie over the page. */
  if (adw_flap_get_folded (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
  pal_stack_show_named (self->pages, type->id);
  adw_window_title_set_title (self->page_title, _ (type->title));
  adw_window_title_set_subtitle (self->page_title, "");
  update_buttons (self);
}

/* The header bar says where one is: the article, and of which treaty, whose name alone may be
 * longer than the bar; else the part. The page itself has its title. */
static void
name_outline_page (PalDossierView *self, PalOutlinePage *page)
{
  PalResponse *response = pal_record_get_response (pal_session_get_questionnaire (self->session));
  g_autofree char *article = pal_reference_dup_text (page->ref);
  g_autofree char *title = NULL;

  if (page->part->control != NULL)
    title = pal_response_dup_text (response, page->part->control, NULL, PAL_TEXT_LABEL);
  if (title == NULL)
    title = pal_form_dup_title (pal_response_get_form (response),
                                pal_response_get_language (response));
  adw_window_title_set_title (self->page_title, article != NULL ? article : title);
  adw_window_title_set_subtitle (self->page_title, article != NULL ? title : "");
  update_buttons (self);
}

static void
show_outline_page (PalDossierView *self, PalOutlinePage *page)
{
  pal_fill_view_show_page (self->fill, page);
  pal_stack_show_named (self->pages, FILL_NAME);
  name_outline_page (self, page);
}

static PalOutlinePage *
find_outline_page (PalDossierView *self, const char *id)
{
  PalOutline *outline = pal_session_get_outline (self->session);
  GPtrArray *pages = outline != NULL ? pal_outline_get_pages (outline) : NULL;

  for (guint i = 0; pages != NULL && i < pages->len; i++)
    if (g_strcmp0 (pal_sidebar_get_page_id (g_ptr_array_index (pages, i)), id) == 0)
      return g_ptr_array_index (pages, i);

  return NULL;
}

/* The questions speak another language. */
static void
update_page_title (PalDossierView *self)
{
  PalOutlinePage *page = self->current != NULL ? find_outline_page (self, self->current) : NULL;

  if (page != NULL)
    name_outline_page (self, page);
}

void
pal_dossier_view_show (PalDossierView *self, const char *id)
{
  const PalPageType *type = NULL;
  PalOutlinePage *page = NULL;

  g_return_if_fail (PAL_IS_DOSSIER_VIEW (self));

  type = pal_page_type_find (id);
  page = type == NULL ? find_outline_page (self, id) : NULL;
  if (type == NULL && page == NULL)
    return;
  if (type != NULL && !pal_page_type_fits (type, pal_session_get_dossier (self->session)))
    return;

  if (g_strcmp0 (id, self->current) == 0)
    return;

  if (type != NULL)
    show_page_type (self, type);
  else
    show_outline_page (self, page);
  note_page (self, id);
}

void
pal_dossier_view_show_question (PalDossierView *self, const char *path)
{
  PalOutlinePage *page = NULL;

  g_return_if_fail (PAL_IS_DOSSIER_VIEW (self));

  if (self->fill == NULL)
    return;

  pal_stack_show_named (self->pages, FILL_NAME);
  pal_fill_view_show_question (self->fill, path);
  /* It may have been on that page all the time, behind another one. */
  page = pal_fill_view_get_page (self->fill);
  if (page != NULL && g_strcmp0 (pal_sidebar_get_page_id (page), self->current) != 0)
    {
      name_outline_page (self, page);
      note_page (self, pal_sidebar_get_page_id (page));
    }
  adw_leaflet_set_visible_child (self->leaflet, self->content_pane);
}

/* From a page on which nothing is left. */
static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalDossierView *self = PAL_DOSSIER_VIEW (widget);

  pal_dossier_view_show (self, self->before != NULL ? self->before : pal_page_types[0].id);
  gtk_widget_child_focus (GTK_WIDGET (self->pages), GTK_DIR_TAB_FORWARD);
}

static void
page_selected_cb (PalSidebar *sidebar, const char *id, PalDossierView *self)
{
  pal_dossier_view_show (self, id);
}

/**
 * pal_dossier_view_follow:
 * @before: a view of the same session, built when the program spoke another language
 *
 * Shows what @before showed.
 */
void
pal_dossier_view_follow (PalDossierView *self, PalDossierView *before)
{
  g_return_if_fail (PAL_IS_DOSSIER_VIEW (self));
  g_return_if_fail (PAL_IS_DOSSIER_VIEW (before));

  pal_dossier_view_show (self, before->current);
  g_free (self->before);
  self->before = g_strdup (before->before);
  if (adw_flap_get_reveal_flap (before->flap))
    {
      pal_comment_pane_follow (self->comments, before->comments);
      gtk_widget_set_visible (GTK_WIDGET (self->comments), TRUE);
      adw_flap_set_reveal_flap (self->flap, TRUE);
    }
  if (adw_leaflet_get_visible_child (before->leaflet) == before->sidebar_pane)
    adw_leaflet_set_visible_child (self->leaflet, self->sidebar_pane);
}

/* Also away from the sidebar, in a narrow window. */
void
pal_dossier_view_go (PalDossierView *self, const char *id)
{
  pal_dossier_view_show (self, id);
  adw_leaflet_set_visible_child (self->leaflet, self->content_pane);
}

static void
page_activated_cb (PalSidebar *sidebar, const char *id, PalDossierView *self)
{
  pal_dossier_view_go (self, id);
}

/* The fill view moved by itself: to the next unanswered question, or to one that was found. */
static void
fill_page_cb (PalFillView *fill, GParamSpec *pspec, PalDossierView *self)
{
  PalOutlinePage *page = pal_fill_view_get_page (fill);

  if (page != NULL)
    pal_dossier_view_show (self, pal_sidebar_get_page_id (page));
}

static void
show_first_page (PalDossierView *self)
{
  g_autofree char *last = pal_dossier_get_meta (pal_session_get_dossier (self->session), META_PAGE);
  PalOutline *outline = pal_session_get_outline (self->session);
  g_auto (GStrv) section = pal_handout_dup_section (pal_session_get_dossier (self->session));

  if (last != NULL)
    pal_dossier_view_show (self, last);
  /* A working dossier begins with what was handed out. */
  if (self->current == NULL && section != NULL)
    pal_dossier_view_show (self, section[0]);
  if (self->current == NULL && outline != NULL && pal_outline_get_pages (outline)->len > 0)
    pal_dossier_view_show (
        self, pal_sidebar_get_page_id (g_ptr_array_index (pal_outline_get_pages (outline), 0)));
  if (self->current == NULL && pal_n_page_types > 0)
    pal_dossier_view_show (self, pal_page_types[0].id);
}

/* --- conflicts and comments ----------------------------------------------------------------- */

static void
show_conflict_cb (PalConflicts *conflicts, const char *record, const char *node,
                  PalDossierView *self)
{
  pal_dossier_view_show (self, "conflicts");
  adw_leaflet_set_visible_child (self->leaflet, self->content_pane);
}

static void
show_comments_cb (PalComments *comments, const char *record, const char *node, const char *title,
                  PalDossierView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->pages)))
    g_set_weak_pointer (&self->spoken_from, focus);
  pal_comment_pane_show (self->comments, record, node, title);
  adw_leaflet_set_visible_child (self->leaflet, self->content_pane);
  gtk_widget_set_visible (GTK_WIDGET (self->comments), TRUE);
  adw_flap_set_reveal_flap (self->flap, TRUE);
  pal_comment_pane_focus (self->comments);
}

/* The focus goes back to where it came from. */
static void
close_comments_cb (PalDossierView *self)
{
  adw_flap_set_reveal_flap (self->flap, FALSE);
  if (self->spoken_from == NULL || !gtk_widget_grab_focus (self->spoken_from))
    gtk_widget_child_focus (GTK_WIDGET (self->pages), GTK_DIR_TAB_FORWARD);
  g_clear_weak_pointer (&self->spoken_from);
}

/* Folded away it is not in the accessible tree, either. */
static void
flap_folded_cb (PalDossierView *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->comments),
                          adw_flap_get_reveal_flap (self->flap)
                              || adw_flap_get_reveal_progress (self->flap) > 0);
}

/* --- language of the questionnaire --------------------------------------------------------- */

static void
fill_languages (PalDossierView *self, PalForm *form)
{
  GPtrArray *languages = pal_form_get_languages (form);
  g_autoptr (GMenu) menu = NULL;
  g_autoptr (GMenuItem) same = NULL;

  if (languages->len < 2)
    return;

  menu = g_menu_new ();
  /* TRANSLATORS: a choice of languages for the questions: the one of the program */
  same = g_menu_item_new (_ ("_As the Program"), NULL);
  g_menu_item_set_action_and_target (same, "win.questionnaire-language", "s", "");
  g_menu_append_item (menu, same);
  for (guint i = 0; i < languages->len; i++)
    {
      const char *language = g_ptr_array_index (languages, i);
      g_autoptr (GMenuItem) item = g_menu_item_new (language, NULL);

      g_menu_item_set_action_and_target (item, "win.questionnaire-language", "s", language);
      g_menu_append_item (menu, item);
    }
  g_menu_append_submenu (self->language_section, _ ("Language of the _Questions"),
                         G_MENU_MODEL (menu));
}

/* --- undo ---------------------------------------------------------------------------------- */

#define MAX_UNDO_WORDS 48 /* characters: a menu is no wider than a narrow window */

/* A question may be long, and an underscore in it is no mnemonic. */
static char *
dup_undo_label (PalUndoWay way, const char *words)
{
  g_autofree char *cut
      = g_utf8_substring (words, 0, MIN (g_utf8_strlen (words, -1), MAX_UNDO_WORDS));
  g_autofree char *ellipsized
      = g_strconcat (cut, g_utf8_strlen (words, -1) > MAX_UNDO_WORDS ? "…" : "", NULL);
  g_auto (GStrv) parts = g_strsplit (ellipsized, "_", -1);
  g_autofree char *escaped = g_strjoinv ("__", parts);

  /* TRANSLATORS: in the menu: what would be undone, such as: answer to “Is it a crime?” */
  return way == PAL_UNDO_BACK ? g_strdup_printf (_ ("_Undo: %s"), escaped)
                              : g_strdup_printf (_ ("_Redo: %s"), escaped);
}

void
pal_dossier_view_set_undo (PalDossierView *self, PalUndoWay way, const char *words)
{
  g_autofree char *label = NULL;
  g_autoptr (GMenuItem) item = NULL;

  g_return_if_fail (PAL_IS_DOSSIER_VIEW (self));

  if (words != NULL)
    label = dup_undo_label (way, words);
  else
    label = g_strdup (way == PAL_UNDO_BACK ? _ ("_Undo") : _ ("_Redo"));
  item = g_menu_item_new (label, way == PAL_UNDO_BACK ? "win.undo" : "win.redo");
  g_menu_item_set_attribute (item, "accel", "s",
                             way == PAL_UNDO_BACK ? "<Control>z" : "<Control><Shift>z");
  if (g_menu_model_get_n_items (G_MENU_MODEL (self->undo_section)) > (int) way)
    g_menu_remove (self->undo_section, way);
  g_menu_insert_item (self->undo_section, way, item);
}

/* --- the widget ---------------------------------------------------------------------------- */

/* How many answers are still to be translated. */
static void
update_translations (PalDossierView *self)
{
  g_autoptr (GPtrArray) open
      = pal_bilingual_list_open (self->bilingual, pal_session_get_questionnaire (self->session));
  g_autofree char *number = g_strdup_printf ("%u", open->len);
  g_autofree char *words = open->len > 0 ? pal_bilingual_dup_count (open->len) : NULL;

  gtk_label_set_text (self->translations_label, number);
  self->n_translations = open->len;
  update_buttons (self);
  if (words == NULL)
    return;
  gtk_widget_set_tooltip_text (self->translations_button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->translations_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
set_session (PalDossierView *self, PalSession *session)
{
  PalRecord *record = pal_session_get_questionnaire (session);

  self->session = g_object_ref (session);
  self->bilingual = pal_bilingual_of_dossier (pal_session_get_dossier (session));
  pal_language_append_menu (self->language_section);
  /* Deliveries that a person began go on, whichever page is shown. */
  pal_delivery_notice_install (GTK_WIDGET (self), session);
  if (record != NULL)
    {
      self->fill = PAL_FILL_VIEW (pal_fill_view_new (session));
      gtk_stack_add_named (self->pages, GTK_WIDGET (self->fill), FILL_NAME);
      g_signal_connect_object (self->fill, "notify::page", G_CALLBACK (fill_page_cb), self, 0);
      if (pal_input_is_dossier (pal_session_get_dossier (session)))
        pal_input_language_install (GTK_WIDGET (self), session, self->language_section);
      else
        fill_languages (self, pal_response_get_form (pal_record_get_response (record)));
      pal_bilingual_menu_install (GTK_WIDGET (self), self->bilingual, self->language_section);
      g_signal_connect_object (self->bilingual, "changed", G_CALLBACK (update_translations), self,
                               G_CONNECT_SWAPPED);
    }
  pal_comment_pane_set_session (self->comments, session);
  g_signal_connect_object (pal_conflicts_of_dossier (pal_session_get_dossier (session)), "show",
                           G_CALLBACK (show_conflict_cb), self, 0);
  g_signal_connect_object (pal_comments_of_dossier (pal_session_get_dossier (session)), "show",
                           G_CALLBACK (show_comments_cb), self, 0);
  pal_sidebar_set_session (self->sidebar, session);
  gtk_widget_set_visible (self->search_button, record != NULL);

  g_signal_connect_object (session, "notify::save-state", G_CALLBACK (update_save_state), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::title", G_CALLBACK (update_title), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::form-language", G_CALLBACK (update_page_title), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "show-page", G_CALLBACK (pal_dossier_view_show), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "show-question", G_CALLBACK (pal_dossier_view_show_question),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pal_newer_form_of_session (session), "notify::waiting",
                           G_CALLBACK (update_newer_form), self, G_CONNECT_SWAPPED);
  update_save_state (self);
  update_title (self);
  update_newer_form (self);
  if (pal_session_get_away (session) != NULL)
    g_signal_connect_object (pal_session_get_away (session), "changed", G_CALLBACK (update_away),
                             self, G_CONNECT_SWAPPED);
  update_away (self);
  show_recovered (self);
  show_first_page (self);
  adw_leaflet_set_visible_child (self->leaflet, self->content_pane);
}

static void
pal_dossier_view_dispose (GObject *object)
{
  PalDossierView *self = PAL_DOSSIER_VIEW (object);

  self->fill = NULL;
  g_clear_weak_pointer (&self->spoken_from);
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_DOSSIER_VIEW);
  g_clear_object (&self->session);
  g_clear_pointer (&self->current, g_free);
  g_clear_pointer (&self->before, g_free);

  G_OBJECT_CLASS (pal_dossier_view_parent_class)->dispose (object);
}

static void
pal_dossier_view_class_init (PalDossierViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_dossier_view_dispose;

  g_type_ensure (PAL_TYPE_PANE);
  g_type_ensure (PAL_TYPE_BANNER);
  g_type_ensure (PAL_TYPE_COMMENT_PANE);
  g_type_ensure (PAL_TYPE_SIDEBAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/shell/pal-dossier-view.ui");
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, leaflet);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, sidebar_pane);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, content_pane);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, dossier_title);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, page_title);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, menu_button);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, language_section);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, undo_section);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, sidebar);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, save_box);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, save_icon);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, save_label);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, search_button);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, next_button);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, translations_button);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, translations_label);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, banner);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, newer_banner);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, recovered_banner);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, away_banner);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, flap);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, comments);
  gtk_widget_class_bind_template_child (widget_class, PalDossierView, pages);
  gtk_widget_class_install_action (widget_class, "view.back", NULL, back_action);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pal_dossier_view_init (PalDossierView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->leaflet, "notify::folded", G_CALLBACK (update_buttons), self);
  g_signal_connect_swapped (self->comments, "close", G_CALLBACK (close_comments_cb), self);
  g_signal_connect_swapped (self->flap, "notify::reveal-progress", G_CALLBACK (flap_folded_cb),
                            self);
  g_signal_connect (self->sidebar, "page-selected", G_CALLBACK (page_selected_cb), self);
  g_signal_connect (self->sidebar, "page-activated", G_CALLBACK (page_activated_cb), self);
}

GtkWidget *
pal_dossier_view_new (PalSession *session)
{
  PalDossierView *self = g_object_new (PAL_TYPE_DOSSIER_VIEW, NULL);

  set_session (self, session);

  return GTK_WIDGET (self);
}

PalSession *
pal_dossier_view_get_session (PalDossierView *self)
{
  return self->session;
}

void
pal_dossier_view_next_unanswered (PalDossierView *self)
{
  g_return_if_fail (PAL_IS_DOSSIER_VIEW (self));

  if (self->fill == NULL)
    return;

  pal_stack_show_named (self->pages, FILL_NAME);
  adw_leaflet_set_visible_child (self->leaflet, self->content_pane);
  if (!pal_fill_view_next_unanswered (self->fill))
    pal_toast (GTK_WIDGET (self), adw_toast_new (_ ("Every question has an answer")));
}

void
pal_dossier_view_next_translation (PalDossierView *self)
{
  g_autoptr (GPtrArray) open = NULL;

  g_return_if_fail (PAL_IS_DOSSIER_VIEW (self));

  if (self->fill == NULL)
    return;
  if (pal_bilingual_get_second (self->bilingual) == NULL)
    {
      pal_toast (GTK_WIDGET (self),
                 adw_toast_new (_ ("Choose a second language of the answers in the menu first")));
      return;
    }

  open = pal_bilingual_list_open (self->bilingual, pal_session_get_questionnaire (self->session));
  pal_stack_show_named (self->pages, FILL_NAME);
  adw_leaflet_set_visible_child (self->leaflet, self->content_pane);
  if (!pal_fill_view_next_of (self->fill, open))
    pal_toast (GTK_WIDGET (self), adw_toast_new (_ ("Every answer is translated")));
}

void
pal_dossier_view_step_page (PalDossierView *self, int step)
{
  const char *id = pal_sidebar_get_neighbour (self->sidebar, self->current, step);

  if (id != NULL)
    pal_dossier_view_show (self, id);
}

void
pal_dossier_view_search (PalDossierView *self)
{
  if (self->fill != NULL)
    pal_question_search_present (GTK_WIDGET (self), self->session);
}

void
pal_dossier_view_focus_sidebar (PalDossierView *self)
{
  adw_leaflet_set_visible_child (self->leaflet, self->sidebar_pane);
  pal_sidebar_grab_focus (self->sidebar);
}

void
pal_dossier_view_open_menu (PalDossierView *self)
{
  /* Beside the page it takes the focus away from there. */
  if (adw_leaflet_get_folded (self->leaflet))
    adw_leaflet_set_visible_child (self->leaflet, self->sidebar_pane);
  gtk_menu_button_popup (self->menu_button);
}
