/* Publishing and unpublishing by HTTP. The answer is sent when it is committed, not when every edge
 * shows it. */
#include "api/api.h"

#include "api/api_private.h"
#include "publish/unpublish.h"

#include <string.h>

/* The texts of an array, NULL-terminated; an absent array is the empty one. */
static char **
texts_of(const json_t *list, const char *key, GError **error)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    if (list != NULL && !json_is_array(list))
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "\"%s\" must be an array", key);
    for (gsize i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));

        if (text == NULL)
            return vt_throw_null(error, VT_ERROR_BAD_VALUE, "\"%s\" must hold texts", key);
        g_strv_builder_add(builder, text);
    }
    return g_strv_builder_end(builder);
}

static gboolean
publish(VtApi *api, VtRequest *request, const json_t *body, VtPublishResult *result, GError **error)
{
    VtActor actor = vt_api_actor(request);
    g_auto(GStrv) products = texts_of(json_object_get(body, "products"), "products", error);
    g_auto(GStrv) assets = NULL, categories = NULL;
    g_auto(VtApiSession) session = {0};
    VtPublishRequest wanted = {.tenant_id = vt_api_user(request)->tenant_id};

    if (products == NULL || !vt_api_flag(body, "all", &wanted.all, error) ||
        !vt_api_flag(body, "with_dependencies", &wanted.with_dependencies, error) ||
        !vt_api_flag(body, "dry_run", &wanted.dry_run, error))
        return FALSE;
    assets = texts_of(json_object_get(body, "assets"), "assets", error);
    categories = texts_of(json_object_get(body, "categories"), "categories", error);
    if (assets == NULL || categories == NULL)
        return FALSE;
    if (!wanted.all && products[0] == NULL && assets[0] == NULL && categories[0] == NULL)
        return vt_throw(error, VT_ERROR_MISSING_FIELD,
            "say \"all\", \"products\", \"categories\" or \"assets\"");
    wanted.categories = (const char *const *)categories;
    wanted.products = (const char *const *)products;
    wanted.assets = (const char *const *)assets;
    session = vt_api_session(api, error);
    return session.db != NULL && vt_publish(session.db, &wanted, &actor, result, error);
}

void
vt_api_publish(VtRequest *request, gpointer data)
{
    static const char *const known[] = {
        "all", "products", "categories", "assets", "with_dependencies", "dry_run", NULL};
    VtApi *api = data;
    g_autoptr(GError) error = NULL;
    g_auto(VtPublishResult) result = {0};
    gsize length = 0;
    const char *text = vt_request_body(request, &length);
    g_autoptr(json_t) body = vt_json_parse(text, length, &error);

    if (body == NULL || !vt_api_check_members(body, known, &error) ||
        !publish(api, request, body, &result, &error)) {
        vt_api_refuse(
            request, error, result.missing != NULL ? vt_publish_result_json(&result) : NULL);
        return;
    }
    vt_sync_loop_ring(api->sync);
    vt_api_reply_json(request, vt_publish_result_json(&result));
}

/* A text or nothing; anything else is refused. */
static gboolean
text_of(const json_t *body, const char *key, const char **ret_text, GError **error)
{
    const json_t *value = json_object_get(body, key);

    if (value != NULL && !json_is_string(value))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" must be a text", key);
    *ret_text = json_string_value(value);
    return TRUE;
}

static gboolean
unpublish(
    VtApi *api, VtRequest *request, const json_t *body, VtUnpublishResult *result, GError **error)
{
    VtActor actor = vt_api_actor(request);
    g_auto(GStrv) products = texts_of(json_object_get(body, "products"), "products", error);
    g_auto(GStrv) assets = NULL, categories = NULL;
    g_auto(VtApiSession) session = {0};
    VtUnpublishRequest wanted = {.tenant_id = vt_api_user(request)->tenant_id};

    if (products == NULL || !vt_api_flag(body, "force", &wanted.force, error))
        return FALSE;
    assets = texts_of(json_object_get(body, "assets"), "assets", error);
    categories = texts_of(json_object_get(body, "categories"), "categories", error);
    if (assets == NULL || categories == NULL || !text_of(body, "channel", &wanted.channel, error) ||
        !text_of(body, "locale", &wanted.locale, error))
        return FALSE;
    if (products[0] == NULL && assets[0] == NULL && categories[0] == NULL)
        return vt_throw(
            error, VT_ERROR_MISSING_FIELD, "say \"products\", \"categories\" or \"assets\"");
    wanted.categories = (const char *const *)categories;
    wanted.products = (const char *const *)products;
    wanted.assets = (const char *const *)assets;
    session = vt_api_session(api, error);
    return session.db != NULL &&
           (!wanted.force || vt_api_check_administrator(session.db, request, error)) &&
           vt_unpublish(session.db, &wanted, &actor, result, error);
}

void
vt_api_unpublish(VtRequest *request, gpointer data)
{
    static const char *const known[] = {
        "products", "categories", "assets", "channel", "locale", "force", NULL};
    VtApi *api = data;
    g_autoptr(GError) error = NULL;
    g_auto(VtUnpublishResult) result = {0};
    gsize length = 0;
    const char *text = vt_request_body(request, &length);
    g_autoptr(json_t) body = vt_json_parse(text, length, &error);

    if (body == NULL || !vt_api_check_members(body, known, &error) ||
        !unpublish(api, request, body, &result, &error)) {
        vt_api_refuse(
            request, error, result.referenced != NULL ? vt_unpublish_result_json(&result) : NULL);
        return;
    }
    vt_sync_loop_ring(api->sync);
    vt_api_reply_json(request, vt_unpublish_result_json(&result));
}
