"""Random rules of schedules in many zones and years, beside a plain model that looks at every day.

The model knows nothing of how the program does it: a rule is drawn as sets of values and a test of days, a clock is
Python's. What it says must be what `GET …/jobs/next-fires` answers, time by time.
"""
from __future__ import annotations

import calendar
import dataclasses
import datetime
import itertools
import json
import os
import random
import zoneinfo
from collections.abc import Callable, Iterator

import tap
import vitrine
from vitrine import equal, holds

RULES = 150 * int(os.environ.get('VITRINE_TEST_SCALE', '1'))
SEED = int(os.environ.get('VITRINE_TEST_SEED', str(random.SystemRandom().randrange(1 << 32))))
FIRES = 12
LAST_YEAR = 2099
ZONES = ('UTC', 'Europe/Berlin', 'America/New_York', 'America/Sao_Paulo', 'Asia/Kolkata', 'Asia/Tehran',
         'Australia/Lord_Howe', 'Pacific/Auckland', 'Africa/Casablanca', 'America/St_Johns')
NAMES = ('SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT')
MONTHS = ('JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC')
UTC = datetime.timezone.utc
DAY = datetime.timedelta(days=1)

Fits = Callable[[datetime.date], bool]


@dataclasses.dataclass(frozen=True)
class Rule:
    text: str
    seconds: list[int]
    minutes: list[int]
    hours: list[int]
    fits: Fits


def last_of(date: datetime.date) -> int:
    return calendar.monthrange(date.year, date.month)[1]


def weekday(date: datetime.date) -> int:
    """0 is Sunday."""
    return date.isoweekday() % 7


def item(dice: random.Random, least: int, most: int, names: tuple[str, ...] = ()) -> tuple[str, set[int]]:
    """One value, range (which may go round) or step of a field, with what it means."""
    def word(value: int) -> str:
        return names[value - least] if names and dice.random() < 0.5 else str(value)

    first, second = dice.randint(least, most), dice.randint(least, most)
    size = most - least + 1
    kind = dice.choice(('value', 'value', 'range', 'step', 'every'))
    if kind == 'value':
        return word(first), {first}
    if kind == 'range':
        span = (second - first) % size
        return f'{word(first)}-{word(second)}', {least + (first - least + step) % size for step in range(span + 1)}
    step = dice.randint(1, size - 1)
    if kind == 'step':
        return f'{first}/{step}', set(range(first, most + 1, step))
    return f'*/{step}', set(range(least, most + 1, step))


def field(dice: random.Random, least: int, most: int, names: tuple[str, ...] = ()) -> tuple[str, set[int]]:
    if dice.random() < 0.2:
        return '*', set(range(least, most + 1))
    items = [item(dice, least, most, names) for _ in range(dice.choice((1, 1, 1, 2, 3)))]
    return ','.join(text for text, _ in items), set().union(*(values for _, values in items))


def nearest_working(date: datetime.date, day: int) -> bool:
    """Whether @date is the Monday to Friday of its month that is nearest to its @day."""
    if day > last_of(date):
        return False
    working = [date.replace(day=other) for other in range(1, last_of(date) + 1)
               if date.replace(day=other).isoweekday() <= 5]
    return date == min(working, key=lambda other: abs(other.day - day))


def by_day(dice: random.Random) -> tuple[str, Fits]:
    number = dice.randint(1, 31)
    back = dice.randint(1, 20)
    text, values = field(dice, 1, 31)
    return dice.choice([
        ('L', lambda date: date.day == last_of(date)),
        (f'L-{back}', lambda date: date.day == last_of(date) - back),
        ('LW', lambda date: nearest_working(date, last_of(date))),
        (f'{number}W', lambda date: nearest_working(date, number)),
        (f'{number}C', lambda date: date.day == number)] + [(text, lambda date: date.day in values)] * 5)


def by_weekday(dice: random.Random) -> tuple[str, Fits]:
    number, nth = dice.randint(1, 7), dice.randint(1, 5)
    text, values = field(dice, 1, 7, NAMES)
    return dice.choice([
        (f'{number}L', lambda date: weekday(date) + 1 == number and date.day + 7 > last_of(date)),
        (f'{number}#{nth}', lambda date: weekday(date) + 1 == number and (date.day - 1) // 7 + 1 == nth),
        ('L', lambda date: weekday(date) == 6)] + [(text, lambda date: weekday(date) + 1 in values)] * 3)


def draw(dice: random.Random) -> Rule:
    second, minute, hour = (field(dice, 0, most) for most in (59, 59, 23))
    month, months = field(dice, 1, 12, MONTHS)
    first_year = dice.randint(1970, LAST_YEAR)
    year, years = dice.choice([('', set(range(1970, LAST_YEAR + 1)))] * 4
                              + [(f' {first_year}/{3}', set(range(first_year, LAST_YEAR + 1, 3)))])
    if dice.random() < 0.5:
        day, day_fits = by_day(dice)
        days = f'{day} {month} ?'
    else:
        day, day_fits = by_weekday(dice)
        days = f'? {month} {day}'
    return Rule(f'{second[0]} {minute[0]} {hour[0]} {days}{year}', sorted(second[1]), sorted(minute[1]),
                sorted(hour[1]), lambda date: date.year in years and date.month in months and day_fits(date))


def leap_end(local: datetime.datetime, zone: zoneinfo.ZoneInfo) -> datetime.datetime:
    """When the clock has leapt over @local."""
    before = int((local - DAY).replace(tzinfo=UTC).timestamp())
    after = int((local + DAY).replace(tzinfo=UTC).timestamp())

    def offset(second: int) -> datetime.timedelta | None:
        return datetime.datetime.fromtimestamp(second, zone).utcoffset()

    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if offset(middle) == offset(before) else (before, middle)
    return datetime.datetime.fromtimestamp(after, UTC)


def instant(local: datetime.datetime, zone: zoneinfo.ZoneInfo) -> datetime.datetime:
    """The first time the clock of @zone shows @local."""
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    shown = first.astimezone(zone).replace(tzinfo=None, fold=0)
    return first if shown == local else leap_end(local, zone)


def days_from(date: datetime.date) -> Iterator[datetime.date]:
    while date.year <= LAST_YEAR:
        yield date
        date += DAY


def fires(rule: Rule, after: datetime.datetime, zone: zoneinfo.ZoneInfo) -> Iterator[datetime.datetime]:
    last = after
    for date in days_from(after.astimezone(zone).date() - DAY):
        if not rule.fits(date):
            continue
        for hour, minute, second in itertools.product(rule.hours, rule.minutes, rule.seconds):
            local = datetime.datetime(date.year, date.month, date.day, hour, minute, second)
            if local.replace(tzinfo=UTC) < after - 2 * DAY:
                continue
            found = instant(local, zone)
            if found > last:
                last = found
                yield found


def ask(workspace: vitrine.Workspace, server: vitrine.Server, rule: str, zone: str,
        after: datetime.datetime) -> vitrine.Reply:
    return server.get(f'/api/v1/{vitrine.TENANT}/jobs/next-fires?rule={vitrine.quoted(rule)}'
                      f'&zone={vitrine.quoted(zone)}&n={FIRES}&after={written(after)}',
                      Authorization=f'Bearer {workspace.token}')


def written(time: datetime.datetime) -> str:
    return time.strftime('%Y-%m-%dT%H:%M:%SZ')


def some_time(dice: random.Random, zone: str) -> datetime.datetime:
    """Any second of 1980 to 2090; often one shortly before the clock of @zone changes."""
    year = dice.randint(1980, 2090)
    start = datetime.datetime(year, 1, 1, tzinfo=UTC)
    clock = zoneinfo.ZoneInfo(zone)
    changes = [start + day * DAY for day in range(365)
               if (start + day * DAY).astimezone(clock).utcoffset()
               != (start + (day + 1) * DAY).astimezone(clock).utcoffset()]
    if changes and dice.random() < 0.5:
        return dice.choice(changes) - datetime.timedelta(seconds=dice.randrange(24 * 3600))
    return start + datetime.timedelta(seconds=dice.randrange(365 * 24 * 3600))


def check(workspace: vitrine.Workspace, server: vitrine.Server, dice: random.Random) -> bool:
    """FALSE when the rule was refused, which only one may be that no day fits."""
    rule, zone = draw(dice), dice.choice(ZONES)
    after = some_time(dice, zone)
    reply = ask(workspace, server, rule.text, zone, after)
    if reply.status != 200:
        equal((reply.status, json.loads(reply.body)['code']), (422, 'bad_value'), f'{rule.text!r} {reply.body!r}')
        fitting = next((date for date in days_from(datetime.date(1970, 1, 1)) if rule.fits(date)), None)
        equal(fitting, None, f'{rule.text!r} is refused')
        return False
    expected = [written(time) for time in itertools.islice(fires(rule, after, zoneinfo.ZoneInfo(zone)), FIRES)]
    equal(reply.json()['fires'], expected, f'{rule.text!r} in {zone} after {written(after)}')
    return True


@tap.test
def random_rules_fire_when_a_plain_model_says(workspace: vitrine.Workspace) -> None:
    print(f'# seed {SEED}', flush=True)
    dice = random.Random(SEED)
    workspace.init()
    with workspace.serving() as server:
        taken = sum(check(workspace, server, dice) for _ in range(RULES))
    holds(taken > RULES // 2, f'{taken} of {RULES} rules are taken')


tap.main(on=('sqlite',))
