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
    g_autoptr(GError) error = NULL;
    VtDb *db = vt_db_pool_take(pool, &error);
    gint inside = g_atomic_int_add(&n_inside, 1) + 1;

    if (db == NULL)
        g_error("no session: %s", error->message);
    if (inside > g_atomic_int_get(&most_inside))
        g_atomic_int_set(&most_inside, inside);
    g_usleep(1000);
    g_atomic_int_add(&n_inside, -1);
    vt_db_pool_give(pool, db);
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

static const VtSql end_others = {
    .name = "end_others",
    .postgresql = "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity "
                  "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    .parameters = (const char *const[]){NULL},
    .columns = (const char *const[]){"n", NULL},
};
static const VtSql one = {
    .name = "one",
    .postgresql = "SELECT 1 AS n",
    .parameters = (const char *const[]){NULL},
    .columns = (const char *const[]){"n", NULL},
};

/* Ends the other sessions of the server's database, as a restart would. */
static void
a_lost_session_is_replaced(void **state)
{
    g_autofree char *url = vt_test_n_databases() > 1 ? vt_test_database(1) : NULL;
    g_autoptr(VtDbPool) sessions = NULL;
    g_autoptr(VtDb) other = NULL;
    VtDb *db;

    if (url == NULL)
        skip();
    sessions = vt_db_pool_new(url, 1);
    db = vt_db_pool_take(sessions, NULL);
    other = vt_db_open(url, VT_DB_DURABLE, NULL);
    assert_true(vt_db_check(other, &end_others, NULL));
    {
        g_autoptr(VtStmt) stmt = vt_db_stmt(other, &end_others, NULL);

        while (vt_stmt_next(stmt))
            assert_int_equal(vt_stmt_int(stmt, "n"), 1);
    }
    while (!vt_db_is_lost(db))
        assert_false(vt_db_check(db, &one, NULL) && vt_db_is_lost(db));
    vt_db_pool_give(sessions, db);
    db = vt_db_pool_take(sessions, NULL);
    assert_false(vt_db_is_lost(db));
    assert_true(vt_db_check(db, &one, NULL));
    vt_db_pool_give(sessions, db);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_more_sessions_than_allowed_are_open),
        cmocka_unit_test(a_session_that_cannot_open_is_an_error_each_time),
        cmocka_unit_test(a_lost_session_is_replaced),
    };
    return vt_test_run("db/pool", tests);
}
