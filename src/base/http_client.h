/* One HTTP exchange, for calls to a server of ours and for fetching what people name.
 *
 * Only http and https; no cookies, no .netrc, no user names in addresses. A foreign address goes
 * out without a proxy and only to public addresses: each one is looked at after its name was
 * resolved and before anything connects to it, redirects included, so that no name can be made to
 * mean a machine inside. Any thread may call.
 */
#pragma once

#include <glib.h>
#include <netinet/in.h>

/* Private addresses that foreign names may mean all the same. Immutable. */
typedef struct _VtHttpAllowed VtHttpAllowed;

/* @text: networks such as `10.1.0.0/16,fd00::/8`, separated by commas. VT_ERROR_BAD_VALUE. */
VtHttpAllowed *vt_http_allowed_parse(const char *text, GError **error);
void vt_http_allowed_free(VtHttpAllowed *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtHttpAllowed, vt_http_allowed_free)

/* Whether a foreign name may mean @address: it is public, or in @allowed (NULL: nothing is). */
gboolean vt_http_may_reach(const VtHttpAllowed *allowed, const struct sockaddr *address);

/* Whether @address is in one of the networks. */
gboolean vt_http_allowed_has(const VtHttpAllowed *self, const struct sockaddr *address);

/* Whether there is none. */
gboolean vt_http_allowed_is_empty(const VtHttpAllowed *self);

typedef struct {
    const char *method; /* NULL: GET */
    const char *url;
    const char *const *headers; /* `Name: value`, NULL-terminated, or NULL */
    const char *body;           /* or NULL */
    gsize body_length;
    gboolean is_foreign;          /* somebody from outside named the address */
    const VtHttpAllowed *allowed; /* of foreign ones; or NULL */
    guint seconds;                /* the whole exchange may take; 0: any time */
    gboolean (*take)(gpointer data, const char *bytes, gsize length, GError **error);
    gpointer data;
} VtHttpCall;

typedef struct {
    long status;
    gint64 modified_us; /* Last-Modified, microseconds since 1970 UTC; 0: not told */
} VtHttpAnswer;

enum { VT_HTTP_MAX_REDIRECTS = 5 }; /* of foreign addresses; others follow none */

/* The body goes to take() in pieces, whatever the status. FALSE with VT_ERROR_FETCH when no answer
 * came, or with take()'s error. */
gboolean vt_http_call(const VtHttpCall *call, VtHttpAnswer *ret_answer, GError **error);

/* Whether the text is an address of the web. */
gboolean vt_http_is_address(const char *text);
