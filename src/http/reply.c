/* See reply.h.
 *
 * A libmicrohttpd response may be queued on many connections at once as long as nobody changes it.
 * So a shared reply keeps its whole form ready, which also serves as its 304: libmicrohttpd sends
 * the head alone then, with the length the body has. Parts, and every form of a reply that is not
 * shared, are made for one request and given up at once.
 */
#include "http/reply.h"

#include "base/error.h"
#include "base/log.h"
#include "base/thread.h"
#include "http/byteranges.h"
#include "http/date.h"
#include "http/reply_private.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define RETRY_AFTER_S "1"
#define PARTS_BLOCK_BYTES 65536

typedef struct {
    char *name;  /* owned */
    char *value; /* owned */
} Header;

struct _VtReply {
    _Atomic guint references;
    int status;
    GArray *headers;        /* of Header */
    GBytes *body;           /* owned; NULL: file or none */
    int fd;                 /* owned; -1: not a file */
    guint64 offset;         /* of the file */
    guint64 length;         /* of the body */
    char *etag;             /* owned, quoted; NULL: none */
    gint64 modified_s;      /* -1: not known */
    gint64 expires_after_s; /* -1: no Expires */
    gboolean ranges;        /* may be asked for in parts */
    gboolean broken;        /* a header was refused */
    gboolean is_shared;     /* nothing above changes any more */

    /* Only of a shared reply; guarded by mutex if it expires, else immutable. */
    VtMutex mutex;
    struct MHD_Response *whole; /* owned */
    gint64 prepared_s;          /* when it was made */
};

static void
header_clear(gpointer data)
{
    Header *header = data;

    g_free(header->name);
    g_free(header->value);
}

VtReply *
vt_reply_new(int status)
{
    VtReply *self = g_new0(VtReply, 1);

    atomic_init(&self->references, 1);
    self->status = status;
    self->headers = g_array_new(FALSE, FALSE, sizeof(Header));
    g_array_set_clear_func(self->headers, header_clear);
    self->fd = -1;
    self->modified_s = -1;
    self->expires_after_s = -1;
    vt_mutex_init(&self->mutex);
    return self;
}

VtReply *
vt_reply_new_bytes(int status, const char *type, GBytes *body)
{
    VtReply *self = vt_reply_new(status);

    self->body = g_bytes_ref(body);
    self->length = g_bytes_get_size(body);
    vt_reply_add_header(self, "Content-Type", type);
    return self;
}

VtReply *
vt_reply_new_text(int status, const char *text)
{
    g_autoptr(GBytes) body = g_bytes_new(text, strlen(text));

    return vt_reply_new_bytes(status, "text/plain;charset=UTF-8", body);
}

static VtReply *
new_json(int status, const char *type, VtJson *json)
{
    gsize length = json->text->len;
    g_autoptr(GBytes) body = g_bytes_new_take(vt_json_steal(json), length);

    return vt_reply_new_bytes(status, type, body);
}

VtReply *
vt_reply_new_json(int status, VtJson *json)
{
    return new_json(status, "application/json", json);
}

VtReply *
vt_reply_new_file(const char *type, int fd, guint64 offset, guint64 length)
{
    VtReply *self = vt_reply_new(200);

    self->fd = fd;
    self->offset = offset;
    self->length = length;
    vt_reply_add_header(self, "Content-Type", type);
    return self;
}

VtReply *
vt_reply_new_error(const GError *error)
{
    const VtErrorRow *row = &vt_error_rows[vt_error_code(error)];
    g_auto(VtJson) json = {0};
    VtReply *self;

    vt_json_init(&json);
    vt_json_begin_object(&json);
    vt_json_member(&json, "code", row->code);
    vt_json_member(&json, "title", row->text);
    if (row->status < 500)
        vt_json_member(&json, "detail", error->message);
    vt_json_member_int(&json, "status", row->status);
    vt_json_end_object(&json);
    self = new_json(row->status, "application/problem+json", &json);
    if (row->retry)
        vt_reply_add_header(self, "Retry-After", RETRY_AFTER_S);
    if (row->status == 401)
        vt_reply_add_header(self, "WWW-Authenticate", "Bearer");
    return self;
}

VtReply *
vt_reply_ref(VtReply *self)
{
    atomic_fetch_add(&self->references, 1);
    return self;
}

void
vt_reply_unref(VtReply *self)
{
    if (self == NULL || atomic_fetch_sub(&self->references, 1) != 1)
        return;
    g_clear_pointer(&self->whole, MHD_destroy_response);
    g_array_unref(self->headers);
    g_clear_pointer(&self->body, g_bytes_unref);
    if (self->fd >= 0)
        close(self->fd);
    g_free(self->etag);
    vt_mutex_clear(&self->mutex);
    g_free(self);
}

static gboolean
is_token(const char *name)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";

    for (const char *at = name; *at != '\0'; at++) {
        if (!g_ascii_isalnum(*at) && strchr(marks, *at) == NULL)
            return FALSE;
    }
    return *name != '\0';
}

static gboolean
has_control(const char *value)
{
    while (*value != '\0' && !g_ascii_iscntrl(*value))
        value++;
    return *value != '\0';
}

void
vt_reply_add_header(VtReply *self, const char *name, const char *value)
{
    Header header = {0};

    g_return_if_fail(!self->is_shared);
    if (!is_token(name) || has_control(value)) {
        self->broken = TRUE;
        return;
    }
    header.name = g_strdup(name);
    header.value = g_strdup(value);
    g_array_append_val(self->headers, header);
}

void
vt_reply_set_etag(VtReply *self, const char *tag)
{
    g_return_if_fail(self->etag == NULL && strchr(tag, '"') == NULL);
    self->etag = g_strdup_printf("\"%s\"", tag);
    vt_reply_add_header(self, "ETag", self->etag);
}

void
vt_reply_set_modified(VtReply *self, gint64 time_s)
{
    g_return_if_fail(self->modified_s < 0 && time_s >= 0);
    self->modified_s = time_s;
    vt_reply_add_header(self, "Last-Modified", vt_http_date(time_s).text);
}

void
vt_reply_set_expires(VtReply *self, gint64 after_s)
{
    g_return_if_fail(!self->is_shared && after_s >= 0);
    self->expires_after_s = after_s;
}

void
vt_reply_allow_ranges(VtReply *self)
{
    g_return_if_fail(self->status == 200 && !self->ranges);
    self->ranges = TRUE;
    vt_reply_add_header(self, "Accept-Ranges", "bytes");
}

static void
release_body(void *body)
{
    g_bytes_unref(body);
}

/* A response with the part [offset, offset + length) of the body, without headers. */
static struct MHD_Response *
body_part(VtReply *self, guint64 offset, guint64 length)
{
    gsize start;

    if (self->fd >= 0)
        return MHD_create_response_from_fd_at_offset64(
            length, fcntl(self->fd, F_DUPFD_CLOEXEC, 0), self->offset + offset);
    if (self->body == NULL)
        return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    /* through a number, for libmicrohttpd asks for void * though it only reads */
    start = GPOINTER_TO_SIZE(g_bytes_get_data(self->body, NULL)) + offset;
    return MHD_create_response_from_buffer_with_free_callback_cls(
        length, GSIZE_TO_POINTER(start), release_body, g_bytes_ref(self->body));
}

static gint64
now_s(void)
{
    return g_get_real_time() / G_USEC_PER_SEC;
}

static struct MHD_Response *
with_headers(VtReply *self, struct MHD_Response *response, gboolean describe_body)
{
    for (guint i = 0; i < self->headers->len; i++) {
        const Header *header = &g_array_index(self->headers, Header, i);

        if (describe_body || g_ascii_strncasecmp(header->name, "Content-", 8) != 0)
            MHD_add_response_header(response, header->name, header->value);
    }
    if (self->expires_after_s >= 0)
        MHD_add_response_header(
            response, MHD_HTTP_HEADER_EXPIRES, vt_http_date(now_s() + self->expires_after_s).text);
    return response;
}

static struct MHD_Response *
make_whole(VtReply *self)
{
    return with_headers(self, body_part(self, 0, self->length), TRUE);
}

static struct MHD_Response *
make_part(VtReply *self, guint64 offset, guint64 length)
{
    g_autofree char *range =
        g_strdup_printf("bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
            offset, offset + length - 1, self->length);
    struct MHD_Response *response = with_headers(self, body_part(self, offset, length), TRUE);

    MHD_add_response_header(response, "Content-Range", range);
    return response;
}

static ssize_t
read_parts(void *cls, uint64_t at, char *buffer, size_t max)
{
    gssize n = vt_byteranges_read(cls, at, buffer, max);

    return n < 0 ? MHD_CONTENT_READER_END_WITH_ERROR : n;
}

static void
free_parts(void *cls)
{
    vt_byteranges_free(cls);
}

static const char *
type_of(const VtReply *self)
{
    for (guint i = 0; i < self->headers->len; i++) {
        const Header *header = &g_array_index(self->headers, Header, i);

        if (g_ascii_strcasecmp(header->name, MHD_HTTP_HEADER_CONTENT_TYPE) == 0)
            return header->value;
    }
    return NULL;
}

static struct MHD_Response *
make_parts(VtReply *self, const VtRangePart *parts, guint n, guint64 *ret_bytes)
{
    const VtByterangesSource source = {.bytes = self->body,
        .fd = self->fd,
        .offset = self->offset,
        .length = self->length,
        .type = type_of(self)};
    VtByteranges *body = vt_byteranges_new(&source, parts, n);
    struct MHD_Response *response;

    if (body == NULL)
        return NULL;
    *ret_bytes = vt_byteranges_length(body);
    response = MHD_create_response_from_callback(
        *ret_bytes, PARTS_BLOCK_BYTES, read_parts, body, free_parts);
    with_headers(self, response, TRUE);
    if (source.type != NULL)
        MHD_del_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, source.type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, vt_byteranges_type(body));
    return response;
}

static struct MHD_Response *
make_outside(VtReply *self)
{
    g_autofree char *range = g_strdup_printf("bytes */%" G_GUINT64_FORMAT, self->length);
    struct MHD_Response *response =
        with_headers(self, MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT), FALSE);

    MHD_add_response_header(response, "Content-Range", range);
    return response;
}

static void
prepare(VtReply *self)
{
    self->prepared_s = now_s();
    self->whole = make_whole(self);
}

void
vt_reply_share(VtReply *self)
{
    g_return_if_fail(!self->is_shared);
    self->is_shared = TRUE;
    prepare(self);
}

int
vt_reply_status(const VtReply *self)
{
    return self->status;
}

/* If-None-Match, when there is one, decides alone. */
static gboolean
is_not_modified(const VtReply *self, const VtReplyConditions *conditions)
{
    gint64 since_s;

    if (self->status != 200 || !conditions->is_read)
        return FALSE;
    if (conditions->if_none_match != NULL)
        return self->etag != NULL && vt_etag_matches(conditions->if_none_match, self->etag);
    return self->modified_s >= 0 && vt_http_date_parse(conditions->if_modified_since, &since_s) &&
           self->modified_s <= since_s;
}

static VtRange
wanted_parts(
    const VtReply *self, const VtReplyConditions *conditions, VtRangePart *ret_parts, guint *ret_n)
{
    if (!self->ranges || !conditions->is_read ||
        !vt_range_still_valid(conditions->if_range, self->etag, self->modified_s))
        return VT_RANGE_NONE;
    return vt_range_parse(conditions->range, self->length, ret_parts, ret_n);
}

/* The response with parts, or with none of them. */
static struct MHD_Response *
choose_parts(
    VtReply *self, const VtRangePart *parts, guint n, guint *ret_status, guint64 *ret_bytes)
{
    if (n == 0) {
        *ret_status = MHD_HTTP_RANGE_NOT_SATISFIABLE;
        return make_outside(self);
    }
    *ret_status = MHD_HTTP_PARTIAL_CONTENT;
    if (n > 1)
        return make_parts(self, parts, n, ret_bytes);
    *ret_bytes = parts[0].length;
    return make_part(self, parts[0].offset, parts[0].length);
}

/* The response for one request; *ret_keep is TRUE for one that stays with the reply. */
static struct MHD_Response *
choose(VtReply *self,
    const VtReplyConditions *conditions,
    guint *ret_status,
    guint64 *ret_bytes,
    gboolean *ret_keep)
{
    VtRangePart parts[VT_RANGE_MAX];
    guint n = 0;

    *ret_keep = self->is_shared && !conditions->close;
    *ret_bytes = 0;
    if (is_not_modified(self, conditions)) {
        *ret_status = MHD_HTTP_NOT_MODIFIED;
        return *ret_keep ? self->whole : make_whole(self);
    }
    if (wanted_parts(self, conditions, parts, &n) == VT_RANGE_NONE) {
        *ret_status = (guint)self->status;
        *ret_bytes = self->length;
        return *ret_keep ? self->whole : make_whole(self);
    }
    *ret_keep = FALSE;
    return choose_parts(self, parts, n, ret_status, ret_bytes);
}

static gboolean
queue_broken(
    struct MHD_Connection *connection, const VtReplyConditions *conditions, guint *ret_status)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtReply) instead = NULL;
    guint64 bytes;

    vt_throw(&error, VT_ERROR_INTERNAL, "a reply had a header that cannot be sent");
    vt_log(VT_LOG_ERROR, "http.header", "%s", error->message);
    instead = vt_reply_new_error(error);
    return vt_reply_queue(instead, connection, conditions, ret_status, &bytes);
}

static gboolean
queue(VtReply *self,
    struct MHD_Connection *connection,
    const VtReplyConditions *conditions,
    guint *ret_status,
    guint64 *ret_bytes)
{
    gboolean keep = FALSE;
    struct MHD_Response *response = choose(self, conditions, ret_status, ret_bytes, &keep);
    enum MHD_Result queued;

    if (response == NULL)
        return FALSE;
    if (conditions->close)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    queued = MHD_queue_response(connection, *ret_status, response);
    if (!keep)
        MHD_destroy_response(response);
    return queued == MHD_YES;
}

/* The prepared form carries the date of one second; in the next it is made again. */
static gboolean
queue_expiring(VtReply *self,
    struct MHD_Connection *connection,
    const VtReplyConditions *conditions,
    guint *ret_status,
    guint64 *ret_bytes)
{
    VT_LOCKED(&self->mutex);

    if (self->prepared_s != now_s()) {
        g_clear_pointer(&self->whole, MHD_destroy_response);
        prepare(self);
    }
    return queue(self, connection, conditions, ret_status, ret_bytes);
}

gboolean
vt_reply_queue(VtReply *self,
    struct MHD_Connection *connection,
    const VtReplyConditions *conditions,
    guint *ret_status,
    guint64 *ret_bytes)
{
    if (self->broken)
        return queue_broken(connection, conditions, ret_status);
    if (self->is_shared && self->expires_after_s >= 0)
        return queue_expiring(self, connection, conditions, ret_status, ret_bytes);
    return queue(self, connection, conditions, ret_status, ret_bytes);
}
