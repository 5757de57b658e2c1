/* See channel_api.h.
 *
 * Always holds: an answer is built inside one look at one store, so it never names a picture the
 * image server does not have yet at the same log number, and it says that number.
 */
#include "delivery/channel_api.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/locale.h"
#include "delivery/channel_answer.h"
#include "http/request.h"
#include "readstore/tag.h"

#include <stdatomic.h>
#include <string.h>

#define MAX_PRODUCTS 200 /* of one list */
#define MAX_HITS 100     /* of one page of a search */
#define DEFAULT_HITS "24"
#define MAX_TAGS_BYTES 4000 /* of products in a Surrogate-Key; beyond it one tag for the tenant */
#define FOUND_CONTROL "public, max-age=60, s-maxage=7200"
#define SEARCH_CONTROL "no-cache" /* it follows an index of its own, which no tag stands for */
#define PASSED_CONTROL "no-store" /* a publish came in between: edges have forgotten it already */
#define REFUSED_CONTROL "public, max-age=5"

struct _VtChannelApi {
    VtNodes *nodes;       /* borrowed */
    VtAnswerCache *cache; /* owned */
    gint64 (*now_us)(void);
    _Atomic guint64 n_hits;
};

/* One request while it is worked on. */
typedef struct {
    VtRequest *request; /* borrowed */
    const char *tenant; /* borrowed from the request, as is the next */
    const char *channel;
    gboolean is_private; /* refusals, too, are kept by nobody */
    VtLook look;
    VtReadstoreChannel *facts; /* owned */
    char *locale;              /* owned */
    char *base;                /* owned: before addresses; "" but for previews */
    const char *control;       /* how long what is found is kept */
    GString *tags;             /* owned; beside that of the channel, each with a blank before */
    VtJson json;
} Work;

static void
work_clear(Work *self)
{
    vt_look_clear(&self->look);
    vt_readstore_channel_free(self->facts);
    g_free(self->locale);
    g_free(self->base);
    if (self->tags != NULL)
        g_string_free(self->tags, TRUE);
    vt_json_clear(&self->json);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

/* Writes one answer into work->json. */
typedef gboolean (*Build)(Work *work, GError **error);

static void
add_tag(Work *self, char *tag)
{
    g_autofree char *owned = tag;

    g_string_append_printf(self->tags, " %s", owned);
}

static char *
tags_text(Work *self)
{
    g_autofree char *channel = vt_tag_channel(self->tenant, self->channel);
    g_autofree char *tenant = NULL;

    if (self->tags->len <= MAX_TAGS_BYTES)
        return g_strconcat(channel, self->tags->str, NULL);
    tenant = vt_tag_tenant(self->tenant);
    return g_strconcat(channel, " ", tenant, NULL);
}

/* Whether every parameter is one of @known, NULL at the end, and none is given twice. */
static gboolean
check_parameters(const Work *self, const char *const *known, GError **error)
{
    const VtTarget *target = vt_request_target(self->request);

    for (guint i = 0; i < vt_target_n_pairs(target); i++) {
        const char *name = vt_target_pair(target, i)->name;

        if (!g_strv_contains(known, name))
            return vt_throw(
                error, VT_ERROR_UNKNOWN_PARAMETER, "parameter '%s' is not known here", name);
        for (guint k = 0; k < i; k++) {
            if (strcmp(vt_target_pair(target, k)->name, name) == 0)
                return vt_throw(
                    error, VT_ERROR_UNKNOWN_PARAMETER, "parameter '%s' is given twice", name);
        }
    }
    return TRUE;
}

/* The locale asked for, canonical where it is a tag; else the channel's default. What is no tag
 * falls back like a tag nobody uses. */
static char *
locale_of(const Work *self)
{
    const char *asked = vt_request_query_value(self->request, "locale");
    char *canonical;

    if (asked == NULL || *asked == '\0')
        return g_strdup(self->facts->default_locale);
    canonical = vt_locale_parse(asked, NULL);
    return canonical != NULL ? canonical : g_strdup(asked);
}

static const VtTargetPair *
find_pair(const Work *self, const char *name)
{
    const VtTarget *target = vt_request_target(self->request);

    for (guint i = 0; i < vt_target_n_pairs(target); i++) {
        if (strcmp(vt_target_pair(target, i)->name, name) == 0)
            return vt_target_pair(target, i);
    }
    return NULL;
}

/* The ids of a list of products; owned. */
static char **
read_ids(const Work *self, GError **error)
{
    const VtTargetPair *pair = find_pair(self, "ids");
    g_auto(GStrv) ids = NULL;

    if (pair == NULL)
        return vt_throw_null(error, VT_ERROR_BAD_REQUEST, "parameter 'ids' is missing");
    ids = vt_target_split_list(pair->raw_value, error);
    if (ids != NULL && g_strv_length(ids) > MAX_PRODUCTS)
        return vt_throw_null(
            error, VT_ERROR_BAD_REQUEST, "'ids' names more than %d products", MAX_PRODUCTS);
    return g_steal_pointer(&ids);
}

/* Looks at what the request asks for of the preview @word, or of the test context. */
static gboolean
look_at_preview(VtChannelApi *api, Work *self, const char *word, GError **error)
{
    const char *const one[] = {vt_request_path_value(self->request, "product"), NULL};
    g_auto(GStrv) many = NULL;
    VtPreviewAsk ask = {.word = word,
        .tenant = self->tenant,
        .channel = self->channel,
        .products = one,
        .category = vt_request_path_value(self->request, "category")};

    if (find_pair(self, "ids") != NULL) {
        many = read_ids(self, error);
        if (many == NULL)
            return FALSE;
        ask.products = (const char *const *)many;
    }
    if (!vt_nodes_look_at_preview(api->nodes, &ask, &self->look, error))
        return FALSE;
    self->facts = vt_readstore_find_channel(self->look.read, self->channel, error);
    return self->facts != NULL;
}

static gboolean
begin_work(VtChannelApi *api, Work *self, GError **error)
{
    const char *preview = vt_request_path_value(self->request, "preview");

    self->base = preview != NULL ? g_strconcat("/preview/v1/", preview, NULL) : g_strdup("");
    if (self->is_private ? !look_at_preview(api, self, preview, error)
                         : !vt_nodes_look_at_channel(api->nodes, self->tenant, self->channel,
                               &self->look, &self->facts, error))
        return FALSE;
    self->locale = locale_of(self);
    return TRUE;
}

/* The product's row; adds its tag whether it is found or not. */
static VtReadstoreProduct *
find_row(Work *self, const char *id, char **ret_product, GError **error)
{
    g_autofree char *product = NULL;
    VtReadstoreProduct *row = vt_readstore_find_product(
        self->look.read, self->channel, self->locale, id, &product, error);

    add_tag(self, vt_tag_product(self->tenant, self->channel, row == NULL ? id : product));
    if (row != NULL)
        *ret_product = g_steal_pointer(&product);
    return row;
}

/* The parameters that are no dimension. */
static const char *const media_parameters[] = {"locale", "variant", "catalog", "purpose", NULL};

/* Reads the dimensions of the query into @choice; *ret_any tells whether there is one. */
static gboolean
read_dimensions(const Work *self,
    const VtResolveProduct *product,
    VtResolveChoice *choice,
    gboolean *ret_any,
    GError **error)
{
    const VtTarget *target = vt_request_target(self->request);
    gboolean seen[VT_RESOLVE_MAX_DIMENSIONS] = {0};

    for (guint i = 0; i < vt_target_n_pairs(target); i++) {
        const VtTargetPair *pair = vt_target_pair(target, i);
        int dimension;

        if (g_strv_contains(media_parameters, pair->name))
            continue;
        dimension = vt_resolve_product_find_dimension(product, pair->name);
        if (dimension < 0)
            return vt_throw(error, VT_ERROR_UNKNOWN_PARAMETER,
                "parameter '%s' is neither known here nor a dimension of the product", pair->name);
        if (seen[dimension])
            return vt_throw(
                error, VT_ERROR_UNKNOWN_PARAMETER, "dimension '%s' is given twice", pair->name);
        seen[dimension] = TRUE;
        *ret_any = TRUE;
        choice->value[dimension] =
            vt_resolve_product_find_value(product, (guint)dimension, pair->value);
    }
    return TRUE;
}

/* What of the product is asked for. @id: the product's or variant's id of the path. */
static gboolean
read_selection(const Work *self,
    const VtResolveProduct *product,
    const char *id,
    VtResolveSelection *ret_selection,
    GError **error)
{
    const char *asked = vt_request_query_value(self->request, "variant");
    VtResolveChoice choice = VT_RESOLVE_NO_CHOICE;
    gboolean has_choice = FALSE;
    int in_path = vt_resolve_product_find_variant(product, id);
    int variant = asked == NULL ? in_path : vt_resolve_product_find_variant(product, asked);

    if (!read_dimensions(self, product, &choice, &has_choice, error))
        return FALSE;
    if (has_choice && (asked != NULL || in_path >= 0))
        return vt_throw(error, VT_ERROR_UNKNOWN_PARAMETER,
            "a variant and dimensions cannot be asked for together");
    if (asked != NULL && variant < 0)
        return vt_throw(error, VT_ERROR_NOT_FOUND, "product '%s' has no variant '%s'", id, asked);
    if (asked != NULL && in_path >= 0 && in_path != variant)
        return vt_throw(error, VT_ERROR_UNKNOWN_PARAMETER, "'%s' is itself another variant", id);
    if (variant >= 0)
        *ret_selection = vt_resolve_selection_variant(product, (guint)variant);
    else
        *ret_selection = vt_resolve_selection_choice(product, &choice);
    return TRUE;
}

/* Parameters of plain names given twice; those of dimensions are checked where they are known. */
static gboolean
check_repeated(const Work *self, GError **error)
{
    const VtTarget *target = vt_request_target(self->request);

    for (gsize i = 0; media_parameters[i] != NULL; i++) {
        guint n = 0;

        for (guint k = 0; k < vt_target_n_pairs(target); k++)
            n += strcmp(vt_target_pair(target, k)->name, media_parameters[i]) == 0;
        if (n > 1)
            return vt_throw(error, VT_ERROR_UNKNOWN_PARAMETER, "parameter '%s' is given twice",
                media_parameters[i]);
    }
    return TRUE;
}

static gboolean
build_media(Work *self, GError **error)
{
    const char *id = vt_request_path_value(self->request, "product");
    g_autofree char *product = NULL;
    g_autoptr(VtReadstoreProduct) row = find_row(self, id, &product, error);
    VtChannelAsk ask = {.read = self->look.read,
        .shop = {self->base, self->tenant},
        .channel = self->channel,
        .locale = self->locale,
        .product = product,
        .row = row,
        .purpose = vt_request_query_value(self->request, "purpose")};

    if (row == NULL || !check_repeated(self, error) ||
        !read_selection(self, &row->product, id, &ask.selection, error))
        return FALSE;
    ask.set = vt_readstore_product_find_set(row, vt_request_query_value(self->request, "catalog"));
    return vt_channel_answer_media(&ask, &self->json, error);
}

/* One product of a list; what is not found goes to @unknown. */
static gboolean
build_entry(Work *self, const char *id, GPtrArray *unknown, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autofree char *product = NULL;
    g_autoptr(VtReadstoreProduct) row = find_row(self, id, &product, &problem);
    VtChannelAsk ask = {.read = self->look.read,
        .shop = {self->base, self->tenant},
        .channel = self->channel,
        .locale = self->locale,
        .product = product,
        .row = row,
        .selection = VT_RESOLVE_NO_SELECTION};
    int variant;

    if (vt_error_is(problem, VT_ERROR_NOT_FOUND)) {
        g_ptr_array_add(unknown, g_strdup(id));
        return TRUE;
    }
    if (row == NULL) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    variant = vt_resolve_product_find_variant(&row->product, id);
    if (variant >= 0)
        ask.selection = vt_resolve_selection_variant(&row->product, (guint)variant);
    ask.set = vt_readstore_product_find_set(row, NULL);
    return vt_channel_answer_entry(&ask, id, &self->json, error);
}

static gboolean
build_products(Work *self, GError **error)
{
    static const char *const known[] = {"ids", "locale", NULL};
    g_autoptr(GPtrArray) unknown = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) ids = check_parameters(self, known, error) ? read_ids(self, error) : NULL;

    if (ids == NULL)
        return FALSE;

    vt_json_begin_object(&self->json);
    vt_json_key(&self->json, "products");
    vt_json_begin_array(&self->json);
    for (gsize i = 0; ids[i] != NULL; i++) {
        if (!build_entry(self, ids[i], unknown, error))
            return FALSE;
    }
    vt_json_end_array(&self->json);
    vt_json_key(&self->json, "unknown");
    vt_json_begin_array(&self->json);
    for (guint i = 0; i < unknown->len; i++)
        vt_json_string(&self->json, g_ptr_array_index(unknown, i));
    vt_json_end_array(&self->json);
    vt_json_end_object(&self->json);
    return TRUE;
}

static gboolean
build_category(Work *self, GError **error)
{
    static const char *const known[] = {"locale", NULL};
    const char *id = vt_request_path_value(self->request, "category");
    g_autoptr(VtReadstoreCategory) row = NULL;
    VtChannelCategoryAsk ask = {.read = self->look.read,
        .shop = {self->base, self->tenant},
        .channel = self->channel,
        .locale = self->locale,
        .category = id};

    add_tag(self, vt_tag_category(self->tenant, self->channel, id));
    if (!check_parameters(self, known, error))
        return FALSE;
    row = vt_readstore_find_category(self->look.read, self->channel, self->locale, id, error);
    ask.row = row;
    return row != NULL && vt_channel_answer_category(&ask, &self->json, error);
}

/* A number of the query, @fallback where it is not given. */
static gboolean
read_number(const Work *self,
    const char *name,
    const char *fallback,
    guint64 least,
    guint64 most,
    guint *ret_number,
    GError **error)
{
    const char *text = vt_request_query_value(self->request, name);
    guint64 number = 0;

    if (!g_ascii_string_to_unsigned(text != NULL ? text : fallback, 10, least, most, &number, NULL))
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "'%s' is a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, name, least, most);
    *ret_number = (guint)number;
    return TRUE;
}

/* Products unless assets are asked for. */
static gboolean
read_kind(const Work *self, gboolean *ret_products, GError **error)
{
    const char *kind = vt_request_query_value(self->request, "kind");

    *ret_products = kind == NULL || strcmp(kind, "products") == 0;
    return *ret_products || strcmp(kind, "assets") == 0 ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "'kind' is products or assets");
}

static gboolean
read_question(const Work *self, VtReadstoreQuestion *ret_question, GError **error)
{
    static const char *const known[] = {"q", "locale", "kind", "offset", "limit", NULL};
    VtReadstoreQuestion question = {
        .text = vt_request_query_value(self->request, "q"), .locale = self->locale};
    gboolean products = TRUE;

    if (!check_parameters(self, known, error))
        return FALSE;
    if (question.text == NULL)
        return vt_throw(error, VT_ERROR_BAD_REQUEST, "parameter 'q' is missing");
    if (!read_kind(self, &products, error) ||
        !read_number(self, "offset", "0", 0, VT_READSTORE_MAX_MATCHES, &question.offset, error) ||
        !read_number(self, "limit", DEFAULT_HITS, 1, MAX_HITS, &question.limit, error))
        return FALSE;
    question.channel = products ? self->channel : NULL;
    *ret_question = question;
    return TRUE;
}

static gboolean
build_search(Work *self, GError **error)
{
    g_auto(VtReadstoreHits) hits = {0};
    VtReadstoreQuestion question;
    VtChannelHitsAsk ask = {.read = self->look.read,
        .shop = {self->base, self->tenant},
        .locale = self->locale,
        .hits = &hits};
    gint64 seen = 0;

    if (!read_question(self, &question, error) ||
        !vt_readstore_searched(self->look.read, &seen, error) ||
        !vt_readstore_search(self->look.read, &question, &hits, error))
        return FALSE;
    self->control = SEARCH_CONTROL;
    vt_json_begin_object(&self->json);
    vt_json_member(&self->json, "q", question.text);
    vt_json_member(&self->json, "channel", self->channel);
    vt_json_member(&self->json, "locale", self->locale);
    vt_json_member(&self->json, "kind", question.channel != NULL ? "products" : "assets");
    vt_json_member_int(&self->json, "offset", question.offset);
    vt_json_member_int(&self->json, "found", hits.n_found);
    vt_json_member_bool(&self->json, "more", hits.is_cut);
    vt_json_member_int(&self->json, "indexed", seen);
    if (!vt_channel_answer_hits(&ask, &self->json, error))
        return FALSE;
    vt_json_end_object(&self->json);
    return TRUE;
}

static gboolean
build_config(Work *self, GError **error)
{
    static const char *const none[] = {NULL};

    if (!check_parameters(self, none, error))
        return FALSE;
    g_string_append(self->json.text, self->facts->body);
    return TRUE;
}

/* How long others may keep it, and by which tags they are told to forget it. */
static void
add_keep(Work *self, VtReply *reply, const char *control, VtKeep keep)
{
    g_autofree char *tags = tags_text(self);

    if (keep == VT_KEEP_PRIVATE) {
        vt_keep_private(reply);
        return;
    }
    vt_reply_add_header(reply, "Cache-Control", keep == VT_KEEP_NOBODY ? PASSED_CONTROL : control);
    vt_reply_add_header(reply, "Surrogate-Key", tags);
}

static void
add_headers(Work *self, VtReply *reply, const char *control, VtKeep keep)
{
    g_autofree char *version = NULL;

    vt_reply_add_header(reply, "Access-Control-Allow-Origin", "*");
    add_keep(self, reply, control, keep);
    if (self->look.read == NULL)
        return;
    version = g_strdup_printf("%" G_GINT64_FORMAT, vt_readstore_read_cursor(self->look.read));
    vt_reply_add_header(reply, "Vitrine-Version", version);
}

/* Faults of ours are not cached by anybody. */
static void
refuse(Work *self, const GError *error)
{
    g_autoptr(VtReply) reply = vt_reply_new_error(error);

    if (vt_reply_status(reply) >= 500) {
        vt_request_fail(self->request, error);
        return;
    }
    add_headers(self, reply, REFUSED_CONTROL, self->is_private ? VT_KEEP_PRIVATE : VT_KEEP_ANYBODY);
    vt_request_reply(self->request, g_steal_pointer(&reply));
}

static void
answer(VtChannelApi *api, Work *self)
{
    gsize length = self->json.text->len;
    gint64 until_us = self->look.keep_us > 0 ? api->now_us() + self->look.keep_us : VT_ANSWER_KEPT;
    VtHash hash = vt_hash_bytes(self->json.text->str, length);
    VtReply *reply = vt_reply_new_json(200, &self->json);

    vt_reply_set_etag(reply, hash.hex);
    add_headers(self, reply, self->control, vt_look_keep(&self->look));
    vt_reply_share(reply);
    if (!self->look.is_private)
        vt_answer_cache_put(api->cache, vt_request_raw_target(self->request), reply, length,
            self->look.stamp, self->look.made_at, until_us);
    vt_request_reply(self->request, reply);
}

static void
work(VtChannelApi *api, VtRequest *request, Build build)
{
    g_autoptr(GError) error = NULL;
    g_auto(Work) self = {.request = request,
        .tenant = vt_request_path_value(request, "tenant"),
        .channel = vt_request_path_value(request, "channel"),
        .is_private =
            vt_nodes_are_test(api->nodes) || vt_request_path_value(request, "preview") != NULL,
        .control = FOUND_CONTROL,
        .tags = g_string_new(NULL)};

    vt_json_init(&self.json);
    if (begin_work(api, &self, &error) && build(&self, &error))
        answer(api, &self);
    else
        refuse(&self, error);
}

static void
work_media(VtRequest *request, gpointer api)
{
    work(api, request, build_media);
}

static void
work_products(VtRequest *request, gpointer api)
{
    work(api, request, build_products);
}

static void
work_category(VtRequest *request, gpointer api)
{
    work(api, request, build_category);
}

static void
work_config(VtRequest *request, gpointer api)
{
    work(api, request, build_config);
}

static void
work_search(VtRequest *request, gpointer api)
{
    work(api, request, build_search);
}

static void
from_memory_or(VtChannelApi *self, VtRequest *request, VtHandler otherwise)
{
    VtReply *reply =
        vt_answer_cache_find(self->cache, vt_request_raw_target(request), self->now_us());

    if (reply == NULL) {
        vt_request_defer(request, otherwise, self);
        return;
    }
    atomic_fetch_add(&self->n_hits, 1);
    vt_request_reply(request, reply);
}

guint64
vt_channel_api_n_hits(const VtChannelApi *self)
{
    return atomic_load(&self->n_hits);
}

static void
handle_media(VtRequest *request, gpointer api)
{
    from_memory_or(api, request, work_media);
}

static void
handle_products(VtRequest *request, gpointer api)
{
    from_memory_or(api, request, work_products);
}

static void
handle_category(VtRequest *request, gpointer api)
{
    from_memory_or(api, request, work_category);
}

static void
handle_config(VtRequest *request, gpointer api)
{
    from_memory_or(api, request, work_config);
}

static void
handle_search(VtRequest *request, gpointer api)
{
    from_memory_or(api, request, work_search);
}

VtChannelApi *
vt_channel_api_new(VtNodes *nodes, gsize cache_bytes, gint64 (*now_us)(void))
{
    VtChannelApi *self = g_new0(VtChannelApi, 1);

    self->nodes = nodes;
    self->now_us = now_us;
    self->cache = vt_answer_cache_new(cache_bytes);
    return self;
}

void
vt_channel_api_free(VtChannelApi *self)
{
    if (self == NULL)
        return;
    vt_answer_cache_free(self->cache);
    g_free(self);
}

void
vt_channel_api_add_routes(VtChannelApi *self, GArray *routes)
{
    const VtRoute own[] = {
        {&vt_route_rows[VT_ROUTE_CHANNEL_PRODUCT_MEDIA], handle_media, self,
            VT_ROUTE_ON_EVENT_THREAD, 0},
        {&vt_route_rows[VT_ROUTE_CHANNEL_PRODUCTS], handle_products, self, VT_ROUTE_ON_EVENT_THREAD,
            0},
        {&vt_route_rows[VT_ROUTE_CHANNEL_CATEGORY_MEDIA], handle_category, self,
            VT_ROUTE_ON_EVENT_THREAD, 0},
        {&vt_route_rows[VT_ROUTE_CHANNEL_CONFIG], handle_config, self, VT_ROUTE_ON_EVENT_THREAD, 0},
        {&vt_route_rows[VT_ROUTE_CHANNEL_SEARCH], handle_search, self, VT_ROUTE_ON_EVENT_THREAD, 0},
    };

    g_array_append_vals(routes, own, G_N_ELEMENTS(own));
}

void
vt_channel_api_add_preview_routes(VtChannelApi *self, GArray *routes)
{
    const VtRoute own[] = {
        {&vt_route_rows[VT_ROUTE_PREVIEW_PRODUCT_MEDIA], work_media, self, VT_ROUTE_ON_WORKER, 0},
        {&vt_route_rows[VT_ROUTE_PREVIEW_PRODUCTS], work_products, self, VT_ROUTE_ON_WORKER, 0},
        {&vt_route_rows[VT_ROUTE_PREVIEW_CATEGORY_MEDIA], work_category, self, VT_ROUTE_ON_WORKER,
            0},
        {&vt_route_rows[VT_ROUTE_PREVIEW_CONFIG], work_config, self, VT_ROUTE_ON_WORKER, 0},
    };

    g_array_append_vals(routes, own, G_N_ELEMENTS(own));
}
