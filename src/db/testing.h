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
