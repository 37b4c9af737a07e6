// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-office"

#include "config.h"

#include "pal-office-private.h"

GBytes *
pal_office_pdf_make (PalOfficeModel *model, GError **error)
{
  g_set_error_literal (error, PAL_KIT_ERROR, PAL_KIT_ERROR_FORM, "not made as pdf");

  return NULL;
}
