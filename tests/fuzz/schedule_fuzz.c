/* Any bytes as a rule: either refused, or a rule whose kept form means the same, and whose next
 * times grow in every zone.
 */
#include "base/error.h"
#include "base/schedule.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

enum { STEPS = 3 };

static void
follow(const VtSchedule *schedule, const VtSchedule *again, const char *zone_name)
{
    g_autoptr(GTimeZone) zone = vt_schedule_zone(zone_name, NULL);
    gint64 time_us =
        G_GINT64_CONSTANT(1774700000) * G_USEC_PER_SEC; /* a day before the clocks leap */

    for (int i = 0; i < STEPS && time_us != 0; i++) {
        gint64 next_us = vt_schedule_next(schedule, time_us, zone);

        g_assert_true(next_us == 0 || next_us > time_us);
        g_assert_true(next_us == vt_schedule_next(again, time_us, zone));
        time_us = next_us;
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree char *text = size > 0 ? g_strndup((const char *)data, size) : g_strdup("");
    g_autoptr(GError) error = NULL;
    g_autoptr(VtSchedule) schedule = vt_schedule_parse(text, &error);
    g_autoptr(VtSchedule) again = NULL;

    g_assert_true((schedule == NULL) == (error != NULL));
    if (schedule == NULL) {
        g_assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
        return 0;
    }
    again = vt_schedule_parse(vt_schedule_text(schedule), NULL);
    g_assert_true(again != NULL);
    g_assert_cmpstr(vt_schedule_text(schedule), ==, vt_schedule_text(again));
    if (vt_schedule_is_immediate(schedule))
        return 0;
    follow(schedule, again, "UTC");
    follow(schedule, again, "Europe/Berlin");
    return 0;
}

GPtrArray *
vt_fuzz_seeds(void)
{
    static const char *const seed[] = {"0 0/5 14,18 * * ? 2026-2030", "0 15 10 ? * MON-FRI",
        "0 30 2 LW JAN,MAR ?", "5,7-9/2 * 22-2 15W 11-2 ?", "0 0 0 ? * 6#3", "hourly"};
    GPtrArray *seeds = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

    for (gsize i = 0; i < G_N_ELEMENTS(seed); i++)
        g_ptr_array_add(seeds, g_bytes_new_static(seed[i], strlen(seed[i])));
    return seeds;
}
