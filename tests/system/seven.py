"""Seven validators, each a process of its own, each on a host of its own where this machine allows it."""

import contextlib
import http.client
import json
import re
import shutil
import signal
import subprocess
import threading
import time

from network import BINARY, STOPPED_WITHIN_S, WORK, free_ports, run, wait_until

VALIDATORS = range(1, 8)
# So many must agree, and so many may be lost.
QUORUM, FAULTS_MAX = 5, 2
MEMBERS = 400
FOUNDED_WITHIN_S = 240
# These keep the tables that lists and figures are answered from; the others only order and prove.
WITH_TABLES = (1, 2)
CACHE_MIB = 64
API_PORT, PEER_PORT = 8_800, 9_800


class Seven:
    """The network in one folder: founded by the measuring command, which leaves it, and moved to its hosts."""

    def __init__(self, links=None):
        self.links, self.folder = links, WORK / "seven"
        self.port = free_ports(27_000, len(VALIDATORS))
        self.processes = {}

    def found(self):
        """Founds the network, enrols its members, files and publishes a little."""
        where = ("--data", self.folder, "--port", self.port, "--validators", len(VALIDATORS), "--members", MEMBERS)
        how = ("--workload", "mixed,figures", "--rate", 10, "--seconds", 2, "--keep")
        return run("--json", "bench", *where, *how, timeout_s=FOUNDED_WITHIN_S)

    def api(self, validator):
        """Where a validator's interface is: host and port."""
        if self.links:
            return self.links.address(validator), API_PORT
        return "127.0.0.1", self.port + validator - 1

    def url(self, validator):
        return "http://{}:{}".format(*self.api(validator))

    def config(self, validator):
        return self.folder / f"node-{validator}" / "node.toml"

    def log(self, validator):
        return self.folder / f"node-{validator}" / "log.txt"

    def log_tail(self, validator):
        return self.log(validator).read_text(errors="replace")[-900:]

    def key_files(self):
        return [self.folder / "keyring.key", *(self.folder / f"node-{one}" / "validator.key" for one in VALIDATORS)]

    def settle(self):
        """Writes the validators' configurations for the hosts on which they are to run."""
        for validator in VALIDATORS:
            text = self.config(validator).read_text()
            if self.links:
                text = re.sub(r'^api = .*$', f'api = "{self.url(validator)[7:]}"', text, flags=re.MULTILINE)
                for other in VALIDATORS:
                    founded = f'"127.0.0.1:{self.port + 1_000 + other - 1}"'
                    assert founded in text, text
                    text = text.replace(founded, f'"{self.links.address(other)}:{PEER_PORT}"')
            # Seven share one machine, and what is measured here is not their speed.
            text = re.sub(r"^cache_mib = \d+$", f"cache_mib = {CACHE_MIB}", text, flags=re.MULTILINE)
            if validator in WITH_TABLES:
                text = text.replace("tables = false", "tables = true")
            self.config(validator).write_text(text)

    def move_data(self, validator, folder):
        """Moves a validator's data to another file system."""
        shutil.move(self.config(validator).parent / "data", folder / "data")
        text = self.config(validator).read_text()
        self.config(validator).write_text(text.replace('data = "data"', f'data = "{folder / "data"}"'))

    def start(self, *validators):
        """Starts validators; they end with this process, because their input does."""
        for validator in validators:
            command = [BINARY, "node", "--config", self.config(validator)]
            command += ["--passphrase-file", self.folder / "passphrase", "--stop-with-input"]
            command = [*(self.links.inside(validator) if self.links else []), *command]
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

    def pause(self, validator):
        self.processes[validator].send_signal(signal.SIGSTOP)

    def resume(self, validator):
        self.processes[validator].send_signal(signal.SIGCONT)

    def ended_within(self, validator, within_s):
        """The exit code of a validator that ends by itself in time."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.processes[validator].wait(within_s)

    def ended(self):
        """The validators that ended by themselves, with their exit codes."""
        return {number: one.poll() for number, one in self.processes.items() if one.poll() is not None}

    def stop(self):
        """Stops what runs, cleanly; the exit codes of those that did not leave with 0 in time."""
        running, self.processes = self.processes, {}
        for process in running.values():
            process.send_signal(signal.SIGCONT)
            process.stdin.close()
        unclean, end = {}, time.monotonic() + STOPPED_WITHIN_S
        for validator, process in running.items():
            try:
                code = process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                code = process.wait()
            if code != 0:
                unclean[validator] = code
        return unclean

    def ask(self, validator):
        return Asking(self.api(validator))

    def get(self, path, validator):
        """An answer of one validator as JSON."""
        with self.ask(validator) as asking:
            return asking.json(path)

    def height(self, validator):
        return self.get("/api/v1/network", validator)["height"]

    def ready(self, *validators, within_s):
        """Whether these validators serve and say that they are ready, in time."""
        return wait_until(lambda: all(self.get("/readyz", one)["ready"] for one in validators), within_s)


class Asking:
    """A connection to one validator on which one question after another is asked."""

    def __init__(self, address, timeout_s=20):
        self.connection = http.client.HTTPConnection(*address, timeout=timeout_s)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def raw(self, path, accept="application/json"):
        """The bytes of an answer; a refusal is an OSError, as a dead validator is."""
        try:
            self.connection.request("GET", path, headers={"Accept": accept})
            answer = self.connection.getresponse()
            content = answer.read()
        except http.client.HTTPException as broken:
            raise OSError(str(broken)) from broken
        if answer.status == 429:
            time.sleep(1)
            return self.raw(path, accept)
        if answer.status != 200:
            raise OSError(f"{path}: {answer.status} {content[:300]}")
        return content

    def json(self, path):
        return json.loads(self.raw(path))

    def stream(self, path):
        """The messages of a stream; it has the connection to itself."""
        self.connection.request("GET", path, headers={"Accept": "text/event-stream"})
        for line in self.connection.getresponse():
            if line.startswith(b"data:"):
                yield json.loads(line[5:])


class Load:
    """The measuring command's load, in the background."""

    def __init__(self, seven, workload, rate, seconds):
        self.journal, self.report_file = WORK / f"{workload}.jsonl", WORK / f"{workload}.json"
        nodes = [argument for validator in VALIDATORS for argument in ("--node", seven.url(validator))]
        how = ("--workload", workload, "--rate", str(rate), "--seconds", str(seconds), "--journal", self.journal)
        self.said, self.begun = [], threading.Event()
        with self.report_file.open("w") as report:
            self.process = subprocess.Popen(
                [BINARY, "--json", "bench", "--attach", seven.folder, *nodes, *how],
                stdin=subprocess.DEVNULL, stdout=report, stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stderr:
            self.said.append(line.strip())
            if "a second for" in line:
                self.begun.set()

    def runs(self):
        return self.process.poll() is None

    def end(self, within_s):
        """Waits until it has counted; the exit code and the report."""
        try:
            code = self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        text = self.report_file.read_text()
        return code, json.loads(text) if text.strip() else None

    def stop(self):
        """Ends it, if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def lines(self):
        """What became of each transaction."""
        return [json.loads(line) for line in self.journal.read_text().splitlines()]
