// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translate-window"
#include "config.h"

#include "pal-translate-window.h"

#include "pal-ask.h"
#include "pal-banner.h"
#include "pal-language.h"
#include "pal-pane.h"
#include "pal-stack.h"
#include "pal-translate-editor.h"
#include "pal-translate-files.h"
#include "pal-translate-list.h"
#include "pal-translate-targets.h"
#include "pal-translate-words.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

struct _PalTranslateWindow
{
  AdwWindow parent_instance;

  GtkStack *stack;
  GtkWidget *targets_page;
  GtkWidget *loading_page;
  GtkWidget *work_page;
  GtkSpinner *spinner;
  PalTranslateTargets *targets;
  AdwLeaflet *leaflet;
  GtkWidget *list_pane;
  GtkWidget *editor_pane;
  AdwWindowTitle *title;
  AdwWindowTitle *place;
  GtkLabel *save_state;
  PalBanner *banner;
  PalTranslateList *list;
  PalTranslateEditor *editor;

  PalTranslateWork *work;    /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) (nullable): something is being loaded */
  gboolean is_closing;
  char *words_language; /* (owned): of the interface, when the window was made */
};

G_DEFINE_FINAL_TYPE (PalTranslateWindow, pal_translate_window, ADW_TYPE_WINDOW)

/* --- the text that is worked on ------------------------------------------------------------ */

static void
update_place (PalTranslateWindow *self)
{
  guint n = 0;
  guint at = pal_translate_list_get_place (self->list, &n);
  /* TRANSLATORS: which of how many texts is shown */
  g_autofree char *words
      = at > 0 ? g_strdup_printf (C_ ("translate", "%1$u of %2$u"), at, n) : g_strdup ("");

  adw_window_title_set_title (self->place, words);
}

static void
selected_cb (PalTranslateList *list, PalCatalogueEntry *entry, PalTranslateWindow *self)
{
  pal_translate_editor_show (self->editor, self->work, entry);
  update_place (self);
  if (entry != NULL && adw_leaflet_get_folded (self->leaflet))
    adw_leaflet_set_visible_child (self->leaflet, self->editor_pane);
}

static void
activated_cb (PalTranslateList *list, PalTranslateWindow *self)
{
  adw_leaflet_set_visible_child (self->leaflet, self->editor_pane);
  pal_translate_editor_focus_target (self->editor);
}

static void
step (PalTranslateWindow *self, int by, gboolean only_missing)
{
  if (self->work == NULL)
    return;
  if (pal_translate_list_step (self->list, by, only_missing))
    {
      adw_leaflet_set_visible_child (self->leaflet, self->editor_pane);
      pal_translate_editor_focus_target (self->editor);
    }
  else if (only_missing)
    pal_toast (GTK_WIDGET (self->stack),
               adw_toast_new (_ ("No other text here lacks a translation")));
}

static void
next_missing_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  step (PAL_TRANSLATE_WINDOW (widget), 1, TRUE);
}

static void
previous_missing_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  step (PAL_TRANSLATE_WINDOW (widget), -1, TRUE);
}

static void
next_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  step (PAL_TRANSLATE_WINDOW (widget), 1, FALSE);
}

static void
previous_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  step (PAL_TRANSLATE_WINDOW (widget), -1, FALSE);
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalTranslateWindow *self = PAL_TRANSLATE_WINDOW (widget);

  if (self->work == NULL)
    return;
  adw_leaflet_set_visible_child (self->leaflet, self->list_pane);
  pal_translate_list_focus_search (self->list);
}

static void
to_list_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalTranslateWindow *self = PAL_TRANSLATE_WINDOW (widget);

  adw_leaflet_set_visible_child (self->leaflet, self->list_pane);
  /* The same one can be chosen again. */
  if (adw_leaflet_get_folded (self->leaflet))
    pal_translate_list_select (self->list, NULL);
}

/* --- files --------------------------------------------------------------------------------- */

typedef void (*FileAct) (GtkWidget *widget, PalTranslateWork *work);

static void
do_with_files (GtkWidget *widget, FileAct act)
{
  PalTranslateWindow *self = PAL_TRANSLATE_WINDOW (widget);

  if (self->work != NULL)
    /* Inside of what shows the toasts. */
    act (GTK_WIDGET (self->stack), self->work);
}

static void
save_po_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  do_with_files (widget, pal_translate_save_po);
}

static void
open_po_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  do_with_files (widget, pal_translate_open_po);
}

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  do_with_files (widget, pal_translate_export);
}

static void
use_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  do_with_files (widget, pal_translate_use);
}

/* --- the draft ----------------------------------------------------------------------------- */

static void
save_state_cb (PalTranslateWindow *self)
{
  switch (pal_translate_work_get_save_state (self->work))
    {
    case PAL_TRANSLATE_SAVED:
      gtk_label_set_text (self->save_state, _ ("Saved"));
      pal_banner_set (self->banner, NULL, NULL, NULL);
      return;
    case PAL_TRANSLATE_PENDING:
      gtk_label_set_text (self->save_state, _ ("Saving…"));
      return;
    case PAL_TRANSLATE_TROUBLE:
      {
        g_autofree char *why = pal_trouble_dup_words (pal_translate_work_get_trouble (self->work));
        /* TRANSLATORS: %s: why, a sentence */
        g_autofree char *words
            = g_strdup_printf (_ ("Your translations cannot be saved now. They are kept in this "
                                  "window and saving is tried again every few seconds. %s"),
                               why);

        gtk_label_set_text (self->save_state, _ ("Not saved"));
        pal_banner_set (self->banner, words, NULL, NULL);
        return;
      }
    }
}

static void
edited_cb (PalTranslateWindow *self, PalCatalogueEntry *entry)
{
  PalCatalogueEntry *selected = pal_translate_list_get_selected (self->list);

  if (entry != NULL)
    return;
  /* Many are others now, perhaps the one that is shown. */
  pal_translate_editor_show (self->editor, self->work, NULL);
  pal_translate_editor_show (self->editor, self->work, selected);
}

static void
set_work (PalTranslateWindow *self, PalTranslateWork *work)
{
  if (self->work != NULL)
    g_signal_handlers_disconnect_by_data (self->work, self);
  pal_translate_editor_show (self->editor, work, NULL);
  g_set_object (&self->work, work);
  pal_translate_list_set_work (self->list, work);
  update_place (self);
  if (work == NULL)
    return;
  g_signal_connect_swapped (work, "notify::save-state", G_CALLBACK (save_state_cb), self);
  g_signal_connect_swapped (work, "edited", G_CALLBACK (edited_cb), self);
  save_state_cb (self);
}

/* --- from the one page to the other -------------------------------------------------------- */

static void
show_targets (PalTranslateWindow *self)
{
  gtk_spinner_stop (self->spinner);
  pal_stack_show (self->stack, self->targets_page);
  pal_translate_targets_refresh (self->targets);
  gtk_window_set_title (GTK_WINDOW (self), _ ("Translate"));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalTranslateWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalTranslateWork) work = pal_translate_work_load_finish (result, &error);
  g_autofree char *target = NULL;
  g_autofree char *language = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->cancellable == NULL)
    return;
  g_clear_object (&self->cancellable);
  if (work == NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      g_info ("%s", error->message);
      show_targets (self);
      pal_tell (GTK_WIDGET (self), _ ("These texts cannot be read"), words);
      return;
    }
  target = pal_translate_dup_target (pal_translate_work_get_id (work), NULL);
  language = pal_translate_dup_language (pal_translate_work_get_language (work));
  adw_window_title_set_title (self->title, target);
  adw_window_title_set_subtitle (self->title, language);
  gtk_window_set_title (GTK_WINDOW (self), target);
  set_work (self, work);
  gtk_spinner_stop (self->spinner);
  adw_leaflet_set_visible_child (self->leaflet, self->list_pane);
  pal_stack_show (self->stack, self->work_page);
  pal_translate_list_focus_search (self->list);
}

/**
 * pal_translate_window_open:
 * @self: the window
 * @id: what is translated
 * @language: into which language
 *
 * Shows its texts as soon as they are read.
 */
void
pal_translate_window_open (PalTranslateWindow *self, const char *id, const char *language)
{
  g_return_if_fail (PAL_IS_TRANSLATE_WINDOW (self));

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  gtk_spinner_start (self->spinner);
  pal_stack_show (self->stack, self->loading_page);
  pal_translate_work_load_async (id, language, self->cancellable, loaded_cb, g_object_ref (self));
}

static void
chosen_cb (PalTranslateTargets *targets, const char *id, const char *language,
           PalTranslateWindow *self)
{
  pal_translate_window_open (self, id, language);
}

static void
flushed_back_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalTranslateWindow) self = user_data;

  /* What could not be written stays here, with its banner. */
  if (self->work == NULL
      || !pal_translate_work_flush_finish (PAL_TRANSLATE_WORK (source), result, NULL))
    return;
  set_work (self, NULL);
  show_targets (self);
}

static void
to_targets_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalTranslateWindow *self = PAL_TRANSLATE_WINDOW (widget);

  if (self->work == NULL)
    show_targets (self);
  else
    pal_translate_work_flush_async (self->work, flushed_back_cb, g_object_ref (self));
}

/* --- another language of the interface ----------------------------------------------------- */

static void
flushed_renew_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalTranslateWindow) self = user_data;
  PalTranslateWindow *other;

  /* What could not be written stays here, in whatever language. */
  if (self->work == NULL
      || !pal_translate_work_flush_finish (PAL_TRANSLATE_WORK (source), result, NULL))
    return;
  other = g_object_new (PAL_TYPE_TRANSLATE_WINDOW, "application",
                        gtk_window_get_application (GTK_WINDOW (self)), NULL);
  pal_translate_window_open (other, pal_translate_work_get_id (self->work),
                             pal_translate_work_get_language (self->work));
  gtk_window_present (GTK_WINDOW (other));
  gtk_window_destroy (GTK_WINDOW (self));
}

/**
 * pal_translate_window_renew_words:
 * @self: the window
 *
 * The interface may have another language now: another window takes the place of this one, with
 * the same texts.
 */
void
pal_translate_window_renew_words (PalTranslateWindow *self)
{
  g_return_if_fail (PAL_IS_TRANSLATE_WINDOW (self));

  if (g_str_equal (self->words_language, pal_language_get ()))
    return;
  if (self->work != NULL)
    {
      pal_translate_work_flush_async (self->work, flushed_renew_cb, g_object_ref (self));
      return;
    }
  gtk_window_present (g_object_new (PAL_TYPE_TRANSLATE_WINDOW, "application",
                                    gtk_window_get_application (GTK_WINDOW (self)), NULL));
  gtk_window_destroy (GTK_WINDOW (self));
}

/* --- closing ------------------------------------------------------------------------------- */

static void
leave_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalTranslateWindow) self = user_data;

  if (g_str_equal (pal_ask_finish (result), "leave"))
    gtk_window_destroy (GTK_WINDOW (self));
}

static void
flushed_close_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalTranslateWindow) self = user_data;
  static const char *const ids[] = { "stay", "leave" };
  const PalAskChoice choices[] = {
    { ids[0], _ ("_Stay"), ADW_RESPONSE_SUGGESTED },
    { ids[1], _ ("_Close Without Saving"), ADW_RESPONSE_DESTRUCTIVE },
  };

  self->is_closing = FALSE;
  if (pal_translate_work_flush_finish (PAL_TRANSLATE_WORK (source), result, NULL))
    gtk_window_destroy (GTK_WINDOW (self));
  else
    pal_ask_async (GTK_WIDGET (self), _ ("Your latest translations are not saved"),
                   _ ("They cannot be written now. They are kept as long as the window is open."),
                   choices, G_N_ELEMENTS (choices), leave_cb, g_object_ref (self));
}

static gboolean
pal_translate_window_close_request (GtkWindow *window)
{
  PalTranslateWindow *self = PAL_TRANSLATE_WINDOW (window);

  if (self->work == NULL)
    return FALSE;
  if (!self->is_closing)
    pal_translate_work_flush_async (self->work, flushed_close_cb, g_object_ref (self));
  self->is_closing = TRUE;

  return TRUE;
}

/* --- the window ---------------------------------------------------------------------------- */

static void
pal_translate_window_dispose (GObject *object)
{
  PalTranslateWindow *self = PAL_TRANSLATE_WINDOW (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->work != NULL)
    g_signal_handlers_disconnect_by_data (self->work, self);
  g_clear_object (&self->work);
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_TRANSLATE_WINDOW);

  G_OBJECT_CLASS (pal_translate_window_parent_class)->dispose (object);
}

static void
pal_translate_window_finalize (GObject *object)
{
  g_free (PAL_TRANSLATE_WINDOW (object)->words_language);

  G_OBJECT_CLASS (pal_translate_window_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, PalTranslateWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateWindow, targets_page);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateWindow, loading_page);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateWindow, work_page);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateWindow, targets);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateWindow, list_pane);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateWindow, editor_pane);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateWindow, title);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateWindow, place);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateWindow, save_state);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateWindow, list);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateWindow, editor);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name;
    GtkWidgetActionActivateFunc activate;
    guint key; /* 0: none */
    GdkModifierType modifiers;
  } actions[] = {
    { "translate.next-missing", next_missing_action, GDK_KEY_Down,
      GDK_CONTROL_MASK | GDK_ALT_MASK },
    { "translate.previous-missing", previous_missing_action, GDK_KEY_Up,
      GDK_CONTROL_MASK | GDK_ALT_MASK },
    { "translate.next", next_action, GDK_KEY_Page_Down, GDK_CONTROL_MASK },
    { "translate.previous", previous_action, GDK_KEY_Page_Up, GDK_CONTROL_MASK },
    { "translate.search", search_action, GDK_KEY_f, GDK_CONTROL_MASK },
    { "translate.to-list", to_list_action, 0, 0 },
    { "translate.to-targets", to_targets_action, 0, 0 },
    { "translate.save-po", save_po_action, 0, 0 },
    { "translate.open-po", open_po_action, 0, 0 },
    { "translate.export", export_action, 0, 0 },
    { "translate.use", use_action, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].activate);
      if (actions[i].key != 0)
        gtk_widget_class_add_binding_action (widget_class, actions[i].key, actions[i].modifiers,
                                             actions[i].name, NULL);
    }
}

static void
pal_translate_window_class_init (PalTranslateWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_translate_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_translate_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = pal_translate_window_close_request;

  g_type_ensure (PAL_TYPE_BANNER);
  g_type_ensure (PAL_TYPE_PANE);
  g_type_ensure (PAL_TYPE_TRANSLATE_EDITOR);
  g_type_ensure (PAL_TYPE_TRANSLATE_LIST);
  g_type_ensure (PAL_TYPE_TRANSLATE_TARGETS);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/translate/pal-translate-window.ui");
  bind_children (widget_class);
  install_actions (widget_class);
}

static void
pal_translate_window_init (PalTranslateWindow *self)
{
  self->words_language = g_strdup (pal_language_get ());
  gtk_widget_init_template (GTK_WIDGET (self));
  show_targets (self);
}

static PalTranslateWindow *
ensure_window (GtkApplication *application)
{
  GtkWindow *window = NULL;

  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    if (PAL_IS_TRANSLATE_WINDOW (l->data))
      window = l->data;
  if (window == NULL)
    window = g_object_new (PAL_TYPE_TRANSLATE_WINDOW, "application", application, NULL);
  gtk_window_present (window);

  return PAL_TRANSLATE_WINDOW (window);
}

void
pal_translate_window_present (GtkApplication *application)
{
  ensure_window (application);
}

/**
 * pal_translate_window_take_in:
 * @application: the program
 * @package: (transfer full): of the kind "translation", verified
 *
 * Shows the window with what the package brings, or with what waits. Who works on texts there stays
 * with them.
 */
void
pal_translate_window_take_in (GtkApplication *application, PalTranslationPackage *package)
{
  PalTranslateWindow *self = ensure_window (application);

  pal_translate_targets_take_in (self->targets, package);
}
