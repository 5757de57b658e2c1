/* main() of a fuzz target in the ordinary test run: every seed, then each seed cut short and with
 * single bits flipped, by a fixed sequence so that a failure can be repeated. Inputs named on the
 * command line (a crash a fuzzer found) are run instead. */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>

#define FLIPS 3000
#define CUTS 200

static void
run(const guint8 *data, gsize size)
{
    g_autofree guint8 *copy = g_memdup2(data, size); /* exact, so that overreads are seen */

    LLVMFuzzerTestOneInput(copy, size);
}

static void
run_seed(GBytes *seed, GRand *random)
{
    gsize size;
    const guint8 *data = g_bytes_get_data(seed, &size);
    g_autofree guint8 *changed = g_memdup2(data, size);

    run(data, size);
    for (guint i = 0; i < CUTS; i++)
        run(data, size * i / CUTS);
    for (guint i = 0; i < FLIPS; i++) {
        gsize reach = i % 2 == 0 ? MIN(size, 512) : size;
        gsize at = (gsize)g_rand_int_range(random, 0, (gint32)reach);
        guint8 was = changed[at];

        changed[at] ^= (guint8)(1u << g_rand_int_range(random, 0, 8));
        run(changed, size);
        if (i % 8 != 0)
            changed[at] = was;
        if (i % 64 == 63)
            memcpy(changed, data, size);
    }
}

static int
run_files(int n, char **paths)
{
    for (int i = 0; i < n; i++) {
        g_autofree char *data = NULL;
        gsize size;

        if (!g_file_get_contents(paths[i], &data, &size, NULL))
            return 1;
        run((const guint8 *)data, size);
    }
    return 0;
}

int
main(int argc, char **argv)
{
    g_autoptr(GPtrArray) seeds = NULL;
    g_autoptr(GRand) random = g_rand_new_with_seed(1);

    if (argc > 1)
        return run_files(argc - 1, argv + 1);
    seeds = vt_fuzz_seeds();
    printf("1..%u\n", seeds->len);
    for (guint i = 0; i < seeds->len; i++) {
        run_seed(g_ptr_array_index(seeds, i), random);
        printf("ok %u - seed %u cut and flipped\n", i + 1, i + 1);
    }
    return 0;
}
