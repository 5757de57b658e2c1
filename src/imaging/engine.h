/* The image library, started once and kept on a short lead.
 *
 * Server processes may not read any foreign format with it: all its loaders are blocked, since
 * foreign bytes are decoded in the cage only. One thread per picture, no cache of its own: the
 * program's own pools and caches have bounds, those would not.
 */
#pragma once

#include "base/error.h"

/* Before the first picture, on one thread. FALSE with VT_ERROR_INTERNAL. */
gboolean vt_imaging_init(GError **error);

/* After the last picture. */
void vt_imaging_shutdown(void);

/* Turns the library's own error text into *error and empties it; @what says what failed. Returns
 * FALSE. */
gboolean vt_imaging_throw(GError **error, VtErrorCode code, const char *what);
