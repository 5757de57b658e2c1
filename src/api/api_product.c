/* Finding products and categories. */
#include "api/api.h"

#include "api/api_private.h"
#include "catalog/search.h"

enum { DEFAULT_PAGE = 50 };

json_t *
vt_api_product_find(const VtApiCall *call, GError **error)
{
    const VtRequest *request = call->request;
    const char *text = vt_request_query_value(request, "q");
    const char *after = vt_request_query_value(request, "after");
    const char *limit = vt_request_query_value(request, "limit");
    g_autoptr(GPtrArray) found = NULL;
    g_autofree char *next = NULL;
    gint64 page = DEFAULT_PAGE;
    json_t *list;

    if (limit != NULL && !g_ascii_string_to_signed(limit, 10, 1, VT_ENTITY_PAGE_MAX, &page, NULL))
        return vt_throw_null(
            error, VT_ERROR_BAD_VALUE, "\"limit\" must be 1 to %d", VT_ENTITY_PAGE_MAX);
    found = vt_entity_search(call->db, call->tenant_id, text != NULL ? text : "",
        after != NULL ? after : "", (guint)page, &next, error);
    if (found == NULL)
        return NULL;
    list = json_array();
    for (guint i = 0; i < found->len; i++) {
        const VtEntityFound *one = g_ptr_array_index(found, i);

        json_array_append_new(list,
            json_pack("{s:s,s:s,s:s}", "id", one->code, "name", one->name, "type", one->kind));
    }
    return json_pack("{s:o,s:s?}", "products", list, "next", next);
}
