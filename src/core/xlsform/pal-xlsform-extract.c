// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-xlsform"

#include "config.h"

#include "pal-xlsform-private.h"

#include "pal-text.h"

/* The texts of a workbook as a gettext template. */

typedef struct
{
  PalCompiler *compiler;
  GHashTable *seen; /* context EOT msgid */
  GString *out;
} Extraction;

/* entry: (nullable): the row it comes from */
static void
extract (Extraction *self, const PalEntry *entry, const char *context, const char *kind,
         const char *text)
{
  g_autofree char *full = g_strconcat (context, ":", kind, NULL);
  char *key = g_strconcat (full, "\004", text, NULL);

  if (!g_hash_table_add (self->seen, key))
    return;
  g_string_append_c (self->out, '\n');
  if (pal_label_has_reference (text))
    g_string_append (self->out, "#. Keep what stands in ${...} as it is.\n");
  if (entry != NULL)
    g_string_append_printf (self->out, "#: %s:%u\n", entry->sheet, entry->row);
  pal_messages_append_string (self->out, "msgctxt", full);
  pal_messages_append_string (self->out, "msgid", text);
  g_string_append (self->out, "msgstr \"\"\n");
}

/* The text that is translated: of the default language, in its own column or the one without. */
static const char *
source_text (PalCompiler *compiler, const PalEntry *entry, const char *key)
{
  const PalSheetCell *cell = pal_entry_get_cell (entry, key, compiler->default_language);

  return cell != NULL ? cell->text : pal_entry_get (entry, key);
}

static void
extract_item (Extraction *self, const PalSurveyItem *item)
{
  static const struct
  {
    const char *key;
    const char *kind;
  } kinds[] = {
    { "label", "label" },
    { "hint", "hint" },
    { "guidance_hint", "guidance" },
    { "bind::jr:constraintMsg", "constraintMsg" },
    { "bind::jr:requiredMsg", "requiredMsg" },
    { "bind::jr:noAppErrorString", "noAppErrorString" },
  };

  for (guint i = 0;
       i < G_N_ELEMENTS (kinds) && item->entry != NULL && !item->is_meta && !item->entry->is_shared;
       i++)
    {
      const char *text = source_text (self->compiler, item->entry, kinds[i].key);
      g_autofree char *context = NULL;

      if (text == NULL || pal_text_is_blank (text))
        continue;
      context = pal_itext_context (item);
      extract (self, item->entry, context, kinds[i].kind, text);
    }
  for (guint i = 0; i < item->children->len; i++)
    extract_item (self, item->children->pdata[i]);
}

/**
 * pal_xlsform_extract:
 * @path: a .csv or .xlsx in the XLSForm layout; or a workbook to be shared, which has templates and
 *   no survey
 * @shared_path: (nullable): the shared workbook that the form is made with; its texts are left out,
 *   since its own catalogues translate them
 * @error: set to %PAL_XLSFORM_ERROR or %G_IO_ERROR
 *
 * The translatable texts as a gettext template. The context of a message is "node:kind": the path
 * in the form below its root, "templates/block/node" for what a template block brings, or
 * "choices/list/name", or "settings/form_title"; kind is label, hint, guidance, constraintMsg or
 * requiredMsg. Blocking. Any thread.
 *
 * Returns: (transfer full): the POT file, or %NULL
 */
GBytes *
pal_xlsform_extract (const char *path, const char *shared_path, GError **error)
{
  g_autoptr (PalCompiler) self = NULL;
  g_autoptr (GHashTable) seen = NULL;
  g_autoptr (GString) out = NULL;
  Extraction extraction;
  const char *title;
  gsize length;

  g_return_val_if_fail (path != NULL, NULL);

  self = pal_compiler_new (path);
  self->catalogues = g_ptr_array_new ();
  if (!pal_compiler_load (self, path, shared_path, TRUE, error))
    return NULL;

  seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  out = g_string_new ("msgid \"\"\nmsgstr \"\"\n"
                      "\"MIME-Version: 1.0\\n\"\n"
                      "\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
                      "\"Content-Transfer-Encoding: 8bit\\n\"\n");
  extraction = (Extraction){ self, seen, out };
  title = g_hash_table_lookup (self->settings, "form_title");
  if (title != NULL)
    extract (&extraction, NULL, "settings/form_title", "label", title);
  extract_item (&extraction, self->root);
  for (guint i = 0; i < self->list_order->len; i++)
    {
      PalChoiceList *list = self->list_order->pdata[i];

      for (guint k = 0; k < list->entries->len; k++)
        {
          const PalEntry *entry = list->entries->pdata[k];
          const char *text = source_text (self, entry, "label");
          g_autofree char *context
              = g_strdup_printf ("choices/%s/%s", list->name, pal_entry_get (entry, "name"));

          if (text != NULL && !entry->is_shared)
            extract (&extraction, entry, context, "label", text);
        }
    }
  length = out->len;

  return g_bytes_new_take (g_string_free (g_steal_pointer (&out), FALSE), length);
}
