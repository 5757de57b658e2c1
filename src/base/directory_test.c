#include "base/directory.h"

#include "tests/unit/support.h"

#include <glib/gstdio.h>
#include <unistd.h>

static void
put(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *above = g_path_get_dirname(path);

    assert_int_equal(g_mkdir_with_parents(above, 0700), 0);
    assert_true(g_file_set_contents(path, "x", 1, NULL));
}

static gboolean
is_there(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void
everything_below_goes_and_what_links_point_to_stays(void **state)
{
    g_autofree char *top = vt_test_directory();
    g_autofree char *gone = g_build_filename(top, "gone", NULL);
    g_autofree char *kept = g_build_filename(top, "kept", NULL);
    g_autofree char *link = g_build_filename(gone, "a", "link", NULL);

    put(top, "kept/file");
    put(top, "gone/file");
    put(top, "gone/a/b/c/file");
    assert_int_equal(symlink(kept, link), 0);
    vt_directory_remove(gone);
    assert_false(is_there(top, "gone"));
    assert_true(is_there(top, "kept/file"));
}

static void
what_is_not_there_is_no_mistake(void **state)
{
    g_autofree char *top = vt_test_directory();
    g_autofree char *missing = g_build_filename(top, "missing", NULL);

    vt_directory_remove(missing);
    assert_true(g_file_test(top, G_FILE_TEST_IS_DIR));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_below_goes_and_what_links_point_to_stays),
        cmocka_unit_test(what_is_not_there_is_no_mistake),
    };

    return vt_test_run("base/directory", tests);
}
