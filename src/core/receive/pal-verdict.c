// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-verdict"
#include "config.h"

#include "pal-verdict.h"

#include <json-glib/json-glib.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define CODE_IO 74
#define CPU_S 600
#define MEMORY_BYTES (512UL << 20)
#define WRITTEN_BYTES (1 << 20) /* warnings; a verifier writes no files */

/**
 * pal_verdict_clear:
 * @self: a verdict
 *
 * Frees what it holds.
 */
void
pal_verdict_clear (PalVerdict *self)
{
  g_clear_pointer (&self->sha256, g_free);
  g_clear_pointer (&self->indication, g_free);
  g_clear_pointer (&self->message, g_free);
}

/**
 * pal_verdict_parse:
 * @self: (out): an empty verdict
 * @text: (nullable): what the verifier printed
 *
 * Reads the answer of `palermo-cli verify --json`, or one of fewer members. Any thread.
 *
 * Returns: whether it was one
 */
gboolean
pal_verdict_parse (PalVerdict *self, const char *text)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root;
  JsonObject *object;

  g_return_val_if_fail (self != NULL, FALSE);

  if (text == NULL || !json_parser_load_from_data (parser, text, -1, NULL))
    return FALSE;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return FALSE;
  object = json_node_get_object (root);
  self->code = (int) json_object_get_int_member_with_default (object, "code", CODE_IO);
  self->sha256 = g_strdup (json_object_get_string_member_with_default (object, "sha256", NULL));
  self->indication
      = g_strdup (json_object_get_string_member_with_default (object, "indication", ""));
  self->message = g_strdup (json_object_get_string_member_with_default (object, "message", ""));

  return TRUE;
}

/**
 * pal_verdict_set:
 * @self: a verdict
 * @code: 2 to 4
 * @message: why
 *
 * Puts a refusal in its place.
 */
void
pal_verdict_set (PalVerdict *self, int code, const char *message)
{
  g_return_if_fail (self != NULL && message != NULL);

  self->code = code;
  g_free (self->indication);
  self->indication = g_strdup ("TOTAL-FAILED");
  g_free (self->message);
  self->message = g_strdup (message);
}

/**
 * pal_verdict_limit_child:
 * @unused: (nullable): nothing
 *
 * Limits a process that reads what came from outside, before it begins: ten minutes of processor
 * time, 512 MiB, no files to write, no further rights. Runs in the child, so it does only what is
 * safe there.
 */
void
pal_verdict_limit_child (gpointer unused)
{
  const struct rlimit cpu = { CPU_S, CPU_S };
  const struct rlimit files = { 64, 64 };
  const struct rlimit nothing = { 0, 0 };
  const struct rlimit written = { WRITTEN_BYTES, WRITTEN_BYTES };
#ifndef __SANITIZE_ADDRESS__ /* which reserves terabytes of address space */
  const struct rlimit memory = { MEMORY_BYTES, MEMORY_BYTES };

  setrlimit (RLIMIT_AS, &memory);
#endif
  setrlimit (RLIMIT_CPU, &cpu);
  setrlimit (RLIMIT_NOFILE, &files);
  setrlimit (RLIMIT_FSIZE, &written);
  setrlimit (RLIMIT_CORE, &nothing);
  prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}
