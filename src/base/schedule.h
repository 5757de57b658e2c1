/* When something that recurs is due: a rule of six or seven fields, or a word.
 *
 *     second minute hour day-of-month month day-of-week [year]
 *
 * Each field is a list of values, ranges (`MON-FRI`, `22-2` goes round) and steps (`0/5`,
 * `9-17/2`), or `*`. Of the two day fields one is `?`; a `*` beside a given day is taken for it.
 * Days of month also: `L` the last, `L-3`, `LW` the last working day, `15W` the working day nearest
 * the 15th in its month, `5C` the 5th. Days of week, SUN or 1 to SAT or 7: `6L` the last Friday,
 * `6#3` the third, `2C` Monday, `L` Saturday. Names in any case. Years 1970 to 2099.
 *
 * Words: `immediately`, and `hourly`, `daily`, `weekly`, `monthly` for the rule that begins each.
 *
 * A schedule does not change once it is parsed and may be used from any thread.
 */
#pragma once

#include <glib.h>

typedef struct _VtSchedule VtSchedule;

/* VT_ERROR_BAD_VALUE for what is no rule, and for a rule that no date up to 2099 fits. */
VtSchedule *vt_schedule_parse(const char *text, GError **error);
void vt_schedule_free(VtSchedule *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtSchedule, vt_schedule_free)

/* The rule as it is kept: upper case, one blank between fields; a word stays one. Borrowed. */
const char *vt_schedule_text(const VtSchedule *self);

/* `immediately`: always due. */
gboolean vt_schedule_is_immediate(const VtSchedule *self);

/* The first time after @after_us (wall clock, microseconds) the rule names, read on a clock of
 * @zone; 0: never again. A time the clock leaps over is due when the leap ends; one it shows twice
 * is due the first time only. Of `immediately`: @after_us itself. */
gint64 vt_schedule_next(const VtSchedule *self, gint64 after_us, GTimeZone *zone);

/* An IANA zone such as `Europe/Berlin`, or with "" the zone of this machine. VT_ERROR_BAD_VALUE
 * when it is not known here. */
GTimeZone *vt_schedule_zone(const char *name, GError **error);
