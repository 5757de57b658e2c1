#include "http/range.h"
#include "tests/unit/support.h"

static const struct {
    const char *header;
    guint64 length;
    VtRange expected;
    guint64 offset;
    guint64 part;
} range_row[] = {
    {NULL, 100, VT_RANGE_NONE, 0, 0},
    {"bytes=0-0", 100, VT_RANGE_PART, 0, 1},
    {"bytes=0-99", 100, VT_RANGE_PART, 0, 100},
    {"bytes=10-", 100, VT_RANGE_PART, 10, 90},
    {"bytes=90-200", 100, VT_RANGE_PART, 90, 10},
    {"bytes=-10", 100, VT_RANGE_PART, 90, 10},
    {"bytes=-500", 100, VT_RANGE_PART, 0, 100},
    {"BYTES=1-2", 100, VT_RANGE_PART, 1, 2},
    {"bytes=100-", 100, VT_RANGE_OUTSIDE, 0, 0},
    {"bytes=-0", 100, VT_RANGE_OUTSIDE, 0, 0},
    {"bytes=0-", 0, VT_RANGE_OUTSIDE, 0, 0},
    {"bytes=-5", 0, VT_RANGE_OUTSIDE, 0, 0},
    {"bytes=5-4", 100, VT_RANGE_NONE, 0, 0},
    {"bytes=-", 100, VT_RANGE_NONE, 0, 0},
    {"bytes=", 100, VT_RANGE_NONE, 0, 0},
    {"bytes=a-b", 100, VT_RANGE_NONE, 0, 0},
    {"bytes=0-1,5-6", 100, VT_RANGE_NONE, 0, 0},
    {"items=0-1", 100, VT_RANGE_NONE, 0, 0},
    {"bytes=9999999999999999999-", 100, VT_RANGE_NONE, 0, 0},
};

static void
one_range_is_read(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(range_row); i++) {
        guint64 offset = 0;
        guint64 part = 0;

        assert_int_equal(vt_range_parse(range_row[i].header, range_row[i].length, &offset, &part),
            range_row[i].expected);
        assert_int_equal(offset, range_row[i].offset);
        assert_int_equal(part, range_row[i].part);
    }
}

static const struct {
    const char *header;
    gboolean expected;
} match_row[] = {
    {NULL, FALSE},
    {"", FALSE},
    {"\"a1\"", TRUE},
    {"W/\"a1\"", TRUE},
    {"*", TRUE},
    {"\"b\", \"a1\"", TRUE},
    {"\"b\",W/\"a1\" ", TRUE},
    {"\"a\"", FALSE},
    {"\"a12\"", FALSE},
    {"a1", FALSE},
    {"\"a1", FALSE},
    {"\"b", FALSE},
    {"\"\"", FALSE},
    {"W/", FALSE},
};

static void
tags_match_weakly_in_a_list(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(match_row); i++)
        assert_int_equal(vt_etag_matches(match_row[i].header, "\"a1\""), match_row[i].expected);
}

static const struct {
    const char *if_range;
    const char *etag;
    gint64 modified_s;
    gboolean expected;
} still_row[] = {
    {NULL, NULL, -1, TRUE},
    {"\"a\"", "\"a\"", -1, TRUE},
    {"\"b\"", "\"a\"", -1, FALSE},
    {"W/\"a\"", "\"a\"", -1, FALSE},
    {"\"a\"", NULL, -1, FALSE},
    {"Sun, 06 Nov 1994 08:49:37 GMT", NULL, 784111777, TRUE},
    {"Sun, 06 Nov 1994 08:49:37 GMT", NULL, 784111776, FALSE},
    {"Sun, 06 Nov 1994 08:49:37 GMT", NULL, -1, FALSE},
};

static void
a_part_is_sent_only_of_what_the_client_has(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(still_row); i++)
        assert_int_equal(
            vt_range_still_valid(still_row[i].if_range, still_row[i].etag, still_row[i].modified_s),
            still_row[i].expected);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_range_is_read),
        cmocka_unit_test(tags_match_weakly_in_a_list),
        cmocka_unit_test(a_part_is_sent_only_of_what_the_client_has),
    };
    return vt_test_run("http/range", tests);
}
