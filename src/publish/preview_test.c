#include "publish/preview.h"

#include "publish/shadow.h"
#include "publish/testing.h"
#include "tenant/setting.h"
#include "tenant/user.h"

#include <string.h>

#define HOUR_US (G_GINT64_CONSTANT(3600) * G_USEC_PER_SEC)

static const VtActor maker = {.now_us = 5 * G_USEC_PER_SEC};

/* The word of a new preview of what @request (JSON) names. */
static char *
make(VtTestGroupShop *shop, const char *request, const VtActor *actor)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) body = json_loads(request, 0, NULL);
    g_autoptr(json_t) made = vt_preview_create(shop->db, shop->tenant, body, actor, &error);
    const char *address;

    assert_ok(made != NULL, error);
    address = json_string_value(json_object_get(made, "address"));
    assert_true(g_str_has_prefix(address, VT_PREVIEW_PLACE));
    return g_strdup(address + strlen(VT_PREVIEW_PLACE));
}

/* The code of the refusal of a word, else VT_TEST_DONE. */
static int
look_up(VtTestGroupShop *shop, const char *word, const char *tenant, gint64 now_us)
{
    g_auto(VtPreview) preview = {0};
    g_autoptr(GError) error = NULL;

    return vt_preview_find(shop->db, word, tenant, now_us, &preview, &error)
               ? (int)VT_TEST_DONE
               : (int)vt_error_code(error);
}

static void
a_word_is_good_until_its_time_and_only_as_it_was_signed(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_autofree char *word = make(&shop, "{\"assets\":[\"tee\"],\"hours\":2}", &maker);
        g_autofree char *other = make(&shop, "{\"assets\":[\"mug\"],\"hours\":2}", &maker);
        gint64 end_us = maker.now_us + 2 * HOUR_US;

        assert_int_equal(look_up(&shop, word, "acme", end_us - 1), VT_TEST_DONE);
        assert_int_equal(look_up(&shop, word, "acme", end_us), VT_ERROR_PREVIEW_ENDED);
        assert_int_equal(look_up(&shop, word, "other", 0), VT_ERROR_PREVIEW_INVALID);
        assert_int_equal(look_up(&shop, "", "acme", 0), VT_ERROR_PREVIEW_INVALID);
        assert_int_equal(look_up(&shop, "1.2.3", "acme", 0), VT_ERROR_PREVIEW_INVALID);
        for (gsize i = 0; word[i] != '\0'; i++) {
            char kept = word[i];

            word[i] = kept == '7' ? '8' : '7';
            assert_int_equal(look_up(&shop, word, "acme", 0), VT_ERROR_PREVIEW_INVALID);
            word[i] = kept;
        }
        other[0] = word[0];
        assert_int_equal(look_up(&shop, other, "acme", 0), VT_ERROR_PREVIEW_INVALID);
    }
}

static void
a_preview_ends_when_it_is_revoked_or_its_maker_is_kept_out(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_autoptr(GError) error = NULL;
        g_autoptr(json_t) list = NULL;
        g_autofree char *first = make(&shop, "{\"products\":[\"MUG\"]}", &maker);
        g_autofree char *second = NULL;
        VtActor bob = maker;

        assert_ok(vt_user_add(shop.db, shop.tenant, "bob", "correct horse", VT_ROLE_PRODUCER,
                      &maker, &error),
            error);
        assert_ok(
            vt_user_reach(shop.db, shop.tenant, "bob", &maker, &bob.account_id, &error), error);
        second = make(&shop, "{\"products\":[\"MUG\"]}", &bob);
        assert_ok(vt_preview_revoke(shop.db, shop.tenant, 1, &maker, &error), error);
        assert_false(vt_preview_revoke(shop.db, shop.tenant, 1, &maker, &error));
        assert_true(vt_error_is(error, VT_ERROR_NOT_FOUND));
        g_clear_error(&error);
        assert_int_equal(look_up(&shop, first, "acme", 0), VT_ERROR_PREVIEW_ENDED);
        assert_int_equal(look_up(&shop, second, "acme", 0), VT_TEST_DONE);
        assert_ok(vt_user_set_disabled(shop.db, shop.tenant, "bob", TRUE, &maker, &error), error);
        assert_int_equal(look_up(&shop, second, "acme", 0), VT_ERROR_PREVIEW_ENDED);
        list = vt_preview_list(shop.db, shop.tenant, maker.now_us, &error);
        assert_ok(list != NULL, error);
        assert_int_equal(json_array_size(json_object_get(list, "previews")), 1);
    }
}

static void
a_request_that_names_nothing_or_too_long_a_time_is_refused(void **state)
{
    static const struct {
        const char *request;
        VtErrorCode code;
    } row[] = {
        {"[]", VT_ERROR_BAD_JSON},
        {"{}", VT_ERROR_MISSING_FIELD},
        {"{\"all\":true}", VT_ERROR_BAD_VALUE},
        {"{\"assets\":\"tee\"}", VT_ERROR_BAD_VALUE},
        {"{\"assets\":[\"none\"]}", VT_ERROR_NOT_FOUND},
        {"{\"products\":[\"NONE\"]}", VT_ERROR_ENTITY_NOT_FOUND},
        {"{\"categories\":[\"none\"]}", VT_ERROR_ENTITY_NOT_FOUND},
        {"{\"group\":\"none\"}", VT_ERROR_NOT_FOUND},
        {"{\"group\":\"live\"}", VT_ERROR_BAD_VALUE},
        {"{\"group\":\"spring\",\"assets\":[\"tee\"]}", VT_ERROR_BAD_VALUE},
        {"{\"assets\":[\"tee\"],\"hours\":0}", VT_ERROR_BAD_VALUE},
        {"{\"assets\":[\"tee\"],\"hours\":25}", VT_ERROR_BAD_VALUE},
        {"{\"assets\":[\"tee\"],\"hours\":\"1\"}", VT_ERROR_BAD_VALUE},
    };
    g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(0);
    g_autoptr(GError) problem = NULL;

    assert_ok(
        vt_setting_put(shop.db, shop.tenant, "preview_hours", NULL, "24", &maker, NULL, &problem),
        problem);
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(json_t) body = json_loads(row[i].request, 0, NULL);

        assert_null(vt_preview_create(shop.db, shop.tenant, body, &maker, &error));
        assert_string_equal(
            vt_error_rows[vt_error_code(error)].code, vt_error_rows[row[i].code].code);
    }
}

/* Of the newest shop's database. */
static VtDb *
open_shadow(VtShadow shadow)
{
    g_autoptr(GError) error = NULL;
    VtDb *db = vt_shadow_open(vt_test_newest_database(), shadow, &error);

    assert_ok(db != NULL, error);
    return db;
}

/* `tee=Shirt mug=Mug`: the master's pictures of MUG in Omnichannel and Neutral, with their live alt
 * texts, as the session sees them. */
static char *
seen(VtDb *db, gint64 tenant)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) sets =
        vt_set_published_of_product(db, vt_test_product(db, tenant, "MUG"), &error);
    g_autoptr(GString) text = g_string_new(NULL);

    assert_ok(sets != NULL, error);
    for (guint i = 0; i < sets->len; i++) {
        const VtSetPublished *set = g_ptr_array_index(sets, i);
        g_autoptr(GArray) assets = vt_assignment_assets(set->assignment);

        for (guint k = 0; k < assets->len; k++) {
            g_autoptr(VtAssetPublished) asset =
                vt_asset_published_load(db, g_array_index(assets, gint64, k), &error);
            const VtAssetLive *live;

            assert_ok(asset != NULL, error);
            live = vt_asset_published_in(asset, VT_LOCALE_NEUTRAL);
            g_string_append_printf(text, "%s%s=%s", text->len > 0 ? " " : "", asset->name,
                live != NULL ? live->content.alt : "-");
        }
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* What a shadow filled with the preview @word sees; NULL: with nothing. */
static char *
seen_by(VtTestGroupShop *shop, VtDb *shadow, const char *word)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtPreview) preview = {0};
    g_autoptr(VtTx) tx = vt_tx_begin(shadow, VT_TX_READ, &error);

    assert_ok(tx != NULL, error);
    if (word != NULL)
        assert_ok(vt_preview_find(shadow, word, "acme", 0, &preview, &error) &&
                      vt_preview_show(shadow, &preview, &error),
            error);
    return seen(shadow, shop->tenant);
}

static void
a_shadow_sees_drafts_with_what_they_show_and_nobody_else_does(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_autoptr(VtGroup) spring = vt_test_group(&shop, "spring");
        g_autoptr(VtDb) shadow = NULL;
        g_autofree char *product = NULL, *asset = NULL, *group = NULL;

        vt_test_assign_live(&shop, "MUG", shop.tee);
        vt_test_publish_all(&shop);
        vt_test_assign_live(&shop, "MUG", shop.mug);
        vt_test_add_asset(shop.db, shop.tenant, "mug", VT_LOCALE_NEUTRAL, "New mug");
        vt_test_add_asset(shop.db, shop.tenant, "tee", VT_LOCALE_NEUTRAL, "New shirt");
        vt_test_assign_in(&shop, spring, "MUG", shop.cup);
        product = make(&shop, "{\"products\":[\"MUG\"]}", &maker);
        asset = make(&shop, "{\"assets\":[\"tee\"]}", &maker);
        group = make(&shop, "{\"group\":\"spring\"}", &maker);
        shadow = open_shadow(VT_SHADOW_PREVIEW);
        for (guint round = 0; round < 2; round++) {
            const struct {
                const char *word, *expected;
            } row[] = {{NULL, "tee=Shirt"}, {product, "mug=New mug"}, {asset, "tee=New shirt"},
                {group, "cup=Cup"}};

            for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
                g_autofree char *shown = seen_by(&shop, shadow, row[i].word);
                g_autofree char *live = seen(shop.db, shop.tenant);

                assert_string_equal(shown, row[i].expected);
                assert_string_equal(live, "tee=Shirt");
            }
        }
    }
}

static void
a_shadow_of_the_finished_sees_every_head_that_is_not_in_the_trash(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_autoptr(VtDb) shadow = open_shadow(VT_SHADOW_FINISHED);
        g_autofree char *first = NULL, *second = NULL, *live = NULL;

        vt_test_add_asset(shop.db, shop.tenant, "new", VT_LOCALE_NEUTRAL, "Never live");
        vt_test_assign_live(&shop, "MUG",
            vt_test_add_asset(shop.db, shop.tenant, "new", VT_LOCALE_NEUTRAL, "Not live yet"));
        first = seen_by(&shop, shadow, NULL);
        assert_string_equal(first, "new=Not live yet");
        vt_test_assign_live(&shop, "MUG", shop.cup);
        second = seen_by(&shop, shadow, NULL);
        assert_string_equal(second, "cup=Cup");
        live = seen(shop.db, shop.tenant);
        assert_string_equal(live, "");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_is_good_until_its_time_and_only_as_it_was_signed),
        cmocka_unit_test(a_preview_ends_when_it_is_revoked_or_its_maker_is_kept_out),
        cmocka_unit_test(a_request_that_names_nothing_or_too_long_a_time_is_refused),
        cmocka_unit_test(a_shadow_sees_drafts_with_what_they_show_and_nobody_else_does),
        cmocka_unit_test(a_shadow_of_the_finished_sees_every_head_that_is_not_in_the_trash),
    };
    return vt_test_run("publish/preview", tests);
}
