/* Sets made of pictures by their names: the presets of a tenant (media/set_preset.h) applied to
 * pictures of the library.
 *
 * A set that is there keeps what it holds and gets the new pictures in their places; where nothing
 * changes, nothing is written. What cannot be placed, and sets that cannot be made, are reported
 * and stop no others.
 */
#pragma once

#include "media/set_rule.h"
#include "publish/publish.h"

enum { VT_SET_GENERATE_MAX = 1000 /* pictures of one run */ };

/* What to do, as a body tells it; strings are borrowed from it.
 *
 *     {"assets": ["cup-R1-C1"], "folder": "spins", "presets": ["spins"], "publish": true}
 *
 * Pictures are named, or are all right inside a folder. Presets are the active ones unless named;
 * those are applied whether active or not. */
typedef struct {
    const json_t *assets;  /* NULL: those of the folder */
    const char *folder;    /* or NULL */
    const json_t *presets; /* NULL: the active ones */
    gboolean waits;        /* nothing is published */
    gboolean passes_over;  /* names of what is no picture; else they are told */
} VtSetGenerateOrder;

/* VT_ERROR_BAD_VALUE, VT_ERROR_MISSING_FIELD, VT_ERROR_TOO_LARGE. */
gboolean vt_set_generate_parse(const json_t *body, VtSetGenerateOrder *ret_order, GError **error);

/* Told of each set that was made or changed, and of each thing that went wrong. */
typedef struct {
    void (*made)(gpointer data, const char *set, guint n_members, gboolean is_new);
    void (*refused)(gpointer data, const char *subject, const GError *error);
    gboolean (*should_stop)(gpointer data); /* between sets */
    gpointer data;
} VtSetGenerateWatch;

/* @ret_seq: log number what was made went live with; 0: nothing did. VT_ERROR_NOT_FOUND for a
 * folder or a preset, VT_ERROR_TOO_LARGE for too many pictures, an error of vt_publish or of db.h;
 * sets that were made stay. No transaction is open. */
gboolean vt_set_generate(VtDb *db,
    gint64 tenant_id,
    const VtSetGenerateOrder *order,
    const VtActor *actor,
    const VtSetGenerateWatch *watch,
    gint64 *ret_seq,
    GError **error);

/* Whether the tenant has an active preset. */
gboolean vt_set_generate_is_wanted(
    VtDb *db, gint64 tenant_id, gboolean *ret_wanted, GError **error);
