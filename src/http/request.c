/* See request.h.
 *
 * Always holds: a suspended connection is resumed exactly once, by the one call that sets `reply`
 * or by the check that lets it go on without, under the request's mutex. So nothing can resume a
 * connection that is over, and the server may stop as soon as every request in hand has its reply.
 */
#include "http/request.h"

#include "base/error.h"
#include "base/log.h"
#include "http/request_private.h"

#include <arpa/inet.h>
#include <string.h>

typedef struct {
    VtRequest *request;   /* owned reference */
    VtHandler run;        /* NULL: check is asked */
    VtRequestCheck check; /* NULL: run answers */
    gpointer data;
} Job;

static void
take_remote(VtRequest *self)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(self->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);

    if (info == NULL || info->client_addr == NULL)
        return;
    if (info->client_addr->sa_family == AF_INET6)
        memcpy(&self->remote, info->client_addr, sizeof(struct sockaddr_in6));
    else if (info->client_addr->sa_family == AF_INET)
        memcpy(&self->remote, info->client_addr, sizeof(struct sockaddr_in));
}

VtRequest *
vt_request_new(struct MHD_Connection *connection, const char *raw, guint64 id)
{
    VtRequest *self = g_new0(VtRequest, 1);

    atomic_init(&self->references, 1);
    self->id = id;
    self->raw = g_strdup(raw);
    self->link.data = self;
    self->connection = connection;
    vt_mutex_init(&self->mutex);
    take_remote(self);
    return self;
}

static enum MHD_Result
take_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
    VtRequest *self = cls;
    VtRequestHeader header = {0};

    header.name = g_string_chunk_insert(self->header_text, name);
    header.value = g_string_chunk_insert(self->header_text, value == NULL ? "" : value);
    g_array_append_val(self->headers, header);
    return MHD_YES;
}

void
vt_request_take_head(VtRequest *self, const char *method)
{
    self->method = g_strdup(method);
    self->headers = g_array_sized_new(FALSE, FALSE, sizeof(VtRequestHeader), 16);
    self->header_text = g_string_chunk_new(1024);
    MHD_get_connection_values(self->connection, MHD_HEADER_KIND, take_header, self);
}

VtRequest *
vt_request_ref(VtRequest *self)
{
    atomic_fetch_add(&self->references, 1);
    return self;
}

void
vt_request_unref(VtRequest *self)
{
    if (self == NULL || atomic_fetch_sub(&self->references, 1) != 1)
        return;
    if (self->free_user != NULL)
        self->free_user(self->user);
    g_clear_pointer(&self->reply, vt_reply_unref);
    vt_body_free(self->body);
    g_clear_error(&self->body_error);
    g_clear_pointer(&self->headers, g_array_unref);
    g_clear_pointer(&self->header_text, g_string_chunk_free);
    g_strfreev(self->path_values);
    vt_target_free(self->target);
    g_free(self->method);
    g_free(self->raw);
    vt_mutex_clear(&self->mutex);
    g_free(self);
}

const char *
vt_request_method(const VtRequest *self)
{
    return self->method;
}

const VtTarget *
vt_request_target(const VtRequest *self)
{
    return self->target;
}

const char *
vt_request_raw_target(const VtRequest *self)
{
    return self->raw;
}

const VtRouteRow *
vt_request_row(const VtRequest *self)
{
    return self->route->row;
}

const char *
vt_request_path_value(const VtRequest *self, const char *name)
{
    int at = vt_route_path_index(self->route, name);

    return at >= 0 ? self->path_values[at] : NULL;
}

const char *
vt_request_query_value(const VtRequest *self, const char *name)
{
    return vt_target_query_value(self->target, name);
}

const char *
vt_request_header(const VtRequest *self, const char *name)
{
    for (guint i = 0; i < self->headers->len; i++) {
        const VtRequestHeader *header = &g_array_index(self->headers, VtRequestHeader, i);

        if (g_ascii_strcasecmp(header->name, name) == 0)
            return header->value;
    }
    return NULL;
}

guint
vt_request_count_header(const VtRequest *self, const char *name)
{
    guint n = 0;

    for (guint i = 0; i < self->headers->len; i++) {
        if (g_ascii_strcasecmp(g_array_index(self->headers, VtRequestHeader, i).name, name) == 0)
            n++;
    }
    return n;
}

const char *
vt_request_body(const VtRequest *self, gsize *ret_length)
{
    *ret_length = self->body == NULL ? 0 : vt_body_length(self->body);
    return self->body == NULL ? "" : vt_body_bytes(self->body);
}

char *
vt_request_remote(const VtRequest *self)
{
    char text[INET6_ADDRSTRLEN] = "";

    if (self->remote.ss_family == AF_INET6)
        inet_ntop(
            AF_INET6, &((const struct sockaddr_in6 *)&self->remote)->sin6_addr, text, sizeof text);
    else if (self->remote.ss_family == AF_INET)
        inet_ntop(
            AF_INET, &((const struct sockaddr_in *)&self->remote)->sin_addr, text, sizeof text);
    return g_strdup(text);
}

guint64
vt_request_id(const VtRequest *self)
{
    return self->id;
}

void
vt_request_set_user(VtRequest *self, gpointer user, GDestroyNotify free_user)
{
    if (self->free_user != NULL)
        self->free_user(self->user);
    self->user = user;
    self->free_user = free_user;
}

gpointer
vt_request_user(const VtRequest *self)
{
    return self->user;
}

VtReply *
vt_request_answer(VtRequest *self)
{
    VT_LOCKED(&self->mutex);

    return self->reply == NULL ? NULL : vt_reply_ref(self->reply);
}

void
vt_request_end(VtRequest *self)
{
    VT_LOCKED(&self->mutex);

    self->connection = NULL;
    self->suspended = FALSE;
}

void
vt_request_reply(VtRequest *self, VtReply *reply)
{
    g_autoptr(VtReply) dropped = reply;
    VT_LOCKED(&self->mutex);

    if (self->reply != NULL || self->connection == NULL)
        return;
    self->reply = g_steal_pointer(&dropped);
    if (!self->suspended)
        return;
    self->suspended = FALSE;
    MHD_resume_connection(self->connection);
}

void
vt_request_fail(VtRequest *self, const GError *error)
{
    VtErrorCode code = vt_error_code(error);

    if (vt_error_rows[code].status >= 500)
        /* overload must not also flood the log */
        vt_log(code == VT_ERROR_BUSY ? VT_LOG_DEBUG : VT_LOG_ERROR, "http.failed",
            "request %" G_GUINT64_FORMAT " (%s): %s", self->id, self->raw, error->message);
    vt_request_reply(self, vt_reply_new_error(error));
}

/* Only the event thread finds a request neither suspended nor answered. Called with the mutex held.
 * FALSE when there is an answer already and so nothing to wait for. */
static gboolean
suspend(VtRequest *self)
{
    if (self->reply != NULL)
        return FALSE;
    if (!self->suspended) {
        MHD_suspend_connection(self->connection);
        self->suspended = TRUE;
        self->waiting = TRUE;
    }
    return TRUE;
}

static gboolean
promise(VtRequest *self)
{
    VT_LOCKED(&self->mutex);

    self->promised = suspend(self);
    return self->promised;
}

void
vt_request_park(VtRequest *self)
{
    promise(self);
}

static void
push_job(VtRequest *self, Job job)
{
    g_autoptr(GError) error = NULL;
    g_autofree Job *copy = NULL;

    if (!promise(self))
        return;
    job.request = vt_request_ref(self);
    copy = g_memdup2(&job, sizeof job);
    if (vt_pool_push(self->pool, copy)) {
        copy = NULL; /* the pool's */
        return;
    }
    vt_request_unref(self);
    vt_throw(&error, VT_ERROR_BUSY, "too many requests wait for a worker");
    vt_request_fail(self, error);
}

void
vt_request_defer(VtRequest *self, VtHandler run, gpointer data)
{
    push_job(self, (Job){.run = run, .data = data});
}

void
vt_request_ask(VtRequest *self, VtRequestCheck check, gpointer data)
{
    push_job(self, (Job){.check = check, .data = data});
}

/* Whether there is an answer already; if not, nobody has promised one any more. */
static gboolean
take_promise(VtRequest *self)
{
    VT_LOCKED(&self->mutex);

    self->promised = FALSE;
    return self->reply != NULL;
}

static gboolean
is_cared_for(VtRequest *self)
{
    VT_LOCKED(&self->mutex);

    return self->promised || self->reply != NULL;
}

/* Resumes without an answer; does nothing once there is one. */
static void
go_on(VtRequest *self)
{
    VT_LOCKED(&self->mutex);

    if (!self->suspended)
        return;
    self->suspended = FALSE;
    MHD_resume_connection(self->connection);
}

void
vt_request_run_job(gpointer data)
{
    g_autofree Job *job = data;
    g_autoptr(VtRequest) request = job->request;
    g_autoptr(GError) error = NULL;

    if (take_promise(request))
        return;
    if (job->check != NULL) {
        if (job->check(request, job->data, &error))
            go_on(request);
        else
            vt_request_fail(request, error);
        return;
    }
    job->run(request, job->data);
    if (is_cared_for(request))
        return;
    vt_throw(&error, VT_ERROR_INTERNAL, "the handler gave no answer");
    vt_request_fail(request, error);
}
