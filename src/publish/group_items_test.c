#include "publish/group_items.h"

#include "publish/testing.h"

static const char *const both[] = {"MH01", "MUG", NULL};

static gint64
n_items(VtTestGroupShop *shop, const VtGroup *group)
{
    g_autoptr(VtGroup) now = vt_group_read(shop->db, group->group_id, NULL);

    return now->n_items;
}

static void
what_is_finished_is_copied_in_from_the_live_site_and_from_groups(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_autoptr(VtGroup) spring = vt_test_group(&shop, "spring");
        g_autoptr(VtGroup) summer = vt_test_group(&shop, "summer");
        const VtGroupSelection all = {.products = both},
                               german = {.products = both, .locale = "de-DE"};
        gint64 document = vt_test_assign_live(&shop, "MH01", shop.tee);
        guint64 n = 0;

        assert_true(vt_group_add(shop.db, spring, VT_GROUP_LIVE, &all, &vt_test_actor, &n, NULL));
        assert_int_equal(n, 1);
        vt_test_assign_in(&shop, spring, "MH01", shop.mug);
        vt_test_assign_in(&shop, spring, "MUG", shop.cup);
        vt_test_assign_live(&shop, "MH01", shop.cup);
        assert_true(
            vt_group_add(shop.db, summer, spring->group_id, &german, &vt_test_actor, &n, NULL));
        assert_int_equal(n, 0);
        assert_true(
            vt_group_add(shop.db, summer, spring->group_id, &all, &vt_test_actor, &n, NULL));
        assert_int_equal(n, 2);
        assert_int_equal(vt_test_state(&shop, document, summer->group_id).head, 2);
        assert_int_equal(vt_test_state(&shop, document, summer->group_id).base, 1);
        assert_true(vt_group_add(shop.db, summer, VT_GROUP_LIVE, &all, &vt_test_actor, &n, NULL));
        assert_int_equal(n, 0);
        assert_int_equal(n_items(&shop, summer), 2);
    }
}

static void
what_is_taken_out_is_as_it_was_and_what_is_edited_stays(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_autoptr(VtGroup) group = vt_test_group(&shop, "spring");
        const char *const mug[] = {"MUG", NULL};
        const VtGroupSelection all = {.products = both}, only = {.products = mug};
        g_autoptr(GError) error = NULL;
        gint64 hoodie, document, found = 0;
        VtSetKey key = {.product_id = vt_test_product(shop.db, shop.tenant, "MUG"),
            .channel_id = VT_CHANNEL_OMNI,
            .locale = VT_LOCALE_NEUTRAL};
        guint64 n = 0;

        vt_test_assign_live(&shop, "MH01", shop.tee);
        hoodie = vt_test_assign_in(&shop, group, "MH01", shop.mug);
        document = vt_test_assign_in(&shop, group, "MUG", shop.mug);
        assert_true(
            vt_document_check_out(shop.db, hoodie, group->group_id, "{}", &vt_test_actor, NULL));
        assert_false(vt_group_remove(shop.db, group, &all, &vt_test_actor, &n, &error));
        assert_true(vt_error_is(error, VT_ERROR_CHECKED_OUT));
        assert_int_equal(n_items(&shop, group), 2);
        assert_true(vt_group_remove(shop.db, group, &only, &vt_test_actor, &n, NULL));
        assert_int_equal(n, 1);
        assert_int_equal(n_items(&shop, group), 1);
        /* nothing else knew of it */
        assert_true(vt_set_find(shop.db, &key, &found, NULL));
        assert_int_equal(found, 0);
        assert_false(
            vt_document_state(shop.db, document, VT_GROUP_LIVE, &(VtDocumentState){0}, NULL));
    }
}

static void
a_group_is_deleted_with_its_forks_once_its_name_is_said_again(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_autoptr(VtGroup) group = vt_test_group(&shop, "spring");
        const char *const refused[] = {NULL, "", "Spring", "summer"};
        gint64 document = vt_test_assign_live(&shop, "MH01", shop.tee);

        vt_test_assign_in(&shop, group, "MH01", shop.mug);
        vt_test_assign_in(&shop, group, "MUG", shop.mug);
        assert_true(
            vt_document_check_out(shop.db, document, group->group_id, "{}", &vt_test_actor, NULL));
        for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
            g_autoptr(GError) error = NULL;

            assert_false(vt_group_delete(shop.db, group, refused[i], &vt_test_actor, &error));
            assert_true(vt_error_is(error, VT_ERROR_CONFIRMATION_MISSING));
        }
        assert_int_equal(n_items(&shop, group), 2);
        assert_true(vt_group_delete(shop.db, group, "spring", &vt_test_actor, NULL));
        assert_null(vt_group_find(shop.db, shop.tenant, "spring", NULL));
        assert_int_equal(vt_test_state(&shop, document, VT_GROUP_LIVE).head, 1);
        assert_false(vt_test_state(&shop, document, group->group_id).is_held);
    }
}

/* The flag of an item as the list shows it. */
static gboolean
is_draft(const json_t *item)
{
    return json_is_true(json_object_get(item, "draft"));
}

static void
a_list_tells_what_each_item_is_and_history_what_it_was(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_autoptr(VtGroup) group = vt_test_group(&shop, "spring");
        const VtGroupSelection all = {.products = both};
        g_auto(VtGroupPublishResult) live = {0};
        g_autoptr(json_t) now = NULL, past = NULL;
        const json_t *first, *second;
        g_autoptr(VtGroup) published = NULL;
        guint64 n = 0;

        vt_test_assign_live(&shop, "MH01", shop.tee);
        vt_test_publish_all(&shop);
        assert_true(vt_group_add(shop.db, group, VT_GROUP_LIVE, &all, &vt_test_actor, &n, NULL));
        vt_test_assign_in(&shop, group, "MUG", shop.mug);
        now = vt_group_items_json(shop.db, group, 0, 10, NULL);
        first = json_array_get(json_object_get(now, "items"), 0);
        second = json_array_get(json_object_get(now, "items"), 1);
        assert_string_equal(json_string_value(json_object_get(first, "product")), "MH01");
        assert_string_equal(json_string_value(json_object_get(first, "channel")), "Omnichannel");
        assert_false(is_draft(first));
        assert_true(is_draft(second));
        assert_int_equal(vt_test_go_live(&shop, group, &live), VT_TEST_DONE);
        published = vt_group_read(shop.db, group->group_id, NULL);
        past = vt_group_items_json(shop.db, published, 0, 10, NULL);
        assert_int_equal(json_array_size(json_object_get(past, "items")), 1);
        first = json_array_get(json_object_get(past, "items"), 0);
        assert_string_equal(json_string_value(json_object_get(first, "product")), "MUG");
        assert_true(json_is_null(json_object_get(first, "base")));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_finished_is_copied_in_from_the_live_site_and_from_groups),
        cmocka_unit_test(what_is_taken_out_is_as_it_was_and_what_is_edited_stays),
        cmocka_unit_test(a_group_is_deleted_with_its_forks_once_its_name_is_said_again),
        cmocka_unit_test(a_list_tells_what_each_item_is_and_history_what_it_was),
    };

    return vt_test_run("publish/group_items", tests);
}
