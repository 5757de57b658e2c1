#include "sync/quarantine.h"

#include "base/error.h"
#include "changelog/consumer.h"
#include "sync/testing.h"

#include <string.h>

/* Puts @body in the place of what a document says. */
static void
damage(Shop *shop, gint64 document_id, const char *body)
{
    static const char *const parameters[] = {"document_id", "body", NULL};
    static const char *const columns[] = {NULL};
    static const VtSql sql = {"test_damage", "UPDATE revision SET body = ?2 WHERE document_id = ?1",
        "UPDATE revision SET body = $2 WHERE document_id = $1::bigint", parameters, columns};
    g_autoptr(GError) error = NULL;
    g_autoptr(VtStmt) stmt = vt_db_stmt(shop->db, &sql, &error);

    assert_ok(stmt != NULL, error);
    vt_stmt_bind_int(stmt, "document_id", document_id);
    vt_stmt_bind_text(stmt, "body", body);
    assert_ok(vt_stmt_exec(stmt, NULL, &error), error);
}

/* "kind name@store" of each thing in quarantine. */
static char *
quarantined(const Shop *shop)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) list = vt_quarantine_list_json(shop->db, shop->tenant, &error);
    GString *text = g_string_new(NULL);

    assert_ok(list != NULL, error);
    for (gsize i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);

        assert_true(strlen(json_string_value(json_object_get(one, "reason"))) > 0);
        assert_true(json_integer_value(json_object_get(one, "seq")) > 0);
        g_string_append_printf(text, "%s%s %s@%s", i > 0 ? ", " : "",
            json_string_value(json_object_get(one, "kind")),
            json_string_value(json_object_get(one, "name")),
            json_string_value(json_object_get(one, "store")) + strlen("read store acme/"));
    }
    return g_string_free(text, FALSE);
}

static void
assert_quarantined(const Shop *shop, const char *expected)
{
    g_autofree char *found = quarantined(shop);

    assert_string_equal(found, expected);
}

static void
a_damaged_set_keeps_its_old_answer_and_stops_nobody(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");
        gint64 b = vt_test_add_asset(shop.db, shop.tenant, "b", VT_LOCALE_NEUTRAL, "B");
        gint64 mug, head;
        g_autoptr(GPtrArray) consumers = NULL;

        assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, 0);
        publish_all(&shop);
        run(&shop, FALSE);
        mug = assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, b, 0);
        assign(&shop, "MH01", NULL, VT_LOCALE_NEUTRAL, b, 0);
        head = publish_all(&shop);
        damage(&shop, mug, "{\"nodes\": 7");
        assert_int_equal(run(&shop, FALSE).n_quarantined, 2); /* once in each store */
        assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "Omnichannel/system_neutral 1");
        assert_answer(&shop, "main", "OUN001", "en-us", "MH01", "Omnichannel/system_neutral 2");
        assert_quarantined(&shop, "product MUG@main, product MUG@tills");
        consumers = vt_consumer_list(shop.db, shop.tenant, NULL, NULL);
        for (guint i = 0; i < consumers->len; i++) {
            const VtConsumer *consumer = g_ptr_array_index(consumers, i);

            assert_int_equal(consumer->seq, head);
            assert_null(consumer->problem);
        }
        assert_int_equal(run(&shop, FALSE).n_changed, 0);
        assert_quarantined(&shop, "product MUG@main, product MUG@tills");
        run(&shop, TRUE); /* a store that is built anew has nothing older to show */
        assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "-");
        assert_answer(&shop, "main", "OUN001", "en-us", "MH01", "Omnichannel/system_neutral 2");
        assert_quarantined(&shop, "product MUG@main, product MUG@tills");
    }
}

static void
what_is_mended_leaves_quarantine_at_its_next_change(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");
        gint64 mug = assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, 0);
        gint64 b = vt_test_add_asset(shop.db, shop.tenant, "b", VT_LOCALE_NEUTRAL, "B");

        run(&shop, FALSE);
        publish_all(&shop);
        damage(&shop, mug, "[");
        run(&shop, FALSE);
        assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "none");
        damage(&shop, mug, "{}");
        assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, b, 0);
        publish_all(&shop);
        run(&shop, FALSE);
        assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "Omnichannel/system_neutral 2");
        assert_quarantined(&shop, "");
    }
}

static void
a_retry_takes_what_can_be_taken_now(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");
        gint64 mug = assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, 0);
        gint64 hoodie = assign(&shop, "MH01", NULL, VT_LOCALE_NEUTRAL, a, 0);
        guint n = 9;

        run(&shop, FALSE);
        assert_true(vt_quarantine_retry(shop.db, shop.tenant, &vt_test_actor, &n, NULL));
        assert_int_equal(n, 0);
        publish_all(&shop);
        damage(&shop, mug, "[");
        damage(&shop, hoodie, "[");
        run(&shop, FALSE);
        assert_quarantined(&shop, "product MH01@main, product MUG@main, product MH01@tills, "
                                  "product MUG@tills");
        damage(&shop, mug, "{}");
        assert_true(vt_quarantine_retry(shop.db, shop.tenant, &vt_test_actor, &n, NULL));
        assert_int_equal(n, 2);
        run(&shop, FALSE);
        assert_quarantined(&shop, "product MH01@main, product MH01@tills");
        damage(&shop, hoodie, "{}");
        run(&shop, TRUE); /* so does a full sync */
        assert_quarantined(&shop, "");
    }
}

static void
assets_past_their_bound_and_damaged_categories_are_kept_out_too(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        for (int anew = 0; anew < 2; anew++) {
            g_auto(Shop) shop = open_shop(kind);
            g_autofree char *too_long = g_strnfill(VT_READSTORE_MAX_TEXT + 1, 'x');
            gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, too_long);
            gint64 b = vt_test_add_asset(shop.db, shop.tenant, "b", VT_LOCALE_NEUTRAL, "B");
            gint64 tees;

            run(&shop, FALSE);
            assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, b);
            tees = vt_test_assign_category(
                shop.db, shop.tenant, "tees", channel(&shop, "OUN002"), VT_LOCALE_NEUTRAL, b);
            publish_all(&shop);
            damage(&shop, tees, "null");
            run(&shop, anew);
            assert_quarantined(&shop, "asset a@main, category tees@main, asset a@tills, "
                                      "category tees@tills");
            assert_answer(
                &shop, "main", "OUN001", "en-us", "MUG", "Omnichannel/system_neutral 1,2");
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_damaged_set_keeps_its_old_answer_and_stops_nobody),
        cmocka_unit_test(what_is_mended_leaves_quarantine_at_its_next_change),
        cmocka_unit_test(a_retry_takes_what_can_be_taken_now),
        cmocka_unit_test(assets_past_their_bound_and_damaged_categories_are_kept_out_too),
    };

    return vt_test_run("sync/quarantine", tests);
}
