#include "assignment/testing.h"
#include "base/locale.h"
#include "publish/unpublish.h"
#include "tenant/channel.h"

#include <string.h>

typedef struct {
    VtDb *db;
    gint64 tenant;
    gint64 a, b;
} Shop;

static void
shop_clear(Shop *self)
{
    vt_db_free(self->db);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Shop, shop_clear)

static gint64
channel(const Shop *shop, const char *code)
{
    g_autoptr(GPtrArray) list = vt_channel_list(shop->db, shop->tenant, NULL);

    return vt_channel_by_code(list, code)->channel_id;
}

static gint64
assign(const Shop *shop, const char *channel_code, const char *locale, gint64 first, gint64 second)
{
    const gint64 assets[] = {first, second, 0};

    return vt_test_assign(shop->db, shop->tenant, "MH01",
        channel_code != NULL ? channel(shop, channel_code) : VT_CHANNEL_OMNI, locale, assets);
}

static void
publish_all(const Shop *shop)
{
    VtPublishRequest request = {.tenant_id = shop->tenant, .all = TRUE, .with_dependencies = TRUE};
    g_auto(VtPublishResult) result = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_publish(shop->db, &request, &vt_test_actor, &result, &error), error);
}

/* MH01 shows `a` everywhere. */
static Shop
open_shop(gsize kind)
{
    Shop shop = {0};
    g_autoptr(GError) error = NULL;

    shop.db = vt_test_open_assignment(kind, &shop.tenant);
    assert_ok(
        vt_db_migrate(shop.db, vt_publish_migrations, vt_publish_n_migrations, &error), error);
    shop.a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");
    shop.b = vt_test_add_asset(shop.db, shop.tenant, "b", VT_LOCALE_NEUTRAL, "B");
    assign(&shop, NULL, VT_LOCALE_NEUTRAL, shop.a, 0);
    publish_all(&shop);
    return shop;
}

static void
add_names(GString *text, const json_t *side)
{
    const json_t *primary = json_object_get(side, "primary");

    for (gsize i = 0; i < json_array_size(primary); i++)
        g_string_append(text, json_string_value(json_array_get(primary, i)));
}

/* `OUN001/en-us/MH01-B-S a>b` for each place, joined by commas. */
static char *
told(const VtDifferences *changes)
{
    GString *text = g_string_new("");

    assert_int_equal(json_array_size(changes->list), changes->n);
    for (gsize i = 0; i < json_array_size(changes->list); i++) {
        const json_t *row = json_array_get(changes->list, i);
        const char *variant = json_string_value(json_object_get(row, "variant"));

        g_string_append_printf(text, "%s%s/%s/%s ", i > 0 ? "," : "",
            json_string_value(json_object_get(row, "channel")),
            json_string_value(json_object_get(row, "locale")),
            variant != NULL ? variant : json_string_value(json_object_get(row, "product")));
        add_names(text, json_object_get(row, "before"));
        g_string_append_c(text, '>');
        add_names(text, json_object_get(row, "after"));
    }
    return g_string_free(text, FALSE);
}

static void
assert_publish(const Shop *shop, VtPublishRequest request, const char *wanted)
{
    g_auto(VtPublishResult) result = {0};
    g_autoptr(GError) error = NULL;
    g_autofree char *found = NULL;
    gint64 before = 0, after = 0;

    request.tenant_id = shop->tenant;
    request.dry_run = request.tell_changes = TRUE;
    assert_true(vt_changelog_head(shop->db, &before, NULL));
    assert_ok(vt_publish(shop->db, &request, &vt_test_actor, &result, &error), error);
    assert_true(vt_changelog_head(shop->db, &after, NULL));
    assert_int_equal(before, after);
    found = told(&result.changes);
    assert_string_equal(found, wanted);
}

#define EVERYWHERE(change)                                                                         \
    "OUN001/en-us/MH01 " change ",OUN001/en-us/MH01-B-S " change ",OUN001/en-us/MH01-B-L " change  \
    ",OUN001/en-us/MH01-R-S " change ",OUN001/de-de/MH01 " change ",OUN001/de-de/MH01-B-S " change \
    ",OUN001/de-de/MH01-B-L " change ",OUN001/de-de/MH01-R-S " change ",OUN002/fr-fr/MH01 " change \
    ",OUN002/fr-fr/MH01-B-S " change ",OUN002/fr-fr/MH01-B-L " change                              \
    ",OUN002/fr-fr/MH01-R-S " change

static void
a_set_changes_the_places_it_answers_and_no_other(void **state)
{
    static const char *const hoodie[] = {"MH01", NULL};

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        VtPublishRequest request = {.products = hoodie};

        assert_publish(&shop, request, "");
        assign(&shop, "OUN001", "de-de", shop.b, shop.a);
        assert_publish(&shop, request,
            "OUN001/de-de/MH01 a>ba,OUN001/de-de/MH01-B-S a>ba,OUN001/de-de/MH01-B-L a>ba,"
            "OUN001/de-de/MH01-R-S a>ba");
        publish_all(&shop);
        assign(&shop, NULL, VT_LOCALE_NEUTRAL, shop.b, 0);
        assert_publish(&shop, request,
            "OUN001/en-us/MH01 a>b,OUN001/en-us/MH01-B-S a>b,OUN001/en-us/MH01-B-L a>b,"
            "OUN001/en-us/MH01-R-S a>b,OUN002/fr-fr/MH01 a>b,OUN002/fr-fr/MH01-B-S a>b,"
            "OUN002/fr-fr/MH01-B-L a>b,OUN002/fr-fr/MH01-R-S a>b");
    }
}

static void
an_asset_changes_what_shows_it_in_its_locale(void **state)
{
    static const char *const a[] = {"a", NULL}, *const b[] = {"b", NULL};

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);

        vt_test_add_asset(shop.db, shop.tenant, "a", "fr-fr", "Ah");
        assert_publish(&shop, (VtPublishRequest){.assets = a},
            "OUN002/fr-fr/MH01 a>a,OUN002/fr-fr/MH01-B-S a>a,OUN002/fr-fr/MH01-B-L a>a,"
            "OUN002/fr-fr/MH01-R-S a>a");
        vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "Aye");
        publish_all(&shop);
        vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "Eh");
        assert_publish(&shop, (VtPublishRequest){.assets = a}, EVERYWHERE("a>a"));
        vt_test_add_asset(shop.db, shop.tenant, "b", VT_LOCALE_NEUTRAL, "nobody shows it");
        assert_publish(&shop, (VtPublishRequest){.assets = b}, "");
    }
}

static void
taking_back_tells_what_goes_and_takes_nothing(void **state)
{
    static const char *const hoodie[] = {"MH01", NULL}, *const a[] = {"a", NULL};

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        const VtUnpublishRequest requests[] = {
            {.tenant_id = shop.tenant, .products = hoodie, .dry_run = TRUE, .tell_changes = TRUE},
            {.tenant_id = shop.tenant, .assets = a, .dry_run = TRUE, .tell_changes = TRUE}};

        for (gsize i = 0; i < G_N_ELEMENTS(requests); i++) {
            g_auto(VtUnpublishResult) result = {0};
            g_autoptr(GError) error = NULL;
            g_autofree char *found = NULL;

            assert_ok(vt_unpublish(shop.db, &requests[i], &vt_test_actor, &result, &error), error);
            found = told(&result.changes);
            assert_string_equal(found, EVERYWHERE("a>"));
            assert_int_equal(result.n_unpublished, 1);
            assert_int_equal(result.seq, 0);
        }
        assert_publish(&shop, (VtPublishRequest){.products = hoodie}, "");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_changes_the_places_it_answers_and_no_other),
        cmocka_unit_test(an_asset_changes_what_shows_it_in_its_locale),
        cmocka_unit_test(taking_back_tells_what_goes_and_takes_nothing),
    };

    return vt_test_run("publish/difference", tests);
}
