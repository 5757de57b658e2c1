/* Imports as jobs: the manifest and its files lie in the folder of the job (see
 * api/api.h), the result manifest when it has ended. See jobs/files.h. */
#pragma once

#include "jobs/kind.h"

extern const VtJobKind vt_kind_import;
