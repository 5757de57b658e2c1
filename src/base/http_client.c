#include "base/http_client.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <string.h>
#include <unistd.h>

enum { CONNECT_SECONDS = 10, MAX_NETWORKS = 100, ADDRESS_BYTES = 16 };

/* Addresses as 16 bytes; those of IPv4 as IPv6 maps them. */
typedef struct {
    guint8 bytes[ADDRESS_BYTES];
    guint bits;
} Network;

struct _VtHttpAllowed {
    guint n;
    Network network[MAX_NETWORKS];
};

static const guint8 mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
enum { MAPPED_BITS = 96 };

/* What is not the public internet: of IPv4 by list, of IPv6 all but the global unicast block, and
 * in that what stands for other addresses or for none. */
static const char *const special_row[] = {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8",
    "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
    "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
    "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"};
#define GLOBAL_UNICAST "2000::/3"

static gboolean
parse_network(const char *text, Network *ret_network)
{
    g_auto(GStrv) part = g_strsplit(text, "/", 2);
    Network network = {.bits = 128};
    guint64 bits = 0, most = 128;

    if (part[0] == NULL)
        return FALSE;
    if (inet_pton(AF_INET6, g_strstrip(part[0]), network.bytes) != 1) {
        memcpy(network.bytes, mapped, sizeof mapped);
        if (inet_pton(AF_INET, part[0], network.bytes + sizeof mapped) != 1)
            return FALSE;
        most = 32;
    }
    if (part[1] != NULL &&
        !g_ascii_string_to_unsigned(g_strstrip(part[1]), 10, 0, most, &bits, NULL))
        return FALSE;
    if (part[1] != NULL)
        network.bits = (guint)bits + (most == 32 ? MAPPED_BITS : 0);
    *ret_network = network;
    return TRUE;
}

static gboolean
is_in(const guint8 *address, const Network *network)
{
    for (guint i = 0; i < network->bits; i++)
        if (((address[i / 8] ^ network->bytes[i / 8]) >> (7 - i % 8) & 1) != 0)
            return FALSE;
    return TRUE;
}

VtHttpAllowed *
vt_http_allowed_parse(const char *text, GError **error)
{
    g_auto(GStrv) part = g_strsplit(text, ",", -1);
    g_autoptr(VtHttpAllowed) self = g_new0(VtHttpAllowed, 1);

    for (char **at = part; *at != NULL; at++) {
        if (*g_strstrip(*at) == '\0')
            continue;
        if (self->n == MAX_NETWORKS)
            return vt_throw_null(error, VT_ERROR_BAD_VALUE, "more than %d networks", MAX_NETWORKS);
        if (!parse_network(*at, &self->network[self->n++]))
            return vt_throw_null(
                error, VT_ERROR_BAD_VALUE, "'%s' is no network such as 10.1.0.0/16", *at);
    }
    return g_steal_pointer(&self);
}

void
vt_http_allowed_free(VtHttpAllowed *self)
{
    g_free(self);
}

static gboolean
is_in_text(const guint8 *address, const char *text)
{
    Network network;

    return parse_network(text, &network) && is_in(address, &network);
}

static gboolean
is_public(const guint8 *address)
{
    gboolean is_four = memcmp(address, mapped, sizeof mapped) == 0;

    if (!is_four && !is_in_text(address, GLOBAL_UNICAST))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(special_row); i++)
        if (is_in_text(address, special_row[i]))
            return FALSE;
    return TRUE;
}

/* FALSE when it is neither of IPv4 nor of IPv6. */
static gboolean
read_address(const struct sockaddr *address, guint8 *bytes)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const struct sockaddr_in *)(gconstpointer)address;

        memcpy(bytes, mapped, sizeof mapped);
        memcpy(bytes + sizeof mapped, &four->sin_addr, sizeof four->sin_addr);
    } else if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(gconstpointer)address;

        memcpy(bytes, &six->sin6_addr, ADDRESS_BYTES);
    } else {
        return FALSE;
    }
    return TRUE;
}

static gboolean
is_in_any(const guint8 *bytes, const VtHttpAllowed *allowed)
{
    for (guint i = 0; i < allowed->n; i++)
        if (is_in(bytes, &allowed->network[i]))
            return TRUE;
    return FALSE;
}

gboolean
vt_http_allowed_has(const VtHttpAllowed *self, const struct sockaddr *address)
{
    guint8 bytes[ADDRESS_BYTES];

    return read_address(address, bytes) && is_in_any(bytes, self);
}

gboolean
vt_http_allowed_is_empty(const VtHttpAllowed *self)
{
    return self->n == 0;
}

gboolean
vt_http_may_reach(const VtHttpAllowed *allowed, const struct sockaddr *address)
{
    guint8 bytes[ADDRESS_BYTES];

    return read_address(address, bytes) &&
           ((allowed != NULL && is_in_any(bytes, allowed)) || is_public(bytes));
}

gboolean
vt_http_is_address(const char *text)
{
    return g_ascii_strncasecmp(text, "http://", 7) == 0 ||
           g_ascii_strncasecmp(text, "https://", 8) == 0;
}

/* An exchange while it runs. */
typedef struct {
    const VtHttpCall *call;
    gboolean is_private; /* an address was refused */
    GError *failure;     /* owned: of take() */
} Exchange;

static size_t
receive(char *data, size_t size, size_t n, void *user)
{
    Exchange *self = user;

    if (self->call->take == NULL ||
        self->call->take(self->call->data, data, size * n, &self->failure))
        return size * n;
    return CURL_WRITEFUNC_ERROR;
}

static curl_socket_t
open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    Exchange *self = user;

    if (!vt_http_may_reach(self->call->allowed, &address->addr)) {
        self->is_private = TRUE;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static struct curl_slist *
headers_of(const VtHttpCall *call)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Expect:");

    for (const char *const *at = call->headers; at != NULL && *at != NULL; at++)
        headers = curl_slist_append(headers, *at);
    return headers;
}

static void
guard(CURL *curl, Exchange *self)
{
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, self);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)VT_HTTP_MAX_REDIRECTS);
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
}

static void
prepare(CURL *curl, Exchange *self, struct curl_slist *headers)
{
    const VtHttpCall *call = self->call;

    curl_easy_setopt(curl, CURLOPT_URL, call->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)call->seconds);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FILETIME, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, self);
    if (call->method != NULL)
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method);
    if (call->body != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body_length);
    }
    if (call->is_foreign)
        guard(curl, self);
}

static gboolean
fail(Exchange *self, CURLcode code, GError **error)
{
    if (self->failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&self->failure));
        return FALSE;
    }
    return vt_throw(error, VT_ERROR_FETCH, "%s: %s", self->call->url,
        self->is_private ? "it is an address inside, where nothing may be fetched from"
                         : curl_easy_strerror(code));
}

gboolean
vt_http_call(const VtHttpCall *call, VtHttpAnswer *ret_answer, GError **error)
{
    Exchange self = {.call = call};
    struct curl_slist *headers = headers_of(call);
    VtHttpAnswer answer = {0};
    curl_off_t modified = -1;
    CURLcode code;
    CURL *curl;

    curl = curl_easy_init();
    prepare(curl, &self, headers);
    code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    curl_easy_getinfo(curl, CURLINFO_FILETIME_T, &modified);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    if (code != CURLE_OK)
        return fail(&self, code, error);
    answer.modified_us = modified > 0 ? modified * G_USEC_PER_SEC : 0;
    *ret_answer = answer;
    return TRUE;
}
