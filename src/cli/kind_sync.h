/* Bringing the read stores up to the change log as a job: ends when every store has confirmed. */
#pragma once

#include "jobs/kind.h"

extern const VtJobKind vt_kind_sync;
