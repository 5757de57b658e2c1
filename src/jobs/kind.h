/* What a job does: a row of a table that rooms above fill. This room runs it and knows no more. */
#pragma once

#include "jobs/job.h"

typedef struct _VtJobRun VtJobRun;

/* Whether a job has files on the server that works on it; see files.h. */
typedef enum {
    VT_JOB_FILES_NONE,
    VT_JOB_FILES_MADE,  /* it makes some */
    VT_JOB_FILES_GIVEN, /* it is taken on with some, so naming it is not enough */
} VtJobFiles;

typedef struct {
    const char *name;     /* the word that is stored: [a-z_]; never changes its meaning */
    const char *label;    /* begins names that nobody gave: `Publish` */
    VtRole role;          /* the least that may submit it and for whom it may run */
    gboolean is_single;   /* at most one job of a tenant is worked on at a time */
    const char *standing; /* rule by which every tenant has one in its book; NULL: none has */
    gboolean
        is_owned; /* taken on and changed by who has the work alone, not by whom asks for jobs */
    VtJobFiles files;
    guint max_attempts; /* 1 or more: how often an error that may pass is met */

    /* Refuses @parameters, an object, when a job is submitted; NULL: there are none to give. */
    gboolean (*check)(const json_t *parameters, GError **error);

    /* Does it, on a worker's thread; see run.h. TRUE when it is done, or when it returned early
     * because it was told to stop. An error whose row of the contract has `retry`, and the loss of
     * the worker, start it again after a while, from its last checkpoint. @data: of VtJobKinds. */
    gboolean (*run)(VtJobRun *run, gpointer data, GError **error);
} VtJobKind;

/* All that a process knows. Immutable; outlives whoever was given it. */
typedef struct {
    const VtJobKind *const *table; /* NULL at the end */
    gpointer data;                 /* borrowed: what the kinds need */
    const char *files;             /* borrowed: the root of files.h; NULL: no kind has files */

    /* Appends the addresses (char*, owned) of those to be told by e-mail that @job has ended, in
     * the transaction that ends it; NULL: nobody is. See mail.h. */
    gboolean (*add_addresses)(
        VtDb *db, const VtJob *job, VtJobOutcome outcome, GPtrArray *addresses, GError **error);
} VtJobKinds;

/* VT_ERROR_BAD_ENUM when there is no such kind. */
const VtJobKind *vt_job_kind_find(const VtJobKinds *self, const char *name, GError **error);
