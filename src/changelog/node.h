/* Servers that share a database, each with a data directory and read stores of its own.
 *
 * A server that runs says so every VT_NODE_BEAT_US. One that stops takes its name back; one that
 * was killed is shown as stale after VT_NODE_STALE_US, when nobody waits for it any more, and is
 * forgotten after VT_NODE_FORGET_US.
 */
#pragma once

#include "db/db.h"

#define VT_NODE_BEAT_US (G_GINT64_CONSTANT(20) * G_USEC_PER_SEC)
#define VT_NODE_STALE_US (G_GINT64_CONSTANT(120) * G_USEC_PER_SEC)
#define VT_NODE_FORGET_US (G_GINT64_CONSTANT(7 * 24 * 3600) * G_USEC_PER_SEC)

typedef struct {
    char *name;
    gint64 seen_us; /* when it last said that it runs */
    gboolean is_stale;
} VtNode;

void vt_node_free(VtNode *self); /* NULL is allowed */

/* The server @name runs. Errors of all: those of db.h. */
gboolean vt_node_beat(VtDb *db, const char *name, gint64 now_us, GError **error);

/* It stops. */
gboolean vt_node_leave(VtDb *db, const char *name, GError **error);

/* All that are known, by name, as owned VtNode*. */
GPtrArray *vt_node_list(VtDb *db, gint64 now_us, GError **error);

/* Forgets who was not seen for long, and what consumers of such nodes said. */
gboolean vt_node_forget_lost(VtDb *db, gint64 now_us, GError **error);
