#include "cli/password.h"

#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { MAX_FILE_BYTES = 4096 };

char *
vt_password_read(const char *path, GError **error)
{
    gboolean is_input = strcmp(path, "-") == 0;
    char text[MAX_FILE_BYTES + 1];
    FILE *file = is_input ? stdin : fopen(path, "re");
    gsize length;
    gboolean failed;

    if (file == NULL)
        return vt_throw_null(
            error, VT_ERROR_FILE_MISSING, "password file '%s': %s", path, g_strerror(errno));
    length = fread(text, 1, sizeof text, file);
    failed = ferror(file) != 0;
    if (!is_input)
        fclose(file);
    if (failed)
        return vt_throw_null(
            error, VT_ERROR_FILE_MISSING, "password file '%s' cannot be read", path);
    if (length > MAX_FILE_BYTES)
        return vt_throw_null(error, VT_ERROR_TOO_LARGE,
            "password file '%s' is larger than %d bytes", path, MAX_FILE_BYTES);
    text[length] = '\0';
    return g_strdup(g_strchomp(text));
}
