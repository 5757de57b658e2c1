/* Loading a catalogue file: channels, dimensions, categories, catalogues, products with variants.
 *
 *     { "channels":   [{"code", "name", "type", "locales", "default_locale", "database"}],
 *       "dimensions": [{"name", "values": [{"value", "swatch"}]}],
 *       "categories": [{"id", "name", "parent", "channels"}],
 *       "catalogs":   [{"number", "channels"}],
 *       "products":   [{"id", "name", "type": "simple"|"master", "dimensions", "categories",
 * "channels", "variants": [{"id", "name", "values": {"Color": "Blue"}}]}] }
 *
 * Every part is optional. A file updates what it names and removes nothing. A row that cannot be is
 * refused with its reason and the others go on. Rows are written in short transactions, each with
 * its own log number, so a crash leaves whole products; loading the file again completes it.
 */
#pragma once

#include "base/json.h"
#include "changelog/change.h"

typedef struct {
    guint64 channels, dimensions, categories, catalogs, products, variants; /* rows read */
    guint64 changed; /* of those, new or different now */
    guint64 refused;
    GPtrArray *problems; /* char*, owned: why, one line each; the first VT_CATALOG_MAX_PROBLEMS */
} VtCatalogReport;

enum { VT_CATALOG_MAX_PROBLEMS = 1000 };

void vt_catalog_report_clear(VtCatalogReport *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtCatalogReport, vt_catalog_report_clear)

/* As the API and `--json` tell it: CatalogReport of contract/schemas.json. */
json_t *vt_catalog_report_json(const VtCatalogReport *self);

/* Called now and then with the number of products done and in all. */
typedef void (*VtCatalogProgress)(guint64 done, guint64 total, gpointer data);

/* @ret_report is filled also when FALSE is returned: FALSE is a database that failed (what was
 * reported as done is done) or a file that is not of the form at all (VT_ERROR_BAD_JSON); refused
 * rows alone are TRUE. Opens its own transactions on @db. @progress may be NULL. */
gboolean vt_catalog_import(VtDb *db,
    gint64 tenant_id,
    json_t *file,
    const VtActor *actor,
    VtCatalogProgress progress,
    gpointer data,
    VtCatalogReport *ret_report,
    GError **error);
