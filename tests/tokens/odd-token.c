// SPDX-License-Identifier: GPL-3.0-or-later

/* A PKCS#11 library that does what SoftHSM2 does, and where SoftHSM2 has no manners of a card, what
 * a card would do: it counts wrong PINs and locks, has a keypad, is pulled out in the middle. In
 * the environment, PALERMO_ODD_TOKEN_ and:
 *   REAL    path of SoftHSM2's library
 *   LOG     each PIN that it is asked to look at becomes a line of this file: "right" or "wrong";
 *           three wrong ones in a row lock it, in whatever process
 *   KEYPAD  a PIN: it is typed on the reader; "cancel": the person says no there
 *   PULL    at which call it is pulled out: "init" or "sign"
 *   FOLDER  it is pulled out by renaming this folder of SoftHSM2 to
 *   AWAY    that one; without: by what a reader says then
 *   SPOIL   set: a bit of each signature is wrong */

#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WRONG 3

static CK_FUNCTION_LIST *real;
static CK_FUNCTION_LIST odd;
static int is_out;

/* How many wrong ones there were since the last right one. */
static int
count_wrong (void)
{
  const char *path = getenv ("PALERMO_ODD_TOKEN_LOG");
  FILE *log = path != NULL ? fopen (path, "r") : NULL;
  char line[16];
  int n = 0;

  if (log == NULL)
    return 0;
  while (fgets (line, sizeof line, log) != NULL)
    n = strcmp (line, "wrong\n") == 0 ? n + 1 : 0;
  fclose (log);

  return n;
}

static void
note (const char *what)
{
  const char *path = getenv ("PALERMO_ODD_TOKEN_LOG");
  FILE *log = path != NULL ? fopen (path, "a") : NULL;

  if (log == NULL)
    return;
  fprintf (log, "%s\n", what);
  fclose (log);
}

static CK_RV
odd_get_token_info (CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
  CK_RV result = is_out ? CKR_TOKEN_NOT_PRESENT : real->C_GetTokenInfo (slot, info);
  int n = count_wrong ();

  if (result != CKR_OK)
    return result;
  info->flags &= ~(CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED);
  info->flags |= n > 0 ? CKF_USER_PIN_COUNT_LOW : 0;
  info->flags |= n == MAX_WRONG - 1 ? CKF_USER_PIN_FINAL_TRY : 0;
  info->flags |= n >= MAX_WRONG ? CKF_USER_PIN_LOCKED : 0;
  if (getenv ("PALERMO_ODD_TOKEN_KEYPAD") != NULL)
    info->flags |= CKF_PROTECTED_AUTHENTICATION_PATH;

  return CKR_OK;
}

static CK_RV
odd_login (CK_SESSION_HANDLE session, CK_USER_TYPE who, CK_UTF8CHAR *pin, CK_ULONG length)
{
  char *typed = getenv ("PALERMO_ODD_TOKEN_KEYPAD");
  CK_RV result;

  if (count_wrong () >= MAX_WRONG)
    return CKR_PIN_LOCKED;
  if (typed != NULL)
    {
      if (pin != NULL || length != 0)
        return CKR_ARGUMENTS_BAD;
      if (strcmp (typed, "cancel") == 0)
        return CKR_FUNCTION_CANCELED;
      pin = (CK_UTF8CHAR *) typed;
      length = strlen (typed);
    }
  result = real->C_Login (session, who, pin, length);
  if (result == CKR_OK || result == CKR_PIN_INCORRECT)
    note (result == CKR_OK ? "right" : "wrong");

  return result;
}

/* Returns what the reader says, or CKR_OK if SoftHSM2 shall find out by itself. */
static CK_RV
pull (const char *call)
{
  const char *when = getenv ("PALERMO_ODD_TOKEN_PULL");
  const char *folder = getenv ("PALERMO_ODD_TOKEN_FOLDER");
  const char *away = getenv ("PALERMO_ODD_TOKEN_AWAY");

  if (when == NULL || strcmp (when, call) != 0)
    return CKR_OK;
  if (folder == NULL || away == NULL)
    {
      is_out = 1;
      return CKR_DEVICE_REMOVED;
    }

  return rename (folder, away) == 0 ? CKR_OK : CKR_GENERAL_ERROR;
}

static CK_RV
odd_sign_init (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
  CK_RV result = pull ("init");

  return result != CKR_OK ? result : real->C_SignInit (session, mechanism, key);
}

static CK_RV
odd_sign (CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG length, CK_BYTE *signature,
          CK_ULONG *room)
{
  CK_RV result = pull ("sign");

  if (result == CKR_OK)
    result = real->C_Sign (session, data, length, signature, room);
  if (result == CKR_OK && signature != NULL && getenv ("PALERMO_ODD_TOKEN_SPOIL") != NULL)
    signature[*room / 2] ^= 1;

  return result;
}

__attribute__ ((visibility ("default"))) CK_RV
C_GetFunctionList (CK_FUNCTION_LIST **list)
{
  const char *path = getenv ("PALERMO_ODD_TOKEN_REAL");
  void *library = path != NULL ? dlopen (path, RTLD_NOW | RTLD_LOCAL) : NULL;
  CK_C_GetFunctionList get_real
      = library != NULL ? (CK_C_GetFunctionList) dlsym (library, "C_GetFunctionList") : NULL;

  if (get_real == NULL || get_real (&real) != CKR_OK)
    return CKR_GENERAL_ERROR;
  odd = *real;
  odd.C_GetTokenInfo = odd_get_token_info;
  odd.C_Login = odd_login;
  odd.C_SignInit = odd_sign_init;
  odd.C_Sign = odd_sign;
  *list = &odd;

  return CKR_OK;
}
