/* What the server counts of its requests: by route of the contract and by status, with a histogram
 * of the time from the head to the last byte. Fixed in size; adding takes no lock. Safe from any
 * thread.
 */
#pragma once

#include "contract/contract.h"

#include <glib.h>

typedef struct _VtHttpMetrics VtHttpMetrics;

VtHttpMetrics *vt_http_metrics_new(void);
void vt_http_metrics_free(VtHttpMetrics *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtHttpMetrics, vt_http_metrics_free)

/* @row: NULL or no row of the contract counts as route "other". @status: 100 to 599. */
void vt_http_metrics_count(
    VtHttpMetrics *self, const VtRouteRow *row, guint status, gint64 took_us);

/* Appends vitrine_http_requests_total and vitrine_http_request_seconds in Prometheus' text form;
 * routes never asked are left out. */
void vt_http_metrics_write(VtHttpMetrics *self, GString *text);
