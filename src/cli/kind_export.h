/* Exports as jobs: the manifest is the result of the job; see jobs/files.h. */
#pragma once

#include "jobs/kind.h"

extern const VtJobKind vt_kind_export;
