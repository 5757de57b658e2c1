/* Addresses where people without a sign-in see drafts as if they were live, for a time.
 *
 * A preview says who made it, in which tenant, what it shows and until when; all of that is signed
 * with a secret of the installation. Its word, the piece of the address that names it, is
 *     NUMBER.EXPIRES.SIGNATURE      seconds since 1970 UTC; HMAC-SHA-256 in hex
 * What is shown are drafts as they are when somebody looks: products, categories and assets as they
 * were finished last with what they depend on, or what a publish group has finished.
 *
 * A preview ends at its time, when it is revoked, and when who made it may not sign in any more.
 */
#pragma once

#include "base/json.h"
#include "changelog/change.h"

enum { VT_PREVIEW_MAX = 1000 /* of a tenant at once */, VT_PREVIEW_MAX_NAMES = 100 };

/* How an address of a preview begins; its word follows, then an address of the channel API or of a
 * picture. */
#define VT_PREVIEW_PLACE "/preview/v1/"

/* Makes a preview of @request, schema PreviewRequest, with a row of the audit trail. Preview of
 * contract/schemas.json, owned by the caller. NULL with VT_ERROR_BAD_JSON, VT_ERROR_BAD_VALUE,
 * VT_ERROR_MISSING_FIELD (nothing is named), VT_ERROR_TOO_LARGE (too many previews),
 * VT_ERROR_NOT_FOUND or VT_ERROR_ENTITY_NOT_FOUND for a name, or an error of db.h. */
json_t *vt_preview_create(
    VtDb *db, gint64 tenant_id, const json_t *request, const VtActor *actor, GError **error);

/* Schema PreviewList: those that have not ended, newest first. */
json_t *vt_preview_list(VtDb *db, gint64 tenant_id, gint64 now_us, GError **error);

/* Ends a preview, with a row of the audit trail. VT_ERROR_NOT_FOUND when it has ended already. */
gboolean vt_preview_revoke(
    VtDb *db, gint64 tenant_id, gint64 preview_id, const VtActor *actor, GError **error);

/* What a word stands for. */
typedef struct {
    gint64 tenant_id;
    json_t *shows; /* owned: a PreviewRequest without its time */
} VtPreview;

void vt_preview_clear(VtPreview *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtPreview, vt_preview_clear)

/* VT_ERROR_PREVIEW_INVALID for a word that was not signed here, or for another tenant's;
 * VT_ERROR_PREVIEW_ENDED. */
gboolean vt_preview_find(VtDb *db,
    const char *word,
    const char *tenant,
    gint64 now_us,
    VtPreview *ret_preview,
    GError **error);

/* Shows in a shadow session (shadow.h), whose reading transaction is open, what @preview shows.
 * Errors of vt_shadow_fill: names may have gone. A group that is live already shows what is live.
 */
gboolean vt_preview_show(VtDb *db, const VtPreview *preview, GError **error);
