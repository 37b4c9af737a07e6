// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-response.h"

#include "form-fixture.h"

#define INPUT(path) "<input ref='" path "'><label>?</label></input>"

static inline PalResponse *
start (const char *model, const char *body)
{
  g_autoptr (PalForm) form = make_form (model, body);
  g_autoptr (GError) error = NULL;
  PalResponse *response = pal_response_new (form, &error);

  g_assert_no_error (error);
  return response;
}

static inline PalNode *
at (PalResponse *response, const char *path)
{
  PalNode *node = pal_response_find (response, path);

  if (node == NULL)
    g_error ("there is no %s", path);
  return node;
}

static inline void
answer (PalResponse *response, const char *path, const char *value)
{
  g_autoptr (GError) error = NULL;

  pal_response_set_value (response, at (response, path), value, &error);
  g_assert_no_error (error);
}

static inline const PalNodeState *
state (PalResponse *response, const char *path)
{
  return pal_response_get_state (response, at (response, path));
}

#define assert_value(response, path, expected)                                                     \
  g_assert_cmpstr (pal_response_get_value (response, at (response, path)), ==, expected)

static inline PalNode *
add_row (PalResponse *response, const char *generic, const char *parent)
{
  g_autoptr (GError) error = NULL;
  PalFormNode *repeat = pal_form_find_node (pal_response_get_form (response), generic);
  PalNode *row = pal_response_add_row (response, repeat,
                                       parent != NULL ? at (response, parent) : NULL, NULL, &error);

  g_assert_no_error (error);
  return row;
}

static inline void
remove_row (PalResponse *response, const char *path)
{
  g_autoptr (GError) error = NULL;

  pal_response_remove_row (response, at (response, path), &error);
  g_assert_no_error (error);
}

static inline char *
dup_xml (PalResponse *response)
{
  g_autoptr (GBytes) bytes = pal_response_serialise (response);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static inline void
assert_xml (PalResponse *response, const char *expected)
{
  g_autofree char *xml = dup_xml (response);

  g_assert_cmpstr (xml, ==, expected);
}

#define LAWS                                                                                       \
  "<instance><data id='f'><law jr:template=''><_id/><n/><cost/><share/><part "                     \
  "jr:template=''><page/></part></law><end/><count/><total/></data></instance>"                    \
  "<bind nodeset='/data/count' type='int' calculate='count(/data/law)'/>"                          \
  "<bind nodeset='/data/total' calculate='sum(/data/law/cost)'/>"                                  \
  "<bind nodeset='/data/law/n' calculate='position(..)'/>"                                         \
  "<bind nodeset='/data/law/share' calculate='round(../cost div /data/total * 100)'/>"

#define LAWS_BODY                                                                                  \
  "<repeat nodeset='/data/law'>"                                                                   \
  "<setvalue ref='/data/law/_id' event='odk-instance-first-load odk-new-repeat' "                  \
  "value='uuid()'/>" INPUT ("/data/law/cost") "<repeat nodeset='/data/law/part'>" INPUT (          \
      "/data/law/part/page") "</repeat></repeat>"
