#include "manifest/sets.h"

#include "assignment/category_media.h"
#include "base/error.h"
#include "base/locale.h"
#include "catalog/category.h"
#include "catalog/dimension.h"
#include "catalog/product_value.h"
#include "document/revision.h"
#include "publish/publish.h"

#include <string.h>

enum { MAX_PRODUCTS = 256, ROWS_PER_TRANSACTION = 500 };

/* One row's wish. */
typedef struct {
    guint row;
    gboolean is_swatch;
    VtManifestOrders orders;
    union {
        struct {
            VtAssignmentKey node;
            VtMediaGroup group;
            gint64 asset_id;
            gint64 order;
            const char *purpose; /* interned */
        } media;
        VtAssignmentSwatch swatch;
    };
} Wish;

typedef struct {
    VtSetKey key;
    GArray *wishes;        /* Wish, in order of the file */
    VtPublishItem publish; /* document_id 0: nothing */
    gint64 closes;         /* the document, when nothing is left of what is live; else 0 */
    guint severed_by;      /* row that made it in a context of its own, or NO_ROW */
    gboolean is_restored;  /* an earlier attempt of the import has done it */
} Set;
#define NO_ROW G_MAXUINT

/* A product of the catalogue, kept while rows name it. */
typedef struct {
    VtProductRef ref;
    GArray *has; /* VtProductHas; NULL until a dimension is asked for */
} Product;

struct _VtManifestSets {
    const VtManifestContext *context;
    VtManifestAssets *assets;
    GPtrArray *catalogs; /* VtCatalog, owned */
    VtDimensions *dimensions;
    GHashTable *products;   /* id as written, owned -> Product; at most MAX_PRODUCTS */
    GPtrArray *sets;        /* Set, owned, in order of the file */
    GHashTable *by_key;     /* VtSetKey of the set -> Set */
    GStringChunk *purposes; /* interned */
};

static void
free_product(gpointer data)
{
    Product *self = data;

    g_clear_pointer(&self->has, g_array_unref);
    g_free(self);
}

static void
free_set(gpointer data)
{
    Set *self = data;

    g_array_unref(self->wishes);
    g_free(self);
}

static guint
hash_key(gconstpointer data)
{
    const VtSetKey *key = data;

    return g_int64_hash(&key->product_id) * 31 + g_int64_hash(&key->category_id) * 17 +
           g_int64_hash(&key->channel_id) * 7 + g_int64_hash(&key->catalog_id) +
           g_str_hash(key->locale);
}

static gboolean
same_key(gconstpointer a, gconstpointer b)
{
    const VtSetKey *left = a, *right = b;

    return left->product_id == right->product_id && left->category_id == right->category_id &&
           left->channel_id == right->channel_id && left->catalog_id == right->catalog_id &&
           strcmp(left->locale, right->locale) == 0;
}

VtManifestSets *
vt_manifest_sets_new(const VtManifestContext *context, VtManifestAssets *assets, GError **error)
{
    g_autoptr(GPtrArray) catalogs = vt_catalog_list(context->db, context->tenant_id, error);
    VtDimensions *dimensions =
        catalogs != NULL ? vt_dimensions_load(context->db, context->tenant_id, error) : NULL;
    VtManifestSets *self;

    if (dimensions == NULL)
        return NULL;
    self = g_new0(VtManifestSets, 1);
    self->context = context;
    self->assets = assets;
    self->catalogs = g_steal_pointer(&catalogs);
    self->dimensions = dimensions;
    self->products = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_product);
    self->sets = g_ptr_array_new_with_free_func(free_set);
    self->by_key = g_hash_table_new(hash_key, same_key);
    self->purposes = g_string_chunk_new(1024);
    return self;
}

void
vt_manifest_sets_free(VtManifestSets *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->catalogs);
    vt_dimensions_free(self->dimensions);
    g_hash_table_unref(self->products);
    g_hash_table_unref(self->by_key);
    g_ptr_array_unref(self->sets);
    g_string_chunk_free(self->purposes);
    g_free(self);
}

static Product *
find_product(VtManifestSets *self, const char *code, GError **error)
{
    Product *product = g_hash_table_lookup(self->products, code);
    VtProductRef ref;

    if (product != NULL)
        return product;
    if (!vt_product_find(self->context->db, self->context->tenant_id, code, &ref, error))
        return NULL;
    if (g_hash_table_size(self->products) >= MAX_PRODUCTS)
        g_hash_table_remove_all(self->products);
    product = g_new0(Product, 1);
    product->ref = ref;
    g_hash_table_insert(self->products, g_strdup(code), product);
    return product;
}

static gboolean
has_value(const Product *product, gint64 dimension_id, gint64 value_id)
{
    for (guint i = 0; i < product->has->len; i++) {
        const VtProductHas *has = &g_array_index(product->has, VtProductHas, i);

        if (has->dimension_id == dimension_id && has->value_id == value_id)
            return TRUE;
    }
    return FALSE;
}

static gboolean
find_value(VtManifestSets *self,
    Product *product,
    const char *name,
    const char *value,
    VtAssignmentValue *ret_value,
    gboolean *ret_lacks_central,
    GError **error)
{
    const VtDimension *dimension = vt_dimensions_find(self->dimensions, name);
    const VtDimensionValue *found =
        dimension != NULL ? vt_dimension_find_value(dimension, value) : NULL;

    if (product->has == NULL)
        product->has = vt_product_value_list(self->context->db, product->ref.product_id, error);
    if (product->has == NULL)
        return FALSE;
    if (found == NULL || !has_value(product, dimension->dimension_id, found->value_id))
        return vt_throw(error, VT_ERROR_DIMENSION, "the product has no %s '%s'", name, value);
    *ret_value = (VtAssignmentValue){dimension->dimension_id, found->value_id};
    *ret_lacks_central = found->swatch_hex == NULL;
    return TRUE;
}

static gboolean
find_cell(
    VtManifestSets *self, Product *product, char **pairs, VtAssignmentKey *node, GError **error)
{
    for (; *pairs != NULL; pairs += 2) {
        VtAssignmentValue value;
        gboolean lacks_central;

        if (!find_value(self, product, pairs[0], pairs[1], &value, &lacks_central, error))
            return FALSE;
        if (!vt_assignment_key_add(node, value.dimension_id, value.value_id))
            return vt_throw(
                error, VT_ERROR_DIMENSION, "the dimension '%s' is named twice", pairs[0]);
    }
    return TRUE;
}

static gboolean
find_in_product(
    VtManifestSets *self, const VtManifestRow *row, VtManifestPlace *place, GError **error)
{
    static const VtScope scope[] = {[VT_MANIFEST_ENTITY_MASTER] = VT_SCOPE_MASTER,
        [VT_MANIFEST_ENTITY_VARIANT] = VT_SCOPE_VARIANT,
        [VT_MANIFEST_ENTITY_MATRIX] = VT_SCOPE_DIMENSIONS,
        [VT_MANIFEST_ENTITY_SWATCH] = VT_SCOPE_MASTER};
    Product *product = find_product(self, row->key[0], error);
    gboolean wants_variant = row->entity == VT_MANIFEST_ENTITY_VARIANT;

    if (product == NULL)
        return FALSE;
    if ((product->ref.variant_id != 0) != wants_variant)
        return vt_throw(error, VT_ERROR_ENTITY_NOT_FOUND, "'%s' is %s variant", row->key[0],
            wants_variant ? "no" : "a");
    place->key.product_id = product->ref.product_id;
    place->node.scope = scope[row->entity];
    place->node.variant_id = product->ref.variant_id;
    if (row->entity == VT_MANIFEST_ENTITY_MATRIX)
        return find_cell(self, product, row->key + 1, &place->node, error);
    if (row->entity == VT_MANIFEST_ENTITY_SWATCH)
        return find_value(
            self, product, row->key[1], row->key[2], &place->value, &place->lacks_central, error);
    return TRUE;
}

static gboolean
find_node(VtManifestSets *self, const VtManifestRow *row, VtManifestPlace *place, GError **error)
{
    if (row->entity != VT_MANIFEST_ENTITY_CATEGORY)
        return find_in_product(self, row, place, error);
    place->node.scope = VT_SCOPE_MASTER;
    return vt_category_find(
        self->context->db, self->context->tenant_id, row->key[0], &place->key.category_id, error);
}

gboolean
vt_manifest_sets_resolve(
    VtManifestSets *self, const VtManifestRow *row, VtManifestPlace *ret_place, GError **error)
{
    VtManifestPlace place = {0};

    if (!vt_channel_parse(self->context->channels, row->cell[VT_COLUMN_ENTITY_CHANNEL],
            &place.key.channel_id, error) ||
        !vt_catalog_parse(self->catalogs, row->cell[VT_COLUMN_CATALOG_NUMBER], place.key.channel_id,
            &place.key.catalog_id, error) ||
        !find_node(self, row, &place, error) || !vt_set_key_check(&place.key, error))
        return FALSE;
    g_strlcpy(place.key.locale, row->entity_locale, sizeof place.key.locale);
    *ret_place = place;
    return TRUE;
}

static Set *
set_of(VtManifestSets *self, const VtSetKey *key)
{
    Set *set = g_hash_table_lookup(self->by_key, key);

    if (set == NULL) {
        set = g_new0(Set, 1);
        set->key = *key;
        set->wishes = g_array_new(FALSE, TRUE, sizeof(Wish));
        g_ptr_array_add(self->sets, set);
        g_hash_table_insert(self->by_key, &set->key, set);
    }
    return set;
}

/* Whether SwatchValue repeats the row's own asset, which may have another name by now. */
static gboolean
names_own_medium(const VtManifestRow *row, const char *value)
{
    return row->has_media && (strcmp(value, row->cell[VT_COLUMN_MEDIA_DISPLAY_NAME]) == 0 ||
                                 strcmp(value, row->cell[VT_COLUMN_INTERNAL_MEDIA_ID]) == 0);
}

static gboolean
make_swatch(VtManifestSets *self,
    const VtManifestRow *row,
    const VtManifestPlace *place,
    gint64 asset_id,
    VtAssignmentSwatch *swatch,
    GError **error)
{
    const char *value = row->cell[VT_COLUMN_SWATCH_VALUE];

    swatch->value = place->value;
    if (vt_manifest_action_takes_back(row->assign.action))
        return TRUE;
    if (row->hex != NULL) {
        swatch->type = VT_SWATCH_TYPE_HEX;
        g_strlcpy(swatch->hex, row->hex, sizeof swatch->hex);
        return TRUE;
    }
    if (*value != '\0' && !names_own_medium(row, value) &&
        !vt_manifest_assets_find(self->assets, value, &asset_id, error))
        return FALSE;
    swatch->type = VT_SWATCH_TYPE_IMAGE;
    swatch->asset_id = asset_id;
    swatch->is_cropped = row->is_cropped;
    memcpy(swatch->crop, row->crop, sizeof swatch->crop);
    return TRUE;
}

gboolean
vt_manifest_sets_add(VtManifestSets *self,
    const VtManifestRow *row,
    const VtManifestPlace *place,
    gint64 asset_id,
    GError **error)
{
    const char *purpose = row->cell[VT_COLUMN_MEDIA_PURPOSE];
    Wish wish = {.row = row->index, .orders = row->assign};

    if (row->entity == VT_MANIFEST_ENTITY_SWATCH) {
        wish.is_swatch = TRUE;
        if (!make_swatch(self, row, place, asset_id, &wish.swatch, error))
            return FALSE;
    } else {
        wish.media.node = place->node;
        wish.media.group = row->group;
        wish.media.asset_id = asset_id;
        wish.media.order = row->order;
        wish.media.purpose = g_string_chunk_insert_const(self->purposes, purpose);
    }
    g_array_append_val(set_of(self, &place->key)->wishes, wish);
    return TRUE;
}

static gboolean
put(VtManifestSets *self,
    const Set *set,
    VtAssignment *assignment,
    const Wish *wish,
    GError **error)
{
    if (set->key.category_id != 0)
        return vt_category_media_put(
            self->context->db, assignment, wish->media.group, wish->media.asset_id, error);
    if (!wish->is_swatch)
        return vt_assignment_put(assignment, &wish->media.node, wish->media.group,
            wish->media.asset_id, wish->media.purpose, wish->media.order, error);
    vt_assignment_put_swatch(assignment, &wish->swatch);
    return TRUE;
}

static gboolean
take_out(const Set *set, VtAssignment *assignment, const Wish *wish)
{
    static const VtAssignmentKey master = {.scope = VT_SCOPE_MASTER};

    if (wish->is_swatch)
        return vt_assignment_remove_swatch(assignment, &wish->swatch.value);
    return vt_assignment_remove(assignment, set->key.category_id != 0 ? &master : &wish->media.node,
        wish->media.group, wish->media.asset_id, wish->media.purpose);
}

/* What became of the wishes of one set. */
typedef struct {
    guint n_drafts, n_publish, n_back, n_deletes;
    GArray *taken; /* indexes of the wishes that are in */
} Taken;

static void
taken_clear(Taken *self)
{
    g_array_unref(self->taken);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Taken, taken_clear)

static void
count(Taken *taken, guint index, VtManifestAction action)
{
    taken->n_drafts += action == VT_ACTION_DRAFT;
    taken->n_publish += action == VT_ACTION_PUBLISH_NOW;
    taken->n_back += vt_manifest_action_takes_back(action);
    taken->n_deletes += action == VT_ACTION_UNPUBLISH_AND_DELETE;
    g_array_append_val(taken->taken, index);
}

/* What a row asks of the draft: Unpublish leaves it alone. */
static gboolean
change_head(
    VtManifestSets *self, const Set *set, VtAssignment *head, const Wish *wish, GError **error)
{
    if (!vt_manifest_action_takes_back(wish->orders.action))
        return put(self, set, head, wish, error);
    if (wish->orders.action == VT_ACTION_UNPUBLISH_AND_DELETE)
        take_out(set, head, wish);
    return TRUE;
}

/* Whether a set in this context stops another from being shown. */
static gboolean
severs(const VtSetKey *key)
{
    return key->category_id == 0 &&
           (key->channel_id != VT_CHANNEL_OMNI || strcmp(key->locale, VT_LOCALE_NEUTRAL) != 0);
}

static void
change_heads(VtManifestSets *self,
    const Set *set,
    const VtDocumentState *state,
    VtAssignment *head,
    Taken *taken,
    VtManifestOutcome *outcomes)
{
    for (guint i = 0; i < set->wishes->len; i++) {
        const Wish *wish = &g_array_index(set->wishes, Wish, i);
        VtManifestOutcome *outcome = &outcomes[wish->row];
        g_autoptr(GError) error = NULL;

        if (state->document_id != 0 &&
            !vt_manifest_may_write(self->context, &wish->orders, state->checked_out_by, state->head,
                set->key.category_id != 0 ? "the category's picture" : "the product's media set",
                &error)) {
            vt_manifest_outcome_refuse(outcome, VT_OUTCOME_ENTITY, VT_OUTCOME_SKIPPED, error);
            continue;
        }
        if (!change_head(self, set, head, wish, &error)) {
            vt_manifest_outcome_refuse(outcome, VT_OUTCOME_ENTITY, VT_OUTCOME_FAILED, error);
            continue;
        }
        vt_manifest_outcome_set(outcome, VT_OUTCOME_ENTITY, VT_OUTCOME_DONE, NULL);
        count(taken, i, wish->orders.action);
    }
}

/* What becomes of what is live. */
typedef struct {
    gboolean changes;
    gboolean closes; /* nothing is left of it */
    gint64 number;   /* revision that goes live; 0: the head */
} Snapshot;

/* What is live with what the rows put in and take out. */
static gboolean
change_live(
    VtManifestSets *self, const Set *set, const Taken *taken, VtAssignment *live, GError **error)
{
    if (set->key.category_id != 0 && taken->n_publish > 0) /* its one picture is replaced */
        g_ptr_array_set_size(live->nodes, 0);
    for (guint i = 0; i < taken->taken->len; i++) {
        const Wish *wish = &g_array_index(set->wishes, Wish, g_array_index(taken->taken, guint, i));

        if (vt_manifest_action_takes_back(wish->orders.action))
            take_out(set, live, wish);
        else if (wish->orders.action == VT_ACTION_PUBLISH_NOW && !put(self, set, live, wish, error))
            return FALSE;
    }
    vt_assignment_tidy(live);
    return TRUE;
}

/* Makes a revision of what goes live where that is neither the head nor what is live already. */
static gboolean
make_snapshot(VtManifestSets *self,
    const Set *set,
    const VtDocumentState *state,
    const Taken *taken,
    const char *head_text,
    Snapshot *ret_snapshot,
    GError **error)
{
    VtDb *db = self->context->db;
    g_autoptr(VtAssignment) live = vt_set_load(db, state->document_id, state->published, error);
    g_autofree char *before = NULL, *after = NULL;
    Snapshot snapshot = {0};

    if (live == NULL)
        return FALSE;
    before = vt_assignment_format(live);
    if (!change_live(self, set, taken, live, error))
        return FALSE;
    after = vt_assignment_format(live);
    snapshot.changes = state->published == 0 || strcmp(after, before) != 0;
    snapshot.closes = snapshot.changes && taken->n_back > 0 && vt_assignment_is_empty(live);
    if (snapshot.changes && !snapshot.closes && strcmp(after, head_text) != 0 &&
        !vt_set_add_revision(db, state, live, &self->context->actor, &snapshot.number, error))
        return FALSE;
    *ret_snapshot = snapshot;
    return TRUE;
}

/* Whether what goes live has to be made from what is live: it is not simply the head. */
static gboolean
needs_snapshot(const VtDocumentState *state, const Taken *taken)
{
    if (taken->n_back > 0)
        return state->published != 0 || taken->n_publish > 0;
    return taken->n_publish > 0 && (taken->n_drafts > 0 || state->published != state->head);
}

/* Nothing is left of the set: the context inherits again. */
static gboolean
reset_set(VtManifestSets *self, Set *set, VtDocumentState *state, GError **error)
{
    VtDb *db = self->context->db;
    const VtRevisionSpec tombstone = {.comment = "reset"};
    gboolean was_published = FALSE, changed = FALSE;
    gint64 number = 0;

    if (!vt_document_was_published(db, state->document_id, &was_published, error))
        return FALSE;
    if (!was_published)
        return vt_set_delete(db, state->document_id, error);
    set->publish = (VtPublishItem){.document_id = state->document_id};
    return vt_revision_check_in(
        db, state, VT_GROUP_LIVE, &tombstone, &self->context->actor, &number, &changed, error);
}

/* Makes sure of the document, that it is free and that @state tells of it. */
static gboolean
claim(VtManifestSets *self, const Set *set, VtDocumentState *state, GError **error)
{
    const VtManifestContext *context = self->context;
    gboolean is_new = state->document_id == 0, was_edited = state->checked_out_by != 0;
    gint64 document_id = state->document_id;

    if ((was_edited && !vt_manifest_take_over(context, document_id, error)) ||
        (is_new && !vt_set_ensure(context->db, context->tenant_id, &set->key, &context->actor,
                       &document_id, error)))
        return FALSE;
    if (!is_new && !was_edited)
        return TRUE;
    vt_document_state_clear(state);
    return vt_document_state(context->db, document_id, VT_GROUP_LIVE, state, error);
}

/* Writes the new head, and before it what goes live without it. */
static gboolean
write_set(VtManifestSets *self,
    Set *set,
    VtDocumentState *state,
    VtAssignment *head,
    const char *before,
    const Taken *taken,
    GError **error)
{
    g_autofree char *after = NULL;
    Snapshot snapshot = {.changes = taken->n_publish > 0};
    gboolean changed;
    gint64 number = 0;

    if (!claim(self, set, state, error))
        return FALSE;
    vt_assignment_tidy(head);
    after = vt_assignment_format(head);
    if (needs_snapshot(state, taken) &&
        !make_snapshot(self, set, state, taken, after, &snapshot, error))
        return FALSE;
    if (taken->n_deletes > 0 && vt_assignment_is_empty(head) &&
        (state->published == 0 || snapshot.closes))
        return reset_set(self, set, state, error);
    if (strcmp(before, after) != 0 && !vt_set_check_in(self->context->db, state, head,
                                          &self->context->actor, &number, &changed, error))
        return FALSE;
    if (snapshot.closes)
        set->closes = state->document_id;
    else if (snapshot.changes)
        set->publish = (VtPublishItem){state->document_id, snapshot.number};
    return TRUE;
}

/* The first row that put something into a new set of a context of its own. */
static guint
severing_row(const Set *set, const Taken *taken)
{
    for (guint i = 0; severs(&set->key) && i < taken->taken->len; i++) {
        const Wish *wish = &g_array_index(set->wishes, Wish, g_array_index(taken->taken, guint, i));

        if (!vt_manifest_action_takes_back(wish->orders.action))
            return wish->row;
    }
    return NO_ROW;
}

static void
forget_outcome(Set *set)
{
    set->publish = (VtPublishItem){0};
    set->closes = 0;
    set->severed_by = NO_ROW;
}

static gboolean
apply_set(VtManifestSets *self, Set *set, VtManifestOutcome *outcomes, GError **error)
{
    VtDb *db = self->context->db;
    g_auto(VtDocumentState) state = {0};
    g_autoptr(VtAssignment) head = NULL;
    g_autofree char *before = NULL;
    gint64 document_id = 0;
    g_auto(Taken) taken = {.taken = g_array_new(FALSE, FALSE, sizeof(guint))};

    forget_outcome(set);
    if (!vt_set_find(db, &set->key, &document_id, error) ||
        (document_id != 0 && !vt_document_state(db, document_id, VT_GROUP_LIVE, &state, error)))
        return FALSE;
    head = vt_set_load(db, document_id, state.head, error);
    if (head == NULL)
        return FALSE;
    before = vt_assignment_format(head);
    change_heads(self, set, &state, head, &taken, outcomes);
    if (taken.taken->len == 0 || (document_id == 0 && taken.n_back == taken.taken->len))
        return TRUE;
    if (!write_set(self, set, &state, head, before, &taken, error))
        return FALSE;
    if (document_id == 0)
        set->severed_by = severing_row(set, &taken);
    return TRUE;
}

static guint
row_of(const Set *set, guint index)
{
    return g_array_index(set->wishes, Wish, index).row;
}

/* Notes what became of the set for an import that goes on after a kill. */
static void
leave_trail(VtManifestTrail *trail, const Set *set, const VtManifestOutcome *outcomes)
{
    const VtManifestTrailSet done = {row_of(set, 0), set->publish, set->closes, set->severed_by};

    vt_manifest_trail_add_set(trail, &done);
    for (guint i = 0; i < set->wishes->len; i++)
        vt_manifest_trail_add_entity(trail, row_of(set, i), &outcomes[row_of(set, i)]);
}

/* Sets @first to before @end in one transaction. */
static gboolean
apply_range(
    VtManifestSets *self, guint first, guint end, VtManifestOutcome *outcomes, GError **error)
{
    VtManifestTrail *trail = self->context->trail;
    g_autoptr(VtTx) tx = vt_tx_begin(self->context->db, VT_TX_WRITE, error);

    vt_manifest_trail_drop(trail);
    if (tx == NULL)
        return FALSE;
    for (guint i = first; i < end; i++) {
        Set *set = g_ptr_array_index(self->sets, i);

        if (set->is_restored)
            continue;
        if (!apply_set(self, set, outcomes, error))
            return FALSE;
        leave_trail(trail, set, outcomes);
    }
    return vt_manifest_trail_commit(trail, tx, error);
}

/* One set, tried again when another import was faster. */
static gboolean
apply_one(VtManifestSets *self, guint index, VtManifestOutcome *outcomes, GError **error)
{
    for (int attempt = 1;; attempt++) {
        g_autoptr(GError) local = NULL;

        if (apply_range(self, index, index + 1, outcomes, &local))
            return TRUE;
        if (attempt < VT_MANIFEST_ATTEMPTS && vt_manifest_may_pass(local))
            continue;
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
}

/* Each set for itself, so that one that cannot be written fails alone. */
static void
apply_singly(VtManifestSets *self, guint first, guint end, VtManifestOutcome *outcomes)
{
    for (guint i = first; i < end && vt_manifest_trail_check(self->context->trail, NULL); i++) {
        Set *set = g_ptr_array_index(self->sets, i);
        g_autoptr(GError) error = NULL;

        if (set->is_restored || apply_one(self, i, outcomes, &error))
            continue;
        forget_outcome(set);
        for (guint j = 0; j < set->wishes->len; j++)
            vt_manifest_outcome_refuse(
                &outcomes[row_of(set, j)], VT_OUTCOME_ENTITY, VT_OUTCOME_FAILED, error);
    }
}

static void
warn_severed(const VtManifestSets *self, VtManifestOutcome *outcomes)
{
    for (guint i = 0; i < self->sets->len; i++) {
        const Set *set = g_ptr_array_index(self->sets, i);

        if (set->severed_by != NO_ROW)
            vt_manifest_outcome_warn(&outcomes[set->severed_by], VT_IMPORT_WARNING_W_SEVERED,
                "the product has media of its own in this context now and inherits none once they "
                "are published");
    }
}

/* What an earlier attempt of the import has done; TRUE when that is everything. */
static gboolean
restore(VtManifestSets *self)
{
    guint n = 0;

    for (guint i = 0; i < self->sets->len; i++) {
        Set *set = g_ptr_array_index(self->sets, i);
        const VtManifestTrailSet *done =
            vt_manifest_trail_find_set(self->context->trail, row_of(set, 0));

        set->is_restored = done != NULL;
        if (done == NULL)
            continue;
        set->publish = done->publish;
        set->closes = done->closes;
        set->severed_by = done->severed_by;
        n++;
    }
    return n == self->sets->len;
}

static void
leave_out(VtManifestSets *self, guint first, VtManifestOutcome *outcomes)
{
    for (guint i = first; i < self->sets->len; i++) {
        Set *set = g_ptr_array_index(self->sets, i);

        if (set->is_restored)
            continue;
        forget_outcome(set);
        for (guint j = 0; j < set->wishes->len; j++)
            vt_manifest_leave_out(&outcomes[row_of(set, j)], VT_OUTCOME_ENTITY);
    }
}

void
vt_manifest_sets_apply(VtManifestSets *self, VtManifestOutcome *outcomes)
{
    guint first = restore(self) ? self->sets->len : 0;

    while (first < self->sets->len && vt_manifest_trail_check(self->context->trail, NULL) &&
           !vt_manifest_should_stop(self->context)) {
        guint end = first, n_rows = 0;

        for (; end < self->sets->len && (n_rows == 0 || n_rows < ROWS_PER_TRANSACTION); end++)
            n_rows += ((Set *)g_ptr_array_index(self->sets, end))->wishes->len;
        if (!apply_range(self, first, end, outcomes, NULL))
            apply_singly(self, first, end, outcomes);
        first = end;
    }
    leave_out(self, first, outcomes);
    warn_severed(self, outcomes);
}

void
vt_manifest_sets_to_publish(const VtManifestSets *self, GArray *items)
{
    for (guint i = 0; i < self->sets->len; i++) {
        const Set *set = g_ptr_array_index(self->sets, i);

        if (set->publish.document_id != 0)
            g_array_append_val(items, set->publish);
    }
}

void
vt_manifest_sets_to_take_back(const VtManifestSets *self, VtManifestTakeback *takeback)
{
    for (guint i = 0; i < self->sets->len; i++) {
        const Set *set = g_ptr_array_index(self->sets, i);

        if (set->closes != 0)
            vt_manifest_takeback_add_set(takeback, set->closes);
    }
}
