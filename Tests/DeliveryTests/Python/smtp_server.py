"""A mail server whose answer is decided by the recipient's name.

ok@ 250; r450@ and r550@ refused at RCPT; d451@ and d554@ refused after the data; hang@ never answers
the data; close@ closes the connection after the final dot. Prints its port, and then one JSON
line for each mail whose data arrived in full. Ends when its standard input is closed.

Options: --starttls CERT KEY, --auth USER PASSWORD.
"""
import asyncio
import base64
import json
import signal
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult

# The parent may block signals on the thread that started us, and a child inherits that.
signal.pthread_sigmask(signal.SIG_SETMASK, [])


def say(value):
    print(json.dumps(value), flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "r450":
            return "450 4.2.1 Try again later"
        if name == "r550":
            return "550 5.1.1 No such person"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        say({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "raw": base64.b64encode(envelope.original_content).decode(),
            "peer": session.peer[1],
            "tls": session.ssl is not None,
            "authenticated": bool(session.authenticated),
        })
        if name == "d451":
            return "451 4.3.0 Local error"
        if name == "d554":
            return "554 5.6.0 Not wanted"
        if name == "hang":
            await asyncio.Event().wait()
        if name == "close":
            server.transport.abort()
            await asyncio.Event().wait()
        return "250 2.0.0 Queued as A1"


def option(name):
    if name not in sys.argv:
        return None
    at = sys.argv.index(name)
    return sys.argv[at + 1], sys.argv[at + 2]


async def main():
    settings = {"hostname": "mail.test", "enable_SMTPUTF8": False}
    tls = option("--starttls")
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        settings.update(tls_context=context, require_starttls=True)
    known = option("--auth")
    if known:
        def check(server, session, envelope, mechanism, data):
            given = (data.login.decode(), data.password.decode())
            return AuthResult(success=given == known, handled=True)
        settings.update(authenticator=check, auth_required=True, auth_require_tls=False)
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def wait_for_end():
        sys.stdin.read()
        loop.call_soon_threadsafe(done.set)

    server = await loop.create_server(lambda: SMTP(Handler(), loop=loop, **settings), "127.0.0.1", 0)
    threading.Thread(target=wait_for_end, daemon=True).start()
    print(server.sockets[0].getsockname()[1], flush=True)
    await done.wait()


asyncio.run(main())
