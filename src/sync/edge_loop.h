/* Sends the edges of a server what they are to forget: a thread for each, so that one that does not
 * answer keeps no other waiting. Looks for work at once when somebody rings, else a few times a
 * second, for other processes write requests too. An edge that fails is asked again after 1, 2, 4 …
 * up to 60 seconds. */
#pragma once

#include "db/db.h"

enum { VT_EDGE_MAX = 16 };

typedef struct {
    const char *database_url;
    const char *node;
    const char *names;             /* of edges, separated by commas; NULL or "": none */
    const char *secret;            /* signs what `http:` edges get; NULL: nothing does */
    void (*before)(gpointer data); /* what the server answers must be new when this returns */
    gpointer data;
} VtEdgeLoopOptions;

typedef struct _VtEdgeLoop VtEdgeLoop;

/* Registers the edges through @db and starts the threads. All strings are copied. NULL with
 * VT_ERROR_USAGE for a name that is no edge or more than VT_EDGE_MAX, or the errors of db.h. */
VtEdgeLoop *vt_edge_loop_new(const VtEdgeLoopOptions *options, VtDb *db, GError **error);

/* Something was requested. Any thread; NULL is allowed. */
void vt_edge_loop_ring(VtEdgeLoop *self);

/* Ends the threads after what they do just now. NULL is allowed. */
void vt_edge_loop_free(VtEdgeLoop *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtEdgeLoop, vt_edge_loop_free)
