#include "publish/past.h"

#include "assignment/testing.h"
#include "publish/unpublish.h"
#include "tenant/channel.h"

#include <string.h>

typedef struct {
    VtDb *db; /* owned */
    gint64 tenant;
    gint64 tee, mug; /* assets */
} Shop;

static void
shop_clear(Shop *self)
{
    vt_db_free(self->db);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Shop, shop_clear)

static Shop
open_shop(gsize kind)
{
    Shop shop = {0};
    g_autoptr(GError) error = NULL;

    shop.db = vt_test_open_assignment(kind, &shop.tenant);
    assert_ok(
        vt_db_migrate(shop.db, vt_publish_migrations, vt_publish_n_migrations, &error), error);
    shop.tee = vt_test_add_asset(shop.db, shop.tenant, "tee", VT_LOCALE_NEUTRAL, "A tee");
    shop.mug = vt_test_add_asset(shop.db, shop.tenant, "mug", VT_LOCALE_NEUTRAL, "A mug");
    return shop;
}

static void
assign(Shop *shop, const char *locale, gint64 first, gint64 second)
{
    const gint64 assets[] = {first, second, 0};

    vt_test_assign(shop->db, shop->tenant, "MUG", VT_CHANNEL_OMNI, locale, assets);
}

static gint64
publish_at(Shop *shop, gint64 now_us)
{
    const VtPublishRequest request = {.tenant_id = shop->tenant, .all = TRUE};
    const VtActor actor = {.now_us = now_us};
    g_auto(VtPublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_publish(shop->db, &request, &actor, &result, &error), error);
    return result.seq;
}

static gint64
unpublish_at(Shop *shop, const char *locale, gint64 now_us)
{
    const char *const products[] = {"MUG", NULL};
    const VtUnpublishRequest request = {
        .tenant_id = shop->tenant, .products = products, .locale = locale};
    const VtActor actor = {.now_us = now_us};
    g_auto(VtUnpublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_unpublish(shop->db, &request, &actor, &result, &error), error);
    return result.seq;
}

/* `source: asset=alt …` in de-de at a time. */
static void
assert_past(Shop *shop, gint64 at_us, const char *expected)
{
    VtPastQuery query = {.words = {.product = "MUG", .channel = "OUN001", .locale = "de-de"}};
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) told = NULL;
    const json_t *primary, *source;

    assert_ok(vt_past_seq(shop->db, at_us, &query.seq, &error), error);
    told = vt_past_show(shop->db, shop->tenant, &query, &error);
    assert_ok(told != NULL, error);
    primary = json_object_get(told, "primary");
    source = json_object_get(told, "source");
    g_string_append_printf(text,
        "%s:", json_is_null(source) ? "-" : json_string_value(json_object_get(source, "locale")));
    for (gsize i = 0; i < json_array_size(primary); i++) {
        const json_t *one = json_array_get(primary, i);

        g_string_append_printf(text, " %s=%s", json_string_value(json_object_get(one, "asset")),
            json_string_value(json_object_get(one, "alt")));
    }
    assert_string_equal(text->str, expected);
}

static void
each_time_has_the_answer_of_then(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);

        assign(&shop, VT_LOCALE_NEUTRAL, shop.tee, 0);
        assert_true(publish_at(&shop, 100) > 0);
        assign(&shop, "de-de", shop.mug, shop.tee);
        vt_test_add_asset(shop.db, shop.tenant, "tee", VT_LOCALE_NEUTRAL, "The same tee");
        assert_true(publish_at(&shop, 200) > 0);
        vt_test_add_asset(shop.db, shop.tenant, "mug", "de-de", "Ein Becher");
        assert_true(publish_at(&shop, 300) > 0);
        assert_true(unpublish_at(&shop, "de-de", 400) > 0);
        assert_true(unpublish_at(&shop, NULL, 500) > 0);
        assert_past(&shop, 99, "-:");
        assert_past(&shop, 100, "system_neutral: tee=A tee");
        assert_past(&shop, 199, "system_neutral: tee=A tee");
        assert_past(&shop, 200, "de-de: mug=A mug tee=The same tee");
        assert_past(&shop, 300, "de-de: mug=Ein Becher tee=The same tee");
        assert_past(&shop, 400, "system_neutral: tee=The same tee");
        assert_past(&shop, 500, "-:");
    }
}

static void
a_place_that_is_not_there_is_refused(void **state)
{
    g_auto(Shop) shop = open_shop(0);
    const VtPastQuery product = {.words = {.product = "NONE"}};
    const VtPastQuery channel = {.words = {.product = "MUG", .channel = "NONE"}};
    g_autoptr(GError) error = NULL;

    assert_null(vt_past_show(shop.db, shop.tenant, &product, &error));
    assert_true(vt_error_is(error, VT_ERROR_ENTITY_NOT_FOUND));
    g_clear_error(&error);
    assert_null(vt_past_show(shop.db, shop.tenant, &channel, &error));
    assert_true(vt_error_is(error, VT_ERROR_CHANNEL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_time_has_the_answer_of_then),
        cmocka_unit_test(a_place_that_is_not_there_is_refused),
    };
    return vt_test_run("publish/past", tests);
}
