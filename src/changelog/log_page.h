/* Reading the log page by page, so that a reader's memory does not follow its length. */
#pragma once

#include "changelog/change.h"

/* Where a reader stands: after the @n-th entry of a number. */
typedef struct {
    gint64 seq;
    gint64 n;
} VtLogPlace;

/* After everything of number @seq. */
VtLogPlace vt_log_place_after(gint64 seq);

/* The next entries of a tenant after @place with a number of at most @up_to, as VtLogEntry; none
 * at the end. @place moves behind them. Errors: those of db.h, VT_ERROR_NEWER_SCHEMA. */
GArray *vt_log_page_read(
    VtDb *db, gint64 tenant_id, VtLogPlace *place, gint64 up_to, GError **error);
