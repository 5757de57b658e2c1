/* What a pyramid costs and how true it is: bytes on disk, processor time to make it, of a picture
 * 400 and 1,200 px wide and of a tile at full size, each as JPEG, and how far the two pictures are
 * from those of a pyramid without any loss (mean dE00 over all pixels, as PNG).
 *
 *     pyramid-bench FILE...       lossy masters (JPEG); prints one line of JSON
 *
 * The level up to which pyramids are lossless is a constant of the format; to compare others build
 * with CFLAGS=-DVT_PYRAMID_LOSSLESS_SIDE=0 (all levels JPEG), 512, 2048, 1000000 (all lossless).
 */
#include "base/error.h"
#include "imaging/autovips.h"
#include "imaging/pyramid_writer.h"
#include "imaging/render.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { N_ASKED = 5, MAX_FILES = 1000, MAX_PIXELS = 500000000 };

static const char *const asked_row[] = {"wid=400", "wid=1200", "scl=1&rgn=600,500,256,256"};

typedef struct {
    guint n_files;
    double master_bytes, pixels, bytes, lossless_bytes, make_s;
    double distance[2];                      /* sums over files */
    double times_us[3][MAX_FILES * N_ASKED]; /* of one kind of picture each */
    guint n_times;
} Measured;

static Measured measured;

static void
must(gboolean ok, GError *error)
{
    if (!ok)
        g_error("%s %s", error != NULL ? error->message : "failed", vips_error_buffer());
}

/* Processor time of all threads: a busy machine does not change it. */
static double
now_us(void)
{
    struct timespec used;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec * 1e6 + (double)used.tv_nsec / 1e3;
}

static VipsImage *
load(const char *path)
{
    g_autoptr(VipsImage) image = vips_image_new_from_file(path, NULL);
    g_autoptr(VipsImage) srgb = NULL;
    VipsImage *bands = NULL;

    must(image != NULL && vips_colourspace(image, &srgb, VIPS_INTERPRETATION_sRGB, NULL) == 0 &&
             vips_extract_band(srgb, &bands, 0, "n", 3, NULL) == 0,
        NULL);
    return bands;
}

static VtPyramid *
make(const guint8 *pixels, int width, int height, gboolean lossy, double *ret_bytes)
{
    const VtPyramidFacts facts = {width, height, 3, lossy, 0, "jpeg", ""};
    int fd = memfd_create("pyramid", MFD_CLOEXEC);
    g_autoptr(GError) error = NULL;
    g_autoptr(VtPyramidWriter) writer = vt_pyramid_writer_new(fd, &facts, &error);
    VtPyramid *pyramid;
    struct stat about;

    must(writer != NULL, error);
    for (int y = 0; y < height; y++)
        must(vt_pyramid_writer_push(writer, pixels + (gsize)y * width * 3, &error), error);
    must(vt_pyramid_writer_finish(writer, &error), error);
    fstat(fd, &about);
    *ret_bytes += (double)about.st_size;
    pyramid = vt_pyramid_open(fd, MAX_PIXELS, &error);
    must(pyramid != NULL, error);
    close(fd);
    return pyramid;
}

static GBytes *
render(const VtPyramid *pyramid, const char *query, const char *format)
{
    const VtPyramidFacts *facts = vt_pyramid_facts(pyramid);
    const char *queries[] = {query, format, NULL};
    g_autoptr(GError) error = NULL;
    VtImageRequest request;
    VtImagePlan plan;
    GBytes *picture;

    must(vt_image_request_parse(queries, &vt_image_defaults, &request, &error) &&
             vt_image_plan_make(&request, &vt_image_defaults,
                 (VtImageSize){facts->width, facts->height}, &plan, &error),
        error);
    picture = vt_image_render(pyramid, &plan, &error);
    must(picture != NULL, error);
    return picture;
}

static VipsImage *
lab_of(GBytes *png)
{
    gsize length;
    const void *bytes = g_bytes_get_data(png, &length);
    g_autoptr(VipsImage) image = vips_image_new_from_buffer(bytes, length, "", NULL);
    VipsImage *lab = NULL;

    must(image != NULL && vips_colourspace(image, &lab, VIPS_INTERPRETATION_LAB, NULL) == 0, NULL);
    return lab;
}

static double
distance_of(const VtPyramid *one, const VtPyramid *other, const char *query)
{
    g_autoptr(GBytes) first = render(one, query, "fmt=png");
    g_autoptr(GBytes) second = render(other, query, "fmt=png");
    g_autoptr(VipsImage) a = lab_of(first), b = lab_of(second), apart = NULL;
    double mean = 0;

    must(vips_dE00(a, b, &apart, NULL) == 0 && vips_avg(apart, &mean, NULL) == 0, NULL);
    return mean;
}

static void
measure(const char *path)
{
    g_autoptr(VipsImage) image = load(path);
    g_autoptr(VtPyramid) pyramid = NULL, lossless = NULL;
    g_autofree guint8 *pixels = NULL;
    struct stat about;
    size_t length;
    double began;

    stat(path, &about);
    measured.master_bytes += (double)about.st_size;
    measured.pixels += (double)image->Xsize * image->Ysize;
    pixels = vips_image_write_to_memory(image, &length);
    must(pixels != NULL, NULL);
    began = now_us();
    pyramid = make(pixels, image->Xsize, image->Ysize, TRUE, &measured.bytes);
    measured.make_s += (now_us() - began) / G_USEC_PER_SEC;
    lossless = make(pixels, image->Xsize, image->Ysize, FALSE, &measured.lossless_bytes);
    for (guint i = 0; i < 2; i++)
        measured.distance[i] += distance_of(pyramid, lossless, asked_row[i]);
    for (guint n = 0; n < N_ASKED; n++, measured.n_times++) {
        for (guint i = 0; i < G_N_ELEMENTS(asked_row); i++) {
            began = now_us();
            g_bytes_unref(render(pyramid, asked_row[i], "fmt=jpg"));
            measured.times_us[i][measured.n_times] = now_us() - began;
        }
    }
    measured.n_files++;
}

static int
compare(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;

    return (first > second) - (first < second);
}

static double
median(double *times)
{
    qsort(times, measured.n_times, sizeof *times, compare);
    return times[measured.n_times / 2];
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    const double mb = 1024 * 1024;

    if (argc < 2 || argc > MAX_FILES) {
        printf("{\"bench\":\"pyramid\",\"skipped\":\"name JPEG files\"}\n");
        return 0;
    }
    must(vt_imaging_init(&error), error);
    vips_operation_block_set("VipsForeignLoad", FALSE);
    for (int i = 1; i < argc; i++)
        measure(argv[i]);
    printf("{\"bench\":\"pyramid\",\"lossless_side\":%d,\"files\":%u,\"megapixels\":%.1f,"
           "\"master_mb\":%.1f,\"pyramid_mb\":%.1f,\"lossless_mb\":%.1f,\"make_mp_s\":%.1f,"
           "\"w400_us\":%.0f,\"w1200_us\":%.0f,\"tile_us\":%.0f,\"w400_de00\":%.3f,"
           "\"w1200_de00\":%.3f}\n",
        VT_PYRAMID_LOSSLESS_SIDE, measured.n_files, measured.pixels / 1e6,
        measured.master_bytes / mb, measured.bytes / mb, measured.lossless_bytes / mb,
        measured.pixels / 1e6 / measured.make_s, median(measured.times_us[0]),
        median(measured.times_us[1]), median(measured.times_us[2]),
        measured.distance[0] / measured.n_files, measured.distance[1] / measured.n_files);
    return 0;
}
