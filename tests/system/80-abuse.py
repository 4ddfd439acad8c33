#!/usr/bin/env python3
"""A running network under abuse: its memory stays within a bound, and others are answered meanwhile, all of them rightly.

Every attack is on one validator of four, from other addresses than the honest clients'. Meanwhile one of those reads the
same things over and over, each time on a new connection, and compares every answer with what it was before; another
files a return with the command and has it final. After each attack the memory of the node is compared with the bound.
"""

import collections
import contextlib
import gzip
import http.client
import json
import os
import random
import re
import resource
import subprocess
import sys
import threading
import time
import urllib.request

import network as net
from hostile import Crowd, Flood, Memory, addresses, cbor, decoded, request, upload
from network import VALIDATORS, WORK, Network, Verdicts, county_file, said, wait_until

COUNTIES, LOADED_BEFORE = 40, 4
# What all abuse together may add to the memory of a node: 128 MiB of large bodies and answers, 2,048 connections of
# 64 KiB, 1,024 streams with queues of 100 KiB; the allocator does not give all of it back.
ADDED_MB_MAX = 400
IMPORTER_MB_MAX = 120
# What an honest client may wait for an answer under abuse, on a machine that is busy with the attack itself.
ANSWER_S_MAX = 10
# How much of a body that is too large may be taken before the refusal: what is in the buffers of the system.
TAKEN_MB_MAX = 40
CBOR = {"content-type": "application/cbor"}
ATTACKED = 1

verdicts = Verdicts()
check = verdicts.check


class Reader(threading.Thread):
    """An honest client that reads, always the same, each time on a new connection."""

    def __init__(self, network):
        super().__init__(daemon=True)
        self.port, self.over = network.port + ATTACKED - 1, False
        record = network.all_items("/api/v1/records?register=labour-force")[0]["id"]
        member = network.all_items("/api/v1/members?kind=authority")[0]["id"]
        paths = ["/api/v1/registers", f"/api/v1/records/{record}", f"/api/v1/receipts/records/{record}/1"]
        self.expected = {path: self.ask(path) for path in [*paths, f"/api/v1/members/{member}", "/openapi.json"]}
        self.answers, self.wrong, self.slowest_s, self.height = 0, [], 0.0, 0

    def ask(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S_MAX)
        with contextlib.closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def run(self):
        while not self.over:
            for path, expected in self.expected.items():
                begun = time.monotonic()
                try:
                    if self.ask(path) != expected:
                        self.wrong.append(f"{path} is answered otherwise than before")
                    height = json.loads(self.ask("/api/v1/network")[1])["height"]
                    if height < self.height:
                        self.wrong.append(f"height {height} after {self.height}")
                    self.height = height
                except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
                    self.wrong.append(f"{path}: {error!r}")
                self.answers += 2
                self.slowest_s = max(self.slowest_s, time.monotonic() - begun)
                time.sleep(0.02)


class Writer:
    """An honest client that files one county's return after another."""

    def __init__(self, network, rows):
        self.network, self.header, self.rows = network, rows[0], iter(rows[1 + LOADED_BEFORE :])

    def file(self):
        path = WORK / "one.csv"
        path.write_text(f"{self.header}\n{next(self.rows)}\n", encoding="utf-8")
        where = ("--register", "labour-force", "--period", "2016", "--keyring", self.network.folder / "keyring.key")
        node = ("--node", self.network.api(ATTACKED))
        return net.run("--json", "statistics", "import", path, *where, *self.network.passphrase(), *node, timeout_s=60)


class Abuse:
    """Runs attacks one after another and says of each what it did and what it cost."""

    def __init__(self, network, writer):
        self.network, self.writer = network, writer
        self.port = network.port + ATTACKED - 1
        self.memory = Memory(network.processes[ATTACKED].pid)
        self.before_mb, _ = self.memory.look()

    @contextlib.contextmanager
    def attack(self, name, seconds):
        """Lets the body of the `with` attack for about so long; it puts what it did into the list that it is given."""
        self.memory.forget_peak()
        reader, did = Reader(self.network), []
        reader.start()
        begun, filed = time.monotonic(), []
        thread = threading.Thread(target=lambda: (time.sleep(seconds / 3), filed.append(self.writer.file())), daemon=True)
        thread.start()
        yield did
        thread.join()
        reader.over = True
        reader.join()
        (now_mb, peak_mb), lasted = self.memory.look(), time.monotonic() - begun
        print(f"{name}: {'; '.join(did)}", flush=True)
        cost = f"memory {self.before_mb:.0f} MB before all abuse, at most {peak_mb:.0f}, {now_mb:.0f} afterwards"
        check(f"{name}: {cost} (bound: +{ADDED_MB_MAX})", peak_mb <= self.before_mb + ADDED_MB_MAX, cost)
        others = f"{reader.answers} answers to others in {lasted:.0f} s, slowest {reader.slowest_s * 1_000:.0f} ms"
        right = not reader.wrong and reader.answers and reader.slowest_s <= ANSWER_S_MAX
        check(f"{name}: {others}, all of them right", right, f"{len(reader.wrong)} wrong: {reader.wrong[:3]}")
        done = filed[0]
        final = done.returncode == 0 and json.loads(done.stdout)["filed"] == 1
        check(f"{name}: a return is filed and final meanwhile", final, said(done))
        alive = not self.network.ended()
        check(f"{name}: no validator ends", alive, f"{self.network.ended()} {self.network.log_tail(ATTACKED)}")


def slow_clients(abuse):
    """Heads and bodies that come a byte a second, from more addresses than it takes to hold every place."""
    head = b"GET /api/v1/network HTTP/1.1\r\nhost: node\r\nx-slow: "
    body = request("POST", "/api/v1/transactions", CBOR, length=100_000)
    with abuse.attack("slow heads and bodies", 17) as did:
        crowd = Crowd(abuse.port, 3_000, addresses(30), [head, body], drips=b"a")
        crowd.start()
        time.sleep(17)
        did.append(crowd.end())
    check("slow heads and bodies: the node closes them in the end", crowd.closed > 0, did)


def huge_heads(abuse):
    """Heads without end in every part."""
    many = b"".join(b"x-%d: y\r\n" % number for number in range(20_000))
    heads = [
        b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nx-long: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + many + b"\r\n",
        b"GET / HTTP/1.1\r\n" + b"a" * 1_000_000,
        b"\x00" * 100_000,
        b"POST /api/v1/transactions HTTP/1.1\r\nhost: x\r\ncontent-type: application/cbor\r\ntransfer-encoding: chunked\r\n\r\n"
        + b"ffffffffffffffff\r\n" + b"a" * 100_000,
        b"POST /api/v1/transactions HTTP/1.1\r\nhost: x\r\ncontent-type: application/cbor\r\ntransfer-encoding: chunked\r\n\r\n"
        + b"1;" + b"x=" * 500_000 + b"\r\n",
        b"POST /api/v1/transactions HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcdef",
    ]  # fmt: skip
    with abuse.attack("huge heads", 4) as did:
        crowd = Crowd(abuse.port, 400, addresses(16), heads)
        crowd.start()
        time.sleep(4)
        did.append(crowd.end())
    # A chunked body may become as large as any, so some are told to come again.
    bad = [status for status in crowd.answers if status[0] != "4" and status not in ("200", "503")]
    check("huge heads: refused, and nothing fails within", crowd.answers and not bad, crowd.answers)


def nested_and_compressed(abuse):
    """Bodies that are deep, or small and large at once."""
    bomb = gzip.compress(bytes(200_000_000), 9)
    nested = [b"\x81" * 200_000, b"\xa1\x00" * 100_000, b"\xc1" * 200_000, b"\x9f" * 200_000, b"\x5f" * 200_000]
    nested.append(b"\x9b" + b"\xff" * 8)
    texts = [b"[" * 200_000, b'{"a":' * 40_000]
    paths = ["/api/v1/transactions", "/api/v1/transactions/batch", "/api/v1/sessions", "/api/v1/intake"]
    says = [request("POST", path, CBOR, body[: 4_000 if "s/" not in path else None]) for path in paths for body in nested]
    says += [request("POST", path, {**CBOR, "content-encoding": coding}, bomb[:200_000]) for path in paths for coding in ("gzip", "br", "zstd", "gzip, gzip")]
    says += [request("POST", path, {"content-type": "application/json"}, body) for path in paths for body in texts]
    form = b'--b\r\ncontent-disposition: form-data; name="text"\r\n\r\n' + b"gYGB" * 200_000 + b"\r\n--b--\r\n"
    says.append(request("POST", "/check", {"content-type": "multipart/form-data; boundary=b"}, form))
    with abuse.attack("deep nesting and compression bombs", 4) as did:
        crowd = Crowd(abuse.port, 200, addresses(16), says)
        crowd.start()
        time.sleep(4)
        did.append(crowd.end())
    bad = [status for status in crowd.answers if status[0] == "5"]
    check("deep nesting and compression bombs: nothing fails within", crowd.answers and not bad, crowd.answers)


def crowds(abuse):
    """Ten thousand connections that do nothing, and ten thousand that want a stream and do not read it."""
    with abuse.attack("10,000 idle connections", 8) as did:
        crowd = Crowd(abuse.port, 10_000, addresses(100), b"GET /healthz HTTP/1.1\r\nhost: node\r\n\r\n")
        crowd.start()
        time.sleep(8)
        did.append(crowd.end())
    streams = [request("GET", path) for path in ("/api/v1/events?after=0.0.0", "/api/v1/finality?after=0")]
    with abuse.attack("10,000 streams that nobody reads", 8) as did:
        crowd = Crowd(abuse.port, 10_000, addresses(100), streams, reads=False)
        crowd.start()
        time.sleep(8)
        did.append(crowd.end())
    with abuse.attack("half-closed connections", 4) as did:
        crowd = Crowd(abuse.port, 1_000, addresses(10), [request("GET", "/api/v1/network"), b"GET / HT", b""], shuts=True)
        crowd.start()
        time.sleep(4)
        did.append(crowd.end())
    files = f"/proc/{abuse.network.processes[ATTACKED].pid}/fd"
    gone = wait_until(lambda: len(os.listdir(files)) < 300, 15)
    check(f"after the crowds the node has {len(os.listdir(files))} files open", gone)


def envelopes(abuse):
    """Makers of requests: a good sender with a bad signature, a stranger, a final transaction again, a batch."""
    network, chance = abuse.network, random.Random(8)
    record = network.all_items("/api/v1/records?register=labour-force")[0]["id"]
    transaction = network.get(f"/api/v1/records/{record}")["versions"][0]["transaction"]
    with urllib.request.urlopen(network.api() + f"/api/v1/receipts/transactions/{transaction}", timeout=10) as answer:
        receipt = decoded(answer.read())
    final = receipt[8][1][0]
    body, key = final[0], final[1]
    soon = int(time.time() * 1_000) + 3_600_000

    def forged(sender=None):
        new = {**body, 4: soon, 5: chance.getrandbits(60)}
        if sender:
            new[2] = sender
        return cbor({0: new, 1: key, 2: chance.randbytes(64)})

    def post(content, path="/api/v1/transactions"):
        return request("POST", path, CBOR, content)

    # Signatures are not checked by our side either, so some hundreds are made beforehand and sent over and over.
    bad = [post(forged()) for _ in range(500)]
    strange = [post(forged(chance.randbytes(16))) for _ in range(500)]
    batches = [post(cbor([forged() for _ in range(4_096)]), "/api/v1/transactions/batch") for _ in range(2)]
    return {
        "bad signatures": lambda: chance.choice(bad),
        "unknown senders": lambda: chance.choice(strange),
        "a final transaction again and again": lambda: post(cbor(final)),
        "batches of 4,096 bad signatures": lambda: chance.choice(batches),
    }


def once(abuse, content):
    """The status and the numbers with which one request is answered, from an address of the crowd's: a batch of refusals
    counts as many requests, and would use up the patience with our own."""
    connection = http.client.HTTPConnection("127.0.0.1", abuse.port, timeout=30, source_address=("127.66.255.1", 0))
    with contextlib.closing(connection):
        connection.connect()
        connection.sock.sendall(content)
        answer = http.client.HTTPResponse(connection.sock)
        answer.begin()
        said = json.loads(answer.read())
    codes = collections.Counter(one.get("code") for one in (said if isinstance(said, list) else [said]))
    return f"{answer.status} {dict(codes)}"


def floods(abuse):
    for name, make in envelopes(abuse).items():
        pipeline = 1 if "batches" in name else 16
        with abuse.attack(name, 5) as did:
            did.append(f"one of them: {once(abuse, make())}")
            flood = Flood(abuse.port, make, addresses(8), pipeline)
            flood.start()
            time.sleep(5)
            did.append(flood.end())
        taken = set(flood.answers) - {"429", "503"}
        expected = {"200"} if "final" in name or "batches" in name else {"422"}
        check(f"{name}: each is refused, or known already", taken <= expected and flood.answers, flood.answers)
    with abuse.attack("10,000 requests in one pipeline, unread", 4) as did:
        crowd = Crowd(abuse.port, 100, addresses(8), request("GET", "/openapi.json") * 10_000, reads=False)
        crowd.start()
        time.sleep(4)
        did.append(crowd.end())


def uploads(abuse):
    """Bodies of five gigabytes, by length and without one."""
    chunked = lambda _: b"10000\r\n" + bytes(65_536) + b"\r\n"
    plain = lambda _: bytes(65_536)
    octets = {"content-type": "application/octet-stream", "authorization": "Bearer " + "0" * 64}
    form = {"content-type": "multipart/form-data; boundary=b"}
    with abuse.attack("uploads of 5 GB", 3) as did:
        for path, headers in (
            ("/api/v1/transactions", CBOR),
            ("/api/v1/transactions/batch", CBOR),
            ("/api/v1/openings?register=labour-force&record=" + "0" * 32, octets),
            ("/check", form),
        ):
            for coding, chunks in (({}, plain), ({"transfer-encoding": "chunked"}, chunked)):
                sent, status = upload(abuse.port, path, {**headers, **coding}, chunks, addresses(1)[0])
                name = f"{path.partition('?')[0]} {'in chunks' if coding else 'by length'}"
                did.append(f"{name}: {sent / 1e6:.1f} MB taken, answer {status}")
                check(f"5 GB to {name} are cut off", sent < TAKEN_MB_MAX * 1e6, did[-1])
    # What an honest sender of batches does, but for the last byte.
    batch = request("POST", "/api/v1/transactions/batch", CBOR, bytes(4_000_000), length=4_000_001)
    with abuse.attack("1,000 batches that stop before their end", 6) as did:
        crowd = Crowd(abuse.port, 1_000, addresses(30), batch)
        crowd.start()
        time.sleep(6)
        did.append(crowd.end())


def county_stream(pipe, header, rows, total):
    """Writes a county file of `total` bytes into a pipe: rows that are refused, lines without end, bytes that are no text."""
    line = b"".join(b"%s\n" % row for row in rows) * 20
    kinds = [line, b"x" * (1 << 20), b'"' * 50_000 + b"\n", b"\xff" * 50_000 + b"\n", b"," * 50_000 + b"\n"]
    written = 0
    with contextlib.suppress(BrokenPipeError), open(pipe, "wb", buffering=0) as out:
        written += out.write(header + b"\n")
        long = b"y" * (1 << 20)
        while written < total:
            for kind in kinds:
                written += out.write(kind)
            for _ in range(64):
                written += out.write(long)
            written += out.write(b"\n")
    return written


def import_of_five_gigabytes(abuse):
    """The importer reads 5 GB from a pipe; nothing of it is stored anywhere."""
    pipe = WORK / "pipe.csv"
    os.mkfifo(pipe)
    network, sizes, peak_mb = abuse.network, [], 0.0
    rows = [b"48,001,\"Anderson County, TX\",2016,%d,1,2" % number for number in range(10, 210)]
    writer = threading.Thread(target=lambda: sizes.append(county_stream(pipe, net.HEADER.encode(), rows, 5_000_000_000)))
    where = ("--register", "labour-force", "--period", "2016", "--keyring", network.folder / "keyring.key")
    command = [net.BINARY, "--json", "statistics", "import", pipe, *where, *network.passphrase(), "--node", network.api(ATTACKED)]
    with abuse.attack("an import of 5 GB", 6) as did:
        writer.start()
        process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        output = []
        reader = threading.Thread(target=lambda: output.extend(process.communicate()))
        reader.start()
        memory = Memory(process.pid)
        while reader.is_alive():
            with contextlib.suppress(OSError, KeyError):
                peak_mb = max(peak_mb, memory.look()[1])
            time.sleep(0.05)
        writer.join()
        report = json.loads(output[0]) if output and output[0].strip() else {}
        did.append(f"{sizes[0] / 1e9:.1f} GB, {report.get('rows', 0):,} rows, {report.get('refused', 0):,} refused, {report.get('filed', 0)} filed")
    check(f"an import of 5 GB: the importer needs {peak_mb:.0f} MB at most (bound: {IMPORTER_MB_MAX})", 0 < peak_mb <= IMPORTER_MB_MAX)
    whole = process.returncode == 5 and sizes[0] >= 5_000_000_000 and report.get("refused") == report.get("rows")
    check("an import of 5 GB: read to its end, each row refused", whole, f"{process.returncode} {str(report)[:300]} {output[1][-300:]}")


def main():
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(16_384, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    network = Network("network", 34_000)
    whole = county_file(WORK / "whole.csv", COUNTIES)
    founded = network.found("--statistics", county_file(WORK / "roll.csv", COUNTIES, LOADED_BEFORE))
    if not check("a network is founded", founded.returncode == 0, said(founded)):
        return
    try:
        network.start(*VALIDATORS)
        if not check("its validators start", network.ready(*VALIDATORS), network.ended()):
            return
        abuse = Abuse(network, Writer(network, whole.read_text(encoding="utf-8").splitlines()))
        abuse.writer.file()
        abuse.before_mb, _ = abuse.memory.look()
        only = os.environ.get("CHANCERY_ABUSE", "")
        for attack in (slow_clients, huge_heads, nested_and_compressed, crowds, floods, uploads, import_of_five_gigabytes):
            if re.search(only, attack.__name__):
                attack(abuse)
        height = max(network.height(one) for one in VALIDATORS)
        check("afterwards all validators go on", network.reach(height + 2, *VALIDATORS), height)
        check("and agree", len(network.roots(height)) == 1, network.roots(height))
        now_mb, _ = abuse.memory.look()
        print(f"memory of the attacked validator: {abuse.before_mb:.0f} MB before, {now_mb:.0f} MB after all of it")
    finally:
        network.stop()


main()
sys.exit(verdicts.exit_code())
