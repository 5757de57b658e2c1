/* Inside of publishing: one function per statement on the plan of the publish that runs. The plan's
 * id is the log number the transaction holds. */
#pragma once

#include "publish/publish.h"

typedef struct {
    VtDb *db;
    gint64 seq;
    gint64 tenant_id;
} VtPublishPlan;

gboolean vt_publish_plan_add_all(VtPublishPlan *self, GError **error);
gboolean vt_publish_plan_add_item(VtPublishPlan *self, const VtPublishItem *item, GError **error);
gboolean vt_publish_plan_add_product(VtPublishPlan *self, const char *code, GError **error);
gboolean vt_publish_plan_add_asset(VtPublishPlan *self, const char *name, GError **error);
gboolean vt_publish_plan_add_dependencies(VtPublishPlan *self, GError **error);

/* Takes out what is live in this very state. */
gboolean vt_publish_plan_drop_live(VtPublishPlan *self, GError **error);

/* Names of documents somebody edits: of the whole tenant, or of those in the plan. Counts all,
 * keeps the first VT_PUBLISH_MAX_NAMES. */
gboolean vt_publish_plan_edited(
    VtPublishPlan *self, gboolean of_tenant, GPtrArray *names, guint64 *ret_n, GError **error);

/* Assets that the planned sets name and that are neither live nor planned, each once;
 * @ret_documents (gint64) are the sets that name them, each once. */
gboolean vt_publish_plan_missing(
    VtPublishPlan *self, GPtrArray *names, guint64 *ret_n, GArray *ret_documents, GError **error);

/* Takes a set out; its name (newly allocated) goes to @names. */
gboolean vt_publish_plan_remove_set(
    VtPublishPlan *self, gint64 document_id, GPtrArray *names, GError **error);

gboolean vt_publish_plan_count(VtPublishPlan *self, guint64 *ret_n, GError **error);

/* Closes, opens and logs the publications of the plan, and empties it. */
gboolean vt_publish_plan_flip(VtPublishPlan *self, GError **error);
