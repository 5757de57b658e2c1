/* See flight.h. */
#include "delivery/flight.h"

#include "base/thread.h"

struct _VtFlights {
    VtMutex mutex;
    GHashTable *by_key; /* key -> GPtrArray of waiters; guarded by mutex */
};

VtFlights *
vt_flights_new(void)
{
    VtFlights *self = g_new0(VtFlights, 1);

    vt_mutex_init(&self->mutex);
    self->by_key =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    return self;
}

void
vt_flights_free(VtFlights *self)
{
    if (self == NULL)
        return;
    g_warn_if_fail(g_hash_table_size(self->by_key) == 0);
    g_hash_table_unref(self->by_key);
    vt_mutex_clear(&self->mutex);
    g_free(self);
}

gboolean
vt_flights_join(VtFlights *self, const char *key, gpointer waiter)
{
    GPtrArray *waiters;
    VT_LOCKED(&self->mutex);

    waiters = g_hash_table_lookup(self->by_key, key);
    if (waiters != NULL) {
        g_ptr_array_add(waiters, waiter);
        return FALSE;
    }
    waiters = g_ptr_array_new();
    g_ptr_array_add(waiters, waiter);
    g_hash_table_insert(self->by_key, g_strdup(key), waiters);
    return TRUE;
}

GPtrArray *
vt_flights_land(VtFlights *self, const char *key)
{
    g_autofree char *stored_key = NULL;
    gpointer stored = NULL;
    gpointer waiters = NULL;
    VT_LOCKED(&self->mutex);

    if (!g_hash_table_steal_extended(self->by_key, key, &stored, &waiters))
        g_error("nobody computes '%s'", key);
    stored_key = stored;
    return waiters;
}
