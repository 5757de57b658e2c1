/* What a fuzz target offers: the entry point of libFuzzer, and seeds so that an ordinary test run
 * can replay it (tests/fuzz/replay.c) without a corpus in the repository.
 */
#pragma once

#include <glib.h>

/* Called with foreign bytes; must neither crash nor leak. Returns 0. */
int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* Valid inputs the target makes itself, as GBytes. */
GPtrArray *vt_fuzz_seeds(void);
