/* The HTTP/1.1 server: a few event threads that never block, a bounded pool of workers behind them.
 *
 * Everything a client can make grow has a bound here. A connection that takes too long to send a
 * head or a body, or to read its answer, is cut; see VtServerOptions. TLS and HTTP/2 are the edge's
 * work.
 */
#pragma once

#include "base/http_client.h"
#include "http/metrics.h"
#include "http/request.h"

typedef struct _VtServer VtServer;

/* Decides whether a route that is not public may run. Called on a worker, just before the handler,
 * and before a large body is taken as well; may use vt_request_set_user(). FALSE with an error
 * (VT_ERROR_UNAUTHORIZED, VT_ERROR_FORBIDDEN) refuses. */
typedef gboolean (*VtAuthorize)(
    VtRequest *request, VtPermission permission, gpointer data, GError **error);

/* A field that is 0 or NULL takes the value named behind it. Times are in microseconds. */
typedef struct {
    const char *listen;           /* "HOST:PORT", "[V6]:PORT"; port 0: any. "127.0.0.1:0" */
    guint n_event_threads;        /* processors */
    guint n_workers;              /* 4 */
    guint max_waiting;            /* for a worker: 1,024; beyond it 503 */
    guint max_connections;        /* 3,000 */
    gsize max_body_bytes;         /* of all requests in hand together: 512 MiB; beyond it 503. Its
                                     share for one connection needs a permission beforehand */
    const char *spool_directory;  /* borrowed: for larger bodies; made if missing. All in memory */
    gsize spool_bytes;            /* a body in memory: 1 MiB; a larger one waits in a file */
    gsize max_spool_bytes;        /* of all such files together: 16 GiB; beyond it 503 */
    gsize connection_bytes;       /* buffer for one head and its parsing: 49,152 */
    gint64 idle_us;               /* a quiet connection lives: 60 s */
    gint64 head_us;               /* a head must arrive within: 15 s */
    gint64 transfer_us;           /* a body or an answer may take this, 30 s, … */
    guint64 bytes_per_second;     /* … and its length at this rate: 1,024 */
    gint64 stop_us;               /* requests in hand may finish within: 20 s */
    gboolean log_requests;        /* one line at level info for each request */
    const VtHttpAllowed *clients; /* borrowed: who may ask anything at all; NULL: everybody */
    VtHttpMetrics *metrics;       /* borrowed, outlives the server; requests are not counted */
    VtAuthorize authorize;        /* every route that is not public is refused */
    gpointer authorize_data;      /* borrowed */
} VtServerOptions;

/* Starts listening; takes @routes in every case. NULL with VT_ERROR_LISTEN when the address cannot
 * be used. Ignores SIGPIPE for the process. */
VtServer *vt_server_new(const VtServerOptions *options, VtRouteTable *routes, GError **error);

/* "127.0.0.1:8080", with the port really used. Borrowed. */
const char *vt_server_address(const VtServer *self);

/* Stops accepting, waits for the requests in hand (stop_us at most, then they get a 503), closes
 * all connections, waits for running handlers and frees @self. From a thread of the caller's own.
 * NULL is allowed. */
void vt_server_free(VtServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtServer, vt_server_free)
