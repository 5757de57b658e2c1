#include "media/testing.h"

#include <fcntl.h>
#include <unistd.h>

enum { MAX_BYTES = 5000 };

typedef struct {
    char *folder;
    VtBlobStore *store;
    VtCage *cage;
    VtIngest *ingest;
} Bench;

static void
bench_init(Bench *self)
{
    g_autofree char *blobs = NULL;

    self->folder = vt_test_directory();
    blobs = g_build_filename(self->folder, "blobs", NULL);
    self->store = vt_blob_store_open(blobs, 1, NULL);
    self->cage = vt_test_cage();
    self->ingest = vt_ingest_new(self->store, self->cage, MAX_BYTES);
}

static void
bench_clear(Bench *self)
{
    vt_ingest_free(self->ingest);
    vt_cage_free(self->cage);
    vt_blob_store_free(self->store);
    g_free(self->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bench, bench_clear)

static gboolean
ingest(Bench *bench, const char *name, VtBinary *ret_binary, GError **error)
{
    g_autofree char *path = g_build_filename(bench->folder, name, NULL);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    gboolean done;

    assert_true(fd >= 0);
    done = vt_ingest_image(bench->ingest, fd, ret_binary, error);
    close(fd);
    return done;
}

static void
write_file(Bench *bench, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(bench->folder, name, NULL);

    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
draw(Bench *bench, const char *name, int width, int height, guint8 shade)
{
    g_autofree char *path = g_build_filename(bench->folder, name, NULL);

    vt_test_draw(path, width, height, shade);
}

static void
a_picture_becomes_an_original_a_pyramid_and_facts(void **state)
{
    g_auto(Bench) bench = {0};
    g_autoptr(GError) error = NULL;
    VtBinary binary;

    bench_init(&bench);
    draw(&bench, "a.pgm", 40, 30, 120);
    assert_ok(ingest(&bench, "a.pgm", &binary, &error), error);
    assert_int_equal(binary.width, 40);
    assert_int_equal(binary.height, 30);
    assert_int_equal(binary.bytes, 40 * 30 + strlen("P5\n40 30\n255\n"));
    assert_string_equal(binary.format, "ppm");
    assert_string_equal(binary.mime, "image/x-portable-anymap");
    assert_false(binary.has_alpha);
    assert_true(vt_blob_has_original(bench.store, binary.hash.hex));
    assert_true(vt_blob_has_pyramid(bench.store, binary.hash.hex, VT_PYRAMID_VERSION));
}

static void
known_bytes_are_not_decoded_again(void **state)
{
    g_auto(Bench) bench = {0};
    VtBinary first, again;

    bench_init(&bench);
    draw(&bench, "a.pgm", 40, 30, 120);
    draw(&bench, "b.pgm", 40, 30, 120);
    assert_true(ingest(&bench, "a.pgm", &first, NULL));
    vt_ingest_free(bench.ingest);
    bench.ingest = vt_ingest_new(bench.store, NULL, MAX_BYTES);
    assert_true(ingest(&bench, "b.pgm", &again, NULL));
    assert_string_equal(first.hash.hex, again.hash.hex);
    assert_int_equal(again.width, 40);
}

static void
what_is_no_picture_is_refused_and_leaves_no_pyramid(void **state)
{
    static const struct {
        const char *text;
        VtErrorCode code;
    } row[] = {
        {"This is no picture.\n", VT_ERROR_MEDIA_TYPE},
        {"", VT_ERROR_MEDIA_TYPE},
        {"P5\n40 30\n255\nshort", VT_ERROR_MEDIA_TYPE},
    };
    g_auto(Bench) bench = {0};

    bench_init(&bench);
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        VtHash hash = vt_hash_bytes(row[i].text, strlen(row[i].text));
        VtBinary binary;

        write_file(&bench, "bad.png", row[i].text);
        assert_false(ingest(&bench, "bad.png", &binary, &error));
        assert_int_equal(vt_error_code(error), row[i].code);
        assert_false(vt_blob_has_pyramid(bench.store, hash.hex, VT_PYRAMID_VERSION));
    }
}

static void
more_bytes_than_allowed_are_refused(void **state)
{
    g_auto(Bench) bench = {0};
    g_autoptr(GError) error = NULL;
    VtBinary binary;

    bench_init(&bench);
    draw(&bench, "large.pgm", 100, 100, 1);
    assert_false(ingest(&bench, "large.pgm", &binary, &error));
    assert_true(vt_error_is(error, VT_ERROR_TOO_LARGE));
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_becomes_an_original_a_pyramid_and_facts),
        cmocka_unit_test(known_bytes_are_not_decoded_again),
        cmocka_unit_test(what_is_no_picture_is_refused_and_leaves_no_pyramid),
        cmocka_unit_test(more_bytes_than_allowed_are_refused),
    };

    if (vt_test_is_worker(argc, argv))
        return vt_ingest_worker_main();
    return vt_test_run("media/ingest", tests);
}
