// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-cms-frame"
#include "config.h"

#include "pal-cms-frame.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>

#define FRAME_MAX_BYTES (256 * 1024) /* recipients, algorithm */
#define MAC_BYTES 16
#define INDEFINITE (-1)

/* id-smime-ct-authEnvelopedData: 1.2.840.113549.1.9.16.1.23 */
static const guint8 auth_enveloped_oid[]
    = { 0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x17 };

/* id-aes256-GCM: 2.16.840.1.101.3.4.1.46 */
static const guint8 aes_gcm_oid[]
    = { 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2e };

static long
control (BIO *bio, int command, long number, void *pointer)
{
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

/**
 * pal_cms_bio_method:
 * @name: of the kind of stream
 * @write: (nullable): takes octets
 * @read: (nullable): gives octets
 *
 * Returns: (transfer full): a BIO_METHOD, to be made once
 */
gpointer
pal_cms_bio_method (const char *name, int (*write) (BIO *, const char *, int),
                    int (*read) (BIO *, char *, int))
{
  BIO_METHOD *method = BIO_meth_new (BIO_get_new_index () | BIO_TYPE_SOURCE_SINK, name);

  if (write != NULL)
    BIO_meth_set_write (method, write);
  if (read != NULL)
    BIO_meth_set_read (method, read);
  BIO_meth_set_ctrl (method, control);

  return method;
}

/* --- BER, as much of it as there is in such a structure */

static gboolean
fail_frame (GError **error, const char *why)
{
  ERR_clear_error ();
  g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_MALFORMED, "not an encrypted file: %s",
               why);

  return FALSE;
}

static gboolean
read_exactly (PalCmsContent *content, guint8 *data, gsize length, GError **error)
{
  gsize done = 0;

  while (done < length)
    {
      int n = BIO_read (content->bio, data + done, MIN (length - done, G_MAXINT));

      if (n <= 0)
        {
          g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID,
                       "the encrypted file breaks off");
          return FALSE;
        }
      done += n;
    }

  return TRUE;
}

/* raw: (nullable): gets the octets of tag and length */
static gboolean
read_header (PalCmsContent *content, guint8 *tag, gint64 *length, GByteArray *raw, GError **error)
{
  guint8 octets[2 + 8];
  guint n_octets = 2;

  if (!read_exactly (content, octets, 2, error))
    return FALSE;
  *tag = octets[0];
  if ((*tag & 0x1f) == 0x1f)
    return fail_frame (error, "a tag that has no place in it");
  if (octets[1] < 0x80)
    *length = octets[1];
  else if (octets[1] == 0x80)
    *length = INDEFINITE;
  else
    {
      guint more = octets[1] & 0x7f;

      if (more > 7 || !read_exactly (content, octets + 2, more, error))
        return error != NULL && *error != NULL ? FALSE : fail_frame (error, "a length too long");
      *length = 0;
      for (guint i = 0; i < more; i++)
        *length = *length << 8 | octets[2 + i];
      n_octets += more;
    }
  if (*length > content->size)
    return fail_frame (error, "a part longer than the file");
  if (raw != NULL)
    g_byte_array_append (raw, octets, n_octets);

  return TRUE;
}

static gboolean
enter (PalCmsContent *content, guint8 wanted, GError **error)
{
  guint8 tag;
  gint64 length;

  return read_header (content, &tag, &length, NULL, error)
         && (tag == wanted || fail_frame (error, "another structure"));
}

/* One element of a definite length, as it stands there. */
static gboolean
copy_element (PalCmsContent *content, guint8 wanted, GByteArray *to, GError **error)
{
  guint8 tag;
  gint64 length;
  guint start = to->len;
  guint header;

  if (!read_header (content, &tag, &length, to, error))
    return FALSE;
  if (tag != wanted || length < 0 || length > FRAME_MAX_BYTES)
    {
      g_byte_array_set_size (to, start);
      return fail_frame (error, "a part that it does not have");
    }
  header = to->len;
  g_byte_array_set_size (to, header + length);

  return read_exactly (content, to->data + header, length, error);
}

/* Goes to the next chunk; sets at_end behind the last. */
static gboolean
next_chunk (PalCmsContent *content, GError **error)
{
  GByteArray *raw;
  guint8 tag;
  gint64 length;
  gboolean ok;

  if (content->is_primitive)
    {
      content->at_end = content->consumed == content->total;
      content->left = content->total - content->consumed;
      content->consumed = content->total;
      return TRUE;
    }
  if (content->total != INDEFINITE && content->consumed >= content->total)
    {
      content->at_end = TRUE;
      return content->consumed == content->total || fail_frame (error, "chunks that do not fit");
    }

  raw = g_byte_array_new ();
  ok = read_header (content, &tag, &length, raw, error);
  content->consumed += raw->len;
  g_byte_array_unref (raw);
  if (!ok)
    return FALSE;
  if (tag == 0 && length == 0 && content->total == INDEFINITE)
    {
      content->at_end = TRUE;
      return TRUE;
    }
  if (tag != V_ASN1_OCTET_STRING || length < 0)
    return fail_frame (error, "content in pieces of another kind");
  content->left = length;
  content->consumed += length;

  return TRUE;
}

static void
rewind_content (PalCmsContent *content)
{
  BIO_seek (content->bio, content->start);
  content->consumed = 0;
  content->left = 0;
  content->at_end = FALSE;
}

static int
content_read (BIO *bio, char *data, int length)
{
  PalCmsContent *content = BIO_get_data (bio);
  int done = 0;

  if (content->error != NULL
      || g_cancellable_set_error_if_cancelled (content->cancellable, &content->error))
    return -1;
  while (done < length && !content->at_end)
    {
      int n;

      if (content->left == 0)
        {
          if (!next_chunk (content, &content->error))
            return -1;
          continue;
        }
      n = MIN (content->left, length - done);
      if (!read_exactly (content, (guint8 *) data + done, n, &content->error))
        return -1;
      done += n;
      content->left -= n;
    }

  return done;
}

/**
 * pal_cms_content_open:
 * @content: a frame that was read; must outlive the result
 *
 * Returns: (transfer full) (nullable): a stream of the encrypted octets
 */
BIO *
pal_cms_content_open (PalCmsContent *content)
{
  static gsize method;
  BIO *bio;

  if (g_once_init_enter (&method))
    g_once_init_leave (&method, (gsize) pal_cms_bio_method ("pal-seal-in", NULL, content_read));
  bio = BIO_new ((BIO_METHOD *) method);
  if (bio != NULL)
    {
      BIO_set_data (bio, content);
      BIO_set_init (bio, 1);
    }

  return bio;
}

static gboolean
skip_content (PalCmsContent *content, GError **error)
{
  while (!content->at_end)
    {
      if (!next_chunk (content, error))
        return FALSE;
      if (content->left > content->size - BIO_tell (content->bio))
        {
          g_set_error (error, PAL_SIGNING_ERROR, PAL_SIGNING_ERROR_INVALID,
                       "the encrypted file breaks off");
          return FALSE;
        }
      if (content->left > 0)
        BIO_seek (content->bio, BIO_tell (content->bio) + content->left);
      content->left = 0;
    }

  return TRUE;
}

static void
append_header (GByteArray *to, guint8 tag, gsize length)
{
  guint8 octets[1 + 1 + 4] = { tag };
  guint n_octets = 2;

  if (length < 0x80)
    octets[1] = length;
  else
    {
      guint more = length > 0xffffff ? 4 : length > 0xffff ? 3 : length > 0xff ? 2 : 1;

      octets[1] = 0x80 | more;
      for (guint i = 0; i < more; i++)
        octets[2 + i] = length >> (8 * (more - 1 - i));
      n_octets += more;
    }
  g_byte_array_append (to, octets, n_octets);
}

static GByteArray *
wrap (guint8 tag, GByteArray *inner)
{
  GByteArray *outer = g_byte_array_new ();

  append_header (outer, tag, inner->len);
  g_byte_array_append (outer, inner->data, inner->len);
  g_byte_array_unref (inner);

  return outer;
}

/* OpenSSL takes any cipher here, also one that authenticates nothing, whatever the structure is
 * called. */
static gboolean
copy_algorithm (PalCmsContent *content, GByteArray *to, GError **error)
{
  guint start = to->len;
  guint header;

  if (!copy_element (content, 0x30, to, error))
    return FALSE;
  header = to->data[start + 1] < 0x80 ? 2 : 2 + (to->data[start + 1] & 0x7f);

  return (to->len - start >= header + sizeof aes_gcm_oid
          && memcmp (to->data + start + header, aes_gcm_oid, sizeof aes_gcm_oid) == 0)
         || fail_frame (error, "encrypted otherwise than with AES-256-GCM");
}

/* What wraps the key for an EC recipient. OpenSSL 3.0 takes more, and writes beyond its memory when
 * that is AES key wrap with padding and the key is a wrong one. */
static gboolean
is_wrap_known (CMS_RecipientInfo *info)
{
  X509_ALGOR *agreement = NULL;
  X509_ALGOR *wrapping;
  const ASN1_OBJECT *oid = NULL;
  const ASN1_STRING *parameter = NULL;
  const guint8 *position;
  int type = V_ASN1_UNDEF;
  int nid;

  if (CMS_RecipientInfo_kari_get0_alg (info, &agreement, NULL) != 1 || agreement == NULL)
    return FALSE;
  X509_ALGOR_get0 (&oid, &type, (const void **) &parameter, agreement);
  if (type != V_ASN1_SEQUENCE)
    return FALSE;
  position = ASN1_STRING_get0_data (parameter);
  wrapping = d2i_X509_ALGOR (NULL, &position, ASN1_STRING_length (parameter));
  if (wrapping == NULL)
    return FALSE;
  X509_ALGOR_get0 (&oid, NULL, NULL, wrapping);
  nid = OBJ_obj2nid (oid);
  X509_ALGOR_free (wrapping);

  return nid == NID_id_aes128_wrap || nid == NID_id_aes192_wrap || nid == NID_id_aes256_wrap;
}

static gboolean
check_wraps (CMS_ContentInfo *cms, GError **error)
{
  STACK_OF (CMS_RecipientInfo) *infos = CMS_get0_RecipientInfos (cms);

  for (int i = 0; i < sk_CMS_RecipientInfo_num (infos); i++)
    {
      CMS_RecipientInfo *info = sk_CMS_RecipientInfo_value (infos, i);

      if (CMS_RecipientInfo_type (info) == CMS_RECIPINFO_AGREE && !is_wrap_known (info))
        return fail_frame (error, "a key that is wrapped otherwise than with AES");
    }

  return TRUE;
}

/**
 * pal_cms_frame_read:
 * @content: stream and size of a file, which stands at its start
 * @error: return location
 *
 * Reads what stands around the content, and leaves @content at its start. What is not of the
 * profile (AES-256-GCM with 16 octets of authentication, keys that are wrapped with AES) does not
 * reach the library.
 *
 * Returns: (transfer full) (nullable): the same structure without content; %NULL with
 *   %PAL_SIGNING_ERROR_MALFORMED, or _INVALID when it breaks off
 */
CMS_ContentInfo *
pal_cms_frame_read (PalCmsContent *content, GError **error)
{
  g_autoptr (GByteArray) version = g_byte_array_new ();
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  g_autoptr (GByteArray) mac = g_byte_array_new ();
  g_autoptr (GByteArray) info = g_byte_array_new ();
  GByteArray *whole;
  CMS_ContentInfo *cms;
  const guint8 *position;
  guint8 oid[sizeof auth_enveloped_oid];
  guint8 tag;

  if (!enter (content, 0x30, error) || !read_exactly (content, oid, sizeof oid, error))
    return NULL;
  if (memcmp (oid, auth_enveloped_oid, sizeof oid) != 0)
    {
      fail_frame (error, "another kind of CMS");
      return NULL;
    }
  if (!enter (content, 0xa0, error) || !enter (content, 0x30, error)
      || !copy_element (content, V_ASN1_INTEGER, version, error)
      || !copy_element (content, 0x31, inner, error) || !enter (content, 0x30, error)
      || !copy_element (content, V_ASN1_OBJECT, info, error)
      || !copy_algorithm (content, info, error)
      || !read_header (content, &tag, &content->total, NULL, error))
    return NULL;
  content->is_primitive = tag == 0x80;
  if ((tag != 0x80 && tag != 0xa0) || (content->is_primitive && content->total == INDEFINITE))
    {
      fail_frame (error, "no content");
      return NULL;
    }
  content->start = BIO_tell (content->bio);
  if (!skip_content (content, error))
    return NULL;

  /* The end of the content's own sequence, if that had no length; then the authentication code. */
  if (!read_header (content, &tag, &(gint64){ 0 }, mac, error))
    return NULL;
  if (tag == 0)
    {
      g_byte_array_set_size (mac, 0);
      if (!copy_element (content, V_ASN1_OCTET_STRING, mac, error))
        return NULL;
    }
  else if (tag == V_ASN1_OCTET_STRING && mac->len == 2 && mac->data[1] == MAC_BYTES)
    {
      g_byte_array_set_size (mac, 2 + MAC_BYTES);
      if (!read_exactly (content, mac->data + 2, MAC_BYTES, error))
        return NULL;
    }
  /* A shorter code would be easier to guess. */
  if (mac->len != 2 + MAC_BYTES)
    {
      fail_frame (error, "no authentication code of 16 octets");
      return NULL;
    }

  info = wrap (0x30, g_steal_pointer (&info));
  g_byte_array_append (version, inner->data, inner->len);
  g_byte_array_append (version, info->data, info->len);
  g_byte_array_append (version, mac->data, mac->len);
  whole = wrap (0xa0, wrap (0x30, g_steal_pointer (&version)));
  g_byte_array_prepend (whole, auth_enveloped_oid, sizeof auth_enveloped_oid);
  whole = wrap (0x30, whole);
  position = whole->data;
  cms = d2i_CMS_ContentInfo (NULL, &position, whole->len);
  g_byte_array_unref (whole);
  if (cms == NULL)
    fail_frame (error, "its parts make no sense");
  else if (!check_wraps (cms, error))
    g_clear_pointer (&cms, CMS_ContentInfo_free);
  rewind_content (content);

  return cms;
}

/**
 * pal_cms_frame_begins:
 * @bio: a file, at its start
 *
 * Returns: whether it begins as a sealed file does
 */
gboolean
pal_cms_frame_begins (BIO *bio)
{
  guint8 start[2 + 8 + sizeof auth_enveloped_oid];
  int n = BIO_read (bio, start, sizeof start);
  int header = n > 1 && start[1] > 0x80 ? 2 + (start[1] & 0x7f) : 2;

  return n >= header + (int) sizeof auth_enveloped_oid && header <= 2 + 8 && start[0] == 0x30
         && memcmp (start + header, auth_enveloped_oid, sizeof auth_enveloped_oid) == 0;
}
