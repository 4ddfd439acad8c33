#!/usr/bin/env python3
"""The command, as a stranger meets it: help, JSON, exit codes, key files, and what the doctor says."""

import json
import os
import re
import socket
import stat
import subprocess
import sys

import network as net
from network import VALIDATORS, WORK, Network, Verdicts, run, said, wait_until

HELP_COLUMNS_MAX = 100
DONE, FAILED, USAGE, UNREACHABLE, NOT_PROVEN, PARTLY = range(6)

verdicts = Verdicts()
check = verdicts.check


def commands(text):
    """The commands that a help lists, with their one line."""
    listed = re.search(r"^Commands:\n(.+?)(?:\n\n|\Z)", text, re.DOTALL | re.MULTILINE)
    if not listed:
        return {}
    return {line.split()[0]: line for line in listed.group(1).splitlines() if re.match(r"  \S", line)}


def helps(path=()):
    """The help of a command and of all below it."""
    done = run(*path, "--help")
    name = " ".join(("chancery", *path))
    text = done.stdout
    wide = [line for line in text.splitlines() if len(line) > HELP_COLUMNS_MAX and not line.startswith("Usage: ")]
    first = text.strip().splitlines()[0] if text.strip() else ""
    sound = done.returncode == DONE and "Usage: chancery" in text and first[:1].isupper() and not done.stderr
    found = [(name, sound and not wide, wide or said(done))]
    below = commands(text)
    found += [(f"{name} {one}", False, "has no words in the list") for one, line in below.items() if len(line.split()) < 2]
    for one in below:
        if one != "help":
            found += helps((*path, one))
    return found


def help_reads_well():
    found = helps()
    bad = [(name, why) for name, good, why in found if not good]
    check(f"the help of all {len(found)} commands is there and fits", len(found) >= 30 and not bad, bad)
    top = run("--help").stdout
    check("the first help says where to start and what exit codes mean", "chancery demo" in top and "Exit codes" in top)
    version = run("--version")
    check("it says its version", version.returncode == DONE and re.fullmatch(r"chancery \d+\.\d+\.\d+\n", version.stdout), said(version))


def usage():
    for arguments in (("nonsense",), ("verify",), ("demo", "--port", "x"), ("query", "member", "zz"), ("init", "x")):
        done = run(*arguments)
        check(f"wrong usage is 2: {' '.join(arguments)}", done.returncode == USAGE and done.stderr and not done.stdout, said(done))


def keys():
    file, passphrase = WORK / "office.key", WORK / "passphrase"
    passphrase.write_text("correct horse\n")
    made = run("--json", "key", "new", file, "--sealing", "--passphrase-file", passphrase)
    if not check("a key is made", made.returncode == DONE, said(made)):
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    check("only its owner may read it", mode == 0o600, oct(mode))
    content, public = file.read_bytes(), json.loads(made.stdout)["public_key"]
    check("what lies in it is encrypted", entropy_is_high(content) and b"correct horse" not in content, content[:80])
    shown = run("--json", "key", "show", file, "--passphrase-file", passphrase)
    check("with the passphrase it shows the same key", shown.returncode == DONE and json.loads(shown.stdout)["public_key"] == public, said(shown))
    secret = re.search(r"seed|secret", shown.stdout)
    check("and no secret", not secret, shown.stdout)
    again = run("key", "new", file, "--passphrase-file", passphrase)
    check("it is never overwritten", again.returncode == FAILED and file.read_bytes() == content, said(again))
    passphrase.write_text("wrong horse\n")
    wrong = run("key", "show", file, "--passphrase-file", passphrase)
    check("another passphrase does not open it", wrong.returncode == FAILED and public not in wrong.stdout, said(wrong))
    environment = {name: value for name, value in os.environ.items() if name != "CHANCERY_PASSPHRASE"}
    asked = run("key", "show", file, stdin=subprocess.DEVNULL, env=environment)
    check("with nobody to ask it says how to give one", asked.returncode == FAILED and "--passphrase-file" in asked.stderr, said(asked))


def entropy_is_high(content):
    """The last 64 bytes look like noise: hardly any byte value twice, and not text."""
    tail = content[-64:]
    return len(set(tail)) > 45 and not tail.isascii()


def founding():
    folder, passphrase = WORK / "founded", WORK / "founding-passphrase"
    passphrase.write_text("found it\n")
    port = net.free_ports(37_000)
    words = ("--name", "Trial", "--region", "00", "--region-name", "Republic", "--authority", "State Council", "--act", "Act")
    ports = ("--api-port", port, "--peer-port", port + 1_000, "--passphrase-file", passphrase)
    real = run("init", folder, *words, *ports)
    refused = real.returncode == FAILED and "--demonstration" in real.stderr and not folder.exists()
    check("init does not found a real network with keys of one party", refused, said(real))
    fast = run("init", folder, "--demonstration", "--clock-factor", "60", *words, *ports)
    check("init refuses an accelerated clock", fast.returncode == FAILED and "clock" in fast.stderr and not folder.exists(), said(fast))
    founded = run("--json", "init", folder, "--demonstration", *words, *ports)
    if check("init founds a demonstration", founded.returncode == DONE, said(founded)):
        report = json.loads(founded.stdout)
        check("and says its identity", re.fullmatch(r"[0-9a-f]{64}", report["network"]) and len(report["configurations"]) == 4, report)
        open_files = [file.name for file in folder.rglob("*.key") if file.stat().st_mode & 0o077]
        check("all its key files are their owner's alone", not open_files, open_files)
    again = run("init", folder, "--demonstration", *words, *ports)
    check("init never overwrites a network", again.returncode == FAILED and "already" in again.stderr, said(again))


def unreachable():
    with socket.create_server(("127.0.0.1", 0)) as held:
        free = held.getsockname()[1]
    node = ("--node", f"http://127.0.0.1:{free}")
    for arguments in (("status",), ("query", "registers"), ("receipt", "figure", "labour-force", "2025", "LR", "-o", WORK / "none")):
        done = run(*arguments, *node)
        check(f"no node is 3: {arguments[0]}", done.returncode == UNREACHABLE and "--node" in done.stderr, said(done))
    done = run("--json", "status", *node)
    told = json.loads(done.stderr)
    check("an error is JSON too", told["exit"] == UNREACHABLE and told["error"] and told["remedy"], done.stderr)
    done = run("--json", "doctor", *node)
    findings = json.loads(done.stdout)
    named = done.returncode == FAILED and any(one["grade"] == "wrong" and str(free) in one["what"] for one in findings)
    check("the doctor names a node that does not answer", named, said(done))


def json_everywhere(network):
    record = network.get("/api/v1/records?register=labour-force&limit=1")["items"][0]["id"]
    member = network.get("/api/v1/members?limit=1")["items"][0]["id"]
    height = network.height()
    transaction = next(
        entry["id"] for one in range(height, 0, -1) for entry in network.get(f"/api/v1/blocks/{one}")["entries"]
    )
    asked = [
        ("status",), ("doctor",), ("member", "list"), ("member", "show", member), ("query", "blocks", "--limit", "3"),
        ("query", "transaction", transaction), ("query", "member", member), ("query", "authorities"),
        ("query", "regions"), ("query", "registers"), ("query", "register", "labour-force"), ("query", "record", record),
        ("query", "figures", "labour-force", "2025"), ("query", "figure", "labour-force", "2025", "LR"),
        ("query", "refusals"), ("receipt", "transaction", transaction, "-o", WORK / "one.receipt"),
    ]  # fmt: skip
    bad = []
    for arguments in asked:
        done = run("--json", *arguments, "--node", network.api(2))
        words = run(*arguments, "--node", network.api(2))
        try:
            sound = done.returncode == DONE and json.loads(done.stdout) is not None and words.returncode == DONE and words.stdout.strip()
        except json.JSONDecodeError:
            sound = False
        if not sound:
            bad.append((arguments, said(done), said(words)))
    check(f"{len(asked)} commands answer in words and as JSON", not bad, bad)
    absent = run("query", "member", "0" * 32, "--node", network.api())
    check("what is not there is 1", absent.returncode == FAILED and absent.stderr, said(absent))
    (WORK / "nonsense").write_bytes(b"nonsense")
    done = run("--json", "verify", WORK / "nonsense", "--network", "0" * 64)
    check("not proven is 4, as JSON too", done.returncode == NOT_PROVEN and json.loads(done.stdout)["proven"] is False, said(done))
    fallback = run("query", "registers", "--node", "http://127.0.0.1:1", "--node", network.api(3))
    check("of several nodes the next is asked", fallback.returncode == DONE, said(fallback))


def findings(network, *validators, config=None):
    more = ("--config", network.config(config)) if config else ()
    done = run("--json", "doctor", *network.nodes(validators), *more)
    return done, json.loads(done.stdout) if done.stdout.strip() else []


def doctor(network):
    done, found = findings(network, *VALIDATORS, config=1)
    wrong = [one for one in found if one["grade"] != "good"]
    check("the doctor finds a sound network sound", done.returncode == DONE and len(found) > 10 and not wrong, wrong or said(done))
    fourth = network.get("/api/v1/network", 4)["node"]
    network.kill(4)
    wait_until(lambda: sum(not one["connected"] for one in network.get("/api/v1/network/peers", 1)) == 1, 40)
    done, found = findings(network, 1)
    named = [one for one in found if fourth in one["what"] and one["grade"] != "good" and one.get("remedy")]
    check("with one validator killed, the doctor names it and what to do", named and done.returncode == PARTLY, said(done))
    risk = [one for one in found if "next failure" in one["what"]]
    check("and says that the next failure stops the network", risk, found)
    done, found = findings(network, 1, 4)
    away = [one for one in found if one["grade"] == "wrong" and network.api(4).removeprefix("http://") in one["what"]]
    check("asked itself, it is named as not answering", away and done.returncode == FAILED, said(done))
    network.kill(3)
    wait_until(lambda: sum(not one["connected"] for one in network.get("/api/v1/network/peers", 1)) == 2, 40)
    height = network.height()
    done, found = findings(network, 1)
    lost = [one for one in found if one["grade"] == "wrong" and "no block" in one["what"] and one.get("remedy")]
    check("with two killed, it says that no block becomes final and why", lost and done.returncode == FAILED, said(done))
    check("and none does", not wait_until(lambda: network.height() > height + 1, 12), (height, network.height()))
    words = run("doctor", "--node", network.api(1))
    check("in words, what is wrong stands out", "WRONG" in words.stdout and "→" in words.stdout, said(words))
    network.start(3, 4)
    check("with both back, blocks come again", network.reach(height + 2, *VALIDATORS), network.ended())
    healed = wait_until(lambda: findings(network, *VALIDATORS)[0].returncode == DONE, 60)
    check("and the doctor is content", healed, said(findings(network, *VALIDATORS)[0]))


def main():
    help_reads_well()
    usage()
    keys()
    founding()
    unreachable()
    network = Network("network", 38_000)
    founded = network.found()
    if not check("a network is loaded", founded.returncode == DONE, said(founded)):
        return
    network.start(*VALIDATORS)
    try:
        if check("its validators start", network.ready(*VALIDATORS), network.ended()):
            # Links take a few seconds; until then the doctor rightly misses someone.
            wait_until(lambda: findings(network, *VALIDATORS)[0].returncode == DONE, 60)
            json_everywhere(network)
            doctor(network)
    finally:
        network.stop()


main()
sys.exit(verdicts.exit_code())
