// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cmd-dossier"
#include "config.h"

#include "pal-cli-answers.h"
#include "pal-cli-sample.h"
#include "pal-verbs.h"

#include "pal-place.h"
#include "pal-undo.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* dossier new, info, check, rebuild. */

static char *state;
static char *uncac;
static char *instruments;
static char *start;
static char *languages;
static char *focal;
static char *author;
static int cluster = 1;
static gboolean as_sample;
static gboolean as_json;

/* --- new */

/* (element-type utf8): node and value in turn */
static void
put (GPtrArray *answers, const char *node, const char *value)
{
  g_ptr_array_add (answers, g_strdup_printf ("/cluster%d/general/%s", cluster, node));
  g_ptr_array_add (answers, g_strdup (value));
}

static gboolean
is_one_of (const char *word, const char *const *words)
{
  return word != NULL && g_strv_contains (words, word);
}

static int
put_languages (GPtrArray *answers)
{
  const char *const codes[] = { "ar", "zh", "en", "fr", "ru", "es", NULL };
  g_auto (GStrv) words = g_strsplit_set (languages, ", ", -1);
  g_autoptr (GString) value = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (*words[i] == '\0')
        continue;
      if (!is_one_of (words[i], codes))
        return pal_cli_fail (PAL_EXIT_USAGE,
                             "\"%s\" is not a language of the United Nations: ar zh en fr ru es",
                             words[i]);
      if (value->len > 0)
        g_string_append_c (value, ' ');
      g_string_append (value, words[i]);
    }
  put (answers, "state/languages", value->str);

  return PAL_EXIT_OK;
}

/* What is listed was joined, and nothing else. */
static int
put_instruments (GPtrArray *answers)
{
  const char *const known[] = { "trafficking", "smuggling", "firearms", NULL };
  const char *const none[] = { "none", NULL };
  g_auto (GStrv) words = g_strsplit_set (instruments, ", ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && !is_one_of (words[i], known) && !is_one_of (words[i], none))
      return pal_cli_fail (PAL_EXIT_USAGE,
                           "\"%s\" is not an instrument: trafficking smuggling firearms (or none)",
                           words[i]);
  for (guint i = 0; known[i] != NULL; i++)
    {
      g_autofree char *node = g_strconcat ("adherence/party_", known[i], NULL);

      put (answers, node, g_strv_contains ((const char *const *) words, known[i]) ? "yes" : "no");
    }

  return PAL_EXIT_OK;
}

static gboolean
is_date (const char *text)
{
  g_autoptr (GDate) date = g_date_new ();
  int year, month, day;
  char rest;

  return strlen (text) == 10 && sscanf (text, "%4d-%2d-%2d%c", &year, &month, &day, &rest) == 3
         && g_date_valid_dmy (day, month, year);
}

static int
put_profile (GPtrArray *answers)
{
  const char *const yes_no[] = { "yes", "no", NULL };
  int code = PAL_EXIT_OK;

  if (state != NULL)
    put (answers, "state/name", state);
  if (uncac != NULL && !is_one_of (uncac, yes_no))
    return pal_cli_fail (PAL_EXIT_USAGE, "--uncac is yes or no");
  if (uncac != NULL)
    put (answers, "adherence/party_uncac", uncac);
  if (instruments != NULL)
    code = put_instruments (answers);
  if (code == PAL_EXIT_OK && start != NULL && !is_date (start))
    return pal_cli_fail (PAL_EXIT_USAGE, "--start is a day such as 2026-09-01");
  if (start != NULL)
    put (answers, "state/start_date", start);
  if (code == PAL_EXIT_OK && languages != NULL)
    code = put_languages (answers);
  if (focal != NULL)
    put (answers, "people/focal_name", focal);

  return code;
}

static gboolean
add_record (PalDossier *dossier, PalForm *form, GPtrArray *answers, GError **error)
{
  g_autoptr (PalResponse) response = pal_response_new (form, error);
  g_autoptr (PalRecord) record = NULL;

  if (response == NULL)
    return FALSE;
  for (guint i = 0; i + 1 < answers->len; i += 2)
    if (!pal_cli_set_answer (response, g_ptr_array_index (answers, i),
                             g_ptr_array_index (answers, i + 1), error))
      return FALSE;
  record = pal_record_create_filled (dossier, g_steal_pointer (&response), error);

  return record != NULL;
}

/* What a new one begins with. */
typedef struct
{
  GPtrArray *forms;   /* (element-type PalForm): the questionnaire first */
  GPtrArray *answers; /* (element-type utf8) */
} Beginning;

static gboolean
fill_dossier (PalDossier *dossier, gpointer user_data, GCancellable *cancellable, GError **error)
{
  const Beginning *beginning = user_data;
  GPtrArray *forms = beginning->forms;
  GPtrArray *answers = beginning->answers;

  if (author != NULL)
    pal_dossier_set_author (dossier, author);
  for (guint i = forms->len; i > 0; i--)
    if (!pal_dossier_add_form (dossier, g_ptr_array_index (forms, i - 1), error))
      return FALSE;
  if (!add_record (dossier, g_ptr_array_index (forms, 0), answers, error))
    return FALSE;

  for (guint i = 0; as_sample && i < pal_cli_sample_count_records (); i++)
    {
      g_autoptr (GPtrArray) more = g_ptr_array_new_with_free_func (g_free);
      const char *form_id = pal_cli_sample_get_record (i, more);

      for (guint j = 0; j < forms->len; j++)
        if (strcmp (pal_form_get_id (g_ptr_array_index (forms, j)), form_id) == 0
            && !add_record (dossier, g_ptr_array_index (forms, j), more, error))
          return FALSE;
    }

  return (state == NULL
          || (pal_dossier_set_meta (dossier, "title", state, error)
              && pal_dossier_set_meta (dossier, "state", state, error)))
         && pal_dossier_set_meta (dossier, "cluster",
                                  pal_form_get_id (g_ptr_array_index (forms, 0)), error)
         && (!as_sample || pal_dossier_set_meta (dossier, "practice", "yes", error));
}

int
pal_cmd_dossier_new (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "sample", 0, 0, G_OPTION_ARG_NONE, &as_sample,
      "Fill in some answers of the invented country Practicia", NULL },
    { "cluster", 0, 0, G_OPTION_ARG_INT, &cluster, "Whose questionnaire: 1 (unless said) to 4",
      "N" },
    { "state", 0, 0, G_OPTION_ARG_STRING, &state, "The State under review", "NAME" },
    { "uncac", 0, 0, G_OPTION_ARG_STRING, &uncac,
      "Whether it is a party to the Convention against Corruption", "yes|no" },
    { "instruments", 0, 0, G_OPTION_ARG_STRING, &instruments,
      "The Protocols it has joined: trafficking,smuggling,firearms or none", "LIST" },
    { "start", 0, 0, G_OPTION_ARG_STRING, &start, "The day on which the phase starts", "DATE" },
    { "languages", 0, 0, G_OPTION_ARG_STRING, &languages, "Languages of the review: en,fr",
      "LIST" },
    { "focal", 0, 0, G_OPTION_ARG_STRING, &focal, "The focal point", "NAME" },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who writes, for the history", "NAME" },
    { NULL },
  };
  const char *names[] = { NULL, "consultation", "stakeholder" };
  g_autofree char *questionnaire = NULL;
  g_autoptr (GPtrArray) forms = g_ptr_array_new_with_free_func ((GDestroyNotify) pal_form_unref);
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);
  Beginning beginning;
  g_autoptr (GError) error = NULL;
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  /* Whatever can be wrong is found before there is a file. */
  if (cluster < 1 || cluster > 4)
    return pal_cli_fail (PAL_EXIT_USAGE, "--cluster is 1, 2, 3 or 4");
  if (as_sample && cluster != 1)
    return pal_cli_fail (PAL_EXIT_USAGE, "the sample answers are those of cluster 1");
  questionnaire = g_strdup_printf ("cluster-%d", cluster);
  names[0] = questionnaire;
  if (as_sample)
    {
      pal_cli_sample_get_answers (answers);
      if (state == NULL)
        state = g_strdup ("Practicia");
    }
  code = put_profile (answers);
  if (code != PAL_EXIT_OK)
    return code;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      PalForm *form = pal_cli_load_form (names[i], &error);

      if (form == NULL)
        return pal_cli_fail_error (error, names[i]);
      g_ptr_array_add (forms, form);
    }

  beginning = (Beginning){ forms, answers };
  if (!pal_dossier_make (argv[1], fill_dossier, &beginning, NULL, &error))
    return pal_cli_fail_error (error, argv[1]);

  return PAL_EXIT_OK;
}

/* --- info */

typedef struct
{
  PalDossierFigures figures;
  GPtrArray *forms;
  GPtrArray *records;
  gint64 size_bytes;
} Info;

static void
info_clear (Info *info)
{
  g_clear_pointer (&info->forms, g_ptr_array_unref);
  g_clear_pointer (&info->records, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Info, info_clear)

static gboolean
gather_info (PalDossier *dossier, Info *info, GError **error)
{
  GStatBuf status;

  if (g_stat (pal_dossier_get_path (dossier), &status) == 0)
    info->size_bytes = status.st_size;
  info->forms = pal_dossier_list_forms (dossier, error);
  if (info->forms == NULL)
    return FALSE;
  info->records = pal_dossier_list_records (dossier, NULL, error);

  return info->records != NULL && pal_dossier_get_figures (dossier, &info->figures, error);
}

static guint
count_records (const Info *info, const char *form_id)
{
  guint n_records = 0;

  for (guint i = 0; i < info->records->len; i++)
    n_records
        += strcmp (((PalRecordInfo *) g_ptr_array_index (info->records, i))->form_id, form_id) == 0;

  return n_records;
}

static const char *
get_place_word (PalPlace place)
{
  switch (place)
    {
    case PAL_PLACE_REMOVABLE:
      return "removable";
    case PAL_PLACE_NETWORK:
      return "network";
    case PAL_PLACE_DISK:
    case PAL_N_PLACES:
      break;
    }

  return "disk";
}

static const char *
get_place_words (PalPlace place)
{
  switch (place)
    {
    case PAL_PLACE_REMOVABLE:
      return "on a removable disk: close the dossier before it is unplugged, and keep a copy";
    case PAL_PLACE_NETWORK:
      return "in a network folder: only one computer at a time can write there";
    case PAL_PLACE_DISK:
    case PAL_N_PLACES:
      break;
    }

  return "on a disk of this computer";
}

static void
print_info_json (PalDossier *dossier, const Info *info)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *title = pal_dossier_get_meta (dossier, "title");
  g_autofree char *name = pal_dossier_get_meta (dossier, "state");

  json_builder_begin_object (builder);
  pal_cli_add_string (builder, "file", pal_dossier_get_path (dossier));
  pal_cli_add_string (builder, "id", pal_dossier_get_id (dossier));
  pal_cli_add_string (builder, "place",
                      get_place_word (pal_place_look (pal_dossier_get_path (dossier))));
  pal_cli_add_string (builder, "title", title);
  pal_cli_add_string (builder, "state", name);
  pal_cli_add_int (builder, "size", info->size_bytes);
  pal_cli_add_int (builder, "acts", info->figures.n_acts);
  pal_cli_add_int (builder, "changes", info->figures.n_changes);
  pal_cli_add_int (builder, "conflicts", info->figures.n_conflicts);
  pal_cli_add_int (builder, "attachments", info->figures.n_attachments);
  pal_cli_add_int (builder, "attachmentBytes", info->figures.attachment_bytes);
  json_builder_set_member_name (builder, "forms");
  json_builder_begin_array (builder);
  for (guint i = 0; i < info->forms->len; i++)
    {
      const PalFormInfo *form = g_ptr_array_index (info->forms, i);

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "id", form->id);
      pal_cli_add_string (builder, "version", form->version);
      pal_cli_add_string (builder, "sha256", form->sha256);
      pal_cli_add_int (builder, "records", count_records (info, form->id));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  pal_cli_add_int (builder, "records", info->records->len);
  json_builder_end_object (builder);
  pal_cli_print (builder);
}

static void
print_info (PalDossier *dossier, const Info *info)
{
  g_autofree char *title = pal_dossier_get_meta (dossier, "title");

  printf ("title        %s\n", title != NULL ? title : "");
  printf ("id           %s\n", pal_dossier_get_id (dossier));
  printf ("place        %s\n", get_place_words (pal_place_look (pal_dossier_get_path (dossier))));
  printf ("size         %" G_GINT64_FORMAT "\n", info->size_bytes);
  printf ("acts         %" G_GINT64_FORMAT "\n", info->figures.n_acts);
  printf ("changes      %" G_GINT64_FORMAT "\n", info->figures.n_changes);
  printf ("conflicts    %" G_GINT64_FORMAT "\n", info->figures.n_conflicts);
  printf ("attachments  %" G_GINT64_FORMAT " (%" G_GINT64_FORMAT " bytes)\n",
          info->figures.n_attachments, info->figures.attachment_bytes);
  for (guint i = 0; i < info->forms->len; i++)
    {
      const PalFormInfo *form = g_ptr_array_index (info->forms, i);

      printf ("form         %s %s, %u records\n", form->id, form->version,
              count_records (info, form->id));
    }
}

static int
show_info (PalDossier *dossier, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_auto (Info) info = { 0 };

  if (!gather_info (dossier, &info, &error))
    return pal_cli_fail_error (error, argv[1]);

  if (as_json)
    print_info_json (dossier, &info);
  else
    print_info (dossier, &info);

  return PAL_EXIT_OK;
}

int
pal_cmd_dossier_info (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return pal_cli_read_dossier (argv, show_info);
}

/* --- check */

int
pal_cmd_dossier_check (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  int code = PAL_EXIT_OK;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  if (!pal_dossier_check (argv[1], NULL, &error))
    code = pal_cli_fail_error (error, argv[1]);
  else
    code = PAL_EXIT_OK;
  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "file", argv[1]);
      pal_cli_add_boolean (builder, "sound", code == PAL_EXIT_OK);
      pal_cli_add_int (builder, "code", code);
      pal_cli_add_string (builder, "reason", error != NULL ? error->message : NULL);
      json_builder_end_object (builder);
      pal_cli_print (builder);
    }
  else if (code == PAL_EXIT_OK)
    puts ("sound");

  return code;
}

/* --- rebuild */

static int
rebuild (PalDossier *dossier, char **argv)
{
  g_autoptr (GError) error = NULL;
  gboolean changed = FALSE;

  if (!pal_dossier_rebuild (dossier, &changed, &error))
    return pal_cli_fail_error (error, argv[1]);

  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      pal_cli_add_boolean (builder, "changed", changed);
      json_builder_end_object (builder);
      pal_cli_print (builder);
    }
  else
    puts (changed ? "rebuilt: something differed" : "nothing differed");

  return PAL_EXIT_OK;
}

int
pal_cmd_dossier_rebuild (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print one object", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return pal_cli_change_dossier (argv, NULL, rebuild);
}

/* --- undo */

static int
undo_last (PalDossier *dossier, char **argv)
{
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *title = NULL;
  PalLogSpan span;
  gboolean is_undone;

  if (!pal_dossier_find_last_act (dossier, &span, &title, &error))
    return error != NULL ? pal_cli_fail_error (error, argv[1])
                         : pal_cli_fail (PAL_EXIT_INDETERMINATE, "nothing was done in it yet");
  is_undone = g_str_equal (title, "Undo");
  changes = pal_dossier_revert (dossier, &span, is_undone ? "Redo" : "Undo", NULL, &error);
  if (changes == NULL)
    return pal_cli_fail_error (error, argv[1]);

  if (as_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      pal_cli_add_string (builder, "act", title);
      pal_cli_add_int (builder, "changes", changes->len);
      json_builder_end_object (builder);
      pal_cli_print (builder);
    }
  else
    printf ("%s: %s, %u changes\n", is_undone ? "done again" : "undone", title, changes->len);

  return PAL_EXIT_OK;
}

int
pal_cmd_dossier_undo (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print an object", NULL },
    { NULL },
  };
  int code;

  if (!pal_cli_parse (&argc, &argv, entries, 1, 1, &code))
    return code;

  return pal_cli_change_dossier (argv, NULL, undo_last);
}
