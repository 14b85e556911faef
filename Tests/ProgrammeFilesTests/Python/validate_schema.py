"""Checks YAML files against a JSON Schema with the reference implementation for Python.

Usage: validate_schema.py SCHEMA FILE...
Writes one line of JSON for each file: {"file": name, "errors": [message, ...]}.
"""

import json
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """YAML 1.2's core schema: no sexagesimal numbers, no dates, no yes and no."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("tag:yaml.org,2002:bool", r"^(true|false)$", "tf"),
    ("tag:yaml.org,2002:int", r"^[0-9]+$", "0123456789"),
    ("tag:yaml.org,2002:float", r"^-?[0-9]+\.[0-9]+$", "-0123456789"),
    ("tag:yaml.org,2002:null", r"^(~|null|)$", ["~", "n", ""]),
]:
    Loader.add_implicit_resolver(tag, __import__("re").compile(pattern), list(first))


def with_text_keys(value):
    if isinstance(value, dict):
        return {str(key): with_text_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_text_keys(item) for item in value]
    return value


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for name in sys.argv[2:]:
        with open(name, encoding="utf-8") as file:
            document = with_text_keys(yaml.load(file, Loader))
        errors = [
            f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)
        ]
        print(json.dumps({"file": name, "errors": errors}, ensure_ascii=False))


main()
