#!/usr/bin/env python3
"""The interface is what its OpenAPI document says, for good and for bad requests, reads and writes.

Asks the node at CHANCERY_API, for example http://127.0.0.1:8800 of a demo that is running; without it, starts a demo
of its own from CHANCERY_BIN in CHANCERY_WORK. schemathesis gets CHANCERY_OPENAPI_SECONDS, 75 by default.
"""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

API = os.environ.get("CHANCERY_API", "").rstrip("/")
SECONDS = int(os.environ.get("CHANCERY_OPENAPI_SECONDS", "75"))
FOLDER = pathlib.Path(__file__).resolve().parent / "openapi"
SKIPPED = 77
VALIDATORS = 4
LOADED_WITHIN_S = 240

failures = 0


def check(what, passed, why=""):
    global failures
    failures += not passed
    print(f"PASS {what}" if passed else f"FAIL {what}: {why}", flush=True)


def ask(method, path, body=None, headers=None):
    request = urllib.request.Request(API + path, method=method, data=body, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def is_problem(headers, body):
    if headers.get_content_type() != "application/problem+json":
        return False
    problem = json.loads(body)
    return all(problem.get(field) for field in ("type", "title", "status", "code", "remedy"))


def free_ports():
    """The first of so many ports that are free now, with the demo's other ports a thousand higher."""
    for first in range(21_800, 29_000, 10):
        with contextlib.ExitStack() as held:
            try:
                for offset in range(VALIDATORS):
                    for port in (first + offset, first + offset + 1_000):
                        held.enter_context(socket.create_server(("127.0.0.1", port)))
                return first
            except OSError:
                continue
    raise SystemExit("no free ports")


@contextlib.contextmanager
def network():
    """The network to be asked: the one that was named, or a demo that ends with the test."""
    global API
    binary = os.environ.get("CHANCERY_BIN")
    if API or not binary:
        yield bool(API)
        return
    work = pathlib.Path(os.environ.get("CHANCERY_WORK") or tempfile.mkdtemp())
    port = free_ports()
    API = f"http://127.0.0.1:{port}"
    with (work / "demo.log").open("w") as log:
        demo = subprocess.Popen([binary, "demo", "--data", work / "demo", "--port", str(port)], stdout=log, stderr=log)
    try:
        yield True
    finally:
        demo.send_signal(signal.SIGINT)
        try:
            demo.wait(60)
        except subprocess.TimeoutExpired:
            demo.kill()


def wait_until(what, within_s):
    """Whether something becomes true in time; a node that does not listen yet is no error."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if what():
                return True
        time.sleep(1)
    return False


def ready():
    return ask("GET", "/readyz")[0] == 200


def loaded():
    return json.loads(ask("GET", "/api/v1/figures")[2])["items"]


def events(headers=None):
    """The ids of the events that come within a moment, from the first block on."""
    status, _, body = ask("GET", "/api/v1/events?after=0.0.0&for_ms=1500", headers=headers)
    return status, [line[4:] for line in body.decode().splitlines() if line.startswith("id: ")]


def stream_is_resumed():
    """A client that comes back with the last id that it saw gets what follows, each once."""
    status, seen = events()
    keys = [tuple(map(int, place.split("."))) for place in seen]
    check("the stream is in order, each event once", status == 200 and keys == sorted(set(keys)), seen[:20])
    if len(seen) < 3 and not loaded():
        print(f"SKIP resuming the stream: nothing is published yet, and {len(seen)} events came")
        return
    check("the stream gives what was done before", len(seen) > 2, f"{len(seen)} events came")
    if len(seen) < 3:
        return
    middle = len(seen) // 2
    _, resumed = events({"Last-Event-ID": seen[middle]})
    expected = seen[middle + 1 :]
    shared = min(len(resumed), len(expected))
    check("the stream is resumed where it broke off", shared and resumed[:shared] == expected[:shared], resumed[:5])


def finality_is_followed():
    """Final blocks come in order and without a gap, and each block's outcomes are as many as it has transactions."""
    status, _, body = ask("GET", "/api/v1/finality?after=0&for_ms=1500")
    blocks = [json.loads(line[6:]) for line in body.decode().splitlines() if line.startswith("data: ")]
    heights = [block["height"] for block in blocks]
    in_order = heights == list(range(1, len(heights) + 1))
    check("final blocks are followed without a gap", status == 200 and heights and in_order, heights[:20])
    busiest = max(blocks, key=lambda block: block["transactions"], default={"height": 0, "transactions": -1})
    path = f"/api/v1/blocks/{busiest['height']}/outcomes"
    status, headers, body = ask("GET", path, headers={"Accept": "application/json"})
    outcomes = json.loads(body).get("entries", [])
    check("a block's outcomes are complete", status == 200 and len(outcomes) == busiest["transactions"], body[:200])
    status, headers, _ = ask("GET", path, headers={"Accept": "application/cbor"})
    kind = headers.get_content_type()
    check("and come as they stand on the ledger when asked", (status, kind) == (200, "application/cbor"), (status, kind))


def schemathesis():
    """Every check, good and bad data, all phases, within the time."""
    report = pathlib.Path(tempfile.mkdtemp(dir=os.environ.get("CHANCERY_WORK"))) / "report.txt"
    command = [
        "schemathesis", "--config-file", str(FOLDER / "schemathesis.toml"), "run", f"{API}/openapi.json",
        "--checks", "all", "--mode", "all", "--max-examples", "25", "--max-time", str(SECONDS), "--seed", "20",
        "--rate-limit", "300/s", "--continue-on-failure",
    ]  # fmt: skip
    environment = dict(os.environ, SCHEMATHESIS_HOOKS="bodies", PYTHONPATH=str(FOLDER), CHANCERY_API=API, NO_COLOR="1")
    with report.open("w") as output:
        code = subprocess.run(command, env=environment, cwd=report.parent, stdout=output, stderr=output).returncode
    said = report.read_text()
    tested = next((line.strip() for line in said.splitlines() if "generated," in line), "")
    check(f"schemathesis finds nothing ({tested})", code == 0 and bool(tested), f"exit code {code}")
    if code != 0:
        print(said)


def refused_without_credentials(document):
    """Whatever writes or is not public refuses a stranger, with a number."""
    examples = {"digest": "0" * 64}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            security = operation.get("security", [])
            needs_session = bool(security) and {} not in security
            if method == "get" and not needs_session:
                continue
            address = path.format(**{name: examples[name] for name in examples if "{" + name + "}" in path})
            query = "&".join(
                f"{parameter['name']}={parameter['schema']['example']}"
                for parameter in operation.get("parameters", [])
                if parameter["in"] == "query" and parameter["required"]
            )
            kinds = list(operation.get("requestBody", {}).get("content", {}))
            status, headers, body = ask(
                method.upper(),
                f"{address}?{query}" if query else address,
                body=b"\xa0" if kinds else None,
                headers={"Content-Type": kinds[0]} if kinds else {},
            )
            expected = (401,) if needs_session else (400, 401, 422)
            what = f"{method.upper()} {path} refuses a stranger"
            check(what, status in expected and is_problem(headers, body), f"{status} {body[:200]!r}")


def main():
    with network() as there_is_one:
        if not there_is_one:
            print("there is no network to ask: set CHANCERY_API or CHANCERY_BIN")
            return SKIPPED
        if not wait_until(ready, 120):
            check("a node answers as ready", False, API)
            return 1
        if not wait_until(loaded, LOADED_WITHIN_S):
            print("SKIP published figures: none came in time, so the rest is asked without them")
        return hold_to_the_document()


def hold_to_the_document():
    status, _, body = ask("GET", "/openapi.json")
    document = json.loads(body)
    check("the document is OpenAPI 3.1", status == 200 and document["openapi"].startswith("3.1"), status)
    unnumbered = [refusal for refusal in json.loads(ask("GET", "/api/v1/refusals")[2]) if not refusal["remedy"]]
    check("every refusal has a remedy", not unnumbered, unnumbered)
    for method, path, expected in (
        ("GET", "/api/v1/nowhere", 404),
        ("PUT", "/api/v1/transactions", 405),
        ("GET", "/api/v1/members?nme=x", 400),
        ("GET", "/api/v1/members/x", 400),
    ):
        status, headers, body = ask(method, path)
        what = f"{method} {path} is refused with a number"
        check(what, status == expected and is_problem(headers, body), f"{status} {body[:200]!r}")
    refused_without_credentials(document)
    stream_is_resumed()
    finality_is_followed()
    schemathesis()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
