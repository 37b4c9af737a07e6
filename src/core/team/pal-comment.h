// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-dossier.h"

G_BEGIN_DECLS

/* What people say about a question to each other: records of the form "comment", so that they merge
 * and have a history like all else. They leave with a package only when somebody says so. */

#define PAL_COMMENT_FORM "comment"

/* How the titles of all acts begin that are about comments. */
#define PAL_COMMENT_ACT "Comment"

#define PAL_COMMENT_ERROR (pal_comment_error_quark ())
typedef enum
{
  PAL_COMMENT_ERROR_EMPTY,    /* a comment without a word */
  PAL_COMMENT_ERROR_NOT_FOUND /* no such comment */
} PalCommentError;
GQuark pal_comment_error_quark (void);

typedef struct
{
  char *id;
  char *record; /* which it is about */
  char *node;   /* likewise: path with row ids */
  char *text;
  char *reply;  /* (nullable): id of the comment that began the talk; NULL: this one */
  char *author; /* "" unknown */
  gint64 time_us;
  gboolean resolved; /* the whole talk; an answer says what its first comment says */
  char *resolver;    /* (nullable): who said so */
  gint64 resolved_us;
} PalComment;
void pal_comment_free (PalComment *comment);

/* reply: (nullable): id of any comment; record and node are then its own, and may be NULL. author:
 * (nullable): who the dossier says. Returns the id. Blocking. */
char *
pal_comment_add (PalDossier *dossier, const char *record, const char *node, const char *text,
                 const char *reply, const char *author, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (element-type PalComment): by talk, each in order of time, the oldest talk first. Blocking. */
GPtrArray *pal_comment_list (PalDossier *dossier, gboolean only_open,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Settles a talk, or takes it up again; id: of any comment in it. Blocking. */
gboolean
pal_comment_resolve (PalDossier *dossier, const char *id, gboolean resolved, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalComment, pal_comment_free)

G_END_DECLS
