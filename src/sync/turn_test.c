/* With a clock of our own: nothing is visible before its time, everything after. */
#include "sync/turn.h"

#include "changelog/consumer.h"
#include "changelog/node.h"
#include "sync/status.h"
#include "sync/testing.h"

#include <string.h>

#define MINUTE ((gint64)60 * G_USEC_PER_SEC)
#define HOUR (60 * MINUTE)
#define NINE (G_GINT64_CONSTANT(1772355600) * G_USEC_PER_SEC) /* 2026-03-01, 09:00 UTC */

static json_t *
status_of(const Shop *shop, const char *node, gint64 seq, gint64 now_us)
{
    const VtSyncQuestion question = {"acme", shop->tenant, node, seq, now_us};
    g_autoptr(GError) error = NULL;
    json_t *status = vt_sync_status_json(shop->db, &question, &error);

    assert_ok(status != NULL, error);
    return status;
}

/* "state applied visible" of the store `main`. */
static void
assert_stage(const Shop *shop, gint64 seq, gint64 now_us, const char *expected)
{
    g_autoptr(json_t) status = status_of(shop, "", seq, now_us);
    const json_t *store = json_array_get(json_object_get(status, "databases"), 0);
    const char *applied = json_string_value(json_object_get(store, "applied"));
    const char *visible = json_string_value(json_object_get(store, "visible"));
    g_autofree char *found =
        g_strdup_printf("%s %s %s", json_string_value(json_object_get(store, "state")),
            applied != NULL ? applied : "-", visible != NULL ? visible : "-");

    assert_string_equal(json_string_value(json_object_get(store, "name")), "main");
    assert_string_equal(found, expected);
}

static void
assert_behind(const Shop *shop, const char *node, gint64 seq, gint64 now_us, const char *expected)
{
    g_autoptr(json_t) status = status_of(shop, node, seq, now_us);
    g_autofree char *behind = vt_sync_status_behind(status);

    if (expected == NULL)
        assert_null(behind);
    else
        assert_string_equal(behind, expected);
}

/* A new log number that alters no store. */
static gint64
log_something(Shop *shop)
{
    g_autoptr(VtChange) change = vt_change_new(shop->tenant, "test");
    g_autoptr(VtTx) tx = vt_tx_begin(shop->db, VT_TX_WRITE, NULL);
    g_autoptr(GError) error = NULL;
    gint64 seq = 0;

    vt_change_add(change, VT_LOG_KIND_SETTING, VT_SETTING_TIME_ZONE);
    assert_ok(vt_change_write(change, shop->db, &vt_test_actor, &seq, &error), error);
    assert_ok(vt_tx_commit(tx, &error), error);
    return seq;
}

static void
an_hourly_sync_shows_nothing_before_the_hour_and_everything_after(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A"), seq;
        VtSyncReport report;

        run_at(&shop, NULL, NINE);
        set_setting(&shop, "time_zone", NULL, "UTC", NINE);
        set_setting(&shop, "sync_schedule", "main", "hourly", NINE);
        assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, 0);
        seq = publish_all(&shop);
        report = run_at(&shop, NULL, NINE + MINUTE);
        assert_int_equal(report.n_waiting, 1);
        assert_int_equal(report.next_us, NINE + HOUR);
        assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "none");
        assert_answer(&shop, "tills", "OUN002", "fr-fr", "MUG", "Omnichannel/system_neutral 1");
        run_at(&shop, NULL, NINE + HOUR - 1);
        assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "none");
        assert_stage(&shop, seq, NINE + HOUR - 1, "waiting - -");
        report = run_at(&shop, NULL, NINE + HOUR);
        assert_int_equal(report.n_waiting, 0);
        assert_int_equal(report.next_us, NINE + 2 * HOUR);
        assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "Omnichannel/system_neutral 1");
        assert_stage(&shop, seq, NINE + HOUR, "ended 2026-03-01T10:00:00Z 2026-03-01T10:00:00Z");
    }
}

static void
a_time_that_was_missed_makes_one_turn_at_the_start(void **state)
{
    g_auto(Shop) shop = open_shop(0);
    gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");

    set_setting(&shop, "time_zone", NULL, "UTC", NINE);
    set_setting(&shop, "sync_schedule", NULL, "hourly", NINE);
    run_at(&shop, NULL, NINE + MINUTE);
    assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, 0);
    publish_all(&shop);
    assert_int_equal(run_at(&shop, NULL, NINE + 5 * HOUR + MINUTE).n_waiting, 0);
    assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "Omnichannel/system_neutral 1");
    assign(&shop, "MH01", NULL, VT_LOCALE_NEUTRAL, a, 0);
    publish_all(&shop);
    assert_int_equal(run_at(&shop, NULL, NINE + 5 * HOUR + 2 * MINUTE).n_waiting, 2);
    assert_answer(&shop, "main", "OUN001", "en-us", "MH01", "none");
}

static void
another_rule_begins_anew_and_by_hand_it_runs_at_once(void **state)
{
    g_auto(Shop) shop = open_shop(0);
    gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");
    VtSync by_hand = {.db = shop.db, .directory = shop.folder, .by_hand = TRUE};
    VtSyncReport report;

    set_setting(&shop, "time_zone", NULL, "Europe/Berlin", NINE);
    set_setting(&shop, "sync_schedule", NULL, "daily", NINE);
    run_at(&shop, NULL, NINE);
    assert_int_equal(run_at(&shop, NULL, NINE).next_us, NINE + 14 * HOUR); /* 10:00 there */
    set_setting(&shop, "sync_schedule", NULL, "0 30 * * * ?", NINE);
    assert_int_equal(run_at(&shop, NULL, NINE).next_us, NINE + 30 * MINUTE);
    assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, 0);
    publish_all(&shop);
    assert_true(vt_sync_run(&by_hand, NINE + MINUTE, &report, NULL));
    assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "Omnichannel/system_neutral 1");
    set_setting(&shop, "sync_schedule", NULL, "immediately", NINE);
    assert_int_equal(run_at(&shop, NULL, NINE + 2 * MINUTE).next_us, 0);
}

static void
what_is_kept_in_caches_is_visible_when_they_end(void **state)
{
    g_auto(Shop) shop = open_shop(0);
    gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A"), seq;

    set_setting(&shop, "invalidation", NULL, "ttl", NINE);
    assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, 0);
    seq = publish_all(&shop);
    run_at(&shop, NULL, NINE);
    assert_stage(&shop, seq, NINE, "ended 2026-03-01T09:00:00Z 2026-03-01T11:00:00Z");
}

static void
each_number_tells_its_own_batch_and_old_ones_are_dropped(void **state)
{
    g_auto(Shop) shop = open_shop(0);
    gint64 first = 0, last = 0;

    run_at(&shop, NULL, NINE);
    for (int i = 0; i <= VT_SYNC_MAX_BATCHES; i++) {
        last = log_something(&shop);
        first = first == 0 ? last : first;
        run_at(&shop, NULL, NINE + i * MINUTE);
    }
    assert_stage(&shop, first, NINE, "ended - -");
    assert_stage(&shop, first + 1, NINE, "ended 2026-03-01T09:01:00Z 2026-03-01T09:01:00Z");
    assert_stage(&shop, last, NINE, "ended 2026-03-02T01:40:00Z 2026-03-02T01:40:00Z");
}

/* Two servers with stores of their own on one database. */
static void
a_number_is_confirmed_when_every_node_that_runs_has_it(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_autofree char *folder = vt_test_directory();
        VtSync other = {.db = shop.db, .directory = folder, .node = "b"};
        VtSyncReport report;
        gint64 seq;

        assert_true(vt_node_beat(shop.db, "a", NINE, NULL));
        assert_true(vt_node_beat(shop.db, "b", NINE, NULL));
        seq = log_something(&shop);
        run_at(&shop, "a", NINE);
        assert_behind(&shop, "a", seq, NINE, "main of node b; tills of node b");
        assert_true(vt_sync_run(&other, NINE, &report, NULL));
        assert_behind(&shop, "a", seq, NINE, NULL);
        seq = log_something(&shop);
        run_at(&shop, "a", NINE);
        assert_behind(&shop, "a", seq, NINE, "main of node b; tills of node b");
        assert_true(vt_node_beat(shop.db, "a", NINE + VT_NODE_STALE_US, NULL));
        assert_behind(&shop, "a", seq, NINE + VT_NODE_STALE_US, NULL);
        assert_true(vt_node_beat(shop.db, "b", NINE + VT_NODE_STALE_US, NULL));
        assert_behind(&shop, "a", seq, NINE + VT_NODE_STALE_US, "main of node b; tills of node b");
        assert_true(vt_node_leave(shop.db, "b", NULL));
        assert_behind(&shop, "a", seq, NINE + VT_NODE_STALE_US, NULL);
    }
}

static void
what_a_lost_node_said_is_forgotten(void **state)
{
    g_auto(Shop) shop = open_shop(0);
    gint64 late_us = NINE + VT_NODE_FORGET_US + 1;
    g_autoptr(GPtrArray) kept = NULL;

    run_at(&shop, "lost", NINE);
    run_at(&shop, "here", NINE);
    assert_true(vt_node_beat(shop.db, "here", late_us, NULL));
    assert_true(vt_sync_forget_lost(shop.db, late_us, NULL));
    kept = vt_consumer_list(shop.db, shop.tenant, NULL, NULL);
    assert_int_equal(kept->len, 4);
    for (guint i = 0; i < kept->len; i++)
        assert_string_equal(((VtConsumer *)g_ptr_array_index(kept, i))->node, "here");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_hourly_sync_shows_nothing_before_the_hour_and_everything_after),
        cmocka_unit_test(a_time_that_was_missed_makes_one_turn_at_the_start),
        cmocka_unit_test(another_rule_begins_anew_and_by_hand_it_runs_at_once),
        cmocka_unit_test(what_is_kept_in_caches_is_visible_when_they_end),
        cmocka_unit_test(each_number_tells_its_own_batch_and_old_ones_are_dropped),
        cmocka_unit_test(a_number_is_confirmed_when_every_node_that_runs_has_it),
        cmocka_unit_test(what_a_lost_node_said_is_forgotten),
    };

    return vt_test_run("sync/turn", tests);
}
