#include "jobs/job.h"

#include "base/text.h"
#include "jobs_sql.h"

#include <string.h>

const VtMigration vt_jobs_migrations[] = {
    {"jobs", 1, &vt_sql_schema_jobs_1},
    {"jobs", 2, &vt_sql_schema_jobs_2},
    {"jobs", 3, &vt_sql_schema_jobs_3},
};
const gsize vt_jobs_n_migrations = G_N_ELEMENTS(vt_jobs_migrations);

const char *const vt_job_sort_names[] = {
    "started", "name", "total", "warnings", "errors", "run_as", "duration", NULL};

void
vt_job_free(VtJob *self)
{
    if (self == NULL)
        return;
    g_free(self->kind);
    g_free(self->name);
    g_free(self->original_name);
    g_free(self->description);
    g_free(self->locale);
    g_free(self->node);
    json_decref(self->parameters);
    json_decref(self->notice);
    json_decref(self->follow);
    json_decref(self->checkpoint);
    json_decref(self->result);
    g_free(self->message);
    g_free(self->error_code);
    g_free(self->error_text);
    g_free(self->rule);
    g_free(self->zone);
    g_free(self);
}

/* What this room wrote itself; a text that is no JSON any more is as none. */
static json_t *
json_of(VtStmt *stmt, const char *column)
{
    const char *text = vt_stmt_text(stmt, column);

    return text != NULL ? vt_json_parse(text, strlen(text), NULL) : NULL;
}

/* The place of a word this program wrote. */
static int
word_of(VtStmt *stmt, const char *column, const char *const *words, int n)
{
    return MAX(vt_text_index(words, n, vt_stmt_text(stmt, column)), 0);
}

static void
take_numbers(VtStmt *stmt, VtJob *job)
{
    job->submitted_by = vt_stmt_int(stmt, "submitted_by");
    job->run_as = vt_stmt_int(stmt, "run_as");
    job->parent_id = vt_stmt_int(stmt, "parent_id");
    job->priority = vt_stmt_int(stmt, "priority");
    job->created_us = vt_stmt_int(stmt, "created_us");
    job->ready_us = vt_stmt_int(stmt, "ready_us");
    job->started_us = vt_stmt_int(stmt, "started_us");
    job->ended_us = vt_stmt_int(stmt, "ended_us");
    job->attempt = vt_stmt_int(stmt, "attempt");
    job->n_failures = vt_stmt_int(stmt, "n_failures");
    job->max_attempts = vt_stmt_int(stmt, "max_attempts");
    job->n_total = vt_stmt_int(stmt, "n_total");
    job->n_done = vt_stmt_int(stmt, "n_done");
    job->n_success = vt_stmt_int(stmt, "n_success");
    job->n_warning = vt_stmt_int(stmt, "n_warning");
    job->n_error = vt_stmt_int(stmt, "n_error");
    job->n_items = vt_stmt_int(stmt, "n_items");
    job->has_notice_due = !vt_stmt_is_null(stmt, "notice_due_us");
    job->n_notice_tries = vt_stmt_int(stmt, "notice_tries");
    job->is_booked = !vt_stmt_is_null(stmt, "zone");
    job->next_fire_us = vt_stmt_int(stmt, "next_fire_us");
    job->last_fire_us = vt_stmt_int(stmt, "last_fire_us");
    job->n_missed = vt_stmt_int(stmt, "n_missed");
}

static VtJob *
take_job(VtStmt *stmt)
{
    VtJob *job = g_new0(VtJob, 1);

    job->job_id = vt_stmt_int(stmt, "job_id");
    job->tenant_id = vt_stmt_int(stmt, "tenant_id");
    job->kind = g_strdup(vt_stmt_text(stmt, "kind"));
    job->state = (VtJobState)word_of(stmt, "state", vt_job_state_names, VT_JOB_STATE_COUNT);
    job->name = g_strdup(vt_stmt_text(stmt, "name"));
    job->original_name = g_strdup(vt_stmt_text(stmt, "original_name"));
    job->description = g_strdup(vt_stmt_text(stmt, "description"));
    job->locale = g_strdup(vt_stmt_text(stmt, "locale"));
    job->node = g_strdup(vt_stmt_text(stmt, "node"));
    job->email = (VtJobEmail)word_of(stmt, "email", vt_job_email_names, VT_JOB_EMAIL_COUNT);
    job->parameters = json_of(stmt, "parameters");
    job->notice = json_of(stmt, "notice");
    job->follow = json_of(stmt, "follow");
    job->checkpoint = json_of(stmt, "checkpoint");
    job->result = json_of(stmt, "result");
    job->message = g_strdup(vt_stmt_text(stmt, "message"));
    job->error_code = g_strdup(vt_stmt_text(stmt, "error_code"));
    job->error_text = g_strdup(vt_stmt_text(stmt, "error_text"));
    job->rule = g_strdup(vt_stmt_text(stmt, "rule"));
    job->zone = g_strdup(vt_stmt_text(stmt, "zone"));
    take_numbers(stmt, job);
    return job;
}

VtJob *
vt_job_read(VtDb *db, gint64 job_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_read, error);
    g_autoptr(VtJob) job = NULL;

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    if (vt_stmt_next(stmt))
        job = take_job(stmt);
    if (!vt_stmt_end(stmt, error))
        return NULL;
    if (job == NULL)
        return vt_throw_null(
            error, VT_ERROR_NOT_FOUND, "there is no job %" G_GINT64_FORMAT, job_id);
    return g_steal_pointer(&job);
}

static gboolean
check_query(const VtJobQuery *query, GError **error)
{
    if (query->state != NULL &&
        vt_text_index(vt_job_state_names, VT_JOB_STATE_COUNT, query->state) < 0)
        return vt_throw(error, VT_ERROR_BAD_ENUM, "there is no state '%s'", query->state);
    if (query->sort != NULL && !g_strv_contains(vt_job_sort_names, query->sort))
        return vt_throw(error, VT_ERROR_BAD_ENUM, "nothing is sorted by '%s'", query->sort);
    if (query->limit < 1 || query->limit > VT_JOB_MAX_LIST || query->skip > VT_JOB_MAX_SKIP)
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "a list has 1 to %d jobs and begins after at most %d", VT_JOB_MAX_LIST,
            VT_JOB_MAX_SKIP);
    return TRUE;
}

static GArray *
list_ids(VtDb *db, const VtJobQuery *query, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(VtStmt) stmt =
        vt_db_stmt(db, query->sort == NULL ? &vt_sql_job_page : &vt_sql_job_page_sorted, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", query->tenant_id);
    vt_stmt_bind_text(stmt, "state", query->state);
    vt_stmt_bind_text(stmt, "kind", query->kind);
    if (query->account_id != 0)
        vt_stmt_bind_int(stmt, "account_id", query->account_id);
    vt_stmt_bind_int(stmt, "from_us", query->from_us);
    vt_stmt_bind_int(stmt, "to_us", query->to_us);
    vt_stmt_bind_int(stmt, "page", query->limit);
    vt_stmt_bind_int(stmt, "skip", query->skip);
    if (query->sort != NULL) {
        vt_stmt_bind_text(stmt, "sort", query->sort);
        vt_stmt_bind_int(stmt, "sign", query->is_descending ? -1 : 1);
    }
    return vt_stmt_read_ints(stmt, "job_id", ids, error) ? g_steal_pointer(&ids) : NULL;
}

static void
free_job(gpointer data)
{
    vt_job_free(data);
}

GPtrArray *
vt_job_list(VtDb *db, const VtJobQuery *query, GError **error)
{
    g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func(free_job);
    g_autoptr(GArray) ids = check_query(query, error) ? list_ids(db, query, error) : NULL;

    for (guint i = 0; ids != NULL && i < ids->len; i++) {
        g_autoptr(GError) local = NULL;
        VtJob *job = vt_job_read(db, g_array_index(ids, gint64, i), &local);

        if (job != NULL) {
            g_ptr_array_add(jobs, job);
        } else if (!vt_error_is(local, VT_ERROR_NOT_FOUND)) { /* it may have gone meanwhile */
            g_propagate_error(error, g_steal_pointer(&local));
            return NULL;
        }
    }
    return ids != NULL ? g_steal_pointer(&jobs) : NULL;
}

gboolean
vt_job_count(VtDb *db, guint64 counts[VT_JOB_STATE_COUNT], GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_count_states, error);

    if (stmt == NULL)
        return FALSE;
    memset(counts, 0, VT_JOB_STATE_COUNT * sizeof counts[0]);
    while (vt_stmt_next(stmt))
        counts[word_of(stmt, "state", vt_job_state_names, VT_JOB_STATE_COUNT)] +=
            (guint64)vt_stmt_int(stmt, "n");
    return vt_stmt_end(stmt, error);
}

guint
vt_job_percent(const VtJob *self)
{
    if (self->state == VT_JOB_STATE_DONE)
        return 100;
    if (self->n_total <= 0)
        return 0;
    return (guint)(MIN(self->n_done, self->n_total) * 99.0 / (double)self->n_total);
}
