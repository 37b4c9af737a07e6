// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-translate-inbox"
#include "config.h"

#include "pal-translate-inbox.h"

#include "pal-certificate-info.h"
#include "pal-group-rows.h"
#include "pal-translate-package.h"
#include "pal-wrap-layout.h"

#include <glib/gi18n.h>

struct _PalTranslateInbox
{
  AdwPreferencesGroup parent_instance;

  GPtrArray *rows; /* (owned) (element-type GtkWidget) */
};

G_DEFINE_FINAL_TYPE (PalTranslateInbox, pal_translate_inbox, ADW_TYPE_PREFERENCES_GROUP)

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
changed (GtkWidget *widget)
{
  pal_translate_inbox_refresh (PAL_TRANSLATE_INBOX (widget));
  g_signal_emit (widget, signals[CHANGED], 0);
}

/* --- one that waits ------------------------------------------------------------------------ */

#define PAL_TYPE_WAITING_ROW (pal_waiting_row_get_type ())
G_DECLARE_FINAL_TYPE (PalWaitingRow, pal_waiting_row, PAL, WAITING_ROW, AdwPreferencesRow)

struct _PalWaitingRow
{
  AdwPreferencesRow parent_instance;

  GtkLabel *title;
  GtkLabel *signer;
  GtkLabel *fingerprint;
  GtkButton *use;
  GtkButton *decline;

  char *path;                     /* (owned) */
  PalTranslationPackage *package; /* (owned) (nullable): once it was looked at */
};

G_DEFINE_FINAL_TYPE (PalWaitingRow, pal_waiting_row, ADW_TYPE_PREFERENCES_ROW)

static PalTranslateInbox *
get_inbox (PalWaitingRow *self)
{
  return PAL_TRANSLATE_INBOX (
      gtk_widget_get_ancestor (GTK_WIDGET (self), PAL_TYPE_TRANSLATE_INBOX));
}

static void
use_cb (PalWaitingRow *self)
{
  if (self->package == NULL)
    return;
  /* Once. */
  gtk_widget_set_sensitive (GTK_WIDGET (self), FALSE);
  pal_translate_use_package (GTK_WIDGET (get_inbox (self)), g_steal_pointer (&self->package),
                             changed);
}

static void
decline_cb (PalWaitingRow *self)
{
  pal_translate_decline_package (GTK_WIDGET (get_inbox (self)), self->path, changed);
}

static void
name_buttons (PalWaitingRow *self, const char *what)
{
  /* TRANSLATORS: name of a button; %s is what is in a package of translations */
  g_autofree char *use = g_strdup_printf (_ ("Use: %s"), what);
  /* TRANSLATORS: name of a button: throw the package away; %s is what is in it */
  g_autofree char *decline = g_strdup_printf (_ ("Decline: %s"), what);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), what);
  gtk_label_set_text (self->title, what);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->use), GTK_ACCESSIBLE_PROPERTY_LABEL, use,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->decline), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  decline, -1);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalWaitingRow) self = user_data;
  g_autoptr (GError) error = NULL;
  PalTranslationPackage *package = pal_translation_package_look_finish (result, &error);
  g_autofree char *words = NULL;
  g_autofree char *signer = NULL;
  g_autofree char *spoken = NULL;

  if (package == NULL)
    {
      g_info ("what waits cannot be read: %s", error->message);
      gtk_label_set_text (self->signer, _ ("It cannot be read any more, and can only go."));
      return;
    }
  self->package = package;
  words = pal_translate_dup_package_words (package);
  name_buttons (self, words);
  signer = g_strdup_printf (package->is_known
                                ? _ ("Signed by %s, whose packages you have accepted before")
                                : _ ("Signed by %s, whom this computer does not know"),
                            package->signer != NULL ? package->signer : "?");
  gtk_label_set_text (self->signer, signer);
  spoken = pal_certificate_dup_spoken_fingerprint (package->fingerprint);
  gtk_label_set_text (self->fingerprint, spoken);
  gtk_widget_set_visible (GTK_WIDGET (self->fingerprint), *spoken != '\0');
  gtk_widget_set_sensitive (GTK_WIDGET (self->use), TRUE);
}

static void
pal_waiting_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_WAITING_ROW);

  G_OBJECT_CLASS (pal_waiting_row_parent_class)->dispose (object);
}

static void
pal_waiting_row_finalize (GObject *object)
{
  PalWaitingRow *self = PAL_WAITING_ROW (object);

  g_free (self->path);
  g_clear_pointer (&self->package, pal_translation_package_free);

  G_OBJECT_CLASS (pal_waiting_row_parent_class)->finalize (object);
}

static void
pal_waiting_row_class_init (PalWaitingRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_waiting_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_waiting_row_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/translate/pal-waiting-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PalWaitingRow, title);
  gtk_widget_class_bind_template_child (widget_class, PalWaitingRow, signer);
  gtk_widget_class_bind_template_child (widget_class, PalWaitingRow, fingerprint);
  gtk_widget_class_bind_template_child (widget_class, PalWaitingRow, use);
  gtk_widget_class_bind_template_child (widget_class, PalWaitingRow, decline);
  gtk_widget_class_bind_template_callback (widget_class, use_cb);
  gtk_widget_class_bind_template_callback (widget_class, decline_cb);
}

static void
pal_waiting_row_init (PalWaitingRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static GtkWidget *
waiting_row_new (const char *path)
{
  PalWaitingRow *self = g_object_new (PAL_TYPE_WAITING_ROW, NULL);

  self->path = g_strdup (path);
  name_buttons (self, _ ("A package of translations"));
  pal_translation_package_look_async (path, NULL, NULL, looked_cb, g_object_ref_sink (self));

  return GTK_WIDGET (self);
}

/* --- all of them --------------------------------------------------------------------------- */

void
pal_translate_inbox_pick (PalTranslateInbox *self)
{
  pal_translate_pick_package (GTK_WIDGET (self), changed);
}

void
pal_translate_inbox_take_in (PalTranslateInbox *self, PalTranslationPackage *package)
{
  pal_translate_take_in (GTK_WIDGET (self), package, changed);
}

/**
 * pal_translate_inbox_refresh:
 * @self: the group
 *
 * Looks anew what waits.
 */
void
pal_translate_inbox_refresh (PalTranslateInbox *self)
{
  g_autoptr (GPtrArray) paths = pal_translation_list_waiting ();
  const char *declined = pal_translate_get_declined (GTK_WIDGET (self));

  g_return_if_fail (PAL_IS_TRANSLATE_INBOX (self));

  pal_group_rows_clear (self->rows);
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      GtkWidget *row;

      if (g_strcmp0 (path, declined) == 0)
        continue;
      row = waiting_row_new (path);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
      g_ptr_array_add (self->rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), self->rows->len > 0);
}

static void
pal_translate_inbox_finalize (GObject *object)
{
  g_ptr_array_unref (PAL_TRANSLATE_INBOX (object)->rows);

  G_OBJECT_CLASS (pal_translate_inbox_parent_class)->finalize (object);
}

static void
pal_translate_inbox_class_init (PalTranslateInboxClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pal_translate_inbox_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
pal_translate_inbox_init (PalTranslateInbox *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
