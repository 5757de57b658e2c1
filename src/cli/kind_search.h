/* The job `search`: has the search index of every read store brought up at once. */
#pragma once

#include "jobs/kind.h"

extern const VtJobKind vt_kind_search;
