#include "http/byteranges.h"
#include "tests/unit/support.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char content[] = "0123456789abcdefghij";
static const VtRangePart two[] = {{0, 4}, {16, 4}};

static const struct {
    const char *type;
    const VtRangePart *parts;
    guint n;
    const char *expected; /* the boundary is B */
} body_row[] = {
    {"text/plain", two, 2,
        "--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-3/20\r\n\r\n0123"
        "\r\n--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 16-19/20\r\n\r\nghij"
        "\r\n--B--\r\n"},
    {NULL, two + 1, 1, "--B\r\nContent-Range: bytes 16-19/20\r\n\r\nghij\r\n--B--\r\n"},
};

/* A file without a name, with what comes before and behind the content. */
static int
open_file(void)
{
    int fd = open(g_get_tmp_dir(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, "before", 6), 6);
    assert_int_equal(write(fd, content, 20), 20);
    assert_int_equal(write(fd, "behind", 6), 6);
    return fd;
}

/* All of it, read in steps of @step bytes, the boundary replaced. */
static char *
read_in_steps(const VtByteranges *ranges, gsize step)
{
    const char *boundary = strchr(vt_byteranges_type(ranges), '=') + 1;
    g_autoptr(GString) text = g_string_new("");
    g_autofree char *piece = g_malloc(step);

    while (text->len < vt_byteranges_length(ranges)) {
        gssize n = vt_byteranges_read(ranges, text->len, piece, step);

        assert_in_range(n, 1, step);
        g_string_append_len(text, piece, n);
    }
    g_string_replace(text, boundary, "B", 0);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
parts_of_memory_and_of_a_file_read_the_same_in_any_steps(void **state)
{
    static const gsize step[] = {1, 7, 4096};
    g_autoptr(GBytes) bytes = g_bytes_new_static(content, 20);
    int fd = open_file();
    const VtByterangesSource source[] = {
        {.bytes = bytes, .fd = -1, .length = 20}, {.fd = fd, .offset = 6, .length = 20}};

    for (gsize i = 0; i < G_N_ELEMENTS(body_row) * G_N_ELEMENTS(source); i++) {
        VtByterangesSource from = source[i % G_N_ELEMENTS(source)];
        gsize row = i / G_N_ELEMENTS(source);
        g_autoptr(VtByteranges) ranges = NULL;

        from.type = body_row[row].type;
        ranges = vt_byteranges_new(&from, body_row[row].parts, body_row[row].n);
        assert_true(
            g_str_has_prefix(vt_byteranges_type(ranges), "multipart/byteranges; boundary="));
        for (gsize j = 0; j < G_N_ELEMENTS(step); j++) {
            g_autofree char *found = read_in_steps(ranges, step[j]);

            assert_string_equal(found, body_row[row].expected);
        }
    }
    close(fd);
}

static void
a_file_that_became_shorter_is_an_error(void **state)
{
    int fd = open_file();
    const VtByterangesSource source = {.fd = fd, .offset = 6, .length = 20};
    g_autoptr(VtByteranges) ranges = vt_byteranges_new(&source, two, 2);
    char piece[100];
    guint64 at = 0;
    gssize n;

    assert_int_equal(ftruncate(fd, 12), 0);
    while ((n = vt_byteranges_read(ranges, at, piece, sizeof piece)) > 0)
        at += (guint64)n;
    assert_int_equal(n, -1);
    assert_in_range(at, 1, vt_byteranges_length(ranges) - 1);
    close(fd);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_memory_and_of_a_file_read_the_same_in_any_steps),
        cmocka_unit_test(a_file_that_became_shorter_is_an_error),
    };

    return vt_test_run("http/byteranges", tests);
}
