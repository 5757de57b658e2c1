/* See server.h.
 *
 * libmicrohttpd calls on_request() for one request several times: with the head, with each piece of
 * the body, at its end, and again after each resume. All of that stays in this file:
 *
 *     on_target -> take_head -> begin_body -> take_body* -> run_handler -+-> send_answer
 *                     |           ^   |                                  +-> (suspended; resumed)
 *                     |           |   +-- refused: send_answer               -> send_answer
 *                     +-----------+       (with a body still to come: and close)
 *          (suspended; resumed: a large body is taken from a sender who may send it)
 *
 * An answer before the end of the body always closes the connection: what is left of the body must
 * never be read as the next request.
 */
#include "http/server.h"

#include "base/error.h"
#include "base/log.h"
#include "base/thread.h"
#include "http/reaper.h"
#include "http/reply_private.h"
#include "http/request_private.h"

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define SECOND_US G_USEC_PER_SEC
#define REAPER_TICK_US (SECOND_US / 4)
#define REFUSED_GRACE_US SECOND_US /* for the 503s of vt_server_free() to leave */
#define LISTEN_BACKLOG 1024
#define SPARE_FILES 512

struct _VtServer {
    VtServerOptions options; /* immutable, every field set */
    VtRouteTable *routes;    /* owned, immutable */
    char *address;           /* owned, immutable */
    int listen_fd;
    struct MHD_Daemon *daemon;
    VtReaper *reaper; /* owned */
    VtPool *pool;     /* owned */
    _Atomic guint64 last_id;
    _Atomic gsize memory_bytes; /* of bodies of all requests in hand */
    _Atomic gsize file_bytes;   /* of those that wait in files */

    VtMutex mutex;
    VtCond one_ended;
    GQueue in_hand;    /* of VtRequest by link, head seen and not yet over; guarded by mutex */
    gboolean stopping; /* guarded by mutex */
};

static void
move_deadline(VtRequest *request, gint64 deadline_us)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    if (info != NULL && info->socket_context != NULL)
        vt_reaper_entry_move(info->socket_context, deadline_us);
}

/* How long @n_bytes may take. */
static gint64
transfer_us(const VtServer *self, guint64 n_bytes)
{
    return self->options.transfer_us +
           (gint64)(n_bytes / self->options.bytes_per_second) * SECOND_US;
}

static void
on_connection(void *cls,
    struct MHD_Connection *connection,
    void **socket_context,
    enum MHD_ConnectionNotificationCode code)
{
    VtServer *self = cls;
    const union MHD_ConnectionInfo *info;

    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*socket_context != NULL)
            vt_reaper_remove(self->reaper, g_steal_pointer(socket_context));
        return;
    }
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *socket_context = vt_reaper_add(
        self->reaper, info->connect_fd, g_get_monotonic_time() + self->options.head_us);
}

/* Ours is the copy in the request. The query is cut off what libmicrohttpd reads on: it would make
 * a record of every parameter in the connection's buffer, and end the connection without a word
 * where they do not fit. Its buffer may be written, though it is handed over as constant. */
static void *
on_target(void *cls, const char *raw, struct MHD_Connection *connection)
{
    VtServer *self = cls;
    VtRequest *request = vt_request_new(connection, raw, atomic_fetch_add(&self->last_id, 1) + 1);
    const char *query = strchr(raw, '?');

    if (query != NULL)
        ((char *)GSIZE_TO_POINTER(GPOINTER_TO_SIZE(query)))[1] = '\0';
    return request;
}

/* libmicrohttpd must not decode anything: the raw target is ours to take apart. */
static size_t
keep_escapes(void *cls, struct MHD_Connection *connection, char *text)
{
    return strlen(text);
}

/* FALSE when the server is stopping. */
static gboolean
link_request(VtServer *self, VtRequest *request)
{
    VT_LOCKED(&self->mutex);

    g_queue_push_tail_link(&self->in_hand, &request->link);
    return !self->stopping;
}

static void
unlink_request(VtServer *self, VtRequest *request)
{
    VT_LOCKED(&self->mutex);

    g_queue_unlink(&self->in_hand, &request->link);
    if (self->stopping)
        vt_cond_signal(&self->one_ended);
}

/* Two lengths, or a length beside chunks, would let two servers in a row disagree on where the next
 * request begins. */
static gboolean
check_framing(VtRequest *request, GError **error)
{
    guint n_lengths = vt_request_count_header(request, "Content-Length");
    guint n_encodings = vt_request_count_header(request, "Transfer-Encoding");
    const char *length = vt_request_header(request, "Content-Length");
    const char *encoding = vt_request_header(request, "Transfer-Encoding");

    if (n_lengths + n_encodings > 1)
        return vt_throw(error, VT_ERROR_BAD_REQUEST, "the length of the body is given twice");
    if (encoding != NULL && g_ascii_strcasecmp(encoding, "chunked") != 0)
        return vt_throw(error, VT_ERROR_BAD_REQUEST, "a body may be chunked, not '%s'", encoding);
    request->has_body = n_encodings > 0 || (length != NULL && strcmp(length, "0") != 0);
    return TRUE;
}

static gboolean
find_route(VtServer *self, VtRequest *request, GError **error)
{
    g_autofree char *allow = NULL;
    g_autoptr(VtReply) reply = NULL;

    request->target = vt_target_parse(request->raw, error);
    if (request->target == NULL)
        return FALSE;
    request->route = vt_route_table_find(self->routes, request->method, request->target, &allow);
    if (request->route != NULL) {
        request->path_values = vt_route_path_values(request->route, request->target);
        return TRUE;
    }
    if (allow == NULL)
        return vt_throw(error, VT_ERROR_NOT_FOUND, "nothing is at this address");

    if (strcmp(request->method, MHD_HTTP_METHOD_OPTIONS) == 0) {
        reply = vt_reply_new(MHD_HTTP_NO_CONTENT);
    } else {
        g_autoptr(GError) refusal = NULL;

        vt_throw(&refusal, VT_ERROR_METHOD_NOT_ALLOWED, "this address takes %s", allow);
        reply = vt_reply_new_error(refusal);
    }
    vt_reply_add_header(reply, "Allow", allow);
    vt_request_reply(request, g_steal_pointer(&reply));
    return TRUE;
}

static gboolean
check_body(VtServer *self, VtRequest *request, GError **error)
{
    const char *length = vt_request_header(request, "Content-Length");
    gsize max;

    if (!request->has_body || request->route == NULL)
        return TRUE;
    max = request->route->max_body_bytes;
    if (max == 0)
        return vt_throw(error, VT_ERROR_TOO_LARGE, "this address takes no body");
    if (length != NULL && g_ascii_strtoull(length, NULL, 10) > max)
        return vt_throw(error, VT_ERROR_TOO_LARGE, "the body is larger than %zu bytes", max);
    request->body = vt_body_new(self->options.spool_directory, self->options.spool_bytes);
    return TRUE;
}

static gboolean
check_client(const VtServer *self, const VtRequest *request, GError **error)
{
    const VtHttpAllowed *clients = self->options.clients;

    return clients == NULL ||
           vt_http_allowed_has(clients, (const struct sockaddr *)&request->remote) ||
           vt_throw(error, VT_ERROR_ADDRESS_REFUSED, "only certain addresses may ask here");
}

static gboolean
examine_head(VtServer *self, VtRequest *request, gboolean accepting, GError **error)
{
    if (!check_framing(request, error) || !check_client(self, request, error))
        return FALSE;
    if (!accepting)
        return vt_throw(error, VT_ERROR_BUSY, "the server is stopping");
    return find_route(self, request, error) && check_body(self, request, error);
}

static enum MHD_Result
send_answer(VtServer *self, VtRequest *request, gboolean close)
{
    g_autoptr(VtReply) reply = vt_request_answer(request);
    VtReplyConditions conditions = {
        .is_read = strcmp(request->method, MHD_HTTP_METHOD_GET) == 0 ||
                   strcmp(request->method, MHD_HTTP_METHOD_HEAD) == 0,
        .close = close,
        .if_none_match = vt_request_header(request, "If-None-Match"),
        .if_modified_since = vt_request_header(request, "If-Modified-Since"),
        .range = vt_request_header(request, "Range"),
        .if_range = vt_request_header(request, "If-Range"),
    };
    if (reply == NULL || !vt_reply_queue(reply, request->connection, &conditions, &request->status,
                             &request->body_bytes))
        return MHD_NO;
    move_deadline(request, g_get_monotonic_time() + transfer_us(self, request->body_bytes));
    return MHD_YES;
}

static gboolean
check_permission(VtRequest *request, gpointer data, GError **error)
{
    VtServer *self = data;
    VtPermission permission = request->route->row->permission;

    if (permission == VT_PERMISSION_PUBLIC)
        return TRUE;
    if (self->options.authorize == NULL)
        return vt_throw(error, VT_ERROR_FORBIDDEN, "nobody may do this here");
    return self->options.authorize(request, permission, self->options.authorize_data, error);
}

/* Whether the body is one that its sender must have a right to before it is taken: if all
 * connections sent one, they could fill the room there is for bodies. */
static gboolean
must_ask(const VtServer *self, const VtRequest *request)
{
    const VtServerOptions *options = &self->options;
    const char *length = vt_request_header(request, "Content-Length");
    guint64 most;

    if (request->body == NULL || request->route->row->permission == VT_PERMISSION_PUBLIC)
        return FALSE;
    most = length != NULL ? g_ascii_strtoull(length, NULL, 10) : request->route->max_body_bytes;
    return most > MIN(options->spool_bytes, options->max_body_bytes / options->max_connections);
}

/* What is refused is told before the body: a client that waits for a 100 never sends it. */
static enum MHD_Result
begin_body(VtServer *self, VtRequest *request, gboolean accepting)
{
    g_autoptr(VtReply) answer = vt_request_answer(request);

    if (answer != NULL && (request->has_body || !accepting || request->target == NULL))
        return send_answer(self, request, TRUE);
    request->body_began_us = g_get_monotonic_time();
    move_deadline(request, request->has_body ? request->body_began_us + transfer_us(self, 0) : 0);
    return MHD_YES;
}

static enum MHD_Result
take_head(VtServer *self, VtRequest *request, const char *method)
{
    g_autoptr(GError) error = NULL;
    gboolean accepting;

    request->seen = TRUE;
    request->began_us = g_get_monotonic_time();
    request->pool = self->pool;
    vt_request_take_head(request, method);
    accepting = link_request(self, request);
    if (!examine_head(self, request, accepting, &error))
        vt_request_fail(request, error);
    if (error != NULL || !must_ask(self, request))
        return begin_body(self, request, accepting);
    request->asking = TRUE;
    move_deadline(request, 0);
    vt_request_ask(request, check_permission, self);
    return MHD_YES;
}

/* Counts a piece of a body against the bounds of all bodies together. */
static gboolean
charge_body(VtServer *self, VtRequest *request, gsize length)
{
    gsize moved;

    if (!vt_body_will_spool(request->body, length)) {
        request->charged_memory += length;
        return atomic_fetch_add(&self->memory_bytes, length) + length <=
               self->options.max_body_bytes;
    }
    moved = length + request->charged_memory;
    atomic_fetch_sub(&self->memory_bytes, request->charged_memory);
    request->charged_memory = 0;
    request->charged_files += moved;
    return atomic_fetch_add(&self->file_bytes, moved) + moved <= self->options.max_spool_bytes;
}

static gboolean
keep_piece(VtServer *self, VtRequest *request, const char *piece, gsize length, GError **error)
{
    gsize max = request->route->max_body_bytes;

    if (length > max - vt_body_length(request->body))
        return vt_throw(error, VT_ERROR_TOO_LARGE, "the body is larger than %zu bytes", max);
    if (!charge_body(self, request, length))
        return vt_throw(error, VT_ERROR_BUSY, "too many large requests arrive at once");
    return vt_body_add(request->body, piece, length, error);
}

/* After a refusal the rest is thrown away, without more time than a small body would have. */
static void
take_body(VtServer *self, VtRequest *request, const char *piece, gsize length)
{
    if (request->body == NULL)
        return;
    if (!keep_piece(self, request, piece, length, &request->body_error)) {
        g_clear_pointer(&request->body, vt_body_free);
        move_deadline(request, request->body_began_us + transfer_us(self, 0));
        return;
    }
    move_deadline(
        request, request->body_began_us + transfer_us(self, vt_body_length(request->body)));
}

/* Runs on a worker. */
static void
run_authorized(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;

    if (check_permission(request, data, &error))
        request->route->handle(request, request->route->data);
    else
        vt_request_fail(request, error);
}

static void
run_handler(VtServer *self, VtRequest *request)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtReply) answer = vt_request_answer(request);

    if (answer != NULL)
        return;
    if (request->body != NULL)
        vt_body_finish(request->body, &request->body_error);
    if (request->body_error != NULL) {
        vt_request_fail(request, request->body_error);
        return;
    }
    if (request->route->place == VT_ROUTE_ON_WORKER) {
        vt_request_defer(request, run_authorized, self);
        return;
    }
    request->route->handle(request, request->route->data);
    answer = vt_request_answer(request);
    if (answer != NULL || request->waiting)
        return;
    vt_throw(&error, VT_ERROR_INTERNAL, "the handler gave no answer");
    vt_request_fail(request, error);
}

static enum MHD_Result
on_request(void *cls,
    struct MHD_Connection *connection,
    const char *url,
    const char *method,
    const char *version,
    const char *piece,
    size_t *piece_length,
    void **context)
{
    VtServer *self = cls;
    VtRequest *request = *context;

    if (!request->seen)
        return take_head(self, request, method);
    if (request->asking) {
        request->asking = FALSE;
        request->waiting = FALSE;
        return begin_body(self, request, TRUE);
    }
    if (*piece_length > 0) {
        take_body(self, request, piece, *piece_length);
        *piece_length = 0;
        return MHD_YES;
    }
    if (!request->dispatched) {
        request->dispatched = TRUE;
        move_deadline(request, 0);
        run_handler(self, request);
        if (request->waiting)
            return MHD_YES;
    }
    request->waiting = FALSE;
    return send_answer(self, request, FALSE);
}

/* The query is left out: a signed address is a key. */
static void
log_request(const VtRequest *request, gint64 took_us, gboolean complete)
{
    g_autofree char *remote = vt_request_remote(request);
    g_autofree char *path = g_strndup(request->raw, strcspn(request->raw, "?"));
    const VtLogField field[] = {
        {.name = "request", .number = (gint64)request->id},
        {.name = "remote", .text = remote},
        {.name = "method", .text = request->method},
        {.name = "path", .text = path},
        {.name = "route", .text = request->route != NULL ? request->route->row->id : "none"},
        {.name = "status", .number = request->status},
        {.name = "bytes", .number = (gint64)request->body_bytes},
        {.name = "took_us", .number = took_us},
        {.name = "complete", .number = complete},
    };

    vt_log_fields(VT_LOG_INFO, "http.request", field, G_N_ELEMENTS(field));
}

static void
note_request(VtServer *self, const VtRequest *request, gboolean complete)
{
    gint64 took_us = g_get_monotonic_time() - request->began_us;

    if (!request->seen)
        return;
    if (self->options.metrics != NULL && request->status != 0)
        vt_http_metrics_count(self->options.metrics,
            request->route != NULL ? request->route->row : NULL, request->status, took_us);
    if (self->options.log_requests)
        log_request(request, took_us, complete);
}

static void
on_completed(void *cls,
    struct MHD_Connection *connection,
    void **context,
    enum MHD_RequestTerminationCode code)
{
    VtServer *self = cls;
    VtRequest *request = g_steal_pointer(context);

    if (request == NULL)
        return;
    move_deadline(request, g_get_monotonic_time() + self->options.idle_us + self->options.head_us);
    atomic_fetch_sub(&self->memory_bytes, request->charged_memory);
    atomic_fetch_sub(&self->file_bytes, request->charged_files);
    note_request(self, request, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    vt_request_end(request);
    if (request->seen)
        unlink_request(self, request);
    vt_request_unref(request);
}

static void G_GNUC_PRINTF(2, 0) on_log(void *cls, const char *format, va_list arguments)
{
    g_autofree char *text = g_strdup_vprintf(format, arguments);

    vt_log(VT_LOG_DEBUG, "http.library", "%s", g_strchomp(text));
}

static void
set_defaults(VtServerOptions *options)
{
#define DEFAULT(field, value) options->field = options->field == 0 ? (value) : options->field
    DEFAULT(n_event_threads, g_get_num_processors());
    DEFAULT(n_workers, 4);
    DEFAULT(max_waiting, 1024);
    DEFAULT(max_connections, 3000);
    DEFAULT(max_body_bytes, 512 << 20);
    DEFAULT(spool_bytes, 1 << 20);
    DEFAULT(max_spool_bytes, (gsize)16 << 30);
    DEFAULT(connection_bytes, 49152);
    DEFAULT(idle_us, 60 * SECOND_US);
    DEFAULT(head_us, 15 * SECOND_US);
    DEFAULT(transfer_us, 30 * SECOND_US);
    DEFAULT(bytes_per_second, 1024);
    DEFAULT(stop_us, 20 * SECOND_US);
#undef DEFAULT
}

/* Splits at the last colon; brackets around a V6 address are taken off. */
static gboolean
split_address(const char *listen, char **ret_host, char **ret_port)
{
    const char *colon = strrchr(listen, ':');
    gsize length = colon == NULL ? 0 : (gsize)(colon - listen);

    if (length == 0 || colon[1] == '\0')
        return FALSE;
    if (listen[0] == '[' && listen[length - 1] == ']')
        *ret_host = g_strndup(listen + 1, length - 2);
    else
        *ret_host = g_strndup(listen, length);
    *ret_port = g_strdup(colon + 1);
    return TRUE;
}

static int
open_socket(const struct addrinfo *info)
{
    int yes = 1;
    int fd = socket(
        info->ai_family, info->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, info->ai_protocol);

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, info->ai_addr, info->ai_addrlen) != 0 || listen(fd, LISTEN_BACKLOG) != 0) {
        int saved = errno;

        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

static char *
real_address(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t length = sizeof address;
    char host[NI_MAXHOST] = "";
    char port[NI_MAXSERV] = "";

    getsockname(fd, (struct sockaddr *)&address, &length);
    getnameinfo((struct sockaddr *)&address, length, host, sizeof host, port, sizeof port,
        NI_NUMERICHOST | NI_NUMERICSERV);
    return g_strdup_printf(address.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

static gboolean
open_listener(VtServer *self, GError **error)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    const char *text = self->options.listen == NULL ? "127.0.0.1:0" : self->options.listen;
    struct addrinfo *found = NULL;
    g_autofree char *host = NULL;
    g_autofree char *port = NULL;
    int result;

    if (!split_address(text, &host, &port))
        return vt_throw(error, VT_ERROR_LISTEN, "'%s' is not HOST:PORT", text);
    result = getaddrinfo(host, port, &hints, &found);
    if (result != 0)
        return vt_throw(error, VT_ERROR_LISTEN, "'%s': %s", text, gai_strerror(result));
    self->listen_fd = open_socket(found);
    freeaddrinfo(found);
    if (self->listen_fd < 0)
        return vt_throw(
            error, VT_ERROR_LISTEN, "cannot listen on '%s': %s", text, g_strerror(errno));
    self->address = real_address(self->listen_fd);
    return TRUE;
}

static gboolean
start_daemon(VtServer *self, GError **error)
{
    const VtServerOptions *options = &self->options;
    /* a pool of one is no pool to libmicrohttpd */
    guint pool_size = options->n_event_threads > 1 ? options->n_event_threads : 0;

    self->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG,
        0, NULL, NULL, on_request, self,
        /* first: the logger hears about the other options */
        MHD_OPTION_EXTERNAL_LOGGER, on_log, self, MHD_OPTION_LISTEN_SOCKET, self->listen_fd,
        MHD_OPTION_THREAD_POOL_SIZE, pool_size, MHD_OPTION_CONNECTION_LIMIT,
        options->max_connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->connection_bytes,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)MAX(1, options->idle_us / SECOND_US),
        MHD_OPTION_URI_LOG_CALLBACK, on_target, self, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes,
        NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, self, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, self, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_END);
    if (self->daemon == NULL)
        return vt_throw(error, VT_ERROR_LISTEN, "cannot start the server on '%s'", self->address);
    return TRUE;
}

static void
answer_busy(VtRequest *request)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtReply) answer = vt_request_answer(request);

    if (answer != NULL)
        return;
    vt_throw(&error, VT_ERROR_BUSY, "the server is stopping");
    vt_request_fail(request, error);
}

/* With the mutex held. */
static void
wait_for_requests(VtServer *self, gint64 wait_us)
{
    gint64 until_us = g_get_monotonic_time() + wait_us;

    while (!g_queue_is_empty(&self->in_hand)) {
        gint64 left_us = until_us - g_get_monotonic_time();

        if (left_us <= 0 || !vt_cond_wait_for(&self->one_ended, &self->mutex, left_us))
            return;
    }
}

static void
finish_requests(VtServer *self)
{
    VT_LOCKED(&self->mutex);

    self->stopping = TRUE;
    wait_for_requests(self, self->options.stop_us);
    for (GList *at = self->in_hand.head; at != NULL; at = at->next)
        answer_busy(at->data);
    wait_for_requests(self, REFUSED_GRACE_US);
}

/* Refuses new connections at once; the descriptor itself is closed when nothing polls it any more.
 */
static void
stop_daemon(VtServer *self)
{
    MHD_quiesce_daemon(self->daemon);
    shutdown(self->listen_fd, SHUT_RDWR);
    finish_requests(self);
    MHD_stop_daemon(self->daemon);
}

static void
ignore_broken_pipes(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigaction(SIGPIPE, &ignore, NULL);
}

/* A connection may hold a file too; what cannot be had is refused when it is needed. */
static void
allow_files(guint max_connections)
{
    rlim_t wanted = (rlim_t)max_connections * 2 + SPARE_FILES;
    struct rlimit limit = {0};

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = MIN(wanted, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);
}

VtServer *
vt_server_new(const VtServerOptions *options, VtRouteTable *routes, GError **error)
{
    g_autoptr(VtServer) self = g_new0(VtServer, 1);

    self->options = *options;
    set_defaults(&self->options);
    self->routes = routes;
    self->listen_fd = -1;
    vt_mutex_init(&self->mutex);
    vt_cond_init(&self->one_ended);
    g_queue_init(&self->in_hand);
    ignore_broken_pipes();
    allow_files(self->options.max_connections);
    if (!open_listener(self, error))
        return NULL;
    self->reaper = vt_reaper_new(REAPER_TICK_US);
    self->pool = vt_pool_new(
        "http-worker", self->options.n_workers, self->options.max_waiting, vt_request_run_job);
    if (!start_daemon(self, error))
        return NULL;
    return g_steal_pointer(&self);
}

const char *
vt_server_address(const VtServer *self)
{
    return self->address;
}

void
vt_server_free(VtServer *self)
{
    if (self == NULL)
        return;
    if (self->daemon != NULL)
        stop_daemon(self);
    vt_pool_free(self->pool);
    vt_reaper_free(self->reaper);
    if (self->listen_fd >= 0)
        close(self->listen_fd);
    vt_cond_clear(&self->one_ended);
    vt_mutex_clear(&self->mutex);
    vt_route_table_free(self->routes);
    g_free(self->address);
    g_free(self);
}
