// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "own-data.h"
#include "pal-certificate-info.h"
#include "pal-endpoint-address.h"
#include "pal-endpoint-store.h"
#include "pal-package-writer.h"

#include <glib/gstdio.h>
#include <string.h>

/* Endpoint files and where they are kept. */

#define ID "0b0b3a52-5f1c-4f3e-9d59-0d5b1a0c7e11"
#define WITH_URL(url)                                                                              \
  "{\"format\":\"palermo-endpoint-1\",\"id\":\"" ID "\",\"url\":\"" url                            \
  "\",\"names\":{\"en\":\"Module\"},\"authentication\":\"none\",\"moduleCertificate\":"            \
  "\"data/module.pem\",\"issued\":\"2026-11-01T00:00:00Z\"}"
#define WITH(more)                                                                                 \
  "{\"format\":\"palermo-endpoint-1\",\"id\":\"" ID "\",\"url\":\"https://a.example/files/\","     \
  "\"names\":{\"en\":\"Module\"},\"authentication\":\"none\",\"moduleCertificate\":"               \
  "\"data/module.pem\",\"issued\":\"2026-11-01T00:00:00Z\"" more "}"
/* Without what is wrong in a row: id, names, authentication, certificate, time. */
#define OF(id, names, how, pem, issued)                                                            \
  "{\"format\":\"palermo-endpoint-1\",\"id\":" id ",\"url\":\"https://a.example/files/\","         \
  "\"names\":" names ",\"authentication\":" how ",\"moduleCertificate\":" pem                      \
  ",\"issued\":" issued "}"
#define GOOD_ID "\"" ID "\""
#define GOOD_NAMES "{\"en\":\"Module\"}"
#define GOOD_PEM "\"data/module.pem\""
#define GOOD_TIME "\"2026-11-01T00:00:00Z\""

static gboolean
parse (const char *json, GError **error)
{
  g_autoptr (PalEndpointCard) card = pal_endpoint_card_new ();
  g_autofree char *module = NULL;
  g_autofree char *ca = NULL;

  return pal_endpoint_card_parse (card, json, strlen (json), &module, &ca, error);
}

static void
test_good (void)
{
  static const char *const rows[] = {
    WITH (""),
    WITH (",\"practice\":false"),
    WITH (",\"serverCertificate\":\"data/server-ca.pem\""),
    WITH (",\"limits\":{}"),
    WITH (",\"limits\":{\"archiveBytes\":1048576,\"partBytes\":262144}"),
    WITH (",\"validFrom\":\"2026-11-01T00:00:00Z\",\"validUntil\":\"2027-11-01T00:00:00Z\""),
    WITH_URL ("https://a.example"),
    WITH_URL ("https://a.example:8443/files/"),
    WITH_URL ("https://192.0.2.7/files"),
    WITH_URL ("https://[2001:db8::1]/files"),
    OF (GOOD_ID, "{\"en\":\"A\",\"zh_CN\":\"\\u6a21\\u5757\"}", "\"both\"", GOOD_PEM, GOOD_TIME),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", rows[i]);
      parse (rows[i], &error);
      g_assert_no_error (error);
    }
}

static void
test_hostile (void)
{
  static const struct
  {
    const char *json;
    PalEndpointError code;
  } rows[] = {
    { "", PAL_ENDPOINT_ERROR_CONTENT },
    { "null", PAL_ENDPOINT_ERROR_CONTENT },
    { "[]", PAL_ENDPOINT_ERROR_CONTENT },
    { "{}", PAL_ENDPOINT_ERROR_CONTENT },
    { "{\"format\":\"palermo-endpoint-1\"}", PAL_ENDPOINT_ERROR_CONTENT },
    { WITH ("") "{}", PAL_ENDPOINT_ERROR_CONTENT },
    { "\xef\xbb\xbf" WITH (""), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",}"), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH ("/* */"), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"url\":\"https://b.example/\""), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"u\\u0072l\":\"https://b.example/\""), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"comment\":\"hello\""), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"practice\":\"no\""), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"practice\":0"), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"limits\":[]"), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"limits\":null"), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"limits\":{\"archiveBytes\":-1}"), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"limits\":{\"archiveBytes\":1048575}"), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"limits\":{\"archiveBytes\":17179869185}"), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"limits\":{\"archiveBytes\":1e9}"), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"limits\":{\"archiveBytes\":99999999999999999999}"), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"limits\":{\"partBytes\":262143}"), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"limits\":{\"partBytes\":67108865}"), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"limits\":{\"parts\":3}"), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"validFrom\":\"yesterday\""), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"validFrom\":1793491200"), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"validUntil\":\"2026-10-31T00:00:00Z\""), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"validFrom\":\"2028-01-01T00:00:00Z\",\"validUntil\":\"2027-01-01T00:00:00Z\""),
      PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"serverCertificate\":\"data/../../x.pem\""), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"serverCertificate\":\"/etc/ssl/cert.pem\""), PAL_ENDPOINT_ERROR_CONTENT },
    { WITH (",\"serverCertificate\":[\"data/a.pem\",\"data/b.pem\"]"), PAL_ENDPOINT_ERROR_CONTENT },
    { OF ("\"../../etc\"", GOOD_NAMES, "\"none\"", GOOD_PEM, GOOD_TIME),
      PAL_ENDPOINT_ERROR_CONTENT },
    { OF ("7", GOOD_NAMES, "\"none\"", GOOD_PEM, GOOD_TIME), PAL_ENDPOINT_ERROR_CONTENT },
    { OF (GOOD_ID, "{}", "\"none\"", GOOD_PEM, GOOD_TIME), PAL_ENDPOINT_ERROR_CONTENT },
    { OF (GOOD_ID, "\"Module\"", "\"none\"", GOOD_PEM, GOOD_TIME), PAL_ENDPOINT_ERROR_CONTENT },
    { OF (GOOD_ID, "{\"en\":\"\"}", "\"none\"", GOOD_PEM, GOOD_TIME), PAL_ENDPOINT_ERROR_CONTENT },
    { OF (GOOD_ID, "{\"en\":\"a\\u202eb\"}", "\"none\"", GOOD_PEM, GOOD_TIME),
      PAL_ENDPOINT_ERROR_CONTENT },
    { OF (GOOD_ID, "{\"en\":\"a\\nb\"}", "\"none\"", GOOD_PEM, GOOD_TIME),
      PAL_ENDPOINT_ERROR_CONTENT },
    { OF (GOOD_ID, "{\"e\":\"a\"}", "\"none\"", GOOD_PEM, GOOD_TIME), PAL_ENDPOINT_ERROR_CONTENT },
    { OF (GOOD_ID, GOOD_NAMES, "\"password\"", GOOD_PEM, GOOD_TIME), PAL_ENDPOINT_ERROR_CONTENT },
    { OF (GOOD_ID, GOOD_NAMES, "\"none\"", "\"module.pem\"", GOOD_TIME),
      PAL_ENDPOINT_ERROR_CONTENT },
    { OF (GOOD_ID, GOOD_NAMES, "\"none\"", "\"data/module.key\"", GOOD_TIME),
      PAL_ENDPOINT_ERROR_CONTENT },
    { OF (GOOD_ID, GOOD_NAMES, "\"none\"", GOOD_PEM, "\"2026-13-01T00:00:00Z\""),
      PAL_ENDPOINT_ERROR_CONTENT },
    { WITH_URL (""), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("http://a.example/files/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("ftp://a.example/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("file:///etc/passwd"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https:///files/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://u@a.example/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://u:p@a.example/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://a.example/#part"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://a.example/?token=x"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://a.example/a b"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://a.example/\\nx"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://a.example\\\\@b.example/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://\\u0430.example/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://a.example/x/../y"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://a.example/x/%2e%2E/y"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://a.example:99999/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://a..example/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://localhost/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://LOCALHOST:1/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://x.localhost/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://localhost./"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://127.0.0.1/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://127.1/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://2130706433/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://0x7f.0.0.1/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://0x7f000001/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://0.0.0.0/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://[::1]/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://[::]/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://[::ffff:127.0.0.1]/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH_URL ("https://[fe80::1%25eth0]/"), PAL_ENDPOINT_ERROR_ADDRESS },
    { WITH (",\"practice\":true"), PAL_ENDPOINT_ERROR_ADDRESS },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", rows[i].json);
      g_assert_false (parse (rows[i].json, &error));
      g_assert_error (error, PAL_ENDPOINT_ERROR, (int) rows[i].code);
    }
}

static void
test_depth_and_length (void)
{
  g_autoptr (GString) deep = g_string_new ("{\"limits\":");
  g_autofree char *name = g_strnfill (70 * 1024, 'a');
  g_autofree char *lengthy = g_strdup_printf ("{\"format\":\"%s\"}", name);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  g_assert_false (parse (deep->str, &error));
  g_assert_error (error, PAL_ENDPOINT_ERROR, PAL_ENDPOINT_ERROR_CONTENT);
  g_assert_false (parse (lengthy, &second));
  g_assert_error (second, PAL_ENDPOINT_ERROR, PAL_ENDPOINT_ERROR_CONTENT);
}

static void
test_proxies (void)
{
  static const struct
  {
    const char *url;
    gboolean is_good;
  } rows[] = { { "http://proxy.example:3128", TRUE },
               { "http://proxy.example:3128/", TRUE },
               { "https://proxy.example:443", TRUE },
               { "socks5h://127.0.0.1:1080", TRUE },
               { "http://[::1]:8080", TRUE },
               { "http://proxy.example", FALSE },
               { "http://u:p@proxy.example:1", FALSE },
               { "http://proxy.example:1/x", FALSE },
               { "ftp://proxy.example:1", FALSE },
               { "proxy.example:3128", FALSE },
               { "http://proxy.example:1?x", FALSE },
               { "http://proxy.example:70000", FALSE },
               { "http://proxy example:3128", FALSE },
               { "", FALSE },
               { "http://proxy.example:1\r\nX:", FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].url);
      g_assert_cmpint (pal_endpoint_is_proxy_address (rows[i].url), ==, rows[i].is_good);
    }
}

/* --- certificates ----------------------------------------------------------------------------- */

static void
test_certificates (void)
{
  g_autoptr (PalIdentity) identity = pal_identity_create ("Module of Practicia", NULL);
  g_autofree char *pem = pal_identity_dup_certificate_pem (identity);
  g_autofree char *key = pal_identity_dup_key_pem (identity);
  g_autofree char *two = g_strconcat (pem, pem, NULL);
  g_autofree char *with_key = g_strconcat (pem, key, NULL);
  g_autofree char *cut = g_strndup (pem, strlen (pem) / 2);
  const char *const bad[] = { two, with_key, key, cut, "", "-----BEGIN CERTIFICATE-----\n" };
  g_autoptr (PalCertificateInfo) info = pal_certificate_info_new (pem, strlen (pem), NULL);
  g_autofree char *spoken = NULL;

  g_assert_nonnull (info);
  g_assert_cmpstr (info->common_name, ==, "Module of Practicia");
  g_assert_cmpstr (info->algorithm, ==, "ECDSA P-256");
  g_assert_cmpstr (info->fingerprint, ==, pal_identity_get_fingerprint (identity));
  g_assert_cmpint (info->not_after, ==, pal_identity_get_expires (identity));
  spoken = pal_certificate_dup_spoken_fingerprint (info->fingerprint);
  g_assert_cmpuint (strlen (spoken), ==, 8 * 8 + 7);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pal_certificate_info_new (bad[i], strlen (bad[i]), &error));
      g_assert_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_KEY);
    }
}

/* --- what is kept ----------------------------------------------------------------------------- */

static GBytes *
make_pem (const char *name)
{
  g_autoptr (PalIdentity) identity = pal_identity_create (name, NULL);
  char *pem = pal_identity_dup_certificate_pem (identity);

  return g_bytes_new_take (pem, strlen (pem));
}

static PalEndpointCard *
make_card (PalIdentity *operator, const char * id, const char *name, gint64 issued_us)
{
  g_autoptr (PalEndpointCard) card = pal_endpoint_card_new ();
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "made.asice", NULL);
  g_autoptr (GError) error = NULL;
  PalEndpointCard *read;

  card->id = g_strdup (id);
  card->url = g_strdup ("https://module.example/files/");
  card->issued_us = issued_us;
  card->authentication = PAL_ENDPOINT_AUTHENTICATION_BOTH;
  card->max_archive_bytes = 5 << 20;
  card->max_part_bytes = 1 << 20;
  g_hash_table_replace (card->names, g_strdup ("en"), g_strdup (name));
  g_hash_table_replace (card->names, g_strdup ("fr"), g_strdup ("Module d’essai"));
  card->module_pem = make_pem ("Module");
  card->ca_pem = make_pem ("Server");
  g_mkdir_with_parents (g_get_user_data_dir (), 0700);
  pal_endpoint_package_write (card, path, operator, & error);
  g_assert_no_error (error);
  read = pal_endpoint_package_read (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (read->url, ==, card->url);
  g_assert_true (g_bytes_equal (read->module_pem, card->module_pem));
  g_assert_true (g_bytes_equal (read->ca_pem, card->ca_pem));
  g_assert_cmpint (read->issued_us, ==, issued_us);
  g_assert_cmpint (read->max_part_bytes, ==, 1 << 20);
  g_assert_cmpstr (pal_endpoint_card_get_name (read, "fr"), ==, "Module d’essai");
  g_assert_cmpstr (pal_endpoint_card_get_name (read, "ru"), ==, name);
  g_assert_cmpstr (read->signer_fingerprint, ==, pal_identity_get_fingerprint (operator));

  return read;
}

static void
test_store (void)
{
  g_autoptr (PalIdentity) operator= pal_identity_create ("Operator", NULL);
  g_autoptr (PalIdentity) thief = pal_identity_create ("Operator", NULL);
  g_autoptr (PalIdentity) client = pal_identity_create ("We", NULL);
  gint64 day_us = G_TIME_SPAN_DAY;
  gint64 start_us = 20000 * day_us;
  g_autoptr (PalEndpointCard) first = make_card (operator, ID, "One", start_us);
  g_autoptr (PalEndpointCard) newer = make_card (operator, ID, "Two", start_us + day_us);
  g_autoptr (PalEndpointCard) stolen = make_card (thief, ID, "Three", start_us + 2 * day_us);
  g_autoptr (PalEndpointCard) found = NULL;
  g_autoptr (PalEndpoint) endpoint = NULL;
  g_autofree char *before = NULL;
  g_autofree char *token_file = NULL;
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  g_assert_cmpint (pal_endpoint_store_compare (first, NULL), ==, PAL_ENDPOINT_STANDING_NEW);
  g_assert_false (pal_endpoint_store_knows_signer (first->signer_fingerprint));
  g_assert_true (pal_endpoint_store_keep (first, FALSE, NULL));
  g_assert_true (pal_endpoint_store_knows_signer (first->signer_fingerprint));
  g_assert_cmpint (pal_endpoint_store_compare (first, NULL), ==, PAL_ENDPOINT_STANDING_SAME);
  g_assert_cmpint (pal_endpoint_store_compare (newer, NULL), ==, PAL_ENDPOINT_STANDING_NEWER);
  g_assert_true (pal_endpoint_store_keep (newer, FALSE, NULL));
  g_assert_false (pal_endpoint_store_keep (first, FALSE, &error));
  g_assert_error (error, PAL_ENDPOINT_ERROR, PAL_ENDPOINT_ERROR_OLDER);
  g_clear_error (&error);
  g_assert_false (pal_endpoint_store_keep (stolen, FALSE, &error));
  g_assert_error (error, PAL_ENDPOINT_ERROR, PAL_ENDPOINT_ERROR_SIGNER);
  g_clear_error (&error);

  g_assert_null (pal_endpoint_store_find ("One", NULL));
  found = pal_endpoint_store_find ("tWO", NULL);
  g_assert_nonnull (found);
  g_clear_pointer (&found, pal_endpoint_card_unref);
  found = pal_endpoint_store_find ("0b0b3a52", NULL);
  g_assert_nonnull (found);

  g_assert_true (pal_endpoint_store_set_client (ID, client, "secret", NULL));
  g_assert_true (pal_endpoint_store_set_token_file (ID, "/somewhere/token", NULL));
  token_file = pal_endpoint_store_dup_token_file (ID);
  g_assert_cmpstr (token_file, ==, "/somewhere/token");

  endpoint = pal_endpoint_store_make_endpoint (found, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (endpoint->client_certificate, "/client.p12"));
  g_assert_cmpint (endpoint->max_archive_bytes, ==, 5 << 20);
  g_assert_null (endpoint->token);
  /* Whatever was done to a file beside the package, the package says what is right. */
  g_assert_true (g_file_set_contents (endpoint->module_certificate, "mine", 4, NULL));
  g_clear_pointer (&endpoint, pal_endpoint_free);
  endpoint = pal_endpoint_store_make_endpoint (found, NULL);
  g_assert_true (g_file_get_contents (endpoint->module_certificate, &before, &length, NULL));
  g_assert_cmpmem (before, length, g_bytes_get_data (found->module_pem, NULL),
                   g_bytes_get_size (found->module_pem));

  g_assert_true (pal_endpoint_store_forget (ID, NULL));
  g_assert_null (pal_endpoint_store_dup_client_path (ID));
  g_assert_false (g_file_test (endpoint->module_certificate, G_FILE_TEST_EXISTS));
}

static void
test_damaged (void)
{
  g_autoptr (PalIdentity) operator= pal_identity_create ("Operator", NULL);
  g_autoptr (PalEndpointCard) card = make_card (operator, ID, "One", G_USEC_PER_SEC);
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "palermo", "endpoints", ID,
                                            "endpoint.asice", NULL);
  g_autofree guint8 *bytes = NULL;
  gsize length = 0;

  g_assert_true (pal_endpoint_store_keep (card, FALSE, NULL));
  g_assert_true (g_file_get_contents (path, (char **) &bytes, &length, NULL));
  bytes[length / 3] ^= 1;
  g_assert_true (g_file_set_contents (path, (const char *) bytes, (gssize) length, NULL));
  g_test_expect_message ("pal-endpoint-store", G_LOG_LEVEL_WARNING, "*cannot be read*");
  g_assert_null (pal_endpoint_store_find ("One", NULL));
  g_test_assert_expected_messages ();
}

static void
test_time (void)
{
  g_autoptr (PalEndpointCard) card = pal_endpoint_card_new ();

  g_assert_true (pal_endpoint_card_check_time (card, 5, NULL));
  card->valid_from_us = 10;
  card->valid_until_us = 20;
  g_assert_false (pal_endpoint_card_check_time (card, 9, NULL));
  g_assert_true (pal_endpoint_card_check_time (card, 10, NULL));
  g_assert_true (pal_endpoint_card_check_time (card, 19, NULL));
  g_assert_false (pal_endpoint_card_check_time (card, 20, NULL));
}

/* --- when ------------------------------------------------------------------------------------- */

static void
test_policy (void)
{
  static const struct
  {
    PalSendWhen when;
    const char *hours; /* (nullable): "22:00-06:00" */
    const char *now;
    gboolean is_connected;
    gboolean is_metered;
    gboolean is_agreed;
    gboolean is_told_now;
    PalSendVerdict verdict;
    const char *until; /* (nullable) */
  } rows[] = {
    { PAL_SEND_WHEN_TOLD, NULL, "12:00", TRUE, FALSE, TRUE, FALSE, PAL_SEND_GO, NULL },
    { PAL_SEND_WHEN_TOLD, NULL, "12:00", FALSE, FALSE, TRUE, FALSE, PAL_SEND_GO, NULL },
    { PAL_SEND_WHEN_TOLD, NULL, "12:00", TRUE, TRUE, TRUE, FALSE, PAL_SEND_GO, NULL },
    /* Nothing but a yes to this very job lets it out. */
    { PAL_SEND_WHEN_TOLD, NULL, "12:00", TRUE, FALSE, FALSE, FALSE, PAL_SEND_WAIT_AGREEMENT, NULL },
    { PAL_SEND_WHEN_TOLD, NULL, "12:00", TRUE, FALSE, FALSE, TRUE, PAL_SEND_WAIT_AGREEMENT, NULL },
    { PAL_SEND_WHEN_CONNECTED, NULL, "12:00", TRUE, FALSE, FALSE, FALSE, PAL_SEND_WAIT_AGREEMENT,
      NULL },
    { PAL_SEND_WHEN_CONNECTED, NULL, "12:00", TRUE, TRUE, TRUE, FALSE, PAL_SEND_GO, NULL },
    { PAL_SEND_WHEN_CONNECTED, NULL, "12:00", FALSE, FALSE, TRUE, FALSE, PAL_SEND_WAIT_LINK, NULL },
    { PAL_SEND_WHEN_CONNECTED, NULL, "12:00", FALSE, FALSE, TRUE, TRUE, PAL_SEND_GO, NULL },
    { PAL_SEND_NOT_METERED, NULL, "12:00", TRUE, FALSE, TRUE, FALSE, PAL_SEND_GO, NULL },
    { PAL_SEND_NOT_METERED, NULL, "12:00", TRUE, TRUE, TRUE, FALSE, PAL_SEND_WAIT_UNMETERED, NULL },
    { PAL_SEND_NOT_METERED, NULL, "12:00", FALSE, TRUE, TRUE, FALSE, PAL_SEND_WAIT_LINK, NULL },
    { PAL_SEND_NOT_METERED, NULL, "12:00", TRUE, TRUE, TRUE, TRUE, PAL_SEND_GO, NULL },
    { PAL_SEND_WHEN_TOLD, "08:00-18:00", "07:59", TRUE, FALSE, TRUE, FALSE, PAL_SEND_WAIT_HOURS,
      "2026-11-23T08:00" },
    { PAL_SEND_WHEN_TOLD, "08:00-18:00", "08:00", TRUE, FALSE, TRUE, FALSE, PAL_SEND_GO, NULL },
    { PAL_SEND_WHEN_TOLD, "08:00-18:00", "17:59", TRUE, FALSE, TRUE, FALSE, PAL_SEND_GO, NULL },
    { PAL_SEND_WHEN_TOLD, "08:00-18:00", "18:00", TRUE, FALSE, TRUE, FALSE, PAL_SEND_WAIT_HOURS,
      "2026-11-24T08:00" },
    { PAL_SEND_WHEN_TOLD, "08:00-18:00", "18:00", TRUE, FALSE, TRUE, TRUE, PAL_SEND_GO, NULL },
    { PAL_SEND_WHEN_TOLD, "22:00-06:00", "23:30", TRUE, FALSE, TRUE, FALSE, PAL_SEND_GO, NULL },
    { PAL_SEND_WHEN_TOLD, "22:00-06:00", "00:00", TRUE, FALSE, TRUE, FALSE, PAL_SEND_GO, NULL },
    { PAL_SEND_WHEN_TOLD, "22:00-06:00", "05:59", TRUE, FALSE, TRUE, FALSE, PAL_SEND_GO, NULL },
    { PAL_SEND_WHEN_TOLD, "22:00-06:00", "06:00", TRUE, FALSE, TRUE, FALSE, PAL_SEND_WAIT_HOURS,
      "2026-11-23T22:00" },
    { PAL_SEND_NOT_METERED, "22:00-06:00", "06:00", TRUE, TRUE, TRUE, FALSE, PAL_SEND_WAIT_HOURS,
      "2026-11-23T22:00" },
    { PAL_SEND_WHEN_TOLD, "08:00-08:00", "03:00", TRUE, FALSE, TRUE, FALSE, PAL_SEND_GO, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      PalSendManners manners = { .when = rows[i].when, .has_hours = rows[i].hours != NULL };
      PalLink link = { rows[i].is_connected, rows[i].is_metered };
      g_autofree char *text = g_strdup_printf ("2026-11-23T%s:00+03:00", rows[i].now);
      g_autoptr (GDateTime) now = g_date_time_new_from_iso8601 (text, NULL);
      g_autoptr (GDateTime) until = NULL;

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      if (rows[i].hours != NULL)
        {
          g_auto (GStrv) parts = g_strsplit (rows[i].hours, "-", 2);

          g_assert_true (pal_send_policy_parse_minute (parts[0], &manners.from_minute));
          g_assert_true (pal_send_policy_parse_minute (parts[1], &manners.until_minute));
        }
      g_assert_cmpint (pal_send_policy_decide (&manners, now, &link, rows[i].is_agreed,
                                               rows[i].is_told_now, &until),
                       ==, rows[i].verdict);
      g_assert_cmpint (until != NULL, ==, rows[i].until != NULL);
      if (until != NULL)
        {
          g_autofree char *shown = g_date_time_format (until, "%Y-%m-%dT%H:%M");

          g_assert_cmpstr (shown, ==, rows[i].until);
        }
    }
}

/* The hours are those of local clocks, on the days of 23 and 25 hours, too. */
static void
test_summer_time (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  PalSendManners manners
      = { .has_hours = TRUE, .from_minute = 2 * 60 + 30, .until_minute = 4 * 60 };
  PalLink link = { TRUE, FALSE };
  g_autoptr (GDateTime) evening = NULL;
  g_autoptr (GDateTime) until = NULL;

  if (zone == NULL)
    {
      g_test_skip ("no time zones on this computer");
      return;
    }
  evening = g_date_time_new (zone, 2027, 3, 27, 23, 0, 0);
  g_assert_cmpint (pal_send_policy_decide (&manners, evening, &link, TRUE, FALSE, &until), ==,
                   PAL_SEND_WAIT_HOURS);
  /* 02:30 is left out that night. */
  g_assert_cmpint (g_date_time_difference (until, evening), >=,
                   3 * G_TIME_SPAN_HOUR - G_TIME_SPAN_MINUTE * 30);
  g_assert_cmpint (g_date_time_difference (until, evening), <=, 4 * G_TIME_SPAN_HOUR);
}

static void
test_minutes (void)
{
  static const char *const bad[]
      = { "", "8:00", "24:00", "12:60", "ab:cd", "12-00", "12:000", "1 :00" };
  guint minute = 0;

  g_assert_true (pal_send_policy_parse_minute ("23:59", &minute));
  g_assert_cmpuint (minute, ==, 23 * 60 + 59);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (pal_send_policy_parse_minute (bad[i], &minute));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  own_data_begin ();

  g_test_add_data_func ("/endpoint/good", test_good, own_data_test);
  g_test_add_data_func ("/endpoint/hostile", test_hostile, own_data_test);
  g_test_add_data_func ("/endpoint/depth-and-length", test_depth_and_length, own_data_test);
  g_test_add_data_func ("/endpoint/proxies", test_proxies, own_data_test);
  g_test_add_data_func ("/endpoint/certificates", test_certificates, own_data_test);
  g_test_add_data_func ("/endpoint/store", test_store, own_data_test);
  g_test_add_data_func ("/endpoint/damaged", test_damaged, own_data_test);
  g_test_add_data_func ("/endpoint/time", test_time, own_data_test);
  g_test_add_data_func ("/send-policy/decide", test_policy, own_data_test);
  g_test_add_data_func ("/send-policy/summer-time", test_summer_time, own_data_test);
  g_test_add_data_func ("/send-policy/minutes", test_minutes, own_data_test);

  return own_data_run ();
}
