#include "imaging/pyramid_writer.h"

#include "base/error.h"
#include "imaging/tile.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* One level in the making: rows collect in a strip of tiles; each also feeds the next level. */
typedef struct {
    VtPyramidWriter *writer;
    const VtPyramidLevel *level;
    guint8 *strip;      /* owned, VT_PYRAMID_TILE rows */
    int n_rows;         /* rows that have come */
    VtResampler *halve; /* owned, NULL for the last level */
} Growing;

struct _VtPyramidWriter {
    int fd; /* borrowed */
    VtPyramidLayout layout;
    VtPyramidEntry *entries; /* owned */
    Growing growing[VT_PYRAMID_MAX_LEVELS];
    VtTileCodec *codec; /* owned */
    guint64 end;        /* of what is written */
};

static gboolean take_row(gpointer data, int y, const guint8 *row, GError **error);

static gboolean
write_at(int fd, const guint8 *bytes, gsize length, guint64 offset, GError **error)
{
    while (length > 0) {
        ssize_t n = pwrite(fd, bytes, length, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return vt_throw_errno(error, "cannot write a pyramid");
        bytes += n;
        length -= (gsize)n;
        offset += (guint64)n;
    }
    return TRUE;
}

static void
grow(VtPyramidWriter *self, int index)
{
    const VtPyramidLevel *level = &self->layout.levels[index];
    Growing *growing = &self->growing[index];

    growing->writer = self;
    growing->level = level;
    growing->strip =
        g_malloc((gsize)level->width * (gsize)self->layout.facts.bands * VT_PYRAMID_TILE);
    if (index + 1 < self->layout.n_levels) {
        const VtPyramidLevel *next = level + 1;
        const VtResampleAxis x = {
            0, (double)level->width / next->width, next->width, 0, level->width};
        const VtResampleAxis y = {
            0, (double)level->height / next->height, next->height, 0, level->height};

        growing->halve =
            vt_resampler_new(&x, &y, self->layout.facts.bands, take_row, &self->growing[index + 1]);
    }
}

VtPyramidWriter *
vt_pyramid_writer_new(int fd, const VtPyramidFacts *facts, GError **error)
{
    VtPyramidWriter *self;

    if (!vt_pyramid_facts_valid(facts))
        return vt_throw_null(error, VT_ERROR_BAD_VALUE,
            "a picture of %d x %d in %d bands is not possible", facts->width, facts->height,
            facts->bands);
    self = g_new0(VtPyramidWriter, 1);
    self->fd = fd;
    self->codec = vt_tile_codec_new();
    vt_pyramid_layout_make(facts, &self->layout);
    self->entries = g_new0(VtPyramidEntry, self->layout.n_tiles);
    self->end = vt_pyramid_layout_bytes(&self->layout);
    for (int i = 0; i < self->layout.n_levels; i++)
        grow(self, i);
    return self;
}

static gboolean
write_tile(Growing *growing, int column, int row, GError **error)
{
    VtPyramidWriter *self = growing->writer;
    const VtPyramidLevel *level = growing->level;
    int bands = self->layout.facts.bands;
    VtPyramidEntry *entry = &self->entries[level->first + (guint32)(row * level->columns + column)];
    gsize length = 0;
    const guint8 *bytes = vt_tile_encode(self->codec, level->encoding,
        growing->strip + (gsize)column * VT_PYRAMID_TILE * (gsize)bands,
        (gsize)level->width * (gsize)bands, vt_pyramid_tile_size(level, column, row), bands,
        &length, error);

    if (bytes == NULL || !write_at(self->fd, bytes, length, self->end, error))
        return FALSE;
    entry->offset = self->end;
    entry->length = (guint32)length;
    entry->checksum = (guint32)crc32_z(0, bytes, length);
    self->end += length;
    return TRUE;
}

/* VtRowFunc of a level: from the caller for level 0, from the halving of the one before else. */
static gboolean
take_row(gpointer data, int y, const guint8 *row, GError **error)
{
    Growing *growing = data;
    const VtPyramidLevel *level = growing->level;
    gsize row_bytes = (gsize)level->width * (gsize)growing->writer->layout.facts.bands;

    memcpy(growing->strip + (gsize)(y % VT_PYRAMID_TILE) * row_bytes, row, row_bytes);
    growing->n_rows = y + 1;
    if (growing->halve != NULL && !vt_resampler_push(growing->halve, row, error))
        return FALSE;
    if (growing->n_rows % VT_PYRAMID_TILE != 0 && growing->n_rows != level->height)
        return TRUE;
    for (int column = 0; column < level->columns; column++) {
        if (!write_tile(growing, column, y / VT_PYRAMID_TILE, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
vt_pyramid_writer_push(VtPyramidWriter *self, const guint8 *row, GError **error)
{
    g_return_val_if_fail(self->growing[0].n_rows < self->layout.facts.height, FALSE);
    return take_row(&self->growing[0], self->growing[0].n_rows, row, error);
}

gboolean
vt_pyramid_writer_finish(VtPyramidWriter *self, GError **error)
{
    g_autoptr(GByteArray) head = NULL;

    for (int i = 0; i < self->layout.n_levels; i++)
        g_return_val_if_fail(self->growing[i].n_rows == self->layout.levels[i].height, FALSE);
    head = vt_pyramid_layout_encode(&self->layout, self->entries);
    return write_at(self->fd, head->data, head->len, 0, error);
}

void
vt_pyramid_writer_free(VtPyramidWriter *self)
{
    if (self == NULL)
        return;
    for (int i = 0; i < self->layout.n_levels; i++) {
        g_free(self->growing[i].strip);
        vt_resampler_free(self->growing[i].halve);
    }
    vt_tile_codec_free(self->codec);
    g_free(self->entries);
    g_free(self);
}
