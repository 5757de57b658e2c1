/* How fast a read store is written and read: products of ten variants in four (channel, locale)
 * rows each, in batches of 500; the same rows again, unchanged; then random requests (find, decode,
 * resolve a variant). Prints one line of JSON.
 *
 *     readstore-bench [PRODUCTS]      10,000 unless told
 */
#include "readstore/place.h"
#include "readstore/reader.h"
#include "readstore/writer.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define N_VARIANTS 10
#define N_LOCALES 4
#define N_READS 100000
#define BATCH 500

static const char *const locale[N_LOCALES] = {"", "de-de", "en-us", "fr-ca"};
static const VtResolveValue color[] = {
    {"Blue", "blue"}, {"Red", "red"}, {"Green", "green"}, {"Black", "black"}, {"White", "white"}};
static const VtResolveValue size[] = {{"S", "s"}, {"L", "l"}};

static void
must(gboolean ok, GError *error)
{
    if (!ok)
        g_error("%s", error != NULL ? error->message : "failed");
}

/* A master, a cell per colour and two variants of their own, six pictures each; central colours. */
static char *
make_body(guint number, guint place)
{
    VtResolveVariant variants[N_VARIANTS];
    VtResolveNode nodes[8];
    VtResolveSwatch central[5];
    gint64 ids[8][6];
    char id[N_VARIANTS][32];
    const VtResolveSet set = {
        {place == 0 ? "Omnichannel" : "OUN1", place == 0 ? "system_neutral" : locale[place], NULL},
        nodes, 8, NULL, 0};
    VtReadstoreProduct row = {
        .product = {.dimensions = {{"Color", "color", 8, color, 5}, {"Size", "size", 4, size, 2}},
            .n_dimensions = 2,
            .variants = variants,
            .n_variants = N_VARIANTS},
        .sets = &set,
        .n_sets = 1,
        .central = central,
        .n_central = 5};

    for (gint32 i = 0; i < N_VARIANTS; i++) {
        g_snprintf(id[i], sizeof id[i], "P%07u-%d", number, i);
        variants[i] = (VtResolveVariant){id[i], {{i / 2, i % 2, -1, -1}}};
    }
    for (gint32 i = 0; i < 8; i++) {
        VtScope scope = i == 0 ? VT_SCOPE_MASTER : i < 6 ? VT_SCOPE_DIMENSIONS : VT_SCOPE_VARIANT;

        for (guint k = 0; k < 6; k++)
            ids[i][k] = (gint64)number * 50 + i * 6 + k + 1;
        nodes[i] =
            (VtResolveNode){scope, i < 6 ? -1 : i - 6, VT_RESOLVE_NO_CHOICE, ids[i], 6, NULL, 0};
        if (scope == VT_SCOPE_DIMENSIONS)
            nodes[i].choice.value[0] = i - 1;
    }
    for (gint32 i = 0; i < 5; i++)
        central[i] = (VtResolveSwatch){0, i, VT_SWATCH_TYPE_HEX, "#1020f0", 0, FALSE, {0}};
    return vt_readstore_product_encode(&row);
}

/* Rows per second of putting everything once; @ret_bytes: of all bodies. */
static double
write_all(VtReadstoreWriter *writer, guint n_products, gint64 seq, guint64 *ret_bytes)
{
    gint64 began = g_get_monotonic_time();
    GError *error = NULL;

    *ret_bytes = 0;
    for (guint i = 0; i < n_products; i++) {
        if (i % (BATCH / N_LOCALES) == 0)
            must(vt_readstore_batch_begin(writer, seq + i, &error), error);
        for (guint place = 0; place < N_LOCALES; place++) {
            g_autofree char *body = make_body(i, place);
            char product[32];

            *ret_bytes += strlen(body);
            g_snprintf(product, sizeof product, "P%07u", i);
            must(vt_readstore_put_product(writer, "OUN1", locale[place], product, body, &error),
                error);
        }
        if ((i + 1) % (BATCH / N_LOCALES) == 0 || i + 1 == n_products)
            must(vt_readstore_batch_commit(writer, NULL, &error), error);
    }
    return (double)n_products * N_LOCALES * 1e6 / (double)(g_get_monotonic_time() - began);
}

/* Microseconds of one answer. */
static double
read_many(const char *path, guint n_products)
{
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    gint64 began = g_get_monotonic_time();
    GError *error = NULL;

    for (guint i = 0; i < N_READS; i++) {
        g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(store, &error);
        g_autoptr(VtReadstoreProduct) row = NULL;
        VtResolveSelection selection = VT_RESOLVE_NO_SELECTION;
        VtResolveNode node;
        char product[32];

        must(read != NULL, error);
        g_snprintf(product, sizeof product, "P%07d", g_rand_int_range(rand, 0, (gint32)n_products));
        row = vt_readstore_find_product(read, "OUN1", locale[i % N_LOCALES], product, NULL, &error);
        must(row != NULL, error);
        selection = vt_resolve_selection_variant(&row->product, i % N_VARIANTS);
        node = vt_resolve_node(&row->sets[0], &row->product, &selection, FALSE);
        must(node.scope != VT_SCOPE_NONE, NULL);
    }
    return (double)(g_get_monotonic_time() - began) / N_READS;
}

/* Microseconds of taking a body apart. */
static double
decode_many(void)
{
    g_autofree char *body = make_body(1, 1);
    gint64 began = g_get_monotonic_time();

    for (guint i = 0; i < N_READS; i++) {
        GError *error = NULL;
        g_autoptr(VtReadstoreProduct) row = vt_readstore_product_decode(body, strlen(body), &error);

        must(row != NULL, error);
    }
    return (double)(g_get_monotonic_time() - began) / N_READS;
}

/* Rows per second of making the bodies only. */
static double
encode_many(void)
{
    gint64 began = g_get_monotonic_time();

    for (guint i = 0; i < N_READS; i++)
        g_free(make_body(i, i % N_LOCALES));
    return N_READS * 1e6 / (double)(g_get_monotonic_time() - began);
}

int
main(int argc, char **argv)
{
    guint n_products =
        argc > 1 ? (guint)CLAMP(g_ascii_strtoull(argv[1], NULL, 10), 1, 1000000) : 10000;
    g_autofree char *folder = g_dir_make_tmp("vitrine-bench-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "main.db", NULL);
    g_autoptr(VtReadstoreWriter) writer = NULL;
    GError *error = NULL;
    guint64 n_bytes = 0;
    double first = 0, again = 0;
    struct stat file = {0};

    writer = vt_readstore_writer_rebuild(path, "acme", "main", &error);
    must(writer != NULL, error);
    first = write_all(writer, n_products, 1, &n_bytes);
    must(vt_readstore_writer_install(writer, &error), error);
    again = write_all(writer, n_products, 1 + n_products, &n_bytes);
    stat(path, &file);
    printf("{\"bench\":\"readstore\",\"products\":%u,\"rows\":%u,\"body_bytes\":%.0f,"
           "\"file_bytes_per_row\":%.0f,\"encode_per_s\":%.0f,\"put_per_s\":%.0f,"
           "\"unchanged_per_s\":%.0f,\"decode_us\":%.2f,\"find_decode_resolve_us\":%.2f}\n",
        n_products, n_products * N_LOCALES, (double)n_bytes / (n_products * N_LOCALES),
        (double)file.st_size / (n_products * N_LOCALES), encode_many(), first, again, decode_many(),
        read_many(path, n_products));
    g_clear_pointer(&writer, vt_readstore_writer_free);
    vt_readstore_place_remove(path, 1);
    unlink(path);
    return rmdir(folder);
}
