/* The audit trail: who did what, when, from where, to which thing.
 *
 * Rows are only ever added, in the transaction of the change they tell of: no change without its
 * row, no row without its change. What the log numbers gets its row from the log; the rest (people,
 * tokens, drafts) calls vt_audit_write().
 */
#pragma once

#include "changelog/change.h"

typedef struct {
    gint64 tenant_id;    /* 0: those of the log entries of @seq */
    const char *action;  /* a stable word for people, such as "user add" */
    const char *subject; /* name of the thing, or NULL */
    gint64 document_id;  /* 0: none */
    gint64 version;      /* number of the document's revision; 0: none */
    gint64 seq;          /* log number; 0: none */
} VtAudit;

/* Runs in the transaction of the change, which is the caller's. Errors: those of db.h. */
gboolean vt_audit_write(VtDb *db, const VtAudit *audit, const VtActor *actor, GError **error);
