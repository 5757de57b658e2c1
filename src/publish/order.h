/* What a publish or unpublish is told as JSON, by the API or as the parameters of a job, and what a
 * publish group is: schemas PublishRequest, UnpublishRequest and GroupSelection of
 * contract/schemas.json. */
#pragma once

#include "publish/group_items.h"
#include "publish/unpublish.h"

/* The request borrows from the lists, which are owned. */
typedef struct {
    VtPublishRequest request;
    VtPublishMode mode;
    GStrv products, categories, assets;
} VtPublishOrder;

void vt_publish_order_clear(VtPublishOrder *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtPublishOrder, vt_publish_order_clear)

/* VT_ERROR_BAD_VALUE, VT_ERROR_BAD_ENUM (the mode, a context), VT_ERROR_MISSING_FIELD when nothing
 * is named. A mode asks for everything of its kind; it is full unless told. */
gboolean vt_publish_order_parse(
    const json_t *body, gint64 tenant_id, VtPublishOrder *ret_order, GError **error);

/* channel and locale are borrowed from the body. */
typedef struct {
    VtUnpublishRequest request;
    GStrv products, categories, assets;
} VtUnpublishOrder;

void vt_unpublish_order_clear(VtUnpublishOrder *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtUnpublishOrder, vt_unpublish_order_clear)

/* Errors as above. */
gboolean vt_unpublish_order_parse(
    const json_t *body, gint64 tenant_id, VtUnpublishOrder *ret_order, GError **error);

/* from, channel and locale are borrowed from the body. */
typedef struct {
    VtGroupSelection selection;
    const char *from; /* where to copy from, as it was said; NULL: the live site */
    GStrv products, categories, assets;
} VtGroupOrder;

void vt_group_order_clear(VtGroupOrder *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtGroupOrder, vt_group_order_clear)

/* Errors as above. */
gboolean vt_group_order_parse(const json_t *body, VtGroupOrder *ret_order, GError **error);
