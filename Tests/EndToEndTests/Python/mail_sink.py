"""A mail server that takes everything and writes down what it got.

Usage: mail_sink.py FILE [--texts]. Prints its port. For each mail one JSON line is appended to FILE
before the mail is acknowledged: message id, recipient, subject, and, where texts are asked for, a
digest of the text without its links, which are the only part that may differ between two sendings
of one notice. Ends when its standard input is closed.
"""
import asyncio
import email
import email.parser
import email.policy
import hashlib
import json
import re
import signal
import sys
import threading

from aiosmtpd.smtp import SMTP

signal.pthread_sigmask(signal.SIG_SETMASK, [])


class Handler:
    def __init__(self, file):
        self.file = file

    async def handle_DATA(self, server, session, envelope):
        text = ""
        if "--texts" in sys.argv:
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            text = message.get_body(("plain",)).get_content()
            text = re.sub(r"https?://\S+", "", text)
        else:
            message = email.parser.BytesHeaderParser().parsebytes(envelope.content)
        line = json.dumps({
            "id": message["Message-ID"],
            "to": envelope.rcpt_tos[0],
            "subject": message["Subject"],
            "digest": hashlib.sha256(text.encode()).hexdigest(),
        })
        self.file.write(line + "\n")
        self.file.flush()
        return "250 2.0.0 Queued"


async def main():
    loop = asyncio.get_running_loop()
    handler = Handler(open(sys.argv[1], "a", encoding="utf-8"))
    server = await loop.create_server(
        lambda: SMTP(handler, loop=loop, hostname="sink.example"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()

    def wait_for_end():
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait_for_end, daemon=True).start()
    await ended.wait()
    server.close()


asyncio.run(main())
