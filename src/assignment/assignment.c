#include "assignment/assignment.h"

#include "base/error.h"

#include <string.h>

static void
clear_row(gpointer data)
{
    VtAssignmentRow *self = data;

    g_free(self->purpose);
}

static void
free_node(gpointer data)
{
    VtAssignmentNode *self = data;

    for (int group = 0; group < VT_MEDIA_GROUP_COUNT; group++)
        g_array_unref(self->rows[group]);
    g_free(self);
}

VtAssignment *
vt_assignment_new(void)
{
    VtAssignment *self = g_new0(VtAssignment, 1);

    self->nodes = g_ptr_array_new_with_free_func(free_node);
    self->swatches = g_array_new(FALSE, TRUE, sizeof(VtAssignmentSwatch));
    return self;
}

void
vt_assignment_free(VtAssignment *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->nodes);
    g_array_unref(self->swatches);
    g_free(self);
}

gboolean
vt_assignment_key_add(VtAssignmentKey *key, gint64 dimension_id, gint64 value_id)
{
    guint at = 0;

    if (key->n_values == VT_PRODUCT_MAX_DIMENSIONS)
        return FALSE;
    while (at < key->n_values && key->values[at].dimension_id < dimension_id)
        at++;
    if (at < key->n_values && key->values[at].dimension_id == dimension_id)
        return FALSE;
    memmove(
        &key->values[at + 1], &key->values[at], (key->n_values - at) * sizeof(VtAssignmentValue));
    key->values[at] = (VtAssignmentValue){dimension_id, value_id};
    key->n_values++;
    return TRUE;
}

static int
compare_int(gint64 a, gint64 b)
{
    return a < b ? -1 : a > b;
}

/* Master first, then cells by their number of values and ids, then variants. */
static int
compare_keys(const VtAssignmentKey *a, const VtAssignmentKey *b)
{
    int difference = compare_int(a->scope, b->scope);

    if (difference == 0)
        difference = compare_int(a->variant_id, b->variant_id);
    if (difference == 0)
        difference = compare_int(a->n_values, b->n_values);
    for (guint i = 0; difference == 0 && i < a->n_values; i++) {
        difference = compare_int(a->values[i].dimension_id, b->values[i].dimension_id);
        if (difference == 0)
            difference = compare_int(a->values[i].value_id, b->values[i].value_id);
    }
    return difference;
}

VtAssignmentNode *
vt_assignment_find(const VtAssignment *self, const VtAssignmentKey *key)
{
    for (guint i = 0; i < self->nodes->len; i++) {
        VtAssignmentNode *node = g_ptr_array_index(self->nodes, i);

        if (compare_keys(&node->key, key) == 0)
            return node;
    }
    return NULL;
}

static VtAssignmentNode *
add_node(VtAssignment *self, const VtAssignmentKey *key)
{
    VtAssignmentNode *node = g_new0(VtAssignmentNode, 1);

    node->key = *key;
    for (int group = 0; group < VT_MEDIA_GROUP_COUNT; group++) {
        node->rows[group] = g_array_new(FALSE, TRUE, sizeof(VtAssignmentRow));
        g_array_set_clear_func(node->rows[group], clear_row);
    }
    g_ptr_array_add(self->nodes, node);
    return node;
}

static int
find_row(const GArray *rows, gint64 asset_id, const char *purpose)
{
    for (guint i = 0; i < rows->len; i++) {
        const VtAssignmentRow *row = &g_array_index(rows, VtAssignmentRow, i);

        if (row->asset_id == asset_id && g_strcmp0(row->purpose, purpose) == 0)
            return (int)i;
    }
    return -1;
}

/* The purpose as it is kept: trimmed for Additional, none for Primary. */
static char *
kept_purpose(VtMediaGroup group, const char *purpose)
{
    if (group == VT_MEDIA_GROUP_PRIMARY)
        return NULL;
    return g_strstrip(g_strdup(purpose != NULL ? purpose : ""));
}

gboolean
vt_assignment_put(VtAssignment *self,
    const VtAssignmentKey *key,
    VtMediaGroup group,
    gint64 asset_id,
    const char *purpose,
    gint64 order,
    GError **error)
{
    VtAssignmentNode *node = vt_assignment_find(self, key);
    g_autofree char *kept = kept_purpose(group, purpose);
    GArray *rows;
    int at;

    if (kept != NULL && strlen(kept) > VT_PURPOSE_MAX)
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "a purpose has at most %d bytes", VT_PURPOSE_MAX);
    if (node == NULL && self->nodes->len >= VT_ASSIGNMENT_MAX_NODES)
        return vt_throw(
            error, VT_ERROR_TOO_LARGE, "more than %d nodes in one set", VT_ASSIGNMENT_MAX_NODES);
    if (node == NULL)
        node = add_node(self, key);
    rows = node->rows[group];
    at = find_row(rows, asset_id, kept);
    if (at < 0 && rows->len >= VT_ASSIGNMENT_MAX_ROWS)
        return vt_throw(
            error, VT_ERROR_TOO_LARGE, "more than %d media in one place", VT_ASSIGNMENT_MAX_ROWS);
    if (at < 0) {
        VtAssignmentRow row = {asset_id, order != 0 ? order : G_MAXINT64, g_steal_pointer(&kept)};

        g_array_append_val(rows, row);
    } else if (order != 0) {
        g_array_index(rows, VtAssignmentRow, at).order = order;
    }
    return TRUE;
}

gboolean
vt_assignment_remove(VtAssignment *self,
    const VtAssignmentKey *key,
    VtMediaGroup group,
    gint64 asset_id,
    const char *purpose)
{
    VtAssignmentNode *node = vt_assignment_find(self, key);
    g_autofree char *kept = kept_purpose(group, purpose);
    int at = node != NULL ? find_row(node->rows[group], asset_id, kept) : -1;

    if (at >= 0)
        g_array_remove_index(node->rows[group], (guint)at);
    return at >= 0;
}

static int
compare_values(const VtAssignmentValue *a, const VtAssignmentValue *b)
{
    int difference = compare_int(a->dimension_id, b->dimension_id);

    return difference != 0 ? difference : compare_int(a->value_id, b->value_id);
}

void
vt_assignment_put_swatch(VtAssignment *self, const VtAssignmentSwatch *swatch)
{
    for (guint i = 0; i < self->swatches->len; i++) {
        VtAssignmentSwatch *old = &g_array_index(self->swatches, VtAssignmentSwatch, i);

        if (compare_values(&old->value, &swatch->value) == 0) {
            *old = *swatch;
            return;
        }
    }
    g_array_append_val(self->swatches, *swatch);
}

gboolean
vt_assignment_remove_swatch(VtAssignment *self, const VtAssignmentValue *value)
{
    for (guint i = 0; i < self->swatches->len; i++)
        if (compare_values(&g_array_index(self->swatches, VtAssignmentSwatch, i).value, value) ==
            0) {
            g_array_remove_index(self->swatches, i);
            return TRUE;
        }
    return FALSE;
}

gboolean
vt_assignment_is_empty(const VtAssignment *self)
{
    for (guint i = 0; i < self->nodes->len; i++)
        for (int group = 0; group < VT_MEDIA_GROUP_COUNT; group++)
            if (((VtAssignmentNode *)g_ptr_array_index(self->nodes, i))->rows[group]->len > 0)
                return FALSE;
    return self->swatches->len == 0;
}

gboolean
vt_assignment_matrix_add(VtAssignment *self, gint64 dimension_id)
{
    if (self->n_matrix == VT_PRODUCT_MAX_DIMENSIONS)
        return FALSE;
    for (guint i = 0; i < self->n_matrix; i++)
        if (self->matrix[i] == dimension_id)
            return FALSE;
    self->matrix[self->n_matrix++] = dimension_id;
    return TRUE;
}

static int
compare_nodes(gconstpointer a, gconstpointer b)
{
    const VtAssignmentNode *const *left = a, *const *right = b;

    return compare_keys(&(*left)->key, &(*right)->key);
}

static int
compare_swatches(gconstpointer a, gconstpointer b)
{
    const VtAssignmentSwatch *left = a, *right = b;

    return compare_values(&left->value, &right->value);
}

/* Insertion sort: stable, and lists are short or nearly in order. */
static void
tidy_rows(GArray *rows)
{
    VtAssignmentRow *row = (VtAssignmentRow *)(gpointer)rows->data;

    for (guint i = 1; i < rows->len; i++) {
        VtAssignmentRow moved = row[i];
        guint at = i;

        for (; at > 0 && row[at - 1].order > moved.order; at--)
            row[at] = row[at - 1];
        row[at] = moved;
    }
    for (guint i = 0; i < rows->len; i++)
        row[i].order = i + 1;
}

void
vt_assignment_tidy(VtAssignment *self)
{
    guint at = 0;

    while (at < self->nodes->len) {
        VtAssignmentNode *node = g_ptr_array_index(self->nodes, at);
        guint n_rows = 0;

        for (int group = 0; group < VT_MEDIA_GROUP_COUNT; group++) {
            tidy_rows(node->rows[group]);
            n_rows += node->rows[group]->len;
        }
        if (n_rows == 0)
            g_ptr_array_remove_index_fast(self->nodes, at);
        else
            at++;
    }
    g_ptr_array_sort(self->nodes, compare_nodes);
    g_array_sort(self->swatches, compare_swatches);
}

static int
compare_ids(gconstpointer a, gconstpointer b)
{
    return compare_int(*(const gint64 *)a, *(const gint64 *)b);
}

static void
collect(const GArray *rows, GArray *ids)
{
    for (guint i = 0; i < rows->len; i++)
        g_array_append_val(ids, g_array_index(rows, VtAssignmentRow, i).asset_id);
}

GArray *
vt_assignment_assets(const VtAssignment *self)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    guint kept = 0;

    for (guint i = 0; i < self->nodes->len; i++)
        for (int group = 0; group < VT_MEDIA_GROUP_COUNT; group++)
            collect(((VtAssignmentNode *)g_ptr_array_index(self->nodes, i))->rows[group], ids);
    for (guint i = 0; i < self->swatches->len; i++) {
        const VtAssignmentSwatch *swatch = &g_array_index(self->swatches, VtAssignmentSwatch, i);

        if (swatch->type == VT_SWATCH_TYPE_IMAGE)
            g_array_append_val(ids, swatch->asset_id);
    }
    g_array_sort(ids, compare_ids);
    for (guint i = 0; i < ids->len; i++)
        if (kept == 0 || g_array_index(ids, gint64, kept - 1) != g_array_index(ids, gint64, i))
            g_array_index(ids, gint64, kept++) = g_array_index(ids, gint64, i);
    return g_array_set_size(ids, kept);
}
