/* Why: answers are made by many threads from a file that sync changes under them.
 *
 * A read looks at the path, takes an idle session of that very file or opens one, and begins a
 * transaction; the first statement of it (the cursor) pins the snapshot. Sessions of a replaced
 * file are closed when they are met.
 *
 * Holds: the mutex guards the idle list only; a session is in the list or with one read, never
 * both. A session that failed is closed, not kept.
 */
#include "readstore/reader.h"

#include "base/locale.h"
#include "base/thread.h"
#include "db/db.h"
#include "readstore/search_index.h"
#include "readstore/words.h"
#include "readstore_sql.h"
#include "search_index_sql.h"

#include <string.h>
#include <sys/stat.h>

typedef struct {
    VtDb *db; /* owned */
    dev_t device;
    ino_t inode;
} Session;

struct _VtReadstore {
    char *url, *path; /* owned, immutable */
    guint max_idle;   /* immutable */
    VtMutex mutex;
    GPtrArray *idle; /* Session, owned; guarded by mutex */
};

struct _VtReadstoreRead {
    VtReadstore *store; /* borrowed */
    Session *session;   /* owned */
    VtTx *tx;           /* owned */
    gint64 cursor;
    guint64 n_before;   /* statements of the session when the read began */
    gboolean is_broken; /* a statement failed */
};

static void
session_free(Session *self)
{
    if (self == NULL)
        return;
    vt_db_free(self->db);
    g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)

static void
session_destroy(gpointer data)
{
    session_free(data);
}

VtReadstore *
vt_readstore_new(const char *path, guint max_idle)
{
    VtReadstore *self = g_new0(VtReadstore, 1);

    self->path = g_strdup(path);
    self->url = g_strconcat("sqlite:", path, NULL);
    self->max_idle = max_idle;
    self->idle = g_ptr_array_new_with_free_func(session_destroy);
    vt_mutex_init(&self->mutex);
    return self;
}

void
vt_readstore_free(VtReadstore *self)
{
    if (self == NULL)
        return;
    g_ptr_array_unref(self->idle);
    vt_mutex_clear(&self->mutex);
    g_free(self->path);
    g_free(self->url);
    g_free(self);
}

/* The idle session used last; NULL when there is none. */
static Session *
take_idle(VtReadstore *self)
{
    VT_LOCKED(&self->mutex);

    if (self->idle->len == 0)
        return NULL;
    return g_ptr_array_steal_index(self->idle, self->idle->len - 1);
}

static void
give_idle(VtReadstore *self, Session *session)
{
    g_autoptr(Session) too_many = session;
    VT_LOCKED(&self->mutex);

    if (self->idle->len < self->max_idle)
        g_ptr_array_add(self->idle, g_steal_pointer(&too_many));
}

static gboolean
look(VtReadstore *self, struct stat *ret_file, GError **error)
{
    if (stat(self->path, ret_file) != 0)
        return vt_throw_errno(error, "there is no read store '%s' yet", self->path);
    return TRUE;
}

/* The file may be replaced between looking and opening: look again until both agree. */
static Session *
open_session(VtReadstore *self, GError **error)
{
    struct stat before = {0}, after = {0};

    if (!look(self, &after, error))
        return NULL;
    for (;;) {
        g_autoptr(Session) session = g_new0(Session, 1);
        g_autoptr(GError) problem = NULL;

        before = after;
        session->device = before.st_dev;
        session->inode = before.st_ino;
        session->db = vt_db_open(self->url, VT_DB_READ_ONLY | VT_DB_DERIVED, &problem);
        if (!look(self, &after, error))
            return NULL;
        if (before.st_ino != after.st_ino || before.st_dev != after.st_dev)
            continue;
        if (session->db != NULL)
            return g_steal_pointer(&session);
        g_propagate_error(error, g_steal_pointer(&problem));
        return NULL;
    }
}

static Session *
take_session(VtReadstore *self, GError **error)
{
    struct stat file = {0};

    if (!look(self, &file, error))
        return NULL;
    for (;;) {
        g_autoptr(Session) session = take_idle(self);

        if (session == NULL)
            return open_session(self, error);
        if (session->inode == file.st_ino && session->device == file.st_dev)
            return g_steal_pointer(&session);
    }
}

static VtStmt *
statement(VtReadstoreRead *self, const VtSql *sql, GError **error)
{
    VtStmt *stmt = vt_db_stmt(self->session->db, sql, error);

    self->is_broken = self->is_broken || stmt == NULL;
    return stmt;
}

static gboolean
end(VtReadstoreRead *self, VtStmt *stmt, GError **error)
{
    if (vt_stmt_end(stmt, error))
        return TRUE;
    self->is_broken = TRUE;
    return FALSE;
}

/* The one text column of the one row of @stmt; NOT_FOUND when there is none. */
static char *
only_text(VtReadstoreRead *self,
    VtStmt *stmt,
    const char *column,
    const char *what,
    const char *name,
    GError **error)
{
    g_autofree char *text = NULL;

    if (vt_stmt_next(stmt))
        text = g_strdup(vt_stmt_text(stmt, column));
    if (!end(self, stmt, error))
        return NULL;
    if (text == NULL)
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "there is no %s '%s'", what, name);
    return g_steal_pointer(&text);
}

char *
vt_readstore_read_identity(VtReadstoreRead *self, const char *name, GError **error)
{
    g_autoptr(VtStmt) stmt = statement(self, &vt_sql_store_find, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_text(stmt, "name", name);
    return only_text(self, stmt, "value", "name of a read store", name, error);
}

VtReadstoreRead *
vt_readstore_read_begin(VtReadstore *store, GError **error)
{
    g_autoptr(VtReadstoreRead) self = g_new0(VtReadstoreRead, 1);
    g_autofree char *cursor = NULL;

    self->store = store;
    self->session = take_session(store, error);
    if (self->session == NULL)
        return NULL;
    self->tx = vt_tx_begin(self->session->db, VT_TX_READ, error);
    self->is_broken = self->tx == NULL;
    if (self->tx == NULL)
        return NULL;
    cursor = vt_readstore_read_identity(self, "cursor", error);
    if (cursor == NULL)
        return NULL;
    self->cursor = g_ascii_strtoll(cursor, NULL, 10);
    self->n_before = vt_db_n_statements(self->session->db);
    return g_steal_pointer(&self);
}

void
vt_readstore_read_free(VtReadstoreRead *self)
{
    if (self == NULL)
        return;
    vt_tx_free(self->tx);
    if (self->is_broken)
        session_free(self->session);
    else if (self->session != NULL)
        give_idle(self->store, self->session);
    g_free(self);
}

guint64
vt_readstore_read_n_statements(const VtReadstoreRead *self)
{
    return vt_db_n_statements(self->session->db) - self->n_before;
}

gint64
vt_readstore_read_cursor(const VtReadstoreRead *self)
{
    return self->cursor;
}

VtReadstoreProduct *
vt_readstore_find_product(VtReadstoreRead *self,
    const char *channel,
    const char *locale,
    const char *id,
    char **ret_product,
    GError **error)
{
    g_autoptr(VtStmt) stmt = statement(self, &vt_sql_product_row_find, error);
    g_autoptr(VtReadstoreProduct) row = NULL;
    g_autofree char *product = NULL;
    const char *body = NULL;

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_text(stmt, "channel", channel);
    vt_stmt_bind_text(stmt, "locale", locale);
    vt_stmt_bind_text(stmt, "id", id);
    if (vt_stmt_next(stmt)) {
        body = vt_stmt_text(stmt, "body");
        product = g_strdup(vt_stmt_text(stmt, "product"));
        row = vt_readstore_product_decode(body, strlen(body), error);
        if (row == NULL) {
            g_prefix_error(error, "product '%s' in '%s': ", product, channel);
            return NULL;
        }
    }
    if (!end(self, stmt, error))
        return NULL;
    if (row == NULL)
        return vt_throw_null(
            error, VT_ERROR_NOT_FOUND, "there is no product '%s' in '%s'", id, channel);
    if (ret_product != NULL)
        *ret_product = g_steal_pointer(&product);
    return g_steal_pointer(&row);
}

gboolean
vt_readstore_product_shows(VtReadstoreRead *self,
    const char *channel,
    const char *product,
    gint64 asset,
    gboolean *ret_shows,
    GError **error)
{
    g_autoptr(VtStmt) stmt = statement(self, &vt_sql_product_row_bodies, error);
    gboolean shows = FALSE;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "channel", channel);
    vt_stmt_bind_text(stmt, "product", product);
    while (vt_stmt_next(stmt)) {
        const char *body = vt_stmt_text(stmt, "body");
        g_autoptr(VtReadstoreProduct) row = vt_readstore_product_decode(body, strlen(body), error);

        if (row == NULL) {
            g_prefix_error(error, "product '%s' in '%s': ", product, channel);
            return FALSE;
        }
        shows = shows || vt_readstore_product_names(row, asset);
    }
    if (!end(self, stmt, error))
        return FALSE;
    *ret_shows = shows;
    return TRUE;
}

VtReadstoreCategory *
vt_readstore_find_category(VtReadstoreRead *self,
    const char *channel,
    const char *locale,
    const char *category,
    GError **error)
{
    g_autoptr(VtStmt) stmt = statement(self, &vt_sql_category_row_find, error);
    g_autoptr(VtReadstoreCategory) row = NULL;
    g_autofree char *body = NULL;

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_text(stmt, "channel", channel);
    vt_stmt_bind_text(stmt, "locale", locale);
    vt_stmt_bind_text(stmt, "category", category);
    body = only_text(self, stmt, "body", "category", category, error);
    if (body == NULL)
        return NULL;
    row = vt_readstore_category_decode(body, error);
    if (row == NULL)
        g_prefix_error(error, "category '%s' in '%s': ", category, channel);
    return g_steal_pointer(&row);
}

static VtReadstoreAsset *
asset_of(VtStmt *stmt, gint64 asset)
{
    VtReadstoreAsset *record = g_new0(VtReadstoreAsset, 1);

    record->asset = asset;
    record->locale = g_strdup(vt_stmt_text(stmt, "locale"));
    record->name = g_strdup(vt_stmt_text(stmt, "name"));
    record->type = (VtAssetType)vt_stmt_int(stmt, "type");
    record->title = g_strdup(vt_stmt_text(stmt, "title"));
    record->alt = g_strdup(vt_stmt_text(stmt, "alt"));
    record->caption = g_strdup(vt_stmt_text(stmt, "caption"));
    record->hash = g_strdup(vt_stmt_text(stmt, "hash"));
    record->media_type = g_strdup(vt_stmt_text(stmt, "media_type"));
    record->bytes = vt_stmt_int(stmt, "bytes");
    record->width = (int)vt_stmt_int(stmt, "width");
    record->height = (int)vt_stmt_int(stmt, "height");
    record->own_binary = vt_stmt_int(stmt, "own_binary") != 0;
    record->attributes = g_strdup(vt_stmt_text(stmt, "attributes"));
    return record;
}

/* *ret_record is NULL where the asset has no record. */
static gboolean
look_up_asset(VtReadstoreRead *self,
    VtStmt *stmt,
    gint64 asset,
    const char *locale,
    VtReadstoreAsset **ret_record,
    GError **error)
{
    g_autoptr(VtReadstoreAsset) record = NULL;

    vt_stmt_bind_int(stmt, "asset", asset);
    vt_stmt_bind_text(stmt, "locale", locale);
    if (vt_stmt_next(stmt))
        record = asset_of(stmt, asset);
    if (!end(self, stmt, error))
        return FALSE;
    if (record != NULL && (guint)record->type >= VT_ASSET_TYPE_COUNT)
        return vt_throw(error, VT_ERROR_STORAGE,
            "damaged record of asset %" G_GINT64_FORMAT ": type %d", asset, (int)record->type);
    *ret_record = g_steal_pointer(&record);
    return TRUE;
}

VtReadstoreAsset *
vt_readstore_find_asset(VtReadstoreRead *self, gint64 asset, const char *locale, GError **error)
{
    g_autoptr(VtStmt) stmt = statement(self, &vt_sql_asset_record_find, error);
    VtReadstoreAsset *record = NULL;

    if (stmt == NULL || !look_up_asset(self, stmt, asset, locale, &record, error))
        return NULL;
    if (record == NULL)
        return vt_throw_null(
            error, VT_ERROR_NOT_FOUND, "there is no asset %" G_GINT64_FORMAT, asset);
    return record;
}

static void
asset_destroy(gpointer data)
{
    vt_readstore_asset_free(data);
}

gboolean
vt_readstore_find_assets(VtReadstoreRead *self,
    const gint64 *assets,
    guint n,
    const char *locale,
    VtReadstoreAsset **ret_assets,
    GError **error)
{
    g_autoptr(VtStmt) stmt = statement(self, &vt_sql_asset_record_find, error);
    g_autoptr(GPtrArray) found = g_ptr_array_new_full(n, asset_destroy);

    if (stmt == NULL)
        return FALSE;
    for (guint i = 0; i < n; i++) {
        VtReadstoreAsset *record = NULL;

        if (!look_up_asset(self, stmt, assets[i], locale, &record, error))
            return FALSE;
        g_ptr_array_add(found, record);
    }
    for (guint i = 0; i < n; i++)
        ret_assets[i] = g_steal_pointer(&found->pdata[i]);
    return TRUE;
}

VtReadstoreImage *
vt_readstore_find_image(VtReadstoreRead *self, const char *code, GError **error)
{
    g_autoptr(VtStmt) stmt = statement(self, &vt_sql_image_record_find, error);
    g_autoptr(VtReadstoreImage) image = NULL;
    gboolean is_damaged = FALSE;

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_text(stmt, "code", code);
    if (vt_stmt_next(stmt)) {
        const char *rectangle = vt_stmt_text(stmt, "rectangle");

        image = g_new0(VtReadstoreImage, 1);
        image->code = g_strdup(code);
        image->asset = vt_stmt_int(stmt, "asset");
        image->modifier = g_strdup(vt_stmt_text(stmt, "modifier"));
        image->postmodifier = g_strdup(vt_stmt_text(stmt, "postmodifier"));
        image->attributes = g_strdup(vt_stmt_text(stmt, "attributes"));
        image->crop = rectangle != NULL;
        is_damaged =
            rectangle != NULL && !vt_readstore_rectangle_parse(rectangle, &image->rectangle);
    }
    if (!end(self, stmt, error))
        return NULL;
    if (is_damaged)
        return vt_throw_null(error, VT_ERROR_STORAGE, "damaged image record '%s'", code);
    if (image == NULL)
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "there is no image '%s'", code);
    return g_steal_pointer(&image);
}

VtReadstoreChannel *
vt_readstore_find_channel(VtReadstoreRead *self, const char *code, GError **error)
{
    g_autoptr(VtStmt) stmt = statement(self, &vt_sql_channel_row_find, error);
    g_autoptr(VtReadstoreChannel) channel = NULL;

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_text(stmt, "channel", code);
    if (vt_stmt_next(stmt)) {
        channel = g_new0(VtReadstoreChannel, 1);
        channel->code = g_strdup(code);
        channel->default_locale = g_strdup(vt_stmt_text(stmt, "default_locale"));
        channel->body = g_strdup(vt_stmt_text(stmt, "body"));
    }
    if (!end(self, stmt, error))
        return NULL;
    if (channel == NULL)
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "there is no channel '%s'", code);
    return g_steal_pointer(&channel);
}

gboolean
vt_readstore_searched(VtReadstoreRead *self, gint64 *ret_seq, GError **error)
{
    g_autofree char *seen = vt_readstore_read_identity(self, VT_SEARCH_INDEX_SEEN, error);

    if (seen == NULL)
        return FALSE;
    *ret_seq = g_ascii_strtoll(seen, NULL, 10);
    return TRUE;
}

static void
hit_free(gpointer data)
{
    VtReadstoreHit *self = data;

    g_free(self->product);
    g_free(self->name);
    g_clear_pointer(&self->images, g_array_unref);
    g_free(self);
}

void
vt_readstore_hits_clear(VtReadstoreHits *self)
{
    g_clear_pointer(&self->hits, g_ptr_array_unref);
}

/* Numbers with blanks between. */
static GArray *
parse_images(const char *text)
{
    GArray *images = g_array_new(FALSE, FALSE, sizeof(gint64));
    gint64 image;
    char *end;

    for (; text != NULL && *text != '\0'; text = end) {
        image = g_ascii_strtoll(text, &end, 10);
        if (end == text)
            break;
        g_array_append_val(images, image);
    }
    return images;
}

static VtReadstoreHit *
hit_of(VtStmt *stmt, gboolean is_product)
{
    VtReadstoreHit *hit = g_new0(VtReadstoreHit, 1);

    if (!is_product) {
        hit->asset = vt_stmt_int(stmt, "asset");
        return hit;
    }
    hit->product = g_strdup(vt_stmt_text(stmt, "product"));
    hit->name = g_strdup(vt_stmt_text(stmt, "name"));
    hit->images = parse_images(vt_stmt_text(stmt, "images"));
    return hit;
}

/* The question of a text in words of the index; NULL without an error when it has none. */
static char *
ask(const VtReadstoreQuestion *question, GError **error)
{
    g_autofree char *own =
        vt_words_scope(question->channel != NULL ? question->channel : question->locale);
    g_autofree char *neutral = vt_words_scope(VT_LOCALE_NEUTRAL);
    const char *const scopes[] = {own, question->channel != NULL ? NULL : neutral, NULL};

    return vt_words_question(question->text, scopes, error);
}

static gboolean
read_hits(VtReadstoreRead *self,
    const VtReadstoreQuestion *question,
    const char *asked,
    VtReadstoreHits *hits,
    GError **error)
{
    gboolean is_product = question->channel != NULL;
    g_autoptr(VtStmt) stmt =
        statement(self, is_product ? &vt_sql_search_products : &vt_sql_search_assets, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "question", asked);
    vt_stmt_bind_int(stmt, "most", VT_READSTORE_MAX_MATCHES);
    if (is_product) {
        vt_stmt_bind_text(stmt, "channel", question->channel);
        vt_stmt_bind_text(stmt, "locale", question->locale);
    }
    for (; vt_stmt_next(stmt); hits->n_found++) {
        hits->is_cut = vt_stmt_int(stmt, "n_matches") == VT_READSTORE_MAX_MATCHES;
        if (hits->n_found >= question->offset && hits->hits->len < question->limit)
            g_ptr_array_add(hits->hits, hit_of(stmt, is_product));
    }
    return end(self, stmt, error);
}

gboolean
vt_readstore_search(VtReadstoreRead *self,
    const VtReadstoreQuestion *question,
    VtReadstoreHits *ret_hits,
    GError **error)
{
    g_autoptr(GError) refused = NULL;
    g_autofree char *asked = ask(question, &refused);
    g_auto(VtReadstoreHits) hits = {.hits = g_ptr_array_new_with_free_func(hit_free)};

    if (refused != NULL) {
        g_propagate_error(error, g_steal_pointer(&refused));
        return FALSE;
    }
    if (asked != NULL && !read_hits(self, question, asked, &hits, error))
        return FALSE;
    *ret_hits = hits;
    hits.hits = NULL;
    return TRUE;
}

char *
vt_readstore_find_configuration(
    VtReadstoreRead *self, const char *kind, const char *name, GError **error)
{
    g_autoptr(VtStmt) stmt = statement(self, &vt_sql_configuration_find, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_text(stmt, "kind", kind);
    vt_stmt_bind_text(stmt, "name", name);
    return only_text(self, stmt, "body", kind, name, error);
}

gboolean
vt_readstore_list_configuration(VtReadstoreRead *self,
    const char *kind,
    const char *after,
    guint most,
    VtReadstoreEach each,
    gpointer data,
    GError **error)
{
    g_autoptr(VtStmt) stmt = statement(self, &vt_sql_configuration_list, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "kind", kind);
    vt_stmt_bind_text(stmt, "after", after);
    vt_stmt_bind_int(stmt, "most", most);
    while (vt_stmt_next(stmt))
        each(vt_stmt_text(stmt, "name"), vt_stmt_text(stmt, "body"), data);
    return end(self, stmt, error);
}
