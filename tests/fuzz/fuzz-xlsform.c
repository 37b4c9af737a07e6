// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz-xlsform.h"

#include "pal-form.h"
#include "pal-xlsform.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const char *const fuzz_xlsform_words[] = {
  "",
  "survey",
  "choices",
  "settings",
  "templates",
  "type",
  "name",
  "label",
  "label::English (en)",
  "label::\xd8\xb9 (ar)",
  "hint",
  "hint::English (en)",
  "guidance_hint",
  "required",
  "required_message",
  "relevant",
  "relevance",
  "constraint",
  "constraint_message",
  "calculation",
  "default",
  "appearance",
  "choice_filter",
  "repeat_count",
  "parameters",
  "read_only",
  "trigger",
  "template",
  "list_name",
  "media::image",
  "media::audio::English (en)",
  "image",
  "body::class",
  "bind::p:ref",
  "bind::type",
  "instance::x",
  "form_id",
  "form_title",
  "version",
  "default_language",
  "row_ids",
  "namespaces",
  "instance_name",
  "style",
  "allow_choice_duplicates",
  "public_key",
  "text",
  "integer",
  "decimal",
  "date",
  "time",
  "dateTime",
  "note",
  "calculate",
  "hidden",
  "acknowledge",
  "range",
  "image",
  "file",
  "barcode",
  "select_one l",
  "select_multiple l",
  "select_one l or_other",
  "rank l",
  "select_one_from_file f.csv",
  "select_multiple_from_file f.xml",
  "select_one ${a}",
  "begin_group",
  "end_group",
  "begin group",
  "end group",
  "begin_repeat",
  "end_repeat",
  "begin_loop over l",
  "end loop",
  "csv-external",
  "xml-external",
  "start",
  "end",
  "today",
  "deviceid",
  "username",
  "audit",
  "l",
  "a",
  "b",
  "grp",
  "rep",
  "${a}",
  "${b} + 1",
  "${a} = 'x' and ${b} > 2",
  "selected(${a}, 'b')",
  "count(${rep})",
  "indexed-repeat(${a}, ${rep}, 1)",
  "${last-saved#a}",
  "jr:choice-name(${a}, '${a}')",
  "pulldata('f', 'x', 'y', ${a})",
  "once(uuid())",
  "position(..)",
  "a=${a}",
  "start=1 end=5 step=1",
  "randomize=true seed=${a}",
  "max-pixels=640",
  "value=v label=n",
  "p=\"https://palermo.app/ns/form\"",
  "yes",
  "no",
  "true()",
  "TRUE",
  "1",
  "1.5",
  "2024-02-29",
  "field-list",
  "table-list",
  "minimal",
  "part",
  "page",
  "block",
  "block other",
  "English (en)",
  "Use **bold** and ${a}, <b>&amp;</b>",
  "concat(${a}, \"${b}\")",
  "$",
  "${",
  "${}",
  "}",
  "${ a }",
  " ",
  "\"",
  "a b",
  "a-b.c",
  "9a",
  "xml:a",
  "or_other",
  NULL,
};

/* A form of ours that puts in what the input shares. */
static const char *
user_path (void)
{
  static const char user[] = "settings\n,row_ids\n,yes\nsurvey\n,type,name,label,template\n"
                             ",begin_group,g,G,block\n,select_one l,a,A,\n,end_group,,,\n"
                             ",,,,other\n,text,b,B,\ntemplates\n,template,type,name,label\n"
                             ",own,text,t,T\n";
  static char path[64];
  int file;

  if (path[0] != '\0')
    return path;
  file = memfd_create ("user", MFD_CLOEXEC);
  fuzz_check (file != -1 && write (file, user, sizeof user - 1) == (gssize) (sizeof user - 1));
  g_snprintf (path, sizeof path, "/proc/self/fd/%d", file);

  return path;
}

/* The input as the workbook that several forms share. */
static void
share (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) made = pal_xlsform_compile_shared (user_path (), path, NULL, NULL, &error);

  if (made != NULL)
    fuzz_check_xml (made);
  else
    fuzz_check_error (error);
}

void
fuzz_xlsform_convert (void)
{
  const char *path = fuzz_file_path ();
  g_autoptr (GPtrArray) warnings = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other = NULL;
  g_autoptr (GError) form_error = NULL;
  g_autoptr (GBytes) made = pal_xlsform_compile (path, NULL, &warnings, &error);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GBytes) template = NULL;
  g_autoptr (PalForm) form = NULL;

  share (path);
  template = pal_xlsform_extract (path, NULL, &other);
  if (template == NULL)
    fuzz_check_error (other);
  else
    fuzz_check (
        g_utf8_validate (g_bytes_get_data (template, NULL), g_bytes_get_size (template), NULL));
  if (made == NULL)
    {
      fuzz_check_error (error);
      return;
    }
  for (guint i = 0; i < warnings->len; i++)
    fuzz_check_text (warnings->pdata[i]);
  fuzz_check_xml (made);
  again = pal_xlsform_compile (path, NULL, NULL, NULL);
  fuzz_check (again != NULL && g_bytes_equal (made, again));
  form = pal_form_load_listing (made, "made.xml", NULL, &problems, &form_error);
  if (form == NULL)
    {
      fuzz_check_error (form_error);
      fuzz_check (problems->len > 0);
    }
}
