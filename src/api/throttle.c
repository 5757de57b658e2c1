#include "api/throttle.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/thread.h"

#include <string.h>

enum { MAX_CHECKS = 2, MAX_KEYS = 20000, MAX_DOUBLINGS = 20 };
#define FORGET_US (15 * 60 * (gint64)G_USEC_PER_SEC)

typedef enum {
    BY_NAME,
    BY_ADDRESS,
} Kind;

static const struct {
    const char *prefix;
    guint n_free;  /* failures without a wait */
    gint64 max_us; /* longest wait */
} kind_row[] = {
    [BY_NAME] = {"name:", 5, 30 * (gint64)G_USEC_PER_SEC},
    [BY_ADDRESS] = {"address:", 20, 300 * (gint64)G_USEC_PER_SEC},
};

typedef struct {
    guint n_failures;
    gint64 failed_us; /* the last time */
    gint64 until_us;  /* no check before */
} Entry;

struct _VtThrottle {
    VtMutex mutex;
    guint n_checks;      /* guarded by mutex */
    GHashTable *entries; /* guarded by mutex: hash of a name or address, Entry; both owned */
};

VtThrottle *
vt_throttle_new(void)
{
    VtThrottle *self = g_new0(VtThrottle, 1);

    vt_mutex_init(&self->mutex);
    self->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return self;
}

void
vt_throttle_free(VtThrottle *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->entries);
    vt_mutex_clear(&self->mutex);
    g_free(self);
}

/* Of one length, whatever a client calls himself. */
static char *
key_of(Kind kind, const char *text)
{
    g_autofree char *whole = g_strconcat(kind_row[kind].prefix, text, NULL);

    return g_strdup(vt_hash_bytes(whole, strlen(whole)).hex);
}

static gboolean
is_waiting(VtThrottle *self, Kind kind, const char *text, gint64 now_us)
{
    g_autofree char *key = key_of(kind, text);
    const Entry *entry = g_hash_table_lookup(self->entries, key);

    return entry != NULL && now_us < entry->until_us;
}

gboolean
vt_throttle_begin(
    VtThrottle *self, const char *name, const char *address, gint64 now_us, GError **error)
{
    VT_LOCKED(&self->mutex);

    if (is_waiting(self, BY_NAME, name, now_us) || is_waiting(self, BY_ADDRESS, address, now_us))
        return vt_throw(error, VT_ERROR_TOO_MANY_ATTEMPTS,
            "too many wrong passwords; wait a little and try again");
    if (self->n_checks >= MAX_CHECKS)
        return vt_throw(error, VT_ERROR_BUSY, "too many people sign in at once");
    self->n_checks++;
    return TRUE;
}

static gboolean
is_forgotten(gpointer key, gpointer value, gpointer data)
{
    const Entry *entry = value;
    const gint64 *now_us = data;

    return *now_us - entry->failed_us >= FORGET_US && *now_us >= entry->until_us;
}

/* Keeps the table bounded: first what is old goes, then any. */
static void
make_room(VtThrottle *self, gint64 now_us)
{
    GHashTableIter at;

    if (g_hash_table_size(self->entries) < MAX_KEYS)
        return;
    g_hash_table_foreach_remove(self->entries, is_forgotten, &now_us);
    g_hash_table_iter_init(&at, self->entries);
    while (g_hash_table_size(self->entries) >= MAX_KEYS && g_hash_table_iter_next(&at, NULL, NULL))
        g_hash_table_iter_remove(&at);
}

static void
note_failure(VtThrottle *self, Kind kind, const char *text, gint64 now_us)
{
    g_autofree char *key = key_of(kind, text);
    Entry *entry = g_hash_table_lookup(self->entries, key);
    guint beyond;

    if (entry == NULL) {
        make_room(self, now_us);
        entry = g_new0(Entry, 1);
        g_hash_table_insert(self->entries, g_steal_pointer(&key), entry);
    }
    if (now_us - entry->failed_us >= FORGET_US)
        entry->n_failures = 0;
    entry->n_failures++;
    entry->failed_us = now_us;
    if (entry->n_failures < kind_row[kind].n_free)
        return;
    beyond = MIN(entry->n_failures - kind_row[kind].n_free, MAX_DOUBLINGS);
    entry->until_us = now_us + MIN((gint64)G_USEC_PER_SEC << beyond, kind_row[kind].max_us);
}

void
vt_throttle_end(
    VtThrottle *self, const char *name, const char *address, gboolean right, gint64 now_us)
{
    g_autofree char *key = key_of(BY_NAME, name);
    VT_LOCKED(&self->mutex);

    self->n_checks--;
    if (right) {
        g_hash_table_remove(self->entries, key);
        return;
    }
    note_failure(self, BY_NAME, name, now_us);
    note_failure(self, BY_ADDRESS, address, now_us);
}
