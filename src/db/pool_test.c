#include "base/thread.h"
#include "db/pool.h"
#include "db/testing.h"
#include "tests/unit/support.h"

static VtDbPool *pool;
static gint n_inside;
static gint most_inside;

static void
use_one(gpointer item)
{
    VtDb *db = vt_db_pool_take(pool, NULL);
    gint inside = g_atomic_int_add(&n_inside, 1) + 1;

    if (inside > g_atomic_int_get(&most_inside))
        g_atomic_int_set(&most_inside, inside);
    g_usleep(1000);
    g_atomic_int_add(&n_inside, -1);
    vt_db_pool_give(pool, db, GPOINTER_TO_INT(item) % 7 == 0);
}

static void
no_more_sessions_than_allowed_are_open(void **state)
{
    g_autofree char *url = vt_test_database(0);
    g_autoptr(VtPool) workers = NULL;

    pool = vt_db_pool_new(url, 2);
    workers = vt_pool_new("use", 6, 100, use_one);
    for (int i = 1; i <= 60; i++)
        vt_pool_push_wait(workers, GINT_TO_POINTER(i));
    vt_pool_drain(workers);
    assert_in_range(most_inside, 1, 2);
    vt_db_pool_free(pool);
}

static void
a_session_that_cannot_open_is_an_error_each_time(void **state)
{
    g_autoptr(VtDbPool) broken = vt_db_pool_new("sqlite:/nowhere/at/all.db", 1);

    for (int i = 0; i < 3; i++) {
        g_autoptr(GError) error = NULL;

        assert_null(vt_db_pool_take(broken, &error));
        assert_non_null(error);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_more_sessions_than_allowed_are_open),
        cmocka_unit_test(a_session_that_cannot_open_is_an_error_each_time),
    };
    return vt_test_run("db/pool", tests);
}
