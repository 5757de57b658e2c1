#include "tenant/setup.h"

#include "base/thread.h"
#include "tenant/account.h"
#include "tenant/tenant.h"
#include "tenant/testing.h"

enum { N_THREADS = 4 };

typedef struct {
    const char *url;
    char code[2];
    gboolean done;
} Try;

static VtDb *
open_empty(const char *url)
{
    g_autoptr(GError) error = NULL;
    VtDb *db = vt_db_open(url, VT_DB_DURABLE, &error);

    assert_ok(db != NULL, error);
    assert_ok(vt_db_migrate(db, vt_changelog_migrations, vt_changelog_n_migrations, &error), error);
    assert_ok(vt_db_migrate(db, vt_tenant_migrations, vt_tenant_n_migrations, &error), error);
    return db;
}

static void
set_up(gpointer data)
{
    Try *self = data;
    VtSetup setup = {self->code, self->code, "correct horse"};
    VtActor actor = {.now_us = 1};
    g_autoptr(VtDb) db = vt_db_open(self->url, VT_DB_DURABLE, NULL);

    self->done = vt_setup_run(db, &setup, &actor, NULL, NULL);
}

static void
of_many_at_once_one_sets_up(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = vt_test_database(kind);
        g_autoptr(VtDb) db = open_empty(url);
        g_autoptr(GPtrArray) tenants = NULL;
        VtThread *thread[N_THREADS];
        Try try[N_THREADS];
        gboolean needed = FALSE;
        int n_done = 0;

        assert_true(vt_setup_is_needed(db, &needed, NULL));
        assert_true(needed);
        for (int i = 0; i < N_THREADS; i++) {
            try[i] = (Try){.url = url, .code = {(char)('a' + i), '\0'}};
            thread[i] = vt_thread_new("setup", set_up, &try[i]);
        }
        for (int i = 0; i < N_THREADS; i++) {
            vt_thread_join(thread[i]);
            n_done += try[i].done;
        }
        tenants = vt_tenant_list(db, NULL);
        assert_int_equal(n_done, 1);
        assert_int_equal(tenants->len, 1);
        assert_true(vt_setup_is_needed(db, &needed, NULL));
        assert_false(needed);
    }
}

static void
the_administrator_can_sign_in(void **state)
{
    VtSetup setup = {"acme", "anna", "correct horse"};
    VtActor actor = {.now_us = 1};

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = vt_test_database(kind);
        g_autoptr(VtDb) db = open_empty(url);
        g_autoptr(GError) error = NULL, twice = NULL;
        g_autofree char *token = NULL;
        gint64 account = 0, tenant = 0;
        VtRole role = VT_ROLE_READER;

        assert_ok(vt_setup_run(db, &setup, &actor, &token, &error), error);
        assert_non_null(token);
        assert_true(vt_account_sign_in(db, "anna", "correct horse", &account, NULL));
        assert_true(vt_tenant_find(db, "acme", &tenant, NULL));
        assert_true(vt_account_role(db, account, tenant, &role, NULL));
        assert_int_equal(role, VT_ROLE_ADMINISTRATOR);
        assert_false(vt_setup_run(db, &setup, &actor, NULL, &twice));
        assert_true(vt_error_is(twice, VT_ERROR_DATA_USED));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_many_at_once_one_sets_up),
        cmocka_unit_test(the_administrator_can_sign_in),
    };
    return vt_test_run("tenant/setup", tests);
}
