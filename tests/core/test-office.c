// SPDX-License-Identifier: GPL-3.0-or-later
#include "pal-office-private.h"

#include "pal-book.h"
#include "pal-bundle.h"

#include <string.h>

/* The form laid out, answers that were found made an input, and the workbook, row by row. */

static const char source[]
    = "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "
      "xmlns:jr='http://openrosa.org/javarosa'><h:head><h:title>T</h:title><model>"
      "<itext><translation lang='English (en)' default='true()'><text id='y'><value>Yes</value>"
      "</text><text id='p'><value>In part, so far</value></text><text id='q'><value>Yes</value>"
      "</text></translation><translation lang='Français (fr)'><text id='y'><value>Oui</value>"
      "</text><text id='p'><value>En partie</value></text><text id='q'><value>Si</value></text>"
      "</translation></itext><instance><data id='f' version='2'><all><a><note/><t>first</t><d/><n/>"
      "<one>yes</one><many/><file/><g><t/></g></a><b><row "
      "jr:template=''><_id/><x/><h><y/></h></row>"
      "</b></all><meta><instanceID/></meta></data></instance><instance id='list'><root>"
      "<item><itextId>y</itextId><name>yes</name></item><item><itextId>p</itextId><name>part</name>"
      "</item><item><itextId>q</itextId><name>quite</name></item></root></instance>"
      "<bind nodeset='/data/all/a/note' readonly='true()'/><bind nodeset='/data/all/a/d' "
      "type='date'/>"
      "<bind nodeset='/data/all/a/n' type='int'/><bind nodeset='/data/all/a/file' type='binary'/>"
      "<bind nodeset='/data/all/a/t' required='true()'/></model></h:head><h:body>"
      "<group ref='/data/all' appearance='part'><label>All</label>"
      "<group ref='/data/all/a' appearance='page'><label>A</label>"
      "<input ref='/data/all/a/note'><label>Read this</label></input>"
      "<input ref='/data/all/a/t'><label>Text</label><hint>Words</hint></input>"
      "<input ref='/data/all/a/d'><label>Day</label></input>"
      "<input ref='/data/all/a/n'><label>Number</label></input>"
      "<select1 ref='/data/all/a/one'><label>One</label><itemset "
      "nodeset=\"instance('list')/root/item\">"
      "<value ref='name'/><label ref='jr:itext(itextId)'/></itemset></select1>"
      "<select ref='/data/all/a/many'><label>Many</label><itemset "
      "nodeset=\"instance('list')/root/item\"><value ref='name'/><label ref='jr:itext(itextId)'/>"
      "</itemset></select><upload ref='/data/all/a/file' "
      "mediatype='*/*'><label>File</label></upload>"
      "<group ref='/data/all/a/g'><label>Group</label><input ref='/data/all/a/g/t'>"
      "<label>Deep</label></input></group></group>"
      "<group ref='/data/all/b' appearance='page'><label>B</label>"
      "<group ref='/data/all/b/row'><label>Rows</label><repeat nodeset='/data/all/b/row'>"
      "<input ref='/data/all/b/row/x'><label>X</label></input><group ref='/data/all/b/row/h'>"
      "<label>Band</label><input ref='/data/all/b/row/h/y'><label>Y</label></input></group>"
      "</repeat></group></group></group></h:body></h:html>";

static PalForm *
load (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (source, strlen (source));
  g_autoptr (GError) error = NULL;
  PalForm *form = pal_form_load (bytes, "form", &error);

  g_assert_no_error (error);

  return form;
}

static PalKitOrder
order_of (PalForm *form)
{
  PalKitOrder order = { .form = form, .language = "en", .state = "Practicia", .cluster = "I" };

  return order;
}

/* --- codes */

static void
test_codes (void)
{
  static const struct
  {
    const char *code;
    const char *path; /* NULL: no place */
    const char *row;
  } rows[] = {
    { "a.t", "/data/all/a/t", NULL },
    { "a.g.t", "/data/all/a/g/t", NULL },
    { "g.t", "/data/all/a/g/t", NULL }, /* the group may have moved */
    { "b.row", "/data/all/b/row", NULL },
    { "b.row.h.y#12", "/data/all/b/row/h/y", "12" },
    { "row.x# 3 ", "/data/all/b/row/x", "3" },
    { "all.a.t", "/data/all/a/t", NULL },
    { "one", NULL, NULL }, /* a single name may be an answer */
    { "a.u", NULL, NULL },
    { "", NULL, NULL },
    { "#1", NULL, NULL },
    { "a t", NULL, NULL },
    { "/data/all/a/t", NULL, NULL },
    { ".", NULL, NULL },
    { "a..t", NULL, NULL },
  };
  g_autoptr (PalForm) form = load ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *row = NULL;
      PalFormNode *node = pal_office_find_code (form, rows[i].code, &row);

      g_test_message ("%s", rows[i].code);
      g_assert_cmpstr (node != NULL ? node->path : NULL, ==, rows[i].path);
      g_assert_cmpstr (row, ==, rows[i].row);
    }
  for (guint i = 0; i < pal_form_get_nodes (form)->len; i++)
    {
      PalFormNode *node = g_ptr_array_index (pal_form_get_nodes (form), i);
      g_autofree char *code = pal_office_dup_code (form, node);

      if (node->children->len == 0 && !node->is_attribute)
        g_assert_true (pal_office_find_code (form, code, NULL) == node);
    }
}

/* --- the form laid out */

static void
append_items (GString *out, GPtrArray *items)
{
  static const char *const kinds[] = { "heading", "note", "question", "table" };

  for (guint i = 0; i < items->len; i++)
    {
      const PalOfficeItem *item = g_ptr_array_index (items, i);

      g_string_append_printf (out, "%s %s", kinds[item->kind],
                              item->text != NULL ? item->text : "");
      if (item->field != NULL)
        g_string_append_printf (out, "%s=%s kind %u%s first %s\n", item->field->code,
                                item->field->label, item->field->kind,
                                item->field->is_required ? " required" : "",
                                item->field->first != NULL ? item->field->first : "-");
      else
        g_string_append_c (out, '\n');
      if (item->columns != NULL)
        append_items (out, item->columns);
    }
}

static void
test_model (void)
{
  g_autoptr (PalForm) form = load ();
  PalKitOrder order = order_of (form);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalOfficeModel) model = pal_office_model_new (&order, &error);
  g_autoptr (GString) out = g_string_new (NULL);
  const PalOfficePage *page;
  const PalOfficeItem *item;

  g_assert_no_error (error);
  for (guint i = 0; i < model->pages->len; i++)
    {
      page = g_ptr_array_index (model->pages, i);
      g_string_append_printf (out, "page %s\n", page->title);
      append_items (out, page->items);
    }
  g_assert_cmpstr (out->str, ==,
                   "page A\nnote Read this\nquestion a.t=Text kind 0 required first first\n"
                   "question a.d=Day kind 3 first -\nquestion a.n=Number kind 2 first -\n"
                   "question a.one=One kind 4 first yes\nquestion a.many=Many kind 5 first -\n"
                   "question a.file=File kind 6 first -\nheading Group\n"
                   "question a.g.t=Deep kind 0 first -\npage B\ntable Rows\n"
                   "question b.row.x=X kind 0 first -\nheading Band\n"
                   "question b.row.h.y=Y kind 0 first -\n");
  g_assert_cmpstr (model->state, ==, "State under review: Practicia");

  /* Two choices that read alike have their ids. */
  page = g_ptr_array_index (model->pages, 0);
  item = g_ptr_array_index (page->items, 4);
  g_assert_cmpstr (pal_office_field_get_choice (item->field, "yes"), ==, "yes");
  g_assert_cmpstr (pal_office_field_get_choice (item->field, "quite"), ==, "quite");
  g_assert_cmpstr (pal_office_field_get_choice (item->field, "part"), ==, "In part, so far");
  g_assert_cmpstr (pal_office_field_get_choice (item->field, "other"), ==, "other");
}

static void
test_refused (void)
{
  static const struct
  {
    const char *language;
    int code;
  } rows[] = { { "de", PAL_KIT_ERROR_LANGUAGE }, { "../en", PAL_KIT_ERROR_LANGUAGE } };
  g_autoptr (PalForm) form = load ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (PalOfficeFormat format = 0; format < PAL_OFFICE_N_FORMATS; format++)
      {
        PalKitOrder order = order_of (form);
        g_autoptr (GError) error = NULL;

        order.language = rows[i].language;
        g_assert_null (pal_office_make (&order, format, &error));
        g_assert_error (error, PAL_KIT_ERROR, rows[i].code);
      }
}

/* --- answers */

typedef struct
{
  const char *code;
  const char *row;
  const char *text;
} Found;

static char *
dup_said (PalKitInput *input)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < input->values->len; i++)
    {
      const PalKitValue *value = g_ptr_array_index (input->values, i);
      const char *end = strchr (value->path, ']');

      g_string_append_printf (out, "%s=%s;", end != NULL ? end + 1 : value->path, value->value);
    }
  for (guint i = 0; i < input->remarks->len; i++)
    {
      const PalKitRemark *remark = g_ptr_array_index (input->remarks, i);

      g_string_append_printf (out, "%s:%s;", pal_kit_remark_kind_to_string (remark->kind),
                              remark->text != NULL ? remark->text : "");
    }

  return g_string_free (out, FALSE);
}

static void
test_answers (void)
{
  static const struct
  {
    Found found[4];
    const char *said;
  } rows[] = {
    { { { "a.t", NULL, "x" } }, "/data/all/a/t=x;" },
    { { { "a.t", NULL, "x" }, { "a.t", NULL, "x" } }, "/data/all/a/t=x;" },
    { { { "a.t", NULL, "x" }, { "a.t", NULL, "y" } }, "/data/all/a/t=x;twice:y;" },
    { { { "a.t", NULL, "  " }, { "a.t", NULL, NULL } }, "" },
    { { { "a.t", NULL, "a\001b\r\nc\n" } }, "/data/all/a/t=a b\nc;" },
    { { { "a.d", NULL, "22.11.2026" } }, "/data/all/a/d=2026-11-22;" },
    { { { "a.d", NULL, "3/4/2026" } }, "date-unsure:3/4/2026;" },
    { { { "a.n", NULL, "many" } }, "number:many;" },
    { { { "a.one", NULL, "oui" } }, "/data/all/a/one=yes;" },
    { { { "a.one", NULL, "part" } }, "/data/all/a/one=part;" },
    { { { "a.one", NULL, "no" } }, "choice:no;" },
    { { { "a.many", NULL, "In part, so far; Si" } }, "/data/all/a/many=part quite;" },
    { { { "a.many", NULL, "Si, In part, so far" } }, "/data/all/a/many=quite part;" },
    { { { "a.many", NULL, "part quite" } }, "/data/all/a/many=part quite;" },
    { { { "a.many", NULL, "En partie؛ nothing" } }, "/data/all/a/many=part;choice:nothing;" },
    { { { "a.many", NULL, "En partie\nOui" } }, "/data/all/a/many=part yes;" },
    { { { "a.file", NULL, "x.pdf" } }, "file:x.pdf;" },
    { { { "a.note", NULL, "written here" } }, "unknown:written here;" },
    { { { "a.g", NULL, "a group" } }, "unknown:a group;" },
    { { { "meta.instanceID", NULL, "mine" } }, "unknown:mine;" },
    { { { "b.row._id", "1", "mine" } }, "unknown:mine;" },
    { { { "z.z", NULL, "lost?" } }, "unknown:lost?;" },
    { { { "b.row.x", "2", "two" }, { "b.row.x", "1", "one" }, { "b.row.h.y", "2", "y" } },
      "/x=two;/h/y=y;/x=one;" },
    { { { "b.row.x#7", NULL, "seven" }, { "b.row.h.y", "7", "y" } }, "/x=seven;/h/y=y;" },
  };
  g_autoptr (PalForm) form = load ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("file", 4);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (PalOfficeAnswers) answers = pal_office_answers_new (form);
      g_autoptr (PalKitInput) input = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *said = NULL;

      pal_office_answers_take_identity (answers, PAL_OFFICE_IDENTITY " form=f version=2 kit=k");
      for (guint j = 0; j < 4 && rows[i].found[j].code != NULL; j++)
        pal_office_answers_add (answers, rows[i].found[j].code, rows[i].found[j].row,
                                rows[i].found[j].text);
      input = pal_office_answers_finish (answers, bytes, &error);
      g_assert_no_error (error);
      said = dup_said (input);
      g_test_message ("%u: %s", i, rows[i].found[0].text);
      g_assert_cmpstr (said, ==, rows[i].said);
      g_assert_cmpstr (input->kit_id, ==, "k");
    }
}

static void
test_identity (void)
{
  static const struct
  {
    const char *line; /* (nullable) */
    const char *said;
    int code; /* -1: it is read */
  } rows[] = {
    { "palermo-kit form=f version=2 kit=k", "/data/all/a/t=x;", -1 },
    { "see palermo-kit form=f version=2 kit=k", "/data/all/a/t=x;", -1 },
    { "palermo-kit form=f version=1 kit=k", "version:1;", -1 },
    { "palermo-kit form=f version=%31%2 kit=%zz", "/data/all/a/t=x;", -1 },
    { NULL, "/data/all/a/t=x;unsealed:;", -1 },
    { "palermo-kit form=other version=2", NULL, PAL_KIT_ERROR_OTHER },
  };
  g_autoptr (PalForm) form = load ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("file", 4);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (PalOfficeAnswers) answers = pal_office_answers_new (form);
      g_autoptr (PalKitInput) input = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *said = NULL;

      if (rows[i].line != NULL)
        g_assert_true (pal_office_answers_take_identity (answers, rows[i].line));
      pal_office_answers_add (answers, "a.t", NULL, "x");
      input = pal_office_answers_finish (answers, bytes, &error);
      if (rows[i].code >= 0)
        {
          g_assert_error (error, PAL_KIT_ERROR, rows[i].code);
          continue;
        }
      g_assert_no_error (error);
      said = dup_said (input);
      g_test_message ("%s: %s", rows[i].line, said);
      g_assert_nonnull (strstr (said, rows[i].said));
      g_assert_cmpstr (input->sha256, ==,
                       "3b9c358f36f0a31b6ad3e14f309c7cf198ac9246e8316f9ce543d5b19ac02b80");
    }
}

static void
test_limits (void)
{
  g_autoptr (PalForm) form = load ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("file", 4);

  for (guint more = 0; more < 2; more++)
    {
      g_autoptr (PalOfficeAnswers) answers = pal_office_answers_new (form);
      g_autoptr (PalKitInput) input = NULL;
      g_autoptr (GError) error = NULL;

      for (guint i = 1; i <= PAL_KIT_MAX_ROWS + more; i++)
        {
          g_autofree char *row = g_strdup_printf ("%u", i);

          pal_office_answers_add (answers, "b.row.x", row, "x");
        }
      for (guint i = 0; i <= PAL_KIT_MAX_FILES; i++)
        pal_office_answers_add_file (answers, "../a/picture.png", "image/png", bytes);
      input = pal_office_answers_finish (answers, bytes, &error);
      if (more > 0)
        {
          g_assert_error (error, PAL_KIT_ERROR, PAL_KIT_ERROR_LIMIT);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpuint (input->values->len, ==, PAL_KIT_MAX_ROWS);
      g_assert_cmpuint (input->files->len, ==, PAL_KIT_MAX_FILES);
      g_assert_true (pal_kit_input_has_remark (input, PAL_KIT_REMARK_EMBEDDED));
      g_assert_true (pal_kit_input_has_remark (input, PAL_KIT_REMARK_FILE));
      g_assert_cmpstr (((PalKitFile *) input->files->pdata[0])->name, ==, "picture.png");
    }
}

/* As many as a file can have: said at once, and nothing is looked for by walking through all. */
static void
test_many (void)
{
  g_autoptr (PalForm) form = load ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("file", 4);

  for (guint in_rows = 0; in_rows < 2; in_rows++)
    {
      g_autoptr (PalOfficeAnswers) answers = pal_office_answers_new (form);
      g_autoptr (GError) error = NULL;

      for (guint i = 0; i <= 2 * PAL_OFFICE_MAX_ANSWERS; i++)
        {
          g_autofree char *number = g_strdup_printf ("%u", i);

          pal_office_answers_add (answers, in_rows > 0 ? "b.row.x" : "a.t",
                                  in_rows > 0 ? number : NULL, number);
          pal_office_answers_remark (answers, PAL_KIT_REMARK_COMMENT, "b.row.x#1", number);
        }
      g_assert_null (pal_office_answers_finish (answers, bytes, &error));
      g_assert_error (error, PAL_KIT_ERROR, PAL_KIT_ERROR_LIMIT);
    }
}

/* --- the workbook */

static GBytes *
make (PalForm *form)
{
  PalKitOrder order = order_of (form);
  g_autoptr (GError) error = NULL;
  GBytes *bytes = pal_office_make (&order, PAL_OFFICE_XLSX, &error);

  g_assert_no_error (error);

  return bytes;
}

static gboolean
change_and_read (PalForm *form, const char *only, const char *from, const char *to, char **said)
{
  g_autoptr (GBytes) bytes = make (form);
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) parts
      = pal_bundle_read (bytes, NULL, NULL, &PAL_BUNDLE_LIMITS_WORKBOOK, &error);
  g_autoptr (GPtrArray) entries
      = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_bundle_entry_free);
  g_autoptr (GBytes) changed = NULL;
  g_autoptr (PalKitInput) input = NULL;
  gboolean is_changed = FALSE;
  GHashTableIter iter;
  gpointer name, part;

  g_assert_no_error (error);
  g_hash_table_iter_init (&iter, parts);
  while (g_hash_table_iter_next (&iter, &name, &part))
    {
      gsize length = 0;
      const char *data = g_bytes_get_data (part, &length);
      g_autoptr (GString) text = g_string_new_len (data, (gssize) length);
      g_autoptr (GBytes) octets = NULL;

      if ((only == NULL || g_str_has_suffix (name, only))
          && g_string_replace (text, from, to, 1) > 0)
        is_changed = TRUE;
      octets = g_bytes_new (text->str, text->len);
      g_ptr_array_add (entries, pal_bundle_entry_new (name, octets));
    }
  changed = pal_bundle_write (entries, &error);
  g_assert_no_error (error);
  input = pal_office_read (changed, form, &error);
  *said = input != NULL ? dup_said (input) : g_strdup (error->message);

  return is_changed;
}

static void
test_workbook (void)
{
#define EMPTY "/data/all/a/t=first;/data/all/a/one=yes;"
#define ANSWER(cell) "<c r=\"" cell "\" s=\"9\"/>"
  static const struct
  {
    const char *only; /* (nullable): end of the name of a part */
    const char *from;
    const char *to;
    const char *said;
  } rows[] = {
    { NULL, "", "", EMPTY },
    { "sheet2.xml", ANSWER ("C5"), "<c r=\"C5\" s=\"9\" t=\"str\"><v>2026-11-22</v></c>",
      "/data/all/a/t=first;/data/all/a/d=2026-11-22;/data/all/a/one=yes;" },
    { "sheet2.xml", ANSWER ("C6"), "<c r=\"C6\"><v>12.0</v></c>",
      "/data/all/a/t=first;/data/all/a/n=12;/data/all/a/one=yes;" },
    { "sheet2.xml", ANSWER ("C6"), "<c r=\"C6\"><f>6*7</f><v>42</v></c>",
      "/data/all/a/t=first;/data/all/a/n=42;/data/all/a/one=yes;formula:42;" },
    { "sheet2.xml", ANSWER ("C6"), "<c r=\"C6\"><f>6*7</f></c>",
      EMPTY "formula:a formula without its result; open the workbook and save it again;" },
    { "sheet2.xml", ANSWER ("C6"), "<c r=\"C6\" t=\"s\"><v>99</v></c>",
      EMPTY "formula:a text that the workbook does not have; it is damaged;" },
    { "sheet2.xml", ANSWER ("C6"), "<c r=\"C6\" t=\"str\"><v>_x0007_</v></c>", EMPTY },
    { NULL, ">Read this<", ">Read this, changed<", EMPTY "unknown:Read this, changed;" },
    { "sheet3.xml", ANSWER ("B8"), "<c r=\"B8\" t=\"str\"><v>in a row</v></c>",
      EMPTY "/x=in a row;" },
    { NULL, ">a.t<", ">a.gone<", "/data/all/a/one=yes;" },
  };
  g_autoptr (PalForm) form = load ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *said = NULL;

      g_test_message ("%u: %s", i, rows[i].to);
      g_assert_true (change_and_read (form, rows[i].only, rows[i].from, rows[i].to, &said));
      if (!g_str_has_prefix (said, rows[i].said) || (i < 9 && strcmp (said, rows[i].said) != 0))
        g_assert_cmpstr (said, ==, rows[i].said);
    }
#undef EMPTY
#undef ANSWER
}

static void
test_sniffing (void)
{
  g_autoptr (PalForm) form = load ();
  g_autoptr (GBytes) made = make (form);
  g_autoptr (GBytes) text = g_bytes_new_static ("<data/>", 7);
  g_autoptr (GBytes) head = g_bytes_new_from_bytes (made, 0, 200);
  g_autoptr (GError) error = NULL;
  PalOfficeFormat format = PAL_OFFICE_N_FORMATS;

  g_assert_true (pal_office_fits (made, &format));
  g_assert_cmpint (format, ==, PAL_OFFICE_XLSX);
  g_assert_false (pal_office_fits (text, NULL));
  g_assert_false (pal_office_fits (head, NULL));
  g_assert_null (pal_office_read (head, form, &error));
  g_assert_error (error, PAL_KIT_ERROR, PAL_KIT_ERROR_BROKEN);
  for (PalOfficeFormat one = 0; one < PAL_OFFICE_N_FORMATS; one++)
    {
      g_assert_true (pal_office_format_from_name (pal_office_format_get_name (one), &format));
      g_assert_cmpint (format, ==, one);
      g_assert_nonnull (strchr (pal_office_format_get_media_type (one), '/'));
    }
  g_assert_false (pal_office_format_from_name ("odt", &format));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/office/codes", test_codes);
  g_test_add_func ("/office/model", test_model);
  g_test_add_func ("/office/refused", test_refused);
  g_test_add_func ("/office/answers", test_answers);
  g_test_add_func ("/office/identity", test_identity);
  g_test_add_func ("/office/limits", test_limits);
  g_test_add_func ("/office/many", test_many);
  g_test_add_func ("/office/workbook", test_workbook);
  g_test_add_func ("/office/sniffing", test_sniffing);

  return g_test_run ();
}
