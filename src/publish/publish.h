/* Making finished revisions public, in one transaction or not at all.
 *
 * What is published are documents; each goes live in its own context. Publishing what is live
 * already is a no-op that says so. Read stores follow the change log (see sync/): nothing
 * downstream is written here.
 */
#pragma once

#include "base/json.h"
#include "changelog/change.h"
#include "db/db.h"
#include "db/migrate.h"
#include "media/outlet.h"
#include "publish/difference.h"

typedef struct {
    gint64 tenant_id;
    gboolean all;                  /* every finished draft of every kind and locale */
    gboolean only_new;             /* of all: those that never were live */
    const char *const *products;   /* ids: their sets in every context; NULL-terminated, or NULL */
    const char *const *categories; /* ids, as products */
    const char *const *assets;     /* names: all their locales; NULL-terminated, or NULL */
    const VtPublishItem *items;    /* exactly these */
    gsize n_items;
    VtOutlets outlets; /* of all (sets of products left out) and of assets: the contexts they go
                          live in; 0: where they are live, or everywhere */
    gboolean may_wait; /* assets, or items that are assets: are only marked where the tenant says so
                          (mark.h) */
    gboolean with_dependencies; /* assets the sets name go live too, in every locale their channels
                                   can show */
    gboolean name_published;    /* the result names what went live */
    gboolean dry_run; /* only tell: nothing is refused for media or check-outs, nothing changes */
    gboolean tell_changes; /* of a dry run: which answers would differ */
} VtPublishRequest;

enum { VT_PUBLISH_MAX_NAMES = 1000 }; /* names kept in each list of a result */

typedef struct {
    gint64 seq;            /* log number of the publish; 0: everything was live already */
    guint64 n_published;   /* documents that changed; in a dry run: would change */
    guint64 n_marked;      /* documents that wait for the next publish of everything */
    guint64 n_skipped;     /* documents left out because somebody edits or shows them */
    GPtrArray *skipped;    /* char*, owned: their names, the first VT_PUBLISH_MAX_NAMES */
    guint64 n_missing;     /* assets that are not live and would have to be */
    GPtrArray *missing;    /* char*, owned: their names, the first VT_PUBLISH_MAX_NAMES */
    GPtrArray *planned;    /* char*, owned: names of what went live, where asked for, or would */
    GArray *advice;        /* VtPublishAdvice, owned: see warning.h */
    VtDifferences changes; /* with tell_changes */
} VtPublishResult;

void vt_publish_result_clear(VtPublishResult *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtPublishResult, vt_publish_result_clear)

/* As the API and `--json` tell it: PublishResult of contract/schemas.json. */
json_t *vt_publish_result_json(const VtPublishResult *self);

/**
 * vt_publish:
 * @db: no transaction is open
 * @ret_result: filled also on failure, with what was found
 *
 * With `all`, documents that are checked out are skipped and named; asked for by name they are
 * refused.
 *
 * Returns: FALSE with VT_ERROR_UNPUBLISHED_DEPENDENCIES (nothing is published; see missing),
 * VT_ERROR_CHECKED_OUT, VT_ERROR_ENTITY_NOT_FOUND or VT_ERROR_NOT_FOUND for a name,
 * VT_ERROR_MEDIA_TYPE for an asset that shows in none of the chosen contexts, or an error of db.h.
 */
gboolean vt_publish(VtDb *db,
    const VtPublishRequest *request,
    const VtActor *actor,
    VtPublishResult *ret_result,
    GError **error);

extern const VtMigration vt_publish_migrations[];
extern const gsize vt_publish_n_migrations;
