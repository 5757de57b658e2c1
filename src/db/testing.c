#include "db/testing.h"

#include "db/db.h"
#include "db/driver.h"

#include <stdlib.h>
#include <unistd.h>

gsize
vt_test_n_databases(void)
{
    return g_getenv("VITRINE_TEST_POSTGRESQL") != NULL ? 2 : 1;
}

static char *
new_sqlite(void)
{
    g_autofree char *folder = g_dir_make_tmp("vitrine-db-XXXXXX", NULL);

    if (folder == NULL)
        g_error("cannot make a temporary folder");
    return g_strdup_printf("sqlite:%s/test.db", folder);
}

/* postgresql://…/NAME?… with NAME replaced */
static char *
with_database(const char *url, const char *name)
{
    const char *query = strchr(url, '?');
    g_autofree char *head = query ? g_strndup(url, (gsize)(query - url)) : g_strdup(url);
    char *slash = strrchr(head, '/');

    *slash = '\0';
    return g_strdup_printf("%s/%s%s", head, name, query ? query : "");
}

static char *
new_postgresql(void)
{
    static int n_made;
    const char *server = g_getenv("VITRINE_TEST_POSTGRESQL");
    g_autofree char *name = g_strdup_printf(
        "t%d_%d_%" G_GINT64_FORMAT, (int)getpid(), n_made++, g_get_monotonic_time());
    g_autofree char *text = g_strdup_printf("CREATE DATABASE %s", name);
    g_autoptr(GError) error = NULL;
    g_autoptr(VtDb) db = vt_db_open(server, VT_DB_DURABLE, &error);
    VtSql create = {.name = "create", .postgresql = text};

    if (db == NULL || !db->driver->script(db->handle, &create, &error))
        g_error("cannot make a test database: %s", error->message);
    return with_database(server, name);
}

static char *newest; /* owned */

char *
vt_test_database(gsize i)
{
    g_free(newest);
    newest = i == 0 ? new_sqlite() : new_postgresql();
    return g_strdup(newest);
}

const char *
vt_test_newest_database(void)
{
    return newest;
}
