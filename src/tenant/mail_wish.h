/* Where people get e-mail, and of which jobs they want to hear.
 *
 * An address belongs to an account of the installation, a wish to an account in a tenant: when
 * (job_email of the contract), of whose jobs, and of which types. A job that was given `email`
 * itself counts before the wish of who it runs as. Without an address nobody is told.
 */
#pragma once

#include "base/json.h"
#include "changelog/change.h"

/* Gives a user of the tenant an address, or with NULL takes it away, with a row of the audit trail.
 * VT_ERROR_BAD_VALUE; errors of user.h. */
gboolean vt_user_set_email(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const char *email,
    const VtActor *actor,
    GError **error);

/* Schema MailWish of an account in a tenant, owned by the caller. */
json_t *vt_mail_wish_json(VtDb *db, gint64 tenant_id, gint64 account_id, GError **error);

/* Takes a MailWish of the actor over, with a row of the audit trail. VT_ERROR_BAD_VALUE,
 * VT_ERROR_BAD_ENUM. */
gboolean vt_mail_wish_put(
    VtDb *db, gint64 tenant_id, const json_t *wish, const VtActor *actor, GError **error);

/* A job that has ended. Borrowed. */
typedef struct {
    gint64 tenant_id;
    gint64 run_as; /* account; 0: nobody */
    const char *type;
    VtJobEmail email;
    VtJobOutcome outcome;
} VtMailNews;

/* Appends the addresses (char*, owned) of those who want to hear of it. */
gboolean vt_mail_addressees(VtDb *db, const VtMailNews *news, GPtrArray *addresses, GError **error);
