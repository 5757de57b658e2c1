/* How far each reader of the log has come, for status pages and for knowing what may be forgotten.
 *
 * The cursor that counts is the consumer's own (a read store keeps it with its rows); this is its
 * report.
 */
#pragma once

#include "changelog/change.h"

typedef struct {
    char *name;
    gint64 seq;    /* handled up to here */
    gint64 at_us;  /* when it said so */
    char *problem; /* why it does not get further, or NULL */
} VtConsumer;

void vt_consumer_free(VtConsumer *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtConsumer, vt_consumer_free)

/* @problem may be NULL. Runs in the caller's transaction, or on its own. */
gboolean vt_consumer_save(VtDb *db,
    gint64 tenant_id,
    const char *name,
    gint64 seq,
    const char *problem,
    gint64 now_us,
    GError **error);

/* The consumers of a tenant by name, as owned VtConsumer*. */
GPtrArray *vt_consumer_list(VtDb *db, gint64 tenant_id, GError **error);
