// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-inbox-private.h"
#include "pal-input-package.h"

G_BEGIN_DECLS

/* pal-input-package.c looks at what would be handed over, -write.c writes it. */

struct _PalInputPackage
{
  GObject parent_instance;

  PalDossier *dossier;
  char *record;
  char *language; /* (nullable) */
  PalForm *form;
  PalResponse *response; /* of its own: attachments are renamed in it */
  PalKitInput *input;    /* as the inbox will read it */
  GPtrArray *contents;   /* (element-type PalKitFile) */
  GPtrArray *lines;      /* (element-type PalInputLine) */
  GPtrArray *files;      /* (element-type PalInputFile) */
  GPtrArray *open;       /* (element-type PalInputOpen) */
  GBytes *instance;
  gboolean is_anonymous;
};

/* "" when it is empty, or not asked. */
const char *pal_input_package_get_answer (PalInputPackage *self, const char *path);

G_END_DECLS
