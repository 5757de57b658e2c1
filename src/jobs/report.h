/* What a job says of one thing it dealt with. */
#pragma once

#include "jobs/job.h"

/* Everything is borrowed. */
typedef struct {
    VtJobLevel level;
    const char *code;    /* a stable word, of contract/errors.json where it is an error */
    const char *subject; /* name of the thing, or NULL */
    const char *text;    /* for people; cut to VT_JOB_MAX_TEXT */
} VtJobReport;

/* Keeps the report with the number @n of its job; beyond VT_JOB_MAX_ITEMS nothing is kept. */
gboolean vt_job_report_write(
    VtDb *db, gint64 job_id, gint64 n, const VtJobReport *report, gint64 now_us, GError **error);

/* Adds a warning to a job nobody works on, in the caller's transaction. */
gboolean vt_job_report_warn(
    VtDb *db, gint64 job_id, const VtJobReport *report, gint64 now_us, GError **error);
