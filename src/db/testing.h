/* Databases for tests: a fresh SQLite file always, and a fresh PostgreSQL database where the run
 * offers a server.
 *
 *     for (gsize i = 0; i < vt_test_n_databases (); i++) { g_autofree char *url = vt_test_database
 * (i); … }
 */
#pragma once

#include <glib.h>

/* 1 or 2. */
gsize vt_test_n_databases(void);

/* A new, empty database of kind @i; aborts when it cannot be made. Free with g_free. */
char *vt_test_database(gsize i);

/* The address of the newest of them, for a further session; borrowed until the next is made. */
const char *vt_test_newest_database(void);

/* A test that runs on each database, as a row of a list of tests: VT_TEST_EACH_DATABASE(test). */
typedef void (*VtTestOnDatabase)(gsize kind);

static inline void
vt_test_on_each_database(void **state)
{
    VtTestOnDatabase test = *(VtTestOnDatabase *)*state;

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++)
        test(kind);
}

#define VT_TEST_EACH_DATABASE(test)                                                                \
    {                                                                                              \
#test, vt_test_on_each_database, NULL, NULL, &(VtTestOnDatabase)                           \
        {                                                                                          \
            test                                                                                   \
        }                                                                                          \
    }
