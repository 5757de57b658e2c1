/* Having every edge forget things by hand: assets, and addresses. */
#pragma once

#include "base/json.h"
#include "changelog/change.h"

enum {
    VT_INVALIDATE_MAX = 1000, /* assets, and addresses they and the request come to */
    VT_INVALIDATE_MAX_TEMPLATE = 2500,
    VT_INVALIDATE_MAX_ADDRESS = 2000
};

/* What is asked for. The lists are owned, their texts borrowed. */
typedef struct {
    GPtrArray *assets;    /* names */
    GPtrArray *addresses; /* of the tenant, with or without the server before the path */
    const char *pattern;  /* lines of addresses, each `<ID>` in them is each asset's name; a line
                             that is nothing else stands for its picture. NULL: assets go by tag, in
                             every size and shape */
} VtInvalidation;

/* Reads a PurgeRequest, which must outlive what is read. VT_ERROR_BAD_VALUE for what is none. */
gboolean vt_invalidation_read(const json_t *request, VtInvalidation *ret_ask, GError **error);
void vt_invalidation_clear(VtInvalidation *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtInvalidation, vt_invalidation_clear)

typedef struct {
    gint64 seq;           /* what is confirmed for this log number is confirmed for the request */
    GPtrArray *tags;      /* owned texts */
    GPtrArray *addresses; /* owned texts */
} VtInvalidated;

void vt_invalidated_clear(VtInvalidated *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtInvalidated, vt_invalidated_clear)

/* Writes down all of it for every edge of every server, with a row of the audit trail, or nothing:
 * VT_ERROR_NO_EDGE (there is none), VT_ERROR_UNKNOWN_ASSET, VT_ERROR_NOTHING_PUBLISHED (assets are
 * named and none is), VT_ERROR_BAD_VALUE (nothing is asked for, too much, or an address that is not
 * the tenant's), or those of db.h. */
gboolean vt_invalidate(VtDb *db,
    gint64 tenant_id,
    const char *tenant,
    const VtInvalidation *ask,
    const VtActor *actor,
    VtInvalidated *ret_done,
    GError **error);

/* Schema PurgeRequested. Owned by the caller. */
json_t *vt_invalidated_json(const VtInvalidated *self);
