/* Conditions and byte ranges of a request (RFC 9110, 13 and 14), as pure functions. */
#pragma once

#include <glib.h>

typedef enum {
    VT_RANGE_NONE,    /* send everything: no range, one we do not read, or several */
    VT_RANGE_PART,    /* send the part: 206 */
    VT_RANGE_OUTSIDE, /* nothing of it exists: 416 */
} VtRange;

/* Reads a Range header (NULL allowed) against a body of @length bytes. Several ranges count as
 * none, which the standard allows. The outputs are set only for VT_RANGE_PART; the part is never
 * empty. */
VtRange vt_range_parse(
    const char *header, guint64 length, guint64 *ret_offset, guint64 *ret_length);

/* Whether the list @header (NULL allowed: FALSE) of If-None-Match names @etag, compared weakly;
 * `*` names every tag. @etag: with its quotes. */
gboolean vt_etag_matches(const char *header, const char *etag);

/* Whether a Range may be answered in spite of @if_range (NULL: yes): the strong tag, or the date,
 * is exactly ours. @etag: with quotes or NULL. @modified_s: negative when not known. */
gboolean vt_range_still_valid(const char *if_range, const char *etag, gint64 modified_s);
