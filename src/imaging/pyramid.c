#include "imaging/pyramid.h"

#include "base/error.h"
#include "imaging/tile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

struct _VtPyramid {
    int fd; /* owned */
    VtPyramidLayout layout;
    VtPyramidEntry *entries; /* owned, checked against the file's size */
};

/* The tiles of one tile row that an area needs, decoded side by side. */
typedef struct {
    const VtPyramid *pyramid;
    const VtPyramidLevel *level;
    VtTileCodec *codec; /* owned */
    guint8 *coded;      /* owned, one tile's bytes */
    guint8 *strip;      /* owned, the area's width, VT_PYRAMID_TILE rows */
    int left, right;    /* of the area */
} Strip;

static void
strip_clear(Strip *self)
{
    vt_tile_codec_free(self->codec);
    g_free(self->coded);
    g_free(self->strip);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Strip, strip_clear)

static gboolean
read_at(int fd, guint8 *bytes, gsize length, guint64 offset, GError **error)
{
    while (length > 0) {
        ssize_t n = pread(fd, bytes, length, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return vt_throw_errno(error, "cannot read a pyramid");
        if (n == 0)
            return vt_throw(error, VT_ERROR_IMAGE_UNREADABLE, "a pyramid ends too early");
        bytes += n;
        length -= (gsize)n;
        offset += (guint64)n;
    }
    return TRUE;
}

/* Every tile lies behind the index, inside the file, and is no longer than a tile can be. */
static gboolean
check_entries(const VtPyramid *self, guint64 file_bytes, GError **error)
{
    guint64 head_bytes = vt_pyramid_layout_bytes(&self->layout);

    for (int i = 0; i < self->layout.n_levels; i++) {
        const VtPyramidLevel *level = &self->layout.levels[i];
        gsize most = vt_tile_max_bytes(level->encoding, self->layout.facts.bands);
        guint32 end = level->first + (guint32)level->columns * (guint32)level->rows;

        for (guint32 tile = level->first; tile < end; tile++) {
            const VtPyramidEntry *entry = &self->entries[tile];

            if (entry->length == 0 || entry->length > most || entry->offset < head_bytes ||
                entry->offset > file_bytes || entry->length > file_bytes - entry->offset)
                return vt_throw(error, VT_ERROR_IMAGE_UNREADABLE,
                    "a pyramid's tile %u lies outside the file", tile);
        }
    }
    return TRUE;
}

static gboolean
load(VtPyramid *self, gint64 max_pixels, GError **error)
{
    guint8 header[VT_PYRAMID_HEADER_BYTES];
    g_autofree guint8 *head = NULL;
    VtPyramidFacts facts;
    struct stat about;
    gsize bytes;

    if (fstat(self->fd, &about) != 0)
        return vt_throw_errno(error, "cannot read a pyramid");
    if (!read_at(self->fd, header, sizeof header, 0, error))
        return FALSE;
    if (!vt_pyramid_layout_peek(header, &facts))
        return vt_throw(error, VT_ERROR_IMAGE_UNREADABLE, "the file is not a pyramid");
    if ((gint64)facts.width * facts.height > max_pixels)
        return vt_throw(error, VT_ERROR_TOO_LARGE,
            "the picture has %d x %d pixels, %" G_GINT64_FORMAT " are allowed", facts.width,
            facts.height, max_pixels);
    vt_pyramid_layout_make(&facts, &self->layout);
    bytes = vt_pyramid_layout_bytes(&self->layout);
    if (bytes > (guint64)about.st_size)
        return vt_throw(error, VT_ERROR_IMAGE_UNREADABLE, "a pyramid ends too early");
    head = g_malloc(bytes);
    if (!read_at(self->fd, head, bytes, 0, error))
        return FALSE;
    self->entries = g_new(VtPyramidEntry, self->layout.n_tiles);
    if (!vt_pyramid_layout_decode(&self->layout, head, self->entries))
        return vt_throw(error, VT_ERROR_IMAGE_UNREADABLE, "a pyramid's header is damaged");
    return check_entries(self, (guint64)about.st_size, error);
}

VtPyramid *
vt_pyramid_open(int fd, gint64 max_pixels, GError **error)
{
    g_autoptr(VtPyramid) self = g_new0(VtPyramid, 1);

    self->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (self->fd < 0) {
        vt_throw_errno(error, "cannot open a pyramid");
        return NULL;
    }
    if (!load(self, max_pixels, error))
        return NULL;
    return g_steal_pointer(&self);
}

void
vt_pyramid_free(VtPyramid *self)
{
    if (self == NULL)
        return;
    if (self->fd >= 0)
        close(self->fd);
    g_free(self->entries);
    g_free(self);
}

const VtPyramidFacts *
vt_pyramid_facts(const VtPyramid *self)
{
    return &self->layout.facts;
}

int
vt_pyramid_levels(const VtPyramid *self)
{
    return self->layout.n_levels;
}

VtImageSize
vt_pyramid_level_size(const VtPyramid *self, int level)
{
    g_return_val_if_fail(level >= 0 && level < self->layout.n_levels, ((VtImageSize){0, 0}));
    return (VtImageSize){self->layout.levels[level].width, self->layout.levels[level].height};
}

static const guint8 *
decode_tile(Strip *self, int column, int row, GError **error)
{
    const VtPyramidLevel *level = self->level;
    guint32 tile = level->first + (guint32)(row * level->columns + column);
    const VtPyramidEntry *entry = &self->pyramid->entries[tile];

    if (!read_at(self->pyramid->fd, self->coded, entry->length, entry->offset, error))
        return NULL;
    if ((guint32)crc32_z(0, self->coded, entry->length) != entry->checksum)
        return vt_throw_null(
            error, VT_ERROR_IMAGE_UNREADABLE, "a pyramid's tile %u is damaged", tile);
    return vt_tile_decode(self->codec, level->encoding, self->coded, entry->length,
        vt_pyramid_tile_size(level, column, row), self->pyramid->layout.facts.bands, error);
}

/* Copies what the area needs of one tile to its place in the strip. */
static void
place_tile(Strip *self, const guint8 *pixels, int column, VtImageSize size)
{
    gsize bands = (gsize)self->pyramid->layout.facts.bands;
    int tile_left = column * VT_PYRAMID_TILE;
    int left = MAX(self->left, tile_left), right = MIN(self->right, tile_left + size.width);
    gsize strip_bytes = (gsize)(self->right - self->left) * bands;

    for (int y = 0; y < size.height; y++)
        memcpy(self->strip + (gsize)y * strip_bytes + (gsize)(left - self->left) * bands,
            pixels + ((gsize)y * (gsize)size.width + (gsize)(left - tile_left)) * bands,
            (gsize)(right - left) * bands);
}

static gboolean
load_strip(Strip *self, int row, GError **error)
{
    for (int column = self->left / VT_PYRAMID_TILE; column <= (self->right - 1) / VT_PYRAMID_TILE;
         column++) {
        const guint8 *pixels = decode_tile(self, column, row, error);

        if (pixels == NULL)
            return FALSE;
        place_tile(self, pixels, column, vt_pyramid_tile_size(self->level, column, row));
    }
    return TRUE;
}

gboolean
vt_pyramid_read(const VtPyramid *self,
    int level,
    const VtImageRect *area,
    VtRowFunc row,
    gpointer data,
    GError **error)
{
    VtImageSize size = vt_pyramid_level_size(self, level);
    gsize row_bytes = (gsize)(area->right - area->left) * (gsize)self->layout.facts.bands;
    g_auto(Strip) strip = {.pyramid = self, .left = area->left, .right = area->right};

    g_return_val_if_fail(area->left >= 0 && area->left < area->right && area->right <= size.width &&
                             area->top >= 0 && area->top < area->bottom &&
                             area->bottom <= size.height,
        FALSE);

    strip.level = &self->layout.levels[level];
    strip.codec = vt_tile_codec_new();
    strip.coded = g_malloc(vt_tile_max_bytes(strip.level->encoding, self->layout.facts.bands));
    strip.strip = g_malloc(row_bytes * VT_PYRAMID_TILE);
    for (int y = area->top; y < area->bottom; y++) {
        int within = y % VT_PYRAMID_TILE;

        if ((y == area->top || within == 0) && !load_strip(&strip, y / VT_PYRAMID_TILE, error))
            return FALSE;
        if (!row(data, y - area->top, strip.strip + (gsize)within * row_bytes, error))
            return FALSE;
    }
    return TRUE;
}
