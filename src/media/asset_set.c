#include "media/asset_set.h"

#include "base/locale.h"
#include "base/text.h"
#include "changelog/audit.h"
#include "media/asset_body.h"
#include "media/asset_edit.h"
#include "media/folder.h"

#include <string.h>

typedef enum {
    SWATCH_NONE,
    SWATCH_OPTIONAL,
    SWATCH_REQUIRED,
} Swatch;

#define BIT(type) (1u << VT_ASSET_TYPE_##type)

/* What may be in a set of each type; no types: it is no set. */
static const struct {
    guint types; /* BIT()s of the members' */
    Swatch swatch;
    gboolean rows;
} rule[VT_ASSET_TYPE_COUNT] = {
    [VT_ASSET_TYPE_IMAGE_SET] = {BIT(IMAGE) | BIT(SWATCH_SET), SWATCH_NONE, FALSE},
    [VT_ASSET_TYPE_SWATCH_SET] = {BIT(IMAGE) | BIT(SWATCH_SET), SWATCH_REQUIRED, FALSE},
    [VT_ASSET_TYPE_SPIN_SET] = {BIT(IMAGE), SWATCH_NONE, TRUE},
    [VT_ASSET_TYPE_MIXED_MEDIA_SET] = {BIT(IMAGE) | BIT(VIDEO) | BIT(IMAGE_SET) | BIT(SWATCH_SET) |
                                           BIT(SPIN_SET),
        SWATCH_OPTIONAL, FALSE},
};

gboolean
vt_asset_type_is_set(VtAssetType type)
{
    return rule[type].types != 0;
}

/* The name of an asset, newly allocated; NULL (no error) when it is gone or @asset_id is 0. */
static gboolean
name_of(VtDb *db, gint64 tenant_id, gint64 asset_id, char **ret_name, GError **error)
{
    gboolean found = FALSE;
    VtAsset asset;

    *ret_name = NULL;
    if (asset_id == 0)
        return TRUE;
    if (!vt_asset_by_id(db, tenant_id, asset_id, &asset, &found, error))
        return FALSE;
    if (found)
        *ret_name = g_strdup(asset.name);
    return TRUE;
}

static gboolean
describe_member(VtDb *db, gint64 tenant_id, const VtMember *member, json_t *list, GError **error)
{
    g_autofree char *name = NULL, *swatch = NULL;

    if (!name_of(db, tenant_id, member->asset_id, &name, error) ||
        !name_of(db, tenant_id, member->swatch_id, &swatch, error))
        return FALSE;
    if (name != NULL)
        json_array_append_new(
            list, json_pack("{s:s,s:s?,s:s?,s:s?}", "asset", name, "swatch", swatch, "color",
                      *member->color != '\0' ? member->color : NULL, "label", member->label));
    return TRUE;
}

gboolean
vt_asset_set_describe(
    VtDb *db, gint64 tenant_id, const VtAssetContent *content, json_t *told, GError **error)
{
    g_autoptr(json_t) list = content->members != NULL ? json_array() : json_null();

    for (guint i = 0; content->members != NULL && i < content->members->len; i++)
        if (!describe_member(db, tenant_id, g_ptr_array_index(content->members, i), list, error))
            return FALSE;
    json_object_set(told, "members", list);
    json_object_set_new(told, "rows", json_integer(MAX(content->rows, 1)));
    return TRUE;
}

/* Reading members that people send. */
typedef struct {
    VtDb *db;
    gint64 tenant_id;
    const VtAsset *set;
    GHashTable *repeats; /* asset id (gint64, owned) -> how often it was named */
} Reader;

static gboolean
find_asset(Reader *self, const char *name, VtAsset *ret_asset, GError **error)
{
    gboolean found = FALSE;

    return vt_asset_by_name(self->db, self->tenant_id, name, ret_asset, &found, error) &&
           (found || vt_throw(error, VT_ERROR_UNKNOWN_ASSET, "there is no asset '%s'", name));
}

/* Whether the set @asset_id holds @wanted, itself or in a set inside; also TRUE when sets lie too
 * deep inside one another to tell. */
static gboolean
holds(VtDb *db, gint64 asset_id, gint64 wanted, int depth, gboolean *ret_holds, GError **error)
{
    g_auto(VtAssetContent) content = {0};

    *ret_holds = asset_id == wanted || depth > VT_SET_MAX_DEPTH;
    if (*ret_holds)
        return TRUE;
    if (!vt_asset_head_content(db, asset_id, VT_LOCALE_NEUTRAL, &content, error))
        return FALSE;
    for (guint i = 0; content.members != NULL && i < content.members->len && !*ret_holds; i++) {
        const VtMember *member = g_ptr_array_index(content.members, i);

        if (!holds(db, member->asset_id, wanted, depth + 1, ret_holds, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_type(Reader *self, const VtAsset *asset, GError **error)
{
    gboolean inside = FALSE;

    if ((rule[self->set->type].types & (1u << asset->type)) == 0)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "a set of type %s cannot hold '%s' of type %s",
            vt_asset_type_names[self->set->type], asset->name, vt_asset_type_names[asset->type]);
    if (!vt_asset_type_is_set(asset->type))
        return TRUE;
    if (!holds(self->db, asset->asset_id, self->set->asset_id, 1, &inside, error))
        return FALSE;
    return !inside || vt_throw(error, VT_ERROR_BAD_VALUE,
                          "'%s' holds this set, or sets lie more than %d deep inside one another",
                          asset->name, VT_SET_MAX_DEPTH);
}

static gboolean
count_repeat(Reader *self, const VtAsset *asset, GError **error)
{
    int n = GPOINTER_TO_INT(g_hash_table_lookup(self->repeats, &asset->asset_id)) + 1;

    g_hash_table_replace(
        self->repeats, g_memdup2(&asset->asset_id, sizeof asset->asset_id), GINT_TO_POINTER(n));
    return n <= VT_SET_MAX_REPEATS || vt_throw(error, VT_ERROR_TOO_LARGE,
                                          "a set holds an asset at most %d times, not '%s' again",
                                          VT_SET_MAX_REPEATS, asset->name);
}

/* A text, or nothing for null and absent; FALSE for any other value. */
static gboolean
read_text(const json_t *value, const char **ret_text)
{
    *ret_text = json_string_value(value);
    return value == NULL || json_is_null(value) || json_is_string(value);
}

static gboolean
read_swatch(Reader *self, VtMember *member, const char *swatch, const char *color, GError **error)
{
    const Swatch wanted = rule[self->set->type].swatch;
    g_autofree char *hex = NULL;
    VtAsset asset;

    if (swatch != NULL && color != NULL)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "a swatch is a picture or a color, not both");
    if (swatch == NULL && color == NULL)
        return wanted != SWATCH_REQUIRED ||
               vt_throw(error, VT_ERROR_BAD_VALUE, "each member needs \"swatch\" or \"color\"");
    if (wanted == SWATCH_NONE)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "members of a set of type %s have no swatch",
            vt_asset_type_names[self->set->type]);
    if (color != NULL) {
        hex = vt_text_color(color, error);
        return hex != NULL &&
               g_strlcpy(member->color, hex, sizeof member->color) < sizeof member->color;
    }
    if (!find_asset(self, swatch, &asset, error))
        return FALSE;
    member->swatch_id = asset.asset_id;
    return asset.type == VT_ASSET_TYPE_IMAGE ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "the swatch '%s' is no picture", swatch);
}

static gboolean
read_member(Reader *self, const json_t *value, VtMember *member, GError **error)
{
    static const char *const keys[] = {"asset", "swatch", "color", "label"};
    const char *text[G_N_ELEMENTS(keys)] = {0};
    gsize n_known = 0;
    VtAsset asset;

    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        const json_t *at = json_object_get(value, keys[i]);

        n_known += at != NULL;
        if (!read_text(at, &text[i]))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" of a member is a text", keys[i]);
    }
    if (!json_is_object(value) || n_known != json_object_size(value) || text[0] == NULL)
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "a member has \"asset\" and perhaps \"swatch\", \"color\" and \"label\"");
    if (text[3] != NULL && strlen(text[3]) > VT_SET_MAX_LABEL)
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "a label has at most %d bytes", VT_SET_MAX_LABEL);
    if (!find_asset(self, text[0], &asset, error) || !check_type(self, &asset, error) ||
        !count_repeat(self, &asset, error))
        return FALSE;
    member->asset_id = asset.asset_id;
    member->label = g_strdup(text[3]);
    return read_swatch(self, member, text[1], text[2], error);
}

static GPtrArray *
read_members(VtDb *db, gint64 tenant_id, const VtAsset *set, const json_t *list, GError **error)
{
    g_autoptr(GHashTable) repeats =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_autoptr(GPtrArray) members = vt_members_new();
    Reader reader = {db, tenant_id, set, repeats};

    if (!json_is_array(list) || json_array_size(list) == 0)
        return vt_throw_null(
            error, VT_ERROR_BAD_VALUE, "\"members\" is a list of at least one asset");
    if (json_array_size(list) > VT_SET_MAX_MEMBERS)
        return vt_throw_null(
            error, VT_ERROR_TOO_LARGE, "a set has at most %d members", VT_SET_MAX_MEMBERS);
    for (gsize i = 0; i < json_array_size(list); i++)
        if (!read_member(&reader, json_array_get(list, i), vt_members_add(members), error))
            return NULL;
    return g_steal_pointer(&members);
}

static gboolean
check_rows(const VtAsset *set, const VtAssetContent *content, GError **error)
{
    int n = content->members != NULL ? (int)content->members->len : 0;

    if (content->rows <= 1)
        return TRUE;
    if (!rule[set->type].rows)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "a set of type %s has no rows",
            vt_asset_type_names[set->type]);
    return n % content->rows == 0 ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "%d members do not make %d rows of one length", n,
               content->rows);
}

static gboolean
apply_rows(VtAssetContent *content, const json_t *rows, GError **error)
{
    json_int_t n = json_is_null(rows) ? 1 : json_integer_value(rows);

    if (n < 1 || n > VT_SET_MAX_ROWS)
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "\"rows\" is a number from 1 to %d", VT_SET_MAX_ROWS);
    content->rows = (int)n;
    return TRUE;
}

gboolean
vt_asset_set_apply(VtDb *db,
    gint64 tenant_id,
    const VtAsset *set,
    VtAssetContent *content,
    const json_t *body,
    GError **error)
{
    const json_t *members = json_object_get(body, "members");
    const json_t *rows = json_object_get(body, "rows");

    if (members == NULL && rows == NULL)
        return TRUE;
    if (!vt_asset_type_is_set(set->type))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "'%s' is no set: it has no members", set->name);
    if (members != NULL) {
        g_clear_pointer(&content->members, g_ptr_array_unref);
        if (!json_is_null(members) &&
            (content->members = read_members(db, tenant_id, set, members, error)) == NULL)
            return FALSE;
    }
    return (rows == NULL || apply_rows(content, rows, error)) && check_rows(set, content, error);
}

static gboolean
put_in_folder(
    VtDb *db, const VtAssetSetSpec *spec, gint64 asset_id, const VtActor *actor, GError **error)
{
    gint64 folder_id = 0;

    return spec->folder == NULL ||
           (vt_folder_ensure(db, spec->tenant_id, spec->folder, actor, &folder_id, error) &&
               vt_folder_put_asset(db, asset_id, folder_id, error));
}

static gboolean
write_set(VtDb *db, const VtAssetSetSpec *spec, const VtActor *actor, VtAsset *set, GError **error)
{
    const VtAssetSpec head = {.name = spec->name, .type = set->type};
    g_auto(VtAssetContent) content = {0};
    gint64 document_id = 0;
    gboolean changed = FALSE;

    if (!vt_asset_create(db, spec->tenant_id, &head, actor, &set->asset_id, error))
        return FALSE;
    g_strlcpy(set->name, spec->name, sizeof set->name);
    if (!vt_asset_body_apply(&content, spec->body, error) ||
        !vt_asset_set_apply(db, spec->tenant_id, set, &content, spec->body, error))
        return FALSE;
    if (content.members == NULL)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "a new set needs \"members\"");
    return vt_asset_check_in(db, spec->tenant_id, set, VT_LOCALE_NEUTRAL, &content, actor,
               &document_id, &changed, error) &&
           put_in_folder(db, spec, set->asset_id, actor, error);
}

gboolean
vt_asset_set_create(
    VtDb *db, const VtAssetSetSpec *spec, const VtActor *actor, VtAsset *ret_set, GError **error)
{
    const int type = vt_text_index(vt_asset_type_names, VT_ASSET_TYPE_COUNT, spec->type);
    const VtAudit audit = {
        .tenant_id = spec->tenant_id, .action = "set create", .subject = spec->name};
    g_autoptr(VtTx) tx = NULL;

    if (type < 0 || !vt_asset_type_is_set((VtAssetType)type))
        return vt_throw(error, VT_ERROR_BAD_ENUM, "there is no type of set '%s'", spec->type);
    *ret_set = (VtAsset){.type = (VtAssetType)type};
    tx = vt_tx_begin(db, VT_TX_WRITE, error);
    return tx != NULL && write_set(db, spec, actor, ret_set, error) &&
           vt_audit_write(db, &audit, actor, error) && vt_tx_commit(tx, error);
}

/* What the set says now in a locale nobody edits. */
static gboolean
read_free(VtDb *db,
    const VtAssetPlace *place,
    const VtActor *actor,
    VtAssetContent *content,
    GError **error)
{
    g_auto(VtDocumentState) state = {0};
    const gint64 asset_id = place->asset.asset_id;
    gint64 document_id = 0;

    if (!vt_asset_document(db, asset_id, place->locale, &document_id, error))
        return FALSE;
    if (document_id != 0 && (!vt_document_state(db, document_id, VT_GROUP_LIVE, &state, error) ||
                                !vt_document_check_free(db, &state, actor, error)))
        return FALSE;
    return vt_asset_head_content(db, asset_id, place->locale, content, error);
}

static gboolean
save_set(
    VtDb *db, const VtAssetPlace *place, const json_t *body, const VtActor *actor, GError **error)
{
    g_auto(VtAssetContent) content = {0};
    gint64 document_id = 0;
    gboolean changed = FALSE;

    return read_free(db, place, actor, &content, error) &&
           vt_asset_body_apply(&content, body, error) &&
           vt_asset_set_apply(db, place->tenant_id, &place->asset, &content, body, error) &&
           vt_asset_check_in(db, place->tenant_id, &place->asset, place->locale, &content, actor,
               &document_id, &changed, error);
}

gboolean
vt_asset_set_save(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const char *locale,
    const json_t *body,
    const VtActor *actor,
    VtAsset *ret_set,
    GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autofree VtAssetPlace *place =
        tx != NULL ? vt_asset_place_find(db, tenant_id, name, locale, error) : NULL;

    if (place == NULL)
        return FALSE;
    if (!vt_asset_type_is_set(place->asset.type))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "'%s' is no set", name);
    if (!save_set(db, place, body, actor, error) || !vt_tx_commit(tx, error))
        return FALSE;
    *ret_set = place->asset;
    return TRUE;
}
