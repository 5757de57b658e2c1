/* What products showed at a time, by HTTP. */
#include "api/api.h"

#include "api/api_private.h"
#include "publish/past.h"

/* The log number of `seq`, else of `at`, else the newest. */
static gboolean
read_seq(const VtApiCall *call, gint64 *ret_seq, GError **error)
{
    const VtRequest *request = call->request;
    const char *number = vt_request_query_value(request, "seq");
    gint64 at_us = call->actor.now_us;

    if (number != NULL && vt_request_query_value(request, "at") != NULL)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "ask by \"at\" or by \"seq\", not by both");
    if (number != NULL)
        return vt_api_read_number("seq", number, ret_seq, error);
    return vt_api_read_time(request, "at", &at_us, error) &&
           vt_past_seq(call->db, at_us, ret_seq, error);
}

json_t *
vt_api_product_past(const VtApiCall *call, GError **error)
{
    const VtRequest *request = call->request;
    VtPastQuery query = {.words = {.product = vt_request_path_value(request, "product"),
                             .channel = vt_request_query_value(request, "channel"),
                             .locale = vt_request_query_value(request, "locale"),
                             .catalog = vt_request_query_value(request, "catalog")}};

    return read_seq(call, &query.seq, error)
               ? vt_past_show(call->db, call->tenant_id, &query, error)
               : NULL;
}
