/* What search finds is what is live, and an index that grew says what a new one would. */
#include "sync/search.h"

#include "catalog/import.h"
#include "media/head.h"
#include "publish/unpublish.h"
#include "search_test_sql.h"
#include "sync/status.h"
#include "sync/testing.h"

#include <string.h>

#define MINUTE ((gint64)60 * G_USEC_PER_SEC)
#define HOUR (60 * MINUTE)
#define NINE (G_GINT64_CONSTANT(1772355600) * G_USEC_PER_SEC) /* 2026-03-01, 09:00 UTC */

static const char *const databases[] = {"main", "tills"};

/* Everything the index of a store says, a line each. */
static char *
content_of(const Shop *shop, const char *database)
{
    g_autofree char *path = vt_sync_store_path(shop->folder, "acme", database);
    g_autofree char *url = g_strconcat("sqlite:", path, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(VtDb) db = vt_db_open(url, VT_DB_READ_ONLY | VT_DB_DERIVED, &error);
    g_autoptr(VtStmt) stmt = db != NULL ? vt_db_stmt(db, &vt_sql_search_content, &error) : NULL;
    GString *lines = g_string_new(NULL);

    assert_ok(stmt != NULL, error);
    while (vt_stmt_next(stmt))
        g_string_append_printf(lines, "%s\n", vt_stmt_text(stmt, "what"));
    assert_ok(vt_stmt_end(stmt, &error), error);
    return g_string_free(lines, FALSE);
}

/* The products a channel finds, or with @code NULL the assets, with blanks between. */
static char *
found(const Shop *shop, const char *database, const char *code, const char *text)
{
    g_autofree char *path = vt_sync_store_path(shop->folder, "acme", database);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(store, &error);
    const VtReadstoreQuestion question = {text, code, "en-us", 0, 100};
    g_auto(VtReadstoreHits) hits = {0};
    GString *all = g_string_new(NULL);

    assert_ok(read != NULL, error);
    assert_ok(vt_readstore_search(read, &question, &hits, &error), error);
    for (guint i = 0; i < hits.hits->len; i++) {
        const VtReadstoreHit *hit = g_ptr_array_index(hits.hits, i);

        if (code != NULL)
            g_string_append_printf(all, "%s%s", i > 0 ? " " : "", hit->product);
        else
            g_string_append_printf(all, "%s%d", i > 0 ? " " : "", (int)hit->asset);
    }
    return g_string_free(all, FALSE);
}

static void
assert_found(const Shop *shop,
    const char *database,
    const char *code,
    const char *text,
    const char *expected)
{
    g_autofree char *all = found(shop, database, code, text);

    assert_string_equal(all, expected);
}

static void
unpublish(Shop *shop, const char *asset)
{
    const char *const assets[] = {asset, NULL};
    const VtUnpublishRequest request = {.tenant_id = shop->tenant, .assets = assets, .force = TRUE};
    g_auto(VtUnpublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_unpublish(shop->db, &request, &vt_test_actor, &result, &error), error);
}

static void
load_catalog(Shop *shop, const char *text)
{
    g_auto(VtCatalogReport) report = {0};

    vt_test_import(shop->db, shop->tenant, text, &report);
    assert_int_equal(report.refused, 0);
}

static void
products_are_found_where_they_are_sold_and_assets_while_they_are_live(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        gint64 a = vt_test_add_asset(shop.db, shop.tenant, "front", VT_LOCALE_NEUTRAL, "A cup");

        run(&shop, FALSE);
        assert_found(&shop, "main", "OUN001", "hoodie", "MH01");
        assert_found(&shop, "main", "OUN001", "mh01-b-l", "MH01");
        assert_found(&shop, "main", "OUN001", "red", "MH01");
        assert_found(&shop, "main", "OUN001", "bag", "");
        assert_found(&shop, "tills", "OUN002", "bag", "TILL");
        assert_found(&shop, "main", NULL, "cup", "");
        publish_all(&shop);
        run(&shop, FALSE);
        assert_int_equal(a, 1);
        assert_found(&shop, "main", NULL, "cup", "1");
        unpublish(&shop, "front");
        run(&shop, FALSE);
        assert_found(&shop, "main", NULL, "cup", "");
        assert_found(&shop, "tills", NULL, "cup", "");
        load_catalog(&shop, "{\"products\":[{\"id\":\"MUG\",\"name\":\"Beaker\"}]}");
        run(&shop, FALSE);
        assert_found(&shop, "main", "OUN001", "beaker", "MUG");
        assert_found(&shop, "main", "OUN001", "mug", "MUG");
    }
}

/* Where there is such an asset and the name is free. */
static void
rename_asset(Shop *shop, const char *name, const char *to)
{
    g_autoptr(VtTx) tx = vt_tx_begin(shop->db, VT_TX_WRITE, NULL);
    g_autoptr(VtChange) change = vt_change_new(shop->tenant, "asset rename");
    VtAsset asset = {0};
    gboolean is_there = FALSE;

    assert_true(vt_asset_by_name(shop->db, shop->tenant, name, &asset, &is_there, NULL));
    if (is_there && vt_asset_set_name(shop->db, shop->tenant, &asset, to, change, NULL)) {
        assert_true(vt_change_write(change, shop->db, &vt_test_actor, NULL, NULL));
        assert_true(vt_tx_commit(tx, NULL));
    }
}

/* One thing of those that alter what search should find. */
static void
change_by_chance(Shop *shop, GRand *random)
{
    static const char *const locales[] = {VT_LOCALE_NEUTRAL, "en-us", "de-de"};
    static const char *const products[] = {"MUG", "MH01", "TILL"};
    g_autofree char *name = g_strdup_printf("asset%d", g_rand_int_range(random, 0, 4));
    g_autofree char *text = g_strdup_printf("text %d", g_rand_int_range(random, 0, 5));
    const char *locale = locales[g_rand_int_range(random, 0, G_N_ELEMENTS(locales))];
    const char *product = products[g_rand_int_range(random, 0, G_N_ELEMENTS(products))];
    g_autofree char *catalog = g_strdup_printf(
        "{\"products\":[{\"id\":\"%s\",\"name\":\"%s\"},{\"id\":\"NEW%d\",\"name\":\"%s\","
        "\"channels\":[\"OUN00%d\"]}]}",
        g_rand_boolean(random) ? "MUG" : "TILL", text, g_rand_int_range(random, 0, 3), text,
        g_rand_int_range(random, 1, 3));
    gint64 asset;

    switch (g_rand_int_range(random, 0, 6)) {
    case 0:
        vt_test_add_asset(shop->db, shop->tenant, name, locale, text);
        return;
    case 1:
        asset = vt_test_add_asset(shop->db, shop->tenant, name, VT_LOCALE_NEUTRAL, text);
        assign(shop, product, NULL, locale, asset, 0);
        return;
    case 2:
        if (vt_test_add_asset(shop->db, shop->tenant, name, VT_LOCALE_NEUTRAL, text) != 0)
            unpublish(shop, name);
        return;
    case 3:
        load_catalog(shop, catalog);
        return;
    case 4:
        rename_asset(shop, name, text);
        return;
    default:
        publish_all(shop);
    }
}

static void
an_index_that_grew_says_what_a_new_one_would(void **state)
{
    enum { ROUNDS = 4, CHANGES = 6 };

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_autoptr(GRand) random = g_rand_new_with_seed(3);

        run(&shop, FALSE);
        for (int round = 0; round < ROUNDS; round++) {
            char *grown[G_N_ELEMENTS(databases)];

            for (int i = 0; i < CHANGES; i++) {
                change_by_chance(&shop, random);
                run(&shop, FALSE);
            }
            for (gsize d = 0; d < G_N_ELEMENTS(databases); d++)
                grown[d] = content_of(&shop, databases[d]);
            run(&shop, TRUE);
            for (gsize d = 0; d < G_N_ELEMENTS(databases); d++) {
                g_autofree char *anew = content_of(&shop, databases[d]);

                assert_true(strlen(anew) > 0);
                assert_string_equal(grown[d], anew);
                g_free(grown[d]);
            }
        }
    }
}

/* "state applied" of the search index of `main`, and its number. */
static void
assert_stage(const Shop *shop, gint64 seq, gint64 now_us, const char *state, gboolean is_applied)
{
    const VtSyncQuestion question = {"acme", shop->tenant, "", seq, now_us};
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) status = vt_sync_status_json(shop->db, &question, &error);
    const json_t *search =
        json_object_get(json_array_get(json_object_get(status, "databases"), 0), "search");

    assert_ok(status != NULL, error);
    assert_string_equal(json_string_value(json_object_get(search, "state")), state);
    assert_int_equal(json_is_string(json_object_get(search, "applied")), is_applied);
}

static void
an_index_follows_its_own_schedule_or_a_request(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_autoptr(GError) error = NULL;
        VtSyncReport report;
        gint64 seq;

        run_at(&shop, NULL, NINE);
        set_setting(&shop, "time_zone", NULL, "UTC", NINE);
        set_setting(&shop, "search_schedule", "main", "hourly", NINE);
        run_at(&shop, NULL, NINE);
        vt_test_add_asset(shop.db, shop.tenant, "front", VT_LOCALE_NEUTRAL, "A cup");
        seq = publish_all(&shop);
        report = run_at(&shop, NULL, NINE + MINUTE);
        assert_int_equal(report.next_us, NINE + HOUR);
        assert_found(&shop, "main", NULL, "cup", "");
        assert_found(&shop, "tills", NULL, "cup", "1");
        assert_stage(&shop, seq, NINE + MINUTE, "waiting", FALSE);
        run_at(&shop, NULL, NINE + HOUR);
        assert_found(&shop, "main", NULL, "cup", "1");
        assert_stage(&shop, seq, NINE + HOUR, "ended", TRUE);
        vt_test_add_asset(shop.db, shop.tenant, "front", VT_LOCALE_NEUTRAL, "A mug");
        publish_all(&shop);
        run_at(&shop, NULL, NINE + HOUR + MINUTE);
        assert_found(&shop, "main", NULL, "mug", "");
        assert_ok(
            vt_sync_search_request(shop.db, shop.tenant, &vt_test_actor, &seq, &error), error);
        run_at(&shop, NULL, NINE + HOUR + 2 * MINUTE);
        assert_found(&shop, "main", NULL, "mug", "1");
        assert_stage(&shop, seq, NINE + HOUR + 2 * MINUTE, "ended", TRUE);
    }
}

static void
an_index_goes_on_while_its_store_waits(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        gint64 seq;

        run_at(&shop, NULL, NINE);
        set_setting(&shop, "time_zone", NULL, "UTC", NINE);
        set_setting(&shop, "search_schedule", NULL, "0 30 * * * ?", NINE);
        run_at(&shop, NULL, NINE);
        vt_test_add_asset(shop.db, shop.tenant, "front", VT_LOCALE_NEUTRAL, "A cup");
        seq = publish_all(&shop);
        run_at(&shop, NULL, NINE + MINUTE);
        set_setting(&shop, "sync_schedule", NULL, "hourly", NINE + MINUTE);
        assert_int_equal(run_at(&shop, NULL, NINE + 29 * MINUTE).n_waiting, 2);
        assert_found(&shop, "main", NULL, "cup", "");
        run_at(&shop, NULL, NINE + 30 * MINUTE);
        assert_found(&shop, "main", NULL, "cup", "1");
        assert_stage(&shop, seq, NINE + 30 * MINUTE, "ended", TRUE);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_found_where_they_are_sold_and_assets_while_they_are_live),
        cmocka_unit_test(an_index_that_grew_says_what_a_new_one_would),
        cmocka_unit_test(an_index_follows_its_own_schedule_or_a_request),
        cmocka_unit_test(an_index_goes_on_while_its_store_waits),
    };
    return vt_test_run("sync/search", tests);
}
