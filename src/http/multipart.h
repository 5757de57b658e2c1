/* A form that a page sends with files: `multipart/form-data` (RFC 7578), read as it arrives.
 *
 *     vt_multipart_new() -> vt_multipart_push() ... -> vt_multipart_finish()
 *                             |
 *                             +-- for each part: begin, bytes*, end
 *
 * Bytes of a part go to the sink as they come and are never gathered; what is kept is the head of
 * one part. The result does not depend on where the pieces are cut.
 *
 * Stricter than RFC 2046, so that no two readers can disagree about where a part ends: nothing
 * before the first boundary or after the last, no blanks behind a boundary, no folded header lines,
 * no line that begins with the boundary and goes on, no boundary right behind a head.
 * Content-Transfer-Encoding can only say that nothing was encoded, and `filename*` is refused, as
 * RFC 7578 wants. In a quoted name `\"` and
 * `\\` stand for `"` and `\`; percent signs stay as they are.
 *
 * Belongs to one thread at a time.
 */
#pragma once

#include <glib.h>

/* Borrowed, valid until begin() returns. */
typedef struct {
    const char *name;         /* of the form's field: UTF-8 without control characters, not empty */
    const char *filename;     /* as the client says, may hold a path: UTF-8; NULL: no file */
    const char *content_type; /* as sent; "text/plain" where the part does not say */
} VtMultipartPart;

/* Each returns FALSE with an error to stop the reader, which hands the error on. */
typedef struct {
    gboolean (*begin)(const VtMultipartPart *part, gpointer data, GError **error);
    gboolean (*bytes)(const guint8 *bytes, gsize length, gpointer data, GError **error);
    gboolean (*end)(gpointer data, GError **error);
} VtMultipartSink;

/* A field that is 0 takes the value named behind it. */
typedef struct {
    guint max_parts;        /* 1,000 */
    gsize max_header_bytes; /* of one part's head: 4,096 */
    gsize max_name_bytes;   /* of a name or file name: 255 */
} VtMultipartLimits;

typedef struct _VtMultipart VtMultipart;

/* @content_type: the request's (NULL allowed). @sink and @data are borrowed. NULL with
 * VT_ERROR_BAD_REQUEST when it is not multipart/form-data with one boundary of 1 to 70 allowed
 * characters. */
VtMultipart *vt_multipart_new(const char *content_type,
    const VtMultipartLimits *limits,
    const VtMultipartSink *sink,
    gpointer data,
    GError **error);
void vt_multipart_free(VtMultipart *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtMultipart, vt_multipart_free)

/* The next piece of the body. FALSE with VT_ERROR_BAD_REQUEST when the body is malformed, with
 * VT_ERROR_TOO_LARGE when it has too many parts or too long heads or names, or with the sink's
 * error. After FALSE only vt_multipart_free() may follow. */
gboolean vt_multipart_push(VtMultipart *self, const guint8 *piece, gsize length, GError **error);

/* The body is over. FALSE with VT_ERROR_BAD_REQUEST when the last boundary has not come. */
gboolean vt_multipart_finish(const VtMultipart *self, GError **error);
