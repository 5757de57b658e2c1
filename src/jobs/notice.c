#include "jobs/notice.h"

#include "base/text.h"
#include "jobs/report.h"
#include "jobs/state.h"
#include "jobs_sql.h"

#include <string.h>

#define CLAIM_US (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC) /* longer than a call may take */

static gboolean
check_url(const char *url, GError **error)
{
    if (url == NULL || !vt_http_is_address(url) || strchr(url, '#') != NULL ||
        strlen(url) > VT_JOB_NOTICE_MAX_URL)
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "\"url\" of a notification must be an http or https address of at most %d bytes "
            "without '#'",
            VT_JOB_NOTICE_MAX_URL);
    for (const char *at = url; *at != '\0'; at++)
        if (*at <= ' ' || *at == 0x7f)
            return vt_throw(error, VT_ERROR_BAD_VALUE,
                "\"url\" of a notification holds a blank or a character that is not ASCII");
    return TRUE;
}

gboolean
vt_job_notice_check(const json_t *notice, GError **error)
{
    static const char *const known[] = {"url", "method", "secret", "only_if_changed", NULL};
    const json_t *secret = json_object_get(notice, "secret");
    const json_t *only = json_object_get(notice, "only_if_changed");
    const json_t *method = json_object_get(notice, "method");
    const char *word = json_string_value(method), *key;
    json_t *value;

    if (notice == NULL)
        return TRUE;
    if (!json_is_object(notice))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"notification\" must be an object");
    json_object_foreach((json_t *)(gsize)notice, key, value)
    {
        if (!g_strv_contains(known, key))
            return vt_throw(
                error, VT_ERROR_BAD_VALUE, "\"%s\" is not known in \"notification\"", key);
    }
    if (method != NULL && g_strcmp0(word, "GET") != 0 && g_strcmp0(word, "POST") != 0)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"method\" is GET or POST");
    if (secret != NULL && (!json_is_string(secret) || json_string_length(secret) > 256 ||
                              g_strcmp0(word, "POST") != 0))
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "\"secret\" is a text of at most 256 bytes that signs what is sent with POST");
    if (only != NULL && !json_is_boolean(only))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"only_if_changed\" must be true or false");
    return check_url(json_string_value(json_object_get(notice, "url")), error);
}

static json_t *
facts_of(const VtJob *job)
{
    VtJobOutcome outcome = VT_JOB_OUTCOME_FAILED;

    vt_job_outcome(job->state, job->n_warning, job->n_error, &outcome);
    return json_pack("{s:s,s:I,s:s,s:s,s:I,s:I,s:I,s:I}", "job", job->name, "handle",
        (json_int_t)job->job_id, "type", job->kind, "status", vt_job_outcome_names[outcome],
        "success", (json_int_t)job->n_success, "warning", (json_int_t)job->n_warning, "error",
        (json_int_t)job->n_error, "total", (json_int_t)job->n_total);
}

/* The address with the facts behind it. */
static char *
address_with(const char *url, const json_t *facts)
{
    GString *address = g_string_new(url);
    char mark = strchr(url, '?') != NULL ? '&' : '?';
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(gsize)facts, key, value)
    {
        g_autofree char *text = json_is_string(value) ? g_strdup(json_string_value(value))
                                                      : g_strdup_printf("%" JSON_INTEGER_FORMAT,
                                                            json_integer_value(value));
        g_autofree char *escaped = vt_text_escape(text, FALSE);

        g_string_append_printf(address, "%c%s=%s", mark, key, escaped);
        mark = '&';
    }
    return g_string_free(address, FALSE);
}

/* One exchange; FALSE with why it does not count as told. */
static gboolean
call(const VtJob *job, const VtHttpAllowed *allowed, GError **error)
{
    const char *url = json_string_value(json_object_get(job->notice, "url"));
    const char *secret = json_string_value(json_object_get(job->notice, "secret"));
    gboolean is_post =
        g_strcmp0(json_string_value(json_object_get(job->notice, "method")), "POST") == 0;
    g_autoptr(json_t) facts = facts_of(job);
    g_autofree char *address = is_post ? g_strdup(url) : address_with(url, facts);
    g_autofree char *body = json_dumps(facts, JSON_COMPACT);
    g_autofree char *hex = secret != NULL ? g_compute_hmac_for_string(G_CHECKSUM_SHA256,
                                                (const guchar *)secret, strlen(secret), body, -1)
                                          : NULL;
    g_autofree char *signature =
        hex != NULL ? g_strdup_printf("X-Vitrine-Signature: sha256=%s", hex) : NULL;
    const char *const headers[] = {"Content-Type: application/json", signature, NULL};
    VtHttpCall exchange = {
        .url = address, .is_foreign = TRUE, .allowed = allowed, .seconds = VT_JOB_NOTICE_SECONDS};
    VtHttpAnswer answer;

    if (is_post) {
        exchange.method = "POST";
        exchange.headers = headers;
        exchange.body = body;
        exchange.body_length = strlen(body);
    }
    if (!vt_http_call(&exchange, &answer, error))
        return FALSE;
    return (answer.status >= 200 && answer.status < 300) ||
           vt_throw(error, VT_ERROR_FETCH, "%s answered %ld", url, answer.status);
}

static gboolean
claim(VtDb *db, gint64 now_us, gint64 *ret_job_id, GError **error)
{
    const VtSql *const step[] = {&vt_sql_job_notice_waiting, &vt_sql_job_notice_claim};
    gint64 job_id = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(step) && (i == 0 || job_id != 0); i++) {
        g_autoptr(VtStmt) stmt = vt_db_stmt(db, step[i], error);

        if (stmt == NULL)
            return FALSE;
        vt_stmt_bind_int(stmt, "now_us", now_us);
        if (i == 1)
            vt_stmt_bind_int(stmt, "until_us", now_us + CLAIM_US);
        job_id = 0;
        while (vt_stmt_next(stmt))
            job_id = vt_stmt_int(stmt, "job_id");
        if (!vt_stmt_end(stmt, error))
            return FALSE;
    }
    *ret_job_id = job_id;
    return TRUE;
}

static gboolean
add_report(
    VtDb *db, const VtJob *job, gint64 n, const GError *failure, gint64 now_us, GError **error)
{
    VtJobReport report = {.level = failure != NULL ? VT_JOB_LEVEL_WARNING : VT_JOB_LEVEL_SUCCESS,
        .code = "notification",
        .subject = json_string_value(json_object_get(job->notice, "url")),
        .text = failure != NULL ? failure->message : "the address was told and has answered"};

    return vt_job_report_write(db, job->job_id, n, &report, now_us, error);
}

/* @failure NULL: it was told. Only what is final is reported. */
static gboolean
record(VtDb *db, const VtJob *job, const GError *failure, gint64 now_us, GError **error)
{
    gboolean again = failure != NULL && job->n_notice_tries < VT_JOB_NOTICE_TRIES;
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtStmt) stmt =
        tx != NULL
            ? vt_db_stmt(db, again ? &vt_sql_job_notice_again : &vt_sql_job_notice_end, error)
            : NULL;
    gint64 n = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job->job_id);
    if (again)
        vt_stmt_bind_int(stmt, "due_us", now_us + VT_JOB_NOTICE_BACKOFF_US * job->n_notice_tries);
    else
        vt_stmt_bind_int(stmt, "n_warning", failure != NULL ? 1 : 0);
    while (vt_stmt_next(stmt))
        n = vt_stmt_int(stmt, "n_items");
    if (!vt_stmt_end(stmt, error) ||
        (!again && n > 0 && !add_report(db, job, n, failure, now_us, error)))
        return FALSE;
    return vt_tx_commit(tx, error);
}

/* Nothing changed, and only changes were to be told. */
static gboolean
drop(VtDb *db, gint64 job_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_notice_drop, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_job_notice_send(
    VtDb *db, const VtHttpAllowed *allowed, gint64 now_us, gboolean *ret_sent, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(VtJob) job = NULL;
    gint64 job_id = 0;

    if (!claim(db, now_us, &job_id, error))
        return FALSE;
    *ret_sent = job_id != 0;
    if (job_id == 0)
        return TRUE;
    job = vt_job_read(db, job_id, error);
    if (job == NULL)
        return FALSE;
    if (json_is_true(json_object_get(job->notice, "only_if_changed")) && job->n_success == 0)
        return drop(db, job_id, error);
    call(job, allowed, &failure);
    return record(db, job, failure, now_us, error);
}
