/* Forgetting jobs that ended longer ago than the setting `job_log_days` says. */
#pragma once

#include "jobs/kind.h"

extern const VtJobKind vt_kind_cleanup;
