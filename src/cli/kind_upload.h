/* Jobs that make a manifest of simpler wishes and import it: files by address, texts by table. */
#pragma once

#include "jobs/kind.h"

extern const VtJobKind vt_kind_upload;
extern const VtJobKind vt_kind_metadata;
