#include "http/range.h"
#include "tests/unit/support.h"

static const struct {
    const char *header;
    guint64 length;
    const char *expected; /* parts as OFFSET+LENGTH; "none", "outside" */
} range_row[] = {
    {NULL, 100, "none"},
    {"bytes=0-0", 100, "0+1"},
    {"bytes=0-99", 100, "0+100"},
    {"bytes=10-", 100, "10+90"},
    {"bytes=90-200", 100, "90+10"},
    {"bytes=-10", 100, "90+10"},
    {"bytes=-500", 100, "0+100"},
    {"BYTES=1-2", 100, "1+2"},
    {"bytes=100-", 100, "outside"},
    {"bytes=-0", 100, "outside"},
    {"bytes=0-", 0, "outside"},
    {"bytes=-5", 0, "outside"},
    {"bytes=5-4", 100, "none"},
    {"bytes=-", 100, "none"},
    {"bytes=", 100, "none"},
    {"bytes=a-b", 100, "none"},
    {"items=0-1", 100, "none"},
    {"bytes=9999999999999999999-", 100, "none"},
    /* several */
    {"bytes=0-1,5-6", 100, "0+2 5+2"},
    {"bytes= 0-1 ,\t5-6, ,", 100, "0+2 5+2"},
    {"bytes=90-,0-9", 100, "90+10 0+10"},
    {"bytes=0-9,200-", 100, "0+10"},
    {"bytes=200-,300-,-0", 100, "outside"},
    {"bytes=0-1,5-6,x", 100, "none"},
    {"bytes=0-1,6-5", 100, "none"},
    {"bytes=0-1;5-6", 100, "none"},
    {"bytes=0 -1", 100, "none"},
    {"bytes=,, ,", 100, "none"},
    /* what overlaps or touches is sent once */
    {"bytes=0-9,5-20", 100, "0+21"},
    {"bytes=0-9,10-19", 100, "0+20"},
    {"bytes=50-59,0-9,5-9", 100, "0+10 50+10"},
    {"bytes=0-,0-,0-", 100, "0+100"},
    {"bytes=-1,99-99,0-0", 100, "0+1 99+1"},
    /* sixteen, and one more */
    {"bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16,18-18,20-20,22-22,24-24,26-26,28-28,30-30",
        100, "0+1 2+1 4+1 6+1 8+1 10+1 12+1 14+1 16+1 18+1 20+1 22+1 24+1 26+1 28+1 30+1"},
    {"bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16,18-18,20-20,22-22,24-24,26-26,28-28,30-30,"
     "32-",
        100, "none"},
    {"bytes=0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-", 100, "none"},
};

static char *
describe(VtRange range, const VtRangePart *parts, guint n)
{
    GString *text = g_string_new(range == VT_RANGE_NONE      ? "none"
                                 : range == VT_RANGE_OUTSIDE ? "outside"
                                                             : "");

    for (guint i = 0; i < n; i++)
        g_string_append_printf(
            text, "%s%d+%d", i > 0 ? " " : "", (int)parts[i].offset, (int)parts[i].length);
    return g_string_free(text, FALSE);
}

static void
ranges_are_read(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(range_row); i++) {
        VtRangePart parts[VT_RANGE_MAX];
        guint n = 0;
        VtRange range = vt_range_parse(range_row[i].header, range_row[i].length, parts, &n);
        g_autofree char *found = describe(range, parts, n);

        assert_string_equal(found, range_row[i].expected);
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
        cmocka_unit_test(ranges_are_read),
        cmocka_unit_test(tags_match_weakly_in_a_list),
        cmocka_unit_test(a_part_is_sent_only_of_what_the_client_has),
    };
    return vt_test_run("http/range", tests);
}
