/* Ends the wait of assets whose time has come: see publish/activation.h. */
#pragma once

#include "jobs/kind.h"

extern const VtJobKind vt_kind_activation;
