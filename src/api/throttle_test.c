#include "api/throttle.h"

#include "base/error.h"
#include "tests/unit/support.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

/* Whether a check is granted; a granted one ends wrong. */
static gboolean
fails(VtThrottle *throttle, const char *name, const char *address, gint64 now_us)
{
    g_autoptr(GError) error = NULL;

    if (!vt_throttle_begin(throttle, name, address, now_us, &error)) {
        assert_true(vt_error_is(error, VT_ERROR_TOO_MANY_ATTEMPTS));
        return FALSE;
    }
    vt_throttle_end(throttle, name, address, FALSE, now_us);
    return TRUE;
}

static void
a_name_waits_twice_as_long_each_time_but_never_long(void **state)
{
    static const int wait_s[] = {0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30};
    g_autoptr(VtThrottle) throttle = vt_throttle_new();
    gint64 now_us = 1000 * SECOND;

    for (gsize i = 0; i < G_N_ELEMENTS(wait_s); i++) {
        g_autofree char *address = g_strdup_printf("192.0.2.%zu", i);

        assert_true(fails(throttle, "anna", address, now_us));
        if (wait_s[i] > 0)
            assert_false(fails(throttle, "anna", "192.0.2.99", now_us + wait_s[i] * SECOND - 1));
        assert_true(fails(throttle, "bob", address, now_us + i * 1000 * SECOND));
        now_us += wait_s[i] * SECOND;
    }
}

static void
an_address_waits_whatever_names_it_tries(void **state)
{
    g_autoptr(VtThrottle) throttle = vt_throttle_new();

    for (int i = 0; i < 20; i++) {
        g_autofree char *name = g_strdup_printf("name-%d", i);

        assert_true(fails(throttle, name, "192.0.2.1", SECOND));
    }
    assert_false(fails(throttle, "another", "192.0.2.1", SECOND));
    assert_true(fails(throttle, "another", "192.0.2.2", SECOND));
    assert_true(fails(throttle, "yet another", "192.0.2.1", 2 * SECOND));
}

static void
a_right_password_and_time_forget_failures(void **state)
{
    g_autoptr(VtThrottle) throttle = vt_throttle_new();
    gint64 now_us = SECOND;

    for (int i = 0; i < 4; i++)
        assert_true(fails(throttle, "anna", "192.0.2.1", now_us));
    assert_true(vt_throttle_begin(throttle, "anna", "192.0.2.1", now_us, NULL));
    vt_throttle_end(throttle, "anna", "192.0.2.1", TRUE, now_us);
    for (int i = 0; i < 4; i++)
        assert_true(fails(throttle, "anna", "192.0.2.1", now_us));
    now_us += 900 * SECOND;
    for (int i = 0; i < 5; i++)
        assert_true(fails(throttle, "anna", "192.0.2.1", now_us));
    assert_false(fails(throttle, "anna", "192.0.2.1", now_us));
}

static void
only_two_checks_run_at_a_time(void **state)
{
    g_autoptr(VtThrottle) throttle = vt_throttle_new();
    g_autoptr(GError) error = NULL;

    assert_true(vt_throttle_begin(throttle, "a", "192.0.2.1", 1, NULL));
    assert_true(vt_throttle_begin(throttle, "b", "192.0.2.1", 1, NULL));
    assert_false(vt_throttle_begin(throttle, "c", "192.0.2.1", 1, &error));
    assert_true(vt_error_is(error, VT_ERROR_BUSY));
    vt_throttle_end(throttle, "a", "192.0.2.1", TRUE, 1);
    assert_true(vt_throttle_begin(throttle, "c", "192.0.2.1", 1, NULL));
}

static void
a_flood_of_names_stays_bounded(void **state)
{
    g_autoptr(VtThrottle) throttle = vt_throttle_new();

    for (int i = 0; i < 50000; i++) {
        g_autofree char *name = g_strdup_printf("%d", i);

        assert_true(fails(throttle, name, name, SECOND));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_waits_twice_as_long_each_time_but_never_long),
        cmocka_unit_test(an_address_waits_whatever_names_it_tries),
        cmocka_unit_test(a_right_password_and_time_forget_failures),
        cmocka_unit_test(only_two_checks_run_at_a_time),
        cmocka_unit_test(a_flood_of_names_stays_bounded),
    };
    return vt_test_run("api/throttle", tests);
}
