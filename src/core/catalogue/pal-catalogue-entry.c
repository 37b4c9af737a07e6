// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-catalogue"
#include "config.h"

#include "pal-catalogue-private.h"

#include <string.h>

enum
{
  PROP_STATE = 1,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];
static guint changed_signal;

G_DEFINE_FINAL_TYPE (PalCatalogueEntry, pal_catalogue_entry, G_TYPE_OBJECT)

static void
pal_catalogue_entry_finalize (GObject *object)
{
  PalCatalogueEntry *self = PAL_CATALOGUE_ENTRY (object);

  g_free (self->context);
  g_free (self->id);
  g_free (self->id_plural);
  g_ptr_array_unref (self->strings);
  g_free (self->explanation);
  g_free (self->comment);
  g_strfreev (self->references);
  g_free (self->scope);

  G_OBJECT_CLASS (pal_catalogue_entry_parent_class)->finalize (object);
}

static void
pal_catalogue_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_STATE)
    g_value_set_uint (value, PAL_CATALOGUE_ENTRY (object)->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
pal_catalogue_entry_class_init (PalCatalogueEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = pal_catalogue_entry_finalize;
  object_class->get_property = pal_catalogue_entry_get_property;

  properties[PROP_STATE]
      = g_param_spec_uint ("state", NULL, NULL, 0, PAL_ENTRY_MISSING, PAL_ENTRY_TRANSLATED,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  changed_signal = g_signal_new ("changed", PAL_TYPE_CATALOGUE_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
pal_catalogue_entry_init (PalCatalogueEntry *self)
{
  self->strings = g_ptr_array_new_with_free_func (g_free);
}

PalCatalogueEntry *
pal_catalogue_entry_new (void)
{
  return g_object_new (PAL_TYPE_CATALOGUE_ENTRY, NULL);
}

PalCatalogueEntry *
pal_catalogue_entry_copy (PalCatalogueEntry *self)
{
  PalCatalogueEntry *copy = pal_catalogue_entry_new ();

  copy->context = g_strdup (self->context);
  copy->id = g_strdup (self->id);
  copy->id_plural = g_strdup (self->id_plural);
  for (guint i = 0; i < self->strings->len; i++)
    g_ptr_array_add (copy->strings, g_strdup (g_ptr_array_index (self->strings, i)));
  copy->explanation = g_strdup (self->explanation);
  copy->comment = g_strdup (self->comment);
  copy->references = g_strdupv (self->references);
  copy->scope = g_strdup (self->scope);
  copy->n_in_file = self->n_in_file;
  copy->line = self->line;
  copy->state = self->state;
  copy->is_format = self->is_format;
  copy->is_fuzzy = self->is_fuzzy;
  copy->is_edited = self->is_edited;

  return copy;
}

/* --- what it belongs to */

const char *
pal_catalogue_entry_get_kind (PalCatalogueEntry *self)
{
  static const char *const kinds[] = { "label",         "hint",        "guidance",        "short",
                                       "constraintMsg", "requiredMsg", "noAppErrorString" };
  const char *colon = self->context != NULL ? strrchr (self->context, ':') : NULL;

  for (guint i = 0; colon != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (colon + 1, kinds[i]) == 0)
      return kinds[i];

  return NULL;
}

/* "untoc/art5/q5_1/status:label" -> "untoc/art5"; "general:label" -> "general" */
static char *
make_form_scope (const char *context)
{
  const char *end = strrchr (context, ':');
  const char *slash = memchr (context, '/', end - context);
  const char *second = slash != NULL ? memchr (slash + 1, '/', end - slash - 1) : NULL;

  if (g_str_has_prefix (context, "settings/"))
    return g_strdup ("settings");

  return g_strndup (context, (second != NULL ? second : end) - context);
}

/* "src/app/home/pal-home-page.c:33", "ui/home/pal-home-page.ui" -> "home" */
static char *
make_screen_scope (const char *reference)
{
  static const char *const folders[] = { "src/app/", "ui/", "src/" };

  for (guint i = 0; reference != NULL && i < G_N_ELEMENTS (folders); i++)
    if (g_str_has_prefix (reference, folders[i]))
      {
        const char *rest = reference + strlen (folders[i]);
        const char *slash = strchr (rest, '/');

        return slash != NULL ? g_strndup (rest, slash - rest) : g_strdup ("shell");
      }

  return g_strdup ("desktop");
}

static PalEntryState
find_state (PalCatalogueEntry *self)
{
  gboolean is_full = TRUE;
  gboolean is_empty = TRUE;

  for (guint i = 0; i < self->strings->len; i++)
    {
      gboolean has_text = *(const char *) g_ptr_array_index (self->strings, i) != '\0';

      is_full = is_full && has_text;
      is_empty = is_empty && !has_text;
    }
  if (is_empty)
    return PAL_ENTRY_MISSING;

  return self->is_fuzzy || !is_full ? PAL_ENTRY_FUZZY : PAL_ENTRY_TRANSLATED;
}

void
pal_catalogue_entry_complete (PalCatalogueEntry *self, guint n)
{
  if (self->id_plural == NULL)
    n = 1;
  if (self->strings->len > n)
    g_ptr_array_set_size (self->strings, n);
  while (self->strings->len < n)
    g_ptr_array_add (self->strings, g_strdup (""));
  g_free (self->scope);
  self->scope = pal_catalogue_entry_get_kind (self) != NULL
                    ? make_form_scope (self->context)
                    : make_screen_scope (self->references[0]);
  self->state = find_state (self);
}

/* --- reading */

/**
 * pal_catalogue_entry_get_context:
 * @self: an entry
 *
 * Returns: (nullable): what tells it from others with the same English; of a form: the path of its
 *   node and the kind of text
 */
const char *
pal_catalogue_entry_get_context (PalCatalogueEntry *self)
{
  return self->context;
}

/**
 * pal_catalogue_entry_get_id:
 * @self: an entry
 *
 * Returns: the English
 */
const char *
pal_catalogue_entry_get_id (PalCatalogueEntry *self)
{
  return self->id;
}

/**
 * pal_catalogue_entry_get_id_plural:
 * @self: an entry
 *
 * Returns: (nullable): the English for more than one
 */
const char *
pal_catalogue_entry_get_id_plural (PalCatalogueEntry *self)
{
  return self->id_plural;
}

/**
 * pal_catalogue_entry_get_n_translations:
 * @self: an entry
 *
 * Returns: 1, or how many plural forms the language has
 */
guint
pal_catalogue_entry_get_n_translations (PalCatalogueEntry *self)
{
  return self->strings->len;
}

/**
 * pal_catalogue_entry_get_translation:
 * @self: an entry
 * @index: which form, below pal_catalogue_entry_get_n_translations()
 *
 * Returns: the translation; empty when there is none
 */
const char *
pal_catalogue_entry_get_translation (PalCatalogueEntry *self, guint index)
{
  g_return_val_if_fail (index < self->strings->len, "");

  return g_ptr_array_index (self->strings, index);
}

/**
 * pal_catalogue_entry_get_explanation:
 * @self: an entry
 *
 * Returns: (nullable): what the programmers or the makers of the form say about it
 */
const char *
pal_catalogue_entry_get_explanation (PalCatalogueEntry *self)
{
  return self->explanation;
}

/**
 * pal_catalogue_entry_get_comment:
 * @self: an entry
 *
 * Returns: (nullable): what translators say about it
 */
const char *
pal_catalogue_entry_get_comment (PalCatalogueEntry *self)
{
  return self->comment;
}

/**
 * pal_catalogue_entry_get_references:
 * @self: an entry
 *
 * Returns: (transfer none): where it stands: sheet and row of a form, file and line of the program
 */
const char *const *
pal_catalogue_entry_get_references (PalCatalogueEntry *self)
{
  return (const char *const *) self->references;
}

/**
 * pal_catalogue_entry_get_scope:
 * @self: an entry
 *
 * Returns: the page of the form, or the folder of screens, to which it belongs
 */
const char *
pal_catalogue_entry_get_scope (PalCatalogueEntry *self)
{
  return self->scope;
}

/**
 * pal_catalogue_entry_get_line:
 * @self: an entry
 *
 * Returns: its line in the file that was read, from 1; 0 when it was in none
 */
guint
pal_catalogue_entry_get_line (PalCatalogueEntry *self)
{
  return self->line;
}

/**
 * pal_catalogue_entry_is_format:
 * @self: an entry
 *
 * Returns: whether something is filled into it as printf() does
 */
gboolean
pal_catalogue_entry_is_format (PalCatalogueEntry *self)
{
  return self->is_format;
}

/**
 * pal_catalogue_entry_is_fuzzy:
 * @self: an entry
 *
 * Returns: whether somebody shall look at it again; it is not used till then
 */
gboolean
pal_catalogue_entry_is_fuzzy (PalCatalogueEntry *self)
{
  return self->is_fuzzy;
}

/**
 * pal_catalogue_entry_get_state:
 * @self: an entry
 *
 * Returns: whether it is translated; one of which only some plural forms are there counts as fuzzy
 */
PalEntryState
pal_catalogue_entry_get_state (PalCatalogueEntry *self)
{
  return self->state;
}

/* --- editing */

static void
tell (PalCatalogueEntry *self)
{
  PalEntryState state = find_state (self);

  self->is_edited = TRUE;
  if (state != self->state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  g_signal_emit (self, changed_signal, 0);
}

/**
 * pal_catalogue_entry_set_translation:
 * @self: an entry
 * @index: which form
 * @text: the translation; empty takes it away
 *
 * Translates it; who does has looked at it, so it is not fuzzy any more. The text that it has
 * already changes nothing.
 */
void
pal_catalogue_entry_set_translation (PalCatalogueEntry *self, guint index, const char *text)
{
  g_return_if_fail (index < self->strings->len);
  g_return_if_fail (text != NULL);

  if (strcmp (g_ptr_array_index (self->strings, index), text) == 0)
    return;
  g_free (self->strings->pdata[index]);
  self->strings->pdata[index] = g_strdup (text);
  self->is_fuzzy = FALSE;
  tell (self);
}

/**
 * pal_catalogue_entry_set_fuzzy:
 * @self: an entry
 * @is_fuzzy: whether somebody shall look at it again
 */
void
pal_catalogue_entry_set_fuzzy (PalCatalogueEntry *self, gboolean is_fuzzy)
{
  if (self->is_fuzzy == !!is_fuzzy)
    return;
  self->is_fuzzy = !!is_fuzzy;
  tell (self);
}

/**
 * pal_catalogue_entry_set_comment:
 * @self: an entry
 * @comment: (nullable): for other translators, lines
 */
void
pal_catalogue_entry_set_comment (PalCatalogueEntry *self, const char *comment)
{
  if (comment != NULL && *comment == '\0')
    comment = NULL;
  if (g_strcmp0 (self->comment, comment) == 0)
    return;
  g_free (self->comment);
  self->comment = g_strdup (comment);
  tell (self);
}
