// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The terms of the treaties in one language: data/glossary/<language>.csv. Immutable once read; any
 * thread. */

typedef struct
{
  char *term;        /* English */
  char *translation; /* what the language version of the treaty says */
  char *source;      /* where: "Convention, art. 2 (a)"; may be empty */
  char *note;        /* for translators; may be empty; other forms stand in «» or “” */
} PalGlossaryTerm;

/* A term found in an English text. */
typedef struct
{
  const PalGlossaryTerm *term; /* (unowned): lives with the glossary */
  gsize start;                 /* octets */
  gsize length;                /* octets */
} PalGlossaryHit;

#define PAL_GLOSSARY_ERROR (pal_glossary_error_quark ())
typedef enum
{
  PAL_GLOSSARY_ERROR_TABLE /* not such a table, or too large; the message has the line */
} PalGlossaryError;
GQuark pal_glossary_error_quark (void);

typedef struct _PalGlossary PalGlossary;

/* language: "ar", "zh_CN". Blocking. */
PalGlossary *pal_glossary_load (const char *path, const char *language,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (nullable): the one that comes with the program. Blocking. */
PalGlossary *
pal_glossary_load_installed (const char *language, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pal_glossary_load_installed_async (const char *language, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
PalGlossary *
pal_glossary_load_installed_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
PalGlossary *pal_glossary_ref (PalGlossary *self);
void pal_glossary_unref (PalGlossary *self);

/* (element-type PalGlossaryTerm): as in the file */
GPtrArray *pal_glossary_get_terms (PalGlossary *self);
/* (element-type PalGlossaryHit): terms in an English text, longest first where they overlap, each
 * once. */
GPtrArray *pal_glossary_find (PalGlossary *self, const char *text) G_GNUC_WARN_UNUSED_RESULT;
/* Whether a translation has the term in some inflected form, or one of the forms in its note. */
gboolean
pal_glossary_is_followed (PalGlossary *self, const PalGlossaryTerm *term, const char *translation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PalGlossary, pal_glossary_unref)

G_END_DECLS
