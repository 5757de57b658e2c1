#include "db/db.h"
#include "db/migrate.h"
#include "db/testing.h"
#include "db_test_sql.h"
#include "tests/unit/support.h"

#include <string.h>

static const VtMigration migration[] = {
    {"test", 1, &vt_sql_schema_test_1},
    {"test", 2, &vt_sql_schema_test_2},
};

static VtDb *
open_at(gsize kind, char **ret_url)
{
    g_autofree char *url = vt_test_database(kind);
    g_autoptr(GError) error = NULL;
    VtDb *db = vt_db_open(url, VT_DB_DURABLE, &error);

    assert_ok(db != NULL, error);
    assert_ok(vt_db_migrate(db, migration, G_N_ELEMENTS(migration), &error), error);
    *ret_url = g_steal_pointer(&url);
    return db;
}

static VtDb *
open_new(gsize kind)
{
    g_autofree char *url = NULL;

    return open_at(kind, &url);
}

static gint64
add(VtDb *db, const char *name, gint64 amount, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_thing_add, error);
    gint64 id = 0;

    vt_stmt_bind_text(stmt, "name", name);
    vt_stmt_bind_int(stmt, "amount", amount);
    vt_stmt_bind_blob(stmt, "content", "a\0b", 3);
    return vt_stmt_read_int(stmt, "thing_id", &id, error) ? id : 0;
}

static gint64
count(VtDb *db)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_thing_count, NULL);
    gint64 n = -1;

    assert_true(vt_stmt_read_int(stmt, "n", &n, NULL));
    return n;
}

static void
rows_come_back_as_bound(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtDb) db = open_new(kind);
        g_autoptr(GError) error = NULL;
        g_autoptr(VtStmt) list = NULL;
        gsize length = 0;

        assert_true(add(db, "ä'\"", G_MAXINT64, &error) > 0);
        assert_true(add(db, "b", -3, &error) > 0);
        list = vt_db_stmt(db, &vt_sql_thing_list, &error);
        vt_stmt_bind_int(list, "least", 0);
        assert_true(vt_stmt_next(list));
        assert_string_equal(vt_stmt_text(list, "name"), "ä'\"");
        assert_true(vt_stmt_int(list, "amount") == G_MAXINT64);
        assert_memory_equal(vt_stmt_blob(list, "content", &length), "a\0b", 3);
        assert_int_equal(length, 3);
        assert_false(vt_stmt_next(list));
        assert_ok(vt_stmt_end(list, &error), error);
    }
}

static void
what_is_not_bound_is_null(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtDb) db = open_new(kind);
        g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_thing_add, NULL);
        g_autoptr(VtStmt) list = vt_db_stmt(db, &vt_sql_thing_list, NULL);
        gsize length = 9;

        vt_stmt_bind_text(stmt, "name", "x");
        assert_true(vt_stmt_exec(stmt, NULL, NULL));
        vt_stmt_bind_int(list, "least", 0);
        assert_true(vt_stmt_next(list));
        assert_true(vt_stmt_is_null(list, "amount"));
        assert_int_equal(vt_stmt_int(list, "amount"), 0);
        assert_null(vt_stmt_blob(list, "content", &length));
        assert_int_equal(length, 0);
    }
}

static void
the_number_of_no_row_is_0_and_that_of_a_failure_untouched(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtDb) db = open_new(kind);
        g_autoptr(VtStmt) list = vt_db_stmt(db, &vt_sql_thing_list, NULL);
        g_autoptr(VtStmt) again = vt_db_stmt(db, &vt_sql_thing_add, NULL);
        gint64 amount = 9, id = 9;

        assert_true(add(db, "a", 5, NULL) > 0);
        vt_stmt_bind_int(list, "least", 6);
        assert_true(vt_stmt_read_int(list, "amount", &amount, NULL));
        assert_int_equal(amount, 0);
        vt_stmt_bind_int(list, "least", 5);
        assert_true(vt_stmt_read_int(list, "amount", &amount, NULL));
        assert_int_equal(amount, 5);
        vt_stmt_bind_text(again, "name", "a");
        assert_false(vt_stmt_read_int(again, "thing_id", &id, NULL));
        assert_int_equal(id, 9);
    }
}

static void
a_freed_transaction_is_rolled_back(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtDb) db = open_new(kind);
        g_autoptr(GError) error = NULL;
        VtTx *tx = vt_tx_begin(db, VT_TX_WRITE, &error);

        assert_true(vt_db_is_writing(db));
        add(db, "a", 1, &error);
        vt_tx_free(tx);
        assert_false(vt_db_is_writing(db));
        assert_int_equal(count(db), 0);
        tx = vt_tx_begin(db, VT_TX_WRITE, &error);
        add(db, "a", 1, &error);
        assert_ok(vt_tx_commit(tx, &error), error);
        vt_tx_free(tx);
        assert_int_equal(count(db), 1);
    }
}

static void
a_refused_row_is_a_conflict_and_the_session_lives_on(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtDb) db = open_new(kind);
        g_autoptr(GError) error = NULL;
        g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, NULL);

        assert_true(add(db, "a", 1, NULL) > 0);
        assert_int_equal(add(db, "a", 2, &error), 0);
        assert_true(vt_error_is(error, VT_ERROR_CONFLICT));
        assert_true(g_str_has_prefix(error->message, "thing_add: "));
        g_clear_pointer(&tx, vt_tx_free);
        assert_int_equal(count(db), 0);
    }
}

static void
who_waits_too_long_for_a_lock_is_told_that_the_database_is_busy(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = NULL;
        g_autoptr(VtDb) holder = open_at(kind, &url);
        g_autoptr(VtDb) waiter = vt_db_open(url, VT_DB_DURABLE, NULL);
        g_autoptr(VtTx) held = vt_tx_begin(holder, VT_TX_WRITE, NULL);
        g_autoptr(GError) error = NULL;

        assert_true(add(holder, "a", 1, NULL) > 0);
        {
            g_autoptr(VtTx) tx = vt_tx_begin(waiter, VT_TX_WRITE, &error);

            assert_true(tx == NULL || add(waiter, "a", 2, &error) == 0);
        }
        assert_true(vt_error_is(error, VT_ERROR_DATABASE));
        assert_non_null(strstr(error->message, "the database is busy"));
        assert_true(vt_tx_commit(held, NULL));
        assert_false(vt_db_is_lost(waiter));
        g_clear_error(&error);
        assert_ok(add(waiter, "b", 2, &error) > 0, error);
    }
}

static void
changed_rows_are_counted(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtDb) db = open_new(kind);
        g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_thing_change, NULL);
        guint64 n = 9;

        add(db, "a", 1, NULL);
        vt_stmt_bind_text(stmt, "name", "a");
        vt_stmt_bind_int(stmt, "amount", 5);
        assert_true(vt_stmt_exec(stmt, &n, NULL));
        assert_int_equal(n, 1);
        vt_stmt_bind_text(stmt, "name", "nobody");
        assert_true(vt_stmt_exec(stmt, &n, NULL));
        assert_int_equal(n, 0);
    }
}

static void
one_statement_may_be_open_twice(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtDb) db = open_new(kind);
        g_autoptr(VtStmt) outer = NULL;
        int n = 0;

        add(db, "a", 1, NULL);
        add(db, "b", 2, NULL);
        outer = vt_db_stmt(db, &vt_sql_thing_list, NULL);
        vt_stmt_bind_int(outer, "least", 0);
        while (vt_stmt_next(outer)) {
            g_autoptr(VtStmt) inner = vt_db_stmt(db, &vt_sql_thing_list, NULL);

            vt_stmt_bind_int(inner, "least", 0);
            while (vt_stmt_next(inner))
                n++;
        }
        assert_int_equal(n, 4);
    }
}

static void
every_run_of_a_statement_is_counted(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtDb) db = open_new(kind);
        guint64 before = vt_db_n_statements(db);

        add(db, "a", 1, NULL);
        add(db, "b", 1, NULL);
        assert_int_equal(vt_db_n_statements(db) - before, 2);
        count(db);
        assert_int_equal(vt_db_n_statements(db) - before, 3);
    }
}

static void
a_migration_runs_once_and_a_newer_schema_is_refused(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtDb) db = open_new(kind);
        g_autoptr(GError) error = NULL;

        assert_ok(vt_db_migrate(db, migration, 2, &error), error);
        assert_false(vt_db_migrate(db, migration, 1, &error));
        assert_true(vt_error_is(error, VT_ERROR_NEWER_SCHEMA));
    }
}

static void
a_wrong_declaration_is_found(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtDb) db = open_new(kind);
        g_autoptr(GError) error = NULL;
        VtSql wrong = vt_sql_thing_list;

        for (gsize i = 0; vt_sql_table_db_test[i] != NULL; i++)
            if (!g_str_has_prefix(vt_sql_table_db_test[i]->name, "schema_"))
                assert_ok(vt_db_check(db, vt_sql_table_db_test[i], &error), error);
        wrong.columns = (const char *const[]){"name", "quantity", "content", NULL};
        assert_false(vt_db_check(db, &wrong, &error));
        assert_non_null(strstr(error->message, "quantity"));
    }
}

static void
addresses_that_lead_nowhere_are_refused(void **state)
{
    static const char *const bad[] = {
        "mysql://x", "/tmp/x.db", "sqlite:/nowhere/at/all/x.db", "postgresql://127.0.0.1:1/x"};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(vt_db_open(bad[i], VT_DB_DURABLE, &error));
        assert_non_null(error);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_back_as_bound),
        cmocka_unit_test(what_is_not_bound_is_null),
        cmocka_unit_test(the_number_of_no_row_is_0_and_that_of_a_failure_untouched),
        cmocka_unit_test(a_freed_transaction_is_rolled_back),
        cmocka_unit_test(a_refused_row_is_a_conflict_and_the_session_lives_on),
        cmocka_unit_test(who_waits_too_long_for_a_lock_is_told_that_the_database_is_busy),
        cmocka_unit_test(changed_rows_are_counted),
        cmocka_unit_test(one_statement_may_be_open_twice),
        cmocka_unit_test(every_run_of_a_statement_is_counted),
        cmocka_unit_test(a_migration_runs_once_and_a_newer_schema_is_refused),
        cmocka_unit_test(a_wrong_declaration_is_found),
        cmocka_unit_test(addresses_that_lead_nowhere_are_refused),
    };
    return vt_test_run("db/db", tests);
}
