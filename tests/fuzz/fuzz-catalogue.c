// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "fuzz"

#include "fuzz.h"

#include "pal-form.h"
#include "pal-xlsform.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

/* Input: a PO file, merged into a form that has texts of all kinds. */

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

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (FuzzWatch) watch = fuzz_watch ();
  g_autoptr (GBytes) source = g_bytes_new_static (form, strlen (form));
  g_autoptr (GBytes) made = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalForm) loaded = NULL;

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
