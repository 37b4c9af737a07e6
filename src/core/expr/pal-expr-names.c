// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-expr"

#include "config.h"

#include "pal-expr-functions.h"

#include <string.h>

/* Names of months and days in the six languages of the United Nations. They follow the language of
 * the form, which need not be installed on the computer, so the C library cannot give them. */

typedef struct
{
  const char *code;
  const char *months[12];
  const char *short_months[12];
  const char *days[7]; /* Sunday first */
  const char *short_days[7];
} Names;

static const Names names[] = {
  { "en",
    { "January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December" },
    { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" },
    { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" },
    { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" } },
  { "fr",
    { "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
      "octobre", "novembre", "décembre" },
    { "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
      "déc." },
    { "dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi" },
    { "dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam." } },
  { "es",
    { "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
      "octubre", "noviembre", "diciembre" },
    { "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic" },
    { "domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado" },
    { "dom", "lun", "mar", "mié", "jue", "vie", "sáb" } },
  { "ru",
    { "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября",
      "октября", "ноября", "декабря" },
    { "янв.", "февр.", "мар.", "апр.", "мая", "июн.", "июл.", "авг.", "сент.", "окт.", "нояб.",
      "дек." },
    { "воскресенье", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота" },
    { "вс", "пн", "вт", "ср", "чт", "пт", "сб" } },
  { "zh",
    { "一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月",
      "十二月" },
    { "1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月" },
    { "星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六" },
    { "周日", "周一", "周二", "周三", "周四", "周五", "周六" } },
  { "ar",
    { "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر",
      "نوفمبر", "ديسمبر" },
    { "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر",
      "نوفمبر", "ديسمبر" },
    { "الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت" },
    { "أحد", "اثنين", "ثلاثاء", "أربعاء", "خميس", "جمعة", "سبت" } },
};

static const Names *
find_names (const char *language)
{
  const char *code = language;

  if (language == NULL)
    return &names[0];
  /* itext languages are written as "Français (fr)". */
  if (strrchr (language, '(') != NULL)
    code = strrchr (language, '(') + 1;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize length = strlen (names[i].code);

      if (g_ascii_strncasecmp (code, names[i].code, length) == 0 && !g_ascii_isalpha (code[length]))
        return &names[i];
    }
  return &names[0];
}

/* month: 1 to 12. English for languages that are not known. */
const char *
pal_expr_month_name (const char *language, guint month, gboolean is_short)
{
  const Names *found = find_names (language);

  g_return_val_if_fail (month >= 1 && month <= 12, "");
  return is_short ? found->short_months[month - 1] : found->months[month - 1];
}

/* day_of_week: 0 is Sunday. */
const char *
pal_expr_day_name (const char *language, guint day_of_week, gboolean is_short)
{
  const Names *found = find_names (language);

  g_return_val_if_fail (day_of_week < 7, "");
  return is_short ? found->short_days[day_of_week] : found->days[day_of_week];
}
