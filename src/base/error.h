/* The one way to fail: a GError whose code is a row of contract/errors.json.
 *
 * A function that can fail returns gboolean or a pointer and takes GError **error last. FALSE or
 * NULL means *error is set (unless the caller passed NULL) and every output is untouched. Messages
 * are lower case, name the subject in 'quotes', say what to do where that is not obvious, and end
 * without a full stop.
 */
#pragma once

#include "contract/contract.h"

#include <glib.h>

#define VT_ERROR (vt_error_quark())
GQuark vt_error_quark(void);

/* Sets *error and returns FALSE, so that `return vt_throw (…)` reads as one step. */
gboolean vt_throw(GError **error, VtErrorCode code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The same for functions that return a pointer. */
gpointer vt_throw_null(GError **error, VtErrorCode code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Sets *error from errno with VT_ERROR_STORAGE: "<what>: <strerror>". Returns FALSE. */
gboolean vt_throw_errno(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The code of an error made here; VT_ERROR_INTERNAL for one of another domain. @error is not NULL.
 */
VtErrorCode vt_error_code(const GError *error);

/* The code that stands on the wire as @word (NULL allowed); FALSE when there is none. */
gboolean vt_error_code_find(const char *word, VtErrorCode *ret_code);

/* Whether @error (NULL allowed: FALSE) has this code. */
gboolean vt_error_is(const GError *error, VtErrorCode code);
