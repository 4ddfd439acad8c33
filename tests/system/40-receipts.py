#!/usr/bin/env python3
"""Receipts are fetched while the network runs and checked after it is gone, with its identity alone.

Five receipts: a transaction that was accepted, one that was rejected, a record's version, an open figure, a confidential
one. Each proves what it should, in words; with any one byte changed, cut off, or for another network it proves nothing.
"""

import json
import pathlib
import random
import re
import shutil
import subprocess
import sys

import network as net
from network import VALIDATORS, WORK, Network, Verdicts, run, said

CHANGED_POSITIONS = 200
CUTS = 12
NOT_PROVEN = 4

verdicts = Verdicts()
check = verdicts.check


def of_kind(items, code):
    """The id of an entry with this refusal, None for accepted."""
    return next((entry["id"] for entry in items if entry["code"] == code), None)


def subjects(network):
    """What receipts are asked for: name, arguments of the command, words that must be said."""
    accepted = rejected = None
    for height in range(network.height(), 0, -1):
        entries = network.get(f"/api/v1/blocks/{height}")["entries"]
        accepted = accepted or next((one["id"] for one in entries if not one["code"]), None)
        rejected = rejected or next(((one["id"], one["code"]) for one in entries if one["code"]), None)
        if accepted and rejected:
            break
    record = network.get("/api/v1/records?register=labour-force&limit=1")["items"][0]
    figures = {}
    for register in ("labour-force", "enterprise-survey"):
        figures[register] = network.get(f"/api/v1/figures/{register}/2025/LR")["publications"][0]
    employed = total(figures["labour-force"], "employed")
    turnover = total(figures["enterprise-survey"], "turnover")
    return [
        ("an accepted transaction", ("transaction", accepted), (accepted, "was accepted")),
        ("a rejected transaction", ("transaction", rejected[0]), (rejected[0], rejected[1])),
        ("a record's version", ("record", record["id"], record["latest"]), (record["id"],)),
        ("an open figure", ("figure", "labour-force", "2025", "LR"), ("labour-force", employed)),
        ("a confidential figure", ("figure", "enterprise-survey", "2025", "LR"), ("enterprise-survey", turnover)),
    ]


def total(figure, cell):
    return next(str(one["total"]) for one in figure["cells"] if one["id"] == cell)


def verify(file, network, *before, as_json=False):
    """Checks a receipt; `before` is a command to run it under."""
    more = ["--json"] if as_json else []
    command = [*before, net.BINARY, *more, "verify", str(file), "--network", network]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def not_proven(file, content, network):
    """Why a receipt proves nothing; None if it was taken for proven, or nothing was said."""
    file.write_bytes(content)
    done = verify(file, network)
    reason = re.search(r"NOT PROVEN: (.+)", done.stderr)
    if done.returncode != NOT_PROVEN or not reason or "panicked" in done.stderr or "PROVEN" in done.stdout:
        return None
    return reason.group(1)


def tampered(name, content, identity):
    """Every sampled change, cut and addition is noticed."""
    draw = random.Random(name)
    trial = WORK / "trial.receipt"
    count = min(CHANGED_POSITIONS, len(content) - 2)
    positions = sorted({0, len(content) - 1, *draw.sample(range(1, len(content) - 1), count)})
    unnoticed = []
    for position in positions:
        changed = bytearray(content)
        changed[position] ^= 1 << draw.randrange(8)
        if not_proven(trial, bytes(changed), identity) is None:
            unnoticed.append(position)
    check(f"{name}: each of {len(positions)} changed bytes of {len(content)} is noticed", not unnoticed, unnoticed)
    cuts = [0, 1, len(content) - 1, *(draw.randrange(2, len(content) - 1) for _ in range(CUTS))]
    unnoticed = [cut for cut in cuts if not_proven(trial, content[:cut], identity) is None]
    check(f"{name}: cut off, it proves nothing", not unnoticed, unnoticed)
    check(f"{name}: with a byte more, it proves nothing", not_proven(trial, content + b"\0", identity))


def nonsense(identity):
    trial = WORK / "nonsense.receipt"
    draw = random.Random(0)
    contents = [b"not a receipt", b"{}", b"\xff" * 4096, b"\x9b" + b"\xff" * 8, b"\xa1" * 100_000, draw.randbytes(20_000)]
    taken = [content[:8] for content in contents if not_proven(trial, content, identity) is None]
    check("nonsense proves nothing", not taken, taken)
    absent = verify(WORK / "nothing.receipt", identity)
    check("a file that is not there is said to be missing", absent.returncode == 1 and "nothing.receipt" in absent.stderr, said(absent))
    trial.write_bytes(b"not a receipt")
    for wrong in ("", "12", "zz" * 32, identity + "0"):
        done = verify(trial, wrong)
        check(f"{wrong[:6]!r}… is no identity", done.returncode == 2, said(done))


def cut_off(file, identity):
    """The check in a network namespace of its own, where not even loopback is up."""
    alone = ["unshare", "--net"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], capture_output=True).returncode:
        verdicts.skip("checking without any network", "unshare --net is not permitted here")
        return
    done = verify(file, identity, *alone)
    check("it is checked where there is no network at all", done.returncode == 0 and done.stdout.startswith("PROVEN"), said(done))


def main():
    network = Network("network", 34_000)
    founded = network.found()
    if not check("a network is loaded", founded.returncode == 0, said(founded)):
        return
    network.start(*VALIDATORS)
    receipts = []
    try:
        check("its validators start", network.ready(*VALIDATORS), network.ended())
        identity = network.get("/api/v1/network")["id"]
        for name, arguments, words in subjects(network):
            file = WORK / (name.replace(" ", "-").replace("'", "") + ".receipt")
            done = run("receipt", *arguments, "-o", file, "--node", network.api(2))
            fetched = done.returncode == 0 and identity in done.stdout and file.exists()
            if check(f"{name}: its receipt is fetched", fetched, said(done)):
                receipts.append((name, file, words))
    finally:
        network.stop()
    shutil.rmtree(network.folder)
    for name, file, words in receipts:
        done = verify(file, identity)
        text = done.stdout
        check(f"{name}: proven with the network gone", done.returncode == 0 and text.startswith("PROVEN\n"), said(done))
        plain = text.replace(",", "").replace("\u202f", "").replace("\u00a0", "")
        lacking = [word for word in words if word not in text and word not in plain]
        check(f"{name}: says what it proves", "What this proves" in text and not lacking, f"lacks {lacking} in: {text}")
        check(f"{name}: says what it rests on", "What it rests on" in text and "What it does not prove" in text, text)
        document = json.loads(verify(file, identity, as_json=True).stdout)
        check(f"{name}: the same as JSON", document["proven"] and document["proves"] and document["rests_on"], document)
        content = file.read_bytes()
        other = ("0" if identity[0] != "0" else "1") + identity[1:]
        check(f"{name}: proves nothing for another network", not_proven(WORK / "other.receipt", content, other))
        tampered(name, content, identity)
    nonsense(identity)
    if receipts:
        cut_off(receipts[0][1], identity)


main()
sys.exit(verdicts.exit_code())
