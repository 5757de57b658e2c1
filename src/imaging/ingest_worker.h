/* The child side of the cage: a process that owns nothing and decodes what it is handed.
 *
 * On descriptor VT_INGEST_SOCKET, a SOCK_SEQPACKET: the worker sends one VtIngestReply when it is
 * ready; then for each VtIngestJob, which brings the descriptor of a file to read and, to decode,
 * of one to write, one reply. It ends when the other side closes.
 */
#pragma once

#include "imaging/sniff.h"

#include <glib.h>

#define VT_INGEST_SOCKET 3
#define VT_INGEST_MESSAGE_BYTES 400

typedef enum {
    VT_INGEST_DECODE, /* a pyramid of the file */
    VT_INGEST_SNIFF,  /* what the file is; brings the file alone */
} VtIngestWork;

typedef struct {
    guint32 work; /* a VtIngestWork */
    gint64 max_pixels;
} VtIngestJob;

typedef struct {
    guint32 done; /* 1: the pyramid is written, or the type is told */
    guint32 code; /* else: a VtErrorCode */
    char mime[VT_SNIFF_MIME_BYTES];
    char message[VT_INGEST_MESSAGE_BYTES];
} VtIngestReply;

/* main() of `vitrine ingest-worker`. Gives up every right first; returns the exit code. */
int vt_ingest_worker_main(void);
