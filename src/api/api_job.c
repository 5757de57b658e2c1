/* Jobs by HTTP: taking them on, the book of what is to come, how far they are and what they said.
 * Everybody sees the jobs of his tenant; who may publish manages his own, administrators all. */
#include "api/api.h"

#include "api/api_private.h"
#include "base/text.h"
#include "changelog/audit.h"
#include "jobs/book.h"
#include "jobs/files.h"
#include "tenant/account.h"
#include "tenant/setting.h"
#include "tenant/user.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEFAULT_LIST = 50, DEFAULT_ITEMS = 1000, DEFAULT_FIRES = 5, MAX_PRIORITY = 10 };

/* NULL where there is nobody; newly allocated. */
static char *
account_name(VtDb *db, gint64 account_id)
{
    return account_id != 0 ? vt_account_name(db, account_id, NULL) : NULL;
}

static json_t *
describe(VtDb *db, const VtJob *job)
{
    g_autofree char *submitted_by = account_name(db, job->submitted_by);
    g_autofree char *run_as = account_name(db, job->run_as);

    return vt_job_json(job, submitted_by, run_as);
}

/* The job the address names; one of another tenant is not there. */
static VtJob *
find_job(const VtApiCall *call, GError **error)
{
    const char *text = vt_request_path_value(call->request, "job");
    g_autoptr(VtJob) job = NULL;
    gint64 job_id = 0;

    if (!vt_api_read_number("job", text, &job_id, error))
        return NULL;
    job = vt_job_read(call->db, job_id, error);
    if (job == NULL)
        return NULL;
    if (job->tenant_id != call->tenant_id)
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "there is no job %s", text);
    return g_steal_pointer(&job);
}

static gboolean
is_administrator(const VtApiCall *call)
{
    return vt_api_check_administrator(call->db, call->request, NULL);
}

/* Whether only who has the work changes it. */
static gboolean
is_owned(const VtApiCall *call, const VtJob *job)
{
    const VtJobKind *kind = vt_job_kind_find(call->api->kinds, job->kind, NULL);

    return kind != NULL && kind->is_owned;
}

/* As find_job(), for who wants to change it. */
static VtJob *
find_own_job(const VtApiCall *call, GError **error)
{
    g_autoptr(VtJob) job = find_job(call, error);
    gint64 account_id = call->actor.account_id;

    if (job == NULL)
        return NULL;
    if (job->submitted_by != account_id && job->run_as != account_id && !is_administrator(call))
        return vt_throw_null(
            error, VT_ERROR_FORBIDDEN, "the job is another's; administrators manage those of all");
    if (is_owned(call, job))
        return vt_throw_null(error, VT_ERROR_JOB_STATE,
            "job '%s' belongs to what it is for; change that", job->name);
    return g_steal_pointer(&job);
}

/* A number of the query from @least to @most; @ret_number is untouched when it is absent. */
static gboolean
read_bound(const VtRequest *request,
    const char *name,
    guint least,
    guint most,
    guint *ret_number,
    GError **error)
{
    const char *text = vt_request_query_value(request, name);
    guint64 number = 0;

    if (text == NULL)
        return TRUE;
    if (!g_ascii_string_to_unsigned(text, 10, least, most, &number, NULL))
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "\"%s\" must be a number from %u to %u", name, least, most);
    *ret_number = (guint)number;
    return TRUE;
}

static gboolean
read_query(const VtApiCall *call, VtJobQuery *query, GError **error)
{
    const VtRequest *request = call->request;
    const char *mine = vt_request_query_value(request, "mine");
    const char *sort = vt_request_query_value(request, "sort");

    query->state = vt_request_query_value(request, "state");
    query->kind = vt_request_query_value(request, "type");
    query->is_descending = sort != NULL && *sort == '-';
    query->sort = query->is_descending ? sort + 1 : sort;
    if (mine != NULL && strcmp(mine, "true") != 0 && strcmp(mine, "false") != 0)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"mine\" must be true or false");
    if (g_strcmp0(mine, "true") == 0)
        query->account_id = call->actor.account_id;
    return vt_api_read_time(request, "from", &query->from_us, error) &&
           vt_api_read_time(request, "to", &query->to_us, error) &&
           read_bound(request, "limit", 1, VT_JOB_MAX_LIST, &query->limit, error) &&
           read_bound(request, "offset", 0, VT_JOB_MAX_SKIP, &query->skip, error);
}

json_t *
vt_api_job_list(const VtApiCall *call, GError **error)
{
    VtJobQuery query = {.tenant_id = call->tenant_id, .to_us = G_MAXINT64, .limit = DEFAULT_LIST};
    g_autoptr(GPtrArray) jobs = NULL;
    json_t *list;

    if (!read_query(call, &query, error) || (jobs = vt_job_list(call->db, &query, error)) == NULL)
        return NULL;
    list = json_array();
    for (guint i = 0; i < jobs->len; i++)
        json_array_append_new(list, describe(call->db, g_ptr_array_index(jobs, i)));
    return json_pack("{s:o}", "jobs", list);
}

json_t *
vt_api_job_tell(VtDb *db, gint64 job_id, GError **error)
{
    g_autoptr(VtJob) job = vt_job_read(db, job_id, error);

    return job != NULL ? describe(db, job) : NULL;
}

/* With `wait` and the version the client has: once the job has another, but not after `wait`. */
json_t *
vt_api_job_show(const VtApiCall *call, GError **error)
{
    const char *after = vt_request_query_value(call->request, "after");
    g_autoptr(VtJob) job = find_job(call, error);
    g_autoptr(json_t) told = NULL;
    const char *version;
    guint seconds = 0;

    if (job == NULL ||
        !read_bound(call->request, "wait", 0, VT_WAITERS_MAX_SECONDS, &seconds, error))
        return NULL;
    told = describe(call->db, job);
    version = json_string_value(json_object_get(told, "version"));
    if (seconds == 0 || g_strcmp0(after, version) != 0)
        return g_steal_pointer(&told);
    vt_waiters_add(call->api->waiters, call->request, job->job_id, after, seconds, error);
    return NULL;
}

json_t *
vt_api_job_items(const VtApiCall *call, GError **error)
{
    g_autoptr(VtJob) job = find_job(call, error);
    guint limit = DEFAULT_ITEMS, after = 0;

    if (job == NULL || !read_bound(call->request, "limit", 1, VT_JOB_MAX_PAGE, &limit, error) ||
        !read_bound(call->request, "after", 0, G_MAXINT, &after, error))
        return NULL;
    return vt_job_items_json(
        call->db, job->job_id, vt_request_query_value(call->request, "level"), after, limit, error);
}

json_t *
vt_api_job_next_fires(const VtApiCall *call, GError **error)
{
    const char *rule = vt_request_query_value(call->request, "rule");
    const char *zone = vt_request_query_value(call->request, "zone");
    gint64 after_us = call->actor.now_us;
    g_autofree char *own = NULL;
    guint n = DEFAULT_FIRES;

    if (rule == NULL)
        return vt_throw_null(error, VT_ERROR_MISSING_FIELD, "\"rule\" is missing");
    if (!read_bound(call->request, "n", 1, VT_JOB_MAX_FIRES, &n, error) ||
        !vt_api_read_time(call->request, "after", &after_us, error))
        return NULL;
    own = vt_setting_read(call->db, call->tenant_id, VT_SETTING_TIME_ZONE, NULL, error);
    return own != NULL ? vt_job_next_fires_json(rule, zone != NULL ? zone : own, after_us, n, error)
                       : NULL;
}

/* Texts of the body that go into a job as they are; null takes them away. */
static gboolean
read_texts(const json_t *body, VtJobSpec *spec, GError **error)
{
    const struct {
        const char *key;
        const char **text;
    } text_row[] = {{"name", &spec->name}, {"description", &spec->description},
        {"locale", &spec->locale}, {"rule", &spec->rule}, {"zone", &spec->zone}};

    for (gsize i = 0; i < G_N_ELEMENTS(text_row); i++) {
        const json_t *value = json_object_get(body, text_row[i].key);

        if (value == NULL)
            continue;
        if (!json_is_string(value) && !json_is_null(value))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" must be a text", text_row[i].key);
        *text_row[i].text = json_string_value(value);
    }
    return TRUE;
}

/* Whom it runs as: another than oneself takes an administrator. */
static gboolean
read_run_as(const VtApiCall *call, const json_t *body, VtJobSpec *spec, GError **error)
{
    const char *name =
        json_object_get(body, "run_as") != NULL ? vt_json_text(body, "run_as", error) : NULL;
    g_autoptr(GPtrArray) users = NULL;

    if (json_object_get(body, "run_as") == NULL)
        return TRUE;
    if (name == NULL || (users = vt_user_list(call->db, call->tenant_id, error)) == NULL)
        return FALSE;
    for (guint i = 0; i < users->len; i++) {
        const VtUser *user = g_ptr_array_index(users, i);

        if (strcmp(user->name, name) != 0)
            continue;
        spec->run_as = user->account_id;
        return user->account_id == call->actor.account_id ||
               vt_api_check_administrator(call->db, call->request, error);
    }
    return vt_throw(error, VT_ERROR_NOT_FOUND, "there is no user '%s' in this tenant", name);
}

static gboolean
read_choices(const VtApiCall *call, const json_t *body, VtJobSpec *spec, GError **error)
{
    const json_t *email = json_object_get(body, "email");
    const json_t *priority = json_object_get(body, "priority");
    json_int_t n = json_integer_value(priority);
    int word = email != NULL ? vt_text_index(vt_job_email_names, VT_JOB_EMAIL_COUNT,
                                   json_is_string(email) ? json_string_value(email) : "")
                             : (int)spec->email;

    if (word < 0)
        return vt_throw(error, VT_ERROR_BAD_ENUM, "\"email\" is none of the allowed words");
    spec->email = (VtJobEmail)word;
    if (priority == NULL)
        return TRUE;
    if (!json_is_integer(priority) || n < -MAX_PRIORITY || n > MAX_PRIORITY)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"priority\" is a number from -%d to %d",
            MAX_PRIORITY, MAX_PRIORITY);
    spec->priority = n;
    return n <= 0 || vt_api_check_administrator(call->db, call->request, error);
}

/* A time makes it a job for once, a rule one that recurs; null alone makes it one for now. */
static gboolean
read_when(const json_t *body, VtJobSpec *spec, GError **error)
{
    const json_t *time = json_object_get(body, "exec_time");
    const json_t *rule = json_object_get(body, "rule");

    if (time != NULL && !json_is_null(time)) {
        if (rule != NULL && !json_is_null(rule))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "say \"exec_time\" or \"rule\", not both");
        spec->rule = NULL;
        return vt_api_parse_time("exec_time", json_is_string(time) ? json_string_value(time) : "",
            &spec->exec_us, error);
    }
    if (rule != NULL)
        spec->exec_us = 0;
    return TRUE;
}

/* Objects that are handed on as they are; null takes them away. */
static void
read_objects(const json_t *body, VtJobSpec *spec)
{
    const struct {
        const char *key;
        const json_t **object;
    } object_row[] = {{"parameters", &spec->parameters}, {"notification", &spec->notice},
        {"follow", &spec->follow}};

    for (gsize i = 0; i < G_N_ELEMENTS(object_row); i++) {
        const json_t *value = json_object_get(body, object_row[i].key);

        if (value != NULL)
            *object_row[i].object = json_is_null(value) ? NULL : value;
    }
}

/* What the body says, over what @spec holds already. */
static gboolean
read_spec(const VtApiCall *call, const json_t *body, VtJobSpec *spec, GError **error)
{
    read_objects(body, spec);
    return read_texts(body, spec, error) && read_when(body, spec, error) &&
           read_choices(call, body, spec, error) && read_run_as(call, body, spec, error);
}

/* Whether who asks may have such a job done. */
static gboolean
check_kind(const VtApiCall *call, const char *name, GError **error)
{
    const VtJobKind *kind = vt_job_kind_find(call->api->kinds, name, error);

    if (kind == NULL)
        return FALSE;
    if (kind->is_owned)
        return vt_throw(error, VT_ERROR_FORBIDDEN,
            "a job of the type '%s' comes from what it is for, not by itself", name);
    if (kind->files == VT_JOB_FILES_GIVEN)
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "a job of the type '%s' begins with its files: send them to …/uploads", name);
    return kind->role < VT_ROLE_ADMINISTRATOR ||
           vt_api_check_administrator(call->db, call->request, error);
}

static gboolean
check_follow(const VtApiCall *call, const VtJobSpec *spec, GError **error)
{
    const char *type = json_string_value(json_object_get(spec->follow, "type"));

    return type == NULL || check_kind(call, type, error);
}

static gboolean
audit(const VtApiCall *call, const char *action, gint64 job_id, const char *name, GError **error)
{
    g_autofree char *subject = g_strdup_printf("%" G_GINT64_FORMAT " %s", job_id, name);
    const VtAudit audit = {.tenant_id = call->tenant_id, .action = action, .subject = subject};

    return vt_audit_write(call->db, &audit, &call->actor, error);
}

/* After the commit: tells the workers, and answers the job as it is. */
static json_t *
finish(const VtApiCall *call, gint64 job_id, GError **error)
{
    g_autoptr(VtJob) job = vt_job_read(call->db, job_id, error);

    vt_job_workers_ring(call->api->workers);
    return job != NULL ? describe(call->db, job) : NULL;
}

/* The files are in place when the job is there. */
static gboolean
submit(const VtApiCall *call,
    const VtJobSpec *spec,
    const char *folder,
    gint64 *ret_job_id,
    GError **error)
{
    const VtJobKinds *kinds = call->api->kinds;
    g_autoptr(VtTx) tx = vt_tx_begin(call->db, VT_TX_WRITE, error);
    g_autoptr(VtJob) job = NULL;

    if (tx == NULL ||
        !vt_job_submit(call->db, kinds, spec, call->actor.now_us, ret_job_id, error) ||
        (job = vt_job_read(call->db, *ret_job_id, error)) == NULL ||
        !audit(call, "job submit", *ret_job_id, job->name, error) ||
        (folder != NULL && !vt_job_folder_take(kinds->files, *ret_job_id, folder, error)))
        return FALSE;
    if (vt_tx_commit(tx, error))
        return TRUE;
    if (folder != NULL)
        vt_job_folder_give_back(kinds->files, *ret_job_id, folder);
    return FALSE;
}

gboolean
vt_api_job_start(const VtApiCall *call, VtJobSpec *spec, gint64 *ret_job_id, GError **error)
{
    spec->tenant_id = call->tenant_id;
    spec->submitted_by = spec->run_as = call->actor.account_id;
    if (!submit(call, spec, NULL, ret_job_id, error))
        return FALSE;
    vt_job_workers_ring(call->api->workers);
    return TRUE;
}

gboolean
vt_api_job_take_on(const VtApiCall *call, VtJobSpec *spec, const char *folder, GError **error)
{
    g_autofree char *address = NULL;
    gint64 job_id = 0;
    json_t *job;

    spec->tenant_id = call->tenant_id;
    spec->node = vt_sync_loop_node(call->api->sync);
    spec->submitted_by = spec->run_as = call->actor.account_id;
    if (!submit(call, spec, folder, &job_id, error) || (job = finish(call, job_id, error)) == NULL)
        return FALSE;
    address = g_strdup_printf("/api/v1/%s/jobs/%" G_GINT64_FORMAT,
        vt_request_path_value(call->request, "tenant"), job_id);
    vt_api_accept(call->request, job, address);
    return TRUE;
}

json_t *
vt_api_job_submit(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"type", "name", "description", "locale", "priority",
        "parameters", "exec_time", "rule", "zone", "run_as", "email", "notification", "follow",
        NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    const char *type = body != NULL ? vt_json_text(body, "type", error) : NULL;
    g_autofree char *zone = NULL;
    VtJobSpec spec = {.tenant_id = call->tenant_id,
        .kind = type,
        .node = vt_sync_loop_node(call->api->sync),
        .submitted_by = call->actor.account_id,
        .run_as = call->actor.account_id};
    gint64 job_id = 0;

    if (type == NULL || !read_spec(call, body, &spec, error) || !check_kind(call, type, error) ||
        !check_follow(call, &spec, error))
        return NULL;
    zone = vt_setting_read(call->db, call->tenant_id, VT_SETTING_TIME_ZONE, NULL, error);
    if (zone == NULL)
        return NULL;
    if (spec.zone == NULL)
        spec.zone = zone;
    return submit(call, &spec, NULL, &job_id, error) ? finish(call, job_id, error) : NULL;
}

static gboolean
edit(const VtApiCall *call, const VtJob *job, const VtJobSpec *spec, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(call->db, VT_TX_WRITE, error);

    return tx != NULL &&
           vt_job_edit(call->db, call->api->kinds, job->job_id, spec, call->actor.now_us, error) &&
           audit(call, "job edit", job->job_id, job->name, error) && vt_tx_commit(tx, error);
}

json_t *
vt_api_job_edit(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"name", "description", "locale", "priority", "parameters",
        "exec_time", "rule", "zone", "run_as", "email", "notification", "follow", NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    g_autoptr(VtJob) job = body != NULL ? find_own_job(call, error) : NULL;
    VtJobSpec spec;

    if (job == NULL)
        return NULL;
    if (job->run_as != call->actor.account_id &&
        !vt_api_check_administrator(call->db, call->request, error))
        return NULL; /* what it does would be done in another's name */
    spec = vt_job_spec(job);
    if (!read_spec(call, body, &spec, error) || !check_follow(call, &spec, error))
        return NULL;
    return edit(call, job, &spec, error) ? finish(call, job->job_id, error) : NULL;
}

/* One of the things done to a job by its number; @ret_job_id: the job to answer with. */
typedef struct {
    const char *name; /* in the audit trail */
    gboolean (*act)(const VtApiCall *call, gint64 job_id, gint64 *ret_job_id, GError **error);
} Action;

static json_t *
act(const VtApiCall *call, const Action *action, GError **error)
{
    static const char *const known[] = {NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    g_autoptr(VtJob) job = body != NULL ? find_own_job(call, error) : NULL;
    g_autoptr(VtTx) tx = job != NULL ? vt_tx_begin(call->db, VT_TX_WRITE, error) : NULL;
    gint64 job_id = job != NULL ? job->job_id : 0;

    if (tx == NULL || !action->act(call, job->job_id, &job_id, error) ||
        !audit(call, action->name, job->job_id, job->name, error) || !vt_tx_commit(tx, error))
        return NULL;
    return finish(call, job_id, error);
}

static gboolean
cancel(const VtApiCall *call, gint64 job_id, gint64 *ret_job_id, GError **error)
{
    return vt_job_cancel(call->db, job_id, call->actor.now_us, error);
}

static gboolean
fire(const VtApiCall *call, gint64 job_id, gint64 *ret_job_id, GError **error)
{
    return vt_job_fire_now(
        call->db, call->api->kinds, job_id, call->actor.now_us, ret_job_id, error);
}

static gboolean
pause_job(const VtApiCall *call, gint64 job_id, gint64 *ret_job_id, GError **error)
{
    return vt_job_pause(call->db, job_id, error);
}

static gboolean
resume(const VtApiCall *call, gint64 job_id, gint64 *ret_job_id, GError **error)
{
    return vt_job_resume(call->db, job_id, call->actor.now_us, error);
}

json_t *
vt_api_job_cancel(const VtApiCall *call, GError **error)
{
    static const Action action = {"job cancel", cancel};

    return act(call, &action, error);
}

json_t *
vt_api_job_run(const VtApiCall *call, GError **error)
{
    static const Action action = {"job run", fire};

    return act(call, &action, error);
}

json_t *
vt_api_job_pause(const VtApiCall *call, GError **error)
{
    static const Action action = {"job pause", pause_job};

    return act(call, &action, error);
}

json_t *
vt_api_job_resume(const VtApiCall *call, GError **error)
{
    static const Action action = {"job resume", resume};

    return act(call, &action, error);
}

json_t *
vt_api_job_delete(const VtApiCall *call, GError **error)
{
    g_autoptr(VtJob) job = find_own_job(call, error);
    g_autoptr(VtTx) tx = job != NULL ? vt_tx_begin(call->db, VT_TX_WRITE, error) : NULL;

    if (tx == NULL || !vt_job_delete(call->db, job->job_id, error) ||
        !audit(call, "job delete", job->job_id, job->name, error) || !vt_tx_commit(tx, error))
        return NULL;
    return json_pack("{s:I}", "deleted", (json_int_t)job->job_id);
}

static VtReply *
reply_with(const VtJob *job, int fd, GError **error)
{
    g_autofree char *disposition = g_strdup_printf(
        "attachment; filename=\"%s-%" G_GINT64_FORMAT ".tsv\"", job->kind, job->job_id);
    struct stat facts;
    VtReply *reply;

    if (fstat(fd, &facts) != 0) {
        vt_throw_errno(error, "cannot look at the result");
        close(fd);
        return NULL;
    }
    reply = vt_reply_new_file(
        "text/tab-separated-values; charset=utf-8", fd, 0, (guint64)facts.st_size);
    vt_reply_add_header(reply, "Cache-Control", "no-store");
    vt_reply_add_header(reply, "Content-Disposition", disposition);
    return reply;
}

/* Why there is no result. */
static VtReply *
explain_missing(const VtApiCall *call, const VtJob *job, GError **error)
{
    if (!vt_job_state_is_end(job->state))
        return vt_throw_null(error, VT_ERROR_JOB_STATE, "the job has not ended yet");
    if (job->node != NULL && strcmp(job->node, vt_sync_loop_node(call->api->sync)) != 0)
        return vt_throw_null(
            error, VT_ERROR_NOT_FOUND, "the result is on the server '%s'", job->node);
    return vt_throw_null(error, VT_ERROR_NOT_FOUND,
        "the job made nothing to fetch, or it was made more than %d days ago", VT_JOB_RESULT_DAYS);
}

static VtReply *
find_result(const VtApiCall *call, GError **error)
{
    g_autoptr(VtJob) job = find_job(call, error);
    g_autofree char *folder =
        job != NULL ? vt_job_folder(call->api->kinds->files, job->job_id) : NULL;
    g_autofree char *path = folder != NULL ? g_build_filename(folder, VT_JOB_RESULT, NULL) : NULL;
    int fd;

    if (job == NULL)
        return NULL;
    fd = vt_job_state_is_end(job->state) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    return fd >= 0 ? reply_with(job, fd, error) : explain_missing(call, job, error);
}

void
vt_api_job_result(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);
    const VtApiCall call = vt_api_call(data, request, session.db);
    VtReply *reply = call.db != NULL ? find_result(&call, &error) : NULL;

    if (reply != NULL)
        vt_request_reply(request, reply);
    else
        vt_request_fail(request, error);
}
