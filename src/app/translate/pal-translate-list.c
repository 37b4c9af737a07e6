// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translate-list"
#include "config.h"

#include "pal-translate-list.h"

#include "pal-drop-down.h"
#include "pal-roving.h"
#include "pal-stack.h"
#include "pal-translate-row.h"
#include "pal-translate-words.h"

#include <glib/gi18n.h>
#include <string.h>

/* As the rows of the menu in the template. */
typedef enum
{
  SHOW_ALL,
  SHOW_MISSING,
  SHOW_FUZZY,
  SHOW_REMARKS,
} Show;

struct _PalTranslateList
{
  AdwBin parent_instance;

  GtkProgressBar *bar;
  GtkLabel *coverage;
  GtkDropDown *scope_menu;
  GtkDropDown *show_menu;
  GtkSearchEntry *search;
  GtkStack *stack;
  GtkWidget *list_page;
  GtkWidget *none_page;
  GtkListView *view;

  PalTranslateWork *work;        /* (owned) (nullable) */
  GPtrArray *scopes;             /* (owned) (nullable) (element-type utf8) */
  GtkCustomFilter *filter;       /* (owned) */
  GtkFilterListModel *shown;     /* (owned) */
  GtkSingleSelection *selection; /* (owned) */
  char *wanted;                  /* (owned) (nullable): what is searched for, folded */
  gboolean is_filling;
};

G_DEFINE_FINAL_TYPE (PalTranslateList, pal_translate_list, ADW_TYPE_BIN)

enum
{
  SELECTED,
  ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* --- which are shown ----------------------------------------------------------------------- */

/* (nullable): all */
static const char *
get_scope (PalTranslateList *self)
{
  guint selected = gtk_drop_down_get_selected (self->scope_menu);

  if (self->scopes == NULL || selected == 0 || selected == GTK_INVALID_LIST_POSITION
      || selected > self->scopes->len)
    return NULL;

  return g_ptr_array_index (self->scopes, selected - 1);
}

static gboolean
has_words (const char *text, const char *wanted)
{
  g_autofree char *folded = text != NULL ? g_utf8_casefold (text, -1) : NULL;

  return folded != NULL && strstr (folded, wanted) != NULL;
}

static gboolean
is_found (PalCatalogueEntry *entry, const char *wanted)
{
  if (has_words (pal_catalogue_entry_get_id (entry), wanted)
      || has_words (pal_catalogue_entry_get_id_plural (entry), wanted)
      || has_words (pal_catalogue_entry_get_context (entry), wanted))
    return TRUE;
  for (guint i = 0; i < pal_catalogue_entry_get_n_translations (entry); i++)
    if (has_words (pal_catalogue_entry_get_translation (entry, i), wanted))
      return TRUE;

  return FALSE;
}

static gboolean
is_shown (PalTranslateList *self, PalCatalogueEntry *entry)
{
  PalEntryState state = pal_catalogue_entry_get_state (entry);

  switch ((Show) gtk_drop_down_get_selected (self->show_menu))
    {
    case SHOW_ALL:
      return TRUE;
    case SHOW_MISSING:
      return state == PAL_ENTRY_MISSING;
    case SHOW_FUZZY:
      return state == PAL_ENTRY_FUZZY;
    case SHOW_REMARKS:
      return pal_translate_work_get_n_remarks (self->work, entry) > 0;
    }

  return TRUE;
}

static gboolean
filter_cb (gpointer item, gpointer user_data)
{
  PalTranslateList *self = user_data;
  const char *scope = get_scope (self);

  if (self->work == NULL)
    return FALSE;
  if (scope != NULL && g_strcmp0 (pal_catalogue_entry_get_scope (item), scope) != 0)
    return FALSE;

  return is_shown (self, item) && (self->wanted == NULL || is_found (item, self->wanted));
}

static void
shown_changed_cb (PalTranslateList *self)
{
  gboolean any = g_list_model_get_n_items (G_LIST_MODEL (self->shown)) > 0;

  pal_stack_show (self->stack, any || self->work == NULL ? self->list_page : self->none_page);
}

/* What is edited stays where it is until somebody asks anew. */
static void
refilter (PalTranslateList *self)
{
  if (self->is_filling)
    return;
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  shown_changed_cb (self);
}

static void
searched_cb (GtkSearchEntry *search, PalTranslateList *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (search));

  g_clear_pointer (&self->wanted, g_free);
  if (*text != '\0')
    self->wanted = g_utf8_casefold (text, -1);
  refilter (self);
}

static void
show_all_cb (GtkButton *button, PalTranslateList *self)
{
  self->is_filling = TRUE;
  gtk_drop_down_set_selected (self->show_menu, SHOW_ALL);
  gtk_drop_down_set_selected (self->scope_menu, 0);
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  g_clear_pointer (&self->wanted, g_free);
  self->is_filling = FALSE;
  refilter (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

/* --- coverage ------------------------------------------------------------------------------ */

static void
update_coverage (PalTranslateList *self)
{
  PalCoverage coverage;
  g_autofree char *words = NULL;

  if (self->work == NULL)
    return;
  coverage = pal_catalogue_get_coverage (pal_translate_work_get_catalogue (self->work),
                                         get_scope (self));
  words = pal_translate_dup_coverage (&coverage);
  gtk_progress_bar_set_fraction (self->bar, pal_translate_get_fraction (&coverage));
  gtk_label_set_text (self->coverage, words);
}

static void
scope_changed_cb (GtkDropDown *menu, GParamSpec *pspec, PalTranslateList *self)
{
  update_coverage (self);
  refilter (self);
}

static void
show_changed_cb (GtkDropDown *menu, GParamSpec *pspec, PalTranslateList *self)
{
  refilter (self);
}

static char *
dup_scope_item (PalTranslateList *self, const char *scope)
{
  PalCoverage coverage
      = pal_catalogue_get_coverage (pal_translate_work_get_catalogue (self->work), scope);
  g_autofree char *name
      = pal_translate_dup_scope (pal_translate_work_get_catalogue (self->work), scope);
  guint n = coverage.n_translated + coverage.n_fuzzy + coverage.n_missing;

  /* TRANSLATORS: a part of what is translated; how many of its texts have a translation */
  return g_strdup_printf (_ ("%1$s (%2$u of %3$u)"), name, coverage.n_translated, n);
}

static void
fill_scopes (PalTranslateList *self)
{
  g_autoptr (GtkStringList) items = gtk_string_list_new (NULL);

  g_clear_pointer (&self->scopes, g_ptr_array_unref);
  /* TRANSLATORS: first item of a menu of the parts of what is translated */
  gtk_string_list_append (items, C_ ("translate", "All parts"));
  if (self->work != NULL)
    {
      self->scopes = pal_catalogue_list_scopes (pal_translate_work_get_catalogue (self->work));
      for (guint i = 0; i < self->scopes->len; i++)
        {
          g_autofree char *item = dup_scope_item (self, g_ptr_array_index (self->scopes, i));

          gtk_string_list_append (items, item);
        }
    }
  self->is_filling = TRUE;
  gtk_drop_down_set_model (self->scope_menu, G_LIST_MODEL (items));
  gtk_drop_down_set_selected (self->scope_menu, 0);
  self->is_filling = FALSE;
}

static void
edited_cb (PalTranslateList *self, PalCatalogueEntry *entry)
{
  update_coverage (self);
}

static void
checked_cb (PalTranslateList *self, PalCatalogueEntry *entry)
{
  if (entry == NULL && gtk_drop_down_get_selected (self->show_menu) == SHOW_REMARKS)
    refilter (self);
}

/* --- which is chosen ----------------------------------------------------------------------- */

static void
selected_cb (GtkSingleSelection *selection, GParamSpec *pspec, PalTranslateList *self)
{
  g_signal_emit (self, signals[SELECTED], 0, gtk_single_selection_get_selected_item (selection));
}

static void
activated_cb (GtkListView *view, guint position, PalTranslateList *self)
{
  gtk_single_selection_set_selected (self->selection, position);
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
choose (PalTranslateList *self, guint position)
{
  gtk_single_selection_set_selected (self->selection, position);
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);
}

PalCatalogueEntry *
pal_translate_list_get_selected (PalTranslateList *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

void
pal_translate_list_select (PalTranslateList *self, PalCatalogueEntry *entry)
{
  GListModel *shown = G_LIST_MODEL (self->shown);

  if (entry == NULL)
    gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  for (guint i = 0; entry != NULL && i < g_list_model_get_n_items (shown); i++)
    {
      g_autoptr (PalCatalogueEntry) other = g_list_model_get_item (shown, i);

      if (other != entry)
        continue;
      choose (self, i);
      return;
    }
}

guint
pal_translate_list_get_place (PalTranslateList *self, guint *n)
{
  guint selected = gtk_single_selection_get_selected (self->selection);

  *n = g_list_model_get_n_items (G_LIST_MODEL (self->shown));

  return selected == GTK_INVALID_LIST_POSITION ? 0 : selected + 1;
}

gboolean
pal_translate_list_step (PalTranslateList *self, int by, gboolean only_missing)
{
  GListModel *shown = G_LIST_MODEL (self->shown);
  guint selected = gtk_single_selection_get_selected (self->selection);
  int n = (int) g_list_model_get_n_items (shown);
  int at = selected != GTK_INVALID_LIST_POSITION ? (int) selected : by > 0 ? -1 : n;

  for (int i = 0; i < n; i++)
    {
      g_autoptr (PalCatalogueEntry) entry = NULL;

      at = (at + by + n) % n;
      entry = g_list_model_get_item (shown, at);
      if (only_missing && pal_catalogue_entry_get_state (entry) == PAL_ENTRY_TRANSLATED)
        continue;
      if ((guint) at == selected)
        return FALSE;
      choose (self, at);
      return TRUE;
    }

  return FALSE;
}

void
pal_translate_list_focus_search (PalTranslateList *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

/* --- the widget ---------------------------------------------------------------------------- */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, pal_translate_row_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PalTranslateList *self)
{
  pal_translate_row_bind (PAL_TRANSLATE_ROW (gtk_list_item_get_child (item)), self->work,
                          gtk_list_item_get_item (item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  pal_translate_row_bind (PAL_TRANSLATE_ROW (gtk_list_item_get_child (item)), NULL, NULL);
}

static void
pal_translate_list_dispose (GObject *object)
{
  PalTranslateList *self = PAL_TRANSLATE_LIST (object);

  if (self->work != NULL)
    g_signal_handlers_disconnect_by_data (self->work, self);
  /* Nobody hears any more that none is chosen. */
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  if (self->shown != NULL)
    gtk_filter_list_model_set_model (self->shown, NULL);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_TRANSLATE_LIST);
  g_clear_object (&self->selection);
  g_clear_object (&self->shown);
  g_clear_object (&self->filter);
  g_clear_object (&self->work);

  G_OBJECT_CLASS (pal_translate_list_parent_class)->dispose (object);
}

static void
pal_translate_list_finalize (GObject *object)
{
  PalTranslateList *self = PAL_TRANSLATE_LIST (object);

  g_clear_pointer (&self->scopes, g_ptr_array_unref);
  g_free (self->wanted);

  G_OBJECT_CLASS (pal_translate_list_parent_class)->finalize (object);
}

static void
pal_translate_list_class_init (PalTranslateListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pal_translate_list_dispose;
  object_class->finalize = pal_translate_list_finalize;

  signals[SELECTED] = g_signal_new ("selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, PAL_TYPE_CATALOGUE_ENTRY);
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (PAL_TYPE_ROVING);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/translate/pal-translate-list.ui");
  gtk_widget_class_bind_template_child (widget_class, PalTranslateList, bar);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateList, coverage);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateList, scope_menu);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateList, show_menu);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateList, search);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateList, stack);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateList, list_page);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateList, none_page);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateList, view);
  gtk_widget_class_bind_template_callback (widget_class, searched_cb);
  gtk_widget_class_bind_template_callback (widget_class, scope_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_all_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
}

static void
pal_translate_list_init (PalTranslateList *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->is_filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  pal_drop_down_let_shrink (self->scope_menu);
  pal_drop_down_let_shrink (self->show_menu);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  self->filter = gtk_custom_filter_new (filter_cb, self, NULL);
  self->shown = gtk_filter_list_model_new (NULL, g_object_ref (GTK_FILTER (self->filter)));
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->shown)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self,
                           0);
  gtk_list_view_set_factory (self->view, factory);
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  self->is_filling = FALSE;
}

/**
 * pal_translate_list_set_work:
 * @self: the list
 * @work: (nullable): what is translated
 *
 * Shows all its texts; none is chosen.
 */
void
pal_translate_list_set_work (PalTranslateList *self, PalTranslateWork *work)
{
  g_return_if_fail (PAL_IS_TRANSLATE_LIST (self));

  if (self->work != NULL)
    g_signal_handlers_disconnect_by_data (self->work, self);
  /* The rows let go of the old one before it is another. */
  gtk_filter_list_model_set_model (self->shown, NULL);
  g_set_object (&self->work, work);
  self->is_filling = TRUE;
  gtk_drop_down_set_selected (self->show_menu, SHOW_ALL);
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  g_clear_pointer (&self->wanted, g_free);
  self->is_filling = FALSE;
  fill_scopes (self);
  if (work != NULL)
    {
      g_signal_connect_swapped (work, "edited", G_CALLBACK (edited_cb), self);
      g_signal_connect_swapped (work, "checked", G_CALLBACK (checked_cb), self);
      gtk_filter_list_model_set_model (self->shown,
                                       G_LIST_MODEL (pal_translate_work_get_catalogue (work)));
    }
  update_coverage (self);
  shown_changed_cb (self);
}
