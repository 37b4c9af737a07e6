// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include "pal-catalogue.h"
#include "pal-form.h"
#include "pal-xlsform.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

/* Input: a PO file, as translators edit it, and merged into a form that has texts of all kinds. */

static const char form[]
    = "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "
      "xmlns:jr='http://openrosa.org/javarosa'><h:head><h:title>The form</h:title><model>"
      "<itext><translation lang='English (en)' default='true()'><text id='/data/a:label'><value>"
      "First <output value=' /data/b '/> of all</value></text><text id='/data/a:hint'><value>A hint"
      "</value><value form='guidance'>Guidance</value><value form='image'>jr://images/a.png</value>"
      "</text><text id='l-0'><value>Yes</value></text></translation><translation lang='x (ar)'>"
      "<text id='/data/a:label'><value>-</value></text></translation></itext>"
      "<instance><data id='f'><a/><b/><c/><g><d/></g></data></instance>"
      "<instance id='l'><root xmlns=''><item><name>y</name><itextId>l-0</itextId></item></root>"
      "</instance><bind nodeset='/data/a' constraint='. != 1' "
      "jr:constraintMsg='Not one' required='true()' jr:requiredMsg='Needed'/></model></h:head>"
      "<h:body><input ref='/data/a'><label ref=\"jr:itext('/data/a:label')\"/><hint "
      "ref=\"jr:itext('/data/a:hint')\"/></input><input ref='/data/b'><label>Second <output "
      "value=' /data/a '/></label><hint>Plain hint</hint></input><select1 ref='/data/c'>"
      "<label>Choose</label><itemset nodeset=\"instance('l')/root/item\"><value ref='name'/>"
      "<label ref='jr:itext(itextId)'/></itemset></select1><group ref='/data/g'><label>Group"
      "</label><input ref='/data/g/d'><label>Deep</label></input></group></h:body></h:html>";

static char *folder;
static char *path;

static void
clean (void)
{
  g_unlink (path);
  g_rmdir (folder);
}

static void
prepare (void)
{
  g_autoptr (GError) error = NULL;

  folder = g_dir_make_tmp ("palermo-fuzz-XXXXXX", &error);
  fuzz_check (folder != NULL);
  path = g_build_filename (folder, "ar.po", NULL);
  atexit (clean);
}

/* What is read can be written, and reads as the same again; every entry can be looked over. */
static void
edit (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PalCatalogue) catalogue
      = pal_catalogue_new_from_bytes (bytes, "ar.po", PAL_CATALOGUE_LOAD_DRAFT, &error);
  g_autoptr (PalCatalogue) again = NULL;
  g_autoptr (GBytes) written = NULL;
  g_autoptr (GBytes) twice = NULL;
  g_autoptr (GBytes) binary = NULL;
  guint n;

  if (catalogue == NULL)
    {
      fuzz_check_error (error);
      return;
    }
  n = g_list_model_get_n_items (G_LIST_MODEL (catalogue));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PalCatalogueEntry) entry = g_list_model_get_item (G_LIST_MODEL (catalogue), i);
      g_autoptr (GPtrArray) remarks = pal_catalogue_check_entry (catalogue, entry, NULL);

      fuzz_check (pal_catalogue_find (catalogue, pal_catalogue_entry_get_context (entry),
                                      pal_catalogue_entry_get_id (entry))
                  != NULL);
      for (guint k = 0; k < remarks->len; k++)
        fuzz_check (((PalRemark *) remarks->pdata[k])->index
                    < pal_catalogue_entry_get_n_translations (entry));
    }
  binary = pal_catalogue_write_binary (catalogue);
  fuzz_check (g_bytes_get_size (binary) >= 28);
  written = pal_catalogue_write (catalogue, &error);
  if (written == NULL)
    fuzz_fail (G_STRLOC, error->message);
  again = pal_catalogue_new_from_bytes (written, "ar.po", PAL_CATALOGUE_LOAD_DRAFT, &error);
  if (again == NULL)
    fuzz_fail (G_STRLOC, error->message);
  fuzz_check (g_list_model_get_n_items (G_LIST_MODEL (again)) == n);
  twice = pal_catalogue_write (again, &error);
  fuzz_check (twice != NULL && g_bytes_equal (written, twice));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = fuzz_watch ();
  g_autoptr (GBytes) source = g_bytes_new_static (form, strlen (form));
  g_autoptr (GBytes) made = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalForm) loaded = NULL;
  g_autoptr (GBytes) input = g_bytes_new (data, size);

  edit (input);
  if (folder == NULL)
    prepare ();
  fuzz_check (g_file_set_contents_full (path, (const char *) data, (gssize) size,
                                        G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  made = pal_xlsform_localize (source, "f.xml", folder, &error);
  if (made == NULL)
    {
      fuzz_check_error (error);
      return 0;
    }
  fuzz_check_xml (made);
  /* No translation can break a form, and to merge it twice changes nothing. */
  loaded = pal_form_load (made, "made.xml", &error);
  if (loaded == NULL)
    fuzz_fail (G_STRLOC, error->message);
  again = pal_xlsform_localize (made, "f.xml", folder, &error);
  fuzz_check (again != NULL);
  fuzz_check (g_bytes_equal (made, again));
  return 0;
}
