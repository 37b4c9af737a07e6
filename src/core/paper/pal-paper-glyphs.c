// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-paper-glyphs"
#include "config.h"

#include "pal-paper-private.h"

#include <string.h>

/* Cairo 1.16 loses outlines when it takes some glyphs out of the large fonts for Chinese: they
 * leave a gap on the page. Such fonts go into the file as drawings of their glyphs instead (Type
 * 3), each once; the text can be found and copied as before. */

#define EM 1000.0

static const cairo_user_data_key_t original_key;

/* --- a font whose glyphs are drawn */

/* Outlines in thousandths of the font's size: cairo would round them at a small one. */
static cairo_status_t
draw_glyph (cairo_scaled_font_t *scaled, unsigned long glyph, cairo_t *cairo,
            cairo_text_extents_t *extents)
{
  cairo_font_face_t *original
      = cairo_font_face_get_user_data (cairo_scaled_font_get_font_face (scaled), &original_key);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, 1, 1);
  cairo_t *large = cairo_create (surface);
  cairo_font_options_t *options = cairo_font_options_create ();
  const cairo_glyph_t one = { glyph, 0, 0 };
  cairo_text_extents_t wide;
  cairo_path_t *path;

  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_set_font_options (large, options);
  cairo_set_font_face (large, original);
  cairo_set_font_size (large, EM);
  cairo_glyph_extents (large, &one, 1, &wide);
  cairo_glyph_path (large, &one, 1);
  path = cairo_copy_path (large);
  cairo_save (cairo);
  cairo_scale (cairo, 1 / EM, 1 / EM);
  cairo_append_path (cairo, path);
  cairo_fill (cairo);
  cairo_restore (cairo);
  extents->x_advance = wide.x_advance / EM;
  cairo_path_destroy (path);
  cairo_font_options_destroy (options);
  cairo_destroy (large);
  cairo_surface_destroy (surface);

  return CAIRO_STATUS_SUCCESS;
}

static cairo_font_face_t *
get_drawn (GHashTable *drawn, cairo_font_face_t *original)
{
  cairo_font_face_t *face = g_hash_table_lookup (drawn, original);

  if (face != NULL)
    return face;
  face = cairo_user_font_face_create ();
  cairo_user_font_face_set_render_glyph_func (face, draw_glyph);
  cairo_font_face_set_user_data (face, &original_key, cairo_font_face_reference (original),
                                 (cairo_destroy_func_t) cairo_font_face_destroy);
  g_hash_table_insert (drawn, cairo_font_face_reference (original), face);

  return face;
}

GHashTable *
pal_paper_glyphs_new (void)
{
  return g_hash_table_new_full (NULL, NULL, (GDestroyNotify) cairo_font_face_destroy,
                                (GDestroyNotify) cairo_font_face_destroy);
}

/* --- a run of text */

static gboolean
is_drawn (PangoLayoutRun *run)
{
  PangoFontDescription *description;
  const char *family;
  gboolean is_cjk;

  if (run->item->analysis.font == NULL || run->item->analysis.level % 2 != 0)
    return FALSE;
  description = pango_font_describe (run->item->analysis.font);
  family = pango_font_description_get_family (description);
  is_cjk = family != NULL && strstr (family, " CJK") != NULL;
  pango_font_description_free (description);
  for (int i = 0; is_cjk && i < run->glyphs->num_glyphs; i++)
    is_cjk = (run->glyphs->glyphs[i].glyph & PANGO_GLYPH_UNKNOWN_FLAG) == 0;

  return is_cjk;
}

/* What cairo is to know of a run: where each glyph stands, and which letters it is for. */
static void
gather (PangoLayoutRun *run, double x, double y, GArray *glyphs, GArray *clusters)
{
  const PangoGlyphString *string = run->glyphs;

  for (int i = 0; i < string->num_glyphs; i++)
    {
      const PangoGlyphInfo *info = &string->glyphs[i];
      gboolean begins = i == 0 || string->log_clusters[i] != string->log_clusters[i - 1];
      const cairo_glyph_t glyph
          = { info->glyph, x + pango_units_to_double (info->geometry.x_offset),
              y + pango_units_to_double (info->geometry.y_offset) };
      cairo_text_cluster_t cluster = { 0, 0 };
      int end = run->item->length;

      for (int j = i + 1; j < string->num_glyphs; j++)
        if (string->log_clusters[j] != string->log_clusters[i])
          {
            end = string->log_clusters[j];
            break;
          }
      cluster.num_bytes = end - string->log_clusters[i];
      if (begins)
        g_array_append_val (clusters, cluster);
      x += pango_units_to_double (info->geometry.width);
      if (info->glyph == PANGO_GLYPH_EMPTY)
        continue;
      g_array_append_val (glyphs, glyph);
      g_array_index (clusters, cairo_text_cluster_t, clusters->len - 1).num_glyphs++;
    }
}

static void
show_drawn (GHashTable *drawn, cairo_t *cairo, const char *text, PangoLayoutRun *run, double x,
            double y)
{
  cairo_scaled_font_t *scaled
      = pango_cairo_font_get_scaled_font (PANGO_CAIRO_FONT (run->item->analysis.font));
  g_autoptr (GArray) glyphs = g_array_new (FALSE, FALSE, sizeof (cairo_glyph_t));
  g_autoptr (GArray) clusters = g_array_new (FALSE, FALSE, sizeof (cairo_text_cluster_t));
  cairo_matrix_t matrix;

  gather (run, x, y, glyphs, clusters);
  cairo_scaled_font_get_font_matrix (scaled, &matrix);
  cairo_save (cairo);
  cairo_set_font_face (cairo, get_drawn (drawn, cairo_scaled_font_get_font_face (scaled)));
  cairo_set_font_matrix (cairo, &matrix);
  cairo_show_text_glyphs (cairo, text + run->item->offset, run->item->length,
                          (const cairo_glyph_t *) glyphs->data, (int) glyphs->len,
                          (const cairo_text_cluster_t *) clusters->data, (int) clusters->len, 0);
  cairo_restore (cairo);
}

void
pal_paper_glyphs_show_line (GHashTable *drawn, cairo_t *cairo, PangoLayoutLine *line)
{
  const char *text = pango_layout_get_text (line->layout);
  double x, y;

  cairo_get_current_point (cairo, &x, &y);
  for (GSList *item = line->runs; item != NULL; item = item->next)
    {
      PangoLayoutRun *run = item->data;

      if (is_drawn (run))
        show_drawn (drawn, cairo, text, run, x, y);
      else
        {
          cairo_move_to (cairo, x, y);
          pango_cairo_show_glyph_item (cairo, text, run);
        }
      x += pango_units_to_double (pango_glyph_string_get_width (run->glyphs));
    }
}
