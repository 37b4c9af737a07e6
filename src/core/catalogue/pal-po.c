// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-po"
#include "config.h"

#include "pal-catalogue-private.h"

#include <errno.h>
#include <gettext-po.h>
#include <setjmp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* libgettextpo: it works on files, keeps its state in globals, and must not come back from a fatal
 * error. So it gets files in memory, one caller at a time, and a way out. */

#ifndef __has_feature /* clang's way to ask */
#define __has_feature(name) 0
#endif

#if defined __SANITIZE_ADDRESS__ || __has_feature(address_sanitizer)
/* It keeps some of what it reads, which its source says as well; the leak checker asks for this. */
const char *__lsan_default_suppressions (void);
const char *__lsan_default_options (void);

const char *
__lsan_default_suppressions (void)
{
  return "leak:libgettextpo\n";
}

/* Standard error belongs to the program. */
const char *
__lsan_default_options (void)
{
  return "print_suppressions=0";
}
#endif

static GMutex lock;
static struct
{
  jmp_buf way_out;
  char *message; /* (nullable): the first error */
  guint line;
} failure; /* under lock */

static void
note_problem (int severity, const char *file, size_t line, const char *message)
{
  if (severity == PO_SEVERITY_WARNING)
    return;
  if (failure.message == NULL)
    {
      failure.message = g_strstrip (g_strdup (message));
      failure.line = file != NULL && line != (size_t) -1 ? line : 0;
    }
  if (severity == PO_SEVERITY_FATAL_ERROR)
    longjmp (failure.way_out, 1);
}

static void
note_error (int severity, po_message_t message, const char *file, size_t line, size_t column,
            int is_multiline, const char *text)
{
  note_problem (severity, file, line, text);
}

static void
note_error_of_two (int severity, po_message_t message1, const char *file1, size_t line1,
                   size_t column1, int is_multiline1, const char *text1, po_message_t message2,
                   const char *file2, size_t line2, size_t column2, int is_multiline2,
                   const char *text2)
{
  note_problem (severity, file1, line1, text1);
}

static const struct po_xerror_handler handler = { note_error, note_error_of_two };

/* A name under which the library finds what stands in memory. */
static char *
make_memory (GBytes *bytes, int *fd)
{
  gsize length = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
  gsize done = 0;

  *fd = memfd_create ("catalogue", MFD_CLOEXEC);
  while (*fd >= 0 && done < length)
    {
      gssize n = write (*fd, data + done, length - done);

      if (n <= 0 && errno != EINTR)
        {
          close (*fd);
          *fd = -1;
        }
      done += MAX (n, 0);
    }

  return *fd >= 0 ? g_strdup_printf ("/proc/self/fd/%d", *fd) : NULL;
}

static GBytes *
read_memory (int fd)
{
  struct stat status;
  g_autofree char *text = NULL;
  gsize done = 0;

  if (fstat (fd, &status) != 0)
    return NULL;
  text = g_malloc (status.st_size + 1);
  while (done < (gsize) status.st_size)
    {
      gssize n = pread (fd, text + done, status.st_size - done, done);

      if (n <= 0 && errno != EINTR)
        return NULL;
      done += MAX (n, 0);
    }

  return g_bytes_new_take (g_steal_pointer (&text), done);
}

/* Between these the library may be used; open: FALSE when it failed. */
static void
begin (void)
{
  g_mutex_lock (&lock);
  failure.line = 0;
}

static gboolean
end (const char *name, GError **error)
{
  g_autofree char *message = g_steal_pointer (&failure.message);
  guint line = failure.line;

  g_mutex_unlock (&lock);
  if (message == NULL)
    return TRUE;
  pal_catalogue_set_error (error, PAL_CATALOGUE_ERROR_SYNTAX, name, line, NULL, "%s", message);

  return FALSE;
}

static po_file_t
open_file (const char *path)
{
  if (setjmp (failure.way_out) != 0)
    return NULL;

  return po_file_read (path, &handler);
}

static void
write_file (po_file_t file, const char *path)
{
  if (setjmp (failure.way_out) == 0)
    po_file_write (file, path, &handler);
}

static gboolean
is_header (po_message_t message)
{
  return po_message_msgctxt (message) == NULL && *po_message_msgid (message) == '\0';
}

static char *
dup_comment (const char *comment)
{
  return comment != NULL && *comment != '\0' ? g_strchomp (g_strdup (comment)) : NULL;
}

static GStrv
dup_references (po_message_t message)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  po_filepos_t position;

  for (int i = 0; (position = po_message_filepos (message, i)) != NULL; i++)
    {
      size_t line = po_filepos_start_line (position);
      g_autofree char *text = line != (size_t) -1
                                  ? g_strdup_printf ("%s:%zu", po_filepos_file (position), line)
                                  : g_strdup (po_filepos_file (position));

      g_strv_builder_add (builder, text);
    }

  return g_strv_builder_end (builder);
}

static PalCatalogueEntry *
make_entry (po_message_t message)
{
  PalCatalogueEntry *entry = pal_catalogue_entry_new ();

  entry->context = g_strdup (po_message_msgctxt (message));
  entry->id = g_strdup (po_message_msgid (message));
  entry->id_plural = g_strdup (po_message_msgid_plural (message));
  if (entry->id_plural == NULL)
    g_ptr_array_add (entry->strings, g_strdup (po_message_msgstr (message)));
  else
    {
      const char *text;

      for (int i = 0; (text = po_message_msgstr_plural (message, i)) != NULL; i++)
        g_ptr_array_add (entry->strings, g_strdup (text));
    }
  entry->n_in_file = entry->strings->len;
  entry->explanation = dup_comment (po_message_extracted_comments (message));
  entry->comment = dup_comment (po_message_comments (message));
  entry->references = dup_references (message);
  entry->is_format = po_message_is_format (message, "c-format");
  entry->is_fuzzy = po_message_is_fuzzy (message);

  return entry;
}

static GPtrArray *
list_entries (po_file_t file, const PalPoScan *scan, char **header)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (g_object_unref);
  po_message_iterator_t iterator = po_message_iterator (file, NULL);
  po_message_t message;
  guint n = 0;

  for (; (message = po_next_message (iterator)) != NULL; n++)
    {
      PalCatalogueEntry *entry;

      if (is_header (message) && *header == NULL)
        *header = g_strdup (po_message_msgstr (message));
      if (is_header (message) || po_message_is_obsolete (message))
        continue;
      entry = make_entry (message);
      entry->line = n < scan->lines->len ? g_array_index (scan->lines, guint, n) : 0;
      g_ptr_array_add (entries, entry);
    }
  po_message_iterator_free (iterator);

  return entries;
}

/* Errors: PAL_CATALOGUE_ERROR_SYNTAX, G_IO_ERROR. */
GPtrArray *
pal_po_read (GBytes *bytes, const char *name, const PalPoScan *scan, char **header, GError **error)
{
  int fd = -1;
  g_autofree char *path = make_memory (bytes, &fd);
  g_autoptr (GPtrArray) entries = NULL;
  po_file_t file;

  *header = NULL;
  if (path == NULL)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "no memory for a catalogue");
      return NULL;
    }

  begin ();
  file = open_file (path);
  if (file != NULL)
    {
      entries = list_entries (file, scan, header);
      po_file_free (file);
    }
  close (fd);
  if (!end (name, error))
    return NULL;
  if (entries == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "a catalogue cannot be read from memory");

  return g_steal_pointer (&entries);
}

static void
apply_entry (po_message_t message, const PalCatalogueEntry *entry)
{
  g_autofree char *comment
      = entry->comment != NULL ? g_strconcat (entry->comment, "\n", NULL) : g_strdup ("");

  if (entry->id_plural == NULL)
    po_message_set_msgstr (message, g_ptr_array_index (entry->strings, 0));
  else
    {
      for (guint i = 0; i < entry->strings->len; i++)
        po_message_set_msgstr_plural (message, i, g_ptr_array_index (entry->strings, i));
      po_message_set_msgstr_plural (message, entry->strings->len, NULL);
    }
  po_message_set_fuzzy (message, entry->is_fuzzy);
  if (!entry->is_fuzzy)
    {
      po_message_set_prev_msgctxt (message, NULL);
      po_message_set_prev_msgid (message, NULL);
      po_message_set_prev_msgid_plural (message, NULL);
    }
  po_message_set_comments (message, comment);
}

static void
apply (po_file_t file, GPtrArray *entries, const char *header)
{
  po_message_iterator_t iterator = po_message_iterator (file, NULL);
  po_message_t message;
  guint n = 0;

  while ((message = po_next_message (iterator)) != NULL)
    if (is_header (message))
      {
        if (header != NULL && !po_message_is_obsolete (message))
          {
            po_message_set_msgstr (message, header);
            po_message_set_fuzzy (message, 0);
          }
      }
    else if (!po_message_is_obsolete (message) && n < entries->len)
      {
        const PalCatalogueEntry *entry = g_ptr_array_index (entries, n++);

        if (entry->is_edited)
          apply_entry (message, entry);
      }
  po_message_iterator_free (iterator);
}

GBytes *
pal_po_write (GBytes *bytes, GPtrArray *entries, const char *header, GError **error)
{
  int in = -1, out = -1;
  g_autofree char *from = make_memory (bytes, &in);
  g_autofree char *to = make_memory (NULL, &out);
  g_autoptr (GBytes) written = NULL;
  po_file_t file = NULL;

  if (from != NULL && to != NULL)
    {
      begin ();
      file = open_file (from);
      if (file != NULL)
        {
          apply (file, entries, header);
          write_file (file, to);
          po_file_free (file);
        }
      if (!end ("catalogue", error))
        file = NULL;
      else if (file != NULL)
        written = read_memory (out);
    }
  if (in >= 0)
    close (in);
  if (out >= 0)
    close (out);
  if (written == NULL && (error == NULL || *error == NULL))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no memory for a catalogue");

  return g_steal_pointer (&written);
}

char *
pal_po_dup_field (const char *header, const char *field)
{
  char *found = po_header_field (header, field);
  char *value = g_strdup (found);

  free (found);

  return value;
}

char *
pal_po_set_field (const char *header, const char *field, const char *value)
{
  char *changed = po_header_set_field (header, field, value);
  char *copy = g_strdup (changed);

  free (changed);

  return copy;
}
