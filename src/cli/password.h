/* Passwords come to commands by file, never as an argument that every process can see. */
#pragma once

#include <glib.h>

/* The text of @path (`-`: standard input) without the line end, newly allocated. NULL with
 * VT_ERROR_FILE_MISSING, or VT_ERROR_TOO_LARGE beyond 4 KiB. */
char *vt_password_read(const char *path, GError **error);
