// SPDX-License-Identifier: GPL-3.0-or-later
/* A dossier with 5,000 stakeholders, 1,000 consultations and 20,000 points: how long until they are
 * in memory, one of them is read anew, and lists, the matrix, the indicators and the points of a
 * page are there. Prints one JSON object; times in milliseconds.
 *
 *   bench-consultation FOLDER
 */
#include "config.h"

#include "pal-coverage.h"
#include "pal-point-places.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define N_STAKEHOLDERS 5000
#define N_CONSULTATIONS 1000
#define N_POINTS 20 /* of each */
#define N_RECORDS_AN_ACT 100

static const char *const types[]
    = { "ngo",      "coalition", "community", "faith",   "union",      "movement",
        "academia", "private",   "media",     "victims", "individual", "government" };
static const char *const decisions[] = { "", "taken", "partly", "not", "outside" };

static GError *error;

static void
check (gboolean ok)
{
  if (ok)
    return;
  g_printerr ("%s\n", error != NULL ? error->message : "failed");
  exit (1);
}

static void
add (GPtrArray *changes, PalChangeKind kind, const char *record, const char *node,
     const char *value)
{
  g_ptr_array_add (changes, pal_change_new (kind, record, node, value));
}

static void
add_value (GPtrArray *changes, const char *record, const char *row, const char *leaf,
           const char *value)
{
  g_autofree char *node = g_strconcat (row, "/", leaf, NULL);

  add (changes, PAL_CHANGE_VALUE, record, node, value);
}

static void
add_stakeholder (GPtrArray *changes, guint number)
{
  const char card[] = "/stakeholder/card";
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *name = g_strdup_printf ("Organization %u of Practicia", number * 7919 % 5000);
  g_autofree char *article = g_strdup_printf ("untoc:%u trafficking:%u", number % 36, number % 12);

  add (changes, PAL_CHANGE_RECORD_MADE, id, NULL, "stakeholder\t1");
  add_value (changes, id, card, "identity/name", name);
  add_value (changes, id, card, "identity/type", types[number % G_N_ELEMENTS (types)]);
  add_value (changes, id, card, "identity/regions", number % 2 > 0 ? "North" : "South");
  add_value (changes, id, card, "identity/description", "What it does, in a sentence or two.");
  add_value (changes, id, card, "focus/articles", article);
  add_value (changes, id, card, "contact/office_email", "office@organization.example");
}

static void
add_point (GPtrArray *changes, const char *record, guint number)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *row = g_strdup_printf ("/consultation/record/points/point[%s]", uuid);
  g_autofree char *article = g_strdup_printf ("untoc:%u", number % 36);
  g_autofree char *question = g_strdup_printf ("%u", number % 134);
  const char *decision = decisions[number % G_N_ELEMENTS (decisions)];

  add (changes, PAL_CHANGE_ROW_ADDED, record, row, "");
  add_value (changes, record, row, "text",
             "What somebody said of the law and of how it is applied, in about as many words as "
             "people write down when they listen.");
  add_value (changes, record, row, "kind", "gap");
  add_value (changes, record, row, "naming", "named");
  add_value (changes, record, row, "source", "Organization of Practicia");
  add_value (changes, record, row, "source_type", types[number % G_N_ELEMENTS (types)]);
  add_value (changes, record, row, "point_articles", article);
  add_value (changes, record, row, "question", question);
  add_value (changes, record, row, "restricted", "no");
  add_value (changes, record, row, "treatment/feedback", "owed");
  if (*decision == '\0')
    return;
  add_value (changes, record, row, "treatment/decision", decision);
  add_value (changes, record, row, "treatment/why", "For a reason that is told in a sentence.");
}

static char *
add_consultation (GPtrArray *changes, guint number)
{
  const char root[] = "/consultation/record";
  char *id = g_uuid_string_random ();
  g_autofree char *title = g_strdup_printf ("Consultation %u", number);
  g_autofree char *date = g_strdup_printf ("2026-%02u-%02u", number % 12 + 1, number % 28 + 1);

  add (changes, PAL_CHANGE_RECORD_MADE, id, NULL, "consultation\t1");
  add_value (changes, id, root, "essentials/title", title);
  add_value (changes, id, root, "essentials/stage", "held");
  add_value (changes, id, root, "essentials/date", date);
  add_value (changes, id, root, "essentials/method", "meeting");
  add_value (changes, id, root, "essentials/article_clusters", "I");
  add_value (changes, id, root, "essentials/articles", "untoc:5 untoc:6 trafficking:3");
  add_value (changes, id, root, "essentials/attended", "24");
  for (guint i = 0; i < N_POINTS; i++)
    add_point (changes, id, number * N_POINTS + i);

  return id;
}

static char *
fill (PalDossier *dossier)
{
  GPtrArray *changes = NULL;
  char *last = NULL;

  for (guint i = 0; i < N_STAKEHOLDERS + N_CONSULTATIONS; i++)
    {
      if (changes == NULL)
        changes = pal_changes_new ();
      if (i < N_STAKEHOLDERS)
        add_stakeholder (changes, i);
      else
        {
          g_free (last);
          last = add_consultation (changes, i - N_STAKEHOLDERS);
        }
      if (i % N_RECORDS_AN_ACT == N_RECORDS_AN_ACT - 1)
        check (pal_dossier_append (dossier, "Import", g_steal_pointer (&changes), &error));
    }
  g_assert (changes == NULL);

  return last;
}

static void
got_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
renew (PalConsultations *all, PalDossier *dossier, const char *record)
{
  g_autoptr (GAsyncResult) result = NULL;

  pal_consultations_renew_async (all, dossier, record, NULL, got_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  check (pal_consultations_renew_finish (all, result, NULL, &error));
}

static double
get_peak_mb (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return usage.ru_maxrss / 1024.0;
}

int
main (int argc, char **argv)
{
  g_autofree char *path = g_build_filename (argv[1], "consultations.palermo", NULL);
  PalDossier *dossier;
  g_autofree char *last = NULL;
  g_autoptr (PalConsultations) all = NULL;
  g_autoptr (PalCoverage) coverage = NULL;
  g_autoptr (GPtrArray) owed = NULL;
  PalIndicators indicators;
  gint64 times[8];
  double peak;
  int n = 0;

  if (argc != 2)
    return 2;
  dossier = pal_dossier_create (path, NULL, &error);
  check (dossier != NULL);
  last = fill (dossier);
  check (pal_dossier_close (dossier, &error));
  g_object_unref (dossier);

  dossier = pal_dossier_open (path, PAL_DOSSIER_OPEN_DEFAULT, NULL, &error);
  check (dossier != NULL);
  peak = get_peak_mb ();
  times[n++] = g_get_monotonic_time ();
  all = pal_consultations_load (dossier, NULL, &error);
  check (all != NULL);
  times[n++] = g_get_monotonic_time ();
  g_assert (pal_consultations_list (all)->len == N_CONSULTATIONS);
  g_assert (pal_consultations_list_stakeholders (all)->len == N_STAKEHOLDERS);
  g_assert (pal_consultations_list_points (all)->len == N_CONSULTATIONS * N_POINTS);
  times[n++] = g_get_monotonic_time ();
  coverage = pal_coverage_new (all, NULL);
  times[n++] = g_get_monotonic_time ();
  g_assert (pal_coverage_get (coverage, NULL, NULL)->points == N_CONSULTATIONS * N_POINTS);
  pal_indicators_count (all, &indicators);
  owed = pal_feedback_list_owed (all);
  times[n++] = g_get_monotonic_time ();
  g_assert (owed->len == N_CONSULTATIONS * N_POINTS * 4 / 5);
  renew (all, dossier, last);
  times[n++] = g_get_monotonic_time ();
  g_print ("{\"load_ms\": %.1f, \"lists_ms\": %.1f, \"matrix_ms\": %.1f, \"indicators_ms\": %.1f, "
           "\"renew_ms\": %.1f, \"peak_mb\": %.1f, \"peak_before_mb\": %.1f}\n",
           (times[1] - times[0]) / 1000.0, (times[2] - times[1]) / 1000.0,
           (times[3] - times[2]) / 1000.0, (times[4] - times[3]) / 1000.0,
           (times[5] - times[4]) / 1000.0, get_peak_mb (), peak);
  check (pal_dossier_close (dossier, &error));
  g_object_unref (dossier);

  return 0;
}
