/* See target.h. Why our own: libmicrohttpd decodes the path before a handler sees it, which makes
 * `a%2Fb` and `a/b` the same name.
 *
 * Always holds: every string handed out is UTF-8 without NUL, owned by `pieces`, and was decoded
 * exactly once.
 */
#include "http/target.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

struct _VtTarget {
    char *raw_path;      /* owned */
    char *raw_query;     /* owned, NULL without `?` */
    GPtrArray *pieces;   /* owned: every decoded or cut string */
    GPtrArray *segments; /* borrowed from pieces */
    GArray *pairs;       /* of VtTargetPair */
};

static char *
keep(VtTarget *self, char *piece)
{
    g_ptr_array_add(self->pieces, piece);
    return piece;
}

/* NULL with an error; otherwise kept. */
static char *
decode(VtTarget *self, const char *text, gsize length, gboolean plus_is_space, GError **error)
{
    char *piece = vt_text_unescape(text, length, plus_is_space, error);

    return piece == NULL ? NULL : keep(self, piece);
}

static gboolean
split_path(VtTarget *self, GError **error)
{
    const char *at = self->raw_path + 1;

    for (;;) {
        const char *end = strchrnul(at, '/');
        char *segment;

        if (self->segments->len == VT_TARGET_MAX_SEGMENTS)
            return vt_throw(error, VT_ERROR_BAD_REQUEST, "the path has more than %d segments",
                VT_TARGET_MAX_SEGMENTS);
        segment = decode(self, at, (gsize)(end - at), FALSE, error);
        if (segment == NULL)
            return FALSE;
        g_ptr_array_add(self->segments, segment);
        if (*end == '\0')
            return TRUE;
        at = end + 1;
    }
}

static gboolean
add_pair(VtTarget *self, const char *text, gsize length, GError **error)
{
    const char *equals = memchr(text, '=', length);
    gsize name_length = equals == NULL ? length : (gsize)(equals - text);
    const char *raw = equals == NULL ? text + length : equals + 1;
    gsize raw_length = (gsize)(text + length - raw);
    VtTargetPair pair = {0};

    if (self->pairs->len == VT_TARGET_MAX_PAIRS)
        return vt_throw(error, VT_ERROR_BAD_REQUEST, "the query has more than %d parameters",
            VT_TARGET_MAX_PAIRS);
    pair.name = decode(self, text, name_length, TRUE, error);
    if (pair.name == NULL)
        return FALSE;
    pair.value = decode(self, raw, raw_length, TRUE, error);
    if (pair.value == NULL)
        return FALSE;
    pair.raw_value = keep(self, g_strndup(raw, raw_length));
    g_array_append_val(self->pairs, pair);
    return TRUE;
}

static gboolean
split_query(VtTarget *self, GError **error)
{
    const char *at = self->raw_query;

    while (at != NULL) {
        const char *end = strchrnul(at, '&');

        if (end > at && !add_pair(self, at, (gsize)(end - at), error))
            return FALSE;
        at = *end == '\0' ? NULL : end + 1;
    }
    return TRUE;
}

/* The part from the path on, or NULL when @raw is in neither form. */
static const char *
origin_form(const char *raw)
{
    static const char *const scheme[] = {"http://", "https://"};

    for (gsize i = 0; i < G_N_ELEMENTS(scheme); i++) {
        if (g_ascii_strncasecmp(raw, scheme[i], strlen(scheme[i])) == 0)
            return strchr(raw + strlen(scheme[i]), '/');
    }
    return *raw == '/' ? raw : NULL;
}

VtTarget *
vt_target_parse(const char *raw, GError **error)
{
    g_autoptr(VtTarget) self = NULL;
    const char *path = NULL;
    const char *end = NULL;

    if (strlen(raw) > VT_TARGET_MAX_BYTES)
        return vt_throw_null(error, VT_ERROR_TARGET_TOO_LONG, "the address is longer than %d bytes",
            VT_TARGET_MAX_BYTES);
    path = origin_form(raw);
    if (path == NULL)
        return vt_throw_null(error, VT_ERROR_BAD_REQUEST, "the address must start with '/'");

    self = g_new0(VtTarget, 1);
    end = strchrnul(path, '?');
    self->raw_path = g_strndup(path, (gsize)(end - path));
    self->raw_query = *end == '?' ? g_strdup(end + 1) : NULL;
    self->pieces = g_ptr_array_new_full(8, g_free);
    self->segments = g_ptr_array_sized_new(8);
    self->pairs = g_array_new(FALSE, FALSE, sizeof(VtTargetPair));
    if (!split_path(self, error) || !split_query(self, error))
        return NULL;
    return g_steal_pointer(&self);
}

void
vt_target_free(VtTarget *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->pairs);
    g_ptr_array_unref(self->segments);
    g_ptr_array_unref(self->pieces);
    g_free(self->raw_query);
    g_free(self->raw_path);
    g_free(self);
}

guint
vt_target_n_segments(const VtTarget *self)
{
    return self->segments->len;
}

const char *
vt_target_segment(const VtTarget *self, guint at)
{
    g_return_val_if_fail(at < self->segments->len, NULL);
    return g_ptr_array_index(self->segments, at);
}

const char *
vt_target_raw_path(const VtTarget *self)
{
    return self->raw_path;
}

const char *
vt_target_raw_query(const VtTarget *self)
{
    return self->raw_query;
}

guint
vt_target_n_pairs(const VtTarget *self)
{
    return self->pairs->len;
}

const VtTargetPair *
vt_target_pair(const VtTarget *self, guint at)
{
    g_return_val_if_fail(at < self->pairs->len, NULL);
    return &g_array_index(self->pairs, VtTargetPair, at);
}

const char *
vt_target_query_value(const VtTarget *self, const char *name)
{
    for (guint i = 0; i < self->pairs->len; i++) {
        const VtTargetPair *pair = vt_target_pair(self, i);

        if (strcmp(pair->name, name) == 0)
            return pair->value;
    }
    return NULL;
}

char **
vt_target_split_list(const char *raw_value, GError **error)
{
    g_auto(GStrv) raw = g_strsplit(raw_value, ",", -1);
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_free);

    for (gsize i = 0; raw[i] != NULL; i++) {
        char *item = vt_text_unescape(raw[i], strlen(raw[i]), TRUE, error);

        if (item == NULL)
            return NULL;
        g_ptr_array_add(items, item);
    }
    g_ptr_array_add(items, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&items), FALSE);
}
