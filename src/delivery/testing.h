/* What the tests of delivery stand on: a shop with one read store, served for real on a free port,
 * and a client that reads one reply as framed by its Content-Length.
 */
#pragma once

#include "base/error.h"
#include "delivery/delivery.h"
#include "http/server.h"
#include "readstore/writer.h"
#include "tests/unit/support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TEST_PYRAMID_VERSION 1

typedef struct {
    char *data; /* owned */
    VtBlobStore *blobs;
    VtReadstoreWriter *writer; /* of acme's database "main" */
    gint64 seq;
    VtDelivery *delivery;
    VtServer *server;
} Shop;

static inline char *
store_path(const char *data, const char *tenant, const char *database)
{
    g_autofree char *folder = g_build_filename(data, "readstore", tenant, NULL);
    g_autofree char *file = g_strconcat(database, ".db", NULL);

    assert_int_equal(g_mkdir_with_parents(folder, 0755), 0);
    return g_build_filename(folder, file, NULL);
}

static inline void
shop_serve(Shop *shop, VtDeliveryOptions options)
{
    g_autoptr(GArray) routes = g_array_new(FALSE, FALSE, sizeof(VtRoute));
    VtServerOptions server = {.n_event_threads = 2};
    g_autoptr(GError) error = NULL;

    options.data = shop->data;
    options.blobs = shop->blobs;
    options.pyramid_version = TEST_PYRAMID_VERSION;
    shop->delivery = vt_delivery_new(&options, &error);
    assert_ok(shop->delivery != NULL, error);
    vt_delivery_add_routes(shop->delivery, routes);
    vt_delivery_add_health_routes(shop->delivery, routes);
    shop->server = vt_server_new(&server,
        vt_route_table_new((const VtRoute *)(gpointer)routes->data, routes->len, NULL), &error);
    assert_ok(shop->server != NULL, error);
}

static inline void
shop_open(Shop *shop, VtDeliveryOptions options)
{
    g_autofree char *blobs = NULL;
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;

    *shop = (Shop){.data = vt_test_directory()};
    blobs = g_build_filename(shop->data, "blobs", NULL);
    shop->blobs = vt_blob_store_open(blobs, 0, &error);
    assert_ok(shop->blobs != NULL, error);
    path = store_path(shop->data, "acme", "main");
    shop->writer = vt_readstore_writer_open(path, "acme", "main", &error);
    assert_ok(shop->writer != NULL, error);
    shop_serve(shop, options);
}

static inline void
shop_stop(Shop *shop)
{
    g_clear_pointer(&shop->server, vt_server_free);
    g_clear_pointer(&shop->delivery, vt_delivery_free);
}

static inline void
shop_close(Shop *shop)
{
    shop_stop(shop);
    vt_readstore_writer_free(shop->writer);
    vt_blob_store_free(shop->blobs);
    g_free(shop->data);
}

static inline void
shop_begin(Shop *shop)
{
    g_autoptr(GError) error = NULL;

    assert_ok(vt_readstore_batch_begin(shop->writer, ++shop->seq, &error), error);
}

/* As sync does it: what is committed is what the next request sees. */
static inline void
shop_commit(Shop *shop)
{
    g_autoptr(GError) error = NULL;

    assert_ok(vt_readstore_batch_commit(shop->writer, NULL, &error), error);
    vt_delivery_refresh(shop->delivery);
}

typedef struct {
    int status; /* 0: the connection ended */
    char *head; /* owned, with its blank line */
    char *body; /* owned, NUL after its bytes */
    gsize length;
} Heard;

static inline void
heard_clear(Heard *self)
{
    g_free(self->head);
    g_free(self->body);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Heard, heard_clear)

static inline int
dial(const VtServer *server)
{
    const char *colon = strrchr(vt_server_address(server), ':');
    struct sockaddr_in to = {.sin_family = AF_INET,
        .sin_port = htons((guint16)g_ascii_strtoull(colon + 1, NULL, 10)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = 60};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static inline void
say(int fd, const char *method, const char *target, const char *headers)
{
    g_autofree char *text =
        g_strdup_printf("%s %s HTTP/1.1\r\nHost: x\r\n%s\r\n", method, target, headers);
    gsize length = strlen(text);

    assert_int_equal(send(fd, text, length, MSG_NOSIGNAL), length);
}

/* NULL when the reply has no such header. Newly allocated. */
static inline char *
header_of(const Heard *heard, const char *name)
{
    g_autofree char *start = g_strdup_printf("\r\n%s: ", name);
    const char *at = strcasestr(heard->head, start);

    return at == NULL ? NULL : g_strndup(at + strlen(start), strcspn(at + strlen(start), "\r"));
}

static inline Heard
hear(int fd)
{
    Heard heard = {0};
    g_autoptr(GString) head = g_string_new(NULL);
    g_autofree char *length = NULL;
    char byte;

    while (!g_str_has_suffix(head->str, "\r\n\r\n") && recv(fd, &byte, 1, 0) == 1)
        g_string_append_c(head, byte);
    heard.head = g_string_free(g_steal_pointer(&head), FALSE);
    if (g_str_has_prefix(heard.head, "HTTP/1.1 "))
        heard.status = (int)g_ascii_strtoull(heard.head + 9, NULL, 10);
    length = header_of(&heard, "Content-Length");
    if (length != NULL && heard.status != 304)
        heard.length = (gsize)g_ascii_strtoull(length, NULL, 10);
    heard.body = g_malloc0(heard.length + 1);
    if (heard.length > 0)
        assert_int_equal(recv(fd, heard.body, heard.length, MSG_WAITALL), heard.length);
    return heard;
}

static inline Heard
ask(const Shop *shop, const char *target, const char *headers)
{
    int fd = dial(shop->server);
    Heard heard;

    say(fd, "GET", target, headers);
    heard = hear(fd);
    close(fd);
    return heard;
}
