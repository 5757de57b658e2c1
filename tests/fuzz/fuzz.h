/* What a fuzz target is: the entry point of libFuzzer. The same file makes two programs.
 *
 * In an ordinary build tests/fuzz/replay.c is its main(): it runs the seeds of tests/fuzz/corpus/
 * and those the target makes, whole, cut and flipped, as a unit test. With `-Dfuzzers=true`
 * libFuzzer is
 * (`script/test fuzz`). An input that once broke something belongs into the corpus.
 */
#pragma once

#include <glib.h>

/* Called with foreign bytes; must neither crash nor leak. Returns 0. */
int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* Valid inputs a program has to make, as GBytes: for formats that are no text. A target need not
 * have it. */
__attribute__((weak)) GPtrArray *vt_fuzz_seeds(void);

/* The input up to its first NUL, allocated exactly so that overreads are seen. Free with g_free. */
static inline char *
vt_fuzz_text(const guint8 *data, gsize size)
{
    return size == 0 ? g_strdup("") : g_strndup((const char *)data, size);
}
