// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-session-texts"
#include "config.h"

#include "pal-session-texts.h"

/* A form that is open, and the same one read again. */
typedef struct
{
  PalForm *form;  /* (owned) */
  PalForm *again; /* (owned) (nullable) */
} Renewal;

static void
renewal_free (gpointer data)
{
  Renewal *renewal = data;

  pal_form_unref (renewal->form);
  g_clear_pointer (&renewal->again, pal_form_unref);
  g_free (renewal);
}

static gboolean
is_of_form (gconstpointer renewal, gconstpointer form)
{
  return ((const Renewal *) renewal)->form == form;
}

/* Each form once. (element-type Renewal) */
static GPtrArray *
list_forms (PalSession *self)
{
  g_autoptr (GPtrArray) records = pal_session_list_open_records (self);
  GPtrArray *renewals = g_ptr_array_new_with_free_func (renewal_free);

  for (guint i = 0; i < records->len; i++)
    {
      PalResponse *response = pal_record_get_response (g_ptr_array_index (records, i));
      PalForm *form = pal_response_get_form (response);
      Renewal *renewal;

      if (g_ptr_array_find_with_equal_func (renewals, form, is_of_form, NULL))
        continue;
      renewal = g_new0 (Renewal, 1);
      renewal->form = pal_form_ref (form);
      g_ptr_array_add (renewals, renewal);
    }

  return renewals;
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GPtrArray *renewals = task_data;

  for (guint i = 0; i < renewals->len; i++)
    {
      Renewal *renewal = g_ptr_array_index (renewals, i);
      GError *error = NULL;

      renewal->again = pal_form_load (pal_form_get_source (renewal->form),
                                      pal_form_get_id (renewal->form), &error);
      if (renewal->again == NULL)
        {
          g_task_return_error (task, error);
          return;
        }
    }
  g_task_return_boolean (task, TRUE);
}

/**
 * pal_session_renew_texts_async:
 * @self: a session
 * @callback: called when what is open shows the texts that are used now
 * @user_data: data for @callback
 *
 * Reads the forms of all open records again, in a thread.
 */
void
pal_session_renew_texts_async (PalSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PAL_IS_SESSION (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, pal_session_renew_texts_async);
  g_task_set_task_data (task, list_forms (self), (GDestroyNotify) g_ptr_array_unref);
  g_task_run_in_thread (task, read_in_thread);
}

/* A language that is chosen already may have come just now. */
static void
renew_response (PalSession *self, PalResponse *response)
{
  PalForm *form = pal_response_get_form (response);
  const char *chosen = pal_session_get_form_language (self);
  const char *fitting = chosen != NULL ? pal_form_match_language (form, chosen) : NULL;

  if (fitting != NULL)
    pal_response_set_language (response, fitting);
  pal_response_renew_texts (response);
}

static guint
count_languages (PalSession *self)
{
  PalRecord *record = pal_session_get_questionnaire (self);

  return record != NULL
             ? pal_form_get_languages (pal_response_get_form (pal_record_get_response (record)))
                   ->len
             : 0;
}

/**
 * pal_session_renew_texts_finish:
 * @self: a session
 * @result: of the callback
 * @has_languages: (out): whether the questionnaire speaks a language that it did not before
 * @error: return location
 *
 * Shows the texts. Everything else of what is open is as it was.
 *
 * Returns: whether it does; a #PalFormError when a form cannot be read any more
 */
gboolean
pal_session_renew_texts_finish (PalSession *self, GAsyncResult *result, gboolean *has_languages,
                                GError **error)
{
  guint n_languages = count_languages (self);
  GPtrArray *renewals;
  g_autoptr (GPtrArray) records = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  renewals = g_task_get_task_data (G_TASK (result));
  for (guint i = 0; i < renewals->len; i++)
    {
      Renewal *renewal = g_ptr_array_index (renewals, i);

      pal_form_take_texts (renewal->form, renewal->again);
    }
  /* Records that are made from now on have them, too. */
  pal_session_forget_forms (self);
  records = pal_session_list_open_records (self);
  for (guint i = 0; i < records->len; i++)
    renew_response (self, pal_record_get_response (g_ptr_array_index (records, i)));
  g_object_notify (G_OBJECT (self), "form-language");
  *has_languages = count_languages (self) != n_languages;

  return TRUE;
}
