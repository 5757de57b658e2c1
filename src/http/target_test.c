#include "base/error.h"
#include "http/target.h"
#include "tests/unit/support.h"

#include <string.h>

/* Segments joined with `|`; pairs as name=value joined with `|`. */
static const struct {
    const char *raw;
    const char *segments;
    const char *pairs;
} target_row[] = {
    {"/", "", ""},
    {"/a/b", "a|b", ""},
    {"/a//b/", "a||b|", ""},
    {"/a%2Fb/c", "a/b|c", ""},
    {"/a+b", "a+b", ""},
    {"/a%2525", "a%25", ""},
    {"/a/../b/.", "a|..|b|.", ""},
    {"/%C3%A4", "ä", ""},
    {"/a?", "a", ""},
    {"/a?x=1&y=2", "a", "x=1|y=2"},
    {"/a?x=1&x=2", "a", "x=1|x=2"},
    {"/a?&&x&", "a", "x="},
    {"/a?x=a+b%26c", "a", "x=a b&c"},
    {"/a?x%3D=1=2", "a", "x==1=2"},
    {"/a?x=1?y", "a", "x=1?y"},
    {"/a%3Fx?y=/b/c", "a?x", "y=/b/c"},
    {"http://host:80/a/b?c=d", "a|b", "c=d"},
    {"HTTPS://host/", "", ""},
};

static char *
joined_segments(const VtTarget *target)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < vt_target_n_segments(target); i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "|" : "", vt_target_segment(target, i));
    return g_string_free(text, FALSE);
}

static char *
joined_pairs(const VtTarget *target)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < vt_target_n_pairs(target); i++)
        g_string_append_printf(text, "%s%s=%s", i > 0 ? "|" : "", vt_target_pair(target, i)->name,
            vt_target_pair(target, i)->value);
    return g_string_free(text, FALSE);
}

static void
targets_are_split_first_and_decoded_once(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(target_row); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(VtTarget) target = vt_target_parse(target_row[i].raw, &error);
        g_autofree char *segments = NULL;
        g_autofree char *pairs = NULL;

        assert_ok(target != NULL, error);
        segments = joined_segments(target);
        pairs = joined_pairs(target);
        assert_string_equal(segments, target_row[i].segments);
        assert_string_equal(pairs, target_row[i].pairs);
    }
}

static void
broken_targets_are_refused(void **state)
{
    static const char *const raw[] = {"", "a", "*", "http://host", "/%", "/a%4", "/a%zz/b", "/%00",
        "/a?x=%", "/a?%00=1", "/%FF", "/a?x=%C3"};

    for (gsize i = 0; i < G_N_ELEMENTS(raw); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(vt_target_parse(raw[i], &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_REQUEST));
    }
}

static void
everything_about_a_target_is_bounded(void **state)
{
    static const struct {
        const char *unit;
        guint most;
        VtErrorCode code;
    } row[] = {
        {"/a", VT_TARGET_MAX_SEGMENTS, VT_ERROR_BAD_REQUEST},
        {"&a", VT_TARGET_MAX_PAIRS, VT_ERROR_BAD_REQUEST},
        {"aaaa", VT_TARGET_MAX_BYTES / 4, VT_ERROR_TARGET_TOO_LONG},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GString) text = g_string_new(i == 1 ? "/?" : i == 2 ? "/aaa" : NULL);
        guint n = i == 2 ? row[i].most - 1 : row[i].most;
        g_autoptr(VtTarget) fits = NULL;

        for (guint k = 0; k < n; k++)
            g_string_append(text, row[i].unit);
        fits = vt_target_parse(text->str, &error);
        assert_ok(fits != NULL, error);
        g_string_append(text, row[i].unit);
        assert_null(vt_target_parse(text->str, &error));
        assert_true(vt_error_is(error, row[i].code));
    }
}

static void
the_raw_parts_stay_as_sent(void **state)
{
    g_autoptr(VtTarget) target = vt_target_parse("/a%2fb/c?x=%41,b%2Cc&y", NULL);
    g_autoptr(VtTarget) bare = vt_target_parse("/a", NULL);

    assert_string_equal(vt_target_raw_path(target), "/a%2fb/c");
    assert_string_equal(vt_target_raw_query(target), "x=%41,b%2Cc&y");
    assert_string_equal(vt_target_pair(target, 0)->raw_value, "%41,b%2Cc");
    assert_string_equal(vt_target_query_value(target, "x"), "A,b,c");
    assert_string_equal(vt_target_query_value(target, "y"), "");
    assert_null(vt_target_query_value(target, "X"));
    assert_null(vt_target_raw_query(bare));
}

static void
lists_split_at_raw_commas(void **state)
{
    g_auto(GStrv) items = vt_target_split_list("%41,b%2Cc,,d+e", NULL);
    g_auto(GStrv) none = vt_target_split_list("", NULL);
    g_autoptr(GError) error = NULL;

    assert_int_equal(g_strv_length(items), 4);
    assert_string_equal(items[0], "A");
    assert_string_equal(items[1], "b,c");
    assert_string_equal(items[2], "");
    assert_string_equal(items[3], "d e");
    assert_int_equal(g_strv_length(none), 0);
    assert_null(vt_target_split_list("a,%", &error));
    assert_true(vt_error_is(error, VT_ERROR_BAD_REQUEST));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_are_split_first_and_decoded_once),
        cmocka_unit_test(broken_targets_are_refused),
        cmocka_unit_test(everything_about_a_target_is_bounded),
        cmocka_unit_test(the_raw_parts_stay_as_sent),
        cmocka_unit_test(lists_split_at_raw_commas),
    };
    return vt_test_run("http/target", tests);
}
