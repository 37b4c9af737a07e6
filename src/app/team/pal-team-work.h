// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-handout.h"
#include "pal-session.h"

G_BEGIN_DECLS

/* What the Team page has done in a dossier, each on a thread of its own: reading and changing
 * assignments, writing packages. Answers that are typed are written first. */

typedef struct
{
  GPtrArray *assignments; /* (element-type PalAssignment): by page and person */
  GPtrArray *waiting;     /* (element-type utf8): paths of packages in quarantine */
} PalTeamList;
void pal_team_list_free (PalTeamList *list);

void pal_team_read_async (PalSession *session, GAsyncReadyCallback callback, gpointer user_data);
PalTeamList *pal_team_read_finish (GAsyncResult *result, GError **error);

/* assignments: (transfer full) (element-type PalAssignment): all as one act. */
void pal_team_assign_async (PalSession *session, GPtrArray *assignments,
                            GAsyncReadyCallback callback, gpointer user_data);
void pal_team_unassign_async (PalSession *session, GPtrArray *assignments,
                              GAsyncReadyCallback callback, gpointer user_data);

/* A package that is to be written. */
typedef struct
{
  char *person; /* (nullable): a section for them; NULL: what goes back from a working dossier */
  char *path;
  char *certificate; /* (nullable): PEM; then only its owner can open it */
  PalHandoutWriteFlags flags;
  PalIdentity *identity; /* who signs */
} PalTeamPackage;
PalTeamPackage *pal_team_package_new (void);
void pal_team_package_free (PalTeamPackage *package);

/* package: (transfer full) */
void pal_team_write_async (PalSession *session, PalTeamPackage *package, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data);
gboolean pal_team_work_finish (GAsyncResult *result, GError **error); /* of these */

/* Whose certificate a file holds. finish: fingerprint, name: (out) (transfer full). */
void pal_team_read_certificate_async (const char *path, GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean pal_team_read_certificate_finish (GAsyncResult *result, char **fingerprint, char **name,
                                           GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalTeamList, pal_team_list_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalTeamPackage, pal_team_package_free)

G_END_DECLS
