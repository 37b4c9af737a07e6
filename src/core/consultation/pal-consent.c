// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-consent"
#include "config.h"

#include "pal-consent-private.h"

#include "pal-own-record.h"

#include <string.h>

#define COMMENT_FORM "comment"
#define ROOT "/consultation/record/"
#define POINTS ROOT "points/point["
#define PEOPLE ROOT "people/participant["

/* What stays of a consultation when all who took part take back their consent: that it was held.
 * A path that ends in a slash stands for all below it. */
static const char *const kept[] = {
  "/consultation/meta/",
  ROOT "essentials/title",
  ROOT "essentials/stage",
  ROOT "essentials/date",
  ROOT "essentials/method",
  ROOT "essentials/article_clusters",
  ROOT "essentials/article_instruments",
  ROOT "essentials/articles",
  ROOT "essentials/attended",
  ROOT "people/numbers/",
  ROOT "plan/cluster",
  ROOT "plan/planned_date",
  ROOT "plan/last_day",
  ROOT "plan/languages",
  ROOT "plan/interpreters",
  ROOT "plan/access",
  ROOT "protection/sensitivity",
  ROOT "protection/consent_scope",
  ROOT "protection/keep_until",
};

/* What goes of a participant. */
const char *const pal_consent_personal[PAL_N_PERSONAL]
    = { "organization", "representative", "contact" };

static const char *const kinds[PAL_N_WITHDRAWN]
    = { "consultation", "point", "participant", "stakeholder", "arrival" };

/**
 * pal_withdrawn_kind_to_string:
 * @kind: what goes
 *
 * Returns: (transfer none): a word for machines
 */
const char *
pal_withdrawn_kind_to_string (PalWithdrawnKind kind)
{
  g_return_val_if_fail (kind < PAL_N_WITHDRAWN, "");

  return kinds[kind];
}

static PalWithdrawnKind
find_kind (const char *word)
{
  for (guint i = 0; i < PAL_N_WITHDRAWN; i++)
    if (g_strcmp0 (word, kinds[i]) == 0)
      return i;

  return PAL_WITHDRAWN_POINT;
}

static void
item_free (gpointer data)
{
  PalWithdrawnItem *item = data;

  g_free (item->record);
  g_free (item->node);
  g_free (item->words);
  g_free (item);
}

static void
answer_free (gpointer data)
{
  PalWithdrawnAnswer *answer = data;

  g_free (answer->record);
  g_free (answer->node);
  g_free (answer);
}

static void
parcel_free (gpointer data)
{
  PalWithdrawnParcel *parcel = data;

  pal_parcel_free (parcel->parcel);
  g_free (parcel);
}

static PalWithdrawal *
withdrawal_new (PalWithdrawnKind kind, const char *record, const char *node)
{
  PalWithdrawal *self = g_new0 (PalWithdrawal, 1);

  self->kind = kind;
  self->record = g_strdup (record);
  self->node = g_strdup (node);
  self->items = g_ptr_array_new_with_free_func (item_free);
  self->answers = g_ptr_array_new_with_free_func (answer_free);
  self->parcels = g_ptr_array_new_with_free_func (parcel_free);

  return self;
}

/**
 * pal_withdrawal_free:
 * @self: (nullable) (transfer full): a withdrawal
 */
void
pal_withdrawal_free (PalWithdrawal *self)
{
  if (self == NULL)
    return;

  g_free (self->id);
  g_free (self->record);
  g_free (self->node);
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->answers);
  g_ptr_array_unref (self->parcels);
  g_free (self->remark);
  g_free (self->author);
  g_free (self->purged);
  g_free (self);
}

/* --- looking --- */

static void
add_item (PalWithdrawal *self, PalWithdrawnKind kind, const char *record, const char *node,
          const char *words)
{
  PalWithdrawnItem *item = g_new0 (PalWithdrawnItem, 1);

  item->kind = kind;
  item->record = g_strdup (record);
  item->node = g_strdup (node);
  item->words = g_strdup (words);
  g_ptr_array_add (self->items, item);
}

static void
add_answer (PalWithdrawal *self, const char *record, const char *node, gint64 time_us)
{
  PalWithdrawnAnswer *answer;

  for (guint i = 0; i < self->answers->len; i++)
    {
      answer = g_ptr_array_index (self->answers, i);
      if (strcmp (answer->record, record) == 0 && strcmp (answer->node, node) == 0)
        {
          answer->time_us = MIN (answer->time_us, time_us);
          return;
        }
    }
  answer = g_new0 (PalWithdrawnAnswer, 1);
  answer->record = g_strdup (record);
  answer->node = g_strdup (node);
  answer->time_us = time_us;
  g_ptr_array_add (self->answers, answer);
}

static void
add_point (PalWithdrawal *self, const PalRaisedPoint *point)
{
  add_item (self, PAL_WITHDRAWN_POINT, point->consultation->id, point->row, point->text);
  for (guint i = 0; i < point->threads->len; i++)
    {
      const PalThread *thread = g_ptr_array_index (point->threads, i);

      if (thread->record != NULL && thread->node != NULL)
        add_answer (self, thread->record, thread->node, thread->time_us);
    }
}

static gboolean
is_same_name (const char *a, const char *b)
{
  g_autofree char *first = a != NULL ? g_utf8_casefold (a, -1) : NULL;
  g_autofree char *second = b != NULL ? g_utf8_casefold (b, -1) : NULL;

  if (first == NULL || second == NULL)
    return FALSE;

  return *g_strstrip (first) != '\0' && strcmp (first, g_strstrip (second)) == 0;
}

/* Whoever is taken out by name is taken out with what they said by name. */
static void
add_named (PalWithdrawal *self, const PalConsultation *consultation, const char *name,
           const char *but_row)
{
  for (guint i = 0; i < consultation->participants->len; i++)
    {
      const PalParticipant *participant = g_ptr_array_index (consultation->participants, i);

      if (g_strcmp0 (participant->row, but_row) != 0
          && is_same_name (participant->organization, name))
        add_item (self, PAL_WITHDRAWN_PARTICIPANT, consultation->id, participant->row,
                  participant->organization);
    }
  for (guint i = 0; i < consultation->points->len; i++)
    {
      const PalRaisedPoint *point = g_ptr_array_index (consultation->points, i);

      if (point->is_named && is_same_name (point->source, name))
        add_point (self, point);
    }
}

static PalWithdrawal *
look_at_stakeholder (PalConsultations *all, const PalStakeholder *card)
{
  PalWithdrawal *self = withdrawal_new (PAL_WITHDRAWN_STAKEHOLDER, card->id, NULL);
  GPtrArray *consultations = pal_consultations_list (all);

  add_item (self, PAL_WITHDRAWN_STAKEHOLDER, card->id, NULL, card->name);
  for (guint i = 0; i < consultations->len; i++)
    add_named (self, g_ptr_array_index (consultations, i), card->name, NULL);

  return self;
}

static PalWithdrawal *
look_at_consultation (const PalConsultation *consultation)
{
  PalWithdrawal *self = withdrawal_new (PAL_WITHDRAWN_CONSULTATION, consultation->id, NULL);

  add_item (self, PAL_WITHDRAWN_CONSULTATION, consultation->id, NULL, consultation->title);
  for (guint i = 0; i < consultation->participants->len; i++)
    {
      const PalParticipant *participant = g_ptr_array_index (consultation->participants, i);

      add_item (self, PAL_WITHDRAWN_PARTICIPANT, consultation->id, participant->row,
                participant->organization);
    }
  for (guint i = 0; i < consultation->points->len; i++)
    add_point (self, g_ptr_array_index (consultation->points, i));

  return self;
}

static PalWithdrawal *
look_at_row (PalConsultations *all, const PalConsultation *consultation, const char *node)
{
  PalRaisedPoint *point = pal_consultations_find_point (all, consultation->id, node);
  PalWithdrawal *self = NULL;

  if (point != NULL)
    {
      self = withdrawal_new (PAL_WITHDRAWN_POINT, consultation->id, node);
      add_point (self, point);
      return self;
    }
  for (guint i = 0; i < consultation->participants->len; i++)
    {
      const PalParticipant *participant = g_ptr_array_index (consultation->participants, i);

      if (strcmp (participant->row, node) != 0)
        continue;
      self = withdrawal_new (PAL_WITHDRAWN_PARTICIPANT, consultation->id, node);
      add_item (self, PAL_WITHDRAWN_PARTICIPANT, consultation->id, node, participant->organization);
      if (participant->organization != NULL)
        add_named (self, consultation, participant->organization, node);
      return self;
    }

  return NULL;
}

static const PalStakeholder *
find_stakeholder (PalConsultations *all, const char *record)
{
  GPtrArray *cards = pal_consultations_list_stakeholders (all);

  for (guint i = 0; i < cards->len; i++)
    if (strcmp (((PalStakeholder *) g_ptr_array_index (cards, i))->id, record) == 0)
      return g_ptr_array_index (cards, i);

  return NULL;
}

/* Whatever went since a record was written, or an answer rested on it. */
static gboolean
add_parcels (PalWithdrawal *self, PalDossier *dossier, GError **error)
{
  g_autoptr (GPtrArray) parcels = pal_parcel_list (dossier, error);

  if (parcels == NULL)
    return FALSE;
  g_ptr_array_set_free_func (parcels, NULL);
  for (guint i = 0; i < parcels->len; i++)
    {
      PalParcel *parcel = g_ptr_array_index (parcels, i);
      PalWithdrawnParcel *found;
      gboolean has_record = FALSE;
      gboolean has_answer = FALSE;

      for (guint j = 0; j < self->items->len; j++)
        has_record
            |= pal_parcel_has_record (parcel, ((PalWithdrawnItem *) self->items->pdata[j])->record);
      for (guint j = 0; j < self->answers->len; j++)
        {
          const PalWithdrawnAnswer *answer = g_ptr_array_index (self->answers, j);

          has_answer |= answer->time_us <= parcel->time_us
                        && pal_parcel_has_answer (parcel, answer->record, answer->node);
        }
      if (!has_record && !has_answer)
        {
          pal_parcel_free (parcel);
          continue;
        }
      found = g_new0 (PalWithdrawnParcel, 1);
      found->parcel = parcel;
      found->has_record = has_record;
      found->has_answer = has_answer;
      g_ptr_array_add (self->parcels, found);
    }

  return TRUE;
}

/* What came in writing stands in the inbox, too, word for word; a file goes as a whole. */
static gboolean
add_arrivals (PalWithdrawal *self, PalDossier *dossier, GError **error)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) records = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_own_record_free);
  guint n_items = self->items->len;

  for (guint i = 0; i < n_items; i++)
    {
      PalWithdrawnItem *item = g_ptr_array_index (self->items, i);
      g_autoptr (GPtrArray) arrivals = NULL;

      /* Hundreds of points stand in one consultation. */
      if (!g_hash_table_add (records, item->record))
        continue;
      arrivals = pal_consent_list_arrivals (dossier, item->record, error);
      if (arrivals == NULL)
        return FALSE;
      g_ptr_array_set_free_func (arrivals, NULL);
      for (guint j = 0; j < arrivals->len; j++)
        {
          PalOwnRecord *arrival = g_ptr_array_index (arrivals, j);

          g_ptr_array_add (all, arrival);
          if (g_hash_table_add (known, arrival->id))
            add_item (self, PAL_WITHDRAWN_ARRIVAL, arrival->id, NULL,
                      pal_own_record_get (arrival, "name"));
        }
    }

  return TRUE;
}

/**
 * pal_withdrawal_look:
 * @dossier: a dossier, with all edits flushed
 * @record: id of a consultation or of a stakeholder's card
 * @node: (nullable): path of a point or a participant, with its row id
 * @error: return location
 *
 * Blocking: what would go with a consent, and what is out already. Writes nothing.
 *
 * Returns: (transfer full) (nullable): what would go; errors of the dossier
 */
PalWithdrawal *
pal_withdrawal_look (PalDossier *dossier, const char *record, const char *node, GError **error)
{
  g_autoptr (PalConsultations) all = NULL;
  g_autoptr (PalWithdrawal) self = NULL;
  const PalConsultation *consultation;
  const PalStakeholder *card;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);
  g_return_val_if_fail (record != NULL, NULL);

  all = pal_consultations_load (dossier, NULL, error);
  if (all == NULL)
    return NULL;
  pal_consultations_list_points (all); /* ties their threads to them */
  consultation = pal_consultations_find (all, record);
  card = consultation == NULL && node == NULL ? find_stakeholder (all, record) : NULL;
  if (card != NULL)
    self = look_at_stakeholder (all, card);
  else if (consultation != NULL && node == NULL)
    self = look_at_consultation (consultation);
  else if (consultation != NULL)
    self = look_at_row (all, consultation, node);
  if (self == NULL)
    {
      g_set_error (error, PAL_DOSSIER_ERROR, PAL_DOSSIER_ERROR_NOT_FOUND,
                   "nothing there to withdraw");
      return NULL;
    }
  if (!add_arrivals (self, dossier, error) || !add_parcels (self, dossier, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* --- doing it --- */

static void
set (GPtrArray *changes, const char *record, const char *row, const char *leaf, const char *value)
{
  g_autofree char *path = g_strdup_printf ("%s/%s", row, leaf);

  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, record, path, value));
}

static void
redact_participant (GPtrArray *changes, const char *record, const char *row)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");

  set (changes, record, row, "anonymity", "anonymous");
  for (gsize i = 0; i < PAL_N_PERSONAL; i++)
    set (changes, record, row, pal_consent_personal[i], NULL);
  set (changes, record, row, "consent", "withdrawn");
  set (changes, record, row, "consent_date", today);
}

/**
 * pal_consent_is_kept:
 * @node: path of a node of a consultation
 *
 * Returns: whether it stays when all who took part take back their consent
 */
gboolean
pal_consent_is_kept (const char *node)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    if (g_str_has_suffix (kept[i], "/") ? g_str_has_prefix (node, kept[i])
                                        : strcmp (node, kept[i]) == 0)
      return TRUE;

  return FALSE;
}

/**
 * pal_consent_is_of_item:
 * @node: path of a node of a consultation
 *
 * Returns: whether it belongs to a point or a participant, which are items of their own
 */
gboolean
pal_consent_is_of_item (const char *node)
{
  return g_str_has_prefix (node, POINTS) || g_str_has_prefix (node, PEOPLE);
}

static gboolean
redact_consultation (PalDossier *dossier, GPtrArray *changes, const char *record, GError **error)
{
  g_autoptr (GPtrArray) heads = pal_dossier_read_heads (dossier, record, error);

  if (heads == NULL)
    return FALSE;
  for (guint i = 0; i < heads->len; i++)
    {
      const PalChange *head = g_ptr_array_index (heads, i);

      if (head->kind == PAL_CHANGE_VALUE && head->value != NULL && *head->value != '\0'
          && !pal_consent_is_kept (head->node) && !pal_consent_is_of_item (head->node))
        g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, record, head->node, NULL));
    }
  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_VALUE, record,
                                            ROOT "protection/consent_scope", "withdrawn"));

  return TRUE;
}

static gboolean
make_changes (PalWithdrawal *self, PalDossier *dossier, GPtrArray *changes, GError **error)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      const PalWithdrawnItem *item = g_ptr_array_index (self->items, i);

      switch (item->kind)
        {
        case PAL_WITHDRAWN_CONSULTATION:
          if (!redact_consultation (dossier, changes, item->record, error))
            return FALSE;
          break;
        case PAL_WITHDRAWN_POINT:
          g_ptr_array_add (changes,
                           pal_change_new (PAL_CHANGE_ROW_REMOVED, item->record, item->node, NULL));
          break;
        case PAL_WITHDRAWN_PARTICIPANT:
          redact_participant (changes, item->record, item->node);
          break;
        case PAL_WITHDRAWN_STAKEHOLDER:
        case PAL_WITHDRAWN_ARRIVAL:
          g_ptr_array_add (changes,
                           pal_change_new (PAL_CHANGE_RECORD_REMOVED, item->record, NULL, NULL));
          break;
        case PAL_N_WITHDRAWN:
          break;
        }
    }

  return TRUE;
}

/* Open until somebody has looked; of the same act, so that one undo takes all of it back. */
static gboolean
remark_on_answers (PalWithdrawal *self, PalDossier *dossier, GPtrArray *changes, GError **error)
{
  for (guint i = 0; self->remark != NULL && i < self->answers->len; i++)
    {
      const PalWithdrawnAnswer *answer = g_ptr_array_index (self->answers, i);
      g_autofree char *id = pal_own_record_make (dossier, COMMENT_FORM, changes, error);

      if (id == NULL)
        return FALSE;
      pal_own_record_set (changes, COMMENT_FORM, id, "record", answer->record);
      pal_own_record_set (changes, COMMENT_FORM, id, "node", answer->node);
      pal_own_record_set (changes, COMMENT_FORM, id, "text", self->remark);
    }

  return TRUE;
}

/* Places, one a line. */
static void
note (PalWithdrawal *self, GPtrArray *changes)
{
  g_autoptr (GString) items = g_string_new (NULL);
  g_autoptr (GString) answers = g_string_new (NULL);

  for (guint i = 0; i < self->items->len; i++)
    {
      const PalWithdrawnItem *item = g_ptr_array_index (self->items, i);

      g_string_append_printf (items, "%s\t%s\t%s\n", kinds[item->kind], item->record,
                              item->node != NULL ? item->node : "");
    }
  for (guint i = 0; i < self->answers->len; i++)
    {
      const PalWithdrawnAnswer *answer = g_ptr_array_index (self->answers, i);

      g_string_append_printf (answers, "%s\t%s\t%" G_GINT64_FORMAT "\n", answer->record,
                              answer->node, answer->time_us);
    }
  pal_own_record_set (changes, PAL_WITHDRAWAL_FORM, self->id, "kind", kinds[self->kind]);
  pal_own_record_set (changes, PAL_WITHDRAWAL_FORM, self->id, "record", self->record);
  pal_own_record_set (changes, PAL_WITHDRAWAL_FORM, self->id, "node", self->node);
  pal_own_record_set (changes, PAL_WITHDRAWAL_FORM, self->id, "items", items->str);
  pal_own_record_set (changes, PAL_WITHDRAWAL_FORM, self->id, "answers", answers->str);
}

/**
 * pal_withdrawal_apply:
 * @self: what pal_withdrawal_look() found
 * @dossier: the same dossier
 * @written: (out) (optional): where the act stands in the log
 * @error: return location
 *
 * Blocking: takes it out of the records, as one act that can be undone; a comment at each answer
 * that rests on it belongs to the act, if there is a remark.
 *
 * Returns: whether it is durable; errors of the dossier
 */
gboolean
pal_withdrawal_apply (PalWithdrawal *self, PalDossier *dossier, PalLogSpan *written, GError **error)
{
  g_autoptr (GPtrArray) changes = pal_changes_new ();

  g_return_val_if_fail (self != NULL && self->id == NULL, FALSE);
  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), FALSE);

  if (!make_changes (self, dossier, changes, error)
      || !remark_on_answers (self, dossier, changes, error))
    return FALSE;
  self->id = pal_own_record_make (dossier, PAL_WITHDRAWAL_FORM, changes, error);
  if (self->id == NULL)
    return FALSE;
  note (self, changes);
  if (!pal_dossier_append_full (dossier, PAL_WITHDRAWAL_ACT, g_steal_pointer (&changes),
                                PAL_APPEND_APART, written, error))
    {
      g_clear_pointer (&self->id, g_free);
      return FALSE;
    }

  return TRUE;
}

/* --- what was done --- */

static void
read_lines (PalWithdrawal *self, const char *items, const char *answers)
{
  g_auto (GStrv) lines = g_strsplit (items != NULL ? items : "", "\n", -1);
  g_auto (GStrv) more = g_strsplit (answers != NULL ? answers : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], "\t", 3);

      if (g_strv_length (words) == 3)
        add_item (self, find_kind (words[0]), words[1], *words[2] != '\0' ? words[2] : NULL, NULL);
    }
  for (guint i = 0; more[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (more[i], "\t", 3);

      if (g_strv_length (words) == 3)
        add_answer (self, words[0], words[1], g_ascii_strtoll (words[2], NULL, 10));
    }
}

static PalWithdrawal *
read_record (const PalOwnRecord *record)
{
  const PalChange *head = pal_own_record_get_head (record, "kind");
  const char *on = pal_own_record_get (record, "record");
  PalWithdrawal *self;

  if (head == NULL || on == NULL)
    return NULL;
  self = withdrawal_new (find_kind (head->value), on, pal_own_record_get (record, "node"));
  self->id = g_strdup (record->id);
  self->author = g_strdup (head->author);
  self->time_us = head->clock_us;
  self->purged = g_strdup (pal_own_record_get (record, "purged"));
  read_lines (self, pal_own_record_get (record, "items"), pal_own_record_get (record, "answers"));

  return self;
}

/**
 * pal_withdrawal_list:
 * @dossier: a dossier
 * @error: return location
 *
 * Blocking.
 *
 * Returns: (transfer full) (nullable) (element-type PalWithdrawal): the withdrawals, newest first;
 *   errors of the dossier
 */
GPtrArray *
pal_withdrawal_list (PalDossier *dossier, GError **error)
{
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GPtrArray) list
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_withdrawal_free);

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  records = pal_own_record_list (dossier, PAL_WITHDRAWAL_FORM, error);
  if (records == NULL)
    return NULL;
  for (guint i = records->len; i > 0; i--)
    {
      PalWithdrawal *one = read_record (g_ptr_array_index (records, i - 1));

      if (one == NULL)
        continue;
      g_ptr_array_add (list, one);
      if (!add_parcels (one, dossier, error))
        return NULL;
    }

  return g_steal_pointer (&list);
}
