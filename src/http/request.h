/* One complete request, and the ways to answer it.
 *
 *     handler runs ----------------------> vt_request_reply()      answered
 *        |                                      ^
 *        +-- vt_request_defer(): a function on the worker pool
 *        +-- vt_request_park(): any thread, later
 *
 * Every request is answered exactly once: a handler that returns without having answered, deferred
 * or parked gets a 500 for it. Everything below may be read from any thread while the caller holds
 * a reference; the handler and a deferred function hold one until they return, who parks must take
 * his own. A client that leaves is not told: answering it is harmless.
 */
#pragma once

#include "http/reply.h"
#include "http/route.h"

/* All strings are borrowed from the request. */
const char *vt_request_method(const VtRequest *self);
const VtTarget *vt_request_target(const VtRequest *self);
const char *vt_request_raw_target(const VtRequest *self); /* as sent */
const VtRouteRow *vt_request_row(const VtRequest *self);

/* What {name} of the route stands for, decoded; NULL when it is not in the pattern. */
const char *vt_request_path_value(const VtRequest *self, const char *name);

/* The first query parameter of that name, decoded; NULL when there is none. */
const char *vt_request_query_value(const VtRequest *self, const char *name);

/* The first header of that name, compared without case; NULL when there is none. */
const char *vt_request_header(const VtRequest *self, const char *name);

/* The body, at most the route's max_body_bytes; never NULL. A large one is a mapped file. */
const char *vt_request_body(const VtRequest *self, gsize *ret_length);

/* The other end of the connection as text ("127.0.0.1", "::1"), free with g_free. */
char *vt_request_remote(const VtRequest *self);

/* Names the request in logs: unique in this process. */
guint64 vt_request_id(const VtRequest *self);

/* The slot of whoever authenticated the request; freed with it, or by the next one set. */
void vt_request_set_user(VtRequest *self, gpointer user, GDestroyNotify free_user);
gpointer vt_request_user(const VtRequest *self);

VtRequest *vt_request_ref(VtRequest *self);
void vt_request_unref(VtRequest *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtRequest, vt_request_unref)

/* Answers; takes one reference of @reply. From any thread. */
void vt_request_reply(VtRequest *self, VtReply *reply);

/* Answers with vt_reply_new_error() and logs what the client is not told. @error is borrowed. */
void vt_request_fail(VtRequest *self, const GError *error);

/* From a handler on an event thread: lets @run answer on the worker pool, or answers
 * VT_ERROR_BUSY when too much waits there. */
void vt_request_defer(VtRequest *self, VtHandler run, gpointer data);

/* From a handler or deferred function: the request will be answered later. Must come before the
 * request is handed to whoever answers. */
void vt_request_park(VtRequest *self);
