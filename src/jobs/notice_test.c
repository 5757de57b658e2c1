/* Notices go to a server of the test on this machine, which listens before anything is sent. */
#include "jobs/notice.h"

#include "base/thread.h"
#include "jobs/testing.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_REQUEST = 4096 };

/* Answers one request after another; the last one is kept. */
typedef struct {
    int fd, port;
    const char *answer; /* of the thread, set before it starts */
    VtThread *thread;
    VtMutex mutex;
    GString *request; /* guarded by mutex */
} Listener;

static void
answer_one(Listener *self, int client)
{
    char buffer[MAX_REQUEST];
    GString *text = g_string_new(NULL);
    ssize_t n;

    while ((n = read(client, buffer, sizeof buffer)) > 0) {
        g_string_append_len(text, buffer, n);
        if (strstr(text->str, "\r\n\r\n") != NULL &&
            (g_str_has_prefix(text->str, "GET") || g_str_has_suffix(text->str, "}")))
            break;
    }
    {
        VT_LOCKED(&self->mutex);
        g_string_assign(self->request, text->str);
    }
    g_string_free(text, TRUE);
    if (write(client, self->answer, strlen(self->answer)) < 0)
        return;
}

static void
listener_main(gpointer data)
{
    Listener *self = data;
    int client;

    while ((client = accept(self->fd, NULL, NULL)) >= 0) {
        answer_one(self, client);
        close(client);
    }
}

static Listener *
listener_new(const char *answer)
{
    Listener *self = g_new0(Listener, 1);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    self->answer = answer;
    self->request = g_string_new(NULL);
    vt_mutex_init(&self->mutex);
    self->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(self->fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(self->fd, 8), 0);
    assert_int_equal(getsockname(self->fd, (struct sockaddr *)&address, &length), 0);
    self->port = ntohs(address.sin_port);
    self->thread = vt_thread_new("listener", listener_main, self);
    return self;
}

static void
listener_free(Listener *self)
{
    shutdown(self->fd, SHUT_RDWR);
    vt_thread_join(self->thread);
    close(self->fd);
    vt_mutex_clear(&self->mutex);
    g_string_free(self->request, TRUE);
    g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Listener, listener_free)

static gboolean
send_one(VtTestJobs *jobs, const VtHttpAllowed *allowed)
{
    g_autoptr(GError) error = NULL;
    gboolean sent = FALSE;

    assert_ok(vt_job_notice_send(jobs->db, allowed, jobs->now_us, &sent, &error), error);
    return sent;
}

/* The one report of level @level, as "code subject"; NULL: there is none. */
static char *
report_of(VtTestJobs *jobs, gint64 job_id, const char *level)
{
    g_autoptr(json_t) page = vt_job_items_json(jobs->db, job_id, level, 0, 10, NULL);
    const json_t *item = json_array_get(json_object_get(page, "items"), 0);

    return item == NULL ? NULL
                        : g_strdup_printf("%s %s", json_string_value(json_object_get(item, "code")),
                              json_string_value(json_object_get(item, "subject")));
}

/* A counting job of @n that tells @notice (taken) when it has ended. */
static gint64
run_with_notice(VtTestJobs *jobs, gint64 n, json_t *notice)
{
    g_autoptr(json_t) owned = notice;
    g_autoptr(json_t) parameters = json_pack("{s:I}", "n", (json_int_t)n);
    gint64 job_id = vt_test_submit(jobs,
        (VtJobSpec){.kind = "count", .name = "a b", .parameters = parameters, .notice = notice});

    assert_false(send_one(jobs, NULL));
    assert_int_equal(vt_test_run_one(jobs), job_id);
    return job_id;
}

static void
an_address_is_told_with_get(void **state)
{
    g_autoptr(Listener) listener = listener_new("HTTP/1.1 204 No Content\r\n\r\n");
    g_autoptr(VtHttpAllowed) allowed = vt_http_allowed_parse("127.0.0.0/8", NULL);

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtTestJobs) jobs = vt_test_jobs_new(kind);
        g_autofree char *url = g_strdup_printf("http://127.0.0.1:%d/hook?k=v", listener->port);
        gint64 job_id = run_with_notice(jobs, 3, json_pack("{s:s}", "url", url));
        g_autofree char *told = g_strdup_printf("notification %s", url);
        g_autofree char *report = NULL;
        g_autoptr(VtJob) job = NULL;

        assert_true(send_one(jobs, allowed));
        assert_false(send_one(jobs, allowed));
        {
            VT_LOCKED(&listener->mutex);
            assert_true(g_str_has_prefix(listener->request->str,
                "GET /hook?k=v&job=a%20b&handle=1&type=count&status=completed_with_errors"
                "&success=1&warning=1&error=1&total=3 HTTP/1.1\r\n"));
        }
        job = vt_test_read(jobs, job_id);
        assert_false(job->has_notice_due);
        assert_int_equal(job->n_items, 4);
        g_clear_pointer(&job, vt_job_free);
        report = report_of(jobs, job_id, "success");
        assert_string_equal(report, "counted zero");
        g_clear_pointer(&report, g_free);
    }
}

static void
what_is_posted_is_signed(void **state)
{
    g_autoptr(Listener) listener = listener_new("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    g_autoptr(VtHttpAllowed) allowed = vt_http_allowed_parse("127.0.0.0/8", NULL);
    g_autoptr(VtTestJobs) jobs = vt_test_jobs_new(0);
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%d/hook", listener->port);
    g_autofree char *hmac = NULL, *line = NULL;
    const char *body;

    run_with_notice(
        jobs, 0, json_pack("{s:s,s:s,s:s}", "url", url, "method", "POST", "secret", "key"));
    assert_true(send_one(jobs, allowed));
    VT_LOCKED(&listener->mutex);
    body = strstr(listener->request->str, "\r\n\r\n") + 4;
    assert_true(g_str_has_prefix(body, "{\"job\":\"a b\",\"handle\":1,"));
    hmac = g_compute_hmac_for_string(G_CHECKSUM_SHA256, (const guchar *)"key", 3, body, -1);
    line = g_strdup_printf("\r\nX-Vitrine-Signature: sha256=%s\r\n", hmac);
    assert_non_null(strstr(listener->request->str, line));
}

/* An address that cannot be reached, answers an error, or is inside. */
static void
who_does_not_listen_is_tried_three_times(void **state)
{
    g_autoptr(Listener) listener = listener_new("HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n");
    g_autoptr(VtHttpAllowed) all = vt_http_allowed_parse("127.0.0.0/8", NULL);
    const VtHttpAllowed *const allowed_row[] = {all, NULL};

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++)
        for (gsize i = 0; i < G_N_ELEMENTS(allowed_row); i++) {
            g_autoptr(VtTestJobs) jobs = vt_test_jobs_new(kind);
            g_autofree char *url = g_strdup_printf("http://127.0.0.1:%d/", listener->port);
            gint64 job_id = run_with_notice(jobs, 0, json_pack("{s:s}", "url", url));
            g_autofree char *told = g_strdup_printf("notification %s", url);
            g_autofree char *report = NULL;
            g_autoptr(VtJob) job = NULL;

            for (int try = 0; try < VT_JOB_NOTICE_TRIES; try++) {
                assert_true(send_one(jobs, allowed_row[i]));
                assert_false(send_one(jobs, allowed_row[i]));
                jobs->now_us += VT_JOB_NOTICE_TRIES * VT_JOB_NOTICE_BACKOFF_US;
            }
            assert_false(send_one(jobs, allowed_row[i]));
            job = vt_test_read(jobs, job_id);
            assert_int_equal(job->state, VT_JOB_STATE_DONE);
            assert_int_equal(job->n_warning, 1);
            report = report_of(jobs, job_id, "warning");
            assert_string_equal(report, told);
        }
}

static void
nothing_changed_tells_nobody_who_wants_changes(void **state)
{
    g_autoptr(VtTestJobs) jobs = vt_test_jobs_new(0);
    gint64 job_id = run_with_notice(
        jobs, 0, json_pack("{s:s,s:b}", "url", "http://nowhere.example/", "only_if_changed", 1));
    g_autoptr(VtJob) job = NULL;

    assert_true(send_one(jobs, NULL));
    job = vt_test_read(jobs, job_id);
    assert_false(job->has_notice_due);
    assert_int_equal(job->n_items, 0);
}

static const char *const refused_row[] = {
    "[]",
    "{}",
    "{\"url\":1}",
    "{\"url\":\"ftp://a.example/\"}",
    "{\"url\":\"http://a.example/#x\"}",
    "{\"url\":\"http://a.example/a b\"}",
    "{\"url\":\"http://a.example/\",\"method\":\"PUT\"}",
    "{\"url\":\"http://a.example/\",\"secret\":\"x\"}",
    "{\"url\":\"http://a.example/\",\"method\":\"POST\",\"secret\":1}",
    "{\"url\":\"http://a.example/\",\"only_if_changed\":1}",
    "{\"url\":\"http://a.example/\",\"colour\":\"red\"}",
};

static void
what_is_no_notice_is_refused(void **state)
{
    g_autofree char *path = g_strnfill(VT_JOB_NOTICE_MAX_URL, 'a');
    g_autofree char *url = g_strdup_printf("http://a.example/%s", path);
    g_autoptr(json_t) huge = json_pack("{s:s}", "url", url);

    assert_false(vt_job_notice_check(huge, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(refused_row); i++) {
        g_autoptr(json_t) notice = json_loads(refused_row[i], 0, NULL);
        g_autoptr(GError) error = NULL;

        assert_false(vt_job_notice_check(notice, &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
    }
    assert_true(vt_job_notice_check(NULL, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_told_with_get),
        cmocka_unit_test(what_is_posted_is_signed),
        cmocka_unit_test(who_does_not_listen_is_tried_three_times),
        cmocka_unit_test(nothing_changed_tells_nobody_who_wants_changes),
        cmocka_unit_test(what_is_no_notice_is_refused),
    };
    return vt_test_run("jobs/notice", tests);
}
