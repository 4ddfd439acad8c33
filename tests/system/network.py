"""A demonstration's network for the system tests: founded by the demo, then run one validator at a time.

The demo keeps its validators to itself. Tests that kill some and not others start the same processes themselves, on the
folder that the demo has founded and loaded, with the same command.
"""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

BINARY = os.environ["CHANCERY_BIN"]
WORK = pathlib.Path(os.environ["CHANCERY_WORK"])
VALIDATORS = range(1, 5)
LOADED_WITHIN_S = 240
READY_WITHIN_S = 60
STOPPED_WITHIN_S = 25
# States with many counties, and the highest code of a county in each.
STATES = [("48", "TX", 507), ("13", "GA", 321), ("21", "KY", 239), ("20", "KS", 209), ("29", "MO", 229)]
HEADER = "state_fips,county_fips,area,year,labor_force,employed,unemployed"


class Verdicts:
    """Prints what holds and what does not, and remembers whether anything does not."""

    def __init__(self):
        self.failures = 0

    def check(self, what, holds, why=""):
        self.failures += not holds
        print(f"PASS {what}" if holds else f"FAIL {what}: {str(why)[-1500:]}", flush=True)
        return bool(holds)

    @staticmethod
    def skip(what, why):
        print(f"SKIP {what}: {why}", flush=True)

    def exit_code(self):
        return 1 if self.failures else 0


def run(*arguments, timeout_s=LOADED_WITHIN_S, **more):
    """Runs the command; gives what it returned, wrote and said."""
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=timeout_s, **more)


def said(done):
    """What a command said, for the reason of a failure."""
    return f"exit code {done.returncode}: {done.stdout[-500:]} {done.stderr[-800:]}"


def free_ports(first, count=len(VALIDATORS)):
    """The first of so many ports that are free now, with the validators' own a thousand higher."""
    for port in range(first, first + 900, 10):
        with contextlib.ExitStack() as held:
            try:
                for offset in range(count):
                    for wanted in (port + offset, port + offset + 1_000):
                        held.enter_context(socket.create_server(("127.0.0.1", wanted)))
                return port
            except OSError:
                continue
    raise SystemExit("no free ports")


def county_file(path, count, faulty_from=None):
    """A county file with made-up numbers; from one row on, the labour force is no number."""
    counties = [(state, code) for state in STATES for code in range(1, state[2] + 1, 2)]
    lines = [HEADER]
    for number, ((fips, letters, _), code) in enumerate(counties[:count]):
        employed, unemployed = 1_000 + 7 * number, 40 + number
        labour_force = "later" if faulty_from is not None and number >= faulty_from else employed + unemployed
        lines.append(f'{fips},{code:03},"County {code}, {letters}",2016,{labour_force},{employed},{unemployed}')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class Network:
    """Four validators on one folder."""

    def __init__(self, folder, first_port):
        self.folder, self.port = WORK / folder, free_ports(first_port)
        self.processes = {}

    def found(self, *arguments):
        """Founds the network and loads it; the demo leaves when it is done."""
        where = ("--data", self.folder, "--port", self.port)
        return run("--json", "demo", "--exit-when-loaded", *where, *arguments)

    def api(self, validator=1):
        return f"http://127.0.0.1:{self.port + validator - 1}"

    def nodes(self, validators=VALIDATORS):
        """Arguments that name these validators to a command."""
        return [argument for validator in validators for argument in ("--node", self.api(validator))]

    def config(self, validator):
        return self.folder / f"node-{validator}" / "node.toml"

    def data(self, validator):
        return self.folder / f"node-{validator}" / "data"

    def passphrase(self):
        return ("--passphrase-file", self.folder / "passphrase")

    def log(self, validator):
        return self.folder / f"node-{validator}" / "log.txt"

    def log_tail(self, validator):
        return self.log(validator).read_text(errors="replace")[-800:]

    def start(self, *validators):
        """Starts validators as the demo does; they end with this process, because their input does."""
        for validator in validators:
            command = [BINARY, "node", "--config", self.config(validator), *self.passphrase(), "--stop-with-input"]
            with self.log(validator).open("a") as log:
                self.processes[validator] = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
                )

    def kill(self, *validators):
        """Ends validators as a power cut does, all at once."""
        for validator in validators:
            self.processes[validator].send_signal(signal.SIGKILL)
        for validator in validators:
            self.processes.pop(validator).wait()

    def stop(self):
        """Stops what runs, cleanly; whether each left with 0 in time."""
        clean = True
        running, self.processes = self.processes, {}
        for process in running.values():
            process.stdin.close()
        for process in running.values():
            try:
                clean &= process.wait(STOPPED_WITHIN_S) == 0
            except subprocess.TimeoutExpired:
                clean = False
                process.kill()
                process.wait()
        return clean

    def ended(self):
        """The validators that ended by themselves, with their exit codes."""
        return {number: one.poll() for number, one in self.processes.items() if one.poll() is not None}

    def get(self, path, validator=1, timeout_s=10):
        """An answer of one validator as JSON."""
        with urllib.request.urlopen(self.api(validator) + path, timeout=timeout_s) as answer:
            return json.load(answer)

    def all_items(self, path, validator=1):
        """A whole list, page after page."""
        items, after = [], ""
        while after is not None:
            page = self.get(f"{path}&limit=200{after and '&after=' + after}", validator)
            items, after = items + page["items"], page["next"]
        return items

    def height(self, validator=1):
        return self.get("/api/v1/network", validator)["height"]

    def ready(self, *validators, within_s=READY_WITHIN_S):
        """Whether these validators serve and say that they are ready, in time."""
        return wait_until(lambda: all(self.get("/readyz", one)["ready"] for one in validators), within_s)

    def reach(self, height, *validators, within_s=READY_WITHIN_S):
        """Whether these validators have this block in time."""
        return wait_until(lambda: all(self.height(one) >= height for one in validators), within_s)

    def roots(self, height):
        """Hash and state root of a block, as each validator has them."""
        blocks = (self.get(f"/api/v1/blocks/{height}", validator) for validator in VALIDATORS)
        return {(block["hash"], block["state_root"]) for block in blocks}


def wait_until(holds, within_s):
    """Whether something becomes true in time; a node that does not answer yet is no error."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        with contextlib.suppress(OSError, urllib.error.HTTPError, json.JSONDecodeError):
            if holds():
                return True
        time.sleep(0.3)
    return False
