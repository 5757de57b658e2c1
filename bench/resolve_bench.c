/* How long the fallback rules take: one look-up, and a whole product of ten variants (master and
 * all variants), in a set with a master, eight cells and three variant nodes. Prints one line of
 * JSON.
 */
#include "resolve/resolve.h"

#include <stdio.h>

#define N_VARIANTS 10
#define N_ROUNDS 500000

static const VtResolveValue color[] = {
    {"Blue", "blue"}, {"Red", "red"}, {"Green", "green"}, {"Black", "black"}, {"White", "white"}};
static const VtResolveValue size[] = {{"S", "s"}, {"L", "l"}};
static const gint64 rows[] = {1, 2, 3};

static void
fill(VtResolveVariant *variants, VtResolveNode *nodes)
{
    for (gint32 i = 0; i < N_VARIANTS; i++)
        variants[i] = (VtResolveVariant){"v", {{i / 2, i % 2, -1, -1}}};
    nodes[0] = (VtResolveNode){VT_SCOPE_MASTER, -1, VT_RESOLVE_NO_CHOICE, rows, 3, NULL, 0};
    for (gint32 i = 1; i < 9; i++)
        nodes[i] = (VtResolveNode){
            VT_SCOPE_DIMENSIONS, -1, {{i % 5, i < 5 ? -1 : i % 2, -1, -1}}, rows, 3, NULL, 0};
    for (gint32 i = 9; i < 12; i++)
        nodes[i] = (VtResolveNode){VT_SCOPE_VARIANT, i - 9, VT_RESOLVE_NO_CHOICE, rows, 3, NULL, 0};
}

int
main(void)
{
    VtResolveVariant variants[N_VARIANTS];
    VtResolveNode nodes[12];
    const VtResolveProduct product = {
        .dimensions = {{"Color", "color", 8, color, 5}, {"Size", "size", 4, size, 2}},
        .n_dimensions = 2,
        .variants = variants,
        .n_variants = N_VARIANTS};
    const VtResolveSet set = {.nodes = nodes, .n_nodes = G_N_ELEMENTS(nodes)};
    const VtResolveSelection master = VT_RESOLVE_NO_SELECTION;
    gint64 began = 0, us = 0;
    guint64 sum = 0;
    double per_product = 0;

    fill(variants, nodes);
    began = g_get_monotonic_time();
    for (guint round = 0; round < N_ROUNDS; round++) {
        sum += vt_resolve_node(&set, &product, &master, FALSE).scope;
        for (guint i = 0; i < N_VARIANTS; i++) {
            VtResolveSelection selection = vt_resolve_selection_variant(&product, i);

            sum += vt_resolve_node(&set, &product, &selection, FALSE).scope;
        }
    }
    us = g_get_monotonic_time() - began;
    per_product = (double)us * 1000 / N_ROUNDS;
    printf("{\"bench\":\"resolve\",\"nodes\":%u,\"node_ns\":%.1f,\"product_ns\":%.1f,\"sum\":"
           "%" G_GUINT64_FORMAT "}\n",
        set.n_nodes, per_product / (N_VARIANTS + 1), per_product, sum);
    return 0;
}
