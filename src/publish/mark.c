#include "publish/mark.h"

#include "changelog/audit.h"
#include "mark_sql.h"
#include "media/asset.h"
#include "publish_sql.h"
#include "tenant/setting.h"

gboolean
vt_mark_is_instant(VtDb *db, gint64 tenant_id, gboolean *ret_is_instant, GError **error)
{
    return vt_setting_read_flag(db, tenant_id, VT_SETTING_INSTANT_PUBLISH, ret_is_instant, error);
}

static gboolean
run(VtPublishPlan *plan, const VtSql *sql, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(plan->db, sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "plan_id", plan->seq);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
put(VtPublishPlan *plan, gboolean is_wanted, gboolean force, guint64 *ret_n, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(plan->db, &vt_sql_publish_mark_put, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "plan_id", plan->seq);
    vt_stmt_bind_int(stmt, "is_wanted", is_wanted);
    vt_stmt_bind_int(stmt, "is_forced", force);
    return vt_stmt_exec(stmt, ret_n, error);
}

gboolean
vt_mark_plan(VtPublishPlan *plan,
    VtTx *tx,
    gboolean is_wanted,
    gboolean force,
    const VtActor *actor,
    guint64 *ret_n,
    GError **error)
{
    const char *cause = is_wanted ? "publish mark" : "unpublish mark";
    const VtAudit audit = {.tenant_id = plan->tenant_id, .action = cause};

    /* the number that was taken is used up, though no answer differs */
    return run(plan, &vt_sql_publish_mark_clear, error) && vt_publish_plan_drop_live(plan, error) &&
           put(plan, is_wanted, force, ret_n, error) &&
           run(plan, &vt_sql_publish_plan_clear, error) &&
           vt_changelog_record(plan->db, plan->seq, cause, actor, error) &&
           vt_audit_write(plan->db, &audit, actor, error) && vt_tx_commit(tx, error);
}

gboolean
vt_mark_forget(VtPublishPlan *plan, const char *name, GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;
    VtAsset asset;

    if (!vt_asset_find(plan->db, plan->tenant_id, name, &asset, error))
        return FALSE;
    stmt = vt_db_stmt(plan->db, &vt_sql_publish_mark_forget, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset.asset_id);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_mark_add_to_plan(VtPublishPlan *plan, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(plan->db, &vt_sql_publish_plan_marked, error);
    gboolean is_instant = TRUE;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "plan_id", plan->seq);
    vt_stmt_bind_int(stmt, "tenant_id", plan->tenant_id);
    return vt_stmt_exec(stmt, NULL, error) &&
           vt_mark_is_instant(plan->db, plan->tenant_id, &is_instant, error) &&
           (is_instant || run(plan, &vt_sql_publish_plan_drop_unmarked, error));
}

gboolean
vt_mark_hold(VtPublishPlan *plan, GPtrArray *names, guint64 *n, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(plan->db, &vt_sql_publish_plan_held_marks, error);
    g_autoptr(GArray) documents = g_array_new(FALSE, FALSE, sizeof(gint64));

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "plan_id", plan->seq);
    while (vt_stmt_next(stmt)) {
        gint64 document_id = vt_stmt_int(stmt, "document_id");

        g_array_append_val(documents, document_id);
        if (names->len < VT_PUBLISH_MAX_NAMES)
            g_ptr_array_add(names, g_strdup(vt_stmt_text(stmt, "name")));
    }
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    *n += documents->len;
    for (guint i = 0; i < documents->len; i++)
        if (!vt_publish_plan_remove(plan, g_array_index(documents, gint64, i), error))
            return FALSE;
    return TRUE;
}
