// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "app-fixture.h"
#include "pal-delivery-file.h"
#include "pal-delivery-row.h"
#include "pal-outbox.h"
#include "pal-paths.h"
#include "pal-session.h"
#include "session-fixture.h"

#include <string.h>
#include <sys/stat.h>

/* Deliveries as the dossier and the folder of an archive left them: what a row says of them, what
 * can be done, and what giving up says about what has arrived. Nothing here has a network. */

#define SHA "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SIZE 1000 /* bytes */
#define URL "https://module.example:8443/files"
#define OTHER "https://other.example/files"
#define MODEL "<instance><data id='f'><a/></data></instance><bind nodeset='/data/a' type='string'/>"
#define BODY "<input ref='/data/a'><label>A</label></input>"

typedef struct
{
  PalDeliveryState state;
  PalDeliveryReason reason;
  const char *message;
  gboolean is_here; /* archive and its state are on this computer */
  goffset sent;     /* bytes that the module had acknowledged */
  const char *url;  /* (nullable): the address that is set */
  gboolean is_by_stick;
} Past;

typedef struct
{
  Desk desk;
  PalSession *session;
  PalOutbox *outbox; /* (unowned) */
  PalOutboxItem *item;
  GtkWidget *row;
} Sent;

static void
leave_files (const char *folder, const Past *past)
{
  g_autofree char *archive = g_build_filename (folder, "archive.asice", NULL);
  g_autofree char *text = g_strnfill (SIZE, 'x');
  g_autoptr (PalDeliveryFile) file = pal_delivery_file_new ();
  g_autoptr (GError) error = NULL;
  struct stat info;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (archive, text, SIZE, &error));
  g_assert_cmpint (stat (archive, &info), ==, 0);
  file->archive = g_strdup (archive);
  file->size = SIZE;
  file->mtime_us = info.st_mtim.tv_sec * G_USEC_PER_SEC + info.st_mtim.tv_nsec / 1000;
  file->sha256 = g_strdup (SHA);
  file->endpoint = g_strdup (URL);
  file->state = past->state;
  file->reason = past->reason;
  file->sent = past->sent;
  g_assert_true (pal_delivery_file_save (file, folder, &error));
  g_assert_true (pal_delivery_file_append_log (
      folder, "2026-11-22T08:20:43.173Z all bytes have arrived", &error));
  g_assert_no_error (error);
}

/* An outbox with one delivery of that past, and its row in a window. */
static void
open_past (Sent *sent, const Past *past)
{
  g_autoptr (PalDeliveryRecord) record = pal_delivery_record_new ();
  g_autofree char *relative = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalEndpoint) endpoint = pal_endpoint_new ();
  GtkWidget *list;

  desk_open (&sent->desk, MODEL, BODY);
  record->archive_sha256 = g_strdup (SHA);
  record->archive_size = SIZE;
  record->endpoint = g_strdup (URL);
  record->state = g_strdup (pal_delivery_state_to_string (past->state));
  record->detail = g_strdup (past->message);
  if (past->is_by_stick)
    {
      g_free (record->endpoint);
      record->endpoint = g_strdup (PAL_OUTBOX_BY_STICK);
      g_free (record->state);
      record->state = g_strdup ("carried");
    }
  g_assert_true (pal_dossier_put_delivery (sent->desk.dossier, record, &error));
  g_assert_no_error (error);
  relative = g_build_filename ("outbox", pal_dossier_get_id (sent->desk.dossier), record->id, NULL);
  folder = pal_paths_dup_state_dir (relative);
  if (past->is_here)
    leave_files (folder, past);

  pal_session_open_dossier_async (g_object_ref (sent->desk.dossier), opened_cb, &sent->session);
  while (sent->session == NULL)
    g_main_context_iteration (NULL, TRUE);
  sent->outbox = pal_outbox_of_session (sent->session);
  endpoint->url = g_strdup (past->url);
  pal_outbox_set_endpoint (sent->outbox, past->url != NULL ? endpoint : NULL);
  while (g_list_model_get_n_items (G_LIST_MODEL (sent->outbox)) == 0)
    g_main_context_iteration (NULL, TRUE);
  sent->item = g_list_model_get_item (G_LIST_MODEL (sent->outbox), 0);
  sent->row = pal_delivery_row_new (sent->outbox, sent->item);
  list = gtk_list_box_new ();
  gtk_list_box_append (GTK_LIST_BOX (list), sent->row);
  desk_show (&sent->desk, list);
}

static void
close_past (Sent *sent)
{
  g_clear_object (&sent->item);
  adw_window_set_content (ADW_WINDOW (sent->desk.window), NULL);
  g_clear_object (&sent->session);
  desk_close (&sent->desk);
}

static void
add_buttons (GtkWidget *widget, GString *words)
{
  if (GTK_IS_BUTTON (widget) && gtk_widget_get_visible (widget))
    g_string_append_printf (words, "%s|", gtk_button_get_label (GTK_BUTTON (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    add_buttons (child, words);
}

static void
assert_buttons (GtkWidget *row, const char *expected)
{
  g_autoptr (GString) words = g_string_new (NULL);

  add_buttons (row, words);
  g_assert_cmpstr (words->str, ==, expected);
}

static void
test_rows (void)
{
  static const struct
  {
    Past past;
    const char *state;
    const char *detail;
    const char *buttons;
  } rows[] = {
    { { PAL_DELIVERY_PAUSED, 0, NULL, TRUE, 400, URL },
      "Paused",
      "400 bytes of 1.0",
      "Go On|Import a Receipt…|What Happened|Give Up…|" },
    { { PAL_DELIVERY_STOPPED, PAL_DELIVERY_REASON_NOT_ALLOWED, NULL, TRUE, 0, URL },
      "Stopped",
      "does not let you in",
      "Try Now|Import a Receipt…|What Happened|Give Up…|" },
    { { PAL_DELIVERY_PAUSED, 0, NULL, TRUE, 400, NULL },
      "Paused",
      "on its way to module.example",
      "Import a Receipt…|What Happened|Give Up…|" },
    /* What was moving does not move to somebody else by itself. */
    { { PAL_DELIVERY_SENDING, 0, NULL, TRUE, 400, OTHER },
      "Paused",
      "on its way to module.example",
      "Send to other.example|Import a Receipt…|What Happened|Give Up…|" },
    { { PAL_DELIVERY_ACCEPTED, 0, NULL, TRUE, SIZE, URL },
      "Accepted",
      "signed receipt was checked",
      "What Happened|" },
    { { PAL_DELIVERY_REFUSED, 0, "Annex 2\nis missing", TRUE, SIZE, URL },
      "Refused",
      "“Annex 2 is missing”",
      "What Happened|" },
    { { PAL_DELIVERY_QUEUED, 0, NULL, TRUE, 0, URL, TRUE },
      "Packed, not on a stick yet",
      "Nothing has left this computer",
      "Copy to a Stick…|Import a Receipt…|What Happened|Give Up…|" },
    { { PAL_DELIVERY_QUEUED, 0, "copied", TRUE, 0, URL, TRUE },
      "On a stick, waiting for the receipt",
      "by stick",
      "Copy to a Stick…|Import a Receipt…|What Happened|Give Up…|" },
    /* The dossier came from another computer. */
    { { PAL_DELIVERY_SENDING, 0, NULL, FALSE, 0, URL },
      "Not sent",
      "not there any more",
      "What Happened|Give Up…|" },
    { { PAL_DELIVERY_ACCEPTED, 0, NULL, FALSE, 0, URL },
      "Accepted",
      "module.example · 1.0",
      "What Happened|" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Sent sent = { 0 };

      g_test_message ("%u: %s, %s", i, rows[i].state, rows[i].detail);
      open_past (&sent, &rows[i].past);
      g_assert_true (says (sent.row, rows[i].state));
      g_assert_true (says (sent.row, rows[i].detail));
      assert_buttons (sent.row, rows[i].buttons);
      gtk_test_accessible_assert_property (sent.row, GTK_ACCESSIBLE_PROPERTY_LABEL, rows[i].state);
      close_past (&sent);
    }
}

/* Giving up is not taking back: the row stays, and says what may have arrived. */
static void
test_give_up (void)
{
  static const struct
  {
    Past past;
    goffset sent; /* that is kept; -1: not known */
    const char *words;
  } rows[] = {
    { { PAL_DELIVERY_PAUSED, 0, NULL, TRUE, 0, URL }, 0, "before the module had confirmed any" },
    { { PAL_DELIVERY_PAUSED, 0, NULL, TRUE, 1, URL }, 1, "1 byte of 1.0" },
    { { PAL_DELIVERY_PAUSED, 0, NULL, TRUE, SIZE - 1, NULL }, SIZE - 1, "999 bytes of 1.0" },
    { { PAL_DELIVERY_DELIVERED, 0, NULL, TRUE, SIZE, NULL },
      SIZE,
      "The module may take it all the same" },
    { { PAL_DELIVERY_STOPPED, PAL_DELIVERY_REASON_FORGED_RECEIPT, NULL, TRUE, SIZE, URL },
      SIZE,
      "The module may take it all the same" },
    { { PAL_DELIVERY_DELIVERED, 0, NULL, FALSE, 0, URL }, -1, "or all of it, may have arrived" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Sent sent = { 0 };
      g_autoptr (GPtrArray) records = NULL;
      g_autoptr (PalOutboxItem) again = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%u: %s", i, rows[i].words);
      open_past (&sent, &rows[i].past);
      g_assert_false (pal_outbox_item_is_settled (sent.item));
      g_assert_cmpint (pal_outbox_item_get_sent (sent.item), ==, rows[i].sent);
      pal_outbox_give_up (sent.outbox, sent.item);

      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (sent.outbox)), ==, 1);
      g_assert_cmpint (pal_outbox_item_get_stage (sent.item), ==, PAL_OUTBOX_GIVEN_UP);
      g_assert_true (pal_outbox_item_is_settled (sent.item));
      g_assert_false (pal_outbox_has_unsettled (sent.outbox));
      g_assert_cmpint (pal_outbox_get_way (sent.outbox, sent.item), ==, PAL_OUTBOX_STAY);
      g_assert_true (says (sent.row, "Given up"));
      g_assert_true (says (sent.row, rows[i].words));
      assert_buttons (sent.row, "What Happened|");

      /* The dossier keeps it, and nobody goes on with it. */
      records = pal_dossier_list_deliveries (sent.desk.dossier, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (records->len, ==, 1);
      g_assert_cmpstr (((PalDeliveryRecord *) records->pdata[0])->state, ==, "given-up");
      again = pal_outbox_item_new (records->pdata[0], sent.desk.dir);
      g_assert_cmpint (pal_outbox_item_get_stage (again), ==, PAL_OUTBOX_GIVEN_UP);
      g_assert_true (pal_outbox_item_is_settled (again));
      g_assert_cmpint (pal_outbox_item_get_sent (again), ==, rows[i].sent);
      close_past (&sent);
    }
}

#define NOBODY "https://127.0.0.1:1/files/"

static void
put_past (Desk *desk, const char *id, gint64 queued_us)
{
  static const Past past = { PAL_DELIVERY_WAITING, 0, NULL, TRUE, 0, NULL };
  g_autoptr (PalDeliveryRecord) record = pal_delivery_record_new ();
  g_autofree char *relative
      = g_build_filename ("outbox", pal_dossier_get_id (desk->dossier), id, NULL);
  g_autofree char *folder = pal_paths_dup_state_dir (relative);
  g_autoptr (PalDeliveryFile) file = NULL;
  g_autoptr (GError) error = NULL;

  g_free (record->id);
  record->id = g_strdup (id);
  record->archive_sha256 = g_strdup (SHA);
  record->archive_size = SIZE;
  record->endpoint = g_strdup (NOBODY);
  record->state = g_strdup ("waiting");
  g_assert_true (pal_dossier_put_delivery (desk->dossier, record, &error));
  leave_files (folder, &past);
  file = pal_delivery_file_load (folder, &error);
  g_free (file->endpoint);
  file->endpoint = g_strdup (NOBODY);
  file->queued_us = queued_us;
  g_assert_true (pal_delivery_file_save (file, folder, &error));
}

static PalOutboxItem *
find_item (PalOutbox *outbox, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (outbox)); i++)
    {
      g_autoptr (PalOutboxItem) item = g_list_model_get_item (G_LIST_MODEL (outbox), i);

      if (g_str_equal (pal_outbox_item_get_id (item), id))
        return item; /* the outbox keeps it */
    }
  g_assert_not_reached ();
}

static void
wait_for_state (PalOutboxItem *item, PalDeliveryState state)
{
  while (pal_outbox_item_get_state (item) != state)
    g_main_context_iteration (NULL, TRUE);
}

/* After a restart one goes and the others follow, in the order in which they were sent: not in that
 * of their names, nor of the dossier. */
static void
test_queue (void)
{
  Sent sent = { 0 };
  PalOutboxItem *first, *second, *third;
  g_autoptr (PalEndpoint) endpoint = pal_endpoint_new ();
  g_autoptr (GPtrArray) records = NULL;
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *row;

  g_setenv ("PALERMO_TEST_DELIVERY_TIMERS", "backoff_ms=600000,backoff_maximum_ms=600000", TRUE);
  desk_open (&sent.desk, MODEL, BODY);
  put_past (&sent.desk, "b", 1000);
  put_past (&sent.desk, "c", 2000);
  put_past (&sent.desk, "a", 3000);
  pal_session_open_dossier_async (g_object_ref (sent.desk.dossier), opened_cb, &sent.session);
  while (sent.session == NULL)
    g_main_context_iteration (NULL, TRUE);
  sent.outbox = pal_outbox_of_session (sent.session);
  while (g_list_model_get_n_items (G_LIST_MODEL (sent.outbox)) < 3)
    g_main_context_iteration (NULL, TRUE);
  endpoint->url = g_strdup (NOBODY);
  endpoint->module_certificate = g_build_filename (sent.desk.dir, "module.pem", NULL);
  g_assert_true (g_file_set_contents (endpoint->module_certificate, "-", 1, NULL));
  pal_outbox_set_endpoint (sent.outbox, endpoint);
  first = find_item (sent.outbox, "b");
  second = find_item (sent.outbox, "c");
  third = find_item (sent.outbox, "a");
  row = pal_delivery_row_new (sent.outbox, second);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  desk_show (&sent.desk, list);

  wait_for_state (first, PAL_DELIVERY_WAITING);
  g_assert_cmpuint (pal_outbox_get_ahead (sent.outbox, first), ==, 0);
  g_assert_cmpuint (pal_outbox_get_ahead (sent.outbox, second), ==, 1);
  g_assert_cmpuint (pal_outbox_get_ahead (sent.outbox, third), ==, 2);
  g_assert_true (says (row, "Queued"));
  g_assert_true (says (row, "Another archive goes to this module first"));
  assert_buttons (row, "Pause|What Happened|Give Up…|");
  g_assert_true (pal_outbox_would_replace (sent.outbox));

  /* Given up where nothing has left this computer, and taken back: its place is its own. */
  g_assert_false (pal_outbox_item_has_begun (second));
  pal_outbox_give_up (sent.outbox, second);
  g_assert_true (says (row, "Given up"));
  g_assert_cmpuint (pal_outbox_get_ahead (sent.outbox, third), >, 0);
  pal_outbox_take_back (sent.outbox, second);
  wait_for_state (second, PAL_DELIVERY_QUEUED);
  g_assert_true (says (row, "Queued"));
  g_assert_cmpuint (pal_outbox_get_ahead (sent.outbox, second), ==, 1);
  g_assert_cmpuint (pal_outbox_get_ahead (sent.outbox, third), ==, 2);

  /* One that is paused before its turn lets the others by. */
  pal_outbox_pause (sent.outbox, second);
  g_assert_true (says (row, "Paused"));
  assert_buttons (row, "Go On|Import a Receipt…|What Happened|Give Up…|");
  pal_outbox_give_up (sent.outbox, first);
  wait_for_state (third, PAL_DELIVERY_WAITING);
  g_assert_cmpint (pal_outbox_item_get_state (second), ==, PAL_DELIVERY_PAUSED);
  pal_outbox_go_on (sent.outbox, second);
  g_assert_cmpuint (pal_outbox_get_ahead (sent.outbox, second), ==, 1);

  /* A newer one takes the place of one that was not accepted, and that stays so. */
  pal_outbox_item_give_up (third, "newer", pal_outbox_item_get_delivery (third));
  wait_for_state (second, PAL_DELIVERY_WAITING);
  records = pal_dossier_list_deliveries (sent.desk.dossier, NULL);
  for (guint i = 0; i < records->len; i++)
    {
      PalDeliveryRecord *record = g_ptr_array_index (records, i);
      g_autoptr (PalOutboxItem) again = pal_outbox_item_new (record, sent.desk.dir);
      GtkWidget *other;

      if (!g_str_equal (record->id, "a"))
        continue;
      g_assert_cmpint (pal_outbox_item_get_stage (again), ==, PAL_OUTBOX_REPLACED);
      g_assert_true (pal_outbox_item_is_settled (again));
      other = g_object_ref_sink (pal_delivery_row_new (sent.outbox, again));
      g_assert_true (says (other, "Replaced"));
      g_assert_true (says (other, "The module has nothing of this one"));
      g_object_unref (other);
    }
  sent.item = g_object_ref (second);
  close_past (&sent);
  g_unsetenv ("PALERMO_TEST_DELIVERY_TIMERS");
}

/* The log of earlier days is there without a delivery, too. */
static void
test_log (void)
{
  static const Past past = { PAL_DELIVERY_ACCEPTED, 0, NULL, TRUE, SIZE, NULL };
  Sent sent = { 0 };
  g_autoptr (GPtrArray) log = NULL;

  open_past (&sent, &past);
  log = pal_outbox_item_dup_log (sent.item);
  g_assert_cmpuint (log->len, ==, 1);
  g_assert_nonnull (strstr (log->pdata[0], "all bytes have arrived"));
  close_past (&sent);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/send/rows", test_rows);
  g_test_add_func ("/send/give-up", test_give_up);
  g_test_add_func ("/send/queue", test_queue);
  g_test_add_func ("/send/log", test_log);

  return g_test_run ();
}
