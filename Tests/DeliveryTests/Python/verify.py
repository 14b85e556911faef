"""Reads what Ombord wrote with libraries that others wrote, and says what they found.

Takes a command and JSON on standard input; answers JSON on standard output.
"""
import base64
import datetime
import email
import email.policy
import email.utils
import json
import sys
import zoneinfo
from email.header import decode_header, make_header


def mailbox(header):
    """The older of Python's two readers: the newer leaves the space between two encoded words in a
    name, against RFC 2047 section 6.2."""
    if header is None:
        return None
    name, address = email.utils.parseaddr(header)
    return {"name": str(make_header(decode_header(name))), "address": address}


def mail(raw):
    message = email.message_from_bytes(base64.b64decode(raw), policy=email.policy.default)
    defects = [repr(d) for part in message.walk() for d in part.defects]
    defects += [repr(d) for value in message.values() for d in getattr(value, "defects", [])]
    older = email.message_from_bytes(base64.b64decode(raw), policy=email.policy.compat32)
    parts = []
    for part in message.walk():
        if part.is_multipart():
            parts.append({"type": part.get_content_type()})
            continue
        content = part.get_payload(decode=True)
        parts.append({
            "type": part.get_content_type(),
            "charset": part.get_content_charset() or "",
            "method": part.get_param("method") or "",
            "fileName": part.get_filename() or "",
            "content": base64.b64encode(content).decode(),
        })
    return {
        "defects": defects,
        "from": mailbox(older["From"]),
        "to": mailbox(older["To"]),
        "replyTo": mailbox(older["Reply-To"]),
        "subject": message["Subject"],
        "messageID": message["Message-ID"],
        "date": int(message["Date"].datetime.timestamp()),
        "offset": int(message["Date"].datetime.utcoffset().total_seconds()),
        "headers": [name for name in message.keys()],
        "parts": parts,
    }


def calendar(raw):
    import icalendar
    content = base64.b64decode(raw)
    whole = icalendar.Calendar.from_ical(content)
    errors = [str(e) for component in whole.walk() for e in component.errors]
    event = whole.walk("VEVENT")[0]
    zone = whole.walk("VTIMEZONE")[0].to_tz()
    start = event["DTSTART"].dt
    wall = start.replace(tzinfo=None)
    oslo = wall.replace(tzinfo=zoneinfo.ZoneInfo("Europe/Oslo"))
    own = wall.replace(tzinfo=zone)
    attendees = event.get("ATTENDEE", [])
    if not isinstance(attendees, list):
        attendees = [attendees]
    return {
        "errors": errors,
        "method": str(whole["METHOD"]),
        "status": str(event["STATUS"]),
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "summary": str(event["SUMMARY"]),
        "description": str(event.get("DESCRIPTION", "")),
        "location": str(event.get("LOCATION", "")),
        "minutes": int(event["DURATION"].dt.total_seconds() // 60),
        "wall": wall.isoformat(),
        "utc": oslo.astimezone(datetime.timezone.utc).isoformat(),
        "utcByOwnZone": own.astimezone(datetime.timezone.utc).isoformat(),
        "organizer": str(event["ORGANIZER"]),
        "attendees": [str(a) for a in attendees],
        "names": [str(a.params.get("CN", "")) for a in attendees],
        "answers": [str(a.params.get("RSVP", "")) for a in attendees],
    }


def zone(raw):
    """The hours from 2024 to 2036 whose offset differs between our VTIMEZONE and tzdata."""
    import icalendar
    whole = icalendar.Calendar.from_ical(base64.b64decode(raw))
    own = whole.walk("VTIMEZONE")[0].to_tz()
    oslo = zoneinfo.ZoneInfo("Europe/Oslo")
    hour = datetime.datetime(2024, 1, 1)
    differences = []
    while hour.year < 2037:
        a, b = hour.replace(tzinfo=own), hour.replace(tzinfo=oslo)
        if a.utcoffset() != b.utcoffset():
            differences.append(hour.isoformat())
        hour += datetime.timedelta(hours=1)
    return {"differences": differences}


def webhook(call):
    from cloudevents.core.bindings.http import HTTPMessage, from_http_event
    import standardwebhooks.webhooks as library

    class Signed(datetime.datetime):
        """The library's clock, standing at the time that the test says it is."""

        @classmethod
        def now(cls, tz=None):
            return datetime.datetime.fromtimestamp(call["now"], tz)

    library.datetime = Signed
    body = base64.b64decode(call["body"])
    answers = []
    for secret in call["secrets"]:
        try:
            library.Webhook(secret).verify(body, call["headers"])
            answers.append("verified")
        except library.WebhookVerificationError as error:
            answers.append(str(error))
    event = from_http_event(HTTPMessage(headers=call["headers"], body=body))
    return {
        "signatures": answers,
        "id": event.get_id(),
        "source": event.get_source(),
        "type": event.get_type(),
        "subject": event.get_subject() or "",
        "time": int(event.get_time().timestamp()),
        "data": event.get_data(),
    }


command = {"mail": mail, "calendar": calendar, "zone": zone, "webhook": webhook}[sys.argv[1]]
json.dump([command(item) for item in json.load(sys.stdin)], sys.stdout)
