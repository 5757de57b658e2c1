/* Forgetting jobs that ended longer ago than the setting `job_log_days` says, and what has been in
 * the trash longer than `trash_days`. */
#pragma once

#include "jobs/kind.h"

extern const VtJobKind vt_kind_cleanup;
