/* What goes back: status, headers, and a body from memory or from a file.
 *
 * A reply belongs to one thread until vt_reply_share(); from then on it never changes, and any
 * number of threads may send the same one. Dates, lengths, 304, 206 and 416 are made when it is
 * sent, from what the reply says about itself (tag, time of change, whether parts may be asked
 * for).
 */
#pragma once

#include "base/json.h"

#include <glib.h>

typedef struct _VtReply VtReply;

/* Without a body. */
VtReply *vt_reply_new(int status);

/* @body: the reply takes its own reference. */
VtReply *vt_reply_new_bytes(int status, const char *type, GBytes *body);

/* text/plain in UTF-8; @text is copied. */
VtReply *vt_reply_new_text(int status, const char *text);

/* application/json; takes the text and leaves @json empty. */
VtReply *vt_reply_new_json(int status, VtJson *json);

/* Status 200 with @length bytes of a regular file from @offset. @fd is taken and closed with the
 * reply; the range must exist in the file as long as the reply lives. */
VtReply *vt_reply_new_file(const char *type, int fd, guint64 offset, guint64 length);

/* application/problem+json by the error's row: status, code, title. The message is told as detail
 * below status 500 only; Retry-After where the row says that trying again may help. */
VtReply *vt_reply_new_error(const GError *error);

VtReply *vt_reply_ref(VtReply *self);
void vt_reply_unref(VtReply *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtReply, vt_reply_unref)

/* Appends a header; strings are copied. Date, Content-Length and Connection are not for callers. A
 * name that is no token, or a value with a control character, turns the whole reply into a 500:
 * what comes from outside must be checked before it gets here. */
void vt_reply_add_header(VtReply *self, const char *name, const char *value);

/* @tag: without quotes, printable ASCII. Makes the reply conditional. */
void vt_reply_set_etag(VtReply *self, const char *tag);

/* Last-Modified, seconds since 1970 UTC. Makes the reply conditional. */
void vt_reply_set_modified(VtReply *self, gint64 time_s);

/* Expires: so many seconds after each time the reply is sent, 0 or more. */
void vt_reply_set_expires(VtReply *self, gint64 after_s);

/* Offers byte ranges of a body with status 200. */
void vt_reply_allow_ranges(VtReply *self);

/* Ends the changes and prepares everything, so that sending copies nothing. */
void vt_reply_share(VtReply *self);

int vt_reply_status(const VtReply *self);
