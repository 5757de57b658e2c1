/* What every step of one import shares, and the rules for documents somebody is editing. */
#pragma once

#include "changelog/change.h"
#include "manifest/row.h"
#include "manifest/trail.h"
#include "tenant/channel.h"

typedef struct {
    VtDb *db; /* borrowed; the importing thread's alone */
    gint64 tenant_id;
    VtActor actor;
    const VtTsv *table; /* borrowed */
    VtManifestHeader header;
    GPtrArray *channels; /* VtChannel, owned */
    VtChange *change;    /* owned: what the transaction of assets altered for readers of the log */
    VtManifestTrail *trail; /* owned; NULL: the import does not go on after a kill */
    gboolean (*should_stop)(gpointer data); /* or NULL */
    gpointer data;
} VtManifestContext;

/* Whether whoever follows the import wants it to stop. */
gboolean vt_manifest_should_stop(const VtManifestContext *self);

/* Leaves a part of a row out because of that. */
void vt_manifest_leave_out(VtManifestOutcome *outcome, VtOutcomePart part);

/* Whether a row with these orders may touch a document: VT_ERROR_CHECKED_OUT when somebody edits it
 * (the importing user too: there is a draft then), VT_ERROR_STALE_VERSION when its head is not the
 * revision the row was made from; never with Overwrite. */
gboolean vt_manifest_may_write(const VtManifestContext *context,
    const VtManifestOrders *orders,
    gint64 checked_out_by,
    gint64 head,
    const char *what,
    GError **error);

/* Keeps the working copy of who edits the document as a revision beside the head, and releases it.
 * Does nothing when nobody does. The caller owns the transaction. */
gboolean vt_manifest_take_over(
    const VtManifestContext *context, gint64 document_id, GError **error);

/* How often a part that lost against somebody else is tried. */
enum { VT_MANIFEST_ATTEMPTS = 5 };

/* Whether a transaction failed because somebody else was at the same thing, so that another try may
 * find it done: VT_ERROR_CONFLICT, VT_ERROR_DUPLICATE_NAME, VT_ERROR_STALE_VERSION, or
 * VT_ERROR_DATABASE (a deadlock). */
gboolean vt_manifest_may_pass(const GError *error);
