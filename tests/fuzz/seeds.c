/* libFuzzer's hook before its first input: writes the seeds a target makes into the folder
 * VITRINE_FUZZ_SEEDS, which is also given to libFuzzer as a corpus. */
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *folder = g_getenv("VITRINE_FUZZ_SEEDS");
    g_autoptr(GPtrArray) seeds = NULL;

    if (folder == NULL || vt_fuzz_seeds == NULL)
        return 0;
    seeds = vt_fuzz_seeds();
    for (guint i = 0; i < seeds->len; i++) {
        gsize size;
        const char *data = g_bytes_get_data(g_ptr_array_index(seeds, i), &size);
        g_autofree char *path = g_strdup_printf("%s/seed-%u", folder, i);

        if (!g_file_set_contents(path, data, (gssize)size, NULL))
            g_error("cannot write '%s'", path);
    }
    return 0;
}
