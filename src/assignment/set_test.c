#include "assignment/set.h"
#include "assignment/testing.h"
#include "base/locale.h"
#include "tenant/channel.h"

static void
a_context_has_one_document(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_assignment(kind, &tenant);
        const gint64 one[] = {1, 0}, two[] = {1, 2, 0};
        gint64 first = vt_test_assign(db, tenant, "MH01", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, one);
        gint64 again = vt_test_assign(db, tenant, "MH01", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, two);
        gint64 other = vt_test_assign(db, tenant, "MH01", VT_CHANNEL_OMNI, "en-us", one);
        g_auto(VtDocumentState) now = {0};
        VtSetKey key;

        assert_int_equal(first, again);
        assert_true(other != first);
        assert_true(vt_document_state(db, first, VT_GROUP_LIVE, &now, NULL));
        assert_int_equal(now.head, 2);
        assert_int_equal(now.published, 0);
        assert_true(vt_set_of_document(db, other, &key, NULL));
        assert_string_equal(key.locale, "en-us");
        assert_int_equal(key.product_id, vt_test_product(db, tenant, "MH01"));
    }
}

static void
a_finished_set_loads_as_it_was_and_nothing_is_live_yet(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_assignment(kind, &tenant);
        const gint64 assets[] = {9, 4, 0};
        gint64 document =
            vt_test_assign(db, tenant, "MUG", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, assets);
        g_autoptr(VtAssignment) set = vt_set_load(db, document, 1, NULL);
        g_autoptr(GPtrArray) live =
            vt_set_published_of_product(db, vt_test_product(db, tenant, "MUG"), NULL);
        g_autofree char *text = vt_assignment_format(set);

        assert_string_equal(text, "{\"master\":{\"primary\":[9,4]}}");
        assert_int_equal(live->len, 0);
    }
}

static void
contexts_that_cannot_be_are_refused(void **state)
{
    VtSetKey catalog = {.product_id = 1, .catalog_id = 5}, category = {.category_id = 1};
    VtSetKey both = {.category_id = 1, .channel_id = 2, .catalog_id = 5};
    g_autoptr(GError) no_catalog = NULL, no_channel = NULL, no_both = NULL;

    assert_false(vt_set_key_check(&catalog, &no_catalog));
    assert_true(vt_error_is(no_catalog, VT_ERROR_CATALOG));
    assert_false(vt_set_key_check(&category, &no_channel));
    assert_true(vt_error_is(no_channel, VT_ERROR_CHANNEL));
    assert_false(vt_set_key_check(&both, &no_both));
    assert_true(vt_error_is(no_both, VT_ERROR_CATALOG));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_context_has_one_document),
        cmocka_unit_test(a_finished_set_loads_as_it_was_and_nothing_is_live_yet),
        cmocka_unit_test(contexts_that_cannot_be_are_refused),
    };
    return vt_test_run("assignment/set", tests);
}
