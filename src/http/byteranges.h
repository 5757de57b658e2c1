/* The body of an answer with several parts of one body (RFC 9110, 14.6), made while it is sent.
 *
 *     --BOUNDARY, Content-Type, Content-Range, the bytes; … ; --BOUNDARY--
 *
 * Immutable once made: any thread may read it.
 */
#pragma once

#include "http/range.h"

#include <glib.h>

/* What the parts are of: memory, or else a file. */
typedef struct {
    GBytes *bytes;  /* borrowed, or NULL */
    int fd;         /* borrowed: a regular file when there are no bytes */
    guint64 offset; /* where it begins in the file */
    guint64 length;
    const char *type; /* borrowed: Content-Type of it, or NULL */
} VtByterangesSource;

typedef struct _VtByteranges VtByteranges;

/* NULL when the file cannot be held on to. @parts lie within the source. */
VtByteranges *vt_byteranges_new(
    const VtByterangesSource *source, const VtRangePart *parts, guint n_parts);
void vt_byteranges_free(VtByteranges *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtByteranges, vt_byteranges_free)

/* Content-Type of the whole, with a boundary that nobody could foresee. Borrowed. */
const char *vt_byteranges_type(const VtByteranges *self);

guint64 vt_byteranges_length(const VtByteranges *self);

/* Copies up to @max bytes from @at, which is below the length: at least one. -1 when the file
 * cannot be read, or is shorter now. */
gssize vt_byteranges_read(const VtByteranges *self, guint64 at, char *buffer, gsize max);
