#include "sync/status.h"

#include "base/text.h"
#include "changelog/change.h"
#include "changelog/consumer.h"
#include "changelog/node.h"
#include "sync/edge.h"
#include "sync/quarantine.h"
#include "sync/search.h"
#include "sync/sync.h"
#include "sync_sql.h"
#include "tenant/channel.h"
#include "tenant/setting.h"

#include <string.h>

/* What every entry of one status is told by. */
typedef struct {
    VtDb *db;
    const VtSyncQuestion *question;
    gint64 seq;
    gint64 keep_us; /* how long answers are kept after a batch; 0: not at all */
    GPtrArray *consumers;
} Look;

/* NULL for "not yet" and "not known"; newly allocated. */
static char *
time_or_null(gint64 time_us)
{
    return time_us != 0 ? vt_text_time(time_us) : NULL;
}

static const VtConsumer *
find_consumer(const Look *self, const char *name, const char *node)
{
    for (guint i = 0; i < self->consumers->len; i++) {
        const VtConsumer *consumer = g_ptr_array_index(self->consumers, i);

        if (strcmp(consumer->name, name) == 0 && strcmp(consumer->node, node) == 0)
            return consumer;
    }
    return NULL;
}

/* When the consumer applied the batch of the asked number; 0: so long ago that it is not kept. */
static gboolean
applied_at(const Look *self, const VtConsumer *consumer, gint64 *ret_at_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_sync_batch_find, error);

    *ret_at_us = 0;
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "consumer", consumer->name);
    vt_stmt_bind_text(stmt, "node", consumer->node);
    vt_stmt_bind_int(stmt, "seq", self->seq);
    if (vt_stmt_next(stmt))
        *ret_at_us = vt_stmt_int(stmt, "at_us");
    return vt_stmt_end(stmt, error);
}

static VtSyncState
state_of(const Look *self, const VtConsumer *consumer)
{
    if (consumer == NULL)
        return VT_SYNC_STATE_RUNNING;
    if (consumer->seq >= self->seq)
        return VT_SYNC_STATE_ENDED;
    if (consumer->problem != NULL)
        return VT_SYNC_STATE_FAILED;
    return consumer->due_us > self->question->now_us ? VT_SYNC_STATE_WAITING
                                                     : VT_SYNC_STATE_RUNNING;
}

/* How far the search index of a store is. */
static json_t *
describe_search(const Look *self, const char *database, const char *node, GError **error)
{
    g_autofree char *name = vt_sync_search_name(self->question->tenant, database);
    const VtConsumer *consumer = find_consumer(self, name, node);
    gboolean confirmed = consumer != NULL && consumer->seq >= self->seq;
    g_autofree char *applied = NULL, *due = NULL;
    gint64 at_us = 0;

    if (confirmed && !applied_at(self, consumer, &at_us, error))
        return NULL;
    applied = time_or_null(at_us);
    due = time_or_null(consumer != NULL ? consumer->due_us : 0);
    return json_pack("{s:I,s:b,s:s,s:s?,s:s?,s:s?,s:s?}", "seq",
        (json_int_t)(consumer != NULL ? consumer->seq : 0), "confirmed", confirmed, "state",
        vt_sync_state_names[state_of(self, consumer)], "applied", applied, "schedule",
        consumer != NULL ? consumer->schedule : NULL, "due", due, "problem",
        consumer != NULL ? consumer->problem : NULL);
}

static json_t *
describe_store(const Look *self, const char *database, const char *node, GError **error)
{
    g_autofree char *name = vt_sync_consumer_name(self->question->tenant, database);
    const VtConsumer *consumer = find_consumer(self, name, node);
    gboolean confirmed = consumer != NULL && consumer->seq >= self->seq;
    g_autofree char *applied = NULL, *visible = NULL, *due = NULL;
    g_autoptr(json_t) search = describe_search(self, database, node, error);
    gint64 at_us = 0;

    if (search == NULL || (confirmed && !applied_at(self, consumer, &at_us, error)))
        return NULL;
    applied = time_or_null(at_us);
    visible = time_or_null(at_us != 0 ? at_us + self->keep_us : 0);
    due = time_or_null(consumer != NULL ? consumer->due_us : 0);
    return json_pack("{s:s,s:s,s:I,s:b,s:s,s:s?,s:s?,s:s?,s:s?,s:s?,s:O}", "name", database, "node",
        node, "seq", (json_int_t)(consumer != NULL ? consumer->seq : 0), "confirmed", confirmed,
        "state", vt_sync_state_names[state_of(self, consumer)], "applied", applied, "visible",
        visible, "schedule", consumer != NULL ? consumer->schedule : NULL, "due", due, "problem",
        consumer != NULL ? consumer->problem : NULL, "search", search);
}

static gboolean
describe_node(const Look *self, char **databases, const char *node, json_t *list, GError **error)
{
    for (char **database = databases; *database != NULL; database++) {
        json_t *store = describe_store(self, *database, node, error);

        if (store == NULL)
            return FALSE;
        json_array_append_new(list, store);
    }
    return TRUE;
}

/* The edges of who runs; nobody sends for who does not. */
static gboolean
describe_edges(const Look *self, const GPtrArray *nodes, json_t *list, GError **error)
{
    for (guint i = 0; i < nodes->len; i++) {
        const VtNode *node = g_ptr_array_index(nodes, i);

        if (!node->is_stale && !vt_edge_status_json(self->db, self->question->tenant_id, node->name,
                                   self->seq, list, error))
            return FALSE;
    }
    return TRUE;
}

/* Who asks, then who says that he runs; @shown tells of all that are known. */
static gboolean
describe_nodes(
    const Look *self, char **databases, json_t *list, json_t *shown, json_t *edges, GError **error)
{
    const VtSyncQuestion *question = self->question;
    g_autoptr(GPtrArray) nodes = vt_node_list(self->db, question->now_us, error);

    if (nodes == NULL || !describe_node(self, databases, question->node, list, error) ||
        !describe_edges(self, nodes, edges, error))
        return FALSE;
    for (guint i = 0; i < nodes->len; i++) {
        const VtNode *node = g_ptr_array_index(nodes, i);
        g_autofree char *seen = vt_text_time(node->seen_us);

        json_array_append_new(shown,
            json_pack("{s:s,s:s,s:b}", "name", node->name, "seen", seen, "stale", node->is_stale));
        if (!node->is_stale && strcmp(node->name, question->node) != 0 &&
            !describe_node(self, databases, node->name, list, error))
            return FALSE;
    }
    return TRUE;
}

/* How long the channel API may go on with an answer made just before a batch. */
static gboolean
load_keeping(Look *self, GError **error)
{
    gint64 tenant_id = self->question->tenant_id;
    g_autofree char *invalidation =
        vt_setting_read(self->db, tenant_id, VT_SETTING_INVALIDATION, NULL, error);
    g_autofree char *ttl = invalidation != NULL ? vt_setting_read(self->db, tenant_id,
                                                      VT_SETTING_CACHE_TTL_S, NULL, error)
                                                : NULL;

    if (ttl == NULL)
        return FALSE;
    if (strcmp(invalidation, "ttl") == 0)
        self->keep_us = g_ascii_strtoll(ttl, NULL, 10) * G_USEC_PER_SEC;
    return TRUE;
}

static gboolean
load(Look *self, gint64 *ret_head, GError **error)
{
    if (!vt_changelog_head(self->db, ret_head, error) || !load_keeping(self, error))
        return FALSE;
    self->seq = self->question->seq != 0 ? self->question->seq : *ret_head;
    self->consumers = vt_consumer_list(self->db, self->question->tenant_id, NULL, error);
    return self->consumers != NULL;
}

json_t *
vt_sync_status_json(VtDb *db, const VtSyncQuestion *question, GError **error)
{
    Look look = {.db = db, .question = question};
    g_auto(GStrv) databases = vt_channel_databases(db, question->tenant_id, error);
    g_autoptr(GPtrArray) consumers = NULL;
    g_autoptr(json_t) list = json_array();
    g_autoptr(json_t) nodes = json_array();
    g_autoptr(json_t) edges = json_array();
    g_autoptr(json_t) quarantined = NULL;
    g_autofree char *cause = NULL, *published = NULL;
    gint64 head = 0, at_us = 0;

    if (databases == NULL || !load(&look, &head, error))
        return NULL;
    consumers = look.consumers;
    quarantined = vt_quarantine_list_json(db, question->tenant_id, error);
    if (quarantined == NULL || !describe_nodes(&look, databases, list, nodes, edges, error) ||
        !vt_changelog_when(db, look.seq, &at_us, &cause, error))
        return NULL;
    published = time_or_null(at_us);
    return json_pack("{s:I,s:I,s:s?,s:s?,s:O,s:O,s:O,s:O}", "head", (json_int_t)head, "seq",
        (json_int_t)look.seq, "published", published, "cause", cause, "databases", list, "nodes",
        nodes, "edges", edges, "quarantined", quarantined);
}

gboolean
vt_sync_status_waits(const json_t *status)
{
    const json_t *databases = json_object_get(status, "databases");
    gboolean waits = FALSE;

    for (gsize i = 0; i < json_array_size(databases); i++) {
        const json_t *one = json_array_get(databases, i);
        const char *state = json_string_value(json_object_get(one, "state"));

        if (json_is_true(json_object_get(one, "confirmed")))
            continue;
        if (g_strcmp0(state, vt_sync_state_names[VT_SYNC_STATE_WAITING]) != 0)
            return FALSE;
        waits = TRUE;
    }
    return waits;
}

static void
append_edges(GString *text, const json_t *edges)
{
    for (gsize i = 0; i < json_array_size(edges); i++) {
        const json_t *one = json_array_get(edges, i);
        const char *problem = json_string_value(json_object_get(one, "problem"));

        if (json_is_true(json_object_get(one, "confirmed")))
            continue;
        g_string_append_printf(text, "%sthe edge %s%s%s", text->len > 0 ? "; " : "",
            json_string_value(json_object_get(one, "name")), problem != NULL ? ": " : "",
            problem != NULL ? problem : "");
    }
}

char *
vt_sync_status_behind(const json_t *status)
{
    g_autoptr(GString) text = g_string_new("");
    const json_t *databases = json_object_get(status, "databases");
    gboolean several = json_array_size(json_object_get(status, "nodes")) > 1;

    for (gsize i = 0; i < json_array_size(databases); i++) {
        const json_t *one = json_array_get(databases, i);
        const char *problem = json_string_value(json_object_get(one, "problem"));
        const char *due = json_string_value(json_object_get(one, "due"));

        if (json_is_true(json_object_get(one, "confirmed")))
            continue;
        g_string_append_printf(text, "%s%s", text->len > 0 ? "; " : "",
            json_string_value(json_object_get(one, "name")));
        if (several)
            g_string_append_printf(
                text, " of node %s", json_string_value(json_object_get(one, "node")));
        if (problem != NULL)
            g_string_append_printf(text, ": %s", problem);
        if (due != NULL)
            g_string_append_printf(text, ", whose schedule is due at %s", due);
    }
    append_edges(text, json_object_get(status, "edges"));
    return text->len > 0 ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}
