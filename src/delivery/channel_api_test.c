/* The channel API from outside, on a read store the test writes.
 *
 * Tee 81323 has Color {Blue, Red, Plaid} and Size {S, M}. Everywhere but in fr-fr, where an empty
 * set severs it: master [1 image, 2 video, 6 not published], cell Blue [2, 3], variant 81323-RD-M
 * [4] with a size chart; catalogue 5 shows [4]. Mug 90001 has no media at all. Category tops/tees
 * shows 1, in fr-fr nothing; `video` shows what is no picture, `lost` what is not published; `bare`
 * has no media.
 */
#include "delivery/channel_api.h"
#include "delivery/testing.h"

#define API "/channel/v1/acme/OUN001"
#define TEE API "/products/81323/media"
#define OPEN VT_RESOLVE_NOT_CHOSEN

static const VtResolveValue colors[] = {{"Blue", "blue"}, {"Red", "red"}, {"Plaid", "plaid"}};
static const VtResolveValue sizes[] = {{"S", "s"}, {"M", "m"}};
static const VtResolveVariant variants[] = {
    {"81323-BL-S", {{0, 0, OPEN, OPEN}}},
    {"81323-BL-M", {{0, 1, OPEN, OPEN}}},
    {"81323-RD-S", {{1, 0, OPEN, OPEN}}},
    {"81323-RD-M", {{1, 1, OPEN, OPEN}}},
};
static const gint64 of_master[] = {1, 2, 6};
static const gint64 of_blue[] = {2, 3};
static const gint64 of_red_m[] = {4};
static const VtResolveAdditional more_of_red_m[] = {
    {5, "size-chart"}, {5, "Manual"}, {6, "manual"}};
static const VtResolveNode nodes[] = {
    {VT_SCOPE_MASTER, -1, VT_RESOLVE_NO_CHOICE, of_master, 3, NULL, 0},
    {VT_SCOPE_DIMENSIONS, -1, {{0, OPEN, OPEN, OPEN}}, of_blue, 2, NULL, 0},
    {VT_SCOPE_VARIANT, 3, VT_RESOLVE_NO_CHOICE, of_red_m, 1, more_of_red_m, 3},
};
static const VtResolveNode catalog_nodes[] = {
    {VT_SCOPE_MASTER, -1, VT_RESOLVE_NO_CHOICE, of_red_m, 1, NULL, 0}};
static const VtResolveSwatch own_swatches[] = {
    {0, 2, VT_SWATCH_TYPE_IMAGE, "", 7, TRUE, {0.25, 0, 0.5, 0.125}}};
static const VtResolveSwatch central[] = {{0, 0, VT_SWATCH_TYPE_HEX, "#0000ff", 0, FALSE, {0}},
    {0, 2, VT_SWATCH_TYPE_HEX, "#aabbcc", 0, FALSE, {0}}};
static const VtResolveSet sets[] = {
    {{"Omnichannel", "system_neutral", NULL}, nodes, 3, own_swatches, 1},
    {{"OUN001", "en-us", "5"}, catalog_nodes, 1, NULL, 0},
};
static const VtResolveSet empty_set[] = {{{"OUN001", "fr-fr", NULL}, NULL, 0, NULL, 0}};

static void
put_product(Shop *shop, const char *locale, const VtResolveSet *of, guint n)
{
    g_autoptr(GError) error = NULL;
    VtReadstoreProduct tee = {
        .product = {.dimensions = {{"Color", "color", 0, colors, 3}, {"Size", "size", 0, sizes, 2}},
            .n_dimensions = 2,
            .variants = variants,
            .n_variants = G_N_ELEMENTS(variants)},
        .sets = of,
        .n_sets = n,
        .central = central,
        .n_central = G_N_ELEMENTS(central)};
    g_autofree char *body = NULL;

    vt_resolve_product_weigh(&tee.product);
    body = vt_readstore_product_encode(&tee);
    assert_ok(
        vt_readstore_put_product(shop->writer, "OUN001", locale, "81323", body, &error), error);
}

#define HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define TRACK(role, language, type)                                                                \
    "{\"role\":\"" role "\",\"language\":\"" language "\",\"hash\":\"" HASH                        \
    "\",\"media_type\":\"" type "\",\"bytes\":5}"

/* What is known of every video here. */
static const char video_attributes[] =
    "{\"poster\":{\"hash\":\"" HASH "\",\"width\":640,\"height\":360},\"playtime\":12,"
    "\"minimum_age\":16,\"tracks\":[" TRACK("thumbnail", "", "image/png") "," TRACK(
        "caption", "de", "text/vtt") "," TRACK("transcript", "", "text/plain") "]}";

static void
put_asset(Shop *shop,
    gint64 id,
    const char *locale,
    const char *name,
    VtAssetType type,
    const char *alt,
    gboolean own)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *writable_locale = g_strdup(locale);
    g_autofree char *writable_name = g_strdup(name);
    g_autofree char *writable_alt = g_strdup(alt);
    g_autofree char *attributes = g_strdup(type == VT_ASSET_TYPE_VIDEO ? video_attributes : NULL);
    VtHash hash = vt_hash_bytes(name, strlen(name));
    char media_type[] = "image/jpeg";
    const VtReadstoreAsset asset = {.asset = id,
        .locale = writable_locale,
        .name = writable_name,
        .type = type,
        .alt = writable_alt,
        .hash = hash.hex,
        .media_type = media_type,
        .own_binary = own,
        .attributes = attributes};

    assert_ok(vt_readstore_put_asset(shop->writer, &asset, &error), error);
}

static void
put_category(Shop *shop, const char *locale, const char *category, const char *source, gint64 asset)
{
    g_autofree char *writable_source = g_strdup(source);
    char name[] = "Tees & Co";
    char channel[] = "OUN001";
    const VtReadstoreCategory row = {name, source != NULL ? channel : NULL, writable_source, asset};
    g_autofree char *body = vt_readstore_category_encode(&row);
    g_autoptr(GError) error = NULL;

    assert_ok(
        vt_readstore_put_category(shop->writer, "OUN001", locale, category, body, &error), error);
}

static void
fill(Shop *shop)
{
    g_autofree char *mug = vt_readstore_product_encode(&(const VtReadstoreProduct){0});
    g_autoptr(GError) error = NULL;
    char code[] = "OUN001";
    char locale[] = "en-us";
    char body[] = "{\"channel\":\"OUN001\",\"locales\":[\"en-us\"]}";
    const VtReadstoreChannel channel = {code, locale, body};

    shop_begin(shop);
    assert_ok(vt_readstore_put_channel(shop->writer, &channel, &error), error);
    put_product(shop, "", sets, G_N_ELEMENTS(sets));
    put_product(shop, "fr-fr", empty_set, 1);
    assert_ok(vt_readstore_put_product(shop->writer, "OUN001", "", "90001", mug, &error), error);
    for (gsize i = 0; i < G_N_ELEMENTS(variants); i++)
        assert_ok(vt_readstore_put_variant(shop->writer, variants[i].id, "81323", &error), error);
    put_category(shop, "", "tops/tees", "system_neutral", 1);
    put_category(shop, "fr-fr", "tops/tees", "fr-fr", 0);
    put_category(shop, "", "video", "en-us", 2);
    put_category(shop, "", "lost", "en-us", 6);
    put_category(shop, "", "bare", NULL, 0);
    put_asset(shop, 1, "system_neutral", "tee front", VT_ASSET_TYPE_IMAGE, "Front", FALSE);
    put_asset(shop, 1, "de-de", "tee front", VT_ASSET_TYPE_IMAGE, "Vorn \"ä\"", TRUE);
    put_asset(shop, 2, "system_neutral", "tee-spin", VT_ASSET_TYPE_VIDEO, NULL, FALSE);
    put_asset(shop, 2, "it-it", "tee-spin", VT_ASSET_TYPE_VIDEO, NULL, FALSE);
    put_asset(shop, 3, "system_neutral", "tee-blue", VT_ASSET_TYPE_IMAGE, NULL, FALSE);
    put_asset(shop, 3, "de-de", "tee-blue", VT_ASSET_TYPE_IMAGE, "Blau", FALSE);
    put_asset(shop, 4, "system_neutral", "tee-red-m", VT_ASSET_TYPE_IMAGE, NULL, FALSE);
    put_asset(shop, 5, "system_neutral", "chart", VT_ASSET_TYPE_FILE, NULL, FALSE);
    put_asset(shop, 7, "system_neutral", "cloth", VT_ASSET_TYPE_IMAGE, NULL, FALSE);
    shop_commit(shop);
}

#define SWATCHES                                                                                   \
    "\"swatches\":[{\"dimension\":\"Color\",\"value\":\"Blue\",\"from\":\"central\","              \
    "\"type\":\"hex\",\"hex\":\"#0000ff\"},"                                                       \
    "{\"dimension\":\"Color\",\"value\":\"Plaid\",\"from\":\"product\",\"type\":\"image\","        \
    "\"asset\":\"cloth\",\"url\":\"/is/image/acme/cloth?cropN=0.25,0,0.5,0.125\"}]}"
#define NO_SWATCHES_BUT_CENTRAL                                                                    \
    "\"swatches\":[{\"dimension\":\"Color\",\"value\":\"Blue\",\"from\":\"central\","              \
    "\"type\":\"hex\",\"hex\":\"#0000ff\"},"                                                       \
    "{\"dimension\":\"Color\",\"value\":\"Plaid\",\"from\":\"central\",\"type\":\"hex\","          \
    "\"hex\":\"#aabbcc\"}]}"
#define OMNI(scope)                                                                                \
    "\"source\":{\"channel\":\"Omnichannel\",\"locale\":\"system_neutral\",\"scope\":\"" scope     \
    "\"},"

#define SPIN "/is/content/acme/tee-spin"
#define SPIN_DETAILS(locale, and)                                                                  \
    "\"title\":null,\"media_type\":\"image/jpeg\",\"bytes\":0,"                                    \
    "\"poster\":\"/is/image/acme/tee-spin" locale                                                  \
    "\",\"playtime\":12,\"minimum_age\":16,\"tracks\":["                                           \
    "{\"role\":\"caption\",\"language\":\"de\",\"url\":\"" SPIN locale and                         \
        "track=caption&lang=de\",\"media_type\":\"text/vtt\"},"                                    \
        "{\"role\":\"transcript\",\"language\":null,\"url\":\"" SPIN locale and                    \
        "track=transcript\",\"media_type\":\"text/plain\"}]"

static const struct {
    const char *target;
    const char *body;
} exact_row[] = {
    {TEE,
        "{\"product\":\"81323\",\"variant\":null,\"channel\":\"OUN001\",\"locale\":\"en-us\"," OMNI(
            "master") "\"default_image\":{\"asset\":\"tee front\",\"url\":\"/is/image/acme/"
                      "tee%20front\",\"alt\":\"Front\"},"
                      "\"primary\":[{\"order\":1,\"type\":\"image\",\"asset\":\"tee front\","
                      "\"url\":\"/is/image/acme/tee%20front\",\"alt\":\"Front\"},"
                      "{\"order\":2,\"type\":\"video\",\"asset\":\"tee-spin\","
                      "\"url\":\"/is/content/acme/tee-spin\",\"alt\":null," SPIN_DETAILS(
                          "", "?") "}],"
                                   "\"additional\":[]," SWATCHES},
    {TEE "?locale=DE_de&Color=Blue",
        "{\"product\":\"81323\",\"variant\":null,\"channel\":\"OUN001\",\"locale\":\"de-de\"," OMNI(
            "dimensions") "\"default_image\":{\"asset\":\"tee-blue\",\"url\":\"/is/image/acme/"
                          "tee-blue\",\"alt\":\"Blau\"},"
                          "\"primary\":[{\"order\":1,\"type\":\"video\",\"asset\":\"tee-spin\","
                          "\"url\":\"/is/content/acme/tee-spin\",\"alt\":null," SPIN_DETAILS(
                              "", "?") "},"
                                       "{\"order\":2,\"type\":\"image\",\"asset\":\"tee-blue\","
                                       "\"url\":\"/is/"
                                       "image/acme/tee-blue\",\"alt\":\"Blau\"}],"
                                       "\"additional\":[]," SWATCHES},
    {TEE "?locale=fr-fr&variant=81323-RD-M",
        "{\"product\":\"81323\",\"variant\":\"81323-RD-M\",\"channel\":\"OUN001\",\"locale\":"
        "\"fr-fr\",\"source\":{\"channel\":\"OUN001\",\"locale\":\"fr-fr\",\"scope\":\"none\"},"
        "\"default_image\":null,\"primary\":[],\"additional\":[]," NO_SWATCHES_BUT_CENTRAL},
    {API "/products/90001/media",
        "{\"product\":\"90001\",\"variant\":null,\"channel\":\"OUN001\",\"locale\":\"en-us\","
        "\"source\":null,\"default_image\":null,\"primary\":[],\"additional\":[],\"swatches\":[]}"},
    {API "/products?ids=90001,81323-RD-M,no%2Cne,81323&locale=xx-yy",
        "{\"products\":[{\"product\":\"90001\",\"default_image\":null,\"source\":null},"
        "{\"product\":\"81323-RD-M\",\"default_image\":{\"asset\":\"tee-red-m\",\"url\":\"/is/"
        "image/"
        "acme/"
        "tee-red-m\",\"alt\":null},\"source\":{\"channel\":\"Omnichannel\",\"locale\":\"system_"
        "neutral\",\"scope\":\"variant\"}},"
        "{\"product\":\"81323\",\"default_image\":{\"asset\":\"tee "
        "front\",\"url\":\"/is/image/acme/"
        "tee%20front\",\"alt\":\"Front\"},\"source\":{\"channel\":\"Omnichannel\",\"locale\":"
        "\"system_neutral\",\"scope\":\"master\"}}],\"unknown\":[\"no,ne\"]}"},
    {API "/products?ids=", "{\"products\":[],\"unknown\":[]}"},
    {API "/categories/tops%2Ftees/media",
        "{\"category\":\"tops/tees\",\"name\":\"Tees & "
        "Co\",\"channel\":\"OUN001\",\"locale\":\"en-us\","
        "\"source\":{\"channel\":\"OUN001\",\"locale\":\"system_neutral\"},\"image\":{\"asset\":"
        "\"tee "
        "front\",\"url\":\"/is/image/acme/tee%20front\",\"alt\":\"Front\"}}"},
    {API "/categories/tops%2Ftees/media?locale=DE_de",
        "{\"category\":\"tops/tees\",\"name\":\"Tees & "
        "Co\",\"channel\":\"OUN001\",\"locale\":\"de-de\","
        "\"source\":{\"channel\":\"OUN001\",\"locale\":\"system_neutral\"},\"image\":{\"asset\":"
        "\"tee "
        "front\",\"url\":\"/is/image/acme/tee%20front?locale=de-de\",\"alt\":\"Vorn \\\"ä\\\"\"}}"},
    {API "/categories/tops%2Ftees/media?locale=fr-fr",
        "{\"category\":\"tops/tees\",\"name\":\"Tees & "
        "Co\",\"channel\":\"OUN001\",\"locale\":\"fr-fr\","
        "\"source\":{\"channel\":\"OUN001\",\"locale\":\"fr-fr\"},\"image\":null}"},
    {API "/categories/bare/media",
        "{\"category\":\"bare\",\"name\":\"Tees & Co\",\"channel\":\"OUN001\",\"locale\":\"en-us\","
        "\"source\":null,\"image\":null}"},
    {API "/config", "{\"channel\":\"OUN001\",\"locales\":[\"en-us\"]}"},
};

static void
answers_are_exactly_the_contract(void **state)
{
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    for (gsize i = 0; i < G_N_ELEMENTS(exact_row); i++) {
        for (guint repeat = 0; repeat < 2; repeat++) { /* made, then from memory */
            g_auto(Heard) heard = ask(&shop, exact_row[i].target, "");
            g_autofree char *type = header_of(&heard, "Content-Type");

            assert_int_equal(heard.status, 200);
            assert_string_equal(heard.body, exact_row[i].body);
            assert_string_equal(type, "application/json");
        }
    }
    shop_close(&shop);
}

static const struct {
    const char *target;
    int status;
    const char *part; /* of the body */
} part_row[] = {
    {TEE "?Color=Red&Size=M", 200, "\"variant\":\"81323-RD-M\""},
    {TEE "?color=+rED+&SIZE=m", 200, "\"scope\":\"variant\""},
    {TEE "?Color=Red", 200, "\"scope\":\"master\""},
    {TEE "?Color=Green", 200, "\"scope\":\"master\""},
    {TEE "?Color=Green&Size=M", 200, "\"variant\":null"},
    {TEE "?Color=", 200, "\"scope\":\"master\""},
    {TEE "?Color=Blue&Size=S", 200, "\"variant\":\"81323-BL-S\""},
    {TEE "?locale=de-de", 200, "\"url\":\"/is/image/acme/tee%20front?locale=de-de\""},
    {TEE "?locale=de-de", 200, "\"alt\":\"Vorn \\\"ä\\\"\""},
    {TEE "?locale=it-it", 200, SPIN_DETAILS("?locale=it-it", "&")},
    {TEE "?locale=zz", 200, "\"locale\":\"zz\""},
    {TEE "?locale=!!", 200, "\"alt\":\"Front\""},
    {TEE "?locale=", 200, "\"locale\":\"en-us\""},
    {TEE "?catalog=5", 200, "\"source\":{\"channel\":\"OUN001\",\"locale\":\"en-us\""},
    {TEE "?catalog=6", 200, "\"channel\":\"Omnichannel\""},
    {TEE "?catalog=0", 200, "\"channel\":\"Omnichannel\""},
    {TEE "?variant=81323-RD-M", 200, "{\"purpose\":\"size-chart\",\"type\":\"document\""},
    {TEE "?variant=81323-RD-M&purpose=MANUAL", 200,
        "\"additional\":[{\"purpose\":\"Manual\",\"type\":\"document\",\"asset\":\"chart\",\"url\":"
        "\"/is/content/acme/chart\",\"alt\":null,\"title\":null,\"media_type\":\"image/jpeg\","
        "\"bytes\":0,\"poster\":null}]"},
    {API "/products/81323-RD-M/media", 200, "{\"product\":\"81323\",\"variant\":\"81323-RD-M\""},
    {API "/products/81323-RD-M/media?variant=81323-RD-M", 200, "\"scope\":\"variant\""},
    {API "/products/81323-RD-M/media?variant=81323-RD-S", 400, "unknown_parameter"},
    {API "/products/81323-RD-M/media?Color=Blue", 400, "unknown_parameter"},
    {TEE "?variant=81323-RD-M&Color=Blue", 400, "unknown_parameter"},
    {TEE "?Weight=3", 400, "unknown_parameter"},
    {TEE "?q=x", 400, "unknown_parameter"},
    {TEE "?Color=Blue&color=Red", 400, "unknown_parameter"},
    {TEE "?locale=de&locale=fr", 400, "unknown_parameter"},
    {TEE "?variant=none", 404, "not_found"},
    {API "/products/90001/media?Color=Blue", 400, "unknown_parameter"},
    {API "/products/nothing/media", 404, "not_found"},
    {"/channel/v1/acme/OUN999/products/81323/media", 404, "not_found"},
    {"/channel/v1/ACME/OUN001/products/81323/media", 404, "not_found"},
    {API "/products", 400, "bad_request"},
    {API "/products?ids=1&variant=2", 400, "unknown_parameter"},
    {API "/categories/video/media", 200, "\"image\":null"},
    {API "/categories/lost/media", 200, "\"image\":null"},
    {API "/categories/bare/media?variant=1", 400, "unknown_parameter"},
    {API "/categories/bare/media?locale=a&locale=b", 400, "unknown_parameter"},
    {API "/categories/81323/media", 404, "not_found"},
    {"/channel/v1/acme/OUN999/categories/bare/media", 404, "not_found"},
    {API "/config?x=1", 400, "unknown_parameter"},
    {"/channel/v1/acme/OUN999/config", 404, "not_found"},
};

static void
requests_are_read_as_the_contract_says(void **state)
{
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    for (gsize i = 0; i < G_N_ELEMENTS(part_row); i++) {
        g_auto(Heard) heard = ask(&shop, part_row[i].target, "");

        if (heard.status != part_row[i].status || strstr(heard.body, part_row[i].part) == NULL)
            fail_msg("%s: %d %s", part_row[i].target, heard.status, heard.body);
    }
    shop_close(&shop);
}

static void
lists_are_bounded(void **state)
{
    g_autoptr(GString) target = g_string_new(API "/products?ids=1");
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    for (guint i = 2; i <= 200; i++)
        g_string_append_printf(target, ",a-rather-long-product-number-%u", i);
    {
        g_auto(Heard) heard = ask(&shop, target->str, "");
        g_autofree char *tags = header_of(&heard, "Surrogate-Key");

        assert_int_equal(heard.status, 200);
        assert_string_equal(tags, "c/acme/OUN001 t/acme");
    }
    g_string_append(target, ",201");
    {
        g_auto(Heard) heard = ask(&shop, target->str, "");

        assert_int_equal(heard.status, 400);
    }
    shop_close(&shop);
}

static const struct {
    const char *target;
    const char *name;
    const char *value; /* NULL: the header must not be there */
} header_row[] = {
    {TEE, "Cache-Control", "public, max-age=60, s-maxage=7200"},
    {TEE, "Vitrine-Version", "1"},
    {TEE, "Surrogate-Key", "c/acme/OUN001 p/acme/OUN001/81323"},
    {TEE, "Access-Control-Allow-Origin", "*"},
    {API "/products/81323-RD-M/media", "Surrogate-Key", "c/acme/OUN001 p/acme/OUN001/81323"},
    {API "/products/x%20y/media", "Surrogate-Key", "c/acme/OUN001 p/acme/OUN001/x%20y"},
    {API "/products/x%20y/media", "Cache-Control", "public, max-age=5"},
    {API "/products/x%20y/media", "Vitrine-Version", "1"},
    {API "/products/x%20y/media", "ETag", NULL},
    {API "/products/x%20y/media", "Content-Type", "application/problem+json"},
    {API "/products?ids=81323,90001", "Surrogate-Key",
        "c/acme/OUN001 p/acme/OUN001/81323 p/acme/OUN001/90001"},
    {API "/categories/tops%2Ftees/media", "Surrogate-Key",
        "c/acme/OUN001 k/acme/OUN001/tops%2Ftees"},
    {API "/categories/tops%2Ftees/media", "Cache-Control", "public, max-age=60, s-maxage=7200"},
    {API "/categories/tops%2Ftees/media", "Vitrine-Version", "1"},
    {API "/categories/none/media", "Surrogate-Key", "c/acme/OUN001 k/acme/OUN001/none"},
    {API "/categories/none/media", "Cache-Control", "public, max-age=5"},
    {API "/config", "Surrogate-Key", "c/acme/OUN001"},
    {"/channel/v1/acme/NO/config", "Cache-Control", "public, max-age=5"},
};

static void
headers_let_edges_keep_and_purge(void **state)
{
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    for (gsize i = 0; i < G_N_ELEMENTS(header_row); i++) {
        g_auto(Heard) heard = ask(&shop, header_row[i].target, "");
        g_autofree char *value = header_of(&heard, header_row[i].name);

        if (g_strcmp0(value, header_row[i].value) != 0)
            fail_msg("%s: %s: %s", header_row[i].target, header_row[i].name, value);
    }
    shop_close(&shop);
}

static void
an_answer_is_new_as_soon_as_the_batch_is_applied(void **state)
{
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    for (guint round = 0; round < 20; round++) {
        g_autofree char *alt = g_strdup_printf("round %u", round);
        g_autofree char *version = NULL;
        g_auto(Heard) before = ask(&shop, TEE, "");
        g_auto(Heard) after = {0};
        g_autofree char *expected = NULL;

        assert_null(strstr(before.body, alt));
        shop_begin(&shop);
        put_asset(&shop, 1, "system_neutral", "tee front", VT_ASSET_TYPE_IMAGE, alt, FALSE);
        shop_commit(&shop);
        after = ask(&shop, TEE, "");
        version = header_of(&after, "Vitrine-Version");
        expected = g_strdup_printf("%" G_GINT64_FORMAT, shop.seq);
        assert_non_null(strstr(after.body, alt));
        assert_string_equal(version, expected);
    }
    shop_close(&shop);
}

/* Applied by somebody who does not ring: a store copied into place, say. */
static void
a_change_nobody_told_of_is_noticed(void **state)
{
    g_autoptr(GError) error = NULL;
    gboolean noticed = FALSE;
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    {
        g_auto(Heard) before = ask(&shop, TEE, "");

        assert_non_null(strstr(before.body, "Front"));
    }
    shop_begin(&shop);
    put_asset(&shop, 1, "system_neutral", "tee front", VT_ASSET_TYPE_IMAGE, "Changed", FALSE);
    assert_ok(vt_readstore_batch_commit(shop.writer, NULL, &error), error);
    for (guint i = 0; i < 1000 && !noticed; i++) {
        g_auto(Heard) after = ask(&shop, TEE, "");

        noticed = strstr(after.body, "Changed") != NULL;
        g_usleep(10000);
    }
    assert_true(noticed);
    shop_close(&shop);
}

static void
a_store_built_anew_takes_over(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = NULL;
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    g_clear_pointer(&shop.writer, vt_readstore_writer_free);
    path = store_path(shop.data, "acme", "main");
    shop.writer = vt_readstore_writer_rebuild(path, "acme", "main", &error);
    assert_ok(shop.writer != NULL, error);
    fill(&shop);
    shop_begin(&shop);
    put_asset(&shop, 1, "system_neutral", "tee front", VT_ASSET_TYPE_IMAGE, "Anew", FALSE);
    shop_commit(&shop);
    {
        g_auto(Heard) before = ask(&shop, TEE, "");
        g_auto(Heard) after = {0};

        assert_non_null(strstr(before.body, "Front"));
        assert_ok(vt_readstore_writer_install(shop.writer, &error), error);
        vt_delivery_refresh(shop.delivery);
        after = ask(&shop, TEE, "");
        assert_non_null(strstr(after.body, "Anew"));
    }
    shop_close(&shop);
}

static void
what_did_not_change_is_not_sent_again(void **state)
{
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    {
        g_auto(Heard) first = ask(&shop, TEE, "");
        g_autofree char *etag = header_of(&first, "ETag");
        g_autofree char *condition = g_strdup_printf("If-None-Match: %s\r\n", etag);
        g_auto(Heard) same = ask(&shop, TEE, condition);
        g_auto(Heard) later = {0};
        g_autofree char *version = NULL;

        assert_int_equal(same.status, 304);
        shop_begin(&shop); /* something else moves the log */
        put_asset(&shop, 4, "system_neutral", "tee-red-m", VT_ASSET_TYPE_IMAGE, "Red", FALSE);
        shop_commit(&shop);
        later = ask(&shop, TEE, condition);
        version = header_of(&later, "Vitrine-Version");
        assert_int_equal(later.status, 304);
        assert_string_equal(version, "2");
    }
    shop_close(&shop);
}

static void
every_database_of_a_tenant_answers_for_its_channels(void **state)
{
    char code[] = "POS001";
    char locale[] = "en-us";
    char body[] = "{}";
    const VtReadstoreChannel channel = {code, locale, body};
    g_autofree char *mug = vt_readstore_product_encode(&(const VtReadstoreProduct){0});
    g_autoptr(GError) error = NULL;
    g_autoptr(VtReadstoreWriter) writer = NULL;
    g_autofree char *path = NULL;
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    path = store_path(shop.data, "acme", "tills");
    writer = vt_readstore_writer_open(path, "acme", "tills", &error);
    assert_ok(writer != NULL, error);
    assert_ok(vt_readstore_batch_begin(writer, 77, &error), error);
    assert_ok(vt_readstore_put_channel(writer, &channel, &error), error);
    assert_ok(vt_readstore_put_product(writer, "POS001", "", "90001", mug, &error), error);
    assert_ok(vt_readstore_batch_commit(writer, NULL, &error), error);
    vt_delivery_refresh(shop.delivery);
    {
        g_auto(Heard) till = ask(&shop, "/channel/v1/acme/POS001/products/90001/media", "");
        g_auto(Heard) shop_answer = ask(&shop, TEE, "");
        g_autofree char *till_version = header_of(&till, "Vitrine-Version");
        g_autofree char *shop_version = header_of(&shop_answer, "Vitrine-Version");

        assert_int_equal(till.status, 200);
        assert_string_equal(till_version, "77");
        assert_string_equal(shop_version, "1");
    }
    shop_close(&shop);
}

#define MINUTE ((gint64)60 * G_USEC_PER_SEC)

static _Atomic gint64 clock_us;

static gint64
read_clock(void)
{
    return clock_us;
}

static void
put_keep(Shop *shop, const char *seconds)
{
    g_autoptr(GError) error = NULL;

    assert_ok(vt_readstore_put_configuration(
                  shop->writer, VT_READSTORE_SETTING, VT_READSTORE_KEEP_S, seconds, &error),
        error);
}

/* What is answered at a time, and the log number it is said to show. */
static void
assert_alt(const Shop *shop, gint64 now_us, const char *alt, const char *version)
{
    g_auto(Heard) heard = {0};
    g_autofree char *told = NULL;

    clock_us = now_us;
    heard = ask(shop, TEE, "");
    told = header_of(&heard, "Vitrine-Version");
    assert_int_equal(heard.status, 200);
    assert_non_null(strstr(heard.body, alt));
    assert_string_equal(told, version);
}

static void
with_a_time_to_keep_the_old_answer_stays_until_it_ends(void **state)
{
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){.now_us = read_clock});
    fill(&shop);
    shop_begin(&shop);
    put_keep(&shop, "7200");
    shop_commit(&shop);
    assert_alt(&shop, 0, "Front", "2");
    shop_begin(&shop);
    put_asset(&shop, 1, "system_neutral", "tee front", VT_ASSET_TYPE_IMAGE, "Changed", FALSE);
    shop_commit(&shop);
    assert_alt(&shop, 60 * MINUTE, "Front", "2"); /* reading does not put the end off */
    assert_alt(&shop, 119 * MINUTE, "Front", "2");
    assert_alt(&shop, 121 * MINUTE, "Changed", "3");
    shop_close(&shop);
}

static void
the_rule_of_keeping_itself_holds_at_once(void **state)
{
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){.now_us = read_clock});
    fill(&shop);
    shop_begin(&shop);
    put_keep(&shop, "7200");
    shop_commit(&shop);
    assert_alt(&shop, 0, "Front", "2");
    shop_begin(&shop);
    put_keep(&shop, "0");
    put_asset(&shop, 1, "system_neutral", "tee front", VT_ASSET_TYPE_IMAGE, "Changed", FALSE);
    shop_commit(&shop);
    assert_alt(&shop, MINUTE, "Changed", "3");
    shop_begin(&shop);
    put_asset(&shop, 1, "system_neutral", "tee front", VT_ASSET_TYPE_IMAGE, "Again", FALSE);
    shop_commit(&shop);
    assert_alt(&shop, 2 * MINUTE, "Again", "4");
    shop_close(&shop);
}

static void
a_node_says_how_it_is(void **state)
{
    g_autofree char *path = NULL;
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    {
        g_auto(Heard) health = ask(&shop, "/healthz", "");
        g_auto(Heard) ready = ask(&shop, "/readyz", "");

        assert_int_equal(health.status, 200);
        assert_int_equal(ready.status, 200);
    }
    path = store_path(shop.data, "acme", "broken");
    assert_true(
        g_file_set_contents(path, "no database at all, and long enough to be one", -1, NULL));
    vt_delivery_refresh(shop.delivery);
    {
        g_auto(Heard) health = ask(&shop, "/healthz", "");
        g_auto(Heard) ready = ask(&shop, "/readyz", "");
        g_auto(Heard) tee = ask(&shop, TEE, "");

        assert_int_equal(health.status, 200);
        assert_int_equal(ready.status, 503);
        assert_int_equal(tee.status, 200);
    }
    shop_close(&shop);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_exactly_the_contract),
        cmocka_unit_test(requests_are_read_as_the_contract_says),
        cmocka_unit_test(lists_are_bounded),
        cmocka_unit_test(headers_let_edges_keep_and_purge),
        cmocka_unit_test(an_answer_is_new_as_soon_as_the_batch_is_applied),
        cmocka_unit_test(a_change_nobody_told_of_is_noticed),
        cmocka_unit_test(a_store_built_anew_takes_over),
        cmocka_unit_test(what_did_not_change_is_not_sent_again),
        cmocka_unit_test(every_database_of_a_tenant_answers_for_its_channels),
        cmocka_unit_test(with_a_time_to_keep_the_old_answer_stays_until_it_ends),
        cmocka_unit_test(the_rule_of_keeping_itself_holds_at_once),
        cmocka_unit_test(a_node_says_how_it_is),
    };
    return vt_test_run("delivery/channel_api", tests);
}
