"""A webhook receiver that checks signatures and events by libraries that Ombord did not write.

Prints its port. A line on standard input that begins with "whsec_" becomes the secret and is answered
by "ok"; "report" is answered by the numbers of good and bad deliveries. Ends with its standard input.
"""
import datetime
import http.server
import signal
import sys
import threading

import standardwebhooks.webhooks as library
from cloudevents.core.bindings.http import HTTPMessage, from_http_event

signal.pthread_sigmask(signal.SIG_SETMASK, [])
state = {"secret": None, "good": 0, "bad": 0}


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = dict(self.headers)
        stamp = float(headers["webhook-timestamp"])

        class Standing(datetime.datetime):
            """The library's clock, standing where the test's clock stands."""

            @classmethod
            def now(cls, tz=None):
                return datetime.datetime.fromtimestamp(stamp, tz=tz)

        library.datetime = Standing
        try:
            library.Webhook(state["secret"]).verify(body, headers)
            event = from_http_event(HTTPMessage(headers=headers, body=body))
            assert event.get_id() == headers["webhook-id"]
            state["good"] += 1
            self.send_response(204)
        except Exception as error:
            print(repr(error), file=sys.stderr, flush=True)
            state["bad"] += 1
            self.send_response(400)
        self.end_headers()

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
for line in sys.stdin:
    line = line.strip()
    if line.startswith("whsec_"):
        state["secret"] = line
        print("ok", flush=True)
    elif line == "report":
        print(state["good"], state["bad"], flush=True)
server.shutdown()
