/* How the server sends a reply; for this room only. */
#pragma once

#include "http/reply.h"

#include <microhttpd.h>

/* What the request asked of the reply; NULL for headers that were not sent. */
typedef struct {
    gboolean is_read; /* GET or HEAD */
    gboolean close;   /* end the connection afterwards */
    const char *if_none_match;
    const char *if_modified_since;
    const char *range;
    const char *if_range;
} VtReplyConditions;

/* Queues @self, or the 304, 206 or 416 it becomes under @conditions, on @connection. @ret_status
 * and @ret_bytes: what goes out, and the length of its body. FALSE when libmicrohttpd refused; the
 * connection must be closed then. */
gboolean vt_reply_queue(VtReply *self,
    struct MHD_Connection *connection,
    const VtReplyConditions *conditions,
    guint *ret_status,
    guint64 *ret_bytes);
