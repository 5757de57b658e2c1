#include "tests/unit/support.h"

#include "base/error.h"
#include "base/http_client.h"
#include "base/thread.h"

#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

static gboolean
may_reach(const VtHttpAllowed *allowed, const char *text)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
        return vt_http_may_reach(allowed, (const struct sockaddr *)&four);
    assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
    return vt_http_may_reach(allowed, (const struct sockaddr *)&six);
}

static void
only_public_addresses_are_reached(void **state)
{
    static const char *const outside[] = {
        "8.8.8.8", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"};
    static const char *const inside[] = {"127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1",
        "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1"};
    struct sockaddr other = {.sa_family = AF_UNIX};

    for (gsize i = 0; i < G_N_ELEMENTS(outside); i++)
        if (!may_reach(NULL, outside[i]))
            fail_msg("%s is public", outside[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(inside); i++)
        if (may_reach(NULL, inside[i]))
            fail_msg("%s is not public", inside[i]);
    assert_false(vt_http_may_reach(NULL, &other));
}

static void
networks_are_allowed_by_name(void **state)
{
    g_autoptr(VtHttpAllowed) allowed =
        vt_http_allowed_parse("127.0.0.0/8, 10.1.2.3,fd00::/16", NULL);
    static const char *const bad[] = {"10.0.0.0/33", "10.0.0/8", "x", "::/129", "1.2.3.4/-1"};

    assert_true(may_reach(allowed, "127.4.4.4"));
    assert_true(may_reach(allowed, "::ffff:127.0.0.1"));
    assert_true(may_reach(allowed, "10.1.2.3"));
    assert_false(may_reach(allowed, "10.1.2.4"));
    assert_true(may_reach(allowed, "fd00::7"));
    assert_false(may_reach(allowed, "fd01::7"));
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(vt_http_allowed_parse(bad[i], &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
    }
}

static gboolean
take(gpointer data, const char *bytes, gsize length, GError **error)
{
    GString *text = data;

    if (text->len + length > 1000)
        return vt_throw(error, VT_ERROR_TOO_LARGE, "more than 1,000 bytes");
    g_string_append_len(text, bytes, (gssize)length);
    return TRUE;
}

/* A server that gives the answers in turn, one for each connection, and ends. */
typedef struct {
    int fd;
    guint16 port;
    const char *const *answers; /* NULL-terminated */
} Server;

static void
serve(gpointer data)
{
    const Server *self = data;

    for (const char *const *answer = self->answers; *answer != NULL; answer++) {
        char request[4096];
        int fd = accept(self->fd, NULL, NULL);

        if (read(fd, request, sizeof request) > 0)
            assert_int_equal(write(fd, *answer, strlen(*answer)), strlen(*answer));
        close(fd);
    }
}

static VtThread *
start_server(Server *self, const char *const *answers)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    self->answers = answers;
    self->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(self->fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(self->fd, 8), 0);
    assert_int_equal(getsockname(self->fd, (struct sockaddr *)&address, &length), 0);
    self->port = ntohs(address.sin_port);
    return vt_thread_new("test-server", serve, self);
}

static void
answers_come_with_status_and_time(void **state)
{
    static const char *const answers[] = {
        "HTTP/1.1 404 Not Found\r\nLast-Modified: Thu, 01 Jan 1970 00:00:07 GMT\r\n"
        "Content-Length: 4\r\nConnection: close\r\n\r\ngone",
        NULL};
    g_autoptr(VtHttpAllowed) allowed = vt_http_allowed_parse("127.0.0.1", NULL);
    g_autoptr(GString) text = g_string_new("");
    g_autofree char *url = NULL;
    g_autoptr(GError) error = NULL;
    VtHttpAnswer answer = {0};
    Server server;
    VtThread *thread = start_server(&server, answers);

    url = g_strdup_printf("http://127.0.0.1:%d/a", server.port);
    assert_ok(vt_http_call(&(VtHttpCall){.url = url,
                               .is_foreign = TRUE,
                               .allowed = allowed,
                               .seconds = 30,
                               .take = take,
                               .data = text},
                  &answer, &error),
        error);
    vt_thread_join(thread);
    close(server.fd);
    assert_int_equal(answer.status, 404);
    assert_int_equal(answer.modified_us, 7 * G_USEC_PER_SEC);
    assert_string_equal(text->str, "gone");
}

/* A redirect leads from an allowed machine to one that is not. */
static void
what_may_not_be_reached_is_refused(void **state)
{
    static const char *const answers[] = {
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:9/\r\nContent-Length: 0\r\n"
        "Connection: close\r\n\r\n",
        NULL};
    g_autoptr(VtHttpAllowed) allowed = vt_http_allowed_parse("127.0.0.1", NULL);
    g_autofree char *url = NULL, *inside = NULL;
    g_autoptr(GError) error = NULL, refused = NULL;
    VtHttpAnswer answer = {0};
    Server server;
    VtThread *thread = start_server(&server, answers);

    url = g_strdup_printf("http://127.0.0.1:%d/a", server.port);
    inside = g_strdup_printf("http://localhost:%d/a", server.port);
    assert_false(vt_http_call(&(VtHttpCall){.url = inside, .is_foreign = TRUE}, &answer, &refused));
    assert_true(vt_error_is(refused, VT_ERROR_FETCH));
    assert_non_null(strstr(refused->message, "inside"));
    assert_false(vt_http_call(
        &(VtHttpCall){.url = url, .is_foreign = TRUE, .allowed = allowed}, &answer, &error));
    vt_thread_join(thread);
    close(server.fd);
    assert_true(vt_error_is(error, VT_ERROR_FETCH));
    assert_non_null(strstr(error->message, "inside"));
}

static void
other_schemes_and_names_in_addresses_are_refused(void **state)
{
    static const char *const bad[] = {"file:///etc/passwd", "gopher://8.8.8.8/", "ftp://8.8.8.8/",
        "http://anna:secret@8.8.8.8/", "http://"};

    assert_true(vt_http_is_address("HTTPS://a"));
    assert_false(vt_http_is_address("photos/http.jpg"));
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        VtHttpAnswer answer;

        assert_false(
            vt_http_call(&(VtHttpCall){.url = bad[i], .is_foreign = TRUE}, &answer, &error));
        assert_true(vt_error_is(error, VT_ERROR_FETCH));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_public_addresses_are_reached),
        cmocka_unit_test(networks_are_allowed_by_name),
        cmocka_unit_test(answers_come_with_status_and_time),
        cmocka_unit_test(what_may_not_be_reached_is_refused),
        cmocka_unit_test(other_schemes_and_names_in_addresses_are_refused),
    };
    return vt_test_run("base/http_client", tests);
}
