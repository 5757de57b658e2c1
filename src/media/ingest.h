/* From the bytes somebody hands over to an original that can be served: kept under its hash,
 * decoded once in the cage, and its facts known.
 *
 * Takes seconds for a large picture and touches no database: call it outside any transaction. A
 * VtIngest may be used from many threads.
 */
#pragma once

#include "blob/blob.h"
#include "imaging/cage.h"
#include "media/binary.h"

typedef struct _VtIngest VtIngest;

/* @store, @cage: (borrowed): outlive the ingest.
 * @max_bytes: of one original */
VtIngest *vt_ingest_new(VtBlobStore *store, VtCage *cage, guint64 max_bytes);
void vt_ingest_free(VtIngest *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtIngest, vt_ingest_free)

/**
 * vt_ingest_image:
 * @fd: (borrowed): read from its position to the end
 * @ret_binary: the facts; the caller puts them where they belong (vt_binary_put)
 *
 * Bytes that are known already are hashed and not decoded again.
 *
 * Returns: FALSE with VT_ERROR_MEDIA_TYPE (no picture, or damaged), VT_ERROR_TOO_LARGE (bytes or
 *   pixels), VT_ERROR_TIMEOUT (decoding took too long), VT_ERROR_STORAGE or VT_ERROR_INTERNAL.
 */
gboolean vt_ingest_image(VtIngest *self, int fd, VtBinary *ret_binary, GError **error);
