/* One tile of a pyramid as bytes: the two ways to write it, and to read it without trusting it.
 *
 * A codec holds the libraries' working memory and belongs to one thread at a time.
 */
#pragma once

#include "imaging/pyramid_layout.h"

typedef struct _VtTileCodec VtTileCodec;

VtTileCodec *vt_tile_codec_new(void);
void vt_tile_codec_free(VtTileCodec *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtTileCodec, vt_tile_codec_free)

/* No tile is longer than this in a file. */
gsize vt_tile_max_bytes(VtPyramidEncoding encoding, int bands);

/* The first row is at @pixels, the next @stride bytes further. The result belongs to the codec and
 * lasts until its next call. NULL with VT_ERROR_INTERNAL. */
const guint8 *vt_tile_encode(VtTileCodec *self,
    VtPyramidEncoding encoding,
    const guint8 *pixels,
    gsize stride,
    VtImageSize size,
    int bands,
    gsize *ret_length,
    GError **error);

/* Decodes @length foreign bytes to exactly @size packed pixels, which belong to the codec and last
 * until its next call. NULL with VT_ERROR_IMAGE_UNREADABLE. */
const guint8 *vt_tile_decode(VtTileCodec *self,
    VtPyramidEncoding encoding,
    const guint8 *bytes,
    gsize length,
    VtImageSize size,
    int bands,
    GError **error);
