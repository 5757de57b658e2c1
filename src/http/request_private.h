/* A request from the server's side; for this room only. */
#pragma once

#include "base/thread.h"
#include "http/body.h"
#include "http/request.h"

#include <microhttpd.h>
#include <stdatomic.h>
#include <sys/socket.h>

typedef struct {
    const char *name;
    const char *value;
} VtRequestHeader;

struct _VtRequest {
    _Atomic guint references;

    /* Written by the event thread before the handler runs, then immutable. */
    guint64 id;
    char *raw;                 /* owned */
    char *method;              /* owned */
    VtTarget *target;          /* owned; NULL when it could not be parsed */
    const VtRoute *route;      /* borrowed from the server's table; NULL when there is none */
    char **path_values;        /* owned; of the route's pattern */
    GArray *headers;           /* of VtRequestHeader, borrowed from header_text */
    GStringChunk *header_text; /* owned */
    VtBody *body;              /* owned; NULL: none, or refused */
    GError *body_error;        /* owned; why it was refused while it came */
    struct sockaddr_storage remote;
    VtPool *pool; /* borrowed from the server */

    /* Owned by the event thread. */
    GList link;           /* in the server's list of requests in hand */
    gboolean seen;        /* the headers were looked at */
    gboolean has_body;    /* one was announced */
    gboolean asking;      /* suspended before the body, to ask whether its sender may send it */
    gsize charged_memory; /* bytes counted in the server's totals */
    gsize charged_files;
    gboolean dispatched; /* the handler was called */
    gboolean waiting;    /* suspended in this or an earlier callback, not called again since */
    gint64 body_began_us;
    gint64 began_us;    /* the head was there */
    guint status;       /* of what was sent; 0: nothing */
    guint64 body_bytes; /* of what was sent */

    gpointer user; /* owned by whichever thread runs the handler */
    GDestroyNotify free_user;

    VtMutex mutex;
    struct MHD_Connection *connection; /* guarded by mutex; NULL once the request is over */
    gboolean suspended;                /* guarded by mutex: libmicrohttpd waits for our resume */
    gboolean promised;                 /* guarded by mutex: somebody else will answer */
    VtReply *reply;                    /* guarded by mutex, owned; set once */
};

VtRequest *vt_request_new(struct MHD_Connection *connection, const char *raw, guint64 id);

/* Takes the headers and the method over from libmicrohttpd. */
void vt_request_take_head(VtRequest *self, const char *method);

/* How often the header was sent. */
guint vt_request_count_header(const VtRequest *self, const char *name);

/* A new reference to the answer, or NULL when there is none yet. */
VtReply *vt_request_answer(VtRequest *self);

/* The connection is gone: answers are dropped from now on. */
void vt_request_end(VtRequest *self);

/* Whether the request may go on; runs on the worker pool. */
typedef gboolean (*VtRequestCheck)(VtRequest *request, gpointer data, GError **error);

/* Suspends the connection until @check has run: then libmicrohttpd comes again, and there is an
 * answer where @check refused or no worker could take it. From the event thread, before the body.
 */
void vt_request_ask(VtRequest *self, VtRequestCheck check, gpointer data);

/* The pool's function; @job was made by vt_request_defer() or vt_request_ask(). */
void vt_request_run_job(gpointer job);
