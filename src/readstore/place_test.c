#include "readstore/place.h"

#include "db/testing.h"
#include "readstore/writer.h"
#include "tests/unit/support.h"

static void
what_killed_rebuilds_left_is_removed_by_the_next_writer(void **state)
{
    static const char *const kept[] = {"main.db.3", "main.db.4", "main.db.x", "other.db.1"};
    static const char *const left[] = {
        "main.db.1", "main.db.2-wal", "main.db.5", "main.db.5-shm", "main.db.12"};
    g_autofree char *folder = vt_test_directory();
    g_autofree char *path = g_build_filename(folder, "main.db", NULL);
    g_autoptr(VtReadstoreWriter) next = NULL;

    for (guint round = 1; round <= 4; round++) {
        g_autoptr(VtReadstoreWriter) writer =
            vt_readstore_writer_rebuild(path, "acme", "main", NULL);

        assert_true(vt_readstore_writer_install(writer, NULL));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(kept) + G_N_ELEMENTS(left); i++) {
        gsize n_kept = G_N_ELEMENTS(kept);
        g_autofree char *file =
            g_build_filename(folder, i < n_kept ? kept[i] : left[i - n_kept], NULL);

        if (!g_file_test(file, G_FILE_TEST_EXISTS))
            assert_true(g_file_set_contents(file, "x", 1, NULL));
    }
    next = vt_readstore_writer_open(path, "acme", "main", NULL);
    assert_non_null(next);
    for (gsize i = 0; i < G_N_ELEMENTS(kept); i++) {
        g_autofree char *file = g_build_filename(folder, kept[i], NULL);

        assert_true(g_file_test(file, G_FILE_TEST_EXISTS));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(left); i++) {
        g_autofree char *file = g_build_filename(folder, left[i], NULL);

        assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_killed_rebuilds_left_is_removed_by_the_next_writer),
    };
    return vt_test_run("readstore/place", tests);
}
