// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-consultations"
#include "config.h"

#include "pal-cells.h"
#include "pal-consultations-private.h"

#include <string.h>

/* Which field of a record says what. */

/* --- what a record holds -----------------------------------------------------------------------
 */

static void
point_free (PalRaisedPoint *point)
{
  g_free (point->row);
  g_free (point->text);
  g_free (point->kind);
  g_strfreev (point->articles);
  g_array_unref (point->questions);
  g_free (point->source);
  g_free (point->type);
  g_free (point->evidence);
  g_free (point->evidence_link);
  g_free (point->decided_by);
  g_free (point->decided_on);
  g_free (point->why);
  g_free (point->answer_changed);
  g_free (point->feedback_sent);
  g_ptr_array_unref (point->threads);
  g_free (point);
}

static void
participant_free (PalParticipant *participant)
{
  g_free (participant->row);
  g_free (participant->anonymity);
  g_free (participant->organization);
  g_free (participant->type);
  g_free (participant->region);
  g_free (participant);
}

static void
invitation_free (PalInvitation *invitation)
{
  g_free (invitation->row);
  g_free (invitation->whom);
  g_free (invitation->type);
  g_free (invitation->origin);
  g_free (invitation->sent_on);
  g_free (invitation->reply);
  g_free (invitation);
}

static void
objective_free (PalObjective *objective)
{
  g_free (objective->row);
  g_free (objective->aim);
  g_free (objective->reached);
  g_free (objective);
}

static void
concern_free (PalConcern *concern)
{
  g_free (concern->row);
  g_free (concern->about);
  g_free (concern->owner);
  g_free (concern->response);
  g_free (concern);
}

static void
step_free (PalNextStep *step)
{
  g_free (step->row);
  g_free (step->what);
  g_free (step->owner);
  g_free (step->due);
  g_free (step);
}

static PalConsultation *
consultation_new (const char *id)
{
  PalConsultation *self = g_new0 (PalConsultation, 1);

  self->id = g_strdup (id);
  self->invited = self->attended = self->women = self->men = -1;
  self->points = g_ptr_array_new_with_free_func ((GDestroyNotify) point_free);
  self->participants = g_ptr_array_new_with_free_func ((GDestroyNotify) participant_free);
  self->invitations = g_ptr_array_new_with_free_func ((GDestroyNotify) invitation_free);
  self->objectives = g_ptr_array_new_with_free_func ((GDestroyNotify) objective_free);
  self->concerns = g_ptr_array_new_with_free_func ((GDestroyNotify) concern_free);
  self->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) step_free);

  return self;
}

static void
consultation_free (PalConsultation *self)
{
  g_free (self->id);
  g_free (self->title);
  g_free (self->stage);
  g_free (self->date);
  g_free (self->method);
  g_strfreev (self->clusters);
  g_strfreev (self->articles);
  g_free (self->sensitivity);
  g_free (self->consent);
  g_free (self->consent_until);
  g_free (self->keep_until);
  g_free (self->planned_date);
  g_free (self->lead);
  g_free (self->lessons);
  g_ptr_array_unref (self->points);
  g_ptr_array_unref (self->participants);
  g_ptr_array_unref (self->invitations);
  g_ptr_array_unref (self->objectives);
  g_ptr_array_unref (self->concerns);
  g_ptr_array_unref (self->steps);
  g_free (self);
}

static void
stakeholder_free (PalStakeholder *self)
{
  g_free (self->id);
  g_free (self->name);
  g_free (self->type);
  g_free (self->regions);
  g_strfreev (self->articles);
  g_strfreev (self->clusters);
  g_free (self->sensitivity);
  g_free (self->listing);
  g_free (self->last_contact);
  g_free (self->keep_until);
  g_free (self);
}

static void
thread_free (PalThread *self)
{
  g_free (self->id);
  g_free (self->point_record);
  g_free (self->point);
  g_free (self->record);
  g_free (self->node);
  g_free (self->change);
  g_free (self->author);
  g_free (self);
}

/* --- choices -----------------------------------------------------------------------------------
 */

static const char *const decisions[PAL_N_DECISIONS] = { "", "taken", "partly", "not", "outside" };
static const char *const feedbacks[PAL_N_FEEDBACKS] = { "", "owed", "sent", "impossible" };

static guint
find_choice (const char *const *ids, guint n_ids, const char *id)
{
  for (guint i = 1; i < n_ids; i++)
    if (strcmp (ids[i], id) == 0)
      return i;

  return 0;
}

/**
 * pal_decision_get_id:
 * @decision: what became of a point
 *
 * Returns: (transfer none): the choice in the form; "" for none
 */
const char *
pal_decision_get_id (PalDecision decision)
{
  g_return_val_if_fail (decision < PAL_N_DECISIONS, "");

  return decisions[decision];
}

/**
 * pal_feedback_get_id:
 * @feedback: whether the source was told
 *
 * Returns: (transfer none): the choice in the form; "" for none
 */
const char *
pal_feedback_get_id (PalFeedback feedback)
{
  g_return_val_if_fail (feedback < PAL_N_FEEDBACKS, "");

  return feedbacks[feedback];
}

/* --- fields ------------------------------------------------------------------------------------
 */

typedef enum
{
  FIELD_TEXT,
  FIELD_LIST,
  FIELD_COUNT,
  FIELD_NUMBERS,
  FIELD_YES,     /* "yes" */
  FIELD_SETTLED, /* "settled" */
  FIELD_NAMED,   /* all but "type" */
  FIELD_DECISION,
  FIELD_FEEDBACK
} FieldType;

typedef struct
{
  const char *node; /* generic path, behind the root or the row */
  FieldType type;
  gsize offset;
} Field;

#define CONSULTATION(path, type, member)                                                           \
  {                                                                                                \
    path, type, G_STRUCT_OFFSET (PalConsultation, member)                                          \
  }
#define POINT(path, type, member)                                                                  \
  {                                                                                                \
    path, type, G_STRUCT_OFFSET (PalRaisedPoint, member)                                           \
  }

static const Field consultation_fields[] = {
  CONSULTATION ("essentials/title", FIELD_TEXT, title),
  CONSULTATION ("essentials/stage", FIELD_TEXT, stage),
  CONSULTATION ("essentials/date", FIELD_TEXT, date),
  CONSULTATION ("essentials/method", FIELD_TEXT, method),
  CONSULTATION ("essentials/article_clusters", FIELD_LIST, clusters),
  CONSULTATION ("essentials/articles", FIELD_LIST, articles),
  CONSULTATION ("essentials/attended", FIELD_COUNT, attended),
  CONSULTATION ("people/numbers/invited", FIELD_COUNT, invited),
  CONSULTATION ("people/numbers/women", FIELD_COUNT, women),
  CONSULTATION ("people/numbers/men", FIELD_COUNT, men),
  CONSULTATION ("protection/sensitivity", FIELD_TEXT, sensitivity),
  CONSULTATION ("protection/consent_scope", FIELD_TEXT, consent),
  CONSULTATION ("protection/consent_until", FIELD_TEXT, consent_until),
  CONSULTATION ("protection/keep_until", FIELD_TEXT, keep_until),
  CONSULTATION ("plan/planned_date", FIELD_TEXT, planned_date),
  CONSULTATION ("plan/lead", FIELD_TEXT, lead),
  CONSULTATION ("outcome/lessons", FIELD_TEXT, lessons),
};

static const Field point_fields[] = {
  POINT ("text", FIELD_TEXT, text),
  POINT ("kind", FIELD_TEXT, kind),
  POINT ("naming", FIELD_NAMED, is_named),
  POINT ("source", FIELD_TEXT, source),
  POINT ("source_type", FIELD_TEXT, type),
  POINT ("point_articles", FIELD_LIST, articles),
  POINT ("question", FIELD_NUMBERS, questions),
  POINT ("evidence_link", FIELD_TEXT, evidence_link),
  POINT ("evidence", FIELD_TEXT, evidence),
  POINT ("restricted", FIELD_YES, is_restricted),
  POINT ("treatment/decision", FIELD_DECISION, decision),
  POINT ("treatment/decided_by", FIELD_TEXT, decided_by),
  POINT ("treatment/decided_on", FIELD_TEXT, decided_on),
  POINT ("treatment/why", FIELD_TEXT, why),
  POINT ("treatment/answer_changed", FIELD_TEXT, answer_changed),
  POINT ("treatment/feedback", FIELD_FEEDBACK, feedback),
  POINT ("treatment/feedback_sent", FIELD_TEXT, feedback_sent),
};

static const Field participant_fields[] = {
  { "anonymity", FIELD_TEXT, G_STRUCT_OFFSET (PalParticipant, anonymity) },
  { "organization", FIELD_TEXT, G_STRUCT_OFFSET (PalParticipant, organization) },
  { "type", FIELD_TEXT, G_STRUCT_OFFSET (PalParticipant, type) },
  { "region", FIELD_TEXT, G_STRUCT_OFFSET (PalParticipant, region) },
};

static const Field invitation_fields[] = {
  { "whom", FIELD_TEXT, G_STRUCT_OFFSET (PalInvitation, whom) },
  { "type", FIELD_TEXT, G_STRUCT_OFFSET (PalInvitation, type) },
  { "origin", FIELD_TEXT, G_STRUCT_OFFSET (PalInvitation, origin) },
  { "sent_on", FIELD_TEXT, G_STRUCT_OFFSET (PalInvitation, sent_on) },
  { "reply", FIELD_TEXT, G_STRUCT_OFFSET (PalInvitation, reply) },
};

static const Field objective_fields[] = {
  { "aim", FIELD_TEXT, G_STRUCT_OFFSET (PalObjective, aim) },
  { "reached", FIELD_TEXT, G_STRUCT_OFFSET (PalObjective, reached) },
};

static const Field concern_fields[] = {
  { "about", FIELD_TEXT, G_STRUCT_OFFSET (PalConcern, about) },
  { "owner", FIELD_TEXT, G_STRUCT_OFFSET (PalConcern, owner) },
  { "response", FIELD_TEXT, G_STRUCT_OFFSET (PalConcern, response) },
  { "status", FIELD_SETTLED, G_STRUCT_OFFSET (PalConcern, is_settled) },
};

static const Field step_fields[] = {
  { "what", FIELD_TEXT, G_STRUCT_OFFSET (PalNextStep, what) },
  { "owner", FIELD_TEXT, G_STRUCT_OFFSET (PalNextStep, owner) },
  { "due", FIELD_TEXT, G_STRUCT_OFFSET (PalNextStep, due) },
  { "done", FIELD_YES, G_STRUCT_OFFSET (PalNextStep, is_done) },
};

static const Field stakeholder_fields[] = {
  { "identity/name", FIELD_TEXT, G_STRUCT_OFFSET (PalStakeholder, name) },
  { "identity/type", FIELD_TEXT, G_STRUCT_OFFSET (PalStakeholder, type) },
  { "identity/regions", FIELD_TEXT, G_STRUCT_OFFSET (PalStakeholder, regions) },
  { "focus/articles", FIELD_LIST, G_STRUCT_OFFSET (PalStakeholder, articles) },
  { "focus/clusters", FIELD_LIST, G_STRUCT_OFFSET (PalStakeholder, clusters) },
  { "contact/last_contact", FIELD_TEXT, G_STRUCT_OFFSET (PalStakeholder, last_contact) },
  { "protection/sensitivity", FIELD_TEXT, G_STRUCT_OFFSET (PalStakeholder, sensitivity) },
  { "protection/listing", FIELD_TEXT, G_STRUCT_OFFSET (PalStakeholder, listing) },
  { "protection/keep_until", FIELD_TEXT, G_STRUCT_OFFSET (PalStakeholder, keep_until) },
};

static const Field thread_fields[] = {
  { "point_record", FIELD_TEXT, G_STRUCT_OFFSET (PalThread, point_record) },
  { "point", FIELD_TEXT, G_STRUCT_OFFSET (PalThread, point) },
  { "record", FIELD_TEXT, G_STRUCT_OFFSET (PalThread, record) },
  { "node", FIELD_TEXT, G_STRUCT_OFFSET (PalThread, node) },
  { "change", FIELD_TEXT, G_STRUCT_OFFSET (PalThread, change) },
};

static GStrv
split_list (const char *value)
{
  GStrv parts = g_strsplit (value, " ", -1);

  if (*parts == NULL)
    g_clear_pointer (&parts, g_strfreev);

  return parts;
}

/**
 * pal_consultations_read_numbers:
 * @value: "31, 32" with any digits and separators
 * @numbers: (element-type guint): gets the numbers, save those that no questionnaire has
 */
void
pal_consultations_read_numbers (const char *value, GArray *numbers)
{
  guint number = 0;

  for (const char *p = value;; p = g_utf8_next_char (p))
    {
      int digit = *p != '\0' ? g_unichar_digit_value (g_utf8_get_char (p)) : -1;

      if (digit >= 0)
        number = number < 100000 ? number * 10 + digit : number;
      else if (number > 0)
        {
          g_array_append_val (numbers, number);
          number = 0;
        }
      if (*p == '\0')
        break;
    }
}

static gint
read_count (const char *value)
{
  gint64 count = 0;

  if (!g_ascii_string_to_signed (value, 10, 0, 1000000, &count, NULL))
    return -1;

  return count;
}

static void
set_field (gpointer object, const Field *field, const char *value)
{
  gpointer member = G_STRUCT_MEMBER_P (object, field->offset);

  switch (field->type)
    {
    case FIELD_TEXT:
      g_free (*(char **) member);
      *(char **) member = *value != '\0' ? g_strdup (value) : NULL;
      return;
    case FIELD_LIST:
      g_strfreev (*(GStrv *) member);
      *(GStrv *) member = split_list (value);
      return;
    case FIELD_COUNT:
      *(gint *) member = read_count (value);
      return;
    case FIELD_NUMBERS:
      g_array_set_size (*(GArray **) member, 0);
      pal_consultations_read_numbers (value, *(GArray **) member);
      return;
    case FIELD_YES:
      *(gboolean *) member = strcmp (value, "yes") == 0;
      return;
    case FIELD_SETTLED:
      *(gboolean *) member = strcmp (value, "settled") == 0;
      return;
    case FIELD_NAMED:
      *(gboolean *) member = strcmp (value, "type") != 0;
      return;
    case FIELD_DECISION:
      *(PalDecision *) member = find_choice (decisions, PAL_N_DECISIONS, value);
      return;
    case FIELD_FEEDBACK:
      *(PalFeedback *) member = find_choice (feedbacks, PAL_N_FEEDBACKS, value);
      return;
    }
}

static void
set_named_field (gpointer object, const Field *fields, gsize n_fields, const char *node,
                 const char *value)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].node, node) == 0)
      {
        set_field (object, &fields[i], value);
        return;
      }
}

#define SET_FIELD(object, fields, node, value)                                                     \
  set_named_field (object, fields, G_N_ELEMENTS (fields), node, value)

/* --- gathering ---------------------------------------------------------------------------------
 */

typedef struct
{
  const char *form_id;
  gpointer (*begin) (const PalCell *cell);
  void (*take) (PalReading *reading, const PalCell *cell);
  GDestroyNotify free_object;
} Kind;

#define RECORD "/consultation/record/"

/* The repeats of a consultation. */
typedef struct
{
  const char *prefix;
  gsize size;
  gsize row;  /* where the path stands in the object */
  gsize list; /* where the list stands in PalConsultation */
  const Field *fields;
  gsize n_fields;
} RowKind;

#define ROW_KIND(path, type, member, table)                                                        \
  {                                                                                                \
    RECORD path "[", sizeof (type), G_STRUCT_OFFSET (type, row),                                   \
        G_STRUCT_OFFSET (PalConsultation, member), table, G_N_ELEMENTS (table)                     \
  }

/* Points first: there are most of them. */
static const RowKind row_kinds[] = {
  ROW_KIND ("points/point", PalRaisedPoint, points, point_fields),
  ROW_KIND ("people/participant", PalParticipant, participants, participant_fields),
  ROW_KIND ("plan/invitation", PalInvitation, invitations, invitation_fields),
  ROW_KIND ("plan/objective", PalObjective, objectives, objective_fields),
  ROW_KIND ("outcome/concern", PalConcern, concerns, concern_fields),
  ROW_KIND ("outcome/step", PalNextStep, steps, step_fields),
};

static const RowKind *
find_row_kind (const char *node)
{
  for (gsize i = 0; i < G_N_ELEMENTS (row_kinds); i++)
    if (g_str_has_prefix (node, row_kinds[i].prefix))
      return &row_kinds[i];

  return NULL;
}

static gpointer
begin_consultation (const PalCell *cell)
{
  return consultation_new (cell->record);
}

static void
take_row (PalReading *reading, const PalCell *cell)
{
  PalConsultation *consultation = reading->object;
  const RowKind *kind = find_row_kind (cell->node);
  char *path;

  reading->row_object = NULL;
  if (kind == NULL)
    return;

  path = g_strdup (cell->node);
  reading->row = path;
  reading->row_object = g_malloc0 (kind->size);
  G_STRUCT_MEMBER (char *, reading->row_object, kind->row) = path;
  if (kind == &row_kinds[0])
    {
      PalRaisedPoint *point = reading->row_object;

      point->consultation = consultation;
      point->is_named = TRUE;
      point->feedback = PAL_FEEDBACK_OWED; /* as the form has it */
      point->questions = g_array_new (FALSE, FALSE, sizeof (guint));
      point->threads = g_ptr_array_new ();
    }
  g_ptr_array_add (G_STRUCT_MEMBER (GPtrArray *, consultation, kind->list), reading->row_object);
}

/* Where the rows of a record were read first, and then what is in them. */
static void
find_row (PalReading *reading, const RowKind *kind, const char *node)
{
  GPtrArray *list = G_STRUCT_MEMBER (GPtrArray *, reading->object, kind->list);
  gsize length = strchr (node, ']') + 1 - node;

  if (reading->row_object != NULL && strncmp (reading->row, node, length) == 0
      && reading->row[length] == '\0')
    return;

  reading->row_object = NULL;
  for (guint i = 0; i < list->len; i++)
    {
      gpointer object = g_ptr_array_index (list, i);
      const char *row = G_STRUCT_MEMBER (char *, object, kind->row);

      if (strlen (row) == length && strncmp (row, node, length) == 0)
        {
          reading->row = row;
          reading->row_object = object;
          return;
        }
    }
}

static void
take_consultation (PalReading *reading, const PalCell *cell)
{
  const RowKind *kind;
  const char *leaf;

  if (cell->is_row)
    take_row (reading, cell);
  if (cell->is_row || !g_str_has_prefix (cell->node, RECORD))
    return;

  kind = find_row_kind (cell->node);
  if (kind == NULL)
    {
      SET_FIELD (reading->object, consultation_fields, cell->node + strlen (RECORD), cell->value);
      return;
    }
  leaf = strstr (cell->node, "]/");
  if (leaf == NULL)
    return;
  find_row (reading, kind, cell->node);
  if (reading->row_object != NULL)
    set_named_field (reading->row_object, kind->fields, kind->n_fields, leaf + 2, cell->value);
}

static gpointer
begin_stakeholder (const PalCell *cell)
{
  PalStakeholder *stakeholder = g_new0 (PalStakeholder, 1);

  stakeholder->id = g_strdup (cell->record);

  return stakeholder;
}

static void
take_stakeholder (PalReading *reading, const PalCell *cell)
{
  const char root[] = "/stakeholder/card/";

  if (!cell->is_row && g_str_has_prefix (cell->node, root))
    SET_FIELD (reading->object, stakeholder_fields, cell->node + strlen (root), cell->value);
}

static gpointer
begin_thread (const PalCell *cell)
{
  PalThread *thread = g_new0 (PalThread, 1);

  thread->id = g_strdup (cell->record);
  thread->author = g_strdup (cell->author);
  thread->time_us = cell->clock_us;

  return thread;
}

static void
take_thread (PalReading *reading, const PalCell *cell)
{
  const char root[] = "/thread/";

  if (g_str_has_prefix (cell->node, root))
    SET_FIELD (reading->object, thread_fields, cell->node + strlen (root), cell->value);
}

static const Kind kinds[] = {
  { "consultation", begin_consultation, take_consultation, (GDestroyNotify) consultation_free },
  { "stakeholder", begin_stakeholder, take_stakeholder, (GDestroyNotify) stakeholder_free },
  { "thread", begin_thread, take_thread, (GDestroyNotify) thread_free },
};

const char *const pal_reading_forms[PAL_N_READING_FORMS]
    = { "consultation", "stakeholder", "thread" };

G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == PAL_N_READING_FORMS);

static const Kind *
find_kind (const char *form_id)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].form_id, form_id) == 0)
      return &kinds[i];

  return NULL;
}

/**
 * pal_reading_new:
 * @form_id: one of pal_reading_forms
 * @record: (nullable): id of the only record wanted
 *
 * Returns: (transfer full): nothing read yet
 */
PalReading *
pal_reading_new (const char *form_id, const char *record)
{
  PalReading *self = g_new0 (PalReading, 1);

  self->form_id = g_strdup (form_id);
  self->record = g_strdup (record);
  self->objects
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, find_kind (form_id)->free_object);

  return self;
}

/**
 * pal_reading_free:
 * @self: (nullable) (transfer full): what was read
 */
void
pal_reading_free (PalReading *self)
{
  if (self == NULL)
    return;

  g_free (self->form_id);
  g_free (self->record);
  g_hash_table_unref (self->objects);
  g_free (self);
}

static void
take_cell_cb (const PalCell *cell, gpointer user_data)
{
  PalReading *reading = user_data;
  const Kind *kind = find_kind (reading->form_id);

  if (*cell->node == '\0')
    {
      if (g_hash_table_contains (reading->objects, cell->record))
        return; /* brought back by several people: it is there all the same */
      reading->object = kind->begin (cell);
      reading->row_object = NULL;
      g_hash_table_insert (reading->objects, g_strdup (cell->record), reading->object);
    }
  else if (reading->object != NULL)
    kind->take (reading, cell);
}

/**
 * pal_reading_fill:
 * @self: nothing read yet
 * @dossier: a dossier
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Blocking.
 *
 * Returns: whether all was read; errors of the dossier
 */
gboolean
pal_reading_fill (PalReading *self, PalDossier *dossier, GCancellable *cancellable, GError **error)
{
  return pal_dossier_walk_cells (dossier, self->form_id, self->record, take_cell_cb, self,
                                 cancellable, error);
}
