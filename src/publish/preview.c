#include "publish/preview.h"

#include "base/random.h"
#include "base/text.h"
#include "catalog/category.h"
#include "catalog/product.h"
#include "changelog/audit.h"
#include "document/group.h"
#include "media/asset.h"
#include "preview_sql.h"
#include "publish/order.h"
#include "publish/shadow.h"
#include "tenant/setting.h"

#include <string.h>

enum { SECRET_DIGITS = 64, SIGNATURE_DIGITS = 64 };
#define HOUR_US (G_GINT64_CONSTANT(3600) * G_USEC_PER_SEC)
#define KEPT_US                                                                                    \
    (30 * 24 * HOUR_US) /* after its end, so that its address says that it has ended               \
                         */

/* A row of the table. */
typedef struct {
    gint64 preview_id, tenant_id, account_id;
    char *tenant; /* owned: its code, as are the next */
    char *user;   /* NULL: the command line */
    char *shows;
    gint64 created_us, expires_us;
    gboolean is_over; /* revoked, or who made it may not sign in */
} Row;

static void
row_clear(Row *self)
{
    g_clear_pointer(&self->tenant, g_free);
    g_clear_pointer(&self->user, g_free);
    g_clear_pointer(&self->shows, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Row, row_clear)

void
vt_preview_clear(VtPreview *self)
{
    g_clear_pointer(&self->shows, json_decref);
}

/* *ret_found is FALSE when there is no such preview. */
static gboolean
read_row(VtDb *db, gint64 preview_id, Row *ret_row, gboolean *ret_found, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_preview_read, error);
    g_auto(Row) row = {.preview_id = preview_id};

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "preview_id", preview_id);
    *ret_found = vt_stmt_next(stmt);
    if (*ret_found) {
        row.tenant_id = vt_stmt_int(stmt, "tenant_id");
        row.account_id = vt_stmt_int(stmt, "account_id");
        row.tenant = g_strdup(vt_stmt_text(stmt, "tenant"));
        row.user = g_strdup(vt_stmt_text(stmt, "user_name"));
        row.shows = g_strdup(vt_stmt_text(stmt, "shows"));
        row.created_us = vt_stmt_int(stmt, "created_us");
        row.expires_us = vt_stmt_int(stmt, "expires_us");
        row.is_over =
            !vt_stmt_is_null(stmt, "revoked_us") || vt_stmt_int(stmt, "is_locked_out") != 0;
    }
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    *ret_row = row;
    row = (Row){0};
    return TRUE;
}

static char *
read_secret(VtDb *db, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_preview_key_read, error);
    g_autofree char *secret = NULL;

    if (stmt == NULL)
        return NULL;
    if (vt_stmt_next(stmt))
        secret = g_strdup(vt_stmt_text(stmt, "secret"));
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return secret != NULL ? g_steal_pointer(&secret) : g_strdup("");
}

static gboolean
make_secret(VtDb *db, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_preview_key_make, error);
    char secret[SECRET_DIGITS + 1] = {0};

    if (stmt == NULL)
        return FALSE;
    vt_random_hex(secret, SECRET_DIGITS);
    vt_stmt_bind_text(stmt, "secret", secret);
    return vt_stmt_exec(stmt, NULL, error);
}

/* Who, where, what and until when. */
static char *
sign(const Row *row, const char *secret)
{
    g_autofree char *text = g_strdup_printf("preview\n%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT
                                            "\n%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT "\n%s",
        row->preview_id, row->tenant_id, row->account_id, row->expires_us, row->shows);

    return g_compute_hmac_for_string(
        G_CHECKSUM_SHA256, (const guchar *)secret, strlen(secret), text, -1);
}

static char *
word_of(const Row *row, const char *secret)
{
    g_autofree char *signature = sign(row, secret);

    return g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT ".%s", row->preview_id,
        row->expires_us / G_USEC_PER_SEC, signature);
}

static json_t *
tell_row(const Row *row, const char *secret)
{
    g_autofree char *word = word_of(row, secret);
    g_autofree char *address = g_strconcat(VT_PREVIEW_PLACE, word, NULL);
    g_autofree char *created = vt_text_time(row->created_us);
    g_autofree char *expires = vt_text_time(row->expires_us);

    return json_pack("{s:I,s:s,s:s?,s:o,s:s,s:s}", "id", (json_int_t)row->preview_id, "address",
        address, "user", row->user, "shows", json_loads(row->shows, 0, NULL), "created", created,
        "expires", expires);
}

static json_t *
tell(VtDb *db, gint64 preview_id, GError **error)
{
    g_autofree char *secret = read_secret(db, error);
    g_auto(Row) row = {0};
    gboolean found = FALSE;

    if (secret == NULL || !read_row(db, preview_id, &row, &found, error))
        return NULL;
    if (!found)
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "there is no such preview");
    return tell_row(&row, secret);
}

/* What is asked for: a publish group, or what a publish may name. */
typedef struct {
    VtGroupOrder order; /* of the names */
    const char *group;  /* borrowed; NULL: none */
    gint64 life_us;
} Wish;

static void
wish_clear(Wish *self)
{
    vt_group_order_clear(&self->order);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wish, wish_clear)

static gboolean
read_life(VtDb *db, gint64 tenant_id, const json_t *hours, gint64 *ret_us, GError **error)
{
    gint64 most = 0;

    if (!vt_setting_read_number(db, tenant_id, VT_SETTING_PREVIEW_HOURS, &most, error))
        return FALSE;
    if (hours != NULL && (!json_is_integer(hours) || json_integer_value(hours) < 1 ||
                             json_integer_value(hours) > most))
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "\"hours\" is a number from 1 to %" G_GINT64_FORMAT ", the setting 'preview_hours'",
            most);
    *ret_us = (hours != NULL ? json_integer_value(hours) : most) * HOUR_US;
    return TRUE;
}

/* @request without its time, in one form; owned. */
static json_t *
names_of(const json_t *request)
{
    static const char *const keys[] = {"products", "categories", "assets", "group", NULL};
    json_t *shows = json_object();

    for (gsize i = 0; keys[i] != NULL; i++)
        if (json_object_get(request, keys[i]) != NULL)
            json_object_set(shows, keys[i], json_object_get(request, keys[i]));
    return shows;
}

static gboolean
check_products(VtDb *db, gint64 tenant_id, const Wish *wish, GError **error)
{
    for (gsize i = 0; wish->order.products[i] != NULL; i++) {
        VtProductRef ref;

        if (!vt_product_find(db, tenant_id, wish->order.products[i], &ref, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_categories(VtDb *db, gint64 tenant_id, const Wish *wish, GError **error)
{
    for (gsize i = 0; wish->order.categories[i] != NULL; i++) {
        gint64 category_id = 0;

        if (!vt_category_find(db, tenant_id, wish->order.categories[i], &category_id, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_assets(VtDb *db, gint64 tenant_id, const Wish *wish, GError **error)
{
    for (gsize i = 0; wish->order.assets[i] != NULL; i++) {
        VtAsset asset;

        if (!vt_asset_find(db, tenant_id, wish->order.assets[i], &asset, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_group(VtDb *db, gint64 tenant_id, const Wish *wish, GError **error)
{
    gint64 group_id = 0;

    if (!vt_group_context(db, tenant_id, wish->group, &group_id, error))
        return FALSE;
    return group_id != VT_GROUP_LIVE ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "the live site needs no preview");
}

static gboolean
check_names(VtDb *db, gint64 tenant_id, const Wish *wish, GError **error)
{
    const VtGroupOrder *order = &wish->order;

    if (wish->group != NULL)
        return check_group(db, tenant_id, wish, error);
    if (g_strv_length(order->products) + g_strv_length(order->categories) +
            g_strv_length(order->assets) >
        VT_PREVIEW_MAX_NAMES)
        return vt_throw(error, VT_ERROR_TOO_LARGE,
            "a preview names at most %d things; put more "
            "into a publish group",
            VT_PREVIEW_MAX_NAMES);
    return check_products(db, tenant_id, wish, error) &&
           check_categories(db, tenant_id, wish, error) && check_assets(db, tenant_id, wish, error);
}

/* @shows: borrowed by the wish. */
static gboolean
read_wish(const json_t *shows, Wish *ret_wish, GError **error)
{
    const json_t *group = json_object_get(shows, "group");

    if (group == NULL)
        return vt_group_order_parse(shows, &ret_wish->order, error);
    if (!json_is_string(group) || json_object_size(shows) != 1)
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "\"group\" is the name of a publish group, with nothing else named");
    ret_wish->group = json_string_value(group);
    return TRUE;
}

static gboolean
check_keys(const json_t *request, GError **error)
{
    static const char *const known[] = {"products", "categories", "assets", "group", "hours", NULL};
    const char *key;
    json_t *value;

    if (!json_is_object(request))
        return vt_throw(error, VT_ERROR_BAD_JSON, "what is to be previewed must be an object");
    json_object_foreach((json_t *)(gsize)request, key, value)
    {
        if (!g_strv_contains(known, key))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" is not known here", key);
    }
    return TRUE;
}

static gboolean
make_room(VtDb *db, gint64 tenant_id, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) forget = vt_db_stmt(db, &vt_sql_preview_forget, error);
    g_autoptr(VtStmt) count = vt_db_stmt(db, &vt_sql_preview_count, error);
    gint64 n = 0;

    if (forget == NULL || count == NULL)
        return FALSE;
    vt_stmt_bind_int(forget, "before_us", now_us - KEPT_US);
    vt_stmt_bind_int(count, "tenant_id", tenant_id);
    vt_stmt_bind_int(count, "now_us", now_us);
    if (!vt_stmt_exec(forget, NULL, error) || !vt_stmt_read_int(count, "n", &n, error))
        return FALSE;
    return n < VT_PREVIEW_MAX || vt_throw(error, VT_ERROR_TOO_LARGE,
                                     "there are %d previews already; revoke some", VT_PREVIEW_MAX);
}

static gboolean
add(VtDb *db,
    gint64 tenant_id,
    const char *shows,
    gint64 life_us,
    const VtActor *actor,
    gint64 *ret_preview_id,
    GError **error)
{
    gint64 now_us = actor->now_us - actor->now_us % G_USEC_PER_SEC;
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_preview_add, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "account_id", actor->account_id);
    vt_stmt_bind_text(stmt, "shows", shows);
    vt_stmt_bind_int(stmt, "now_us", now_us);
    vt_stmt_bind_int(stmt, "expires_us", now_us + life_us);
    return vt_stmt_read_int(stmt, "preview_id", ret_preview_id, error);
}

static gboolean
write_audit(VtDb *db,
    gint64 tenant_id,
    const char *action,
    gint64 preview_id,
    const char *shows,
    const VtActor *actor,
    GError **error)
{
    g_autofree char *subject = g_strdup_printf("%" G_GINT64_FORMAT "%s%s", preview_id,
        shows != NULL ? ": " : "", shows != NULL ? shows : "");
    const VtAudit audit = {.tenant_id = tenant_id, .action = action, .subject = subject};

    return vt_audit_write(db, &audit, actor, error);
}

json_t *
vt_preview_create(
    VtDb *db, gint64 tenant_id, const json_t *request, const VtActor *actor, GError **error)
{
    g_autoptr(json_t) shows = NULL;
    g_autofree char *text = NULL;
    g_auto(Wish) wish = {0};
    g_autoptr(VtTx) tx = NULL;
    g_autoptr(json_t) made = NULL;
    gint64 preview_id = 0;

    if (!check_keys(request, error))
        return NULL;
    shows = names_of(request);
    text = json_dumps(shows, JSON_COMPACT | JSON_SORT_KEYS);
    if (!read_wish(shows, &wish, error) || !check_names(db, tenant_id, &wish, error) ||
        !read_life(db, tenant_id, json_object_get(request, "hours"), &wish.life_us, error))
        return NULL;
    tx = vt_tx_begin(db, VT_TX_WRITE, error);
    if (tx == NULL || !make_secret(db, error) || !make_room(db, tenant_id, actor->now_us, error) ||
        !add(db, tenant_id, text, wish.life_us, actor, &preview_id, error) ||
        !write_audit(db, tenant_id, "preview create", preview_id, text, actor, error) ||
        (made = tell(db, preview_id, error)) == NULL || !vt_tx_commit(tx, error))
        return NULL;
    return g_steal_pointer(&made);
}

json_t *
vt_preview_list(VtDb *db, gint64 tenant_id, gint64 now_us, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_preview_list, error);
    g_autoptr(json_t) list = json_array();

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "now_us", now_us);
    vt_stmt_bind_int(stmt, "most", VT_PREVIEW_MAX);
    if (!vt_stmt_read_ints(stmt, "preview_id", ids, error))
        return NULL;
    for (guint i = 0; i < ids->len; i++) {
        json_t *one = tell(db, g_array_index(ids, gint64, i), error);

        if (one == NULL)
            return NULL;
        json_array_append_new(list, one);
    }
    return json_pack("{s:O}", "previews", list);
}

gboolean
vt_preview_revoke(
    VtDb *db, gint64 tenant_id, gint64 preview_id, const VtActor *actor, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtStmt) stmt = tx != NULL ? vt_db_stmt(db, &vt_sql_preview_revoke, error) : NULL;
    guint64 n = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "preview_id", preview_id);
    vt_stmt_bind_int(stmt, "now_us", actor->now_us);
    if (!vt_stmt_exec(stmt, &n, error))
        return FALSE;
    if (n == 0)
        return vt_throw(error, VT_ERROR_NOT_FOUND,
            "there is no preview %" G_GINT64_FORMAT " that has not ended", preview_id);
    return write_audit(db, tenant_id, "preview revoke", preview_id, NULL, actor, error) &&
           vt_tx_commit(tx, error);
}

/* Takes as long wherever they differ. */
static gboolean
is_same(const char *a, const char *b)
{
    gsize length = strlen(a);
    int differ = 0;

    if (length != strlen(b))
        return FALSE;
    for (gsize i = 0; i < length; i++)
        differ |= a[i] ^ b[i];
    return differ == 0;
}

static gint64
number_of(const char *word)
{
    g_auto(GStrv) parts = g_strsplit(word, ".", 4);
    gint64 preview_id = 0;

    if (g_strv_length(parts) != 3 || strlen(parts[2]) != SIGNATURE_DIGITS ||
        !g_ascii_string_to_signed(parts[0], 10, 1, G_MAXINT64, &preview_id, NULL))
        return 0;
    return preview_id;
}

gboolean
vt_preview_find(VtDb *db,
    const char *word,
    const char *tenant,
    gint64 now_us,
    VtPreview *ret_preview,
    GError **error)
{
    gint64 preview_id = number_of(word);
    g_autofree char *secret = read_secret(db, error);
    g_autofree char *expected = NULL;
    g_auto(Row) row = {0};
    gboolean found = FALSE;

    if (secret == NULL || (preview_id != 0 && !read_row(db, preview_id, &row, &found, error)))
        return FALSE;
    expected = found ? word_of(&row, secret) : NULL;
    if (expected == NULL || !is_same(expected, word) || strcmp(tenant, row.tenant) != 0)
        return vt_throw(error, VT_ERROR_PREVIEW_INVALID, "nobody here signed this address");
    if (row.is_over || row.expires_us <= now_us)
        return vt_throw(error, VT_ERROR_PREVIEW_ENDED, "ask who sent it for a new one");
    *ret_preview = (VtPreview){.tenant_id = row.tenant_id, .shows = json_loads(row.shows, 0, NULL)};
    return TRUE;
}

gboolean
vt_preview_show(VtDb *db, const VtPreview *preview, GError **error)
{
    g_auto(Wish) wish = {0};
    VtPublishRequest request = {.tenant_id = preview->tenant_id};
    gint64 group_id = 0;

    if (!read_wish(preview->shows, &wish, error))
        return FALSE;
    if (wish.group != NULL)
        return vt_group_context(db, preview->tenant_id, wish.group, &group_id, error) &&
               vt_shadow_fill(db, preview->tenant_id, NULL, group_id, error);
    request.products = (const char *const *)wish.order.products;
    request.categories = (const char *const *)wish.order.categories;
    request.assets = (const char *const *)wish.order.assets;
    return vt_shadow_fill(db, preview->tenant_id, &request, 0, error);
}
