// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

#include <string.h>

/* Forms out of a random generator: nested groups and repeats, and expressions that reach across
 * them. Each expression reads only nodes that come before its own node in a random order, so that
 * no form has a cycle. The same seed makes the same form. */

typedef enum
{
  MADE_GROUP,
  MADE_REPEAT,
  MADE_NUMBER,
  MADE_TEXT,
  MADE_DATE,
  MADE_SELECT,      /* choices stand in the body */
  MADE_SELECT_MANY, /* likewise */
  MADE_FILTERED,    /* choices from a list, filtered by another answer */
  MADE_ROWS         /* choices are the rows of a repeat */
} MadeKind;

typedef struct _MadeNode MadeNode;
struct _MadeNode
{
  MadeKind kind;
  char *name;
  char *path;
  MadeNode *parent; /* (nullable) */
  GPtrArray *children;
  guint rank; /* what it may read has a lower one */
  guint n_repeats;
  gboolean is_calculated;
  gboolean has_rows; /* a repeat that begins with rows instead of a template */
};

typedef struct
{
  GRand *rand;
  GPtrArray *nodes;  /* (owned) */
  GPtrArray *ranked; /* by rank */
  GString *binds;
  GString *texts[2];
} Maker;

static inline gint
pick (Maker *maker, gint n)
{
  return g_rand_int_range (maker->rand, 0, n);
}

static inline gboolean
chance (Maker *maker, gint percent)
{
  return pick (maker, 100) < percent;
}

static inline gboolean
made_is_leaf (MadeNode *node)
{
  return node->kind > MADE_REPEAT;
}

static inline void
made_free (gpointer data)
{
  MadeNode *node = data;

  g_free (node->name);
  g_free (node->path);
  g_ptr_array_unref (node->children);
  g_free (node);
}

static inline MadeNode *
make_node (Maker *maker, MadeNode *parent, MadeKind kind)
{
  static const char letters[] = "grntdsmfo";
  MadeNode *node = g_new0 (MadeNode, 1);

  node->kind = kind;
  node->parent = parent;
  node->name = parent == NULL ? g_strdup ("data")
                              : g_strdup_printf ("%c%u", letters[kind], maker->nodes->len);
  node->path = g_strconcat (parent != NULL ? parent->path : "", "/", node->name, NULL);
  node->children = g_ptr_array_new ();
  node->n_repeats = (parent != NULL ? parent->n_repeats : 0) + (kind == MADE_REPEAT);
  node->has_rows = kind == MADE_REPEAT && chance (maker, 30);
  g_ptr_array_add (maker->nodes, node);
  if (parent != NULL)
    g_ptr_array_add (parent->children, node);
  return node;
}

static inline void
make_children (Maker *maker, MadeNode *parent, guint depth)
{
  gint n = 2 + pick (maker, 3);

  for (gint i = 0; i < n; i++)
    {
      if (depth < 4 && chance (maker, depth == 0 ? 70 : 30))
        make_children (
            maker,
            make_node (maker, parent,
                       parent->n_repeats < 3 && chance (maker, 55) ? MADE_REPEAT : MADE_GROUP),
            depth + 1);
      else
        make_node (maker, parent,
                   chance (maker, 35)   ? MADE_NUMBER
                   : chance (maker, 40) ? MADE_TEXT
                                        : (MadeKind) (MADE_NUMBER + pick (maker, 7)));
    }
}

static inline void
rank_below (Maker *maker, MadeNode *node)
{
  node->rank = maker->ranked->len;
  g_ptr_array_add (maker->ranked, node);
  for (guint i = 0; i < node->children->len; i++)
    rank_below (maker, g_ptr_array_index (node->children, i));
}

/* The sections in a random order, so that expressions also read what stands further down. */
static inline void
rank_all (Maker *maker, MadeNode *root)
{
  g_autoptr (GPtrArray) sections = g_ptr_array_copy (root->children, NULL, NULL);

  root->rank = 0;
  g_ptr_array_add (maker->ranked, root);
  while (sections->len > 0)
    rank_below (maker,
                g_ptr_array_remove_index (sections, (guint) pick (maker, (gint) sections->len)));
}

/* Paths */

static inline gboolean
is_around (MadeNode *around, MadeNode *node)
{
  for (; node != NULL; node = node->parent)
    {
      if (node == around)
        return TRUE;
    }
  return FALSE;
}

static inline MadeNode *
repeat_around (MadeNode *node)
{
  while (node != NULL && node->kind != MADE_REPEAT)
    node = node->parent;
  return node;
}

/* Whether a path from one to the other means one node. */
static inline gboolean
is_in_reach (MadeNode *from, MadeNode *to)
{
  MadeNode *repeat = repeat_around (to);

  return repeat == NULL || is_around (repeat, from);
}

static inline char *
path_between (Maker *maker, MadeNode *from, MadeNode *to)
{
  GString *path;
  MadeNode *common = from;

  if (chance (maker, 40))
    return g_strdup (to->path);
  path = g_string_new (chance (maker, 20) ? "current()" : ".");
  for (; !is_around (common, to); common = common->parent)
    g_string_append (path, "/..");
  g_string_append (path, to->path + strlen (common->path));
  return g_string_free (path, FALSE);
}

/* A leaf that may be read by node; kind: G_MAXINT for any. NULL when there is none near. */
static inline MadeNode *
find_leaf (Maker *maker, MadeNode *node, int kind, gboolean in_reach)
{
  for (guint i = 0; node->rank > 0 && i < 40; i++)
    {
      MadeNode *found = g_ptr_array_index (maker->ranked, (guint) pick (maker, (gint) node->rank));

      if (made_is_leaf (found) && (kind == G_MAXINT || (int) found->kind == kind)
          && (!in_reach || is_in_reach (node, found)))
        return found;
    }
  return NULL;
}

static inline MadeNode *
find_repeat (Maker *maker, MadeNode *node)
{
  for (guint i = 0; node->rank > 0 && i < 40; i++)
    {
      MadeNode *found = g_ptr_array_index (maker->ranked, (guint) pick (maker, (gint) node->rank));

      if (found->kind == MADE_REPEAT)
        return found;
    }
  return NULL;
}

/* Expressions. Each part is a string of its own; NULL tells that nothing fits there. */

static inline char *make_condition (Maker *maker, MadeNode *node, guint depth);
static inline char *make_number (Maker *maker, MadeNode *node, guint depth);

/* "position(..)" of a repeat around node. */
static inline char *
make_position (Maker *maker, MadeNode *node)
{
  MadeNode *repeat = repeat_around (node->kind == MADE_REPEAT ? node->parent : node);
  GString *path = g_string_new (".");

  if (repeat != NULL && chance (maker, 30) && repeat_around (repeat->parent) != NULL)
    repeat = repeat_around (repeat->parent);
  if (repeat == NULL)
    {
      g_string_free (path, TRUE);
      return NULL;
    }
  for (MadeNode *at = node; at != repeat; at = at->parent)
    g_string_append (path, "/..");
  g_string_prepend (path, "position(");
  g_string_append_c (path, ')');
  return g_string_free (path, FALSE);
}

static inline char *
make_indexed (Maker *maker, MadeNode *node)
{
  MadeNode *leaf = find_leaf (maker, node, MADE_NUMBER, FALSE);
  g_autoptr (GPtrArray) repeats = g_ptr_array_new ();
  GString *call;

  if (leaf == NULL || leaf->n_repeats == 0)
    return NULL;
  for (MadeNode *around = repeat_around (leaf); around != NULL;
       around = repeat_around (around->parent))
    g_ptr_array_insert (repeats, 0, around);
  call = g_string_new ("indexed-repeat(");
  g_string_append (call, leaf->path);
  for (guint i = 0; i < repeats->len; i++)
    {
      MadeNode *repeat = g_ptr_array_index (repeats, i);
      g_autofree char *position = chance (maker, 50) ? make_position (maker, node) : NULL;

      g_string_append_printf (call, ", %s, ", repeat->path);
      if (position != NULL)
        g_string_append_printf (call, "%s%s", position, chance (maker, 50) ? " - 1" : "");
      else
        g_string_append_printf (call, "%d", 1 + pick (maker, 3));
    }
  g_string_append_c (call, ')');
  return g_string_free (call, FALSE);
}

/* A leaf of some rows of a repeat: "/data/r1[./n2 > 3]/n4". */
static inline char *
make_filtered (Maker *maker, MadeNode *node)
{
  MadeNode *repeat = find_repeat (maker, node);
  MadeNode *leaf = NULL;
  g_autofree char *path = NULL;
  g_autofree char *other = NULL;
  MadeNode *compared;

  if (repeat == NULL)
    return NULL;
  for (guint i = 0; i < repeat->children->len; i++)
    {
      MadeNode *child = g_ptr_array_index (repeat->children, i);

      if (child->kind == MADE_NUMBER && child->rank < node->rank)
        leaf = child;
    }
  if (leaf == NULL)
    return NULL;
  path = path_between (maker, node, repeat);
  switch (pick (maker, 4))
    {
    case 0:
      return g_strdup_printf ("%s[%s > %d]/%s", path, leaf->name, pick (maker, 5), leaf->name);
    case 1:
      return g_strdup_printf ("%s[position() %s %d]/%s", path, chance (maker, 50) ? "=" : "<",
                              1 + pick (maker, 3), leaf->name);
    case 2:
      return g_strdup_printf ("%s[position() = last()]/%s", path, leaf->name);
    default:
      compared = find_leaf (maker, node, MADE_NUMBER, TRUE);
      if (compared == NULL)
        return NULL;
      other = path_between (maker, node, compared);
      /* In a predicate "." is the row. */
      if (*other == '.')
        {
          char *from = g_strconcat ("current()", other + 1, NULL);

          g_free (other);
          other = from;
        }
      return g_strdup_printf ("%s[%s >= %s]/%s", path, leaf->name, other, leaf->name);
    }
}

/* Rows before or behind one's own, and whatever has a name, wherever it is. */
static inline char *
make_aside (Maker *maker, MadeNode *node)
{
  MadeNode *repeat = repeat_around (node->kind == MADE_REPEAT ? node->parent : node);
  MadeNode *leaf = find_leaf (maker, node, MADE_NUMBER, FALSE);
  GString *path;

  if (leaf == NULL)
    return NULL;
  if (repeat == NULL || chance (maker, 20))
    return g_strconcat ("//", leaf->name, NULL);
  leaf = NULL;
  for (guint i = 0; i < repeat->children->len; i++)
    {
      MadeNode *child = g_ptr_array_index (repeat->children, i);

      if (child->kind == MADE_NUMBER && child->rank < node->rank)
        leaf = child;
    }
  path = g_string_new (".");
  for (MadeNode *at = node; at != repeat; at = at->parent)
    g_string_append (path, "/..");
  g_string_append_printf (path, "/%s-sibling::%s", chance (maker, 70) ? "preceding" : "following",
                          repeat->name);
  if (leaf != NULL)
    g_string_append_printf (path, "/%s", leaf->name);
  return g_string_free (path, FALSE);
}

static inline char *
make_aggregate (Maker *maker, MadeNode *node)
{
  static const char *const functions[] = { "sum", "count", "max", "min", "count-non-empty" };
  const char *function = functions[pick (maker, G_N_ELEMENTS (functions))];
  g_autofree char *set = NULL;

  if (chance (maker, 15))
    set = make_aside (maker, node);
  else if (chance (maker, 40))
    set = make_filtered (maker, node);
  else
    {
      MadeNode *leaf = find_leaf (maker, node, MADE_NUMBER, FALSE);

      set = leaf != NULL ? path_between (maker, node, leaf) : NULL;
    }
  return set != NULL ? g_strdup_printf ("%s(%s)", function, set) : NULL;
}

static inline char *
make_read (Maker *maker, MadeNode *node, int kind)
{
  MadeNode *leaf = find_leaf (maker, node, kind, chance (maker, 85));

  return leaf != NULL ? path_between (maker, node, leaf) : NULL;
}

static inline char *
try_number (Maker *maker, MadeNode *node, guint depth)
{
  g_autofree char *one = NULL;
  g_autofree char *other = NULL;
  MadeNode *repeat;

  switch (pick (maker, depth > 3 ? 6 : 11))
    {
    case 0:
      return depth > 0 ? g_strdup_printf ("%d", pick (maker, 7)) : NULL;
    case 1:
    case 2:
      one = make_read (maker, node, MADE_NUMBER);
      if (one != NULL)
        return g_strdup_printf (chance (maker, 70) ? "coalesce(%s, 0)" : "%s", one);
      break;
    case 3:
      one = make_position (maker, node);
      break;
    case 4:
      one = make_aggregate (maker, node);
      break;
    case 5:
      repeat = find_repeat (maker, node);
      one = repeat != NULL ? path_between (maker, node, repeat) : NULL;
      if (one != NULL)
        return g_strdup_printf ("count(%s)", one);
      break;
    case 6:
      one = make_indexed (maker, node);
      break;
    case 7:
      one = make_read (maker, node, chance (maker, 50) ? MADE_TEXT : MADE_SELECT_MANY);
      if (one != NULL)
        return g_strdup_printf (chance (maker, 50) ? "string-length(%s)" : "count-selected(%s)",
                                one);
      break;
    case 8:
      one = make_number (maker, node, depth + 1);
      other = make_number (maker, node, depth + 1);
      return g_strdup_printf (chance (maker, 70) ? "(%s + %s)" : "(%s * %s)", one, other);
    case 9:
      one = make_condition (maker, node, depth + 1);
      other = make_number (maker, node, depth + 1);
      return g_strdup_printf ("if(%s, %s, %d)", one, other, pick (maker, 4));
    default:
      one = make_number (maker, node, depth + 1);
      return g_strdup_printf ("(%s mod %d)", one, 2 + pick (maker, 5));
    }
  return g_steal_pointer (&one);
}

static inline char *
make_number (Maker *maker, MadeNode *node, guint depth)
{
  char *number = NULL;

  for (guint i = 0; i < 5 && number == NULL; i++)
    number = try_number (maker, node, depth);
  return number != NULL ? number : g_strdup_printf ("%d", pick (maker, 7));
}

static inline char *
try_text (Maker *maker, MadeNode *node)
{
  MadeNode *leaf;
  g_autofree char *one = NULL;
  g_autofree char *other = NULL;

  switch (pick (maker, 9))
    {
    case 7:
      one = make_read (maker, node, MADE_FILTERED);
      if (one != NULL)
        return g_strdup_printf ("pulldata('towns', 'of', 'name', %s)", one);
      break;
    case 8:
      one = make_read (maker, node, MADE_SELECT_MANY);
      if (one != NULL)
        return g_strdup_printf ("selected-at(%s, %d)", one, pick (maker, 2));
      break;
    case 0:
      one = make_number (maker, node, 1);
      return g_strdup_printf ("concat('<', %s, '>')", one);
    case 1:
      leaf = find_leaf (maker, node, G_MAXINT, FALSE);
      one = leaf != NULL ? path_between (maker, node, leaf) : NULL;
      if (one != NULL)
        return g_strdup_printf ("join(',', %s)", one);
      break;
    case 2:
      leaf = find_leaf (maker, node, chance (maker, 50) ? MADE_SELECT : MADE_FILTERED, TRUE);
      one = leaf != NULL ? path_between (maker, node, leaf) : NULL;
      if (one != NULL)
        return g_strdup_printf ("jr:choice-name(%s, '%s')", one, leaf->path);
      break;
    case 3:
      return g_strdup ("jr:itext('yes')");
    case 4:
      one = make_read (maker, node, MADE_DATE);
      if (one != NULL)
        return g_strdup_printf ("format-date(%s, '%%e %%b %%Y')", one);
      break;
    case 5:
      one = make_number (maker, node, 2);
      return g_strdup_printf ("once(string(%s))", one);
    default:
      one = make_read (maker, node, MADE_TEXT);
      other = make_read (maker, node, G_MAXINT);
      if (one != NULL && other != NULL)
        return g_strdup_printf ("concat(%s, '/', %s)", one, other);
    }
  return NULL;
}

static inline char *
make_text (Maker *maker, MadeNode *node)
{
  char *text = NULL;

  for (guint i = 0; i < 5 && text == NULL; i++)
    text = try_text (maker, node);
  return text != NULL ? text : g_strdup ("'nothing'");
}

static inline char *
try_condition (Maker *maker, MadeNode *node, guint depth)
{
  g_autofree char *one = NULL;
  g_autofree char *other = NULL;

  switch (pick (maker, depth > 2 ? 5 : 8))
    {
    case 0:
    case 1:
      one = make_number (maker, node, depth + 1);
      return g_strdup_printf ("%s %s %d", one, chance (maker, 50) ? ">" : "<=", pick (maker, 6));
    case 2:
      one = make_read (maker, node, MADE_SELECT_MANY);
      if (one != NULL)
        return g_strdup_printf ("selected(%s, '%c')", one, 'a' + pick (maker, 3));
      break;
    case 3:
      one = make_read (maker, node, G_MAXINT);
      if (one != NULL)
        return g_strdup_printf (chance (maker, 60) ? "%s != ''" : "%s = ''", one);
      break;
    case 4:
      one = make_read (maker, node, MADE_SELECT);
      if (one != NULL)
        return g_strdup_printf ("%s != '%c'", one, 'a' + pick (maker, 3));
      break;
    case 5:
      one = make_condition (maker, node, depth + 1);
      return g_strdup_printf ("not(%s)", one);
    default:
      one = make_condition (maker, node, depth + 1);
      other = make_condition (maker, node, depth + 1);
      return g_strdup_printf (chance (maker, 40) ? "%s and %s" : "%s or %s", one, other);
    }
  return NULL;
}

static inline char *
make_condition (Maker *maker, MadeNode *node, guint depth)
{
  char *condition = NULL;

  for (guint i = 0; i < 5 && condition == NULL; i++)
    condition = try_condition (maker, node, depth);
  return condition != NULL ? condition : g_strdup (chance (maker, 80) ? "true()" : "false()");
}

/* The form */

static inline void
append_expression (GString *out, const char *name, char *expression)
{
  g_autofree char *escaped = g_markup_escape_text (expression, -1);

  g_string_append_printf (out, " %s=\"%s\"", name, escaped);
  g_free (expression);
}

static inline void
make_bind (Maker *maker, MadeNode *node)
{
  GString *out = maker->binds;

  g_string_append_printf (out, "<bind nodeset='%s'", node->path);
  if (node->kind == MADE_NUMBER && chance (maker, 50))
    g_string_append (out, " type='decimal'");
  else if (node->kind == MADE_DATE)
    g_string_append (out, " type='date'");
  if (made_is_leaf (node) && node->kind <= MADE_TEXT && chance (maker, 50))
    {
      node->is_calculated = TRUE;
      append_expression (out, "calculate",
                         node->kind == MADE_NUMBER ? make_number (maker, node, 0)
                                                   : make_text (maker, node));
    }
  if (node->parent != NULL && chance (maker, 25))
    append_expression (out, "relevant", make_condition (maker, node, 0));
  if (chance (maker, 12))
    append_expression (out, "readonly", make_condition (maker, node, 1));
  if (made_is_leaf (node) && chance (maker, 20))
    append_expression (out, "required", make_condition (maker, node, 1));
  if (made_is_leaf (node) && chance (maker, 20))
    {
      g_autofree char *other = make_number (maker, node, 1);

      append_expression (
          out, "constraint",
          g_strdup_printf (node->kind == MADE_NUMBER ? ". <= %s + 3" : "string-length(.) < %s + 4",
                           other));
    }
  g_string_append (out, "/>\n");
}

static inline void
write_instance (Maker *maker, MadeNode *node, gboolean is_row, GString *out)
{
  if (node->parent == NULL)
    g_string_append (out, "<data id='made' xmlns='http://palermo.test/made'>");
  else if (node->kind == MADE_REPEAT && !is_row && !node->has_rows)
    g_string_append_printf (out, "<%s jr:template=''>", node->name);
  else if (made_is_leaf (node) && !node->is_calculated && node->kind == MADE_NUMBER
           && chance (maker, 30))
    {
      g_string_append_printf (out, "<%s>%d</%s>", node->name, pick (maker, 5), node->name);
      return;
    }
  else
    g_string_append_printf (out, "<%s>", node->name);
  if (node->kind == MADE_REPEAT && node->rank % 2 == 0)
    g_string_append (out, "<_id/>");
  for (guint i = 0; i < node->children->len; i++)
    write_instance (maker, g_ptr_array_index (node->children, i), FALSE, out);
  g_string_append_printf (out, "</%s>", node->name);
  if (node->kind == MADE_REPEAT && node->has_rows && !is_row && chance (maker, 50))
    write_instance (maker, node, TRUE, out);
}

static inline void
write_label (Maker *maker, MadeNode *node, GString *out)
{
  g_autofree char *read = chance (maker, 35) ? make_read (maker, node, G_MAXINT) : NULL;
  g_autofree char *number = chance (maker, 20) ? make_number (maker, node, 2) : NULL;
  g_autofree char *escaped = g_markup_escape_text (read != NULL     ? read
                                                   : number != NULL ? number
                                                                    : "''",
                                                   -1);

  if (chance (maker, 50))
    {
      g_string_append_printf (out, "<label>%s: <output value=\"%s\"/></label>", node->name,
                              escaped);
      return;
    }
  g_string_append_printf (out, "<label ref=\"jr:itext('%s')\"/>", node->name);
  for (guint i = 0; i < 2; i++)
    g_string_append_printf (maker->texts[i],
                            "<text id='%s'><value>%s %s <output value=\"%s\"/></value></text>\n",
                            node->name, i == 0 ? "Of" : "De", node->name, escaped);
}

static inline void
write_list (Maker *maker, MadeNode *node, GString *out)
{
  MadeNode *other;
  g_autofree char *path = NULL;

  switch (node->kind)
    {
    case MADE_FILTERED:
      other = find_leaf (maker, node, MADE_SELECT, TRUE);
      path = other != NULL ? path_between (maker, node, other) : g_strdup ("'a'");
      g_string_append_printf (out,
                              "<itemset nodeset=\"%sinstance('towns')/root/item[of = %s%s]%s\">"
                              "<value ref='name'/><label ref='jr:itext(text)'/></itemset>",
                              node->rank % 3 == 0 ? "randomize(" : "",
                              *path == '.' ? "current()" : "", *path == '.' ? path + 1 : path,
                              node->rank % 3 == 0 ? ", 7)" : "");
      break;
    case MADE_ROWS:
      other = find_leaf (maker, node, MADE_TEXT, FALSE);
      if (other != NULL && other->parent->kind == MADE_REPEAT)
        {
          g_autofree char *rows = path_between (maker, node, other->parent);

          g_string_append_printf (
              out, "<itemset nodeset=\"%s[%s != '']\"><value ref='%s'/><label ref='%s'/></itemset>",
              rows, other->name, other->name, other->name);
          break;
        }
      G_GNUC_FALLTHROUGH;
    default:
      for (char value = 'a'; value < 'd'; value++)
        g_string_append_printf (out,
                                "<item><label ref=\"jr:itext('%s')\"/><value>%c</value></item>",
                                value == 'a' ? "yes" : "no", value);
    }
}

static inline void
write_control (Maker *maker, MadeNode *node, GString *out)
{
  const char *element = node->kind == MADE_SELECT_MANY ? "select" : "select1";

  if (!made_is_leaf (node))
    {
      g_string_append_printf (out, "<group ref='%s'>", node->path);
      write_label (maker, node, out);
      if (node->kind == MADE_REPEAT)
        {
          g_string_append_printf (out, "<repeat nodeset='%s'", node->path);
          if (chance (maker, 30))
            {
              g_autofree char *number = make_number (maker, node, 3);

              append_expression (out, "jr:count", g_strdup_printf ("(%s) mod 4", number));
            }
          else if (node->has_rows && chance (maker, 15))
            g_string_append (out, " jr:noAddRemove='true()'");
          g_string_append_c (out, '>');
          if (node->rank % 2 == 0)
            g_string_append_printf (out,
                                    "<setvalue event='odk-instance-first-load odk-new-repeat' "
                                    "ref='%s/_id' value='uuid()'/>",
                                    node->path);
        }
      for (guint i = 0; i < node->children->len; i++)
        write_control (maker, g_ptr_array_index (node->children, i), out);
      g_string_append (out, node->kind == MADE_REPEAT ? "</repeat></group>\n" : "</group>\n");
      return;
    }
  if (node->is_calculated && chance (maker, 50))
    return;
  if (node->kind < MADE_SELECT)
    element = "input";
  g_string_append_printf (out, "<%s ref='%s'>", element, node->path);
  write_label (maker, node, out);
  if (node->kind >= MADE_SELECT)
    write_list (maker, node, out);
  /* An answer that sets another, further on in the same rows. */
  if (chance (maker, 30))
    {
      MadeNode *target
          = g_ptr_array_index (maker->ranked, (guint) pick (maker, (gint) maker->ranked->len));

      if (target->rank > node->rank && target->kind == MADE_NUMBER && !target->is_calculated
          && is_in_reach (node, target))
        g_string_append_printf (out, "<setvalue event='xforms-value-changed' ref='%s' value='%d'/>",
                                target->path, pick (maker, 5));
    }
  g_string_append_printf (out, "</%s>\n", element);
}

/* The text of a form. */
static inline char *
make_random_form (guint32 seed)
{
  Maker maker = { g_rand_new_with_seed (seed),
                  g_ptr_array_new_with_free_func (made_free),
                  g_ptr_array_new (),
                  g_string_new (NULL),
                  { g_string_new (NULL), g_string_new (NULL) } };
  static const char *const languages[] = { "English (en)", "Français (fr)" };
  static const char *const words[][2] = { { "Yes", "Oui" }, { "No", "Non" } };
  GString *out = g_string_new (
      "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "
      "xmlns:jr='http://openrosa.org/javarosa'><h:head><h:title>Made</h:title><model>\n");
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GString) instance = g_string_new (NULL);
  MadeNode *root = make_node (&maker, NULL, MADE_GROUP);

  make_children (&maker, root, 0);
  while (maker.nodes->len < 24)
    make_children (&maker, root, 0);
  rank_all (&maker, root);
  for (guint i = 0; i < maker.nodes->len; i++)
    make_bind (&maker, g_ptr_array_index (maker.nodes, i));
  write_instance (&maker, root, FALSE, instance);
  for (guint i = 0; i < root->children->len; i++)
    write_control (&maker, g_ptr_array_index (root->children, i), body);

  g_string_append (out, "<itext>");
  for (guint i = 0; i < 2; i++)
    {
      g_string_append_printf (out, "<translation lang='%s'>", languages[i]);
      g_string_append_printf (out, "<text id='yes'><value>%s</value></text>", words[0][i]);
      g_string_append_printf (out, "<text id='no'><value>%s</value></text>", words[1][i]);
      g_string_append_printf (out, "%s</translation>\n", maker.texts[i]->str);
    }
  g_string_append_printf (out, "</itext><instance>%s</instance>\n<instance id='towns'><root>",
                          instance->str);
  for (guint i = 0; i < 9; i++)
    g_string_append_printf (out, "<item><name>%c%u</name><of>%c</of><text>%s</text></item>",
                            'a' + i % 3, i, 'a' + i % 3, i % 2 == 0 ? "yes" : "no");
  g_string_append_printf (out,
                          "</root></instance>\n%s</model></h:head><h:body>\n%s</h:body></h:html>",
                          maker.binds->str, body->str);

  g_rand_free (maker.rand);
  g_ptr_array_unref (maker.ranked);
  g_ptr_array_unref (maker.nodes);
  g_string_free (maker.binds, TRUE);
  g_string_free (maker.texts[0], TRUE);
  g_string_free (maker.texts[1], TRUE);
  return g_string_free (out, FALSE);
}
