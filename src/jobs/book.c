#include "jobs/book.h"

#include "base/log.h"
#include "base/schedule.h"
#include "base/text.h"
#include "jobs/report.h"
#include "jobs_sql.h"

#include <string.h>

enum { DUE_PAGE = 100 };

/* The next time of a rule that was accepted once; 0: never again. */
static gboolean
next_fire(const char *rule, const char *zone, gint64 after_us, gint64 *ret_us, GError **error)
{
    g_autoptr(VtSchedule) schedule = vt_schedule_parse(rule, error);
    g_autoptr(GTimeZone) clock = schedule != NULL ? vt_schedule_zone(zone, error) : NULL;

    if (clock == NULL)
        return FALSE;
    *ret_us = vt_schedule_next(schedule, after_us, clock);
    return TRUE;
}

json_t *
vt_job_next_fires_json(const char *rule, const char *zone, gint64 after_us, guint n, GError **error)
{
    g_autoptr(VtSchedule) schedule = vt_schedule_parse(rule, error);
    g_autoptr(GTimeZone) clock =
        schedule != NULL ? vt_schedule_zone(zone != NULL ? zone : "", error) : NULL;
    g_autoptr(json_t) fires = json_array();

    if (clock == NULL)
        return NULL;
    if (vt_schedule_is_immediate(schedule))
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "'immediately' is no rule for a job");
    for (guint i = 0; i < n; i++) {
        g_autofree char *text = NULL;

        after_us = vt_schedule_next(schedule, after_us, clock);
        if (after_us == 0)
            break;
        text = vt_text_time(after_us);
        json_array_append_new(fires, json_string(text));
    }
    return json_pack("{s:s,s:O}", "rule", vt_schedule_text(schedule), "fires", fires);
}

VtJobSpec
vt_job_spec(const VtJob *job)
{
    return (VtJobSpec){.tenant_id = job->tenant_id,
        .kind = job->kind,
        .name = job->original_name,
        .description = job->description,
        .locale = job->locale,
        .node = job->node,
        .email = job->email,
        .submitted_by = job->submitted_by,
        .run_as = job->run_as,
        .priority = job->priority,
        .parameters = job->parameters,
        .notice = job->notice,
        .follow = job->follow,
        .exec_us = job->is_booked && job->rule == NULL ? job->next_fire_us : 0,
        .rule = job->rule,
        .zone = job->zone};
}

/* Moves the job by the table of transitions. */
static gboolean
move(VtDb *db, const VtJob *job, VtJobEvent event, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;
    VtJobState to;
    guint64 moved = 0;

    if (!vt_job_state_after(job->state, event, &to, error))
        return FALSE;
    stmt = vt_db_stmt(db, &vt_sql_job_move, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job->job_id);
    vt_stmt_bind_text(stmt, "old_state", vt_job_state_names[job->state]);
    vt_stmt_bind_text(stmt, "new_state", vt_job_state_names[to]);
    if (to == VT_JOB_STATE_QUEUED)
        vt_stmt_bind_int(stmt, "ready_us", now_us);
    if (!vt_stmt_exec(stmt, &moved, error))
        return FALSE;
    return moved > 0 ||
           vt_throw(error, VT_ERROR_JOB_STATE, "the job changed in this moment; look at it again");
}

static gboolean
for_job(VtDb *db, const VtSql *sql, gint64 job_id, guint64 *ret_changed, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    return vt_stmt_exec(stmt, ret_changed, error);
}

static gboolean
set_schedule(
    VtDb *db, gint64 job_id, const char *rule, const char *zone, gint64 next_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_schedule_set, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    vt_stmt_bind_text(stmt, "rule", rule);
    vt_stmt_bind_text(stmt, "zone", zone != NULL ? zone : "");
    vt_stmt_bind_int(stmt, "next_fire_us", next_us);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_job_pause(VtDb *db, gint64 job_id, GError **error)
{
    g_autoptr(VtJob) job = vt_job_read(db, job_id, error);

    return job != NULL && move(db, job, VT_JOB_EVENT_PAUSE, 0, error);
}

gboolean
vt_job_resume(VtDb *db, gint64 job_id, gint64 now_us, GError **error)
{
    g_autoptr(VtJob) job = vt_job_read(db, job_id, error);
    gint64 next_us = 0;

    if (job == NULL || !move(db, job, VT_JOB_EVENT_RESUME, now_us, error))
        return FALSE;
    if (job->rule == NULL)
        return TRUE;
    return next_fire(job->rule, job->zone, now_us, &next_us, error) &&
           set_schedule(db, job_id, job->rule, job->zone, next_us, error);
}

static gboolean
has_open_run(VtDb *db, gint64 job_id, gboolean *ret_has, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_has_open_run, error);
    gboolean has = FALSE;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    while (vt_stmt_next(stmt))
        has = TRUE;
    *ret_has = has;
    return vt_stmt_end(stmt, error);
}

/* The job that a recurring one makes; `NAME_2026-11-24-19:53:48`. */
static gboolean
submit_run(VtDb *db,
    const VtJobKinds *kinds,
    const VtJob *job,
    gint64 now_us,
    gint64 *ret_job_id,
    GError **error)
{
    g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(now_us / G_USEC_PER_SEC);
    g_autofree char *time = g_date_time_format(now, "%Y-%m-%d-%H:%M:%S");
    g_autofree char *name = g_strdup_printf(
        "%.*s_%s", (int)(VT_JOB_MAX_NAME - strlen(time) - 1), job->original_name, time);
    VtJobSpec spec = vt_job_spec(job);

    spec.name = name;
    spec.rule = NULL;
    spec.zone = NULL;
    spec.parent_id = job->job_id;
    return vt_job_submit(db, kinds, &spec, now_us, ret_job_id, error);
}

gboolean
vt_job_fire_now(VtDb *db,
    const VtJobKinds *kinds,
    gint64 job_id,
    gint64 now_us,
    gint64 *ret_job_id,
    GError **error)
{
    g_autoptr(VtJob) job = vt_job_read(db, job_id, error);
    gboolean has = FALSE;
    VtJobState to;

    if (job == NULL || !vt_job_state_after(job->state, VT_JOB_EVENT_FIRE, &to, error))
        return FALSE;
    if (job->rule == NULL) {
        if (!move(db, job, VT_JOB_EVENT_FIRE, now_us, error) ||
            !for_job(db, &vt_sql_job_schedule_remove, job_id, NULL, error))
            return FALSE;
        *ret_job_id = job_id;
        return TRUE;
    }
    if (!has_open_run(db, job_id, &has, error))
        return FALSE;
    if (has)
        return vt_throw(error, VT_ERROR_JOB_STATE, "the last run of the job has not ended");
    return submit_run(db, kinds, job, now_us, ret_job_id, error);
}

static void
bind_json(VtStmt *stmt, const char *parameter, const json_t *json)
{
    g_autofree char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;

    vt_stmt_bind_text(stmt, parameter, text);
}

static gboolean
write_edit(VtDb *db, gint64 job_id, const VtJobSpec *spec, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_edit, error);
    g_autoptr(json_t) none = json_object();
    guint64 changed = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    vt_stmt_bind_text(stmt, "name", spec->name);
    vt_stmt_bind_text(stmt, "description", spec->description != NULL ? spec->description : "");
    vt_stmt_bind_text(stmt, "locale", spec->locale != NULL ? spec->locale : "");
    bind_json(stmt, "parameters", spec->parameters != NULL ? spec->parameters : none);
    vt_stmt_bind_int(stmt, "run_as", spec->run_as);
    vt_stmt_bind_text(stmt, "email", vt_job_email_names[spec->email]);
    bind_json(stmt, "notice", spec->notice);
    bind_json(stmt, "follow", spec->follow);
    vt_stmt_bind_int(stmt, "priority", spec->priority);
    if (!vt_stmt_exec(stmt, &changed, error))
        return FALSE;
    return changed > 0 ||
           vt_throw(error, VT_ERROR_JOB_STATE, "only a job that is yet to come can be changed");
}

gboolean
vt_job_edit(VtDb *db,
    const VtJobKinds *kinds,
    gint64 job_id,
    const VtJobSpec *spec,
    gint64 now_us,
    GError **error)
{
    g_autoptr(VtSchedule) schedule = NULL;
    gint64 next_us = spec->exec_us;

    if (spec->exec_us == 0 && spec->rule == NULL)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "say a time or a rule");
    if (spec->name == NULL)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "a job keeps a name");
    if (spec->rule == NULL && next_us <= now_us)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "the time of the job is past");
    if (!vt_job_check(kinds, spec, error) || !write_edit(db, job_id, spec, error))
        return FALSE;
    if (spec->rule == NULL)
        return set_schedule(db, job_id, NULL, spec->zone, next_us, error);
    schedule = vt_schedule_parse(spec->rule, error);
    if (schedule == NULL ||
        !next_fire(spec->rule, spec->zone != NULL ? spec->zone : "", now_us, &next_us, error))
        return FALSE;
    if (vt_schedule_is_immediate(schedule) || next_us == 0)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "the rule names no time to come");
    return set_schedule(db, job_id, vt_schedule_text(schedule), spec->zone, next_us, error);
}

gboolean
vt_job_delete(VtDb *db, gint64 job_id, GError **error)
{
    g_autoptr(VtJob) job = NULL;
    guint64 deleted = 0;

    if (!for_job(db, &vt_sql_job_delete_scheduled, job_id, &deleted, error))
        return FALSE;
    if (deleted > 0)
        return for_job(db, &vt_sql_job_schedule_remove, job_id, NULL, error);
    job = vt_job_read(db, job_id, error);
    if (job == NULL)
        return FALSE;
    return vt_throw(error, VT_ERROR_JOB_STATE,
        "the job is '%s'; only one that is yet to come can be deleted",
        vt_job_state_names[job->state]);
}

static gboolean
is_booked(VtDb *db, const VtJobKind *kind, gint64 tenant_id, gboolean *ret_is, GError **error)
{
    static const VtJobState booked[] = {VT_JOB_STATE_SCHEDULED, VT_JOB_STATE_PAUSED};

    *ret_is = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(booked) && !*ret_is; i++) {
        VtJobQuery query = {.tenant_id = tenant_id,
            .kind = kind->name,
            .state = vt_job_state_names[booked[i]],
            .to_us = G_MAXINT64,
            .limit = 1};
        g_autoptr(GPtrArray) list = vt_job_list(db, &query, error);

        if (list == NULL)
            return FALSE;
        *ret_is = list->len > 0;
    }
    return TRUE;
}

gboolean
vt_job_book_standing(
    VtDb *db, const VtJobKinds *kinds, gint64 tenant_id, gint64 now_us, GError **error)
{
    for (const VtJobKind *const *at = kinds->table; *at != NULL; at++) {
        VtJobSpec spec = {.tenant_id = tenant_id,
            .kind = (*at)->name,
            .name = (*at)->label,
            .rule = (*at)->standing};
        gboolean is = FALSE;
        gint64 job_id;

        if (spec.rule == NULL)
            continue;
        if (!is_booked(db, *at, tenant_id, &is, error) ||
            (!is && !vt_job_submit(db, kinds, &spec, now_us, &job_id, error)))
            return FALSE;
    }
    return TRUE;
}

/* A line of the book whose time has come. */
typedef struct {
    gint64 job_id;
    gint64 due_us;
    gboolean is_blocked;
    gboolean is_recurring;
} Due;

static GArray *
list_due(VtDb *db, gint64 now_us, const Due *after, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_schedule_due, error);
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(Due));

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "now_us", now_us);
    vt_stmt_bind_int(stmt, "after_us", after->due_us);
    vt_stmt_bind_int(stmt, "after_id", after->job_id);
    vt_stmt_bind_int(stmt, "page", DUE_PAGE);
    while (vt_stmt_next(stmt)) {
        Due due = {vt_stmt_int(stmt, "job_id"), vt_stmt_int(stmt, "next_fire_us"),
            vt_stmt_int(stmt, "is_blocked") != 0, !vt_stmt_is_null(stmt, "rule")};

        g_array_append_val(list, due);
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return g_steal_pointer(&list);
}

/* Moves the time on; whoever does it fires. @next_us 0: it never fires again. */
static gboolean
take_fire(VtDb *db,
    const Due *due,
    gint64 next_us,
    gboolean is_missed,
    gboolean *ret_is_ours,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_schedule_fire, error);
    guint64 taken = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", due->job_id);
    vt_stmt_bind_int(stmt, "due_us", due->due_us);
    if (next_us != 0)
        vt_stmt_bind_int(stmt, "next_fire_us", next_us);
    if (!is_missed)
        vt_stmt_bind_int(stmt, "last_fire_us", due->due_us);
    vt_stmt_bind_int(stmt, "n_missed", is_missed ? 1 : 0);
    if (!vt_stmt_exec(stmt, &taken, error))
        return FALSE;
    *ret_is_ours = taken > 0;
    return TRUE;
}

static gboolean
block(VtDb *db, const Due *due, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_schedule_block, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", due->job_id);
    vt_stmt_bind_int(stmt, "due_us", due->due_us);
    return vt_stmt_exec(stmt, NULL, error);
}

/* Of the last time of a rule nothing stays in the book. */
static gboolean
retire(VtDb *db, gint64 job_id, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_retire, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    vt_stmt_bind_int(stmt, "now_us", now_us);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
fire_recurring(VtDb *db,
    const VtJobKinds *kinds,
    const VtJob *job,
    const Due *due,
    gint64 now_us,
    guint *n,
    GError **error)
{
    gboolean is_missed = !due->is_blocked && now_us - due->due_us >= VT_JOB_MISFIRE_US;
    gboolean has = FALSE, is_ours = FALSE;
    gint64 next_us = 0, run_id = 0;

    if (!has_open_run(db, job->job_id, &has, error))
        return FALSE;
    if (has && !is_missed)
        return due->is_blocked || block(db, due, error);
    if (!next_fire(job->rule, job->zone, now_us, &next_us, error) ||
        !take_fire(db, due, next_us, is_missed, &is_ours, error))
        return FALSE;
    if (is_ours && !is_missed) {
        if (!submit_run(db, kinds, job, now_us, &run_id, error))
            return FALSE;
        (*n)++;
    }
    return next_us != 0 || retire(db, job->job_id, now_us, error);
}

static gboolean
fire_once(VtDb *db, const VtJob *job, const Due *due, gint64 now_us, guint *n, GError **error)
{
    VtJobReport late = {VT_JOB_LEVEL_WARNING, "late", NULL,
        "the job was due while nobody was there to run it, or while it was paused"};
    gboolean is_ours = FALSE;

    if (!take_fire(db, due, 0, FALSE, &is_ours, error))
        return FALSE;
    if (!is_ours)
        return TRUE;
    if (!move(db, job, VT_JOB_EVENT_FIRE, due->due_us, error) ||
        !for_job(db, &vt_sql_job_schedule_remove, job->job_id, NULL, error))
        return FALSE;
    (*n)++;
    return now_us - due->due_us < VT_JOB_MISFIRE_US ||
           vt_job_report_warn(db, job->job_id, &late, now_us, error);
}

static gboolean
fire(VtDb *db, const VtJobKinds *kinds, const Due *due, gint64 now_us, guint *n, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtJob) job = tx != NULL ? vt_job_read(db, due->job_id, error) : NULL;

    if (job == NULL)
        return FALSE;
    if (job->state != VT_JOB_STATE_SCHEDULED)
        return TRUE;
    if (!(due->is_recurring ? fire_recurring(db, kinds, job, due, now_us, n, error)
                            : fire_once(db, job, due, now_us, n, error)))
        return FALSE;
    return vt_tx_commit(tx, error);
}

/* What cannot be fired, because too many jobs wait or this program does not know its kind, misses
 * this time and hinders no other. */
static gboolean
skip(VtDb *db, const Due *due, gint64 now_us, const GError *why, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtJob) job = tx != NULL ? vt_job_read(db, due->job_id, error) : NULL;
    gint64 next_us = due->due_us + VT_JOB_MISFIRE_US;
    gboolean is_ours = FALSE;

    if (job == NULL)
        return FALSE;
    vt_log(VT_LOG_WARNING, "job.missed", "%s: %s", job->name, why->message);
    if (due->is_recurring)
        next_fire(job->rule, job->zone, now_us, &next_us, NULL);
    return take_fire(db, due, next_us, TRUE, &is_ours, error) && vt_tx_commit(tx, error);
}

static gboolean
is_of_database(const GError *error)
{
    VtErrorCode code = vt_error_code(error);

    return code == VT_ERROR_DATABASE || code == VT_ERROR_STORAGE || code == VT_ERROR_DAMAGED;
}

gboolean
vt_job_fire_due(VtDb *db, const VtJobKinds *kinds, gint64 now_us, guint *ret_n, GError **error)
{
    Due after = {0};
    guint n = 0, n_seen = DUE_PAGE;

    while (n_seen == DUE_PAGE) {
        g_autoptr(GArray) list = list_due(db, now_us, &after, error);

        if (list == NULL)
            return FALSE;
        n_seen = list->len;
        for (guint i = 0; i < list->len; i++) {
            const Due *due = &g_array_index(list, Due, i);
            g_autoptr(GError) local = NULL;

            after = *due;
            if (fire(db, kinds, due, now_us, &n, &local) ||
                vt_error_is(local, VT_ERROR_NOT_FOUND) || vt_error_is(local, VT_ERROR_JOB_STATE))
                continue;
            if (is_of_database(local)) {
                g_propagate_error(error, g_steal_pointer(&local));
                return FALSE;
            }
            if (!skip(db, due, now_us, local, error))
                return FALSE;
        }
    }
    *ret_n = n;
    return TRUE;
}
