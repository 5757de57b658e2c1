/* Edges as small servers that note what they are sent, and answer in turn what they are told to. */
#include "assignment/testing.h"
#include "base/thread.h"
#include "publish/publish.h"
#include "sync/edge.h"
#include "sync/edge_loop.h"
#include "sync/quarantine.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NODE "n1"
#define MAX_REQUEST 8192

/* An edge; what it was sent is read after its thread has ended. */
typedef struct {
    int fd;
    char *name;           /* owned */
    const char *statuses; /* the first digit of each answer, one for each request; then it ends */
    GPtrArray *heard;     /* of texts: head and body of each request */
    VtThread *thread;
} Cache;

static char *
read_request(int fd)
{
    g_autofree char *text = g_malloc0(MAX_REQUEST);
    gsize length = 0, wanted = 0;
    const char *end = NULL;

    while (length < MAX_REQUEST - 1 && (end == NULL || length < wanted)) {
        ssize_t n = read(fd, text + length, MAX_REQUEST - 1 - length);
        const char *announced;

        if (n <= 0)
            break;
        length += (gsize)n;
        end = strstr(text, "\r\n\r\n");
        announced = strstr(text, "Content-Length: ");
        if (end != NULL)
            wanted = (gsize)(end + 4 - text) +
                     (announced != NULL ? (gsize)g_ascii_strtoull(announced + 16, NULL, 10) : 0);
    }
    return g_steal_pointer(&text);
}

static void
serve(gpointer data)
{
    Cache *self = data;

    for (const char *status = self->statuses; *status != '\0'; status++) {
        g_autofree char *answer = g_strdup_printf(
            "HTTP/1.1 %c00 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", *status);
        int fd = accept(self->fd, NULL, NULL);

        g_ptr_array_add(self->heard, read_request(fd));
        assert_int_equal(write(fd, answer, strlen(answer)), strlen(answer));
        close(fd);
    }
}

static void
cache_start(Cache *self, const char *driver, const char *statuses)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;

    self->statuses = statuses;
    self->heard = g_ptr_array_new_with_free_func(g_free);
    self->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(self->fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(self->fd, 8), 0);
    assert_int_equal(getsockname(self->fd, (struct sockaddr *)&address, &length), 0);
    self->name = g_strdup_printf("%s:http://127.0.0.1:%d", driver, ntohs(address.sin_port));
    self->thread = vt_thread_new("cache", serve, self);
}

static void
cache_clear(Cache *self)
{
    close(self->fd);
    g_ptr_array_unref(self->heard);
    g_free(self->name);
}

static VtDb *
open_database(const char *url, gint64 *ret_tenant)
{
    g_autoptr(GError) error = NULL;
    VtDb *db = vt_db_open(url, VT_DB_DURABLE, &error);

    assert_ok(db != NULL, error);
    vt_db_migrate(db, vt_changelog_migrations, vt_changelog_n_migrations, &error);
    vt_db_migrate(db, vt_tenant_migrations, vt_tenant_n_migrations, &error);
    vt_db_migrate(db, vt_sync_migrations, vt_sync_n_migrations, &error);
    assert_ok(vt_tenant_create(db, "acme", 1, ret_tenant, &error), error);
    return db;
}

static void
request(VtDb *db, gint64 tenant, VtPurgeKind kind, const char *thing)
{
    g_autoptr(GPtrArray) things = g_ptr_array_new();
    VtPurge purge = {.tenant_id = tenant, .seq = 1, .kind = kind, .things = things, .now_us = 1};
    g_autoptr(GError) error = NULL;
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, &error);

    g_ptr_array_add(things, (gpointer)(gsize)thing);
    assert_ok(tx != NULL && vt_edge_request(db, &purge, &error) && vt_tx_commit(tx, &error), error);
}

static void
note_refresh(gpointer data)
{
    g_atomic_int_inc((int *)data);
}

static void
assert_heard(const Cache *cache, guint n, const char *first, const char *second)
{
    const char *text = g_ptr_array_index(cache->heard, n);

    if (strstr(text, first) == NULL || strstr(text, second) == NULL)
        fail_msg("no '%s' with '%s' in %s", first, second, text);
}

/* One edge refuses once, and is asked again; the other one is not kept waiting. */
static void
each_edge_is_asked_until_it_confirms(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = vt_test_database(kind);
        g_autofree char *names = NULL;
        gint64 tenant = 0;
        g_autoptr(VtDb) db = open_database(url, &tenant);
        g_autoptr(GError) error = NULL;
        Cache varnish = {0}, hook = {0};
        int n_refreshed = 0;
        VtEdgeLoopOptions options = {.database_url = url,
            .node = NODE,
            .secret = "s",
            .before = note_refresh,
            .data = &n_refreshed};
        VtEdgeLoop *loop;

        cache_start(&varnish, "varnish", "2522");
        cache_start(&hook, "http", "222");
        names = g_strdup_printf("%s, %s,", varnish.name, hook.name);
        options.names = names;
        loop = vt_edge_loop_new(&options, db, &error);
        assert_ok(loop != NULL, error);
        request(db, tenant, VT_PURGE_KIND_TAGS, "i/acme/a");
        request(db, tenant, VT_PURGE_KIND_ADDRESSES, "/is/image/acme/a?wid=1");
        vt_edge_loop_ring(loop);
        vt_thread_join(varnish.thread);
        vt_thread_join(hook.thread);
        vt_edge_loop_free(loop);
        assert_true(g_atomic_int_get(&n_refreshed) > 0);
        assert_heard(&varnish, 0, "PURGE / HTTP/1.1\r\n", "xkey-purge: s/acme\r\n");
        assert_heard(&varnish, 1, "PURGE / HTTP/1.1\r\n", "xkey-purge: i/acme/a\r\n");
        assert_heard(&varnish, 2, "PURGE / HTTP/1.1\r\n", "xkey-purge: i/acme/a\r\n");
        assert_heard(&varnish, 3, "PURGE /is/image/acme/a?wid=1 HTTP/1.1\r\n", "Host: ");
        assert_heard(&hook, 0, "POST / HTTP/1.1\r\n", "{\"tags\":[\"s/acme\"],\"addresses\":[]}");
        assert_heard(&hook, 1, "X-Vitrine-Signature: sha256=", "{\"tags\":[\"i/acme/a\"]");
        assert_heard(&hook, 2, "POST / HTTP/1.1\r\n", "\"addresses\":[\"/is/image/acme/a?wid=1\"]");
        cache_clear(&varnish);
        cache_clear(&hook);
    }
}

static void
a_loop_ends_while_its_edge_is_away(void **state)
{
    g_autofree char *url = vt_test_database(0);
    gint64 tenant = 0;
    g_autoptr(VtDb) db = open_database(url, &tenant);
    int n_refreshed = 0;
    VtEdgeLoopOptions options = {.database_url = url,
        .node = NODE,
        .names = "varnish:http://127.0.0.1:1",
        .before = note_refresh,
        .data = &n_refreshed};
    g_autoptr(GError) error = NULL;
    VtEdgeLoop *loop = vt_edge_loop_new(&options, db, &error);
    g_autoptr(json_t) list = json_array();

    assert_ok(loop != NULL, error);
    while (json_array_size(list) == 0 ||
           json_is_null(json_object_get(json_array_get(list, 0), "problem"))) {
        json_array_clear(list);
        assert_ok(vt_edge_status_json(db, tenant, NODE, 1, list, &error), error);
        g_usleep(1000);
    }
    vt_edge_loop_free(loop);
    vt_edge_loop_free(NULL);
    vt_edge_loop_ring(NULL);
}

static void
what_is_no_edge_starts_nothing(void **state)
{
    static const char *const bad[] = {"127.0.0.1:80", "varnish:127.0.0.1", "squid:http://a/",
        "varnish:http://a/#b", "http:ftp://a/", "varnish:http://a b/"};
    g_autofree char *url = vt_test_database(0);
    gint64 tenant = 0;
    g_autoptr(VtDb) db = open_database(url, &tenant);

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        VtEdgeLoopOptions options = {.database_url = url, .node = NODE, .names = bad[i]};
        g_autoptr(GError) error = NULL;

        assert_null(vt_edge_loop_new(&options, db, &error));
        assert_true(vt_error_is(error, VT_ERROR_USAGE));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_edge_is_asked_until_it_confirms),
        cmocka_unit_test(a_loop_ends_while_its_edge_is_away),
        cmocka_unit_test(what_is_no_edge_starts_nothing),
    };
    return vt_test_run("sync/edge_loop", tests);
}
