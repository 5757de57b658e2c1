/* Separable Lanczos-3 resampling of a stream of rows.
 *
 * Rows go in from the top, finished rows come out through a callback, and between them only the
 * rows under the filter are kept: memory follows the width of the output, not the size of the
 * picture. Ingest chains one resampler per pyramid level; rendering uses one. Colours are filtered
 * premultiplied, so hidden colour never bleeds out of transparent pixels. A step of exactly 1 on
 * whole pixels copies bytes unchanged.
 *
 * A resampler belongs to one thread at a time.
 */
#pragma once

#include <glib.h>

/* One direction: output pixel i covers [origin + i * step, origin + (i + 1) * step) of the source.
 */
typedef struct {
    double origin, step; /* source pixels; step > 0 */
    int size;            /* output pixels */
    int first, last;     /* source pixels that exist for the filter: first <= p < last */
} VtResampleAxis;

typedef struct _VtResampler VtResampler;

/* @row: output row number @y, valid during the call. FALSE with *error stops everything. */
typedef gboolean (*VtRowFunc)(gpointer data, int y, const guint8 *row, GError **error);

/* The source pixels [*ret_first, *ret_last) that @axis will look at. */
void vt_resample_axis_span(const VtResampleAxis *axis, int *ret_first, int *ret_last);

/* @bands: 1 gray, 3 RGB, 4 RGB with straight alpha. @emit gets each output row once, in order. */
VtResampler *vt_resampler_new(
    const VtResampleAxis *x, const VtResampleAxis *y, int bands, VtRowFunc emit, gpointer data);

/* The next source row: the pixels of x's span, starting with the first row of y's span. FALSE when
 * @emit failed. */
gboolean vt_resampler_push(VtResampler *self, const guint8 *row, GError **error);

void vt_resampler_free(VtResampler *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtResampler, vt_resampler_free)
