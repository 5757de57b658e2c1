/* Finding products, and what a set says in one context: head and live revision. */
#include "api/api.h"

#include "api/api_private.h"
#include "assignment/set.h"
#include "base/locale.h"
#include "catalog/product.h"
#include "media/asset.h"
#include "tenant/channel.h"

enum { DEFAULT_PAGE = 50, MAX_PAGE = 500 };

static json_t *
find_products(VtDb *db, const VtRequest *request, GError **error)
{
    const char *text = vt_request_query_value(request, "q");
    const char *after = vt_request_query_value(request, "after");
    const char *limit = vt_request_query_value(request, "limit");
    g_autoptr(GPtrArray) found = NULL;
    gint64 page = DEFAULT_PAGE;
    json_t *list;

    if (limit != NULL && !g_ascii_string_to_signed(limit, 10, 1, MAX_PAGE, &page, NULL)) {
        vt_throw(error, VT_ERROR_BAD_VALUE, "\"limit\" must be 1 to %d", MAX_PAGE);
        return NULL;
    }
    found = vt_product_search(db, vt_api_user(request)->tenant_id, text != NULL ? text : "",
        after != NULL ? after : "", (guint)page, error);
    if (found == NULL)
        return NULL;
    list = json_array();
    for (guint i = 0; i < found->len; i++) {
        const VtProductFound *one = g_ptr_array_index(found, i);

        json_array_append_new(list, json_pack("{s:s,s:s,s:s}", "id", one->code, "name", one->name,
                                        "type", vt_product_kind_names[one->kind]));
    }
    return json_pack("{s:o}", "products", list);
}

void
vt_api_product_find(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);
    json_t *answer = session.db != NULL ? find_products(session.db, request, &error) : NULL;

    if (answer != NULL)
        vt_api_reply_json(request, answer);
    else
        vt_request_fail(request, error);
}

/* What an answer about one set needs. */
typedef struct {
    VtDb *db;
    gint64 tenant_id;
    VtProduct *product; /* owned */
    VtSetKey key;
    const char *channel; /* as shown */
} Ask;

static json_t *
asset_name(const Ask *ask, gint64 asset_id, GError **error)
{
    gboolean found = FALSE;
    VtAsset asset;

    if (!vt_asset_by_id(ask->db, ask->tenant_id, asset_id, &asset, &found, error))
        return NULL;
    return found ? json_string(asset.name) : json_null();
}

static json_t *
describe_rows(const Ask *ask, const GArray *rows, gboolean with_purpose, GError **error)
{
    g_autoptr(json_t) list = json_array();

    for (guint i = 0; i < rows->len; i++) {
        const VtAssignmentRow *row = &g_array_index(rows, VtAssignmentRow, i);
        json_t *name = asset_name(ask, row->asset_id, error);

        if (name == NULL)
            return NULL;
        json_array_append_new(list,
            with_purpose ? json_pack("{s:s,s:o}", "purpose", row->purpose, "asset", name) : name);
    }
    return g_steal_pointer(&list);
}

static const char *
value_text(const VtProductDimension *dimension, gint64 value_id)
{
    for (guint i = 0; i < dimension->values->len; i++) {
        const VtProductValue *value = g_ptr_array_index(dimension->values, i);

        if (value->value_id == value_id)
            return value->value;
    }
    return NULL;
}

/* {"Color": "Blue"}; a value the product lost is null. */
static json_t *
describe_values(const VtProduct *product, const VtAssignmentKey *key)
{
    json_t *values = json_object();

    for (guint i = 0; i < key->n_values; i++)
        for (guint d = 0; d < product->n_dimensions; d++)
            if (product->dimensions[d].dimension_id == key->values[i].dimension_id)
                json_object_set_new(values, product->dimensions[d].name,
                    json_pack("s?", value_text(&product->dimensions[d], key->values[i].value_id)));
    return values;
}

static const char *
variant_code(const VtProduct *product, gint64 variant_id)
{
    for (guint i = 0; i < product->variants->len; i++) {
        const VtProductVariant *variant = g_ptr_array_index(product->variants, i);

        if (variant->product_id == variant_id)
            return variant->code;
    }
    return NULL;
}

static json_t *
describe_node(const Ask *ask, const VtAssignmentNode *node, GError **error)
{
    g_autoptr(json_t) primary =
        describe_rows(ask, node->rows[VT_MEDIA_GROUP_PRIMARY], FALSE, error);
    g_autoptr(json_t) additional =
        primary != NULL ? describe_rows(ask, node->rows[VT_MEDIA_GROUP_ADDITIONAL], TRUE, error)
                        : NULL;
    json_t *described;

    if (additional == NULL)
        return NULL;
    described = json_pack("{s:s,s:O,s:O}", "scope", vt_scope_names[node->key.scope], "primary",
        primary, "additional", additional);
    if (node->key.scope == VT_SCOPE_DIMENSIONS)
        json_object_set_new(described, "values", describe_values(ask->product, &node->key));
    if (node->key.scope == VT_SCOPE_VARIANT)
        json_object_set_new(described, "variant",
            json_pack("s?", variant_code(ask->product, node->key.variant_id)));
    return described;
}

/* The nodes of one revision; null for number 0. */
static json_t *
describe_revision(const Ask *ask, gint64 document_id, gint64 number, GError **error)
{
    g_autoptr(VtAssignment) assignment = NULL;
    g_autoptr(json_t) nodes = NULL;

    if (number == 0)
        return json_null();
    assignment = vt_set_load(ask->db, document_id, number, error);
    if (assignment == NULL)
        return NULL;
    nodes = json_array();
    for (guint i = 0; i < assignment->nodes->len; i++) {
        json_t *node = describe_node(ask, g_ptr_array_index(assignment->nodes, i), error);

        if (node == NULL)
            return NULL;
        json_array_append_new(nodes, node);
    }
    return json_pack("{s:I,s:O}", "number", (json_int_t)number, "nodes", nodes);
}

static json_t *
describe_set(const Ask *ask, GError **error)
{
    g_auto(VtDocumentState) now = {0};
    g_autoptr(json_t) head = NULL;
    g_autoptr(json_t) published = NULL;
    gint64 document_id = 0;

    if (!vt_set_find(ask->db, &ask->key, &document_id, error) ||
        (document_id != 0 && !vt_document_state(ask->db, document_id, VT_GROUP_LIVE, &now, error)))
        return NULL;
    head = describe_revision(ask, document_id, now.head, error);
    published = head != NULL ? describe_revision(ask, document_id, now.published, error) : NULL;
    if (published == NULL)
        return NULL;
    return json_pack("{s:s,s:s,s:s,s:s,s:I,s:b,s:O,s:O}", "product", ask->product->code, "name",
        ask->product->name, "channel", ask->channel, "locale", ask->key.locale, "version",
        (json_int_t)now.version, "checked_out", now.checked_out_by != 0, "head", head, "published",
        published);
}

static json_t *
show_media(VtDb *db, const VtRequest *request, GError **error)
{
    const char *channel = vt_request_query_value(request, "channel");
    const char *locale = vt_request_query_value(request, "locale");
    g_autofree char *tag = vt_locale_parse(locale != NULL ? locale : VT_LOCALE_NEUTRAL, error);
    g_autoptr(GPtrArray) channels = NULL;
    g_autoptr(VtProduct) product = NULL;
    Ask ask = {.db = db, .tenant_id = vt_api_user(request)->tenant_id};
    VtProductRef ref;

    if (tag == NULL)
        return NULL;
    channels = vt_channel_list(db, ask.tenant_id, error);
    if (channels == NULL ||
        !vt_channel_parse(channels, channel != NULL ? channel : "", &ask.key.channel_id, error) ||
        !vt_product_find(db, ask.tenant_id, vt_request_path_value(request, "product"), &ref, error))
        return NULL;
    product = vt_product_load(db, ref.product_id, error);
    if (product == NULL)
        return NULL;
    ask.product = product;
    ask.key.product_id = ref.product_id;
    ask.channel = ask.key.channel_id == VT_CHANNEL_OMNI
                      ? VT_CHANNEL_OMNI_CODE
                      : vt_channel_by_id(channels, ask.key.channel_id)->code;
    g_strlcpy(ask.key.locale, tag, sizeof ask.key.locale);
    return describe_set(&ask, error);
}

void
vt_api_product_media_show(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);
    json_t *answer = session.db != NULL ? show_media(session.db, request, &error) : NULL;

    if (answer != NULL)
        vt_api_reply_json(request, answer);
    else
        vt_request_fail(request, error);
}
