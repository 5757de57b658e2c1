/* Having every edge forget things, later, again and again, or with a report of what each did. */
#pragma once

#include "jobs/kind.h"

extern const VtJobKind vt_kind_purge;
