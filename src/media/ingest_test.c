#include "media/testing.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_BYTES = 100000 };

#define PDF                                                                                        \
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"                                       \
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"                                           \
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\n"                             \
    "trailer<</Root 1 0 R>>\n%%EOF\n"

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

static int
open_file(Bench *bench, const char *name)
{
    g_autofree char *path = g_build_filename(bench->folder, name, NULL);
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    return fd;
}

static gboolean
ingest(Bench *bench, VtAssetType type, const char *name, VtBinary *ret_binary, GError **error)
{
    int fd = open_file(bench, name);
    gboolean done = vt_ingest_file(bench->ingest, type, fd, ret_binary, error);

    close(fd);
    return done;
}

/* Files anywhere in the blob store. */
static guint
n_files(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint n = 0;
    const char *name;

    if (dir == NULL)
        return 1;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *below = g_build_filename(path, name, NULL);

        n += n_files(below);
    }
    return n;
}

static guint
n_blobs(const Bench *bench)
{
    g_autofree char *path = g_build_filename(bench->folder, "blobs", NULL);

    return n_files(path);
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
    assert_ok(ingest(&bench, VT_ASSET_TYPE_IMAGE, "a.pgm", &binary, &error), error);
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
    struct stat before, after;
    VtBinary first, again;
    int fd;

    bench_init(&bench);
    draw(&bench, "a.pgm", 40, 30, 120);
    draw(&bench, "b.pgm", 40, 30, 120);
    assert_true(ingest(&bench, VT_ASSET_TYPE_IMAGE, "a.pgm", &first, NULL));
    fd = vt_blob_open_pyramid(bench.store, first.hash.hex, VT_PYRAMID_VERSION, NULL);
    fstat(fd, &before);
    close(fd);
    assert_true(ingest(&bench, VT_ASSET_TYPE_FILE, "b.pgm", &again, NULL));
    fd = vt_blob_open_pyramid(bench.store, first.hash.hex, VT_PYRAMID_VERSION, NULL);
    fstat(fd, &after);
    close(fd);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_string_equal(first.hash.hex, again.hash.hex);
    assert_int_equal(again.width, 40);
    assert_int_equal(n_blobs(&bench), 2);
}

#define SVG "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='30'/>"

static const struct {
    VtAssetType type;
    const char *text;
    const char *mime; /* NULL: refused as VT_ERROR_MEDIA_TYPE */
    int width;
} type_row[] = {
    {VT_ASSET_TYPE_IMAGE, "This is no picture.\n", NULL, 0},
    {VT_ASSET_TYPE_IMAGE, "", NULL, 0},
    {VT_ASSET_TYPE_IMAGE, "P5\n40 30\n255\nshort", NULL, 0},
    {VT_ASSET_TYPE_IMAGE, "%PDF-1.4\n%%EOF\n", NULL, 0},
    {VT_ASSET_TYPE_IMAGE, SVG, "image/svg+xml", 2048},
    {VT_ASSET_TYPE_FILE, SVG, "image/svg+xml", 2048},
    {VT_ASSET_TYPE_FILE, "<!DOCTYPE html><title>Sizes</title>", "text/html", 0},
    {VT_ASSET_TYPE_FILE, "P5\n40 30\n255\nshort", "image/x-portable-greymap", 0},
    {VT_ASSET_TYPE_FILE, "any text\n", "text/plain", 0},
    {VT_ASSET_TYPE_FILE, "\x01\x02\x03\x04", "application/octet-stream", 0},
    {VT_ASSET_TYPE_FILE, PDF, "application/pdf", 2048},
    {VT_ASSET_TYPE_IMAGE, PDF, NULL, 0},
    {VT_ASSET_TYPE_VIDEO, PDF, NULL, 0},
    {VT_ASSET_TYPE_FILE, "%PDF-1.4\n%%EOF\n", "application/pdf", 0},
    {VT_ASSET_TYPE_FILE, "%!PS-Adobe-3.0 EPSF-3.0\n", "application/postscript", 0},
    {VT_ASSET_TYPE_FILE, "", NULL, 0},
    {VT_ASSET_TYPE_VIDEO, SVG, NULL, 0},
    {VT_ASSET_TYPE_VIDEO, "any text\n", NULL, 0},
    {VT_ASSET_TYPE_VIDEO,
        "RIFF\x24\x01\x01\x01"
        "AVI LIST",
        NULL, 0},
};

static void
content_decides_what_a_file_is(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(type_row); i++) {
        g_auto(Bench) bench = {0};
        g_autoptr(GError) error = NULL;
        VtBinary binary;
        gboolean done;

        bench_init(&bench);
        write_file(&bench, "name.png", type_row[i].text);
        done = ingest(&bench, type_row[i].type, "name.png", &binary, &error);
        if (done != (type_row[i].mime != NULL))
            fail_msg("row %zu: %s", i, done ? binary.mime : error->message);
        if (!done) {
            assert_true(vt_error_is(error, VT_ERROR_MEDIA_TYPE));
            assert_int_equal(n_blobs(&bench), 0);
            continue;
        }
        assert_string_equal(binary.mime, type_row[i].mime);
        assert_int_equal(binary.width, type_row[i].width);
        assert_int_equal(binary.pyramid_version, type_row[i].width > 0 ? VT_PYRAMID_VERSION : 0);
        assert_int_equal(n_blobs(&bench), type_row[i].width > 0 ? 2 : 1);
    }
}

/* A file made by ffmpeg, outside every cage. */
static void
film(Bench *bench, const char *name, const char *source, const char *codec)
{
    const char *const command[] = {"/usr/bin/ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi",
        "-i", source, "-c", codec, name, NULL};
    int status = -1;

    assert_true(g_spawn_sync(bench->folder, (char **)(gsize)command, NULL, G_SPAWN_DEFAULT, NULL,
        NULL, NULL, NULL, &status, NULL));
    assert_int_equal(status, 0);
}

static void
a_video_comes_in_with_its_facts_and_a_poster(void **state)
{
    static const VtAssetType types[] = {VT_ASSET_TYPE_VIDEO, VT_ASSET_TYPE_FILE};
    g_auto(Bench) bench = {0};
    g_autoptr(GError) error = NULL;
    VtPyramidFacts facts;
    VtBinary binary;

    bench_init(&bench);
    film(&bench, "clip.mp4", "testsrc=size=64x48:rate=5:duration=2", "mpeg4");
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autoptr(VtPyramid) pyramid = NULL;
        int fd;

        assert_ok(ingest(&bench, types[i], "clip.mp4", &binary, &error), error);
        assert_string_equal(binary.mime, "video/mp4");
        assert_string_equal(binary.video_codec, "mpeg4");
        assert_int_equal(binary.playtime_s, 2);
        assert_int_equal(binary.pyramid_version, VT_PYRAMID_VERSION);
        fd = vt_blob_open_pyramid(bench.store, binary.hash.hex, VT_PYRAMID_VERSION, NULL);
        pyramid = vt_pyramid_open(fd, 1000000, &error);
        close(fd);
        assert_ok(pyramid != NULL, error);
        facts = *vt_pyramid_facts(pyramid);
        assert_int_equal(facts.width, binary.width);
        assert_int_equal(facts.height, binary.height);
        assert_int_equal(binary.width, 64);
        assert_int_equal(binary.height, 48);
    }
    assert_int_equal(n_blobs(&bench), 2);
    assert_false(ingest(&bench, VT_ASSET_TYPE_IMAGE, "clip.mp4", &binary, &error));
    assert_true(vt_error_is(error, VT_ERROR_MEDIA_TYPE));
}

static void
sound_is_no_video_but_a_track(void **state)
{
    static const struct {
        const char *name, *source, *codec;
        gboolean is_track;
    } row[] = {
        {"sound.wav", "sine=duration=1", "pcm_u8", TRUE},
        {"sound.mp4", "sine=duration=1", "aac", TRUE},
        {"mute.mp4", "testsrc=size=64x48:rate=5:duration=1", "mpeg4", FALSE},
    };
    g_auto(Bench) bench = {0};

    bench_init(&bench);
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        VtBinary binary;
        int fd;

        film(&bench, row[i].name, row[i].source, row[i].codec);
        fd = open_file(&bench, row[i].name);
        if (vt_ingest_track(bench.ingest, VT_TRACK_ROLE_AUDIO, fd, &binary, &error) !=
            row[i].is_track)
            fail_msg("%s: %s", row[i].name, error != NULL ? error->message : binary.mime);
        close(fd);
        assert_true(
            ingest(&bench, VT_ASSET_TYPE_VIDEO, row[i].name, &binary, NULL) != row[i].is_track);
    }
}

static const struct {
    VtTrackRole role;
    const char *text, *mime; /* mime NULL: refused */
} track_row[] = {
    {VT_TRACK_ROLE_CAPTION, "WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n", "text/vtt"},
    {VT_TRACK_ROLE_SUBTITLE, "\xef\xbb\xbfWEBVTT\n", "text/vtt"},
    {VT_TRACK_ROLE_CAPTION, "WEBVTTX\n", NULL},
    {VT_TRACK_ROLE_CAPTION, "1\n00:00:00,000 --> 00:00:01,000\nHello\n", NULL},
    {VT_TRACK_ROLE_TRANSCRIPT, "Hello, and welcome.\n", "text/plain"},
    {VT_TRACK_ROLE_TRANSCRIPT, "\x01\x02\x03\x04", NULL},
    {VT_TRACK_ROLE_THUMBNAIL, SVG, "image/svg+xml"},
    {VT_TRACK_ROLE_THUMBNAIL, "Hello\n", NULL},
    {VT_TRACK_ROLE_AUDIO, "RIFF\x24\0\0\0WAVEfmt ", NULL},
};

static void
tracks_are_what_their_role_asks_for(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(track_row); i++) {
        g_auto(Bench) bench = {0};
        g_autoptr(GError) error = NULL;
        VtBinary binary;
        gboolean done;
        int fd;

        bench_init(&bench);
        write_file(&bench, "track", track_row[i].text);
        fd = open_file(&bench, "track");
        done = vt_ingest_track(bench.ingest, track_row[i].role, fd, &binary, &error);
        close(fd);
        if (done != (track_row[i].mime != NULL))
            fail_msg("row %zu: %s", i, done ? binary.mime : error->message);
        if (done)
            assert_string_equal(binary.mime, track_row[i].mime);
        else
            assert_true(vt_error_is(error, VT_ERROR_MEDIA_TYPE));
    }
}

/* All files below @path, as owned paths. */
static void
list_files(const char *path, GPtrArray *files)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    if (dir == NULL) {
        g_ptr_array_add(files, g_strdup(path));
        return;
    }
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *below = g_build_filename(path, name, NULL);

        list_files(below, files);
    }
}

static GPtrArray *
hostile_files(void)
{
    static const char *const folders[] = {"torture", "hires", "video"};
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);

    for (gsize i = 0; vt_test_data() != NULL && i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *folder = g_build_filename(vt_test_data(), folders[i], NULL);

        if (g_file_test(folder, G_FILE_TEST_IS_DIR))
            list_files(folder, files);
    }
    return files;
}

/* Takes a file in or not; @known: hash -> whether it has a pyramid. */
static void
try_file(Bench *bench, VtAssetType type, const char *path, GHashTable *known)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    g_autoptr(GError) error = NULL;
    VtBinary binary;

    assert_true(fd >= 0);
    if (vt_ingest_file(bench->ingest, type, fd, &binary, &error)) {
        assert_true(type != VT_ASSET_TYPE_IMAGE || binary.pyramid_version == VT_PYRAMID_VERSION);
        g_hash_table_insert(known, g_strdup(binary.hash.hex),
            GUINT_TO_POINTER(binary.pyramid_version != 0 ? 2 : 1));
    } else if (type == VT_ASSET_TYPE_FILE && !vt_error_is(error, VT_ERROR_MEDIA_TYPE)) {
        fail_msg("%s: %s", path, error->message);
    } else if (!vt_error_is(error, VT_ERROR_MEDIA_TYPE) &&
               !vt_error_is(error, VT_ERROR_TOO_LARGE) && !vt_error_is(error, VT_ERROR_TIMEOUT)) {
        fail_msg("%s: %s", path, error->message);
    }
    close(fd);
}

static void
take_in_all(const GPtrArray *files)
{
    static const VtAssetType types[] = {VT_ASSET_TYPE_IMAGE, VT_ASSET_TYPE_FILE};
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(Bench) bench = {0};
    GHashTableIter iter;
    gpointer n;
    guint n_expected = 0;

    bench_init(&bench);
    vt_ingest_free(bench.ingest);
    bench.ingest = vt_ingest_new(bench.store, bench.cage, (guint64)1 << 30);
    for (guint i = 0; i < files->len; i++) {
        for (gsize k = 0; k < G_N_ELEMENTS(types); k++)
            try_file(&bench, types[k], g_ptr_array_index(files, i), known);
    }
    g_hash_table_iter_init(&iter, known);
    while (g_hash_table_iter_next(&iter, NULL, &n))
        n_expected += GPOINTER_TO_UINT(n);
    assert_int_equal(n_blobs(&bench), n_expected);
    print_message(
        "# %u files, %u kept, %u blobs\n", files->len, g_hash_table_size(known), n_expected);
}

/* skip() jumps out: nothing may be owned then. */
static void
whatever_comes_is_taken_in_or_refused_and_leaves_no_rubbish(void **state)
{
    g_autoptr(GPtrArray) files = hostile_files();

    if (files->len == 0) {
        g_clear_pointer(&files, g_ptr_array_unref);
        skip();
    }
    take_in_all(files);
}

static void
more_bytes_than_allowed_are_refused(void **state)
{
    g_auto(Bench) bench = {0};
    g_autoptr(GError) error = NULL;
    VtBinary binary;

    bench_init(&bench);
    draw(&bench, "large.pgm", 400, 400, 1);
    assert_false(ingest(&bench, VT_ASSET_TYPE_IMAGE, "large.pgm", &binary, &error));
    assert_true(vt_error_is(error, VT_ERROR_TOO_LARGE));
    assert_int_equal(n_blobs(&bench), 0);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_becomes_an_original_a_pyramid_and_facts),
        cmocka_unit_test(known_bytes_are_not_decoded_again),
        cmocka_unit_test(content_decides_what_a_file_is),
        cmocka_unit_test(a_video_comes_in_with_its_facts_and_a_poster),
        cmocka_unit_test(sound_is_no_video_but_a_track),
        cmocka_unit_test(tracks_are_what_their_role_asks_for),
        cmocka_unit_test(whatever_comes_is_taken_in_or_refused_and_leaves_no_rubbish),
        cmocka_unit_test(more_bytes_than_allowed_are_refused),
    };

    if (vt_test_is_worker(argc, argv))
        return vt_ingest_worker_main();
    return vt_test_run("media/ingest", tests);
}
