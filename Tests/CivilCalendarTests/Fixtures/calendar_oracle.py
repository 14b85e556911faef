"""What two public libraries, python-dateutil and holidays, say about Norwegian days.

Usage: calendar_oracle.py days FIRST LAST   one line per day
       calendar_oracle.py easter FIRST LAST  one line per year
"""

import sys
from datetime import date, timedelta

import holidays
from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

ONE_DAY = timedelta(days=1)


def main(what, first, last):
    if what == "easter":
        for year in range(int(first), int(last) + 1):
            print(year, easter(year).isoformat())
        return
    first, last = date.fromisoformat(first), date.fromisoformat(last)
    # The package leaves ordinary Sundays out unless it is told otherwise; say it, to be sure.
    norway = holidays.Norway(
        years=range(first.year - 1, last.year + 2), include_sundays=False, language="en_US")

    def works(day):
        return day.weekday() < 5 and day not in norway

    def walk(day, step):
        day += step
        while not works(day):
            day += step
        return day

    def shift(day, rule):
        if rule == "none" or works(day):
            return day
        after, before = walk(day, ONE_DAY), walk(day, -ONE_DAY)
        if rule == "next":
            return after
        if rule == "previous":
            return before
        return after if after - day <= day - before else before

    day = first
    while day <= last:
        year, week, weekday = day.isocalendar()
        words = [day.isoformat(), f"{year}-W{week:02}-{weekday}", str(int(day in norway))]
        for months in (2, 5):
            due = day + relativedelta(months=months)
            words += [shift(due, rule).isoformat()
                      for rule in ("none", "next", "previous", "nearest")]
        back, forth = [], []
        earlier = later = day
        for _ in range(10):
            earlier, later = walk(earlier, -ONE_DAY), walk(later, ONE_DAY)
            back.append(earlier.isoformat())
            forth.append(later.isoformat())
        print(*words, *reversed(back), day.isoformat(), *forth)
        day += ONE_DAY


main(*sys.argv[1:])
