/* What bytes are, by looking at them (libmagic) and never at a name: the cage's work. */
#pragma once

#include <glib.h>

#define VT_SNIFF_MIME_BYTES 80

/* Loads the signatures; before the process gives up its rights. FALSE with VT_ERROR_INTERNAL. */
gboolean vt_sniff_init(GError **error);

/**
 * vt_sniff:
 * @fd: (borrowed): a file; looked at from its start
 * @ret_mime: such as `image/png`; `application/octet-stream` for what nobody knows
 *
 * Returns: FALSE with VT_ERROR_MEDIA_TYPE when the file is empty, or VT_ERROR_STORAGE.
 */
gboolean vt_sniff(int fd, char ret_mime[VT_SNIFF_MIME_BYTES], GError **error);

/* Whether @mime is of the form type/subtype in the characters such names have. */
gboolean vt_sniff_is_mime(const char *mime);
