#include "readstore/attributes.h"
#include "tests/unit/support.h"

#define HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define TRACK(role, language)                                                                      \
    "{\"role\":\"" role "\",\"language\":\"" language "\",\"hash\":\"" HASH                        \
    "\",\"media_type\":\"text/vtt\",\"bytes\":5}"

static const char *const written[] = {
    "{}",
    "{\"modified_s\":0}",
    "{\"modified_s\":1,\"poster\":{\"hash\":\"" HASH "\",\"width\":640,\"height\":360},"
    "\"playtime\":12,\"minimum_age\":16,\"force_download\":true,\"focal\":{\"x\":0.5,\"y\":0.1},"
    "\"tracks\":[" TRACK("caption", "de") "," TRACK("transcript", "") "]}",
    "{\"members\":[{\"name\":\"a\",\"type\":\"image\",\"hash\":\"" HASH
    "\",\"width\":3,\"height\":2,"
    "\"locales\":[\"de-de\"],\"swatch\":\"b\",\"label\":\"Red\"},"
    "{\"name\":\"c\",\"type\":\"spin_set\",\"color\":\"#ff0000\"}],\"rows\":2}",
};

static void
attributes_round_trip(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(written); i++) {
        g_auto(VtReadstoreAttributes) attributes = {0};
        g_autofree char *again = NULL;

        vt_readstore_attributes_parse(written[i], &attributes);
        again = vt_readstore_attributes_format(&attributes);
        assert_string_equal(again, written[i]);
    }
}

static void
what_is_not_understood_counts_as_absent(void **state)
{
    static const char *const row[] = {"", "[]",
        "{\"poster\":{\"hash\":\"../x\",\"width\":1,"
        "\"height\":1}}",
        "{\"playtime\":-1,\"minimum_age\":\"x\",\"focal\":{\"x\":1},\"surprise\":{}}",
        "{\"tracks\":[1,{},{\"role\":\"caption\"}," TRACK("poem", "") "]}",
        "{\"members\":[1,{},{\"name\":\"a\",\"type\":\"poem\"},"
        "{\"name\":\"a\",\"type\":\"image\",\"hash\":\"x\"}],\"rows\":-2}"};
    g_auto(VtReadstoreAttributes) none = {0};

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_auto(VtReadstoreAttributes) attributes = {0};
        g_autofree char *again = NULL;

        vt_readstore_attributes_parse(row[i], &attributes);
        again = vt_readstore_attributes_format(&attributes);
        assert_string_equal(again, "{}");
    }
    vt_readstore_attributes_parse(NULL, &none);
    assert_int_equal(none.modified_s, -1);
}

static void
a_track_is_found_by_role_and_language(void **state)
{
    g_auto(VtReadstoreAttributes) attributes = {0};

    vt_readstore_attributes_parse(written[2], &attributes);
    assert_non_null(vt_readstore_attributes_find_track(&attributes, VT_TRACK_ROLE_CAPTION, "de"));
    assert_null(vt_readstore_attributes_find_track(&attributes, VT_TRACK_ROLE_CAPTION, ""));
    assert_null(vt_readstore_attributes_find_track(&attributes, VT_TRACK_ROLE_SUBTITLE, "de"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_round_trip),
        cmocka_unit_test(what_is_not_understood_counts_as_absent),
        cmocka_unit_test(a_track_is_found_by_role_and_language),
    };
    return vt_test_run("readstore/attributes", tests);
}
