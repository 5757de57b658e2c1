#include "base/error.h"
#include "base/hash.h"
#include "tests/unit/support.h"

#include <fcntl.h>
#include <unistd.h>

static void
known_values(void **state)
{
    assert_string_equal(vt_hash_bytes("abc", 3).hex,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(vt_hash_bytes("", 0).hex,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void
a_file_hashes_like_its_bytes(void **state)
{
    g_autofree char *folder = vt_test_directory();
    g_autofree char *path = g_build_filename(folder, "file", NULL);
    g_autofree char *content = g_strnfill(200000, 'x');
    g_autoptr(GError) error = NULL;
    VtHash hash;
    guint64 bytes = 0;
    int fd;

    assert_true(g_file_set_contents(path, content, -1, NULL));
    fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_ok(vt_hash_fd(fd, &hash, &bytes, &error), error);
    close(fd);
    assert_int_equal(bytes, 200000);
    assert_string_equal(hash.hex, vt_hash_bytes(content, 200000).hex);
    assert_false(vt_hash_fd(-1, &hash, &bytes, &error));
    assert_true(vt_error_is(error, VT_ERROR_STORAGE));
}

static void
validity(void **state)
{
    assert_true(vt_hash_is_valid(vt_hash_bytes("a", 1).hex));
    assert_false(vt_hash_is_valid("abc"));
    assert_false(
        vt_hash_is_valid("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values),
        cmocka_unit_test(a_file_hashes_like_its_bytes),
        cmocka_unit_test(validity),
    };
    return vt_test_run("base/hash", tests);
}
