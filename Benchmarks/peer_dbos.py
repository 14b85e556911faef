"""The ten-step workflow by DBOS Transact, on SQLite: prints steps and seconds.

Usage: peer_dbos.py FOLDER SECONDS
"""
import os
import sqlite3
import sys
import threading
import time

os.environ.setdefault("DBOS__CLOUD", "")
from dbos import DBOS, SetWorkflowID  # noqa: E402

CALLERS = 64
folder, seconds = sys.argv[1], float(sys.argv[2])
file = os.path.join(folder, "dbos.sqlite")
# WAL is a property of the file; synchronous=FULL is what SQLite's library comes with.
with sqlite3.connect(file) as connection:
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    full = connection.execute("PRAGMA synchronous").fetchone()[0]
    assert (mode, full) == ("wal", 2), (mode, full)


@DBOS.step()
def step(number):
    return number


@DBOS.workflow()
def ten_steps():
    for number in range(10):
        step(number)


DBOS(config={
    "name": "ten-steps", "system_database_url": "sqlite:///" + file, "log_level": "ERROR",
    "run_admin_server": False})
DBOS.launch()
counts = [0] * CALLERS
begin = time.monotonic()
end = begin + seconds


def call(caller):
    while time.monotonic() < end:
        with SetWorkflowID(f"{caller}-{counts[caller]}"):
            ten_steps()
        counts[caller] += 10


threads = [threading.Thread(target=call, args=(caller,)) for caller in range(CALLERS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
took = time.monotonic() - begin
with sqlite3.connect(file) as connection:
    stored = connection.execute("SELECT count(*) FROM operation_outputs").fetchone()[0]
assert stored == sum(counts), (stored, sum(counts))
print(sum(counts), took, flush=True)
DBOS.destroy()
os._exit(0)
