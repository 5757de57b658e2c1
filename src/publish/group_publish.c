#include "publish/group_publish.h"

#include "changelog/audit.h"
#include "group_items_sql.h"
#include "publish/group_schedule.h"

void
vt_group_publish_result_clear(VtGroupPublishResult *self)
{
    g_clear_pointer(&self->planned, g_ptr_array_unref);
    vt_group_report_clear(&self->report);
    vt_differences_clear(&self->changes);
}

json_t *
vt_group_publish_result_json(const VtGroupPublishResult *self)
{
    json_t *json = json_pack("{s:I,s:I,s:o,s:o}", "seq", (json_int_t)self->seq, "published",
        (json_int_t)self->n_published, "planned", vt_json_texts(self->planned), "report",
        vt_group_report_json(&self->report));

    vt_differences_add(&self->changes, json);
    return json;
}

/* One group on its way. */
typedef struct {
    VtDb *db;
    const VtGroupPublishOptions *options;
    const VtActor *actor;
    VtGroup *group; /* owned: as this run has made it */
    VtGroupPublishResult *result;
} Run;

static void
run_clear(Run *self)
{
    vt_group_free(self->group);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

/* From here on the group takes no edits. */
static gboolean
begin(Run *self, GError **error)
{
    const VtAudit row = {.tenant_id = self->group->tenant_id,
        .action = "group publish",
        .subject = self->group->name};
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_WRITE, error);
    VtGroupState from = self->group->state;

    if (tx == NULL)
        return FALSE;
    if (self->options->job_id != 0 && self->group->job_id != self->options->job_id)
        return vt_throw(error, VT_ERROR_GROUP_STATE,
            "publish group '%s' does not wait for this job any more", self->group->name);
    if (self->options->job_id == 0) {
        if (!vt_group_drop_job(self->db, self->group->job_id, error))
            return FALSE;
        self->group->job_id = 0;
    }
    self->group->state = VT_GROUP_STATE_PUBLISHING;
    g_clear_pointer(&self->group->problem, g_free);
    return vt_group_move(self->db, self->group, from, self->actor, error) &&
           vt_audit_write(self->db, &row, self->actor, error) && vt_tx_commit(tx, error);
}

/* The group holds nothing any more, and says when it went live. */
static gboolean
close_group(Run *self, gint64 seq, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_group_drop_branches, error);

    if (stmt == NULL)
        return FALSE;
    self->group->state = VT_GROUP_STATE_PUBLISHED;
    self->group->seq = seq;
    vt_stmt_bind_int(stmt, "group_id", self->group->group_id);
    return vt_group_move(self->db, self->group, VT_GROUP_STATE_PUBLISHING, self->actor, error) &&
           vt_stmt_exec(stmt, NULL, error);
}

/* Puts the group into @plan, whose transaction is open, and looks at it as it is now. */
static gboolean
look(Run *self, VtPublishPlan *plan, GError **error)
{
    return vt_changelog_lock(self->db, &plan->seq, error) &&
           vt_publish_plan_add_group(plan, self->group->group_id, error) &&
           vt_group_check_plan(plan, self->group, &self->result->report, error) &&
           vt_publish_plan_names(plan, self->result->planned, &self->result->n_published, error);
}

/* Nothing of it would change what is live: no number is taken. */
static gboolean
close_unchanged(Run *self, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_WRITE, error);

    return tx != NULL && close_group(self, 0, error) && vt_tx_commit(tx, error);
}

static gboolean
switch_over(Run *self, GError **error)
{
    VtPublishPlan plan = {.db = self->db, .tenant_id = self->group->tenant_id};
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_WRITE, error);

    if (tx == NULL || !look(self, &plan, error) ||
        !vt_group_report_refuse(&self->result->report, self->group, error))
        return FALSE;
    if (self->result->n_published == 0) {
        g_clear_pointer(&tx, vt_tx_free);
        return close_unchanged(self, error);
    }
    if (!vt_publish_plan_move_heads(&plan, error) || !close_group(self, plan.seq, error) ||
        !vt_publish_plan_commit(
            &plan, tx, "group publish", self->actor, &self->result->n_published, error))
        return FALSE;
    self->result->seq = plan.seq;
    return TRUE;
}

/* The group takes edits again and says why; somebody else's change of it meanwhile stands. */
static void
mark_failed(VtDb *db, VtGroup *group, VtGroupState from, const GError *why, const VtActor *actor)
{
    const VtAudit row = {
        .tenant_id = group->tenant_id, .action = "group fail", .subject = group->name};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, NULL);

    group->state = VT_GROUP_STATE_FAILED;
    group->seq = 0;
    g_free(group->problem);
    group->problem = g_strdup(why->message);
    if (tx != NULL && vt_group_move(db, group, from, actor, NULL) &&
        vt_audit_write(db, &row, actor, NULL))
        vt_tx_commit(tx, NULL);
}

void
vt_group_give_up(VtDb *db, VtGroup *group, const GError *why, const VtActor *actor)
{
    mark_failed(db, group, group->state, why, actor);
}

static void
fail(Run *self, const GError *why)
{
    gboolean stays = self->options->stays_on_retry && vt_error_rows[vt_error_code(why)].retry;

    if (!stays && !vt_error_is(why, VT_ERROR_GROUP_STATE))
        mark_failed(self->db, self->group, VT_GROUP_STATE_PUBLISHING, why, self->actor);
}

static gboolean
go_live(Run *self, GError **error)
{
    GError *why = NULL;

    if (!begin(self, error))
        return FALSE;
    if (vt_group_check_bodies(self->db, self->group, &self->result->report, &why) &&
        vt_group_report_refuse(&self->result->report, self->group, &why) && switch_over(self, &why))
        return TRUE;
    fail(self, why);
    g_propagate_error(error, why);
    return FALSE;
}

static gboolean
tell(Run *self, GError **error)
{
    VtPublishPlan plan = {.db = self->db, .tenant_id = self->group->tenant_id};
    g_autoptr(GArray) items = NULL;
    g_autoptr(VtTx) tx = NULL;

    if (self->group->state == VT_GROUP_STATE_PUBLISHED)
        return vt_throw(
            error, VT_ERROR_GROUP_STATE, "publish group '%s' is published", self->group->name);
    if (!vt_group_check_bodies(self->db, self->group, &self->result->report, error) ||
        (tx = vt_tx_begin(self->db, VT_TX_WRITE, error)) == NULL || !look(self, &plan, error) ||
        (items = vt_publish_plan_items(&plan, error)) == NULL)
        return FALSE;
    g_clear_pointer(&tx, vt_tx_free);
    return !self->options->tell_changes ||
           vt_differences_tell(self->db, plan.tenant_id, items, &self->result->changes, error);
}

gboolean
vt_group_publish(VtDb *db,
    gint64 group_id,
    const VtGroupPublishOptions *options,
    const VtActor *actor,
    VtGroupPublishResult *ret_result,
    GError **error)
{
    g_auto(Run) run = {.db = db, .options = options, .actor = actor, .result = ret_result};

    *ret_result = (VtGroupPublishResult){.planned = g_ptr_array_new_with_free_func(g_free)};
    vt_group_report_init(&ret_result->report);
    run.group = vt_group_read(db, group_id, error);
    if (run.group == NULL)
        return FALSE;
    return options->dry_run ? tell(&run, error) : go_live(&run, error);
}
