#include "publish/set_generate.h"

#include "base/locale.h"
#include "media/asset_set.h"
#include "media/folder.h"
#include "media/set_preset.h"
#include "publish_sql.h"

#include <string.h>

static gboolean
check_names(const json_t *body, const char *key, gsize most, GError **error)
{
    const json_t *list = json_object_get(body, key);

    if (list == NULL)
        return TRUE;
    if (!json_is_array(list))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" is a list of names", key);
    if (json_array_size(list) > most)
        return vt_throw(
            error, VT_ERROR_TOO_LARGE, "\"%s\" holds at most %" G_GSIZE_FORMAT " names", key, most);
    for (gsize i = 0; i < json_array_size(list); i++)
        if (!json_is_string(json_array_get(list, i)))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" holds names", key);
    return TRUE;
}

static gboolean
check_keys(const json_t *body, GError **error)
{
    static const char *const known[] = {"assets", "folder", "presets", "publish", NULL};
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(gsize)body, key, value)
    {
        if (!g_strv_contains(known, key))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" is not known here", key);
    }
    return TRUE;
}

gboolean
vt_set_generate_parse(const json_t *body, VtSetGenerateOrder *ret_order, GError **error)
{
    const json_t *folder = json_object_get(body, "folder");
    const json_t *publish = json_object_get(body, "publish");
    const VtSetGenerateOrder order = {.assets = json_object_get(body, "assets"),
        .folder = json_string_value(folder),
        .presets = json_object_get(body, "presets"),
        .waits = json_is_false(publish)};

    if (!check_keys(body, error) || !check_names(body, "assets", VT_SET_GENERATE_MAX, error) ||
        !check_names(body, "presets", VT_SET_PRESET_MAX, error))
        return FALSE;
    if ((publish != NULL && !json_is_boolean(publish)) ||
        (folder != NULL && !json_is_string(folder)))
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "\"publish\" is true or false, \"folder\" a path");
    if ((order.assets == NULL) == (order.folder == NULL))
        return vt_throw(error, VT_ERROR_MISSING_FIELD, "say \"assets\" or \"folder\"");
    *ret_order = order;
    return TRUE;
}

/* One run. */
typedef struct {
    VtDb *db;
    gint64 tenant_id;
    const VtActor *actor;
    const VtSetGenerateWatch *watch;
    gboolean passes_over;
    GPtrArray *pictures; /* char*, owned, each once */
    GPtrArray *made;     /* char*, owned: sets that are to go live; without the NULL at the end */
} Run;

static void
run_clear(Run *self)
{
    g_ptr_array_unref(self->pictures);
    g_ptr_array_unref(self->made);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

/* Whether an error is of the thing it is about; others end the run. */
static gboolean
is_own(const GError *error)
{
    return !vt_error_is(error, VT_ERROR_DATABASE) && !vt_error_is(error, VT_ERROR_STORAGE) &&
           !vt_error_is(error, VT_ERROR_CONFLICT) && !vt_error_is(error, VT_ERROR_INTERNAL);
}

/* Tells of an error that is the subject's own (taken); FALSE: it goes on. */
static gboolean
tell(Run *self, const char *subject, GError *local, GError **error)
{
    if (!is_own(local)) {
        g_propagate_error(error, local);
        return FALSE;
    }
    self->watch->refused(self->watch->data, subject, local);
    g_error_free(local);
    return TRUE;
}

static gboolean
check_picture(Run *self, const char *name, gboolean *ret_is, GError **error)
{
    gboolean found = FALSE;
    GError *local = NULL;
    VtAsset asset;

    if (!vt_asset_by_name(self->db, self->tenant_id, name, &asset, &found, error))
        return FALSE;
    *ret_is = found && asset.type == VT_ASSET_TYPE_IMAGE;
    if (*ret_is || self->passes_over)
        return TRUE;
    vt_throw(
        &local, found ? VT_ERROR_MEDIA_TYPE : VT_ERROR_UNKNOWN_ASSET, "'%s' is no picture", name);
    return tell(self, name, local, error);
}

static gboolean
take_named(Run *self, const json_t *assets, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (gsize i = 0; i < json_array_size(assets); i++) {
        const char *name = json_string_value(json_array_get(assets, i));
        gboolean is_picture = FALSE;

        if (!g_hash_table_add(seen, (gpointer)(gsize)name))
            continue;
        if (!check_picture(self, name, &is_picture, error))
            return FALSE;
        if (is_picture)
            g_ptr_array_add(self->pictures, g_strdup(name));
    }
    return TRUE;
}

static gboolean
take_folder(Run *self, const char *path, GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;
    gint64 folder_id = 0;

    if (!vt_folder_find(self->db, self->tenant_id, path, &folder_id, error) ||
        (stmt = vt_db_stmt(self->db, &vt_sql_picture_of_folder, error)) == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", self->tenant_id);
    vt_stmt_bind_int(stmt, "folder_id", folder_id);
    vt_stmt_bind_int(stmt, "most", VT_SET_GENERATE_MAX + 1);
    while (vt_stmt_next(stmt))
        g_ptr_array_add(self->pictures, g_strdup(vt_stmt_text(stmt, "name")));
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    return self->pictures->len <= VT_SET_GENERATE_MAX ||
           vt_throw(error, VT_ERROR_TOO_LARGE, "the folder '%s' has more than %d pictures", path,
               VT_SET_GENERATE_MAX);
}

/* Which sets a preset makes of the pictures: name (char*, owned) -> GPtrArray of borrowed names. */
static GHashTable *
gather(Run *self, const VtSetRule *rule, GError **error)
{
    g_autoptr(GHashTable) sets =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);

    for (guint i = 0; i < self->pictures->len; i++) {
        char *picture = g_ptr_array_index(self->pictures, i);
        g_autofree char *set = NULL;
        GError *local = NULL;
        GPtrArray *list;

        if (!vt_set_rule_name(rule, picture, &set, &local)) {
            if (!tell(self, picture, local, error))
                return NULL;
            continue;
        }
        if (set == NULL)
            continue;
        list = g_hash_table_lookup(sets, set);
        if (list == NULL) {
            list = g_ptr_array_new();
            g_hash_table_insert(sets, g_steal_pointer(&set), list);
        }
        g_ptr_array_add(list, picture);
    }
    return g_steal_pointer(&sets);
}

static gboolean
add_item(Run *self,
    const VtSetRule *rule,
    GPtrArray *items,
    const char *picture,
    json_t *member,
    GError **error)
{
    GError *local = NULL;

    return vt_set_rule_add(rule, items, picture, member, &local) ||
           tell(self, picture, local, error);
}

/* What the set holds already, each with its label and swatch. */
static gboolean
add_present(Run *self,
    const VtSetRule *rule,
    const VtAsset *set,
    GPtrArray *items,
    GHashTable *seen,
    GError **error)
{
    g_auto(VtAssetContent) content = {0};
    g_autoptr(json_t) told = json_object();
    const json_t *members;

    if (!vt_asset_head_content(self->db, set->asset_id, VT_LOCALE_NEUTRAL, &content, error) ||
        !vt_asset_set_describe(self->db, self->tenant_id, &content, told, error))
        return FALSE;
    members = json_object_get(told, "members");
    for (gsize i = 0; i < json_array_size(members); i++) {
        json_t *member = json_array_get(members, i);
        const char *name = json_string_value(json_object_get(member, "asset"));

        g_hash_table_add(seen, g_strdup(name));
        if (!add_item(self, rule, items, name, json_incref(member), error))
            return FALSE;
    }
    return TRUE;
}

/* The set's body with all it is to hold. NULL with an error, also one of the set's own. */
static json_t *
body_of(
    Run *self, const VtSetRule *rule, const VtAsset *set, const GPtrArray *pictures, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) items = vt_set_rule_items_new();
    g_autoptr(json_t) members = json_array();
    int rows = 1;

    if (set != NULL && !add_present(self, rule, set, items, seen, error))
        return NULL;
    for (guint i = 0; i < pictures->len; i++) {
        const char *name = g_ptr_array_index(pictures, i);

        if (!g_hash_table_contains(seen, name) &&
            !add_item(self, rule, items, name, json_pack("{s:s}", "asset", name), error))
            return NULL;
    }
    if (items->len == 0)
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "no picture has a place in the set");
    if (!vt_set_rule_arrange(rule, items, &rows, error))
        return NULL;
    for (guint i = 0; i < items->len; i++)
        json_array_append(members, ((VtSetRuleItem *)g_ptr_array_index(items, i))->member);
    return json_pack("{s:O,s:i}", "members", members, "rows", rows);
}

/* Makes the set or changes it. */
static gboolean
build(Run *self, const VtSetRule *rule, const char *name, const GPtrArray *pictures, GError **error)
{
    const VtAssetType type = vt_set_rule_type(rule) == VT_SET_PRESET_TYPE_IMAGE_SET
                                 ? VT_ASSET_TYPE_IMAGE_SET
                                 : VT_ASSET_TYPE_SPIN_SET;
    g_autoptr(json_t) body = NULL;
    gboolean found = FALSE;
    VtAsset set = {0};

    if (!vt_asset_by_name(self->db, self->tenant_id, name, &set, &found, error))
        return FALSE;
    if (found && set.type != type)
        return vt_throw(error, VT_ERROR_DUPLICATE_NAME, "there is an asset '%s' of type %s", name,
            vt_asset_type_names[set.type]);
    body = body_of(self, rule, found ? &set : NULL, pictures, error);
    if (body == NULL)
        return FALSE;
    if (!found) {
        const VtAssetSetSpec spec = {.tenant_id = self->tenant_id,
            .name = name,
            .type = vt_asset_type_names[type],
            .folder = vt_set_rule_folder(rule),
            .body = body};

        if (!vt_asset_set_create(self->db, &spec, self->actor, &set, error))
            return FALSE;
    } else if (!vt_asset_set_save(
                   self->db, self->tenant_id, name, NULL, body, self->actor, &set, error)) {
        return FALSE;
    }
    g_ptr_array_add(self->made, g_strdup(name));
    self->watch->made(
        self->watch->data, name, (guint)json_array_size(json_object_get(body, "members")), !found);
    return TRUE;
}

static gboolean
apply_rule(Run *self, const VtSetRule *rule, GError **error)
{
    g_autoptr(GHashTable) sets = gather(self, rule, error);
    g_autoptr(GList) names = NULL;

    if (sets == NULL)
        return FALSE;
    names = g_list_sort(g_hash_table_get_keys(sets), (GCompareFunc)strcmp);
    for (GList *at = names; at != NULL; at = at->next) {
        GError *local = NULL;

        if (self->watch->should_stop(self->watch->data))
            return TRUE;
        if (!build(self, rule, at->data, g_hash_table_lookup(sets, at->data), &local) &&
            !tell(self, at->data, local, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_named(const json_t *names, const char *name)
{
    for (gsize i = 0; i < json_array_size(names); i++)
        if (strcmp(json_string_value(json_array_get(names, i)), name) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
check_presets(const json_t *wanted, const json_t *presets, GError **error)
{
    for (gsize i = 0; i < json_array_size(wanted); i++) {
        const char *name = json_string_value(json_array_get(wanted, i));
        gboolean found = FALSE;

        for (gsize j = 0; j < json_array_size(presets) && !found; j++)
            found = strcmp(json_string_value(json_object_get(json_array_get(presets, j), "name")),
                        name) == 0;
        if (!found)
            return vt_throw(error, VT_ERROR_NOT_FOUND, "there is no set preset '%s'", name);
    }
    return TRUE;
}

static gboolean
apply_presets(Run *self, const json_t *wanted, GError **error)
{
    g_autoptr(json_t) presets = vt_set_preset_list(self->db, self->tenant_id, error);

    if (presets == NULL || !check_presets(wanted, presets, error))
        return FALSE;
    for (gsize i = 0; i < json_array_size(presets); i++) {
        const json_t *preset = json_array_get(presets, i);
        g_autoptr(json_t) said = vt_set_preset_rule(preset);
        g_autoptr(VtSetRule) rule = NULL;

        if (wanted != NULL ? !is_named(wanted, json_string_value(json_object_get(preset, "name")))
                           : !json_is_true(json_object_get(preset, "active")))
            continue;
        rule = vt_set_rule_new(said, error);
        if (rule == NULL || !apply_rule(self, rule, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
publish(Run *self, gint64 *ret_seq, GError **error)
{
    g_auto(VtPublishResult) result = {0};
    VtPublishRequest request = {.tenant_id = self->tenant_id};

    if (self->made->len == 0)
        return TRUE;
    g_ptr_array_add(self->made, NULL);
    request.assets = (const char *const *)self->made->pdata;
    if (!vt_publish(self->db, &request, self->actor, &result, error))
        return FALSE;
    *ret_seq = result.seq;
    return TRUE;
}

gboolean
vt_set_generate(VtDb *db,
    gint64 tenant_id,
    const VtSetGenerateOrder *order,
    const VtActor *actor,
    const VtSetGenerateWatch *watch,
    gint64 *ret_seq,
    GError **error)
{
    g_auto(Run) run = {.db = db,
        .tenant_id = tenant_id,
        .actor = actor,
        .watch = watch,
        .passes_over = order->passes_over,
        .pictures = g_ptr_array_new_with_free_func(g_free),
        .made = g_ptr_array_new_with_free_func(g_free)};

    *ret_seq = 0;
    if (!(order->assets != NULL ? take_named(&run, order->assets, error)
                                : take_folder(&run, order->folder, error)) ||
        !apply_presets(&run, order->presets, error))
        return FALSE;
    return order->waits || publish(&run, ret_seq, error);
}

gboolean
vt_set_generate_is_wanted(VtDb *db, gint64 tenant_id, gboolean *ret_wanted, GError **error)
{
    g_autoptr(json_t) presets = vt_set_preset_list(db, tenant_id, error);

    *ret_wanted = FALSE;
    for (gsize i = 0; i < json_array_size(presets); i++)
        *ret_wanted |= json_is_true(json_object_get(json_array_get(presets, i), "active"));
    return presets != NULL;
}
