#include "http/metrics.h"
#include "tests/unit/support.h"

#include <string.h>

static void
requests_are_counted_by_route_status_and_time(void **state)
{
    static const VtRouteRow own = {.id = "own"};
    static const struct {
        const VtRouteRow *row;
        guint status;
        gint64 took_us;
    } row[] = {
        {&vt_route_rows[VT_ROUTE_HEALTHZ], 200, 1000},
        {&vt_route_rows[VT_ROUTE_HEALTHZ], 200, 1001},
        {&vt_route_rows[VT_ROUTE_HEALTHZ], 503, 99000000},
        {&own, 404, 0},
        {NULL, 404, 0},
    };
    static const char *const line[] = {
        "vitrine_http_requests_total{route=\"healthz\",status=\"200\"} 2\n",
        "vitrine_http_requests_total{route=\"healthz\",status=\"503\"} 1\n",
        "vitrine_http_requests_total{route=\"other\",status=\"404\"} 2\n",
        "vitrine_http_request_seconds_bucket{route=\"healthz\",le=\"0.001\"} 1\n",
        "vitrine_http_request_seconds_bucket{route=\"healthz\",le=\"0.0025\"} 2\n",
        "vitrine_http_request_seconds_bucket{route=\"healthz\",le=\"10\"} 2\n",
        "vitrine_http_request_seconds_bucket{route=\"healthz\",le=\"+Inf\"} 3\n",
        "vitrine_http_request_seconds_sum{route=\"healthz\"} 99.002001\n",
        "vitrine_http_request_seconds_count{route=\"other\"} 2\n",
    };
    g_autoptr(VtHttpMetrics) metrics = vt_http_metrics_new();
    g_autoptr(GString) text = g_string_new("");

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++)
        vt_http_metrics_count(metrics, row[i].row, row[i].status, row[i].took_us);
    vt_http_metrics_write(metrics, text);
    for (gsize i = 0; i < G_N_ELEMENTS(line); i++)
        assert_non_null(strstr(text->str, line[i]));
    assert_null(strstr(text->str, "readyz"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_counted_by_route_status_and_time),
    };
    return vt_test_run("http/metrics", tests);
}
