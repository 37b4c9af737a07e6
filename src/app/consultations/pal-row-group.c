// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-row-group"
#include "config.h"

#include "pal-row-group.h"

#include <glib/gi18n.h>

#define MAX_ROWS 100

struct _PalRowGroup
{
  AdwPreferencesGroup parent_instance;

  GPtrArray *rows; /* (owned) (element-type GtkWidget): unowned */
  guint n_all;     /* with those that were dropped */
  int focused;     /* index of the row that had the focus; -1: none */
};

G_DEFINE_FINAL_TYPE (PalRowGroup, pal_row_group, ADW_TYPE_PREFERENCES_GROUP)

static void
pal_row_group_finalize (GObject *object)
{
  g_ptr_array_unref (PAL_ROW_GROUP (object)->rows);

  G_OBJECT_CLASS (pal_row_group_parent_class)->finalize (object);
}

static void
pal_row_group_class_init (PalRowGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pal_row_group_finalize;
}

static void
pal_row_group_init (PalRowGroup *self)
{
  self->rows = g_ptr_array_new ();
  self->focused = -1;
}

/**
 * pal_row_group_new:
 * @title: what the rows are
 * @description: (nullable): more of it
 *
 * Returns: (transfer floating): a group without rows
 */
GtkWidget *
pal_row_group_new (const char *title, const char *description)
{
  PalRowGroup *self = g_object_new (PAL_TYPE_ROW_GROUP, NULL);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), title);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), description);

  return GTK_WIDGET (self);
}

/**
 * pal_row_group_clear:
 * @self: a group
 *
 * Takes all rows out; pal_row_group_finish() gives the focus back to the one in its place.
 */
void
pal_row_group_clear (PalRowGroup *self)
{
  self->focused = -1;
  self->n_all = 0;
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);

      if (gtk_widget_is_focus (row) || gtk_widget_get_focus_child (row) != NULL)
        self->focused = i;
    }
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
}

static void
put (PalRowGroup *self, GtkWidget *row)
{
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

void
pal_row_group_add (PalRowGroup *self, GtkWidget *row)
{
  self->n_all++;
  if (self->rows->len < MAX_ROWS)
    {
      put (self, row);
      return;
    }
  g_object_ref_sink (row);
  g_object_unref (row);
}

/**
 * pal_row_group_finish:
 * @self: a group, after its rows
 * @empty: (nullable): the sentence of a group without rows; %NULL hides it
 */
void
pal_row_group_finish (PalRowGroup *self, const char *empty)
{
  gtk_widget_set_visible (GTK_WIDGET (self), self->n_all > 0 || empty != NULL);
  if (self->n_all == 0 && empty != NULL)
    put (self, pal_record_row_new (NULL, empty, NULL, NULL, NULL));
  if (self->n_all > self->rows->len)
    {
      /* TRANSLATORS: at the end of a long list: how many rows are shown, and how many there are */
      g_autofree char *words
          = g_strdup_printf (_ ("Shown: %1$u of %2$u"), self->rows->len, self->n_all);

      put (self, pal_record_row_new (NULL, words, NULL, NULL, NULL));
    }
  if (self->focused >= 0 && self->rows->len > 0)
    gtk_widget_grab_focus (
        g_ptr_array_index (self->rows, MIN ((guint) self->focused, self->rows->len - 1)));
}

void
pal_row_group_focus (PalRowGroup *self, guint index)
{
  if (index < self->rows->len)
    gtk_widget_grab_focus (g_ptr_array_index (self->rows, index));
}

/* --- rows --------------------------------------------------------------------------------------
 */

typedef struct
{
  PalSession *session;
  char *record;
  char *path;
} Place;

static void
place_free (gpointer data, GClosure *closure)
{
  Place *place = data;

  g_object_unref (place->session);
  g_free (place->record);
  g_free (place->path);
  g_free (place);
}

static void
activated_cb (AdwActionRow *row, Place *place)
{
  /* The row may go with what is shown now. */
  g_autoptr (PalSession) session = g_object_ref (place->session);
  g_autofree char *record = g_strdup (place->record);
  g_autofree char *path = g_strdup (place->path);

  pal_session_show_record (session, record, path);
}

/**
 * pal_record_row_new:
 * @session: (nullable): the open dossier; %NULL when the row leads nowhere
 * @title: what it says; no markup
 * @subtitle: (nullable): more of it
 * @record: (nullable): id of the record that it leads to
 * @path: (nullable): of a question in that record
 *
 * Returns: (transfer floating): a row
 */
GtkWidget *
pal_record_row_new (PalSession *session, const char *title, const char *subtitle,
                    const char *record, const char *path)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", title,
                                 "subtitle", subtitle != NULL ? subtitle : "", "title-lines", 4,
                                 "subtitle-lines", 8, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  if (subtitle != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                    subtitle, -1);
  if (record != NULL)
    {
      Place *place = g_new0 (Place, 1);

      place->session = g_object_ref (session);
      place->record = g_strdup (record);
      place->path = g_strdup (path);
      g_signal_connect_data (row, "activated", G_CALLBACK (activated_cb), place, place_free, 0);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                                 gtk_image_new_from_icon_name ("go-next-symbolic"));
    }

  return row;
}
