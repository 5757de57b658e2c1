#include "publish/group_items.h"

#include "assignment/edit.h"
#include "base/locale.h"
#include "base/text.h"
#include "catalog/category.h"
#include "catalog/product.h"
#include "changelog/audit.h"
#include "group_items_sql.h"
#include "media/asset_edit.h"
#include "tenant/channel.h"

#include <string.h>

enum { PAGE = 500, ANY_CHANNEL = -1 };

/* A selection with its words understood. */
typedef struct {
    VtDb *db;
    gint64 tenant_id;
    gint64 group_id; /* whose documents are picked */
    gint64 channel_id;
    char *locale;  /* owned; NULL: any */
    GArray *found; /* gint64, owned: documents */
} Pick;

static void
pick_clear(Pick *self)
{
    g_free(self->locale);
    g_clear_pointer(&self->found, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pick, pick_clear)

static gboolean
pick(Pick *self, const VtSql *sql, gint64 subject_id, gboolean has_channel, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "group_id", self->group_id);
    vt_stmt_bind_int(stmt, "subject_id", subject_id);
    vt_stmt_bind_text(stmt, "locale", self->locale);
    if (has_channel && self->channel_id != ANY_CHANNEL)
        vt_stmt_bind_int(stmt, "channel_id", self->channel_id);
    return vt_stmt_read_ints(stmt, "document_id", self->found, error);
}

static gboolean
pick_product(Pick *self, const char *code, GError **error)
{
    VtProductRef ref;

    return vt_product_find(self->db, self->tenant_id, code, &ref, error) &&
           pick(self, &vt_sql_group_pick_product, ref.product_id, TRUE, error);
}

static gboolean
pick_category(Pick *self, const char *code, GError **error)
{
    gint64 category_id = 0;

    return vt_category_find(self->db, self->tenant_id, code, &category_id, error) &&
           pick(self, &vt_sql_group_pick_category, category_id, TRUE, error);
}

static gboolean
pick_asset(Pick *self, const char *name, GError **error)
{
    VtAsset asset;

    return vt_asset_find(self->db, self->tenant_id, name, &asset, error) &&
           pick(self, &vt_sql_group_pick_asset, asset.asset_id, FALSE, error);
}

static gboolean
understand(Pick *self, const VtGroupSelection *selection, GError **error)
{
    g_autoptr(GPtrArray) channels = NULL;

    self->found = g_array_new(FALSE, FALSE, sizeof(gint64));
    self->channel_id = ANY_CHANNEL;
    if (selection->locale != NULL &&
        (self->locale = vt_locale_parse(selection->locale, error)) == NULL)
        return FALSE;
    if (selection->channel == NULL)
        return TRUE;
    channels = vt_channel_list(self->db, self->tenant_id, error);
    return channels != NULL &&
           vt_channel_parse(channels, selection->channel, &self->channel_id, error);
}

static gboolean
pick_all(Pick *self, const VtGroupSelection *selection, GError **error)
{
    const struct {
        const char *const *names;
        gboolean (*pick)(Pick *self, const char *name, GError **error);
    } row[] = {{selection->products, pick_product}, {selection->categories, pick_category},
        {selection->assets, pick_asset}};

    if (!understand(self, selection, error))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++)
        for (gsize n = 0; row[i].names != NULL && row[i].names[n] != NULL; n++)
            if (!row[i].pick(self, row[i].names[n], error))
                return FALSE;
    return TRUE;
}

static gboolean
copy(Pick *self, gint64 group_id, guint64 *ret_n, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_group_copy, error);

    if (stmt == NULL)
        return FALSE;
    for (guint i = 0; i < self->found->len; i++) {
        guint64 n_added = 0;

        vt_stmt_bind_int(stmt, "group_id", group_id);
        vt_stmt_bind_int(stmt, "from_id", self->group_id);
        vt_stmt_bind_int(stmt, "document_id", g_array_index(self->found, gint64, i));
        if (!vt_stmt_exec(stmt, &n_added, error))
            return FALSE;
        *ret_n += n_added;
    }
    return TRUE;
}

static gboolean
audit(VtDb *db,
    const VtGroup *group,
    const char *action,
    guint64 n,
    const VtActor *actor,
    GError **error)
{
    g_autofree char *subject = g_strdup_printf("%s: %" G_GUINT64_FORMAT, group->name, n);
    const VtAudit row = {.tenant_id = group->tenant_id, .action = action, .subject = subject};

    return vt_audit_write(db, &row, actor, error);
}

gboolean
vt_group_add(VtDb *db,
    const VtGroup *group,
    gint64 from,
    const VtGroupSelection *selection,
    const VtActor *actor,
    guint64 *ret_n,
    GError **error)
{
    g_auto(Pick) picked = {.db = db, .tenant_id = group->tenant_id, .group_id = from};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    guint64 n = 0;

    if (tx == NULL || !vt_group_touch(db, group->group_id, 0, actor, error) ||
        !pick_all(&picked, selection, error) || !copy(&picked, group->group_id, &n, error) ||
        !vt_group_touch(db, group->group_id, (gint64)n, actor, error) ||
        !audit(db, group, "group add", n, actor, error) || !vt_tx_commit(tx, error))
        return FALSE;
    *ret_n = n;
    return TRUE;
}

/* What no context has anything of any more was only begun there. */
static gboolean
drop(VtDb *db, const VtDocumentState *state, GError **error)
{
    const VtEditKind *kind =
        state->kind == VT_DOCUMENT_KIND_ASSET ? &vt_asset_edit_kind : &vt_set_edit_kind;
    const VtEdit edit = {.db = db, .kind = kind};
    gboolean is_used = FALSE, was_published = FALSE;

    if (!vt_document_leave(db, state, &is_used, error))
        return FALSE;
    if (is_used)
        return TRUE;
    return vt_document_was_published(db, state->document_id, &was_published, error) &&
           (was_published || kind->forget(&edit, state->document_id, error));
}

/* @is_forced: working copies go too. */
static gboolean
drop_all(VtDb *db,
    const VtGroup *group,
    const GArray *documents,
    gboolean is_forced,
    const VtActor *actor,
    GError **error)
{
    for (guint i = 0; i < documents->len; i++) {
        g_auto(VtDocumentState) state = {0};

        if (!vt_document_state(
                db, g_array_index(documents, gint64, i), group->group_id, &state, error) ||
            (!is_forced && !vt_document_check_free(db, &state, actor, error)) ||
            !drop(db, &state, error))
            return FALSE;
    }
    return vt_group_touch(db, group->group_id, -(gint64)documents->len, actor, error);
}

gboolean
vt_group_remove(VtDb *db,
    const VtGroup *group,
    const VtGroupSelection *selection,
    const VtActor *actor,
    guint64 *ret_n,
    GError **error)
{
    g_auto(Pick) picked = {.db = db, .tenant_id = group->tenant_id, .group_id = group->group_id};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);

    if (tx == NULL || !vt_group_touch(db, group->group_id, 0, actor, error) ||
        !pick_all(&picked, selection, error) ||
        !drop_all(db, group, picked.found, FALSE, actor, error) ||
        !audit(db, group, "group remove", picked.found->len, actor, error) ||
        !vt_tx_commit(tx, error))
        return FALSE;
    *ret_n = picked.found->len;
    return TRUE;
}

/* One page of what it holds goes; @ret_n: how many. */
static gboolean
empty_page(VtDb *db, const VtGroup *group, const VtActor *actor, guint *ret_n, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(GArray) documents = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(VtStmt) stmt = NULL;

    if (tx == NULL || !vt_group_touch(db, group->group_id, 0, actor, error) ||
        (stmt = vt_db_stmt(db, &vt_sql_group_pick_any, error)) == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "group_id", group->group_id);
    vt_stmt_bind_int(stmt, "page", PAGE);
    if (!vt_stmt_read_ints(stmt, "document_id", documents, error) ||
        !drop_all(db, group, documents, TRUE, actor, error) || !vt_tx_commit(tx, error))
        return FALSE;
    *ret_n = documents->len;
    return TRUE;
}

static gboolean
delete_row(VtDb *db, const VtGroup *group, const VtActor *actor, GError **error)
{
    const VtAudit row = {
        .tenant_id = group->tenant_id, .action = "group delete", .subject = group->name};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtStmt) stmt = tx != NULL ? vt_db_stmt(db, &vt_sql_group_delete, error) : NULL;
    guint64 n_changed = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "group_id", group->group_id);
    vt_stmt_bind_text(stmt, "state", vt_group_state_names[group->state]);
    if (!vt_stmt_exec(stmt, &n_changed, error))
        return FALSE;
    if (n_changed == 0)
        return vt_throw(error, VT_ERROR_GROUP_STATE,
            "publish group '%s' has changed meanwhile, or holds something again", group->name);
    return vt_audit_write(db, &row, actor, error) && vt_tx_commit(tx, error);
}

gboolean
vt_group_delete(
    VtDb *db, const VtGroup *group, const char *confirm, const VtActor *actor, GError **error)
{
    guint n = PAGE;

    if (group->state != VT_GROUP_STATE_OPEN && group->state != VT_GROUP_STATE_FAILED)
        return vt_throw(error, VT_ERROR_GROUP_STATE,
            "publish group '%s' is %s; only one that is open can be deleted", group->name,
            vt_group_state_names[group->state]);
    if (g_strcmp0(confirm, group->name) != 0)
        return vt_throw(error, VT_ERROR_CONFIRMATION_MISSING,
            "what publish group '%s' holds goes with it: confirm by its name", group->name);
    while (n == PAGE)
        if (!empty_page(db, group, actor, &n, error))
            return FALSE;
    return delete_row(db, group, actor, error);
}

static json_t *
number_or_null(VtStmt *stmt, const char *column)
{
    gint64 number = vt_stmt_int(stmt, column);

    return number != 0 ? json_integer(number) : json_null();
}

/* @is_past: of a published group, which nobody edits any more. */
static json_t *
describe_item(VtStmt *stmt, gboolean is_past)
{
    gint64 head = vt_stmt_int(stmt, "head"), base = vt_stmt_int(stmt, "base");
    gboolean is_edited = !is_past && !vt_stmt_is_null(stmt, "checked_out_by");
    gboolean is_changed = head != base;

    return json_pack("{s:I,s:s,s:s,s:s?,s:s?,s:s?,s:s?,s:s?,s:s?,s:o,s:o,s:o,s:b,s:b,s:b}",
        "document", (json_int_t)vt_stmt_int(stmt, "document_id"), "kind",
        vt_stmt_text(stmt, "kind"), "name", vt_stmt_text(stmt, "name"), "product",
        vt_stmt_text(stmt, "product"), "category", vt_stmt_text(stmt, "category"), "asset",
        vt_stmt_text(stmt, "asset"), "channel", vt_stmt_text(stmt, "channel"), "locale",
        vt_stmt_text(stmt, "locale"), "catalog", vt_stmt_text(stmt, "catalog"), "head",
        number_or_null(stmt, "head"), "base", number_or_null(stmt, "base"), "live",
        number_or_null(stmt, "live"), "draft", !is_past && (is_edited || is_changed), "reset",
        vt_stmt_int(stmt, "is_reset") != 0, "checked_out", is_edited);
}

json_t *
vt_group_items_json(VtDb *db, const VtGroup *group, gint64 after, guint page, GError **error)
{
    gboolean is_past = group->state == VT_GROUP_STATE_PUBLISHED;
    g_autoptr(VtStmt) stmt =
        vt_db_stmt(db, is_past ? &vt_sql_group_history : &vt_sql_group_items, error);
    g_autoptr(json_t) list = json_array();

    if (stmt == NULL)
        return NULL;
    if (is_past) {
        vt_stmt_bind_int(stmt, "seq", group->seq);
        vt_stmt_bind_int(stmt, "tenant_id", group->tenant_id);
    } else
        vt_stmt_bind_int(stmt, "group_id", group->group_id);
    vt_stmt_bind_int(stmt, "after_id", after);
    vt_stmt_bind_int(stmt, "page", MIN(page, VT_GROUP_PAGE_MAX));
    while (vt_stmt_next(stmt))
        json_array_append_new(list, describe_item(stmt, is_past));
    return vt_stmt_end(stmt, error) ? json_pack("{s:O}", "items", list) : NULL;
}
