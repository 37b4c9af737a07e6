// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "palermo-module"
#include "config.h"

#include "pal-module-check.h"
#include "pal-module-server.h"

#include "pal-publish.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

#define EXIT_USAGE 64
#define EXIT_NO_INPUT 66
#define EXIT_CANNOT_CREATE 73
#define EXIT_IO 74
#define DEFAULT_MAX_BYTES (G_GINT64_CONSTANT (16) << 30)
#define MAX_TOKEN 4096

typedef struct
{
  char *dir;
  int port;
  char *token_file;
  char *client_ca;
  char *policy;
  char **trust;
  char **faults;
  gint64 max_bytes;
  char *check;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->dir);
  g_free (options->token_file);
  g_free (options->client_ca);
  g_free (options->policy);
  g_strfreev (options->trust);
  g_strfreev (options->faults);
  g_free (options->check);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static int
fail (int code, const char *what, const char *why)
{
  fprintf (stderr, "palermo-module: %s%s%s\n", what, why != NULL ? ": " : "",
           why != NULL ? why : "");

  return code;
}

static gboolean
parse (int *argc, char ***argv, Options *options, GError **error)
{
  const GOptionEntry entries[] = {
    { "dir", 0, 0, G_OPTION_ARG_FILENAME, &options->dir,
      "Keep keys, uploads, archives and receipts in DIR (made when it is not there)", "DIR" },
    { "port", 0, 0, G_OPTION_ARG_INT, &options->port, "Port on 127.0.0.1; 0: any that is free",
      "PORT" },
    { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &options->token_file,
      "Who knows the token in FILE may send (without this and --client-ca: whoever is on this "
      "computer)",
      "FILE" },
    { "client-ca", 0, 0, G_OPTION_ARG_FILENAME, &options->client_ca,
      "Who has a certificate from PEM may send", "PEM" },
    { "policy", 0, 0, G_OPTION_ARG_STRING, &options->policy,
      "accept-unknown: a sound archive of an unknown signer is accepted; strict: it is not",
      "POLICY" },
    { "trust", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->trust,
      "Signers from PEM are known; more than once", "PEM" },
    { "max-bytes", 0, 0, G_OPTION_ARG_INT64, &options->max_bytes, "Largest archive", "N" },
    { "fault", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->faults,
      "Something goes wrong on purpose; see below", "FAULT" },
    { "check", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &options->check, NULL, NULL },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *faults = pal_faults_dup_help ();

  g_option_context_set_summary (
      context, "A small secure module on this computer that receives archives, checks them and\n"
               "signs receipts. It is a " PAL_MODULE_NOTICE ".\n"
               "It listens on 127.0.0.1 only, and prints one line of JSON when it is ready:\n"
               "url, ca, moduleCertificate, simulation.");
  g_option_context_set_description (context, faults);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1 || (options->dir == NULL && options->check == NULL)
      || (options->token_file != NULL && options->client_ca != NULL) || options->port < 0
      || options->port > 65535 || options->max_bytes <= 0
      || (strcmp (options->policy, "accept-unknown") != 0
          && strcmp (options->policy, "strict") != 0))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                           "usage: palermo-module --dir DIR [--port N] "
                           "[--token-file FILE | --client-ca PEM] "
                           "[--policy accept-unknown|strict] [--trust PEM]... [--fault FAULT]...");
      return FALSE;
    }

  return TRUE;
}

static gboolean
save_text (const char *path, const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return pal_publish_bytes (path, bytes, error);
}

/* One of the module's two identities, made on the first start. The key is not encrypted: this is a
 * practice module. */
static PalIdentity *
load_identity (const char *dir, const char *name, PalIdentity *(*create) (const char *, GError **),
               const char *common_name, char **certificate_path, char **key_path, GError **error)
{
  g_autofree char *certificate_name = g_strconcat (name, ".pem", NULL);
  g_autofree char *key_name = g_strconcat (name, "-key.pem", NULL);
  g_autofree char *certificate = NULL;
  g_autofree char *key = NULL;
  g_autoptr (PalIdentity) identity = NULL;

  *certificate_path = g_build_filename (dir, certificate_name, NULL);
  *key_path = g_build_filename (dir, key_name, NULL);
  if (g_file_test (*certificate_path, G_FILE_TEST_EXISTS))
    return pal_identity_load_pem (*key_path, *certificate_path, NULL, error);

  identity = create (common_name, error);
  if (identity == NULL)
    return NULL;
  certificate = pal_identity_dup_certificate_pem (identity);
  key = pal_identity_dup_key_pem (identity);
  /* The certificate comes last: it says that both are there. */
  if (!save_text (*key_path, key, error) || !save_text (*certificate_path, certificate, error))
    return NULL;

  return g_steal_pointer (&identity);
}

/* Returns: (transfer full) (nullable): the token in the file. */
static char *
load_token (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  g_strstrip (text);
  if (*text == '\0' || length > MAX_TOKEN)
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                           "there is no token in the file");
      return NULL;
    }

  return g_steal_pointer (&text);
}

static gboolean
stop_cb (gpointer data)
{
  g_main_loop_quit (data);

  return G_SOURCE_CONTINUE;
}

static void
print_ready (PalModuleServer *server, const char *ca, const char *module_certificate)
{
  g_autofree char *url = pal_module_server_dup_url (server);
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *text = NULL;

  json_object_set_string_member (object, "url", url);
  json_object_set_string_member (object, "ca", ca);
  json_object_set_string_member (object, "moduleCertificate", module_certificate);
  json_object_set_string_member (object, "simulation", PAL_MODULE_NOTICE);
  json_node_set_object (root, object);
  text = json_to_string (root, FALSE);
  puts (text);
  fflush (stdout);
}

/* Two modules on one folder would overwrite each other's uploads. */
static int
lock_dir (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      close (fd);
      return -1;
    }

  return fd;
}

static int
serve (Options *options, GPtrArray *trust, PalFaults *faults)
{
  g_autofree char *ca = NULL;
  g_autofree char *tls_key = NULL;
  g_autofree char *module_certificate = NULL;
  g_autofree char *module_key = NULL;
  g_autofree char *token = NULL;
  g_autofree char *client_ca = NULL;
  g_autoptr (PalIdentity) tls = NULL;
  g_autoptr (PalIdentity) module = NULL;
  g_autoptr (PalStore) store = NULL;
  g_autoptr (PalCheck) check = NULL;
  g_autoptr (PalModuleServer) server = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GPtrArray) finished = NULL;
  g_autoptr (GError) error = NULL;

  tls = load_identity (options->dir, "tls", pal_identity_create_server, "localhost", &ca, &tls_key,
                       &error);
  if (tls != NULL)
    module
        = load_identity (options->dir, "module", pal_identity_create,
                         "Practice module (simulation)", &module_certificate, &module_key, &error);
  if (module == NULL)
    return fail (EXIT_CANNOT_CREATE, "the module's keys", error->message);
  if (options->token_file != NULL)
    {
      token = load_token (options->token_file, &error);
      if (token == NULL)
        return fail (EXIT_NO_INPUT, "the token", error->message);
    }
  store = pal_store_new (options->dir, &error);
  if (store == NULL)
    return fail (EXIT_CANNOT_CREATE, "the module's folder", error->message);

  check = pal_check_new (store, module, module_certificate, trust,
                         strcmp (options->policy, "accept-unknown") == 0, faults);
  server = pal_module_server_new (store, check, faults, token, options->client_ca != NULL,
                                  options->max_bytes);
  if (options->client_ca != NULL)
    client_ca = g_canonicalize_filename (options->client_ca, NULL);
  if (!pal_module_server_listen (server, ca, tls_key, client_ca, (guint) options->port, &error))
    return fail (EXIT_IO, "cannot listen", error->message);

  /* What a crash left unjudged. */
  finished = pal_store_list_finished (store);
  for (guint i = 0; i < finished->len; i++)
    pal_check_push (check, finished->pdata[i]);

  g_unix_signal_add (SIGINT, stop_cb, loop);
  g_unix_signal_add (SIGTERM, stop_cb, loop);
  print_ready (server, ca, module_certificate);
  g_main_loop_run (loop);

  return 0;
}

int
main (int argc, char **argv)
{
  g_auto (Options) options
      = { .policy = g_strdup ("accept-unknown"), .max_bytes = DEFAULT_MAX_BYTES };
  g_autoptr (GPtrArray) trust = g_ptr_array_new ();
  g_autofree char *dir = NULL;
  g_autoptr (GError) error = NULL;
  PalFaults faults = { .received = 0 };
  int lock;
  int code;

  setlocale (LC_ALL, "");
  signal (SIGPIPE, SIG_IGN);
  if (!parse (&argc, &argv, &options, &error))
    return fail (EXIT_USAGE, error->message, NULL);
  for (char **path = options.trust; path != NULL && *path != NULL; path++)
    g_ptr_array_add (trust, *path);
  if (options.check != NULL)
    return pal_check_run_child (options.check, trust);
  for (char **fault = options.faults; fault != NULL && *fault != NULL; fault++)
    if (!pal_faults_parse (&faults, *fault, &error))
      return fail (EXIT_USAGE, error->message, NULL);

  umask (0077);
  dir = g_canonicalize_filename (options.dir, NULL);
  g_free (options.dir);
  options.dir = g_steal_pointer (&dir);
  if (g_mkdir_with_parents (options.dir, 0700) != 0)
    return fail (EXIT_CANNOT_CREATE, "the module's folder", g_strerror (errno));
  lock = lock_dir (options.dir);
  if (lock < 0)
    return fail (EXIT_CANNOT_CREATE, "the module's folder", "another module uses it");
  code = serve (&options, trust, &faults);
  close (lock);

  return code;
}
