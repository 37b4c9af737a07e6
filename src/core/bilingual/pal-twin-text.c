// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-twin"
#include "config.h"

#include "pal-twin.h"

#include "pal-text.h"

#include <string.h>

/* Which answers have a twin. */

/* A constraint on one line is the shape of an address or a number. */
static gboolean
is_one_line_of_a_kind (PalFormControl *control)
{
  static const char *const kinds[] = { "url", "numbers", "email", "masked", "thousands-sep" };

  if (pal_form_control_has_appearance (control, "multiline"))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (pal_form_control_has_appearance (control, kinds[i]))
      return TRUE;

  return control->node->constraint != NULL;
}

/**
 * pal_twin_is_for:
 * @control: a control of a form
 *
 * Returns: whether answers to it are translated
 */
gboolean
pal_twin_is_for (PalFormControl *control)
{
  const PalFormNode *node = control->node;

  return control->kind == PAL_CONTROL_INPUT && node != NULL && node->type == PAL_TYPE_STRING
         && node->calculate == NULL && !is_one_line_of_a_kind (control);
}

typedef struct
{
  PalResponse *response;
  GHashTable *done;   /* (element-type utf8): nodes with a twin that is up to date */
  GPtrArray *missing; /* (element-type utf8) */
} Looking;

static void
look_at (Looking *looking, PalNode *node)
{
  PalFormNode *definition = pal_response_get_definition (looking->response, node);
  g_autofree char *path = NULL;

  if (definition == NULL || definition->control == NULL || !pal_twin_is_for (definition->control)
      || !pal_response_get_state (looking->response, node)->relevant
      || pal_text_is_blank (pal_response_get_value (looking->response, node)))
    return;
  path = pal_response_dup_path (looking->response, node);
  if (!g_hash_table_contains (looking->done, path))
    g_ptr_array_add (looking->missing, g_steal_pointer (&path));
}

static void
look_below (Looking *looking, PalNode *node)
{
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      if (child->kind != PAL_NODE_ELEMENT || child->is_template)
        continue;
      look_at (looking, child);
      look_below (looking, child);
    }
}

/**
 * pal_twin_list_open:
 * @response: a record
 * @record: its id
 * @language: the second language
 * @twins: (element-type PalTwin): all that there are; others than those of @record and @language
 *   are passed over
 *
 * Returns: (transfer full) (element-type utf8): paths with row ids of the answers whose translation
 *   is missing or out of date, in the order of the form
 */
GPtrArray *
pal_twin_list_open (PalResponse *response, const char *record, const char *language,
                    GPtrArray *twins)
{
  g_autoptr (GHashTable) done = g_hash_table_new (g_str_hash, g_str_equal);
  Looking looking = { response, done, g_ptr_array_new_with_free_func (g_free) };

  for (guint i = 0; i < twins->len; i++)
    {
      const PalTwin *twin = g_ptr_array_index (twins, i);

      if (twin->state == PAL_TWIN_CURRENT && strcmp (twin->record, record) == 0
          && strcmp (twin->language, language) == 0)
        g_hash_table_add (done, twin->node);
    }
  look_below (&looking, pal_response_get_root (response));

  return looking.missing;
}
