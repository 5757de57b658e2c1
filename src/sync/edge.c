#include "sync/edge.h"

#include "base/text.h"
#include "readstore/tag.h"
#include "sync_sql.h"
#include "tenant/channel.h"
#include "tenant/tenant.h"

#include <string.h>

typedef struct {
    gint64 edge_id;
    char *node, *name;
} Edge;

static void
edge_free(gpointer data)
{
    Edge *self = data;

    g_free(self->node);
    g_free(self->name);
    g_free(self);
}

static void
request_free(gpointer data)
{
    VtPurgeRequest *self = data;

    g_free(self->things);
    g_free(self);
}

static GPtrArray *
list_edges(VtDb *db, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_edge_list, error);
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(edge_free);

    if (stmt == NULL)
        return NULL;
    while (vt_stmt_next(stmt)) {
        Edge *edge = g_new0(Edge, 1);

        edge->edge_id = vt_stmt_int(stmt, "edge_id");
        edge->node = g_strdup(vt_stmt_text(stmt, "node"));
        edge->name = g_strdup(vt_stmt_text(stmt, "name"));
        g_ptr_array_add(list, edge);
    }
    return vt_stmt_end(stmt, error) ? g_steal_pointer(&list) : NULL;
}

static gboolean
is_of(const Edge *edge, const char *node)
{
    return node == NULL || strcmp(edge->node, node) == 0;
}

gboolean
vt_edge_is_any(VtDb *db, const char *node, gboolean *ret_is_any, GError **error)
{
    g_autoptr(GPtrArray) edges = list_edges(db, error);
    gboolean is_any = FALSE;

    if (edges == NULL)
        return FALSE;
    for (guint i = 0; i < edges->len; i++)
        is_any = is_any || is_of(g_ptr_array_index(edges, i), node);
    *ret_is_any = is_any;
    return TRUE;
}

gboolean
vt_edge_find(VtDb *db, const char *node, const char *name, gint64 *ret_edge_id, GError **error)
{
    g_autoptr(GPtrArray) edges = list_edges(db, error);
    gint64 edge_id = 0;

    if (edges == NULL)
        return FALSE;
    for (guint i = 0; i < edges->len; i++) {
        const Edge *edge = g_ptr_array_index(edges, i);

        if (is_of(edge, node) && strcmp(edge->name, name) == 0)
            edge_id = edge->edge_id;
    }
    *ret_edge_id = edge_id;
    return TRUE;
}

static gboolean
add_request(VtDb *db, gint64 edge_id, const VtPurge *purge, const char *things, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_purge_add, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "edge_id", edge_id);
    vt_stmt_bind_int(stmt, "tenant_id", purge->tenant_id);
    vt_stmt_bind_int(stmt, "seq", purge->seq);
    vt_stmt_bind_text(stmt, "kind", vt_purge_kind_names[purge->kind]);
    vt_stmt_bind_text(stmt, "things", things);
    vt_stmt_bind_int(stmt, "requested_us", purge->now_us);
    return vt_stmt_exec(stmt, NULL, error);
}

/* As few requests as the bound of one allows; a thing longer than that goes alone. */
static gboolean
add_requests(VtDb *db, gint64 edge_id, const VtPurge *purge, GError **error)
{
    g_autoptr(GString) things = g_string_new(NULL);

    for (guint i = 0; i < purge->things->len; i++) {
        const char *thing = g_ptr_array_index(purge->things, i);

        if (things->len > 0 && things->len + 1 + strlen(thing) > VT_EDGE_REQUEST_BYTES) {
            if (!add_request(db, edge_id, purge, things->str, error))
                return FALSE;
            g_string_truncate(things, 0);
        }
        g_string_append_printf(things, "%s%s", things->len > 0 ? " " : "", thing);
    }
    return things->len == 0 || add_request(db, edge_id, purge, things->str, error);
}

gboolean
vt_edge_request(VtDb *db, const VtPurge *purge, GError **error)
{
    g_autoptr(GPtrArray) edges = list_edges(db, error);

    if (edges == NULL)
        return FALSE;
    for (guint i = 0; i < edges->len; i++) {
        const Edge *edge = g_ptr_array_index(edges, i);

        if (is_of(edge, purge->node) && !add_requests(db, edge->edge_id, purge, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
vt_edge_add_everything(
    VtDb *db, gint64 tenant_id, const char *tenant, GPtrArray *tags, GError **error)
{
    g_autoptr(GPtrArray) channels = vt_channel_list(db, tenant_id, error);

    if (channels == NULL)
        return FALSE;
    g_ptr_array_add(tags, vt_tag_setup(tenant));
    for (guint i = 0; i < channels->len; i++) {
        const VtChannel *channel = g_ptr_array_index(channels, i);

        g_ptr_array_add(tags, vt_tag_channel(tenant, channel->code));
    }
    return TRUE;
}

/* Everything of every tenant. */
static gboolean
request_everything(VtDb *db, gint64 edge_id, gint64 now_us, GError **error)
{
    g_autoptr(GPtrArray) tenants = vt_tenant_list(db, error);

    for (guint i = 0; tenants != NULL && i < tenants->len; i++) {
        const VtTenant *tenant = g_ptr_array_index(tenants, i);
        g_autoptr(GPtrArray) tags = g_ptr_array_new_with_free_func(g_free);
        VtPurge purge = {.tenant_id = tenant->tenant_id,
            .kind = VT_PURGE_KIND_TAGS,
            .things = tags,
            .now_us = now_us};

        if (!vt_edge_add_everything(db, tenant->tenant_id, tenant->code, tags, error) ||
            !add_requests(db, edge_id, &purge, error))
            return FALSE;
    }
    return tenants != NULL;
}

static gboolean
drop_requests(VtDb *db, gint64 edge_id, gboolean all, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_purge_drop, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "edge_id", edge_id);
    vt_stmt_bind_int(stmt, "all", all);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
delete_edge(VtDb *db, gint64 edge_id, GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;

    if (!drop_requests(db, edge_id, TRUE, error))
        return FALSE;
    stmt = vt_db_stmt(db, &vt_sql_edge_delete, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "edge_id", edge_id);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
add_edge(VtDb *db, const char *node, const char *name, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_edge_add, error);
    gint64 edge_id = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "node", node);
    vt_stmt_bind_text(stmt, "name", name);
    return vt_stmt_read_int(stmt, "edge_id", &edge_id, error) &&
           request_everything(db, edge_id, now_us, error);
}

/* Deletes those of the node that are not named any more; @ret_known gets the others. */
static gboolean
keep_named(VtDb *db, const char *node, const char *const *names, GHashTable *known, GError **error)
{
    g_autoptr(GPtrArray) edges = list_edges(db, error);

    if (edges == NULL)
        return FALSE;
    for (guint i = 0; i < edges->len; i++) {
        const Edge *edge = g_ptr_array_index(edges, i);

        if (!is_of(edge, node))
            continue;
        if (g_strv_contains(names, edge->name))
            g_hash_table_add(known, g_strdup(edge->name));
        else if (!delete_edge(db, edge->edge_id, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
vt_edge_register(
    VtDb *db, const char *node, const char *const *names, gint64 now_us, GError **error)
{
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);

    if (tx == NULL || !keep_named(db, node, names, known, error))
        return FALSE;
    for (const char *const *name = names; *name != NULL; name++)
        if (!g_hash_table_contains(known, *name) && !add_edge(db, node, *name, now_us, error))
            return FALSE;
    return vt_tx_commit(tx, error);
}

gboolean
vt_edge_forget_lost(VtDb *db, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_edge_lost, error);
    g_autoptr(GArray) lost = g_array_new(FALSE, FALSE, sizeof(gint64));

    if (stmt == NULL || !vt_stmt_read_ints(stmt, "edge_id", lost, error))
        return FALSE;
    for (guint i = 0; i < lost->len; i++)
        if (!delete_edge(db, g_array_index(lost, gint64, i), error))
            return FALSE;
    return TRUE;
}

GPtrArray *
vt_edge_waiting(VtDb *db, gint64 edge_id, guint most, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_purge_waiting, error);
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(request_free);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "edge_id", edge_id);
    vt_stmt_bind_int(stmt, "most", most);
    while (vt_stmt_next(stmt)) {
        VtPurgeRequest *request = g_new0(VtPurgeRequest, 1);
        int kind =
            vt_text_index(vt_purge_kind_names, VT_PURGE_KIND_COUNT, vt_stmt_text(stmt, "kind"));

        request->purge_id = vt_stmt_int(stmt, "purge_id");
        request->kind = (VtPurgeKind)MAX(kind, 0);
        request->things = g_strdup(vt_stmt_text(stmt, "things"));
        g_ptr_array_add(list, request);
    }
    return vt_stmt_end(stmt, error) ? g_steal_pointer(&list) : NULL;
}

static gboolean
mark_confirmed(VtDb *db, const GPtrArray *requests, guint n, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_purge_confirm, error);

    if (stmt == NULL)
        return FALSE;
    for (guint i = 0; i < n; i++) {
        const VtPurgeRequest *request = g_ptr_array_index(requests, i);

        vt_stmt_bind_int(stmt, "purge_id", request->purge_id);
        vt_stmt_bind_int(stmt, "now_us", now_us);
        if (!vt_stmt_exec(stmt, NULL, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
trim(VtDb *db, gint64 edge_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_purge_trim, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "edge_id", edge_id);
    vt_stmt_bind_int(stmt, "keep", VT_EDGE_KEPT);
    return vt_stmt_exec(stmt, NULL, error);
}

/* More than anybody wants to send one by one becomes a request for everything. */
static gboolean
bound_waiting(VtDb *db, gint64 edge_id, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_purge_count, error);
    gint64 n = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "edge_id", edge_id);
    if (!vt_stmt_read_int(stmt, "n", &n, error))
        return FALSE;
    return n <= VT_EDGE_MAX_WAITING || (drop_requests(db, edge_id, FALSE, error) &&
                                           request_everything(db, edge_id, now_us, error));
}

static gboolean
set_state(VtDb *db, gint64 edge_id, const char *problem, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_edge_state, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "edge_id", edge_id);
    vt_stmt_bind_int(stmt, "is_done", problem == NULL);
    vt_stmt_bind_text(stmt, "problem", problem);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_edge_confirm(VtDb *db,
    gint64 edge_id,
    const GPtrArray *requests,
    guint n,
    const char *problem,
    gint64 now_us,
    GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);

    return tx != NULL && mark_confirmed(db, requests, n, now_us, error) &&
           trim(db, edge_id, error) && set_state(db, edge_id, problem, error) &&
           (problem == NULL || bound_waiting(db, edge_id, now_us, error)) &&
           vt_tx_commit(tx, error);
}

static void
load_free(gpointer data)
{
    VtEdgeLoad *self = data;

    g_free(self->name);
    g_free(self->problem);
    g_free(self);
}

GPtrArray *
vt_edge_loads(VtDb *db, const char *node, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_edge_load, error);
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(load_free);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_text(stmt, "node", node);
    while (vt_stmt_next(stmt)) {
        VtEdgeLoad *load = g_new0(VtEdgeLoad, 1);

        load->name = g_strdup(vt_stmt_text(stmt, "name"));
        load->problem = g_strdup(vt_stmt_text(stmt, "problem"));
        load->n_waiting = vt_stmt_int(stmt, "n_waiting");
        g_ptr_array_add(list, load);
    }
    return vt_stmt_end(stmt, error) ? g_steal_pointer(&list) : NULL;
}

static char *
time_or_null(VtStmt *stmt, const char *column)
{
    gint64 time_us = vt_stmt_int(stmt, column);

    return time_us != 0 ? vt_text_time(time_us) : NULL;
}

gboolean
vt_edge_status_json(
    VtDb *db, gint64 tenant_id, const char *node, gint64 seq, json_t *list, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_edge_overview, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "seq", seq);
    while (vt_stmt_next(stmt)) {
        const char *of = vt_stmt_text(stmt, "node");
        gint64 n_waiting = vt_stmt_int(stmt, "n_waiting");
        g_autofree char *since = time_or_null(stmt, "since_us");
        g_autofree char *confirmed = time_or_null(stmt, "confirmed_us");

        if (node != NULL && strcmp(node, of) != 0)
            continue;
        json_array_append_new(list,
            json_pack("{s:s,s:s,s:b,s:I,s:s?,s:s?,s:I,s:s?}", "name", vt_stmt_text(stmt, "name"),
                "node", of, "confirmed", n_waiting == 0, "waiting", (json_int_t)n_waiting,
                "waiting_since", since, "confirmed_at", confirmed, "tries",
                (json_int_t)vt_stmt_int(stmt, "tries"), "problem", vt_stmt_text(stmt, "problem")));
    }
    return vt_stmt_end(stmt, error);
}

static json_t *
words_json(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    json_t *list = json_array();

    for (char **word = words; *word != NULL; word++)
        json_array_append_new(list, json_string(*word));
    return list;
}

static gboolean
list_requests(VtDb *db, gint64 tenant_id, json_t *list, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_purge_list, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "most", VT_EDGE_SHOWN);
    while (vt_stmt_next(stmt)) {
        g_autofree char *requested = time_or_null(stmt, "requested_us");
        g_autofree char *confirmed = time_or_null(stmt, "confirmed_us");

        json_array_append_new(list,
            json_pack("{s:s,s:s,s:I,s:s,s:o,s:s?,s:s?}", "edge", vt_stmt_text(stmt, "name"), "node",
                vt_stmt_text(stmt, "node"), "seq", (json_int_t)vt_stmt_int(stmt, "seq"), "kind",
                vt_stmt_text(stmt, "kind"), "things", words_json(vt_stmt_text(stmt, "things")),
                "requested", requested, "confirmed", confirmed));
    }
    return vt_stmt_end(stmt, error);
}

json_t *
vt_edge_list_json(VtDb *db, gint64 tenant_id, GError **error)
{
    g_autoptr(json_t) edges = json_array();
    g_autoptr(json_t) requests = json_array();

    if (!vt_edge_status_json(db, tenant_id, NULL, G_MAXINT64, edges, error) ||
        !list_requests(db, tenant_id, requests, error))
        return NULL;
    return json_pack("{s:O,s:O}", "edges", edges, "requests", requests);
}
