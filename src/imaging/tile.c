#include "imaging/tile.h"

#include "base/error.h"

#include <turbojpeg.h>
#include <zstd.h>

#define JPEG_QUALITY 92
#define ZSTD_LEVEL 3
#define MAX_PIXEL_BYTES (VT_PYRAMID_TILE * VT_PYRAMID_TILE * 4)

struct _VtTileCodec {
    ZSTD_CCtx *packer; /* owned, made when first needed, like the three below */
    ZSTD_DCtx *unpacker;
    tjhandle jpeg_writer;
    tjhandle jpeg_reader;
    guint8 *pixels; /* owned, MAX_PIXEL_BYTES */
    guint8 *coded;  /* owned, large enough for any tile */
};

VtTileCodec *
vt_tile_codec_new(void)
{
    VtTileCodec *self = g_new0(VtTileCodec, 1);

    self->pixels = g_malloc(MAX_PIXEL_BYTES);
    self->coded =
        g_malloc(MAX(vt_tile_max_bytes(VT_PYRAMID_ZSTD, 4), vt_tile_max_bytes(VT_PYRAMID_JPEG, 3)));
    return self;
}

void
vt_tile_codec_free(VtTileCodec *self)
{
    if (self == NULL)
        return;
    ZSTD_freeCCtx(self->packer);
    ZSTD_freeDCtx(self->unpacker);
    if (self->jpeg_writer != NULL)
        tjDestroy(self->jpeg_writer);
    if (self->jpeg_reader != NULL)
        tjDestroy(self->jpeg_reader);
    g_free(self->pixels);
    g_free(self->coded);
    g_free(self);
}

static int
jpeg_subsampling(int bands)
{
    return bands == 1 ? TJSAMP_GRAY : TJSAMP_444;
}

gsize
vt_tile_max_bytes(VtPyramidEncoding encoding, int bands)
{
    if (encoding == VT_PYRAMID_JPEG)
        return tjBufSize(VT_PYRAMID_TILE, VT_PYRAMID_TILE, jpeg_subsampling(bands));
    return ZSTD_compressBound((gsize)VT_PYRAMID_TILE * VT_PYRAMID_TILE * (gsize)bands);
}

/* Each byte becomes the difference to the same band of the pixel at its left. */
static void
difference_row(const guint8 *in, guint8 *out, int width, int bands)
{
    for (int i = 0; i < bands; i++)
        out[i] = in[i];
    for (int i = bands; i < width * bands; i++)
        out[i] = (guint8)(in[i] - in[i - bands]);
}

static void
sum_row(guint8 *row, int width, int bands)
{
    for (int i = bands; i < width * bands; i++)
        row[i] = (guint8)(row[i] + row[i - bands]);
}

static const guint8 *
encode_zstd(VtTileCodec *self,
    const guint8 *pixels,
    gsize stride,
    VtImageSize size,
    int bands,
    gsize *ret_length,
    GError **error)
{
    gsize row_bytes = (gsize)size.width * (gsize)bands, length;

    if (self->packer == NULL)
        self->packer = ZSTD_createCCtx();
    for (int y = 0; y < size.height; y++)
        difference_row(
            pixels + (gsize)y * stride, self->pixels + (gsize)y * row_bytes, size.width, bands);
    length = ZSTD_compressCCtx(self->packer, self->coded, vt_tile_max_bytes(VT_PYRAMID_ZSTD, bands),
        self->pixels, row_bytes * (gsize)size.height, ZSTD_LEVEL);
    if (ZSTD_isError(length))
        return vt_throw_null(
            error, VT_ERROR_INTERNAL, "zstd cannot pack a tile: %s", ZSTD_getErrorName(length));
    *ret_length = length;
    return self->coded;
}

static const guint8 *
encode_jpeg(VtTileCodec *self,
    const guint8 *pixels,
    gsize stride,
    VtImageSize size,
    int bands,
    gsize *ret_length,
    GError **error)
{
    unsigned long length = vt_tile_max_bytes(VT_PYRAMID_JPEG, bands);

    if (self->jpeg_writer == NULL)
        self->jpeg_writer = tjInitCompress();
    if (tjCompress2(self->jpeg_writer, pixels, size.width, (int)stride, size.height,
            bands == 1 ? TJPF_GRAY : TJPF_RGB, &self->coded, &length, jpeg_subsampling(bands),
            JPEG_QUALITY, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) != 0)
        return vt_throw_null(error, VT_ERROR_INTERNAL, "cannot write a tile as JPEG: %s",
            tjGetErrorStr2(self->jpeg_writer));
    *ret_length = length;
    return self->coded;
}

const guint8 *
vt_tile_encode(VtTileCodec *self,
    VtPyramidEncoding encoding,
    const guint8 *pixels,
    gsize stride,
    VtImageSize size,
    int bands,
    gsize *ret_length,
    GError **error)
{
    if (encoding == VT_PYRAMID_JPEG)
        return encode_jpeg(self, pixels, stride, size, bands, ret_length, error);
    return encode_zstd(self, pixels, stride, size, bands, ret_length, error);
}

static const guint8 *
decode_zstd(VtTileCodec *self,
    const guint8 *bytes,
    gsize length,
    VtImageSize size,
    int bands,
    GError **error)
{
    gsize row_bytes = (gsize)size.width * (gsize)bands, got;

    if (self->unpacker == NULL)
        self->unpacker = ZSTD_createDCtx();
    got = ZSTD_decompressDCtx(self->unpacker, self->pixels, MAX_PIXEL_BYTES, bytes, length);
    if (ZSTD_isError(got) || got != row_bytes * (gsize)size.height)
        return vt_throw_null(error, VT_ERROR_IMAGE_UNREADABLE, "a tile does not unpack");
    for (int y = 0; y < size.height; y++)
        sum_row(self->pixels + (gsize)y * row_bytes, size.width, bands);
    return self->pixels;
}

static const guint8 *
decode_jpeg(VtTileCodec *self,
    const guint8 *bytes,
    gsize length,
    VtImageSize size,
    int bands,
    GError **error)
{
    int width, height, subsampling, space;

    if (self->jpeg_reader == NULL)
        self->jpeg_reader = tjInitDecompress();
    if (tjDecompressHeader3(
            self->jpeg_reader, bytes, length, &width, &height, &subsampling, &space) != 0 ||
        width != size.width || height != size.height || subsampling != jpeg_subsampling(bands))
        return vt_throw_null(
            error, VT_ERROR_IMAGE_UNREADABLE, "a tile is not the JPEG it should be");
    if (tjDecompress2(self->jpeg_reader, bytes, length, self->pixels, width, width * bands, height,
            bands == 1 ? TJPF_GRAY : TJPF_RGB,
            TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS) != 0)
        return vt_throw_null(error, VT_ERROR_IMAGE_UNREADABLE, "a JPEG tile does not decode: %s",
            tjGetErrorStr2(self->jpeg_reader));
    return self->pixels;
}

const guint8 *
vt_tile_decode(VtTileCodec *self,
    VtPyramidEncoding encoding,
    const guint8 *bytes,
    gsize length,
    VtImageSize size,
    int bands,
    GError **error)
{
    if (encoding == VT_PYRAMID_JPEG)
        return decode_jpeg(self, bytes, length, size, bands, error);
    return decode_zstd(self, bytes, length, size, bands, error);
}
