#include "publish/shadow.h"

#include "publish/plan.h"
#include "shadow_sql.h"

enum { PLAN = 1 }; /* the session has no other */

static const VtSql *const script[VT_SHADOW_COUNT] = {
    [VT_SHADOW_PREVIEW] = &vt_sql_schema_shadow_preview,
    [VT_SHADOW_FINISHED] = &vt_sql_schema_shadow_finished,
};

VtDb *
vt_shadow_open(const char *url, VtShadow shadow, GError **error)
{
    g_autoptr(VtDb) db = vt_db_open(url, VT_DB_DURABLE, error);

    if (db == NULL || !vt_db_run_script(db, script[shadow], error))
        return NULL;
    return g_steal_pointer(&db);
}

/* The steps of a publish up to where it would refuse. */
static gboolean
plan_request(VtPublishPlan *plan, const VtPublishRequest *request, GError **error)
{
    return vt_publish_plan_collect(plan, request, error) &&
           vt_publish_plan_add_members(plan, error) &&
           vt_publish_plan_add_dependencies(plan, error) &&
           vt_publish_plan_add_members(plan, error);
}

static gboolean
put_in_place(const VtPublishPlan *plan, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(plan->db, &vt_sql_shadow_fill, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "plan_id", plan->seq);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_shadow_fill(
    VtDb *db, gint64 tenant_id, const VtPublishRequest *request, gint64 group_id, GError **error)
{
    VtPublishPlan plan = {.db = db, .seq = PLAN, .tenant_id = tenant_id};

    return (request == NULL || plan_request(&plan, request, error)) &&
           (group_id == 0 || vt_publish_plan_add_group(&plan, group_id, error)) &&
           put_in_place(&plan, error);
}
