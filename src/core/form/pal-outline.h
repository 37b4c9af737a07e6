// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-form.h"

G_BEGIN_DECLS

/* What a person leafs through: parts -> pages -> cards, read off the form's appearance words `part`
 * (an instrument) and `page` (an article). A form without them is one part of one page. Fields are
 * for reading; all of it is borrowed from the outline, which keeps the form alive. Immutable. */

typedef struct _PalOutline PalOutline;
typedef struct _PalOutlinePart PalOutlinePart;
typedef struct _PalOutlinePage PalOutlinePage;
typedef struct _PalOutlineCard PalOutlineCard;

struct _PalOutlinePart
{
  PalFormControl *control; /* (nullable): its group; NULL: what stands outside all parts */
  GPtrArray *pages;        /* (element-type PalOutlinePage) */
  guint index;             /* place among the parts, from 0 */
  const char *needs;       /* (nullable): p:needs of the group */
  PalOutline *outline;     /* whose part it is */
};

struct _PalOutlinePage
{
  PalFormControl *control; /* (nullable): its group; the part's when the part itself is the page;
                            * NULL: the whole form, or what stands outside all pages */
  PalOutlinePart *part;
  GPtrArray *cards;  /* (element-type PalOutlineCard) */
  guint index;       /* place among all pages of the form, from 0 */
  const char *ref;   /* (nullable): p:ref, p:needs, p:link of the group */
  const char *needs; /* (nullable): its own, else the part's */
  const char *link;
};

struct _PalOutlineCard
{
  PalFormControl *control; /* a group, a repeat, or one question or note */
  PalOutlinePage *page;
  guint index;            /* place among all cards of the form, from 0 */
  guint number;           /* 1-based, continuous through the form; 0 for a note */
  PalFormControl *title;  /* whose label is the card's title: the group if it has one, else its
                           * first question */
  PalFormControl *status; /* (nullable): the question named `status`, directly on the card */
  const char *ref;        /* (nullable): p:ref, p:obligation, ... of the group or of the status */
  const char *obligation; /* (nullable) */
  const char *needs;      /* (nullable): its own, else the page's */
  const char *link;       /* (nullable) */
  const char *cluster;    /* (nullable) */
};

PalOutline *pal_outline_new (PalForm *form) G_GNUC_WARN_UNUSED_RESULT;
PalOutline *pal_outline_ref (PalOutline *self);
void pal_outline_unref (PalOutline *self);

PalForm *pal_outline_get_form (PalOutline *self);
GPtrArray *pal_outline_get_parts (PalOutline *self); /* (element-type PalOutlinePart) */
GPtrArray *pal_outline_get_pages (PalOutline *self); /* all, in order */
GPtrArray *pal_outline_get_cards (PalOutline *self); /* all, in order */

/* The page or card on which a control stands; NULL for a part's own group. */
PalOutlinePage *pal_outline_find_page (PalOutline *self, PalFormControl *control);
PalOutlineCard *pal_outline_find_card (PalOutline *self, PalFormControl *control);
/* (element-type PalOutlineCard): the cards about a place in a treaty, or about the whole article
 * whose place it is; (nullable): none. */
GPtrArray *pal_outline_find_ref (PalOutline *self, const char *ref);

/* A note: text that takes no answer. */
gboolean pal_outline_is_note (PalFormControl *control);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalOutline, pal_outline_unref)

G_END_DECLS
