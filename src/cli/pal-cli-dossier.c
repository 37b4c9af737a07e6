// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cli-dossier"
#include "config.h"

#include "pal-cli-dossier.h"

int
pal_cli_close (PalDossier *dossier, int code)
{
  g_autoptr (GError) error = NULL;

  if (dossier != NULL && !pal_dossier_close (dossier, &error) && code == PAL_EXIT_OK)
    return pal_cli_fail_error (error, pal_dossier_get_path (dossier));

  return code;
}

static int
work_on (char **argv, PalDossierOpenFlags flags, const char *author, PalCliWork work)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalDossier) dossier = pal_dossier_open (argv[1], flags, NULL, &error);

  if (dossier == NULL)
    return pal_cli_fail_error (error, argv[1]);
  if (author != NULL)
    pal_dossier_set_author (dossier, author);

  return pal_cli_close (dossier, work (dossier, argv));
}

int
pal_cli_read_dossier (char **argv, PalCliWork work)
{
  return work_on (argv, PAL_DOSSIER_OPEN_READ_ONLY, NULL, work);
}

int
pal_cli_change_dossier (char **argv, const char *author, PalCliWork work)
{
  return work_on (argv, PAL_DOSSIER_OPEN_DEFAULT, author, work);
}
