#include "sync/edge_call.h"

#include "base/http_client.h"

#include <string.h>

enum { MAX_NAME = 500 };

typedef gboolean (*Send)(
    const char *url, const char *secret, const VtPurgeRequest *request, GError **error);

static gboolean
exchange(VtHttpCall *call, GError **error)
{
    VtHttpAnswer answer;

    call->seconds = VT_EDGE_CALL_SECONDS;
    if (!vt_http_call(call, &answer, error))
        return FALSE;
    return (answer.status >= 200 && answer.status < 300) ||
           vt_throw(error, VT_ERROR_FETCH, "%s answered %ld", call->url, answer.status);
}

static gboolean
purge_addresses(const char *url, const char *addresses, GError **error)
{
    g_auto(GStrv) list = g_strsplit(addresses, " ", -1);

    for (char **address = list; *address != NULL; address++) {
        g_autofree char *target = g_strconcat(url, *address, NULL);
        VtHttpCall call = {.method = "PURGE", .url = target};

        if (!exchange(&call, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
send_to_varnish(const char *url, const char *secret, const VtPurgeRequest *request, GError **error)
{
    g_autofree char *header = g_strconcat("xkey-purge: ", request->things, NULL);
    const char *const headers[] = {header, NULL};
    VtHttpCall call = {.method = "PURGE", .url = url, .headers = headers};

    if (request->kind == VT_PURGE_KIND_ADDRESSES)
        return purge_addresses(url, request->things, error);
    return exchange(&call, error);
}

static char *
body_of(const VtPurgeRequest *request)
{
    g_auto(GStrv) things = g_strsplit(request->things, " ", -1);
    g_autoptr(json_t) body = json_object();

    for (int kind = 0; kind < VT_PURGE_KIND_COUNT; kind++) {
        json_t *list = json_array();

        for (char **thing = things; kind == (int)request->kind && *thing != NULL; thing++)
            json_array_append_new(list, json_string(*thing));
        json_object_set_new(body, vt_purge_kind_names[kind], list);
    }
    return json_dumps(body, JSON_COMPACT);
}

static gboolean
send_by_http(const char *url, const char *secret, const VtPurgeRequest *request, GError **error)
{
    g_autofree char *body = body_of(request);
    g_autofree char *hex = secret != NULL ? g_compute_hmac_for_string(G_CHECKSUM_SHA256,
                                                (const guchar *)secret, strlen(secret), body, -1)
                                          : NULL;
    g_autofree char *signature =
        hex != NULL ? g_strdup_printf("X-Vitrine-Signature: sha256=%s", hex) : NULL;
    const char *const headers[] = {"Content-Type: application/json", signature, NULL};
    VtHttpCall call = {.method = "POST",
        .url = url,
        .headers = headers,
        .body = body,
        .body_length = strlen(body)};

    return exchange(&call, error);
}

static const struct {
    const char *prefix;
    Send send;
} kind_row[] = {{"varnish:", send_to_varnish}, {"http:", send_by_http}};

/* The kind of an edge by its name; -1: none. The address follows the prefix. */
static int
kind_of(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kind_row); i++)
        if (g_str_has_prefix(name, kind_row[i].prefix) &&
            vt_http_is_address(name + strlen(kind_row[i].prefix)))
            return (int)i;
    return -1;
}

gboolean
vt_edge_name_check(const char *name, GError **error)
{
    gboolean is_plain = strlen(name) <= MAX_NAME;

    for (const char *at = name; *at != '\0'; at++)
        is_plain = is_plain && *at > ' ' && *at < 0x7f && strchr("#\"\\", *at) == NULL;
    return (is_plain && kind_of(name) >= 0) ||
           vt_throw(error, VT_ERROR_USAGE,
               "'%s' is no edge such as varnish:http://127.0.0.1:6081 or http:https://HOST/PATH",
               name);
}

gboolean
vt_edge_call(const char *name, const char *secret, const VtPurgeRequest *request, GError **error)
{
    int kind = kind_of(name);

    g_return_val_if_fail(kind >= 0, FALSE);
    return kind_row[kind].send(name + strlen(kind_row[kind].prefix), secret, request, error);
}
