/* What edges are asked to forget, on both databases: nothing is lost, and nothing grows without
 * end. */
#include "base/error.h"
#include "publish/unpublish.h"
#include "sync/edge.h"
#include "sync/testing.h"
#include "sync/turn.h"

#include <stdlib.h>
#include <string.h>

#define NODE "n1"
#define FIRST "varnish:http://127.0.0.1:1"
#define SECOND "http:http://127.0.0.1:2/purge"

static void
register_edges(Shop *shop, const char *node, const char *first, const char *second)
{
    const char *const names[] = {first, second, NULL};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_edge_register(shop->db, node, names, 1, &error), error);
}

static gint64
edge_id(Shop *shop, const char *node, const char *name)
{
    gint64 id = -1;
    g_autoptr(GError) error = NULL;

    assert_ok(vt_edge_find(shop->db, node, name, &id, &error), error);
    return id;
}

/* The waiting things of an edge with blanks between, "" for none; "?" without the edge. */
static char *
waiting(Shop *shop, const char *node, const char *name)
{
    gint64 id = edge_id(shop, node, name);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) list = vt_edge_waiting(shop->db, id, 5000, &error);
    GString *text = g_string_new(NULL);

    assert_ok(list != NULL, error);
    for (guint i = 0; i < list->len; i++) {
        const VtPurgeRequest *request = g_ptr_array_index(list, i);

        g_string_append_printf(text, "%s%s", i > 0 ? " | " : "", request->things);
    }
    if (id == 0)
        g_string_assign(text, "?");
    return g_string_free(text, FALSE);
}

static void
assert_waiting(Shop *shop, const char *node, const char *name, const char *expected)
{
    g_autofree char *got = waiting(shop, node, name);

    assert_string_equal(got, expected);
}

/* The edge confirms the first @n of what waits. */
static void
confirm(Shop *shop, const char *node, const char *name, guint n, const char *problem)
{
    gint64 id = edge_id(shop, node, name);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) list = vt_edge_waiting(shop->db, id, 5000, &error);

    assert_ok(list != NULL, error);
    assert_ok(vt_edge_confirm(shop->db, id, list, MIN(n, list->len), problem, 2, &error), error);
}

static void
request(Shop *shop, const char *node, gint64 seq, const char *things)
{
    g_auto(GStrv) words = g_strsplit(things, " ", -1);
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    VtPurge purge = {.tenant_id = shop->tenant,
        .seq = seq,
        .node = node,
        .kind = VT_PURGE_KIND_TAGS,
        .things = list,
        .now_us = 2};
    g_autoptr(GError) error = NULL;
    g_autoptr(VtTx) tx = vt_tx_begin(shop->db, VT_TX_WRITE, &error);

    for (char **word = words; *word != NULL; word++)
        g_ptr_array_add(list, *word);
    assert_ok(
        tx != NULL && vt_edge_request(shop->db, &purge, &error) && vt_tx_commit(tx, &error), error);
}

static char *
everything(Shop *shop)
{
    g_autoptr(GPtrArray) tags = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;

    assert_ok(vt_edge_add_everything(shop->db, shop->tenant, "acme", tags, &error), error);
    assert_int_equal(tags->len, 1 + shop->channels->len);
    g_ptr_array_add(tags, NULL);
    return g_strjoinv(" ", (char **)tags->pdata);
}

static void
edges_are_those_that_were_named_last(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_autofree char *all = everything(&shop);
        gboolean is_any = TRUE;

        assert_true(vt_edge_is_any(shop.db, NULL, &is_any, NULL) && !is_any);
        register_edges(&shop, NODE, FIRST, SECOND);
        register_edges(&shop, "n2", FIRST, NULL);
        assert_true(vt_edge_is_any(shop.db, NODE, &is_any, NULL) && is_any);
        assert_true(vt_edge_is_any(shop.db, "n3", &is_any, NULL) && !is_any);
        assert_waiting(&shop, NODE, FIRST, all);
        confirm(&shop, NODE, FIRST, 1, NULL);
        confirm(&shop, NODE, SECOND, 1, NULL);
        /* one that stays owes nothing, one that comes back may have kept anything */
        register_edges(&shop, NODE, FIRST, NULL);
        assert_waiting(&shop, NODE, FIRST, "");
        assert_waiting(&shop, NODE, SECOND, "?");
        register_edges(&shop, NODE, FIRST, SECOND);
        assert_waiting(&shop, NODE, SECOND, all);
        assert_waiting(&shop, "n2", FIRST, all);
    }
}

static void
requests_wait_until_they_are_confirmed(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);

        register_edges(&shop, NODE, FIRST, NULL);
        register_edges(&shop, "n2", FIRST, NULL);
        confirm(&shop, NODE, FIRST, 1, NULL);
        confirm(&shop, "n2", FIRST, 1, NULL);
        request(&shop, NODE, 7, "a b");
        request(&shop, NULL, 8, "c");
        assert_waiting(&shop, NODE, FIRST, "a b | c");
        assert_waiting(&shop, "n2", FIRST, "c");
        confirm(&shop, NODE, FIRST, 1, "it is away");
        assert_waiting(&shop, NODE, FIRST, "c");
        confirm(&shop, NODE, FIRST, 0, "it is away");
        assert_waiting(&shop, NODE, FIRST, "c");
        confirm(&shop, NODE, FIRST, 1, NULL);
        assert_waiting(&shop, NODE, FIRST, "");
    }
}

/* How the edge of @node stands to @seq: "confirmed waiting tries problem". */
static void
assert_standing(Shop *shop, const char *node, gint64 seq, const char *expected)
{
    g_autoptr(json_t) list = json_array();
    g_autoptr(GError) error = NULL;
    g_autofree char *got = NULL;
    const json_t *one;
    const char *problem;

    assert_ok(vt_edge_status_json(shop->db, shop->tenant, node, seq, list, &error), error);
    assert_int_equal(json_array_size(list), 1);
    one = json_array_get(list, 0);
    problem = json_string_value(json_object_get(one, "problem"));
    got = g_strdup_printf("%s %d %d %s",
        json_is_true(json_object_get(one, "confirmed")) ? "yes" : "no",
        (int)json_integer_value(json_object_get(one, "waiting")),
        (int)json_integer_value(json_object_get(one, "tries")), problem != NULL ? problem : "-");
    assert_string_equal(got, expected);
}

static void
an_edge_is_shown_as_it_stands_to_a_log_number(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_autoptr(json_t) told = NULL;

        register_edges(&shop, NODE, FIRST, NULL);
        confirm(&shop, NODE, FIRST, 1, NULL);
        assert_standing(&shop, NODE, 100, "yes 0 0 -");
        request(&shop, NODE, 7, "a b");
        request(&shop, NODE, 9, "c");
        confirm(&shop, NODE, FIRST, 0, "away");
        confirm(&shop, NODE, FIRST, 0, "far away");
        assert_standing(&shop, NODE, 6, "yes 0 2 far away");
        assert_standing(&shop, NODE, 7, "no 1 2 far away");
        assert_standing(&shop, NODE, 100, "no 2 2 far away");
        confirm(&shop, NODE, FIRST, 1, NULL);
        assert_standing(&shop, NODE, 8, "yes 0 0 -");
        told = vt_edge_list_json(shop.db, shop.tenant, NULL);
        assert_int_equal(json_array_size(json_object_get(told, "requests")), 3);
    }
}

static void
what_would_grow_without_end_is_cut(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_autofree char *all = everything(&shop);
        g_autoptr(GString) many = g_string_new("x0");

        register_edges(&shop, NODE, FIRST, NULL);
        confirm(&shop, NODE, FIRST, 1, NULL);
        /* a request has a bound in bytes */
        for (guint i = 1; i < 1500; i++)
            g_string_append_printf(many, " x%u", i);
        request(&shop, NODE, 1, many->str);
        {
            g_autofree char *got = waiting(&shop, NODE, FIRST);
            g_auto(GStrv) requests = g_strsplit(got, " | ", -1);

            assert_int_equal(g_strv_length(requests), 2);
            for (guint i = 0; i < 2; i++)
                assert_in_range(strlen(requests[i]), 1, VT_EDGE_REQUEST_BYTES);
        }
        confirm(&shop, NODE, FIRST, 2, NULL);
        /* who is far behind forgets everything */
        for (guint i = 0; i <= VT_EDGE_MAX_WAITING; i++)
            request(&shop, NODE, 2, "y");
        confirm(&shop, NODE, FIRST, 0, "away");
        assert_waiting(&shop, NODE, FIRST, all);
    }
}

static int
compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What a run asks of the edge, each tag once and sorted; it confirms all of it. */
static void
assert_tags(Shop *shop, const char *expected)
{
    g_autofree char *got = NULL;
    g_autoptr(GString) tags = g_string_new(NULL);
    g_auto(GStrv) words = NULL;

    run_at(shop, NODE, 3);
    got = waiting(shop, NODE, FIRST);
    words = g_strsplit_set(got, " |", -1);
    qsort(words, g_strv_length(words), sizeof *words, compare_words);
    for (char **word = words; *word != NULL; word++)
        if (**word != '\0' && (word == words || strcmp(*word, word[-1]) != 0))
            g_string_append_printf(tags, "%s%s", tags->len > 0 ? " " : "", *word);
    assert_string_equal(tags->str, expected);
    confirm(shop, NODE, FIRST, 5000, NULL);
}

/* A shop that shows picture a on MUG everywhere, and edges that owe nothing. */
static Shop
open_edged(gsize kind)
{
    Shop shop = open_shop(kind);
    gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");

    vt_test_add_asset(shop.db, shop.tenant, "b", VT_LOCALE_NEUTRAL, "B");
    assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, 0);
    publish_all(&shop);
    register_edges(&shop, NODE, FIRST, NULL);
    run_at(&shop, NODE, 3);
    confirm(&shop, NODE, FIRST, 5000, NULL);
    return shop;
}

#define MUG "p/acme/OUN001/MUG p/acme/OUN002/MUG t/acme"
#define EVERYTHING "c/acme/OUN001 c/acme/OUN002 s/acme"

static void
a_batch_asks_edges_to_forget_what_it_changed(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_edged(kind);
        gint64 c = 0;

        assert_tags(&shop, "");
        /* a text is no picture, and shown where the asset is */
        vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "another");
        publish_all(&shop);
        assert_tags(&shop, MUG);
        vt_test_add_asset(shop.db, shop.tenant, "b", VT_LOCALE_NEUTRAL, "of nothing shown");
        publish_all(&shop);
        assert_tags(&shop, "");
        /* a picture nobody shows yet */
        c = vt_test_add_asset(shop.db, shop.tenant, "c d", VT_LOCALE_NEUTRAL, "C");
        publish_all(&shop);
        assert_tags(&shop, "i/acme/c%20d");
        /* one channel alone */
        assign(&shop, "MUG", "OUN001", "en-us", c, 0);
        publish_all(&shop);
        assert_tags(&shop, "p/acme/OUN001/MUG t/acme");
        vt_test_add_asset(shop.db, shop.tenant, "c d", VT_LOCALE_NEUTRAL, "more of C");
        publish_all(&shop);
        assert_tags(&shop, "p/acme/OUN001/MUG t/acme");
        /* nothing of the catalogue, nothing to forget */
        set_setting(&shop, "job_log_days", NULL, "5", 1);
        assert_tags(&shop, "");
    }
}

static void
a_batch_asks_for_every_number_it_took(gsize kind)
{
    g_auto(Shop) shop = open_edged(kind);
    gint64 first, second;

    vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "another");
    first = publish_all(&shop);
    vt_test_add_asset(shop.db, shop.tenant, "b", VT_LOCALE_NEUTRAL, "another");
    second = publish_all(&shop);
    run_at(&shop, NODE, 4);
    assert_standing(&shop, NODE, first - 1, "yes 0 0 -");
    assert_standing(&shop, NODE, first, "no 2 0 -");
    assert_standing(&shop, NODE, second, "no 2 0 -");
    confirm(&shop, NODE, FIRST, 2, NULL);
    assert_standing(&shop, NODE, first, "yes 0 0 -");
}

static void
without_purging_only_what_was_taken_back_is_forgotten(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_edged(kind);
        const char *const names[] = {"b", NULL};
        VtUnpublishRequest request = {.tenant_id = shop.tenant, .assets = names};
        g_auto(VtUnpublishResult) result = {0};
        g_autoptr(GError) error = NULL;

        set_setting(&shop, "purge_on_republish", NULL, "false", 1);
        vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "another");
        publish_all(&shop);
        assert_tags(&shop, "");
        assert_ok(vt_unpublish(shop.db, &request, &vt_test_actor, &result, &error), error);
        assert_tags(&shop, "i/acme/b");
    }
}

static void
so_is_what_was_taken_back_from_one_context(gsize kind)
{
    g_auto(Shop) shop = open_edged(kind);
    const char *const names[] = {"b", NULL};
    const VtUnpublishRequest request = {
        .tenant_id = shop.tenant, .assets = names, .outlets = 1U << VT_PUBLISH_CONTEXT_CONTENT};
    g_auto(VtUnpublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    set_setting(&shop, "purge_on_republish", NULL, "false", 1);
    assert_tags(&shop, "");
    assert_ok(vt_unpublish(shop.db, &request, &vt_test_actor, &result, &error), error);
    assert_tags(&shop, "i/acme/b");
}

/* What another process did not live to confirm: the store is ahead of what was said of it. */
static void
what_is_not_known_is_forgotten_whole(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_edged(kind);

        vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "another");
        publish_all(&shop);
        run_at(&shop, "another name", 3); /* moves the stores and says nothing as this node */
        assert_tags(&shop, EVERYTHING);
        assert_tags(&shop, "");
        run(&shop, TRUE); /* built anew by a node without edges */
        assert_tags(&shop, "");
        {
            VtSync sync = {.db = shop.db, .directory = shop.folder, .node = NODE};
            VtSyncReport report;
            g_autoptr(GError) error = NULL;

            assert_ok(vt_sync_rebuild(&sync, NULL, 3, &report, &error), error);
        }
        assert_tags(&shop, EVERYTHING);
    }
}

static void
edges_go_with_their_node(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_edged(kind);
        g_autoptr(GError) error = NULL;

        register_edges(&shop, "lost", FIRST, NULL);
        assert_ok(vt_sync_forget_lost(shop.db, 4, &error), error);
        assert_waiting(&shop, "lost", FIRST, "?");
        assert_waiting(&shop, NODE, FIRST, "");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_are_those_that_were_named_last),
        cmocka_unit_test(requests_wait_until_they_are_confirmed),
        cmocka_unit_test(an_edge_is_shown_as_it_stands_to_a_log_number),
        cmocka_unit_test(what_would_grow_without_end_is_cut),
        cmocka_unit_test(a_batch_asks_edges_to_forget_what_it_changed),
        VT_TEST_EACH_DATABASE(a_batch_asks_for_every_number_it_took),
        cmocka_unit_test(without_purging_only_what_was_taken_back_is_forgotten),
        VT_TEST_EACH_DATABASE(so_is_what_was_taken_back_from_one_context),
        cmocka_unit_test(what_is_not_known_is_forgotten_whole),
        cmocka_unit_test(edges_go_with_their_node),
    };
    return vt_test_run("sync/edge", tests);
}
