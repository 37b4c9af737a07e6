// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-inbox"
#include "config.h"

#include "pal-consultations.h"
#include "pal-inbox.h"
#include "pal-merge.h"
#include "pal-undo.h"
#include "test-dossier-common.h"

/* What comes from outside: what is no input is known by its first octets, an input waits, and each
 * decision is one act, also when two people decide apart from each other. */

#define HEAD(title, name)                                                                          \
  "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "          \
  "xmlns:jr='http://openrosa.org/javarosa'><h:head><h:title>" title "</h:title><model><instance>"  \
  "<" name " id='" name "' version='1'>"
#define BODY(name) "</" name "></instance></model></h:head><h:body>"
#define TAIL "</h:body></h:html>"
#define ASK(path, label) "<input ref='" path "'><label>" label "</label></input>"

/* As much of the forms as is needed; those that come with the program are tried in
 * tests/cli/test-input.py. */
static const char input[] = HEAD (
    "Input", "input") "<card><about><title/></about><points>"
                      "<point "
                      "jr:template=''><_id/><text/><region/></point></points><author><naming/"
                      "><organization/>"
                      "<type/></author><sharing><readers/></sharing></card><meta><instanceID/></"
                      "meta>" BODY ("input") "<repeat nodeset='/input/card/points/point'>" ASK (
                          "/input/card/points/point/text", "T")
                          ASK ("/input/card/points/point/region",
                               "Where?") "</repeat>" ASK ("/input/card/about/title", "About")
                              ASK ("/input/card/author/naming", "N")
                                  ASK ("/input/card/author/organization", "O")
                                      ASK ("/input/card/author/type", "Y")
                                          ASK ("/input/card/sharing/readers", "R") TAIL;
static const char consultation[]
    = HEAD ("Consultation",
            "consultation") "<record><essentials><title/></essentials><points>"
                            "<point "
                            "jr:template=''><_id/><text/><restricted/></point></points></"
                            "record>" BODY ("consultation") "<repeat "
                                                            "nodeset='/consultation/record/points/"
                                                            "point'>" ASK ("/consultation/record/"
                                                                           "points/point/text",
                                                                           "T") "</repeat>" TAIL;
static const char arrival[] = HEAD ("Arrival", "arrival") "<name/>" BODY ("arrival") TAIL;

static void
write_form (const char *name, const char *text)
{
  g_autofree char *path = g_strdup_printf ("%s/data/forms/%s.xml", folder, name);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
write_forms (void)
{
  g_autofree char *data = g_build_filename (folder, "data", NULL);

  write_form ("input", input);
  write_form ("consultation", consultation);
  write_form ("arrival", arrival);
  g_setenv ("PALERMO_DATA_DIR", data, TRUE);
}

static char *
put (const char *name, const char *octets, gssize length)
{
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, octets, length, NULL));

  return path;
}

/* points: their texts. */
static char *
put_input (const char *name, const char *instance, const char *const *points)
{
  g_autoptr (GString) text = g_string_new (
      "<input id='input' version='1'><card><about><title>Help</title></about><points>");

  for (guint i = 0; points[i] != NULL; i++)
    g_string_append_printf (
        text, "<point><_id>p%u</_id><text>%s</text><region>Coast</region></point>", i, points[i]);
  g_string_append_printf (text,
                          "</points><author><organization>Lantern</organization></author><sharing>"
                          "<readers>public</readers></sharing></card><meta><instanceID>%s"
                          "</instanceID></meta></input>",
                          instance);

  return put (name, text->str, text->len);
}

static char *
receive (PalDossier *dossier, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalInboxReceived) received = pal_inbox_receive (dossier, path, NULL, NULL, &error);

  g_assert_no_error (error);

  return g_strdup (received->id);
}

static PalInboxItem *
find (GPtrArray *items, const char *id)
{
  for (guint i = 0; i < items->len; i++)
    if (strcmp (((PalInboxItem *) g_ptr_array_index (items, i))->id, id) == 0)
      return g_ptr_array_index (items, i);
  g_assert_not_reached ();
}

static PalInboxState
get_state (PalDossier *dossier, const char *id)
{
  g_autoptr (GPtrArray) items = pal_inbox_list (dossier, NULL, NULL);

  return find (items, id)->state;
}

/* The texts of all points, joined. */
static char *
dup_points (PalDossier *dossier)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalConsultations) all = pal_consultations_load (dossier, NULL, &error);
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  GPtrArray *points;

  g_assert_no_error (error);
  points = pal_consultations_list_points (all);
  for (guint i = 0; i < points->len; i++)
    g_ptr_array_add (texts, ((PalRaisedPoint *) g_ptr_array_index (points, i))->text);
  g_ptr_array_add (texts, NULL);

  return g_strjoinv ("|", (char **) texts->pdata);
}

#define assert_points(dossier, expected)                                                           \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *joined = dup_points (dossier);                                                \
    g_assert_cmpstr (joined, ==, expected);                                                        \
  }                                                                                                \
  G_STMT_END

/* --- kinds */

#define SEALED "\x30\x80\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"
#define ENVELOPED "\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"

static void
test_kinds (void)
{
  static const struct
  {
    const char *name;
    const char *octets;
    gsize length;
    gboolean is_ours;
    int code;
    const char *domain; /* NULL: of the inbox */
  } rows[] = {
    { "nothing", "", 0, FALSE, PAL_INBOX_ERROR_UNKNOWN },
    { "blanks", " \n\t ", 4, FALSE, PAL_INBOX_ERROR_UNKNOWN },
    { "words", "Dear friends", 12, FALSE, PAL_INBOX_ERROR_UNKNOWN },
    { "a picture", "\x89PNG\r\n\x1a\n", 8, FALSE, PAL_INBOX_ERROR_UNKNOWN },
    { "a PDF", "%PDF-1.7 <x/>", 13, FALSE, PAL_INBOX_ERROR_UNKNOWN },
    { "a dossier", "SQLite format 3", 16, FALSE, PAL_INBOX_ERROR_DOSSIER },
    { "sealed", SEALED "                    ", 35, FALSE, PAL_INBOX_ERROR_SEALED },
    { "enveloped", ENVELOPED "                    ", 35, FALSE, PAL_INBOX_ERROR_SEALED },
    { "half a workbook", "PK\003\004                                                      ", 56,
      TRUE, PAL_KIT_ERROR_BROKEN, "pal-kit-error-quark" },
    { "a zip of nothing", "PK\005\006\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22, FALSE,
      PAL_INBOX_ERROR_UNKNOWN },
    { "half a package",
      "PK\003\004                          mimetypeapplication/vnd.etsi.asic-e+zip", 69, TRUE, 1,
      "pal-package-error-quark" },
    { "XML", "<a/>", 4, TRUE, PAL_KIT_ERROR_OTHER, "pal-kit-error-quark" },
    { "a page", "  <html></html>", 15, TRUE, PAL_KIT_ERROR_PAGE, "pal-kit-error-quark" },
    { "half of XML", "\xef\xbb\xbf<inp", 7, TRUE, PAL_KIT_ERROR_BROKEN, "pal-kit-error-quark" },
    { "XML of two octets", "\xff\xfe<\0a\0/\0>\0", 10, TRUE, PAL_KIT_ERROR_OTHER,
      "pal-kit-error-quark" },
  };
  g_autofree char *own = fresh_path ();
  PalDossier *dossier = create (own);
  PalDossierFigures before, after;

  g_assert_true (pal_dossier_get_figures (dossier, &before, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = put ("kind", rows[i].octets, rows[i].length);
      g_autoptr (GError) error = NULL;
      g_autoptr (PalInboxReceived) received = pal_inbox_receive (dossier, path, NULL, NULL, &error);

      g_test_message ("%s", rows[i].name);
      g_assert_null (received);
      g_assert_cmpint (pal_inbox_sniff (path), ==, rows[i].is_ours);
      if (rows[i].domain == NULL)
        g_assert_error (error, PAL_INBOX_ERROR, rows[i].code);
      else
        g_assert_nonnull (error);
      if (g_strcmp0 (rows[i].domain, "pal-kit-error-quark") == 0)
        g_assert_error (error, PAL_KIT_ERROR, rows[i].code);
    }
  g_assert_true (pal_dossier_get_figures (dossier, &after, NULL));
  g_assert_cmpint (before.n_acts, ==, after.n_acts);
  g_assert_cmpint (before.n_attachments, ==, after.n_attachments);
  close_dossier (dossier);
}

/* --- one after the other, as the window does it */

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

#define WAIT(call)                                                                                 \
  g_autoptr (GAsyncResult) result = NULL;                                                          \
  call;                                                                                            \
  wait_for (&result)

static char *
receive_later (PalDossier *dossier, const char *path, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalInboxReceived) received = NULL;

  WAIT (pal_inbox_receive_async (dossier, path, name, NULL, done_cb, &result));
  received = pal_inbox_receive_finish (result, &error);
  g_assert_no_error (error);
  g_assert_false (received->was_there);
  g_assert_cmpint (received->written.until, >, received->written.after);

  return g_strdup (received->id);
}

static PalInboxReading *
look_later (PalDossier *dossier, const char *id)
{
  g_autoptr (GError) error = NULL;
  PalInboxReading *reading;

  WAIT (pal_inbox_look_async (dossier, id, "en", NULL, done_cb, &result));
  reading = pal_inbox_look_finish (result, &error);
  g_assert_no_error (error);

  return reading;
}

static PalInboxTaken *
take_later (PalDossier *dossier, const char *id, const char *const *points, GError **error)
{
  PalInboxTakeOptions options = { points };

  WAIT (pal_inbox_take_async (dossier, id, &options, NULL, done_cb, &result));

  return pal_inbox_take_finish (result, error);
}

static void
undo (PalDossier *dossier, PalUndoWay way)
{
  g_autoptr (GError) error = NULL;
  PalUndone *undone = pal_dossier_undo (dossier, way, &error);

  g_assert_no_error (error);
  g_assert_nonnull (undone);
  pal_undone_free (undone);
}

static void
check_reading (PalDossier *dossier, const char *id)
{
  g_autoptr (PalInboxReading) reading = look_later (dossier, id);
  const PalInboxLine *line = g_ptr_array_index (reading->lines, 2);
  const PalInboxPoint *point = g_ptr_array_index (reading->points, 1);
  g_autofree char *place
      = pal_inbox_reading_dup_place (reading, "/input/card/points/point[p1]/region");
  g_autofree char *nowhere = pal_inbox_reading_dup_place (reading, "/elsewhere");

  g_assert_cmpuint (reading->lines->len, ==, 7);
  g_assert_cmpstr (line->path, ==, "/input/card/points/point[p0]/region");
  g_assert_cmpstr (line->label, ==, "Where?");
  g_assert_cmpstr (line->text, ==, "Coast");
  g_assert_cmpstr (line->row, ==, "p0");
  g_assert_cmpuint (reading->points->len, ==, 2);
  g_assert_cmpstr (point->text, ==, "Two");
  g_assert_cmpuint (point->number, ==, 2);
  g_assert_cmpint (point->state, ==, PAL_INBOX_POINT_NEW);
  g_assert_false (point->is_private);
  g_assert_cmpstr (place, ==, "Where?");
  g_assert_null (nowhere);
}

static void
test_story (void)
{
  static const char *const texts[] = { "One", "Two", NULL };
  static const char *const second[] = { "p1", NULL };
  static const char *const neither[] = { "p7", NULL };
  g_autofree char *own = fresh_path ();
  g_autofree char *path = put_input ("in.xml", "uuid:1", texts);
  PalDossier *dossier = create (own);
  g_autofree char *id = receive_later (dossier, path, "../../tmp/a\nletter.xml");
  g_autoptr (GPtrArray) items = pal_inbox_list (dossier, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PalInboxTaken) taken = NULL;
  g_autoptr (PalInboxTaken) more = NULL;
  g_autoptr (PalInboxTaken) none = NULL;
  PalLogSpan span;
  const PalInboxItem *item = find (items, id);

  g_assert_cmpuint (pal_inbox_count_waiting (items), ==, 1);
  g_assert_null (strpbrk (item->name, "/\\\n"));
  g_assert_cmpstr (item->from, ==, "Lantern");
  g_assert_cmpstr (item->title, ==, "Help");
  g_assert_cmpuint (item->n_points, ==, 2);
  check_reading (dossier, id);
  assert_points (dossier, "");

  none = take_later (dossier, id, neither, &error);
  g_assert_error (error, PAL_INBOX_ERROR, PAL_INBOX_ERROR_NOT_FOUND);
  g_clear_error (&error);
  taken = take_later (dossier, id, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (taken->n_points, ==, 2);
  assert_points (dossier, "One\n\nWhere?\nCoast|Two\n\nWhere?\nCoast");
  undo (dossier, PAL_UNDO_BACK);
  assert_points (dossier, "");
  g_assert_cmpint (get_state (dossier, id), ==, PAL_INBOX_WAITING);
  undo (dossier, PAL_UNDO_FORTH);
  g_assert_cmpint (get_state (dossier, id), ==, PAL_INBOX_TAKEN);
  undo (dossier, PAL_UNDO_BACK);

  /* Only a part, after it was all there: what was taken back does not come along. */
  more = take_later (dossier, id, second, &error);
  g_assert_no_error (error);
  assert_points (dossier, "Two\n\nWhere?\nCoast");
  g_assert_false (pal_inbox_decline (dossier, id, "No", NULL, &error));
  g_assert_error (error, PAL_INBOX_ERROR, PAL_INBOX_ERROR_DECIDED);
  g_clear_error (&error);
  undo (dossier, PAL_UNDO_BACK);

  g_assert_false (pal_inbox_decline (dossier, id, " \n", NULL, &error));
  g_assert_error (error, PAL_INBOX_ERROR, PAL_INBOX_ERROR_REASON);
  g_clear_error (&error);
  g_assert_true (pal_inbox_decline (dossier, id, "Advertising", &span, &error));
  g_assert_cmpint (get_state (dossier, id), ==, PAL_INBOX_DECLINED);
  undo (dossier, PAL_UNDO_BACK);
  g_assert_cmpint (get_state (dossier, id), ==, PAL_INBOX_WAITING);
  undo (dossier, PAL_UNDO_BACK);
  g_clear_pointer (&items, g_ptr_array_unref);
  items = pal_inbox_list (dossier, NULL, NULL);
  g_assert_cmpuint (items->len, ==, 0);
  g_free (receive (dossier, path));
  assert_points (dossier, "");
  close_dossier (dossier);
  g_assert_true (pal_dossier_check (own, NULL, &error));
  g_assert_no_error (error);
}

/* A record that somebody removed is no reason not to take it again, and nothing of it comes back by
 * itself. */
static void
test_removed (void)
{
  static const char *const texts[] = { "One", "Two", NULL };
  static const char *const first[] = { "p0", NULL };
  g_autofree char *own = fresh_path ();
  g_autofree char *path = put_input ("in.xml", "uuid:1", texts);
  PalDossier *dossier = create (own);
  g_autofree char *id = receive (dossier, path);
  PalInboxTakeOptions options = { first };
  GPtrArray *changes = pal_changes_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PalInboxTaken) taken = pal_inbox_take (dossier, id, NULL, NULL, &error);
  g_autoptr (PalInboxTaken) again = NULL;

  g_assert_no_error (error);
  g_ptr_array_add (changes, pal_change_new (PAL_CHANGE_RECORD_REMOVED, taken->record, NULL, NULL));
  g_assert_true (pal_dossier_append (dossier, "Removed", changes, &error));
  assert_points (dossier, "");
  again = pal_inbox_take (dossier, id, &options, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (again->record, !=, taken->record);
  assert_points (dossier, "One\n\nWhere?\nCoast");
  close_dossier (dossier);
}

/* --- limits */

static void
test_full (void)
{
  g_autofree char *own = fresh_path ();
  PalDossier *dossier = create (own);
  g_autofree char *first = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalInboxReceived) received = NULL;

  for (guint i = 0; i <= PAL_INBOX_MAX_WAITING; i++)
    {
      g_autofree char *instance = g_strdup_printf ("uuid:%u", i);
      const char *const texts[] = { instance, NULL };

      g_free (path);
      path = put_input ("in.xml", instance, texts);
      if (i == PAL_INBOX_MAX_WAITING)
        break;
      if (i == 0)
        first = receive (dossier, path);
      else
        g_free (receive (dossier, path));
    }
  received = pal_inbox_receive (dossier, path, NULL, NULL, &error);
  g_assert_error (error, PAL_INBOX_ERROR, PAL_INBOX_ERROR_FULL);
  g_clear_error (&error);
  g_assert_true (pal_inbox_decline (dossier, first, "No", NULL, &error));
  g_free (receive (dossier, path));
  close_dossier (dossier);
}

/* Of what is larger than the limit only the beginning is read; up to it the reader says what it
 * takes. */
static void
test_size (void)
{
  static const char *const texts[] = { "One", NULL };
  static const struct
  {
    gsize size;
    int code;
    gboolean is_of_kit;
  } rows[] = { { PAL_KIT_MAX_BYTES + 1, PAL_INBOX_ERROR_LIMIT, FALSE },
               { PAL_KIT_MAX_BYTES, PAL_KIT_ERROR_LIMIT, TRUE },
               { 9 * 1000 * 1000, -1, FALSE } };
  g_autofree char *own = fresh_path ();
  g_autofree char *path = put_input ("in.xml", "uuid:1", texts);
  PalDossier *dossier = create (own);
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  text = g_realloc (text, PAL_KIT_MAX_BYTES + 1);
  memset (text + length, ' ', PAL_KIT_MAX_BYTES + 1 - length);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *large = put ("large.xml", text, rows[i].size);
      g_autoptr (GError) error = NULL;
      g_autoptr (PalInboxReceived) received
          = pal_inbox_receive (dossier, large, NULL, NULL, &error);

      if (rows[i].code == -1)
        g_assert_no_error (error);
      else if (rows[i].is_of_kit)
        g_assert_error (error, PAL_KIT_ERROR, rows[i].code);
      else
        g_assert_error (error, PAL_INBOX_ERROR, rows[i].code);
    }
  close_dossier (dossier);
}

/* --- apart from each other */

static void
copy_file (const char *from, const char *to)
{
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (from, &text, &length, NULL));
  g_assert_true (g_file_set_contents (to, text, length, NULL));
}

static void
test_apart (void)
{
  static const char *const texts[] = { "One", "Two", NULL };
  g_autofree char *own = fresh_path ();
  g_autofree char *other_path = fresh_path ();
  g_autofree char *path = put_input ("in.xml", "uuid:1", texts);
  PalDossier *dossier = create (own);
  PalDossier *other;
  PalMergeReport *report;
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;

  close_dossier (dossier);
  copy_file (own, other_path);
  dossier = reopen (own);
  other = reopen (other_path);
  one = receive (dossier, path);
  two = receive (other, path);
  g_assert_cmpstr (one, ==, two);
  pal_inbox_taken_free (pal_inbox_take (dossier, one, NULL, NULL, &error));
  g_assert_no_error (error);
  pal_inbox_taken_free (pal_inbox_take (other, two, NULL, NULL, &error));
  g_assert_no_error (error);
  close_dossier (other);
  report = pal_dossier_merge_file (dossier, other_path, PAL_MERGE_DEFAULT, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report->n_conflicts, ==, 0);
  pal_merge_report_free (report);
  items = pal_inbox_list (dossier, NULL, NULL);
  g_assert_cmpuint (items->len, ==, 1);
  assert_points (dossier, "One\n\nWhere?\nCoast|Two\n\nWhere?\nCoast");
  close_dossier (dossier);
}

/* One takes what the other declines: the points are there, and that two disagree is said. */
static void
test_disagree (void)
{
  static const char *const texts[] = { "One", NULL };
  g_autofree char *own = fresh_path ();
  g_autofree char *other_path = fresh_path ();
  g_autofree char *path = put_input ("in.xml", "uuid:1", texts);
  PalDossier *dossier = create (own);
  PalDossier *other;
  g_autofree char *id = receive (dossier, path);
  g_autoptr (GPtrArray) conflicts = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (PalInboxReading) reading = NULL;
  g_autoptr (GError) error = NULL;
  const PalInboxItem *item;

  close_dossier (dossier);
  copy_file (own, other_path);
  dossier = reopen (own);
  other = reopen (other_path);
  pal_inbox_taken_free (pal_inbox_take (dossier, id, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (pal_inbox_decline (other, id, "Advertising", NULL, &error));
  close_dossier (other);
  pal_merge_report_free (
      pal_dossier_merge_file (dossier, other_path, PAL_MERGE_DEFAULT, NULL, &error));
  g_assert_no_error (error);
  assert_points (dossier, "One\n\nWhere?\nCoast");
  conflicts = pal_dossier_list_conflicts (dossier, &error);
  g_assert_cmpuint (conflicts->len, >, 0);
  g_assert_cmpstr (((PalConflict *) g_ptr_array_index (conflicts, 0))->record, ==, id);
  items = pal_inbox_list (dossier, NULL, NULL);
  item = find (items, id);
  g_assert_cmpint (item->state, ==, PAL_INBOX_TAKEN);
  g_assert_true (item->is_record_there);
  reading = pal_inbox_look (dossier, id, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (((PalInboxPoint *) g_ptr_array_index (reading->points, 0))->state, ==,
                   PAL_INBOX_POINT_CAME);
  close_dossier (dossier);
}

/* Somebody wants it stopped when it is written already: it is there, and is said to be. */
static void
test_too_late (void)
{
  static const char *const texts[] = { "One", NULL };
  g_autofree char *own = fresh_path ();
  g_autofree char *path = put_input ("in.xml", "uuid:1", texts);
  PalDossier *dossier = create (own);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PalInboxReceived) received = NULL;
  g_autoptr (GError) error = NULL;
  guint n_items = 0;

  pal_inbox_receive_async (dossier, path, NULL, cancellable, done_cb, &result);
  while (n_items == 0)
    {
      g_autoptr (GPtrArray) items = pal_inbox_list (dossier, NULL, &error);

      g_assert_no_error (error);
      n_items = items->len;
    }
  g_cancellable_cancel (cancellable);
  wait_for (&result);
  received = pal_inbox_receive_finish (result, &error);
  g_assert_no_error (error);
  g_assert_false (received->was_there);
  close_dossier (dossier);
}

static void
add_tests (void)
{
  write_forms ();
  g_test_add_func ("/inbox/kinds", test_kinds);
  g_test_add_func ("/inbox/story", test_story);
  g_test_add_func ("/inbox/removed", test_removed);
  g_test_add_func ("/inbox/full", test_full);
  g_test_add_func ("/inbox/size", test_size);
  g_test_add_func ("/inbox/apart", test_apart);
  g_test_add_func ("/inbox/disagree", test_disagree);
  g_test_add_func ("/inbox/too-late", test_too_late);
}

int
main (int argc, char **argv)
{
  return run_in_folder (&argc, &argv, add_tests);
}
