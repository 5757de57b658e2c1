/* HTTP dates (RFC 9110, 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT", in English whatever the locale. */
#pragma once

#include <glib.h>

#define VT_HTTP_DATE_LENGTH 29

typedef struct {
    char text[VT_HTTP_DATE_LENGTH + 1];
} VtHttpDate;

/* @time_s: seconds since 1970 UTC, from 0 to the end of the year 9999; others are moved to the
 * nearer end. */
VtHttpDate vt_http_date(gint64 time_s);

/* FALSE when @text (NULL allowed) is not in the form above; the two obsolete forms are not read,
 * for a condition that is not understood may be ignored. */
gboolean vt_http_date_parse(const char *text, gint64 *ret_time_s);
