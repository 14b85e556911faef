"""An HTTP server whose answer is decided by the path.

/status/N answers N; /wait/N answers 429 with Retry-After: N; /redirect answers 302 to /status/200;
/large answers 10 kB; /endless never stops answering; /hang answers only after a call to /release.
Prints its port, and then one JSON line for each request as it arrives. Ends when its standard
input is closed.
"""
import base64
import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# The parent may block signals on the thread that started us, and a child inherits that.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
released = threading.Event()
lock = threading.Lock()


def say(value):
    with lock:
        print(json.dumps(value), flush=True)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self.answer("GET")

    def do_POST(self):
        self.answer("POST")

    def answer(self, method):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        say({"method": method, "path": self.path, "headers": headers,
             "body": base64.b64encode(body).decode()})
        parts = self.path.split("/")
        status, extra, answer = 200, [], b"thank you"
        if parts[1] == "status":
            status = int(parts[2])
        elif parts[1] == "wait":
            status, extra = 429, [("Retry-After", parts[2])]
        elif parts[1] == "redirect":
            status, extra = 302, [("Location", "/status/200")]
        elif parts[1] == "large":
            answer = b"x" * 10_000
        elif parts[1] == "hang":
            released.wait()
        elif parts[1] == "release":
            released.set()
        elif parts[1] == "endless":
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"x" * 10_000)
            except OSError:
                self.close_connection = True
            return
        self.send_response(status)
        for name, value in extra:
            self.send_header(name, value)
        if status == 204:
            answer = b""
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
os._exit(0)
