"""Seals and opens with the `cryptography` package, for comparison with Ombord's own.

Reads a list of {"secret", "salt", "info", "nonce", "associated", "text", "sealed"?}, all in hexadecimal,
and answers {"key", "sealed", "opened"} for each; "opened" is null where the seal does not hold.
"""
import json
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def answer(case):
    part = {name: bytes.fromhex(value) for name, value in case.items()}
    key = HKDF(SHA256(), 32, part["salt"], part["info"]).derive(part["secret"])
    cipher = AESGCM(key)
    try:
        opened = cipher.decrypt(part["nonce"], part["sealed"], part["associated"]).hex()
    except InvalidTag:
        opened = None
    sealed = cipher.encrypt(part["nonce"], part["text"], part["associated"])
    return {"key": key.hex(), "sealed": sealed.hex(), "opened": opened}


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
