// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-hand-over"
#include "config.h"

#include "pal-hand-over.h"

#include "pal-assignment.h"
#include "pal-clock.h"
#include "pal-comment.h"
#include "pal-edition.h"
#include "pal-questionnaire.h"
#include "pal-walk.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* All of it is gathered into one JSON object; the other rendering reads that. */

static gboolean
is_within (const PalHandOverPeriod *period, gint64 time_us)
{
  return period == NULL
         || ((period->from_us == 0 || time_us >= period->from_us)
             && (period->until_us == 0 || time_us <= period->until_us));
}

/* --- what was decided, and why */

typedef struct
{
  char *page;        /* (nullable) */
  char *node;        /* (nullable): of one answer */
  const char *state; /* what became of it: a state of the page, "settled" or "purged" */
  char *author;      /* (nullable) */
  gint64 time_us;
  char *reason; /* (nullable) */
  char *open;   /* (nullable) */
} Decision;

static void
decision_free (gpointer data)
{
  Decision *decision = data;

  g_free (decision->page);
  g_free (decision->node);
  g_free (decision->author);
  g_free (decision->reason);
  g_free (decision->open);
  g_free (decision);
}

static int
compare_decisions (gconstpointer a, gconstpointer b)
{
  const Decision *first = *(Decision *const *) a;
  const Decision *second = *(Decision *const *) b;

  return first->time_us < second->time_us ? -1 : first->time_us > second->time_us;
}

/* --- who did what */

typedef struct
{
  guint64 n_changes;
  gint64 first_us;
  gint64 last_us;
  GHashTable *pages; /* (element-type utf8 guint): paths of groups, changes in each */
} Person;

static void
person_free (gpointer data)
{
  Person *person = data;

  g_hash_table_unref (person->pages);
  g_free (person);
}

typedef struct
{
  GHashTable *people;              /* (element-type utf8 Person) */
  GHashTable *pages;               /* (element-type utf8): paths of all pages */
  GPtrArray *decisions;            /* (element-type Decision) */
  const PalHandOverPeriod *period; /* (nullable) */
} People;

/* The page that holds a node: the longest path among its groups. (nullable), borrowed */
static const char *
find_page (People *people, const char *node)
{
  g_autofree char *path = g_strdup (node);

  for (;;)
    {
      gpointer page = NULL;
      char *slash = strrchr (path, '/');

      if (g_hash_table_lookup_extended (people->pages, path, &page, NULL))
        return page;
      if (slash == NULL || slash == path)
        return NULL;
      *slash = '\0';
    }
}

/* Whoever writes where several people's answers stood has decided between them; who takes a text
 * out of the file has decided, too. */
static void
note_decision (People *people, const PalChange *change)
{
  const char *page = change->node != NULL ? find_page (people, change->node) : NULL;
  gboolean is_purge = g_strcmp0 (change->title, "Purge") == 0;
  gboolean is_settled = change->kind == PAL_CHANGE_VALUE && change->parents != NULL
                        && strchr (change->parents, ' ') != NULL;
  Decision *decision;

  if (page == NULL || (!is_purge && !is_settled))
    return;
  decision = g_new0 (Decision, 1);
  decision->page = g_strdup (page);
  decision->node = g_strdup (change->node);
  decision->state = is_purge ? "purged" : "settled";
  decision->author = g_strdup (change->author);
  decision->time_us = change->clock_us;
  g_ptr_array_add (people->decisions, decision);
}

static gboolean
count_change (const PalChange *change, const char *before, gpointer user_data, GError **error)
{
  People *people = user_data;
  Person *person = g_hash_table_lookup (people->people, change->author);
  const char *page;

  if (!is_within (people->period, change->clock_us))
    return TRUE;
  note_decision (people, change);
  if (person == NULL)
    {
      person = g_new0 (Person, 1);
      person->first_us = change->clock_us;
      person->pages = g_hash_table_new (g_str_hash, g_str_equal);
      g_hash_table_insert (people->people, g_strdup (change->author), person);
    }
  person->n_changes++;
  person->first_us = MIN (person->first_us, change->clock_us);
  person->last_us = MAX (person->last_us, change->clock_us);
  page = change->node != NULL ? find_page (people, change->node) : NULL;
  if (page != NULL)
    g_hash_table_insert (
        person->pages, (gpointer) page,
        GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (person->pages, page)) + 1));

  return TRUE;
}

/* --- JSON */

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_time (JsonBuilder *builder, const char *name, gint64 time_us)
{
  g_autofree char *text = time_us > 0 ? pal_clock_format_rfc3339 (time_us) : NULL;

  add_string (builder, name, text);
}

static void
begin_list (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
}

static void
add_people (JsonBuilder *builder, People *people)
{
  g_autoptr (GList) names
      = g_list_sort (g_hash_table_get_keys (people->people), (GCompareFunc) strcmp);

  begin_list (builder, "people");
  for (GList *item = names; item != NULL; item = item->next)
    {
      Person *person = g_hash_table_lookup (people->people, item->data);
      g_autoptr (GList) pages
          = g_list_sort (g_hash_table_get_keys (person->pages), (GCompareFunc) strcmp);

      json_builder_begin_object (builder);
      add_string (builder, "name", item->data);
      add_int (builder, "changes", person->n_changes);
      add_time (builder, "first", person->first_us);
      add_time (builder, "last", person->last_us);
      begin_list (builder, "pages");
      for (GList *page = pages; page != NULL; page = page->next)
        {
          json_builder_begin_object (builder);
          add_string (builder, "page", page->data);
          add_int (builder, "changes",
                   GPOINTER_TO_UINT (g_hash_table_lookup (person->pages, page->data)));
          json_builder_end_object (builder);
        }
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_points (JsonBuilder *builder, GPtrArray *points)
{
  for (guint i = 0; i < points->len; i++)
    {
      const PalPoint *point = g_ptr_array_index (points, i);

      if (point->kind == PAL_POINT_UNANSWERED || point->kind == PAL_POINT_DRAFT)
        continue;
      json_builder_begin_object (builder);
      add_string (builder, "kind", pal_point_kind_to_string (point->kind));
      add_string (builder, "node", point->node);
      json_builder_end_object (builder);
    }
}

static void
add_pages (JsonBuilder *builder, PalClearance *clearance)
{
  add_string (builder, "state", pal_page_state_to_string (clearance->state));
  begin_list (builder, "pages");
  for (guint i = 0; i < clearance->pages->len; i++)
    {
      const PalPageClearance *page = g_ptr_array_index (clearance->pages, i);

      if (!page->is_relevant || page->n_questions == 0)
        continue;
      json_builder_begin_object (builder);
      add_string (builder, "page", page->path);
      add_string (builder, "title", page->title);
      add_string (builder, "state", pal_page_state_to_string (page->state));
      json_builder_set_member_name (builder, "altered");
      json_builder_add_boolean_value (builder, page->is_altered);
      add_string (builder, "by", page->author);
      add_time (builder, "time", page->time_us);
      add_int (builder, "questions", page->n_questions);
      add_int (builder, "answered", page->n_answered);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  begin_list (builder, "open");
  for (guint i = 0; i < clearance->pages->len; i++)
    add_points (builder, ((PalPageClearance *) g_ptr_array_index (clearance->pages, i))->points);
  add_points (builder, clearance->points);
  json_builder_end_array (builder);
}

static void
take_steps (People *people, GPtrArray *steps)
{
  for (guint i = 0; i < steps->len; i++)
    {
      const PalClearanceStep *step = g_ptr_array_index (steps, i);
      Decision *decision;

      if (!step->has_effect || !is_within (people->period, step->time_us))
        continue;
      decision = g_new0 (Decision, 1);
      decision->page = g_strdup (step->page);
      decision->state = pal_page_state_to_string (step->state);
      decision->author = g_strdup (step->author);
      decision->time_us = step->time_us;
      decision->reason = g_strdup (step->reason);
      decision->open = g_strdup (step->open);
      g_ptr_array_add (people->decisions, decision);
    }
  g_ptr_array_sort (people->decisions, compare_decisions);
}

static void
add_decisions (JsonBuilder *builder, GPtrArray *decisions)
{
  begin_list (builder, "decisions");
  for (guint i = 0; i < decisions->len; i++)
    {
      const Decision *decision = g_ptr_array_index (decisions, i);

      json_builder_begin_object (builder);
      add_string (builder, "page", decision->page);
      add_string (builder, "node", decision->node);
      add_string (builder, "state", decision->state);
      add_string (builder, "by", decision->author);
      add_time (builder, "time", decision->time_us);
      add_string (builder, "why", decision->reason);
      add_string (builder, "open", decision->open);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_comments (JsonBuilder *builder, GPtrArray *comments, const PalHandOverPeriod *period)
{
  begin_list (builder, "comments");
  for (guint i = 0; i < comments->len; i++)
    {
      const PalComment *comment = g_ptr_array_index (comments, i);

      if (!is_within (period, comment->time_us))
        continue;
      json_builder_begin_object (builder);
      add_string (builder, "node", comment->node);
      add_string (builder, "by", comment->author);
      add_time (builder, "time", comment->time_us);
      add_string (builder, "text", comment->text);
      json_builder_set_member_name (builder, "answer");
      json_builder_add_boolean_value (builder, comment->reply != NULL);
      json_builder_set_member_name (builder, "settled");
      json_builder_add_boolean_value (builder, comment->resolved);
      add_string (builder, "settledBy", comment->resolver);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_assignments (JsonBuilder *builder, GPtrArray *assignments)
{
  begin_list (builder, "assignments");
  for (guint i = 0; i < assignments->len; i++)
    {
      const PalAssignment *assignment = g_ptr_array_index (assignments, i);

      json_builder_begin_object (builder);
      add_string (builder, "page", assignment->page);
      add_string (builder, "person", assignment->person);
      add_string (builder, "office", assignment->office);
      add_string (builder, "due", assignment->due);
      add_string (builder, "handedOut", assignment->handed_out);
      add_string (builder, "returned", assignment->returned);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_editions (JsonBuilder *builder, GPtrArray *editions, GPtrArray *deliveries,
              const PalHandOverPeriod *period)
{
  begin_list (builder, "editions");
  for (guint i = 0; i < editions->len; i++)
    {
      const PalEdition *edition = g_ptr_array_index (editions, i);

      if (!is_within (period, edition->time_us))
        continue;
      json_builder_begin_object (builder);
      add_string (builder, "digest", edition->digest);
      add_string (builder, "by", edition->author);
      add_time (builder, "time", edition->time_us);
      add_string (builder, "archive", edition->archive);
      add_string (builder, "packed", edition->packed);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  begin_list (builder, "deliveries");
  for (guint i = 0; i < deliveries->len; i++)
    {
      const PalDeliveryRecord *delivery = g_ptr_array_index (deliveries, i);

      if (!is_within (period, delivery->changed_us))
        continue;
      json_builder_begin_object (builder);
      add_string (builder, "archive", delivery->archive_sha256);
      add_string (builder, "to", delivery->endpoint);
      add_string (builder, "state", delivery->state);
      add_time (builder, "time", delivery->changed_us);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static gboolean
gather (PalDossier *dossier, JsonBuilder *builder, People *people, GCancellable *cancellable,
        GError **error)
{
  g_autoptr (PalClearance) clearance = pal_clearance_look (dossier, error);
  g_autoptr (GPtrArray) steps = NULL;
  g_autoptr (GPtrArray) comments = NULL;
  g_autoptr (GPtrArray) assignments = NULL;
  g_autoptr (GPtrArray) editions = NULL;
  g_autoptr (GPtrArray) deliveries = NULL;
  g_autofree char *title = pal_dossier_get_meta (dossier, "title");

  if (clearance == NULL)
    return FALSE;
  for (guint i = 0; i < clearance->pages->len; i++)
    g_hash_table_add (
        people->pages,
        g_strdup (((PalPageClearance *) g_ptr_array_index (clearance->pages, i))->path));
  steps = pal_clearance_list_steps (dossier, error);
  comments = steps != NULL ? pal_comment_list (dossier, FALSE, error) : NULL;
  assignments = comments != NULL ? pal_assignment_list (dossier, NULL, error) : NULL;
  editions = assignments != NULL ? pal_edition_list (dossier, error) : NULL;
  deliveries = editions != NULL ? pal_dossier_list_deliveries (dossier, error) : NULL;
  if (deliveries == NULL
      || !pal_dossier_walk_log (dossier, count_change, people, cancellable, error))
    return FALSE;

  add_string (builder, "title", title);
  add_string (builder, "dossier", pal_dossier_get_id (dossier));
  add_time (builder, "made", g_get_real_time ());
  add_time (builder, "from", people->period != NULL ? people->period->from_us : 0);
  add_time (builder, "until", people->period != NULL ? people->period->until_us : 0);
  add_people (builder, people);
  add_assignments (builder, assignments);
  add_pages (builder, clearance);
  take_steps (people, steps);
  add_decisions (builder, people->decisions);
  add_comments (builder, comments, people->period);
  add_editions (builder, editions, deliveries, people->period);

  return TRUE;
}

/* --- Markdown */

/* What people wrote must not become markup, nor break a line. */
static void
append_text (GString *text, JsonObject *object, const char *name, const char *otherwise)
{
  const char *value = json_object_get_null_member (object, name)
                          ? NULL
                          : json_object_get_string_member (object, name);

  if (value == NULL || *value == '\0')
    value = otherwise;
  for (const char *p = value; *p != '\0'; p++)
    if (*p == '\n')
      g_string_append (text, "; ");
    else if (strchr ("\\`*_[]<>#|", *p) != NULL)
      {
        g_string_append_c (text, '\\');
        g_string_append_c (text, *p);
      }
    else if ((guchar) *p >= 0x20)
      g_string_append_c (text, *p);
}

static JsonArray *
begin_section (GString *text, JsonObject *object, const char *name, const char *heading)
{
  JsonArray *array = json_object_get_array_member (object, name);

  g_string_append_printf (text, "\n## %s\n\n", heading);
  if (json_array_get_length (array) == 0)
    g_string_append (text, "None.\n");

  return array;
}

/* Columns of a table: the member of an object, and what stands above it. */
typedef struct
{
  const char *member;
  const char *heading;
} Column;

static void
append_cell (GString *text, JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64)
    g_string_append_printf (text, "%" G_GINT64_FORMAT, json_node_get_int (node));
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    g_string_append (text, json_node_get_boolean (node) ? "yes" : "");
  else
    append_text (text, object, member, "");
}

static void
append_table (GString *text, JsonObject *object, const char *name, const char *heading,
              const Column *columns)
{
  JsonArray *array = begin_section (text, object, name, heading);

  if (json_array_get_length (array) == 0)
    return;
  for (const Column *column = columns; column->member != NULL; column++)
    g_string_append_printf (text, "| %s ", column->heading);
  g_string_append (text, "|\n");
  for (const Column *column = columns; column->member != NULL; column++)
    g_string_append (text, "|---");
  g_string_append (text, "|\n");
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      for (const Column *column = columns; column->member != NULL; column++)
        {
          g_string_append (text, "| ");
          append_cell (text, json_array_get_object_element (array, i), column->member);
          g_string_append_c (text, ' ');
        }
      g_string_append (text, "|\n");
    }
}

static void
append_people (GString *text, JsonObject *object)
{
  JsonArray *people = begin_section (text, object, "people", "Who did what");

  for (guint i = 0; i < json_array_get_length (people); i++)
    {
      JsonObject *person = json_array_get_object_element (people, i);
      JsonArray *pages = json_object_get_array_member (person, "pages");

      g_string_append (text, "- **");
      append_text (text, person, "name", "(no name)");
      g_string_append_printf (text, "**: %" G_GINT64_FORMAT " changes, ",
                              json_object_get_int_member (person, "changes"));
      append_text (text, person, "first", "");
      g_string_append (text, " to ");
      append_text (text, person, "last", "");
      g_string_append_c (text, '\n');
      for (guint j = 0; j < json_array_get_length (pages); j++)
        {
          JsonObject *page = json_array_get_object_element (pages, j);

          g_string_append (text, "  - ");
          append_text (text, page, "page", "");
          g_string_append_printf (text, ": %" G_GINT64_FORMAT "\n",
                                  json_object_get_int_member (page, "changes"));
        }
    }
}

static void
append_period (GString *text, JsonObject *object)
{
  if (json_object_get_null_member (object, "from") && json_object_get_null_member (object, "until"))
    return;
  g_string_append (text, ", of what was done from ");
  append_text (text, object, "from", "the beginning");
  g_string_append (text, " to ");
  append_text (text, object, "until", "now");
}

static char *
make_markdown (JsonObject *object)
{
  static const Column assignments[] = { { "page", "Page" },          { "person", "Who" },
                                        { "due", "Until" },          { "handedOut", "Handed out" },
                                        { "returned", "Came back" }, { NULL } };
  static const Column pages[] = { { "page", "Page" },
                                  { "title", "Title" },
                                  { "state", "State" },
                                  { "altered", "Altered since" },
                                  { "by", "By" },
                                  { "time", "When" },
                                  { "answered", "Answered" },
                                  { "questions", "Questions" },
                                  { NULL } };
  static const Column open[] = { { "kind", "What" }, { "node", "Where" }, { NULL } };
  static const Column decisions[] = { { "time", "When" },
                                      { "page", "Page" },
                                      { "node", "Answer" },
                                      { "state", "Became" },
                                      { "by", "By" },
                                      { "why", "Why" },
                                      { "open", "Open all the same" },
                                      { NULL } };
  static const Column comments[] = { { "time", "When" },
                                     { "by", "Who" },
                                     { "node", "Where" },
                                     { "text", "What" },
                                     { "settled", "Settled" },
                                     { "settledBy", "By" },
                                     { NULL } };
  static const Column editions[]
      = { { "time", "When" },     { "digest", "Edition" },  { "by", "Cleared by" },
          { "packed", "Packed" }, { "archive", "Archive" }, { NULL } };
  static const Column deliveries[] = {
    { "time", "When" }, { "archive", "Archive" }, { "to", "To" }, { "state", "State" }, { NULL }
  };
  GString *text = g_string_new ("# Hand-over: ");

  append_text (text, object, "title", "review");
  g_string_append (text, "\n\nMade ");
  append_text (text, object, "made", "");
  append_period (text, object);
  g_string_append (text, ". The whole stands at: ");
  append_text (text, object, "state", "");
  g_string_append (text, ".\n");
  append_people (text, object);
  append_table (text, object, "assignments", "Who works on what", assignments);
  append_table (text, object, "pages", "How the pages stand", pages);
  append_table (text, object, "open", "What is open", open);
  append_table (text, object, "decisions", "Why it was decided so", decisions);
  append_table (text, object, "comments", "Comments", comments);
  append_table (text, object, "editions", "Editions", editions);
  append_table (text, object, "deliveries", "Deliveries", deliveries);

  return g_string_free (text, FALSE);
}

/**
 * pal_hand_over_make:
 * @dossier: a dossier, with all edits flushed
 * @format: what to make
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Blocking: gathers who did what, what is open, and why it was decided so. It holds names and
 * comments, and no answers.
 *
 * Returns: (transfer full) (nullable): UTF-8 text; errors of the dossier, the form, the response
 */
GBytes *
pal_hand_over_make (PalDossier *dossier, PalHandOverFormat format, GCancellable *cancellable,
                    GError **error)
{
  return pal_hand_over_make_for (dossier, format, NULL, cancellable, error);
}

/**
 * pal_hand_over_make_for:
 * @dossier: a dossier, with all edits flushed
 * @format: what to make
 * @period: (nullable): from when to when something was done
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Blocking: like pal_hand_over_make(), of a part of the time.
 *
 * Returns: (transfer full) (nullable): UTF-8 text
 */
GBytes *
pal_hand_over_make_for (PalDossier *dossier, PalHandOverFormat format,
                        const PalHandOverPeriod *period, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  People people = { .period = period };
  gboolean ok;
  char *text = NULL;

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);

  people.people = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, person_free);
  people.pages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  people.decisions = g_ptr_array_new_with_free_func (decision_free);
  json_builder_begin_object (builder);
  ok = gather (dossier, builder, &people, cancellable, error);
  g_hash_table_unref (people.people);
  g_hash_table_unref (people.pages);
  g_ptr_array_unref (people.decisions);
  if (!ok)
    return NULL;
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);

  switch (format)
    {
    case PAL_HAND_OVER_MARKDOWN:
      text = make_markdown (json_node_get_object (root));
      break;
    case PAL_HAND_OVER_JSON:
      text = json_to_string (root, TRUE);
      break;
    }

  return g_bytes_new_take (text, strlen (text));
}
