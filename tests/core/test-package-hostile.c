// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "test-package-hostile"
#include "config.h"

#include "package-archive.h"

/* Hostile archives, made byte by byte out of a good one: each is refused, with the code that fits.
 */

/* --- One function a case: it bends the archive --- */

#define PDF "data/attachments/law.pdf"
#define XML "data/forms/réponse.xml"
#define N_FLIPS 10000

static void
bend_nothing (Archive *archive)
{
}

static void
bend_no_comment (Archive *archive)
{
  archive->comment = "";
}

static void
bend_other_comment (Archive *archive)
{
  archive->comment = "hello";
}

static void
bend_long_comment (Archive *archive)
{
  archive->comment = PAL_PACKAGE_COMMENT "x";
}

static void
bend_comment_with_end (Archive *archive)
{
  archive->comment = "PK\x05\x06xxxxxxxxxxxxxxxxxx";
}

static void
bend_suffix (Archive *archive)
{
  append (archive->suffix, "x", 1);
}

static void
bend_second_end (Archive *archive)
{
  guint8 end[PAL_ZIP_END_BYTES] = { 0 };

  pal_zip_put32 (end, PAL_ZIP_END);
  append (archive->suffix, end, sizeof end);
}

static void
bend_prefix (Archive *archive)
{
  append (archive->prefix, "#!/bin/sh\n", 10);
}

static void
bend_counted_prefix (Archive *archive)
{
  bend_prefix (archive);
  archive->count_prefix = TRUE;
}

static void
bend_before_directory (Archive *archive)
{
  append (archive->before_directory, "hidden", 6);
}

static void
bend_after_directory (Archive *archive)
{
  append (archive->after_directory, "hidden", 6);
}

static void
bend_needless_locator (Archive *archive)
{
  guint8 locator[PAL_ZIP_LOCATOR_BYTES] = { 0 };

  pal_zip_put32 (locator, PAL_ZIP_LOCATOR);
  append (archive->after_directory, locator, sizeof locator);
}

static void
bend_count_more (Archive *archive)
{
  archive->count_off = 1;
}

static void
bend_count_less (Archive *archive)
{
  archive->count_off = -1;
}

static void
bend_directory_offset (Archive *archive)
{
  archive->directory_off = -1;
}

static void
bend_disk (Archive *archive)
{
  archive->disk = 1;
}

static void
bend_reversed (Archive *archive)
{
  archive->reversed_directory = TRUE;
}

static void
bend_gap (Archive *archive)
{
  find_item (archive, PDF)->gap_before = 1;
}

static void
bend_hidden (Archive *archive)
{
  add_text (archive, "data/hidden", "x")->hidden = TRUE;
}

static void
bend_hidden_first (Archive *archive)
{
  Item *item = add_text (archive, "data/hidden", "x");

  item->hidden = TRUE;
  g_ptr_array_steal_index (archive->items, archive->items->len - 1);
  g_ptr_array_insert (archive->items, 0, item);
}

static void
bend_shared (Archive *archive)
{
  Item *item = add_text (archive, "data/again", "%PDF-1.7");

  for (guint i = 0; i < archive->items->len; i++)
    if (g_ptr_array_index (archive->items, i) == find_item (archive, PDF))
      item->shares = i;
}

static void
bend_local_name (Archive *archive)
{
  find_item (archive, PDF)->local_name = g_strdup ("data/attachments/low.pdf");
}

static void
bend_local_method (Archive *archive)
{
  find_item (archive, PDF)->local_method = 8;
}

static void
bend_local_flags (Archive *archive)
{
  find_item (archive, PDF)->local_flags = PAL_ZIP_FLAG_UTF8;
}

static void
bend_local_crc (Archive *archive)
{
  find_item (archive, PDF)->local_crc ^= 1;
}

static void
bend_local_size (Archive *archive)
{
  find_item (archive, PDF)->local_size += 1;
}

static void
bend_crc (Archive *archive)
{
  find_item (archive, PDF)->crc ^= 1;
  find_item (archive, PDF)->local_crc ^= 1;
}

static void
bend_stored_descriptor (Archive *archive)
{
  describe_item (find_item (archive, PDF), 16);
}

static void
bend_descriptor (Archive *archive, guint length)
{
  Item *item = find_item (archive, PDF);

  deflate_item (item);
  describe_item (item, length);
}

static void
bend_descriptor12 (Archive *archive)
{
  bend_descriptor (archive, 12);
}

static void
bend_descriptor16 (Archive *archive)
{
  bend_descriptor (archive, 16);
}

static void
bend_descriptor20 (Archive *archive)
{
  bend_descriptor (archive, 20);
}

static void
bend_descriptor24 (Archive *archive)
{
  bend_descriptor (archive, 24);
}

static void
bend_descriptor_crc (Archive *archive)
{
  bend_descriptor (archive, 16);
  find_item (archive, PDF)->descriptor_crc ^= 1;
}

static void
bend_descriptor_size (Archive *archive)
{
  bend_descriptor (archive, 16);
  find_item (archive, PDF)->local_size = 1;
}

static void
bend_descriptor_missing (Archive *archive)
{
  bend_descriptor (archive, 16);
  find_item (archive, PDF)->descriptor = 0;
}

static void
bend_deflated (Archive *archive)
{
  for (guint i = 1; i < archive->items->len; i++)
    deflate_item (g_ptr_array_index (archive->items, i));
}

static void
bend_deflate_stream (Archive *archive)
{
  Item *item = find_item (archive, XML);
  guint8 *bytes;
  gsize length;

  deflate_item (item);
  length = g_bytes_get_size (item->content);
  bytes = g_memdup2 (g_bytes_get_data (item->content, NULL), length);
  bytes[0] = 0xff;
  g_bytes_unref (item->content);
  item->content = g_bytes_new_take (bytes, length);
}

static void
bend_deflate_tail (Archive *archive)
{
  Item *item = find_item (archive, XML);
  g_autoptr (GByteArray) longer = g_byte_array_new ();

  deflate_item (item);
  append_bytes (longer, item->content);
  append (longer, "hidden", 6);
  g_bytes_unref (item->content);
  item->content = g_bytes_new (longer->data, longer->len);
}

static void
bend_deflate_size (Archive *archive, int by)
{
  Item *item = find_item (archive, XML);

  deflate_item (item);
  item->size += by;
  item->local_size += by;
}

static void
bend_deflate_larger (Archive *archive)
{
  bend_deflate_size (archive, -1);
}

static void
bend_deflate_smaller (Archive *archive)
{
  bend_deflate_size (archive, 1);
}

static void
bend_stored_sizes (Archive *archive)
{
  find_item (archive, PDF)->size -= 1;
  find_item (archive, PDF)->local_size -= 1;
}

static void
bend_method (Archive *archive)
{
  find_item (archive, PDF)->method = find_item (archive, PDF)->local_method = 12;
}

static void
bend_flag (Archive *archive, guint16 flag)
{
  find_item (archive, PDF)->flags |= flag;
  find_item (archive, PDF)->local_flags |= flag;
}

static void
bend_encrypted (Archive *archive)
{
  bend_flag (archive, 1);
}

static void
bend_strong (Archive *archive)
{
  bend_flag (archive, 1 << 6);
}

static void
bend_masked (Archive *archive)
{
  bend_flag (archive, 1 << 13);
}

static void
bend_level (Archive *archive)
{
  deflate_item (find_item (archive, PDF));
  bend_flag (archive, 2);
}

static void
bend_mode (Archive *archive, guint32 mode)
{
  for (guint i = 0; i < archive->items->len; i++)
    ((Item *) g_ptr_array_index (archive->items, i))->attributes = mode << 16;
}

static void
bend_link (Archive *archive)
{
  bend_mode (archive, 0120777);
}

static void
bend_folder (Archive *archive)
{
  bend_mode (archive, 040755);
}

static void
bend_device (Archive *archive)
{
  bend_mode (archive, 020666);
}

static void
bend_setuid (Archive *archive)
{
  bend_mode (archive, 0104755);
}

static void
bend_sticky (Archive *archive)
{
  bend_mode (archive, 0101644);
}

static void
bend_executable (Archive *archive)
{
  bend_mode (archive, 0100755);
}

static void
bend_no_kind (Archive *archive)
{
  bend_mode (archive, 0600);
}

static void
bend_one_mode (Archive *archive)
{
  find_item (archive, PDF)->attributes = 0100755u << 16;
}

static void
bend_dos (Archive *archive)
{
  for (guint i = 0; i < archive->items->len; i++)
    {
      ((Item *) g_ptr_array_index (archive->items, i))->made_by = 20;
      ((Item *) g_ptr_array_index (archive->items, i))->attributes = 0x20;
    }
}

static void
bend_dos_folder (Archive *archive)
{
  find_item (archive, PDF)->made_by = 20;
  find_item (archive, PDF)->attributes = 0x10;
}

static void
bend_item_comment (Archive *archive)
{
  find_item (archive, PDF)->comment = "hidden";
}

static void
bend_extra (Archive *archive, const char *bytes, gsize length)
{
  find_item (archive, PDF)->central_extra = g_bytes_new (bytes, length);
  find_item (archive, PDF)->local_extra = g_bytes_new (bytes, length);
}

static void
bend_time_extra (Archive *archive)
{
  bend_extra (archive, "UT\x05\x00\x01\x00\x00\x00\x00", 9);
}

static void
bend_unicode_path (Archive *archive)
{
  bend_extra (archive, "up\x06\x00\x01\x00\x00\x00\x00x", 10);
}

static void
bend_broken_extra (Archive *archive)
{
  bend_extra (archive, "UT\x06\x00\x01\x00\x00\x00\x00", 9);
}

static void
bend_needless_large (Archive *archive)
{
  bend_extra (archive, "\x01\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00", 12);
}

static void
bend_duplicate (Archive *archive)
{
  add_text (archive, PDF, "other");
}

static void
bend_case (Archive *archive)
{
  add_text (archive, "data/attachments/LAW.pdf", "other");
}

static void
bend_file_and_folder (Archive *archive)
{
  add_text (archive, PDF "/x", "other");
}

static void
bend_up (Archive *archive)
{
  add_text (archive, "data/../../x", "other");
}

static void
bend_absolute (Archive *archive)
{
  add_text (archive, "/tmp/x", "other");
}

static void
bend_bidi (Archive *archive)
{
  add_text (archive, "data/a\u202efdp.exe", "other");
}

static void
bend_decomposed (Archive *archive)
{
  add_text (archive, "data/re\u0301sume\u0301", "other");
}

static void
bend_folder_entry (Archive *archive)
{
  add_text (archive, "data/attachments/", "");
}

static void
bend_no_utf8 (Archive *archive)
{
  find_item (archive, XML)->flags = find_item (archive, XML)->local_flags = 0;
}

static void
bend_name_nul (Archive *archive)
{
  Item *item = find_item (archive, PDF);

  /* A name that ends early for those who go by C strings: written with a control character here. */
  g_free (item->name);
  item->name = g_strdup ("data/attachments/law\x01.pdf");
}

static void
bend_dense (Archive *archive)
{
  g_autofree char *zeros = g_strnfill (2 * 1024 * 1024, '0');

  deflate_item (add_text (archive, "data/zeros", zeros));
}

static void
bend_many (Archive *archive)
{
  for (guint i = archive->items->len; i <= PAL_PACKAGE_MAX_ENTRIES; i++)
    {
      g_autofree char *name = g_strdup_printf ("data/many/%u", i);

      add_text (archive, name, "x");
    }
}

static void
bend_mimetype_last (Archive *archive)
{
  Item *item = g_ptr_array_steal_index (archive->items, 0);

  g_ptr_array_add (archive->items, item);
}

static void
bend_mimetype_missing (Archive *archive)
{
  remove_item (archive, "mimetype");
}

static void
bend_mimetype_deflated (Archive *archive)
{
  deflate_item (find_item (archive, "mimetype"));
}

static void
bend_mimetype_extra (Archive *archive)
{
  find_item (archive, "mimetype")->local_extra = g_bytes_new ("UT\x01\x00\x01", 5);
}

static void
bend_mimetype_other (Archive *archive)
{
  set_content (find_item (archive, "mimetype"), "application/vnd.etsi.asic-s+zip");
}

static void
bend_mimetype_newline (Archive *archive)
{
  set_content (find_item (archive, "mimetype"), PAL_PACKAGE_MIMETYPE "\n");
}

static void
bend_top_level (Archive *archive)
{
  add_text (archive, "autorun.inf", "x");
}

static void
bend_meta_inf (Archive *archive)
{
  add_text (archive, "META-INF/MANIFEST.MF", "x");
}

static void
bend_meta_inf_case (Archive *archive)
{
  add_text (archive, "meta-inf/signature002.p7s", "x");
}

static void
bend_timestamp (Archive *archive)
{
  add_text (archive, "META-INF/timestamp001.tst", "x");
}

static void
bend_archive_manifest (Archive *archive)
{
  add_text (archive, "META-INF/ASiCArchiveManifest001.xml", "<x/>");
}

static void
bend_bagit_missing (Archive *archive)
{
  remove_item (archive, "bagit.txt");
}

static void
bend_bagit_version (Archive *archive)
{
  set_content (find_item (archive, "bagit.txt"),
               "BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n");
}

static void
bend_bag_missing (Archive *archive)
{
  remove_item (archive, "manifest-sha256.txt");
}

static void
bend_manifest_missing (Archive *archive)
{
  remove_item (archive, "META-INF/ASiCManifest001.xml");
}

static void
bend_signature_missing (Archive *archive)
{
  remove_item (archive, "META-INF/signature001.p7s");
}

static void
bend_both_missing (Archive *archive)
{
  bend_manifest_missing (archive);
  bend_signature_missing (archive);
}

static void
bend_signature_junk (Archive *archive)
{
  set_content (find_item (archive, "META-INF/signature001.p7s"), "junk");
}

static void
bend_signature_empty (Archive *archive)
{
  set_content (find_item (archive, "META-INF/signature001.p7s"), "");
}

static void
bend_signature_number (Archive *archive)
{
  Item *item = find_item (archive, "META-INF/signature001.p7s");

  g_free (item->name);
  item->name = g_strdup ("META-INF/signature002.p7s");
}

static void
bend_both_numbers (Archive *archive)
{
  Item *item = find_item (archive, "META-INF/ASiCManifest001.xml");

  bend_signature_number (archive);
  g_free (item->name);
  item->name = g_strdup ("META-INF/ASiCManifest002.xml");
}

static void
bend_other_signature (Archive *archive)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("something else", 14);
  g_autoptr (GBytes) signature = pal_cms_sign (expert, content, NULL);
  Item *item = find_item (archive, "META-INF/signature001.p7s");

  g_bytes_unref (item->content);
  item->content = g_bytes_ref (signature);
  item->size = item->local_size = g_bytes_get_size (signature);
  item->crc = item->local_crc
      = crc32_z (0, g_bytes_get_data (signature, NULL), g_bytes_get_size (signature));
}

static void
bend_manifest_space (Archive *archive)
{
  Item *item = find_item (archive, "META-INF/ASiCManifest001.xml");
  g_autofree char *text = g_strndup (g_bytes_get_data (item->content, NULL), item->size);
  g_autofree char *longer = g_strconcat (text, "\n", NULL);

  set_content (item, longer);
}

static void
bend_payload (Archive *archive)
{
  set_content (find_item (archive, PDF), "%PDF-1.8");
}

static void
bend_payload_shorter (Archive *archive)
{
  set_content (find_item (archive, PDF), "");
}

static void
bend_payload_missing (Archive *archive)
{
  remove_item (archive, PDF);
}

static void
bend_payload_more (Archive *archive)
{
  add_text (archive, "data/more", "x");
}

static void
bend_bag_info (Archive *archive)
{
  set_content (find_item (archive, "bag-info.txt"), "Payload-Oxum: 1.1\n");
}

static void
bend_bag_info_missing (Archive *archive)
{
  remove_item (archive, "bag-info.txt");
}

static void
test_hostile (void)
{
  static const struct
  {
    const char *title;
    void (*bend) (Archive *archive);
    int code;
  } rows[] = {
    { "as it is", bend_nothing, 0 },
    { "no comment", bend_no_comment, 0 },
    { "another comment", bend_other_comment, 3 },
    { "a longer comment", bend_long_comment, 3 },
    { "a comment that holds an end record", bend_comment_with_end, 3 },
    { "bytes behind the end", bend_suffix, 3 },
    { "two end records", bend_second_end, 3 },
    { "bytes before the first entry", bend_prefix, 3 },
    { "bytes before the first entry, counted", bend_counted_prefix, 3 },
    { "bytes before the directory", bend_before_directory, 3 },
    { "bytes behind the directory", bend_after_directory, 3 },
    { "a locator for nothing", bend_needless_locator, 3 },
    { "one entry more counted", bend_count_more, 3 },
    { "one entry less counted", bend_count_less, 3 },
    { "directory elsewhere", bend_directory_offset, 3 },
    { "several disks", bend_disk, 3 },
    { "directory in another order", bend_reversed, 3 },
    { "gap between entries", bend_gap, 3 },
    { "hidden entry", bend_hidden, 3 },
    { "hidden entry first", bend_hidden_first, 3 },
    { "two names for one entry", bend_shared, 3 },
    { "another name in the header", bend_local_name, 3 },
    { "another method in the header", bend_local_method, 3 },
    { "other flags in the header", bend_local_flags, 3 },
    { "another checksum in the header", bend_local_crc, 3 },
    { "another size in the header", bend_local_size, 3 },
    { "wrong checksum twice", bend_crc, 3 },
    { "descriptor on a stored entry", bend_stored_descriptor, 3 },
    { "descriptor", bend_descriptor12, 0 },
    { "descriptor with signature", bend_descriptor16, 0 },
    { "large descriptor", bend_descriptor20, 0 },
    { "large descriptor with signature", bend_descriptor24, 0 },
    { "descriptor with another checksum", bend_descriptor_crc, 3 },
    { "descriptor and another size in the header", bend_descriptor_size, 3 },
    { "descriptor missing", bend_descriptor_missing, 3 },
    { "all deflated", bend_deflated, 0 },
    { "broken stream", bend_deflate_stream, 3 },
    { "bytes behind the stream", bend_deflate_tail, 3 },
    { "stream longer than it says", bend_deflate_larger, 3 },
    { "stream shorter than it says", bend_deflate_smaller, 3 },
    { "stored with two sizes", bend_stored_sizes, 3 },
    { "bzip2", bend_method, 3 },
    { "encrypted", bend_encrypted, 3 },
    { "strongly encrypted", bend_strong, 3 },
    { "masked", bend_masked, 3 },
    { "level flags", bend_level, 0 },
    { "symbolic links", bend_link, 3 },
    { "folders", bend_folder, 3 },
    { "devices", bend_device, 3 },
    { "setuid", bend_setuid, 3 },
    { "sticky", bend_sticky, 3 },
    { "executable", bend_executable, 0 },
    { "mode without a kind", bend_no_kind, 0 },
    { "one entry with another mode", bend_one_mode, 3 },
    { "from DOS", bend_dos, 0 },
    { "folder from DOS", bend_dos_folder, 3 },
    { "entry with a comment", bend_item_comment, 3 },
    { "extra field with a time", bend_time_extra, 0 },
    { "extra field with another name", bend_unicode_path, 3 },
    { "extra field too short", bend_broken_extra, 3 },
    { "64-bit sizes for nothing", bend_needless_large, 3 },
    { "one name twice", bend_duplicate, 3 },
    { "one name in two cases", bend_case, 3 },
    { "file and folder", bend_file_and_folder, 3 },
    { "name that goes up", bend_up, 3 },
    { "absolute name", bend_absolute, 3 },
    { "name that runs backwards", bend_bidi, 3 },
    { "decomposed name", bend_decomposed, 3 },
    { "folder entry", bend_folder_entry, 3 },
    { "name in an unknown encoding", bend_no_utf8, 3 },
    { "control character in a name", bend_name_nul, 3 },
    { "packed too densely", bend_dense, 4 },
    { "too many entries", bend_many, 4 },
    { "mimetype last", bend_mimetype_last, 3 },
    { "mimetype missing", bend_mimetype_missing, 3 },
    { "mimetype deflated", bend_mimetype_deflated, 3 },
    { "mimetype with an extra field", bend_mimetype_extra, 3 },
    { "another mimetype", bend_mimetype_other, 3 },
    { "mimetype with a newline", bend_mimetype_newline, 3 },
    { "file at the top", bend_top_level, 3 },
    { "file in META-INF", bend_meta_inf, 3 },
    { "another META-INF", bend_meta_inf_case, 3 },
    { "timestamp", bend_timestamp, 0 },
    { "manifest of an extended container", bend_archive_manifest, 0 },
    { "bagit.txt missing", bend_bagit_missing, 3 },
    { "another BagIt", bend_bagit_version, 3 },
    { "bag manifest missing", bend_bag_missing, 3 },
    { "manifest missing", bend_manifest_missing, 3 },
    { "signature missing", bend_signature_missing, 3 },
    { "manifest and signature missing", bend_both_missing, 2 },
    { "signature of junk", bend_signature_junk, 3 },
    { "empty signature", bend_signature_empty, 3 },
    { "signature with another number", bend_signature_number, 3 },
    { "manifest and signature with another number", bend_both_numbers, 3 },
    { "signature over something else", bend_other_signature, 2 },
    { "newline behind the manifest", bend_manifest_space, 2 },
    { "other content", bend_payload, 2 },
    { "no content", bend_payload_shorter, 2 },
    { "file missing", bend_payload_missing, 2 },
    { "file more", bend_payload_more, 2 },
    { "other bag-info.txt", bend_bag_info, 2 },
    { "bag-info.txt missing", bend_bag_info_missing, 2 },
  };
  g_autofree char *good = in_folder ("good.asice");
  g_autofree char *path = in_folder ("hostile.asice");

  write_good (good, expert);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Archive) archive = archive_from (good);

      rows[i].bend (archive);
      build (archive, path);
      assert_code (path, rows[i].code, rows[i].title);
    }
}

static void
test_truncated (void)
{
  g_autofree char *good = in_folder ("good.asice");
  g_autofree char *path = in_folder ("short.asice");
  g_autoptr (GBytes) bytes = NULL;
  gsize length = 0;
  const guint8 *data;

  write_good (good, expert);
  bytes = read_file (good);
  data = g_bytes_get_data (bytes, &length);
  for (gsize i = 0; i < length; i += i < length - 200 ? 37 : 1)
    {
      write_file (path, data, i);
      assert_code (path, 3, "shortened");
    }
}

/* Answers as they are: words that come again, which deflate has many ways to say. */
static void
write_packed (const char *path)
{
  static const char json[] = "{\"kind\":\"submission\",\"id\":\"1\"}";
  static const char *const words[] = { "law", "article", "yes", "in part", "police", "court" };
  g_autoptr (GError) error = NULL;
  g_autoptr (PalPackageWriter) writer = pal_package_writer_new (path, &error);
  g_autoptr (GRand) chance = g_rand_new_with_seed (7);
  g_autoptr (GString) text = g_string_new ("<answers>");

  g_assert_no_error (error);
  for (guint i = 0; i < 2500; i++)
    g_string_append_printf (text, "<a>%s</a>",
                            words[g_rand_int_range (chance, 0, G_N_ELEMENTS (words))]);
  pal_package_writer_add_bytes (writer, "data/package.json", "application/json", json,
                                strlen (json), &error);
  pal_package_writer_add_bytes (writer, "data/instances/1.xml", "application/xml", text->str,
                                text->len, &error);
  g_assert_no_error (error);
  pal_package_writer_finish (writer, "urn:uuid:1", "Practicia", expert, &error);
  g_assert_no_error (error);
}

/* One bit, in every byte and then anywhere: each change is seen, wherever it is. */
static void
test_any_byte (void)
{
  g_autofree char *path = in_folder ("flipped.asice");
  g_autoptr (GBytes) bytes = NULL;
  gsize length = 0;
  const guint8 *data;
  int fd;

  write_packed (path);
  assert_code (path, 0, "as it is");
  bytes = read_file (path);
  data = g_bytes_get_data (bytes, &length);
  fd = g_open (path, O_RDWR | O_CLOEXEC, 0);

  for (gsize i = 0; i < MAX (length, N_FLIPS); i++)
    {
      gsize place = i < length ? i : (gsize) g_test_rand_int_range (0, (gint32) length);
      guint8 bent = data[place] ^ (1 << g_test_rand_int_range (0, 8));
      g_autoptr (PalVerification) verification = NULL;

      g_assert_cmpint (pwrite (fd, &bent, 1, place), ==, 1);
      verification = pal_package_verify (path, trust, 0, 0, NULL);
      /* A counter may also come to say that a limit is passed. */
      if (verification->code < 2 || verification->code > 4)
        g_error ("byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT ": code %d", place, length,
                 verification->code);
      g_assert_cmpint (pwrite (fd, data + place, 1, place), ==, 1);
    }
  close (fd);
  assert_code (path, 0, "as it is again");
}

/* Who packs the same content in another way has changed nothing. */
static void
test_packed_anew (void)
{
  g_autofree char *good = in_folder ("good.asice");
  g_autofree char *path = in_folder ("anew.asice");
  g_autoptr (Archive) archive = NULL;

  write_packed (good);
  archive = archive_from (good);
  build (archive, path);
  assert_code (path, 0, "stored");
  deflate_item (find_item (archive, "manifest-sha256.txt"));
  build (archive, path);
  assert_code (path, 0, "another one deflated");
}

/* Two signatures, of which the second does not hold: the first is no excuse. */
static void
test_one_of_two (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = in_folder ("two.asice");
  g_autofree char *bent = in_folder ("two-bent.asice");
  g_autoptr (Archive) archive = NULL;
  g_autoptr (Archive) less = NULL;

  write_good (path, expert);
  g_assert_true (pal_package_sign (path, path, focal_point, NULL, &error));
  archive = archive_from (path);
  set_content (find_item (archive, "META-INF/signature002.p7s"), "junk");
  build (archive, bent);
  assert_code (bent, 3, "second signature of junk");

  /* Taking the first signature away is noticed, since the second one saw it. */
  less = archive_from (path);
  bend_both_missing (less);
  build (less, bent);
  assert_code (bent, 2, "first signature taken away");
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  fixture_begin ();

  g_test_add_func ("/package/hostile", test_hostile);
  g_test_add_func ("/package/truncated", test_truncated);
  g_test_add_func ("/package/any-byte", test_any_byte);
  g_test_add_func ("/package/packed-anew", test_packed_anew);
  g_test_add_func ("/package/one-of-two", test_one_of_two);
  result = g_test_run ();

  fixture_end ();

  return result;
}
