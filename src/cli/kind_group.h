/* The job that waits for the time of a publish group. */
#pragma once

#include "jobs/kind.h"

extern const VtJobKind vt_kind_group;
