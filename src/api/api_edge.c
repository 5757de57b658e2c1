/* The edges, and having them forget things by hand. */
#include "api/api.h"

#include "api/api_private.h"
#include "sync/edge.h"
#include "sync/invalidate.h"

json_t *
vt_api_edge_list(const VtApiCall *call, GError **error)
{
    return vt_edge_list_json(call->db, call->tenant_id, error);
}

/* The texts of a list of the body, borrowed from it, with NULL at the end; an absent list is
 * empty. */
static GPtrArray *
read_texts(const json_t *body, const char *key, GError **error)
{
    const json_t *list = json_object_get(body, key);
    g_autoptr(GPtrArray) texts = g_ptr_array_new();

    if (list != NULL && !json_is_array(list))
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "\"%s\" must be a list of texts", key);
    for (gsize i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));

        if (text == NULL)
            return vt_throw_null(error, VT_ERROR_BAD_VALUE, "\"%s\" must be a list of texts", key);
        g_ptr_array_add(texts, (gpointer)(gsize)text);
    }
    g_ptr_array_add(texts, NULL);
    return g_steal_pointer(&texts);
}

static json_t *
texts_json(const GPtrArray *texts)
{
    json_t *list = json_array();

    for (guint i = 0; i < texts->len; i++)
        json_array_append_new(list, json_string(g_ptr_array_index(texts, i)));
    return list;
}

json_t *
vt_api_purge_add(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"assets", "addresses", "template", NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    g_autoptr(GPtrArray) assets = body != NULL ? read_texts(body, "assets", error) : NULL;
    g_autoptr(GPtrArray) addresses = assets != NULL ? read_texts(body, "addresses", error) : NULL;
    VtInvalidation ask = {
        .tenant_id = call->tenant_id, .tenant = vt_request_path_value(call->request, "tenant")};
    g_auto(VtInvalidated) done = {0};

    if (addresses == NULL || (json_object_get(body, "template") != NULL &&
                                 (ask.pattern = vt_api_text(body, "template", error)) == NULL))
        return NULL;
    ask.assets = (const char *const *)assets->pdata;
    ask.addresses = (const char *const *)addresses->pdata;
    if (!vt_invalidate(call->db, &ask, &call->actor, &done, error))
        return NULL;
    vt_edge_loop_ring(call->api->edges);
    return json_pack("{s:I,s:o,s:o}", "seq", (json_int_t)done.seq, "tags", texts_json(done.tags),
        "addresses", texts_json(done.addresses));
}
