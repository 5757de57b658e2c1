#include "base/error.h"
#include "media/content.h"
#include "tests/unit/support.h"

#define HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static const char *const body[] = {
    "{}",
    "{\"alt\":\"Chemise \\\"bleue\\\"\"}",
    "{\"blob\":\"" HASH "\",\"mime\":\"image/jpeg\",\"bytes\":5000000000,\"width\":1274,"
    "\"height\":1580,\"alpha\":false,\"alt\":\"a\",\"title\":\"t\",\"caption\":\"c\","
    "\"description\":\"d\",\"tags\":[\"x\",\"y\"]}",
};

static void
content_round_trips(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(body); i++) {
        g_auto(VtAssetContent) content = {0};
        g_autoptr(GError) error = NULL;
        g_autofree char *again = NULL;

        assert_ok(vt_asset_content_parse(body[i], &content, &error), error);
        again = vt_asset_content_format(&content);
        assert_string_equal(again, body[i]);
    }
}

static void
other_forms_are_refused(void **state)
{
    static const char *const bad[] = {"", "[]", "{\"alt\":1}", "{\"blob\":\"../x\"}",
        "{\"tags\":[1]}", "{\"surprise\":1}", "{\"width\":\"5\"}"};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_auto(VtAssetContent) content = {0};
        g_autoptr(GError) error = NULL;

        assert_false(vt_asset_content_parse(bad[i], &content, &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_JSON));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content_round_trips),
        cmocka_unit_test(other_forms_are_refused),
    };
    return vt_test_run("media/content", tests);
}
