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
add_address(VtInvalidated *self, const VtInvalidation *ask, const char *address, GError **error)
{
    const char *path = path_of(address);

    if (path == NULL || strlen(address) > VT_INVALIDATE_MAX_ADDRESS || !is_plain(address) ||
        !is_of_tenant(path, ask->tenant))
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "'%.200s' is no address of a picture, a file or the channel API of '%s'", address,
            ask->tenant);
    if (self->addresses->len == VT_INVALIDATE_MAX)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "more than %d addresses", VT_INVALIDATE_MAX);
    g_ptr_array_add(self->addresses, g_strdup(path));
    return TRUE;
}

/* *ret_published: as it is. VT_ERROR_UNKNOWN_ASSET. */
static gboolean
find_asset(VtDb *db,
    gint64 tenant_id,
    const char *name,
    gint64 *ret_asset,
    gboolean *ret_published,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_standing, error);
    gint64 asset = 0;
    gboolean is_published = FALSE;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "name", name);
    while (vt_stmt_next(stmt)) {
        asset = vt_stmt_int(stmt, "asset_id");
        is_published = vt_stmt_int(stmt, "is_published") != 0;
    }
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    if (asset == 0)
        return vt_throw(error, VT_ERROR_UNKNOWN_ASSET, "there is no asset '%s'", name);
    *ret_asset = asset;
    *ret_published = is_published;
    return TRUE;
}

/* Every id that stands for the asset. */
static gboolean
add_tags(VtDb *db, VtInvalidated *self, const char *tenant, gint64 asset, GError **error)
{
    g_autoptr(GPtrArray) records = vt_image_record_list(db, asset, error);

    for (guint i = 0; records != NULL && i < records->len; i++) {
        const VtImageRecord *record = g_ptr_array_index(records, i);

        g_ptr_array_add(self->tags, vt_tag_image(tenant, record->code));
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
expand_line(VtInvalidated *self, const VtInvalidation *ask, const char *line, GError **error)
{
    if (strstr(line, PLACEHOLDER) == NULL)
        return add_address(self, ask, line, error);
    for (const char *const *name = ask->assets; *name != NULL; name++) {
        g_autofree char *address = fill(line, ask->tenant, *name);

        if (!add_address(self, ask, address, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
expand(VtInvalidated *self, const VtInvalidation *ask, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(ask->pattern, "\n", -1);

    if (strlen(ask->pattern) > VT_INVALIDATE_MAX_TEMPLATE)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "the template is longer than %d bytes",
            VT_INVALIDATE_MAX_TEMPLATE);
    for (char **line = lines; *line != NULL; line++)
        if (*g_strstrip(*line) != '\0' && !expand_line(self, ask, *line, error))
            return FALSE;
    return TRUE;
}

static gboolean
add_assets(VtDb *db, VtInvalidated *self, const VtInvalidation *ask, GError **error)
{
    guint n = 0, n_published = 0;

    for (const char *const *name = ask->assets; *name != NULL; name++) {
        gint64 asset = 0;
        gboolean is_published = FALSE;

        if (++n > VT_INVALIDATE_MAX)
            return vt_throw(error, VT_ERROR_BAD_VALUE, "more than %d assets", VT_INVALIDATE_MAX);
        if (!find_asset(db, ask->tenant_id, *name, &asset, &is_published, error))
            return FALSE;
        n_published += is_published;
        if (ask->pattern == NULL && !add_tags(db, self, ask->tenant, asset, error))
            return FALSE;
    }
    return n == 0 || n_published > 0 ||
           vt_throw(error, VT_ERROR_NOTHING_PUBLISHED, "none of the assets is published");
}

static gboolean
collect(VtDb *db, VtInvalidated *self, const VtInvalidation *ask, GError **error)
{
    if (!add_assets(db, self, ask, error) || (ask->pattern != NULL && !expand(self, ask, error)))
        return FALSE;
    for (const char *const *address = ask->addresses; *address != NULL; address++)
        if (!add_address(self, ask, *address, error))
            return FALSE;
    return self->tags->len + self->addresses->len > 0 ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "nothing is asked to be forgotten");
}

static gboolean
request(VtDb *db,
    const VtInvalidated *self,
    const VtInvalidation *ask,
    const VtActor *actor,
    GError **error)
{
    const VtAudit audit = {.tenant_id = ask->tenant_id, .action = "purge"};
    const GPtrArray *const things[] = {
        [VT_PURGE_KIND_TAGS] = self->tags, [VT_PURGE_KIND_ADDRESSES] = self->addresses};

    for (int kind = 0; kind < VT_PURGE_KIND_COUNT; kind++) {
        VtPurge purge = {.tenant_id = ask->tenant_id,
            .seq = self->seq,
            .kind = (VtPurgeKind)kind,
            .things = things[kind],
            .now_us = actor->now_us};

        if (!vt_edge_request(db, &purge, error))
            return FALSE;
    }
    return vt_audit_write(db, &audit, actor, error);
}

gboolean
vt_invalidate(VtDb *db,
    const VtInvalidation *ask,
    const VtActor *actor,
    VtInvalidated *ret_done,
    GError **error)
{
    g_auto(VtInvalidated) done = {.tags = g_ptr_array_new_with_free_func(g_free),
        .addresses = g_ptr_array_new_with_free_func(g_free)};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    gboolean is_any = FALSE;

    if (tx == NULL || !vt_edge_is_any(db, NULL, &is_any, error))
        return FALSE;
    if (!is_any)
        return vt_throw(error, VT_ERROR_NO_EDGE, "no server has an edge; see serve --edge");
    if (!vt_changelog_head(db, &done.seq, error) || !collect(db, &done, ask, error) ||
        !request(db, &done, ask, actor, error) || !vt_tx_commit(tx, error))
        return FALSE;
    *ret_done = done;
    memset(&done, 0, sizeof done);
    return TRUE;
}
