/* Sending a message of plain text through a mail server.
 *
 * Addresses are checked before they get anywhere near a header, subjects are encoded, bodies are
 * base64: nothing that people write can become a header or a command. Any thread may send.
 */
#pragma once

#include <glib.h>

typedef struct _VtMailServer VtMailServer; /* immutable */

enum { VT_MAIL_SECONDS = 30, VT_MAIL_MAX_ADDRESS = 254 /* bytes */ };

/* @url: `smtp://[USER:PASSWORD@]HOST[:PORT]`, with STARTTLS where the server offers it;
 * `smtp+starttls://` insists on it; `smtps://` begins with TLS. @from: an address. VT_ERROR_USAGE
 * for another @url, VT_ERROR_BAD_VALUE for another @from. */
VtMailServer *vt_mail_server_new(const char *url, const char *from, GError **error);
void vt_mail_server_free(VtMailServer *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtMailServer, vt_mail_server_free)

/* VT_ERROR_BAD_VALUE unless @address is of the plain form `name@host`, in ASCII: no quotes, names
 * of people, comments, blanks or control characters. */
gboolean vt_mail_check_address(const char *address, GError **error);

typedef struct {
    const char *to;      /* an address */
    const char *subject; /* UTF-8; control characters become blanks, and it is cut */
    const char *body;    /* UTF-8, lines end in LF */
    const char *id;      /* of [A-Za-z0-9.-]; the same message again has the same */
    gint64 at_us;        /* its date */
} VtMail;

/* The message as it goes out, with CRLF; newly allocated. */
char *vt_mail_format(const VtMailServer *self, const VtMail *mail);

/* FALSE with VT_ERROR_MAIL when the server did not take it within VT_MAIL_SECONDS, or
 * VT_ERROR_BAD_VALUE for the address. */
gboolean vt_mail_send(const VtMailServer *self, const VtMail *mail, GError **error);
