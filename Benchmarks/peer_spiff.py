"""The ten-step workflow by SpiffWorkflow, its objects kept in memory: prints steps and seconds.

Each step is as durable as ours: the workflow is serialised and on disk before the next one of the
same caller. 64 callers' steps share a commit, which is the best that one process can do for it.

Usage: peer_spiff.py FOLDER SECONDS
"""
import json
import os
import sqlite3
import sys
import time

from SpiffWorkflow import TaskState, Workflow
from SpiffWorkflow.serializer.json import JSONSerializer
from SpiffWorkflow.specs.Simple import Simple
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

CALLERS = 64
folder, seconds = sys.argv[1], float(sys.argv[2])
database = sqlite3.connect(os.path.join(folder, "spiff.sqlite"), isolation_level=None)
assert database.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal"
database.execute("PRAGMA synchronous = FULL")
database.execute("CREATE TABLE workflow (id TEXT PRIMARY KEY, state TEXT NOT NULL)")

spec = WorkflowSpec("ten-steps", addstart=True)
last = spec.start
for number in range(10):
    step = Simple(spec, f"step-{number}", manual=True)
    last.connect(step)
    last = step
serializer = JSONSerializer()


def fresh():
    workflow = Workflow(spec)
    workflow.run_all(halt_on_manual=True)
    return workflow


def save(key, workflow):
    state = workflow.serialize(serializer)
    database.execute(
        "INSERT INTO workflow VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state",
        (key, state if isinstance(state, str) else json.dumps(state)))


steps = finished = 0
workflows = [(f"w{caller}", fresh()) for caller in range(CALLERS)]
begin = time.monotonic()
while time.monotonic() - begin < seconds:
    database.execute("BEGIN IMMEDIATE")
    for index, (key, workflow) in enumerate(workflows):
        task = next(workflow.get_tasks_iterator(state=TaskState.READY, manual=True))
        task.run()
        workflow.run_all(halt_on_manual=True)
        save(key, workflow)
        steps += 1
        if workflow.is_completed():
            finished += 1
            workflows[index] = (f"w{CALLERS + finished}", fresh())
    database.execute("COMMIT")
took = time.monotonic() - begin
assert finished == steps // 10 // CALLERS * CALLERS, (finished, steps)
print(steps, took, flush=True)
