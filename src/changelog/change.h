/* Writing and reading the ordered log.
 *
 * A VtChange collects what a transaction altered; vt_change_write() takes the next number and
 * writes it. Call it as the last statement before the commit, so that the head is locked for no
 * longer than needed.
 */
#pragma once

#include "db/db.h"
#include "db/migrate.h"

/* Who makes a change, from a signed-in request, a job or the command line. */
typedef struct {
    gint64 account_id;  /* 0: nobody signed in (command line) */
    gint64 job_id;      /* 0: no job */
    gint64 now_us;      /* wall clock, microseconds since 1970 UTC; passed in so tests own time */
    const char *origin; /* borrowed: the client's address; NULL: this machine */
} VtActor;

typedef struct _VtChange VtChange;

/* @cause: a stable word for people, such as "publish" or "catalog import". */
VtChange *vt_change_new(gint64 tenant_id, const char *cause);
void vt_change_free(VtChange *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtChange, vt_change_free)

/* @subject: the id of the altered thing; the same (kind, subject) twice is kept once. */
void vt_change_add(VtChange *self, VtLogKind kind, gint64 subject);
gboolean vt_change_is_empty(const VtChange *self);

/* Numbers and writes the change and empties it; a change without entries writes nothing and gives
 * 0. @db is in a writing transaction, which must commit or roll back next. Errors: those of db.h.
 */
gboolean vt_change_write(
    VtChange *self, VtDb *db, const VtActor *actor, gint64 *ret_seq, GError **error);

/* For publishing, which locks the head first: the number of this transaction. */
gboolean vt_changelog_lock(VtDb *db, gint64 *ret_seq, GError **error);

/* Writes the row of a number taken by lock(), and its row of the audit trail; the caller writes the
 * entries. */
gboolean vt_changelog_record(
    VtDb *db, gint64 seq, const char *cause, const VtActor *actor, GError **error);

/* The newest number this transaction or session can see. */
gboolean vt_changelog_head(VtDb *db, gint64 *ret_seq, GError **error);

/* The first number a job has written; 0: it has not. */
gboolean vt_changelog_of_job(VtDb *db, gint64 job_id, gint64 *ret_seq, GError **error);

/* When a number was written, and why (newly allocated); NULL when there is no such number. */
gboolean vt_changelog_when(
    VtDb *db, gint64 seq, gint64 *ret_at_us, char **ret_cause, GError **error);

typedef struct {
    gint64 seq;
    VtLogKind kind;
    gint64 subject;
} VtLogEntry;

/* The entries of a tenant with @after < seq <= @up_to, in order, as VtLogEntry. */
GArray *vt_changelog_read(VtDb *db, gint64 tenant_id, gint64 after, gint64 up_to, GError **error);

extern const VtMigration vt_changelog_migrations[];
extern const gsize vt_changelog_n_migrations;
