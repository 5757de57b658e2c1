/* The one picture format the server decodes: a master in tiles, at every size halved from the last.
 *
 *     header | levels | tile index | tiles ...          all numbers little-endian
 *
 * A rendition then costs what its output costs: the smallest level that is large enough, and of it
 * only the tiles that are seen. Levels up to VT_PYRAMID_LOSSLESS_SIDE are lossless (zstd over
 * differences), so that small renditions, which are most, carry no second loss; larger levels of
 * masters that were lossy themselves are JPEG tiles (quality 92, 4:4:4), of all others lossless.
 * Halving uses Lanczos 3 from level to level, in one pass over the rows and in memory that follows
 * the width.
 *
 * The writer runs where foreign bytes were decoded and may have been taken over. The reader
 * therefore believes nothing: the header has a checksum and must agree with what it computes from
 * the size alone, every tile stays inside the file, has a checksum and decodes to exactly its
 * size. Pixels are sRGB, 8 bits, upright, alpha straight.
 */
#pragma once

#include "imaging/plan.h"
#include "imaging/resample.h"

#define VT_PYRAMID_VERSION 1 /* of the format; part of the name a stored pyramid has */
#define VT_PYRAMID_TILE 256
#ifndef VT_PYRAMID_LOSSLESS_SIDE /* bench/pyramid_bench.c is built with others, too */
#define VT_PYRAMID_LOSSLESS_SIDE 1024
#endif
#define VT_PYRAMID_MAX_SIDE 100000
#define VT_PYRAMID_WORD_BYTES 32

typedef struct {
    int width, height;                   /* upright, 1..VT_PYRAMID_MAX_SIDE */
    int bands;                           /* 1 gray, 3 RGB, 4 RGB and alpha */
    gboolean lossy;                      /* the master was JPEG-like */
    double resolution_dpi;               /* as the master says; 0: it does not */
    char format[VT_PYRAMID_WORD_BYTES];  /* of the master: "jpeg", "png", … */
    char profile[VT_PYRAMID_WORD_BYTES]; /* name of its colour profile, "" without one */
} VtPyramidFacts;

/* Reading: immutable once open, any number of threads. */
typedef struct _VtPyramid VtPyramid;

/**
 * vt_pyramid_open:
 * @fd: (borrowed): a local file; duplicated, so the caller may close its own
 * @max_pixels: larger masters are refused
 *
 * Returns: NULL with VT_ERROR_IMAGE_UNREADABLE (not a pyramid, damaged), VT_ERROR_TOO_LARGE or
 *   VT_ERROR_STORAGE.
 */
VtPyramid *vt_pyramid_open(int fd, gint64 max_pixels, GError **error);
void vt_pyramid_free(VtPyramid *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtPyramid, vt_pyramid_free)

const VtPyramidFacts *vt_pyramid_facts(const VtPyramid *self);

/* Levels go from 0, the master's own size, to the one that fits a tile. */
int vt_pyramid_levels(const VtPyramid *self);
VtImageSize vt_pyramid_level_size(const VtPyramid *self, int level);

/**
 * vt_pyramid_read:
 * @area: part of @level, not empty, within it
 * @row: gets each row of the area once from the top; y counts from the area's top
 *
 * Keeps at most one row of tiles in memory.
 *
 * Returns: FALSE with VT_ERROR_IMAGE_UNREADABLE (a tile is damaged), VT_ERROR_STORAGE, or what @row
 *   failed with.
 */
gboolean vt_pyramid_read(const VtPyramid *self,
    int level,
    const VtImageRect *area,
    VtRowFunc row,
    gpointer data,
    GError **error);
