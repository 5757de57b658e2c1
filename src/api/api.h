/* The authoring API: its routes and who may use them. */
#pragma once

#include "db/pool.h"
#include "http/server.h"
#include "jobs/worker.h"
#include "media/ingest.h"
#include "sync/edge_loop.h"
#include "sync/loop.h"

typedef struct {
    VtDbPool *pool;          /* borrowed */
    VtSyncLoop *sync;        /* borrowed: told when the log grew */
    VtEdgeLoop *edges;       /* borrowed: told when edges have something to forget */
    VtIngest *ingest;        /* borrowed */
    VtBlobStore *blobs;      /* borrowed */
    VtJobWorkers *workers;   /* borrowed: told when there is work */
    const VtJobKinds *kinds; /* borrowed */
    const char *uploads;     /* directory on the disk of the jobs' files; made when needed */
    const char *first_run;   /* token of the set-up link; NULL: there is a tenant already */
    gboolean behind_tls;     /* people come by https: cookies are Secure, and a client's address is
                                what the proxy on this machine says in X-Forwarded-For */
} VtApiOptions;

/* What an upload holds, and so the folder of a job that imports it: what the kind `import` reads.
 */
#define VT_API_UPLOAD_MANIFEST "manifest.tsv"
#define VT_API_UPLOAD_FILES "files"

/* How long a set-up link is good. */
#define VT_API_FIRST_RUN_US (30 * 60 * (gint64)G_USEC_PER_SEC)

typedef struct _VtApi VtApi;

VtApi *vt_api_new(const VtApiOptions *options);

/* Nobody is let wait any more, and who waits is answered: before the HTTP server is freed. */
void vt_api_stop(VtApi *self);
void vt_api_free(VtApi *self); /* after the HTTP server was freed; NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtApi, vt_api_free)

/* Appends VtRoute rows that point to @self; once. */
void vt_api_add_routes(VtApi *self, GArray *routes);

/* For VtServerOptions; @data is the VtApi. */
gboolean vt_api_authorize(
    VtRequest *request, VtPermission permission, gpointer data, GError **error);
