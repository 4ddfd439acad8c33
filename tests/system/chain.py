"""The chain as seven validators tell it, read from outside: what was asked of whom, decoded and hashed by code of our own.

Nothing here is taken from the program that is judged: formats are those of `docs/formats.md`, hashes are SHA-256 under the
tags written there, trees have the shape of RFC 9162.
"""

import collections
import concurrent.futures
import functools
import hashlib
import itertools

from hostile import cbor, decoded

CBOR = "application/cbor"
# Fields of a header.
NETWORK, HEIGHT, VIEW, PARENT, TIME, PROPOSER, STATE_ROOT = 0, 1, 3, 4, 6, 7, 8
OUTCOMES_ROOT, HISTORY_ROOT, TRANSACTIONS = 10, 11, 13

Event = collections.namedtuple("Event", "height entry transaction application kind payload")


def tagged(tag, *parts):
    """The hash of parts under a tag."""
    text = f"chancery/1/{tag}".encode()
    hasher = hashlib.sha256(bytes([len(text)]) + text)
    for part in parts:
        hasher.update(len(part).to_bytes(8, "big") + part)
    return hasher.digest()


class Tree:
    """The root of a growing list of leaves."""

    def __init__(self):
        self.count, self.peaks = 0, []

    def append(self, leaf):
        size = self.count
        while size & 1:
            leaf, size = tagged("merkle-node", self.peaks.pop(), leaf), size >> 1
        self.peaks.append(leaf)
        self.count += 1

    def root(self):
        top = functools.reduce(lambda right, left: tagged("merkle-node", left, right), reversed(self.peaks)) if self.peaks else b""
        return tagged("merkle-root", self.count.to_bytes(8, "big"), top)


def root_above(leaf, path):
    """The root of the tree in which a leaf stands at its place (RFC 9162, section 2.1.3.2)."""
    index, size, siblings = path
    position, last, top = index, size - 1, leaf
    for sibling in siblings:
        assert last > 0, "the path is too long"
        if position & 1 or position == last:
            top = tagged("merkle-node", sibling, top)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            top = tagged("merkle-node", top, sibling)
        position, last = position >> 1, last >> 1
    assert last == 0, "the path is too short"
    return tagged("merkle-root", size.to_bytes(8, "big"), top)


class Chain:
    """Blocks 1 to a height, as each validator has them."""

    def __init__(self, seven, validators, tellers):
        """Reads it; the tellers are those of them that show whole blocks."""
        self.seven, self.validators, self.tellers = seven, list(validators), list(tellers)
        self.height = min(seven.height(one) for one in self.validators)
        with concurrent.futures.ThreadPoolExecutor(len(self.validators)) as workers:
            read = dict(zip(self.validators, workers.map(self.of_one, self.validators)))
        # By validator: summaries by height, headers by height, outcomes by height.
        self.summaries = {one: summaries for one, (summaries, _, _) in read.items()}
        self.headers = dict(sorted(itertools.chain(*(headers.items() for _, headers, _ in read.values()))))
        self.outcomes = {one: outcomes for one, (_, _, outcomes) in read.items()}

    def of_one(self, validator):
        """What one validator tells: the blocks in its stream, their outcomes, and some of the headers."""
        with self.seven.ask(validator) as asking:
            summaries = {block["height"]: block for block in self.up_to_here(asking.stream("/api/v1/finality?after=0"))}
        headers, outcomes = {}, {}
        with self.seven.ask(validator) as asking:
            for height, block in summaries.items():
                # Equal hashes are equal headers, so each is read from one of those that show blocks, and hashed here.
                if self.tellers[height % len(self.tellers)] == validator:
                    headers[height] = bytes.fromhex(asking.json(f"/api/v1/blocks/{height}?limit=1")["header"])
                if block["transactions"]:
                    told = decoded(asking.raw(f"/api/v1/blocks/{height}/outcomes", CBOR))
                    assert told[0] == height, told[0]
                    outcomes[height] = [(identity.hex(), tuple_of(outcome)) for identity, outcome in told[1]]
        return summaries, headers, outcomes

    def up_to_here(self, stream):
        for told in stream:
            if told["height"] <= self.height:
                yield told
            if told["height"] >= self.height:
                return

    def network(self):
        """The network's id, as the headers name it."""
        return decoded(self.headers[self.height])[NETWORK]

    def one(self):
        """The outcomes as the first validator has them: height, place, id, outcome."""
        outcomes = self.outcomes[self.validators[0]]
        for height in sorted(outcomes):
            for place, (identity, outcome) in enumerate(outcomes[height]):
                yield height, place, identity, outcome

    def events(self, validator):
        """Every event up to the height, in order, from a validator's stream."""
        last = self.last_event()
        with self.seven.ask(validator) as asking:
            for told in asking.stream("/api/v1/events?after=0.0.0"):
                height, entry, _ = map(int, told["id"].split("."))
                if height > self.height:
                    return
                payload = bytes.fromhex(told["payload"])
                yield Event(height, entry, told.get("transaction"), told["application"], told["kind"], payload)
                if told["id"] == last:
                    return

    def last_event(self):
        """The place of the last event of a transaction."""
        last = None
        for height, place, _, outcome in self.one():
            if outcome[0] == "accepted" and outcome[2]:
                last = f"{height}.{place}.{outcome[2] - 1}"
        return last


def tuple_of(outcome):
    """What became of a transaction: accepted, with its events' root and their number; or rejected, with the number."""
    kind, fields = outcome
    if kind == 0:
        return "accepted", fields[0], fields[1]
    application, number = fields[0]
    return "rejected", f"{application:02}-{number:03}"


def event_leaf(event):
    return tagged("event-leaf", cbor({0: event.application, 1: event.kind, 2: event.payload}))
