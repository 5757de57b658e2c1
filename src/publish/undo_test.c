#include "publish/undo.h"

#include "publish/testing.h"
#include "publish/unpublish.h"

static int
undo(VtTestGroupShop *shop, gint64 seq, gboolean force, VtUndoResult *ret_result)
{
    const VtUndoRequest request = {.tenant_id = shop->tenant, .seq = seq, .force = force};
    g_autoptr(GError) error = NULL;

    return vt_undo(shop->db, &request, &vt_test_actor, ret_result, &error)
               ? (int)VT_TEST_DONE
               : (int)vt_error_code(error);
}

static void
a_group_is_undone_in_one_step_and_that_is_undone_again(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_autoptr(VtGroup) group = vt_test_group(&shop, "spring");
        g_auto(VtGroupPublishResult) live = {0};
        g_auto(VtUndoResult) back = {0};
        g_auto(VtUndoResult) again = {0};
        g_auto(VtUndoResult) forth = {0};
        g_autoptr(VtGroup) undone = NULL;
        g_autoptr(VtGroup) redone = NULL;

        vt_test_assign_live(&shop, "MH01", shop.tee);
        vt_test_publish_all(&shop);
        vt_test_assign_in(&shop, group, "MH01", shop.mug);
        vt_test_assign_in(&shop, group, "MUG", shop.cup);
        assert_int_equal(vt_test_go_live(&shop, group, &live), VT_TEST_DONE);
        assert_int_equal(undo(&shop, live.seq, FALSE, &back), VT_TEST_DONE);
        assert_int_equal(back.n_restored, 2);
        assert_int_equal(back.seq, live.seq + 1);
        assert_int_equal(vt_test_shown(&shop, "MH01"), shop.tee);
        assert_int_equal(vt_test_shown(&shop, "MUG"), 0);
        assert_int_equal(vt_test_publish_all(&shop), 0);
        undone = vt_group_read(shop.db, group->group_id, NULL);
        assert_int_equal(undone->undone_seq, back.seq);
        assert_int_equal(undo(&shop, live.seq, FALSE, &again), VT_ERROR_CHANGED_SINCE);
        assert_int_equal(undo(&shop, back.seq, FALSE, &forth), VT_TEST_DONE);
        assert_int_equal(vt_test_shown(&shop, "MH01"), shop.mug);
        assert_int_equal(vt_test_shown(&shop, "MUG"), shop.cup);
        redone = vt_group_read(shop.db, group->group_id, NULL);
        assert_int_equal(redone->undone_seq, 0);
        assert_int_equal(vt_test_publish_all(&shop), 0);
    }
}

static void
what_was_published_since_is_named_and_kept_unless_forced(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_auto(VtUndoResult) refused = {0};
        g_auto(VtUndoResult) forced = {0};
        gint64 seq, later;

        vt_test_assign_live(&shop, "MH01", shop.tee);
        vt_test_assign_live(&shop, "MUG", shop.mug);
        vt_test_publish_all(&shop);
        vt_test_assign_live(&shop, "MH01", shop.cup);
        vt_test_assign_live(&shop, "MUG", shop.cup);
        seq = vt_test_publish_all(&shop);
        vt_test_assign_live(&shop, "MUG", shop.tee);
        later = vt_test_publish_all(&shop);
        assert_true(later > seq);
        assert_int_equal(undo(&shop, seq, FALSE, &refused), VT_ERROR_CHANGED_SINCE);
        assert_int_equal(refused.n_changed, 1);
        assert_string_equal(
            g_ptr_array_index(refused.changed, 0), "MUG (Omnichannel, system_neutral)");
        assert_int_equal(vt_test_shown(&shop, "MH01"), shop.cup);
        assert_int_equal(undo(&shop, seq, TRUE, &forced), VT_TEST_DONE);
        assert_int_equal(vt_test_shown(&shop, "MH01"), shop.tee);
        assert_int_equal(vt_test_shown(&shop, "MUG"), shop.mug);
    }
}

/* A draft finished since stays what the live site goes on from. */
static void
a_head_goes_back_only_where_nothing_was_finished_since(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_auto(VtUndoResult) result = {0};
        gint64 hoodie = vt_test_assign_live(&shop, "MH01", shop.tee);
        gint64 mug = vt_test_assign_live(&shop, "MUG", shop.mug), seq;

        vt_test_publish_all(&shop);
        vt_test_assign_live(&shop, "MH01", shop.cup);
        vt_test_assign_live(&shop, "MUG", shop.cup);
        seq = vt_test_publish_all(&shop);
        vt_test_assign_live(&shop, "MUG", shop.tee); /* 3, not published */
        assert_int_equal(undo(&shop, seq, FALSE, &result), VT_TEST_DONE);
        assert_int_equal(vt_test_state(&shop, hoodie, VT_GROUP_LIVE).head, 1);
        assert_int_equal(vt_test_state(&shop, mug, VT_GROUP_LIVE).head, 3);
        assert_int_equal(vt_test_state(&shop, mug, VT_GROUP_LIVE).published, 1);
    }
}

static void
no_set_is_left_with_media_that_are_not_live(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_auto(VtUndoResult) refused = {0};
        const char *const hat[] = {"hat", NULL};
        const VtPublishRequest only = {.tenant_id = shop.tenant, .assets = hat};
        g_auto(VtPublishResult) live = {0};
        gint64 asset;

        asset = vt_test_add_asset(shop.db, shop.tenant, "hat", VT_LOCALE_NEUTRAL, "A hat");
        assert_true(vt_publish(shop.db, &only, &vt_test_actor, &live, NULL));
        vt_test_assign_live(&shop, "MUG", asset);
        vt_test_publish_all(&shop);
        assert_int_equal(undo(&shop, live.seq, FALSE, &refused), VT_ERROR_UNPUBLISHED_DEPENDENCIES);
        assert_string_equal(g_ptr_array_index(refused.missing, 0),
            "hat, shown by MUG (Omnichannel, system_neutral)");
        assert_int_equal(vt_test_shown(&shop, "MUG"), asset);
    }
}

static void
an_unpublish_is_undone_and_a_reset(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        const char *const product[] = {"MUG", NULL};
        const VtUnpublishRequest take_back = {.tenant_id = shop.tenant, .products = product};
        const VtRevisionSpec tombstone = {.comment = "reset"};
        g_auto(VtUnpublishResult) gone = {0};
        g_auto(VtUndoResult) back = {0};
        g_auto(VtUndoResult) unreset = {0};
        g_auto(VtDocumentState) now = {0};
        gint64 document = vt_test_assign_live(&shop, "MUG", shop.mug), number, seq;
        gboolean changed;

        vt_test_publish_all(&shop);
        assert_true(vt_unpublish(shop.db, &take_back, &vt_test_actor, &gone, NULL));
        assert_int_equal(undo(&shop, gone.seq, FALSE, &back), VT_TEST_DONE);
        assert_int_equal(vt_test_shown(&shop, "MUG"), shop.mug);
        now = vt_test_state(&shop, document, VT_GROUP_LIVE);
        assert_true(vt_revision_check_in(
            shop.db, &now, VT_GROUP_LIVE, &tombstone, &vt_test_actor, &number, &changed, NULL));
        seq = vt_test_publish_all(&shop);
        assert_int_equal(vt_test_shown(&shop, "MUG"), 0);
        assert_int_equal(undo(&shop, seq, FALSE, &unreset), VT_TEST_DONE);
        assert_int_equal(vt_test_shown(&shop, "MUG"), shop.mug);
        assert_int_equal(vt_test_publish_all(&shop), 0);
    }
}

static void
a_number_that_published_nothing_here_is_not_found(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        const VtUndoRequest other = {.tenant_id = shop.tenant + 1, .seq = 2};
        g_auto(VtUndoResult) first = {0};
        g_auto(VtUndoResult) second = {0};
        g_autoptr(GError) error = NULL;

        assert_int_equal(undo(&shop, 99, FALSE, &first), VT_ERROR_NOT_FOUND);
        assert_false(vt_undo(shop.db, &other, &vt_test_actor, &second, &error));
        assert_true(vt_error_is(error, VT_ERROR_NOT_FOUND));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_is_undone_in_one_step_and_that_is_undone_again),
        cmocka_unit_test(what_was_published_since_is_named_and_kept_unless_forced),
        cmocka_unit_test(a_head_goes_back_only_where_nothing_was_finished_since),
        cmocka_unit_test(no_set_is_left_with_media_that_are_not_live),
        cmocka_unit_test(an_unpublish_is_undone_and_a_reset),
        cmocka_unit_test(a_number_that_published_nothing_here_is_not_found),
    };

    return vt_test_run("publish/undo", tests);
}
