/* Conditions and byte ranges of a request (RFC 9110, 13 and 14), as pure functions. */
#pragma once

#include <glib.h>

typedef enum {
    VT_RANGE_NONE,    /* send everything: no range, or one we do not read */
    VT_RANGE_PART,    /* send parts: 206 */
    VT_RANGE_OUTSIDE, /* nothing of it exists: 416 */
} VtRange;

enum { VT_RANGE_MAX = 16 }; /* ranges of one request; more count as none */

typedef struct {
    guint64 offset;
    guint64 length; /* never 0 */
} VtRangePart;

/* Reads a Range header (NULL allowed) against a body of @length bytes. Ranges that do not exist are
 * left out; parts come in the order asked for, unless some overlap or touch: then they are
 * ascending and each byte is in one of them only. The outputs are set only for VT_RANGE_PART. */
VtRange vt_range_parse(
    const char *header, guint64 length, VtRangePart ret_parts[VT_RANGE_MAX], guint *ret_n);

/* Whether the list @header (NULL allowed: FALSE) of If-None-Match names @etag, compared weakly;
 * `*` names every tag. @etag: with its quotes. */
gboolean vt_etag_matches(const char *header, const char *etag);

/* Whether a Range may be answered in spite of @if_range (NULL: yes): the strong tag, or the date,
 * is exactly ours. @etag: with quotes or NULL. @modified_s: negative when not known. */
gboolean vt_range_still_valid(const char *if_range, const char *etag, gint64 modified_s);
