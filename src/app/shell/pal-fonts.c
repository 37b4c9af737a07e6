// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-fonts"
#include "config.h"

#include "pal-fonts.h"

#include "pal-language.h"

#include <glib/gi18n.h>
#include <pango/pangocairo.h>
#include <string.h>

#define LOOK_KEY "pal-fonts-look"

/* Latin letters are in every font. The letters here are some that a text of that language cannot do
 * without; the package is Debian's. */
static const struct
{
  const char *code; /* the first of several letters: also of zh_CN */
  const char *letters;
  const char *words;
} scripts[] = {
  { "ar", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    N_ ("Arabic letters cannot be shown on this computer. Install the package fonts-noto-core, or "
        "another font with Arabic letters, and start Palermo again.") },
  { "ru", "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    N_ ("Russian letters cannot be shown on this computer. Install the package fonts-noto-core, or "
        "another font with Russian letters, and start Palermo again.") },
  { "zh", "的一是不了人在有我他这中大来上国缔约条款议定书",
    N_ ("Chinese characters cannot be shown on this computer. Install the package "
        "fonts-noto-cjk, or another font with Chinese characters, and start Palermo again.") },
};

typedef enum
{
  UNKNOWN,
  DRAWN,
  MISSING
} Known;

/* One for each of scripts[]. Fonts that are installed meanwhile are found at the next start, as GTK
 * does. Main thread. */
static Known known[G_N_ELEMENTS (scripts)];

/* The place in scripts[], or its length. */
static guint
find_script (const char *language)
{
  for (guint i = 0; language != NULL && i < G_N_ELEMENTS (scripts); i++)
    if (g_str_has_prefix (language, scripts[i].code)
        && !g_ascii_isalpha (language[strlen (scripts[i].code)]))
      return i;

  return G_N_ELEMENTS (scripts);
}

/**
 * pal_fonts_can_draw:
 * @language: code of a language
 *
 * Blocking: reads what the fonts have. Any thread.
 *
 * Returns: whether each of its letters is in some font of this computer
 */
gboolean
pal_fonts_can_draw (const char *language)
{
  guint script = find_script (language);
  PangoFontMap *map = NULL;
  PangoContext *context = NULL;
  PangoFontDescription *sans = NULL;
  PangoFontset *fonts = NULL;
  gboolean can = TRUE;

  if (script == G_N_ELEMENTS (scripts))
    return TRUE;

  map = pango_cairo_font_map_new (); /* the default one belongs to the main thread */
  context = pango_font_map_create_context (map);
  sans = pango_font_description_from_string ("Sans 11");
  fonts = pango_font_map_load_fontset (map, context, sans, pango_language_from_string (language));
  for (const char *p = scripts[script].letters; can && *p != '\0'; p = g_utf8_next_char (p))
    {
      PangoFont *font = pango_fontset_get_font (fonts, g_utf8_get_char (p));

      can = font != NULL && pango_font_has_char (font, g_utf8_get_char (p));
      g_clear_object (&font);
    }
  g_object_unref (fonts);
  pango_font_description_free (sans);
  g_object_unref (context);
  g_object_unref (map);

  return can;
}

/**
 * pal_fonts_dup_words:
 * @language: code of a language that cannot be drawn
 *
 * In the language of the program, or in English when that is the one: it could not be read.
 *
 * Returns: (transfer full) (nullable): what is missing, and what to do
 */
char *
pal_fonts_dup_words (const char *language)
{
  guint script = find_script (language);

  if (script == G_N_ELEMENTS (scripts))
    return NULL;

  return g_strdup (find_script (pal_language_get ()) == script ? scripts[script].words
                                                               : _ (scripts[script].words));
}

/* --- looking in the background */

typedef struct
{
  const char *languages[2]; /* (nullable): interned */
} Look;

/* What is known is said at once. */
static gboolean
say (PalBanner *banner, const Look *look)
{
  g_autofree char *words = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (look->languages); i++)
    {
      guint script = find_script (look->languages[i]);

      if (script == G_N_ELEMENTS (scripts))
        continue;
      if (known[script] == UNKNOWN)
        return FALSE;
      if (known[script] == MISSING && words == NULL)
        words = pal_fonts_dup_words (look->languages[i]);
    }
  pal_banner_set (banner, words, NULL, NULL);

  return TRUE;
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Look *look = task_data;
  int drawn = 0;

  for (guint i = 0; i < G_N_ELEMENTS (look->languages); i++)
    drawn |= pal_fonts_can_draw (look->languages[i]) ? 1 << i : 0;
  g_task_return_int (task, drawn);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = G_TASK (result);
  const Look *look = g_task_get_task_data (task);
  gssize drawn = 0;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    return; /* other languages are looked at now */
  drawn = g_task_propagate_int (task, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (look->languages); i++)
    {
      guint script = find_script (look->languages[i]);

      if (script < G_N_ELEMENTS (scripts))
        known[script] = (drawn & 1 << i) != 0 ? DRAWN : MISSING;
    }
  if (gtk_widget_get_root (GTK_WIDGET (source)) != NULL)
    say (PAL_BANNER (source), look);
}

static void
stop_looking (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  g_object_unref (cancellable);
}

/**
 * pal_fonts_watch:
 * @banner: where to say it
 * @program: the language of the program
 * @other: (nullable): that of questions or answers
 *
 * Looks in the background whether both can be drawn, and says so when one cannot. Each language is
 * looked at once. Main thread.
 */
void
pal_fonts_watch (PalBanner *banner, const char *program, const char *other)
{
  Look look = { { g_intern_string (program), g_intern_string (other) } };
  g_autoptr (GTask) task = NULL;

  g_object_set_data (G_OBJECT (banner), LOOK_KEY, NULL);
  if (say (banner, &look))
    return;

  g_object_set_data_full (G_OBJECT (banner), LOOK_KEY, g_cancellable_new (), stop_looking);
  task = g_task_new (banner, g_object_get_data (G_OBJECT (banner), LOOK_KEY), looked_cb, NULL);
  g_task_set_source_tag (task, pal_fonts_watch);
  g_task_set_task_data (task, g_memdup2 (&look, sizeof look), g_free);
  g_task_run_in_thread (task, look_in_thread);
}
