#include "base/error.h"
#include "delivery/rendition_cache.h"
#include "tests/unit/support.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static VtRenditionCache *
open_cache(const char *directory, guint64 max_bytes, guint max_files, const char *boot)
{
    g_autoptr(GError) error = NULL;
    VtRenditionCache *cache =
        vt_rendition_cache_open(directory, max_bytes, max_files, boot, &error);

    assert_ok(cache != NULL, error);
    return cache;
}

static void
put(VtRenditionCache *cache, const char *name, const char *text)
{
    g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
    g_autoptr(GError) error = NULL;
    VtHash key = vt_hash_bytes(name, strlen(name));

    assert_ok(vt_rendition_cache_put(cache, &key, bytes, &error), error);
}

/* Newly allocated; NULL when it is not there. */
static char *
get(VtRenditionCache *cache, const char *name)
{
    VtHash key = vt_hash_bytes(name, strlen(name));
    guint64 length = 0;
    int fd = vt_rendition_cache_find(cache, &key, &length);
    char *text;

    if (fd < 0)
        return NULL;
    text = g_malloc0(length + 1);
    assert_int_equal(read(fd, text, length), length);
    close(fd);
    return text;
}

static void
assert_has(VtRenditionCache *cache, const char *name, const char *expected)
{
    g_autofree char *text = get(cache, name);

    if (expected == NULL)
        assert_null(text);
    else
        assert_string_equal(text, expected);
}

static void
renditions_are_found_again_after_a_restart(void **state)
{
    g_autofree char *directory = vt_test_directory();
    VtRenditionCache *cache = open_cache(directory, 1000, 10, "boot 1");

    assert_has(cache, "a", NULL);
    put(cache, "a", "first");
    put(cache, "a", "again");
    put(cache, "b", "");
    assert_has(cache, "a", "again");
    assert_int_equal(vt_rendition_cache_bytes(cache), 5);
    vt_rendition_cache_free(cache);

    cache = open_cache(directory, 1000, 10, "boot 2");
    assert_has(cache, "a", "again");
    assert_has(cache, "b", "");
    vt_rendition_cache_free(cache);
}

static void
bytes_and_files_are_bounded_and_the_used_stay(void **state)
{
    static const struct {
        guint64 max_bytes;
        guint max_files;
    } row[] = {{20, 1000}, {1000, 4}};

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autofree char *directory = vt_test_directory();
        g_autoptr(VtRenditionCache) cache =
            open_cache(directory, row[i].max_bytes, row[i].max_files, "boot");

        put(cache, "kept", "12345");
        for (guint k = 0; k < 20; k++) {
            g_autofree char *name = g_strdup_printf("%u", k);

            put(cache, name, "12345");
            assert_has(cache, "kept", "12345");
        }
        assert_int_equal(vt_rendition_cache_bytes(cache), 20);
        assert_has(cache, "19", "12345");
        assert_has(cache, "10", NULL);
    }
}

/* A copy of the directory as it is while the cache is open is what a crash leaves. */
static void
a_cache_is_trusted_only_within_one_boot(void **state)
{
    static const struct {
        const char *boot;
        const char *expected;
    } row[] = {{"boot 1", "text"}, {"boot 2", NULL}};

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autofree char *directory = vt_test_directory();
        g_autofree char *mark = g_build_filename(directory, "open", NULL);
        VtRenditionCache *cache = open_cache(directory, 1000, 10, "boot 1");

        put(cache, "a", "text");
        vt_rendition_cache_free(cache);
        assert_false(g_file_test(mark, G_FILE_TEST_EXISTS));
        assert_true(g_file_set_contents(mark, "boot 1", -1, NULL));

        cache = open_cache(directory, 1000, 10, row[i].boot);
        assert_has(cache, "a", row[i].expected);
        vt_rendition_cache_free(cache);
    }
}

static void
drafts_and_vanished_files_do_no_harm(void **state)
{
    g_autofree char *directory = vt_test_directory();
    VtHash key = vt_hash_bytes("a", 1);
    g_autofree char *path = g_strdup_printf("%s/%.2s/%s", directory, key.hex, key.hex);
    g_autofree char *draft = g_strconcat(path, ".7", NULL);
    g_autoptr(VtRenditionCache) cache = NULL;

    vt_rendition_cache_free(open_cache(directory, 1000, 10, "boot"));
    assert_true(g_file_set_contents(draft, "half", -1, NULL));
    cache = open_cache(directory, 1000, 10, "boot");
    assert_false(g_file_test(draft, G_FILE_TEST_EXISTS));
    put(cache, "a", "text");
    assert_int_equal(remove(path), 0);
    assert_has(cache, "a", NULL);
    put(cache, "a", "text");
    assert_has(cache, "a", "text");
}

static void
a_place_that_cannot_be_used_is_told(void **state)
{
    g_autofree char *directory = vt_test_directory();
    g_autofree char *file = g_build_filename(directory, "file", NULL);
    g_autoptr(GError) error = NULL;

    assert_true(g_file_set_contents(file, "x", -1, NULL));
    assert_null(vt_rendition_cache_open(file, 1000, 10, "boot", &error));
    assert_true(vt_error_is(error, VT_ERROR_STORAGE));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(renditions_are_found_again_after_a_restart),
        cmocka_unit_test(bytes_and_files_are_bounded_and_the_used_stay),
        cmocka_unit_test(a_cache_is_trusted_only_within_one_boot),
        cmocka_unit_test(drafts_and_vanished_files_do_no_harm),
        cmocka_unit_test(a_place_that_cannot_be_used_is_told),
    };
    return vt_test_run("delivery/rendition_cache", tests);
}
