// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-outline"

#include "config.h"

#include "pal-outline.h"

#include "pal-form-private.h"

#include <string.h>

struct _PalOutline
{
  gatomicrefcount ref_count;
  PalForm *form;    /* (owned) */
  GPtrArray *parts; /* (owned) */
  GPtrArray *pages; /* (owned) */
  GPtrArray *cards; /* (owned) */
  GHashTable *pages_by_control;
  GHashTable *cards_by_control;
  GHashTable *cards_by_ref; /* (owned) (element-type utf8 GPtrArray): keys are the form's */
  guint n_numbered;
};

static void
part_free (gpointer data)
{
  PalOutlinePart *part = data;

  g_ptr_array_unref (part->pages);
  g_free (part);
}

static void
page_free (gpointer data)
{
  PalOutlinePage *page = data;

  g_ptr_array_unref (page->cards);
  g_free (page);
}

static gboolean
is_group (PalFormControl *control)
{
  return control->kind == PAL_CONTROL_GROUP || control->kind == PAL_CONTROL_REPEAT;
}

/**
 * pal_outline_is_note:
 * @control: a control
 *
 * Returns: whether it only shows text: an XLSForm note is an input that is always read-only and
 *   holds nothing that is calculated
 */
gboolean
pal_outline_is_note (PalFormControl *control)
{
  PalFormNode *node;

  g_return_val_if_fail (control != NULL, FALSE);

  node = control->node;
  if (control->kind != PAL_CONTROL_INPUT || node == NULL || node->calculate != NULL
      || node->readonly == NULL)
    return FALSE;
  return pal_expr_is_constant (node->readonly)
         && strstr (pal_expr_get_source (node->readonly), "true") != NULL;
}

static PalOutlinePart *
add_part (PalOutline *self, PalFormControl *control)
{
  PalOutlinePart *part = g_new0 (PalOutlinePart, 1);

  part->outline = self;
  part->control = control;
  part->pages = g_ptr_array_new ();
  part->index = self->parts->len;
  if (control != NULL && control->node != NULL)
    part->needs = control->node->needs;
  g_ptr_array_add (self->parts, part);
  return part;
}

static PalOutlinePage *
add_page (PalOutline *self, PalOutlinePart *part, PalFormControl *control)
{
  PalOutlinePage *page = g_new0 (PalOutlinePage, 1);

  page->control = control;
  page->part = part;
  page->cards = g_ptr_array_new ();
  page->index = self->pages->len;
  if (control != NULL && control->node != NULL)
    {
      page->ref = control->node->ref;
      page->needs = control->node->needs;
      page->link = control->node->link;
    }
  if (page->needs == NULL)
    page->needs = part->needs;
  g_ptr_array_add (part->pages, page);
  g_ptr_array_add (self->pages, page);
  return page;
}

static PalFormControl *
find_status (PalFormControl *control)
{
  if (!is_group (control))
    return control->node != NULL && strcmp (control->node->local, "status") == 0 ? control : NULL;
  for (guint i = 0; i < control->children->len; i++)
    {
      PalFormControl *child = g_ptr_array_index (control->children, i);

      if (!is_group (child) && child->node != NULL && strcmp (child->node->local, "status") == 0)
        return child;
    }
  return NULL;
}

static PalFormControl *
find_title (PalFormControl *control)
{
  if (!is_group (control) || pal_text_is_there (&pal_control (control)->label))
    return control;
  for (guint i = 0; i < control->children->len; i++)
    {
      PalFormControl *child = g_ptr_array_index (control->children, i);

      if (!is_group (child))
        return child;
    }
  return control;
}

static const char *
first_text (const char *a, const char *b)
{
  return a != NULL ? a : b;
}

/* What the form says of our own matters stands on the group, or on its status question. */
static void
read_matter (PalOutlineCard *card, PalFormNode *node)
{
  if (node == NULL)
    return;
  card->ref = first_text (card->ref, node->ref);
  card->obligation = first_text (card->obligation, node->obligation);
  card->needs = first_text (card->needs, node->needs);
  card->link = first_text (card->link, node->link);
  card->cluster = first_text (card->cluster, node->cluster);
}

static void
register_below (PalOutline *self, PalFormControl *control, PalOutlinePage *page,
                PalOutlineCard *card)
{
  g_hash_table_insert (self->pages_by_control, control, page);
  g_hash_table_insert (self->cards_by_control, control, card);
  for (guint i = 0; i < control->children->len; i++)
    register_below (self, g_ptr_array_index (control->children, i), page, card);
}

static void
add_ref (PalOutline *self, const char *ref, PalOutlineCard *card)
{
  GPtrArray *cards = ref != NULL ? g_hash_table_lookup (self->cards_by_ref, ref) : NULL;

  if (ref == NULL || card->number == 0)
    return;
  if (cards == NULL)
    {
      cards = g_ptr_array_new ();
      g_hash_table_insert (self->cards_by_ref, (gpointer) ref, cards);
    }
  g_ptr_array_add (cards, card);
}

static void
add_card (PalOutline *self, PalOutlinePage *page, PalFormControl *control)
{
  PalOutlineCard *card = g_new0 (PalOutlineCard, 1);

  card->control = control;
  card->page = page;
  card->index = self->cards->len;
  card->number = pal_outline_is_note (control) ? 0 : ++self->n_numbered;
  card->title = find_title (control);
  card->status = find_status (control);
  read_matter (card, control->node);
  if (card->status != NULL)
    read_matter (card, card->status->node);
  card->needs = first_text (card->needs, page->needs);
  add_ref (self, card->ref, card);
  if (g_strcmp0 (page->ref, card->ref) != 0)
    add_ref (self, page->ref, card);
  g_ptr_array_add (page->cards, card);
  g_ptr_array_add (self->cards, card);
  register_below (self, control, page, card);
}

static void
add_cards (PalOutline *self, PalOutlinePage *page, GPtrArray *controls)
{
  for (guint i = 0; i < controls->len; i++)
    add_card (self, page, g_ptr_array_index (controls, i));
}

static gboolean
is_page (PalFormControl *control)
{
  return control->kind == PAL_CONTROL_GROUP && pal_form_control_has_appearance (control, "page");
}

static gboolean
is_part (PalFormControl *control)
{
  return control->kind == PAL_CONTROL_GROUP && pal_form_control_has_appearance (control, "part");
}

/* Pages, and between them what stands on none: that gets a page of its own, which is owner's. */
static void
add_pages (PalOutline *self, PalOutlinePart *part, PalFormControl *owner, GPtrArray *controls,
           guint start, guint end)
{
  PalOutlinePage *loose = NULL;

  for (guint i = start; i < end; i++)
    {
      PalFormControl *control = g_ptr_array_index (controls, i);

      if (is_page (control))
        {
          PalOutlinePage *page = add_page (self, part, control);

          loose = NULL;
          g_hash_table_insert (self->pages_by_control, control, page);
          add_cards (self, page, control->children);
          continue;
        }
      if (loose == NULL)
        loose = add_page (self, part, owner);
      add_card (self, loose, control);
    }
}

/**
 * pal_outline_new:
 * @form: a form
 *
 * Reads the parts, pages and cards off a form. Any thread.
 *
 * Returns: (transfer full): an outline
 */
PalOutline *
pal_outline_new (PalForm *form)
{
  PalOutline *self;
  GPtrArray *controls;

  g_return_val_if_fail (form != NULL, NULL);

  self = g_new0 (PalOutline, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->form = pal_form_ref (form);
  self->parts = g_ptr_array_new_with_free_func (part_free);
  self->pages = g_ptr_array_new_with_free_func (page_free);
  self->cards = g_ptr_array_new_with_free_func (g_free);
  self->pages_by_control = g_hash_table_new (NULL, NULL);
  self->cards_by_control = g_hash_table_new (NULL, NULL);
  self->cards_by_ref
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);

  controls = pal_form_get_controls (form);
  for (guint i = 0; i < controls->len;)
    {
      PalFormControl *control = g_ptr_array_index (controls, i);
      guint start = i;

      if (is_part (control))
        {
          add_pages (self, add_part (self, control), control, control->children, 0,
                     control->children->len);
          i++;
          continue;
        }
      while (i < controls->len && !is_part (g_ptr_array_index (controls, i)))
        i++;
      add_pages (self, add_part (self, NULL), NULL, controls, start, i);
    }
  return self;
}

/**
 * pal_outline_ref:
 * @self: an outline
 *
 * Returns: (transfer full): @self
 */
PalOutline *
pal_outline_ref (PalOutline *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * pal_outline_unref:
 * @self: (transfer full): an outline
 */
void
pal_outline_unref (PalOutline *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_hash_table_unref (self->pages_by_control);
  g_hash_table_unref (self->cards_by_control);
  g_hash_table_unref (self->cards_by_ref);
  g_ptr_array_unref (self->cards);
  g_ptr_array_unref (self->pages);
  g_ptr_array_unref (self->parts);
  pal_form_unref (self->form);
  g_free (self);
}

/**
 * pal_outline_get_form:
 * @self: an outline
 *
 * Returns: (transfer none): its form
 */
PalForm *
pal_outline_get_form (PalOutline *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->form;
}

/**
 * pal_outline_get_parts:
 * @self: an outline
 *
 * Returns: (transfer none) (element-type PalOutlinePart): the parts in order
 */
GPtrArray *
pal_outline_get_parts (PalOutline *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->parts;
}

/**
 * pal_outline_get_pages:
 * @self: an outline
 *
 * Returns: (transfer none) (element-type PalOutlinePage): all pages in order
 */
GPtrArray *
pal_outline_get_pages (PalOutline *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->pages;
}

/**
 * pal_outline_get_cards:
 * @self: an outline
 *
 * Returns: (transfer none) (element-type PalOutlineCard): all cards in order
 */
GPtrArray *
pal_outline_get_cards (PalOutline *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->cards;
}

/**
 * pal_outline_find_page:
 * @self: an outline
 * @control: a control of its form
 *
 * Returns: (transfer none) (nullable): the page that it is or stands on
 */
PalOutlinePage *
pal_outline_find_page (PalOutline *self, PalFormControl *control)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_hash_table_lookup (self->pages_by_control, control);
}

/**
 * pal_outline_find_card:
 * @self: an outline
 * @control: a control of its form
 *
 * Returns: (transfer none) (nullable): the card that it is or stands on
 */
PalOutlineCard *
pal_outline_find_card (PalOutline *self, PalFormControl *control)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_hash_table_lookup (self->cards_by_control, control);
}

/**
 * pal_outline_find_ref:
 * @self: an outline
 * @ref: a place in a treaty, as in p:ref: instrument, colon, article and paragraphs with dots
 *
 * Returns: (transfer none) (nullable) (element-type PalOutlineCard): the numbered cards about it,
 *   in order; all of its page for a whole article; %NULL when the form asks nothing about it
 */
GPtrArray *
pal_outline_find_ref (PalOutline *self, const char *ref)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (ref != NULL, NULL);

  return g_hash_table_lookup (self->cards_by_ref, ref);
}
