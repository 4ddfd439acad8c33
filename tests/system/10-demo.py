#!/usr/bin/env python3
"""The demonstration: loads whole, adds up, goes on where it was, takes a county file as it is, proves its figures."""

import json
import os
import pathlib
import subprocess
import sys

BINARY = os.environ["CHANCERY_BIN"]
WORK = pathlib.Path(os.environ["CHANCERY_WORK"])
DATA = pathlib.Path.cwd().parent / "shared" / "data"
COUNTRY_PORT, COUNTY_PORT = 18800, 18840

failures = 0


def check(what, holds, why=""):
    global failures
    if holds:
        print(f"PASS {what}")
    else:
        failures += 1
        print(f"FAIL {what}: {why}")


def run(*arguments, timeout=420):
    """Runs the command with --json; gives the exit code, the document, and what was said on the way."""
    done = subprocess.run([BINARY, "--json", *map(str, arguments)], capture_output=True, text=True, timeout=timeout)
    try:
        document = json.loads(done.stdout) if done.stdout.strip() else None
    except json.JSONDecodeError:
        document = None
    return done.returncode, document, done.stderr[-3000:]


def demo(folder, port, *more):
    return run("demo", "--exit-when-loaded", "--data", WORK / folder, "--port", port, *more)


def figures(document, register):
    found = {}
    for figure in (document or {}).get("figures", []):
        if figure["register"] == register:
            found[figure["region"]] = figure
    return found


def totals(figure):
    return {cell["id"]: cell["total"] for cell in figure["cells"]}


def generated_country():
    code, document, said = demo("country", COUNTRY_PORT, "--fresh")
    check("the demonstration loads and leaves with 0", code == 0 and document is not None, f"exit {code}: {said}")
    if not document:
        return
    check("every published total is what was filed", all(one["holds"] for one in document["checks"]), document["checks"])

    labour = figures(document, "labour-force")
    whole = totals(labour["LR"])
    parts = [totals(figure) for region, figure in labour.items() if region != "LR"]
    check("six provinces and the country are published", len(parts) == 6, sorted(labour))
    check(
        "the country's labour force is the sum of its provinces'",
        all(whole[cell] == sum(part[cell] for part in parts) for cell in whole),
        whole,
    )
    check("employed and unemployed make the labour force", whole["employed"] + whole["unemployed"] == whole["labour_force"])
    rate = labour["LR"]["per_cent"]["unemployment_rate"]
    derived = f"{100 * whole['unemployed'] / whole['labour_force']:.1f}"
    check("the rate is derived from totals", rate == derived, f"{rate} and not {derived}")

    survey = figures(document, "enterprise-survey")
    check("the confidential survey is published for the country", "LR" in survey, sorted(survey))
    check("the province with one enterprise is not published", "06" not in survey, sorted(survey))
    hidden = survey["LR"]["respondents"] - max((one["respondents"] for one in survey.values() if one["region"] != "LR"), default=0)
    check("some part is kept back for the lonely one's sake", len(survey) < 6 and hidden > 0, sorted(survey))
    proofs = [cell["proof"] for figure in survey.values() for cell in figure["cells"]]
    check("every confidential total carries its proof", proofs and all(len(proof or "") == 128 for proof in proofs))

    given = {refusal["code"] for refusal in document["refusals"]}
    # The lonely province: its ministry cannot state that none dominates (16-062); too few owners is 16-063.
    check("a province with one filer is refused", given & {"16-062", "16-063"}, sorted(given))
    wanted = {"16-004", "16-029", "16-033", "16-081", "16-082", "2-006"}
    check("what must be refused was, each with its number", wanted <= given, f"{sorted(given)} lacks {sorted(wanted - given)}")

    code, again, said = demo("country", COUNTRY_PORT)
    check("run again it goes on where it was", code == 0 and again is not None, f"exit {code}: {said}")
    if again:
        check("and shows the same figures", again["figures"] == document["figures"] and again["network"] == document["network"])


def county_file():
    path = DATA / "bls_laus_county_2016.csv"
    if not path.exists():
        print("SKIP the county file: ../shared/data is not here")
        return
    faulty = WORK / "with-faults.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    bad = [
        rows[0],
        '01,999,"Nowhere County, AL",2016,10,5,5,50',
        '99,001,"Nowhere County, ZZ",2016,10,5,5,50',
        '01,003,"Baldwin County, GA",2016,10,5,5,50',
        "01,005,Somewhere,2015,10,5,5,50",
        "01,007,Somewhere,2016,10,5,6,50",
        "01,009,Somewhere,2016,10,,5,50",
        "01,011,Somewhere,2016,10,five,5,50",
        "01,013,Somewhere,2016,10,15,-5,50",
        '01,015,"no end,2016,10,5,5,50',
    ]
    faulty.write_text("\n".join([header, *rows, *bad]) + "\n", encoding="utf-8")
    code, document, said = demo("counties", COUNTY_PORT, "--fresh", "--statistics", faulty)
    check("a county file with faulty rows is loaded", code == 0 and document is not None, f"exit {code}: {said}")
    if not document:
        return
    labour = figures(document, "labour-force")
    whole = labour.get("US")
    check("the national total is published", whole is not None, sorted(labour))
    if whole:
        check("2016: labour force 159,824,216", totals(whole)["labour_force"] == 159_824_216, totals(whole))
        check("over 3,219 returns", whole["returns"] == 3_219, whole["returns"])
        check("the rate is 4.9 per cent", whole["per_cent"]["unemployment_rate"] == "4.9", whole["per_cent"])
        states = [totals(figure)["labour_force"] for region, figure in labour.items() if region != "US"]
        check("52 state totals add up to it", len(states) == 52 and sum(states) == 159_824_216, len(states))
    refused = [refusal["code"] for refusal in document["rows"]["refusals"]]
    wanted = ["row-014", "row-011", "row-011", "row-012", "row-010", "row-013", "row-005", "row-006", "row-007", "row-003"]
    check("every faulty row is refused with its own number, in order", refused == wanted, refused)
    lines = [refusal["line"] for refusal in document["rows"]["refusals"]]
    check("and its line", lines == list(range(len(rows) + 2, len(rows) + 2 + len(bad))), lines)
    check("with a remedy", all(refusal["remedy"] for refusal in document["rows"]["refusals"]))


generated_country()
county_file()
sys.exit(1 if failures else 0)
