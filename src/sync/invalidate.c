#include "sync/invalidate.h"

#include "base/http_client.h"
#include "base/text.h"
#include "changelog/audit.h"
#include "media/asset.h"
#include "readstore/tag.h"
#include "sync/edge.h"
#include "sync_sql.h"

#include <string.h>

#define PLACEHOLDER "<ID>"

static const char *const place_row[] = {"/is/image/", "/is/content/", "/channel/v1/"};

void
vt_invalidated_clear(VtInvalidated *self)
{
    g_clear_pointer(&self->tags, g_ptr_array_unref);
    g_clear_pointer(&self->addresses, g_ptr_array_unref);
}

void
vt_invalidation_clear(VtInvalidation *self)
{
    g_clear_pointer(&self->assets, g_ptr_array_unref);
    g_clear_pointer(&self->addresses, g_ptr_array_unref);
}

/* The texts of a list of the request; an absent list is empty. */
static GPtrArray *
read_texts(const json_t *request, const char *key, GError **error)
{
    const json_t *list = json_object_get(request, key);
    g_autoptr(GPtrArray) texts = g_ptr_array_new();

    for (gsize i = 0; i < json_array_size(list); i++)
        g_ptr_array_add(texts, (gpointer)(gsize)json_string_value(json_array_get(list, i)));
    if ((list != NULL && !json_is_array(list)) || g_ptr_array_find(texts, NULL, NULL))
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "\"%s\" must be a list of texts", key);
    return g_steal_pointer(&texts);
}

static gboolean
check_keys(const json_t *request, GError **error)
{
    static const char *const known[] = {"assets", "addresses", "template", NULL};
    const json_t *pattern = json_object_get(request, "template");
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(gsize)request, key, value)
    {
        if (!g_strv_contains(known, key))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" is not known here", key);
    }
    return pattern == NULL || json_is_string(pattern) ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "\"template\" must be a text");
}

gboolean
vt_invalidation_read(const json_t *request, VtInvalidation *ret_ask, GError **error)
{
    g_auto(VtInvalidation)
        ask = {.pattern = json_string_value(json_object_get(request, "template"))};

    if (!check_keys(request, error))
        return FALSE;
    ask.assets = read_texts(request, "assets", error);
    ask.addresses = ask.assets != NULL ? read_texts(request, "addresses", error) : NULL;
    if (ask.addresses == NULL)
        return FALSE;
    *ret_ask = ask;
    memset(&ask, 0, sizeof ask);
    return TRUE;
}

/* One request while it is worked on. */
typedef struct {
    VtDb *db;
    gint64 tenant_id;
    const char *tenant;
    const VtInvalidation *ask;
    GArray *documents; /* gint64: one of each asset asked for */
    VtInvalidated done;
} Work;

/* The path and query of an address, borrowed from it; NULL when there is none. */
static const char *
path_of(const char *address)
{
    return vt_http_is_address(address) ? strchr(strstr(address, "//") + 2, '/') : address;
}

static gboolean
is_of_tenant(const char *path, const char *tenant)
{
    for (gsize i = 0; i < G_N_ELEMENTS(place_row); i++) {
        g_autofree char *start = g_strdup_printf("%s%s/", place_row[i], tenant);

        if (g_str_has_prefix(path, start) && path[strlen(start)] != '\0')
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_plain(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text <= ' ' || *text >= 0x7f || *text == '#')
            return FALSE;
    return TRUE;
}

static gboolean
add_address(Work *self, const char *address, GError **error)
{
    const char *path = path_of(address);

    if (path == NULL || strlen(address) > VT_INVALIDATE_MAX_ADDRESS || !is_plain(address) ||
        !is_of_tenant(path, self->tenant))
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "'%.200s' is no address of a picture, a file or the channel API of '%s'", address,
            self->tenant);
    if (self->done.addresses->len == VT_INVALIDATE_MAX)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "more than %d addresses", VT_INVALIDATE_MAX);
    g_ptr_array_add(self->done.addresses, g_strdup(path));
    return TRUE;
}

/* An asset asked for, as it stands. */
typedef struct {
    gint64 asset_id;
    gint64 document_id; /* one of its own */
    gboolean is_published;
} Standing;

/* VT_ERROR_UNKNOWN_ASSET. */
static gboolean
find_asset(Work *self, const char *name, Standing *ret_standing, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_asset_standing, error);
    Standing standing = {0};

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", self->tenant_id);
    vt_stmt_bind_text(stmt, "name", name);
    while (vt_stmt_next(stmt))
        standing = (Standing){vt_stmt_int(stmt, "asset_id"), vt_stmt_int(stmt, "document_id"),
            vt_stmt_int(stmt, "is_published") != 0};
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    if (standing.asset_id == 0)
        return vt_throw(error, VT_ERROR_UNKNOWN_ASSET, "there is no asset '%s'", name);
    *ret_standing = standing;
    return TRUE;
}

/* Every id that stands for the asset. */
static gboolean
add_tags(Work *self, gint64 asset, GError **error)
{
    g_autoptr(GPtrArray) records = vt_image_record_list(self->db, asset, error);

    for (guint i = 0; records != NULL && i < records->len; i++) {
        const VtImageRecord *record = g_ptr_array_index(records, i);

        g_ptr_array_add(self->done.tags, vt_tag_image(self->tenant, record->code));
    }
    return records != NULL;
}

/* @line with the name in each place for it. */
static char *
fill(const char *line, const char *tenant, const char *name)
{
    g_autofree char *escaped = vt_text_escape(name, FALSE);
    g_auto(GStrv) parts = g_strsplit(line, PLACEHOLDER, -1);

    if (strcmp(line, PLACEHOLDER) == 0)
        return g_strdup_printf("%s%s/%s", place_row[0], tenant, escaped);
    return g_strjoinv(escaped, parts);
}

/* Lines without a place for a name stand for themselves. */
static gboolean
expand_line(Work *self, const char *line, GError **error)
{
    const GPtrArray *names = self->ask->assets;

    if (strstr(line, PLACEHOLDER) == NULL)
        return add_address(self, line, error);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *address = fill(line, self->tenant, g_ptr_array_index(names, i));

        if (!add_address(self, address, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
expand(Work *self, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(self->ask->pattern, "\n", -1);

    if (strlen(self->ask->pattern) > VT_INVALIDATE_MAX_TEMPLATE)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "the template is longer than %d bytes",
            VT_INVALIDATE_MAX_TEMPLATE);
    for (char **line = lines; *line != NULL; line++)
        if (*g_strstrip(*line) != '\0' && !expand_line(self, *line, error))
            return FALSE;
    return TRUE;
}

static gboolean
add_assets(Work *self, GError **error)
{
    const GPtrArray *names = self->ask->assets;
    guint n_published = 0;

    if (names->len > VT_INVALIDATE_MAX)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "more than %d assets", VT_INVALIDATE_MAX);
    for (guint i = 0; i < names->len; i++) {
        Standing standing;

        if (!find_asset(self, g_ptr_array_index(names, i), &standing, error))
            return FALSE;
        n_published += standing.is_published;
        g_array_append_val(self->documents, standing.document_id);
        if (self->ask->pattern == NULL && !add_tags(self, standing.asset_id, error))
            return FALSE;
    }
    return names->len == 0 || n_published > 0 ||
           vt_throw(error, VT_ERROR_NOTHING_PUBLISHED, "none of the assets is published");
}

static gboolean
collect(Work *self, GError **error)
{
    const GPtrArray *addresses = self->ask->addresses;

    if (!add_assets(self, error) || (self->ask->pattern != NULL && !expand(self, error)))
        return FALSE;
    for (guint i = 0; i < addresses->len; i++)
        if (!add_address(self, g_ptr_array_index(addresses, i), error))
            return FALSE;
    return self->done.tags->len + self->done.addresses->len > 0 ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "nothing is asked to be forgotten");
}

/* A row for each asset, so that its history tells; one for addresses alone. */
static gboolean
write_audit(const Work *self, const VtActor *actor, GError **error)
{
    VtAudit audit = {.tenant_id = self->tenant_id, .action = "purge"};

    if (self->documents->len == 0)
        return vt_audit_write(self->db, &audit, actor, error);
    for (guint i = 0; i < self->documents->len; i++) {
        audit.subject = g_ptr_array_index(self->ask->assets, i);
        audit.document_id = g_array_index(self->documents, gint64, i);
        if (!vt_audit_write(self->db, &audit, actor, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
request(const Work *self, const VtActor *actor, GError **error)
{
    const GPtrArray *const things[] = {
        [VT_PURGE_KIND_TAGS] = self->done.tags, [VT_PURGE_KIND_ADDRESSES] = self->done.addresses};

    for (int kind = 0; kind < VT_PURGE_KIND_COUNT; kind++) {
        VtPurge purge = {.tenant_id = self->tenant_id,
            .seq = self->done.seq,
            .kind = (VtPurgeKind)kind,
            .things = things[kind],
            .now_us = actor->now_us};

        if (!vt_edge_request(self->db, &purge, error))
            return FALSE;
    }
    return write_audit(self, actor, error);
}

static gboolean
invalidate(Work *self, const VtActor *actor, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_WRITE, error);
    gboolean is_any = FALSE;

    if (tx == NULL || !vt_edge_is_any(self->db, NULL, &is_any, error))
        return FALSE;
    if (!is_any)
        return vt_throw(error, VT_ERROR_NO_EDGE, "no server has an edge; see serve --edges");
    return vt_changelog_head(self->db, &self->done.seq, error) && collect(self, error) &&
           request(self, actor, error) && vt_tx_commit(tx, error);
}

gboolean
vt_invalidate(VtDb *db,
    gint64 tenant_id,
    const char *tenant,
    const VtInvalidation *ask,
    const VtActor *actor,
    VtInvalidated *ret_done,
    GError **error)
{
    g_autoptr(GArray) documents = g_array_new(FALSE, FALSE, sizeof(gint64));
    Work work = {.db = db,
        .tenant_id = tenant_id,
        .tenant = tenant,
        .ask = ask,
        .documents = documents,
        .done = {.tags = g_ptr_array_new_with_free_func(g_free),
            .addresses = g_ptr_array_new_with_free_func(g_free)}};

    if (!invalidate(&work, actor, error)) {
        vt_invalidated_clear(&work.done);
        return FALSE;
    }
    *ret_done = work.done;
    return TRUE;
}

static json_t *
texts_json(const GPtrArray *texts)
{
    json_t *list = json_array();

    for (guint i = 0; i < texts->len; i++)
        json_array_append_new(list, json_string(g_ptr_array_index(texts, i)));
    return list;
}

json_t *
vt_invalidated_json(const VtInvalidated *self)
{
    return json_pack("{s:I,s:o,s:o}", "seq", (json_int_t)self->seq, "tags", texts_json(self->tags),
        "addresses", texts_json(self->addresses));
}
