// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pal-catalogue.h"
#include "pal-kit.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* pal-kit-definition.c tells the page what the form is, pal-kit-rules.c writes the form's rules as
 * JavaScript, -context.c gives the questions that it is about, -words.c what the page says itself,
 * -make.c puts it together. -read.c reads what comes back, -place.c finds the place of each answer,
 * -text.c decodes. */

/* pal-kit-definition.c: members "nodes", "page", "lists", "title". */
gboolean pal_kit_add_definition (JsonBuilder *builder, const PalKitOrder *order,
                                 const char *language, GError **error);
/* pal-kit-rules.c */
char *pal_kit_dup_rules (PalForm *form, GError **error);
/* pal-kit-definition.c: what stands in a new record already. */
char *pal_kit_dup_first_value (const PalKitOrder *order, PalFormNode *node);
gboolean pal_kit_is_offered (const PalKitOrder *order, PalFormNode *node, const char *value);

/* pal-kit-context.c: member "context". */
void pal_kit_add_context (JsonBuilder *builder, const PalKitOrder *order);

/* pal-kit-words.c: a language's catalogue, NULL for English, and a text in it, else the text. */
gboolean pal_kit_load_words (const char *language, PalCatalogue **catalogue, GError **error);
const char *pal_kit_find_word (PalCatalogue *catalogue, const char *english);
/* Member "words". */
gboolean pal_kit_add_words (JsonBuilder *builder, const char *language, GError **error);
/* pal-kit-make.c: "zh-CN" and "zh_CN.UTF-8" are the catalogue "zh_CN". */
char *pal_kit_dup_language (const char *language);

/* pal-kit-lists.c: the choices of a control, without regard to conditions. */
typedef struct
{
  char *value;
  char *label;
  PalNode *item; /* (unowned) (nullable): in the form's document: its columns */
} PalKitChoice;
GPtrArray *pal_kit_dup_choices (PalForm *form, PalFormControl *control, const char *language);

/* pal-kit-text.c: octets in whatever encoding -> XML in UTF-8 without declaration. */
GBytes *pal_kit_decode (GBytes *bytes, char **guessed, GError **error);
/* What the check sum is made of: the answers, one a line, not how they are written. */
char *pal_kit_dup_content_digest (PalNode *root, PalNode *kit);

/* pal-kit-place.c */
void pal_kit_remark (PalKitInput *input, PalKitRemarkKind kind, const char *path, const char *text);
gboolean pal_kit_place (PalKitInput *input, PalForm *form, PalNode *root, GError **error);

G_END_DECLS
