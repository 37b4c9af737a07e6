// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-text-view"
#include "config.h"

#include "pal-text-view.h"

struct _PalTextView
{
  GtkTextView parent_instance;

  GdkFrameClock *clock;  /* (owned) (nullable): that of @layout_handler */
  gulong layout_handler; /* 0: none */
  int asked_width;       /* pixels: what was asked for last, so that it is not asked for forever */
  int asked_height;
};

G_DEFINE_FINAL_TYPE (PalTextView, pal_text_view, GTK_TYPE_TEXT_VIEW)

static void
drop_handler (PalTextView *self)
{
  if (self->layout_handler != 0)
    g_signal_handler_disconnect (self->clock, self->layout_handler);
  self->layout_handler = 0;
  g_clear_object (&self->clock);
}

static void
laid_out_cb (GdkFrameClock *clock, PalTextView *self)
{
  drop_handler (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* GtkTextView breaks its lines when it is given its width, and asks for the height that they need
 * then: while everything is being laid out, when nobody hears it. It is asked again right after,
 * before anything is drawn; once, as who does not give that height now will not give it later. */
static void
pal_text_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PalTextView *self = PAL_TEXT_VIEW (widget);
  /* What measures count, and @width and @height do not: with the padding. */
  int given_width = gtk_widget_get_allocated_width (widget);
  int given_height = gtk_widget_get_allocated_height (widget);
  gboolean was_asked;
  int natural;

  GTK_WIDGET_CLASS (pal_text_view_parent_class)->size_allocate (widget, width, height, baseline);

  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, given_width, NULL, &natural, NULL, NULL);
  was_asked = self->asked_width == given_width && self->asked_height == natural;
  self->asked_width = natural != given_height ? given_width : -1;
  self->asked_height = natural;
  if (natural == given_height || was_asked || self->layout_handler != 0
      || gtk_widget_get_frame_clock (widget) == NULL)
    return;

  self->clock = g_object_ref (gtk_widget_get_frame_clock (widget));
  self->layout_handler
      = g_signal_connect_after (self->clock, "layout", G_CALLBACK (laid_out_cb), self);
  gdk_frame_clock_request_phase (self->clock, GDK_FRAME_CLOCK_PHASE_LAYOUT);
}

static void
pal_text_view_unrealize (GtkWidget *widget)
{
  drop_handler (PAL_TEXT_VIEW (widget));

  GTK_WIDGET_CLASS (pal_text_view_parent_class)->unrealize (widget);
}

static void
pal_text_view_class_init (PalTextViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->size_allocate = pal_text_view_size_allocate;
  widget_class->unrealize = pal_text_view_unrealize;
}

static void
pal_text_view_init (PalTextView *self)
{
}

/**
 * pal_text_view_new:
 * @buffer: the text
 *
 * Returns: (transfer floating): a view that wraps, and that Tab leaves
 */
GtkWidget *
pal_text_view_new (GtkTextBuffer *buffer)
{
  return g_object_new (PAL_TYPE_TEXT_VIEW, "buffer", buffer, "wrap-mode", GTK_WRAP_WORD_CHAR,
                       "accepts-tab", FALSE, NULL);
}
