#include "sync/affected.h"

#include "media/asset.h"
#include "readstore/attributes.h"
#include "readstore/tag.h"
#include "sync/edge.h"
#include "sync_sql.h"
#include "tenant/channel.h"

#include <string.h>

/* What of an asset's record changed; LEFT: it is served at an address less. */
enum { WORDS = 1 << 0, PICTURE = 1 << 1, LEFT = 1 << 2 };

struct _VtAffected {
    VtReadstore *store;      /* owned */
    VtReadstoreRead *before; /* owned */
    GHashTable *assets;      /* owned: id (gint64, owned) -> WORDS, PICTURE, LEFT */
};

/* The tags while they are collected. */
typedef struct {
    const VtAffectedAsk *ask;
    VtReadstoreRead *after; /* owned: the store with the batch */
    GHashTable *seen;       /* owned; of texts of @list */
    GPtrArray *list;        /* owned */
} Tags;

static void
tags_clear(Tags *self)
{
    vt_readstore_read_free(self->after);
    g_hash_table_unref(self->seen);
    g_clear_pointer(&self->list, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tags, tags_clear)

VtAffected *
vt_affected_open(const char *path, GError **error)
{
    g_autoptr(VtAffected) self = g_new0(VtAffected, 1);

    self->assets = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    self->store = vt_readstore_new(path, 1);
    self->before = vt_readstore_read_begin(self->store, error);
    return self->before != NULL ? g_steal_pointer(&self) : NULL;
}

void
vt_affected_free(VtAffected *self)
{
    if (self == NULL)
        return;
    vt_readstore_read_free(self->before);
    vt_readstore_free(self->store);
    g_hash_table_unref(self->assets);
    g_free(self);
}

/* When it was published is no fact that an answer shows. */
static char *
attributes_shown(const char *text)
{
    g_auto(VtReadstoreAttributes) attributes = {0};

    vt_readstore_attributes_parse(text, &attributes);
    attributes.modified_s = 0;
    return vt_readstore_attributes_format(&attributes);
}

/* Whether it was served where it is no more. */
static gboolean
has_left(const VtReadstoreAsset *old, const VtReadstoreAsset *new)
{
    g_auto(VtReadstoreAttributes) before = {0};
    g_auto(VtReadstoreAttributes) after = {0};

    vt_readstore_attributes_parse(old->attributes, &before);
    vt_readstore_attributes_parse(new->attributes, &after);
    return (after.not_image && !before.not_image) || (after.not_content && !before.not_content);
}

static guint
compare(const VtReadstoreAsset *old, const VtReadstoreAsset *new)
{
    g_autofree char *old_attributes = attributes_shown(old->attributes);
    g_autofree char *new_attributes = attributes_shown(new->attributes);
    gboolean is_file = old->type != VT_ASSET_TYPE_IMAGE || new->type != VT_ASSET_TYPE_IMAGE;
    gboolean content = g_strcmp0(old->hash, new->hash) != 0 || old->bytes != new->bytes ||
                       g_strcmp0(old->media_type, new->media_type) != 0;
    gboolean both = g_strcmp0(old->name, new->name) != 0 || old->type != new->type ||
                    old->own_binary != new->own_binary ||
                    g_strcmp0(old_attributes, new_attributes) != 0;
    gboolean words = g_strcmp0(old->title, new->title) != 0 || g_strcmp0(old->alt, new->alt) != 0 ||
                     g_strcmp0(old->caption, new->caption) != 0;

    /* answers tell the size and type of files, of pictures only their address */
    return (words || both || (content && is_file) ? WORDS : 0) | (content || both ? PICTURE : 0) |
           (both && has_left(old, new) ? LEFT : 0);
}

static void
note(VtAffected *self, gint64 asset, guint what)
{
    guint known = GPOINTER_TO_UINT(g_hash_table_lookup(self->assets, &asset));

    if (what != 0)
        g_hash_table_insert(
            self->assets, g_memdup2(&asset, sizeof asset), GUINT_TO_POINTER(known | what));
}

gboolean
vt_affected_note_asset(VtAffected *self, const VtReadstoreAsset *record, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(VtReadstoreAsset) old =
        vt_readstore_find_asset(self->before, record->asset, record->locale, &local);

    if (local != NULL && !vt_error_is(local, VT_ERROR_NOT_FOUND)) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    note(self, record->asset,
        old != NULL && strcmp(old->locale, record->locale) == 0 ? compare(old, record)
                                                                : WORDS | PICTURE);
    return TRUE;
}

/* Takes @tag. */
static void
add(Tags *self, char *tag)
{
    if (g_hash_table_contains(self->seen, tag)) {
        g_free(tag);
        return;
    }
    g_hash_table_add(self->seen, tag);
    g_ptr_array_add(self->list, tag);
}

static void
add_product(Tags *self, const char *channel, const char *product)
{
    add(self, vt_tag_product(self->ask->tenant, channel, product));
    /* for lists with more products than a header can name */
    add(self, vt_tag_tenant(self->ask->tenant));
}

/* What a set of products of Omnichannel, or of one channel, shows in the store's channels. */
static gboolean
add_shown(Tags *self, const char *channel, const char *product, gint64 asset, GError **error)
{
    for (guint i = 0; i < self->ask->channels->len; i++) {
        const VtChannel *one = g_ptr_array_index(self->ask->channels, i);
        gboolean shows = FALSE;

        if (strcmp(one->database, self->ask->database) != 0 ||
            (channel != NULL && strcmp(channel, one->code) != 0))
            continue;
        if (!vt_readstore_product_shows(self->after, one->code, product, asset, &shows, error))
            return FALSE;
        if (shows)
            add_product(self, one->code, product);
    }
    return TRUE;
}

static gboolean
add_words(Tags *self, gint64 asset, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->ask->db, &vt_sql_shown_where, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset);
    while (vt_stmt_next(stmt)) {
        const char *product = vt_stmt_text(stmt, "product");
        const char *category = vt_stmt_text(stmt, "category");
        const char *channel = vt_stmt_text(stmt, "channel");

        if (self->list->len > VT_AFFECTED_MAX_TAGS)
            continue;
        if (product != NULL && !add_shown(self, channel, product, asset, error))
            return FALSE;
        if (category != NULL && channel != NULL)
            add(self, vt_tag_category(self->ask->tenant, channel, category));
    }
    return vt_stmt_end(stmt, error);
}

/* Every id of the image server that stands for the asset. */
static gboolean
add_pictures(Tags *self, gint64 asset, GError **error)
{
    g_autoptr(GPtrArray) records = vt_image_record_list(self->ask->db, asset, error);

    for (guint i = 0; records != NULL && i < records->len; i++) {
        const VtImageRecord *record = g_ptr_array_index(records, i);

        add(self, vt_tag_image(self->ask->tenant, record->code));
    }
    return records != NULL;
}

static gboolean
add_assets(Tags *self, GHashTable *assets, GError **error)
{
    GHashTableIter iter;
    gpointer id, what;

    g_hash_table_iter_init(&iter, assets);
    while (g_hash_table_iter_next(&iter, &id, &what)) {
        gint64 asset = *(const gint64 *)id;

        if (((GPOINTER_TO_UINT(what) & PICTURE) != 0 && !add_pictures(self, asset, error)) ||
            ((GPOINTER_TO_UINT(what) & WORDS) != 0 && !add_words(self, asset, error)))
            return FALSE;
    }
    return TRUE;
}

/* A variant's new home needs no tag: its rows change too, and who asked before it had one was
 * refused, which is kept for seconds. Configuration is not shown. */
static void
add_change(Tags *self, const VtReadstoreChange *change)
{
    const char *tenant = self->ask->tenant;

    switch (change->kind) {
    case VT_READSTORE_PRODUCT:
        add_product(self, change->channel, change->name);
        return;
    case VT_READSTORE_CATEGORY:
        add(self, vt_tag_category(tenant, change->channel, change->name));
        return;
    case VT_READSTORE_IMAGE:
        add(self, vt_tag_image(tenant, change->name));
        return;
    case VT_READSTORE_CHANNEL:
        add(self, vt_tag_channel(tenant, change->channel));
        return;
    case VT_READSTORE_ASSET:
    case VT_READSTORE_VARIANT:
    case VT_READSTORE_PRODUCT_RECORD:
    case VT_READSTORE_CONFIGURATION:
        return;
    }
}

static GPtrArray *
everything(const VtAffectedAsk *ask, GError **error)
{
    g_autoptr(GPtrArray) tags = g_ptr_array_new_with_free_func(g_free);

    return vt_edge_add_everything(ask->db, ask->tenant_id, ask->tenant, tags, error)
               ? g_steal_pointer(&tags)
               : NULL;
}

static gboolean
is_still_served(gpointer asset, gpointer what, gpointer data)
{
    return (GPOINTER_TO_UINT(what) & LEFT) == 0;
}

GPtrArray *
vt_affected_tags(
    VtAffected *self, const VtAffectedAsk *ask, const VtReadstoreChanges *changes, GError **error)
{
    g_auto(Tags) tags = {.ask = ask,
        .seen = g_hash_table_new(g_str_hash, g_str_equal),
        .list = g_ptr_array_new_with_free_func(g_free)};

    if (changes->is_cut)
        return everything(ask, error);
    if (ask->only_deleted)
        g_hash_table_foreach_remove(self->assets, is_still_served, NULL);
    for (guint i = 0; i < changes->changes->len; i++) {
        const VtReadstoreChange *change = &g_array_index(changes->changes, VtReadstoreChange, i);

        if (change->kind == VT_READSTORE_ASSET && change->is_deleted)
            note(self, change->asset, WORDS | PICTURE);
        if (change->is_deleted || !ask->only_deleted)
            add_change(&tags, change);
    }
    tags.after = vt_readstore_read_begin(self->store, error);
    if (tags.after == NULL || !add_assets(&tags, self->assets, error))
        return NULL;
    if (tags.list->len > VT_AFFECTED_MAX_TAGS)
        return everything(ask, error);
    return g_steal_pointer(&tags.list);
}
