/* Writes a pyramid from a stream of rows, in one pass.
 *
 * Every level keeps one row of tiles and feeds the next through a resampler; the header goes in
 * last, so a file whose writer died is no pyramid. One thread.
 */
#pragma once

#include "imaging/pyramid.h"

typedef struct _VtPyramidWriter VtPyramidWriter;

/* @fd: (borrowed): empty, seekable, open for writing until finish. NULL with VT_ERROR_BAD_VALUE for
 * facts outside their range. */
VtPyramidWriter *vt_pyramid_writer_new(int fd, const VtPyramidFacts *facts, GError **error);

/* One row of width * bands bytes. FALSE with VT_ERROR_STORAGE. */
gboolean vt_pyramid_writer_push(VtPyramidWriter *self, const guint8 *row, GError **error);

/* After the last row; only now does the file become a pyramid. FALSE with VT_ERROR_STORAGE. */
gboolean vt_pyramid_writer_finish(VtPyramidWriter *self, GError **error);

void vt_pyramid_writer_free(VtPyramidWriter *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtPyramidWriter, vt_pyramid_writer_free)
