/* The pyramid reader against files a taken-over writer could hand it. Damage is also tried with the
 * checksums made right again, else it would never reach the decoders. */
#include "imaging/pyramid_layout.h"
#include "imaging/pyramid_writer.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#define MAX_PIXELS 4000000

static gboolean
ignore(gpointer data, int y, const guint8 *row, GError **error)
{
    return TRUE;
}

static void
read_all(const guint8 *data, gsize size)
{
    int fd = memfd_create("pyramid", MFD_CLOEXEC);
    g_autoptr(VtPyramid) pyramid = NULL;

    if (write(fd, data, size) == (ssize_t)size)
        pyramid = vt_pyramid_open(fd, MAX_PIXELS, NULL);
    close(fd);
    for (int level = 0; pyramid != NULL && level < vt_pyramid_levels(pyramid); level++) {
        VtImageSize extent = vt_pyramid_level_size(pyramid, level);
        VtImageRect area = {0, 0, extent.width, extent.height};

        vt_pyramid_read(pyramid, level, &area, ignore, NULL, NULL);
    }
}

/* What a writer that lies consistently would have put before the tiles of @data. */
static void
make_consistent(guint8 *data, gsize size)
{
    VtPyramidFacts facts;
    VtPyramidLayout layout;
    g_autofree VtPyramidEntry *entries = NULL;
    g_autoptr(GByteArray) head = NULL;
    gsize bytes;

    if (size < VT_PYRAMID_HEADER_BYTES || !vt_pyramid_layout_peek(data, &facts) ||
        (gint64)facts.width * facts.height > MAX_PIXELS)
        return;
    vt_pyramid_layout_make(&facts, &layout);
    bytes = vt_pyramid_layout_bytes(&layout);
    if (bytes > size)
        return;
    entries = g_new0(VtPyramidEntry, layout.n_tiles);
    vt_pyramid_layout_decode(&layout, data, entries);
    for (guint32 i = 0; i < layout.n_tiles; i++) {
        if (entries[i].offset <= size && entries[i].length <= size - entries[i].offset)
            entries[i].checksum = (guint32)crc32_z(0, data + entries[i].offset, entries[i].length);
    }
    head = vt_pyramid_layout_encode(&layout, entries);
    memcpy(data, head->data, bytes);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree guint8 *consistent = g_memdup2(data, size);

    read_all(data, size);
    if (consistent != NULL) {
        make_consistent(consistent, size);
        read_all(consistent, size);
    }
    return 0;
}

static GBytes *
seed(const VtPyramidFacts *facts)
{
    int fd = memfd_create("seed", MFD_CLOEXEC);
    g_autoptr(VtPyramidWriter) writer = vt_pyramid_writer_new(fd, facts, NULL);
    g_autofree guint8 *row = g_malloc((gsize)facts->width * (gsize)facts->bands);
    g_autofree guint8 *file = NULL;
    gsize size;

    for (int y = 0; y < facts->height; y++) {
        for (int i = 0; i < facts->width * facts->bands; i++)
            row[i] = (guint8)(i * 7 + y * 3);
        vt_pyramid_writer_push(writer, row, NULL);
    }
    vt_pyramid_writer_finish(writer, NULL);
    size = (gsize)lseek(fd, 0, SEEK_END);
    file = g_malloc(size);
    if (pread(fd, file, size, 0) != (ssize_t)size)
        g_error("cannot read a seed back");
    close(fd);
    return g_bytes_new_take(g_steal_pointer(&file), size);
}

GPtrArray *
vt_fuzz_seeds(void)
{
    static const VtPyramidFacts facts[] = {
        {40, 30, 3, FALSE, 72, "png", ""},
        {300, 20, 4, FALSE, 0, "png", "x"},
        {1030, 9, 3, TRUE, 0, "jpeg", ""},
        {1030, 9, 1, TRUE, 0, "jpeg", ""},
    };
    GPtrArray *seeds = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

    for (guint i = 0; i < G_N_ELEMENTS(facts); i++)
        g_ptr_array_add(seeds, seed(&facts[i]));
    return seeds;
}
