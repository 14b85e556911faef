"""A small learning record store that takes statements only where they follow the specification.

The rules are those of xAPI 1.0.3 (IEEE 9274.1.1 keeps them), by their sections: "2, 4.1" is part two
(statements), "3, 2.1.2" part three (communication).

Usage: lrs_receiver.py USER PASSWORD VERSION. Prints its port. Commands on standard input:
  fail N       the next N requests are answered by 503
  lose N       the next N statements are stored and the connection then lost, as when a net breaks
  conflict     a statement that is there is answered by 409, as some stores do; otherwise by 200
  report       one line of JSON: how many are stored, came again, were refused and why, are void
  statements   one line of JSON: those stored, in their order
"""
import base64
import datetime
import http.server
import json
import re
import signal
import sys
import threading
import uuid

signal.pthread_sigmask(signal.SIG_SETMASK, [])
AUTHORIZATION = "Basic " + base64.b64encode(f"{sys.argv[1]}:{sys.argv[2]}".encode()).decode()
VERSION = sys.argv[3]
IRI = re.compile(r"^[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+$")
LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
STAMP = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
state = {"fail": 0, "lose": 0, "conflict": False, "again": 0, "refused": [], "void": []}
stored = {}
lock = threading.Lock()


def need(condition, rule):
    if not condition:
        raise ValueError(rule)


def known(value, names, rule):
    # 2, 2.2: an object has no property that the specification does not have, and none is null.
    need(isinstance(value, dict) and set(value) <= set(names.split()), rule)
    need(all(item is not None for item in value.values()), f"{rule}: null")


def is_uuid(text):
    # 2, 4.4: the standard string form, of RFC 4122's variant.
    return str(uuid.UUID(text)) == text and uuid.UUID(text).variant == uuid.RFC_4122


def languages(value, rule):
    # 2, 4.2: a language map has RFC 5646 tags and texts.
    need(isinstance(value, dict) and value, rule)
    need(all(LANGUAGE.match(tag) and isinstance(text, str) and text
             for tag, text in value.items()), rule)


def extensions(value):
    # 2, 4.1: the keys of extensions are IRIs.
    need(isinstance(value, dict) and all(IRI.match(key) for key in value), "extensions")


def agent(value):
    # 2, 2.4.2.1: exactly one identifier; for us the account, so that nobody's mail is told.
    known(value, "objectType account", "agent")
    need(value.get("objectType", "Agent") == "Agent", "agent type")
    known(value["account"], "homePage name", "account")
    need(IRI.match(value["account"]["homePage"]), "homePage")
    name = value["account"]["name"]
    need(isinstance(name, str) and name and "@" not in name, "account name")


def activity(value):
    known(value, "objectType id definition", "activity")
    need(value.get("objectType", "Activity") == "Activity" and IRI.match(value["id"]), "activity id")
    definition = value["definition"]
    known(definition, "name description type moreInfo extensions", "definition")
    languages(definition["name"], "definition name")
    if "description" in definition:
        languages(definition["description"], "definition description")
    need(IRI.match(definition["type"]), "definition type")


def check(statement):
    known(statement, "id actor verb object result context timestamp", "statement")
    need(is_uuid(statement["id"]), "id")
    agent(statement["actor"])
    known(statement["verb"], "id display", "verb")
    need(IRI.match(statement["verb"]["id"]), "verb id")
    languages(statement["verb"]["display"], "verb display")
    need(STAMP.match(statement["timestamp"]), "timestamp")
    datetime.datetime.fromisoformat(statement["timestamp"].replace("Z", "+00:00"))
    target = statement["object"]
    if statement["verb"]["id"] == VOIDED:
        # 2, 2.3.2: what is voided is a statement, by a reference.
        known(target, "objectType id", "reference")
        need(target["objectType"] == "StatementRef" and is_uuid(target["id"]), "reference")
        need("result" not in statement, "result of a voiding")
        return
    activity(target)
    need(set(target["definition"]["name"]) >= {"nb", "nn", "en"}, "our three languages")
    known(statement["result"], "score success completion response duration extensions", "result")
    need(statement["result"]["success"] is True, "success")
    extensions(statement["result"].get("extensions", {}))
    context = statement["context"]
    known(context, "registration instructor platform revision contextActivities", "context")
    if "registration" in context:
        need(is_uuid(context["registration"]), "registration")
    if "instructor" in context:
        instructor = context["instructor"]
        if instructor["objectType"] == "Group":
            # 2, 2.4.2.2: an anonymous group has members, each an agent.
            known(instructor, "objectType member", "group")
            need(len(instructor["member"]) > 1, "members")
            for member in instructor["member"]:
                agent(member)
        else:
            agent(instructor)
    known(context.get("contextActivities", {}), "parent grouping category other", "activities")
    for several in context.get("contextActivities", {}).values():
        for one in several:
            activity(one)


class Store(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with lock:
            status, answer = self.take(body)
        if status is None:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("X-Experience-API-Version", VERSION)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def take(self, body):
        if state["fail"] > 0:
            state["fail"] -= 1
            return 503, b""
        try:
            # 3, 1.1 and 3.3: the resource, the version and the type of what is sent.
            need(self.path == "/xapi/statements", "resource")
            need(self.headers["X-Experience-API-Version"] == VERSION, "version")
            need(self.headers["Content-Type"].split(";")[0] == "application/json", "type")
            if self.headers["Authorization"] != AUTHORIZATION:
                return 401, b""
            statement = json.loads(body)
            check(statement)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            state["refused"].append(repr(error))
            return 400, b""
        name = statement["id"]
        if name in stored:
            state["again"] += 1
            # 2, 2.4.1: another statement of the same id is a conflict.
            if stored[name] != statement:
                state["refused"].append("another statement of the same id")
                return 409, b""
            return (409, b"") if state["conflict"] else (200, json.dumps([name]).encode())
        stored[name] = statement
        if statement["verb"]["id"] == VOIDED:
            state["void"].append(statement["object"]["id"])
        if state["lose"] > 0:
            state["lose"] -= 1
            return None, b""
        return 200, json.dumps([name]).encode()

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Store)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
for line in sys.stdin:
    words = line.split()
    with lock:
        if words[0] in ("fail", "lose"):
            state[words[0]] = int(words[1])
            print("ok", flush=True)
        elif words[0] == "conflict":
            state["conflict"] = True
            print("ok", flush=True)
        elif words[0] == "statements":
            print(json.dumps(list(stored.values())), flush=True)
        else:
            valid = [name for name in stored if name not in state["void"]
                     and stored[name]["verb"]["id"] != VOIDED]
            print(json.dumps({"stored": len(stored), "again": state["again"],
                              "refused": state["refused"], "valid": len(valid)}), flush=True)
server.shutdown()
