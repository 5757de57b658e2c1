/* Bulk import: a table of assets and assignments becomes media, media sets and publications.
 *
 *     read rows -> look assets up -> take files in (threads) -> write assets, 500 rows a
 * transaction then: each product's set once -> everything marked PublishNow in one publish -> what
 * is taken back -> the result
 *
 * A row that cannot be done says why and stops no other. The same file again changes nothing.
 * An import that is killed goes on from its trail.
 */
#pragma once

#include "base/http_client.h"
#include "base/json.h"
#include "base/tsv.h"
#include "changelog/change.h"
#include "manifest/trail.h"
#include "media/ingest.h"

/* What became of a row that does not change any more. */
typedef struct {
    guint line;          /* of the file, from 1 */
    const char *subject; /* the asset, or what it is shown on */
    VtImportResult result;
    const char *code; /* for ErrorCode; "" without */
    const char *text;
} VtManifestRowReport;

/* For who follows an import, stops it, or lets it go on after a kill. Every member may be NULL; all
 * are called on the calling thread. */
typedef struct {
    /* @doing: what it does beside going through the rows, or NULL */
    void (*progress)(gpointer data, guint n_done, guint n_rows, const char *doing);

    /* TRUE, from then on: rows that are not begun are left out, what they ask for at the end too:
     * nothing goes live or is taken back any more. They are Skipped with VT_ERROR_STOPPED. */
    gboolean (*should_stop)(gpointer data);

    /* Each row but those that were done before, once; rows that failed before the next keep(). */
    void (*report)(gpointer data, const VtManifestRowReport *report);

    /* See trail.h; without it nothing is kept. */
    VtManifestKeep keep;
    const char *trail_path;
    gint64 trail_bytes;
    gpointer data;
} VtManifestWatch;

typedef struct {
    VtDb *db;         /* borrowed: the caller's thread's alone, no transaction open */
    VtIngest *ingest; /* borrowed */
    gint64 tenant_id;
    const char *media_dir;        /* where MediaImportPath is looked up, or NULL */
    const VtHttpAllowed *allowed; /* borrowed: private addresses to fetch from, or NULL */
    guint workers;                /* threads that take files in; 0: 2 */
    gboolean rerun_all;           /* also rows whose Result says that they are done */
    gboolean force; /* take assets back that published sets show; who may is the caller's
                       question */
    VtActor actor;
    const VtManifestWatch *watch; /* borrowed, or NULL */
} VtManifestOptions;

typedef struct {
    guint n_rows;                         /* without the header */
    guint counts[VT_IMPORT_RESULT_COUNT]; /* of rows by result; carried ones are a Success */
    guint64 n_published;                  /* documents */
    gint64 seq; /* log number of the last publish or unpublish; 0: neither was */
    gboolean is_stopped;
} VtManifestReport;

/**
 * vt_manifest_import:
 * @result_path: where the result manifest goes, or NULL
 * @ret_report: filled when the file could be read, whatever became of its rows
 *
 * Returns: FALSE when the file as a whole is refused and nothing was done: VT_ERROR_MANIFEST_HEADER
 *   and those of vt_tsv_load; VT_ERROR_FILE_MISSING (no such media folder); an error of db.h; or
 *   when the result could not be written (VT_ERROR_STORAGE). With a trail also when that could not
 *   be kept: what was done until then stays.
 */
gboolean vt_manifest_import(const VtManifestOptions *options,
    const char *path,
    const char *result_path,
    VtManifestReport *ret_report,
    GError **error);

/* Whether the file can be imported: errors as of vt_manifest_import. */
gboolean vt_manifest_check(const char *path, GError **error);

/* As jobs and `--json` tell it: ImportReport of contract/schemas.json. */
json_t *vt_manifest_report_json(const VtManifestReport *self);

/* The paths the rows still to be done name, each once, as char*, owned; no web addresses. Errors as
 * of vt_manifest_import. */
GPtrArray *vt_manifest_files_named(const char *path, GError **error);

/* Of every manifest. */
extern const VtTsvLimits vt_manifest_limits;
