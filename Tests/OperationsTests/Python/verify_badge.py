"""Checks an Open Badge as somebody would who has never heard of Ombord.

Usage: verify_badge.py BADGE.jwt STATUS.jwt JWKS.json DAY
Writes one line of JSON: {"isValid": bool, "faults": [...], "name": ...}.

The signatures are checked with joserfc. The rules are those of
- Open Badges 3.0 (1EdTech), 8.2 "JSON Web Token Proof Format" and appendix B "Data Models";
- Verifiable Credentials Data Model 2.0 (W3C), section 4;
- Bitstring Status List 1.0 (W3C), sections 2 and 3.

Where the environment's OMBORD_TEST_OPEN_BADGES_SCHEMA names a file, the badge must also be valid by
it. The file is 1EdTech's own, whose licence keeps it out of this repository:
https://purl.imsglobal.org/spec/ob/v3p0/schema/json-ld/ob_v3p0_achievementcredential_schema.json
"""

import base64
import datetime
import gzip
import json
import os
import re
import sys

from joserfc import jws
from joserfc.jwk import KeySet

MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$")
URI = re.compile(r"^(https?://|urn:)[^\s]+$")


def opened(path, keys, faults):
    with open(path, encoding="ascii") as file:
        token = file.read()
    try:
        # OB 3.0, 8.2.1: alg, typ JWT, and either kid or jwk.
        found = jws.deserialize_compact(token, keys, algorithms=["EdDSA"])
    except Exception as error:  # The library has many; any of them is a refusal.
        faults.append(f"signature: {type(error).__name__}")
        return None
    header = found.headers()
    if set(header) != {"alg", "kid", "typ"} or header["typ"] != "JWT":
        faults.append("header")
    if not URI.match(header.get("kid", "")):
        faults.append("kid")
    try:
        return json.loads(found.payload)
    except ValueError:
        faults.append("payload")
        return None


def need(condition, name, faults):
    if not condition:
        faults.append(name)


def check_badge(badge, faults):
    # VCDM 2.0, 4.3 and 4.5: the first context, and the types.
    need(badge["@context"][0] == "https://www.w3.org/ns/credentials/v2", "context", faults)
    need(
        re.match(
            r"https://purl\.imsglobal\.org/spec/ob/v3p0/context-3\.0\.\d\.json$",
            badge["@context"][1]), "ob context", faults)
    need(badge["type"] == ["VerifiableCredential", "OpenBadgeCredential"], "type", faults)
    need("vc" not in badge and "issuanceDate" not in badge, "VCDM 1.1", faults)
    need(URI.match(badge["id"]), "id", faults)
    # OB 3.0, B.1.9: the issuer is a Profile with an id.
    issuer = badge["issuer"]
    need(URI.match(issuer["id"]) and "Profile" in issuer["type"], "issuer", faults)
    need(isinstance(issuer["name"], str) and issuer["name"], "issuer name", faults)
    need(MOMENT.match(badge["validFrom"]), "validFrom", faults)
    if "validUntil" in badge:
        need(MOMENT.match(badge["validUntil"]), "validUntil", faults)
        need(badge["validUntil"] > badge["validFrom"], "order", faults)
    # OB 3.0, B.1.3: the subject has an id or an identifier, and an achievement.
    subject = badge["credentialSubject"]
    need(subject["type"] == ["AchievementSubject"], "subject type", faults)
    need(URI.match(subject.get("id", "")) or subject.get("identifier"), "subject", faults)
    achievement = subject["achievement"]
    need(achievement["type"] == ["Achievement"], "achievement type", faults)
    for field in ("id", "name", "description"):
        need(isinstance(achievement[field], str) and achievement[field], field, faults)
    need(achievement["criteria"].get("narrative"), "criteria", faults)
    for alignment in achievement.get("alignment", []):
        need(alignment["type"] == ["Alignment"], "alignment type", faults)
        need(URI.match(alignment["targetUrl"]) and alignment["targetName"], "alignment", faults)
    # OB 3.0, 8.2.2: what the token says beside the credential.
    need(badge["iss"] == issuer["id"], "iss", faults)
    need(badge["jti"] == badge["id"], "jti", faults)
    need(badge["sub"] == subject["id"], "sub", faults)
    need(badge["nbf"] == seconds(badge["validFrom"]), "nbf", faults)
    need(badge.get("exp") == seconds(badge.get("validUntil")), "exp", faults)


def check_schema(badge, faults):
    path = os.environ.get("OMBORD_TEST_OPEN_BADGES_SCHEMA")
    if not path:
        return
    import jsonschema

    with open(path, encoding="utf-8") as file:
        validator = jsonschema.Draft201909Validator(json.load(file))
    # What a JWT carries beside the credential is not the credential's (8.2.2).
    credential = {key: value for key, value in badge.items()
                  if key not in ("iss", "jti", "sub", "nbf", "exp")}
    for error in validator.iter_errors(credential):
        faults.append(f"schema: {error.json_path}: {error.message[:200]}")


def seconds(text):
    if text is None:
        return None
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def check_status(badge, listed, faults):
    entry = badge["credentialStatus"]
    need(entry["type"] == "BitstringStatusListEntry", "status type", faults)
    need(entry["statusPurpose"] == "revocation", "purpose", faults)
    need(entry["statusListCredential"] == listed["id"], "status list", faults)
    need("BitstringStatusListCredential" in listed["type"], "list type", faults)
    subject = listed["credentialSubject"]
    need(subject["type"] == "BitstringStatusList", "list subject", faults)
    need(subject["statusPurpose"] == entry["statusPurpose"], "list purpose", faults)
    encoded = subject["encodedList"]
    # Multibase base64url without padding, then GZIP, at least 16 KiB.
    need(encoded[0] == "u", "multibase", faults)
    padded = encoded[1:] + "=" * (-len(encoded[1:]) % 4)
    bits = gzip.decompress(base64.urlsafe_b64decode(padded))
    need(len(bits) >= 16384, "list length", faults)
    place = int(entry["statusListIndex"])
    if bits[place // 8] >> (7 - place % 8) & 1:
        faults.append("revoked")


def main():
    faults = []
    with open(sys.argv[3], encoding="utf-8") as file:
        keys = KeySet.import_key_set(json.load(file))
    badge = opened(sys.argv[1], keys, faults)
    listed = opened(sys.argv[2], keys, faults)
    name = None
    if badge is not None and listed is not None:
        name = badge.get("name")
        try:
            check_badge(badge, faults)
            check_schema(badge, faults)
            check_status(badge, listed, faults)
        except (KeyError, IndexError, TypeError) as error:
            faults.append(f"missing: {error}")
        now = seconds(f"{sys.argv[4]}T12:00:00Z")
        if badge.get("exp") is not None and badge["exp"] <= now:
            faults.append("run out")
    print(json.dumps({"isValid": not faults, "faults": faults, "name": name}))


main()
