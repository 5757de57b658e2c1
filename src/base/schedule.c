/* See schedule.h. A rule becomes a set of bits for each field; days are worked out month by month.
 * Searching goes by the clock on the wall, then asks which instant that is.
 */
#include "base/schedule.h"

#include "base/error.h"

#include <string.h>

enum { FIRST_YEAR = 1970, LAST_YEAR = 2099, N_YEARS = LAST_YEAR - FIRST_YEAR + 1, MAX_TEXT = 400 };
enum { DAY_S = 24 * 3600, NOTHING = -1, DAYS_OF_WEEK = 7 };

typedef enum { SECOND, MINUTE, HOUR, DAY, MONTH, WEEKDAY, YEAR, N_FIELDS } FieldId;

typedef struct {
    const char *name;
    int first, last;
    const char *const *words; /* of first and what follows; NULL: numbers only */
    gboolean wraps;           /* a range may go round */
} Field;

static const char *const months[] = {
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC", NULL};
static const char *const weekdays[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", NULL};

static const Field field_row[N_FIELDS] = {
    [SECOND] = {"second", 0, 59, NULL, TRUE},
    [MINUTE] = {"minute", 0, 59, NULL, TRUE},
    [HOUR] = {"hour", 0, 23, NULL, TRUE},
    [DAY] = {"day of month", 1, 31, NULL, TRUE},
    [MONTH] = {"month", 1, 12, months, TRUE},
    [WEEKDAY] = {"day of week", 1, 7, weekdays, TRUE},
    [YEAR] = {"year", FIRST_YEAR, LAST_YEAR, NULL, FALSE},
};

static const struct {
    const char *word;
    const char *rule; /* NULL: always due */
} word_row[] = {
    {"immediately", NULL},
    {"hourly", "0 0 * * * ?"},
    {"daily", "0 0 0 * * ?"},
    {"weekly", "0 0 0 ? * MON"},
    {"monthly", "0 0 0 1 * ?"},
};

/* What a day field says beside a set of days. */
typedef enum {
    DAYS_IN_SET,
    DAYS_LAST,         /* number: days before the last one */
    DAYS_LAST_WORKING, /* the last Monday to Friday */
    DAYS_NEAREST,      /* number: the day whose nearest Monday to Friday is meant */
    DAYS_LAST_OF_KIND, /* number: weekday, its last in the month */
    DAYS_NTH_OF_KIND,  /* number: weekday, nth: which */
} Days;

struct _VtSchedule {
    char *text; /* owned */
    gboolean is_immediate;
    gboolean by_weekday;    /* the day of week counts, else that of the month */
    guint64 bits[N_FIELDS]; /* but YEAR */
    gboolean years[N_YEARS];
    Days days;
    int number, nth;
};

void
vt_schedule_free(VtSchedule *self)
{
    if (self == NULL)
        return;
    g_free(self->text);
    g_free(self);
}

const char *
vt_schedule_text(const VtSchedule *self)
{
    return self->text;
}

gboolean
vt_schedule_is_immediate(const VtSchedule *self)
{
    return self->is_immediate;
}

static gboolean
refuse(const Field *field, const char *item, GError **error)
{
    return vt_throw(error, VT_ERROR_BAD_VALUE, "'%s' is not allowed as the %s of a schedule", item,
        field->name);
}

static gboolean
parse_number(const char *text, int least, int most, int *ret_number)
{
    guint64 number = 0;

    if (!g_ascii_string_to_unsigned(text, 10, (guint64)least, (guint64)most, &number, NULL))
        return FALSE;
    *ret_number = (int)number;
    return TRUE;
}

/* A number or a name. */
static gboolean
parse_value(const Field *field, const char *text, int *ret_value)
{
    for (int i = 0; field->words != NULL && field->words[i] != NULL; i++)
        if (strcmp(field->words[i], text) == 0) {
            *ret_value = field->first + i;
            return TRUE;
        }
    return parse_number(text, field->first, field->last, ret_value);
}

static void
mark(VtSchedule *self, FieldId id, int value)
{
    if (id == YEAR)
        self->years[value - FIRST_YEAR] = TRUE;
    else
        self->bits[id] |= G_GUINT64_CONSTANT(1) << value;
}

/* `*`, a value or a range; a value alone goes on to the end where a step follows. */
static gboolean
parse_range(const Field *field, const char *text, gboolean has_step, int *ret_from, int *ret_to)
{
    const char *dash = strchr(text, '-');
    g_autofree char *from = dash != NULL ? g_strndup(text, (gsize)(dash - text)) : g_strdup(text);

    *ret_from = field->first;
    *ret_to = field->last;
    if (strcmp(text, "*") == 0 || (has_step && *text == '\0'))
        return TRUE;
    if (!parse_value(field, from, ret_from))
        return FALSE;
    if (dash != NULL)
        return parse_value(field, dash + 1, ret_to) && (*ret_from <= *ret_to || field->wraps);
    if (!has_step)
        *ret_to = *ret_from;
    return TRUE;
}

static gboolean
parse_item(VtSchedule *self, FieldId id, const char *item, GError **error)
{
    const Field *field = &field_row[id];
    int size = field->last - field->first + 1, from = 0, to = 0, step = 1;
    const char *slash = strchr(item, '/');
    g_autofree char *range =
        slash != NULL ? g_strndup(item, (gsize)(slash - item)) : g_strdup(item);

    if (!parse_range(field, range, slash != NULL, &from, &to) ||
        (slash != NULL && !parse_number(slash + 1, 1, size, &step)))
        return refuse(field, item, error);
    if (to < from)
        to += size;
    for (int value = from; value <= to; value += step)
        mark(self, id, value > field->last ? value - size : value);
    return TRUE;
}

static gboolean
parse_list(VtSchedule *self, FieldId id, const char *text, GError **error)
{
    g_auto(GStrv) items = g_strsplit(text, ",", -1);

    for (char **item = items; *item != NULL; item++)
        if (!parse_item(self, id, *item, error))
            return FALSE;
    return TRUE;
}

static gboolean
set_days(VtSchedule *self, Days days, int number, int nth)
{
    self->days = days;
    self->number = number;
    self->nth = nth;
    return TRUE;
}

/* A day of month that is no list. FALSE without an error: it is one. */
static gboolean
parse_special_day(VtSchedule *self, const char *text)
{
    gsize length = strlen(text);
    g_autofree char *head = g_strndup(text, length - 1);
    int number = 0;

    if (strcmp(text, "L") == 0)
        return set_days(self, DAYS_LAST, 0, 0);
    if (strcmp(text, "LW") == 0)
        return set_days(self, DAYS_LAST_WORKING, 0, 0);
    if (g_str_has_prefix(text, "L-") && parse_number(text + 2, 0, 30, &number))
        return set_days(self, DAYS_LAST, number, 0);
    if (text[length - 1] == 'W' && parse_number(head, 1, 31, &number))
        return set_days(self, DAYS_NEAREST, number, 0);
    if (text[length - 1] != 'C' || !parse_number(head, 1, 31, &number))
        return FALSE;
    mark(self, DAY, number);
    return TRUE;
}

/* The same for a day of week. */
static gboolean
parse_special_weekday(VtSchedule *self, const char *text)
{
    const Field *field = &field_row[WEEKDAY];
    gsize length = strlen(text);
    const char *hash = strchr(text, '#');
    g_autofree char *head = g_strndup(text, hash != NULL ? (gsize)(hash - text) : length - 1);
    int weekday = field->last, nth = 0;

    if (strcmp(text, "L") != 0 && !parse_value(field, head, &weekday))
        return FALSE;
    if (hash != NULL)
        return parse_number(hash + 1, 1, 5, &nth) && set_days(self, DAYS_NTH_OF_KIND, weekday, nth);
    if (length > 1 && text[length - 1] == 'L')
        return set_days(self, DAYS_LAST_OF_KIND, weekday, 0);
    if (strcmp(text, "L") != 0 && text[length - 1] != 'C')
        return FALSE;
    mark(self, WEEKDAY, weekday);
    return TRUE;
}

/* Which of the two day fields counts; the other becomes `?`. */
static gboolean
choose_days(VtSchedule *self, char **fields, GError **error)
{
    gboolean no_day = strcmp(fields[DAY], "?") == 0;
    gboolean no_weekday = strcmp(fields[WEEKDAY], "?") == 0;
    FieldId open = strcmp(fields[WEEKDAY], "*") == 0 ? WEEKDAY : DAY;

    if (no_day && no_weekday)
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "one of day of month and day of week must be given");
    if (!no_day && !no_weekday) {
        if (strcmp(fields[open], "*") != 0)
            return vt_throw(error, VT_ERROR_BAD_VALUE,
                "day of month and day of week cannot both be given; write ? for one");
        g_free(fields[open]);
        fields[open] = g_strdup("?");
        no_day = open == DAY;
    }
    self->by_weekday = no_day;
    return TRUE;
}

static gboolean
parse_days(VtSchedule *self, char **fields, GError **error)
{
    FieldId id = self->by_weekday ? WEEKDAY : DAY;
    gboolean is_special = self->by_weekday ? parse_special_weekday(self, fields[id])
                                           : parse_special_day(self, fields[id]);

    return is_special || parse_list(self, id, fields[id], error);
}

/* The fields of a rule in upper case, NULL at the end; NULL with an error unless there are 6 or 7.
 */
static char **
split(const char *text, GError **error)
{
    g_autofree char *upper = g_ascii_strup(text, -1);
    g_auto(GStrv) pieces = g_strsplit_set(upper, " \t", -1);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) fields = NULL;
    guint n;

    for (char **piece = pieces; *piece != NULL; piece++)
        if (**piece != '\0')
            g_strv_builder_add(builder, *piece);
    fields = g_strv_builder_end(builder);
    n = g_strv_length(fields);
    if (n != N_FIELDS && n != N_FIELDS - 1)
        return vt_throw_null(error, VT_ERROR_BAD_VALUE,
            "a schedule has 6 or 7 fields (second minute hour day month weekday [year]) or is one "
            "of immediately, hourly, daily, weekly, monthly");
    return g_steal_pointer(&fields);
}

static gboolean
parse_rule(VtSchedule *self, const char *text, GError **error)
{
    g_auto(GStrv) fields = split(text, error);

    if (fields == NULL || !choose_days(self, fields, error) || !parse_days(self, fields, error))
        return FALSE;
    for (FieldId id = SECOND; id < N_FIELDS; id++)
        if (id != DAY && id != WEEKDAY &&
            !parse_list(self, id, id == YEAR && fields[id] == NULL ? "*" : fields[id], error))
            return FALSE;
    self->text = g_strjoinv(" ", fields);
    return TRUE;
}

VtSchedule *
vt_schedule_parse(const char *text, GError **error)
{
    g_autoptr(VtSchedule) self = g_new0(VtSchedule, 1);
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autofree char *word = NULL;

    if (strlen(text) > MAX_TEXT)
        return vt_throw_null(
            error, VT_ERROR_BAD_VALUE, "a schedule has at most %d bytes", MAX_TEXT);
    word = g_strstrip(g_ascii_strdown(text, -1));
    for (gsize i = 0; i < G_N_ELEMENTS(word_row); i++) {
        if (strcmp(word, word_row[i].word) != 0)
            continue;
        self->is_immediate = word_row[i].rule == NULL;
        if (!self->is_immediate && !parse_rule(self, word_row[i].rule, error))
            return NULL;
        g_free(self->text);
        self->text = g_steal_pointer(&word);
        return g_steal_pointer(&self);
    }
    if (!parse_rule(self, text, error))
        return NULL;
    if (vt_schedule_next(self, 0, utc) == 0)
        return vt_throw_null(
            error, VT_ERROR_BAD_VALUE, "no date fits the schedule '%s'", self->text);
    return g_steal_pointer(&self);
}

/* A time on the wall. */
typedef struct {
    int year, month, day, hour, minute, second;
} Wall;

/* 1 is Sunday. */
static int
weekday_of(int year, int month, int day)
{
    g_autoptr(GDateTime) date = g_date_time_new_utc(year, month, day, 0, 0, 0);

    return g_date_time_get_day_of_week(date) % DAYS_OF_WEEK + 1;
}

static gboolean
is_working(int weekday)
{
    return weekday != 1 && weekday != DAYS_OF_WEEK;
}

/* The Monday to Friday nearest to @day that is in its month; NOTHING where there is no such day. */
static int
nearest_working(int day, int last, int weekday)
{
    if (day > last)
        return NOTHING;
    if (is_working(weekday))
        return day;
    if (weekday == 1)
        return day < last ? day + 1 : day - 2;
    return day > 1 ? day - 1 : day + 2;
}

/* The one day of a month that is not told by a set; NOTHING. */
static int
special_day(const VtSchedule *self, int year, int month, int last)
{
    int weekday_of_last = weekday_of(year, month, last);
    int first_of_kind, day;

    switch (self->days) {
    case DAYS_LAST:
        return last - self->number;
    case DAYS_LAST_WORKING:
        return nearest_working(last, last, weekday_of_last);
    case DAYS_NEAREST:
        return nearest_working(
            self->number, last, weekday_of(year, month, MIN(self->number, last)));
    case DAYS_LAST_OF_KIND:
        return last - (weekday_of_last - self->number + DAYS_OF_WEEK) % DAYS_OF_WEEK;
    case DAYS_NTH_OF_KIND:
        first_of_kind =
            1 + (self->number - weekday_of(year, month, 1) + DAYS_OF_WEEK) % DAYS_OF_WEEK;
        day = first_of_kind + DAYS_OF_WEEK * (self->nth - 1);
        return day <= last ? day : NOTHING;
    case DAYS_IN_SET:
        break;
    }
    return NOTHING;
}

/* The days of a month as bits. */
static guint64
days_of(const VtSchedule *self, int year, int month)
{
    int last = g_date_get_days_in_month((GDateMonth)month, (GDateYear)year), special;
    guint64 days = 0;

    if (self->days != DAYS_IN_SET) {
        special = special_day(self, year, month, last);
        return special > 0 ? G_GUINT64_CONSTANT(1) << special : 0;
    }
    if (!self->by_weekday)
        return self->bits[DAY] & ((G_GUINT64_CONSTANT(2) << last) - 1);
    for (int day = 1, weekday = weekday_of(year, month, 1); day <= last; day++) {
        if (self->bits[WEEKDAY] >> weekday & 1)
            days |= G_GUINT64_CONSTANT(1) << day;
        weekday = weekday % DAYS_OF_WEEK + 1;
    }
    return days;
}

/* The lowest bit from @from on; NOTHING. */
static int
next_bit(guint64 bits, int from)
{
    for (int bit = from; bit < 64; bit++)
        if (bits >> bit & 1)
            return bit;
    return NOTHING;
}

/* Moves @wall to the first time of its day that fits, itself included; FALSE when none is left. */
static gboolean
next_in_day(const VtSchedule *self, Wall *wall)
{
    int hour = next_bit(self->bits[HOUR], wall->hour);

    if (hour == wall->hour) {
        int minute = next_bit(self->bits[MINUTE], wall->minute);
        int second = next_bit(self->bits[SECOND], minute == wall->minute ? wall->second : 0);

        if (minute == wall->minute && second == NOTHING) {
            minute = next_bit(self->bits[MINUTE], wall->minute + 1);
            second = next_bit(self->bits[SECOND], 0);
        }
        wall->minute = minute;
        wall->second = second;
        if (minute != NOTHING)
            return TRUE;
        hour = next_bit(self->bits[HOUR], wall->hour + 1);
    }
    wall->hour = hour;
    wall->minute = next_bit(self->bits[MINUTE], 0);
    wall->second = next_bit(self->bits[SECOND], 0);
    return hour != NOTHING;
}

static void
begin_day(Wall *wall, int day)
{
    wall->day = day;
    wall->hour = wall->minute = wall->second = 0;
}

/* Moves @wall to the first day that fits, itself included; FALSE when no year is left. */
static gboolean
next_day(const VtSchedule *self, Wall *wall)
{
    while (wall->year <= LAST_YEAR) {
        gboolean fits = wall->month <= 12 && self->years[wall->year - FIRST_YEAR] &&
                        (self->bits[MONTH] >> wall->month & 1) != 0;
        int day = fits ? next_bit(days_of(self, wall->year, wall->month), wall->day) : NOTHING;

        if (day == wall->day)
            return TRUE;
        begin_day(wall, day);
        if (day != NOTHING)
            return TRUE;
        begin_day(wall, 1);
        wall->month++;
        if (wall->month > 12) {
            wall->month = 1;
            wall->year++;
        }
    }
    return FALSE;
}

static gint64
offset_at(GTimeZone *zone, gint64 instant_s)
{
    int interval = g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, instant_s);

    return g_time_zone_get_offset(zone, interval);
}

/* The end of a leap of the clock between two instants. */
static gint64
leap_end(GTimeZone *zone, gint64 before_s, gint64 after_s)
{
    gint64 offset = offset_at(zone, before_s);

    while (after_s - before_s > 1) {
        gint64 middle = before_s + (after_s - before_s) / 2;

        if (offset_at(zone, middle) == offset)
            before_s = middle;
        else
            after_s = middle;
    }
    return after_s;
}

/* When a clock of @zone shows @wall: the first time it does, or when the leap over it ends. */
static gint64
instant_of(const Wall *wall, GTimeZone *zone)
{
    g_autoptr(GDateTime) shown = g_date_time_new_utc(
        wall->year, wall->month, wall->day, wall->hour, wall->minute, wall->second);
    gint64 shown_s = g_date_time_to_unix(shown);
    gint64 before = offset_at(zone, shown_s - DAY_S), after = offset_at(zone, shown_s + DAY_S);
    gint64 first = shown_s - MAX(before, after), second = shown_s - MIN(before, after);

    if (first + offset_at(zone, first) == shown_s)
        return first;
    if (second + offset_at(zone, second) == shown_s)
        return second;
    return leap_end(zone, shown_s - DAY_S, shown_s + DAY_S);
}

static Wall
wall_at(gint64 instant_s, GTimeZone *zone)
{
    gint64 shown_s = instant_s + offset_at(zone, instant_s);
    g_autoptr(GDateTime) shown = g_date_time_new_from_unix_utc(MAX(shown_s, 0));

    return (Wall){g_date_time_get_year(shown), g_date_time_get_month(shown),
        g_date_time_get_day_of_month(shown), g_date_time_get_hour(shown),
        g_date_time_get_minute(shown), g_date_time_get_second(shown)};
}

gint64
vt_schedule_next(const VtSchedule *self, gint64 after_us, GTimeZone *zone)
{
    gint64 after_s = MAX(after_us, 0) / G_USEC_PER_SEC;
    Wall wall;

    if (self->is_immediate)
        return after_us;
    if (after_s > G_GINT64_CONSTANT(4102444800)) /* 2100 */
        return 0;
    wall = wall_at(after_s + 1, zone);
    while (next_day(self, &wall)) {
        while (next_in_day(self, &wall)) {
            gint64 instant_s = instant_of(&wall, zone);

            if (instant_s > after_s)
                return instant_s * G_USEC_PER_SEC;
            wall.second++;
        }
        begin_day(&wall, wall.day + 1);
    }
    return 0;
}

GTimeZone *
vt_schedule_zone(const char *name, GError **error)
{
    GTimeZone *zone = *name == '\0' ? g_time_zone_new_local() : g_time_zone_new_identifier(name);

    if (zone == NULL)
        return vt_throw_null(error, VT_ERROR_BAD_VALUE,
            "'%s' is no time zone known here; write for example Europe/Berlin", name);
    return zone;
}
