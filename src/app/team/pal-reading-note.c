// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-reading-note"
#include "config.h"

#include "pal-reading-note.h"

#include "pal-ask.h"
#include "pal-handout.h"
#include "pal-wrap.h"

#include <glib/gi18n.h>

gboolean
pal_reading_is_only (PalSession *session, const char *path)
{
  return !pal_handout_may_edit (pal_session_get_dossier (session), path);
}

GtkWidget *
pal_reading_note_new (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name ("changes-prevent-symbolic");
  GtkWidget *label = pal_wrap_label_new (NULL);

  pal_wrap_set_text (GTK_LABEL (label),
                     _ ("For reading: this part was not handed out to you. Your own articles stand "
                        "first in the list of pages."));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  gtk_widget_add_css_class (box, "reading-note");

  return box;
}

void
pal_reading_tell (GtkWidget *widget)
{
  pal_toast (widget, adw_toast_new (_ ("This part is for reading: it was not handed out to you")));
}
