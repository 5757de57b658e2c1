#include "assignment/testing.h"
#include "base/locale.h"
#include "publish/unpublish.h"
#include "tenant/channel.h"

/* MH01 shows tee in Omnichannel and in OUN001/en-us, MUG shows mug; all of it is live. */
typedef struct {
    VtDb *db;
    gint64 tenant;
    gint64 tee, mug;                 /* documents of the assets */
    gint64 hoodie, hoodie_here, cup; /* documents of the sets */
} Shop;

static void
shop_clear(Shop *self)
{
    vt_db_free(self->db);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Shop, shop_clear)

static void
publish_all(Shop *shop, guint64 n_expected)
{
    VtPublishRequest request = {.tenant_id = shop->tenant, .all = TRUE};
    g_auto(VtPublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_publish(shop->db, &request, &vt_test_actor, &result, &error), error);
    assert_int_equal(result.n_published, n_expected);
}

static Shop
open_shop(gsize kind)
{
    Shop shop = {0};
    gint64 tee[] = {0, 0}, mug[] = {0, 0}, channel;
    g_autoptr(GPtrArray) channels = NULL;
    g_autoptr(GError) error = NULL;

    shop.db = vt_test_open_assignment(kind, &shop.tenant);
    assert_ok(
        vt_db_migrate(shop.db, vt_publish_migrations, vt_publish_n_migrations, &error), error);
    tee[0] = vt_test_add_asset(shop.db, shop.tenant, "tee", VT_LOCALE_NEUTRAL, "Shirt");
    mug[0] = vt_test_add_asset(shop.db, shop.tenant, "mug", VT_LOCALE_NEUTRAL, "Mug");
    channels = vt_channel_list(shop.db, shop.tenant, &error);
    assert_ok(channels != NULL, error);
    channel = vt_channel_by_code(channels, "OUN001")->channel_id;
    shop.hoodie =
        vt_test_assign(shop.db, shop.tenant, "MH01", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, tee);
    shop.hoodie_here = vt_test_assign(shop.db, shop.tenant, "MH01", channel, "en-us", tee);
    shop.cup = vt_test_assign(shop.db, shop.tenant, "MUG", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, mug);
    assert_true(vt_asset_document(shop.db, tee[0], VT_LOCALE_NEUTRAL, &shop.tee, NULL));
    assert_true(vt_asset_document(shop.db, mug[0], VT_LOCALE_NEUTRAL, &shop.mug, NULL));
    publish_all(&shop, 5);
    return shop;
}

static char *
live(Shop *shop)
{
    const gint64 document[] = {shop->tee, shop->mug, shop->hoodie, shop->hoodie_here, shop->cup};
    static const char letter[] = "tmhHc";
    GString *text = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(document); i++) {
        g_auto(VtDocumentState) now = {0};

        assert_true(vt_document_state(shop->db, document[i], VT_GROUP_LIVE, &now, NULL));
        if (now.published != 0)
            g_string_append_c(text, letter[i]);
    }
    return g_string_free(text, FALSE);
}

static const char *const hoodie[] = {"MH01", NULL}, *const cup[] = {"MUG", NULL},
                         *const tee[] = {"tee", NULL}, *const both[] = {"tee", "mug", NULL},
                         *const nobody[] = {"nobody", NULL};

enum { DONE = VT_N_ERRORS };

static const struct {
    VtUnpublishRequest request;
    guint code;
    guint64 n_unpublished, n_referenced;
    const char *live; /* afterwards: t, m assets; h Omnichannel, H channel set, c cup */
} case_row[] = {
    {{.products = hoodie}, DONE, 2, 0, "tmc"},
    {{.products = hoodie, .channel = "OUN001"}, DONE, 1, 0, "tmhc"},
    {{.products = hoodie, .channel = "omnichannel"}, DONE, 1, 0, "tmHc"},
    {{.products = hoodie, .locale = "EN_us"}, DONE, 1, 0, "tmhc"},
    {{.products = hoodie, .channel = "OUN002"}, DONE, 0, 0, "tmhHc"},
    {{.assets = tee}, VT_ERROR_REFERENCED, 0, 2, "tmhHc"},
    {{.assets = both}, VT_ERROR_REFERENCED, 0, 3, "tmhHc"},
    {{.assets = tee, .force = TRUE}, DONE, 1, 2, "mhHc"},
    {{.assets = tee, .products = hoodie}, DONE, 3, 0, "mc"},
    {{.assets = tee, .products = cup}, VT_ERROR_REFERENCED, 0, 2, "tmhHc"},
    {{.products = nobody}, VT_ERROR_ENTITY_NOT_FOUND, 0, 0, "tmhHc"},
    {{.assets = nobody}, VT_ERROR_NOT_FOUND, 0, 0, "tmhHc"},
    {{.products = hoodie, .channel = "OUN999"}, VT_ERROR_CHANNEL, 0, 0, "tmhHc"},
    {{.products = hoodie, .locale = "no tag"}, VT_ERROR_LOCALE, 0, 0, "tmhHc"},
};

static void
what_is_asked_for_ends_or_nothing_does(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++)
        for (gsize i = 0; i < G_N_ELEMENTS(case_row); i++) {
            g_auto(Shop) shop = open_shop(kind);
            VtUnpublishRequest request = case_row[i].request;
            g_auto(VtUnpublishResult) result = {0};
            g_autoptr(GError) error = NULL;
            g_autofree char *left = NULL;
            gint64 head = 0;

            request.tenant_id = shop.tenant;
            assert_int_equal(vt_unpublish(shop.db, &request, &vt_test_actor, &result, &error),
                case_row[i].code == DONE);
            assert_int_equal(error != NULL ? vt_error_code(error) : DONE, case_row[i].code);
            assert_int_equal(result.n_unpublished, case_row[i].n_unpublished);
            assert_int_equal(result.n_referenced, case_row[i].n_referenced);
            assert_int_equal(result.referenced->len, case_row[i].n_referenced);
            left = live(&shop);
            assert_string_equal(left, case_row[i].live);
            assert_true(vt_changelog_head(shop.db, &head, NULL));
            assert_true(result.seq == 0 || result.seq == head);
            assert_int_equal(result.seq != 0, case_row[i].n_unpublished > 0);
        }
}

static void
a_second_time_is_a_no_op_and_publishing_everything_leaves_it_alone(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        VtUnpublishRequest request = {.tenant_id = shop.tenant, .products = cup};
        VtPublishRequest again = {.tenant_id = shop.tenant, .products = cup};
        g_auto(VtUnpublishResult) first = {0};
        g_auto(VtUnpublishResult) second = {0};
        g_auto(VtPublishResult) published = {0};
        gint64 before = 0, after = 0;

        assert_true(vt_unpublish(shop.db, &request, &vt_test_actor, &first, NULL));
        assert_true(vt_changelog_head(shop.db, &before, NULL));
        assert_true(vt_unpublish(shop.db, &request, &vt_test_actor, &second, NULL));
        assert_int_equal(second.n_unpublished, 0);
        assert_int_equal(second.seq, 0);
        publish_all(&shop, 0);
        assert_true(vt_changelog_head(shop.db, &after, NULL));
        assert_int_equal(before, after);
        assert_true(vt_publish(shop.db, &again, &vt_test_actor, &published, NULL));
        assert_int_equal(published.n_published, 1);
    }
}

static void
a_newer_draft_of_what_was_unpublished_is_a_draft(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        const gint64 none[] = {0};
        VtUnpublishRequest request = {.tenant_id = shop.tenant, .products = cup};
        g_auto(VtUnpublishResult) result = {0};

        assert_true(vt_unpublish(shop.db, &request, &vt_test_actor, &result, NULL));
        vt_test_assign(shop.db, shop.tenant, "MUG", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, none);
        publish_all(&shop, 1);
    }
}

static void
the_log_tells_what_was_live_and_that_nothing_is_now(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        VtUnpublishRequest request = {.tenant_id = shop.tenant, .products = cup};
        g_auto(VtUnpublishResult) result = {0};
        g_autoptr(GArray) entries = NULL;

        assert_true(vt_unpublish(shop.db, &request, &vt_test_actor, &result, NULL));
        entries = vt_changelog_read(shop.db, shop.tenant, result.seq - 1, result.seq, NULL);
        assert_int_equal(entries->len, 1);
        assert_int_equal(g_array_index(entries, VtLogEntry, 0).kind, VT_LOG_KIND_PUBLICATION);
        assert_int_equal(g_array_index(entries, VtLogEntry, 0).subject, shop.cup);
    }
}

static void
who_edits_a_set_keeps_the_draft(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        VtUnpublishRequest request = {.tenant_id = shop.tenant, .products = cup};
        g_auto(VtUnpublishResult) result = {0};
        g_auto(VtDocumentState) now = {0};

        assert_true(
            vt_document_check_out(shop.db, shop.cup, VT_GROUP_LIVE, "{}", &vt_test_actor, NULL));
        assert_true(vt_unpublish(shop.db, &request, &vt_test_actor, &result, NULL));
        assert_true(vt_document_state(shop.db, shop.cup, VT_GROUP_LIVE, &now, NULL));
        assert_int_equal(now.published, 0);
        assert_string_equal(now.draft, "{}");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_asked_for_ends_or_nothing_does),
        cmocka_unit_test(a_second_time_is_a_no_op_and_publishing_everything_leaves_it_alone),
        cmocka_unit_test(a_newer_draft_of_what_was_unpublished_is_a_draft),
        cmocka_unit_test(the_log_tells_what_was_live_and_that_nothing_is_now),
        cmocka_unit_test(who_edits_a_set_keeps_the_draft),
    };
    return vt_test_run("publish/unpublish", tests);
}
