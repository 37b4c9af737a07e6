// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translate-targets"
#include "config.h"

#include "pal-translate-targets.h"

#include "pal-drop-down.h"
#include "pal-language.h"
#include "pal-locale.h"
#include "pal-translate-inbox.h"
#include "pal-translate-signers.h"
#include "pal-translate-words.h"

#include <glib/gi18n.h>

struct _PalTranslateTargets
{
  AdwBin parent_instance;

  PalTranslateInbox *inbox;
  PalTranslateSigners *signers;
  GtkDropDown *language_menu;
  GtkListBox *rows;

  GPtrArray *languages;      /* (owned) (element-type utf8): as in the menu */
  GCancellable *cancellable; /* (owned): of the looks that are under way */
  gboolean is_filling;
};

G_DEFINE_FINAL_TYPE (PalTranslateTargets, pal_translate_targets, ADW_TYPE_BIN)

enum
{
  CHOSEN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* --- what can be translated ---------------------------------------------------------------- */

#define PAL_TYPE_TARGET_ROW (pal_target_row_get_type ())
G_DECLARE_FINAL_TYPE (PalTargetRow, pal_target_row, PAL, TARGET_ROW, AdwActionRow)

struct _PalTargetRow
{
  AdwActionRow parent_instance;

  char *id; /* (owned) */
  GtkProgressBar *bar;
};

G_DEFINE_FINAL_TYPE (PalTargetRow, pal_target_row, ADW_TYPE_ACTION_ROW)

static void
pal_target_row_finalize (GObject *object)
{
  g_free (PAL_TARGET_ROW (object)->id);

  G_OBJECT_CLASS (pal_target_row_parent_class)->finalize (object);
}

static void
pal_target_row_class_init (PalTargetRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pal_target_row_finalize;
}

static void
pal_target_row_init (PalTargetRow *self)
{
  self->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->bar), GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (self->bar), "translate-coverage");
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->bar));
  adw_action_row_add_suffix (ADW_ACTION_ROW (self),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), TRUE);
}

static void
row_say (PalTargetRow *row, const char *subtitle, double fraction)
{
  const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row));

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_progress_bar_set_fraction (row->bar, fraction);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  subtitle, -1);
}

static GtkWidget *
target_row_new (const char *id)
{
  PalTargetRow *row = g_object_new (PAL_TYPE_TARGET_ROW, NULL);
  g_autofree char *title = pal_translate_dup_target (id, NULL);

  row->id = g_strdup (id);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  row_say (row, "", 0);

  return GTK_WIDGET (row);
}

static int
compare_ids (gconstpointer first, gconstpointer second)
{
  return pal_translate_compare_targets (*(const char *const *) first,
                                        *(const char *const *) second);
}

static void
fill_rows (PalTranslateTargets *self)
{
  g_autoptr (GPtrArray) ids = pal_translation_list_targets ();

  g_ptr_array_sort (ids, compare_ids);
  for (guint i = 0; i < ids->len; i++)
    gtk_list_box_append (self->rows, target_row_new (g_ptr_array_index (ids, i)));
}

/* --- how far it is ------------------------------------------------------------------------- */

/* One look at the targets in turn. */
typedef struct
{
  PalTranslateTargets *self; /* (owned) */
  GCancellable *cancellable; /* (owned) */
  int index;
} Look;

static void
look_free (Look *look)
{
  g_object_unref (look->self);
  g_object_unref (look->cancellable);
  g_free (look);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Look, look_free)

static void look_at_next (Look *look);

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Look) look = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalCatalogue) catalogue = pal_translation_load_finish (result, &error);
  GtkListBoxRow *row;

  if (g_cancellable_is_cancelled (look->cancellable))
    return;
  row = gtk_list_box_get_row_at_index (look->self->rows, look->index);
  if (catalogue != NULL)
    {
      PalCoverage coverage = pal_catalogue_get_coverage (catalogue, NULL);
      g_autofree char *words = pal_translate_dup_coverage (&coverage);

      row_say (PAL_TARGET_ROW (row), words, pal_translate_get_fraction (&coverage));
    }
  else
    {
      g_info ("a catalogue cannot be read: %s", error->message);
      row_say (PAL_TARGET_ROW (row), _ ("Its texts cannot be read"), 0);
    }
  look->index++;
  look_at_next (g_steal_pointer (&look));
}

static void
look_at_next (Look *look)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (look->self->rows, look->index);

  if (row == NULL)
    {
      look_free (look);
      return;
    }
  pal_translation_load_async (PAL_TARGET_ROW (row)->id,
                              pal_translate_targets_get_language (look->self), TRUE,
                              look->cancellable, loaded_cb, look);
}

static void
look_at_all (PalTranslateTargets *self)
{
  Look *look = g_new0 (Look, 1);

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  look->self = g_object_ref (self);
  look->cancellable = g_object_ref (self->cancellable);
  look_at_next (look);
}

/* --- what waits, and whom one knows ------------------------------------------------------ */

static void
inbox_changed_cb (PalTranslateTargets *self)
{
  pal_translate_targets_refresh (self);
}

static void
signers_changed_cb (PalTranslateTargets *self)
{
  pal_translate_inbox_refresh (self->inbox);
}

static void
open_package_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_translate_inbox_pick (PAL_TRANSLATE_TARGETS (widget)->inbox);
}

void
pal_translate_targets_take_in (PalTranslateTargets *self, PalTranslationPackage *package)
{
  g_return_if_fail (PAL_IS_TRANSLATE_TARGETS (self));

  pal_translate_inbox_take_in (self->inbox, package);
}

/* --- languages ----------------------------------------------------------------------------- */

static gboolean
has_language (GPtrArray *languages, const char *code)
{
  for (guint i = 0; i < languages->len; i++)
    if (g_str_equal (g_ptr_array_index (languages, i), code))
      return TRUE;

  return FALSE;
}

static int
compare_languages (gconstpointer first, gconstpointer second)
{
  g_autofree char *name = pal_translate_dup_language (*(const char *const *) first);
  g_autofree char *other = pal_translate_dup_language (*(const char *const *) second);

  return pal_locale_compare (name, other);
}

static void
add_languages (PalTranslateTargets *self, const char *id)
{
  g_autoptr (GPtrArray) codes = pal_translation_list_languages (id);

  for (guint i = 0; i < codes->len; i++)
    if (!has_language (self->languages, g_ptr_array_index (codes, i))
        && !g_str_equal (g_ptr_array_index (codes, i), "en"))
      g_ptr_array_add (self->languages, g_strdup (g_ptr_array_index (codes, i)));
}

static void
show_languages (PalTranslateTargets *self)
{
  g_autoptr (GtkStringList) items = gtk_string_list_new (NULL);

  g_ptr_array_sort (self->languages, compare_languages);
  for (guint i = 0; i < self->languages->len; i++)
    {
      g_autofree char *name = pal_translate_dup_language (g_ptr_array_index (self->languages, i));

      gtk_string_list_append (items, name);
    }
  self->is_filling = TRUE;
  gtk_drop_down_set_model (self->language_menu, G_LIST_MODEL (items));
  self->is_filling = FALSE;
}

const char *
pal_translate_targets_get_language (PalTranslateTargets *self)
{
  guint selected = gtk_drop_down_get_selected (self->language_menu);

  return selected < self->languages->len ? g_ptr_array_index (self->languages, selected) : "ar";
}

void
pal_translate_targets_set_language (PalTranslateTargets *self, const char *language)
{
  g_return_if_fail (PAL_IS_TRANSLATE_TARGETS (self));

  if (!has_language (self->languages, language))
    {
      g_ptr_array_add (self->languages, g_strdup (language));
      show_languages (self);
    }
  for (guint i = 0; i < self->languages->len; i++)
    if (g_str_equal (g_ptr_array_index (self->languages, i), language))
      gtk_drop_down_set_selected (self->language_menu, i);
}

static void
language_changed_cb (GtkDropDown *menu, GParamSpec *pspec, PalTranslateTargets *self)
{
  if (!self->is_filling)
    look_at_all (self);
}

/* A language that nobody has begun. */
static void
other_language_cb (AdwEntryRow *row, PalTranslateTargets *self)
{
  g_autofree char *code = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));

  if (!pal_translation_is_language (code) || g_str_equal (code, "en"))
    {
      gtk_widget_add_css_class (GTK_WIDGET (row), "error");
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                     _ ("Not a code of a language: “pt”, “sw”, “zh_TW”"));
      return;
    }
  gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
  gtk_editable_set_text (GTK_EDITABLE (row), "");
  pal_translate_targets_set_language (self, code);
}

/* --- the widget ---------------------------------------------------------------------------- */

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, PalTranslateTargets *self)
{
  g_signal_emit (self, signals[CHOSEN], 0, PAL_TARGET_ROW (row)->id,
                 pal_translate_targets_get_language (self));
}

static void
pal_translate_targets_dispose (GObject *object)
{
  PalTranslateTargets *self = PAL_TRANSLATE_TARGETS (object);

  g_cancellable_cancel (self->cancellable);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_TRANSLATE_TARGETS);

  G_OBJECT_CLASS (pal_translate_targets_parent_class)->dispose (object);
}

static void
pal_translate_targets_finalize (GObject *object)
{
  PalTranslateTargets *self = PAL_TRANSLATE_TARGETS (object);

  g_ptr_array_unref (self->languages);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (pal_translate_targets_parent_class)->finalize (object);
}

static void
pal_translate_targets_class_init (PalTranslateTargetsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (PAL_TYPE_TRANSLATE_INBOX);
  g_type_ensure (PAL_TYPE_TRANSLATE_SIGNERS);
  object_class->dispose = pal_translate_targets_dispose;
  object_class->finalize = pal_translate_targets_finalize;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/translate/pal-translate-targets.ui");
  gtk_widget_class_bind_template_child (widget_class, PalTranslateTargets, inbox);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateTargets, signers);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateTargets, language_menu);
  gtk_widget_class_bind_template_child (widget_class, PalTranslateTargets, rows);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, inbox_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, signers_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, language_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, other_language_cb);
  gtk_widget_class_install_action (widget_class, "translate.open-package", NULL,
                                   open_package_action);
}

static void
pal_translate_targets_init (PalTranslateTargets *self)
{
  const char *own = pal_language_get ();

  self->languages = g_ptr_array_new_with_free_func (g_free);
  self->cancellable = g_cancellable_new ();
  self->is_filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  pal_drop_down_let_shrink (self->language_menu);
  fill_rows (self);
  add_languages (self, PAL_TRANSLATION_INTERFACE);
  add_languages (self, "cluster-1");
  if (self->languages->len == 0)
    g_ptr_array_add (self->languages, g_strdup ("ar"));
  show_languages (self);
  self->is_filling = TRUE;
  /* Who reads Palermo in a language is likely to work on that. */
  pal_translate_targets_set_language (self, has_language (self->languages, own) ? own : "ar");
  self->is_filling = FALSE;
}

void
pal_translate_targets_refresh (PalTranslateTargets *self)
{
  g_return_if_fail (PAL_IS_TRANSLATE_TARGETS (self));

  pal_translate_inbox_refresh (self->inbox);
  pal_translate_signers_refresh (self->signers);
  look_at_all (self);
}
