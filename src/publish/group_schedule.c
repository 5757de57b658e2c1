#include "publish/group_schedule.h"

#include "base/text.h"
#include "changelog/audit.h"
#include "group_items_sql.h"
#include "tenant/setting.h"

#define MINUTE_US (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)

/* Between two neighbours lies a stretch that is free, or none. */
gint64
vt_group_free_time(const GArray *times, gint64 spacing_us, gint64 when_us, gint64 now_us)
{
    gint64 low = now_us + G_USEC_PER_SEC, best = 0;

    for (guint i = 0; i <= times->len; i++) {
        gint64 next = i < times->len ? g_array_index(times, gint64, i) : G_MAXINT64;
        gint64 high = next == G_MAXINT64 ? next : next - spacing_us;
        gint64 here = CLAMP(when_us, low, MAX(low, high));

        if (low <= high && (best == 0 || ABS(here - when_us) < ABS(best - when_us)))
            best = here;
        if (next != G_MAXINT64)
            low = MAX(low, next + spacing_us);
    }
    return best;
}

/* Times of the other groups, ascending; @ret_near is the name of one too close to @when_us, newly
 * allocated, or NULL. */
static GArray *
read_times(VtDb *db,
    const VtGroup *group,
    gint64 spacing_us,
    char **ret_near,
    gint64 *ret_near_us,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_group_times, error);
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", group->tenant_id);
    vt_stmt_bind_int(stmt, "group_id", group->group_id);
    while (vt_stmt_next(stmt)) {
        gint64 at_us = vt_stmt_int(stmt, "when_us");

        g_array_append_val(times, at_us);
        if (*ret_near == NULL && ABS(at_us - group->when_us) < spacing_us) {
            *ret_near = g_strdup(vt_stmt_text(stmt, "name"));
            *ret_near_us = at_us;
        }
    }
    return vt_stmt_end(stmt, error) ? g_steal_pointer(&times) : NULL;
}

static gboolean
lock_times(VtDb *db, gint64 tenant_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_group_lock_tenant, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
check_spacing(VtDb *db, const VtGroup *group, const VtActor *actor, GError **error)
{
    g_autoptr(GArray) times = NULL;
    g_autofree char *near = NULL, *near_at = NULL, *free_at = NULL;
    gint64 minutes = 0, near_us = 0;

    if (!vt_setting_read_number(
            db, group->tenant_id, VT_SETTING_GROUP_SPACING_MINUTES, &minutes, error) ||
        !lock_times(db, group->tenant_id, error) ||
        (times = read_times(db, group, minutes * MINUTE_US, &near, &near_us, error)) == NULL)
        return FALSE;
    if (near == NULL)
        return TRUE;
    near_at = vt_text_time(near_us);
    free_at =
        vt_text_time(vt_group_free_time(times, minutes * MINUTE_US, group->when_us, actor->now_us));
    return vt_throw(error, VT_ERROR_GROUP_TIME,
        "publish group '%s' goes live at %s, and %" G_GINT64_FORMAT
        " minutes have to lie between; the nearest free time is %s",
        near, near_at, minutes, free_at);
}

gboolean
vt_group_drop_job(VtDb *db, gint64 job_id, GError **error)
{
    GError *why = NULL;

    if (job_id == 0 || vt_job_delete(db, job_id, &why))
        return TRUE;
    if (vt_error_is(why, VT_ERROR_NOT_FOUND) || vt_error_is(why, VT_ERROR_JOB_STATE)) {
        g_error_free(why);
        return TRUE;
    }
    g_propagate_error(error, why);
    return FALSE;
}

static gboolean
submit_job(VtDb *db, const VtJobKinds *kinds, VtGroup *group, const VtActor *actor, GError **error)
{
    g_autoptr(json_t) parameters = json_pack("{s:I}", "group", (json_int_t)group->group_id);
    const VtJobSpec spec = {.tenant_id = group->tenant_id,
        .kind = VT_GROUP_JOB_KIND,
        .description = group->name,
        .submitted_by = actor->account_id,
        .run_as = actor->account_id,
        .parameters = parameters,
        .exec_us = group->when_us};

    return vt_job_submit(db, kinds, &spec, actor->now_us, &group->job_id, error);
}

static gboolean
audit(VtDb *db, const VtGroup *group, const char *action, const VtActor *actor, GError **error)
{
    g_autofree char *at = group->when_us != 0 ? vt_text_time(group->when_us) : g_strdup("");
    g_autofree char *subject = g_strdup_printf("%s%s%s", group->name, *at != '\0' ? ": " : "", at);
    const VtAudit row = {.tenant_id = group->tenant_id, .action = action, .subject = subject};

    return vt_audit_write(db, &row, actor, error);
}

gboolean
vt_group_schedule(VtDb *db,
    const VtJobKinds *kinds,
    gint64 group_id,
    gint64 when_us,
    const VtActor *actor,
    VtGroupReport *report,
    GError **error)
{
    g_autoptr(VtGroup) group = vt_group_read(db, group_id, error);
    g_autoptr(VtTx) tx = NULL;
    VtGroupState from;

    if (group == NULL)
        return FALSE;
    if (when_us <= actor->now_us)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "a publish group goes live at a time to come");
    if (!vt_group_validate(db, group, report, error) ||
        !vt_group_report_refuse(report, group, error))
        return FALSE;
    from = group->state;
    group->state = VT_GROUP_STATE_SCHEDULED;
    group->when_us = when_us;
    g_clear_pointer(&group->problem, g_free);
    tx = vt_tx_begin(db, VT_TX_WRITE, error);
    return tx != NULL && check_spacing(db, group, actor, error) &&
           vt_group_drop_job(db, group->job_id, error) &&
           submit_job(db, kinds, group, actor, error) &&
           vt_group_move(db, group, from, actor, error) &&
           audit(db, group, "group schedule", actor, error) && vt_tx_commit(tx, error);
}

gboolean
vt_group_unschedule(VtDb *db, gint64 group_id, const VtActor *actor, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtGroup) group = tx != NULL ? vt_group_read(db, group_id, error) : NULL;
    VtGroupState from;

    if (group == NULL || !vt_group_drop_job(db, group->job_id, error))
        return FALSE;
    from = group->state;
    group->state = VT_GROUP_STATE_OPEN;
    group->when_us = group->job_id = 0;
    return vt_group_move(db, group, from, actor, error) &&
           audit(db, group, "group unschedule", actor, error) && vt_tx_commit(tx, error);
}
