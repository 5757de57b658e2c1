/* Whether a shopper's question costs more the further it falls back: time from the start of a read
 * to the chosen node, answered at the variant of the channel's own set, and at the master of
 * Omnichannel-Neutral. The two are asked in turns. Prints one line of JSON, microseconds.
 */
#include "base/locale.h"
#include "readstore/reader.h"
#include "readstore/writer.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { N_PRODUCTS = 5000, N_VARIANTS = 10, N_ASKED = 50000, N_MEDIA = 4 };

static const VtResolveValue color[] = {
    {"Blue", "blue"}, {"Red", "red"}, {"Green", "green"}, {"Black", "black"}, {"White", "white"}};
static const VtResolveValue size[] = {{"S", "s"}, {"L", "l"}};

static void
must(gboolean ok, GError *error)
{
    if (!ok)
        g_error("%s", error != NULL ? error->message : "failed");
}

/* Even products have a set of the channel whose every variant has media; odd ones the neutral
 * master alone. */
static char *
make_body(guint number)
{
    gint64 media[N_MEDIA];
    char id[N_VARIANTS][32];
    VtResolveVariant variants[N_VARIANTS];
    VtResolveNode nodes[N_VARIANTS];
    gboolean own = number % 2 == 0;
    VtResolveSet set = {
        .context = {own ? "OUN1" : VT_RESOLVE_OMNICHANNEL, own ? "en-us" : VT_LOCALE_NEUTRAL, NULL},
        .nodes = nodes,
        .n_nodes = own ? N_VARIANTS : 1};
    VtReadstoreProduct row = {
        .product = {.dimensions = {{"Color", "color", 8, color, 5}, {"Size", "size", 1, size, 2}},
            .n_dimensions = 2,
            .variants = variants,
            .n_variants = N_VARIANTS},
        .sets = &set,
        .n_sets = 1};

    for (gint64 i = 0; i < N_MEDIA; i++)
        media[i] = (gint64)number * N_MEDIA + i + 1;
    for (gint32 i = 0; i < N_VARIANTS; i++) {
        g_snprintf(id[i], sizeof id[i], "P%05u-%d", number, i);
        variants[i] = (VtResolveVariant){id[i], {{i / 2, i % 2, -1, -1}}};
        nodes[i] = (VtResolveNode){.scope = own ? VT_SCOPE_VARIANT : VT_SCOPE_MASTER,
            .variant = i,
            .choice = VT_RESOLVE_NO_CHOICE,
            .primary = media,
            .n_primary = N_MEDIA};
    }
    return vt_readstore_product_encode(&row);
}

static void
fill(const char *path)
{
    GError *error = NULL;
    g_autoptr(VtReadstoreWriter) writer = vt_readstore_writer_open(path, "acme", "main", &error);

    must(writer != NULL && vt_readstore_batch_begin(writer, 1, &error), error);
    for (guint i = 0; i < N_PRODUCTS; i++) {
        g_autofree char *id = g_strdup_printf("P%05u", i);
        g_autofree char *body = make_body(i);

        must(vt_readstore_put_product(writer, "OUN1", "en-us", id, body, &error), error);
    }
    must(vt_readstore_batch_commit(writer, NULL, &error), error);
}

/* Microseconds; the clock's own step of one is below the noise. @statements: counted on. */
static double
ask(VtReadstore *store, guint number, VtScope expected, guint64 *statements)
{
    g_autofree char *id = g_strdup_printf("P%05u", number);
    g_autofree char *variant = g_strdup_printf("%s-3", id);
    gint64 start = g_get_monotonic_time();
    GError *error = NULL;
    VtResolveNode node;

    {
        g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(store, &error);
        g_autoptr(VtReadstoreProduct) row =
            vt_readstore_find_product(read, "OUN1", "en-us", id, NULL, &error);
        VtResolveSelection selection;

        must(row != NULL, error);
        selection = vt_resolve_selection_variant(
            &row->product, (guint)vt_resolve_product_find_variant(&row->product, variant));
        node = vt_resolve_node(
            vt_readstore_product_find_set(row, NULL), &row->product, &selection, FALSE);
        *statements += vt_readstore_read_n_statements(read);
    }
    must(node.scope == expected, NULL);
    return (double)(g_get_monotonic_time() - start);
}

static int
compare(gconstpointer a, gconstpointer b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

/* The median with its 95 % interval: ranks that a binomial with n = N_ASKED, p = 1/2 leaves out
 * in 2.5 % of cases each. */
static void
print(const char *name, double *times, guint64 n_statements, const char *end)
{
    const guint half = (guint)(0.98 * sqrt(N_ASKED));

    qsort(times, N_ASKED, sizeof(double), compare);
    printf("\"%s\":{\"p50_us\":%.1f,\"p50_low_us\":%.1f,\"p50_high_us\":%.1f,\"p90_us\":%.0f,"
           "\"p99_us\":%.0f,\"statements\":%.2f}%s",
        name, times[N_ASKED / 2], times[N_ASKED / 2 - half], times[N_ASKED / 2 + half],
        times[N_ASKED / 10 * 9], times[N_ASKED / 100 * 99], (double)n_statements / N_ASKED, end);
}

int
main(void)
{
    static double first[N_ASKED], last[N_ASKED];
    GError *error = NULL;
    g_autofree char *folder = g_dir_make_tmp("vitrine-bench-XXXXXX", &error);
    g_autofree char *path = NULL;
    g_autoptr(VtReadstore) store = NULL;
    g_autoptr(GRand) dice = g_rand_new_with_seed(7);
    const char *const remove[] = {"rm", "-rf", folder, NULL};
    guint64 n_first = 0, n_last = 0;

    must(folder != NULL, error);
    path = g_build_filename(folder, "main.db", NULL);
    fill(path);
    store = vt_readstore_new(path, 1);
    for (guint i = 0; i < N_ASKED; i++) {
        guint number = (guint)g_rand_int_range(dice, 0, N_PRODUCTS / 2) * 2;

        first[i] = ask(store, number, VT_SCOPE_VARIANT, &n_first);
        last[i] = ask(store, number + 1, VT_SCOPE_MASTER, &n_last);
    }
    printf("{\"bench\":\"levels\",");
    print("own_variant", first, n_first, ",");
    print("neutral_master", last, n_last, "}\n");
    g_spawn_sync(NULL, (char **)(gsize)remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
        NULL, NULL);
    return 0;
}
