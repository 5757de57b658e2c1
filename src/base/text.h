/* Small text rules shared by all rooms. */
#pragma once

#include <glib.h>

/* How names of dimensions and their values compare: trimmed, without case (Unicode). Newly
 * allocated. */
char *vt_text_key(const char *text);

/* The place of @word among @n words, such as the names of an enum of the contract; -1 when it is
 * none of them. */
int vt_text_index(const char *const *words, int n, const char *word);

/* The bytes `[A-Za-z0-9_-]{1,64}` of a tenant's code. */
gboolean vt_text_is_code(const char *text);

/* Percent-decodes @length bytes once. `+` becomes a space if @plus_is_space. NULL with
 * VT_ERROR_BAD_REQUEST for a broken escape, %00, or a result that is not UTF-8. Newly allocated. */
char *vt_text_unescape(const char *text, gsize length, gboolean plus_is_space, GError **error);

/* Percent-encodes everything but unreserved characters (RFC 3986), and `/` if @keep_slash. Newly
 * allocated. */
char *vt_text_escape(const char *text, gboolean keep_slash);

/* Microseconds since 1970 UTC as `2026-01-31T12:00:00Z`, whole seconds. Newly allocated. */
char *vt_text_time(gint64 time_us);

/* `%text%` for LIKE … ESCAPE '\\': its wildcards escaped, ASCII letters in lower case. Newly
 * allocated. */
char *vt_text_pattern(const char *text);

/* `#rrggbb` in lower case from `#rgb`, `#rrggbb` or the same without `#`; VT_ERROR_BAD_VALUE for
 * anything else. */
char *vt_text_color(const char *text, GError **error);
