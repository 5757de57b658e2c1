/* What became of an asset, on both databases. */
#include "sync/history.h"

#include "base/error.h"
#include "changelog/consumer.h"
#include "publish/unpublish.h"
#include "sync/edge.h"
#include "sync/invalidate.h"
#include "sync/testing.h"

#include <string.h>

#define EDGE "varnish:http://127.0.0.1:1"
#define SECOND_US G_USEC_PER_SEC

static json_t *
told(Shop *shop, gint64 asset, const char *before, guint limit)
{
    const VtHistoryQuery query = {.tenant_id = shop->tenant,
        .tenant = "acme",
        .asset_id = asset,
        .before = before,
        .limit = limit};
    g_autoptr(GError) error = NULL;
    json_t *history = vt_history_json(shop->db, &query, &error);

    assert_ok(history != NULL, error);
    return history;
}

/* "action locale context revision" of every item, with the number and the cause before those of one
 * happening. */
static char *
told_in_words(Shop *shop, gint64 asset)
{
    g_autoptr(json_t) history = told(shop, asset, NULL, VT_HISTORY_PAGE);
    GString *text = g_string_new(NULL);
    gsize i, j;
    json_t *one, *item;

    json_array_foreach(json_object_get(history, "publishes"), i, one)
    {
        g_string_append_printf(text, "%s%d %s:", i > 0 ? "; " : "",
            (int)json_integer_value(json_object_get(one, "seq")),
            json_string_value(json_object_get(one, "cause")));
        json_array_foreach(json_object_get(one, "items"), j, item)
        {
            const char *locale = json_string_value(json_object_get(item, "locale"));
            const char *context =
                json_string_value(json_array_get(json_object_get(item, "contexts"), 0));

            g_string_append_printf(text, " %s %s %s %d",
                json_string_value(json_object_get(item, "action")), locale != NULL ? locale : "-",
                context != NULL ? context : "-",
                (int)json_integer_value(json_object_get(item, "revision")));
        }
    }
    return g_string_free(text, FALSE);
}

static void
assert_told(Shop *shop, gint64 asset, const char *expected)
{
    g_autofree char *got = told_in_words(shop, asset);

    assert_string_equal(got, expected);
}

static void
publish_at(Shop *shop, gint64 now_us, gint64 job_id)
{
    const char *const names[] = {"tee", NULL};
    const VtPublishRequest request = {.tenant_id = shop->tenant, .assets = names};
    const VtActor actor = {.now_us = now_us, .job_id = job_id};
    g_auto(VtPublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_publish(shop->db, &request, &actor, &result, &error), error);
}

static void
unpublish_at(Shop *shop, gint64 now_us)
{
    const char *const names[] = {"tee", NULL};
    const VtUnpublishRequest request = {.tenant_id = shop->tenant, .assets = names};
    const VtActor actor = {.now_us = now_us};
    g_auto(VtUnpublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_unpublish(shop->db, &request, &actor, &result, &error), error);
}

static void
purge_at(Shop *shop, const char *name, gint64 now_us)
{
    g_autoptr(GPtrArray) assets = g_ptr_array_new();
    g_autoptr(GPtrArray) addresses = g_ptr_array_new();
    const VtInvalidation ask = {.assets = assets, .addresses = addresses};
    const VtActor actor = {.now_us = now_us, .job_id = 9};
    g_auto(VtInvalidated) done = {0};
    g_autoptr(GError) error = NULL;

    g_ptr_array_add(assets, (gpointer)(gsize)name);
    assert_ok(vt_invalidate(shop->db, shop->tenant, "acme", &ask, &actor, &done, &error), error);
}

/* The edge confirms all it was asked, or says why not. */
static void
answer_edge(Shop *shop, const char *node, const char *problem, gint64 now_us)
{
    gint64 id = 0;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) list = NULL;

    assert_ok(vt_edge_find(shop->db, node, EDGE, &id, &error), error);
    list = vt_edge_waiting(shop->db, id, 5000, &error);
    assert_ok(list != NULL, error);
    assert_ok(vt_edge_confirm(
                  shop->db, id, list, problem == NULL ? list->len : 0, problem, now_us, &error),
        error);
}

static void
register_edge(Shop *shop, const char *node)
{
    const char *const names[] = {EDGE, NULL};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_edge_register(shop->db, node, names, 1, &error), error);
}

/* "database of node", or "edge of node", with + when it has it, - when not, of one happening. */
static char *
servers_of(Shop *shop, gint64 asset, guint which)
{
    g_autoptr(json_t) history = told(shop, asset, NULL, VT_HISTORY_PAGE);
    const json_t *one = json_array_get(json_object_get(history, "publishes"), which);
    const char *const lists[] = {"databases", "edges"};
    GString *text = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        for (gsize j = 0; j < json_array_size(json_object_get(one, lists[i])); j++) {
            const json_t *server = json_array_get(json_object_get(one, lists[i]), j);
            const char *time =
                json_string_value(json_object_get(server, i == 0 ? "applied" : "confirmed_at"));
            const char *problem = json_string_value(json_object_get(server, "problem"));

            g_string_append_printf(text, "%s%s of %s%c%s", text->len > 0 ? ", " : "",
                i == 0 ? json_string_value(json_object_get(server, "name")) : "edge",
                json_string_value(json_object_get(server, "node")),
                json_is_true(json_object_get(server, "confirmed")) ? '+' : '-',
                time != NULL      ? time + strlen("1970-01-01T00:00:")
                : problem != NULL ? problem
                                  : "");
        }
    return g_string_free(text, FALSE);
}

static void
assert_servers(Shop *shop, gint64 asset, guint which, const char *expected)
{
    g_autofree char *got = servers_of(shop, asset, which);

    assert_string_equal(got, expected);
}

/* No revision can be read any more. */
static void
damage_revisions(Shop *shop)
{
    static const char *const none[] = {NULL};
    static const VtSql sql = {"test_damage", "UPDATE revision SET body = '{'",
        "UPDATE revision SET body = '{'", none, none};
    g_autoptr(GError) error = NULL;
    g_autoptr(VtStmt) stmt = vt_db_stmt(shop->db, &sql, &error);

    assert_ok(stmt != NULL && vt_stmt_exec(stmt, NULL, &error), error);
}

static void
every_switch_of_every_locale_is_told_newest_first(gsize kind)
{
    g_auto(Shop) shop = open_shop(kind);
    gint64 tee = vt_test_add_asset(shop.db, shop.tenant, "tee", VT_LOCALE_NEUTRAL, "one");
    gint64 other = vt_test_add_asset(shop.db, shop.tenant, "cup", VT_LOCALE_NEUTRAL, "cup");
    gint64 first;

    assert_told(&shop, tee, "");
    publish_at(&shop, 1 * SECOND_US, 0);
    assert_true(vt_changelog_head(shop.db, &first, NULL));
    vt_test_add_asset(shop.db, shop.tenant, "tee", VT_LOCALE_NEUTRAL, "two");
    vt_test_add_asset(shop.db, shop.tenant, "tee", "de-de", "zwei");
    publish_at(&shop, 2 * SECOND_US, 4);
    unpublish_at(&shop, 3 * SECOND_US);
    {
        g_autofree char *expected = g_strdup_printf(
            "%d unpublish: unpublish de-de image 0 unpublish system_neutral image 0; "
            "%d publish: publish de-de image 1 publish system_neutral image 2; "
            "%d publish: publish system_neutral image 1",
            (int)first + 2, (int)first + 1, (int)first);

        assert_told(&shop, tee, expected);
    }
    assert_told(&shop, other, "");
}

static void
a_page_ends_where_the_next_begins(gsize kind)
{
    g_auto(Shop) shop = open_shop(kind);
    gint64 tee = vt_test_add_asset(shop.db, shop.tenant, "tee", VT_LOCALE_NEUTRAL, "one");
    g_autoptr(json_t) first = NULL;
    g_autoptr(json_t) second = NULL;
    const json_t *newest;
    const char *next;

    publish_at(&shop, 2 * SECOND_US, 4);
    unpublish_at(&shop, 2 * SECOND_US);
    publish_at(&shop, 1 * SECOND_US, 0); /* a clock that went back */
    first = told(&shop, tee, NULL, 2);
    next = json_string_value(json_object_get(first, "next"));
    newest = json_array_get(json_object_get(first, "publishes"), 1);
    assert_int_equal(json_array_size(json_object_get(first, "publishes")), 2);
    assert_int_equal(json_integer_value(json_object_get(newest, "job")), 4);
    assert_non_null(next);
    second = told(&shop, tee, next, 2);
    assert_int_equal(json_array_size(json_object_get(second, "publishes")), 1);
    assert_true(json_is_null(json_object_get(second, "next")));
}

static void
a_cursor_that_is_none_is_refused(void **state)
{
    static const char *const words[] = {"x", "1", "1.2.3", "1.", ".1", "-1.2", "1.x"};
    g_auto(Shop) shop = open_shop(0);

    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        const VtHistoryQuery query = {
            .tenant_id = shop.tenant, .tenant = "acme", .before = words[i], .limit = 1};
        g_autoptr(GError) error = NULL;

        assert_null(vt_history_json(shop.db, &query, &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
    }
}

static void
each_server_says_when_it_had_it(gsize kind)
{
    g_auto(Shop) shop = open_shop(kind);
    gint64 tee = vt_test_add_asset(shop.db, shop.tenant, "tee", VT_LOCALE_NEUTRAL, "one");

    run_at(&shop, "a", 1 * SECOND_US);
    register_edge(&shop, "a");
    answer_edge(&shop, "a", NULL, 1 * SECOND_US);
    publish_at(&shop, 2 * SECOND_US, 0);
    assert_servers(&shop, tee, 0, "main of a-, tills of a-, edge of a-");
    run_at(&shop, "a", 3 * SECOND_US);
    run_at(&shop, "b", 4 * SECOND_US);
    answer_edge(&shop, "a", "away", 4 * SECOND_US);
    assert_servers(&shop, tee, 0,
        "main of a+03Z, main of b+04Z, tills of a+03Z, tills of b+04Z, edge of a-away");
    answer_edge(&shop, "a", NULL, 5 * SECOND_US);
    unpublish_at(&shop, 6 * SECOND_US);
    run_at(&shop, "a", 7 * SECOND_US);
    assert_servers(
        &shop, tee, 0, "main of a+07Z, main of b-, tills of a+07Z, tills of b-, edge of a-");
    assert_servers(&shop, tee, 1,
        "main of a+03Z, main of b+04Z, tills of a+03Z, tills of b+04Z, edge of a+05Z");
}

static void
a_purge_by_hand_is_told_of_the_assets_it_names(gsize kind)
{
    g_auto(Shop) shop = open_shop(kind);
    gint64 tee = vt_test_add_asset(shop.db, shop.tenant, "tee", VT_LOCALE_NEUTRAL, "one");
    gint64 cup = vt_test_add_asset(shop.db, shop.tenant, "cup", VT_LOCALE_NEUTRAL, "cup");
    g_autoptr(json_t) history = NULL;
    const json_t *purge;

    register_edge(&shop, "a");
    publish_all(&shop);
    run_at(&shop, "a", 1 * SECOND_US);
    answer_edge(&shop, "a", NULL, 1 * SECOND_US);
    purge_at(&shop, "tee", 2 * SECOND_US);
    purge_at(&shop, "cup", 3 * SECOND_US);
    history = told(&shop, tee, NULL, VT_HISTORY_PAGE);
    assert_int_equal(json_array_size(json_object_get(history, "publishes")), 2);
    purge = json_array_get(json_object_get(history, "publishes"), 0);
    assert_string_equal(json_string_value(json_object_get(purge, "cause")), "purge");
    assert_int_equal(json_integer_value(json_object_get(purge, "job")), 9);
    assert_servers(&shop, tee, 0, "edge of a-");
    answer_edge(&shop, "a", NULL, 4 * SECOND_US);
    assert_servers(&shop, tee, 0, "edge of a+04Z");
    assert_servers(&shop, cup, 0, "edge of a+04Z");
}

static void
what_a_store_put_aside_is_not_told_as_applied(gsize kind)
{
    g_auto(Shop) shop = open_shop(kind);
    gint64 tee = vt_test_add_asset(shop.db, shop.tenant, "tee", VT_LOCALE_NEUTRAL, "one");
    g_autoptr(GError) error = NULL;

    publish_at(&shop, 1 * SECOND_US, 0);
    damage_revisions(&shop);
    run_at(&shop, "a", 2 * SECOND_US);
    {
        g_autofree char *got = servers_of(&shop, tee, 0);

        assert_true(g_str_has_prefix(got, "main of a-") && strstr(got, "tills of a-") != NULL);
        assert_null(strstr(got, "02Z"));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        VT_TEST_EACH_DATABASE(every_switch_of_every_locale_is_told_newest_first),
        VT_TEST_EACH_DATABASE(a_page_ends_where_the_next_begins),
        cmocka_unit_test(a_cursor_that_is_none_is_refused),
        VT_TEST_EACH_DATABASE(each_server_says_when_it_had_it),
        VT_TEST_EACH_DATABASE(a_purge_by_hand_is_told_of_the_assets_it_names),
        VT_TEST_EACH_DATABASE(what_a_store_put_aside_is_not_told_as_applied),
    };

    return vt_test_run("sync/history", tests);
}
