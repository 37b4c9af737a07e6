// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-newer-form-page"
#include "config.h"

#include "pal-newer-form-page.h"

#include "pal-newer-form.h"

#include <glib/gi18n.h>
#include <string.h>

/* Rows of one list: nobody reads on for longer, and each costs a layout. */
#define MAX_ROWS 200

struct _PalNewerFormPage
{
  AdwBin parent_instance;

  GtkLabel *versions_label;
  GtkWidget *body;
  GtkWidget *nothing_page;
  GtkLabel *stay_label;
  GtkLabel *move_label;
  GtkLabel *return_label;
  GtkLabel *orphan_label;
  GtkLabel *misfit_label;
  AdwExpanderRow *changed_row;
  AdwExpanderRow *renamed_row;
  AdwExpanderRow *removed_row;
  AdwExpanderRow *added_row;
  AdwActionRow *unchanged_row;

  PalSession *session; /* (owned) */
};

G_DEFINE_FINAL_TYPE (PalNewerFormPage, pal_newer_form_page, ADW_TYPE_BIN)

/* --- one change */

static void
append_line (GString *text, const char *line)
{
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, line);
}

static void
append_choices (GString *text, const char *format, GStrv choices)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *line = NULL;

  for (guint i = 0; choices != NULL && choices[i] != NULL; i++)
    {
      const char *tab = strchr (choices[i], '\t');

      g_string_append_printf (names, "%s%s", names->len > 0 ? "; " : "",
                              tab != NULL && tab[1] != '\0' ? tab + 1 : choices[i]);
    }
  if (names->len == 0)
    return;
  line = g_strdup_printf (format, names->str);
  append_line (text, line);
}

/* What is said of a change beside its new text. */
static char *
dup_details (const PalFormChange *change)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (change->kind != PAL_FORM_CHANGE_ADDED && change->kind != PAL_FORM_CHANGE_REMOVED
      && g_strcmp0 (change->old_label, change->new_label) != 0 && change->old_label != NULL)
    {
      /* TRANSLATORS: %s is the text of a question as it was */
      g_autofree char *line = g_strdup_printf (_ ("Before: %s"), change->old_label);

      append_line (text, line);
    }
  if ((change->differs & (PAL_FORM_DIFFERS_TYPE | PAL_FORM_DIFFERS_CONTROL)) != 0)
    append_line (text, _ ("The answer is given in another form"));
  /* TRANSLATORS: %s is a list of choices */
  append_choices (text, _ ("No longer offered: %s"), change->choices_removed);
  /* TRANSLATORS: %s is a list of choices */
  append_choices (text, _ ("Now offered: %s"), change->choices_added);
  if ((change->differs & PAL_FORM_DIFFERS_CHOICE_LABELS) != 0)
    append_line (text, _ ("Choices are worded differently"));
  if ((change->differs & PAL_FORM_DIFFERS_RELEVANT) != 0)
    append_line (text, _ ("It is asked under other conditions"));
  if ((change->differs & PAL_FORM_DIFFERS_REQUIRED) != 0)
    append_line (text, _ ("Whether it must be answered has changed"));
  if ((change->differs
       & (PAL_FORM_DIFFERS_CONSTRAINT | PAL_FORM_DIFFERS_CHOICE_FILTER | PAL_FORM_DIFFERS_COUNT
          | PAL_FORM_DIFFERS_READONLY | PAL_FORM_DIFFERS_CALCULATE))
      != 0)
    append_line (text, _ ("Another rule holds for the answer"));
  if ((change->differs & PAL_FORM_DIFFERS_PLACE) != 0)
    append_line (text, _ ("It is in another list than before"));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static GtkWidget *
change_row_new (const PalFormChange *change)
{
  const char *label = change->new_label != NULL ? change->new_label : change->old_label;
  const char *path = change->new_path != NULL ? change->new_path : change->old_path;
  g_autofree char *title = g_markup_escape_text (label != NULL ? label : path, -1);
  g_autofree char *details = dup_details (change);
  g_autofree char *subtitle = g_markup_escape_text (details, -1);
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label != NULL ? label : path, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  details, -1);

  return row;
}

/* --- the groups */

static void
fill_group (AdwExpanderRow *group, PalUpgradePreview *preview, PalFormChangeKind kind)
{
  guint n = pal_form_count_changes (preview->changes, kind, TRUE);
  g_autofree char *count = g_strdup_printf (ngettext ("%u question", "%u questions", n), n);
  guint n_rows = 0;

  adw_expander_row_set_subtitle (group, count);
  gtk_widget_set_visible (GTK_WIDGET (group), n > 0);
  for (guint i = 0; i < preview->changes->len && n_rows < MAX_ROWS; i++)
    {
      const PalFormChange *change = g_ptr_array_index (preview->changes, i);

      if (change->kind != kind || !change->is_question)
        continue;
      adw_expander_row_add_row (group, change_row_new (change));
      n_rows++;
    }
  if (n > n_rows)
    {
      g_autofree char *more
          = g_strdup_printf (ngettext ("and %u more", "and %u more", n - n_rows), n - n_rows);
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), more);
      adw_expander_row_add_row (group, row);
    }
}

static void
set_count (GtkLabel *label, char *words, guint n)
{
  gtk_label_set_text (label, words);
  gtk_widget_set_visible (GTK_WIDGET (label), n > 0);
  g_free (words);
}

static void
fill_answers (PalNewerFormPage *self, PalUpgradePreview *preview)
{
  guint stay = pal_upgrade_preview_count (preview, PAL_ANSWER_STAYS);
  guint move = pal_upgrade_preview_count (preview, PAL_ANSWER_MOVES);
  guint back = pal_upgrade_preview_count (preview, PAL_ANSWER_RETURNS);
  guint orphan = pal_upgrade_preview_count (preview, PAL_ANSWER_ORPHANED);
  guint misfit = pal_upgrade_preview_count_misfits (preview);

  set_count (
      self->stay_label,
      g_strdup_printf (
          ngettext ("%u answer stays where it is", "%u answers stay where they are", stay), stay),
      1);
  set_count (self->move_label,
             g_strdup_printf (ngettext ("%u answer moves with its question",
                                        "%u answers move with their questions", move),
                              move),
             move);
  set_count (self->return_label,
             g_strdup_printf (ngettext ("%u answer has a question again",
                                        "%u answers have a question again", back),
                              back),
             back);
  set_count (self->orphan_label,
             g_strdup_printf (ngettext ("%u answer is kept without a question",
                                        "%u answers are kept without a question", orphan),
                              orphan),
             orphan);
  set_count (self->misfit_label,
             g_strdup_printf (ngettext ("%u answer no longer fits its question and needs a look",
                                        "%u answers no longer fit their questions and need a look",
                                        misfit),
                              misfit),
             misfit);
}

static void
fill (PalNewerFormPage *self)
{
  PalUpgradePreview *preview
      = pal_newer_form_get_preview (pal_newer_form_of_session (self->session));
  g_autofree char *versions = NULL;
  g_autofree char *unchanged = NULL;
  guint n;

  gtk_widget_set_visible (self->body, preview != NULL);
  gtk_widget_set_visible (self->nothing_page, preview == NULL);
  if (preview == NULL)
    return;

  /* TRANSLATORS: versions of the questionnaire, such as 2026.1 */
  versions = g_strdup_printf (_ ("Your answers are of version %s. Version %s came with Palermo."),
                              preview->old_version, preview->new_version);
  gtk_label_set_text (self->versions_label, versions);
  fill_answers (self, preview);
  fill_group (self->changed_row, preview, PAL_FORM_CHANGE_CHANGED);
  fill_group (self->renamed_row, preview, PAL_FORM_CHANGE_RENAMED);
  fill_group (self->removed_row, preview, PAL_FORM_CHANGE_REMOVED);
  fill_group (self->added_row, preview, PAL_FORM_CHANGE_ADDED);
  n = pal_form_count_changes (preview->changes, PAL_FORM_CHANGE_UNCHANGED, TRUE);
  unchanged = g_strdup_printf (ngettext ("%u question", "%u questions", n), n);
  adw_action_row_set_subtitle (self->unchanged_row, unchanged);
}

/* --- the widget */

static void
keep_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalNewerFormPage *self = PAL_NEWER_FORM_PAGE (widget);

  pal_newer_form_keep_old (pal_newer_form_of_session (self->session));
  pal_session_show_page (self->session, "overview");
}

static void
pal_newer_form_page_dispose (GObject *object)
{
  PalNewerFormPage *self = PAL_NEWER_FORM_PAGE (object);

  g_clear_object (&self->session);
  /* AdwBin unparents its child itself, and would do so twice. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PAL_TYPE_NEWER_FORM_PAGE);

  G_OBJECT_CLASS (pal_newer_form_page_parent_class)->dispose (object);
}

static void
pal_newer_form_page_class_init (PalNewerFormPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_newer_form_page_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/versions/pal-newer-form-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PalNewerFormPage, versions_label);
  gtk_widget_class_bind_template_child (widget_class, PalNewerFormPage, body);
  gtk_widget_class_bind_template_child (widget_class, PalNewerFormPage, nothing_page);
  gtk_widget_class_bind_template_child (widget_class, PalNewerFormPage, stay_label);
  gtk_widget_class_bind_template_child (widget_class, PalNewerFormPage, move_label);
  gtk_widget_class_bind_template_child (widget_class, PalNewerFormPage, return_label);
  gtk_widget_class_bind_template_child (widget_class, PalNewerFormPage, orphan_label);
  gtk_widget_class_bind_template_child (widget_class, PalNewerFormPage, misfit_label);
  gtk_widget_class_bind_template_child (widget_class, PalNewerFormPage, changed_row);
  gtk_widget_class_bind_template_child (widget_class, PalNewerFormPage, renamed_row);
  gtk_widget_class_bind_template_child (widget_class, PalNewerFormPage, removed_row);
  gtk_widget_class_bind_template_child (widget_class, PalNewerFormPage, added_row);
  gtk_widget_class_bind_template_child (widget_class, PalNewerFormPage, unchanged_row);
  gtk_widget_class_install_action (widget_class, "newer-form.keep", NULL, keep_action);
}

static void
pal_newer_form_page_init (PalNewerFormPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * pal_newer_form_page_new:
 * @session: an open dossier
 *
 * Returns: (transfer floating): the page; it says so when there is nothing newer
 */
GtkWidget *
pal_newer_form_page_new (PalSession *session)
{
  PalNewerFormPage *self = g_object_new (PAL_TYPE_NEWER_FORM_PAGE, NULL);

  self->session = g_object_ref (session);
  fill (self);

  return GTK_WIDGET (self);
}
