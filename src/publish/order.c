#include "publish/order.h"

#include "base/text.h"

#include <string.h>

void
vt_publish_order_clear(VtPublishOrder *self)
{
    g_clear_pointer(&self->products, g_strfreev);
    g_clear_pointer(&self->categories, g_strfreev);
    g_clear_pointer(&self->assets, g_strfreev);
}

void
vt_unpublish_order_clear(VtUnpublishOrder *self)
{
    g_clear_pointer(&self->products, g_strfreev);
    g_clear_pointer(&self->categories, g_strfreev);
    g_clear_pointer(&self->assets, g_strfreev);
}

void
vt_group_order_clear(VtGroupOrder *self)
{
    g_clear_pointer(&self->products, g_strfreev);
    g_clear_pointer(&self->categories, g_strfreev);
    g_clear_pointer(&self->assets, g_strfreev);
}

static gboolean
check_members(const json_t *body, const char *const *known, GError **error)
{
    const char *key;
    json_t *value;

    if (!json_is_object(body))
        return vt_throw(error, VT_ERROR_BAD_JSON, "what is to be published must be an object");
    json_object_foreach((json_t *)(gsize)body, key, value)
    {
        if (!g_strv_contains(known, key))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" is not known here", key);
    }
    return TRUE;
}

/* The texts of an array, NULL-terminated; an absent array is the empty one. */
static char **
texts_of(const json_t *body, const char *key, GError **error)
{
    const json_t *list = json_object_get(body, key);
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
flag_of(const json_t *body, const char *key, gboolean *ret_flag, GError **error)
{
    const json_t *value = json_object_get(body, key);

    if (value != NULL && !json_is_boolean(value))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" must be true or false", key);
    *ret_flag = json_is_true(value);
    return TRUE;
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

/* Only assets have more than one context. */
static gboolean
read_outlets(const json_t *body, char **products, char **categories, VtOutlets *ret, GError **error)
{
    const json_t *list = json_object_get(body, "contexts");

    if (list == NULL)
        return TRUE;
    if (*products != NULL || *categories != NULL)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"contexts\" are for assets only");
    return vt_outlets_read(list, ret, error);
}

static gboolean
read_mode(const json_t *body, VtPublishOrder *order, GError **error)
{
    const char *word = NULL;
    int mode;

    order->mode = VT_PUBLISH_MODE_FULL;
    if (!text_of(body, "mode", &word, error))
        return FALSE;
    if (word == NULL)
        return TRUE;
    mode = vt_text_index(vt_publish_mode_names, VT_PUBLISH_MODE_COUNT, word);
    if (mode < 0)
        return vt_throw(error, VT_ERROR_BAD_ENUM, "there is no mode '%s'", word);
    order->mode = (VtPublishMode)mode;
    order->request.all = TRUE;
    order->request.only_new = order->mode == VT_PUBLISH_MODE_INCREMENTAL;
    return TRUE;
}

gboolean
vt_publish_order_parse(
    const json_t *body, gint64 tenant_id, VtPublishOrder *ret_order, GError **error)
{
    static const char *const known[] = {"all", "mode", "products", "categories", "assets",
        "contexts", "with_dependencies", "dry_run", "tell_changes", NULL};
    g_auto(VtPublishOrder) order = {.request = {.tenant_id = tenant_id}};
    VtPublishRequest *request = &order.request;

    if (!check_members(body, known, error) || !flag_of(body, "all", &request->all, error) ||
        !flag_of(body, "with_dependencies", &request->with_dependencies, error) ||
        !flag_of(body, "dry_run", &request->dry_run, error) ||
        !flag_of(body, "tell_changes", &request->tell_changes, error) ||
        !read_mode(body, &order, error) ||
        (order.products = texts_of(body, "products", error)) == NULL ||
        (order.categories = texts_of(body, "categories", error)) == NULL ||
        (order.assets = texts_of(body, "assets", error)) == NULL ||
        !read_outlets(body, order.products, order.categories, &request->outlets, error))
        return FALSE;
    if (!request->all && *order.products == NULL && *order.categories == NULL &&
        *order.assets == NULL)
        return vt_throw(error, VT_ERROR_MISSING_FIELD,
            "say \"all\", \"mode\", \"products\", \"categories\" or \"assets\"");
    request->products = (const char *const *)order.products;
    request->categories = (const char *const *)order.categories;
    request->assets = (const char *const *)order.assets;
    *ret_order = order;
    memset(&order, 0, sizeof order);
    return TRUE;
}

gboolean
vt_unpublish_order_parse(
    const json_t *body, gint64 tenant_id, VtUnpublishOrder *ret_order, GError **error)
{
    static const char *const known[] = {"products", "categories", "assets", "contexts", "channel",
        "locale", "force", "dry_run", "tell_changes", NULL};
    g_auto(VtUnpublishOrder) order = {.request = {.tenant_id = tenant_id}};
    VtUnpublishRequest *request = &order.request;

    if (!check_members(body, known, error) || !flag_of(body, "force", &request->force, error) ||
        !flag_of(body, "dry_run", &request->dry_run, error) ||
        !flag_of(body, "tell_changes", &request->tell_changes, error) ||
        !text_of(body, "channel", &request->channel, error) ||
        !text_of(body, "locale", &request->locale, error) ||
        (order.products = texts_of(body, "products", error)) == NULL ||
        (order.categories = texts_of(body, "categories", error)) == NULL ||
        (order.assets = texts_of(body, "assets", error)) == NULL ||
        !read_outlets(body, order.products, order.categories, &request->outlets, error))
        return FALSE;
    if (*order.products == NULL && *order.categories == NULL && *order.assets == NULL)
        return vt_throw(
            error, VT_ERROR_MISSING_FIELD, "say \"products\", \"categories\" or \"assets\"");
    request->products = (const char *const *)order.products;
    request->categories = (const char *const *)order.categories;
    request->assets = (const char *const *)order.assets;
    *ret_order = order;
    memset(&order, 0, sizeof order);
    return TRUE;
}

gboolean
vt_group_order_parse(const json_t *body, VtGroupOrder *ret_order, GError **error)
{
    static const char *const known[] = {
        "products", "categories", "assets", "channel", "locale", "from", NULL};
    g_auto(VtGroupOrder) order = {0};

    if (!check_members(body, known, error) ||
        !text_of(body, "channel", &order.selection.channel, error) ||
        !text_of(body, "locale", &order.selection.locale, error) ||
        !text_of(body, "from", &order.from, error) ||
        (order.products = texts_of(body, "products", error)) == NULL ||
        (order.categories = texts_of(body, "categories", error)) == NULL ||
        (order.assets = texts_of(body, "assets", error)) == NULL)
        return FALSE;
    if (*order.products == NULL && *order.categories == NULL && *order.assets == NULL)
        return vt_throw(
            error, VT_ERROR_MISSING_FIELD, "say \"products\", \"categories\" or \"assets\"");
    order.selection.products = (const char *const *)order.products;
    order.selection.categories = (const char *const *)order.categories;
    order.selection.assets = (const char *const *)order.assets;
    *ret_order = order;
    memset(&order, 0, sizeof order);
    return TRUE;
}
