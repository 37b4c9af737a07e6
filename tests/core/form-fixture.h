// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-form.h"

#include <string.h>

/* A small form: what stands in the model besides its texts, and the body. Line 1 ends before the
 * model's content begins, so that lines can be told. */
static inline char *
form_text (const char *model, const char *body)
{
  return g_strconcat ("<h:html xmlns='http://www.w3.org/2002/xforms' "
                      "xmlns:h='http://www.w3.org/1999/xhtml' "
                      "xmlns:jr='http://openrosa.org/javarosa' "
                      "xmlns:orx='http://openrosa.org/xforms' "
                      "xmlns:odk='http://www.opendatakit.org/xforms' "
                      "xmlns:p='https://palermo.app/ns/form'>"
                      "<h:head><h:title>A form</h:title><model>\n",
                      model, "\n</model></h:head><h:body>", body, "</h:body></h:html>", NULL);
}

static inline PalForm *
try_form (const char *model, const char *body, GPtrArray **problems, GError **error)
{
  g_autofree char *text = form_text (model, body);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return pal_form_load_listing (bytes, "f.xml", NULL, problems, error);
}

static inline PalForm *
make_form (const char *model, const char *body)
{
  g_autoptr (GError) error = NULL;
  PalForm *form = try_form (model, body, NULL, &error);

  g_assert_no_error (error);
  return form;
}
