/* Races, planted to see that ThreadSanitizer finds them in the surroundings our tests run in: with
 * base/thread, GLib's memory and the list of suppressions. Never part of the program.
 *
 *     race number | text | locked      what two threads change; `locked`: both, under a mutex
 */
#include "base/thread.h"

#include <glib.h>
#include <string.h>

enum { N_ROUNDS = 1000 };

typedef struct {
    VtMutex mutex;
    gboolean locks, counts, writes; /* immutable */
    guint64 number;                 /* guarded by mutex, if it locks */
    GString *text;                  /* in memory of GLib's; the same */
} Shared;

static void
step(Shared *shared, guint round)
{
    if (shared->counts)
        shared->number++;
    if (shared->writes)
        shared->text->str[0] = (char)('a' + round % 26);
}

static void
step_locked(Shared *shared, guint round)
{
    VT_LOCKED(&shared->mutex);

    step(shared, round);
}

static void
work(gpointer data)
{
    Shared *shared = data;

    for (guint i = 0; i < N_ROUNDS; i++)
        (shared->locks ? step_locked : step)(shared, i);
}

int
main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    Shared shared = {.locks = strcmp(what, "locked") == 0};
    VtThread *thread[2];

    shared.counts = shared.locks || strcmp(what, "number") == 0;
    shared.writes = shared.locks || strcmp(what, "text") == 0;
    vt_mutex_init(&shared.mutex);
    shared.text = g_string_new("x");
    for (gsize i = 0; i < G_N_ELEMENTS(thread); i++)
        thread[i] = vt_thread_new("racer", work, &shared);
    for (gsize i = 0; i < G_N_ELEMENTS(thread); i++)
        vt_thread_join(thread[i]);
    g_string_free(shared.text, TRUE);
    vt_mutex_clear(&shared.mutex);
    return shared.counts || shared.writes ? 0 : 2;
}
