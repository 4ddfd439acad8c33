#!/usr/bin/env python3
"""Damage is found and named, a damaged node does not serve, and what can be repaired is: against real processes.

One of four validators is stopped cleanly. Into a copy of its folder a byte is flipped, one file after the other, with the
seal of the clean stop and, as after a crash, without it. Then its own journal is damaged: it refuses to start, is repaired,
and follows without voting. It is backed up while the others carry a load, wiped, restored, and catches up. Another loses
its archive, fetches it anew and goes on voting. A third keeps only a few blocks and says who keeps all.
"""

import json
import pathlib
import random
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

import network as net
from network import VALIDATORS, WORK, Network, Verdicts, county_file, run, said, wait_until

DAMAGED = 6
SEED = 20261122
HEADER_BYTES = 4_096
PAGE_BYTES = 4_096
COUNTIES = 300
LOADED_BEFORE = 4

verdicts = Verdicts()
check = verdicts.check


def stop(network, validator):
    """Stops one validator cleanly."""
    process = network.processes.pop(validator)
    process.stdin.close()
    try:
        return process.wait(net.STOPPED_WITHIN_S) == 0
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False


def start_alone(network, validator):
    """Starts a validator that should refuse; what it says, or nothing if it runs."""
    try:
        return run("node", "--config", network.config(validator), *network.passphrase(), timeout_s=20)
    except subprocess.TimeoutExpired:
        return None


def scrub(config):
    done = run("--json", "doctor", "--scrub", config)
    report = json.loads(done.stdout) if done.stdout.strip() else None
    return done, report


def flip(path, at):
    """Changes one byte."""
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 0x20]))


def files(data):
    """Every file that a node's data consists of."""
    found = [path for path in sorted(data.rglob("*")) if path.is_file() and path.stat().st_size > 0]
    # The last is what the node measures its disk with.
    skipped = {"seal.json", "seal-taken-off.json", "lock", "sync-probe"}
    return [path for path in found if path.name not in skipped and not path.name.endswith("-shm")]


class Copy:
    """A copy of a node's home to break things in."""

    def __init__(self, network, validator, name):
        self.home = WORK / name
        shutil.rmtree(self.home, ignore_errors=True)
        self.source = network.config(validator).parent
        (WORK / "genesis.json").write_bytes((network.folder / "genesis.json").read_bytes())

    def fresh(self, sealed):
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self.source, self.home)
        if not sealed:
            (self.home / "data" / "seal.json").unlink()
        return self.home / "data"

    def config(self):
        return self.home / "node.toml"


def is_harmless(path, at):
    """Whether nobody ever reads this byte, by the layouts of engine and SQLite; why, if so."""
    size, folder = path.stat().st_size, path.parent.name
    bytes_ = path.read_bytes()
    if path.name == "archive.sqlite":
        return "every header, block, signature, certificate and place was read and holds: what is left is free space"
    if path.suffix == ".sqlite":
        return "tables and vault have no checksums of their own: found by the seal, and rebuilt or restored"
    if "marshal-cache" in folder and folder.endswith(("-values", "-value")):
        return "a block that may become final: the engine holds it to its checksum when it reads it"
    if at < HEADER_BYTES or folder.endswith(("-values", "-value")):
        return None
    if any(folder.endswith(end) for end in ("-metadata", "_metadata", "-network", "-standing", "-pinned", "-grafted")):
        return "one of two copies: noted, and the other one counts"
    page = (at - HEADER_BYTES) // PAGE_BYTES
    start = HEADER_BYTES + page * PAGE_BYTES
    record = bytes_[start + PAGE_BYTES - 12 : start + PAGE_BYTES]
    if len(record) == 12:
        lengths = (int.from_bytes(record[0:2], "big"), int.from_bytes(record[6:8], "big"))
        within = at - start
        if max(lengths) <= within < PAGE_BYTES - 12:
            return "behind the end of its page's contents"
        if within >= PAGE_BYTES - 12:
            return "in a page's record of checksums"
    if start + PAGE_BYTES >= size:
        return "in the last page, as a crash cuts it: noted"
    return None


def every_file(network, validator):
    """A flipped byte in any file is found: by the seal, or after a crash by what is read."""
    copy, chance = Copy(network, validator, "flips"), random.Random(SEED)
    config, data = copy.config(), copy.fresh(sealed=True)
    names = [path.relative_to(data) for path in files(data)]
    data = copy.fresh(sealed=True)
    for name in names:
        flip(data / name, chance.randrange((data / name).stat().st_size))
    done, report = scrub(config)
    damaged = {damage["file"] for damage in report["damages"]}
    missed = [str(name) for name in names if str(name) not in damaged]
    check(f"with a seal a flipped byte is found in each of {len(names)} files", done.returncode == DAMAGED and not missed, missed)

    # After a crash one file at a time, since what is damaged is not opened: one of each folder.
    names = list({name.parent if len(name.parts) > 1 else name: name for name in names}.values())
    found, harmless, missed = 0, {}, []
    for name in names:
        data = copy.fresh(sealed=False)
        path = data / name
        at = chance.randrange(path.stat().st_size)
        why = is_harmless(path, at)
        flip(path, at)
        done, report = scrub(config)
        noted = report and any(str(name) in note for note in report["notes"])
        if done.returncode == DAMAGED:
            found += 1
        elif why or noted:
            harmless.setdefault(why or "noted", []).append(str(name))
        else:
            missed.append(f"{name} byte {at} of {path.stat().st_size}")
    check(f"without a seal, as after a crash, {found} of {len(names)} are found and none is missed", not missed, missed)
    for why, where in harmless.items():
        print(f"     not found, {why}: {len(where)} files, {where[0]}", flush=True)


def scrubbed(network, validator):
    done, report = scrub(network.config(validator))
    sound = done.returncode == 0 and report["sealed"] and report["blocks"] > 0 and report["operations"] > 0
    check("a whole folder is read and found whole", sound, said(done))
    done, report = scrub(network.config(validator))
    check("and reading it changes nothing", done.returncode == 0 and report["sealed"], said(done))
    running = run("doctor", "--scrub", network.config(1))
    check("a node that runs is left alone", running.returncode == 1 and "in use" in running.stderr, said(running))


def observes(network, validator):
    return network.get("/api/v1/network", validator).get("observes")


def damaged_journal(network, validator):
    """A node with a damaged journal does not start; repaired, it follows and does not vote."""
    data = network.data(validator)
    journals = sorted((data / "engine" / "node-simplex-0").iterdir())
    victim = journals[len(journals) // 2]
    flip(victim, HEADER_BYTES + 40)
    done = start_alone(network, validator)
    named = done is not None and done.returncode == DAMAGED and victim.name in done.stderr and "--scrub" in done.stderr
    check("a node with a damaged vote journal does not serve, and names the file", named, done and said(done))
    done = run("--json", "repair", "--config", network.config(validator))
    outcome = json.loads(done.stdout) if done.returncode == 0 else {}
    aside = pathlib.Path(outcome.get("repaired", {}).get("set_aside") or "/nonexistent")
    kept = (aside / "engine" / "node-simplex-0" / victim.name).exists()
    check("a repair sets the journal aside and deletes nothing", done.returncode == 0 and kept, said(done))
    network.start(validator)
    came = network.ready(validator) and network.reach(network.height(1), validator)
    check("the repaired node serves and follows", came, network.log_tail(validator))
    check("it does not vote, and says why", "vote journal is missing" in (observes(network, validator) or ""))
    words = run("status", *network.nodes([validator])).stdout
    check("status says so", "follows without voting" in words, words)
    journal = data / "engine" / "node-simplex-0"
    check("no vote journal was made", not journal.exists() or not any(journal.iterdir()), journal)
    stop(network, validator)
    network.start(validator)
    check("nor does it vote after the next start", network.ready(validator) and observes(network, validator))
    stop(network, validator)


def backed_up(network, validator, load):
    """A back-up under load, the folder lost, and the node restored from it."""
    before = network.height(1)
    to = WORK / "backup"
    shutil.rmtree(to, ignore_errors=True)
    done = run("--json", "backup", "--config", network.config(validator), "--to", to)
    check("a back-up is made while the others carry a load", done.returncode == 0 and load.poll() is None, said(done))
    names = [path.name for path in to.rglob("*")]
    secret = [name for name in names if name.endswith(".key") or "simplex" in name or "standing" in name]
    check("there is no key, vote journal or record of votes in it", not secret, secret)
    done = run("backup", "--config", network.config(validator), "--to", to)
    check("it is never overwritten", done.returncode == 1 and "not empty" in done.stderr, said(done))

    spoilt = WORK / "spoilt"
    shutil.rmtree(spoilt, ignore_errors=True)
    shutil.copytree(to, spoilt)
    flip(spoilt / "data" / "archive.sqlite", 9_000)
    data = network.data(validator)
    done = run("restore", "--from", to, "--config", network.config(validator))
    check("a folder with data is not restored over", done.returncode == 1 and "not empty" in done.stderr, said(done))
    shutil.rmtree(data)
    done = run("restore", "--from", spoilt, "--config", network.config(validator))
    check("a back-up that is not what its manifest says is refused by file", done.returncode == DAMAGED and "archive.sqlite" in done.stderr, said(done))
    shutil.rmtree(data)
    done = run("--json", "restore", "--from", to, "--config", network.config(validator))
    height = json.loads(done.stdout)["height"] if done.returncode == 0 else None
    check("restored", done.returncode == 0 and height, said(done))
    network.start(validator)
    came = network.ready(validator) and network.reach(max(before, network.height(1)), validator, within_s=120)
    check(f"it starts at block {height} and catches up", came, network.log_tail(validator))
    check("it does not vote", "no record" in (observes(network, validator) or ""), observes(network, validator))


def damaged_archive(network, validator):
    """A node that lost its archive fetches everything anew, and goes on voting: its journal is whole."""
    stop(network, validator)
    archive = network.data(validator) / "archive.sqlite"
    flip(archive, archive.stat().st_size // 2)
    done, _ = scrub(network.config(validator))
    check("damage in the archive is found", done.returncode == DAMAGED and "archive.sqlite" in done.stderr, said(done))
    done = run("--json", "repair", "--config", network.config(validator))
    outcome = json.loads(done.stdout) if done.returncode == 0 else {}
    check("it is set aside with what hangs on it", "archive" in outcome.get("repaired", {}).get("parts", []), said(done))
    network.start(validator)
    came = network.reach(network.height(1), validator, within_s=120) and network.ready(validator)
    check("it has every block again, from its peers", came, network.log_tail(validator))
    check("and votes on", came and observes(network, validator) is None)
    if came:
        height = network.height(validator)
        check("all have the same blocks", len(network.roots(height)) == 1, height)


def damaged_state(network, validator):
    """A node with damaged state is filled from another's snapshot, fetches what came after, and goes on voting."""
    stop(network, validator)
    log = sorted((network.data(validator) / "engine" / "node-state-log-blobs").iterdir())[0]
    flip(log, HEADER_BYTES + 1_000)
    done = run("--json", "repair", "--config", network.config(validator), "--from", WORK / "backup")
    outcome = json.loads(done.stdout) if done.returncode == 0 else {}
    found = [damage["file"] for damage in outcome.get("found", {}).get("damages", [])]
    check("damage in the state is found and filled from a snapshot", done.returncode == 0 and any(log.name in one for one in found), said(done))
    network.start(validator)
    came = network.reach(network.height(4), validator, within_s=120) and network.ready(validator)
    check(f"it goes on from block {outcome.get('repaired', {}).get('height')}", came, network.log_tail(validator))
    check("and votes on, since its vote journal is whole", came and observes(network, validator) is None)
    if came:
        height = network.height(validator)
        check("all have the same blocks again", len(network.roots(height)) == 1, height)


def pruned(network, validator):
    """A node that keeps only a few blocks says so by number, and names who keeps all."""
    stop(network, validator)
    config = network.config(validator)
    text = config.read_text()
    config.write_text(text + '\n[keep]\nblocks = "3 heights"\narchives = ["http://archive.example:8800"]\n')
    network.start(validator)
    network.ready(validator)

    def refused():
        try:
            network.get("/api/v1/blocks/1/outcomes", validator)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error).get("code")
        return None

    gone = wait_until(lambda: refused() is not None and refused()[0] == 410, 60)
    check("what is not kept is refused with 410 and a number", gone and str(refused()[1]).endswith("34"), refused())
    known = network.get("/api/v1/network", validator)
    check("it names who keeps all", known["archives"] == ["http://archive.example:8800"] and known["kept_from"] > 1, known)
    header = network.get(f"/api/v1/blocks/{known['height']}", validator)
    check("and serves what it keeps", header["hash"], header)


def main():
    network = Network("repair", 26_600)
    founded = network.found("--statistics", county_file(WORK / "roll.csv", COUNTIES, LOADED_BEFORE))
    if not check("a network is founded and loaded", founded.returncode == 0, said(founded)):
        return verdicts.exit_code()
    network.start(*VALIDATORS)
    check("four validators serve", network.ready(*VALIDATORS))
    check("one stops cleanly", stop(network, 4))
    scrubbed(network, 4)
    every_file(network, 4)
    damaged_journal(network, 4)
    counties = county_file(WORK / "whole.csv", COUNTIES)
    where = ("--register", "labour-force", "--period", "2016", "--keyring", network.folder / "keyring.key")
    command = [net.BINARY, "--json", "statistics", "import", counties, *where, *network.passphrase(), *network.nodes([1, 2, 3])]
    load = subprocess.Popen([str(one) for one in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    backed_up(network, 4, load)
    try:
        output, errors = load.communicate(timeout=150)
    except subprocess.TimeoutExpired:
        load.kill()
        output, errors = load.communicate()
    check("the load went on meanwhile", load.returncode == 0, f"{load.returncode} {output[-300:]} {errors[-500:]}")
    damaged_archive(network, 3)
    damaged_state(network, 1)
    pruned(network, 2)
    ended = network.ended()
    check("none ended by itself", not ended, ended)
    check("all stop cleanly", network.stop())
    return verdicts.exit_code()


if __name__ == "__main__":
    sys.exit(main())
