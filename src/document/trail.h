/* Reading the audit trail of a tenant: what changelog/audit.h wrote, with the entries of the log
 * and the documents it tells of. A numbered change gives one entry for each thing it altered.
 *
 * Entries come in the order of their ids. On a database with several writers a row may become
 * visible after one with a higher id; who copies the trail elsewhere reads again from an older
 * cursor, or asks by time with an end that is some minutes past.
 */
#pragma once

#include "base/json.h"
#include "changelog/change.h"

enum { VT_TRAIL_MAX = 10000 };

typedef struct {
    gint64 tenant_id;
    gint64 from_us, to_us; /* from <= at < to, microseconds since 1970 UTC */
    gint64 after_id;       /* cursor: the entry read last; 0: from the beginning */
    gint64 after_n;
    guint limit; /* 1 to VT_TRAIL_MAX */
} VtTrailQuery;

/* Reads the cursor that an entry's "id" is; "" is the beginning. VT_ERROR_BAD_VALUE. */
gboolean vt_trail_parse_cursor(const char *text, VtTrailQuery *query, GError **error);

/* Schema AuditTrail; owned by the caller. Errors: those of db.h. */
json_t *vt_trail_read(VtDb *db, const VtTrailQuery *query, GError **error);

/* The entries of such an answer as a table with a head, newly allocated. */
GBytes *vt_trail_tsv(const json_t *trail);
