// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-sent-window"
#include "config.h"

#include "pal-sent-window.h"

#include "pal-parcel-words.h"
#include "pal-row-group.h"
#include "pal-sent.h"
#include "pal-trouble.h"

#include <glib/gi18n.h>

#define MAX_NAMES 8 /* of the records in one package: more say nothing more */
#define WIDTH 600
#define HEIGHT 600

struct _PalSentWindow
{
  AdwWindow parent_instance;

  AdwPreferencesPage *page;
  AdwPreferencesGroup *heading;

  PalSession *session;       /* (owned) (nullable): until the window goes */
  char *record;              /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) */
};

G_DEFINE_FINAL_TYPE (PalSentWindow, pal_sent_window, ADW_TYPE_WINDOW)

/* --- packages */

static void
add_line (GString *lines, const char *line)
{
  g_string_append_printf (lines, "%s%s", lines->len > 0 ? "\n" : "", line);
}

static void
add_people (GString *lines, const PalSentParcel *one)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *words = NULL;
  guint n = one->people->len;

  if (n == 0)
    return;
  for (guint i = 0; i < MIN (n, MAX_NAMES); i++)
    {
      const char *name = g_ptr_array_index (one->people, i);

      if (i > 0)
        /* TRANSLATORS: between the items of a list */
        g_string_append (names, C_ ("list", ", "));
      g_string_append (names, *name != '\0' ? name : _ ("Without words"));
    }
  if (n > MAX_NAMES)
    g_string_append (names, "…");
  words = g_strdup_printf (
      /* TRANSLATORS: of a package; %2$s: their names */
      ngettext ("%1$u record about people outside government: %2$s",
                "%1$u records about people outside government: %2$s", n),
      n, names->str);
  add_line (lines, words);
}

static char *
dup_parcel_words (PalSentWindow *self, const PalSentParcel *one)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *way = pal_parcel_dup_way (one->parcel);
  g_autofree char *gone = NULL;

  add_line (lines, way);
  if (self->record != NULL)
    add_line (lines, one->is_by_rest ? _ ("Only an answer that rests on it was in it.")
                                     : _ ("The record itself was in it."));
  else if (one->people->len == 0 && one->n_gone == 0)
    add_line (lines, _ ("No record about people outside government was in it."));
  add_people (lines, one);
  if (one->n_gone > 0)
    {
      gone = g_strdup_printf (ngettext ("%u record that is not here any more",
                                        "%u records that are not here any more", one->n_gone),
                              one->n_gone);
      add_line (lines, gone);
    }

  return g_string_free (g_steal_pointer (&lines), FALSE);
}

static GtkWidget *
make_parcels (PalSentWindow *self, PalSent *sent)
{
  GtkWidget *group = pal_row_group_new (_ ("Packages"), NULL);

  for (guint i = 0; i < sent->parcels->len; i++)
    {
      const PalSentParcel *one = g_ptr_array_index (sent->parcels, i);
      g_autofree char *title = pal_parcel_dup_title (one->parcel);
      g_autofree char *words = dup_parcel_words (self, one);

      pal_row_group_add (PAL_ROW_GROUP (group),
                         pal_record_row_new (NULL, title, words, NULL, NULL));
    }
  pal_row_group_finish (PAL_ROW_GROUP (group),
                        self->record != NULL
                            ? _ ("No package that was written on this computer holds it.")
                            : _ ("No package was written from this dossier yet."));

  return group;
}

/* --- what was taken back */

static char *
dup_withdrawal_title (const PalWithdrawal *one)
{
  g_autofree char *day = pal_parcel_dup_day (one->time_us);

  switch (one->kind)
    {
    case PAL_WITHDRAWN_CONSULTATION:
      /* TRANSLATORS: %s: a day */
      return g_strdup_printf (_ ("%s: consent of everyone at a consultation"), day);
    case PAL_WITHDRAWN_POINT:
      /* TRANSLATORS: %s: a day */
      return g_strdup_printf (_ ("%s: consent for one point"), day);
    case PAL_WITHDRAWN_PARTICIPANT:
      /* TRANSLATORS: %s: a day */
      return g_strdup_printf (_ ("%s: consent of one participant"), day);
    case PAL_WITHDRAWN_STAKEHOLDER:
      /* TRANSLATORS: %s: a day */
      return g_strdup_printf (_ ("%s: consent of a stakeholder"), day);
    case PAL_WITHDRAWN_ARRIVAL:
    case PAL_N_WITHDRAWN:
      break;
    }

  return g_steal_pointer (&day);
}

static char *
dup_withdrawal_words (const PalWithdrawal *one)
{
  guint n = one->parcels->len;
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *out = g_strdup_printf (
      ngettext ("%u package that holds it is out.", "%u packages that hold it are out.", n), n);

  add_line (lines, n > 0 ? out : _ ("No package that is known here holds it."));
  add_line (lines, one->purged != NULL ? _ ("The words were deleted for good.")
                                       : _ ("The words are still in the history of this dossier."));

  return g_string_free (g_steal_pointer (&lines), FALSE);
}

static GtkWidget *
make_withdrawals (PalSent *sent)
{
  GtkWidget *group = pal_row_group_new (_ ("Consents Taken Back"), NULL);

  for (guint i = 0; i < sent->withdrawals->len; i++)
    {
      const PalWithdrawal *one = g_ptr_array_index (sent->withdrawals, i);
      g_autofree char *title = dup_withdrawal_title (one);
      g_autofree char *words = dup_withdrawal_words (one);

      pal_row_group_add (PAL_ROW_GROUP (group),
                         pal_record_row_new (NULL, title, words, NULL, NULL));
    }
  pal_row_group_finish (PAL_ROW_GROUP (group), _ ("Nobody has taken back a consent."));

  return group;
}

/* --- the window */

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalSentWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalSent) sent = pal_sent_look_finish (result, &error);
  g_autofree char *words = NULL;

  if (self->session == NULL)
    return; /* the window went away */
  if (sent == NULL)
    {
      words = pal_trouble_dup_words (error);
      adw_preferences_group_set_description (self->heading, words);
      return;
    }
  words = sent->words != NULL ? g_markup_escape_text (sent->words, -1) : NULL;
  adw_preferences_group_set_title (self->heading, words != NULL ? words : "");
  adw_preferences_group_set_description (
      self->heading, _ ("What this dossier knows. Papers that were saved, and who passed a file "
                        "on, are not known here."));
  adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP (make_parcels (self, sent)));
  adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP (make_withdrawals (sent)));
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PalSentWindow) self = user_data;

  /* What could not be saved is shown by the window's banner. */
  pal_session_flush_finish (PAL_SESSION (source), result, NULL);
  if (self->session == NULL)
    return; /* the window went away */
  pal_sent_look_async (pal_session_get_dossier (self->session), self->record, self->cancellable,
                       looked_cb, g_object_ref (self));
}

static void
pal_sent_window_dispose (GObject *object)
{
  PalSentWindow *self = PAL_SENT_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pal_sent_window_parent_class)->dispose (object);
}

static void
pal_sent_window_finalize (GObject *object)
{
  PalSentWindow *self = PAL_SENT_WINDOW (object);

  g_object_unref (self->cancellable);
  g_free (self->record);

  G_OBJECT_CLASS (pal_sent_window_parent_class)->finalize (object);
}

static void
pal_sent_window_class_init (PalSentWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pal_sent_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pal_sent_window_finalize;
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static void
pal_sent_window_init (PalSentWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();

  self->cancellable = g_cancellable_new ();
  self->page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  self->heading = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_description (self->heading, _ ("Looking…"));
  adw_preferences_page_add (self->page, self->heading);
  gtk_widget_add_css_class (header, "flat");
  gtk_widget_set_vexpand (GTK_WIDGET (self->page), TRUE);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->page));
  adw_window_set_content (ADW_WINDOW (self), box);
}

/**
 * pal_sent_window_new:
 * @parent: a widget of the window before which it stands
 * @session: an open dossier
 * @record: (nullable): id of a consultation or of a stakeholder's card; %NULL: all
 *
 * Returns: (transfer none): a window that reads by itself
 */
GtkWidget *
pal_sent_window_new (GtkWidget *parent, PalSession *session, const char *record)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (parent));
  PalSentWindow *self
      = g_object_new (PAL_TYPE_SENT_WINDOW, "transient-for", root, "modal", TRUE, "default-width",
                      WIDTH, "default-height", HEIGHT, "width-request", 340, "title",
                      /* TRANSLATORS: title of a window: packages that went out */
                      _ ("What Was Sent"), NULL);

  self->session = g_object_ref (session);
  self->record = g_strdup (record);
  /* No wider than what it stands before: a narrow window may be all of the screen. */
  if (root != NULL && gtk_widget_get_width (root) > 0)
    gtk_window_set_default_size (GTK_WINDOW (self), MIN (WIDTH, gtk_widget_get_width (root)),
                                 MIN (HEIGHT, gtk_widget_get_height (root)));
  pal_session_flush_async (session, flushed_cb, g_object_ref (self));

  return GTK_WIDGET (self);
}
