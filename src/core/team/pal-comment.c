// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-comment"
#include "config.h"

#include "pal-comment.h"

#include "pal-own-record.h"
#include "pal-text.h"

#include <string.h>

G_DEFINE_QUARK (pal - comment - error - quark, pal_comment_error)

/**
 * pal_comment_free:
 * @comment: (nullable) (transfer full): a comment
 */
void
pal_comment_free (PalComment *comment)
{
  if (comment == NULL)
    return;

  g_free (comment->id);
  g_free (comment->record);
  g_free (comment->node);
  g_free (comment->text);
  g_free (comment->reply);
  g_free (comment->author);
  g_free (comment->resolver);
  g_free (comment);
}

static PalComment *
comment_new (const PalOwnRecord *record)
{
  PalComment *self = g_new0 (PalComment, 1);
  const PalChange *text = pal_own_record_get_head (record, "text");
  const PalChange *resolved = pal_own_record_get_head (record, "resolved");
  const char *author = pal_own_record_get (record, "author");

  self->id = g_strdup (record->id);
  self->record = g_strdup (pal_own_record_get (record, "record"));
  self->node = g_strdup (pal_own_record_get (record, "node"));
  self->text = g_strdup (text->value);
  self->reply = g_strdup (pal_own_record_get (record, "reply"));
  self->author = g_strdup (author != NULL ? author : text->author);
  self->time_us = record->created_us;
  self->resolved = resolved != NULL && strcmp (resolved->value, "yes") == 0;
  if (self->resolved)
    {
      self->resolver = g_strdup (resolved->author);
      self->resolved_us = resolved->clock_us;
    }

  return self;
}

static PalComment *
find (GPtrArray *comments, const char *id)
{
  for (guint i = 0; i < comments->len; i++)
    {
      PalComment *comment = g_ptr_array_index (comments, i);

      if (strcmp (comment->id, id) == 0)
        return comment;
    }

  return NULL;
}

static GPtrArray *
read_all (PalDossier *dossier, GError **error)
{
  g_autoptr (GPtrArray) records = pal_own_record_list (dossier, PAL_COMMENT_FORM, error);
  GPtrArray *comments;

  if (records == NULL)
    return NULL;
  comments = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_comment_free);
  for (guint i = 0; i < records->len; i++)
    {
      const PalOwnRecord *record = g_ptr_array_index (records, i);

      /* One of which somebody took the half away says nothing. */
      if (pal_own_record_get (record, "text") != NULL && pal_own_record_get (record, "node") != NULL
          && pal_own_record_get (record, "record") != NULL)
        g_ptr_array_add (comments, comment_new (record));
    }

  return comments;
}

/* --- talks */

typedef struct
{
  PalComment *comment;
  const PalComment *first; /* of its talk */
} Place;

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Place *one = a;
  const Place *other = b;
  const gint64 times[][2] = { { one->first->time_us, other->first->time_us },
                              { one->comment->time_us, other->comment->time_us } };
  int order;

  if (times[0][0] != times[0][1])
    return times[0][0] < times[0][1] ? -1 : 1;
  order = strcmp (one->first->id, other->first->id);
  if (order != 0)
    return order;
  if (one->comment == one->first || other->comment == other->first)
    return one->comment == one->first ? -1 : 1;
  if (times[1][0] != times[1][1])
    return times[1][0] < times[1][1] ? -1 : 1;

  return strcmp (one->comment->id, other->comment->id);
}

/**
 * pal_comment_list:
 * @dossier: a dossier
 * @only_open: leave out talks that are settled
 * @error: return location
 *
 * Blocking. An answer to a comment that is not there stands alone.
 *
 * Returns: (transfer full) (nullable) (element-type PalComment): the oldest talk first, each in
 *   order of time
 */
GPtrArray *
pal_comment_list (PalDossier *dossier, gboolean only_open, GError **error)
{
  g_autoptr (GPtrArray) comments = NULL;
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));
  GPtrArray *list;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  comments = read_all (dossier, error);
  if (comments == NULL)
    return NULL;
  for (guint i = 0; i < comments->len; i++)
    {
      Place place = { .comment = g_ptr_array_index (comments, i) };

      place.first = place.comment->reply != NULL ? find (comments, place.comment->reply) : NULL;
      /* Answers name the comment that began the talk; a ring of them names nobody. */
      if (place.first == NULL || place.first->reply != NULL)
        place.first = place.comment;
      g_array_append_val (places, place);
    }
  g_array_sort (places, compare_places);

  list = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_comment_free);
  g_ptr_array_set_free_func (comments, NULL);
  for (guint i = 0; i < places->len; i++)
    {
      Place *place = &g_array_index (places, Place, i);

      place->comment->resolved = place->first->resolved;
      if (place->comment != place->first && place->first->resolved)
        {
          g_free (place->comment->resolver);
          place->comment->resolver = g_strdup (place->first->resolver);
          place->comment->resolved_us = place->first->resolved_us;
        }
    }
  for (guint i = 0; i < places->len; i++)
    if (!only_open || !g_array_index (places, Place, i).comment->resolved)
      g_ptr_array_add (list, g_array_index (places, Place, i).comment);
  for (guint i = 0; i < places->len; i++)
    if (only_open && g_array_index (places, Place, i).comment->resolved)
      pal_comment_free (g_array_index (places, Place, i).comment);

  return list;
}

/* The comment that began the talk. */
static PalComment *
find_first (GPtrArray *comments, const char *id, GError **error)
{
  PalComment *comment = find (comments, id);
  PalComment *first
      = comment != NULL && comment->reply != NULL ? find (comments, comment->reply) : NULL;

  if (comment == NULL)
    g_set_error (error, PAL_COMMENT_ERROR, PAL_COMMENT_ERROR_NOT_FOUND, "no comment %s", id);

  return first != NULL && first->reply == NULL ? first : comment;
}

/* --- writing */

/**
 * pal_comment_add:
 * @dossier: a dossier
 * @record: (nullable): id of the record it is about; not needed for an answer
 * @node: (nullable): path with row ids of the question it is about; not needed for an answer
 * @text: what somebody says
 * @reply: (nullable): id of the comment that it answers
 * @author: (nullable): who; the author of the change otherwise
 * @error: return location
 *
 * Blocking: writes a comment as one act. An answer takes a settled talk up again.
 *
 * Returns: (transfer full) (nullable): its id; #PalCommentError errors, those of the dossier and of
 *   the form
 */
char *
pal_comment_add (PalDossier *dossier, const char *record, const char *node, const char *text,
                 const char *reply, const char *author, GError **error)
{
  g_autoptr (GPtrArray) comments = NULL;
  g_autoptr (GPtrArray) changes = pal_changes_new ();
  g_autofree char *id = NULL;
  PalComment *first = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);
  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (reply != NULL || (record != NULL && node != NULL), NULL);

  if (pal_text_is_blank (text))
    {
      g_set_error (error, PAL_COMMENT_ERROR, PAL_COMMENT_ERROR_EMPTY, "a comment says something");
      return NULL;
    }
  if (reply != NULL)
    {
      comments = read_all (dossier, error);
      first = comments != NULL ? find_first (comments, reply, error) : NULL;
      if (first == NULL)
        return NULL;
    }
  id = pal_own_record_make (dossier, PAL_COMMENT_FORM, changes, error);
  if (id == NULL)
    return NULL;
  pal_own_record_set (changes, PAL_COMMENT_FORM, id, "record",
                      first != NULL ? first->record : record);
  pal_own_record_set (changes, PAL_COMMENT_FORM, id, "node", first != NULL ? first->node : node);
  pal_own_record_set (changes, PAL_COMMENT_FORM, id, "text", text);
  pal_own_record_set (changes, PAL_COMMENT_FORM, id, "reply", first != NULL ? first->id : NULL);
  pal_own_record_set (changes, PAL_COMMENT_FORM, id, "author", author);
  if (first != NULL && first->resolved)
    pal_own_record_set (changes, PAL_COMMENT_FORM, first->id, "resolved", "no");
  if (!pal_dossier_append (dossier, PAL_COMMENT_ACT, g_steal_pointer (&changes), error))
    return NULL;

  return g_steal_pointer (&id);
}

/**
 * pal_comment_resolve:
 * @dossier: a dossier
 * @id: id of any comment in a talk
 * @resolved: whether it is settled
 * @error: return location
 *
 * Blocking.
 *
 * Returns: whether it is durable; %PAL_COMMENT_ERROR_NOT_FOUND, errors of the dossier
 */
gboolean
pal_comment_resolve (PalDossier *dossier, const char *id, gboolean resolved, GError **error)
{
  g_autoptr (GPtrArray) comments = NULL;
  GPtrArray *changes;
  PalComment *first;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  comments = read_all (dossier, error);
  first = comments != NULL ? find_first (comments, id, error) : NULL;
  if (first == NULL)
    return FALSE;
  if (first->resolved == resolved)
    return TRUE;
  changes = pal_changes_new ();
  pal_own_record_set (changes, PAL_COMMENT_FORM, first->id, "resolved", resolved ? "yes" : "no");

  return pal_dossier_append (
      dossier, resolved ? PAL_COMMENT_ACT " settled" : PAL_COMMENT_ACT " taken up again", changes,
      error);
}
