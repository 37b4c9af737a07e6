// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-kit"

#include "config.h"

#include "pal-kit-private.h"

#include "pal-regular-file.h"
#include "pal-text.h"
#include "pal-xml.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A file that came back: from a page of ours, or an instance as any ODK program writes it. Whoever
 * made it is unknown: everything in it is text, within limits. */

/* libxml2 takes no more at once. */
#define LIBXML_MAX_BYTES 10000000

static const PalXmlLimits limits = {
  .max_bytes = 4 * PAL_KIT_MAX_BYTES,
  .max_nodes = 200000,
  .max_depth = 64,
  .max_attributes = 64,
  .max_tag_bytes = 64 * 1024,
};

static void
value_free (PalKitValue *value)
{
  g_free (value->path);
  g_free (value->value);
  g_free (value->written);
  g_free (value);
}

/**
 * pal_kit_file_free:
 * @file: (nullable) (transfer full): an attachment
 */
void
pal_kit_file_free (PalKitFile *file)
{
  if (file == NULL)
    return;

  g_free (file->name);
  g_free (file->media_type);
  g_bytes_unref (file->bytes);
  g_free (file);
}

static void
remark_free (PalKitRemark *remark)
{
  g_free (remark->path);
  g_free (remark->text);
  g_free (remark);
}

static PalKitInput *
input_new (void)
{
  PalKitInput *self = g_new0 (PalKitInput, 1);

  self->values = g_ptr_array_new_with_free_func ((GDestroyNotify) value_free);
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_kit_file_free);
  self->remarks = g_ptr_array_new_with_free_func ((GDestroyNotify) remark_free);

  return self;
}

/**
 * pal_kit_input_free:
 * @self: (nullable): what a file said
 */
void
pal_kit_input_free (PalKitInput *self)
{
  if (self == NULL)
    return;
  g_free (self->form_id);
  g_free (self->version);
  g_free (self->instance_id);
  g_free (self->kit_id);
  g_free (self->dossier);
  g_free (self->language);
  g_free (self->cluster);
  g_free (self->articles);
  g_free (self->saved);
  g_free (self->sha256);
  g_ptr_array_unref (self->values);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->remarks);
  g_clear_pointer (&self->instance, g_bytes_unref);
  g_free (self);
}

/**
 * pal_kit_input_has_remark:
 * @self: what a file said
 * @kind: a kind of remark
 *
 * Returns: whether there is such a remark
 */
gboolean
pal_kit_input_has_remark (PalKitInput *self, PalKitRemarkKind kind)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < self->remarks->len; i++)
    if (((PalKitRemark *) self->remarks->pdata[i])->kind == kind)
      return TRUE;

  return FALSE;
}

/**
 * pal_kit_input_remove_remarks:
 * @self: what a file said
 * @kind: a kind of remark
 *
 * Takes out remarks that say nothing of files of this kind: a package or an office document has no
 * check sum of the kit's making, so that one is missing tells nobody anything.
 */
void
pal_kit_input_remove_remarks (PalKitInput *self, PalKitRemarkKind kind)
{
  g_return_if_fail (self != NULL);

  for (guint i = self->remarks->len; i > 0; i--)
    if (((PalKitRemark *) self->remarks->pdata[i - 1])->kind == kind)
      g_ptr_array_remove_index (self->remarks, i - 1);
}

/**
 * pal_kit_remark_kind_to_string:
 * @kind: a kind of remark
 *
 * Returns: a word for programs
 */
const char *
pal_kit_remark_kind_to_string (PalKitRemarkKind kind)
{
  switch (kind)
    {
    case PAL_KIT_REMARK_VERSION:
      return "version";
    case PAL_KIT_REMARK_CHANGED:
      return "changed";
    case PAL_KIT_REMARK_UNSEALED:
      return "unsealed";
    case PAL_KIT_REMARK_DRAFT:
      return "draft";
    case PAL_KIT_REMARK_ENCODING:
      return "encoding";
    case PAL_KIT_REMARK_CUT:
      return "cut";
    case PAL_KIT_REMARK_UNKNOWN:
      return "unknown";
    case PAL_KIT_REMARK_TWICE:
      return "twice";
    case PAL_KIT_REMARK_CHOICE:
      return "choice";
    case PAL_KIT_REMARK_DATE:
      return "date";
    case PAL_KIT_REMARK_DATE_UNSURE:
      return "date-unsure";
    case PAL_KIT_REMARK_NUMBER:
      return "number";
    case PAL_KIT_REMARK_LENGTH:
      return "length";
    case PAL_KIT_REMARK_ROW:
      return "row";
    case PAL_KIT_REMARK_FILE:
      return "file";
    case PAL_KIT_REMARK_SPARE_FILE:
      return "spare-file";
    case PAL_KIT_REMARK_FORMULA:
      return "formula";
    case PAL_KIT_REMARK_TRACKED:
      return "tracked";
    case PAL_KIT_REMARK_COMMENT:
      return "comment";
    case PAL_KIT_REMARK_EMBEDDED:
      return "embedded";
    case PAL_KIT_N_REMARKS:
      break;
    }
  g_return_val_if_reached ("");
}

/* --- a file that was cut off */

/* What is open at the end is closed there, and a tag that is not whole is left out: NULL when that
 * does not help. */
static GBytes *
close_what_is_open (GBytes *bytes)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (g_free);
  const char *end = data + length;
  const char *c = data;
  GString *out;

  while (c < end && (c = memchr (c, '<', (gsize) (end - c))) != NULL)
    {
      const char *close = memchr (c, '>', (gsize) (end - c));
      gsize name;

      if (close == NULL)
        {
          end = c;
          break;
        }
      if (c[1] == '/')
        {
          if (open->len == 0)
            return NULL;
          g_ptr_array_remove_index (open, open->len - 1);
        }
      else if (c[1] != '!' && c[1] != '?' && close[-1] != '/')
        {
          name = strcspn (c + 1, " \t\r\n/>");
          g_ptr_array_add (open, g_strndup (c + 1, name));
          if (open->len > limits.max_depth)
            return NULL;
        }
      c = close + 1;
    }
  if (open->len == 0)
    return NULL;
  /* Half of a reference such as "&am" is no text. */
  for (c = end; c > data && end - c < 10 && c[-1] != ';' && c[-1] != '>'; c--)
    if (c[-1] == '&')
      {
        end = c - 1;
        break;
      }
  out = g_string_new_len (data, end - data);
  for (guint i = open->len; i > 0; i--)
    g_string_append_printf (out, "</%s>", (const char *) open->pdata[i - 1]);

  return g_string_free_to_bytes (out);
}

static PalDocument *
parse (PalKitInput *input, GBytes *text, GError **error)
{
  g_autoptr (GError) cause = NULL;
  PalDocument *document = pal_xml_parse (text, "file", PAL_XML_READ_DEFAULT, &limits, &cause);
  g_autoptr (GBytes) closed = NULL;

  if (document != NULL)
    return document;
  if (g_error_matches (cause, PAL_XML_ERROR, PAL_XML_ERROR_MALFORMED))
    closed = close_what_is_open (text);
  if (closed != NULL)
    document = pal_xml_parse (closed, "file", PAL_XML_READ_DEFAULT, &limits, NULL);
  if (document != NULL)
    {
      pal_kit_remark (input, PAL_KIT_REMARK_CUT, NULL, NULL);
      return document;
    }
  g_set_error (error, PAL_KIT_ERROR,
               g_error_matches (cause, PAL_XML_ERROR, PAL_XML_ERROR_LIMIT)
                       || g_bytes_get_size (text) > LIBXML_MAX_BYTES
                   ? PAL_KIT_ERROR_LIMIT
                   : PAL_KIT_ERROR_BROKEN,
               "%s", cause->message);

  return NULL;
}

/* --- attachments */

/* A name without folders, and without what could mislead. */
static char *
dup_plain_name (const char *name)
{
  g_autofree char *printable = pal_text_dup_printable (name, 200);
  char *slash;

  for (char *c = printable; *c != '\0'; c++)
    if (*c == '\\')
      *c = '/';
  slash = strrchr (printable, '/');
  slash = slash != NULL ? slash + 1 : printable;
  while (*slash == '.' || *slash == ' ')
    slash++;

  return g_strdup (*slash != '\0' ? slash : "file");
}

static gboolean
has_file (PalKitInput *input, const char *name)
{
  for (guint i = 0; i < input->files->len; i++)
    if (strcmp (((PalKitFile *) input->files->pdata[i])->name, name) == 0)
      return TRUE;

  return FALSE;
}

static PalKitFile *
add_file (PalKitInput *input, const char *name, const char *media_type, GBytes *bytes)
{
  PalKitFile *file = g_new0 (PalKitFile, 1);

  file->name = dup_plain_name (name);
  for (guint i = 2; has_file (input, file->name); i++)
    {
      g_autofree char *plain = dup_plain_name (name);

      g_free (file->name);
      file->name = g_strdup_printf ("%u-%s", i, plain);
    }
  file->media_type
      = media_type != NULL && *media_type != '\0' ? pal_text_dup_printable (media_type, 100) : NULL;
  file->bytes = g_bytes_ref (bytes);
  file->is_intact = TRUE;
  g_ptr_array_add (input->files, file);

  return file;
}

static gboolean
fail_at_limit (const char *what, GError **error)
{
  g_set_error_literal (error, PAL_KIT_ERROR, PAL_KIT_ERROR_LIMIT, what);
  return FALSE;
}

static gboolean
read_attached (PalKitInput *input, PalNode *element, gsize *total, GError **error)
{
  g_autofree char *text = pal_node_dup_text (element);
  g_autofree char *digest = NULL;
  g_autofree guchar *octets = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const char *name = pal_node_get_attribute (element, "name", NULL);
  const char *expected = pal_node_get_attribute (element, "sha256", NULL);
  gsize length = 0;
  PalKitFile *file;

  octets = g_base64_decode (text, &length);
  *total += length;
  if (*total > PAL_KIT_MAX_FILE_BYTES)
    return fail_at_limit ("the attachments are too large", error);
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, octets, length);
  bytes = g_bytes_new_take (g_steal_pointer (&octets), length);
  file = add_file (input, name != NULL ? name : "", pal_node_get_attribute (element, "type", NULL),
                   bytes);
  file->is_intact = g_strcmp0 (expected, digest) == 0;

  return TRUE;
}

static gboolean
read_all_attached (PalKitInput *input, PalNode *kit, GError **error)
{
  gsize total = 0;

  for (PalNode *child = kit->first_child; child != NULL; child = child->next)
    {
      if (child->kind != PAL_NODE_ELEMENT || strcmp (child->local, "file") != 0)
        continue;
      if (input->files->len >= PAL_KIT_MAX_FILES)
        return fail_at_limit ("too many attachments", error);
      if (!read_attached (input, child, &total, error))
        return FALSE;
    }

  return TRUE;
}

/* A stranger wrote its name: whatever is large is not read, and a link is not followed. What is not
 * there is missed later. */
static gboolean
read_one_beside (PalKitInput *input, const char *folder, const char *name, gsize *total,
                 GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) bytes = NULL;
  gsize length = 0;
  int fd = pal_regular_file_open (path, O_NOFOLLOW, &length, NULL);

  if (fd < 0)
    return TRUE;
  if (length <= PAL_KIT_MAX_FILE_BYTES - *total && input->files->len < PAL_KIT_MAX_FILES)
    {
      *total += length;
      bytes = pal_regular_file_read (fd, length, NULL);
      if (bytes != NULL)
        add_file (input, name, NULL, bytes);
      close (fd);
      return TRUE;
    }
  close (fd);

  return fail_at_limit ("the attachments are too large", error);
}

/* Submissions of ODK programs lie beside their attachments. */
static gboolean
read_beside (PalKitInput *input, PalNode *node, PalFormNode *definition, const char *folder,
             gsize *total, GError **error)
{
  for (PalNode *child = node->first_child; child != NULL; child = child->next)
    {
      PalFormNode *found = NULL;
      g_autofree char *name = NULL;

      for (guint i = 0; child->kind == PAL_NODE_ELEMENT && i < definition->children->len; i++)
        {
          PalFormNode *one = g_ptr_array_index (definition->children, i);

          if (strcmp (one->local, child->local) == 0)
            found = one;
        }
      if (found == NULL)
        continue;
      if (found->children->len > 0)
        {
          if (!read_beside (input, child, found, folder, total, error))
            return FALSE;
          continue;
        }
      name = g_strstrip (pal_node_dup_text (child));
      if (found->type != PAL_TYPE_BINARY || *name == '\0' || *name == '.'
          || strpbrk (name, "/\\") != NULL || has_file (input, name))
        continue;
      if (!read_one_beside (input, folder, name, total, error))
        return FALSE;
    }

  return TRUE;
}

/* --- the whole */

static char *
dup_attribute (PalNode *node, const char *name)
{
  const char *text = pal_node_get_attribute (node, name, NULL);

  return text != NULL && *text != '\0' ? pal_text_dup_printable (text, 200) : NULL;
}

static gboolean
check_root (PalForm *form, PalNode *root, GError **error)
{
  const char *id = pal_node_get_attribute (root, "id", NULL);

  if (strcmp (root->local, pal_form_get_root (form)->local) == 0
      && (id == NULL || strcmp (id, pal_form_get_id (form)) == 0))
    return TRUE;
  g_set_error_literal (error, PAL_KIT_ERROR, PAL_KIT_ERROR_OTHER,
                       strcmp (root->local, "html") == 0 ? "this is a page or a form"
                                                         : "this is of another form");
  if (strcmp (root->local, "html") == 0 && error != NULL)
    (*error)->code = PAL_KIT_ERROR_PAGE;

  return FALSE;
}

static PalNode *
find_kit (PalNode *root)
{
  for (PalNode *child = root->first_child; child != NULL; child = child->next)
    if (child->kind == PAL_NODE_ELEMENT && strcmp (child->local, "kit") == 0
        && g_strcmp0 (child->uri, PAL_KIT_NS) == 0)
      return child;

  return NULL;
}

static void
read_origin (PalKitInput *input, PalForm *form, PalNode *root, PalNode *kit)
{
  const char *expected;
  g_autofree char *digest = NULL;

  input->form_id = g_strdup (pal_form_get_id (form));
  input->version = dup_attribute (root, "version");
  if (input->version != NULL && strcmp (input->version, pal_form_get_version (form)) != 0)
    pal_kit_remark (input, PAL_KIT_REMARK_VERSION, NULL, input->version);
  if (kit == NULL)
    {
      pal_kit_remark (input, PAL_KIT_REMARK_UNSEALED, NULL, NULL);
      return;
    }
  input->kit_id = dup_attribute (kit, "kit");
  input->dossier = dup_attribute (kit, "dossier");
  input->language = dup_attribute (kit, "language");
  input->cluster = dup_attribute (kit, "cluster");
  input->articles = dup_attribute (kit, "articles");
  input->saved = dup_attribute (kit, "saved");
  if (g_strcmp0 (pal_node_get_attribute (kit, "draft", NULL), "yes") == 0)
    pal_kit_remark (input, PAL_KIT_REMARK_DRAFT, NULL, NULL);
  expected = pal_node_get_attribute (kit, "sha256", NULL);
  digest = pal_kit_dup_content_digest (root, kit);
  if (expected == NULL)
    pal_kit_remark (input, PAL_KIT_REMARK_UNSEALED, NULL, NULL);
  else if (strcmp (expected, digest) != 0)
    pal_kit_remark (input, PAL_KIT_REMARK_CHANGED, NULL, NULL);
}

static void
take_files (PalKitInput *input, GPtrArray *files)
{
  for (guint i = 0; i < files->len; i++)
    {
      const PalKitFile *file = g_ptr_array_index (files, i);

      add_file (input, file->name, file->media_type, file->bytes)->is_intact = file->is_intact;
    }
}

static PalKitInput *
read_input (GBytes *bytes, const char *folder, GPtrArray *files, PalForm *form, GError **error)
{
  g_autoptr (PalKitInput) input = input_new ();
  g_autoptr (PalDocument) document = NULL;
  g_autofree char *guessed = NULL;
  g_autoptr (GBytes) text = pal_kit_decode (bytes, &guessed, error);
  gsize total = 0;
  PalNode *root, *kit;

  if (text == NULL)
    return NULL;
  if (guessed != NULL)
    pal_kit_remark (input, PAL_KIT_REMARK_ENCODING, NULL, guessed);
  document = parse (input, text, error);
  if (document == NULL)
    return NULL;
  root = pal_document_get_element (document);
  if (!check_root (form, root, error))
    return NULL;

  input->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  kit = find_kit (root);
  read_origin (input, form, root, kit);
  if (kit != NULL && !read_all_attached (input, kit, error))
    return NULL;
  if (files != NULL)
    take_files (input, files);
  if (folder != NULL && !read_beside (input, root, pal_form_get_root (form), folder, &total, error))
    return NULL;
  if (!pal_kit_place (input, form, root, error))
    return NULL;

  return g_steal_pointer (&input);
}

/**
 * pal_kit_read:
 * @bytes: a file, from an unknown source
 * @form: the form of which it should be
 * @error: return location: a #PalKitError
 *
 * Reads what a page saved, or an instance of the form from another ODK program. Everything that it
 * says is either a value, or a remark: nothing is left out without a word. Texts are plain text,
 * whatever they look like. Any thread.
 *
 * Returns: (transfer full) (nullable): what it says
 */
PalKitInput *
pal_kit_read (GBytes *bytes, PalForm *form, GError **error)
{
  g_return_val_if_fail (bytes != NULL && form != NULL, NULL);

  return read_input (bytes, NULL, NULL, form, error);
}

/**
 * pal_kit_read_with:
 * @bytes: a file, from an unknown source
 * @folder: (nullable): attachments that it names may lie there, as ODK programs put them
 * @files: (nullable) (element-type PalKitFile): attachments that came with it in another way; for
 *   their names, media types and content
 * @form: the form of which it should be
 * @error: return location: a #PalKitError
 *
 * The same for a file whose attachments are not in it. Blocking when there is a folder; any thread.
 *
 * Returns: (transfer full) (nullable): what it says
 */
PalKitInput *
pal_kit_read_with (GBytes *bytes, const char *folder, GPtrArray *files, PalForm *form,
                   GError **error)
{
  g_return_val_if_fail (bytes != NULL && form != NULL, NULL);

  return read_input (bytes, folder, files, form, error);
}

/**
 * pal_kit_read_file:
 * @path: a file
 * @form: the form of which it should be
 * @error: return location: a #PalKitError or #GIOErrorEnum
 *
 * The same for a file on a disk; attachments that it names may also lie beside it, as ODK programs
 * put them. Blocking; any thread.
 *
 * Returns: (transfer full) (nullable): what it says
 */
PalKitInput *
pal_kit_read_file (const char *path, PalForm *form, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *folder = NULL;
  gsize length = 0;
  int fd;

  g_return_val_if_fail (path != NULL && form != NULL, NULL);

  fd = pal_regular_file_open (path, 0, &length, error);
  if (fd < 0)
    return NULL;
  if (length <= PAL_KIT_MAX_BYTES)
    bytes = pal_regular_file_read (fd, length, error);
  else
    fail_at_limit ("the file is too large", error);
  close (fd);
  if (bytes == NULL)
    return NULL;
  folder = g_path_get_dirname (path);

  return read_input (bytes, folder, NULL, form, error);
}
