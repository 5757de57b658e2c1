#include "base/error.h"
#include "base/schedule.h"
#include "tests/unit/support.h"

static gint64
at(const char *text, GTimeZone *zone)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, zone);

    assert_non_null(time);
    return g_date_time_to_unix(time) * G_USEC_PER_SEC;
}

/* What a clock of @zone shows, with its distance to UTC. */
static char *
shown(gint64 time_us, GTimeZone *zone)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time_us / G_USEC_PER_SEC);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);

    return time_us == 0 ? g_strdup("never") : g_date_time_format(local, "%Y-%m-%dT%H:%M:%S%:z");
}

static void
assert_times(const char *rule, const char *zone_name, const char *after, const char *const *times)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GTimeZone) zone = vt_schedule_zone(zone_name, &error);
    g_autoptr(VtSchedule) schedule = NULL;
    gint64 time_us;

    assert_ok(zone != NULL, error);
    schedule = vt_schedule_parse(rule, &error);
    assert_ok(schedule != NULL, error);
    time_us = at(after, zone);
    for (gsize i = 0; times[i] != NULL; i++) {
        g_autofree char *found = NULL;

        time_us = vt_schedule_next(schedule, time_us, zone);
        found = shown(time_us, zone);
        if (!g_str_has_prefix(found, times[i]))
            fail_msg("'%s' after %s: found %s, wanted %s", rule, after, found, times[i]);
    }
}

/* From Sunday 2026-03-01, midnight. */
static void
every_form_of_a_rule_names_the_right_times(void **state)
{
    static const struct {
        const char *rule;
        const char *times[5];
    } row[] = {
        {"0 15 10 * * ?", {"2026-03-01T10:15:00", "2026-03-02T10:15:00"}},
        {"0 0 12 * * ?", {"2026-03-01T12:00:00"}},
        {"0 15 10 ? * *", {"2026-03-01T10:15:00", "2026-03-02T10:15:00"}},
        {"0 0/5 14 * * ?", {"2026-03-01T14:00:00", "2026-03-01T14:05:00"}},
        {"0 55/5 14,18 * * ?", {"2026-03-01T14:55:00", "2026-03-01T18:55:00", "2026-03-02T14:55"}},
        {"0 10,44 14 ? 3 WED", {"2026-03-04T14:10:00", "2026-03-04T14:44:00", "2026-03-11T14:10"}},
        {"0 15 10 ? * MON-FRI", {"2026-03-02T10:15:00", "2026-03-03T10:15:00"}},
        {"0 15 10 20 * ?", {"2026-03-20T10:15:00", "2026-04-20T10:15:00"}},
        {"0 15 10 L * ?", {"2026-03-31T10:15:00", "2026-04-30T10:15:00"}},
        {"0 15 10 ? * 6L", {"2026-03-27T10:15:00", "2026-04-24T10:15:00"}},
        {"0 15 10 ? * 6#3", {"2026-03-20T10:15:00", "2026-04-17T10:15:00"}},
        {"0 15 10 * * 6#3", {"2026-03-20T10:15:00"}},
        {"0 0 0 ? * FRI#5", {"2026-05-29T00:00:00", "2026-07-31T00:00:00"}},
        {"0 0 0 ? * L", {"2026-03-07T00:00:00", "2026-03-14T00:00:00"}},
        {"0 0 0 L-2 * ?", {"2026-03-29T00:00:00", "2026-04-28T00:00:00"}},
        {"0 0 0 LW * ?", {"2026-03-31T00:00:00", "2026-04-30T00:00:00", "2026-05-29T00:00:00"}},
        {"0 0 0 15W * ?", {"2026-03-16T00:00:00", "2026-04-15T00:00:00", "2026-05-15T00:00:00"}},
        {"0 0 0 1W 8 ?", {"2026-08-03T00:00:00"}},  /* the 1st is a Saturday */
        {"0 0 0 31W 5 ?", {"2026-05-29T00:00:00"}}, /* the 31st is a Sunday */
        {"0 0 0 5C * ?", {"2026-03-05T00:00:00", "2026-04-05T00:00:00"}},
        {"0 0 0 ? * 1C", {"2026-03-08T00:00:00"}},
        {"0 0 22-2 * * ?", {"2026-03-01T01:00:00", "2026-03-01T02:00:00", "2026-03-01T22:00:00"}},
        {"0 0 0 1 NOV-FEB ?", {"2026-11-01T00:00:00", "2026-12-01", "2027-01-01", "2027-02-01"}},
        {"0 0 0 ? * fri-mon", {"2026-03-02T00:00:00", "2026-03-06T00:00:00"}},
        {"0 0 9-17/4 * * ?", {"2026-03-01T09:00:00", "2026-03-01T13:00:00", "2026-03-01T17:00:00",
                                 "2026-03-02T09:00:00"}},
        {"*/20 * * * * ?", {"2026-03-01T00:00:20", "2026-03-01T00:00:40", "2026-03-01T00:01:00"}},
        {"/30 0 0 1 1 ?", {"2027-01-01T00:00:00", "2027-01-01T00:00:30", "2028-01-01T00:00:00"}},
        {"59 59 23 31 12 ?", {"2026-12-31T23:59:59", "2027-12-31T23:59:59"}},
        {"0 0 0 29 2 ?", {"2028-02-29T00:00:00", "2032-02-29T00:00:00"}},
        {"0 0 0 1 1 ? 2030/2", {"2030-01-01T00:00:00", "2032-01-01T00:00:00"}},
        {"0 0 0 1 1 ? 2099", {"2099-01-01T00:00:00", "never"}},
        {"0 0 0 1 1 ? 1999", {"never"}},
        {"hourly", {"2026-03-01T01:00:00", "2026-03-01T02:00:00"}},
        {"daily", {"2026-03-02T00:00:00", "2026-03-03T00:00:00"}},
        {"Weekly", {"2026-03-02T00:00:00", "2026-03-09T00:00:00"}},
        {"monthly", {"2026-04-01T00:00:00", "2026-05-01T00:00:00"}},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++)
        assert_times(row[i].rule, "UTC", "2026-03-01T00:00:00", row[i].times);
}

/* In Berlin the clock leaps from 2 to 3 on 29 March 2026 and shows 2 to 3 twice on 25 October. */
static void
leaps_and_doubled_hours_of_the_clock_are_minded(void **state)
{
    static const struct {
        const char *rule, *zone, *after;
        const char *times[5];
    } row[] = {
        {"0 30 2 * * ?", "Europe/Berlin", "2026-03-28T12:00:00",
            {"2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"}},
        {"0 0/20 2 * * ?", "Europe/Berlin", "2026-03-29T00:00:00",
            {"2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00"}},
        {"0 0 * * * ?", "Europe/Berlin", "2026-03-29T00:30:00",
            {"2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00"}},
        {"0 30 2 * * ?", "Europe/Berlin", "2026-10-24T12:00:00",
            {"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"}},
        {"0 0 * * * ?", "Europe/Berlin", "2026-10-25T01:30:00",
            {"2026-10-25T02:00:00+02:00", "2026-10-25T03:00:00+01:00"}},
        {"0 15 10 * * ?", "Asia/Kolkata", "2026-03-01T00:00:00", {"2026-03-01T10:15:00+05:30"}},
        {"0 0 0 * * ?", "America/New_York", "2026-03-07T23:00:00",
            {"2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00"}},
        {"0 0 2 * * ?", "Australia/Lord_Howe", "2026-10-03T12:00:00",
            {"2026-10-04T02:30:00+11:00", "2026-10-05T02:00:00+11:00"}}, /* leaps half an hour */
        {"0 0 12 * * ?", "Pacific/Apia", "2011-12-29T13:00:00",
            {"2011-12-31T00:00:00+14:00", "2011-12-31T12:00:00+14:00"}}, /* a day that never was */
    };

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++)
        assert_times(row[i].rule, row[i].zone, row[i].after, row[i].times);
}

static void
what_is_kept_reads_the_same(void **state)
{
    static const struct {
        const char *text, *kept;
    } row[] = {
        {" 0  15\t10 ? * mon-Fri ", "0 15 10 ? * MON-FRI"},
        {"0 15 10 * * 6#3", "0 15 10 ? * 6#3"},
        {"0 15 10 * * *", "0 15 10 * * ?"},
        {"0 15 10 4 * *", "0 15 10 4 * ?"},
        {"0 15 10 L * ? 2030-2040", "0 15 10 L * ? 2030-2040"},
        {" Hourly ", "hourly"},
        {"IMMEDIATELY", "immediately"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(VtSchedule) schedule = vt_schedule_parse(row[i].text, &error);
        g_autoptr(VtSchedule) again = NULL;

        assert_ok(schedule != NULL, error);
        assert_string_equal(vt_schedule_text(schedule), row[i].kept);
        again = vt_schedule_parse(row[i].kept, &error);
        assert_ok(again != NULL, error);
        assert_string_equal(vt_schedule_text(again), row[i].kept);
    }
}

static void
what_is_no_rule_is_refused(void **state)
{
    static const char *const row[] = {"", "sometimes", "0 15 10 * *", "0 15 10 * * ? 2030 1",
        "00 00 00 * * ", "0 10,44 14 ? 3", "60 0 0 * * ?", "0 60 0 * * ?", "0 0 24 * * ?",
        "0 0 0 0 * ?", "0 0 0 32 * ?", "0 0 0 1 13 ?", "0 0 0 ? * 8", "0 0 0 ? * 0",
        "0 0 0 1 1 ? 1969", "0 0 0 1 1 ? 2100", "0 0 0 4 * 4", "0 0 0 ? * ?", "? 0 0 * * ?",
        "0 0 0 1,L * ?", "0 0 0 ? * 6#6", "0 0 0 ? * 6#3,2", "0 0 0 31 2 ?", "0 0 0 30W 2 ?",
        "0 0 0 ? 2 6#5 2026", "0/0 0 0 * * ?", "0/61 0 0 * * ?", "0 0 0 1 1 ? 2030-2029",
        "-1 0 0 * * ?", "1- 0 0 * * ?", "0,, 0 0 * * ?", "0 0 0 W * ?", "0 0 0 ? FOO *",
        "0 0 0 99999999999999999999 * ?", "0 0 0 ? * #3", "1:2 0 0 * * ?"};
    g_autofree char *longer = g_strnfill(100000, '1');
    g_autoptr(GError) too_long = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(VtSchedule) schedule = vt_schedule_parse(row[i], &error);

        if (schedule != NULL)
            fail_msg("'%s' is taken", row[i]);
        assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
    }
    assert_null(vt_schedule_parse(longer, &too_long));
    assert_true(vt_error_is(too_long, VT_ERROR_BAD_VALUE));
}

static void
immediately_is_always_due(void **state)
{
    g_autoptr(VtSchedule) schedule = vt_schedule_parse("immediately", NULL);
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

    assert_true(vt_schedule_is_immediate(schedule));
    assert_int_equal(vt_schedule_next(schedule, 7, utc), 7);
}

static void
a_zone_that_is_not_known_is_refused(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GTimeZone) here = vt_schedule_zone("", NULL);

    assert_non_null(here);
    assert_null(vt_schedule_zone("Europe/Atlantis", &error));
    assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_a_rule_names_the_right_times),
        cmocka_unit_test(leaps_and_doubled_hours_of_the_clock_are_minded),
        cmocka_unit_test(what_is_kept_reads_the_same),
        cmocka_unit_test(what_is_no_rule_is_refused),
        cmocka_unit_test(immediately_is_always_due),
        cmocka_unit_test(a_zone_that_is_not_known_is_refused),
    };

    return vt_test_run("base/schedule", tests);
}
