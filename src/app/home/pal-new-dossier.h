// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a new dossier begins with, and the making of it. */

typedef struct
{
  char *name;
  char *office;
  char *email;
} PalNewPerson;

typedef struct
{
  guint cluster;        /* whose questionnaire: 1 to 4 */
  char *state;          /* the State's name */
  char *start_date;     /* (nullable): "2024-05-31" */
  char *languages;      /* (nullable): codes separated by spaces */
  gboolean trafficking; /* party to ... */
  gboolean smuggling;
  gboolean firearms;
  gboolean uncac;
  gboolean has_instruments; /* whether the four above were said */
  PalNewPerson focal;
  GPtrArray *experts; /* (element-type PalNewPerson) */
} PalNewDossier;

PalNewDossier *pal_new_dossier_new (void);
void pal_new_dossier_free (PalNewDossier *self);
void pal_new_dossier_add_expert (PalNewDossier *self, const char *name, const char *office,
                                 const char *email);
void pal_new_dossier_fill_practice (PalNewDossier *self);

/* answers are copied into the dossier and may go at once. */
void pal_new_dossier_create_async (const PalNewDossier *answers, const char *path,
                                   GAsyncReadyCallback callback, gpointer user_data);
PalDossier *pal_new_dossier_create_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalNewDossier, pal_new_dossier_free)

G_END_DECLS
