/* What administrators do to the people of their tenant.
 *
 * A user is an account with a role in the tenant. Names and passwords belong to the installation,
 * so who changes a password, disables somebody or makes a token for him must be an administrator
 * in every tenant where that user has a role; anything else would open other tenants to him. The
 * command line (VtActor without an account) may do everything. A tenant is never left without an
 * administrator who can sign in.
 *
 * Each function that writes is one transaction of its own with a row of the audit trail. Errors of
 * all: VT_ERROR_NOT_FOUND (no such user in the tenant), VT_ERROR_FORBIDDEN (other tenants, see
 * above), VT_ERROR_LAST_ADMINISTRATOR, and those of db.h.
 */
#pragma once

#include "base/json.h"
#include "changelog/change.h"

typedef struct {
    gint64 account_id;
    char *name;
    char *email; /* NULL: none */
    VtRole role;
    gint64 created_us;
    gint64 disabled_us; /* 0: may sign in */
} VtUser;

void vt_user_free(VtUser *self); /* NULL is allowed */

/* The users of a tenant by name, as owned VtUser*. */
GPtrArray *vt_user_list(VtDb *db, gint64 tenant_id, GError **error);

/* Schema UserList; owned by the caller. */
json_t *vt_user_list_json(const GPtrArray *users);

/* Also VT_ERROR_BAD_VALUE and VT_ERROR_DUPLICATE_NAME: see account.h. Takes the time of a password
 * hash. */
gboolean vt_user_add(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const char *password,
    VtRole role,
    const VtActor *actor,
    GError **error);

/* Gives @name, an account of any tenant, this role here. */
gboolean vt_user_set_role(VtDb *db,
    gint64 tenant_id,
    const char *name,
    VtRole role,
    const VtActor *actor,
    GError **error);

/* Takes the role in this tenant away. */
gboolean vt_user_remove_role(
    VtDb *db, gint64 tenant_id, const char *name, const VtActor *actor, GError **error);

/* Ends the user's sessions. Takes the time of a password hash. VT_ERROR_BAD_VALUE: see account.h.
 */
gboolean vt_user_set_password(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const char *password,
    const VtActor *actor,
    GError **error);

/* A disabled user neither signs in nor is known by his tokens; FALSE lets him in again. */
gboolean vt_user_set_disabled(VtDb *db,
    gint64 tenant_id,
    const char *name,
    gboolean disabled,
    const VtActor *actor,
    GError **error);

/* The account of a user over whom @actor has power in the sense above: for tokens. */
gboolean vt_user_reach(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const VtActor *actor,
    gint64 *ret_account_id,
    GError **error);
