// SPDX-License-Identifier: GPL-3.0-or-later
#define G_LOG_DOMAIN "pal-consent-window"
#include "config.h"

#include "pal-consent-window.h"

#include "pal-ask.h"
#include "pal-consent.h"
#include "pal-drop-down.h"
#include "pal-parcel-words.h"
#include "pal-purge-words.h"
#include "pal-session-undo.h"
#include "pal-trouble.h"
#include "pal-undo.h"
#include "pal-wrap-layout.h"

#include <glib/gi18n.h>

/* Each row costs a layout; the rest is one row more. */
#define MAX_ROWS 40
#define WIDTH 600
#define HEIGHT 560
#define SPACING 8

struct _PalConsentWindow
{
  AdwWindow parent_instance;

  GtkWidget *who_box;
  GtkDropDown *who;
  GtkBox *groups;
  GtkSwitch *purge;
  GtkWidget *buttons;

  PalSession *session;       /* (owned) */
  char *record;              /* (owned) */
  GtkWidget *parent;         /* (unowned) (nullable): weak: where a toast goes */
  GPtrArray *choices;        /* (owned) (element-type utf8) (nullable): paths; NULL: all of it */
  PalWithdrawal *withdrawal; /* (owned) (nullable): as last looked at */
  guint look;                /* counts: what comes late is of no use */
};

G_DEFINE_FINAL_TYPE (PalConsentWindow, pal_consent_window, ADW_TYPE_WINDOW)

/* --- words */

static const char *
get_kind_words (PalWithdrawnKind kind)
{
  switch (kind)
    {
    case PAL_WITHDRAWN_CONSULTATION:
      return _ ("What was said goes. That it was held, when and on what, stays, with its totals.");
    case PAL_WITHDRAWN_POINT:
      return _ ("This point goes.");
    case PAL_WITHDRAWN_PARTICIPANT:
      return _ ("The name goes. Type and region stay.");
    case PAL_WITHDRAWN_STAKEHOLDER:
      return _ ("This card goes.");
    case PAL_WITHDRAWN_ARRIVAL:
      return _ ("The file in the inbox goes, with all that it says.");
    case PAL_N_WITHDRAWN:
      break;
    }

  return "";
}

static const char *
get_item_words (const PalWithdrawnItem *item)
{
  if (item->words != NULL)
    return item->words;

  return item->kind == PAL_WITHDRAWN_PARTICIPANT ? _ ("A participant without a name")
                                                 : _ ("Without words");
}

static char *
dup_parcel_title (const PalWithdrawnParcel *one)
{
  g_autofree char *day = pal_parcel_dup_day (one->parcel->time_us);

  return one->has_record
             /* TRANSLATORS: a package that was written then; %s: a day */
             ? g_strdup_printf (_ ("%s: with the record"), day)
             /* TRANSLATORS: a package that was written then; %s: a day */
             : g_strdup_printf (_ ("%s: with an answer that rests on it"), day);
}

/* --- what it shows */

static GtkWidget *
add_group (PalConsentWindow *self, const char *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  gtk_box_append (self->groups, group);

  return group;
}

static void
add_row (GtkWidget *group, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 3);
  if (subtitle != NULL)
    {
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
      adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
    }
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
}

static void
add_more (GtkWidget *group, guint n)
{
  g_autofree char *words = NULL;

  if (n <= MAX_ROWS)
    return;
  words = g_strdup_printf (ngettext ("And %u more", "And %u more", n - MAX_ROWS), n - MAX_ROWS);
  add_row (group, words, NULL);
}

static void
show_withdrawal (PalConsentWindow *self)
{
  PalWithdrawal *one = self->withdrawal;
  GtkWidget *group = add_group (self, _ ("What Goes"));

  for (guint i = 0; i < one->items->len && i < MAX_ROWS; i++)
    {
      const PalWithdrawnItem *item = g_ptr_array_index (one->items, i);

      add_row (group, get_item_words (item), get_kind_words (item->kind));
    }
  add_more (group, one->items->len);

  if (one->answers->len > 0)
    {
      group = add_group (self, _ ("Answers That Rest on It"));
      adw_preferences_group_set_description (
          ADW_PREFERENCES_GROUP (group),
          _ ("They stay as they are. Each gets a comment, so that somebody looks at it."));
    }
  for (guint i = 0; i < one->answers->len && i < MAX_ROWS; i++)
    {
      const PalWithdrawnAnswer *answer = g_ptr_array_index (one->answers, i);
      g_autofree char *question
          = pal_session_dup_question (self->session, answer->record, answer->node);
      g_autofree char *page
          = pal_session_dup_page_title (self->session, answer->record, answer->node);

      add_row (group, question != NULL ? question : answer->node, page);
    }
  add_more (group, one->answers->len);

  group = add_group (self, _ ("Already Out"));
  if (one->parcels->len == 0)
    add_row (group, _ ("No package that was written on this computer holds it."), NULL);
  for (guint i = 0; i < one->parcels->len && i < MAX_ROWS; i++)
    {
      const PalWithdrawnParcel *parcel = g_ptr_array_index (one->parcels, i);
      g_autofree char *title = dup_parcel_title (parcel);
      g_autofree char *words = pal_parcel_dup_way (parcel->parcel);

      add_row (group, title, words);
    }
  add_more (group, one->parcels->len);
}

static void
empty (PalConsentWindow *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->groups))) != NULL)
    gtk_box_remove (self->groups, child);
}

/* All who took part, or one of them, or one point: what the first look found. */
static void
fill_choices (PalConsentWindow *self)
{
  g_autoptr (GtkStringList) words = gtk_string_list_new (NULL);
  PalWithdrawal *all = self->withdrawal;

  self->choices = g_ptr_array_new_with_free_func (g_free);
  if (all->kind != PAL_WITHDRAWN_CONSULTATION)
    return;
  g_ptr_array_add (self->choices, NULL);
  gtk_string_list_append (words, _ ("That of everyone who took part"));
  for (guint i = 0; i < all->items->len; i++)
    {
      const PalWithdrawnItem *item = g_ptr_array_index (all->items, i);
      g_autofree char *choice = NULL;

      if (item->node == NULL)
        continue;
      choice = item->kind == PAL_WITHDRAWN_POINT
                   /* TRANSLATORS: %s: what somebody said */
                   ? g_strdup_printf (_ ("For one point: %s"), get_item_words (item))
                   : g_strdup (get_item_words (item));
      g_ptr_array_add (self->choices, g_strdup (item->node));
      gtk_string_list_append (words, choice);
    }
  gtk_drop_down_set_model (self->who, G_LIST_MODEL (words));
  gtk_widget_set_visible (self->who_box, self->choices->len > 1);
}

/* --- looking */

typedef struct
{
  PalConsentWindow *window; /* (owned) */
  guint look;
} Looking;

static void
looking_free (Looking *looking)
{
  g_object_unref (looking->window);
  g_free (looking);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Looking *looking = user_data;
  PalConsentWindow *self = looking->window;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalWithdrawal) withdrawal = pal_withdrawal_look_finish (result, &error);
  gboolean is_late = looking->look != self->look || self->session == NULL;

  looking_free (looking);
  if (is_late)
    return;
  empty (self);
  if (withdrawal == NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      add_row (add_group (self, _ ("What Goes")), words, NULL);
      return;
    }
  g_clear_pointer (&self->withdrawal, pal_withdrawal_free);
  self->withdrawal = g_steal_pointer (&withdrawal);
  if (self->choices == NULL)
    fill_choices (self);
  show_withdrawal (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "consent.apply", TRUE);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Looking *looking = user_data;
  PalConsentWindow *self = looking->window;
  const char *node = NULL;
  guint chosen;

  pal_session_flush_finish (PAL_SESSION (source), result, NULL);
  if (self->session == NULL)
    {
      looking_free (looking);
      return; /* closed meanwhile */
    }
  chosen = gtk_drop_down_get_selected (self->who);
  if (self->choices != NULL && chosen < self->choices->len)
    node = g_ptr_array_index (self->choices, chosen);
  pal_withdrawal_look_async (pal_session_get_dossier (self->session), self->record, node, looked_cb,
                             looking);
}

static void
look (PalConsentWindow *self)
{
  Looking *looking = g_new0 (Looking, 1);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "consent.apply", FALSE);
  looking->window = g_object_ref (self);
  looking->look = ++self->look;
  pal_session_flush_async (self->session, flushed_cb, looking);
}

static void
chosen_cb (PalConsentWindow *self)
{
  if (self->choices != NULL && self->session != NULL)
    look (self);
}

/* --- doing it */

/* What outlives the window. */
typedef struct
{
  PalSession *session;       /* (owned) */
  GtkWidget *parent;         /* (owned) */
  PalWithdrawal *withdrawal; /* (owned) (nullable) */
  char *record;              /* (owned) (nullable) */
  AdwToast *busy;            /* (owned) (nullable): says that it takes a while */
  gboolean purges;
} Doing;

static void
doing_free (Doing *doing)
{
  if (doing->busy != NULL)
    adw_toast_dismiss (doing->busy);
  g_clear_object (&doing->busy);
  g_object_unref (doing->session);
  g_object_unref (doing->parent);
  pal_withdrawal_free (doing->withdrawal);
  g_free (doing->record);
  g_free (doing);
}

static GtkWindow *
get_window (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static void
purged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Doing *doing = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalPurged) purged = pal_withdrawal_purge_finish (result, &error);

  if (purged != NULL)
    pal_purge_say_done (doing->parent, purged);
  else
    pal_purge_say_failed (doing->parent, error);
  doing_free (doing);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Doing *doing = user_data;
  g_autoptr (GPtrArray) changes = pal_dossier_read_span_finish (PAL_DOSSIER (source), result, NULL);
  AdwToast *toast;

  if (changes != NULL)
    pal_session_show_changes (doing->session, changes);
  if (doing->purges)
    {
      doing->busy = pal_purge_say_busy (doing->parent);
      pal_withdrawal_purge_async (doing->withdrawal, PAL_DOSSIER (source), purged_cb, doing);
      return;
    }
  toast = adw_toast_new (_ ("Consent withdrawn"));
  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_action_name (toast, "win.undo");
  pal_toast (doing->parent, toast);
  doing_free (doing);
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Doing *doing = user_data;
  g_autoptr (GError) error = NULL;
  PalLogSpan written;

  doing->withdrawal = pal_withdrawal_apply_finish (result, &written, &error);
  if (doing->withdrawal == NULL)
    {
      g_autofree char *words = pal_trouble_dup_words (error);

      pal_tell (doing->parent, _ ("Nothing was withdrawn"), words);
      doing_free (doing);
      return;
    }
  pal_dossier_read_span_async (PAL_DOSSIER (source), &written, read_cb, doing);
}

static void
apply_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PalConsentWindow *self = PAL_CONSENT_WINDOW (widget);
  Doing *doing;

  if (self->withdrawal == NULL || self->parent == NULL)
    return;
  doing = g_new0 (Doing, 1);
  doing->session = g_object_ref (self->session);
  doing->parent = g_object_ref (self->parent);
  doing->purges = gtk_switch_get_active (self->purge);
  /* The check list of clearance shows it until somebody has looked. */
  g_free (self->withdrawal->remark);
  self->withdrawal->remark
      = g_strdup (_ ("The consent to something that this answer rests on was withdrawn. Look "
                     "whether its words still stand here."));
  pal_withdrawal_apply_async (g_steal_pointer (&self->withdrawal),
                              pal_session_get_dossier (self->session), applied_cb, doing);
  gtk_window_close (GTK_WINDOW (self));
}

static void
pal_consent_window_dispose (GObject *object)
{
  PalConsentWindow *self = PAL_CONSENT_WINDOW (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), PAL_TYPE_CONSENT_WINDOW);
  g_clear_object (&self->session);
  g_clear_weak_pointer (&self->parent);
  g_clear_pointer (&self->record, g_free);
  g_clear_pointer (&self->choices, g_ptr_array_unref);
  g_clear_pointer (&self->withdrawal, pal_withdrawal_free);

  G_OBJECT_CLASS (pal_consent_window_parent_class)->dispose (object);
}

static void
pal_consent_window_class_init (PalConsentWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pal_consent_window_dispose;

  gtk_widget_class_set_template_from_resource (
      widget_class, "/app/palermo/Palermo/protect/pal-consent-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PalConsentWindow, who_box);
  gtk_widget_class_bind_template_child (widget_class, PalConsentWindow, who);
  gtk_widget_class_bind_template_child (widget_class, PalConsentWindow, groups);
  gtk_widget_class_bind_template_child (widget_class, PalConsentWindow, purge);
  gtk_widget_class_bind_template_child (widget_class, PalConsentWindow, buttons);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_install_action (widget_class, "consent.apply", NULL, apply_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pal_consent_window_init (PalConsentWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (self->buttons, pal_wrap_layout_new (SPACING));
  pal_drop_down_let_shrink (self->who);
}

/**
 * pal_consent_window_new:
 * @parent: a widget of the window before which it stands
 * @session: an open dossier
 * @record: id of a consultation or of a stakeholder's card
 *
 * Returns: (transfer none): a window that shows what would go
 */
GtkWidget *
pal_consent_window_new (GtkWidget *parent, PalSession *session, const char *record)
{
  GtkWindow *window = get_window (parent);
  PalConsentWindow *self = g_object_new (PAL_TYPE_CONSENT_WINDOW, "transient-for", window, NULL);

  self->session = g_object_ref (session);
  self->record = g_strdup (record);
  g_set_weak_pointer (&self->parent, parent);
  /* No wider than what it stands before: a narrow window may be all of the screen. */
  if (window != NULL && gtk_widget_get_width (GTK_WIDGET (window)) > 0)
    gtk_window_set_default_size (GTK_WINDOW (self),
                                 MIN (WIDTH, gtk_widget_get_width (GTK_WIDGET (window))),
                                 MIN (HEIGHT, gtk_widget_get_height (GTK_WIDGET (window))));
  look (self);

  return GTK_WIDGET (self);
}

/* --- a record as a whole, for good */

static void
deleted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Doing *doing = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PalPurged) purged = pal_retention_purge_finish (result, &error);

  if (purged == NULL)
    pal_purge_say_failed (doing->parent, error);
  else
    {
      pal_session_notify_gone (doing->session, doing->record);
      pal_session_notify_records (doing->session, "");
      pal_purge_say_done (doing->parent, purged);
    }
  doing_free (doing);
}

static void
flushed_before_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Doing *doing = user_data;

  pal_session_flush_finish (PAL_SESSION (source), result, NULL);
  doing->busy = pal_purge_say_busy (doing->parent);
  pal_retention_purge_async (pal_session_get_dossier (doing->session), doing->record, deleted_cb,
                             doing);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Doing *doing = user_data;

  if (g_str_equal (pal_ask_finish (result), "delete"))
    pal_session_flush_async (doing->session, flushed_before_cb, doing);
  else
    doing_free (doing);
}

/**
 * pal_delete_for_good:
 * @parent: a widget of the window
 * @session: an open dossier
 * @record: id of a record
 *
 * Asks, as this is not undone; then takes the record and its texts out of the dossier and its
 * backups.
 */
void
pal_delete_for_good (GtkWidget *parent, PalSession *session, const char *record)
{
  const PalAskChoice choices[] = {
    { "cancel", _ ("_Cancel"), ADW_RESPONSE_DEFAULT },
    { "delete", _ ("_Delete for Good"), ADW_RESPONSE_DESTRUCTIVE },
  };
  Doing *doing = g_new0 (Doing, 1);

  doing->session = g_object_ref (session);
  doing->parent = g_object_ref (parent);
  doing->record = g_strdup (record);
  pal_ask_async (
      parent, _ ("Delete this record for good?"),
      _ ("Its words, comments on them, translations and attached files go from this dossier and "
         "from its backups. That a record was there, and who deleted it when, stays in the "
         "history. Copies elsewhere, and what was sent, are out of reach. This cannot be undone."),
      choices, G_N_ELEMENTS (choices), asked_cb, doing);
}
