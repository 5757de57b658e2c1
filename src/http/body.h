/* The body of one request while it arrives: in memory, or, beyond a size, in a file without a name.
 *
 * For this room only. Written by the event thread, then immutable. A write goes to the system's
 * page cache, which makes it fit for a thread that must not block; the file is mapped when it is
 * complete, so handlers see bytes either way. Nobody else can cut the file short.
 */
#pragma once

#include <glib.h>

typedef struct _VtBody VtBody;

/* Bodies longer than @spool_bytes wait in @directory (borrowed; NULL: all stay in memory). */
VtBody *vt_body_new(const char *directory, gsize spool_bytes);
void vt_body_free(VtBody *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtBody, vt_body_free)

gsize vt_body_length(const VtBody *self);

/* Whether the body stands in a file once @length more bytes are there. */
gboolean vt_body_will_spool(const VtBody *self, gsize length);

/* FALSE with VT_ERROR_STORAGE. */
gboolean vt_body_add(VtBody *self, const char *piece, gsize length, GError **error);

/* No more will come. FALSE with VT_ERROR_STORAGE. */
gboolean vt_body_finish(VtBody *self, GError **error);

/* Of a finished body; borrowed, never NULL. */
const char *vt_body_bytes(const VtBody *self);
