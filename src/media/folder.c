#include "media/folder.h"

#include "base/error.h"
#include "changelog/audit.h"
#include "folder_sql.h"
#include "tenant/setting.h"

#include <string.h>

/* The names of a path, owned; none for the root. */
static char **
split(const char *path, GError **error)
{
    g_auto(GStrv) names = *path != '\0' ? g_strsplit(path, "/", -1) : g_new0(char *, 1);

    if (g_strv_length(names) > VT_FOLDER_MAX_DEPTH)
        return vt_throw_null(
            error, VT_ERROR_BAD_VALUE, "a folder is at most %d deep", VT_FOLDER_MAX_DEPTH);
    for (char **name = names; *name != NULL; name++) {
        gsize length = strlen(*name);
        gboolean good = length >= 1 && length <= VT_FOLDER_NAME_MAX &&
                        g_utf8_validate(*name, (gssize)length, NULL);

        for (const char *at = *name; good && *at != '\0'; at++)
            good = (unsigned char)*at >= 0x20 && *at != 0x7f;
        if (!good)
            return vt_throw_null(error, VT_ERROR_BAD_VALUE,
                "the names of a folder's path have 1 to %d bytes of UTF-8 without control "
                "characters",
                VT_FOLDER_NAME_MAX);
    }
    return g_steal_pointer(&names);
}

/* Runs a statement on (tenant, parent, name) that gives the folder's id; 0 when it gives none. */
static gboolean
step(VtDb *db,
    const VtSql *sql,
    gint64 tenant_id,
    gint64 parent_id,
    const char *name,
    gint64 *ret_folder_id,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "parent_id", parent_id);
    vt_stmt_bind_text(stmt, "name", name);
    return vt_stmt_read_int(stmt, "folder_id", ret_folder_id, error);
}

/* The folder of the first @n names. */
static gboolean
find(VtDb *db, gint64 tenant_id, char **names, guint n, gint64 *ret_folder_id, GError **error)
{
    gint64 folder_id = 0;

    for (guint i = 0; i < n; i++) {
        if (!step(db, &vt_sql_folder_find, tenant_id, folder_id, names[i], &folder_id, error))
            return FALSE;
        if (folder_id == 0)
            return vt_throw(error, VT_ERROR_NOT_FOUND, "there is no folder '%s'", names[i]);
    }
    *ret_folder_id = folder_id;
    return TRUE;
}

gboolean
vt_folder_find(VtDb *db, gint64 tenant_id, const char *path, gint64 *ret_folder_id, GError **error)
{
    g_auto(GStrv) names = split(path, error);

    return names != NULL && find(db, tenant_id, names, g_strv_length(names), ret_folder_id, error);
}

static gboolean
note(VtDb *db,
    gint64 tenant_id,
    const char *action,
    const char *path,
    const VtActor *actor,
    GError **error)
{
    const VtAudit audit = {.tenant_id = tenant_id, .action = action, .subject = path};

    return vt_audit_write(db, &audit, actor, error);
}

gboolean
vt_folder_ensure(VtDb *db,
    gint64 tenant_id,
    const char *path,
    const VtActor *actor,
    gint64 *ret_folder_id,
    GError **error)
{
    g_auto(GStrv) names = split(path, error);
    gint64 folder_id = 0;
    gboolean made = FALSE;

    for (guint i = 0; names != NULL && names[i] != NULL; i++) {
        gint64 parent_id = folder_id;

        if (!step(db, &vt_sql_folder_find, tenant_id, parent_id, names[i], &folder_id, error))
            return FALSE;
        if (folder_id != 0)
            continue;
        made = TRUE;
        if (!step(db, &vt_sql_folder_add, tenant_id, parent_id, names[i], &folder_id, error))
            return FALSE;
        if (folder_id == 0)
            return vt_throw(
                error, VT_ERROR_TOO_LARGE, "a tenant has at most %d folders", VT_FOLDER_MAX);
    }
    if (names == NULL || (made && !note(db, tenant_id, "folder add", path, actor, error)))
        return FALSE;
    *ret_folder_id = folder_id;
    return TRUE;
}

/* One row of the tree. */
typedef struct {
    gint64 folder_id, parent_id;
    char *name;
    gint64 n_assets;
    char *mode; /* its own, or NULL */
    char *path; /* for people; made when asked */
} Node;

static void
free_node(gpointer data)
{
    Node *self = data;

    g_free(self->name);
    g_free(self->mode);
    g_free(self->path);
    g_free(self);
}

/* All folders of the tenant, and the same by id; owned. */
static gboolean
load_tree(VtDb *db, gint64 tenant_id, GPtrArray **ret_nodes, GHashTable **ret_by_id, GError **error)
{
    g_autoptr(GPtrArray) nodes = g_ptr_array_new_with_free_func(free_node);
    g_autoptr(GHashTable) by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_folder_list, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    while (vt_stmt_next(stmt)) {
        Node *node = g_new0(Node, 1);

        node->folder_id = vt_stmt_int(stmt, "folder_id");
        node->parent_id = vt_stmt_int(stmt, "parent_id");
        node->name = g_strdup(vt_stmt_text(stmt, "name"));
        node->mode = g_strdup(vt_stmt_text(stmt, "publish_mode"));
        node->n_assets = vt_stmt_int(stmt, "n_assets");
        g_ptr_array_add(nodes, node);
        g_hash_table_insert(by_id, &node->folder_id, node);
    }
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    *ret_nodes = g_steal_pointer(&nodes);
    *ret_by_id = g_steal_pointer(&by_id);
    return TRUE;
}

static char *
path_of(GHashTable *by_id, gint64 folder_id)
{
    g_autofree char *path = g_strdup("");

    for (guint depth = 0; folder_id != 0 && depth < VT_FOLDER_MAX_DEPTH; depth++) {
        const Node *node = g_hash_table_lookup(by_id, &folder_id);
        char *longer;

        if (node == NULL)
            break;
        longer = *path == '\0' ? g_strdup(node->name) : g_strconcat(node->name, "/", path, NULL);
        g_free(path);
        path = longer;
        folder_id = node->parent_id;
    }
    return g_steal_pointer(&path);
}

char *
vt_folder_path(VtDb *db, gint64 tenant_id, gint64 folder_id, GError **error)
{
    g_autoptr(GHashTable) by_id = NULL;
    g_autoptr(GPtrArray) nodes = NULL;

    if (folder_id == 0)
        return g_strdup("");
    return load_tree(db, tenant_id, &nodes, &by_id, error) ? path_of(by_id, folder_id) : NULL;
}

static int
by_path(gconstpointer a, gconstpointer b)
{
    const Node *const *one = a, *const *other = b;

    return strcmp((*one)->path, (*other)->path);
}

/* Its own mode, or that of the next folder above that has one. */
static const char *
effective_mode(GHashTable *by_id, const Node *node, const char *of_root)
{
    for (guint depth = 0; node != NULL && depth < VT_FOLDER_MAX_DEPTH; depth++) {
        if (node->mode != NULL)
            return node->mode;
        node = g_hash_table_lookup(by_id, &node->parent_id);
    }
    return of_root;
}

json_t *
vt_folder_list(VtDb *db, gint64 tenant_id, GError **error)
{
    g_autofree char *of_root =
        vt_setting_read(db, tenant_id, VT_SETTING_FOLDER_PUBLISH_MODE, NULL, error);
    g_autoptr(GHashTable) by_id = NULL;
    g_autoptr(GPtrArray) nodes = NULL;
    json_t *list;

    if (of_root == NULL || !load_tree(db, tenant_id, &nodes, &by_id, error))
        return NULL;
    for (guint i = 0; i < nodes->len; i++) {
        Node *node = g_ptr_array_index(nodes, i);

        node->path = path_of(by_id, node->folder_id);
    }
    g_ptr_array_sort(nodes, by_path);
    list = json_array();
    for (guint i = 0; i < nodes->len; i++) {
        const Node *node = g_ptr_array_index(nodes, i);

        json_array_append_new(
            list, json_pack("{s:s,s:I,s:s?,s:s}", "path", node->path, "assets",
                      (json_int_t)node->n_assets, "publish_mode", node->mode,
                      "effective_publish_mode", effective_mode(by_id, node, of_root)));
    }
    return json_pack("{s:o}", "folders", list);
}

/* How many steps up from @folder_id the folder @above_id is; -1 when it is not above. */
static int
steps_up(GHashTable *by_id, gint64 folder_id, gint64 above_id)
{
    for (int steps = 0; folder_id != 0 && steps < VT_FOLDER_MAX_DEPTH; steps++) {
        const Node *node = g_hash_table_lookup(by_id, &folder_id);

        if (folder_id == above_id)
            return steps;
        folder_id = node != NULL ? node->parent_id : 0;
    }
    return -1;
}

/* Levels of the tree that begins with the folder. */
static int
height_of(const GPtrArray *nodes, GHashTable *by_id, gint64 folder_id)
{
    int deepest = 0;

    for (guint i = 0; i < nodes->len; i++) {
        const Node *node = g_ptr_array_index(nodes, i);

        deepest = MAX(deepest, steps_up(by_id, node->folder_id, folder_id));
    }
    return deepest + 1;
}

static gboolean
check_place(
    VtDb *db, gint64 tenant_id, gint64 folder_id, gint64 parent_id, guint depth, GError **error)
{
    g_autoptr(GHashTable) by_id = NULL;
    g_autoptr(GPtrArray) nodes = NULL;

    if (!load_tree(db, tenant_id, &nodes, &by_id, error))
        return FALSE;
    if (steps_up(by_id, parent_id, folder_id) >= 0)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "a folder cannot be moved into itself");
    return (int)depth - 1 + height_of(nodes, by_id, folder_id) <= VT_FOLDER_MAX_DEPTH ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "a folder is at most %d deep", VT_FOLDER_MAX_DEPTH);
}

static gboolean
move_to(VtDb *db, gint64 folder_id, gint64 parent_id, const char *name, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_folder_move, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "folder_id", folder_id);
    vt_stmt_bind_int(stmt, "parent_id", parent_id);
    vt_stmt_bind_text(stmt, "name", name);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
refuse_root(guint depth, GError **error)
{
    return depth > 0 ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "the root is no folder that can be changed");
}

gboolean
vt_folder_move(VtDb *db,
    gint64 tenant_id,
    const char *path,
    const char *new_path,
    const VtActor *actor,
    GError **error)
{
    g_auto(GStrv) from = split(path, error);
    g_auto(GStrv) to = from != NULL ? split(new_path, error) : NULL;
    gint64 folder_id = 0, parent_id = 0, taken = 0;
    guint depth = to != NULL ? g_strv_length(to) : 0;

    if (to == NULL || !refuse_root(MIN(depth, g_strv_length(from)), error) ||
        !find(db, tenant_id, from, g_strv_length(from), &folder_id, error) ||
        !find(db, tenant_id, to, depth - 1, &parent_id, error) ||
        !step(db, &vt_sql_folder_find, tenant_id, parent_id, to[depth - 1], &taken, error))
        return FALSE;
    if (taken == folder_id)
        return TRUE;
    if (taken != 0)
        return vt_throw(error, VT_ERROR_DUPLICATE_NAME, "there is a folder '%s' already", new_path);
    return check_place(db, tenant_id, folder_id, parent_id, depth, error) &&
           move_to(db, folder_id, parent_id, to[depth - 1], error) &&
           note(db, tenant_id, "folder move", new_path, actor, error);
}

gboolean
vt_folder_of_asset(VtDb *db, gint64 asset_id, gint64 *ret_folder_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_folder_of_asset, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    return vt_stmt_read_int(stmt, "folder_id", ret_folder_id, error);
}

gboolean
vt_folder_put_asset(VtDb *db, gint64 asset_id, gint64 folder_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_folder_put_asset, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    vt_stmt_bind_int(stmt, "folder_id", folder_id);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
check_empty(VtDb *db, gint64 folder_id, const char *path, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_folder_is_used, error);
    gboolean used = FALSE;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "folder_id", folder_id);
    while (vt_stmt_next(stmt))
        used = TRUE;
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    return !used || vt_throw(error, VT_ERROR_NOT_EMPTY,
                        "the folder '%s' holds folders or assets; move them first", path);
}

static gboolean
run_on(VtDb *db, const VtSql *sql, gint64 folder_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "folder_id", folder_id);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_folder_remove(VtDb *db, gint64 tenant_id, const char *path, const VtActor *actor, GError **error)
{
    gint64 folder_id = 0;

    return refuse_root((guint)strlen(path), error) &&
           vt_folder_find(db, tenant_id, path, &folder_id, error) &&
           check_empty(db, folder_id, path, error) &&
           run_on(db, &vt_sql_folder_forget, folder_id, error) &&
           run_on(db, &vt_sql_folder_remove, folder_id, error) &&
           note(db, tenant_id, "folder remove", path, actor, error);
}
