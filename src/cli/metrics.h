/* `/metrics`: what the rooms count, gathered in Prometheus' text form. Here, for no room below sees
 * all of them. */
#pragma once

#include "db/pool.h"
#include "delivery/delivery.h"
#include "http/server.h"

/* All borrowed; what is set after the routes were made may be filled in until the server runs. */
typedef struct {
    VtDbPool *pool;
    VtDelivery *delivery;
    VtHttpMetrics *http;
    const char *node; /* whose consumers are told of */
} VtMetrics;

/* Appends the VtRoute row; it points to @self. */
void vt_metrics_add_routes(VtMetrics *self, GArray *routes);
