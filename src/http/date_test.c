#include "http/date.h"
#include "tests/unit/support.h"

static const struct {
    gint64 time_s;
    const char *text;
} date_row[] = {
    {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
    {784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
    {1704164645, "Tue, 02 Jan 2024 03:04:05 GMT"},
    {1709164799, "Wed, 28 Feb 2024 23:59:59 GMT"},
    {253402300799, "Fri, 31 Dec 9999 23:59:59 GMT"},
};

static void
dates_round_trip(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(date_row); i++) {
        gint64 back = -1;

        assert_string_equal(vt_http_date(date_row[i].time_s).text, date_row[i].text);
        assert_true(vt_http_date_parse(date_row[i].text, &back));
        assert_int_equal(back, date_row[i].time_s);
    }
}

static void
dates_stay_in_their_bounds(void **state)
{
    assert_string_equal(vt_http_date(-5).text, "Thu, 01 Jan 1970 00:00:00 GMT");
    assert_string_equal(vt_http_date(G_MAXINT64).text, "Fri, 31 Dec 9999 23:59:59 GMT");
}

static void
other_texts_are_not_dates(void **state)
{
    static const char *const text[] = {NULL, "", "now", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 06 Nov 1994 08:49:37 GM ", "Sun, 36 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nox 1994 08:49:37 GMT", "Xxx, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "};

    for (gsize i = 0; i < G_N_ELEMENTS(text); i++) {
        gint64 untouched = 42;

        assert_false(vt_http_date_parse(text[i], &untouched));
        assert_int_equal(untouched, 42);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_round_trip),
        cmocka_unit_test(dates_stay_in_their_bounds),
        cmocka_unit_test(other_texts_are_not_dates),
    };
    return vt_test_run("http/date", tests);
}
