#include "base/thread.h"
#include "delivery/flight.h"
#include "tests/unit/support.h"

#include <stdatomic.h>

static void
the_first_computes_and_all_are_told(void **state)
{
    g_autoptr(VtFlights) flights = vt_flights_new();
    g_autoptr(GPtrArray) landed = NULL;
    g_autoptr(GPtrArray) other = NULL;
    int waiters[4];

    assert_true(vt_flights_join(flights, "k", &waiters[0]));
    assert_false(vt_flights_join(flights, "k", &waiters[1]));
    assert_true(vt_flights_join(flights, "other", &waiters[2]));
    assert_false(vt_flights_join(flights, "k", &waiters[3]));
    landed = vt_flights_land(flights, "k");
    assert_int_equal(landed->len, 3);
    assert_ptr_equal(g_ptr_array_index(landed, 0), &waiters[0]);
    assert_ptr_equal(g_ptr_array_index(landed, 2), &waiters[3]);
    assert_true(vt_flights_join(flights, "k", &waiters[0]));
    g_ptr_array_unref(vt_flights_land(flights, "k"));
    other = vt_flights_land(flights, "other");
    assert_int_equal(other->len, 1);
}

typedef struct {
    VtFlights *flights;
    _Atomic guint n_computing;
    _Atomic guint n_told;
    guint n_computed; /* by one at a time: TSan watches */
} Race;

static void
ask(gpointer data)
{
    Race *race = data;

    for (guint i = 0; i < 2000; i++) {
        g_autoptr(GPtrArray) landed = NULL;

        if (!vt_flights_join(race->flights, "k", race))
            continue;
        assert_int_equal(atomic_fetch_add(&race->n_computing, 1), 0);
        race->n_computed++;
        atomic_fetch_sub(&race->n_computing, 1);
        landed = vt_flights_land(race->flights, "k");
        atomic_fetch_add(&race->n_told, landed->len);
    }
}

static void
threads_never_compute_the_same_key_at_once(void **state)
{
    g_autoptr(VtFlights) flights = vt_flights_new();
    Race race = {.flights = flights};
    VtThread *threads[4];

    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = vt_thread_new("asks", ask, &race);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        vt_thread_join(threads[i]);
    assert_int_equal(race.n_told, 4 * 2000);
    assert_in_range(race.n_computed, 1, 4 * 2000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_computes_and_all_are_told),
        cmocka_unit_test(threads_never_compute_the_same_key_at_once),
    };
    return vt_test_run("delivery/flight", tests);
}
