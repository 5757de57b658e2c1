/* Taking published content back, in one transaction or not at all.
 *
 * Documents stay as they are, drafts and check-outs too; only their publications end. A product's
 * context without a live set inherits again. Unpublishing what is not live is a no-op that says so.
 */
#pragma once

#include "publish/publish.h"

typedef struct {
    gint64 tenant_id;
    const char *const *products;   /* ids: their sets; NULL-terminated, or NULL */
    const char *const *categories; /* ids, as products */
    const char *const *assets;     /* names: all their locales; NULL-terminated, or NULL */
    const char *channel; /* products and categories in this channel (`Omnichannel` too) only; NULL:
                            in each */
    const char *locale;  /* products and categories in this locale only; NULL: in each */
    VtOutlets outlets;   /* assets in these contexts only; 0: in all */
    gboolean may_wait;   /* assets alone are only marked where the tenant says so (mark.h) */
    gboolean force;      /* also assets that live sets show; who may is the caller's question */
    gboolean dry_run;    /* only tell: nothing is refused for what shows it, nothing changes */
    gboolean tell_changes; /* of a dry run: which answers would differ */
} VtUnpublishRequest;

typedef struct {
    gint64 seq;            /* log number; 0: nothing asked for was live */
    guint64 n_unpublished; /* documents that are live no more; in a dry run: would be */
    guint64 n_marked;      /* documents that wait for the next publish of everything */
    guint64 n_referenced;  /* live sets that show an asset asked for */
    GPtrArray *referenced; /* char*, owned: their names, the first VT_PUBLISH_MAX_NAMES */
    GPtrArray *holders;    /* char*, owned: live sets of assets that go on without one, likewise */
    GPtrArray *planned;    /* char*, owned: names of what a dry run would take back, likewise */
    VtDifferences changes; /* with tell_changes */
} VtUnpublishResult;

void vt_unpublish_result_clear(VtUnpublishResult *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtUnpublishResult, vt_unpublish_result_clear)

/* As the API and `--json` tell it: UnpublishResult of contract/schemas.json. */
json_t *vt_unpublish_result_json(const VtUnpublishResult *self);

/**
 * vt_unpublish:
 * @db: no transaction is open
 * @ret_result: filled also on failure, with what was found
 *
 * Returns: FALSE with VT_ERROR_REFERENCED (nothing is unpublished; see referenced) unless forced,
 * VT_ERROR_ENTITY_NOT_FOUND or VT_ERROR_NOT_FOUND for a name, VT_ERROR_CHANNEL, VT_ERROR_LOCALE, or
 * an error of db.h.
 */
gboolean vt_unpublish(VtDb *db,
    const VtUnpublishRequest *request,
    const VtActor *actor,
    VtUnpublishResult *ret_result,
    GError **error);

/* An asset's document that stayed live, and a live set that shows it. */
typedef struct {
    gint64 document_id;
    char *by; /* owned: the set's name */
} VtUnpublishHeld;

/* An empty list of them. */
GArray *vt_unpublish_held_new(void);

/* Takes exactly these documents back, in one transaction, but for the assets that a live set not
 * among them shows: they go to @held, unless @force. @ret_seq: log number, 0: nothing was live.
 * Errors: those of db.h; no transaction may be open. */
gboolean vt_unpublish_documents(VtDb *db,
    gint64 tenant_id,
    const GArray *document_ids, /* gint64 */
    gboolean force,
    const VtActor *actor,
    GArray *held,
    gint64 *ret_seq,
    GError **error);
