#!/usr/bin/env python3
"""The interface is what its OpenAPI document says, for good and for bad requests, reads and writes.

Asks the node at CHANCERY_API (by default http://127.0.0.1:8800), which must be running, for example as part of
`chancery demo`. Takes about a minute and a half; CHANCERY_OPENAPI_SECONDS changes that.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

API = os.environ.get("CHANCERY_API", "http://127.0.0.1:8800").rstrip("/")
SECONDS = int(os.environ.get("CHANCERY_OPENAPI_SECONDS", "75"))
FOLDER = pathlib.Path(__file__).resolve().parent / "openapi"
SKIPPED = 77

failures = 0


def check(what, passed, why=""):
    global failures
    failures += not passed
    print(f"PASS {what}" if passed else f"FAIL {what}: {why}", flush=True)


def ask(method, path, body=None, headers=None):
    request = urllib.request.Request(API + path, method=method, data=body, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def is_problem(headers, body):
    if headers.get_content_type() != "application/problem+json":
        return False
    problem = json.loads(body)
    return all(problem.get(field) for field in ("type", "title", "status", "code", "remedy"))


def ready(patience_s=60):
    """A node that was started a moment ago catches up first."""
    end = time.monotonic() + patience_s
    while True:
        try:
            if ask("GET", "/readyz")[0] == 200:
                return True
        except (urllib.error.URLError, ConnectionError):
            return False
        if time.monotonic() > end:
            return False
        time.sleep(1)


def schemathesis():
    """Every check, good and bad data, all phases, within the time."""
    report = pathlib.Path(tempfile.mkdtemp(dir=os.environ.get("CHANCERY_WORK"))) / "report.txt"
    command = [
        "schemathesis", "--config-file", str(FOLDER / "schemathesis.toml"), "run", f"{API}/openapi.json",
        "--checks", "all", "--mode", "all", "--max-examples", "25", "--max-time", str(SECONDS), "--seed", "20",
        "--rate-limit", "300/s", "--continue-on-failure",
    ]  # fmt: skip
    environment = dict(os.environ, SCHEMATHESIS_HOOKS="bodies", PYTHONPATH=str(FOLDER), CHANCERY_API=API, NO_COLOR="1")
    with report.open("w") as output:
        code = subprocess.run(command, env=environment, cwd=report.parent, stdout=output, stderr=output).returncode
    said = report.read_text()
    tested = next((line.strip() for line in said.splitlines() if "generated," in line), "")
    check(f"schemathesis finds nothing ({tested})", code == 0 and bool(tested), f"exit code {code}")
    if code != 0:
        print(said)
    return tested


def refused_without_credentials(document):
    """Whatever writes or is not public refuses a stranger, with a number."""
    examples = {"digest": "0" * 64}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            security = operation.get("security", [])
            needs_session = bool(security) and {} not in security
            if method == "get" and not needs_session:
                continue
            address = path.format(**{name: examples[name] for name in examples if "{" + name + "}" in path})
            query = "&".join(
                f"{parameter['name']}={parameter['schema']['example']}"
                for parameter in operation.get("parameters", [])
                if parameter["in"] == "query" and parameter["required"]
            )
            kinds = list(operation.get("requestBody", {}).get("content", {}))
            status, headers, body = ask(
                method.upper(),
                f"{address}?{query}" if query else address,
                body=b"\xa0" if kinds else None,
                headers={"Content-Type": kinds[0]} if kinds else {},
            )
            expected = (401,) if needs_session else (400, 401, 422)
            what = f"{method.upper()} {path} refuses a stranger"
            check(what, status in expected and is_problem(headers, body), f"{status} {body[:200]!r}")


def main():
    if not ready():
        print(f"no node answers at {API} as ready; set CHANCERY_API")
        return SKIPPED
    status, _, body = ask("GET", "/openapi.json")
    document = json.loads(body)
    check("the document is OpenAPI 3.1", status == 200 and document["openapi"].startswith("3.1"), status)
    unnumbered = [refusal for refusal in json.loads(ask("GET", "/api/v1/refusals")[2]) if not refusal["remedy"]]
    check("every refusal has a remedy", not unnumbered, unnumbered)
    for method, path, expected in (
        ("GET", "/api/v1/nowhere", 404),
        ("PUT", "/api/v1/transactions", 405),
        ("GET", "/api/v1/members?nme=x", 400),
        ("GET", "/api/v1/members/x", 400),
    ):
        status, headers, body = ask(method, path)
        what = f"{method} {path} is refused with a number"
        check(what, status == expected and is_problem(headers, body), f"{status} {body[:200]!r}")
    refused_without_credentials(document)
    schemathesis()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
