/* Locale tags: compared without case, `_` equals `-`, shown in lower case; `system_neutral` is
 * Neutral. */
#pragma once

#include <glib.h>

#define VT_LOCALE_NEUTRAL "system_neutral"
#define VT_LOCALE_MAX 64 /* bytes of a tag */

/* The canonical form of @text (trimmed, lower case, `-`), newly allocated; NULL with
 * VT_ERROR_LOCALE when it is not made of 1 to 8 letters or digits per part, starting with 2 to 8
 * letters. */
char *vt_locale_parse(const char *text, GError **error);
