// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "pal-xml.h"

#include <string.h>

static PalDocument *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return pal_xml_parse (bytes, "x.xml", PAL_XML_READ_KEEP_COMMENTS, NULL, error);
}

static char *
write_node (PalNode *node, PalXmlSkip skip)
{
  g_autoptr (GBytes) bytes = pal_xml_write (node, skip, NULL);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return g_strndup (data, length);
}

static void
test_round_trip (void)
{
  /* read, and how its document element is written; NULL: the same */
  static const struct
  {
    const char *text;
    const char *written;
  } rows[] = {
    { "<a/>", NULL },
    { "<a></a>", "<a/>" },
    { "\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8'?>\n<a> <b/>\n</a>\n", "<a> <b/>\n</a>" },
    { "<a b='1' c=\"'&quot;\"/>", "<a b=\"1\" c=\"'&quot;\"/>" },
    { "<a b='&amp;&#38;&amp;#38;&lt;x'/>", "<a b=\"&amp;&amp;&amp;#38;&lt;x\"/>" },
    { "<a>x<![CDATA[<&]]>y</a>", "<a>x&lt;&amp;y</a>" },
    { "<a>&#13;&gt;</a>", "<a>&#13;&gt;</a>" },
    { "<a><!--c--><?p q?></a>", NULL },
    { "<a xmlns=\"u\"><b/><c xmlns=\"\"/></a>", NULL },
    { "<p:a xmlns:p=\"u\" p:x=\"1\"><p:b/></p:a>", NULL },
    { "<a xmlns:p=\"u\" path=\"p:x\"/>", NULL },
    { "<a xml:lang=\"fr\">\xC3\xA9\xF0\x9F\x98\x80</a>", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalDocument) document = parse (rows[i].text, &error);
      g_autofree char *written = NULL;

      g_assert_no_error (error);
      written = write_node (pal_document_get_element (document), NULL);
      g_assert_cmpstr (written, ==, rows[i].written != NULL ? rows[i].written : rows[i].text);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    int code;
    const char *start;
  } rows[] = {
    { "", PAL_XML_ERROR_MALFORMED, "x.xml:1: " },
    { "plain", PAL_XML_ERROR_MALFORMED, "x.xml:1: " },
    { "<a>\n<b>\n</a>", PAL_XML_ERROR_MALFORMED, "x.xml:3: " },
    { "<a>\n<b", PAL_XML_ERROR_MALFORMED, "x.xml:2: " },
    { "<a b='", PAL_XML_ERROR_MALFORMED, "x.xml:1: " },
    { "<a/><b/>", PAL_XML_ERROR_MALFORMED, "x.xml:1: " },
    { "<a><!-- </a>", PAL_XML_ERROR_MALFORMED, "x.xml:1: " },
    { "<a>\n\xFF</a>", PAL_XML_ERROR_MALFORMED, "x.xml:2: not UTF-8" },
    { "<a>\n&unknown;</a>", PAL_XML_ERROR_MALFORMED, "x.xml:2: " },
    { "<p:a/>", PAL_XML_ERROR_MALFORMED, "x.xml:1: " },
    { "<a b='1' b='2'/>", PAL_XML_ERROR_MALFORMED, "x.xml:1: " },
    { "<a>&#0;</a>", PAL_XML_ERROR_MALFORMED, "x.xml:1: " },
    { "\n<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", PAL_XML_ERROR_REFUSED, "x.xml:2: " },
    { "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", PAL_XML_ERROR_REFUSED, "x.xml:1: " },
    { "<?xml version='1.0' encoding='UTF-7'?><a/>", PAL_XML_ERROR_REFUSED, "x.xml:1: " },
    { "<?xml version='1.0' encoding=\"latin1\"?><a/>", PAL_XML_ERROR_REFUSED, "x.xml:1: " },
    { "\xFE\xFF", PAL_XML_ERROR_REFUSED, "x.xml:1: " },
  };
  g_autoptr (GBytes) nul = g_bytes_new_static ("<a>\0</a>", 8);
  g_autoptr (GError) nul_error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PalDocument) document = parse (rows[i].text, &error);

      g_assert_null (document);
      g_assert_error (error, PAL_XML_ERROR, rows[i].code);
      if (!g_str_has_prefix (error->message, rows[i].start))
        g_error ("%s: %s", rows[i].text, error->message);
    }
  g_assert_null (pal_xml_parse (nul, "x.xml", 0, NULL, &nul_error));
  g_assert_error (nul_error, PAL_XML_ERROR, PAL_XML_ERROR_MALFORMED);
}

static void
test_flags (void)
{
  static const char text[] = "<!DOCTYPE html><a>x<![CDATA[y]]>z<!--c--></a>";
  static const char *const refused[] = {
    "<!DOCTYPE html SYSTEM 'x'><html/>",
    "<!DOCTYPE html []><html/>",
    "<!DOCTYPE html [<!ENTITY a 'b'>]><html>&a;</html>",
    "<!DOCTYPE html",
    "<!DOCTYPEhtml PUBLIC>",
  };
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (PalDocument) apart = pal_xml_parse (
      bytes, "x", PAL_XML_READ_BARE_DOCTYPE | PAL_XML_READ_KEEP_COMMENTS, NULL, &error);
  g_autoptr (PalDocument) joined = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (pal_document_get_element (apart)->first_child->value, ==, "x");
  g_assert_cmpint (pal_document_get_element (apart)->last_child->kind, ==, PAL_NODE_COMMENT);
  joined = pal_xml_parse (bytes, "x", PAL_XML_READ_BARE_DOCTYPE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pal_node_peek_text (pal_document_get_element (joined)), ==, "xyz");

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GBytes) wrong = g_bytes_new_static (refused[i], strlen (refused[i]));
      g_autoptr (GError) reason = NULL;

      g_assert_null (pal_xml_parse (wrong, "x", PAL_XML_READ_BARE_DOCTYPE, NULL, &reason));
      g_assert_error (reason, PAL_XML_ERROR, PAL_XML_ERROR_REFUSED);
    }
}

static void
append_times (GString *text, const char *what, guint times)
{
  for (guint i = 0; i < times; i++)
    g_string_append (text, what);
}

/* Each limit is tried at its value and one above. */
/* What is read of a form, when its layout is not wanted. */
static void
test_layout (void)
{
#define F " xmlns=\"http://www.w3.org/2002/xforms\">"
  static const struct
  {
    const char *text;
    const char *kept;
  } rows[] = {
    { "<model" F " <bind/>\n <bind/>\n</model>", "<model" F "<bind/><bind/></model>" },
    { "<text" F "\n <value> a </value>\n</text>", "<text" F "<value> a </value></text>" },
    /* Texts keep all of theirs. */
    { "<label" F " <output/> <output/> </label>", NULL },
    { "<value" F "a <output/> <output/></value>", NULL },
    /* Answers are no layout, whatever their name, and neither is what is not a form's. */
    { "<text" F " </text>", NULL },
    { "<item" F "a <b/> <b/></item>", NULL },
    { "<data" F " <a/> </data>", NULL },
    { "<model> <bind/> </model>", NULL },
  };
#undef F

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (rows[i].text, strlen (rows[i].text));
      g_autoptr (GError) error = NULL;
      g_autoptr (PalDocument) document
          = pal_xml_parse (bytes, "x", PAL_XML_READ_NO_LAYOUT, NULL, &error);
      g_autofree char *written = NULL;

      g_assert_no_error (error);
      written = write_node (pal_document_get_element (document), NULL);
      g_assert_cmpstr (written, ==, rows[i].kept != NULL ? rows[i].kept : rows[i].text);
    }
}

static void
test_limits (void)
{
  static const PalXmlLimits limits = {
    .max_bytes = 400, .max_nodes = 12, .max_depth = 5, .max_attributes = 3, .max_tag_bytes = 100
  };
  enum
  {
    BYTES,
    NODES,
    DEPTH,
    ATTRIBUTES,
    TAG
  };

  for (int what = BYTES; what <= TAG; what++)
    {
      for (guint over = 0; over <= 1; over++)
        {
          g_autoptr (GString) text = g_string_new (NULL);
          g_autoptr (GBytes) bytes = NULL;
          g_autoptr (GError) error = NULL;
          g_autoptr (PalDocument) document = NULL;

          switch (what)
            {
            case BYTES:
              g_string_append (text, "<a>");
              append_times (text, "x", 393 + over);
              g_string_append (text, "</a>");
              break;
            case NODES: /* the root and the element are two */
              g_string_append (text, "<a>");
              append_times (text, "<b/>", 10 + over);
              g_string_append (text, "</a>");
              break;
            case DEPTH:
              append_times (text, "<a>", 5 + over);
              append_times (text, "</a>", 5 + over);
              break;
            case ATTRIBUTES:
              g_string_append (text, over ? "<a b='' c='' d='' e=''/>" : "<a b='' c='' d=''/>");
              break;
            default:
              g_string_append (text, "<");
              append_times (text, "a", 98 + over);
              g_string_append (text, "/>");
              break;
            }
          bytes = g_bytes_new (text->str, text->len);
          document = pal_xml_parse (bytes, "x", 0, &limits, &error);
          if (over == 0)
            g_assert_no_error (error);
          else
            g_assert_error (error, PAL_XML_ERROR, PAL_XML_ERROR_LIMIT);
        }
    }
}

/* Namespaces pile up: libxml2 would look through all of them for each name. */
static void
test_many_namespaces (void)
{
  for (guint over = 0; over <= 1; over++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (PalDocument) document = NULL;

      for (guint i = 0; i < 128; i++)
        g_string_append_printf (text, "<a xmlns:p%u='u' xmlns:q%u='u'>", i, i);
      append_times (text, "<b xmlns='v'/>", over);
      append_times (text, "</a>", 128);
      document = parse (text->str, &error);
      if (over == 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, PAL_XML_ERROR, PAL_XML_ERROR_LIMIT);
    }
}

/* The limits of forms themselves. */
static void
test_form_depth (void)
{
  for (guint over = 0; over <= 1; over++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (PalDocument) document = NULL;

      append_times (text, "<a>", 256 + over);
      append_times (text, "</a>", 256 + over);
      document = parse (text->str, &error);
      if (over == 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, PAL_XML_ERROR, PAL_XML_ERROR_LIMIT);
    }
}

static gboolean
skip_hidden_cb (PalNode *node, gpointer user_data)
{
  return node->hidden;
}

static void
test_write (void)
{
  g_autoptr (PalDocument) document = pal_document_new ();
  PalNode *data = pal_node_new_element (document, "data", NULL, NULL);
  PalNode *meta = pal_node_new_element (document, "meta", "orx", PAL_NS_ORX);
  PalNode *secret = pal_node_new_element (document, "secret", NULL, NULL);
  g_autofree char *text = NULL;
  g_autofree char *whole = NULL;
  g_autofree char *escaped = pal_xml_escape ("<\"&\x01>");

  pal_node_append (pal_document_get_root (document), data);
  pal_node_append (data, meta);
  pal_node_append (data, secret);
  pal_node_set_attribute (data, "version", "orx", PAL_NS_ORX, "1\n2");
  pal_node_set_attribute (data, "made", NULL, "urn:u", "x");
  pal_node_set_text (meta, "a\x02"
                           "b\xEF\xBF\xBF");
  secret->hidden = TRUE;

  text = write_node (data, skip_hidden_cb);
  g_assert_cmpstr (text, ==,
                   "<data xmlns:orx=\"http://openrosa.org/xforms\" orx:version=\"1&#10;2\" "
                   "xmlns:ns1=\"urn:u\" ns1:made=\"x\"><orx:meta>a\xEF\xBF\xBD"
                   "b\xEF\xBF\xBD"
                   "</orx:meta></data>");
  g_assert_cmpstr (escaped, ==, "&lt;&quot;&amp;\xEF\xBF\xBD&gt;");

  whole = write_node (pal_document_get_root (document), NULL);
  g_assert_true (g_str_has_prefix (whole, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<data"));
  g_assert_nonnull (strstr (whole, "<secret/>"));
}

static void
test_find (void)
{
  g_autoptr (PalDocument) document = pal_document_new ();
  PalNode *top = pal_node_new_element (document, "top", NULL, NULL);
  PalNode *row = NULL;
  guint n_rows = 0;

  pal_node_append (pal_document_get_root (document), top);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("leaf%u", i);

      pal_node_append (top, pal_node_new_element (document, name, NULL, NULL));
      pal_node_append (top, pal_node_new_element (document, "row", NULL, NULL));
      pal_node_append (top, pal_node_new_element (document, "row", NULL, "urn:other"));
    }
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("leaf%u", i);
      PalNode *leaf = pal_node_find_child (top, name, NULL);

      g_assert_true (pal_node_is (leaf, name, NULL));
      g_assert_false (pal_node_is (leaf, name, "urn:other"));
      g_assert_null (pal_node_next_named (leaf));
    }
  g_assert_null (pal_node_find_child (top, "leaf100", NULL));
  g_assert_null (pal_node_find_child (top, "leaf1", "urn:other"));

  for (row = pal_node_find_child (top, "row", NULL); row != NULL; row = pal_node_next_named (row))
    {
      g_assert_cmpuint (pal_node_get_position (row), ==, ++n_rows);
      g_assert_true (pal_node_find_nth_child (top, row->local, NULL, n_rows) == row);
    }
  g_assert_cmpuint (n_rows, ==, 100);

  /* Rows go and come in the middle: places move. */
  row = pal_node_find_nth_child (top, g_intern_string ("row"), NULL, 50);
  {
    PalNode *after = pal_node_next_named (row);
    PalNode *made = pal_node_new_element (document, "row", NULL, NULL);

    pal_node_free (row);
    g_assert_cmpuint (pal_node_get_position (after), ==, 50);
    pal_node_insert_before (top, made, after);
    g_assert_cmpuint (pal_node_get_position (made), ==, 50);
    g_assert_cmpuint (pal_node_get_position (after), ==, 51);
    g_assert_true (pal_node_next_named (made) == after);
    pal_node_append (top, pal_node_new_element (document, "row", NULL, NULL));
    g_assert_nonnull (pal_node_find_nth_child (top, made->local, NULL, 101));
    g_assert_null (pal_node_find_nth_child (top, made->local, NULL, 102));
  }
}

/* Rows that come and go at random among other nodes, against a walk. */
static void
test_places (void)
{
  g_autoptr (PalDocument) document = pal_document_new ();
  PalNode *top = pal_node_new_element (document, "top", NULL, NULL);
  const char *names[] = { g_intern_string ("row"), g_intern_string ("leaf") };
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  pal_node_append (pal_document_get_root (document), top);
  for (guint round = 0; round < 3000; round++)
    {
      const char *name = names[g_rand_int_range (random, 0, 4) == 0];
      PalNode *first;
      guint n = pal_node_count_named (top, name, NULL, &first);
      PalNode *last = n > 0 ? pal_node_find_nth_child (top, name, NULL, n) : NULL;
      PalNode *any = n > 0 ? pal_node_find_nth_child (top, name, NULL,
                                                      (guint) g_rand_int_range (random, 1, n + 1))
                           : NULL;
      guint place = 0;

      switch (g_rand_int_range (random, 0, n > 60 ? 6 : 4))
        {
        case 0:
          pal_node_append (top, pal_node_new_element (document, name, NULL, NULL));
          break;
        case 1:
          pal_node_insert_before (top, pal_node_new_element (document, name, NULL, NULL), any);
          break;
        case 2:
          pal_node_insert_before (top, pal_node_new_element (document, name, NULL, NULL),
                                  last != NULL ? last->next : NULL);
          break;
        case 3:
        case 4:
          if (last != NULL)
            pal_node_free (last);
          break;
        default:
          pal_node_free (any);
        }
      for (PalNode *node = top->first_child; node != NULL; node = node->next)
        {
          if (node->local != name)
            continue;
          g_assert_cmpuint (pal_node_get_position (node), ==, ++place);
          g_assert_true (pal_node_find_nth_child (top, name, NULL, place) == node);
        }
      g_assert_cmpuint (pal_node_count_named (top, name, NULL, &first), ==, place);
      g_assert_null (pal_node_find_nth_child (top, name, NULL, place + 1));
      g_assert_true (first == pal_node_find_nth_child (top, name, NULL, 1));
    }
}

static void
test_order (void)
{
  g_autoptr (PalDocument) document = parse ("<a x='1' y='2'>t<b><c/></b><d/></a>", NULL);
  PalNode *a = pal_document_get_element (document);
  PalNode *b = pal_node_find_child (a, "b", NULL);
  PalNode *c = pal_node_find_child (b, "c", NULL);
  PalNode *d = pal_node_find_child (a, "d", NULL);
  PalNode *order[] = { a, a->first_attribute, a->first_attribute->next, a->first_child, b, c, d };
  PalNode *copy;
  g_autofree char *path = pal_node_dup_canonical_path (c);
  g_autofree char *attribute_path = pal_node_dup_canonical_path (a->first_attribute->next);

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (order); j++)
        g_assert_cmpint (pal_node_compare (order[i], order[j]), ==, (i > j) - (i < j));
    }
  g_assert_cmpstr (path, ==, "/*[1]/*[1]/*[1]");
  g_assert_cmpstr (attribute_path, ==, "/*[1]/@*[name()='y']");

  /* The text of a leaf falls into its place without a new numbering. */
  pal_node_set_text (d, "answer");
  pal_node_set_text (c, "answer");
  g_assert_cmpint (pal_node_compare (c->first_child, d), <, 0);
  g_assert_cmpint (pal_node_compare (c, c->first_child), <, 0);
  g_assert_cmpint (pal_node_compare (d->first_child, d), >, 0);

  pal_node_detach (d);
  pal_node_insert_before (a, d, b);
  g_assert_cmpint (pal_node_compare (d, b), <, 0);
  g_assert_cmpint (pal_node_compare (d->first_child, b), <, 0);

  copy = pal_node_clone (a, document);
  g_assert_cmpint (pal_node_compare (copy->first_child, copy->last_child), <, 0);
  g_assert_cmpint (pal_node_compare (copy->last_child, copy), >, 0);
  g_assert_true (pal_node_contains (a, c));
  g_assert_false (pal_node_contains (copy, c));
}

static void
test_text (void)
{
  g_autoptr (PalDocument) document = parse ("<a>1<b>2</b><!--no--><c>3<d>4</d></c></a>", NULL);
  PalNode *a = pal_document_get_element (document);
  PalNode *c = pal_node_find_child (a, "c", NULL);
  g_autofree char *all = pal_node_dup_text (a);
  g_autofree char *visible = NULL;

  g_assert_cmpstr (all, ==, "1234");
  g_assert_null (pal_node_peek_text (a));
  c->hidden = TRUE;
  visible = pal_node_dup_text (a);
  g_assert_cmpstr (visible, ==, "12");

  pal_node_set_text (c, "new");
  g_assert_cmpstr (pal_node_peek_text (c), ==, "new");
  pal_node_set_text (c, "newer");
  g_assert_cmpstr (pal_node_peek_text (c), ==, "newer");
  pal_node_set_text (c, NULL);
  g_assert_null (c->first_child);
  g_assert_cmpstr (pal_node_peek_text (c), ==, "");
  g_assert_null (pal_node_set_attribute (c, "absent", NULL, NULL, NULL));
  g_assert_cmpstr (pal_node_get_attribute (c, "absent", NULL), ==, NULL);
}

static void
test_namespaces (void)
{
  g_autoptr (PalDocument) document
      = parse ("<h:a xmlns='u' xmlns:h='v'><b xmlns:h='w'><c/></b></h:a>", NULL);
  PalNode *a = pal_document_get_element (document);
  PalNode *b = pal_node_find_child (a, "b", "u");
  PalNode *c = pal_node_find_child (b, "c", "u");

  g_assert_cmpstr (a->prefix, ==, "h");
  g_assert_cmpstr (a->uri, ==, "v");
  g_assert_cmpstr (pal_node_resolve_prefix (a, "h"), ==, "v");
  g_assert_cmpstr (pal_node_resolve_prefix (c, "h"), ==, "w");
  g_assert_cmpstr (pal_node_resolve_prefix (c, NULL), ==, "u");
  g_assert_null (pal_node_resolve_prefix (c, "none"));
}

static void
test_memory (void)
{
  g_autoptr (PalDocument) document = parse ("<a><b>1</b><b>2</b></a>", NULL);
  PalNode *a = pal_document_get_element (document);
  gsize before = pal_document_get_n_nodes (document);

  for (guint i = 0; i < 2000; i++)
    {
      PalNode *row = pal_node_clone (a->first_child, document);

      pal_node_append (a, row);
      pal_node_set_text (row, "longer than it was");
      if (i % 3 != 0)
        pal_node_free (row);
    }
  while (a->first_child != a->last_child->previous)
    pal_node_free (a->last_child);
  g_assert_cmpuint (pal_document_get_n_nodes (document), ==, before);
  /* Detached and forgotten: the document frees it. */
  pal_node_detach (a->first_child);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/xml/round-trip", test_round_trip);
  g_test_add_func ("/xml/refused", test_refused);
  g_test_add_func ("/xml/flags", test_flags);
  g_test_add_func ("/xml/layout", test_layout);
  g_test_add_func ("/xml/limits", test_limits);
  g_test_add_func ("/xml/many-namespaces", test_many_namespaces);
  g_test_add_func ("/xml/form-depth", test_form_depth);
  g_test_add_func ("/xml/write", test_write);
  g_test_add_func ("/node/find", test_find);
  g_test_add_func ("/xml/places", test_places);
  g_test_add_func ("/node/order", test_order);
  g_test_add_func ("/node/text", test_text);
  g_test_add_func ("/node/namespaces", test_namespaces);
  g_test_add_func ("/node/memory", test_memory);

  return g_test_run ();
}
