#!/usr/bin/env python3
"""The portal over a loaded network, as a browser sees it: a page of every kind, both languages, themes and widths.

The checks are those of tests/portal/check.py. Pictures of what was looked at are left in CHANCERY_WORK/pictures.
"""

import pathlib
import re
import shutil
import subprocess
import sys

from network import VALIDATORS, WORK, Network, Verdicts, said

CHECKER = pathlib.Path(__file__).resolve().parent.parent / "portal" / "check.py"
SKIPPED = 77
CHECKED_WITHIN_S = 400

verdicts = Verdicts()
check = verdicts.check


def look(network, chromium):
    command = [
        "python3", CHECKER, network.api(2), "--per-kind", "1", "--pages-max", "30",
        "--screenshots", WORK / "pictures", "--chromium", chromium,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=CHECKED_WITHIN_S)
    if done.stdout.startswith("portal: skipped"):
        verdicts.skip("the portal in a browser", done.stdout.strip())
        return
    summary = re.search(r"portal: (\d+) pages, (\d+) checks, (\d+) violations", done.stdout)
    clean = done.returncode == 0 and summary and int(summary.group(1)) >= 15
    check(f"nothing to trip over ({summary.group(0) if summary else 'no summary'})", clean, said(done))
    print(done.stdout, done.stderr, sep="\n")


def main():
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not chromium:
        print("no browser here: chromium")
        return SKIPPED
    network = Network("network", 36_000)
    founded = network.found()
    check("a network is loaded", founded.returncode == 0, said(founded))
    network.start(*VALIDATORS)
    try:
        if check("its validators start", network.ready(*VALIDATORS), network.ended()):
            look(network, chromium)
    finally:
        network.stop()
    return verdicts.exit_code()


sys.exit(main())
