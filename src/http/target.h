/* A request target, kept as it was sent and taken apart once.
 *
 * The raw bytes are split at `?`, `/` and `&` first; only then is each piece percent-decoded, once.
 * So `%2F` inside an id is part of the id, and nothing a client encodes can become a separator.
 * `+` is a space in queries and a plus in paths. A target is immutable and may be read by any
 * thread.
 */
#pragma once

#include <glib.h>

#define VT_TARGET_MAX_BYTES 16384
#define VT_TARGET_MAX_SEGMENTS 64
#define VT_TARGET_MAX_PAIRS 500

/* One `name=value` of a query; without `=` the value is "". All borrowed from the target. */
typedef struct {
    const char *name;
    const char *value;
    const char *raw_value; /* as sent: see vt_target_split_list() */
} VtTargetPair;

typedef struct _VtTarget VtTarget;

/* Takes `/path?query`, or the absolute form `http://host/path?query`, whose host is ignored. NULL
 * with VT_ERROR_TARGET_TOO_LONG, or with VT_ERROR_BAD_REQUEST for a target that starts with
 * neither, a broken escape, %00, text that is not UTF-8, or too many segments or pairs. */
VtTarget *vt_target_parse(const char *raw, GError **error);
void vt_target_free(VtTarget *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtTarget, vt_target_free)

/* The decoded pieces of the path: "/a//b" is "a", "", "b"; "/" is one empty segment. */
guint vt_target_n_segments(const VtTarget *self);
const char *vt_target_segment(const VtTarget *self, guint at);

/* The path as sent, without the query. */
const char *vt_target_raw_path(const VtTarget *self);

/* What stands after the first `?` as sent; NULL when there is no `?`. */
const char *vt_target_raw_query(const VtTarget *self);

/* The pairs in the order sent, repeated names included, empty pairs (`&&`) left out. */
guint vt_target_n_pairs(const VtTarget *self);
const VtTargetPair *vt_target_pair(const VtTarget *self, guint at);

/* The value of the first pair named @name (with case); NULL when there is none. */
const char *vt_target_query_value(const VtTarget *self, const char *name);

/* The items of a list value: split at raw commas, then decoded. Free with g_strfreev. NULL with
 * VT_ERROR_BAD_REQUEST as above. An empty value is an empty list. */
char **vt_target_split_list(const char *raw_value, GError **error);
