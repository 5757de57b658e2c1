#include "publish/difference.h"

#include "assignment/place.h"
#include "assignment/rules.h"
#include "catalog/category.h"
#include "difference_sql.h"
#include "document/revision.h"
#include "media/asset.h"
#include "publish/shown_asset.h"
#include "resolve/swatch.h"

#include <string.h>

enum { PAGE = 500, MAX_ASSETS = 10000 /* kept at once */ };

/* One report. */
typedef struct {
    VtDb *db;
    VtDifferenceEach each;
    gpointer data;
    gboolean is_ended; /* by each() */
    gboolean is_cut;
    GHashTable *planned; /* document id to VtPublishItem*, borrowed */
    GHashTable *assets;  /* owned: asset id to VtShownAsset */
    GTree *products;     /* owned: product id to GArray of VtPublishItem, its planned sets */
    GPtrArray *channels; /* owned */
    GPtrArray *catalogs; /* owned */
    VtResolveOptions options;
} Report;

static void
report_clear(Report *self)
{
    g_clear_pointer(&self->planned, g_hash_table_unref);
    g_clear_pointer(&self->assets, g_hash_table_unref);
    g_clear_pointer(&self->products, g_tree_unref);
    g_clear_pointer(&self->channels, g_ptr_array_unref);
    g_clear_pointer(&self->catalogs, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Report, report_clear)

static gint64 *
id_new(gint64 id)
{
    return g_memdup2(&id, sizeof id);
}

static gint
compare_ids(gconstpointer a, gconstpointer b, gpointer data)
{
    gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;

    return (left > right) - (left < right);
}

static void
free_items(gpointer items)
{
    g_array_unref(items);
}

static gboolean
report_init(Report *self, gint64 tenant_id, GError **error)
{
    self->planned = g_hash_table_new(g_int64_hash, g_int64_equal);
    self->assets = g_hash_table_new_full(
        g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)vt_shown_asset_free);
    self->products = g_tree_new_full(compare_ids, NULL, g_free, free_items);
    self->channels = vt_channel_list(self->db, tenant_id, error);
    self->catalogs = self->channels != NULL ? vt_catalog_list(self->db, tenant_id, error) : NULL;
    return self->catalogs != NULL &&
           vt_set_read_options(self->db, tenant_id, &self->options, error);
}

/* The planned sets of a product, none at first; NULL when there are too many products. */
static GArray *
touch(Report *self, gint64 product_id)
{
    GArray *items = g_tree_lookup(self->products, &product_id);

    if (items != NULL)
        return items;
    if (g_tree_nnodes(self->products) >= VT_DIFFERENCE_MAX_PRODUCTS) {
        self->is_cut = TRUE;
        return NULL;
    }
    items = g_array_new(FALSE, FALSE, sizeof(VtPublishItem));
    g_tree_insert(self->products, id_new(product_id), items);
    return items;
}

/* Touches one page of the products that show the asset; @after moves on, 0 at the end. */
static gboolean
touch_page(Report *self, gint64 asset_id, gint64 *after, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_difference_products, error);
    guint n = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    vt_stmt_bind_int(stmt, "after_id", *after);
    vt_stmt_bind_int(stmt, "page", PAGE);
    for (; vt_stmt_next(stmt); n++) {
        *after = vt_stmt_int(stmt, "product_id");
        touch(self, *after);
    }
    if (n < PAGE || self->is_cut)
        *after = 0;
    return vt_stmt_end(stmt, error);
}

static gboolean
touch_asset(Report *self, gint64 asset_id, GError **error)
{
    gint64 after = 0;

    do
        if (!touch_page(self, asset_id, &after, error))
            return FALSE;
    while (after != 0);
    return TRUE;
}

static gboolean
plan_item(Report *self, const VtPublishItem *item, GError **error)
{
    g_autofree char *locale = NULL;
    gint64 asset_id = 0;
    VtSetKey key = {0};

    g_hash_table_insert(self->planned, (gpointer)(gsize)&item->document_id, (gpointer)(gsize)item);
    if (!vt_set_of_document(self->db, item->document_id, &key, error))
        return FALSE;
    if (key.product_id != 0) {
        GArray *items = touch(self, key.product_id);

        if (items != NULL)
            g_array_append_vals(items, item, 1);
        return TRUE;
    }
    return vt_asset_of_document(self->db, item->document_id, &asset_id, &locale, error) &&
           (asset_id == 0 || touch_asset(self, asset_id, error));
}

static const VtShownAsset *
find_asset(Report *self, gint64 asset_id, GError **error)
{
    VtShownAsset *asset = g_hash_table_lookup(self->assets, &asset_id);

    if (asset != NULL)
        return asset;
    asset = vt_shown_asset_load(self->db, asset_id, self->planned, error);
    if (asset != NULL)
        g_hash_table_insert(self->assets, id_new(asset_id), asset);
    return asset;
}

/* What one side shows, in a form that compares: media in order, then swatches. */
typedef struct {
    gint64 asset_id;
    const char *purpose; /* NULL: primary media */
    VtShownRevision revision;
} Medium;

typedef struct {
    VtResolveAnswer answer;
    GArray *media;         /* Medium */
    GPtrArray *primary;    /* const char*: names */
    GPtrArray *additional; /* const char*: names */
} Shown;

static void
shown_clear(Shown *self)
{
    g_clear_pointer(&self->media, g_array_unref);
    g_clear_pointer(&self->primary, g_ptr_array_unref);
    g_clear_pointer(&self->additional, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Shown, shown_clear)

/* Where in a product the report is. */
typedef struct {
    Report *report;
    const VtRules *rules[VT_SIDE_COUNT];
    VtResolveContext request;
    int variant; /* -1: the product itself */
} Place;

static gboolean
add_medium(const Place *self,
    VtSide side,
    gint64 asset_id,
    const char *purpose,
    Shown *shown,
    GError **error)
{
    const VtShownAsset *asset = find_asset(self->report, asset_id, error);
    Medium medium = {asset_id, purpose, {0}};

    if (asset == NULL)
        return FALSE;
    if (!vt_shown_asset_in(asset, side, self->request.locale, &medium.revision))
        return TRUE;
    g_array_append_val(shown->media, medium);
    g_ptr_array_add(purpose != NULL ? shown->additional : shown->primary,
        (gpointer)(gsize)vt_shown_asset_name(asset));
    return TRUE;
}

static gboolean
show(const Place *self, VtSide side, Shown *shown, GError **error)
{
    const VtRules *rules = self->rules[side];
    VtResolveSelection selection =
        self->variant >= 0 ? vt_resolve_selection_variant(&rules->product, (guint)self->variant)
                           : VT_RESOLVE_NO_SELECTION;
    const VtResolveNode *node = &shown->answer.node;

    shown->media = g_array_new(FALSE, FALSE, sizeof(Medium));
    shown->primary = g_ptr_array_new();
    shown->additional = g_ptr_array_new();
    shown->answer = vt_resolve_product(rules->sets, rules->n_sets, &rules->product, &self->request,
        &selection, &self->report->options);
    for (guint i = 0; i < node->n_primary; i++)
        if (!add_medium(self, side, node->primary[i], NULL, shown, error))
            return FALSE;
    for (guint i = 0; i < node->n_additional; i++)
        if (!add_medium(self, side, node->additional[i].asset,
                node->additional[i].purpose != NULL ? node->additional[i].purpose : "", shown,
                error))
            return FALSE;
    return TRUE;
}

static gboolean
same_media(const Shown *before, const Shown *after)
{
    if (before->media->len != after->media->len)
        return FALSE;
    for (guint i = 0; i < before->media->len; i++) {
        const Medium *a = &g_array_index(before->media, Medium, i);
        const Medium *b = &g_array_index(after->media, Medium, i);

        if (a->asset_id != b->asset_id || g_strcmp0(a->purpose, b->purpose) != 0 ||
            memcmp(&a->revision, &b->revision, sizeof a->revision) != 0)
            return FALSE;
    }
    return TRUE;
}

static gboolean
same_swatch(const VtResolveSwatch *a, const VtResolveSwatch *b)
{
    return a->dimension == b->dimension && a->value == b->value && a->type == b->type &&
           strcmp(a->hex, b->hex) == 0 && a->asset == b->asset && a->crop == b->crop &&
           (!a->crop || (a->rectangle.x == b->rectangle.x && a->rectangle.y == b->rectangle.y &&
                            a->rectangle.w == b->rectangle.w && a->rectangle.h == b->rectangle.h));
}

/* The product's own swatches; the central ones are no business of a publish. */
static gboolean
same_swatches(const Place *self, const Shown *const *shown)
{
    guint most = vt_resolve_swatches_max(&self->rules[VT_SIDE_BEFORE]->product);
    g_autofree VtResolveSwatchChoice *choices = g_new0(VtResolveSwatchChoice, 2 * most + 1);
    guint n[VT_SIDE_COUNT];

    for (int side = 0; side < VT_SIDE_COUNT; side++) {
        const VtRules *rules = self->rules[side];
        int set = shown[side]->answer.set;

        n[side] = vt_resolve_swatches(&rules->product, set >= 0 ? &rules->sets[set] : NULL, NULL, 0,
            &choices[(guint)side * most]);
    }
    if (n[VT_SIDE_BEFORE] != n[VT_SIDE_AFTER])
        return FALSE;
    for (guint i = 0; i < n[VT_SIDE_BEFORE]; i++)
        if (!same_swatch(choices[i].swatch, choices[most + i].swatch))
            return FALSE;
    return TRUE;
}

static VtDifferenceSide
side_of(const VtRules *rules, const Shown *shown)
{
    int set = shown->answer.set;

    return (VtDifferenceSide){set >= 0 ? &rules->sets[set].context : NULL, shown->answer.node.scope,
        shown->primary, shown->additional};
}

static gboolean
compare_place(const Place *self, GError **error)
{
    g_auto(Shown) before = {0};
    g_auto(Shown) after = {0};
    const Shown *const shown[VT_SIDE_COUNT] = {&before, &after};
    const VtResolveProduct *product = &self->rules[VT_SIDE_BEFORE]->product;
    VtDifference difference = {.channel = self->request.channel,
        .locale = self->request.locale,
        .catalog = self->request.catalog,
        .product = product->id,
        .variant = self->variant >= 0 ? product->variants[self->variant].id : NULL};

    if (!show(self, VT_SIDE_BEFORE, &before, error) || !show(self, VT_SIDE_AFTER, &after, error))
        return FALSE;
    if (same_media(&before, &after) && (self->variant >= 0 || same_swatches(self, shown)))
        return TRUE;
    difference.before = side_of(self->rules[VT_SIDE_BEFORE], &before);
    difference.after = side_of(self->rules[VT_SIDE_AFTER], &after);
    self->report->is_ended = !self->report->each(&difference, self->report->data);
    return TRUE;
}

static gboolean
compare_context(Place *self, GError **error)
{
    int n = (int)self->rules[VT_SIDE_BEFORE]->product.n_variants;

    for (self->variant = -1; self->variant < n && !self->report->is_ended; self->variant++)
        if (!compare_place(self, error))
            return FALSE;
    return TRUE;
}

/* Adds the catalogues that have a set in the place's channel and locale. */
static void
add_catalogs(const Place *self, VtSide side, GPtrArray *catalogs)
{
    const VtRules *rules = self->rules[side];

    for (guint i = 0; i < rules->n_sets; i++) {
        const VtResolveContext *own = &rules->sets[i].context;

        if (!vt_resolve_catalog_is_none(own->catalog) &&
            strcmp(own->channel, self->request.channel) == 0 &&
            vt_resolve_locale_equal(own->locale, self->request.locale) &&
            !g_ptr_array_find_with_equal_func(catalogs, own->catalog, g_str_equal, NULL))
            g_ptr_array_add(catalogs, (gpointer)(gsize)own->catalog);
    }
}

static gboolean
compare_locale(Place *self, GError **error)
{
    g_autoptr(GPtrArray) catalogs = g_ptr_array_new();

    g_ptr_array_add(catalogs, NULL);
    for (int side = 0; side < VT_SIDE_COUNT; side++)
        add_catalogs(self, (VtSide)side, catalogs);
    for (guint i = 0; i < catalogs->len && !self->report->is_ended; i++) {
        self->request.catalog = g_ptr_array_index(catalogs, i);
        if (!compare_context(self, error))
            return FALSE;
    }
    return TRUE;
}

static void
free_set(gpointer data)
{
    VtSetPublished *self = data;

    vt_assignment_free(self->assignment);
    g_free(self);
}

/* The planned sets of a product, but for tombstones and what is taken back. */
static GPtrArray *
load_planned(Report *self, const GArray *items, GError **error)
{
    g_autoptr(GPtrArray) sets = g_ptr_array_new_with_free_func(free_set);

    for (guint i = 0; i < items->len; i++) {
        const VtPublishItem *item = &g_array_index(items, VtPublishItem, i);
        g_autofree char *body = NULL;
        VtSetPublished *set;

        if (item->number != 0 &&
            !vt_revision_body(self->db, item->document_id, item->number, &body, error))
            return NULL;
        if (body == NULL)
            continue;
        set = g_new0(VtSetPublished, 1);
        g_ptr_array_add(sets, set);
        set->document_id = item->document_id;
        set->number = item->number;
        set->assignment = vt_assignment_parse(body, error);
        if (set->assignment == NULL ||
            !vt_set_of_document(self->db, item->document_id, &set->key, error))
            return NULL;
    }
    return g_steal_pointer(&sets);
}

/* What is live once the planned sets are put in its place; borrows from both. */
static GPtrArray *
live_after(const Report *self, const GPtrArray *live, const GPtrArray *planned)
{
    GPtrArray *after = g_ptr_array_new();

    for (guint i = 0; i < live->len; i++) {
        VtSetPublished *set = g_ptr_array_index(live, i);

        if (!g_hash_table_contains(self->planned, &set->document_id))
            g_ptr_array_add(after, set);
    }
    for (guint i = 0; i < planned->len; i++)
        g_ptr_array_add(after, g_ptr_array_index(planned, i));
    return after;
}

static gboolean
compare_channels(Report *self, const VtProduct *product, const VtRules *rules, GError **error)
{
    Place place = {.report = self, .rules = {&rules[VT_SIDE_BEFORE], &rules[VT_SIDE_AFTER]}};

    for (guint i = 0; i < self->channels->len; i++) {
        const VtChannel *channel = g_ptr_array_index(self->channels, i);

        if (!vt_product_is_sold_in(product, channel->channel_id))
            continue;
        place.request.channel = channel->code;
        for (char **locale = channel->locales; *locale != NULL && !self->is_ended; locale++) {
            place.request.locale = *locale;
            if (!compare_locale(&place, error))
                return FALSE;
        }
    }
    return TRUE;
}

static gboolean
compare_product(Report *self, gint64 product_id, const GArray *items, GError **error)
{
    const VtRulesContext context = {self->channels, self->catalogs};
    g_autoptr(VtProduct) product = vt_product_load(self->db, product_id, error);
    g_autoptr(GPtrArray) live =
        product != NULL ? vt_set_published_of_product(self->db, product_id, error) : NULL;
    g_autoptr(GPtrArray) planned = live != NULL ? load_planned(self, items, error) : NULL;
    g_autoptr(GPtrArray) after = NULL;
    VtRules rules[VT_SIDE_COUNT];
    gboolean ok;

    if (planned == NULL)
        return FALSE;
    after = live_after(self, live, planned);
    vt_rules_init(&rules[VT_SIDE_BEFORE], product, live, &context);
    vt_rules_init(&rules[VT_SIDE_AFTER], product, after, &context);
    ok = compare_channels(self, product, rules, error);
    vt_rules_clear(&rules[VT_SIDE_BEFORE]);
    vt_rules_clear(&rules[VT_SIDE_AFTER]);
    if (g_hash_table_size(self->assets) > MAX_ASSETS)
        g_hash_table_remove_all(self->assets);
    return ok;
}

static gboolean
find(Report *self, gint64 tenant_id, const GArray *items, GError **error)
{
    if (!report_init(self, tenant_id, error))
        return FALSE;
    for (guint i = 0; i < items->len; i++)
        if (!plan_item(self, &g_array_index(items, VtPublishItem, i), error))
            return FALSE;
    for (GTreeNode *at = g_tree_node_first(self->products); at != NULL && !self->is_ended;
         at = g_tree_node_next(at))
        if (!compare_product(
                self, *(const gint64 *)g_tree_node_key(at), g_tree_node_value(at), error))
            return FALSE;
    return TRUE;
}

gboolean
vt_difference_find(VtDb *db,
    gint64 tenant_id,
    const GArray *items,
    VtDifferenceEach each,
    gpointer data,
    gboolean *ret_is_cut,
    GError **error)
{
    g_auto(Report) report = {.db = db, .each = each, .data = data};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_READ, error);

    if (tx == NULL || !find(&report, tenant_id, items, error))
        return FALSE;
    *ret_is_cut = report.is_cut;
    return TRUE;
}

static json_t *
side_json(const VtDifferenceSide *self)
{
    return json_pack("{s:s?,s:s?,s:s,s:o,s:o}", "channel",
        self->source != NULL ? self->source->channel : NULL, "locale",
        self->source != NULL ? self->source->locale : NULL, "scope", vt_scope_names[self->scope],
        "primary", vt_json_texts(self->primary), "additional", vt_json_texts(self->additional));
}

static gboolean
tell(const VtDifference *difference, gpointer data)
{
    VtDifferences *self = data;

    if (self->n++ < VT_DIFFERENCE_MAX_TOLD)
        json_array_append_new(self->list,
            json_pack("{s:s,s:s,s:s?,s:s,s:s?,s:o,s:o}", "channel", difference->channel, "locale",
                difference->locale, "catalog", difference->catalog, "product", difference->product,
                "variant", difference->variant, "before", side_json(&difference->before), "after",
                side_json(&difference->after)));
    return TRUE;
}

gboolean
vt_differences_tell(
    VtDb *db, gint64 tenant_id, const GArray *items, VtDifferences *ret_differences, GError **error)
{
    *ret_differences = (VtDifferences){.list = json_array()};
    return vt_difference_find(
        db, tenant_id, items, tell, ret_differences, &ret_differences->is_cut, error);
}

void
vt_differences_clear(VtDifferences *self)
{
    g_clear_pointer(&self->list, json_decref);
}

void
vt_differences_add(const VtDifferences *self, json_t *result)
{
    if (self->list == NULL)
        return;
    json_object_set_new(result, "n_changes", json_integer((json_int_t)self->n));
    json_object_set(result, "changes", self->list);
    json_object_set_new(result, "changes_cut", json_boolean(self->is_cut));
}
