#!/usr/bin/env python3
"""The measuring command, end to end, for a few seconds at a low rate: what it counts adds up, and it hides nothing.

How fast anything is does not matter here: this machine may be busy and the program unoptimised.
"""

import json
import signal
import subprocess
import sys
import time

from network import BINARY, WORK, Network, Verdicts, free_ports, run, said, wait_until

RUN_WITHIN_S = 420
MEMBERS = 400
RATE, SECONDS = 40, 3

verdicts = Verdicts()
check = verdicts.check


def counted_in_all(counts):
    """Every transaction that fell due stands in exactly one of these."""
    refused, rejected = sum(counts["refused"].values()), sum(counts["rejected"].values())
    return refused + rejected + counts["unanswered"] + counts["lost"] + counts["accepted"]


def adds_up(report, what):
    for one in report["runs"]:
        name, counts = f"{what}, {one['workload']}", one["counts"]
        check(f"{name}: every transaction is counted once", counted_in_all(counts) == counts["due"] > 0, counts)
        check(f"{name}: all were carried out", counts["accepted"] == counts["due"], counts)
        latency = one["latency"] or {}
        ordered = [latency.get(key, -1) for key in ("p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms")]
        check(f"{name}: percentiles are in order", 0 < ordered[0] and ordered == sorted(ordered), ordered)
        due = sum(second["due"] for second in one["timeline"])
        check(f"{name}: the timeline has all that fell due", due == counts["due"], one["timeline"])
        found = [validator["process"] is not None and validator["disk_bytes"] > 0 for validator in one["validators"]]
        check(f"{name}: all validators were looked at", found == [True] * 4, one["validators"])


def all_workloads():
    page = WORK / "page.html"
    where = ("--data", WORK / "bench", "--port", free_ports(29_000), "--members", MEMBERS)
    how = ("--workload", "single,batch,mixed,rollup,reads", "--rate", RATE, "--seconds", SECONDS, "--half", "--keys", 2_000)
    done = run("--json", "bench", *where, *how, "--page", page, timeout_s=RUN_WITHIN_S)
    if not check("every workload is measured", done.returncode == 0, said(done)):
        return
    report = json.loads(done.stdout)
    names = [one["workload"] for one in report["runs"]]
    expected = ["single", "single", "committed", "committed", "clear", "clear", "mixed", "mixed"]
    expected += ["rollup: returns", "rollup: decisions"]
    expected += [f"rollup: figures of {level} with proof" for level in ("counties", "provinces", "the country")] + ["reads"]
    check("each has its figures", names == expected, names)
    adds_up(report, "all workloads")
    reads = report["runs"][-1]
    check("proofs that were read hold", reads["proofs"]["checked"] > 50 and reads["proofs"]["failed"] == 0, reads["proofs"])
    limits = report["limits"]
    check("the machine's limits stand beside", all(limits[name] > 0 for name in limits), limits)
    check("time to the first block was seen", report["network"]["first_block_ms"] > 0, report["network"])
    check("the state was filled", report["filled"]["keys"] >= 2_000, report["filled"])
    check("load averages were noted", len(report["load_average_after"] or []) == 3, report["load_average_after"])
    check("the folder is removed when all is done", not (WORK / "bench").exists())
    text = page.read_text(encoding="utf-8")
    check("the page asks nobody", "<script" not in text and "http" not in text.replace("http-equiv", ""), text[:300])
    kept = WORK / "report.json"
    kept.write_text(done.stdout, encoding="utf-8")
    table = run("bench", "--report", kept)
    check("a kept report gives its table", table.returncode == 0 and table.stdout.count("\n| ") > len(expected), said(table))


def attached():
    """A network that was founded before and that somebody else runs; one of its validators is away."""
    folder, port = WORK / "kept", free_ports(29_400)
    how = ("--workload", "single", "--rate", RATE, "--seconds", SECONDS)
    founded = run("--json", "bench", "--data", folder, "--port", port, "--members", MEMBERS, *how, "--keep", timeout_s=RUN_WITHIN_S)
    if not check("a measured network is kept", founded.returncode == 0 and (folder / "bench.json").exists(), said(founded)):
        return
    network = Network("kept", port)
    network.port = port
    network.start(1, 2, 3, 4)
    try:
        if not check("it runs again", network.ready(1, 2, 3, 4), network.log_tail(1)):
            return
        before = network.height()
        loaded = run("--json", "bench", "--attach", folder, *how, timeout_s=RUN_WITHIN_S)
        if check("it is loaded by whoever comes", loaded.returncode == 0, said(loaded)):
            adds_up(json.loads(loaded.stdout), "attached")
        network.kill(4)
        loaded = run("--json", "bench", "--attach", folder, *how, timeout_s=RUN_WITHIN_S)
        if check("it is loaded while a validator is away", loaded.returncode == 0, said(loaded)):
            one = json.loads(loaded.stdout)["runs"][0]
            accepted = one["counts"]["accepted"] == one["counts"]["due"]
            check("and what that one was to take in, another takes", accepted and one["client"]["sent_again"] > 0, one["counts"])
        check("blocks came", network.height() > before)
    finally:
        network.stop()


def interrupted():
    """Ctrl-C ends the measurement and all its processes."""
    port = free_ports(29_800)
    command = [BINARY, "bench", "--data", WORK / "cut", "--port", str(port), "--members", str(MEMBERS), "--rate", "5"]
    command += ["--seconds", "300"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    alone = Network("cut", port)
    alone.port = port
    began = wait_until(lambda: alone.height() > 0, 90)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    try:
        _, errors = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        errors = "it did not stop"
    check("Ctrl-C ends a measurement", began and process.returncode == 1 and "stopped" in errors, errors[-300:])
    gone = not wait_until(lambda: alone.height() >= 0, 1)
    check("and all its validators", gone)


def refused():
    for arguments in (("--rate", "0"), ("--members", "0"), ("--workload", "none"), ("--attach", WORK, "--port", "1")):
        done = run("bench", *arguments)
        check(f"bench {' '.join(map(str, arguments))} is wrong usage", done.returncode == 2, said(done))
    foreign = WORK / "foreign"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("mine")
    done = run("bench", "--data", foreign)
    check("a folder of somebody else is left alone", done.returncode == 2 and (foreign / "letter.txt").exists(), said(done))
    done = run("bench", "--attach", foreign)
    check("and is no network to be loaded", done.returncode != 0, said(done))


refused()
all_workloads()
attached()
interrupted()
sys.exit(verdicts.exit_code())
