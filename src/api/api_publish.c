/* Publishing and unpublishing by HTTP. The answer is sent when it is committed, not when every edge
 * shows it. */
#include "api/api.h"

#include "api/api_private.h"
#include "publish/order.h"

static json_t *
body_of(const VtRequest *request, GError **error)
{
    gsize length = 0;
    const char *text = vt_request_body(request, &length);

    return vt_json_parse(text, length, error);
}

static gboolean
publish(VtApi *api, VtRequest *request, VtPublishResult *result, GError **error)
{
    VtActor actor = vt_api_actor(request);
    g_autoptr(json_t) body = body_of(request, error);
    g_auto(VtPublishOrder) order = {0};
    g_auto(VtApiSession) session = {0};

    if (body == NULL ||
        !vt_publish_order_parse(body, vt_api_user(request)->tenant_id, &order, error))
        return FALSE;
    if (order.mode == VT_PUBLISH_MODE_FULL_OVERRIDE)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "'full_override' is the mode of a job");
    order.request.may_wait = TRUE;
    session = vt_api_session(api, error);
    return session.db != NULL && vt_publish(session.db, &order.request, &actor, result, error);
}

void
vt_api_publish(VtRequest *request, gpointer data)
{
    VtApi *api = data;
    g_autoptr(GError) error = NULL;
    g_auto(VtPublishResult) result = {0};

    if (!publish(api, request, &result, &error)) {
        vt_api_refuse(
            request, error, result.missing != NULL ? vt_publish_result_json(&result) : NULL);
        return;
    }
    vt_sync_loop_ring(api->sync);
    vt_api_reply_json(request, vt_publish_result_json(&result));
}

static gboolean
unpublish(VtApi *api, VtRequest *request, VtUnpublishResult *result, GError **error)
{
    VtActor actor = vt_api_actor(request);
    g_autoptr(json_t) body = body_of(request, error);
    g_auto(VtUnpublishOrder) order = {0};
    g_auto(VtApiSession) session = {0};

    if (body == NULL ||
        !vt_unpublish_order_parse(body, vt_api_user(request)->tenant_id, &order, error))
        return FALSE;
    order.request.may_wait = TRUE;
    session = vt_api_session(api, error);
    return session.db != NULL &&
           (!order.request.force || vt_api_check_administrator(session.db, request, error)) &&
           vt_unpublish(session.db, &order.request, &actor, result, error);
}

void
vt_api_unpublish(VtRequest *request, gpointer data)
{
    VtApi *api = data;
    g_autoptr(GError) error = NULL;
    g_auto(VtUnpublishResult) result = {0};

    if (!unpublish(api, request, &result, &error)) {
        vt_api_refuse(
            request, error, result.referenced != NULL ? vt_unpublish_result_json(&result) : NULL);
        return;
    }
    vt_sync_loop_ring(api->sync);
    vt_api_reply_json(request, vt_unpublish_result_json(&result));
}
