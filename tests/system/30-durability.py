#!/usr/bin/env python3
"""Nothing that was acknowledged as final is lost: not when a validator is killed under load, not when all are at once.

The load is an import that runs through a relay of ours. The relay writes down every answer to `wait=final`; what it has
written down must stand on every validator afterwards, in the same block. Then come the mistakes of operators: each
ends with one clear line, and the network starts again unharmed.
"""

import http.client
import http.server
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error

import network as net
from network import VALIDATORS, WORK, Network, Verdicts, county_file, run, said, wait_until

COUNTIES = 300
LOADED_BEFORE = 4
KILLED = 3

verdicts = Verdicts()
check = verdicts.check


class Relay:
    """Stands between the command and one validator, and writes down what was acknowledged as final."""

    def __init__(self, port, acknowledged):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def relay(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                onward = http.client.HTTPConnection("127.0.0.1", port, timeout=40)
                try:
                    headers = {name: self.headers[name] for name in ("Content-Type", "Accept") if self.headers[name]}
                    onward.request(self.command, self.path, body or None, headers)
                    answer = onward.getresponse()
                    content = answer.read()
                except (OSError, http.client.HTTPException):
                    # As a dead validator looks: the connection breaks.
                    self.close_connection = True
                    self.connection.close()
                    return
                finally:
                    onward.close()
                if self.command == "POST" and answer.status == 200:
                    known = json.loads(content)
                    if known.get("height") is not None:
                        acknowledged[known["id"]] = known["height"]
                self.send_response(answer.status)
                for name in ("Content-Type", "Retry-After"):
                    if answer.headers[name]:
                        self.send_header(name, answer.headers[name])
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = relay

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            # The command holds many connections at once; the rest of the noise is a dead validator's.
            request_queue_size = 512
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Load:
    """An import in the background."""

    def __init__(self, network, file):
        self.acknowledged = {}
        relays = [Relay(network.port + number - 1, self.acknowledged) for number in VALIDATORS]
        nodes = [argument for relay in relays for argument in ("--node", relay.address)]
        where = ("--register", "labour-force", "--period", "2016", "--keyring", network.folder / "keyring.key")
        command = [net.BINARY, "--json", "statistics", "import", file, *where, *network.passphrase(), *nodes]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def has_acknowledged(self, count):
        return wait_until(lambda: len(self.acknowledged) >= count or self.process.poll() is not None, 90)

    def end(self, timeout_s=150):
        try:
            output, errors = self.process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            output, errors = self.process.communicate()
        return self.process.returncode, json.loads(output) if output.strip() else None, errors


def lost(network, acknowledged):
    """What some validator does not have where it was acknowledged."""
    missing = []
    for validator in VALIDATORS:
        for transaction, height in acknowledged.items():
            try:
                if network.get(f"/api/v1/transactions/{transaction}", validator)["height"] == height:
                    continue
            except urllib.error.HTTPError as error:
                error.close()
            missing.append((validator, transaction, height))
    return missing


def agreed(network, what):
    """All validators reach one height and have the same hash and state root there and at a few heights below."""
    height = max(network.height(validator) for validator in VALIDATORS if validator in network.processes)
    reached = network.reach(height, *VALIDATORS)
    where = {validator: network.height(validator) for validator in VALIDATORS} if not reached else ""
    if check(f"{what}: all validators reach block {height}", reached, f"{where} {network.ended()}"):
        heights = [*random.Random(height).sample(range(1, height), min(12, height - 1)), height]
        split = {one: roots for one in heights if len(roots := network.roots(one)) != 1}
        check(f"{what}: hash and state root agree at {len(heights)} heights", not split, split)


def one_killed_under_load(network, file):
    load = Load(network, file)
    load.has_acknowledged(60)
    before = dict(load.acknowledged)
    killed_under_load = load.process.poll() is None
    network.kill(KILLED)
    check("a validator is killed while returns come in", killed_under_load and before, said_by(load))
    check("the others go on", load.has_acknowledged(len(before) + 100), len(load.acknowledged))
    network.start(KILLED)
    code, report, errors = load.end()
    check("the import ends well", code == 0 and report, f"exit code {code}: {str(report)[:300]} {errors[-600:]}")
    check("every return was acknowledged", len(load.acknowledged) == COUNTIES - LOADED_BEFORE, len(load.acknowledged))
    ready = network.ready(*VALIDATORS)
    check("the killed one comes back and is ready", ready, f"{network.ended()} {network.log_tail(KILLED)}")
    agreed(network, "after one was killed")
    missing = lost(network, load.acknowledged)
    check(f"all {len(load.acknowledged)} acknowledged returns stand on all validators", not missing, missing[:5])
    for validator in VALIDATORS:
        count = len(network.all_items("/api/v1/records?register=labour-force", validator))
        check(f"validator {validator} shows every record", count == COUNTIES, count)
    return load.acknowledged


def said_by(load):
    return f"the import: {load.process.poll()}, {len(load.acknowledged)} acknowledged"


def all_killed_at_once(network, file, acknowledged):
    # What the import sends again stands there already; what keeps the validators busy is the load of reading.
    height = network.height()
    network.kill(*VALIDATORS)
    network.start(*VALIDATORS)
    ready = network.ready(*VALIDATORS)
    check("killed all at once, all come back", ready, f"{network.ended()} {network.log_tail(1)}")
    check("at the height where they were", all(network.height(one) >= height for one in VALIDATORS), height)
    agreed(network, "after all were killed")
    missing = lost(network, acknowledged)
    check("nothing acknowledged is lost", not missing, missing[:5])
    check("and blocks come", network.reach(height + 2, *VALIDATORS), height)
    network.stop()
    again = network.found("--statistics", file)
    check("the demo itself goes on from there", again.returncode == 0, said(again))
    figures = json.loads(again.stdout)["figures"] if again.returncode == 0 else []
    returns = {figure["region"]: figure["returns"] for figure in figures}
    check("and publishes every return", returns.get("US") == COUNTIES, returns)


def all_killed_under_load(file):
    """Another network, all of it killed while the first returns come in."""
    network = Network("storm", 32_000)
    founded = network.found("--statistics", county_file(WORK / "storm.csv", COUNTIES, LOADED_BEFORE))
    if not check("a second network is founded", founded.returncode == 0, said(founded)):
        return
    network.start(*VALIDATORS)
    try:
        network.ready(*VALIDATORS)
        load = Load(network, file)
        load.has_acknowledged(120)
        before = dict(load.acknowledged)
        under_load = load.process.poll() is None
        network.kill(*VALIDATORS)
        check("all validators are killed while returns come in", under_load and before, said_by(load))
        network.start(*VALIDATORS)
        ready = network.ready(*VALIDATORS)
        check("all come back", ready, f"{network.ended()} {network.log_tail(1)}")
        load.end()
        agreed(network, "after all were killed under load")
        missing = lost(network, load.acknowledged)
        count = len(load.acknowledged)
        check(f"all {count} acknowledged returns, {len(before)} before the cut, stand on all", not missing, missing[:5])
        again = Load(network, file)
        code, report, errors = again.end()
        check("the import, run again, files the rest", code == 0, f"exit code {code}: {str(report)[:300]} {errors[-600:]}")
    finally:
        network.stop()


def refused(what, command, *words, timeout_s=40, may_panic=False):
    """A validator that does not start: not 0, soon, one line and its remedy, and no trace of a panic of ours."""
    try:
        done = run(*command, timeout_s=timeout_s, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as hung:
        check(what, False, f"still runs after {timeout_s} s: {hung.stderr}")
        return
    errors = done.stderr
    lines = [line for line in errors.splitlines() if line.startswith("chancery: ")]
    clear = len(lines) == 1 and all(word in errors for word in words) and (may_panic or "panicked" not in errors)
    check(what, done.returncode in (1, 2) and clear, f"exit code {done.returncode}: {errors[-700:]}")


def mistakes(network):
    """What operators do wrong; the network runs meanwhile, with validator 4 left for the mistakes."""
    other = Network("other", 33_000)
    founded = other.found("--statistics", county_file(WORK / "other.csv", 4))
    if not check("another network is founded", founded.returncode == 0, said(founded)):
        return
    network.start(1, 2, 3)
    check("three of four go on", network.ready(1, 2, 3), network.ended())
    node = network.config(4).parent
    original = network.config(4).read_text()

    def start(text=original, passphrase=network.passphrase()):
        config = node / "trial.toml"
        config.write_text(text)
        return ("node", "--config", config, *passphrase)

    def replaced(old, new):
        assert old in original, original
        return original.replace(old, new)

    foreign = shutil.copytree(other.data(4), WORK / "foreign-data")
    refused("a data folder of another network", start(replaced('data = "data"', f'data = "{foreign}"')), "network")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f'"127.0.0.1:{taken.getsockname()[1]}"'
        refused("a used port of the interface", start(replaced(f'api = "127.0.0.1:{network.port + 3}"', f"api = {address}")), address.strip('"'))
        listen = f'listen = "127.0.0.1:{network.port + 1_003}"'
        refused("a used port of the validators", start(replaced(listen, f"listen = {address}")), address.strip('"'))
    refused("no key file", start(replaced('key = "validator.key"', 'key = "nothing.key"')), "nothing.key")
    key = (node / "validator.key").read_bytes()
    changed = bytearray(key)
    changed[len(changed) // 2] ^= 1
    for name, content in (("cut", key[: len(key) // 2]), ("changed", bytes(changed)), ("empty", b"")):
        (node / f"{name}.key").write_bytes(content)
        refused(f"a key file that is {name}", start(replaced("validator.key", f"{name}.key")), f"{name}.key")
    wrong = WORK / "wrong-passphrase"
    wrong.write_text("not the passphrase\n")
    refused("a wrong passphrase", start(passphrase=("--passphrase-file", wrong)), "passphrase")
    refused("a member's key for a validator's", start(replaced("validator.key", "../keyring.key")), "keyring")
    refused("a genesis that is none", start(replaced("../genesis.json", "validator.key")), "validator.key")
    refused("no configuration", ("node", "--config", node / "none.toml", *network.passphrase()), "none.toml")
    intruder(network, other, start, replaced)
    full_disk(network, start, replaced)
    for trial in ("trial.toml", "cut.key", "changed.key", "empty.key"):
        (node / trial).unlink(missing_ok=True)
    network.start(4)
    ready = network.ready(*VALIDATORS)
    check("after all mistakes the fourth starts unharmed", ready, f"{network.ended()} {network.log_tail(4)}")
    agreed(network, "after all mistakes")


def intruder(network, other, start, replaced):
    """A key of another network at a validator's address: not let in."""
    stranger = other.config(4).parent / "validator.key"
    text = replaced('key = "validator.key"', f'key = "{stranger}"').replace('data = "data"', 'data = "intruder"')
    height = network.height()
    process = subprocess.Popen(
        [net.BINARY, *map(str, start(text))], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        _, errors = process.communicate(timeout=15)
        clear = process.returncode == 1 and errors.count("chancery: ") == 1 and "panicked" not in errors
        check("a foreign key is refused at the start", clear, f"exit code {process.returncode}: {errors[-500:]}")
    except subprocess.TimeoutExpired:
        peers = [peer for peer in network.get("/api/v1/network/peers") if peer["connected"]]
        check("a foreign peer is not let in", len(peers) == 2, peers)
        process.kill()
        process.communicate()
    check("and the network goes on", network.reach(height + 1, 1, 2, 3), network.ended())
    shutil.rmtree(network.config(4).parent / "intruder", ignore_errors=True)


def full_disk(network, start, replaced):
    """A validator whose disk fills stops with a clear line, and starts again with room."""
    small = WORK / "small-disk"
    small.mkdir()
    if os.getuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", small], capture_output=True).returncode:
        verdicts.skip("a full disk", "mounting a small disk is not permitted here")
        return
    try:
        shutil.copytree(network.data(4), small / "data")
        ballast = small / "ballast"
        free = shutil.disk_usage(small).free
        ballast.write_bytes(bytes(max(0, free - 96 * 1024)))
        text = replaced('data = "data"', f'data = "{small / "data"}"')
        # The engine's tasks end in a panic of theirs; what the operator reads last is ours.
        refused("a full disk", start(text), "disk", "Free space", timeout_s=90, may_panic=True)
        ballast.unlink()
        with (WORK / "full-disk.log").open("w") as log:
            process = subprocess.Popen([net.BINARY, *map(str, start(text)), "--stop-with-input"], stdin=subprocess.PIPE, stdout=log, stderr=log)
        height = network.height()
        back = network.reach(height, 4)
        check("with room again it starts and catches up", back, (WORK / "full-disk.log").read_text()[-700:])
        process.stdin.close()
        try:
            process.wait(25)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    finally:
        subprocess.run(["umount", "-l", small], check=False)


def main():
    network = Network("network", 31_000)
    whole = county_file(WORK / "whole.csv", COUNTIES)
    founded = network.found("--statistics", county_file(WORK / "roll.csv", COUNTIES, LOADED_BEFORE))
    if not check("a network is founded", founded.returncode == 0, said(founded)):
        return
    try:
        network.start(*VALIDATORS)
        check("its validators start", network.ready(*VALIDATORS), network.ended())
        acknowledged = one_killed_under_load(network, whole)
        all_killed_at_once(network, whole, acknowledged)
        mistakes(network)
    finally:
        network.stop()
    all_killed_under_load(whole)


main()
sys.exit(verdicts.exit_code())
