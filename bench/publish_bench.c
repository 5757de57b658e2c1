/* What a publish costs as the catalogue grows: flattening everything into the read store, then one
 * product published at a time, alone and up to where its new answer stands in the store; then a
 * publish group of up to 10,000 documents going live, alone and up to the store, and its undo. Ten
 * variants each, one channel of four locales, SQLite. Prints one line of JSON; peak_mb is what
 * flattening took at most, beside what the program held before.
 *
 *     publish-bench [PRODUCTS …]      shops of 1,000, 10,000 and 100,000 unless told
 */
#include "assignment/set.h"
#include "base/locale.h"
#include "catalog/import.h"
#include "media/asset.h"
#include "publish/group_publish.h"
#include "publish/publish.h"
#include "publish/undo.h"
#include "sync/quarantine.h"
#include "sync/sync.h"
#include "tenant/tenant.h"

#include <glib/gstdio.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    N_VARIANTS = 10,
    N_LOCALES = 4,
    N_ASSETS = 500,
    N_ONE = 50,
    SETS_PER_TX = 400,
    N_GROUP = 10000
};

static const VtActor actor = {.now_us = 1};

typedef struct {
    VtDb *db;
    gint64 tenant;
    char *folder;
    GArray *products; /* ids */
    gint64 assets[N_ASSETS];
} Shop;

static void
must(gboolean ok, GError *error)
{
    if (!ok)
        g_error("%s", error != NULL ? error->message : "failed");
}

static void
migrate(VtDb *db)
{
    const struct {
        const VtMigration *list;
        gsize n;
    } row[] = {
        {vt_changelog_migrations, vt_changelog_n_migrations},
        {vt_tenant_migrations, vt_tenant_n_migrations},
        {vt_catalog_migrations, vt_catalog_n_migrations},
        {vt_document_migrations, vt_document_n_migrations},
        {vt_media_migrations, vt_media_n_migrations},
        {vt_assignment_migrations, vt_assignment_n_migrations},
        {vt_publish_migrations, vt_publish_n_migrations},
        {vt_sync_migrations, vt_sync_n_migrations},
    };
    GError *error = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++)
        must(vt_db_migrate(db, row[i].list, row[i].n, &error), error);
}

/* Products @from to @to as a catalogue file, with the shop's frame the first time. */
static json_t *
catalog_part(guint from, guint to)
{
    json_t *products = json_array();
    static const char *const color[] = {"Blue", "Red", "Green", "Black", "White"};
    static const char *const size[] = {"S", "L"};

    for (guint p = from; p < to; p++) {
        g_autofree char *id = g_strdup_printf("P%07u", p);
        json_t *variants = json_array();

        for (int v = 0; v < N_VARIANTS; v++) {
            g_autofree char *code = g_strdup_printf("%s-%d", id, v);

            json_array_append_new(variants, json_pack("{s:s,s:{s:s,s:s}}", "id", code, "values",
                                                "Color", color[v / 2], "Size", size[v % 2]));
        }
        json_array_append_new(
            products, json_pack("{s:s,s:s,s:s,s:[s,s],s:o}", "id", id, "name", id, "type", "master",
                          "dimensions", "Color", "Size", "variants", variants));
    }
    return json_pack("{s:[{s:s,s:[s,s,s,s]}],s:[{s:s},{s:s}],s:o}", "channels", "code", "OUN001",
        "locales", "en-us", "de-de", "fr-fr", "it-it", "dimensions", "name", "Color", "name",
        "Size", "products", products);
}

static void
load_catalog(Shop *shop, guint n)
{
    GError *error = NULL;

    for (guint at = 0; at < n; at += 5000) {
        json_t *part = catalog_part(at, MIN(at + 5000, n));
        g_auto(VtCatalogReport) report = {0};

        must(vt_catalog_import(shop->db, shop->tenant, part, &actor, NULL, NULL, &report, &error),
            error);
        json_decref(part);
    }
}

static void
add_assets(Shop *shop)
{
    GError *error = NULL;
    g_autoptr(VtTx) tx = vt_tx_begin(shop->db, VT_TX_WRITE, &error);

    for (int i = 0; i < N_ASSETS; i++) {
        VtAsset asset = {.type = VT_ASSET_TYPE_IMAGE};
        VtAssetSpec spec = {.name = asset.name, .type = VT_ASSET_TYPE_IMAGE};
        VtAssetContent content = {.alt = (char *)(gsize) "a picture"};
        gint64 document;
        gboolean changed;

        g_snprintf(asset.name, sizeof asset.name, "asset-%d", i);
        must(
            vt_asset_create(shop->db, shop->tenant, &spec, &actor, &asset.asset_id, &error), error);
        must(vt_asset_check_in(shop->db, shop->tenant, &asset, VT_LOCALE_NEUTRAL, &content, &actor,
                 &document, &changed, &error),
            error);
        shop->assets[i] = asset.asset_id;
    }
    must(vt_tx_commit(tx, &error), error);
}

/* A master with four pictures, a node for each colour with three. @turn changes the first picture.
 */
static void
assign(Shop *shop, guint place, guint turn, gint64 group_id)
{
    VtSetKey key = {
        .product_id = g_array_index(shop->products, gint64, place), .locale = VT_LOCALE_NEUTRAL};
    g_autoptr(VtProduct) product = vt_product_load(shop->db, key.product_id, NULL);
    g_autoptr(VtAssignment) set = vt_assignment_new();
    g_auto(VtDocumentState) now = {0};
    GError *error = NULL;
    gint64 document, number;
    gboolean changed;

    for (guint cell = 0; cell <= product->dimensions[0].values->len; cell++) {
        VtAssignmentKey node = {.scope = cell == 0 ? VT_SCOPE_MASTER : VT_SCOPE_DIMENSIONS};

        if (cell > 0)
            vt_assignment_key_add(&node, product->dimensions[0].dimension_id,
                ((VtProductValue *)g_ptr_array_index(product->dimensions[0].values, cell - 1))
                    ->value_id);
        for (guint i = 0; i < 4; i++)
            vt_assignment_put(set, &node, VT_MEDIA_GROUP_PRIMARY,
                shop->assets[(place * 7 + cell * 5 + i + turn) % N_ASSETS], NULL, i + 1, NULL);
    }
    must(vt_set_ensure(shop->db, shop->tenant, &key, &actor, &document, &error), error);
    if (group_id != VT_GROUP_LIVE)
        must(vt_group_fork(shop->db, group_id, document, &actor, &error), error);
    must(vt_document_state(shop->db, document, group_id, &now, &error), error);
    must(vt_set_check_in(shop->db, &now, set, &actor, &number, &changed, &error), error);
}

/* The first @n products. */
static void
assign_many(Shop *shop, guint n, guint turn, gint64 group_id)
{
    GError *error = NULL;

    for (guint at = 0; at < n; at += SETS_PER_TX) {
        g_autoptr(VtTx) tx = vt_tx_begin(shop->db, VT_TX_WRITE, &error);

        for (guint i = at; i < MIN(at + SETS_PER_TX, n); i++)
            assign(shop, i, turn, group_id);
        must(vt_tx_commit(tx, &error), error);
    }
}

static void
list_products(Shop *shop)
{
    gint64 after = 0;

    shop->products = g_array_new(FALSE, FALSE, sizeof(gint64));
    for (;;) {
        g_autoptr(GArray) page = vt_product_page(shop->db, shop->tenant, after, 5000, NULL);

        if (page->len == 0)
            return;
        g_array_append_vals(shop->products, page->data, page->len);
        after = g_array_index(page, gint64, page->len - 1);
    }
}

static double
seconds_since(gint64 start_us)
{
    return (double)(g_get_monotonic_time() - start_us) / G_USEC_PER_SEC;
}

static void
publish(Shop *shop, VtPublishRequest request)
{
    g_auto(VtPublishResult) result = {0};
    GError *error = NULL;

    request.tenant_id = shop->tenant;
    must(vt_publish(shop->db, &request, &actor, &result, &error), error);
}

static void
run_consumers(Shop *shop)
{
    VtSync sync = {.db = shop->db, .directory = shop->folder};
    VtSyncReport report;
    GError *error = NULL;

    must(vt_sync_run(&sync, 1, &report, &error), error);
}

static int
compare(gconstpointer a, gconstpointer b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

/* Medians of N_ONE single publishes, in milliseconds. */
static void
measure_one(Shop *shop, double *ret_publish_ms, double *ret_visible_ms)
{
    double publish_ms[N_ONE], visible_ms[N_ONE];

    for (guint i = 0; i < N_ONE; i++) {
        guint place = (guint)((guint64)i * shop->products->len / N_ONE);
        g_autofree char *id = g_strdup_printf("P%07u", place);
        const char *const ids[] = {id, NULL};
        gint64 start;

        assign(shop, place, i + 1, VT_GROUP_LIVE);
        start = g_get_monotonic_time();
        publish(shop, (VtPublishRequest){.products = ids});
        publish_ms[i] = seconds_since(start) * 1000;
        run_consumers(shop);
        visible_ms[i] = seconds_since(start) * 1000;
    }
    qsort(publish_ms, N_ONE, sizeof(double), compare);
    qsort(visible_ms, N_ONE, sizeof(double), compare);
    *ret_publish_ms = publish_ms[N_ONE / 2];
    *ret_visible_ms = visible_ms[N_ONE / 2];
}

/* Seconds of a group: from the order to go live to the commit, to the store, and of its undo. */
typedef struct {
    guint n;
    double live_s, store_s, undo_s;
} GroupCost;

static GroupCost
measure_group(Shop *shop)
{
    GroupCost cost = {.n = MIN(shop->products->len, N_GROUP)};
    const VtGroupPublishOptions options = {0};
    g_auto(VtGroupPublishResult) live = {0};
    g_auto(VtUndoResult) undone = {0};
    VtUndoRequest undo = {.tenant_id = shop->tenant};
    g_autoptr(VtGroup) group = NULL;
    GError *error = NULL;
    gint64 start;

    group = vt_group_create(shop->db, shop->tenant, "spring", &actor, &error);
    must(group != NULL, error);
    assign_many(shop, cost.n, N_ONE + 1, group->group_id);
    start = g_get_monotonic_time();
    must(vt_group_publish(shop->db, group->group_id, &options, &actor, &live, &error), error);
    cost.live_s = seconds_since(start);
    run_consumers(shop);
    cost.store_s = seconds_since(start);
    undo.seq = live.seq;
    start = g_get_monotonic_time();
    must(vt_undo(shop->db, &undo, &actor, &undone, &error), error);
    cost.undo_s = seconds_since(start);
    return cost;
}

static Shop
make_shop(guint n)
{
    Shop shop = {0};
    GError *error = NULL;
    g_autofree char *url = NULL;

    shop.folder = g_dir_make_tmp("vitrine-bench-XXXXXX", &error);
    must(shop.folder != NULL, error);
    url = g_strdup_printf("sqlite:%s/vitrine.db", shop.folder);
    shop.db = vt_db_open(url, VT_DB_DURABLE, &error);
    must(shop.db != NULL, error);
    migrate(shop.db);
    must(vt_tenant_create(shop.db, "acme", 1, &shop.tenant, &error), error);
    load_catalog(&shop, n);
    add_assets(&shop);
    list_products(&shop);
    assign_many(&shop, shop.products->len, 0, VT_GROUP_LIVE);
    return shop;
}

/* A line of /proc/self/status, in MB. */
static double
memory_mb(const char *key)
{
    g_autofree char *status = NULL;
    const char *line;

    if (!g_file_get_contents("/proc/self/status", &status, NULL, NULL))
        return 0;
    line = strstr(status, key);
    return line != NULL ? g_ascii_strtod(line + strlen(key), NULL) / 1024 : 0;
}

/* Flattens everything. @ret_peak_mb: memory it took at most. */
static double
flatten_all(Shop *shop, double *ret_peak_mb)
{
    double before_mb;
    gint64 start;

    malloc_trim(0);
    if (!g_file_set_contents_full(
            "/proc/self/clear_refs", "5", 1, G_FILE_SET_CONTENTS_NONE, 0600, NULL))
        g_warning("the peak of memory cannot be measured here");
    before_mb = memory_mb("VmRSS:");
    start = g_get_monotonic_time();
    run_consumers(shop);
    *ret_peak_mb = memory_mb("VmHWM:") - before_mb;
    return seconds_since(start);
}

static void
free_shop(Shop *shop)
{
    const char *const remove[] = {"rm", "-rf", shop->folder, NULL};

    vt_db_free(shop->db);
    g_array_unref(shop->products);
    g_spawn_sync(NULL, (char **)(gsize)remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
        NULL, NULL);
    g_free(shop->folder);
}

static void
measure(guint n, double *ret_publish_ms)
{
    Shop shop = make_shop(n);
    gint64 start = g_get_monotonic_time();
    double all_s, flatten_s, visible_ms, peak_mb;
    GroupCost group;

    publish(&shop, (VtPublishRequest){.all = TRUE});
    all_s = seconds_since(start);
    flatten_s = flatten_all(&shop, &peak_mb);
    measure_one(&shop, ret_publish_ms, &visible_ms);
    group = measure_group(&shop);
    printf("\"products_%u\":{\"publish_all_s\":%.2f,\"flatten_all_s\":%.2f,\"rows_per_s\":%.0f,"
           "\"variant_answers_per_s\":%.0f,\"peak_mb\":%.0f,\"publish_one_ms\":%.2f,"
           "\"publish_to_store_ms\":%.2f,\"group_documents\":%u,\"group_live_s\":%.2f,"
           "\"group_to_store_s\":%.2f,\"group_undo_s\":%.2f},",
        n, all_s, flatten_s, n * (N_LOCALES + 1) / flatten_s,
        (double)n * (N_VARIANTS + 1) * N_LOCALES / flatten_s, peak_mb, *ret_publish_ms, visible_ms,
        group.n, group.live_s, group.store_s, group.undo_s);
    fflush(stdout);
    free_shop(&shop);
}

int
main(int argc, char **argv)
{
    static const char *const usual[] = {"1000", "10000", "100000", NULL};
    const char *const *sizes = argc > 1 ? (const char *const *)argv + 1 : usual;
    double small_ms = 0, large_ms = 0;

    printf("{\"bench\":\"publish\",");
    for (guint i = 0; sizes[i] != NULL; i++) {
        measure((guint)g_ascii_strtoull(sizes[i], NULL, 10), &large_ms);
        small_ms = i == 0 ? large_ms : small_ms;
    }
    printf("\"publish_one_ratio\":%.2f}\n", large_ms / small_ms);
    return 0;
}
