#include "tenant/setup.h"

#include "changelog/audit.h"
#include "tenant/account.h"
#include "tenant/tenant.h"
#include "tenant/token.h"
#include "tenant_sql.h"

gboolean
vt_setup_is_needed(VtDb *db, gboolean *ret_needed, GError **error)
{
    g_autoptr(GPtrArray) tenants = vt_tenant_list(db, error);

    if (tenants == NULL)
        return FALSE;
    *ret_needed = tenants->len == 0;
    return TRUE;
}

/* Of two that set up at once, the second waits here and then finds a tenant. */
static gboolean
lock(VtDb *db, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_setup_lock, error);

    if (stmt == NULL)
        return FALSE;
    while (vt_stmt_next(stmt))
        continue;
    return vt_stmt_end(stmt, error);
}

static gboolean
has_no_tenant(VtDb *db, GError **error)
{
    g_autoptr(GPtrArray) tenants = vt_tenant_list(db, error);

    if (tenants == NULL)
        return FALSE;
    if (tenants->len > 0)
        return vt_throw(error, VT_ERROR_DATA_USED,
            "it holds the tenant '%s' already; add another with `vitrine tenant create`",
            ((const VtTenant *)g_ptr_array_index(tenants, 0))->code);
    return TRUE;
}

gboolean
vt_setup_run(VtDb *db, const VtSetup *setup, const VtActor *actor, char **ret_token, GError **error)
{
    g_autofree char *hash = vt_account_hash(setup->password, error);
    g_autoptr(VtTx) tx = hash != NULL ? vt_tx_begin(db, VT_TX_WRITE, error) : NULL;
    g_autofree char *token = NULL;
    gint64 now_us = actor->now_us, tenant_id = 0, account_id = 0;
    VtAudit audit = {.action = "setup", .subject = setup->tenant};

    if (tx == NULL || !lock(db, error) || !has_no_tenant(db, error) ||
        !vt_tenant_create(db, setup->tenant, now_us, &tenant_id, error) ||
        !vt_account_add(db, setup->name, hash, now_us, &account_id, error) ||
        !vt_account_grant(db, account_id, tenant_id, VT_ROLE_ADMINISTRATOR, error))
        return FALSE;
    if (ret_token != NULL && !vt_token_create(db, account_id, "init", now_us, 0, &token, error))
        return FALSE;
    audit.tenant_id = tenant_id;
    if (!vt_audit_write(db, &audit, actor, error) || !vt_tx_commit(tx, error))
        return FALSE;
    if (ret_token != NULL)
        *ret_token = g_steal_pointer(&token);
    return TRUE;
}
