// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-form"

#include "config.h"

#include "pal-form-private.h"

#include <string.h>

/* People translate a form while it is open. Its definition stays; what is read anew are the texts,
 * from another reading of the same source. Whatever was given out of the texts before may still be
 * looked at, so they stay until the form goes. Languages never lose their place. */

struct _PalFormTexts
{
  PalForm *form;        /* (owned): whose texts are shown */
  GPtrArray *languages; /* (owned) (element-type utf8): those before, then those that are new */
  guint *places;        /* (owned): for each of them its place in @form */
  PalFormTexts *before; /* (owned) (nullable) */
};

void
pal_form_texts_free (PalFormTexts *self)
{
  while (self != NULL)
    {
      PalFormTexts *before = self->before;

      pal_form_unref (self->form);
      g_ptr_array_unref (self->languages);
      g_free (self->places);
      g_free (self);
      self = before;
    }
}

GPtrArray *
pal_form_texts_get_languages (PalFormTexts *self)
{
  return self->languages;
}

PalNode *
pal_form_texts_find (PalFormTexts *self, guint language, const char *id, const char *form)
{
  return pal_form_find_itext (self->form, self->places[language], id, form);
}

/* The expression of an output of any of the texts. */
PalExpr *
pal_form_texts_find_output (PalFormTexts *self, PalNode *output)
{
  PalExpr *expr = NULL;

  for (; self != NULL && expr == NULL; self = self->before)
    expr = g_hash_table_lookup (self->form->outputs, output);

  return expr;
}

static gboolean
has_language (GPtrArray *languages, const char *language)
{
  for (guint i = 0; i < languages->len; i++)
    if (strcmp (g_ptr_array_index (languages, i), language) == 0)
      return TRUE;

  return FALSE;
}

static GPtrArray *
join_languages (GPtrArray *first, GPtrArray *second)
{
  GPtrArray *languages = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *both[] = { first, second };

  for (guint i = 0; i < G_N_ELEMENTS (both); i++)
    for (guint k = 0; k < both[i]->len; k++)
      if (!has_language (languages, g_ptr_array_index (both[i], k)))
        g_ptr_array_add (languages, g_strdup (g_ptr_array_index (both[i], k)));

  return languages;
}

/**
 * pal_form_take_texts:
 * @self: a form
 * @other: the same source, read again
 *
 * Shows the texts of @other from now on, in its languages, too: what people here have translated
 * since @self was read. One thread at a time; others may read texts meanwhile.
 */
void
pal_form_take_texts (PalForm *self, PalForm *other)
{
  PalFormTexts *texts;

  g_return_if_fail (self != NULL && other != NULL && self != other);
  g_return_if_fail (g_bytes_equal (self->source, other->source));

  /* A form without languages has its texts where its questions are. */
  if (self->languages->len == 0)
    return;
  texts = g_new0 (PalFormTexts, 1);
  texts->before = g_atomic_pointer_get (&self->texts);
  texts->form = pal_form_ref (other);
  texts->languages = join_languages (pal_form_get_languages (self), other->languages);
  texts->places = g_new (guint, texts->languages->len);
  /* One that is gone speaks as the default one. */
  for (guint i = 0; i < texts->languages->len; i++)
    texts->places[i] = pal_form_find_language (other, g_ptr_array_index (texts->languages, i));
  g_atomic_pointer_set (&self->texts, texts);
}
