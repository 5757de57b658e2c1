#include "media/outlet.h"

#include "base/error.h"
#include "base/text.h"
#include "document/document.h"
#include "tests/unit/support.h"

static void
each_type_has_a_context_of_its_own_and_perhaps_another(void **state)
{
    static const struct {
        VtAssetType type;
        const char *chosen;
        int places;
    } row[] = {
        {VT_ASSET_TYPE_IMAGE, "image", VT_PLACE_OWN},
        {VT_ASSET_TYPE_IMAGE, "content", VT_PLACE_OTHER},
        {VT_ASSET_TYPE_IMAGE, "content,image", VT_PLACES_ALL},
        {VT_ASSET_TYPE_IMAGE, "video", 0},
        {VT_ASSET_TYPE_VIDEO, "video", VT_PLACE_OWN},
        {VT_ASSET_TYPE_VIDEO, "image,content", VT_PLACE_OTHER},
        {VT_ASSET_TYPE_FILE, "content", VT_PLACE_OWN},
        {VT_ASSET_TYPE_FILE, "image,video", VT_PLACE_OTHER},
        {VT_ASSET_TYPE_SPIN_SET, "image", VT_PLACE_OWN},
        {VT_ASSET_TYPE_SPIN_SET, "content,video", 0},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        VtOutlets outlets = 0;
        g_autoptr(GError) error = NULL;

        assert_ok(vt_outlets_parse(row[i].chosen, &outlets, &error), error);
        assert_int_equal(vt_outlets_places(outlets, row[i].type), row[i].places);
    }
}

static void
places_are_told_by_the_names_of_contexts(void **state)
{
    static const struct {
        VtAssetType type;
        int places;
        const char *told;
    } row[] = {
        {VT_ASSET_TYPE_IMAGE, VT_PLACES_ALL, "[\"image\",\"content\"]"},
        {VT_ASSET_TYPE_VIDEO, VT_PLACES_ALL, "[\"video\",\"image\"]"},
        {VT_ASSET_TYPE_FILE, VT_PLACE_OWN, "[\"content\"]"},
        {VT_ASSET_TYPE_FILE, VT_PLACE_OTHER, "[\"image\"]"},
        {VT_ASSET_TYPE_MIXED_MEDIA_SET, VT_PLACES_ALL, "[\"image\"]"},
        {VT_ASSET_TYPE_IMAGE, 0, "[]"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(json_t) list = vt_outlets_json(row[i].type, row[i].places);
        g_autofree char *told = json_dumps(list, JSON_COMPACT);

        assert_string_equal(told, row[i].told);
    }
}

static void
what_is_no_list_of_contexts_is_refused(void **state)
{
    static const struct {
        const char *list;
        VtErrorCode code;
    } row[] = {
        {"[]", VT_ERROR_BAD_VALUE},
        {"\"image\"", VT_ERROR_BAD_VALUE},
        {"[7]", VT_ERROR_BAD_VALUE},
        {"[\"image\",\"moon\"]", VT_ERROR_BAD_ENUM},
        {"[\"channel\"]", VT_ERROR_BAD_ENUM},
        {"[\"test\"]", VT_ERROR_BAD_ENUM},
    };
    VtOutlets outlets = 7;

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(json_t) list = json_loads(row[i].list, JSON_DECODE_ANY, NULL);
        g_autoptr(GError) error = NULL;

        assert_false(vt_outlets_read(list, &outlets, &error));
        assert_true(vt_error_is(error, row[i].code));
        assert_int_equal(outlets, 7);
    }
    assert_true(vt_outlets_parse(NULL, &outlets, NULL));
    assert_int_equal(outlets, 7);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_has_a_context_of_its_own_and_perhaps_another),
        cmocka_unit_test(places_are_told_by_the_names_of_contexts),
        cmocka_unit_test(what_is_no_list_of_contexts_is_refused),
    };

    return vt_test_run("media/outlet", tests);
}
