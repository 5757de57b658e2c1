#include "assignment/category_media.h"

#include "base/error.h"
#include "set_sql.h"

#include <string.h>

static const VtAssignmentKey master = {.scope = VT_SCOPE_MASTER};

gint64
vt_category_media_asset(const VtAssignment *self)
{
    const VtAssignmentNode *node = vt_assignment_find(self, &master);
    const GArray *rows = node != NULL ? node->rows[VT_MEDIA_GROUP_PRIMARY] : NULL;

    return rows != NULL && rows->len > 0 ? g_array_index(rows, VtAssignmentRow, 0).asset_id : 0;
}

/* Assets are never deleted and keep their type; one that is not there yet is the writer's mistake.
 */
static gboolean
check_picture(VtDb *db, gint64 asset_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_category_media_type, error);
    gboolean is_picture = FALSE;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    while (vt_stmt_next(stmt))
        is_picture =
            strcmp(vt_stmt_text(stmt, "type"), vt_asset_type_names[VT_ASSET_TYPE_IMAGE]) == 0;
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    return is_picture || vt_throw(error, VT_ERROR_MEDIA_TYPE, "a category shows a picture only");
}

gboolean
vt_category_media_put(
    VtDb *db, VtAssignment *self, VtMediaGroup group, gint64 asset_id, GError **error)
{
    gint64 shown = vt_category_media_asset(self);

    if (group != VT_MEDIA_GROUP_PRIMARY)
        return vt_throw(error, VT_ERROR_CATEGORY_LIMIT, "a category has no additional media");
    if (shown != 0 && shown != asset_id)
        return vt_throw(error, VT_ERROR_CATEGORY_LIMIT,
            "the category shows another picture in this channel and locale already");
    return check_picture(db, asset_id, error) &&
           vt_assignment_put(self, &master, VT_MEDIA_GROUP_PRIMARY, asset_id, NULL, 1, error);
}

/* Whether the node holds nothing but one Primary row of the master. */
static gboolean
is_one_picture(const VtAssignmentNode *node)
{
    return node->key.scope == VT_SCOPE_MASTER && node->rows[VT_MEDIA_GROUP_PRIMARY]->len == 1 &&
           node->rows[VT_MEDIA_GROUP_ADDITIONAL]->len == 0;
}

gboolean
vt_category_media_check(VtDb *db, const VtAssignment *self, GError **error)
{
    gboolean beside = self->swatches->len > 0 || self->n_matrix > 0;

    if (self->nodes->len == 0 && !beside)
        return TRUE;
    if (self->nodes->len != 1 || beside || !is_one_picture(g_ptr_array_index(self->nodes, 0)))
        return vt_throw(
            error, VT_ERROR_CATEGORY_LIMIT, "a category shows one picture and nothing else");
    return check_picture(db, vt_category_media_asset(self), error);
}
