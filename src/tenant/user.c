#include "tenant/user.h"

#include "base/text.h"
#include "changelog/audit.h"
#include "tenant/account.h"
#include "tenant_sql.h"

#include <string.h>

void
vt_user_free(VtUser *self)
{
    if (self == NULL)
        return;
    g_free(self->name);
    g_free(self->email);
    g_free(self);
}

static void
free_user(gpointer data)
{
    vt_user_free(data);
}

GPtrArray *
vt_user_list(VtDb *db, gint64 tenant_id, GError **error)
{
    g_autoptr(GPtrArray) users = g_ptr_array_new_with_free_func(free_user);
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_user_list, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    while (vt_stmt_next(stmt)) {
        VtUser *user = g_new0(VtUser, 1);

        g_ptr_array_add(users, user);
        user->account_id = vt_stmt_int(stmt, "account_id");
        user->name = g_strdup(vt_stmt_text(stmt, "name"));
        user->email = g_strdup(vt_stmt_text(stmt, "email"));
        user->created_us = vt_stmt_int(stmt, "created_us");
        user->disabled_us = vt_stmt_int(stmt, "disabled_us");
        if (!vt_account_role_parse(vt_stmt_text(stmt, "role"), &user->role, error))
            return NULL;
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return g_steal_pointer(&users);
}

json_t *
vt_user_list_json(const GPtrArray *users)
{
    json_t *list = json_array();

    for (guint i = 0; i < users->len; i++) {
        const VtUser *user = g_ptr_array_index(users, i);
        g_autofree char *created = vt_text_time(user->created_us);

        json_array_append_new(
            list, json_pack("{s:s,s:s,s:b,s:s,s:s?}", "name", user->name, "role",
                      vt_role_names[user->role], "disabled", user->disabled_us != 0, "created",
                      created, "email", user->email));
    }
    return json_pack("{s:o}", "users", list);
}

static gboolean
write_audit(VtDb *db,
    gint64 tenant_id,
    const char *action,
    const char *subject,
    const VtActor *actor,
    GError **error)
{
    VtAudit audit = {.tenant_id = tenant_id, .action = action, .subject = subject};

    return vt_audit_write(db, &audit, actor, error);
}

static gboolean
find(VtDb *db, gint64 tenant_id, const char *name, gint64 *ret_account_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_user_find, error);
    gint64 account_id = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "name", name);
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    if (!vt_stmt_read_int(stmt, "account_id", &account_id, error))
        return FALSE;
    if (account_id == 0)
        return vt_throw(error, VT_ERROR_NOT_FOUND, "there is no user '%s' in this tenant", name);
    *ret_account_id = account_id;
    return TRUE;
}

gboolean
vt_user_reach(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const VtActor *actor,
    gint64 *ret_account_id,
    GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;
    gint64 account_id = 0, n_beyond = 0;

    if (!find(db, tenant_id, name, &account_id, error))
        return FALSE;
    stmt = vt_db_stmt(db, &vt_sql_account_beyond_reach, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "account_id", account_id);
    vt_stmt_bind_int(stmt, "actor_id", actor->account_id);
    if (!vt_stmt_read_int(stmt, "n", &n_beyond, error))
        return FALSE;
    if (n_beyond > 0 && actor->account_id != 0 && actor->account_id != account_id)
        return vt_throw(error, VT_ERROR_FORBIDDEN,
            "'%s' has a role in another tenant, where you are no administrator", name);
    *ret_account_id = account_id;
    return TRUE;
}

/* Keeps the administrators of the account's tenants as they are until the commit. */
static gboolean
lock(VtDb *db, gint64 account_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_account_lock, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "account_id", account_id);
    while (vt_stmt_next(stmt))
        continue;
    return vt_stmt_end(stmt, error);
}

/* Refuses when the account is the last administrator of @tenant_id (0: of any tenant). */
static gboolean
check_not_last(VtDb *db, gint64 account_id, gint64 tenant_id, GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;
    g_autofree char *orphan = NULL;

    if (!lock(db, account_id, error))
        return FALSE;
    stmt = vt_db_stmt(db, &vt_sql_account_orphans, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "account_id", account_id);
    while (vt_stmt_next(stmt))
        if (orphan == NULL && (tenant_id == 0 || vt_stmt_int(stmt, "tenant_id") == tenant_id))
            orphan = g_strdup(vt_stmt_text(stmt, "code"));
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    return orphan == NULL || vt_throw(error, VT_ERROR_LAST_ADMINISTRATOR,
                                 "the tenant '%s' would be left without an administrator", orphan);
}

gboolean
vt_user_add(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const char *password,
    VtRole role,
    const VtActor *actor,
    GError **error)
{
    g_autofree char *hash = vt_account_hash(password, error);
    g_autoptr(VtTx) tx = hash != NULL ? vt_tx_begin(db, VT_TX_WRITE, error) : NULL;
    gint64 account_id = 0;

    return tx != NULL && vt_account_add(db, name, hash, actor->now_us, &account_id, error) &&
           vt_account_grant(db, account_id, tenant_id, role, error) &&
           write_audit(db, tenant_id, "user add", name, actor, error) && vt_tx_commit(tx, error);
}

/* The account of a name, whatever tenants it belongs to. */
static gboolean
find_anywhere(VtDb *db, const char *name, gint64 *ret_account_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_account_find, error);
    gint64 account_id = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "name", name);
    if (!vt_stmt_read_int(stmt, "account_id", &account_id, error))
        return FALSE;
    if (account_id == 0)
        return vt_throw(error, VT_ERROR_NOT_FOUND, "there is no user '%s'", name);
    *ret_account_id = account_id;
    return TRUE;
}

gboolean
vt_user_set_role(
    VtDb *db, gint64 tenant_id, const char *name, VtRole role, const VtActor *actor, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autofree char *action = g_strdup_printf("user role %s", vt_role_names[role]);
    gint64 account_id = 0;

    if (tx == NULL || !find_anywhere(db, name, &account_id, error))
        return FALSE;
    if (role != VT_ROLE_ADMINISTRATOR && !check_not_last(db, account_id, tenant_id, error))
        return FALSE;
    return vt_account_grant(db, account_id, tenant_id, role, error) &&
           write_audit(db, tenant_id, action, name, actor, error) && vt_tx_commit(tx, error);
}

gboolean
vt_user_remove_role(
    VtDb *db, gint64 tenant_id, const char *name, const VtActor *actor, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtStmt) stmt = NULL;
    gint64 account_id = 0;

    if (tx == NULL || !find(db, tenant_id, name, &account_id, error) ||
        !check_not_last(db, account_id, tenant_id, error))
        return FALSE;
    stmt = vt_db_stmt(db, &vt_sql_account_role_remove, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "account_id", account_id);
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    return vt_stmt_exec(stmt, NULL, error) &&
           write_audit(db, tenant_id, "user role none", name, actor, error) &&
           vt_tx_commit(tx, error);
}

static gboolean
end_sessions(VtDb *db, gint64 account_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_session_remove_all, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "account_id", account_id);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_user_set_password(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const char *password,
    const VtActor *actor,
    GError **error)
{
    g_autofree char *hash = vt_account_hash(password, error);
    g_autoptr(VtTx) tx = hash != NULL ? vt_tx_begin(db, VT_TX_WRITE, error) : NULL;
    g_autoptr(VtStmt) stmt = NULL;
    gint64 account_id = 0;

    if (tx == NULL || !vt_user_reach(db, tenant_id, name, actor, &account_id, error))
        return FALSE;
    stmt = vt_db_stmt(db, &vt_sql_account_password_set, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "account_id", account_id);
    vt_stmt_bind_text(stmt, "password_hash", hash);
    return vt_stmt_exec(stmt, NULL, error) && end_sessions(db, account_id, error) &&
           write_audit(db, tenant_id, "user password", name, actor, error) &&
           vt_tx_commit(tx, error);
}

gboolean
vt_user_set_disabled(VtDb *db,
    gint64 tenant_id,
    const char *name,
    gboolean disabled,
    const VtActor *actor,
    GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtStmt) stmt = NULL;
    gint64 account_id = 0;

    if (tx == NULL || !vt_user_reach(db, tenant_id, name, actor, &account_id, error) ||
        (disabled && !check_not_last(db, account_id, 0, error)))
        return FALSE;
    stmt = vt_db_stmt(db, &vt_sql_account_disable, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "account_id", account_id);
    if (disabled)
        vt_stmt_bind_int(stmt, "disabled_us", actor->now_us);
    return vt_stmt_exec(stmt, NULL, error) &&
           write_audit(
               db, tenant_id, disabled ? "user disable" : "user enable", name, actor, error) &&
           vt_tx_commit(tx, error);
}
