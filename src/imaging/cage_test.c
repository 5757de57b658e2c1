#include "base/error.h"
#include "base/thread.h"
#include "imaging/autovips.h"
#include "imaging/cage.h"
#include "imaging/engine.h"
#include "imaging/ingest_worker.h"
#include "tests/unit/support.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static VtCage *
new_cage(const char *worker, guint cpu_seconds, guint wall_seconds, guint jobs)
{
    const char *const argv[] = {"/proc/self/exe", worker, NULL};
    VtCageOptions options = vt_cage_options;

    options.argv = argv;
    options.cpu_seconds = cpu_seconds;
    options.wall_seconds = wall_seconds;
    options.jobs_per_worker = jobs;
    return vt_cage_new(&options);
}

static int
file_of(const void *bytes, gsize length)
{
    int fd = memfd_create("in", MFD_CLOEXEC);

    assert_int_equal(write(fd, bytes, length), length);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

/* A pyramid of @in_fd, which is closed; NULL with *error. */
static VtPyramid *
ingest(VtCage *cage, int in_fd, GError **error)
{
    int out_fd = memfd_create("out", MFD_CLOEXEC);
    VtPyramid *pyramid = NULL;
    VtPyramidFacts facts;

    if (vt_cage_ingest(cage, in_fd, out_fd, &facts, error)) {
        pyramid = vt_pyramid_open(out_fd, vt_cage_options.max_pixels, error);
        assert_int_equal(facts.width, vt_pyramid_facts(pyramid)->width);
    }
    close(in_fd);
    close(out_fd);
    return pyramid;
}

/* Foreign files are drawn as left half | right half, @bands values each. */
static VipsImage *
halves(int width, int height, int bands, const double *left, const double *right)
{
    g_autoptr(VipsImage) black = NULL, one = NULL, other = NULL;
    VipsImage *both = NULL;
    double zero[4] = {0, 0, 0, 0};

    assert_int_equal(vips_black(&black, width / 2, height, "bands", bands, NULL), 0);
    assert_int_equal(vips_linear(black, &one, zero, left, bands, NULL), 0);
    assert_int_equal(vips_linear(black, &other, zero, right, bands, NULL), 0);
    assert_int_equal(vips_join(one, other, &both, VIPS_DIRECTION_HORIZONTAL, NULL), 0);
    return both;
}

static GBytes *
saved(VipsImage *image,
    const char *suffix,
    VipsBandFormat format,
    VipsInterpretation meaning,
    int orientation)
{
    g_autoptr(VipsImage) cast = NULL, named = NULL;
    void *bytes = NULL;
    size_t length = 0;

    assert_int_equal(vips_cast(image, &cast, format, NULL), 0);
    assert_int_equal(vips_copy(cast, &named, "interpretation", meaning, NULL), 0);
    if (orientation > 1)
        vips_image_set_int(named, VIPS_META_ORIENTATION, orientation);
    if (vips_image_write_to_buffer(named, suffix, &bytes, &length, NULL) != 0)
        fail_msg("cannot write a %s: %s", suffix, vips_error_buffer());
    return g_bytes_new_take(bytes, length);
}

static const struct {
    const char *suffix, *format;
    VipsBandFormat depth;
    VipsInterpretation meaning;
    int bands;
    double left[4], right[4];
    int orientation;
    int width, height, out_bands;
    guint8 first[4], last[4]; /* pixels of the pyramid, tolerance 3 */
} row[] = {
    {".png", "png", VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB, 3, {200, 40, 40}, {40, 160, 40}, 1,
        60, 40, 3, {200, 40, 40}, {40, 160, 40}},
    {".png", "png", VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB, 4, {200, 40, 40, 255},
        {40, 160, 40, 0}, 1, 60, 40, 4, {200, 40, 40, 255}, {40, 160, 40, 0}},
    {".png", "png", VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_B_W, 2, {10, 255}, {200, 9}, 1, 60, 40,
        4, {10, 10, 10, 255}, {200, 200, 200, 9}},
    {".png", "png", VIPS_FORMAT_USHORT, VIPS_INTERPRETATION_GREY16, 1, {0x4040}, {0xc0c0}, 1, 60,
        40, 1, {0x40}, {0xc0}},
    {".png", "png", VIPS_FORMAT_USHORT, VIPS_INTERPRETATION_RGB16, 4, {0x4040, 0, 0, 0xffff},
        {0, 0xc0c0, 0, 0x8080}, 1, 60, 40, 4, {0x40, 0, 0, 255}, {0, 0xc0, 0, 0x80}},
    {".tif", "tiff", VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_CMYK, 4, {0, 255, 255, 0},
        {255, 0, 0, 0}, 1, 60, 40, 3, {255, 0, 0}, {0, 255, 255}},
    {".jpg[Q=95]", "jpeg", VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB, 3, {200, 40, 40},
        {40, 40, 200}, 6, 40, 60, 3, {200, 40, 40}, {40, 40, 200}},
    {".gif", "gif", VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB, 3, {200, 40, 40}, {40, 160, 40}, 1,
        60, 40, 4, {200, 40, 40, 255}, {40, 160, 40, 255}},
    {".webp[lossless]", "webp", VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB, 3, {200, 40, 40},
        {40, 160, 40}, 1, 60, 40, 3, {200, 40, 40}, {40, 160, 40}},
};

static gboolean
keep_row(gpointer data, int y, const guint8 *pixels, GError **error)
{
    GByteArray *kept = data;

    memcpy(kept->data, pixels, kept->len);
    return TRUE;
}

/* The first pixel of the first row, or the last of the last. */
static void
assert_corner(VtPyramid *pyramid, gboolean last, const guint8 *expected, guint number)
{
    const VtPyramidFacts *facts = vt_pyramid_facts(pyramid);
    int x = last ? facts->width - 1 : 0, y = last ? facts->height - 1 : 0;
    VtImageRect area = {x, y, x + 1, y + 1};
    g_autoptr(GByteArray) pixel = g_byte_array_new();

    g_byte_array_set_size(pixel, (guint)facts->bands);
    assert_true(vt_pyramid_read(pyramid, 0, &area, keep_row, pixel, NULL));
    for (int i = 0; i < facts->bands; i++) {
        if (abs(pixel->data[i] - expected[i]) > 3)
            fail_msg("row %u: band %d of pixel %d,%d is %d", number, i, x, y, pixel->data[i]);
    }
}

static void
pictures_become_upright_srgb(void **state)
{
    g_autoptr(VtCage) cage = new_cage("ingest-worker", 10, 30, 20);

    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(VipsImage) image = halves(60, 40, row[i].bands, row[i].left, row[i].right);
        g_autoptr(GBytes) file =
            saved(image, row[i].suffix, row[i].depth, row[i].meaning, row[i].orientation);
        g_autoptr(GError) error = NULL;
        gsize length;
        const void *bytes = g_bytes_get_data(file, &length);
        g_autoptr(VtPyramid) pyramid = ingest(cage, file_of(bytes, length), &error);
        const VtPyramidFacts *facts;

        assert_ok(pyramid != NULL, error);
        facts = vt_pyramid_facts(pyramid);
        assert_string_equal(facts->format, row[i].format);
        if (facts->width != row[i].width || facts->height != row[i].height ||
            facts->bands != row[i].out_bands)
            fail_msg("row %u: %d x %d in %d bands", i, facts->width, facts->height, facts->bands);
        assert_corner(pyramid, FALSE, row[i].first, i);
        assert_corner(pyramid, TRUE, row[i].last, i);
    }
    assert_int_equal(vt_cage_started(cage), 1);
}

static const struct {
    const char *text;
    VtErrorCode code;
} refusal_row[] = {
    {"", VT_ERROR_MEDIA_TYPE},
    {"hello, I am a text", VT_ERROR_MEDIA_TYPE},
    {"\x89PNG\r\n\x1a\nbut not really", VT_ERROR_MEDIA_TYPE},
    {"1;2;3\n4;5;6\n", VT_ERROR_MEDIA_TYPE},
    {"<svg xmlns='http://www.w3.org/2000/svg' width='60000' height='60000'/>", VT_ERROR_TOO_LARGE},
};

static void
what_is_no_picture_is_refused(void **state)
{
    g_autoptr(VtCage) cage = new_cage("ingest-worker", 10, 30, 20);

    for (guint i = 0; i < G_N_ELEMENTS(refusal_row); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(
            ingest(cage, file_of(refusal_row[i].text, strlen(refusal_row[i].text)), &error));
        if (!vt_error_is(error, refusal_row[i].code))
            fail_msg("'%s' is refused with '%s'", refusal_row[i].text, error->message);
    }
    assert_int_equal(vt_cage_started(cage), 1);
}

static const struct {
    const char *svg;
    int width, height;
} drawing_row[] = {
    {"<svg xmlns='http://www.w3.org/2000/svg' width='60' height='40'/>", 2048, 1365},
    {"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'/>", 2048, 2048},
    {"<svg xmlns='http://www.w3.org/2000/svg' width='3000' height='1000'/>", 3000, 1000},
};

static void
drawings_are_drawn_large(void **state)
{
    g_autoptr(VtCage) cage = new_cage("ingest-worker", 10, 30, 20);

    for (guint i = 0; i < G_N_ELEMENTS(drawing_row); i++) {
        const char *svg = drawing_row[i].svg;
        g_autoptr(GError) error = NULL;
        g_autoptr(VtPyramid) pyramid = ingest(cage, file_of(svg, strlen(svg)), &error);

        assert_ok(pyramid != NULL, error);
        assert_string_equal(vt_pyramid_facts(pyramid)->format, "svg");
        assert_int_equal(vt_pyramid_facts(pyramid)->width, drawing_row[i].width);
        assert_in_range(
            vt_pyramid_facts(pyramid)->height, drawing_row[i].height, drawing_row[i].height + 1);
    }
}

static void
a_worn_worker_is_replaced(void **state)
{
    g_autoptr(VtCage) cage = new_cage("ingest-worker", 10, 30, 2);

    for (guint i = 0; i < 5; i++)
        assert_null(ingest(cage, file_of("x", 1), NULL));
    assert_int_equal(vt_cage_started(cage), 3);
}

static const struct {
    const char *worker;
    VtErrorCode code;
    const char *message;
} death_row[] = {
    {"worker-spinning", VT_ERROR_TIMEOUT, "*processor time*"},
    {"worker-sleeping", VT_ERROR_TIMEOUT, "*longer than*"},
    {"worker-crashing", VT_ERROR_MEDIA_TYPE, "*broke its decoder (signal 11)*"},
    {"worker-forbidden", VT_ERROR_MEDIA_TYPE, "*something forbidden*"},
    {"worker-leaving", VT_ERROR_MEDIA_TYPE, "*ended its decoder (exit code 7)*"},
    {"worker-lying", VT_ERROR_IMAGE_UNREADABLE, "*"},
    {"worker-shouting", VT_ERROR_MEDIA_TYPE, "line one line two"},
    {"worker-stillborn", VT_ERROR_INTERNAL, "*does not start*"},
};

static void
each_way_to_die_has_its_verdict(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(death_row); i++) {
        gboolean spins = strcmp(death_row[i].worker, "worker-spinning") == 0;
        g_autoptr(VtCage) cage = new_cage(death_row[i].worker, 1, spins ? 60 : 2, 20);
        g_autoptr(GError) error = NULL;

        assert_null(ingest(cage, file_of("x", 1), &error));
        if (!vt_error_is(error, death_row[i].code) ||
            !g_pattern_match_simple(death_row[i].message, error->message))
            fail_msg("%s is reported as '%s'", death_row[i].worker, error->message);
    }
}

static void
a_worker_that_died_while_idle_costs_no_file(void **state)
{
    g_autoptr(VtCage) cage = new_cage("worker-once", 1, 5, 20);

    for (guint i = 0; i < 3; i++) {
        g_autoptr(GError) error = NULL;

        assert_null(ingest(cage, file_of("x", 1), &error));
        assert_string_equal(error->message, "once");
        g_usleep(100000);
    }
    assert_int_equal(vt_cage_started(cage), 3);
}

typedef struct {
    VtCage *cage;
    GBytes *file;
    guint n_done;
} Shared;

static void
ingest_some(gpointer data)
{
    Shared *shared = data;
    gsize length;
    const void *bytes = g_bytes_get_data(shared->file, &length);

    for (guint i = 0; i < 5; i++) {
        g_autoptr(VtPyramid) pyramid = ingest(shared->cage, file_of(bytes, length), NULL);

        if (pyramid != NULL)
            __atomic_add_fetch(&shared->n_done, 1, __ATOMIC_RELAXED);
    }
}

static void
many_threads_share_few_workers(void **state)
{
    g_autoptr(VtCage) cage = new_cage("ingest-worker", 10, 30, 20);
    g_autoptr(VipsImage) image = halves(60, 40, 3, row[0].left, row[0].right);
    g_autoptr(GBytes) file = saved(image, ".png", VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB, 1);
    Shared shared = {cage, file, 0};
    VtThread *threads[6];

    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = vt_thread_new("ingest", ingest_some, &shared);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        vt_thread_join(threads[i]);
    assert_int_equal(shared.n_done, 30);
    assert_in_range(vt_cage_started(cage), 1, 4);
}

/* What README.tsv of the folder says of one file. */
typedef struct {
    char *path; /* owned */
    int width, height;
    gboolean agreed; /* the library, uncaged, sees the size the file says; never of a drawing */
} Torture;

static void
torture_clear(gpointer data)
{
    g_free(((Torture *)data)->path);
}

static int
column_of(char **header, const char *name)
{
    for (int i = 0; header[i] != NULL; i++) {
        if (strcmp(header[i], name) == 0)
            return i;
    }
    fail_msg("README.tsv has no column %s", name);
    return -1;
}

static GArray *
torture_list(const char *folder)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(Torture));
    g_autofree char *path = g_build_filename(folder, "README.tsv", NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    g_auto(GStrv) header = NULL;

    g_array_set_clear_func(list, torture_clear);
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    lines = g_strsplit(text, "\n", -1);
    header = g_strsplit(lines[0], "\t", -1);
    for (int i = 1; lines[i] != NULL && *lines[i] != '\0'; i++) {
        g_auto(GStrv) field = g_strsplit(lines[i], "\t", -1);
        const char *width = field[column_of(header, "display_width")];
        const char *height = field[column_of(header, "display_height")];
        const char *seen = field[column_of(header, "libvips_8.14.1")];
        g_autofree char *stored = g_strdup_printf(
            "%sx%s ok", field[column_of(header, "width")], field[column_of(header, "height")]);
        g_autofree char *shown = g_strdup_printf("%sx%s ok", width, height);
        Torture torture = {.path = g_build_filename(folder, field[0], NULL)};

        torture.width = (int)g_ascii_strtoll(width, NULL, 10);
        torture.height = (int)g_ascii_strtoll(height, NULL, 10);
        torture.agreed = !g_str_has_prefix(field[0], "svg/") &&
                         (g_str_has_prefix(seen, stored) || g_str_has_prefix(seen, shown));
        g_array_append_val(list, torture);
    }
    return list;
}

typedef struct {
    guint taken, refused, late, wrong_size;
} Tally;

static void
ingest_torture(VtCage *cage, const Torture *torture, Tally *tally)
{
    int fd = open(torture->path, O_RDONLY | O_CLOEXEC);
    g_autoptr(GError) error = NULL;
    g_autoptr(VtPyramid) pyramid = NULL;
    const VtPyramidFacts *facts;

    if (fd < 0)
        return;
    pyramid = ingest(cage, fd, &error);
    if (pyramid == NULL) {
        tally->refused++;
        tally->late += vt_error_is(error, VT_ERROR_TIMEOUT);
        assert_true(*error->message != '\0');
        return;
    }
    tally->taken++;
    facts = vt_pyramid_facts(pyramid);
    if (torture->agreed && (facts->width != torture->width || facts->height != torture->height)) {
        tally->wrong_size++;
        print_message("%s: %d x %d instead of %d x %d\n", torture->path, facts->width,
            facts->height, torture->width, torture->height);
    }
}

static void
rare_damaged_and_hostile_files_do_no_harm(void **state)
{
    g_autofree char *folder =
        vt_test_data() != NULL ? g_build_filename(vt_test_data(), "torture", NULL) : NULL;
    g_autoptr(VtCage) cage = NULL;
    g_autoptr(GArray) list = NULL;
    Tally tally = {0};

    if (folder == NULL || !g_file_test(folder, G_FILE_TEST_IS_DIR))
        skip();
    cage = new_cage("ingest-worker", 10, 30, 20);
    list = torture_list(folder);
    for (guint i = 0; i < list->len; i++)
        ingest_torture(cage, &g_array_index(list, Torture, i), &tally);
    print_message("%u files: %u taken in, %u refused (%u of them late), %u of a wrong size\n",
        list->len, tally.taken, tally.refused, tally.late, tally.wrong_size);
    assert_int_equal(tally.wrong_size, 0);
    assert_true(tally.taken > 0);
}

static void
large_photos_are_taken_in(void **state)
{
    static const char *const endings[] = {".jpg", ".png", ".heic"};
    g_autofree char *folder =
        vt_test_data() != NULL ? g_build_filename(vt_test_data(), "hires", NULL) : NULL;
    g_autoptr(GDir) entries = folder != NULL ? g_dir_open(folder, 0, NULL) : NULL;
    g_autoptr(VtCage) cage = NULL;
    const char *name;
    guint n_taken = 0;

    if (entries == NULL)
        skip();
    cage = new_cage("ingest-worker", 20, 60, 20);
    while ((name = g_dir_read_name(entries)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        const char *dot = strrchr(name, '.');
        g_autoptr(VtPyramid) pyramid = NULL;
        g_autoptr(GError) error = NULL;
        gboolean picture = FALSE;

        for (guint i = 0; i < G_N_ELEMENTS(endings) && dot != NULL; i++)
            picture |= strcmp(dot, endings[i]) == 0;
        if (!picture)
            continue;
        pyramid = ingest(cage, open(path, O_RDONLY | O_CLOEXEC), &error);
        assert_ok(pyramid != NULL, error);
        n_taken++;
    }
    print_message("%u large photos taken in\n", n_taken);
    assert_true(n_taken > 0);
}

/* The test program's own stand-ins for a worker that misbehaves. */
static void
await_job(void)
{
    VtIngestReply ready = {.done = 1};
    VtIngestJob job;

    g_assert(send(VT_INGEST_SOCKET, &ready, sizeof ready, 0) == sizeof ready);
    g_assert(recv(VT_INGEST_SOCKET, &job, sizeof job, 0) == sizeof job);
}

static void
reply(gboolean done, const char *message)
{
    VtIngestReply said = {.done = done, .code = VT_ERROR_FORBIDDEN};

    g_strlcpy(said.message, message, sizeof said.message);
    g_assert(send(VT_INGEST_SOCKET, &said, sizeof said, 0) == sizeof said);
}

/* A sanitizer catches some signals; here they must kill. */
static void
end_by(int number)
{
    const struct sigaction kill_me = {.sa_handler = SIG_DFL};

    sigaction(number, &kill_me, NULL);
    raise(number);
}

static int
misbehave(const char *how)
{
    if (strcmp(how, "worker-stillborn") == 0)
        return 0;
    await_job();
    if (strcmp(how, "worker-spinning") == 0)
        for (volatile guint i = 0;; i++)
            continue;
    if (strcmp(how, "worker-crashing") == 0)
        end_by(SIGSEGV);
    if (strcmp(how, "worker-forbidden") == 0)
        end_by(SIGSYS);
    if (strcmp(how, "worker-leaving") == 0)
        _exit(7);
    if (strcmp(how, "worker-lying") == 0)
        reply(TRUE, "");
    if (strcmp(how, "worker-shouting") == 0)
        reply(FALSE, "line one\nline two");
    if (strcmp(how, "worker-once") == 0) {
        reply(FALSE, "once");
        _exit(0);
    }
    pause();
    return 0;
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_become_upright_srgb),
        cmocka_unit_test(what_is_no_picture_is_refused),
        cmocka_unit_test(drawings_are_drawn_large),
        cmocka_unit_test(a_worn_worker_is_replaced),
        cmocka_unit_test(each_way_to_die_has_its_verdict),
        cmocka_unit_test(a_worker_that_died_while_idle_costs_no_file),
        cmocka_unit_test(many_threads_share_few_workers),
        cmocka_unit_test(rare_damaged_and_hostile_files_do_no_harm),
        cmocka_unit_test(large_photos_are_taken_in),
    };

    if (argc == 2 && strcmp(argv[1], "ingest-worker") == 0)
        return vt_ingest_worker_main();
    if (argc == 2 && g_str_has_prefix(argv[1], "worker-"))
        return misbehave(argv[1]);
    if (!vt_imaging_init(NULL))
        return 1;
    return vt_test_run("imaging/cage", tests);
}
