/* A session that sees as live what is not.
 *
 * All that is asked of what is live goes through the table `publication`. A shadow session has a
 * view of that name of its own, so everything that reads what is live (flattening, sets, records)
 * tells in it what would be live, by the same statements. Nothing another session sees is written,
 * and nothing is locked. A shadow stays one until it is freed: it belongs into no pool.
 */
#pragma once

#include "publish/publish.h"

typedef enum {
    VT_SHADOW_PREVIEW,  /* what is live is live, until it is filled */
    VT_SHADOW_FINISHED, /* all that is finished and not in the trash is live, published or not */
    VT_SHADOW_COUNT
} VtShadow;

/* Errors: those of db.h. */
VtDb *vt_shadow_open(const char *url, VtShadow shadow, GError **error);

/**
 * vt_shadow_fill:
 * @db: a VT_SHADOW_PREVIEW; a transaction that reads is open
 * @request: what is named goes live, with what it depends on; NULL: nothing
 * @group_id: what this publish group has finished goes live; 0: nothing
 *
 * Until the transaction ends the session sees what is live as a publish of that would leave it.
 * What such a publish refuses is not refused: what is being edited is seen as it was finished last,
 * and media that cannot go live are missing.
 *
 * Returns: FALSE with VT_ERROR_ENTITY_NOT_FOUND or VT_ERROR_NOT_FOUND for a name, or an error of
 * db.h.
 */
gboolean vt_shadow_fill(
    VtDb *db, gint64 tenant_id, const VtPublishRequest *request, gint64 group_id, GError **error);
