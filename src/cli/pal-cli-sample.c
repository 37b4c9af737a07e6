// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cli-sample"
#include "config.h"

#include "pal-cli-sample.h"

typedef struct
{
  const char *node;
  const char *value;
} Answer;

static const Answer questionnaire[] = {
  { "/cluster1/general/state/name", "Practicia" },
  { "/cluster1/general/state/lead_office", "Ministry of Justice, Office of Treaties" },
  { "/cluster1/general/state/start_date", "2026-09-01" },
  { "/cluster1/general/state/languages", "en fr" },
  { "/cluster1/general/adherence/party_trafficking", "yes" },
  { "/cluster1/general/adherence/party_smuggling", "yes" },
  { "/cluster1/general/adherence/party_firearms", "no" },
  { "/cluster1/general/adherence/party_uncac", "no" },
  { "/cluster1/general/people/focal_name", "A. Sample" },
  { "/cluster1/general/people/focal_office", "Office of Treaties" },
  { "/cluster1/general/people/focal_email", "treaties@justice.example" },
  { "/cluster1/general/people/expert[new]/name", "B. Example" },
  { "/cluster1/general/people/expert[last]/office", "Public Prosecutor" },
  { "/cluster1/general/consultations/held", "yes" },
  { "/cluster1/general/consultations/events", "1" },
  { "/cluster1/untoc/art2/q2_a/status", "yes" },
  { "/cluster1/untoc/art2/q2_a/law[new]/title", "Criminal Code of Practicia" },
  { "/cluster1/untoc/art2/q2_a/law[last]/provision", "section 12 (1)" },
  { "/cluster1/untoc/art2/q2_a/law[last]/date", "2019-03-14" },
  { "/cluster1/untoc/art2/q2_b/status", "part" },
  { "/cluster1/untoc/art2/q2_b/reason", "The threshold in the law on evidence is five years." },
  { "/cluster1/untoc/art5/q5_1_a/status", "part" },
  { "/cluster1/untoc/art5/q5_1_a/law[new]/title", "Criminal Code of Practicia" },
  { "/cluster1/untoc/art5/q5_1_a/law[last]/provision", "sections 101 to 104" },
  { "/cluster1/untoc/art5/q5_1_a/missing",
    "Agreement alone is not yet a crime; an act in furtherance is required." },
};

static const Answer stakeholder[] = {
  { "/stakeholder/card/identity/name", "Harbour Shelter Association" },
  { "/stakeholder/card/identity/description",
    "Runs three shelters for victims of trafficking in persons." },
};

static const Answer consultation[] = {
  { "/consultation/record/essentials/title", "Round table with shelters" },
  { "/consultation/record/essentials/date", "2026-10-06" },
  { "/consultation/record/essentials/attended", "14" },
  { "/consultation/record/points/point[new]/text",
    "Shelters ask for a written procedure on identification." },
};

static const struct
{
  const char *form;
  const Answer *answers;
  gsize n_answers;
} records[] = {
  { "stakeholder", stakeholder, G_N_ELEMENTS (stakeholder) },
  { "consultation", consultation, G_N_ELEMENTS (consultation) },
};

static void
add_all (GPtrArray *list, const Answer *answers, gsize n_answers)
{
  for (gsize i = 0; i < n_answers; i++)
    {
      g_ptr_array_add (list, g_strdup (answers[i].node));
      g_ptr_array_add (list, g_strdup (answers[i].value));
    }
}

void
pal_cli_sample_get_answers (GPtrArray *answers)
{
  add_all (answers, questionnaire, G_N_ELEMENTS (questionnaire));
}

guint
pal_cli_sample_count_records (void)
{
  return G_N_ELEMENTS (records);
}

const char *
pal_cli_sample_get_record (guint index, GPtrArray *answers)
{
  add_all (answers, records[index].answers, records[index].n_answers);

  return records[index].form;
}
