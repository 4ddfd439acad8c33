#!/usr/bin/env python3
"""What an operator sees: measurements, alerts, the dashboard, readiness, a transaction's way, and logs without secrets."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request

from keyfiles import pieces_in_logs
from network import BINARY, LOADED_WITHIN_S, READY_WITHIN_S, STOPPED_WITHIN_S, VALIDATORS, WORK, Network, Verdicts, free_ports, run, said, wait_until

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
OPERATIONS = ROOT / "docs" / "operations"
RULES = OPERATIONS / "alerts" / "chancery.rules.yml"
RULE_TESTS = OPERATIONS / "alerts" / "chancery.rules.test.yml"
DASHBOARD = OPERATIONS / "grafana" / "chancery.json"
# Everything there is, so that what is not found is not there.
FINEST = "trace"
# Numbers below this are in every log.
VALUE_MIN = 1_000
SILENT_AFTER_S = 30

# Measurements that only something uncommon brings about, and that a sound network therefore does not show.
UNCOMMON = {"chancery_intake_refusals_total"}
STEPS = ["taken in", "gossiped", "executed", "final", "folded"]

verdicts = Verdicts()
check = verdicts.check


def metrics_text(network, validator=1):
    with urllib.request.urlopen(network.api(validator) + "/metrics", timeout=10) as answer:
        return answer.read().decode()


def values(text):
    """Values by name and labels."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("#") and " " in line:
            name, value = line.rsplit(" ", 1)
            found[name] = float(value)
    return found


def families(text):
    return set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))


def named(text):
    """Our measurements that a text names, histograms by the name of the whole."""
    names = set(re.findall(r"\b(?:chancery|process)_[a-z0-9_]+", text))
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in names}


def measurements(network):
    # A validator looks around every ten seconds; how its folder grows and what falls due show at the second look.
    late = {"chancery_disk_growth_bytes_per_second", "chancery_returns_due_seconds"}
    wait_until(lambda: all(late <= families(metrics_text(network, one)) for one in VALIDATORS), SILENT_AFTER_S)
    text = metrics_text(network)
    documented = set(re.findall(r"^\| `((?:chancery|process)_[a-z_]+)", (OPERATIONS / "metrics.md").read_text(), re.MULTILINE))
    ours = {name for name in families(text) if name.startswith(("chancery_", "process_"))}
    check("every documented measurement is exported", not documented - ours - UNCOMMON, sorted(documented - ours))
    check("every measurement of ours is documented", not ours - documented, sorted(ours - documented))
    found = values(text)
    first = lambda name: next((value for key, value in found.items() if key.split("{")[0] == name), None)
    check("members' transactions are timed to their finality", first("chancery_finality_seconds_count") >= 1, first("chancery_finality_seconds_count"))
    mean = first("chancery_finality_seconds_sum") / max(first("chancery_finality_seconds_count"), 1)
    check(f"a transaction took {mean * 1000:.0f} ms to be final on the average", 0 < mean < 30, mean)
    accepted = found['chancery_transactions_total{outcome="accepted"}']
    refused = {key: value for key, value in found.items() if key.startswith("chancery_refusals_total{")}
    check("outcomes are counted, refusals by number", accepted > 100 and sum(refused.values()) >= 1, (accepted, refused))
    check("all four validators are heard", first("chancery_validators_heard") == 4 and first("chancery_ready") == 1, text[:2000])
    check("the disk is measured", first("chancery_disk_free_bytes") > 0 and first("chancery_disk_sync_seconds_count") >= 1, "")
    check("so is the process", first("process_resident_memory_bytes") > 1e6 and first("process_open_fds") > 10, "")
    engines = {name.split("_")[0] for name in families(text)} - {"chancery", "process", "engine", "runtime"}
    check("the engine's own have names of their own", not engines, sorted(engines))


def files_of_rules(network):
    exported = set()
    for validator in VALIDATORS:
        exported |= families(metrics_text(network, validator))
    for what, path in (("the dashboard", DASHBOARD), ("the alert rules", RULES)):
        names = named(path.read_text())
        if path == DASHBOARD:
            names = set()
            for panel in json.loads(path.read_text())["panels"]:
                for target in panel.get("targets", []):
                    names |= named(target["expr"])
        missing = names - exported - UNCOMMON
        check(f"{what} names {len(names)} measurements, all exported", len(names) > 15 and not missing, sorted(missing))
    if not shutil.which("promtool"):
        verdicts.skip("the alert rules and their stories", "no promtool here (Debian's package prometheus)")
        return
    done = subprocess.run(["promtool", "check", "rules", RULES], capture_output=True, text=True)
    check("promtool finds the alert rules sound", done.returncode == 0, said(done))
    done = subprocess.run(["promtool", "test", "rules", RULE_TESTS], capture_output=True, text=True)
    check("the alert rules tell their stories right", done.returncode == 0, said(done))
    ours = "\n".join(line for line in metrics_text(network).splitlines() if re.match(r"(# \w+ )?(chancery|process)_", line)) + "\n"
    done = subprocess.run(["promtool", "check", "metrics"], input=ours, capture_output=True, text=True)
    check("promtool finds nothing to say about our measurements", done.returncode == 0, said(done))


def lines_of(log):
    """A log's lines as objects; what is no object is a line of the command itself."""
    for line in log.read_text(errors="replace").splitlines():
        if line.startswith("{"):
            yield json.loads(line)


def a_transactions_way(network, logs):
    """Follows one accepted transaction of the load through the four logs."""
    blocks = network.get("/api/v1/blocks?limit=100")
    height = next(block["height"] for block in blocks if block["transactions"] > 0)
    entry = network.get(f"/api/v1/blocks/{height}")["entries"][0]["id"]
    steps, of_node = [], {}
    for validator, log in logs.items():
        mine = [line for line in lines_of(log) if line.get("target") == "transaction" and line.get("transaction") == entry]
        of_node[validator] = [line["message"] for line in mine]
        steps += of_node[validator]
    origin = [node for node, seen in of_node.items() if "gossiped" in seen]
    check("a transaction's way begins at one validator", len(origin) == 1, of_node)
    if origin:
        seen = of_node[origin[0]]
        order = [seen.index(step) for step in STEPS if step in seen]
        check("there every step stands in order", len(order) == len(STEPS) and order[-2:] == sorted(order[-2:]), seen)
    check("one validator at least proposed it", "proposed" in steps, of_node)
    everywhere = all({"executed", "final", "folded"} <= set(seen) for seen in of_node.values())
    check("every validator executed it, heard that it is final, and folded it", everywhere, of_node)


def no_secrets(network, logs):
    text = {name: log.read_text(errors="replace") for name, log in logs.items()}
    size = sum(len(one) for one in text.values())
    check(f"the logs are written at the finest level ({size / 1e6:.0f} MB)", size > 100_000, size)
    keys = [network.folder / "keyring.key", *(network.folder / f"node-{one}" / "validator.key" for one in VALIDATORS)]
    done = pieces_in_logs(verdicts, network.folder / "passphrase", keys, logs)
    if done is None:
        return
    returns = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("values")]
    betrayed = [line for one in text.values() for line in lines_that_betray(one, returns)]
    check(f"no line shows two values of one of {len(returns)} sealed returns", not betrayed, betrayed[:2])


def lines_that_betray(text, returns):
    """Lines with two values of one return. One number may be there by chance; two of one return are not."""
    owners = {}
    for number, committed in enumerate(returns):
        for value in committed:
            if abs(int(value)) >= VALUE_MIN:
                owners.setdefault(value, set()).add(number)
    for line in text.splitlines():
        seen = [owners[value] for value in set(re.findall(r"(?<![\w.])\d{4,}(?![\w.])", line)) if value in owners]
        if any(one & other for index, one in enumerate(seen) for other in seen[:index]):
            yield line[:300]


def passphrase_stays_secret():
    """A validator of a network of its own, whose passphrase stands nowhere else."""
    folder, passphrase = WORK / "founded", "otter-lantern-7431-quarry-observability"
    env = {**os.environ, "CHANCERY_PASSPHRASE": passphrase, "CHANCERY_LOG": FINEST}
    port = free_ports(39_000)
    words = ("--name", "Trial", "--region", "TR", "--region-name", "Trial", "--authority", "Ministry", "--act", "Act 1")
    where = ("--api-port", port, "--peer-port", port + 1_000)
    done = run("init", "--demonstration", *words, *where, folder, env=env)
    config = next(iter(sorted(folder.glob("*/node.toml"))), None)
    if not check("a network is founded under a passphrase of its own", done.returncode == 0 and config, said(done)):
        return
    log = WORK / "founded.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [BINARY, "node", "--config", config], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=env
        )
    running = wait_until(lambda: "serving" in log.read_text() or process.poll() is not None, READY_WITHIN_S)
    process.terminate()
    process.wait(STOPPED_WITHIN_S)
    out = log.read_text(errors="replace")
    check("a validator of it runs", running, out[-500:])
    check("its passphrase does not stand in its log", len(out) > 1_000 and passphrase not in out, out[-500:])


def readiness(network):
    """Two of four validators are lost: the others say that they are not ready, and why, and so does the doctor."""
    network.kill(3, 4)
    reasons = []

    def not_ready():
        try:
            network.get("/readyz", 1)
        except urllib.error.HTTPError as refusal:
            reasons.append(json.load(refusal))
            return refusal.code == 503 and "heard" in reasons[-1]["detail"]
        return False

    check("without a quorum a validator says that it is not ready", wait_until(not_ready, SILENT_AFTER_S), reasons[-1:])
    detail = reasons[-1]["detail"] if reasons else ""
    check("and why", "2 of 4 validators are heard, and 3 are needed" in detail, detail)
    found = values(metrics_text(network))
    check("its measurements say so too", found["chancery_ready"] == 0 and found["chancery_validators_heard"] == 2, "")
    done = run("--json", "doctor", "--node", network.api(1))
    check("the doctor finds it wrong", done.returncode == 1 and "validators are heard" in done.stdout, said(done))
    bound = found["chancery_silence_max_seconds"]
    wait_until(lambda: values(metrics_text(network))["chancery_silence_seconds"] > bound + 1, bound + SILENT_AFTER_S)
    try:
        network.get("/readyz", 1)
        detail = "it is ready"
    except urllib.error.HTTPError as refusal:
        detail = json.load(refusal)["detail"]
    check("and for how long no block became final", re.search(r"No block has become final here for \d+ s", detail), detail)
    network.start(3, 4)
    check("with a quorum it is ready again", network.ready(*VALIDATORS), network.ended())


def differing_nodes(network):
    """A genesis file may differ in the idle interval without founding another network: the doctor compares."""
    done = run("--json", "doctor", *network.nodes(VALIDATORS))
    check("the doctor finds the four alike", "same program with the same timing" in done.stdout, said(done))
    network.kill(4)
    own = network.folder / "node-4" / "genesis.json"
    document = json.loads((network.folder / "genesis.json").read_text())
    document["idle_interval_ms"] += 250
    own.write_text(json.dumps(document))
    config = network.config(4)
    written = config.read_text()
    config.write_text(re.sub(r'^genesis = .*$', f'genesis = "{own}"', written, flags=re.MULTILINE))
    network.start(4)
    check("a validator with another idle interval starts", network.ready(4), network.log_tail(4))
    done = run("--json", "doctor", *network.nodes(VALIDATORS))
    named = "wait differently long" in done.stdout and network.api(4) in done.stdout
    check("and the doctor names it", done.returncode == 1 and named, said(done))
    config.write_text(written)


def loaded(network):
    """Runs the demonstration until everything is loaded, and leaves it running."""
    said_to = WORK / "demo.txt"
    with said_to.open("w") as output:
        demo = subprocess.Popen(
            [BINARY, "demo", "--data", network.folder, "--port", str(network.port)],
            stdout=output, stderr=output, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    in_time = wait_until(lambda: demo.poll() is not None or "Logs are in" in said_to.read_text(), LOADED_WITHIN_S)
    loaded = in_time and demo.poll() is None
    return demo, check("a network is loaded, its logs at the finest level", loaded, said_to.read_text()[-800:])


def main():
    network = Network("network", 38_000)
    os.environ |= {"CHANCERY_LOG": FINEST, "CHANCERY_LOG_FORMAT": "json"}
    demo, is_loaded = loaded(network)
    logs = {one: network.log(one) for one in VALIDATORS}
    try:
        if is_loaded:
            measurements(network)
            files_of_rules(network)
            a_transactions_way(network, logs)
    finally:
        demo.send_signal(signal.SIGINT)
        check("it stops when asked to", demo.wait(STOPPED_WITHIN_S) == 0, demo.returncode)
    if not is_loaded:
        return verdicts.exit_code()
    no_secrets(network, logs)
    os.environ["CHANCERY_LOG"] = "warn,chancery_node=info"
    network.start(*VALIDATORS)
    try:
        if check("its validators start again", network.ready(*VALIDATORS), network.ended()):
            readiness(network)
            differing_nodes(network)
    finally:
        network.stop()
    passphrase_stays_secret()
    return verdicts.exit_code()


sys.exit(main())
