#include "manifest/assets.h"

#include "base/error.h"
#include "base/locale.h"
#include "media/asset_set.h"
#include "media/head.h"
#include "media/member_text.h"
#include "media/variant.h"

#include <stddef.h>
#include <string.h>

enum { MAX_COPIES = 10000 };
#define NO_ROW G_MAXUINT

typedef struct {
    char *locale; /* owned */
    gint64 document_id;
    guint row; /* the last one applied here in this run, or NO_ROW */
    guint batch;
} Variant;

typedef struct {
    VtAsset asset;
    gboolean made_here; /* by this run */
    gboolean renamed;   /* by this run */
    guint batch;        /* that did so last */
    GArray *variants;   /* Variant: those this run has seen */
} Entry;

struct _VtManifestAssets {
    const VtManifestContext *context;
    GHashTable *by_key; /* key, owned -> Entry, one reference */
    guint batch;        /* number of the transaction; 0: of an earlier attempt */
};

/* Which cell says which text of an asset. */
static const struct {
    VtColumn column;
    gsize offset;
} text_row[] = {
    {VT_COLUMN_IMAGE_ALT_TEXT, offsetof(VtAssetContent, alt)},
    {VT_COLUMN_MEDIA_TITLE, offsetof(VtAssetContent, title)},
    {VT_COLUMN_MEDIA_CAPTION, offsetof(VtAssetContent, caption)},
    {VT_COLUMN_MEDIA_DESCRIPTION, offsetof(VtAssetContent, description)},
};

static void
clear_variant(gpointer data)
{
    g_free(((Variant *)data)->locale);
}

static void
clear_entry(gpointer data)
{
    g_array_unref(((Entry *)data)->variants);
}

static void
release_entry(gpointer data)
{
    g_rc_box_release_full(data, clear_entry);
}

static Entry *
new_entry(const VtAsset *asset)
{
    Entry *entry = g_rc_box_new0(Entry);

    entry->asset = *asset;
    entry->variants = g_array_new(FALSE, TRUE, sizeof(Variant));
    g_array_set_clear_func(entry->variants, clear_variant);
    return entry;
}

VtManifestAssets *
vt_manifest_assets_new(const VtManifestContext *context)
{
    VtManifestAssets *self = g_new0(VtManifestAssets, 1);

    self->context = context;
    self->batch = 1;
    self->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, release_entry);
    return self;
}

void
vt_manifest_assets_free(VtManifestAssets *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->by_key);
    g_free(self);
}

/* The ways to name an asset, in the order they are tried. */
typedef enum { BY_SOURCE, BY_ID, BY_NAME, N_WAYS } Way;

static char *
key_of(const VtManifestRow *row, Way way)
{
    const char *provider = row->cell[VT_COLUMN_MEDIA_SOURCE_PROVIDER];
    const char *source = row->cell[VT_COLUMN_MEDIA_SOURCE_ID];
    const char *name = row->cell[VT_COLUMN_MEDIA_DISPLAY_NAME];

    if (way == BY_SOURCE && *provider != '\0' && *source != '\0')
        return g_strdup_printf("s\t%s\t%s", provider, source);
    if (way == BY_ID && row->asset_id != 0)
        return g_strdup_printf("i\t%" G_GINT64_FORMAT, row->asset_id);
    if (way == BY_NAME && *name != '\0')
        return g_strdup_printf("n\t%s", name);
    return NULL;
}

static gboolean
load(VtManifestAssets *self,
    const VtManifestRow *row,
    Way way,
    VtAsset *ret_asset,
    gboolean *ret_found,
    GError **error)
{
    VtDb *db = self->context->db;
    gint64 tenant_id = self->context->tenant_id;

    if (way == BY_SOURCE)
        return vt_asset_by_source(db, tenant_id, row->cell[VT_COLUMN_MEDIA_SOURCE_PROVIDER],
            row->cell[VT_COLUMN_MEDIA_SOURCE_ID], ret_asset, ret_found, error);
    if (way == BY_ID)
        return vt_asset_by_id(db, tenant_id, row->asset_id, ret_asset, ret_found, error);
    return vt_asset_by_name(
        db, tenant_id, row->cell[VT_COLUMN_MEDIA_DISPLAY_NAME], ret_asset, ret_found, error);
}

static void
remember(VtManifestAssets *self, char *key, Entry *entry)
{
    g_hash_table_insert(self->by_key, key, g_rc_box_acquire(entry));
}

/* Under the id and the name it has, whatever it was found by. */
static void
remember_own(VtManifestAssets *self, Entry *entry)
{
    remember(self, g_strdup_printf("i\t%" G_GINT64_FORMAT, entry->asset.asset_id), entry);
    remember(self, g_strdup_printf("n\t%s", entry->asset.name), entry);
}

/* What the run knows of the asset of a row; NULL when it is new. */
static Entry *
known(const VtManifestAssets *self, const VtManifestRow *row)
{
    for (int way = 0; way < N_WAYS; way++) {
        g_autofree char *key = key_of(row, (Way)way);
        Entry *entry = key != NULL ? g_hash_table_lookup(self->by_key, key) : NULL;

        if (entry != NULL)
            return entry;
    }
    return NULL;
}

/* The same asking the database too, way by way. */
static gboolean
find(VtManifestAssets *self, const VtManifestRow *row, Entry **ret_entry, GError **error)
{
    for (int way = 0; way < N_WAYS; way++) {
        g_autofree char *key = key_of(row, (Way)way);
        Entry *entry = key != NULL ? g_hash_table_lookup(self->by_key, key) : NULL;
        VtAsset asset = {0};
        gboolean found = FALSE;

        if (key != NULL && entry == NULL && !load(self, row, (Way)way, &asset, &found, error))
            return FALSE;
        if (found) {
            entry = new_entry(&asset);
            remember_own(self, entry);
            remember(self, g_steal_pointer(&key), entry);
            release_entry(entry);
        }
        if (entry != NULL) {
            *ret_entry = entry;
            return TRUE;
        }
        if (way == BY_ID && row->asset_id != 0)
            return vt_throw(error, VT_ERROR_NOT_FOUND, "there is no asset of the id '%s'",
                row->cell[VT_COLUMN_INTERNAL_MEDIA_ID]);
    }
    *ret_entry = NULL;
    return TRUE;
}

/* A known name of the channel the asset was exported from; assets are everybody's. */
static gboolean
check_channel(const VtManifestContext *context, const char *name, GError **error)
{
    gint64 channel_id;

    for (guint i = 0; i < context->channels->len; i++)
        if (strcmp(((VtChannel *)g_ptr_array_index(context->channels, i))->name, name) == 0)
            return TRUE;
    return vt_channel_parse(context->channels, name, &channel_id, error);
}

/* Whether the row makes an asset, though @entry (or NULL) is there. */
static gboolean
makes_asset(const VtManifestRow *row, const Entry *entry)
{
    return entry == NULL || (row->exists == VT_EXISTS_KEEP_BOTH && row->has_content &&
                                row->asset_id == 0 && !entry->made_here);
}

gboolean
vt_manifest_assets_look_up(
    VtManifestAssets *self, const VtManifestRow *row, gboolean *ret_needs_files, GError **error)
{
    Entry *entry = NULL;

    if (!check_channel(self->context, row->cell[VT_COLUMN_MEDIA_CHANNEL], error) ||
        !find(self, row, &entry, error))
        return FALSE;
    *ret_needs_files = !vt_manifest_action_takes_back(row->media.action) &&
                       (makes_asset(row, entry) || row->exists != VT_EXISTS_USE_EXISTING);
    return TRUE;
}

static Variant *
variant_of(Entry *entry, const char *locale)
{
    Variant variant = {.row = NO_ROW};

    for (guint i = 0; i < entry->variants->len; i++) {
        Variant *seen = &g_array_index(entry->variants, Variant, i);

        if (strcmp(seen->locale, locale) == 0)
            return seen;
    }
    variant.locale = g_strdup(locale);
    g_array_append_val(entry->variants, variant);
    return &g_array_index(entry->variants, Variant, entry->variants->len - 1);
}

/* Whether every cell about the asset is empty or as in the row applied last. */
static gboolean
is_repeat(VtManifestAssets *self, const Variant *variant, const VtManifestRow *row)
{
    const VtManifestContext *context = self->context;

    if (variant->row == NO_ROW)
        return FALSE;
    for (int i = 0; i < VT_N_COLUMNS; i++) {
        const char *before =
            vt_manifest_cell(context->table, &context->header, variant->row, (VtColumn)i);

        if (vt_column_rows[i].is_content && *row->cell[i] != '\0' &&
            strcmp(row->cell[i], before) != 0)
            return FALSE;
    }
    return TRUE;
}

static void
note_applied(Entry *entry, const VtManifestRow *row, guint batch, VtManifestOutcome *outcome)
{
    Variant *variant = variant_of(entry, row->media_locale);

    variant->row = row->index;
    variant->batch = batch;
    variant->document_id = outcome->media_document;
    outcome->is_applied = TRUE;
}

static void
remember_ways(VtManifestAssets *self, const VtManifestRow *row, Entry *entry)
{
    for (int way = 0; way < N_WAYS; way++) {
        char *key = key_of(row, (Way)way);

        if (key != NULL)
            remember(self, key, entry);
    }
}

/* A picture never stands without an alternative text: its title does where it is given. */
static void
mind_alt(const VtManifestRow *row, VtAssetContent *content, VtManifestOutcome *outcome)
{
    gboolean has_alt = content->alt != NULL && *content->alt != '\0';

    if (has_alt || row->type != VT_ASSET_TYPE_IMAGE || content->title == NULL ||
        strcmp(row->cell[VT_COLUMN_IMAGE_ALT_TEXT], VT_MANIFEST_CLEAR) == 0)
        return;
    g_free(content->alt);
    content->alt = g_strdup(content->title);
    vt_manifest_outcome_warn(
        outcome, VT_IMPORT_WARNING_W_ALT_GENERATED, "the title is the alternative text too");
}

/* Tracks speak the language of the row's locale. */
static gboolean
merge_tracks(
    const VtManifestRow *row, const VtRowFiles *files, VtAssetContent *content, GError **error)
{
    const char *language =
        strcmp(row->media_locale, VT_LOCALE_NEUTRAL) == 0 ? "" : row->media_locale;

    for (int role = 0; role < VT_TRACK_ROLE_COUNT; role++) {
        const VtManifestFile *file = files->tracks[role];

        if (strcmp(row->cell[vt_column_of_track[role]], VT_MANIFEST_CLEAR) == 0)
            vt_asset_content_remove_track(content, (VtTrackRole)role, language);
        if (file != NULL &&
            !vt_asset_content_put_track(content, (VtTrackRole)role, language, &file->binary, error))
            return FALSE;
    }
    return TRUE;
}

/* Puts what the row says into @content; an empty cell leaves what is there. */
static gboolean
merge(const VtManifestRow *row,
    const VtRowFiles *files,
    VtAssetContent *content,
    VtManifestOutcome *outcome,
    GError **error)
{
    const char *tags = row->cell[VT_COLUMN_MEDIA_SEARCH_TAGS];

    for (gsize i = 0; i < G_N_ELEMENTS(text_row); i++) {
        const char *cell = row->cell[text_row[i].column];
        char **text = (char **)G_STRUCT_MEMBER_P(content, text_row[i].offset);

        if (*cell == '\0')
            continue;
        g_free(*text);
        *text = strcmp(cell, VT_MANIFEST_CLEAR) == 0 ? NULL : g_strdup(cell);
    }
    if (*tags != '\0') {
        g_strfreev(content->tags);
        content->tags = vt_asset_tags_split(strcmp(tags, VT_MANIFEST_CLEAR) == 0 ? "" : tags);
    }
    if (*row->cell[VT_COLUMN_VIDEO_MINIMUM_AGE] != '\0')
        content->minimum_age = (int)row->minimum_age;
    if (*row->cell[VT_COLUMN_DOCUMENT_FORCE_DOWNLOAD] != '\0')
        content->force_download = row->force_download;
    if (files->own != NULL)
        vt_asset_content_set_binary(content, &files->own->binary);
    mind_alt(row, content, outcome);
    return merge_tracks(row, files, content, error);
}

/* What a row says of the members of a set, as asset_set.h takes it; owned. NULL on an error. */
static json_t *
set_of(const VtManifestRow *row, GError **error)
{
    const char *cell = row->cell[VT_COLUMN_SET_MEMBERS];
    g_autoptr(json_t) body = json_object();
    json_t *members = NULL;

    if (strcmp(cell, VT_MANIFEST_CLEAR) == 0)
        json_object_set_new(body, "members", json_null());
    else if (*cell != '\0' && (members = vt_members_text_parse(cell, error)) == NULL)
        return NULL;
    if (members != NULL)
        json_object_set_new(body, "members", members);
    if (*row->cell[VT_COLUMN_SET_ROWS] != '\0')
        json_object_set_new(body, "rows", json_integer(MAX(row->rows, 1)));
    return g_steal_pointer(&body);
}

/* Members are looked up: they stand above the row, or were there before. */
static gboolean
merge_set(VtManifestAssets *self,
    const VtAsset *asset,
    const VtManifestRow *row,
    VtAssetContent *content,
    GError **error)
{
    const VtManifestContext *context = self->context;
    g_autoptr(json_t) body = set_of(row, error);

    return body != NULL &&
           vt_asset_set_apply(context->db, context->tenant_id, asset, content, body, error);
}

/* What a new asset shows comes with the row that makes it. */
static gboolean
require_shown(const VtManifestRow *row, GError **error)
{
    const gboolean is_set = vt_asset_type_is_set(row->type);
    const char *shown = is_set ? row->cell[VT_COLUMN_SET_MEMBERS] : row->source;

    return (*shown != '\0' && strcmp(shown, VT_MANIFEST_CLEAR) != 0) ||
           vt_throw(error, VT_ERROR_MISSING_FIELD, "%s is empty",
               vt_column_rows[is_set ? VT_COLUMN_SET_MEMBERS : VT_COLUMN_MEDIA_IMPORT_PATH].name);
}

static const char *
category_of(const VtManifestRow *row)
{
    const char *cell = row->cell[VT_COLUMN_MEDIA_CATEGORY];

    if (*cell == '\0')
        return NULL;
    return strcmp(cell, VT_MANIFEST_CLEAR) == 0 ? "None" : cell;
}

static gboolean
check_file(const VtManifestFile *file, GError **error)
{
    if (file == NULL || file->error == NULL)
        return TRUE;
    g_propagate_error(error, g_error_copy(file->error));
    return FALSE;
}

/* FALSE with the own error of a file that could not be taken in. */
static gboolean
check_files(const VtRowFiles *files, GError **error)
{
    for (int role = 0; role < VT_TRACK_ROLE_COUNT; role++)
        if (!check_file(files->tracks[role], error))
            return FALSE;
    return check_file(files->own, error);
}

static gboolean
put_binaries(VtManifestAssets *self, const VtRowFiles *files, GError **error)
{
    const VtManifestContext *context = self->context;

    for (int role = 0; role < VT_TRACK_ROLE_COUNT; role++)
        if (files->tracks[role] != NULL &&
            !vt_binary_put(context->db, &files->tracks[role]->binary, context->actor.now_us, error))
            return FALSE;
    return files->own == NULL ||
           vt_binary_put(context->db, &files->own->binary, context->actor.now_us, error);
}

/* The name a copy beside an existing asset gets. */
static gboolean
free_name(VtManifestAssets *self,
    const VtManifestRow *row,
    VtAssetSpec *spec,
    char **ret_name,
    GError **error)
{
    for (int i = 1; i <= MAX_COPIES; i++) {
        g_autofree char *name =
            g_strdup_printf("%s-%d", row->cell[VT_COLUMN_MEDIA_DISPLAY_NAME], i);
        gboolean taken = FALSE;

        spec->name = name;
        if (!vt_asset_name_check(name, error) ||
            !vt_asset_is_taken(self->context->db, self->context->tenant_id, spec, &taken, error))
            return FALSE;
        if (!taken) {
            *ret_name = g_steal_pointer(&name);
            return TRUE;
        }
    }
    return vt_throw(error, VT_ERROR_DUPLICATE_NAME, "there are %d copies of '%s' already",
        MAX_COPIES, row->cell[VT_COLUMN_MEDIA_DISPLAY_NAME]);
}

/* Why a new asset cannot be: another import made it since it was looked up (then the row finds it
 * when it is done again), or its name is kept. Returns FALSE. */
static gboolean
explain_taken(VtManifestAssets *self, const VtManifestRow *row, GError **error)
{
    const char *name = row->cell[VT_COLUMN_MEDIA_DISPLAY_NAME];
    Entry *there = NULL;

    if (!find(self, row, &there, error))
        return FALSE;
    if (there != NULL)
        return vt_throw(error, VT_ERROR_CONFLICT, "somebody else brought '%s' meanwhile", name);
    return vt_throw(error, VT_ERROR_DUPLICATE_NAME,
        "the name '%s' or its source pair is kept by another asset or an alias", name);
}

/* Everything that can be wrong with a new asset. @ret_name: set when it is a copy. */
static gboolean
check_new(VtManifestAssets *self,
    const VtManifestRow *row,
    const VtRowFiles *files,
    gboolean is_copy,
    VtAssetSpec *spec,
    char **ret_name,
    GError **error)
{
    const char *name = row->cell[VT_COLUMN_MEDIA_DISPLAY_NAME];
    g_autofree char *pair = key_of(row, BY_SOURCE);
    gboolean taken = FALSE;

    if (!require_shown(row, NULL) && row->entity != VT_MANIFEST_ENTITY_NONE)
        return vt_throw(error, VT_ERROR_NOT_FOUND,
            "there is no asset '%s', and the row brings nothing for one", name);
    if (!vt_manifest_row_require(row, VT_COLUMN_FOR_NEW_MEDIA, error) ||
        !vt_manifest_row_require_text(row, error) || !check_files(files, error) ||
        !require_shown(row, error))
        return FALSE;
    *spec = (VtAssetSpec){.name = name, .type = row->type, .category = category_of(row)};
    if (is_copy)
        return free_name(self, row, spec, ret_name, error);
    if (pair != NULL) {
        spec->source_provider = row->cell[VT_COLUMN_MEDIA_SOURCE_PROVIDER];
        spec->source_id = row->cell[VT_COLUMN_MEDIA_SOURCE_ID];
    }
    if (!vt_asset_is_taken(self->context->db, self->context->tenant_id, spec, &taken, error))
        return FALSE;
    return !taken || explain_taken(self, row, error);
}

static gboolean
check_in(VtManifestAssets *self,
    Entry *entry,
    const VtManifestRow *row,
    const VtRowFiles *files,
    const VtAssetContent *content,
    gint64 *ret_document_id,
    GError **error)
{
    const VtManifestContext *context = self->context;
    gboolean changed = FALSE;

    if (!put_binaries(self, files, error))
        return FALSE;
    return vt_asset_check_in(context->db, context->tenant_id, &entry->asset, row->media_locale,
        content, &context->actor, ret_document_id, &changed, error);
}

/* Whether an error is the row's own: the transaction is as it was. */
static gboolean
is_refusal(const GError *error)
{
    return !vt_error_is(error, VT_ERROR_DATABASE) && !vt_error_is(error, VT_ERROR_STORAGE) &&
           !vt_error_is(error, VT_ERROR_CONFLICT) && !vt_error_is(error, VT_ERROR_INTERNAL);
}

/* TRUE when @local goes into the row; else it goes on. */
static gboolean
stop(VtManifestOutcome *outcome, VtOutcomeState state, GError *local, GError **error)
{
    if (!is_refusal(local)) {
        g_propagate_error(error, local);
        return FALSE;
    }
    vt_manifest_outcome_refuse(outcome, VT_OUTCOME_MEDIA, state, local);
    g_error_free(local);
    return TRUE;
}

static gboolean
make(VtManifestAssets *self,
    const VtManifestRow *row,
    const VtRowFiles *files,
    gboolean is_copy,
    VtManifestOutcome *outcome,
    GError **error)
{
    g_auto(VtAssetContent) content = {0};
    g_autofree char *name = NULL;
    VtAsset asset = {.type = row->type};
    GError *local = NULL;
    VtAssetSpec spec;
    Entry *entry;

    g_strlcpy(asset.name, row->cell[VT_COLUMN_MEDIA_DISPLAY_NAME], sizeof asset.name);
    if (!check_new(self, row, files, is_copy, &spec, &name, &local) ||
        !merge(row, files, &content, outcome, &local) ||
        !merge_set(self, &asset, row, &content, &local))
        return stop(outcome, VT_OUTCOME_FAILED, local, error);
    if (name != NULL)
        spec.name = name;
    if (!vt_asset_create(self->context->db, self->context->tenant_id, &spec, &self->context->actor,
            &asset.asset_id, error))
        return FALSE;
    g_strlcpy(asset.name, spec.name, sizeof asset.name);
    entry = new_entry(&asset);
    entry->made_here = TRUE;
    entry->batch = self->batch;
    remember_own(self, entry);
    remember_ways(self, row, entry);
    release_entry(entry);
    if (!check_in(self, entry, row, files, &content, &outcome->media_document, error))
        return FALSE;
    note_applied(entry, row, self->batch, outcome);
    outcome->is_made = TRUE;
    outcome->asset_id = asset.asset_id;
    vt_manifest_outcome_set(outcome, VT_OUTCOME_MEDIA, VT_OUTCOME_DONE, NULL);
    return TRUE;
}

static gboolean
check_same(const VtManifestRow *row, const Entry *entry, GError **error)
{
    if (*row->cell[VT_COLUMN_MEDIA_TYPE] != '\0' && entry->asset.type != row->type)
        return vt_throw(error, VT_ERROR_MEDIA_TYPE, "'%s' is of the type %s", entry->asset.name,
            vt_asset_type_names[entry->asset.type]);
    return TRUE;
}

/* Whether the row, which found the asset another way, gives it another name. */
static gboolean
is_renaming(const VtManifestRow *row, const Entry *entry)
{
    const char *name = row->cell[VT_COLUMN_MEDIA_DISPLAY_NAME];

    return *name != '\0' && !entry->made_here && strcmp(name, entry->asset.name) != 0;
}

/* The name it had is no way to find it any more. */
static gboolean
rename_asset(VtManifestAssets *self, Entry *entry, const char *name, GError **error)
{
    const VtManifestContext *context = self->context;
    g_autofree char *before = g_strdup_printf("n\t%s", entry->asset.name);

    if (!vt_asset_set_name(
            context->db, context->tenant_id, &entry->asset, name, context->change, error))
        return FALSE;
    entry->renamed = TRUE;
    entry->batch = self->batch;
    remember_own(self, entry);
    g_hash_table_remove(self->by_key, before);
    return TRUE;
}

/* When the source of the row was changed, microseconds since 1970 UTC; 0: unknown. */
static gint64
source_time(const VtManifestRow *row, const VtRowFiles *files)
{
    const char *cell = row->cell[VT_COLUMN_MEDIA_LAST_MODIFIED_ON];
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(cell, utc);

    if (files->own != NULL)
        return files->own->changed_us;
    return time != NULL ? g_date_time_to_unix(time) * G_USEC_PER_SEC : 0;
}

/* Whether what the row says is to be written over what is there. */
static gboolean
is_wanted(const VtManifestRow *row, const VtRowFiles *files, const VtAssetVariant *now)
{
    gint64 time_us = source_time(row, files);

    if (row->exists == VT_EXISTS_USE_EXISTING)
        return FALSE;
    return row->exists != VT_EXISTS_TAKE_LATEST || time_us == 0 || time_us > now->changed_us;
}

/* What the asset says afterwards; @ret_changed FALSE: that is what it says now. */
static gboolean
prepare(VtManifestAssets *self,
    const VtAsset *asset,
    const VtManifestRow *row,
    const VtRowFiles *files,
    const VtAssetVariant *now,
    VtAssetContent *ret_content,
    gboolean *ret_changed,
    VtManifestOutcome *outcome,
    GError **error)
{
    g_autofree char *body = NULL;

    if (!row->has_content)
        return TRUE;
    if (now->body == NULL && !vt_manifest_row_require_text(row, error))
        return FALSE;
    if (!check_files(files, error) ||
        !vt_asset_content_parse(now->body != NULL ? now->body : "{}", ret_content, error))
        return FALSE;
    if (!merge(row, files, ret_content, outcome, error) ||
        !merge_set(self, asset, row, ret_content, error))
        return FALSE;
    body = vt_asset_content_format(ret_content);
    *ret_changed = g_strcmp0(body, now->body) != 0;
    return TRUE;
}

/* Writes what change() found allowed and wanted. */
static gboolean
write_variant(VtManifestAssets *self,
    Entry *entry,
    const VtManifestRow *row,
    const VtRowFiles *files,
    const VtAssetVariant *now,
    const VtAssetContent *content,
    VtManifestOutcome *outcome,
    GError **error)
{
    const char *category = row->has_content ? category_of(row) : NULL;

    if (now->checked_out_by != 0 && !vt_manifest_take_over(self->context, now->document_id, error))
        return FALSE;
    if (content != NULL &&
        !check_in(self, entry, row, files, content, &outcome->media_document, error))
        return FALSE;
    return category == NULL ||
           vt_asset_set_category(self->context->db, entry->asset.asset_id, category, error);
}

/* Brings one locale of an asset to what the row says; the rules of look-up and repeat are done. */
static gboolean
change(VtManifestAssets *self,
    Entry *entry,
    const VtManifestRow *row,
    const VtRowFiles *files,
    VtManifestOutcome *outcome,
    GError **error)
{
    g_auto(VtAssetVariant) now = {0};
    g_auto(VtAssetContent) content = {0};
    gboolean says = row->has_content || is_renaming(row, entry), wanted, changed = FALSE;
    gboolean touches;
    GError *local = NULL;

    if (!vt_asset_variant_load(
            self->context->db, entry->asset.asset_id, row->media_locale, &now, error))
        return FALSE;
    wanted = says && is_wanted(row, files, &now);
    touches = wanted || row->media.action == VT_ACTION_PUBLISH_NOW;
    if (touches && now.document_id != 0 &&
        !vt_manifest_may_write(
            self->context, &row->media, now.checked_out_by, now.head, entry->asset.name, &local))
        return stop(outcome, VT_OUTCOME_SKIPPED, local, error);
    if (wanted &&
        (!prepare(self, &entry->asset, row, files, &now, &content, &changed, outcome, &local) ||
            (is_renaming(row, entry) &&
                !rename_asset(self, entry, row->cell[VT_COLUMN_MEDIA_DISPLAY_NAME], &local))))
        return stop(outcome, VT_OUTCOME_FAILED, local, error);
    outcome->media_document = now.document_id;
    if (touches &&
        !write_variant(self, entry, row, files, &now, changed ? &content : NULL, outcome, error))
        return FALSE;
    if (wanted)
        note_applied(entry, row, self->batch, outcome);
    vt_manifest_outcome_set(outcome, VT_OUTCOME_MEDIA, says ? VT_OUTCOME_DONE : VT_OUTCOME_NOTHING,
        says && !wanted ? "existing used" : NULL);
    return TRUE;
}

/* Whether the locale may be taken back; that is done at the end of the run. */
static gboolean
check_take_back(VtManifestAssets *self,
    Entry *entry,
    const VtManifestRow *row,
    VtManifestOutcome *outcome,
    GError **error)
{
    g_auto(VtAssetVariant) now = {0};
    GError *local = NULL;

    if (!vt_asset_variant_load(
            self->context->db, entry->asset.asset_id, row->media_locale, &now, error))
        return FALSE;
    if (now.body == NULL) {
        vt_throw(&local, VT_ERROR_NOT_FOUND, "'%s' has no locale '%s'", entry->asset.name,
            row->media_locale);
        return stop(outcome, VT_OUTCOME_FAILED, local, error);
    }
    if (!vt_manifest_may_write(
            self->context, &row->media, now.checked_out_by, now.head, entry->asset.name, &local))
        return stop(outcome, VT_OUTCOME_SKIPPED, local, error);
    if (now.checked_out_by != 0 && !vt_manifest_take_over(self->context, now.document_id, error))
        return FALSE;
    outcome->media_document = now.document_id;
    vt_manifest_outcome_set(outcome, VT_OUTCOME_MEDIA, VT_OUTCOME_DONE, NULL);
    return TRUE;
}

static gboolean
refuse_unknown(const VtManifestRow *row, VtManifestOutcome *outcome, GError **error)
{
    const char *name = row->cell[VT_COLUMN_MEDIA_DISPLAY_NAME];
    GError *local = NULL;

    vt_throw(&local, VT_ERROR_NOT_FOUND, "there is no asset '%s' to take back",
        *name != '\0' ? name : row->cell[VT_COLUMN_MEDIA_SOURCE_ID]);
    return stop(outcome, VT_OUTCOME_FAILED, local, error);
}

gboolean
vt_manifest_assets_apply(VtManifestAssets *self,
    const VtManifestRow *row,
    const VtRowFiles *files,
    VtManifestOutcome *outcome,
    GError **error)
{
    Entry *entry = known(self, row);
    gboolean takes_back = vt_manifest_action_takes_back(row->media.action);
    const Variant *variant;
    GError *local = NULL;

    if (takes_back && entry == NULL)
        return refuse_unknown(row, outcome, error);
    if (!takes_back && makes_asset(row, entry))
        return make(self, row, files, entry != NULL, outcome, error);
    if (!check_same(row, entry, &local))
        return stop(outcome, VT_OUTCOME_FAILED, local, error);
    outcome->asset_id = entry->asset.asset_id;
    vt_manifest_outcome_set(outcome, VT_OUTCOME_MEDIA, VT_OUTCOME_NOTHING, NULL);
    if (takes_back)
        return check_take_back(self, entry, row, outcome, error);
    if (!row->has_content && row->media.action == VT_ACTION_DRAFT && !is_renaming(row, entry))
        return TRUE; /* it only names the asset */
    variant = variant_of(entry, row->media_locale);
    if (is_renaming(row, entry) || !is_repeat(self, variant, row))
        return change(self, entry, row, files, outcome, error);
    outcome->media_document = variant->document_id;
    vt_manifest_outcome_set(outcome, VT_OUTCOME_MEDIA, VT_OUTCOME_DONE, NULL);
    return TRUE;
}

gboolean
vt_manifest_assets_restore(
    VtManifestAssets *self, const VtManifestRow *row, VtManifestOutcome *outcome, GError **error)
{
    const VtManifestContext *context = self->context;
    g_autofree char *key = g_strdup_printf("i\t%" G_GINT64_FORMAT, outcome->asset_id);
    Entry *entry = g_hash_table_lookup(self->by_key, key);
    VtAsset asset = {0};
    gboolean found = FALSE;

    if (entry == NULL && (outcome->asset_id == 0 || !vt_asset_by_id(context->db, context->tenant_id,
                                                        outcome->asset_id, &asset, &found, error)))
        return outcome->asset_id == 0;
    if (entry == NULL && !found) /* it was deleted since */
        return TRUE;
    if (entry == NULL) {
        entry = new_entry(&asset);
        remember_own(self, entry);
        release_entry(entry);
    }
    remember_ways(self, row, entry);
    entry->made_here |= outcome->is_made;
    if (outcome->is_applied)
        note_applied(entry, row, 0, outcome);
    return TRUE;
}

const VtAsset *
vt_manifest_assets_of(const VtManifestAssets *self, const VtManifestRow *row)
{
    const Entry *entry = known(self, row);

    return entry != NULL ? &entry->asset : NULL;
}

void
vt_manifest_assets_commit(VtManifestAssets *self)
{
    self->batch++;
}

/* What the lost transaction made is not there; what it applied is to be applied again. */
static gboolean
is_lost(gpointer key, gpointer value, gpointer data)
{
    VtManifestAssets *self = data;
    Entry *entry = value;

    for (guint i = 0; i < entry->variants->len; i++) {
        Variant *variant = &g_array_index(entry->variants, Variant, i);

        if (variant->batch == self->batch)
            variant->row = NO_ROW;
    }
    return (entry->made_here || entry->renamed) && entry->batch == self->batch;
}

void
vt_manifest_assets_rollback(VtManifestAssets *self)
{
    g_hash_table_foreach_remove(self->by_key, is_lost, self);
    self->batch++;
}

gboolean
vt_manifest_assets_find(
    VtManifestAssets *self, const char *text, gint64 *ret_asset_id, GError **error)
{
    VtManifestRow row = {0};
    g_autoptr(GError) local = NULL;
    Entry *entry = NULL;

    for (int i = 0; i < VT_N_COLUMNS; i++)
        row.cell[i] = "";
    if (vt_asset_internal_id_parse(text, &row.asset_id)) {
        row.cell[VT_COLUMN_INTERNAL_MEDIA_ID] = text;
        if (!find(self, &row, &entry, &local) && !vt_error_is(local, VT_ERROR_NOT_FOUND)) {
            g_propagate_error(error, g_steal_pointer(&local));
            return FALSE;
        }
    }
    row.asset_id = 0;
    row.cell[VT_COLUMN_MEDIA_DISPLAY_NAME] = text;
    if (entry == NULL && !find(self, &row, &entry, error))
        return FALSE;
    if (entry == NULL)
        return vt_throw(error, VT_ERROR_NOT_FOUND, "there is no asset '%s'", text);
    *ret_asset_id = entry->asset.asset_id;
    return TRUE;
}
