/* Why: sync decides what rows say; this room decides how they reach the file whole or not at all.
 *
 * Every put and delete is one row of work: a statement, its texts by parameter name, and what to
 * report when a row changed. Whether it changed is the statement's own answer (its WHERE compares
 * old and new), so nothing is read before it is written.
 *
 * Holds: rows of a batch carry the log number the store reaches with it; the cursor moves in the
 * same transaction; a batch in which a call failed cannot be committed.
 */
#include "readstore/writer.h"

#include "db/db.h"
#include "db/migrate.h"
#include "readstore/place.h"
#include "readstore/row.h"
#include "readstore/search_index.h"
#include "readstore_sql.h"

#include <string.h>

struct _VtReadstoreWriter {
    char *path;          /* owned */
    guint64 generation;  /* of the file open in db */
    gboolean is_rebuild; /* not installed yet */
    VtDb *db;            /* owned; NULL only after an install that failed */
    gint64 cursor;
    gint64 searched; /* what the search index has seen */
    VtTx *tx;        /* owned; NULL between batches */
    gint64 seq;
    gboolean has_failed;         /* a call of the open batch was refused */
    gboolean has_searched;       /* the open batch brings the search index up */
    VtReadstoreChanges *changes; /* owned; of the open batch */
    VtReadstoreChanges before;   /* the counts of @changes when the open item began */
    guint n_listed;              /* the same of its list */
};

static VtReadstoreChanges *
changes_new(void)
{
    VtReadstoreChanges *self = g_new0(VtReadstoreChanges, 1);

    self->changes = g_array_new(FALSE, FALSE, sizeof(VtReadstoreChange));
    self->texts = g_string_chunk_new(4096);
    return self;
}

void
vt_readstore_changes_free(VtReadstoreChanges *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->changes);
    g_string_chunk_free(self->texts);
    g_free(self);
}

static gboolean
store_find(VtDb *db, const char *name, char **ret_value, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_store_find, error);
    g_autofree char *value = NULL;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "name", name);
    if (vt_stmt_next(stmt))
        value = g_strdup(vt_stmt_text(stmt, "value"));
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    *ret_value = g_steal_pointer(&value);
    return TRUE;
}

static gboolean
store_put(VtDb *db, const char *name, const char *value, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_store_put, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "name", name);
    vt_stmt_bind_text(stmt, "value", value);
    return vt_stmt_exec(stmt, NULL, error);
}

/* Writes the name into a new store, compares it in an old one. */
static gboolean
claim(VtDb *db, const char *name, const char *value, GError **error)
{
    g_autofree char *known = NULL;

    if (!store_find(db, name, &known, error))
        return FALSE;
    if (known == NULL)
        return store_put(db, name, value, error);
    if (strcmp(known, value) != 0)
        return vt_throw(error, VT_ERROR_CONFLICT,
            "the read store is of %s '%s', not '%s': rebuild it", name, known, value);
    return TRUE;
}

static gboolean
migrate(VtDb *db, GError **error)
{
    const VtMigration list[] = {{"readstore", 1, &vt_sql_schema_readstore_1},
        {"readstore", 2, &vt_sql_schema_readstore_2}, vt_search_index_migration};

    return vt_db_migrate(db, list, G_N_ELEMENTS(list), error);
}

/* A number of the store's own; a new store has 0. */
static gboolean
claim_number(VtDb *db, const char *name, gboolean is_new, gint64 *ret_number, GError **error)
{
    g_autofree char *text = NULL;

    if (!store_find(db, name, &text, error))
        return FALSE;
    if (text == NULL && !is_new)
        return vt_throw(error, VT_ERROR_CONFLICT,
            "the read store is of an older form, without '%s': rebuild it", name);
    *ret_number = text != NULL ? g_ascii_strtoll(text, NULL, 10) : 0;
    return text != NULL || store_put(db, name, "0", error);
}

/* Opens the file of the writer's generation and learns how far it is. */
static gboolean
open_file(VtReadstoreWriter *self, const char *tenant, const char *database, GError **error)
{
    g_autofree char *file = vt_readstore_place_file(self->path, self->generation);
    g_autofree char *url = g_strconcat("sqlite:", file, NULL);
    g_autofree char *cursor = NULL;
    g_autoptr(VtTx) tx = NULL;

    self->db = vt_db_open(url, VT_DB_DERIVED, error);
    if (self->db == NULL || !migrate(self->db, error))
        return FALSE;
    tx = vt_tx_begin(self->db, VT_TX_WRITE, error);
    if (tx == NULL || !store_find(self->db, "cursor", &cursor, error) ||
        !claim(self->db, "tenant", tenant, error) ||
        !claim(self->db, "database", database, error) ||
        !claim_number(self->db, "cursor", TRUE, &self->cursor, error) ||
        !claim_number(self->db, VT_SEARCH_INDEX_SEEN, cursor == NULL, &self->searched, error))
        return FALSE;
    return vt_tx_commit(tx, error);
}

VtReadstoreWriter *
vt_readstore_writer_rebuild(
    const char *path, const char *tenant, const char *database, GError **error)
{
    g_autoptr(VtReadstoreWriter) self = g_new0(VtReadstoreWriter, 1);
    g_autoptr(GError) local = NULL;
    guint64 current = 0;

    self->path = g_strdup(path);
    if (!vt_readstore_place_generation(path, &current, &local) &&
        !vt_error_is(local, VT_ERROR_DAMAGED)) { /* a file answers until its successor is there */
        g_propagate_error(error, g_steal_pointer(&local));
        return NULL;
    }
    self->generation = current + 1;
    self->is_rebuild = TRUE;
    vt_readstore_place_remove(path, self->generation);
    if (!open_file(self, tenant, database, error))
        return NULL;
    return g_steal_pointer(&self);
}

VtReadstoreWriter *
vt_readstore_writer_open(const char *path, const char *tenant, const char *database, GError **error)
{
    g_autoptr(VtReadstoreWriter) self = NULL;
    guint64 current = 0;

    if (!vt_readstore_place_generation(path, &current, error))
        return NULL;
    if (current == 0) {
        self = vt_readstore_writer_rebuild(path, tenant, database, error);
        if (self == NULL || !vt_readstore_writer_install(self, error))
            return NULL;
        return g_steal_pointer(&self);
    }
    vt_readstore_place_tidy(path, current);
    self = g_new0(VtReadstoreWriter, 1);
    self->path = g_strdup(path);
    self->generation = current;
    if (!open_file(self, tenant, database, error))
        return NULL;
    return g_steal_pointer(&self);
}

gboolean
vt_readstore_writer_install(VtReadstoreWriter *self, GError **error)
{
    g_autofree char *file = vt_readstore_place_file(self->path, self->generation);
    g_autofree char *url = g_strconcat("sqlite:", file, NULL);

    g_return_val_if_fail(self->is_rebuild && self->tx == NULL && self->db != NULL, FALSE);

    g_clear_pointer(&self->db, vt_db_free);
    if (!vt_readstore_place_install(self->path, self->generation, error))
        return FALSE;
    self->is_rebuild = FALSE;
    self->db = vt_db_open(url, VT_DB_DERIVED, error);
    return self->db != NULL;
}

void
vt_readstore_writer_free(VtReadstoreWriter *self)
{
    if (self == NULL)
        return;
    vt_readstore_batch_abort(self);
    vt_db_free(self->db);
    if (self->is_rebuild)
        vt_readstore_place_remove(self->path, self->generation);
    g_free(self->path);
    g_free(self);
}

gint64
vt_readstore_writer_cursor(const VtReadstoreWriter *self)
{
    return self->cursor;
}

gint64
vt_readstore_writer_searched(const VtReadstoreWriter *self)
{
    return self->searched;
}

gboolean
vt_readstore_batch_begin(VtReadstoreWriter *self, gint64 seq, GError **error)
{
    g_return_val_if_fail(self->tx == NULL && self->db != NULL, FALSE);

    if (seq < self->cursor)
        return vt_throw(error, VT_ERROR_CONFLICT,
            "the read store is at %" G_GINT64_FORMAT ", past %" G_GINT64_FORMAT, self->cursor, seq);
    self->tx = vt_tx_begin(self->db, VT_TX_WRITE, error);
    if (self->tx == NULL)
        return FALSE;
    self->seq = seq;
    self->has_failed = FALSE;
    self->has_searched = FALSE;
    self->changes = changes_new();
    self->changes->is_cut = self->is_rebuild;
    return TRUE;
}

void
vt_readstore_batch_abort(VtReadstoreWriter *self)
{
    g_clear_pointer(&self->tx, vt_tx_free);
    g_clear_pointer(&self->changes, vt_readstore_changes_free);
}

/* The store reaches the batch's log number in what @name stands for. */
static gboolean
store_reach(VtReadstoreWriter *self, const char *name, GError **error)
{
    char number[24];

    g_snprintf(number, sizeof number, "%" G_GINT64_FORMAT, self->seq);
    return store_put(self->db, name, number, error);
}

static gboolean
finish(VtReadstoreWriter *self, GError **error)
{
    if (self->has_failed)
        return vt_throw(error, VT_ERROR_CONFLICT, "a row of the batch was refused");
    return store_reach(self, "cursor", error) && vt_tx_commit(self->tx, error);
}

gboolean
vt_readstore_batch_commit(VtReadstoreWriter *self, VtReadstoreChanges **ret_changes, GError **error)
{
    g_return_val_if_fail(self->tx != NULL, FALSE);

    if (!finish(self, error)) {
        vt_readstore_batch_abort(self);
        return FALSE;
    }
    self->cursor = self->seq;
    if (self->has_searched)
        self->searched = self->seq;
    if (ret_changes != NULL)
        *ret_changes = g_steal_pointer(&self->changes);
    vt_readstore_batch_abort(self);
    return TRUE;
}

static gboolean
run_plain(VtReadstoreWriter *self, const VtSql *sql, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, sql, error);

    return stmt != NULL && vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_readstore_item_begin(VtReadstoreWriter *self, GError **error)
{
    g_return_val_if_fail(self->tx != NULL && !self->has_failed, FALSE);

    self->before = *self->changes;
    self->n_listed = self->changes->changes->len;
    return run_plain(self, &vt_sql_item_begin, error);
}

gboolean
vt_readstore_item_end(VtReadstoreWriter *self, gboolean keep, GError **error)
{
    g_return_val_if_fail(self->tx != NULL, FALSE);

    if (!keep) {
        if (!run_plain(self, &vt_sql_item_undo, error))
            return FALSE;
        *self->changes = self->before;
        g_array_set_size(self->changes->changes, self->n_listed);
        self->has_failed = FALSE;
    }
    return run_plain(self, &vt_sql_item_end, error);
}

gboolean
vt_readstore_index_search(VtReadstoreWriter *self, GError **error)
{
    g_autoptr(GError) problem = NULL;

    if (!vt_readstore_item_begin(self, error))
        return FALSE;
    self->has_searched = vt_search_index_refresh(self->db, self->searched, &problem) &&
                         store_reach(self, VT_SEARCH_INDEX_SEEN, &problem);
    if (!vt_readstore_item_end(self, self->has_searched, error))
        return FALSE;
    if (problem != NULL)
        g_propagate_error(error, g_steal_pointer(&problem));
    return self->has_searched;
}

/* A parameter of a statement; @text NULL binds nothing. */
typedef struct {
    const char *name, *text;
} Text;

typedef struct {
    const char *name;
    gint64 number;
} Number;

static const char *
keep(VtReadstoreChanges *self, const char *text)
{
    return text != NULL ? g_string_chunk_insert(self->texts, text) : NULL;
}

static void
report(VtReadstoreChanges *self, const VtReadstoreChange *change)
{
    VtReadstoreChange kept = *change;

    self->n_changed++;
    if (self->is_cut)
        return;
    if (self->changes->len == VT_READSTORE_MAX_CHANGES) {
        self->is_cut = TRUE;
        return;
    }
    kept.channel = keep(self, change->channel);
    kept.locale = keep(self, change->locale);
    kept.name = keep(self, change->name);
    g_array_append_val(self->changes, kept);
}

static gboolean
check_texts(const Text *texts, gsize n, GError **error)
{
    for (gsize i = 0; i < n; i++) {
        gsize most =
            strcmp(texts[i].name, "body") == 0 ? VT_READSTORE_MAX_BODY : VT_READSTORE_MAX_TEXT;

        if (texts[i].text != NULL && strlen(texts[i].text) > most)
            return vt_throw(error, VT_ERROR_TOO_LARGE,
                "a read store's '%s' is longer than %" G_GSIZE_FORMAT " bytes", texts[i].name,
                most);
    }
    return TRUE;
}

static gboolean
run(VtReadstoreWriter *self,
    const VtSql *sql,
    const Text *texts,
    gsize n_texts,
    const Number *numbers,
    gsize n_numbers,
    guint64 *ret_changed,
    GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;

    if (!check_texts(texts, n_texts, error))
        return FALSE;
    stmt = vt_db_stmt(self->db, sql, error);
    if (stmt == NULL)
        return FALSE;
    for (gsize i = 0; i < n_texts; i++)
        vt_stmt_bind_text(stmt, texts[i].name, texts[i].text);
    for (gsize i = 0; i < n_numbers; i++)
        vt_stmt_bind_int(stmt, numbers[i].name, numbers[i].number);
    vt_stmt_bind_int(stmt, "seq", self->seq);
    return vt_stmt_exec(stmt, ret_changed, error);
}

static gboolean
apply(VtReadstoreWriter *self,
    const VtSql *sql,
    const VtReadstoreChange *change,
    const Text *texts,
    gsize n_texts,
    const Number *numbers,
    gsize n_numbers,
    GError **error)
{
    guint64 n_changed = 0;

    g_return_val_if_fail(self->tx != NULL, FALSE);

    self->changes->n_put++;
    if (!run(self, sql, texts, n_texts, numbers, n_numbers, &n_changed, error)) {
        self->has_failed = TRUE;
        return FALSE;
    }
    if (n_changed > 0)
        report(self->changes, change);
    return TRUE;
}

gboolean
vt_readstore_put_product(VtReadstoreWriter *self,
    const char *channel,
    const char *locale,
    const char *product,
    const char *body,
    GError **error)
{
    const VtReadstoreChange change = {VT_READSTORE_PRODUCT, FALSE, 0, channel, locale, product};
    const Text texts[] = {
        {"channel", channel}, {"locale", locale}, {"product", product}, {"body", body}};

    return apply(
        self, &vt_sql_product_row_put, &change, texts, G_N_ELEMENTS(texts), NULL, 0, error);
}

gboolean
vt_readstore_delete_product(VtReadstoreWriter *self,
    const char *channel,
    const char *locale,
    const char *product,
    GError **error)
{
    const VtReadstoreChange change = {VT_READSTORE_PRODUCT, TRUE, 0, channel, locale, product};
    const Text texts[] = {{"channel", channel}, {"locale", locale}, {"product", product}};

    return apply(
        self, &vt_sql_product_row_delete, &change, texts, G_N_ELEMENTS(texts), NULL, 0, error);
}

gboolean
vt_readstore_put_category(VtReadstoreWriter *self,
    const char *channel,
    const char *locale,
    const char *category,
    const char *body,
    GError **error)
{
    const VtReadstoreChange change = {VT_READSTORE_CATEGORY, FALSE, 0, channel, locale, category};
    const Text texts[] = {
        {"channel", channel}, {"locale", locale}, {"category", category}, {"body", body}};

    return apply(
        self, &vt_sql_category_row_put, &change, texts, G_N_ELEMENTS(texts), NULL, 0, error);
}

gboolean
vt_readstore_delete_category(VtReadstoreWriter *self,
    const char *channel,
    const char *locale,
    const char *category,
    GError **error)
{
    const VtReadstoreChange change = {VT_READSTORE_CATEGORY, TRUE, 0, channel, locale, category};
    const Text texts[] = {{"channel", channel}, {"locale", locale}, {"category", category}};

    return apply(
        self, &vt_sql_category_row_delete, &change, texts, G_N_ELEMENTS(texts), NULL, 0, error);
}

gboolean
vt_readstore_put_variant(
    VtReadstoreWriter *self, const char *variant, const char *product, GError **error)
{
    const VtReadstoreChange change = {VT_READSTORE_VARIANT, .name = variant};
    const Text texts[] = {{"variant", variant}, {"product", product}};

    return apply(
        self, &vt_sql_variant_alias_put, &change, texts, G_N_ELEMENTS(texts), NULL, 0, error);
}

gboolean
vt_readstore_delete_variant(VtReadstoreWriter *self, const char *variant, GError **error)
{
    const VtReadstoreChange change = {VT_READSTORE_VARIANT, TRUE, .name = variant};
    const Text texts[] = {{"variant", variant}};

    return apply(
        self, &vt_sql_variant_alias_delete, &change, texts, G_N_ELEMENTS(texts), NULL, 0, error);
}

gboolean
vt_readstore_put_product_record(VtReadstoreWriter *self,
    const char *product,
    const char *name,
    const char *words,
    GError **error)
{
    const VtReadstoreChange change = {VT_READSTORE_PRODUCT_RECORD, .name = product};
    const Text texts[] = {{"product", product}, {"name", name}, {"words", words}};

    return apply(
        self, &vt_sql_product_record_put, &change, texts, G_N_ELEMENTS(texts), NULL, 0, error);
}

gboolean
vt_readstore_put_asset(VtReadstoreWriter *self, const VtReadstoreAsset *asset, GError **error)
{
    const VtReadstoreChange change = {
        VT_READSTORE_ASSET, .asset = asset->asset, .locale = asset->locale, .name = asset->name};
    const Text texts[] = {
        {"locale", asset->locale},
        {"name", asset->name},
        {"title", asset->title},
        {"alt", asset->alt},
        {"caption", asset->caption},
        {"hash", asset->hash},
        {"media_type", asset->media_type},
        {"attributes", asset->attributes},
        {"words", asset->words},
    };
    const Number numbers[] = {
        {"asset", asset->asset},
        {"type", asset->type},
        {"bytes", asset->bytes},
        {"width", asset->width},
        {"height", asset->height},
        {"own_binary", asset->own_binary},
    };

    return apply(self, &vt_sql_asset_record_put, &change, texts, G_N_ELEMENTS(texts), numbers,
        G_N_ELEMENTS(numbers), error);
}

gboolean
vt_readstore_delete_asset(VtReadstoreWriter *self, gint64 asset, const char *locale, GError **error)
{
    const VtReadstoreChange change = {VT_READSTORE_ASSET, TRUE, asset, .locale = locale};
    const Text texts[] = {{"locale", locale}};
    const Number numbers[] = {{"asset", asset}};

    return apply(self, &vt_sql_asset_record_delete, &change, texts, 1, numbers, 1, error);
}

gboolean
vt_readstore_put_image(VtReadstoreWriter *self, const VtReadstoreImage *image, GError **error)
{
    const VtReadstoreChange change = {
        VT_READSTORE_IMAGE, .asset = image->asset, .name = image->code};
    g_autofree char *rectangle =
        image->crop ? vt_readstore_rectangle_text(&image->rectangle) : NULL;
    const Text texts[] = {
        {"code", image->code},
        {"modifier", image->modifier},
        {"postmodifier", image->postmodifier},
        {"rectangle", rectangle},
        {"attributes", image->attributes},
    };
    const Number numbers[] = {{"asset", image->asset}};

    return apply(self, &vt_sql_image_record_put, &change, texts, G_N_ELEMENTS(texts), numbers,
        G_N_ELEMENTS(numbers), error);
}

gboolean
vt_readstore_delete_image(VtReadstoreWriter *self, const char *code, GError **error)
{
    const VtReadstoreChange change = {VT_READSTORE_IMAGE, TRUE, .name = code};
    const Text texts[] = {{"code", code}};

    return apply(self, &vt_sql_image_record_delete, &change, texts, 1, NULL, 0, error);
}

gboolean
vt_readstore_put_channel(VtReadstoreWriter *self, const VtReadstoreChannel *channel, GError **error)
{
    const VtReadstoreChange change = {VT_READSTORE_CHANNEL, .channel = channel->code};
    const Text texts[] = {{"channel", channel->code}, {"default_locale", channel->default_locale},
        {"body", channel->body}};

    return apply(
        self, &vt_sql_channel_row_put, &change, texts, G_N_ELEMENTS(texts), NULL, 0, error);
}

gboolean
vt_readstore_delete_channel(VtReadstoreWriter *self, const char *code, GError **error)
{
    const VtReadstoreChange change = {VT_READSTORE_CHANNEL, TRUE, .channel = code};
    const Text texts[] = {{"channel", code}};

    return apply(self, &vt_sql_channel_row_delete, &change, texts, 1, NULL, 0, error);
}

gboolean
vt_readstore_put_configuration(
    VtReadstoreWriter *self, const char *kind, const char *name, const char *body, GError **error)
{
    const VtReadstoreChange change = {VT_READSTORE_CONFIGURATION, .channel = kind, .name = name};
    const Text texts[] = {{"kind", kind}, {"name", name}, {"body", body}};

    return apply(
        self, &vt_sql_configuration_put, &change, texts, G_N_ELEMENTS(texts), NULL, 0, error);
}

gboolean
vt_readstore_delete_configuration(
    VtReadstoreWriter *self, const char *kind, const char *name, GError **error)
{
    const VtReadstoreChange change = {
        VT_READSTORE_CONFIGURATION, TRUE, .channel = kind, .name = name};
    const Text texts[] = {{"kind", kind}, {"name", name}};

    return apply(
        self, &vt_sql_configuration_delete, &change, texts, G_N_ELEMENTS(texts), NULL, 0, error);
}
