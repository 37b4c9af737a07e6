// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-protected"
#include "config.h"

#include "pal-protected.h"

#include <string.h>

static const char *const forms[] = { "consultation", "stakeholder", "input", "arrival" };

/* What never goes with a record, whoever ticks it; a group stands for all that is in it. */
static const struct
{
  const char *node;
  PalHeldReason reason;
} inner[] = {
  { "/consultation/record/protection", PAL_HELD_INSIDE },
  { "/consultation/record/plan/invitees", PAL_HELD_INSIDE },
  { "/consultation/record/people/participant/contact", PAL_HELD_CONTACT },
  { "/stakeholder/card/protection", PAL_HELD_INSIDE },
  { "/stakeholder/card/contact/needs", PAL_HELD_INSIDE },
  { "/stakeholder/card/contact/person/contact", PAL_HELD_CONTACT },
  { "/input/card/author/contact", PAL_HELD_CONTACT },
};

/* Names of people, and where their consent stands: next to the name. */
static const struct
{
  const char *node;
  const char *consent;
} names[] = {
  { "/consultation/record/people/participant/representative", "consent" },
  { "/stakeholder/card/contact/person/name", "consent" },
  { "/stakeholder/card/contact/person/function", "consent" },
};

/* Rows that stay, by what stands in them. */
static const struct
{
  const char *row; /* (nullable): any */
  const char *leaf;
  const char *value;
  PalHeldReason reason;
} rows[] = {
  { NULL, "restricted", "yes", PAL_HELD_RESTRICTED },
  { "/consultation/record/people/participant", "consent", "withdrawn", PAL_HELD_WITHDRAWN },
  { "/input/card/points/point", "readers", "state", PAL_HELD_STATE },
};

/* Records that stay, by what stands in them. */
static const struct
{
  const char *node;
  const char *value;
  PalStay stay;
} records[] = {
  { "/consultation/record/protection/consent_scope", "withdrawn", PAL_STAY_WITHDRAWN },
  { "/consultation/record/protection/consent_scope", "internal", PAL_STAY_SCOPE },
  { "/consultation/record/protection/sensitivity", "restricted", PAL_STAY_RESTRICTED },
  { "/stakeholder/card/protection/sensitivity", "restricted", PAL_STAY_RESTRICTED },
  { "/input/card/sharing/readers", "state", PAL_STAY_SCOPE },
};

static const char *const ends[] = {
  "/consultation/record/protection/consent_until",
  "/input/card/sharing/consent_until",
};

/**
 * pal_protected_is_form:
 * @form_id: id of a form
 *
 * Returns: whether its records are about people outside government
 */
gboolean
pal_protected_is_form (const char *form_id)
{
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    if (g_strcmp0 (form_id, forms[i]) == 0)
      return TRUE;

  return FALSE;
}

/**
 * pal_protected_is_node:
 * @node: path of a node, with or without row ids
 *
 * Returns: whether it is in a record about people outside government
 */
gboolean
pal_protected_is_node (const char *node)
{
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      gsize length = strlen (forms[i]);

      if (*node == '/' && strncmp (node + 1, forms[i], length) == 0 && node[length + 1] == '/')
        return TRUE;
    }

  return FALSE;
}

static const char *
get_value (PalResponse *response, const char *path)
{
  PalNode *node = pal_response_find (response, path);

  return node != NULL && pal_response_get_state (response, node)->relevant
             ? pal_response_get_value (response, node)
             : "";
}

/**
 * pal_protected_judge:
 * @response: a record of any form
 * @today: the day, as ISO 8601 has it
 *
 * Consent is read as its text: a day that is past ended it.
 *
 * Returns: whether the record as a whole stays here, and why
 */
PalStay
pal_protected_judge (PalResponse *response, const char *today)
{
  g_return_val_if_fail (PAL_IS_RESPONSE (response), PAL_STAY_RESTRICTED);
  g_return_val_if_fail (today != NULL, PAL_STAY_RESTRICTED);

  for (gsize i = 0; i < G_N_ELEMENTS (records); i++)
    if (strcmp (get_value (response, records[i].node), records[i].value) == 0)
      return records[i].stay;
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      const char *end = get_value (response, ends[i]);

      if (*end != '\0' && strcmp (end, today) < 0)
        return PAL_STAY_EXPIRED;
    }

  return PAL_STAY_NOT;
}

/* --- taking out --- */

static const char *
get_below (PalResponse *response, PalNode *row, const char *leaf)
{
  for (PalNode *child = row->first_child; child != NULL; child = child->next)
    if (child->kind == PAL_NODE_ELEMENT && strcmp (child->local, leaf) == 0)
      return pal_response_get_value (response, child);

  return "";
}

static gboolean
stays_as_row (PalResponse *response, PalNode *node, const char *path, PalHeldReason *reason)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if ((rows[i].row == NULL || strcmp (rows[i].row, path) == 0)
        && strcmp (get_below (response, node, rows[i].leaf), rows[i].value) == 0)
      {
        *reason = rows[i].reason;
        return TRUE;
      }

  return FALSE;
}

static gboolean
has_consent (PalResponse *response, PalNode *node, const char *leaf)
{
  const char *consent = get_below (response, node->parent, leaf);

  return strcmp (consent, "reviewers") == 0 || strcmp (consent, "public") == 0;
}

static gboolean
stays_as_text (PalResponse *response, PalNode *node, const char *path, PalHeldReason *reason)
{
  for (gsize i = 0; i < G_N_ELEMENTS (inner); i++)
    {
      gsize length = strlen (inner[i].node);

      *reason = inner[i].reason;
      if (strncmp (path, inner[i].node, length) == 0
          && (path[length] == '\0' || path[length] == '/'))
        return TRUE;
    }
  *reason = PAL_HELD_NAME;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (path, names[i].node) == 0)
      return !has_consent (response, node, names[i].consent);

  return FALSE;
}

/* What goes is gathered first: a response must not change under the walk. */
typedef struct
{
  PalResponse *response;
  GPtrArray *rows;  /* (element-type PalNode) */
  GPtrArray *texts; /* (element-type PalNode) */
  GPtrArray *held;  /* (nullable) (element-type PalHeld) */
} Stripping;

/* What does not apply would not go anyway, and what nobody was asked says nothing. */
static void
note_held (Stripping *self, PalNode *node, PalFormNode *definition, PalHeldReason reason)
{
  const char *value = pal_response_get_value (self->response, node);
  PalHeld *held;

  if (self->held == NULL || *value == '\0' || definition->control == NULL
      || !pal_response_get_state (self->response, node)->relevant)
    return;
  held = g_new0 (PalHeld, 1);
  held->path = pal_response_dup_path (self->response, node);
  held->value = g_strdup (value);
  held->reason = reason;
  g_ptr_array_add (self->held, held);
}

static void
note_row (Stripping *self, PalNode *node, PalHeldReason reason)
{
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      PalFormNode *definition = child->kind == PAL_NODE_ELEMENT && !child->is_template
                                    ? pal_response_get_definition (self->response, child)
                                    : NULL;

      if (definition == NULL)
        continue;
      if (definition->children != NULL && definition->children->len > 0)
        note_row (self, child, reason);
      else
        note_held (self, child, definition, reason);
    }
}

static void
gather (Stripping *self, PalNode *node)
{
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      PalFormNode *definition;
      PalHeldReason reason;

      if (child->kind != PAL_NODE_ELEMENT || child->is_template)
        continue;
      definition = pal_response_get_definition (self->response, child);
      if (definition == NULL)
        continue;
      if (definition->is_repeat && stays_as_row (self->response, child, definition->path, &reason))
        {
          g_ptr_array_add (self->rows, child);
          note_row (self, child, reason);
        }
      else if (definition->children != NULL && definition->children->len > 0)
        gather (self, child);
      else if (*pal_response_get_value (self->response, child) != '\0'
               && stays_as_text (self->response, child, definition->path, &reason))
        {
          g_ptr_array_add (self->texts, child);
          note_held (self, child, definition, reason);
        }
    }
}

/**
 * pal_protected_strip:
 * @response: a copy of a protected record
 * @held: (nullable) (element-type PalHeld): what is taken out is added, as far as somebody was
 *   asked for it and it applies
 * @error: return location
 *
 * Takes out what stays here even if the record goes.
 *
 * Returns: whether all of it is out; errors of the response
 */
gboolean
pal_protected_strip (PalResponse *response, GPtrArray *held, GError **error)
{
  g_autoptr (GPtrArray) found_rows = g_ptr_array_new ();
  g_autoptr (GPtrArray) found_texts = g_ptr_array_new ();
  Stripping self = { response, found_rows, found_texts, held };

  g_return_val_if_fail (PAL_IS_RESPONSE (response), FALSE);

  gather (&self, pal_response_get_root (response));
  /* Texts first: a row that goes takes its nodes along. */
  for (guint i = 0; i < found_texts->len; i++)
    if (!pal_response_set_value (response, g_ptr_array_index (found_texts, i), "", error))
      return FALSE;
  for (guint i = 0; i < found_rows->len; i++)
    if (!pal_response_remove_row (response, g_ptr_array_index (found_rows, i), error))
      return FALSE;

  return TRUE;
}

/**
 * pal_held_reason_to_string:
 * @reason: why something stays
 *
 * Returns: (transfer none): a word for machines
 */
const char *
pal_held_reason_to_string (PalHeldReason reason)
{
  static const char *const words[PAL_N_HELD]
      = { "inside", "contact", "name", "restricted", "withdrawn", "state" };

  g_return_val_if_fail (reason < PAL_N_HELD, "");

  return words[reason];
}

/**
 * pal_held_free:
 * @held: (nullable) (transfer full): what stays
 */
void
pal_held_free (PalHeld *held)
{
  if (held == NULL)
    return;

  g_free (held->path);
  g_free (held->value);
  g_free (held);
}

/* --- the log --- */

#define TWIN "/answer-translation/"

/* A translation is as protected as what it translates, which is known once its node is. */
struct _PalProtectedLog
{
  GHashTable *open; /* (owned) (element-type utf8): translations of what is not protected */
};

/**
 * pal_protected_log_new:
 *
 * Returns: (transfer full): nothing seen yet
 */
PalProtectedLog *
pal_protected_log_new (void)
{
  PalProtectedLog *self = g_new0 (PalProtectedLog, 1);

  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return self;
}

/**
 * pal_protected_log_free:
 * @self: (nullable) (transfer full): what was seen
 */
void
pal_protected_log_free (PalProtectedLog *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->open);
  g_free (self);
}

/**
 * pal_protected_log_holds:
 * @self: what was seen
 * @change: the next change of the log
 *
 * Returns: whether its value is something that people outside government said
 */
gboolean
pal_protected_log_holds (PalProtectedLog *self, const PalChange *change)
{
  if (change->kind != PAL_CHANGE_VALUE || change->node == NULL)
    return FALSE;
  if (pal_protected_is_node (change->node))
    return TRUE;
  if (!g_str_has_prefix (change->node, TWIN))
    return FALSE;
  if (strcmp (change->node, TWIN "node") == 0 && change->value != NULL)
    {
      if (!pal_protected_is_node (change->value))
        g_hash_table_add (self->open, g_strdup (change->record));
      return FALSE;
    }

  return strcmp (change->node, TWIN "text") == 0
         && !g_hash_table_contains (self->open, change->record);
}
