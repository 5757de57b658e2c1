/* The first page of a document as a picture, drawn by pdftoppm in a cage (base/tool.h). */
#pragma once

#include <glib.h>

/* The longer side of a drawn page. */
#define VT_PAGE_SIDE 2048

/* Whether a document of this type can be drawn. */
gboolean vt_page_is_drawn(const char *mime);

/**
 * vt_page_draw:
 * @fd: (borrowed): the document, readable by anybody
 * @out_fd: (borrowed): an empty regular file; a PNG afterwards, which is as foreign as the document
 *
 * Returns: FALSE with VT_ERROR_MEDIA_TYPE (damaged, locked by a password, no page),
 * VT_ERROR_TIMEOUT or VT_ERROR_INTERNAL.
 */
gboolean vt_page_draw(int fd, int out_fd, GError **error);
