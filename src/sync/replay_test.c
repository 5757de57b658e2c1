/* A long log into a store: one that was left behind takes all of it at once, another is built anew,
 * and both say the same, in memory that does not follow the length of the log.
 *
 * VITRINE_TEST_SCALE multiplies the entries: 4,000 unless told, 1,000,000 with 250. Every run tells
 * how long each way took and what memory it needed at most.
 */
#include "base/sandbox.h"
#include "publish/unpublish.h"
#include "search_test_sql.h"
#include "sync/testing.h"
#include "sync/touched.h"

#include <stdio.h>
#include <string.h>

enum { ASSETS = 200, ROUNDS = 10, MOST_MEMORY_KB = 48 * 1024 };

/* A number of /proc/self/status, in KB. */
static gint64
memory_kb(const char *name)
{
    g_autofree char *text = NULL;
    const char *at;

    assert_true(g_file_get_contents("/proc/self/status", &text, NULL, NULL));
    at = strstr(text, name);
    assert_non_null(at);
    return g_ascii_strtoll(at + strlen(name), NULL, 10);
}

/* From here on the peak is told anew; where the kernel does not do that, it is of the whole run. */
static void
forget_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "we");

    if (file == NULL)
        return;
    fputs("5", file);
    fclose(file);
}

static void
publish(Shop *shop, const char *const *assets)
{
    VtPublishRequest request = {.tenant_id = shop->tenant, .assets = assets};
    g_auto(VtPublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_publish(shop->db, &request, &vt_test_actor, &result, &error), error);
    assert_int_equal(result.n_published, ASSETS);
}

static void
unpublish(Shop *shop, const char *const *assets)
{
    const VtUnpublishRequest request = {.tenant_id = shop->tenant, .assets = assets, .force = TRUE};
    g_auto(VtUnpublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_unpublish(shop->db, &request, &vt_test_actor, &result, &error), error);
    assert_int_equal(result.n_unpublished, ASSETS);
}

/* Assets that go live and are taken back again and again; all but one are live in the end. */
static void
write_log(Shop *shop, guint rounds)
{
    g_auto(GStrv) names = g_new0(char *, ASSETS + 1);
    const char *last[] = {NULL, NULL};
    VtUnpublishRequest request = {.tenant_id = shop->tenant, .assets = last, .force = TRUE};
    g_auto(VtUnpublishResult) result = {0};

    for (guint i = 0; i < ASSETS; i++) {
        names[i] = g_strdup_printf("picture %u", i);
        vt_test_add_asset(shop->db, shop->tenant, names[i], VT_LOCALE_NEUTRAL, names[i]);
    }
    publish(shop, (const char *const *)names);
    for (guint round = 0; round < rounds; round++) {
        unpublish(shop, (const char *const *)names);
        publish(shop, (const char *const *)names);
    }
    last[0] = names[ASSETS - 1];
    assert_true(vt_unpublish(shop->db, &request, &vt_test_actor, &result, NULL));
}

/* Everything the search index of a store says: all that is in the store, but for pictures. */
static char *
content_of(const Shop *shop, const char *database)
{
    g_autofree char *path = vt_sync_store_path(shop->folder, "acme", database);
    g_autofree char *url = g_strconcat("sqlite:", path, NULL);
    g_autoptr(VtDb) db = vt_db_open(url, VT_DB_READ_ONLY | VT_DB_DERIVED, NULL);
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_search_content, NULL);
    GString *lines = g_string_new(NULL);

    assert_non_null(stmt);
    while (vt_stmt_next(stmt))
        g_string_append_printf(lines, "%s\n", vt_stmt_text(stmt, "what"));
    assert_true(vt_stmt_end(stmt, NULL));
    return g_string_free(lines, FALSE);
}

static void
replay(Shop *shop, gboolean anew, guint n_entries)
{
    gint64 began_us = g_get_monotonic_time(), before_kb, more_kb;

    forget_peak();
    before_kb = memory_kb("VmRSS:");
    run(shop, anew);
    more_kb = memory_kb("VmHWM:") - before_kb;
    print_message("# %u entries, %s: %.2f s, %" G_GINT64_FORMAT " KB more at the peak\n", n_entries,
        anew ? "a new store" : "a store left behind",
        (double)(g_get_monotonic_time() - began_us) / G_USEC_PER_SEC, more_kb);
    if (VT_SANDBOX_STRICT) /* a sanitizer has memory of its own */
        assert_true(more_kb < MOST_MEMORY_KB);
}

static void
a_long_log_needs_no_more_memory_than_a_short_one(void **state)
{
    const char *scale = g_getenv("VITRINE_TEST_SCALE");
    guint rounds = ROUNDS * (guint)MAX(scale != NULL ? g_ascii_strtoll(scale, NULL, 10) : 1, 1);

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_autofree char *grown = NULL;
        g_autofree char *anew = NULL;

        run(&shop, FALSE);
        write_log(&shop, rounds);
        replay(&shop, FALSE, rounds * 2 * ASSETS);
        grown = content_of(&shop, "main");
        replay(&shop, TRUE, rounds * 2 * ASSETS);
        anew = content_of(&shop, "main");
        assert_non_null(strstr(grown, "picture 0 "));
        assert_null(strstr(grown, "picture 199 "));
        assert_string_equal(grown, anew);
    }
}

static void
entries_of_too_many_things_make_a_new_store(void **state)
{
    enum { THINGS = 5 };
    static const struct {
        guint most;
        gboolean all;
    } row[] = {{THINGS, FALSE}, {THINGS - 1, TRUE}};

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        gint64 before = 0, after = 0;

        assert_true(vt_changelog_head(shop.db, &before, NULL));
        for (int i = 0; i < THINGS; i++) {
            g_autofree char *name = g_strdup_printf("asset %d", i);

            vt_test_add_asset(shop.db, shop.tenant, name, VT_LOCALE_NEUTRAL, name);
        }
        after = publish_all(&shop);
        for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
            const VtTouchedAsk ask = {shop.tenant, before, after, row[i].most};
            g_auto(VtTouched) touched = {0};
            g_autoptr(GError) error = NULL;

            assert_ok(vt_touched_find(shop.db, &ask, &touched, &error), error);
            assert_int_equal(touched.all, row[i].all);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_log_needs_no_more_memory_than_a_short_one),
        cmocka_unit_test(entries_of_too_many_things_make_a_new_store),
    };
    return vt_test_run("sync/replay", tests);
}
