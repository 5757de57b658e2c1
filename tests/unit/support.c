#include "tests/unit/support.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

static GPtrArray *directories;

static int
remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk)
{
    return remove(path);
}

static void
remove_directories(void)
{
    for (guint i = 0; i < directories->len; i++)
        nftw(g_ptr_array_index(directories, i), remove_one, 32, FTW_DEPTH | FTW_PHYS);
    g_ptr_array_unref(directories);
}

char *
vt_test_directory(void)
{
    g_autoptr(GError) error = NULL;
    char *path = g_dir_make_tmp("vitrine-test-XXXXXX", &error);

    if (path == NULL)
        g_error("%s", error->message);
    if (directories == NULL) {
        directories = g_ptr_array_new_with_free_func(g_free);
        atexit(remove_directories);
    }
    g_ptr_array_add(directories, g_strdup(path));
    return path;
}

const char *
vt_test_postgresql(void)
{
    return g_getenv("VITRINE_TEST_POSTGRESQL");
}

const char *
vt_test_data(void)
{
    return g_getenv("VITRINE_TEST_DATA");
}

int
vt_test_run_group(const char *name, const struct CMUnitTest *tests, size_t n)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return _cmocka_run_group_tests(name, tests, n, NULL, NULL);
}
