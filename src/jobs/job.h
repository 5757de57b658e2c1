/* The record of a job: what is to be done, how far it is, how it ended, and what it reported. */
#pragma once

#include "base/json.h"
#include "contract/contract.h"
#include "db/db.h"
#include "db/migrate.h"

/* Bounds of what people give. */
enum {
    VT_JOB_MAX_NAME = 200, /* bytes */
    VT_JOB_MAX_DESCRIPTION = 2000,
    VT_JOB_MAX_PARAMETERS = 1 << 20,
    VT_JOB_MAX_ITEMS = 10000, /* reports kept of a job; counters count on */
    VT_JOB_MAX_TEXT = 2000,   /* bytes kept of a report's text */
    VT_JOB_MAX_PAGE = 1000,   /* reports in one answer */
    VT_JOB_MAX_LIST = 100,    /* jobs in one answer */
    VT_JOB_MAX_SKIP = 10000,
    VT_JOB_MAX_OPEN = 10000, /* jobs of a tenant that have not ended */
};

/* Times are microseconds since 1970 UTC, 0 where there is none; strings are owned. */
typedef struct {
    gint64 job_id;
    gint64 tenant_id;
    char *kind;
    VtJobState state;
    char *name;          /* unique in the tenant */
    char *original_name; /* as it was given */
    char *description;
    char *locale;
    char *node; /* the process that has its files, which alone works on it; NULL: any */
    VtJobEmail email;
    gint64 submitted_by; /* account; 0: the command line */
    gint64 run_as;       /* account in whose name it works; 0: nobody's */
    gint64 parent_id;    /* the recurring job whose time this was, or the job it follows; 0: none */
    gint64 priority;     /* more comes first */
    json_t *parameters;  /* owned */
    json_t *notice;      /* owned; NULL: nobody is told; see notice.h */
    json_t *follow;      /* owned; NULL: no job follows */
    json_t *checkpoint;  /* owned; NULL: none was saved */
    json_t *result;      /* owned; what the kind says of it, or NULL */
    gint64 created_us, ready_us, started_us, ended_us;
    gint64 attempt; /* of the worker that has it, counted from 1 */
    gint64 n_failures, max_attempts;
    gint64 n_total, n_done; /* of things to deal with */
    gint64 n_success, n_warning, n_error;
    gint64 n_items;   /* reported in all */
    char *message;    /* what it is doing, or NULL */
    char *error_code; /* why it failed, or why it is tried again; NULL: it did not */
    char *error_text;
    gboolean has_notice_due; /* the address has not been told yet, */
    gint64 n_notice_tries;   /* though so often tried */
    gboolean is_booked;      /* the rest is known: see book.h */
    char *rule;              /* NULL: fires once */
    char *zone;
    gint64 next_fire_us, last_fire_us;
    gint64 n_missed;
} VtJob;

void vt_job_free(VtJob *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtJob, vt_job_free)

/* VT_ERROR_NOT_FOUND, or an error of db.h. */
VtJob *vt_job_read(VtDb *db, gint64 job_id, GError **error);

typedef struct {
    gint64 tenant_id;
    const char *state;     /* a word of vt_job_state_names, or NULL: any */
    const char *kind;      /* or NULL */
    gint64 account_id;     /* who submitted it or in whose name it runs; 0: anybody */
    gint64 from_us, to_us; /* began (else was made) in this time; the end is excluded */
    const char *sort;      /* a word of vt_job_sort_names; NULL: newest first */
    gboolean is_descending;
    guint limit, skip;
} VtJobQuery;

/* What a list may be sorted by, NULL at the end. */
extern const char *const vt_job_sort_names[];

/* Owned VtJob*. VT_ERROR_BAD_ENUM for a word that is not known, VT_ERROR_BAD_VALUE for a limit or
 * skip out of bounds. */
GPtrArray *vt_job_list(VtDb *db, const VtJobQuery *query, GError **error);

/* Schema Job; its `version` is another one whenever anything else in it is. People are named by the
 * caller, NULL: nobody. Owned by the caller. */
json_t *vt_job_json(const VtJob *self, const char *submitted_by, const char *run_as);

/* Schema JobItemList: at most @limit reports after the number @after, of one level or (NULL) of
 * all. Owned by the caller. VT_ERROR_BAD_ENUM, VT_ERROR_BAD_VALUE. */
json_t *vt_job_items_json(
    VtDb *db, gint64 job_id, const char *level, gint64 after, guint limit, GError **error);

/* How many jobs of all tenants that have not ended are in each state. */
gboolean vt_job_count(VtDb *db, guint64 counts[VT_JOB_STATE_COUNT], GError **error);

/* How much of it is done, 0 to 100; 100 when it is done. */
guint vt_job_percent(const VtJob *self);

extern const VtMigration vt_jobs_migrations[];
extern const gsize vt_jobs_n_migrations;
