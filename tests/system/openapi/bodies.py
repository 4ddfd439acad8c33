"""Hooks for schemathesis: bodies that a schema cannot describe, and streams that end.

The interface takes signed statements in deterministic CBOR. JSON Schema has no words for them, so this file makes
them: well-formed, of the right shape and for the right network, but signed by nobody. A node must refuse each with a
number, and must accept none. The rest of the bodies is left to schemathesis, which sends what is not CBOR at all.
"""

import json
import os
import time
import urllib.request

import schemathesis
from hypothesis import strategies as st


def encode(value):
    """Deterministic CBOR (RFC 8949, section 4.2) of integers, bytes, text, arrays and maps with ascending integer keys."""
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        text = value.encode()
        return head(3, len(text)) + text
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(encode(item) for item in value)
    if isinstance(value, dict):
        return head(5, len(value)) + b"".join(encode(key) + encode(value[key]) for key in sorted(value))
    return head(0, value) if value >= 0 else head(1, -1 - value)


def head(major, number):
    for limit, info, size in ((24, None, 0), (1 << 8, 24, 1), (1 << 16, 25, 2), (1 << 32, 26, 4), (1 << 64, 27, 8)):
        if number < limit:
            first = number if info is None else info
            return bytes([major << 5 | first]) + (number.to_bytes(size, "big") if size else b"")
    raise ValueError(number)


def network():
    with urllib.request.urlopen(os.environ["CHANCERY_API"] + "/api/v1/network", timeout=10) as answer:
        return json.load(answer)


NETWORK = network()
NETWORK_ID = bytes.fromhex(NETWORK["id"])
NODE = bytes.fromhex(NETWORK["node"])

member = st.binary(min_size=16, max_size=16)
digest = st.binary(min_size=32, max_size=32)
signature = st.binary(min_size=64, max_size=64)
number = st.integers(min_value=0, max_value=2**64 - 1)
soon = st.integers(min_value=0, max_value=600_000).map(lambda ms: int(time.time() * 1000) + ms)

body = st.fixed_dictionaries({
    0: st.just(NETWORK_ID) | digest,
    1: st.integers(min_value=0, max_value=65535),
    2: member,
    4: soon | number,
    5: number,
    6: st.binary(max_size=256),
})
session = st.fixed_dictionaries({0: st.just(NETWORK_ID) | digest, 1: st.just(NODE) | digest, 2: member, 3: soon | number, 4: number})

envelope = st.fixed_dictionaries({0: body, 1: digest, 2: signature})

STATEMENTS = {
    "/api/v1/transactions": envelope,
    "/api/v1/transactions/batch": st.lists(envelope.map(encode) | st.binary(max_size=64), max_size=8),
    "/api/v1/sessions": st.fixed_dictionaries({0: session, 1: digest, 2: signature}),
    "/api/v1/intake": st.fixed_dictionaries({0: digest, 1: member, 2: digest, 3: signature}),
}

# Only what is at all CBOR counts as fitting the document; the hook below gives each address its own shape.
schemathesis.openapi.media_type("application/cbor", st.one_of(*STATEMENTS.values()).map(encode))


@schemathesis.hook
def before_generate_body(context, strategy):
    statement = STATEMENTS.get(context.operation.path)
    return strategy if statement is None else statement.map(encode) | strategy


@schemathesis.hook
def before_call(context, case, kwargs):
    """A stream lasts as long as it is asked to; a test asks for a moment."""
    asked = (case.query or {}).get("for_ms")
    if case.path in ("/api/v1/events", "/api/v1/finality") and (asked is None or str(asked).isdigit() and 0 < int(asked) <= 900_000):
        case.query["for_ms"] = 20
