/* A client on a raw socket, for the tests of this room. Every reply is read to its end as framed by
 * Content-Length, so a second request on the same connection proves the framing of the first.
 */
#pragma once

#include "http/server.h"
#include "tests/unit/support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define H "HTTP/1.1\r\nHost: x\r\n"

static inline int
dial(const VtServer *server)
{
    const char *colon = strrchr(vt_server_address(server), ':');
    struct sockaddr_in to = {.sin_family = AF_INET,
        .sin_port = htons((guint16)g_ascii_strtoull(colon + 1, NULL, 10)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = 20};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static inline void
say(int fd, const char *text)
{
    gsize length = strlen(text);

    assert_int_equal(send(fd, text, length, MSG_NOSIGNAL), length);
}

/* The head of one reply, with its blank line; "" at the end of the connection. */
static inline char *
hear_head(int fd)
{
    GString *head = g_string_new(NULL);
    char byte;

    while (!g_str_has_suffix(head->str, "\r\n\r\n") && recv(fd, &byte, 1, 0) == 1)
        g_string_append_c(head, byte);
    return g_string_free(head, FALSE);
}

static inline char *
header_of(const char *head, const char *name)
{
    g_autofree char *start = g_strdup_printf("\r\n%s: ", name);
    const char *at = strcasestr(head, start);

    if (at == NULL)
        return NULL;
    at += strlen(start);
    return g_strndup(at, strcspn(at, "\r"));
}

typedef struct {
    int status; /* 0: the connection ended */
    char *head; /* owned */
    char *body; /* owned */
} Heard;

static inline void
heard_clear(Heard *self)
{
    g_free(self->head);
    g_free(self->body);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Heard, heard_clear)

static inline Heard
hear(int fd, gboolean has_body)
{
    Heard heard = {.head = hear_head(fd)};
    g_autofree char *length_text = header_of(heard.head, "Content-Length");
    gsize length = length_text == NULL ? 0 : (gsize)g_ascii_strtoull(length_text, NULL, 10);

    if (g_str_has_prefix(heard.head, "HTTP/1.1 "))
        heard.status = (int)g_ascii_strtoull(heard.head + 9, NULL, 10);
    heard.body = g_malloc0(length + 1);
    if (has_body && length > 0 && heard.status != 304)
        assert_int_equal(recv(fd, heard.body, length, MSG_WAITALL), length);
    return heard;
}

static inline Heard
ask(const VtServer *server, const char *request)
{
    int fd = dial(server);
    Heard heard;

    say(fd, request);
    heard = hear(fd, !g_str_has_prefix(request, "HEAD"));
    close(fd);
    return heard;
}

static inline gboolean
is_closed(int fd)
{
    char byte;

    return recv(fd, &byte, 1, 0) <= 0;
}
