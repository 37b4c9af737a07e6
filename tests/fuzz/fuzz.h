// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-xml.h"

#include <gio/gio.h>
#include <stdint.h>

G_BEGIN_DECLS

/* What the targets share. A target is one file with LLVMFuzzerTestOneInput(); linked with libFuzzer
 * it hunts, linked with replay.c it repeats files. */

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate (uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator (uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/* A rule that holds whatever the input is. */
#define fuzz_check(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (!(condition))                                                                              \
      fuzz_fail (G_STRLOC, #condition);                                                            \
  }                                                                                                \
  G_STMT_END
void fuzz_fail (const char *where, const char *what) G_GNUC_NORETURN;
/* An error is set, and its message can be shown. */
void fuzz_check_error (const GError *error);
/* Text that can be shown, or NULL. */
void fuzz_check_text (const char *text);
/* Well-formed XML. */
void fuzz_check_xml (GBytes *bytes);

/* At the top of a target: fails when the input took more processor time than PALERMO_FUZZ_SECONDS
 * says. libFuzzer itself looks at the wall clock, which on a busy machine says nothing. */
typedef struct
{
  gint64 start_us;
} FuzzWatch;
FuzzWatch fuzz_watch (void);
void fuzz_watch_end (FuzzWatch *watch);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FuzzWatch, fuzz_watch_end)

/* Where an input becomes a file: in memory, by a path. */
const char *fuzz_file_path (void);
void fuzz_file_write (const void *data, gsize size);

/* Random numbers that depend on the seed alone. */
typedef struct
{
  guint64 state;
} FuzzRandom;

void fuzz_random_init (FuzzRandom *random, guint64 seed);
guint fuzz_random_below (FuzzRandom *random, guint n);
const char *fuzz_random_word (FuzzRandom *random, const char *const *words); /* NULL-terminated */

/* An expression; paths: (nullable) (element-type utf8): what it may refer to. */
void fuzz_append_expression (GString *out, FuzzRandom *random, GPtrArray *paths, guint depth);

/* Changes a document of ours: nodes, attributes, texts. attributes, elements: names that may be
 * given, snippets: XML that may be put in; NULL-terminated. expressions: whether attribute values
 * may become expressions. NULL when it is no XML. */
typedef struct
{
  const char *const *attributes;
  const char *const *values;
  const char *const *snippets; /* with all prefixes that they use declared */
  gboolean expressions;
} FuzzXmlWords;
GBytes *
fuzz_mutate_xml (const guint8 *data, gsize size, FuzzRandom *random, const FuzzXmlWords *words);
/* The bytes of a text, changed by libFuzzer. */
char *fuzz_mutate_text (const char *text, FuzzRandom *random);
/* Puts bytes back for a mutator; 0 when they do not fit. */
gsize fuzz_put (GBytes *bytes, guint8 *data, gsize max_size);

/* ZIP archives, every entry stored. */
GBytes *fuzz_zip (GHashTable *entries);
/* For a mutator: changes a part of an archive. */
gsize
fuzz_mutate_zip (guint8 *data, gsize size, gsize max_size, guint seed, const FuzzXmlWords *words);

G_END_DECLS
