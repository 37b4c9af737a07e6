// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "palermo"
#include "config.h"

#include "pal-application.h"
#include "pal-language.h"
#include "pal-translation.h"

int
main (int argc, char **argv)
{
  g_autoptr (PalApplication) application = NULL;

  pal_language_init ();
  pal_translation_install ();
  g_set_prgname ("palermo");
  application = pal_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
