/* Publishing and unpublishing as jobs: one transaction each, reported document by document. */
#pragma once

#include "jobs/kind.h"

extern const VtJobKind vt_kind_publish;
extern const VtJobKind vt_kind_unpublish;
