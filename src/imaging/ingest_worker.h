/* The child side of the cage: a process that owns nothing and decodes what it is handed.
 *
 * On descriptor VT_INGEST_SOCKET, a SOCK_SEQPACKET: the worker sends one VtIngestReply when it is
 * ready; then for each VtIngestJob, which brings two descriptors (file to read, file to write), one
 * reply. It ends when the other side closes.
 */
#pragma once

#include <glib.h>

#define VT_INGEST_SOCKET 3
#define VT_INGEST_MESSAGE_BYTES 400

typedef struct {
    gint64 max_pixels;
} VtIngestJob;

typedef struct {
    guint32 done; /* 1: the pyramid is written */
    guint32 code; /* else: a VtErrorCode */
    char message[VT_INGEST_MESSAGE_BYTES];
} VtIngestReply;

/* main() of `vitrine ingest-worker`. Gives up every right first; returns the exit code. */
int vt_ingest_worker_main(void);
