/* The bytes of a pyramid file before its tiles, shared by its writer and its reader.
 *
 * Everything about levels follows from the facts; the file states it so that a reader can refuse
 * what disagrees, never so that it must believe it.
 */
#pragma once

#include "imaging/pyramid.h"

#define VT_PYRAMID_MAX_LEVELS 10
#define VT_PYRAMID_HEADER_BYTES 160
#define VT_PYRAMID_LEVEL_BYTES 24
#define VT_PYRAMID_ENTRY_BYTES 16

typedef enum {
    VT_PYRAMID_ZSTD = 1, /* each byte minus the same band of its left neighbour, then zstd */
    VT_PYRAMID_JPEG = 2,
} VtPyramidEncoding;

typedef struct {
    int width, height;
    int columns, rows; /* of tiles */
    guint32 first;     /* its first tile in the index, row by row */
    VtPyramidEncoding encoding;
} VtPyramidLevel;

typedef struct {
    guint64 offset;
    guint32 length;
    guint32 checksum; /* CRC-32 of the tile's bytes */
} VtPyramidEntry;

typedef struct {
    VtPyramidFacts facts;
    int n_levels;
    VtPyramidLevel levels[VT_PYRAMID_MAX_LEVELS];
    guint32 n_tiles;
} VtPyramidLayout;

/* Whether the facts are within their ranges. */
gboolean vt_pyramid_facts_valid(const VtPyramidFacts *facts);

/* The levels of a picture; the facts must be valid. */
void vt_pyramid_layout_make(const VtPyramidFacts *facts, VtPyramidLayout *ret_layout);

/* Bytes of header, levels and index. */
gsize vt_pyramid_layout_bytes(const VtPyramidLayout *layout);

/* Header, levels and index as they stand in the file; @entries has layout->n_tiles rows. */
GByteArray *vt_pyramid_layout_encode(const VtPyramidLayout *layout, const VtPyramidEntry *entries);

/* Reads the facts out of the first VT_PYRAMID_HEADER_BYTES of a file. FALSE when they are none. */
gboolean vt_pyramid_layout_peek(const guint8 *header, VtPyramidFacts *ret_facts);

/* Checks that @head, vt_pyramid_layout_bytes long, is what encode would write for @layout and its
 * own entries, and fills those. */
gboolean vt_pyramid_layout_decode(
    const VtPyramidLayout *layout, const guint8 *head, VtPyramidEntry *ret_entries);

/* The size of tile (@column, @row) of @level. */
VtImageSize vt_pyramid_tile_size(const VtPyramidLevel *level, int column, int row);
