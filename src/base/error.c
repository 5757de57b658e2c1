#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

G_DEFINE_QUARK(vitrine - error, vt_error)

static void set(GError **error, VtErrorCode code, const char *format, va_list arguments)
    G_GNUC_PRINTF(3, 0);

static void
set(GError **error, VtErrorCode code, const char *format, va_list arguments)
{
    g_autofree char *message = g_strdup_vprintf(format, arguments);

    g_set_error_literal(error, VT_ERROR, (int)code, message);
}

gboolean
vt_throw(GError **error, VtErrorCode code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set(error, code, format, arguments);
    va_end(arguments);
    return FALSE;
}

gpointer
vt_throw_null(GError **error, VtErrorCode code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set(error, code, format, arguments);
    va_end(arguments);
    return NULL;
}

gboolean
vt_throw_errno(GError **error, const char *format, ...)
{
    int saved = errno;
    g_autofree char *what = NULL;
    va_list arguments;

    va_start(arguments, format);
    what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return vt_throw(error, VT_ERROR_STORAGE, "%s: %s", what, g_strerror(saved));
}

VtErrorCode
vt_error_code(const GError *error)
{
    if (error->domain != VT_ERROR)
        return VT_ERROR_INTERNAL;
    return (VtErrorCode)error->code;
}

gboolean
vt_error_code_find(const char *word, VtErrorCode *ret_code)
{
    for (int i = 0; word != NULL && i < VT_N_ERRORS; i++)
        if (strcmp(vt_error_rows[i].code, word) == 0) {
            *ret_code = (VtErrorCode)i;
            return TRUE;
        }
    return FALSE;
}

gboolean
vt_error_is(const GError *error, VtErrorCode code)
{
    return error != NULL && error->domain == VT_ERROR && error->code == (int)code;
}
