// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-certificate-row"
#include "config.h"

#include "pal-certificate-row.h"

#include "pal-pick-file.h"
#include "pal-team-work.h"

#include <glib/gi18n.h>

struct _PalCertificateRow
{
  AdwActionRow parent_instance;

  GtkButton *choose;
  GtkButton *clear;

  char *empty_words; /* (owned) (nullable) */
  char *fingerprint; /* (owned) (nullable) */
  char *name;        /* (owned) (nullable): in the certificate */
  char *path;        /* (owned) (nullable) */
  char *loading;     /* (owned) (nullable): the file that is being read */
};

enum
{
  CERTIFICATE_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PalCertificateRow, pal_certificate_row, ADW_TYPE_ACTION_ROW)

/* Eight digits are enough to tell two colleagues apart. */
static void
update (PalCertificateRow *self)
{
  g_autofree char *words = NULL;

  if (self->fingerprint == NULL)
    words = g_strdup (self->empty_words != NULL ? self->empty_words : "");
  else if (self->name != NULL)
    /* TRANSLATORS: whose certificate it is, and the first digits of its fingerprint */
    words
        = g_strdup_printf (_ ("%s · fingerprint begins with %.8s"), self->name, self->fingerprint);
  else
    words = g_strdup_printf (_ ("Known · fingerprint begins with %.8s"), self->fingerprint);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), words);
  gtk_widget_remove_css_class (GTK_WIDGET (self), "error");
  gtk_widget_set_visible (GTK_WIDGET (self->clear), self->fingerprint != NULL);
  g_signal_emit (self, signals[CERTIFICATE_CHANGED], 0);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalCertificateRow) self = user_data;
  g_autoptr (GError) error = NULL;
  char *fingerprint = NULL, *name = NULL;
  gboolean ok = pal_team_read_certificate_finish (result, &fingerprint, &name, &error);

  if (!ok)
    {
      g_info ("a certificate could not be read: %s", error->message);
      g_clear_pointer (&self->loading, g_free);
      adw_action_row_set_subtitle (
          ADW_ACTION_ROW (self),
          _ ("This file holds no certificate that Palermo can read. Ask for it in PEM form."));
      gtk_widget_add_css_class (GTK_WIDGET (self), "error");
      return;
    }
  g_free (self->fingerprint);
  g_free (self->name);
  g_free (self->path);
  self->fingerprint = fingerprint;
  self->name = name;
  self->path = g_steal_pointer (&self->loading);
  update (self);
}

void
pal_certificate_row_load (PalCertificateRow *self, const char *path)
{
  g_return_if_fail (PAL_IS_CERTIFICATE_ROW (self));

  if (self->loading != NULL)
    return;
  self->loading = g_strdup (path);
  pal_team_read_certificate_async (path, read_cb, g_object_ref (self));
}

static void
picked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalCertificateRow) self = user_data;
  g_autoptr (GFile) file = pal_pick_file_finish (result);

  if (file != NULL && g_file_peek_path (file) != NULL)
    pal_certificate_row_load (self, g_file_peek_path (file));
}

static void
choose_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const PalPickFile pick = { .action = GTK_FILE_CHOOSER_ACTION_OPEN,
                             .title = _ ("Choose a Certificate"),
                             .accept = _ ("_Choose"),
                             .filter_name = _ ("Certificates"),
                             .pattern = "*.pem;*.crt;*.cer" };

  pal_pick_file_async (widget, &pick, picked_cb, g_object_ref (widget));
}

static void
clear_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pal_certificate_row_set_fingerprint (PAL_CERTIFICATE_ROW (widget), NULL);
  gtk_widget_grab_focus (GTK_WIDGET (PAL_CERTIFICATE_ROW (widget)->choose));
}

static void
pal_certificate_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_CERTIFICATE_ROW);

  G_OBJECT_CLASS (pal_certificate_row_parent_class)->dispose (object);
}

static void
pal_certificate_row_finalize (GObject *object)
{
  PalCertificateRow *self = PAL_CERTIFICATE_ROW (object);

  g_free (self->empty_words);
  g_free (self->fingerprint);
  g_free (self->name);
  g_free (self->path);
  g_free (self->loading);

  G_OBJECT_CLASS (pal_certificate_row_parent_class)->finalize (object);
}

static void
pal_certificate_row_class_init (PalCertificateRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_certificate_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_certificate_row_finalize;

  signals[CERTIFICATE_CHANGED]
      = g_signal_new ("certificate-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                      NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/palermo/Palermo/team/pal-certificate-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PalCertificateRow, choose);
  gtk_widget_class_bind_template_child (widget_class, PalCertificateRow, clear);
  gtk_widget_class_install_action (widget_class, "certificate.choose", NULL, choose_action);
  gtk_widget_class_install_action (widget_class, "certificate.clear", NULL, clear_action);
}

static void
pal_certificate_row_init (PalCertificateRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
pal_certificate_row_set_empty_words (PalCertificateRow *self, const char *words)
{
  g_return_if_fail (PAL_IS_CERTIFICATE_ROW (self));

  g_free (self->empty_words);
  self->empty_words = g_strdup (words);
  update (self);
}

void
pal_certificate_row_set_fingerprint (PalCertificateRow *self, const char *fingerprint)
{
  g_return_if_fail (PAL_IS_CERTIFICATE_ROW (self));

  g_free (self->fingerprint);
  self->fingerprint = g_strdup (fingerprint);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->path, g_free);
  update (self);
}

const char *
pal_certificate_row_get_fingerprint (PalCertificateRow *self)
{
  return self->fingerprint;
}

const char *
pal_certificate_row_get_path (PalCertificateRow *self)
{
  return self->path;
}
