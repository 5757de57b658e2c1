/* From the bytes somebody hands over to an original that can be served: kept under its hash, looked
 * at in cages, and its facts known. What is refused leaves nothing behind.
 *
 * What a file is, its bytes say, never its name. Takes seconds for a large picture or a video and
 * touches no database: call it outside any transaction. A VtIngest may be used from many threads.
 */
#pragma once

#include "blob/blob.h"
#include "contract/contract.h"
#include "imaging/cage.h"
#include "media/binary.h"

/* Bytes of one original, however it arrives. */
#define VT_INGEST_MAX_BYTES ((guint64)1 << 31)

/* Bytes of a track that is text: captions, subtitles, a transcript. */
#define VT_INGEST_MAX_TEXT_BYTES ((guint64)4 << 20)

typedef struct _VtIngest VtIngest;

/* @store, @cage: (borrowed): outlive the ingest.
 * @max_bytes: of one original */
VtIngest *vt_ingest_new(VtBlobStore *store, VtCage *cage, guint64 max_bytes);
void vt_ingest_free(VtIngest *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtIngest, vt_ingest_free)

/**
 * vt_ingest_file:
 * @type: what the bytes must be: VT_ASSET_TYPE_IMAGE a picture that can be decoded, ..._VIDEO a
 *   video, ..._FILE anything
 * @fd: (borrowed): read from its position to the end
 * @ret_binary: the facts; the caller puts them where they belong (vt_binary_put)
 *
 * A picture gets a pyramid, whatever @type is; so does the poster of what is no picture, where one
 * can be made (pyramid_version tells). Bytes that are known already are not decoded again.
 *
 * Returns: FALSE with VT_ERROR_MEDIA_TYPE (not of @type, damaged or empty), VT_ERROR_TOO_LARGE
 *   (bytes or pixels), VT_ERROR_TIMEOUT (decoding took too long), VT_ERROR_STORAGE or
 *   VT_ERROR_INTERNAL.
 */
gboolean vt_ingest_file(
    VtIngest *self, VtAssetType type, int fd, VtBinary *ret_binary, GError **error);

/* What type an asset of these bytes would be. @fd: (borrowed): open for reading, of a file with a
 * name or without. Errors as for vt_ingest_file. */
gboolean vt_ingest_guess(VtIngest *self, int fd, VtAssetType *ret_type, GError **error);

/**
 * vt_ingest_track:
 *
 * The same for a file beside another: a thumbnail is a picture, captions and subtitles are WebVTT,
 * a transcript is text, audio is sound.
 */
gboolean vt_ingest_track(
    VtIngest *self, VtTrackRole role, int fd, VtBinary *ret_binary, GError **error);
