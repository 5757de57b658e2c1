/* Large bodies on routes that need a role: the sender is asked after the head, before the body. */
#include "base/error.h"
#include "base/thread.h"
#include "http/testing.h"

#include <poll.h>
#include <stdatomic.h>

#define N_STRANGERS 5
#define PATIENCE_MS 20000

typedef struct {
    char *directory; /* owned: of bodies that wait in files */
    _Atomic guint n_asked;
    _Atomic guint n_handled;
    VtMutex mutex;
    VtCond changed;
    gboolean slow_asked; /* guarded by mutex */
    gboolean release;    /* guarded by mutex */
} Door;

static void
upload(VtRequest *request, gpointer data)
{
    Door *door = data;
    gsize length;
    const char *body = vt_request_body(request, &length);
    g_autoptr(GBytes) copy = g_bytes_new(body, length);

    atomic_fetch_add(&door->n_handled, 1);
    vt_request_reply(request, vt_reply_new_bytes(200, vt_request_user(request), copy));
}

static void
wait_for_release(Door *door)
{
    VT_LOCKED(&door->mutex);

    door->slow_asked = TRUE;
    vt_cond_broadcast(&door->changed);
    while (!door->release)
        vt_cond_wait(&door->changed, &door->mutex);
}

/* The token "once" is good the first time, "slow" when somebody says so. */
static gboolean
authorize(VtRequest *request, VtPermission permission, gpointer data, GError **error)
{
    Door *door = data;
    const char *token = vt_request_header(request, "Authorization");
    guint n_before = atomic_fetch_add(&door->n_asked, 1);

    if (token == NULL || (strcmp(token, "once") == 0 && n_before > 0))
        return vt_throw(error, VT_ERROR_UNAUTHORIZED, "no token");
    if (permission == VT_PERMISSION_ADMINISTER)
        return vt_throw(error, VT_ERROR_FORBIDDEN, "not you");
    if (strcmp(token, "slow") == 0)
        wait_for_release(door);
    vt_request_set_user(request, g_strdup("text/plain"), g_free);
    return TRUE;
}

static const VtRouteRow row[] = {
    {"upload", "PUT", "/upload", VT_PERMISSION_EDIT, ""},
    {"admin", "PUT", "/admin", VT_PERMISSION_ADMINISTER, ""},
    {"public", "PUT", "/public", VT_PERMISSION_PUBLIC, ""},
};

static void
door_init(Door *door)
{
    memset(door, 0, sizeof *door);
    door->directory = vt_test_directory();
    vt_mutex_init(&door->mutex);
    vt_cond_init(&door->changed);
}

static void
door_clear(Door *door)
{
    vt_cond_clear(&door->changed);
    vt_mutex_clear(&door->mutex);
    g_free(door->directory);
}

/* Bodies over four bytes are large. */
static VtServer *
start(Door *door, VtServerOptions options)
{
    const VtRoute routes[] = {
        {&row[0], upload, door, VT_ROUTE_ON_WORKER, 1000},
        {&row[1], upload, door, VT_ROUTE_ON_WORKER, 1000},
        {&row[2], upload, door, VT_ROUTE_ON_WORKER, 1000},
    };
    g_autoptr(GError) error = NULL;
    VtRouteTable *table = vt_route_table_new(routes, G_N_ELEMENTS(routes), &error);
    VtServer *server;

    assert_ok(table != NULL, error);
    options.n_event_threads = 2;
    options.authorize = authorize;
    options.authorize_data = door;
    options.spool_directory = door->directory;
    options.spool_bytes = 4;
    server = vt_server_new(&options, table, &error);
    assert_ok(server != NULL, error);
    return server;
}

#define WAITS "Expect: 100-continue\r\n"
#define ME "Authorization: me\r\n"
#define ONCE "Authorization: once\r\n"
#define LONG "Content-Length: 900\r\n\r\n"
#define NINE "Content-Length: 9\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n"
#define TWO_CHUNKS "4\r\nabcd\r\n5\r\nefghi\r\n0\r\n\r\n"

static const struct {
    const char *name;
    const char *head;
    const char *body; /* sent after a 100 where the head waits for one; NULL: never */
    int status;
    guint n_asked;
    gboolean closes;
} send_row[] = {
    {"a stranger before the body", "PUT /upload " H LONG, NULL, 401, 1, TRUE},
    {"a stranger who waits for a 100", "PUT /upload " H WAITS LONG, NULL, 401, 1, TRUE},
    {"a stranger with chunks", "PUT /upload " H CHUNKED "\r\n", NULL, 401, 1, TRUE},
    {"a stranger with a small body", "PUT /upload " H "Content-Length: 4\r\n\r\n", "abcd", 401, 1,
        FALSE},
    {"a stranger without a body", "PUT /upload " H "\r\n", "", 401, 1, FALSE},
    {"a person without the role", "PUT /admin " H ME LONG, NULL, 403, 1, TRUE},
    {"a person without the role who waits", "PUT /admin " H ME WAITS LONG, NULL, 403, 1, TRUE},
    {"too much is refused unasked", "PUT /upload " H "Content-Length: 1001\r\n\r\n", NULL, 413, 0,
        TRUE},
    {"who may", "PUT /upload " H ME NINE "\r\n", "abcdefghi", 200, 2, FALSE},
    {"who may and waits", "PUT /upload " H ME WAITS NINE "\r\n", "abcdefghi", 200, 2, FALSE},
    {"who may, with chunks", "PUT /upload " H ME CHUNKED "\r\n", TWO_CHUNKS, 200, 2, FALSE},
    {"who may, with chunks, and waits", "PUT /upload " H ME WAITS CHUNKED "\r\n", TWO_CHUNKS, 200,
        2, FALSE},
    {"a right that ends while the body comes", "PUT /upload " H ONCE NINE "\r\n", "abcdefghi", 401,
        2, FALSE},
};

static void
check_sending(gsize i)
{
    const char *head = send_row[i].head;
    Door door;
    VtServer *server;
    int fd;

    door_init(&door);
    server = start(&door, (VtServerOptions){0});
    fd = dial(server);
    say(fd, head);
    if (strstr(head, WAITS) != NULL && send_row[i].body != NULL) {
        g_autofree char *go_on = hear_head(fd);

        assert_string_equal(go_on, "HTTP/1.1 100 Continue\r\n\r\n");
    }
    if (send_row[i].body != NULL)
        say(fd, send_row[i].body);
    {
        g_auto(Heard) heard = hear(fd, TRUE);

        if (heard.status != send_row[i].status)
            fail_msg("%s: %d", send_row[i].name, heard.status);
        if (heard.status == 200)
            assert_string_equal(heard.body, "abcdefghi");
        if (send_row[i].closes)
            assert_true(strstr(heard.head, "\r\nConnection: close\r\n") != NULL && is_closed(fd));
    }
    if (door.n_asked != send_row[i].n_asked || door.n_handled != (send_row[i].status == 200))
        fail_msg("%s: asked %u, handled %u", send_row[i].name, door.n_asked, door.n_handled);
    close(fd);
    vt_server_free(server);
    door_clear(&door);
}

static void
senders_are_asked_before_a_large_body(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(send_row); i++)
        check_sending(i);
}

/* After a body that was asked about, the connection goes on as after any other. */
static void
a_connection_takes_many_large_bodies(void **state)
{
    Door door;
    VtServer *server;
    int fd;

    door_init(&door);
    server = start(&door, (VtServerOptions){0});
    fd = dial(server);
    for (guint i = 0; i < 3; i++)
        say(fd, "PUT /upload " H ME NINE "\r\nabcdefghi");
    for (guint i = 0; i < 3; i++) {
        g_auto(Heard) heard = hear(fd, TRUE);

        assert_int_equal(heard.status, 200);
        assert_string_equal(heard.body, "abcdefghi");
    }
    close(fd);
    vt_server_free(server);
    door_clear(&door);
}

static void
strangers_take_no_room_from_who_may_send(void **state)
{
    int stranger[N_STRANGERS];
    Door door;
    VtServer *server;

    door_init(&door);
    server = start(&door, (VtServerOptions){.max_spool_bytes = 9});
    for (guint i = 0; i < N_STRANGERS; i++) {
        g_auto(Heard) heard = {0};

        stranger[i] = dial(server);
        say(stranger[i], "PUT /upload " H NINE "\r\nabcdefgh"); /* one byte never comes */
        heard = hear(stranger[i], TRUE);
        assert_int_equal(heard.status, 401);
    }
    {
        g_auto(Heard) heard = ask(server, "PUT /upload " H ME NINE "\r\nabcdefghi");

        assert_int_equal(heard.status, 200);
    }
    for (guint i = 0; i < N_STRANGERS; i++)
        close(stranger[i]);
    vt_server_free(server);
    door_clear(&door);
}

static void
wait_for_the_question(Door *door)
{
    VT_LOCKED(&door->mutex);

    while (!door->slow_asked)
        vt_cond_wait(&door->changed, &door->mutex);
}

static void
release(Door *door)
{
    VT_LOCKED(&door->mutex);

    door->release = TRUE;
    vt_cond_broadcast(&door->changed);
}

static void
who_finds_no_worker_to_be_asked_by_is_told_so(void **state)
{
    int fds[3];
    struct pollfd polled[2];
    Door door;
    VtServer *server;

    door_init(&door);
    server = start(&door, (VtServerOptions){.n_workers = 1, .max_waiting = 1});
    for (guint i = 0; i < G_N_ELEMENTS(fds); i++) {
        fds[i] = dial(server);
        say(fds[i], "PUT /upload " H "Authorization: slow\r\n" WAITS NINE "\r\n");
        wait_for_the_question(&door);
    }
    /* the first is asked, one of the others waits, one is refused */
    for (guint i = 0; i < G_N_ELEMENTS(polled); i++)
        polled[i] = (struct pollfd){.fd = fds[i + 1], .events = POLLIN};
    assert_int_equal(poll(polled, G_N_ELEMENTS(polled), PATIENCE_MS), 1);
    {
        g_auto(Heard) heard = hear(polled[0].revents != 0 ? fds[1] : fds[2], TRUE);

        assert_int_equal(heard.status, 503);
    }
    release(&door);
    for (guint i = 0; i < G_N_ELEMENTS(fds); i++)
        close(fds[i]);
    vt_server_free(server);
    door_clear(&door);
}

static void
release_soon(gpointer data)
{
    g_usleep(100 * 1000);
    release(data);
}

/* The 503 of a stopping server comes in before what the worker finds. */
static void
stopping_does_not_wait_for_who_is_asked(void **state)
{
    Door door;
    VtServer *server;
    VtThread *thread;
    int fd;

    door_init(&door);
    server = start(&door, (VtServerOptions){.stop_us = 1});
    fd = dial(server);
    say(fd, "PUT /upload " H "Authorization: slow\r\n" WAITS NINE "\r\n");
    wait_for_the_question(&door);
    thread = vt_thread_new("release", release_soon, &door);
    vt_server_free(server);
    {
        g_auto(Heard) heard = hear(fd, TRUE);

        assert_int_equal(heard.status, 503);
    }
    assert_int_equal(door.n_handled, 0);
    close(fd);
    vt_thread_join(thread);
    door_clear(&door);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(senders_are_asked_before_a_large_body),
        cmocka_unit_test(a_connection_takes_many_large_bodies),
        cmocka_unit_test(strangers_take_no_room_from_who_may_send),
        cmocka_unit_test(who_finds_no_worker_to_be_asked_by_is_told_so),
        cmocka_unit_test(stopping_does_not_wait_for_who_is_asked),
    };
    return vt_test_run("http/admission", tests);
}
