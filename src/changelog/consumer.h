/* Consumers of the change log say here how far they are and when they run next; the truth about
 * their position is in the consumer's own store. The same consumer may run in several nodes, each
 * with stores of its own. */
#pragma once

#include "db/db.h"

typedef struct {
    char *name;     /* unique in a node, such as "read store acme/main" */
    char *node;     /* name of the node; see node.h */
    gint64 seq;     /* everything up to here is done */
    gint64 at_us;   /* when it last said so */
    char *problem;  /* why it is stuck, NULL when it is not */
    char *schedule; /* text of its rule, see base/schedule.h */
    gint64 due_us;  /* when it runs next; 0: whenever there is something */
} VtConsumer;

void vt_consumer_free(VtConsumer *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtConsumer, vt_consumer_free)

/* Records what @self says. Errors: those of db.h. */
gboolean vt_consumer_save(VtDb *db, gint64 tenant_id, const VtConsumer *self, GError **error);

/* A tenant's consumers in all nodes (@node NULL) or in one, as owned VtConsumer*, by name and
 * node. */
GPtrArray *vt_consumer_list(VtDb *db, gint64 tenant_id, const char *node, GError **error);
