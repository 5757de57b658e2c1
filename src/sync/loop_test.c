#include "assignment/testing.h"
#include "publish/publish.h"
#include "sync/loop.h"
#include "sync/quarantine.h"

static int n_applied;

static void
count_applied(gpointer data)
{
    g_atomic_int_inc(&n_applied);
}

static void
a_ring_brings_the_stores_up_to_date(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = vt_test_database(kind);
        g_autofree char *folder = vt_test_directory();
        g_autofree char *path = g_build_filename(folder, "acme", "main.db", NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(VtDb) db = vt_db_open(url, VT_DB_DURABLE, &error);
        VtSyncLoopOptions options = {url, folder, "here", count_applied, NULL};
        g_autoptr(VtSyncLoop) loop = NULL;
        gint64 tenant;

        assert_ok(db != NULL, error);
        vt_db_migrate(db, vt_changelog_migrations, vt_changelog_n_migrations, &error);
        vt_db_migrate(db, vt_tenant_migrations, vt_tenant_n_migrations, &error);
        vt_db_migrate(db, vt_catalog_migrations, vt_catalog_n_migrations, &error);
        vt_db_migrate(db, vt_document_migrations, vt_document_n_migrations, &error);
        vt_db_migrate(db, vt_media_migrations, vt_media_n_migrations, &error);
        vt_db_migrate(db, vt_assignment_migrations, vt_assignment_n_migrations, &error);
        vt_db_migrate(db, vt_sync_migrations, vt_sync_n_migrations, &error);
        assert_ok(vt_tenant_create(db, "acme", 1, &tenant, &error), error);
        loop = vt_sync_loop_new(&options);
        assert_true(vt_sync_loop_wait(loop, 30 * G_USEC_PER_SEC));
        assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
        assert_true(g_atomic_int_get(&n_applied) > 0);
    }
}

static void
a_database_that_is_not_there_is_tried_again_and_the_loop_ends(void **state)
{
    g_autofree char *folder = vt_test_directory();
    VtSyncLoopOptions options = {"sqlite:/nowhere/at/all.db", folder, "here", NULL, NULL};
    VtSyncLoop *loop = vt_sync_loop_new(&options);

    assert_true(vt_sync_loop_wait(loop, 30 * G_USEC_PER_SEC));
    assert_true(vt_sync_loop_wait(loop, 30 * G_USEC_PER_SEC));
    vt_sync_loop_free(loop);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_brings_the_stores_up_to_date),
        cmocka_unit_test(a_database_that_is_not_there_is_tried_again_and_the_loop_ends),
    };
    return vt_test_run("sync/loop", tests);
}
