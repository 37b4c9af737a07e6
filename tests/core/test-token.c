// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-token"
#include "config.h"

#include "own-data.h"
#include "pal-cms.h"
#include "pal-token.h"

#include <string.h>

/* A key on a token as the window uses it: listed and opened in a thread, signing from several. What
 * the command line says of it is in tests/cli/test-tokens.py. */

#define PIN "73519284"
#define N_THREADS 4
#define N_SIGNATURES 25

static const char *libraries[]
    = { "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so",
        "/usr/lib/pkcs11/libsofthsm2.so" };
static const char *library;
static char *fingerprint;
static GBytes *content;

static char *
in_folder (const char *name)
{
  return g_build_filename (g_get_user_data_dir (), name, NULL);
}

static char *
key_uri (void)
{
  return g_strdup_printf ("pkcs11:token=Desk;object=Minister?module-path=%s", library);
}

static void
run_tool (const char *first, ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *printed = NULL;
  g_autofree char *errors = NULL;
  va_list arguments;
  int status = 0;

  va_start (arguments, first);
  for (const char *word = first; word != NULL; word = va_arg (arguments, const char *))
    g_ptr_array_add (words, (char *) word);
  va_end (arguments);
  g_ptr_array_add (words, NULL);
  g_spawn_sync (NULL, (char **) words->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &printed,
                &errors, &status, &error);
  g_assert_no_error (error);
  if (status != 0)
    g_error ("%s: %s", first, errors);
}

static void
write_der (const char *pem, const char *path)
{
  const char *begin = strchr (pem, '\n');
  const char *end = strstr (pem, "-----END");
  g_autofree char *base64 = g_strndup (begin, end - begin);
  gsize length = 0;
  guchar *der = g_base64_decode (base64, &length);

  g_assert_true (g_file_set_contents (path, (char *) der, length, NULL));
  g_free (der);
}

/* A key that is known, so that what the token makes of it can be compared. */
static void
make_token (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalIdentity) identity = pal_identity_create ("Minister", &error);
  g_autofree char *certificate = NULL;
  g_autofree char *pem_path = in_folder ("certificate.pem");
  g_autofree char *der_path = in_folder ("certificate.der");
  g_autofree char *key_path = in_folder ("key.pem");
  char *key;

  g_assert_no_error (error);
  certificate = pal_identity_dup_certificate_pem (identity);
  g_assert_true (g_file_set_contents (pem_path, certificate, -1, NULL));
  write_der (certificate, der_path);
  key = pal_identity_dup_key_pem (identity);
  g_assert_true (g_file_set_contents (key_path, key, -1, NULL));
  pal_secret_free (key);
  g_free (fingerprint);
  fingerprint = g_strdup (pal_identity_get_fingerprint (identity));

  run_tool ("softhsm2-util", "--init-token", "--free", "--label", "Desk", "--pin", PIN, "--so-pin",
            "0000", NULL);
  run_tool ("softhsm2-util", "--import", key_path, "--token", "Desk", "--label", "Minister", "--id",
            "01", "--pin", PIN, NULL);
  run_tool ("pkcs11-tool", "--module", library, "--token-label", "Desk", "--login", "--pin", PIN,
            "--write-object", der_path, "--type", "cert", "--id", "01", "--label", "Minister",
            NULL);
}

/* Each test finds a fresh token, so that none is told of another's wrong PIN. */
static void
begin (void)
{
  g_autofree char *tokens = in_folder ("tokens");
  g_autofree char *conf = in_folder ("softhsm2.conf");
  g_autofree char *text = g_strdup_printf (
      "directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n", tokens);

  g_assert_cmpint (g_mkdir (tokens, 0700), ==, 0);
  g_assert_true (g_file_set_contents (conf, text, -1, NULL));
  make_token ();
}

static PalIdentity *
open_token (void)
{
  g_autofree char *uri = key_uri ();
  g_autoptr (GError) error = NULL;
  PalIdentity *identity = pal_token_open (uri, PIN, &error);

  g_assert_no_error (error);

  return identity;
}

static void
assert_signs (PalIdentity *identity)
{
  g_autofree char *trusted = in_folder ("certificate.pem");
  g_autoptr (GPtrArray) trust = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) signature = pal_cms_sign (identity, content, &error);
  g_autoptr (PalCmsSigner) signer = NULL;

  g_assert_no_error (error);
  g_ptr_array_add (trust, trusted);
  signer = pal_cms_verify (signature, content, trust, 0, &error);
  g_assert_no_error (error);
  g_assert_true (signer->trusted);
  g_assert_cmpstr (signer->fingerprint, ==, fingerprint);
}

static void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

/* --- Tests --- */

static void
test_list (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) tokens = NULL;
  g_autoptr (GError) error = NULL;
  PalToken *token;
  PalTokenKey *key;

  pal_token_list_async (library, NULL, keep_result_cb, &result);
  g_assert_null (result);
  tokens = pal_token_list_finish (wait_for (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tokens->len, ==, 1);
  token = g_ptr_array_index (tokens, 0);
  g_assert_cmpstr (token->label, ==, "Desk");
  g_assert_cmpint (token->pin, ==, PAL_TOKEN_PIN_NEEDED);
  g_assert_false (token->has_keypad);
  g_assert_cmpuint (token->keys->len, ==, 1);
  key = g_ptr_array_index (token->keys, 0);
  g_assert_cmpstr (key->common_name, ==, "Minister");
  g_assert_cmpstr (key->fingerprint, ==, fingerprint);
  g_assert_true (pal_token_is_uri (key->uri));

  /* What is listed opens. */
  {
    g_autoptr (PalIdentity) identity = pal_token_open (key->uri, PIN, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (pal_identity_get_fingerprint (identity), ==, fingerprint);
  }
}

static void
test_open (void)
{
  g_autofree char *uri = key_uri ();
  g_autofree char *file = in_folder ("saved.p12");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PalIdentity) identity = NULL;
  g_autoptr (PalIdentity) other = pal_identity_create ("Somebody", NULL);
  g_autoptr (GError) error = NULL;

  pal_token_open_async (uri, PIN, NULL, keep_result_cb, &result);
  identity = pal_token_open_finish (wait_for (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pal_identity_get_common_name (identity), ==, "Minister");
  assert_signs (identity);

  g_assert_true (pal_token_holds (identity));
  g_assert_false (pal_token_holds (other));
  g_assert_false (pal_identity_save (identity, file, "passphrase", &error));
  g_assert_error (error, PAL_TOKEN_ERROR, PAL_TOKEN_ERROR_UNSUPPORTED);
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
}

static void
test_wrong_pin (void)
{
  g_autofree char *uri = key_uri ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (PalToken) token = NULL;
  g_autoptr (GError) error = NULL;

  pal_token_open_async (uri, "00000000", NULL, keep_result_cb, &result);
  g_assert_null (pal_token_open_finish (wait_for (&result), &error));
  g_assert_error (error, PAL_TOKEN_ERROR, PAL_TOKEN_ERROR_PIN);
  g_clear_error (&error);
  token = pal_token_find (uri, &error);
  g_assert_no_error (error);
  g_assert_cmpint (token->pin, ==, PAL_TOKEN_PIN_MISSED);

  {
    g_autoptr (PalIdentity) identity = open_token ();

    assert_signs (identity);
  }
}

static void
test_cancelled (void)
{
  g_autofree char *uri = key_uri ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  pal_token_open_async (uri, PIN, cancellable, keep_result_cb, &result);
  g_cancellable_cancel (cancellable);
  g_assert_null (pal_token_open_finish (wait_for (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gpointer
sign_in_thread (gpointer data)
{
  for (guint i = 0; i < N_SIGNATURES; i++)
    assert_signs (data);

  return NULL;
}

/* What a window does meanwhile must not take away the library under the signatures. */
static gpointer
list_in_thread (gpointer data)
{
  for (guint i = 0; i < N_SIGNATURES; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) tokens = pal_token_list (library, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (tokens->len, ==, 1);
    }

  return NULL;
}

/* One session has one operation at a time. */
static void
test_threads (void)
{
  g_autoptr (PalIdentity) identity = open_token ();
  GThread *threads[N_THREADS];
  GThread *lists = g_thread_new ("lists", list_in_thread, NULL);

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("signs", sign_in_thread, identity);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  g_thread_join (lists);
}

/* Whoever goes first must not log the other out, nor take its library away. */
static void
test_two_identities (void)
{
  g_autoptr (PalIdentity) first = open_token ();
  g_autoptr (PalIdentity) second = open_token ();
  g_autofree char *uri = key_uri ();
  g_autoptr (GError) error = NULL;

  g_clear_object (&first);
  assert_signs (second);
  g_clear_object (&second);

  /* Nobody holds it open any more, so the PIN counts again. */
  g_assert_null (pal_token_open (uri, "00000000", &error));
  g_assert_error (error, PAL_TOKEN_ERROR, PAL_TOKEN_ERROR_PIN);
}

static void
test_pulled_out (void)
{
  g_autoptr (PalIdentity) identity = open_token ();
  g_autofree char *tokens = in_folder ("tokens");
  g_autofree char *away = in_folder ("away");
  g_autoptr (GDir) dir = g_dir_open (tokens, 0, NULL);
  const char *name = g_dir_read_name (dir);
  g_autofree char *token = g_build_filename (tokens, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) none = NULL;
  g_autoptr (PalIdentity) file = pal_identity_create ("Somebody", NULL);
  g_autoptr (GBytes) signature = NULL;

  assert_signs (identity);
  g_assert_cmpint (g_rename (token, away), ==, 0);
  none = pal_cms_sign (identity, content, &error);
  g_assert_null (none);
  g_assert_error (error, PAL_TOKEN_ERROR, PAL_TOKEN_ERROR_GONE);
  g_clear_error (&error);

  /* What a token said is not told of the next signature, which is made without it. */
  signature = pal_cms_sign (file, content, &error);
  g_assert_no_error (error);
  g_assert_nonnull (signature);
  g_assert_cmpint (g_rename (away, token), ==, 0);
}

static void
test_addresses (void)
{
  static const struct
  {
    const char *uri;
    PalTokenError code;
  } rows[] = {
    { "pkcs11:token=Elsewhere", PAL_TOKEN_ERROR_NO_TOKEN },
    { "pkcs11:token=%", PAL_TOKEN_ERROR_URI },
    { "pkcs11:token", PAL_TOKEN_ERROR_URI },
    { "pkcs11:token=Desk;id=%01?pin-value=1", PAL_TOKEN_ERROR_URI },
    { "pkcs11:token=Desk?pin-source=/etc/passwd", PAL_TOKEN_ERROR_URI },
    { "pkcs11:token=Desk?module-path=/nowhere.so", PAL_TOKEN_ERROR_MODULE },
    { "file:///etc/passwd", PAL_TOKEN_ERROR_URI },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *module = strchr (rows[i].uri, '?') != NULL ? NULL : library;
      g_autofree char *uri = module != NULL
                                 ? g_strdup_printf ("%s?module-path=%s", rows[i].uri, module)
                                 : g_strdup (rows[i].uri);
      g_autoptr (GError) error = NULL;

      g_assert_null (pal_token_open (uri, PIN, &error));
      g_assert_error (error, PAL_TOKEN_ERROR, (int) rows[i].code);
      g_assert_null (strstr (error->message, "Desk"));
    }
  g_assert_true (pal_token_is_uri ("PKCS11:token=Desk"));
  g_assert_false (pal_token_is_uri ("/home/pkcs11:.p12"));
  g_assert_false (pal_token_is_uri (NULL));
}

static void
begin_and_test (gconstpointer function)
{
  own_data_empty (g_get_user_data_dir ());
  begin ();
  ((GTestFunc) function) ();
}

static gboolean
find_tools (void)
{
  g_autofree char *softhsm = g_find_program_in_path ("softhsm2-util");
  g_autofree char *opensc = g_find_program_in_path ("pkcs11-tool");

  for (guint i = 0; library == NULL && i < G_N_ELEMENTS (libraries); i++)
    if (g_file_test (libraries[i], G_FILE_TEST_EXISTS))
      library = libraries[i];

  return library != NULL && softhsm != NULL && opensc != NULL;
}

static void
test_skipped (void)
{
  g_test_skip ("softhsm2 and opensc are not installed");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    GTestFunc function;
  } tests[] = {
    { "/token/list", test_list },
    { "/token/open", test_open },
    { "/token/wrong-pin", test_wrong_pin },
    { "/token/cancelled", test_cancelled },
    { "/token/threads", test_threads },
    { "/token/two-identities", test_two_identities },
    { "/token/pulled-out", test_pulled_out },
    { "/token/addresses", test_addresses },
  };
  g_autofree char *conf = NULL;
  int status;

  own_data_begin ();
  conf = in_folder ("softhsm2.conf");
  g_setenv ("SOFTHSM2_CONF", conf, TRUE);
  g_test_init (&argc, &argv, NULL);
  content = g_bytes_new_static ("Practicia", strlen ("Practicia"));
  if (!find_tools ())
    g_test_add_func ("/token", test_skipped);
  else
    for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
      g_test_add_data_func (tests[i].path, tests[i].function, begin_and_test);
  status = own_data_run ();
  g_bytes_unref (content);
  g_free (fingerprint);

  return status;
}
