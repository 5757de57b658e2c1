/* Where media sets are kept: one document per (product or category, channel, locale, catalogue).
 *
 * Functions that write run in the caller's transaction.
 */
#pragma once

#include "assignment/assignment.h"
#include "document/document.h"

typedef struct {
    gint64 product_id;  /* 0 for a category's */
    gint64 category_id; /* 0 for a product's */
    gint64 channel_id;  /* VT_CHANNEL_OMNI: Omnichannel */
    gint64 catalog_id;  /* 0: none */
    char locale[65];    /* canonical */
} VtSetKey;

/* VT_ERROR_CATALOG for a catalogue on Omnichannel or of a category, VT_ERROR_CHANNEL for a category
 * on Omnichannel. */
gboolean vt_set_key_check(const VtSetKey *key, GError **error);

/* The set's document; 0 when there is none yet. */
gboolean vt_set_find(VtDb *db, const VtSetKey *key, gint64 *ret_document_id, GError **error);

/* The set's document, made when missing. */
gboolean vt_set_ensure(VtDb *db,
    gint64 tenant_id,
    const VtSetKey *key,
    const VtActor *actor,
    gint64 *ret_document_id,
    GError **error);

/* Forgets a set that was never published: its context inherits as if it had never been. Errors:
 * those of vt_document_delete. */
gboolean vt_set_delete(VtDb *db, gint64 document_id, GError **error);

/* The key of a document; product_id and category_id are 0 when it is no set. */
gboolean vt_set_of_document(VtDb *db, gint64 document_id, VtSetKey *ret_key, GError **error);

/* A revision's content; an empty set for number 0 and for a tombstone. */
VtAssignment *vt_set_load(VtDb *db, gint64 document_id, gint64 number, GError **error);

/* Makes @assignment (tidied here) the head of the state's branch. @state as for
 * vt_revision_check_in, whose errors it has; for a category also those of vt_category_media_check.
 */
gboolean vt_set_check_in(VtDb *db,
    VtDocumentState *state,
    VtAssignment *assignment,
    const VtActor *actor,
    gint64 *ret_number,
    gboolean *ret_changed,
    GError **error);

/* Adds @assignment (tidied here) as a revision that is not the head; see vt_revision_add. Errors as
 * for vt_set_check_in. */
gboolean vt_set_add_revision(VtDb *db,
    const VtDocumentState *state,
    VtAssignment *assignment,
    const VtActor *actor,
    gint64 *ret_number,
    GError **error);

typedef struct {
    gint64 document_id;
    gint64 number; /* the live revision */
    VtSetKey key;
    VtAssignment *assignment; /* owned */
} VtSetPublished;

/* What is live of a product or a category, in every context, as owned VtSetPublished*. */
GPtrArray *vt_set_published_of_product(VtDb *db, gint64 product_id, GError **error);
GPtrArray *vt_set_published_of_category(VtDb *db, gint64 category_id, GError **error);

/* What would be live of one of them, the other being 0, if the publish group went live now. */
GPtrArray *vt_set_previewed(
    VtDb *db, gint64 product_id, gint64 category_id, gint64 group_id, GError **error);

/* What was live of a product at a log number, in the same form. */
GPtrArray *vt_set_published_at(VtDb *db, gint64 product_id, gint64 seq, GError **error);

/* Every locale the product or category has a set in, live or not; owned. */
char **vt_set_locales_of_product(VtDb *db, gint64 product_id, GError **error);
char **vt_set_locales_of_category(VtDb *db, gint64 category_id, GError **error);

extern const VtMigration vt_assignment_migrations[];
extern const gsize vt_assignment_n_migrations;
