/* The server as a client on a raw socket sees it. Every reply is read to its end as framed by
 * Content-Length, so a second request on the same connection proves the framing of the first.
 */
#include "base/error.h"
#include "base/thread.h"
#include "http/date.h"
#include "http/server.h"
#include "http/testing.h"
#include "tests/unit/support.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define N_PARKED 200
#define LARGE_BYTES ((gsize)64 * 1024 * 1024)
#define MILLISECOND_US 1000

typedef struct {
    VtMutex mutex;
    VtCond changed;
    GPtrArray *parked; /* of VtRequest, owned references; guarded by mutex */
    guint n_working;   /* guarded by mutex */
    gboolean release;  /* guarded by mutex */
    GBytes *text;
    int file_fd;
    VtReply *shared;
} World;

static void
hello(VtRequest *request, gpointer data)
{
    VtReply *reply = vt_reply_new_text(200, vt_request_path_value(request, "name"));

    vt_reply_add_header(reply, "X-Query",
        vt_request_query_value(request, "q") == NULL ? "none"
                                                     : vt_request_query_value(request, "q"));
    vt_request_reply(request, reply);
}

static void
echo(VtRequest *request, gpointer data)
{
    gsize length;
    const char *body = vt_request_body(request, &length);
    g_autoptr(GBytes) copy = g_bytes_new(body, length);

    vt_request_reply(request, vt_reply_new_bytes(200, "application/octet-stream", copy));
}

static void
tagged(VtRequest *request, gpointer data)
{
    World *world = data;
    VtReply *reply = vt_reply_new_bytes(200, "text/plain", world->text);

    vt_reply_set_etag(reply, "tag");
    vt_reply_set_modified(reply, 784111777);
    vt_reply_allow_ranges(reply);
    vt_request_reply(request, reply);
}

static void
file(VtRequest *request, gpointer data)
{
    World *world = data;
    VtReply *reply = vt_reply_new_file("text/plain", dup(world->file_fd), 10, 50);

    vt_reply_allow_ranges(reply);
    vt_request_reply(request, reply);
}

static void
shared(VtRequest *request, gpointer data)
{
    World *world = data;

    vt_request_reply(request, vt_reply_ref(world->shared));
}

static void
large(VtRequest *request, gpointer data)
{
    g_autoptr(GBytes) body = g_bytes_new_take(g_malloc0(LARGE_BYTES), LARGE_BYTES);

    vt_request_reply(request, vt_reply_new_bytes(200, "text/plain", body));
}

static void
injected(VtRequest *request, gpointer data)
{
    VtReply *reply = vt_reply_new_text(200, "x");

    vt_reply_add_header(reply, "X-Name", vt_request_query_value(request, "v"));
    vt_request_reply(request, reply);
}

static void
silent(VtRequest *request, gpointer data)
{
}

static void
work(VtRequest *request, gpointer data)
{
    World *world = data;
    VT_LOCKED(&world->mutex);

    world->n_working++;
    vt_cond_broadcast(&world->changed);
    while (!world->release)
        vt_cond_wait(&world->changed, &world->mutex);
    world->n_working--;
    vt_request_reply(request, vt_reply_new_text(200, "worked"));
}

static void
defer(VtRequest *request, gpointer data)
{
    vt_request_defer(request, hello, data);
}

static void
park(VtRequest *request, gpointer data)
{
    World *world = data;

    vt_request_park(request);
    VT_LOCKED(&world->mutex);
    g_ptr_array_add(world->parked, vt_request_ref(request));
    vt_cond_broadcast(&world->changed);
}

static void
whoami(VtRequest *request, gpointer data)
{
    vt_request_reply(request, vt_reply_new_text(200, vt_request_user(request)));
}

static gboolean
authorize(VtRequest *request, VtPermission permission, gpointer data, GError **error)
{
    const char *token = vt_request_header(request, "authorization");

    if (token == NULL)
        return vt_throw(error, VT_ERROR_UNAUTHORIZED, "no token");
    if (permission == VT_PERMISSION_ADMINISTER)
        return vt_throw(error, VT_ERROR_FORBIDDEN, "not you");
    vt_request_set_user(request, g_strdup(token), g_free);
    return TRUE;
}

static const VtRouteRow row[] = {
    {"hello", "GET", "/hello/{name}", VT_PERMISSION_PUBLIC, ""},
    {"echo", "POST", "/echo", VT_PERMISSION_PUBLIC, ""},
    {"echo_patch", "PATCH", "/echo", VT_PERMISSION_PUBLIC, ""},
    {"tagged", "GET", "/tagged", VT_PERMISSION_PUBLIC, ""},
    {"file", "GET", "/file", VT_PERMISSION_PUBLIC, ""},
    {"shared", "GET", "/shared", VT_PERMISSION_PUBLIC, ""},
    {"injected", "GET", "/injected", VT_PERMISSION_PUBLIC, ""},
    {"silent", "GET", "/silent", VT_PERMISSION_PUBLIC, ""},
    {"silent_worker", "GET", "/silent-worker", VT_PERMISSION_PUBLIC, ""},
    {"work", "GET", "/work", VT_PERMISSION_PUBLIC, ""},
    {"defer", "GET", "/defer/{name}", VT_PERMISSION_PUBLIC, ""},
    {"park", "GET", "/park", VT_PERMISSION_PUBLIC, ""},
    {"whoami", "GET", "/whoami", VT_PERMISSION_READ, ""},
    {"admin", "GET", "/admin", VT_PERMISSION_ADMINISTER, ""},
    {"large", "GET", "/large", VT_PERMISSION_PUBLIC, ""},
};

static VtServer *
start(World *world, VtServerOptions options)
{
    const VtRoute routes[] = {
        {&row[0], hello, world, VT_ROUTE_ON_EVENT_THREAD, 0},
        {&row[1], echo, world, VT_ROUTE_ON_WORKER, 1000},
        {&row[2], echo, world, VT_ROUTE_ON_EVENT_THREAD, 1000},
        {&row[3], tagged, world, VT_ROUTE_ON_EVENT_THREAD, 0},
        {&row[4], file, world, VT_ROUTE_ON_EVENT_THREAD, 0},
        {&row[5], shared, world, VT_ROUTE_ON_EVENT_THREAD, 0},
        {&row[6], injected, world, VT_ROUTE_ON_EVENT_THREAD, 0},
        {&row[7], silent, world, VT_ROUTE_ON_EVENT_THREAD, 0},
        {&row[8], silent, world, VT_ROUTE_ON_WORKER, 0},
        {&row[9], work, world, VT_ROUTE_ON_WORKER, 0},
        {&row[10], defer, world, VT_ROUTE_ON_EVENT_THREAD, 0},
        {&row[11], park, world, VT_ROUTE_ON_EVENT_THREAD, 0},
        {&row[12], whoami, world, VT_ROUTE_ON_WORKER, 0},
        {&row[13], whoami, world, VT_ROUTE_ON_WORKER, 0},
        {&row[14], large, world, VT_ROUTE_ON_EVENT_THREAD, 0},
    };
    g_autoptr(GError) error = NULL;
    VtRouteTable *table = vt_route_table_new(routes, G_N_ELEMENTS(routes), &error);
    VtServer *server;

    assert_ok(table != NULL, error);
    options.n_event_threads = 2;
    server = vt_server_new(&options, table, &error);
    assert_ok(server != NULL, error);
    return server;
}

static void
world_init(World *world)
{
    g_autofree char *directory = vt_test_directory();
    g_autofree char *path = g_build_filename(directory, "file", NULL);
    g_autoptr(GString) text = g_string_new(NULL);

    memset(world, 0, sizeof *world);
    vt_mutex_init(&world->mutex);
    vt_cond_init(&world->changed);
    world->parked = g_ptr_array_new_with_free_func((GDestroyNotify)vt_request_unref);
    for (guint i = 0; i < 100; i++)
        g_string_append_c(text, (char)('a' + i % 26));
    world->text = g_bytes_new(text->str, text->len);
    assert_true(g_file_set_contents(path, text->str, (gssize)text->len, NULL));
    world->file_fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(world->file_fd >= 0);
    world->shared = vt_reply_new_bytes(200, "text/plain", world->text);
    vt_reply_set_etag(world->shared, "s");
    vt_reply_set_expires(world->shared, 36000);
    vt_reply_share(world->shared);
}

static void
world_clear(World *world)
{
    vt_reply_unref(world->shared);
    close(world->file_fd);
    g_bytes_unref(world->text);
    g_ptr_array_unref(world->parked);
    vt_cond_clear(&world->changed);
    vt_mutex_clear(&world->mutex);
}

static const struct {
    const char *request;
    int status;
    const char *body;   /* a part of it; NULL: empty */
    const char *header; /* "Name: value", or NULL */
} ask_row[] = {
    {"GET /hello/you " H "\r\n", 200, "you", "Content-Length: 3"},
    {"GET /hello/a%2Fb?q=c+d " H "\r\n", 200, "a/b", "X-Query: c d"},
    {"GET http://x/hello/you " H "\r\n", 200, "you", NULL},
    {"HEAD /hello/you " H "\r\n", 200, NULL, "Content-Length: 3"},
    {"OPTIONS /hello/you " H "\r\n", 204, NULL, "Allow: GET, HEAD, OPTIONS"},
    {"POST /hello/you " H "\r\n", 405, "method_not_allowed", "Allow: GET, HEAD, OPTIONS"},
    {"POST /hello/you " H "Content-Length: 2\r\n\r\nab", 405, "method_not_allowed", NULL},
    {"BREW /hello/you " H "\r\n", 405, "method_not_allowed", NULL},
    {"GET /nothing " H "\r\n", 404, "not_found", "Content-Type: application/problem+json"},
    {"GET /hello/% " H "\r\n", 400, "bad_request", NULL},
    {"GET /hello/%00 " H "\r\n", 400, "bad_request", NULL},
    {"GET /hello/a?b=%f " H "\r\n", 400, "bad_request", NULL},
    {"GET hello " H "\r\n", 400, "bad_request", NULL},
    {"POST /echo " H "Content-Length: 4\r\n\r\nabcd", 200, "abcd", NULL},
    {"PATCH /echo " H "Content-Length: 4\r\n\r\nabcd", 200, "abcd", NULL},
    {"POST /echo " H "Content-Length: 0\r\n\r\n", 200, NULL, NULL},
    {"POST /echo " H "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", 200, "abc",
        NULL},
    {"POST /echo " H "Content-Length: 1001\r\n\r\n", 413, "too_large", "Connection: close"},
    {"PATCH /echo " H "Content-Length: 1001\r\n\r\n", 413, "too_large", "Connection: close"},
    {"GET /hello/you " H "Content-Length: 1\r\n\r\na", 413, "too_large", "Connection: close"},
    {"POST /echo " H "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "bad_request",
        "Connection: close"},
    {"POST /echo " H "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "bad_request",
        "Connection: close"},
    {"POST /echo " H "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400, "bad_request",
        "Connection: close"},
    {"GET /hello/you HTTP/1.1\r\n\r\n", 400, "", "Connection: close"},
    {"GET /injected?v=a%0D%0Ab " H "\r\n", 500, "internal", NULL},
    {"GET /injected?v=ok " H "\r\n", 200, "x", "X-Name: ok"},
    {"GET /silent " H "\r\n", 500, "internal", NULL},
    {"GET /silent-worker " H "\r\n", 500, "internal", NULL},
    {"GET /defer/me " H "\r\n", 200, "me", NULL},
    {"GET /whoami " H "\r\n", 401, "unauthorized", "WWW-Authenticate: Bearer"},
    {"GET /whoami " H "Authorization: me\r\n\r\n", 200, "me", NULL},
    {"GET /admin " H "Authorization: me\r\n\r\n", 403, "forbidden", NULL},
    {"GET /tagged " H "\r\n", 200, "abc", "ETag: \"tag\""},
    {"GET /tagged " H "\r\n", 200, "abc", "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT"},
    {"GET /tagged " H "If-None-Match: W/\"tag\"\r\n\r\n", 304, NULL, "Content-Length: 100"},
    {"HEAD /tagged " H "If-None-Match: *\r\n\r\n", 304, NULL, "Content-Length: 100"},
    {"GET /tagged " H "If-None-Match: \"x\"\r\n"
     "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n",
        200, "abc", NULL},
    {"GET /tagged " H "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n", 304, NULL, NULL},
    {"GET /tagged " H "If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n\r\n", 200, "abc", NULL},
    {"GET /tagged " H "Range: bytes=1-3\r\n\r\n", 206, "bcd", "Content-Range: bytes 1-3/100"},
    {"HEAD /tagged " H "Range: bytes=1-3\r\n\r\n", 206, NULL, "Content-Length: 3"},
    {"GET /tagged " H "Range: bytes=1-3\r\nIf-Range: \"tag\"\r\n\r\n", 206, "bcd", NULL},
    {"GET /tagged " H "Range: bytes=1-3\r\nIf-Range: \"old\"\r\n\r\n", 200, "abcd", NULL},
    {"GET /tagged " H "Range: bytes=100-\r\n\r\n", 416, NULL, "Content-Range: bytes */100"},
    {"GET /file " H "\r\n", 200, "klmn", "Content-Length: 50"},
    {"GET /file " H "Range: bytes=-2\r\n\r\n", 206, "gh", "Content-Range: bytes 48-49/50"},
    {"GET /tagged " H "Range: bytes=1-3,98-\r\n\r\n", 206,
        "Content-Range: bytes 1-3/100\r\n\r\nbcd\r\n--", "Content-Length: 237"},
    {"GET /file " H "Range: bytes=0-1,48-\r\n\r\n", 206,
        "Content-Range: bytes 48-49/50\r\n\r\ngh\r\n--", "Accept-Ranges: bytes"},
    {"GET /tagged " H "Range: bytes=1-3,2-5\r\n\r\n", 206, "bcdef", "Content-Range: bytes 1-5/100"},
    {"GET /hello/you " H "Range: bytes=0-0\r\n\r\n", 200, "you", NULL},
    {"GET /shared " H "\r\n", 200, "abc", "ETag: \"s\""},
    {"GET /shared " H "If-None-Match: \"s\"\r\n\r\n", 304, NULL, "ETag: \"s\""},
};

static void
requests_get_their_replies(void **state)
{
    World world;
    VtServer *server;

    world_init(&world);
    server = start(&world, (VtServerOptions){.authorize = authorize});
    for (gsize i = 0; i < G_N_ELEMENTS(ask_row); i++) {
        g_auto(Heard) heard = ask(server, ask_row[i].request);
        g_autofree char *line =
            ask_row[i].header == NULL ? NULL : g_strdup_printf("\r\n%s\r\n", ask_row[i].header);

        if (heard.status != ask_row[i].status)
            fail_msg("%s: %d", ask_row[i].request, heard.status);
        assert_non_null(strstr(heard.head, "\r\nDate: "));
        if (ask_row[i].body == NULL)
            assert_string_equal(heard.body, "");
        else if (strstr(heard.body, ask_row[i].body) == NULL)
            fail_msg("%s: body '%s'", ask_row[i].request, heard.body);
        if (line != NULL && strstr(heard.head, line) == NULL)
            fail_msg("%s: no '%s' in %s", ask_row[i].request, ask_row[i].header, heard.head);
    }
    vt_server_free(server);
    world_clear(&world);
}

/* The prepared reply is sent in two different seconds. */
static void
a_shared_reply_expires_after_its_sending(void **state)
{
    World world;
    VtServer *server;
    gint64 last_s = 0;

    world_init(&world);
    server = start(&world, (VtServerOptions){0});
    for (guint n_seconds = 0; n_seconds < 2;) {
        g_auto(Heard) heard = ask(server, "GET /shared " H "\r\n");
        g_autofree char *expires = header_of(heard.head, "Expires");
        gint64 now_s = g_get_real_time() / G_USEC_PER_SEC;
        gint64 at_s = 0;

        assert_true(vt_http_date_parse(expires, &at_s));
        assert_in_range(at_s - 36000, now_s - 20, now_s);
        n_seconds += at_s != last_s;
        last_s = at_s;
        g_usleep(100 * MILLISECOND_US);
    }
    vt_server_free(server);
    world_clear(&world);
}

static void
without_a_hook_only_public_routes_run(void **state)
{
    World world;
    VtServer *server;

    world_init(&world);
    server = start(&world, (VtServerOptions){0});
    {
        g_auto(Heard) heard = ask(server, "GET /whoami " H "Authorization: me\r\n\r\n");

        assert_int_equal(heard.status, 403);
    }
    vt_server_free(server);
    world_clear(&world);
}

static void
one_connection_serves_many_requests(void **state)
{
    static const int expected[] = {200, 304, 204, 404, 200, 206, 200};
    World world;
    VtServer *server;
    int fd;

    world_init(&world);
    server = start(&world, (VtServerOptions){0});
    fd = dial(server);
    say(fd, "GET /hello/a " H "\r\n"
            "GET /tagged " H "If-None-Match: \"tag\"\r\n\r\n"
            "OPTIONS /hello/a " H "\r\n"
            "GET /nothing " H "\r\n"
            "POST /echo " H "Content-Length: 3\r\n\r\nabc"
            "GET /file " H "Range: bytes=0-4\r\n\r\n"
            "GET /defer/b " H "\r\n");
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_auto(Heard) heard = hear(fd, TRUE);

        assert_int_equal(heard.status, expected[i]);
    }
    close(fd);
    vt_server_free(server);
    world_clear(&world);
}

static void
a_chunked_body_over_the_bound_is_refused(void **state)
{
    g_autofree char *chunk = g_strnfill(600, 'a');
    g_autofree char *request = g_strdup_printf("POST /echo " H "Transfer-Encoding: chunked\r\n\r\n"
                                               "258\r\n%s\r\n258\r\n%s\r\n0\r\n\r\n",
        chunk, chunk);
    World world;
    VtServer *server;

    world_init(&world);
    server = start(&world, (VtServerOptions){0});
    {
        g_auto(Heard) heard = ask(server, request);

        assert_int_equal(heard.status, 413);
    }
    vt_server_free(server);
    world_clear(&world);
}

static void
check_bound_of_all_bodies(VtServerOptions options)
{
    static const char *const request = "POST /echo " H "Content-Length: 5\r\n\r\nabcde";
    World world;
    VtServer *server;
    int holder;

    world_init(&world);
    server = start(&world, options);
    holder = dial(server);
    say(holder, "POST /echo " H "Content-Length: 6\r\n\r\nabcde"); /* one byte never comes */
    for (int status = 200; status == 200;) { /* until the server has read those five */
        g_auto(Heard) heard = ask(server, request);

        status = heard.status;
        assert_true(status == 200 || status == 503);
    }
    close(holder);
    for (int status = 503; status == 503;) {
        g_auto(Heard) heard = ask(server, request);

        status = heard.status;
        assert_true(status == 200 || status == 503);
    }
    vt_server_free(server);
    world_clear(&world);
}

static void
all_bodies_together_are_bounded_and_room_comes_back(void **state)
{
    g_autofree char *directory = vt_test_directory();
    const VtServerOptions options[] = {
        {.max_body_bytes = 8},
        {.max_body_bytes = 4, .spool_directory = directory, .spool_bytes = 4, .max_spool_bytes = 8},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(options); i++)
        check_bound_of_all_bodies(options[i]);
}

static void
a_large_body_waits_in_a_file(void **state)
{
    g_autofree char *directory = vt_test_directory();
    g_autofree char *good = g_build_filename(directory, "spool", NULL);
    const struct {
        const char *spool;
        int status;
        const char *body;
    } body_row[] = {{good, 200, "abcdefghi"}, {"/dev/null/spool", 503, "storage"}};

    for (gsize i = 0; i < G_N_ELEMENTS(body_row); i++) {
        World world;
        VtServer *server;

        world_init(&world);
        server = start(
            &world, (VtServerOptions){.spool_directory = body_row[i].spool, .spool_bytes = 4});
        {
            g_auto(Heard) heard = ask(server, "POST /echo " H "Content-Length: 9\r\n\r\nabcdefghi");

            assert_int_equal(heard.status, body_row[i].status);
            assert_non_null(strstr(heard.body, body_row[i].body));
        }
        vt_server_free(server);
        world_clear(&world);
    }
}

static void
heads_are_bounded(void **state)
{
    g_autofree char *long_text = g_strnfill(VT_TARGET_MAX_BYTES + 1, 'a');
    g_autofree char *longer = g_strnfill(60000, 'a');
    g_autofree char *target = g_strdup_printf("GET /%s " H "\r\n", long_text);
    g_autofree char *header = g_strdup_printf("GET /hello/a " H "X-Long: %s\r\n\r\n", longer);
    World world;
    VtServer *server;

    world_init(&world);
    server = start(&world, (VtServerOptions){0});
    {
        g_auto(Heard) heard = ask(server, target);

        assert_int_equal(heard.status, 414);
        assert_non_null(strstr(heard.body, "target_too_long"));
    }
    {
        g_auto(Heard) heard = ask(server, header);

        assert_in_range(heard.status, 400, 499);
    }
    vt_server_free(server);
    world_clear(&world);
}

static void
parameters_without_number_are_refused_in_our_words(void **state)
{
    g_autoptr(GString) target = g_string_new("GET /hello/you?");
    World world;
    VtServer *server;

    for (guint i = 0; i < 8000; i++)
        g_string_append(target, "a&");
    g_string_append(target, " " H "\r\n");
    world_init(&world);
    server = start(&world, (VtServerOptions){0});
    {
        g_auto(Heard) heard = ask(server, target->str);

        assert_int_equal(heard.status, 400);
        assert_non_null(strstr(heard.body, "more than 500 parameters"));
    }
    vt_server_free(server);
    world_clear(&world);
}

static void
dripping_clients_are_cut(void **state)
{
    static const char *const begin[] = {
        "",                                            /* never says anything */
        "GET /hello/you HTTP/1.1\r\n",                 /* a head that does not end */
        "POST /echo " H "Content-Length: 900\r\n\r\n", /* a body that does not end */
        "POST /echo " H "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
        "GET /hello/you " H "\r\nGET /hello/you HTTP/1.1\r\n", /* after a whole request */
    };
    World world;
    VtServer *server;

    world_init(&world);
    server = start(&world, (VtServerOptions){.head_us = 300 * MILLISECOND_US,
                               .transfer_us = 300 * MILLISECOND_US,
                               .idle_us = 300 * MILLISECOND_US,
                               .bytes_per_second = 1000});
    for (gsize i = 0; i < G_N_ELEMENTS(begin); i++) {
        int fd = dial(server);
        guint n_drops = 0;

        say(fd, begin[i]);
        /* a drop each tenth of a second; a connection that lives through 100 is not guarded */
        while (n_drops < 100 && send(fd, "X", 1, MSG_NOSIGNAL) == 1) {
            g_usleep(100 * MILLISECOND_US);
            n_drops++;
        }
        assert_in_range(n_drops, 1, 99);
        close(fd);
    }
    vt_server_free(server);
    world_clear(&world);
}

/* A reader that takes a little now and then loses the connection before it has the whole answer. */
static void
clients_that_hardly_read_are_cut(void **state)
{
    World world;
    VtServer *server;
    g_autofree char *piece = g_malloc(1 << 20);
    guint64 n_bytes = 0;
    ssize_t n_read = 1;
    int fd;

    world_init(&world);
    server = start(&world,
        (VtServerOptions){.transfer_us = 300 * MILLISECOND_US, .bytes_per_second = LARGE_BYTES});
    fd = dial(server);
    say(fd, "GET /large " H "\r\n");
    for (guint i = 0; i < 40 && n_read > 0; i++) {
        n_read = recv(fd, piece, 1000, 0);
        n_bytes += n_read > 0 ? (guint64)n_read : 0;
        g_usleep(100 * MILLISECOND_US);
    }
    while (n_read > 0) {
        n_read = recv(fd, piece, 1 << 20, 0);
        n_bytes += n_read > 0 ? (guint64)n_read : 0;
    }
    assert_in_range(n_bytes, 1000, LARGE_BYTES - 1);
    close(fd);
    vt_server_free(server);
    world_clear(&world);
}

static void
wait_for_parked(World *world, guint n)
{
    VT_LOCKED(&world->mutex);

    while (world->parked->len < n)
        vt_cond_wait(&world->changed, &world->mutex);
}

static void
answer_parked(gpointer data)
{
    World *world = data;
    VT_LOCKED(&world->mutex);

    for (guint i = 0; i < world->parked->len; i++)
        vt_request_reply(g_ptr_array_index(world->parked, i), vt_reply_ref(world->shared));
}

static void
parked_requests_are_answered_by_one_thread(void **state)
{
    int fds[N_PARKED];
    World world;
    VtServer *server;
    VtThread *thread;

    world_init(&world);
    server = start(&world, (VtServerOptions){0});
    for (guint i = 0; i < N_PARKED; i++) {
        fds[i] = dial(server);
        say(fds[i], "GET /park " H "\r\n");
    }
    wait_for_parked(&world, N_PARKED);
    close(fds[0]); /* one has left: nobody must notice */
    thread = vt_thread_new("answers", answer_parked, &world);
    for (guint i = 1; i < N_PARKED; i++) {
        g_auto(Heard) heard = hear(fds[i], TRUE);

        assert_int_equal(heard.status, 200);
        assert_int_equal(strlen(heard.body), 100);
        close(fds[i]);
    }
    vt_thread_join(thread);
    vt_server_free(server);
    world_clear(&world);
}

static void
wait_for_workers(World *world, guint n)
{
    VT_LOCKED(&world->mutex);

    while (world->n_working < n)
        vt_cond_wait(&world->changed, &world->mutex);
}

static void
release_workers(World *world)
{
    VT_LOCKED(&world->mutex);

    world->release = TRUE;
    vt_cond_broadcast(&world->changed);
}

/* Waits until @n of the connections have something to read. */
static void
wait_for_readable(const int *fds, guint n_fds, guint n)
{
    struct pollfd polled[8];
    guint n_readable = 0;

    while (n_readable < n) {
        n_readable = 0;
        for (guint i = 0; i < n_fds; i++) {
            polled[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
            n_readable += poll(&polled[i], 1, 10) == 1;
        }
    }
}

static void
too_much_work_is_refused(void **state)
{
    int fds[5];
    guint n_status[2] = {0};
    World world;
    VtServer *server;

    world_init(&world);
    server = start(&world, (VtServerOptions){.n_workers = 1, .max_waiting = 1});
    for (guint i = 0; i < G_N_ELEMENTS(fds); i++) {
        fds[i] = dial(server);
        say(fds[i], "GET /work " H "\r\n");
        wait_for_workers(&world, 1);
    }
    /* one runs, one waits, the others are told at once */
    wait_for_readable(fds, G_N_ELEMENTS(fds), 3);
    release_workers(&world);
    for (guint i = 0; i < G_N_ELEMENTS(fds); i++) {
        g_auto(Heard) heard = hear(fds[i], TRUE);

        assert_true(heard.status == 200 || heard.status == 503);
        assert_int_equal(heard.status == 503, strstr(heard.head, "Retry-After: ") != NULL);
        n_status[heard.status == 503]++;
        close(fds[i]);
    }
    assert_int_equal(n_status[0], 2);
    assert_int_equal(n_status[1], 3);
    vt_server_free(server);
    world_clear(&world);
}

static void
release_later(gpointer data)
{
    g_usleep(100 * MILLISECOND_US);
    release_workers(data);
}

static void
stopping_finishes_what_is_in_hand(void **state)
{
    World world;
    VtServer *server;
    VtThread *thread;
    int fd;

    world_init(&world);
    server = start(&world, (VtServerOptions){0});
    fd = dial(server);
    say(fd, "GET /work " H "\r\n");
    wait_for_workers(&world, 1);
    thread = vt_thread_new("release", release_later, &world);
    vt_server_free(server);
    {
        g_auto(Heard) heard = hear(fd, TRUE);

        assert_int_equal(heard.status, 200);
        assert_string_equal(heard.body, "worked");
    }
    assert_true(is_closed(fd));
    close(fd);
    vt_thread_join(thread);
    world_clear(&world);
}

static void
stopping_does_not_wait_for_ever(void **state)
{
    World world;
    VtServer *server;
    int fd;

    world_init(&world);
    server = start(&world, (VtServerOptions){.stop_us = 50 * MILLISECOND_US});
    fd = dial(server);
    say(fd, "GET /park " H "\r\n");
    wait_for_parked(&world, 1);
    vt_server_free(server);
    {
        g_auto(Heard) heard = hear(fd, TRUE);

        assert_int_equal(heard.status, 503);
    }
    answer_parked(&world); /* too late: dropped */
    close(fd);
    world_clear(&world);
}

static void
addresses_that_cannot_be_used_are_told(void **state)
{
    static const char *const bad[] = {
        "", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "203.0.113.1:0", ":80"};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        VtServerOptions options = {.listen = bad[i]};
        VtRouteTable *table = vt_route_table_new(NULL, 0, NULL);

        assert_null(vt_server_new(&options, table, &error));
        assert_true(vt_error_is(error, VT_ERROR_LISTEN));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_get_their_replies),
        cmocka_unit_test(a_shared_reply_expires_after_its_sending),
        cmocka_unit_test(without_a_hook_only_public_routes_run),
        cmocka_unit_test(one_connection_serves_many_requests),
        cmocka_unit_test(a_chunked_body_over_the_bound_is_refused),
        cmocka_unit_test(all_bodies_together_are_bounded_and_room_comes_back),
        cmocka_unit_test(a_large_body_waits_in_a_file),
        cmocka_unit_test(heads_are_bounded),
        cmocka_unit_test(parameters_without_number_are_refused_in_our_words),
        cmocka_unit_test(dripping_clients_are_cut),
        cmocka_unit_test(clients_that_hardly_read_are_cut),
        cmocka_unit_test(parked_requests_are_answered_by_one_thread),
        cmocka_unit_test(too_much_work_is_refused),
        cmocka_unit_test(stopping_finishes_what_is_in_hand),
        cmocka_unit_test(stopping_does_not_wait_for_ever),
        cmocka_unit_test(addresses_that_cannot_be_used_are_told),
    };
    return vt_test_run("http/server", tests);
}
