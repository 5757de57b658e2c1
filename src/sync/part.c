#include "sync/part.h"

#include "assignment/place.h"
#include "catalog/dimension.h"
#include "changelog/change.h"
#include "media/head.h"
#include "sync/flatten.h"
#include "sync/flatten_category.h"
#include "sync/record.h"

#include <string.h>

#define NO_DATABASE "part" /* where no channel is asked for */

typedef struct {
    VtDb *db;
    const VtPart *part;
    GPtrArray *channels; /* owned */
    GPtrArray *catalogs; /* owned */
    VtFlattenContext context;
    VtReadstoreWriter *writer; /* owned */
    GHashTable *assets;        /* owned: those written, by id */
} Work;

static void
work_clear(Work *self)
{
    g_clear_pointer(&self->writer, vt_readstore_writer_free);
    g_clear_pointer(&self->channels, g_ptr_array_unref);
    g_clear_pointer(&self->catalogs, g_ptr_array_unref);
    g_clear_pointer(&self->assets, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static const VtChannel *
find_channel(const Work *self)
{
    for (guint i = 0; self->part->channel != NULL && i < self->channels->len; i++) {
        const VtChannel *channel = g_ptr_array_index(self->channels, i);

        if (strcmp(channel->code, self->part->channel) == 0)
            return channel;
    }
    return NULL;
}

static gboolean
load(Work *self, GError **error)
{
    gint64 tenant_id = self->part->tenant_id;
    const VtChannel *channel;

    self->assets = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    self->channels = vt_channel_list(self->db, tenant_id, error);
    self->catalogs = self->channels != NULL ? vt_catalog_list(self->db, tenant_id, error) : NULL;
    if (self->catalogs == NULL ||
        !vt_set_read_options(self->db, tenant_id, &self->context.options, error))
        return FALSE;
    channel = find_channel(self);
    self->context.channels = self->channels;
    self->context.catalogs = self->catalogs;
    self->context.database = channel != NULL ? channel->database : NO_DATABASE;
    return TRUE;
}

static gboolean
put_channel(Work *self, GError **error)
{
    const VtChannel *channel = find_channel(self);
    g_autoptr(VtDimensions) dimensions = NULL;

    if (channel == NULL)
        return TRUE;
    dimensions = vt_dimensions_load(self->db, self->part->tenant_id, error);
    return dimensions != NULL && vt_sync_put_channel(self->writer, channel, dimensions, error);
}

static gboolean
put_asset(Work *self, gint64 asset_id, GError **error)
{
    if (asset_id == 0 || !g_hash_table_add(self->assets, g_memdup2(&asset_id, sizeof asset_id)))
        return TRUE;
    return vt_sync_put_asset(self->writer, self->db, NULL, asset_id, error);
}

/* @sets: VtSetPublished, taken. */
static gboolean
put_assets_of(Work *self, GPtrArray *taken, GError **error)
{
    g_autoptr(GPtrArray) sets = taken;

    for (guint i = 0; sets != NULL && i < sets->len; i++) {
        const VtSetPublished *set = g_ptr_array_index(sets, i);
        g_autoptr(GArray) assets = vt_assignment_assets(set->assignment);

        for (guint k = 0; k < assets->len; k++)
            if (!put_asset(self, g_array_index(assets, gint64, k), error))
                return FALSE;
    }
    return sets != NULL;
}

/* TRUE, and @problem freed, when it only says that there is nothing of that name. */
static gboolean
forgive(GError *problem, GError **error)
{
    if (vt_error_is(problem, VT_ERROR_ENTITY_NOT_FOUND)) {
        g_error_free(problem);
        return TRUE;
    }
    g_propagate_error(error, problem);
    return FALSE;
}

static gboolean
put_product(Work *self, const char *code, GError **error)
{
    VtProductRef ref;
    GError *problem = NULL;

    if (!vt_product_find(self->db, self->part->tenant_id, code, &ref, &problem))
        return forgive(problem, error);
    return vt_flatten_live_product(self->writer, self->db, &self->context, ref.product_id, error) &&
           put_assets_of(self, vt_set_published_of_product(self->db, ref.product_id, error), error);
}

static gboolean
put_category(Work *self, const char *code, GError **error)
{
    gint64 category_id = 0;
    GError *problem = NULL;

    if (!vt_category_find(self->db, self->part->tenant_id, code, &category_id, &problem))
        return forgive(problem, error);
    return vt_flatten_live_category(self->writer, self->db, &self->context, category_id, error) &&
           put_assets_of(self, vt_set_published_of_category(self->db, category_id, error), error);
}

static gboolean
put_image(Work *self, const char *code, GError **error)
{
    gint64 asset_id = 0;

    return vt_asset_of_image(self->db, self->part->tenant_id, code, &asset_id, error) &&
           put_asset(self, asset_id, error);
}

static gboolean
put_all(Work *self, GError **error)
{
    const VtPart *part = self->part;

    for (gsize i = 0; part->products != NULL && part->products[i] != NULL; i++)
        if (!put_product(self, part->products[i], error))
            return FALSE;
    return put_channel(self, error) &&
           (part->category == NULL || put_category(self, part->category, error)) &&
           (part->image == NULL || put_image(self, part->image, error));
}

gboolean
vt_part_write(VtDb *db, const VtPart *part, const char *path, GError **error)
{
    g_auto(Work) work = {.db = db, .part = part};
    gint64 seq = 0;

    if (!vt_changelog_head(db, &seq, error) || !load(&work, error))
        return FALSE;
    work.writer = vt_readstore_writer_open(path, part->tenant, work.context.database, error);
    return work.writer != NULL && vt_readstore_batch_begin(work.writer, seq, error) &&
           put_all(&work, error) && vt_readstore_batch_commit(work.writer, NULL, error);
}
