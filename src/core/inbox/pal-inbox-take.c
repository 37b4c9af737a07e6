// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-inbox"
#include "config.h"

#include "pal-inbox-private.h"

#include "pal-own-record.h"

#include <string.h>

/* A consultation that was held in writing, out of an input. What the form of consultations has no
 * question for goes into a text, with the question before it: nothing that was said is lost.
 * Whoever wishes to stay unknown is named nowhere, also when the file names them all the same. */

#define FORM "consultation"
#define RECORD "/consultation/record/"
#define POINT RECORD "points/point"
#define PARTICIPANT RECORD "people/participant"
#define MIN_DIGITS 8 /* of a digest before a name */
#define PARTNERS "/input/card/author/partner["

/* What has a question of its own. The rest goes into a text. */
typedef struct
{
  const char *from;
  const char *to; /* (nullable): another way to get there, or nowhere */
} Mapping;

static const Mapping record_mappings[] = {
  { "/input/card/about/title", RECORD "essentials/title" },
  { "/input/card/about/clusters", RECORD "essentials/article_clusters" },
  { "/input/card/about/instruments", RECORD "essentials/article_instruments" },
  { "/input/card/about/date", NULL },
  { "/input/card/about/state", NULL },
  { "/input/card/author/naming", NULL },
  { "/input/card/author/organization", NULL },
  { "/input/card/author/type", NULL },
  { "/input/card/author/region", NULL },
  { "/input/card/author/person", NULL },
  { "/input/card/sharing/readers", NULL },
  { "/input/card/sharing/consent_until", NULL },
  { "/input/card/sharing/feedback", NULL },
};

static const Mapping point_mappings[] = {
  { "text", NULL },
  { "kind", "kind" },
  { "articles", "point_articles" },
  { "question", "question" },
  { "evidence/link", "evidence_link" },
  { "evidence/file", NULL },
  { "readers", NULL },
};

typedef struct
{
  PalDossier *dossier; /* (unowned) */
  PalInboxReading *reading;
  const PalInboxTakeOptions *options;
  GCancellable *cancellable; /* (nullable) */
  PalForm *form;             /* (owned): of consultations, as the dossier has it */
  GPtrArray *changes;        /* (owned) */
  char *record;              /* (owned) */
  GString *taken;            /* (owned): lines of the arrival */
  const char *last_row;      /* (nullable): in the record */
  guint n_points;
  gboolean is_anonymous;
} Taking;

static const Mapping *
find_mapping (const Mapping *mappings, gsize n_mappings, const char *from)
{
  for (gsize i = 0; i < n_mappings; i++)
    if (strcmp (mappings[i].from, from) == 0)
      return &mappings[i];

  return NULL;
}

static void
set (Taking *taking, const char *path, const char *value)
{
  if (value != NULL)
    g_ptr_array_add (taking->changes,
                     pal_change_new (PAL_CHANGE_VALUE, taking->record, path, value));
}

static void
set_in_row (Taking *taking, const char *row, const char *name, const char *value)
{
  g_autofree char *path = g_strconcat (row, "/", name, NULL);

  set (taking, path, value);
}

static const char *
get (Taking *taking, const char *path)
{
  return pal_inbox_said_get (taking->reading->said, path);
}

/* The question, and below it what was said. */
static void
add_words (Taking *taking, GString *text, const PalKitValue *value)
{
  g_autofree char *label = pal_inbox_dup_label (taking->reading, value);
  g_autofree char *words = pal_inbox_dup_words (taking->reading, value);

  g_string_append_printf (text, "%s%s\n%s", text->len > 0 ? "\n\n" : "", label, words);
}

/* path: (out): of the row. */
static void
add_row (Taking *taking, const char *repeat, const char *id, const char *before, char **path)
{
  *path = g_strdup_printf ("%s[%s]", repeat, id);
  g_ptr_array_add (taking->changes,
                   pal_change_new (PAL_CHANGE_ROW_ADDED, taking->record, *path, before));
  set_in_row (taking, *path, "_id", id);
}

/* --- points */

static gboolean
is_wanted (const PalInboxTakeOptions *options, const char *row)
{
  return options->points == NULL || g_strv_contains (options->points, row);
}

/* What else was said about a point. */
static char *
dup_details (Taking *taking, const char *row)
{
  GPtrArray *values = pal_inbox_said_list_of_point (taking->reading->said, row);
  gsize skip = strlen (PAL_INBOX_POINTS) + strlen (row) + strlen ("]/");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < values->len; i++)
    {
      const PalKitValue *value = g_ptr_array_index (values, i);

      if (find_mapping (point_mappings, G_N_ELEMENTS (point_mappings), value->path + skip) == NULL)
        add_words (taking, text, value);
    }

  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/* Its own question, or below the text in a dossier whose form is older than that question. */
static void
set_text (Taking *taking, const char *path, const char *row)
{
  const char *said = pal_inbox_said_get_of_point (taking->reading->said, row, "text");
  g_autofree char *details = dup_details (taking, row);
  gboolean has_place = pal_form_find_node (taking->form, POINT "/details") != NULL;
  g_autofree char *both = !has_place && details != NULL
                              ? g_strconcat (said != NULL ? said : "", "\n\n", details, NULL)
                              : NULL;

  set_in_row (taking, path, "text", both != NULL ? both : said);
  if (has_place)
    set_in_row (taking, path, "details", details);
}

/* Another dossier has put the beginning of the digest before the name, as this one will. */
static const char *
get_own_name (const PalKitFile *file)
{
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, file->bytes);
  const char *dash = strchr (file->name, '-');
  gsize length = dash != NULL ? (gsize) (dash - file->name) : 0;

  return length >= MIN_DIGITS && dash[1] != '\0' && strncmp (digest, file->name, length) == 0
             ? dash + 1
             : file->name;
}

static gboolean
set_evidence (Taking *taking, const char *path, const char *row, GError **error)
{
  PalKitInput *input = taking->reading->input;
  const char *name = pal_inbox_said_get_of_point (taking->reading->said, row, "evidence/file");

  for (guint i = 0; name != NULL && i < input->files->len; i++)
    {
      const PalKitFile *file = g_ptr_array_index (input->files, i);
      g_autofree char *attachment = NULL;

      if (strcmp (file->name, name) != 0)
        continue;
      attachment = pal_dossier_attach_bytes (taking->dossier, get_own_name (file), file->bytes,
                                             taking->cancellable, error);
      if (attachment == NULL)
        return FALSE;
      set_in_row (taking, path, "evidence", attachment);
    }

  return TRUE;
}

/* Who cannot be reached, or does not wish to hear of it, is owed no word. */
static const char *
get_feedback (Taking *taking)
{
  const char *wish = get (taking, "/input/card/sharing/feedback");
  const char *intermediary = get (taking, "/input/card/author/intermediary");

  if (g_strcmp0 (wish, "no") == 0 || (taking->is_anonymous && g_strcmp0 (intermediary, "yes") != 0))
    return "impossible";

  return "owed";
}

static void
set_source (Taking *taking, const char *path)
{
  set_in_row (taking, path, "naming", taking->is_anonymous ? "type" : "named");
  if (!taking->is_anonymous)
    set_in_row (taking, path, "source", get (taking, "/input/card/author/organization"));
  set_in_row (taking, path, "source_type", get (taking, "/input/card/author/type"));
}

static gboolean
take_point (Taking *taking, const PalInboxPoint *point, GError **error)
{
  PalInboxSaid *said = taking->reading->said;
  const char *item = taking->reading->item->id;
  g_autofree char *id = pal_inbox_dup_point_row (item, point->row);
  g_autofree char *digest = pal_inbox_said_dup_digest (said, point->row);
  g_autofree char *before
      = taking->last_row != NULL ? pal_inbox_dup_point_row (item, taking->last_row) : NULL;
  g_autofree char *path = NULL;

  add_row (taking, POINT, id, before, &path);
  set_text (taking, path, point->row);
  for (gsize i = 0; i < G_N_ELEMENTS (point_mappings); i++)
    if (point_mappings[i].to != NULL)
      set_in_row (taking, path, point_mappings[i].to,
                  pal_inbox_said_get_of_point (said, point->row, point_mappings[i].from));
  set_source (taking, path);
  set_in_row (taking, path, "restricted",
              taking->options->is_restricted || point->is_private ? "yes" : "no");
  set_in_row (taking, path, "treatment/feedback", get_feedback (taking));
  g_string_append_printf (taking->taken, "%s%s %s", taking->taken->len > 0 ? "\n" : "", point->row,
                          digest);
  taking->last_row = point->row;
  taking->n_points++;

  return set_evidence (taking, path, point->row, error);
}

static gboolean
take_points (Taking *taking, GError **error)
{
  GPtrArray *points = taking->reading->points;

  for (guint i = 0; i < points->len; i++)
    {
      const PalInboxPoint *point = g_ptr_array_index (points, i);

      if (point->state != PAL_INBOX_POINT_CAME && is_wanted (taking->options, point->row)
          && !take_point (taking, point, error))
        return FALSE;
    }

  return TRUE;
}

/* --- the record around them */

static gboolean
is_date_past (const char *date)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");

  return date != NULL && strcmp (date, today) <= 0;
}

/* A day that lies in the future is none on which it was written: it came on this one. */
static char *
dup_date (Taking *taking)
{
  const char *written = get (taking, "/input/card/about/date");
  g_autoptr (GDateTime) received = NULL;

  if (is_date_past (written))
    return g_strdup (written);
  received = g_date_time_new_from_unix_local (taking->reading->item->received_us / G_USEC_PER_SEC);

  return g_date_time_format (received, "%Y-%m-%d");
}

static gboolean
has_place (Taking *taking, const PalKitValue *value)
{
  const Mapping *mapping
      = find_mapping (record_mappings, G_N_ELEMENTS (record_mappings), value->path);
  const char *naming = get (taking, "/input/card/author/naming");

  if (g_str_has_prefix (value->path, PAL_INBOX_POINTS) || g_str_has_prefix (value->path, PARTNERS))
    return TRUE;
  /* A person who did not agree is named nowhere; a way to reach whoever is unknown neither. */
  if (strcmp (value->path, "/input/card/author/contact") == 0)
    return taking->is_anonymous || g_strcmp0 (naming, "person") == 0;
  if (strcmp (value->path, "/input/card/about/date") == 0)
    return is_date_past (value->value);

  return mapping != NULL;
}

static char *
dup_summary (Taking *taking)
{
  PalKitInput *input = taking->reading->input;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < input->values->len; i++)
    {
      const PalKitValue *value = g_ptr_array_index (input->values, i);

      if (!has_place (taking, value))
        add_words (taking, text, value);
    }

  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/* What may be read by whom is what was agreed to. */
static const char *
get_consent (Taking *taking)
{
  const char *readers = get (taking, "/input/card/sharing/readers");

  if (g_strcmp0 (readers, "public") == 0)
    return "public";
  if (g_strcmp0 (readers, "reviewers") == 0)
    return "reviewers";

  return "internal";
}

static void
set_essentials (Taking *taking)
{
  g_autofree char *date = dup_date (taking);
  g_autofree char *summary = dup_summary (taking);
  g_autofree char *fallback = NULL;
  const char *language = pal_response_get_language (taking->reading->response);

  for (gsize i = 0; i < G_N_ELEMENTS (record_mappings); i++)
    if (record_mappings[i].to != NULL)
      set (taking, record_mappings[i].to, get (taking, record_mappings[i].from));
  if (get (taking, "/input/card/about/title") == NULL)
    {
      fallback = pal_form_dup_title (taking->reading->form, language);
      set (taking, RECORD "essentials/title", fallback);
    }
  set (taking, RECORD "essentials/stage", "held");
  set (taking, RECORD "essentials/date", date);
  set (taking, RECORD "essentials/method", "written");
  set (taking, RECORD "essentials/summary", summary);
  set (taking, RECORD "protection/sensitivity", "internal");
  set (taking, RECORD "protection/consent_scope", get_consent (taking));
  set (taking, RECORD "protection/consent_until",
       get (taking, "/input/card/sharing/consent_until"));
  set (taking, RECORD "protection/redaction", "open");
}

static void
set_author (Taking *taking)
{
  const char *const about[] = { FORM, "participant", taking->reading->item->id };
  g_autofree char *id = pal_own_record_dup_id (about, G_N_ELEMENTS (about));
  g_autofree char *date = dup_date (taking);
  g_autofree char *path = NULL;
  const char *naming = get (taking, "/input/card/author/naming");
  gboolean is_person = !taking->is_anonymous && g_strcmp0 (naming, "person") == 0;

  add_row (taking, PARTICIPANT, id, NULL, &path);
  set_in_row (taking, path, "anonymity",
              taking->is_anonymous ? "anonymous"
              : is_person          ? "person"
                                   : "organization");
  if (!taking->is_anonymous)
    set_in_row (taking, path, "organization", get (taking, "/input/card/author/organization"));
  set_in_row (taking, path, "type", get (taking, "/input/card/author/type"));
  set_in_row (taking, path, "region", get (taking, "/input/card/author/region"));
  if (is_person)
    {
      set_in_row (taking, path, "representative", get (taking, "/input/card/author/person"));
      set_in_row (taking, path, "contact", get (taking, "/input/card/author/contact"));
    }
  set_in_row (taking, path, "consent", get_consent (taking));
  set_in_row (taking, path, "consent_date", date);
}

/* Nobody asked the partners themselves. */
static void
set_partners (Taking *taking)
{
  PalKitInput *input = taking->reading->input;
  const char *const author[] = { FORM, "participant", taking->reading->item->id };
  g_autofree char *before = pal_own_record_dup_id (author, G_N_ELEMENTS (author));
  g_autofree char *last = NULL;
  g_autofree char *path = NULL;

  for (guint i = 0; !taking->is_anonymous && i < input->values->len; i++)
    {
      const PalKitValue *value = g_ptr_array_index (input->values, i);
      const char *end = g_str_has_prefix (value->path, PARTNERS)
                            ? strchr (value->path + strlen (PARTNERS), ']')
                            : NULL;
      g_autofree char *row = NULL;

      if (end == NULL)
        continue;
      row = g_strndup (value->path, end - value->path);
      if (g_strcmp0 (row, last) != 0)
        {
          const char *const about[] = { FORM, "participant", taking->reading->item->id, row };
          char *id = pal_own_record_dup_id (about, G_N_ELEMENTS (about));

          g_free (path);
          add_row (taking, PARTICIPANT, id, before, &path);
          set_in_row (taking, path, "anonymity", "organization");
          set_in_row (taking, path, "consent", "none");
          g_free (before);
          before = id;
          g_free (last);
          last = g_strdup (row);
        }
      if (strcmp (end, "]/name") == 0)
        set_in_row (taking, path, "organization", value->value);
      else if (strcmp (end, "]/type") == 0)
        set_in_row (taking, path, "type", value->value);
    }
}

/* A new one; or, when more of it is taken later, that of the first time. Two people who take the
 * same thing apart from each other make the same record. */
static gboolean
choose_record (Taking *taking, GError **error)
{
  const PalInboxItem *item = taking->reading->item;
  const char *const about[] = { FORM, item->id, item->record };
  g_autofree char *instance = NULL;

  taking->form = NULL;
  if (item->state == PAL_INBOX_TAKEN && item->is_record_there)
    {
      GPtrArray *points = taking->reading->points;

      taking->record = g_strdup (item->record);
      g_string_append (taking->taken, item->taken != NULL ? item->taken : "");
      for (guint i = 0; i < points->len; i++)
        {
          const PalInboxPoint *point = g_ptr_array_index (points, i);

          if (point->state == PAL_INBOX_POINT_CAME
              && g_strcmp0 (point->before_record, item->record) == 0)
            taking->last_row = point->row;
        }
      taking->form = pal_inbox_load_form (taking->dossier, FORM, error);
      return taking->form != NULL;
    }
  taking->record = pal_own_record_dup_id (about, G_N_ELEMENTS (about));
  if (!pal_own_record_make_as (taking->dossier, FORM, taking->record, taking->changes, error))
    return FALSE;
  taking->form = pal_inbox_load_form (taking->dossier, FORM, error);
  if (taking->form == NULL)
    return FALSE;
  instance = g_strconcat ("uuid:", taking->record, NULL);
  set (taking, "/consultation/meta/instanceID", instance);
  set_essentials (taking);
  set_author (taking);
  set_partners (taking);

  return TRUE;
}

/* --- the act */

/* Of those that are asked for: whether all are in it, and some are left. */
static gboolean
check_points (PalInboxReading *reading, const PalInboxTakeOptions *options, GError **error)
{
  guint n_left = 0;

  for (gsize i = 0; options->points != NULL && options->points[i] != NULL; i++)
    {
      gboolean is_there = FALSE;

      for (guint j = 0; j < reading->points->len && !is_there; j++)
        is_there = strcmp (((PalInboxPoint *) g_ptr_array_index (reading->points, j))->row,
                           options->points[i])
                   == 0;
      if (!is_there)
        {
          g_set_error (error, PAL_INBOX_ERROR, PAL_INBOX_ERROR_NOT_FOUND, "no such point in it");
          return FALSE;
        }
    }
  for (guint i = 0; i < reading->points->len; i++)
    {
      const PalInboxPoint *point = g_ptr_array_index (reading->points, i);

      n_left += point->state != PAL_INBOX_POINT_CAME && is_wanted (options, point->row);
    }
  /* There may be nothing in it but a message. */
  if (n_left > 0 || (reading->points->len == 0 && reading->item->state != PAL_INBOX_TAKEN))
    return TRUE;
  g_set_error (error, PAL_INBOX_ERROR, PAL_INBOX_ERROR_NOTHING, "no point is left to be taken");

  return FALSE;
}

static void
taking_clear (Taking *taking)
{
  g_clear_pointer (&taking->form, pal_form_unref);
  g_clear_pointer (&taking->changes, g_ptr_array_unref);
  g_clear_pointer (&taking->record, g_free);
  if (taking->taken != NULL)
    g_string_free (taking->taken, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Taking, taking_clear)

/**
 * pal_inbox_taken_free:
 * @taken: (nullable) (transfer full): what was done
 */
void
pal_inbox_taken_free (PalInboxTaken *taken)
{
  if (taken == NULL)
    return;

  g_free (taken->record);
  g_free (taken);
}

/**
 * pal_inbox_take:
 * @dossier: a dossier
 * @id: an arrival
 * @options: (nullable): what of it, and in which language
 * @cancellable: (nullable): stops it
 * @error: return location
 *
 * Makes a consultation held in writing out of an input, with its points, its evidence and what its
 * author agreed to, as one act in the log that is undone in one step. What was taken before, also
 * from another version of the same input, is left out. Of what was taken in part, more can be
 * taken later: it goes into the same record. Blocking; any thread but the worker.
 *
 * Returns: (transfer full) (nullable): what was done; #PalInboxError, errors of the dossier, and as
 *   pal_inbox_look(). Then nothing was changed
 */
PalInboxTaken *
pal_inbox_take (PalDossier *dossier, const char *id, const PalInboxTakeOptions *options,
                GCancellable *cancellable, GError **error)
{
  const PalInboxTakeOptions none = { 0 };
  g_auto (Taking) taking = { 0 };
  g_autoptr (PalInboxReading) reading = NULL;
  g_autoptr (PalInboxTaken) taken = g_new0 (PalInboxTaken, 1);

  g_return_val_if_fail (PAL_IS_DOSSIER (dossier), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  taking.dossier = dossier;
  taking.options = options != NULL ? options : &none;
  taking.cancellable = cancellable;
  reading = pal_inbox_look (dossier, id, taking.options->language, cancellable, error);
  if (reading == NULL || !check_points (reading, taking.options, error))
    return NULL;
  taking.reading = reading;
  taking.changes = pal_changes_new ();
  taking.taken = g_string_new (NULL);
  taking.is_anonymous = pal_inbox_said_is_anonymous (reading->said);
  if (!choose_record (&taking, error) || !take_points (&taking, error))
    return NULL;
  pal_inbox_set (taking.changes, id, "state", pal_inbox_state_to_string (PAL_INBOX_TAKEN));
  pal_inbox_set (taking.changes, id, "why", NULL);
  pal_inbox_set (taking.changes, id, "record", taking.record);
  pal_inbox_set (taking.changes, id, "taken", taking.taken->str);
  for (guint i = 0; i < reading->points->len; i++)
    taken->n_left += ((PalInboxPoint *) g_ptr_array_index (reading->points, i))->state
                     == PAL_INBOX_POINT_CAME;
  taken->n_points = taking.n_points;
  if (!pal_dossier_append_full (dossier, PAL_INBOX_TAKEN_ACT, g_steal_pointer (&taking.changes),
                                PAL_APPEND_APART, &taken->written, error))
    return NULL;
  taken->record = g_steal_pointer (&taking.record);

  return g_steal_pointer (&taken);
}
