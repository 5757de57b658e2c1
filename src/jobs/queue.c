#include "jobs/queue.h"

#include "base/schedule.h"
#include "jobs/mail.h"
#include "jobs/notice.h"
#include "jobs_sql.h"

#include <string.h>

enum { LOST_PAGE = 100 };

static gboolean
check_length(const char *what, const char *text, gsize most, GError **error)
{
    if (text == NULL)
        return TRUE;
    if (strlen(text) > most)
        return vt_throw(error, VT_ERROR_TOO_LARGE,
            "\"%s\" is longer than %" G_GSIZE_FORMAT " bytes", what, most);
    for (const char *at = text; *at != '\0'; at++)
        if (g_ascii_iscntrl(*at) && *at != '\n')
            return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" holds a control character", what);
    return TRUE;
}

static gboolean
check_parameters(
    const VtJobKinds *kinds, const char *name, const json_t *parameters, GError **error)
{
    const VtJobKind *kind = vt_job_kind_find(kinds, name, error);
    g_autoptr(json_t) none = json_object();

    if (kind == NULL)
        return FALSE;
    if (parameters == NULL)
        parameters = none;
    if (!json_is_object(parameters))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"parameters\" must be an object");
    if (json_dumpb(parameters, NULL, 0, JSON_COMPACT) > VT_JOB_MAX_PARAMETERS)
        return vt_throw(error, VT_ERROR_TOO_LARGE, "\"parameters\" are larger than %d bytes",
            VT_JOB_MAX_PARAMETERS);
    if (kind->check != NULL)
        return kind->check(parameters, error);
    return json_object_size(parameters) == 0 ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "a job of the type '%s' has no parameters", name);
}

static gboolean
check_follow(const VtJobKinds *kinds, const json_t *follow, GError **error)
{
    static const char *const known[] = {"type", "parameters", "only_if_changed", NULL};
    const json_t *only = json_object_get(follow, "only_if_changed");
    const char *type = json_string_value(json_object_get(follow, "type")), *key;
    json_t *value;

    if (follow == NULL)
        return TRUE;
    if (type == NULL || (only != NULL && !json_is_boolean(only)))
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "\"follow\" is an object with \"type\", \"parameters\" and \"only_if_changed\"");
    json_object_foreach((json_t *)(gsize)follow, key, value)
    {
        if (!g_strv_contains(known, key))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" is not known in \"follow\"", key);
    }
    return check_parameters(kinds, type, json_object_get(follow, "parameters"), error);
}

gboolean
vt_job_check(const VtJobKinds *kinds, const VtJobSpec *spec, GError **error)
{
    if (spec->name != NULL && *spec->name == '\0')
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"name\" is empty");
    if (spec->exec_us != 0 && spec->rule != NULL)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "a job runs at a time or by a rule, not both");
    return check_length("name", spec->name, VT_JOB_MAX_NAME, error) &&
           check_length("description", spec->description, VT_JOB_MAX_DESCRIPTION, error) &&
           check_length("locale", spec->locale, 16, error) &&
           check_parameters(kinds, spec->kind, spec->parameters, error) &&
           vt_job_notice_check(spec->notice, error) && check_follow(kinds, spec->follow, error);
}

/* When a job that is not for now fires first. */
static gboolean
first_fire(const VtJobSpec *spec, gint64 now_us, char **ret_rule, gint64 *ret_us, GError **error)
{
    g_autoptr(VtSchedule) schedule = NULL;
    g_autoptr(GTimeZone) zone = NULL;

    if (spec->rule == NULL) {
        *ret_us = spec->exec_us;
        return spec->exec_us > now_us || spec->parent_id != 0 ||
               vt_throw(error, VT_ERROR_BAD_VALUE, "the time of the job is past");
    }
    schedule = vt_schedule_parse(spec->rule, error);
    zone = schedule != NULL ? vt_schedule_zone(spec->zone != NULL ? spec->zone : "", error) : NULL;
    if (zone == NULL)
        return FALSE;
    if (vt_schedule_is_immediate(schedule))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "'immediately' is no rule for a job");
    *ret_us = vt_schedule_next(schedule, now_us, zone);
    if (*ret_us == 0)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "the rule names no time to come");
    *ret_rule = g_strdup(vt_schedule_text(schedule));
    return TRUE;
}

static gboolean
add_schedule(
    VtDb *db, gint64 job_id, const char *rule, const char *zone, gint64 next_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_schedule_add, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    vt_stmt_bind_text(stmt, "rule", rule);
    vt_stmt_bind_text(stmt, "zone", zone != NULL ? zone : "");
    vt_stmt_bind_int(stmt, "next_fire_us", next_us);
    return vt_stmt_exec(stmt, NULL, error);
}

/* `Publish_2026-11-24-19:53:48`, on the clock of the server. */
static char *
default_name(const VtJobKind *kind, gint64 now_us)
{
    g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(now_us / G_USEC_PER_SEC);
    g_autofree char *text = g_date_time_format(now, "%Y-%m-%d-%H:%M:%S");

    return g_strdup_printf("%s_%s", kind->label, text);
}

static void
bind_json(VtStmt *stmt, const char *parameter, const json_t *json)
{
    g_autofree char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;

    vt_stmt_bind_text(stmt, parameter, text);
}

/* One job at a time works on a lane. */
static void
bind_lane(VtStmt *stmt, const VtJobKind *kind, gint64 tenant_id)
{
    g_autofree char *lane = g_strdup_printf("%s %" G_GINT64_FORMAT, kind->name, tenant_id);

    if (kind->is_single)
        vt_stmt_bind_text(stmt, "lane", lane);
}

static gboolean
add_row(VtDb *db,
    const VtJobKind *kind,
    const VtJobSpec *spec,
    gboolean is_later,
    gint64 now_us,
    gint64 *ret_job_id,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_add, error);
    g_autofree char *made = spec->name == NULL ? default_name(kind, now_us) : NULL;
    const char *name = made != NULL ? made : spec->name;
    g_autoptr(json_t) none = json_object();

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", spec->tenant_id);
    vt_stmt_bind_text(stmt, "kind", kind->name);
    vt_stmt_bind_text(
        stmt, "state", vt_job_state_names[is_later ? VT_JOB_STATE_SCHEDULED : VT_JOB_STATE_QUEUED]);
    vt_stmt_bind_text(stmt, "name", name);
    vt_stmt_bind_text(stmt, "original_name", name);
    vt_stmt_bind_text(stmt, "description", spec->description != NULL ? spec->description : "");
    vt_stmt_bind_text(stmt, "locale", spec->locale != NULL ? spec->locale : "");
    vt_stmt_bind_text(stmt, "node", kind->files != VT_JOB_FILES_NONE ? spec->node : NULL);
    vt_stmt_bind_text(stmt, "email", vt_job_email_names[spec->email]);
    vt_stmt_bind_int(stmt, "submitted_by", spec->submitted_by);
    vt_stmt_bind_int(stmt, "run_as", spec->run_as);
    if (spec->parent_id != 0)
        vt_stmt_bind_int(stmt, "parent_id", spec->parent_id);
    vt_stmt_bind_int(stmt, "priority", spec->priority);
    bind_lane(stmt, kind, spec->tenant_id);
    bind_json(stmt, "parameters", spec->parameters != NULL ? spec->parameters : none);
    bind_json(stmt, "notice", spec->notice);
    bind_json(stmt, "follow", spec->follow);
    vt_stmt_bind_int(stmt, "created_us", now_us);
    vt_stmt_bind_int(stmt, "ready_us", now_us);
    vt_stmt_bind_int(stmt, "max_attempts", MAX(kind->max_attempts, 1));
    return vt_stmt_read_int(stmt, "job_id", ret_job_id, error);
}

static gboolean
make_name_unique(VtDb *db, gint64 job_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_make_name_unique, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
check_room(VtDb *db, gint64 tenant_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_count_open, error);
    gint64 n = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "most", VT_JOB_MAX_OPEN);
    while (vt_stmt_next(stmt))
        n = vt_stmt_int(stmt, "n");
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    return n < VT_JOB_MAX_OPEN ||
           vt_throw(error, VT_ERROR_BUSY, "%d jobs wait already", VT_JOB_MAX_OPEN);
}

gboolean
vt_job_submit(VtDb *db,
    const VtJobKinds *kinds,
    const VtJobSpec *spec,
    gint64 now_us,
    gint64 *ret_job_id,
    GError **error)
{
    const VtJobKind *kind = vt_job_kind_find(kinds, spec->kind, error);
    gboolean is_later = spec->exec_us != 0 || spec->rule != NULL;
    g_autofree char *rule = NULL;
    gint64 fire_us = 0, job_id = 0;

    g_return_val_if_fail(vt_db_is_writing(db), FALSE);
    if (kind == NULL || !vt_job_check(kinds, spec, error) ||
        (is_later && !first_fire(spec, now_us, &rule, &fire_us, error)) ||
        !check_room(db, spec->tenant_id, error) ||
        !add_row(db, kind, spec, is_later, now_us, &job_id, error) ||
        !make_name_unique(db, job_id, error) ||
        (is_later && !add_schedule(db, job_id, rule, spec->zone, fire_us, error)))
        return FALSE;
    *ret_job_id = job_id;
    return TRUE;
}

/* `,publish,sync,` */
static char *
kind_words(const VtJobKinds *kinds)
{
    GString *words = g_string_new(",");

    for (const VtJobKind *const *at = kinds->table; *at != NULL; at++)
        g_string_append_printf(words, "%s,", (*at)->name);
    return g_string_free(words, FALSE);
}

static gboolean
is_waiting(VtDb *db,
    const char *words,
    const char *worker,
    gint64 now_us,
    gint64 *ret_job_id,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_waiting, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "now_us", now_us);
    vt_stmt_bind_text(stmt, "kinds", words);
    vt_stmt_bind_text(stmt, "worker", worker);
    return vt_stmt_read_int(stmt, "job_id", ret_job_id, error);
}

gboolean
vt_job_claim(VtDb *db,
    const VtJobKinds *kinds,
    const char *worker,
    gint64 lease_us,
    gint64 now_us,
    gint64 *ret_job_id,
    GError **error)
{
    g_autofree char *words = kind_words(kinds);
    g_autoptr(VtStmt) stmt = NULL;
    g_autoptr(GError) local = NULL;
    gint64 waiting = 0;

    if (!is_waiting(db, words, worker, now_us, &waiting, error))
        return FALSE;
    *ret_job_id = 0;
    if (waiting == 0)
        return TRUE;
    stmt = vt_db_stmt(db, &vt_sql_job_claim, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "now_us", now_us);
    vt_stmt_bind_text(stmt, "kinds", words);
    vt_stmt_bind_text(stmt, "worker", worker);
    vt_stmt_bind_int(stmt, "lease_until_us", now_us + lease_us);
    if (vt_stmt_read_int(stmt, "job_id", ret_job_id, &local))
        return TRUE;
    if (vt_error_is(local, VT_ERROR_CONFLICT)) /* another took the lane in the same moment */
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

static gint64
backoff_us(gint64 n_failures)
{
    return MIN(VT_JOB_BACKOFF_US << MIN(n_failures, 10), VT_JOB_MAX_BACKOFF_US);
}

static VtJobEvent
event_of(const VtJob *job, const VtJobEnding *ending)
{
    if (ending->error == NULL)
        return ending->is_cut_short ? VT_JOB_EVENT_RETRY : VT_JOB_EVENT_END;
    if (vt_error_rows[vt_error_code(ending->error)].retry &&
        job->n_failures + 1 < job->max_attempts)
        return VT_JOB_EVENT_RETRY;
    return VT_JOB_EVENT_FAIL;
}

gboolean
vt_job_goes_on(const VtJob *job, const VtJobEnding *ending)
{
    return event_of(job, ending) == VT_JOB_EVENT_RETRY;
}

static void
bind_error(VtStmt *stmt, const GError *failure)
{
    if (failure == NULL)
        return;
    vt_stmt_bind_text(stmt, "error_code", vt_error_rows[vt_error_code(failure)].code);
    vt_stmt_bind_text(stmt, "error_text", failure->message);
}

/* @ret_moved: whether the job was in @from. */
static gboolean
move_to_end(VtDb *db,
    const VtJob *job,
    const VtJobEnding *ending,
    VtJobState from,
    VtJobState to,
    guint64 *ret_moved,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_end, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job->job_id);
    vt_stmt_bind_int(stmt, "attempt", job->attempt);
    vt_stmt_bind_text(stmt, "old_state", vt_job_state_names[from]);
    vt_stmt_bind_text(stmt, "new_state", vt_job_state_names[to]);
    vt_stmt_bind_int(stmt, "ended_us", ending->now_us);
    bind_error(stmt, ending->error);
    return vt_stmt_exec(stmt, ret_moved, error);
}

static gboolean
move_to_queue(
    VtDb *db, const VtJob *job, const VtJobEnding *ending, guint64 *ret_moved, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_requeue, error);
    gboolean has_failed = ending->error != NULL;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job->job_id);
    vt_stmt_bind_int(stmt, "attempt", job->attempt);
    vt_stmt_bind_int(stmt, "n_failures", has_failed ? 1 : 0);
    vt_stmt_bind_int(
        stmt, "ready_us", ending->now_us + (has_failed ? backoff_us(job->n_failures) : 0));
    bind_error(stmt, ending->error);
    return vt_stmt_exec(stmt, ret_moved, error);
}

/* The job that follows one that is done. */
static gboolean
submit_follower(VtDb *db, const VtJobKinds *kinds, const VtJob *job, gint64 now_us, GError **error)
{
    g_autoptr(VtJob) now = NULL;
    g_autofree char *name = g_strdup_printf("Pub_%.*s", VT_JOB_MAX_NAME - 4, job->original_name);
    VtJobSpec spec = {.tenant_id = job->tenant_id,
        .kind = json_string_value(json_object_get(job->follow, "type")),
        .name = name,
        .description = job->description,
        .locale = job->locale,
        .email = job->email,
        .submitted_by = job->submitted_by,
        .run_as = job->run_as,
        .parent_id = job->job_id,
        .priority = job->priority,
        .parameters = json_object_get(job->follow, "parameters")};
    gint64 id;

    if (job->follow == NULL)
        return TRUE;
    now = vt_job_read(db, job->job_id, error);
    if (now == NULL)
        return FALSE;
    if (json_is_true(json_object_get(job->follow, "only_if_changed")) && now->n_success == 0)
        return TRUE;
    return vt_job_submit(db, kinds, &spec, now_us, &id, error);
}

/* A job that is to stop is cancelled, whatever else happened to it. */
gboolean
vt_job_end(
    VtDb *db, const VtJobKinds *kinds, const VtJob *job, const VtJobEnding *ending, GError **error)
{
    static const VtJobState held[] = {VT_JOB_STATE_RUNNING, VT_JOB_STATE_STOPPING};
    VtJobEvent event = event_of(job, ending);
    VtJobState to = VT_JOB_STATE_QUEUED;
    guint64 moved = 0;

    g_return_val_if_fail(vt_db_is_writing(db), FALSE);
    for (gsize i = 0; i < G_N_ELEMENTS(held) && moved == 0; i++) {
        if (!vt_job_state_after(held[i], event, &to, error))
            return FALSE;
        if (to == VT_JOB_STATE_QUEUED ? !move_to_queue(db, job, ending, &moved, error)
                                      : !move_to_end(db, job, ending, held[i], to, &moved, error))
            return FALSE;
    }
    if (moved == 0)
        return vt_throw(error, VT_ERROR_JOB_LOST,
            "job %" G_GINT64_FORMAT " is in other hands meanwhile", job->job_id);
    if (to != VT_JOB_STATE_QUEUED &&
        !vt_job_mail_queue(db, kinds, job->job_id, ending->now_us, error))
        return FALSE;
    return to != VT_JOB_STATE_DONE || submit_follower(db, kinds, job, ending->now_us, error);
}

static gboolean
cancel_queued(VtDb *db, gint64 job_id, gint64 now_us, guint64 *ret_moved, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_cancel_queued, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    vt_stmt_bind_int(stmt, "now_us", now_us);
    return vt_stmt_exec(stmt, ret_moved, error);
}

static gboolean
tell_to_stop(VtDb *db, gint64 job_id, guint64 *ret_moved, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_move, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    vt_stmt_bind_text(stmt, "old_state", vt_job_state_names[VT_JOB_STATE_RUNNING]);
    vt_stmt_bind_text(stmt, "new_state", vt_job_state_names[VT_JOB_STATE_STOPPING]);
    return vt_stmt_exec(stmt, ret_moved, error);
}

gboolean
vt_job_cancel(VtDb *db, gint64 job_id, gint64 now_us, GError **error)
{
    g_autoptr(VtJob) job = NULL;
    guint64 moved = 0;
    VtJobState to;

    if (!cancel_queued(db, job_id, now_us, &moved, error) ||
        (moved == 0 && !tell_to_stop(db, job_id, &moved, error)))
        return FALSE;
    if (moved > 0)
        return TRUE;
    job = vt_job_read(db, job_id, error);
    if (job == NULL || !vt_job_state_after(job->state, VT_JOB_EVENT_CANCEL, &to, error))
        return FALSE;
    return vt_throw(error, VT_ERROR_JOB_STATE, "the job goes on to its next attempt; try again");
}

static GArray *
lost_ids(VtDb *db, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_lost, error);
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "now_us", now_us);
    vt_stmt_bind_int(stmt, "page", LOST_PAGE);
    return vt_stmt_read_ints(stmt, "job_id", ids, error) ? g_steal_pointer(&ids) : NULL;
}

static gboolean
take_lost(VtDb *db, gint64 job_id, gint64 now_us, guint64 *ret_taken, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_take_lost, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    vt_stmt_bind_int(stmt, "now_us", now_us);
    return vt_stmt_exec(stmt, ret_taken, error);
}

static gboolean
reclaim_one(
    VtDb *db, const VtJobKinds *kinds, gint64 job_id, gint64 now_us, guint *n, GError **error)
{
    g_autoptr(GError) lost =
        g_error_new(VT_ERROR, VT_ERROR_JOB_LOST, "the worker that had the job was lost");
    VtJobEnding ending = {.error = lost, .now_us = now_us};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtJob) job = NULL;
    guint64 taken = 0;

    if (tx == NULL || !take_lost(db, job_id, now_us, &taken, error))
        return FALSE;
    if (taken == 0)
        return TRUE;
    job = vt_job_read(db, job_id, error);
    if (job == NULL || !vt_job_end(db, kinds, job, &ending, error) || !vt_tx_commit(tx, error))
        return FALSE;
    (*n)++;
    return TRUE;
}

gboolean
vt_job_reclaim(VtDb *db, const VtJobKinds *kinds, gint64 now_us, guint *ret_n, GError **error)
{
    g_autoptr(GArray) ids = lost_ids(db, now_us, error);
    guint n = 0;

    for (guint i = 0; ids != NULL && i < ids->len; i++)
        if (!reclaim_one(db, kinds, g_array_index(ids, gint64, i), now_us, &n, error))
            return FALSE;
    *ret_n = n;
    return ids != NULL;
}

gboolean
vt_job_abandon(VtDb *db, const char *worker, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_abandon, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "worker", worker);
    return vt_stmt_exec(stmt, NULL, error);
}
