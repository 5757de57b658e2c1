#include "publish/activation.h"

#include "activation_sql.h"
#include "base/text.h"
#include "changelog/audit.h"

/* Whether another asset waits for the same time, so that its job is in the book. */
static gboolean
is_booked(VtDb *db, gint64 tenant_id, gint64 when_us, gboolean *ret_is_booked, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_activation_booked, error);
    gint64 n = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "exec_us", when_us);
    if (!vt_stmt_read_int(stmt, "n", &n, error))
        return FALSE;
    *ret_is_booked = n > 0;
    return TRUE;
}

static gboolean
book(VtDb *db,
    const VtJobKinds *kinds,
    gint64 tenant_id,
    gint64 when_us,
    const VtActor *actor,
    GError **error)
{
    g_autoptr(json_t) parameters = json_object();
    const VtJobSpec spec = {.tenant_id = tenant_id,
        .kind = VT_ACTIVATION_JOB_KIND,
        .submitted_by = actor->account_id,
        .run_as = actor->account_id,
        .parameters = parameters,
        .exec_us = when_us};
    gboolean booked = FALSE;
    gint64 job_id = 0;

    return is_booked(db, tenant_id, when_us, &booked, error) &&
           (booked || vt_job_submit(db, kinds, &spec, actor->now_us, &job_id, error));
}

static gboolean
put(VtDb *db, gint64 asset_id, gint64 when_us, gboolean waits, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_activation_put, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    if (when_us != 0)
        vt_stmt_bind_int(stmt, "activation_us", when_us);
    vt_stmt_bind_int(stmt, "is_waiting", waits);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
audit(VtDb *db, const VtAssetPlace *place, gint64 when_us, const VtActor *actor, GError **error)
{
    g_autofree char *at = when_us != 0 ? vt_text_time(when_us) : g_strdup("at once");
    g_autofree char *subject = g_strdup_printf("%s: %s", place->asset.name, at);
    const VtAudit row = {
        .tenant_id = place->tenant_id, .action = "asset activation", .subject = subject};

    return vt_audit_write(db, &row, actor, error);
}

gboolean
vt_activation_set(VtDb *db,
    const VtJobKinds *kinds,
    const VtAssetPlace *place,
    gint64 when_us,
    const VtActor *actor,
    GError **error)
{
    gboolean waits = when_us > actor->now_us;
    g_autoptr(VtChange) change = vt_change_new(place->tenant_id, "asset activation");
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);

    if (tx == NULL || (waits && !book(db, kinds, place->tenant_id, when_us, actor, error)) ||
        !put(db, place->asset.asset_id, when_us, waits, error) ||
        !audit(db, place, when_us, actor, error))
        return FALSE;
    vt_change_add(change, VT_LOG_KIND_ASSET, place->asset.asset_id);
    return vt_change_write(change, db, actor, NULL, error) && vt_tx_commit(tx, error);
}

static gboolean
end_wait(VtDb *db, gint64 asset_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_activation_end, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    return vt_stmt_exec(stmt, NULL, error);
}

static GArray *
read_due(VtDb *db, gint64 tenant_id, guint most, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_activation_due, error);
    g_autoptr(GArray) due = g_array_new(FALSE, FALSE, sizeof(gint64));

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "now_us", now_us);
    vt_stmt_bind_int(stmt, "most", most);
    return vt_stmt_read_ints(stmt, "asset_id", due, error) ? g_steal_pointer(&due) : NULL;
}

gboolean
vt_activation_run(
    VtDb *db, gint64 tenant_id, guint most, const VtActor *actor, guint *ret_n, GError **error)
{
    g_autoptr(VtChange) change = vt_change_new(tenant_id, "asset activation");
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(GArray) due = tx != NULL ? read_due(db, tenant_id, most, actor->now_us, error) : NULL;

    if (due == NULL)
        return FALSE;
    for (guint i = 0; i < due->len; i++) {
        gint64 asset_id = g_array_index(due, gint64, i);

        if (!end_wait(db, asset_id, error))
            return FALSE;
        vt_change_add(change, VT_LOG_KIND_ASSET, asset_id);
    }
    if (!vt_change_write(change, db, actor, NULL, error) || !vt_tx_commit(tx, error))
        return FALSE;
    *ret_n = due->len;
    return TRUE;
}
