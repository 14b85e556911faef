#!/usr/bin/env python3
"""The textbook model of an instance, solved by HiGHS, which SciPy brings.

A column for every student, ward and period that the rules allow, and for every ward, profession and
period how many supervisors of each kind are given to each school and year. Level by level, the
levels before held. It shares no code with Ombord.

Usage: textbook.py INSTANCE.json A|B SECONDS
Prints an object: values, proven, seconds of the processor (reading included), wall, megabytes.
"""
import json
import resource
import sys
import time
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "Tests/PlacementsTests/Python"))
import check  # noqa: E402

LEVELS = {
    "A": ["unplaced", "unplaced_priority", "cost", "fairness"],
    "B": ["unplaced", "unplaced_priority", "fairness", "cost"],
}


class Model:
    """The textbook model as rows and columns."""

    def __init__(self, path):
        with open(path) as file:
            whole = json.load(file)
        self.data = check.Instance(whole)
        if not self.data.rules["pair_same_group"]:
            sys.exit(f"{path}: this model knows only pairs of one school, profession and year")
        self.costs = defaultdict(list)
        self.integer, self.upper = [], []
        self.rows, self.row_least, self.row_most = [], [], []
        students = list(self.data.students.values())
        locks = {lock["student"]: (lock["ward"], lock["period"]) for lock in self.data.locks}
        by_key = defaultdict(list)
        for (ward, profession, year, period), capacity in self.data.cap.items():
            if capacity > 0:
                by_key[profession, year, period].append(ward)
        limits = defaultdict(list)
        groups = defaultdict(list)
        for student in students:
            own = []
            for period in student["periods"]:
                for name in by_key[student["profession"], student["year"], period]:
                    ward = self.data.wards[name]
                    if student["id"] in locks and locks[student["id"]] != (name, period):
                        continue
                    if self.data.ineligible(student, ward, period):
                        continue
                    column = self.column(
                        cost=self.data.cost(student, ward),
                        fairness=self.data.unfair(student, ward))
                    own.append(column)
                    place, school = ward["institution"], student["school"]
                    profession = student["profession"]
                    limits["cell", name, profession, student["year"], period].append(column)
                    limits["ward", name, period].append(column)
                    limits["institution", place, period].append(column)
                    limits["quota", school, place, profession, period].append(column)
                    limits["total", school, place, profession].append(column)
                    groups[name, profession, period, school, student["year"]].append(column)
            if student["id"] not in locks:
                own.append(self.column(unplaced=1, unplaced_priority=int(student["priority"])))
            self.row(own, 1, 1)
        for key, columns in limits.items():
            most = self.most(key)
            if most is not None and most < len(columns):
                self.row(columns, -1e9, most)
        self.supervise(groups)

    def column(self, **costs):
        for name, value in costs.items():
            if value:
                self.costs[name].append((len(self.upper), value))
        self.upper.append(1)
        self.integer.append(1)
        return len(self.upper) - 1

    def row(self, entries, least, most):
        self.rows.append([e if isinstance(e, tuple) else (e, 1) for e in entries])
        self.row_least.append(least)
        self.row_most.append(most)

    def most(self, key):
        kind, *name = key
        data = self.data
        if kind == "cell":
            return data.cap[tuple(name)]
        if kind == "ward":
            return data.wards[name[0]]["max_per_period"].get(name[1])
        if kind == "institution":
            return data.insts[name[0]]["max_per_period"].get(name[1])
        agreement = data.agr[tuple(name[:3])]
        return agreement["max_per_period"] if kind == "quota" else agreement["max_total"]

    def supervise(self, groups):
        staff = defaultdict(lambda: defaultdict(int))
        for one in self.data.sups.values():
            years = tuple(sorted(
                y for y in one["years"]
                if y != 3 or one["trained"] or not self.data.rules["year3_needs_trained"]))
            for period in one["periods"]:
                if one["max_students"] and (one["id"], period) not in self.data.absent:
                    key = one["ward"], one["profession"], period
                    staff[key][years, one["max_students"]] += 1
        blocks = defaultdict(list)
        for (ward, profession, period, school, year), columns in groups.items():
            blocks[ward, profession, period].append((school, year, columns))
        for key, members in blocks.items():
            given = defaultdict(list)
            for _, year, columns in members:
                entries = [(column, 1) for column in columns]
                for (years, most), count in staff[key].items():
                    if year in years:
                        column = self.column()
                        self.upper[column] = count
                        given[years, most].append(column)
                        entries.append((column, -most))
                self.row(entries, -1e9, 0)
            for kind, columns in given.items():
                self.row(columns, 0, staff[key][kind])

    def solve(self, levels, limit):
        import numpy
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        values = []
        end = time.monotonic() + limit
        for level in levels:
            cost = numpy.zeros(len(self.upper))
            for column, value in self.costs[level]:
                cost[column] = value
            entries = [(row, c, v) for row, each in enumerate(self.rows) for c, v in each]
            matrix = csr_array(
                ([e[2] for e in entries], ([e[0] for e in entries], [e[1] for e in entries])),
                shape=(len(self.rows), len(self.upper)))
            found = milp(
                cost, integrality=numpy.array(self.integer),
                bounds=Bounds(0, numpy.array(self.upper)),
                constraints=LinearConstraint(matrix, self.row_least, self.row_most),
                options={
                    "time_limit": max(1, end - time.monotonic()), "mip_rel_gap": 0})
            if found.status != 0:
                return values, False
            values.append(round(found.fun))
            self.row(self.costs[level], -1e9, values[-1])
        return values, True


def main():
    path, profile, limit = sys.argv[1], sys.argv[2], float(sys.argv[3])
    before = resource.getrusage(resource.RUSAGE_SELF)
    start = time.monotonic()
    levels = LEVELS[profile]
    values, is_proven = Model(path).solve(levels, limit)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "values": values, "proven": is_proven, "wall": time.monotonic() - start,
        "seconds": used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime,
        "megabytes": used.ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
