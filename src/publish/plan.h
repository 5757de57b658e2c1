/* Inside of publishing: one function per statement on the plan of the publish that runs. The plan's
 * id is the log number the transaction holds. */
#pragma once

#include "media/outlet.h"
#include "publish/unpublish.h"

typedef struct {
    VtDb *db;
    gint64 seq;
    gint64 tenant_id;
} VtPublishPlan;

gboolean vt_publish_plan_add_all(VtPublishPlan *self, GError **error);
gboolean vt_publish_plan_add_item(VtPublishPlan *self, const VtPublishItem *item, GError **error);
gboolean vt_publish_plan_add_product(VtPublishPlan *self, const char *code, GError **error);
gboolean vt_publish_plan_add_category(VtPublishPlan *self, const char *code, GError **error);

/* Drafts of assets in chosen contexts: what is not there in its newest state, if not taken back
 * from there in it. */
gboolean vt_publish_plan_add_all_in(VtPublishPlan *self, VtOutlets outlets, GError **error);

/* @outlets: what was chosen, or 0. Also VT_ERROR_MEDIA_TYPE when the asset shows in none of them.
 */
gboolean vt_publish_plan_add_asset(
    VtPublishPlan *self, const char *name, VtOutlets outlets, GError **error);

/* Planned assets go live in these contexts too; where they are live they go on. Nothing chosen (0):
 * where they are live, or everywhere. */
gboolean vt_publish_plan_choose(VtPublishPlan *self, VtOutlets outlets, GError **error);

/* For unpublishing: only in these contexts; 0: in all. */
gboolean vt_publish_plan_leave(VtPublishPlan *self, VtOutlets outlets, GError **error);

/* All that the request names; the plan may hold what is live already. */
gboolean vt_publish_plan_collect(
    VtPublishPlan *self, const VtPublishRequest *request, GError **error);

gboolean vt_publish_plan_add_dependencies(VtPublishPlan *self, GError **error);

/* What planned sets of assets hold, and what sets among that hold, and so on. */
gboolean vt_publish_plan_add_members(VtPublishPlan *self, GError **error);

enum { VT_PUBLISH_ANY_CHANNEL = -1 };

/* For unpublishing: what is live of a product in a channel and a locale (NULL: in each), and of an
 * asset in every locale. */
gboolean vt_publish_plan_close_product(
    VtPublishPlan *self, const char *code, gint64 channel_id, const char *locale, GError **error);
gboolean vt_publish_plan_close_category(
    VtPublishPlan *self, const char *code, gint64 channel_id, const char *locale, GError **error);
gboolean vt_publish_plan_close_asset(VtPublishPlan *self, const char *name, GError **error);

gboolean vt_publish_plan_close_document(VtPublishPlan *self, gint64 document_id, GError **error);

/* Takes the assets out that live sets, not in the plan, show; they go to @held as VtUnpublishHeld.
 */
gboolean vt_publish_plan_hold(VtPublishPlan *self, GArray *held, GError **error);

/* Names of live sets of assets, not in the plan, that hold an asset of the plan: the first
 * VT_PUBLISH_MAX_NAMES. They stay live, without it. */
gboolean vt_publish_plan_holders(VtPublishPlan *self, GPtrArray *names, GError **error);

/* Names of live sets, not in the plan, that show an asset of the plan. Counts all, keeps the first
 * VT_PUBLISH_MAX_NAMES. */
gboolean vt_publish_plan_referenced(
    VtPublishPlan *self, GPtrArray *names, guint64 *ret_n, GError **error);

/* Names of the documents in the plan: the first VT_PUBLISH_MAX_NAMES go to @names, @ret_n counts
 * all. */
gboolean vt_publish_plan_names(
    VtPublishPlan *self, GPtrArray *names, guint64 *ret_n, GError **error);

/* Takes out what has been live once, in whatever state. */
gboolean vt_publish_plan_drop_known(VtPublishPlan *self, GError **error);

/* What a publish group has finished. */
gboolean vt_publish_plan_add_group(VtPublishPlan *self, gint64 group_id, GError **error);

/* What was live before log number @seq of what it changed; @ret_n: how many documents. */
gboolean vt_publish_plan_add_undo(VtPublishPlan *self, gint64 seq, guint64 *ret_n, GError **error);

/* Names of what was published or taken back after @seq (unless @force), and of what would come back
 * out of the trash. Counts all, keeps the first VT_PUBLISH_MAX_NAMES. */
gboolean vt_publish_plan_changed(VtPublishPlan *self,
    gint64 seq,
    gboolean force,
    GPtrArray *names,
    guint64 *ret_n,
    GError **error);

/* A set that would show what is not live. Strings are owned. */
typedef struct {
    gint64 document_id; /* of the set */
    char *name;         /* of the asset */
    char *by;           /* name of the set */
} VtPublishBereft;

/* What planned sets (of assets too), or live ones of products, would show and what would not be
 * live in any revision once the plan is carried out, as VtPublishBereft; owned by the caller. */
GArray *vt_publish_plan_bereft(VtPublishPlan *self, GError **error);

/* Makes what is planned the live site's heads: for what was not finished there. After an undo only
 * where the head is what is undone. */
gboolean vt_publish_plan_move_heads(VtPublishPlan *self, GError **error);

/* What is in the plan, as VtPublishItem; owned by the caller. */
GArray *vt_publish_plan_items(VtPublishPlan *self, GError **error);

/* Takes out what is live in this very state, or is not live and is not to be. */
gboolean vt_publish_plan_drop_live(VtPublishPlan *self, GError **error);

/* Names of documents somebody edits: of the whole tenant, or of those in the plan. Counts all,
 * keeps the first VT_PUBLISH_MAX_NAMES. */
gboolean vt_publish_plan_edited(
    VtPublishPlan *self, gboolean of_tenant, GPtrArray *names, guint64 *ret_n, GError **error);

/* Assets that the planned sets name and that are neither live nor planned, each once;
 * @ret_documents (gint64) are the sets that name them, each once. */
gboolean vt_publish_plan_missing(
    VtPublishPlan *self, GPtrArray *names, guint64 *ret_n, GArray *ret_documents, GError **error);

/* Takes a document out. */
gboolean vt_publish_plan_remove(VtPublishPlan *self, gint64 document_id, GError **error);

/* Takes a set out; its name (newly allocated) goes to @names. */
gboolean vt_publish_plan_remove_set(
    VtPublishPlan *self, gint64 document_id, GPtrArray *names, GError **error);

/* Closes, opens and logs the publications of the plan and empties it; the caller commits. @ret_n:
 * how many documents changed; 0: nothing was written. */
gboolean vt_publish_plan_write(
    VtPublishPlan *self, const char *cause, const VtActor *actor, guint64 *ret_n, GError **error);

/* The same, and commits @tx. */
gboolean vt_publish_plan_commit(VtPublishPlan *self,
    VtTx *tx,
    const char *cause,
    const VtActor *actor,
    guint64 *ret_n,
    GError **error);
