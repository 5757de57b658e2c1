#include "base/error.h"
#include "blob/blob.h"
#include "tests/unit/support.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int
file_with(const char *folder, const char *content)
{
    g_autofree char *path = g_build_filename(folder, "source", NULL);

    assert_true(g_file_set_contents(path, content, -1, NULL));
    return open(path, O_RDONLY | O_CLOEXEC);
}

static guint
n_drafts(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "blobs", "tmp", NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint n = 0;

    while (g_dir_read_name(dir) != NULL)
        n++;
    return n;
}

static VtBlobStore *
open_at(const char *folder, gint64 now_us)
{
    g_autofree char *path = g_build_filename(folder, "blobs", NULL);
    g_autoptr(GError) error = NULL;
    VtBlobStore *store = vt_blob_store_open(path, now_us, &error);

    assert_ok(store != NULL, error);
    return store;
}

static VtBlobStore *
open_in(const char *folder)
{
    return open_at(folder, g_get_real_time());
}

static void
an_original_is_found_by_its_hash(void **state)
{
    g_autofree char *folder = vt_test_directory();
    g_autoptr(VtBlobStore) store = open_in(folder);
    g_autoptr(GError) error = NULL;
    char back[16] = "";
    guint64 bytes = 0;
    VtHash hash;

    for (int again = 0; again < 2; again++) {
        int fd = file_with(folder, "abc");

        assert_ok(vt_blob_put_original(store, fd, 100, &hash, &bytes, &error), error);
        close(fd);
    }
    assert_string_equal(hash.hex, vt_hash_bytes("abc", 3).hex);
    assert_int_equal(bytes, 3);
    assert_true(vt_blob_has_original(store, hash.hex));
    int fd = vt_blob_open_original(store, hash.hex, &error);
    assert_int_equal(read(fd, back, sizeof back), 3);
    assert_string_equal(back, "abc");
    close(fd);
    assert_int_equal(n_drafts(folder), 0);
}

static void
too_much_is_refused_and_leaves_nothing(void **state)
{
    g_autofree char *folder = vt_test_directory();
    g_autoptr(VtBlobStore) store = open_in(folder);
    g_autoptr(GError) error = NULL;
    int fd = file_with(folder, "abcdef");
    guint64 bytes = 77;
    VtHash hash = {"untouched"};

    assert_false(vt_blob_put_original(store, fd, 5, &hash, &bytes, &error));
    close(fd);
    assert_true(vt_error_is(error, VT_ERROR_TOO_LARGE));
    assert_string_equal(hash.hex, "untouched");
    assert_int_equal(bytes, 77);
    assert_int_equal(n_drafts(folder), 0);
}

static void
a_pyramid_is_kept_whole_or_not_at_all(void **state)
{
    g_autofree char *folder = vt_test_directory();
    g_autoptr(VtBlobStore) store = open_in(folder);
    g_autoptr(GError) error = NULL;
    VtHash hash = vt_hash_bytes("x", 1);
    VtBlobDraft *draft = vt_blob_draft_new(store, &error);

    assert_int_equal(write(vt_blob_draft_fd(draft), "pyr", 3), 3);
    vt_blob_draft_free(draft);
    assert_false(vt_blob_has_pyramid(store, hash.hex, 1));
    draft = vt_blob_draft_new(store, &error);
    assert_int_equal(write(vt_blob_draft_fd(draft), "pyr", 3), 3);
    assert_ok(vt_blob_keep_pyramid(store, draft, hash.hex, 1, &error), error);
    vt_blob_draft_free(draft);
    assert_true(vt_blob_has_pyramid(store, hash.hex, 1));
    assert_false(vt_blob_has_pyramid(store, hash.hex, 2));
    assert_int_equal(vt_blob_open_pyramid(store, hash.hex, 2, &error), -1);
    assert_true(vt_error_is(error, VT_ERROR_NOT_FOUND));
}

static void
only_old_drafts_are_removed(void **state)
{
    g_autofree char *folder = vt_test_directory();
    g_autofree char *left = g_build_filename(folder, "blobs", "tmp", "draft-abc", NULL);

    vt_blob_store_free(open_in(folder));
    assert_true(g_file_set_contents(left, "half", -1, NULL));
    vt_blob_store_free(open_in(folder));
    assert_int_equal(n_drafts(folder), 1);
    vt_blob_store_free(open_at(folder, g_get_real_time() + 25 * G_TIME_SPAN_HOUR));
    assert_int_equal(n_drafts(folder), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_original_is_found_by_its_hash),
        cmocka_unit_test(too_much_is_refused_and_leaves_nothing),
        cmocka_unit_test(a_pyramid_is_kept_whole_or_not_at_all),
        cmocka_unit_test(only_old_drafts_are_removed),
    };
    return vt_test_run("blob/blob", tests);
}
