#include "base/error.h"
#include "media/content.h"
#include "tests/unit/support.h"

#define HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

#define TRACK(role)                                                                                \
    "{\"role\":\"" role "\",\"language\":\"\",\"blob\":\"" HASH "\",\"mime\":\"a/b\",\"bytes\":1}"

static const char *const body[] = {
    "{}",
    "{\"alt\":\"Chemise \\\"bleue\\\"\"}",
    "{\"blob\":\"" HASH "\",\"mime\":\"image/jpeg\",\"bytes\":5000000000,\"width\":1274,"
    "\"height\":1580,\"alpha\":false,\"alt\":\"a\",\"title\":\"t\",\"caption\":\"c\","
    "\"description\":\"d\",\"tags\":[\"x\",\"y\"]}",
    "{\"blob\":\"" HASH "\",\"mime\":\"video/mp4\",\"bytes\":77,\"width\":640,\"height\":360,"
    "\"alpha\":false,\"playtime\":12,\"minimum_age\":16,\"force_download\":true,\"tracks\":["
    "{\"role\":\"thumbnail\",\"language\":\"\",\"blob\":\"" HASH
    "\",\"mime\":\"image/png\",\"bytes\":1},"
    "{\"role\":\"caption\",\"language\":\"de\",\"blob\":\"" HASH
    "\",\"mime\":\"text/vtt\",\"bytes\":2},"
    "{\"role\":\"caption\",\"language\":\"en\",\"blob\":\"" HASH
    "\",\"mime\":\"text/vtt\",\"bytes\":3}]}",
    "{\"focal\":{\"x\":0.1,\"y\":0.75}}",
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
        "{\"tags\":[1]}", "{\"surprise\":1}", "{\"width\":\"5\"}", "{\"focal\":{\"x\":0.5}}",
        "{\"focal\":{\"x\":0.5,\"y\":1.5}}", "{\"minimum_age\":-1}", "{\"minimum_age\":151}",
        "{\"playtime\":700000}", "{\"force_download\":1}", "{\"tracks\":{}}", "{\"tags\":\"x\"}",
        "{\"tracks\":[" TRACK("poem") "]}", "{\"tracks\":[" TRACK("audio") "," TRACK("audio") "]}"};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_auto(VtAssetContent) content = {0};
        g_autoptr(GError) error = NULL;

        assert_false(vt_asset_content_parse(bad[i], &content, &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_JSON));
    }
}

/* A binary whose hash tells @number. */
static VtBinary
binary_of(guint number)
{
    VtBinary binary = {.hash = vt_hash_bytes(&number, sizeof number), .bytes = number};

    g_strlcpy(binary.mime, "text/vtt", sizeof binary.mime);
    return binary;
}

static void
tracks_are_kept_by_role_and_language(void **state)
{
    static const struct {
        VtTrackRole role;
        const char *language;
    } put[] = {{VT_TRACK_ROLE_SUBTITLE, "en"}, {VT_TRACK_ROLE_CAPTION, "fr"},
        {VT_TRACK_ROLE_CAPTION, "de"}, {VT_TRACK_ROLE_SUBTITLE, "en"}};
    g_auto(VtAssetContent) content = {0};
    VtBinary last = binary_of(3);

    for (guint i = 0; i < G_N_ELEMENTS(put); i++) {
        VtBinary binary = binary_of(i);

        assert_true(
            vt_asset_content_put_track(&content, put[i].role, put[i].language, &binary, NULL));
    }
    assert_int_equal(content.tracks->len, 3);
    assert_string_equal(((VtTrack *)g_ptr_array_index(content.tracks, 0))->language, "de");
    assert_string_equal(((VtTrack *)g_ptr_array_index(content.tracks, 1))->language, "fr");
    assert_string_equal(
        vt_asset_content_find_track(&content, VT_TRACK_ROLE_SUBTITLE, "en")->blob, last.hash.hex);
    assert_null(vt_asset_content_find_track(&content, VT_TRACK_ROLE_SUBTITLE, ""));
    assert_true(vt_asset_content_remove_track(&content, VT_TRACK_ROLE_CAPTION, "de"));
    assert_false(vt_asset_content_remove_track(&content, VT_TRACK_ROLE_CAPTION, "de"));
    assert_int_equal(content.tracks->len, 2);
}

static void
a_track_too_many_is_refused(void **state)
{
    g_auto(VtAssetContent) content = {0};
    g_autoptr(GError) error = NULL;
    VtBinary binary = binary_of(1);

    for (guint i = 0; i < VT_ASSET_MAX_TRACKS; i++) {
        g_autofree char *language = g_strdup_printf("x-%u", i);

        assert_true(
            vt_asset_content_put_track(&content, VT_TRACK_ROLE_CAPTION, language, &binary, NULL));
    }
    assert_true(
        vt_asset_content_put_track(&content, VT_TRACK_ROLE_CAPTION, "x-7", &binary, &error));
    assert_false(vt_asset_content_put_track(&content, VT_TRACK_ROLE_AUDIO, "", &binary, &error));
    assert_true(vt_error_is(error, VT_ERROR_TOO_LARGE));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content_round_trips),
        cmocka_unit_test(other_forms_are_refused),
        cmocka_unit_test(tracks_are_kept_by_role_and_language),
        cmocka_unit_test(a_track_too_many_is_refused),
    };
    return vt_test_run("media/content", tests);
}
