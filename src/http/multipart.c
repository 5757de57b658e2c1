/* See multipart.h.
 *
 *     FIRST --boundary--> BEHIND --CRLF--> HEAD --empty line--> BYTES --CRLF--boundary--> BEHIND
 *                            +-----"--"--> OVER
 *
 * A delimiter is CR LF `--` boundary and holds no other CR, so a match that fails can only begin
 * anew at the byte that failed it: what was matched so far is known and need not be kept. The line
 * end of the head's empty line counts as matched: a boundary right behind it is found and refused.
 */
#include "http/multipart.h"

#include "base/error.h"

#include <string.h>

#define FORM_DATA "multipart/form-data"
#define MAX_BOUNDARY 70
#define TOKEN_MARKS "!#$%&'*+-.^_`|~"
#define BOUNDARY_MARKS "'()+_,-./:=? "

typedef enum { FIRST, BEHIND, HEAD, BYTES, OVER } State;

struct _VtMultipart {
    VtMultipartLimits limits; /* immutable, every field set */
    const VtMultipartSink *sink;
    gpointer data;
    char *delimiter; /* owned, immutable */
    gsize n_delimiter;
    State state;
    gsize matched;   /* bytes of the delimiter seen, in FIRST and BYTES */
    gsize unsent;    /* of these, the line end before a part's first byte: it is not of the part */
    char behind;     /* first of the two bytes after a boundary; 0: not seen */
    gsize n_trailer; /* bytes of the CR LF that may end the body */
    GString *head;   /* owned: of the part that begins */
    guint n_parts;
};

typedef struct {
    char *name;
    char *filename;
    char *content_type;
} Head;

static void
head_clear(Head *self)
{
    g_free(self->name);
    g_free(self->filename);
    g_free(self->content_type);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Head, head_clear)

static gboolean
is_token_char(char c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr(TOKEN_MARKS, c) != NULL);
}

static const char *
skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

/* A token at *@at, moved behind it; NULL when there is none. */
static char *
read_token(const char **at)
{
    const char *begin = *at;

    while (is_token_char(**at))
        (*at)++;
    return *at == begin ? NULL : g_strndup(begin, (gsize)(*at - begin));
}

/* A quoted string at *@at, without its quotes; NULL when it does not end. */
static char *
read_quoted(const char **at)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const char *c = *at + 1;

    for (; *c != '"'; c++) {
        if (*c == '\0')
            return NULL;
        if (c[0] == '\\' && (c[1] == '"' || c[1] == '\\'))
            c++;
        g_string_append_c(text, *c);
    }
    *at = c + 1;
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* The next `; name=value` at *@at. FALSE when what stands there is something else. */
static gboolean
read_parameter(const char **at, char **ret_name, char **ret_value)
{
    const char *c = skip_blanks(*at);
    g_autofree char *name = NULL;
    g_autofree char *value = NULL;

    if (*c != ';')
        return FALSE;
    c = skip_blanks(c + 1);
    name = read_token(&c);
    if (name == NULL || *c != '=')
        return FALSE;
    c++;
    value = *c == '"' ? read_quoted(&c) : read_token(&c);
    if (value == NULL)
        return FALSE;
    *at = skip_blanks(c);
    *ret_name = g_steal_pointer(&name);
    *ret_value = g_steal_pointer(&value);
    return TRUE;
}

static gboolean
is_boundary(const char *text)
{
    gsize length = strlen(text);

    if (length == 0 || length > MAX_BOUNDARY || text[length - 1] == ' ')
        return FALSE;
    for (const char *c = text; *c != '\0'; c++)
        if (!g_ascii_isalnum(*c) && strchr(BOUNDARY_MARKS, *c) == NULL)
            return FALSE;
    return TRUE;
}

/* The boundary a content type names, newly allocated. */
static char *
parse_content_type(const char *content_type, GError **error)
{
    const char *at = content_type;
    g_autofree char *boundary = NULL;

    if (at == NULL || g_ascii_strncasecmp(at, FORM_DATA, strlen(FORM_DATA)) != 0)
        return vt_throw_null(error, VT_ERROR_BAD_REQUEST, "the body is not multipart/form-data");
    for (at = skip_blanks(at + strlen(FORM_DATA)); *at != '\0';) {
        g_autofree char *name = NULL;
        g_autofree char *value = NULL;

        if (!read_parameter(&at, &name, &value))
            return vt_throw_null(error, VT_ERROR_BAD_REQUEST, "the content type is malformed");
        if (g_ascii_strcasecmp(name, "boundary") != 0)
            continue;
        if (boundary != NULL || !is_boundary(value))
            return vt_throw_null(error, VT_ERROR_BAD_REQUEST, "the boundary is malformed");
        boundary = g_steal_pointer(&value);
    }
    if (boundary == NULL)
        return vt_throw_null(error, VT_ERROR_BAD_REQUEST, "the content type has no boundary");
    return g_steal_pointer(&boundary);
}

VtMultipart *
vt_multipart_new(const char *content_type,
    const VtMultipartLimits *limits,
    const VtMultipartSink *sink,
    gpointer data,
    GError **error)
{
    g_autofree char *boundary = parse_content_type(content_type, error);
    VtMultipart *self;

    if (boundary == NULL)
        return NULL;
    self = g_new0(VtMultipart, 1);
    self->limits.max_parts = limits->max_parts != 0 ? limits->max_parts : 1000;
    self->limits.max_header_bytes = limits->max_header_bytes != 0 ? limits->max_header_bytes : 4096;
    self->limits.max_name_bytes = limits->max_name_bytes != 0 ? limits->max_name_bytes : 255;
    self->sink = sink;
    self->data = data;
    self->delimiter = g_strconcat("\r\n--", boundary, NULL);
    self->n_delimiter = strlen(self->delimiter);
    self->matched = 2; /* the first one has no line before it */
    self->head = g_string_new(NULL);
    return self;
}

void
vt_multipart_free(VtMultipart *self)
{
    if (self == NULL)
        return;
    g_string_free(self->head, TRUE);
    g_free(self->delimiter);
    g_free(self);
}

static gboolean
check_name(const VtMultipart *self, const char *name, GError **error)
{
    if (strlen(name) > self->limits.max_name_bytes)
        return vt_throw(error, VT_ERROR_TOO_LARGE, "the name of a part is longer than %zu bytes",
            self->limits.max_name_bytes);
    if (!g_utf8_validate(name, -1, NULL))
        return vt_throw(error, VT_ERROR_BAD_REQUEST, "the name of a part is not UTF-8");
    for (const char *at = name; *at != '\0'; at += g_utf8_skip[(guchar)*at])
        if (g_unichar_iscntrl(g_utf8_get_char(at)))
            return vt_throw(
                error, VT_ERROR_BAD_REQUEST, "the name of a part holds a control character");
    return TRUE;
}

static gboolean
put_once(char **slot, char **value, const char *what, GError **error)
{
    if (*slot != NULL)
        return vt_throw(error, VT_ERROR_BAD_REQUEST, "a part has two of '%s'", what);
    *slot = g_steal_pointer(value);
    return TRUE;
}

static gboolean
parse_disposition(const VtMultipart *self, const char *value, Head *head, GError **error)
{
    const char *at = value;
    g_autofree char *kind = read_token(&at);

    if (kind == NULL || g_ascii_strcasecmp(kind, "form-data") != 0)
        return vt_throw(error, VT_ERROR_BAD_REQUEST, "a part is not form-data");
    for (at = skip_blanks(at); *at != '\0';) {
        g_autofree char *name = NULL;
        g_autofree char *text = NULL;
        char **slot = NULL;

        if (!read_parameter(&at, &name, &text) || g_ascii_strcasecmp(name, "filename*") == 0)
            return vt_throw(error, VT_ERROR_BAD_REQUEST, "a Content-Disposition is malformed");
        if (g_ascii_strcasecmp(name, "name") == 0)
            slot = &head->name;
        else if (g_ascii_strcasecmp(name, "filename") == 0)
            slot = &head->filename;
        if (slot != NULL && (!check_name(self, text, error) || !put_once(slot, &text, name, error)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
parse_type(const VtMultipart *self, const char *value, Head *head, GError **error)
{
    g_autofree char *text = g_strdup(value);

    return put_once(&head->content_type, &text, "Content-Type", error);
}

static gboolean
parse_encoding(const VtMultipart *self, const char *value, Head *head, GError **error)
{
    static const char *const plain[] = {"binary", "8bit", "7bit"};

    for (gsize i = 0; i < G_N_ELEMENTS(plain); i++)
        if (g_ascii_strcasecmp(value, plain[i]) == 0)
            return TRUE;
    return vt_throw(error, VT_ERROR_BAD_REQUEST, "a part has the encoding '%s'", value);
}

static const struct {
    const char *name;
    gboolean (*parse)(const VtMultipart *self, const char *value, Head *head, GError **error);
} header_row[] = {
    {"Content-Disposition", parse_disposition},
    {"Content-Type", parse_type},
    {"Content-Transfer-Encoding", parse_encoding},
};

static gboolean
parse_header(const VtMultipart *self, char *line, Head *head, GError **error)
{
    const char *at = line;
    g_autofree char *name = read_token(&at);
    char *value;

    if (name == NULL || *at != ':')
        return vt_throw(error, VT_ERROR_BAD_REQUEST, "a part has a malformed header line");
    for (; *at != '\0'; at++)
        if (g_ascii_iscntrl(*at) && *at != '\t')
            return vt_throw(error, VT_ERROR_BAD_REQUEST, "a header holds a control character");
    value = g_strstrip(line + strlen(name) + 1);
    for (gsize i = 0; i < G_N_ELEMENTS(header_row); i++)
        if (g_ascii_strcasecmp(name, header_row[i].name) == 0)
            return header_row[i].parse(self, value, head, error);
    return TRUE;
}

/* The head is complete, its empty line included. */
static gboolean
begin_part(VtMultipart *self, GError **error)
{
    g_auto(Head) head = {0};
    g_auto(GStrv) lines = NULL;
    VtMultipartPart part;

    lines = g_strsplit(self->head->str, "\r\n", -1);
    for (gsize i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
        if (!parse_header(self, lines[i], &head, error))
            return FALSE;
    if (head.name == NULL || *head.name == '\0')
        return vt_throw(error, VT_ERROR_BAD_REQUEST, "a part has no name");
    part.name = head.name;
    part.filename = head.filename;
    part.content_type = head.content_type != NULL ? head.content_type : "text/plain";
    return self->sink->begin(&part, self->data, error);
}

static gboolean
take_first(VtMultipart *self, const guint8 **at, const guint8 *end, GError **error)
{
    if (**at != (guint8)self->delimiter[self->matched])
        return vt_throw(error, VT_ERROR_BAD_REQUEST, "the body does not begin with its boundary");
    (*at)++;
    if (++self->matched == self->n_delimiter)
        self->state = BEHIND;
    return TRUE;
}

static gboolean
take_behind(VtMultipart *self, const guint8 **at, const guint8 *end, GError **error)
{
    char c = (char)*(*at)++;

    if (self->behind == 0 && (c == '\r' || c == '-')) {
        self->behind = c;
        return TRUE;
    }
    if (self->behind == '-' && c == '-') {
        self->state = OVER;
        return TRUE;
    }
    if (self->behind != '\r' || c != '\n')
        return vt_throw(error, VT_ERROR_BAD_REQUEST, "a line goes on behind the boundary");
    if (self->n_parts == self->limits.max_parts)
        return vt_throw(
            error, VT_ERROR_TOO_LARGE, "the form has more than %u parts", self->limits.max_parts);
    self->n_parts++;
    self->behind = 0;
    self->state = HEAD;
    g_string_truncate(self->head, 0);
    return TRUE;
}

static gboolean
take_head(VtMultipart *self, const guint8 **at, const guint8 *end, GError **error)
{
    GString *head = self->head;
    char c = (char)*(*at)++;

    if (c == '\0')
        return vt_throw(error, VT_ERROR_BAD_REQUEST, "a header holds a control character");
    if (head->len == self->limits.max_header_bytes)
        return vt_throw(error, VT_ERROR_TOO_LARGE, "the head of a part is longer than %zu bytes",
            self->limits.max_header_bytes);
    g_string_append_c(head, c);
    if (c != '\n' || (head->len != 2 && !g_str_has_suffix(head->str, "\r\n\r\n")))
        return TRUE;
    self->matched = 2;
    self->unsent = 2;
    self->state = BYTES;
    return begin_part(self, error);
}

static gboolean
hand_on(const VtMultipart *self, const guint8 *bytes, gsize length, GError **error)
{
    return length == 0 || self->sink->bytes(bytes, length, self->data, error);
}

static gboolean
end_part(VtMultipart *self, GError **error)
{
    if (self->unsent != 0)
        return vt_throw(
            error, VT_ERROR_BAD_REQUEST, "a part has no line between head and boundary");
    self->state = BEHIND;
    return self->sink->end(self->data, error);
}

/* Goes on with a delimiter that began in an earlier piece, or before the part. */
static gboolean
take_delimiter(VtMultipart *self, const guint8 **at, GError **error)
{
    gsize unsent = self->unsent;
    gsize held = self->matched;

    if (**at == (guint8)self->delimiter[held]) {
        (*at)++;
        return ++self->matched < self->n_delimiter || end_part(self, error);
    }
    self->matched = 0;
    self->unsent = 0;
    return hand_on(self, (const guint8 *)self->delimiter + unsent, held - unsent, error);
}

/* How many bytes at the end of @bytes may be the beginning of a delimiter. */
static gsize
n_beginning(const VtMultipart *self, const guint8 *bytes, gsize length)
{
    const guint8 *cr = memrchr(bytes, '\r', length);
    gsize n = cr == NULL ? 0 : (gsize)(bytes + length - cr);

    return n < self->n_delimiter && memcmp(bytes + length - n, self->delimiter, n) == 0 ? n : 0;
}

static gboolean
take_bytes(VtMultipart *self, const guint8 **at, const guint8 *end, GError **error)
{
    const guint8 *begin = *at;
    gsize length = (gsize)(end - begin);
    const guint8 *found;

    if (self->matched > 0)
        return take_delimiter(self, at, error);
    found = memmem(begin, length, self->delimiter, self->n_delimiter);
    if (found != NULL) {
        *at = found + self->n_delimiter;
        return hand_on(self, begin, (gsize)(found - begin), error) && end_part(self, error);
    }
    *at = end;
    self->matched = n_beginning(self, begin, length);
    return hand_on(self, begin, length - self->matched, error);
}

static gboolean
take_over(VtMultipart *self, const guint8 **at, const guint8 *end, GError **error)
{
    if (self->n_trailer == 2 || **at != (guint8) "\r\n"[self->n_trailer])
        return vt_throw(error, VT_ERROR_BAD_REQUEST, "the body goes on behind its last boundary");
    (*at)++;
    self->n_trailer++;
    return TRUE;
}

/* Each takes a byte at least, or leaves a match that failed. */
static gboolean (*const take[])(
    VtMultipart *self, const guint8 **at, const guint8 *end, GError **error) = {
    [FIRST] = take_first,
    [BEHIND] = take_behind,
    [HEAD] = take_head,
    [BYTES] = take_bytes,
    [OVER] = take_over,
};

gboolean
vt_multipart_push(VtMultipart *self, const guint8 *piece, gsize length, GError **error)
{
    const guint8 *at = piece;
    const guint8 *end;

    if (length == 0)
        return TRUE;
    end = piece + length;
    while (at < end)
        if (!take[self->state](self, &at, end, error))
            return FALSE;
    return TRUE;
}

gboolean
vt_multipart_finish(const VtMultipart *self, GError **error)
{
    if (self->state != OVER || self->n_trailer == 1)
        return vt_throw(error, VT_ERROR_BAD_REQUEST, "the form ends too early");
    return TRUE;
}
