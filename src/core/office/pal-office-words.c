// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-office"

#include "config.h"

#include "pal-office-private.h"

#include <glib/gi18n-lib.h>

/* They speak the language of the order, whatever the program speaks, as those of a page do. */
static const char *const words[] = {
  [PAL_OFFICE_WORD_STATE] = N_ ("State under review: %s"),
  [PAL_OFFICE_WORD_HOW_TITLE] = N_ ("How to fill this in"),
  [PAL_OFFICE_WORD_HOW_XLSX]
  = N_ ("Write your answers into the light yellow cells. The other sheets of this workbook hold "
        "the questions. Nobody sees what you write until you send the file."),
  [PAL_OFFICE_WORD_HOW_DOCX]
  = N_ ("Write your answers into the right column of the tables. Nobody sees what you write until "
        "you send the file."),
  [PAL_OFFICE_WORD_HOW_PDF]
  = N_ ("Write on the lines. Take more sheets if there is not enough room, and write the code of "
        "the question beside each answer."),
  [PAL_OFFICE_WORD_HOW_SEND] = N_ ("Save the file and send it to the person who gave it to you, in "
                                   "a way that is safe for you."),
  [PAL_OFFICE_WORD_HOW_RETURN] = N_ ("Hand the sheets to the person who gave them to you, in a way "
                                     "that is safe for you."),
  [PAL_OFFICE_WORD_HOW_SEVERAL]
  = N_ ("Where several answers are possible, choose one, or write several with a semicolon (;) "
        "between them."),
  [PAL_OFFICE_WORD_HOW_TICK]
  = N_ ("Tick one box where there is a circle, and as many as you like where there is a square."),
  [PAL_OFFICE_WORD_HOW_DATE] = N_ ("Write a date as year, month and day: 2026-11-23."),
  [PAL_OFFICE_WORD_HOW_FILE]
  = N_ ("Write the name of the file here, and send the file together with this one."),
  [PAL_OFFICE_WORD_HOW_CODE]
  = N_ ("Please leave the grey codes as they are: they tell where each answer belongs. You may "
        "change the layout, and leave out what you do not wish to answer."),
  /* TRANSLATORS: head of a column with codes such as "about.title" */
  [PAL_OFFICE_WORD_CODE] = N_ ("Code"),
  [PAL_OFFICE_WORD_QUESTION] = N_ ("Question"),
  /* TRANSLATORS: head of a column with explanations of questions */
  [PAL_OFFICE_WORD_HELP] = N_ ("Explanation"),
  [PAL_OFFICE_WORD_ANSWER] = N_ ("Your answer"),
  /* TRANSLATORS: head of a column with the numbers of questions or rows; keep it short */
  [PAL_OFFICE_WORD_NUMBER] = N_ ("No."),
  [PAL_OFFICE_WORD_REQUIRED] = N_ ("(required)"),
  [PAL_OFFICE_WORD_CHOOSE] = N_ ("Choose…"),
  [PAL_OFFICE_WORD_ENTRY] = N_ ("Entry %d"),
  [PAL_OFFICE_WORD_ENTRIES]
  = N_ ("One row for each. Rows that you do not need stay empty; you may add more below."),
  [PAL_OFFICE_WORD_CONTEXT] = N_ ("Questions that the State answers"),
  [PAL_OFFICE_WORD_CONTEXT_HINT]
  = N_ ("They are here for reading. If you know to which of them a point belongs, write its number "
        "with the point."),
};
G_STATIC_ASSERT (G_N_ELEMENTS (words) == PAL_OFFICE_N_WORDS);

const char *
pal_office_get_english (PalOfficeWord word)
{
  g_return_val_if_fail (word < PAL_OFFICE_N_WORDS, "");

  return words[word];
}
