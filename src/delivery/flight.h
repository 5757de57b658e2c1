/* One computation for a key, however many wait for it.
 *
 *     join: first ---> compute ---> land: all who joined meanwhile
 *     join: not first ---> wait
 *
 * Any thread. Every first must land, whatever came of the computation.
 */
#pragma once

#include <glib.h>

typedef struct _VtFlights VtFlights;

VtFlights *vt_flights_new(void);

/* No flight may be open. NULL is allowed. */
void vt_flights_free(VtFlights *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtFlights, vt_flights_free)

/* TRUE when nobody computes @key now: the caller must, and then land. @waiter is kept either way.
 */
gboolean vt_flights_join(VtFlights *self, const char *key, gpointer waiter);

/* Ends the flight of @key. Returns its waiters in the order they joined, the first being who
 * computed; free with g_ptr_array_unref. */
GPtrArray *vt_flights_land(VtFlights *self, const char *key);
