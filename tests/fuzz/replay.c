/* main() of a fuzz target in the ordinary test run: every input of a corpus folder and every seed
 * the target makes, then each cut short and with single bits flipped, by a fixed sequence so that a
 * failure can be repeated.
 *
 *     replay --corpus FOLDER     replay FILE... (only these, as they are)
 */
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
    for (guint i = 0; i < FLIPS && size > 0; i++) {
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

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds the folder's files to both lists, sorted by name. A target without a folder has none. */
static void
read_corpus(const char *folder, GPtrArray *names, GPtrArray *inputs)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *path = g_build_filename(folder, g_ptr_array_index(names, i), NULL);
        char *data;
        gsize size;

        if (!g_file_get_contents(path, &data, &size, NULL))
            g_error("cannot read '%s'", path);
        g_ptr_array_add(inputs, g_bytes_new_take(data, size));
    }
}

static void
add_seeds(GPtrArray *names, GPtrArray *inputs)
{
    g_autoptr(GPtrArray) seeds = vt_fuzz_seeds();

    for (guint i = 0; i < seeds->len; i++) {
        g_ptr_array_add(names, g_strdup_printf("seed %u", i + 1));
        g_ptr_array_add(inputs, g_bytes_ref(g_ptr_array_index(seeds, i)));
    }
}

int
main(int argc, char **argv)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) inputs = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_autoptr(GRand) random = g_rand_new_with_seed(1);

    if (argc != 3 || strcmp(argv[1], "--corpus") != 0)
        return run_files(argc - 1, argv + 1);
    read_corpus(argv[2], names, inputs);
    if (vt_fuzz_seeds != NULL)
        add_seeds(names, inputs);
    printf("1..%u\n", inputs->len + 1);
    for (guint i = 0; i < inputs->len; i++) {
        run_seed(g_ptr_array_index(inputs, i), random);
        printf("ok %u - %s, cut and flipped\n", i + 1, (const char *)g_ptr_array_index(names, i));
    }
    printf("%sok %u - there are inputs\n", inputs->len == 0 ? "not " : "", inputs->len + 1);
    return inputs->len == 0 ? 1 : 0;
}
