#!/usr/bin/env python3
"""Looks at the portal in a browser and reports what a reader would trip over.

    python tests/portal/check.py http://127.0.0.1:8090 --screenshots /tmp/portal

Starts at the first page, follows links, takes a few pages of every kind, and opens each in English and Chinese, in the
light and the dark theme, at 1280 and 390 pixels. On each it checks the rules of the accessibility engine axe-core
without exceptions, and what axe cannot see: one h1 that is the title, the skip link first, headings in order, no
sideways scrolling on a phone, nothing in the console, nothing from another host, and the security headers.

Needs `pip install playwright==1.65.2`, a Chromium (`--chromium`, default /usr/bin/chromium) and `npm` once for
axe-core (or `--axe path/to/axe.min.js`). Where these cannot be had it says "skipped" and succeeds, unless --required.
"""

import argparse
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

AXE_VERSION = "4.14.1"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
LANGUAGES = {"en": "en", "zh": "zh-Hans"}
THEMES = ["light", "dark"]
WIDTHS = [1280, 390]
# Pages that exist in every network; the others are found by following links.
FIXED = [
    "/", "/find", "/check", "/check/how", "/blocks", "/registers", "/authorities", "/statistics", "/network",
    "/network/identity", "/refusals",
]
# The path of a page without what names one thing, for example /blocks/*.
KINDS = [
    (re.compile(r"^/statistics/[^/]+/[^/]+/[^/]+$"), "/statistics/*/*/*"),
    (re.compile(r"^/statistics/[^/]+/[^/]+$"), "/statistics/*/*"),
    (re.compile(r"^/(blocks|transactions|records|registers|authorities|members|refusals)/[^/]+$"), r"/\1/*"),
]
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
}
# What is read from a page in one go.
FACTS = """() => ({
  lang: document.documentElement.lang,
  title: document.title,
  h1: [...document.querySelectorAll('h1')].map(h => h.textContent.trim()),
  headings: [...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1])),
  landmarks: ['header', 'nav', 'main', 'footer'].filter(name => !document.querySelector(name)),
  dateline: document.querySelector('.dateline')?.textContent.trim() ?? '',
  styles: document.querySelectorAll('[style]').length,
  links: [...document.querySelectorAll('a[href]')].map(a => a.href),
  twin: document.querySelector('link[rel=alternate][type="application/json"]')?.href ?? null,
  other: document.querySelector('.tools a[hreflang]')?.href ?? null,
})"""
# The elements that reach over the right edge, without those inside a box that may scroll.
OVERFLOW = """() => {
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= edge) return [];
  return [...document.querySelectorAll('body *')]
    .filter(e => !e.closest('.scroll') && e.getBoundingClientRect().right > edge + 1)
    .slice(0, 3).map(e => e.outerHTML.slice(0, 120));
}"""


class Report:
    """Counts checks and keeps what failed."""

    def __init__(self):
        self.checks = 0
        self.violations = []

    def check(self, holds, where, what):
        """Notes one check; `what` says what is wrong if it does not hold."""
        self.checks += 1
        if not holds:
            self.violations.append(f"{where}: {what}")
            print(f"  {where}: {what}", flush=True)


def skip(reason, required):
    """Ends without having looked."""
    print(f"portal: skipped: {reason}")
    sys.exit(1 if required else 0)


def kind_of(path):
    """The kind of page that a path leads to."""
    for pattern, kind in KINDS:
        if pattern.match(path):
            return pattern.sub(kind, path)
    return path


def neutral(url, base):
    """The path of a page of this portal without its language, or None."""
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" != base or parts.query or parts.path.endswith(".json"):
        return None
    path = re.sub(r"^/(en|zh)(?=/|$)", "", parts.path) or "/"
    known = path == "/" or any(path == fixed for fixed in FIXED) or kind_of(path) != path
    return path if known else None


def axe_source(given):
    """The text of axe.min.js: as given, or from the package registry."""
    if given:
        return Path(given).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder, f"axe-core@{AXE_VERSION}"]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            return archive.extractfile("package/axe.min.js").read().decode("utf-8")


class Visitor:
    """One browser window that walks the portal."""

    def __init__(self, browser, base, axe, report, screenshots):
        self.base, self.axe, self.report, self.screenshots = base, axe, report, screenshots
        self.context = browser.new_context(reduced_motion="reduce", locale="en-GB")
        self.page = self.context.new_page()
        self.tools = self.context.new_cdp_session(self.page)
        self.noise = []
        self.page.on("console", lambda m: self.noise.append(f"console: {m.text}") if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.noise.append(f"script: {error}"))
        self.page.on("request", self.heard)

    def heard(self, request):
        """Notes requests to other hosts."""
        if not request.url.startswith((self.base, "data:")):
            self.noise.append(f"request to {request.url}")

    def run(self, expression):
        """Evaluates through the inspector, which the page's content security policy does not bind."""
        answer = self.tools.send(
            "Runtime.evaluate",
            {"expression": expression, "awaitPromise": True, "returnByValue": True, "allowUnsafeEvalBlockedByCSP": True},
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "evaluation failed"))
        return answer["result"].get("value")

    def look(self, where, language, slug, from_top=True):
        """Checks the page that is open, in both themes and widths; returns what stands on it."""
        report, page = self.report, self.page
        facts = page.evaluate(FACTS)
        report.check(facts["lang"] == LANGUAGES[language], where, f"lang is {facts['lang']}")
        report.check(len(facts["h1"]) == 1, where, f"{len(facts['h1'])} h1")
        if facts["h1"]:
            report.check(facts["title"] == f"{facts['h1'][0]} – Chancery", where, f"title is {facts['title']!r}")
        jumps = [b for a, b in zip(facts["headings"], facts["headings"][1:]) if b > a + 1]
        report.check(not jumps, where, f"headings skip a level: {facts['headings']}")
        report.check(not facts["landmarks"], where, f"no {facts['landmarks']}")
        report.check(facts["dateline"], where, "no date line")
        report.check(facts["styles"] == 0, where, f"{facts['styles']} inline styles")
        if from_top:
            page.keyboard.press("Tab")
            first = page.evaluate("() => document.activeElement.getAttribute('href')")
            report.check(first == "#main", where, f"the first stop of the keyboard is {first}")
            page.evaluate("() => document.activeElement.blur()")
        self.run(self.axe)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for theme in THEMES:
                page.emulate_media(color_scheme=theme)
                view = f"{where} {theme} {width}"
                for finding in self.run("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)"):
                    nodes = "; ".join(node["html"][:140] for node in finding["nodes"][:3])
                    report.check(False, view, f"axe {finding['id']}: {finding['help']}: {nodes}")
                report.check(True, view, "axe ran")
                if self.screenshots and slug:
                    name = f"{slug}-{language}-{theme}-{width}.png"
                    page.screenshot(path=self.screenshots / name, full_page=True)
            for narrow in [width, 320] if width == 390 else [width]:
                page.set_viewport_size({"width": narrow, "height": 900})
                wide = page.evaluate(OVERFLOW)
                report.check(not wide, f"{where} {narrow}", f"reaches over the edge: {wide}")
        report.check(not self.noise, where, f"{self.noise}")
        self.noise.clear()
        return facts

    def visit(self, path, language, slug, status=200):
        """Opens a page and checks it."""
        where = f"{language} {path}"
        self.page.set_viewport_size({"width": 1280, "height": 900})
        answer = self.page.goto(f"{self.base}/{language}{path if path != '/' else ''}", wait_until="load")
        self.report.check(answer.status == status, where, f"status {answer.status}")
        for name, value in HEADERS.items():
            self.report.check(answer.headers.get(name) == value, where, f"{name} is {answer.headers.get(name)}")
        policy = answer.headers.get("content-security-policy", "")
        self.report.check("default-src 'none'" in policy and "unsafe" not in policy, where, f"policy is {policy!r}")
        if status >= 400:
            # The browser itself notes the status on the console.
            self.noise = [noise for noise in self.noise if "the server responded with a status" not in noise]
        facts = self.look(where, language, slug)
        if facts["twin"]:
            twin = self.context.request.get(facts["twin"])
            kind = twin.headers.get("content-type", "")
            self.report.check(twin.ok and kind == "application/json", where, f"its data answers {twin.status} {kind}")
        return facts

    def check_receipts(self, language, receipt):
        """Gives the form nothing, noise, a receipt, and the receipt with one changed byte."""
        cases = [("nothing", None, False), ("noise", b"not a receipt at all", True)]
        if receipt:
            changed = bytearray(receipt)
            changed[len(changed) // 2] ^= 1
            cases += [("whole", receipt, True), ("changed", bytes(changed), True)]
        for name, content, answered in cases:
            self.page.set_viewport_size({"width": 1280, "height": 900})
            self.page.goto(f"{self.base}/{language}/check")
            if content:
                file = {"name": "figure.receipt", "mimeType": "application/octet-stream", "buffer": content}
                self.page.set_input_files("input[type=file]", file)
            self.page.click("form.drop button[type=submit]")
            where = f"{language} /check with {name}"
            self.report.check(bool(self.page.query_selector("#verdict")) == answered, where, "verdict shown or not")
            shown = self.page.text_content("#result") if answered else ""
            proven = shown in ("Proven", "证明成立")
            self.report.check(proven == (name == "whole"), where, f"says {shown!r}")
            # An error summary takes the focus, so the keyboard does not start at the top.
            self.look(where, language, f"check-{name}", from_top=False)


def discover(visitor, per_kind, pages_max):
    """Follows links from the first page; a bounded number of pages of every kind."""
    found, queue, taken, receipt = {}, list(FIXED), set(FIXED), None
    while queue and len(found) < pages_max:
        path = queue.pop(0)
        kind = kind_of(path)
        if sum(1 for other in found.values() if other == kind) >= per_kind and path not in FIXED:
            continue
        found[path] = kind
        visitor.page.goto(f"{visitor.base}/en{path if path != '/' else ''}")
        for url in visitor.page.evaluate("() => [...document.querySelectorAll('a[href]')].map(a => a.href)"):
            target = neutral(url, visitor.base)
            if target and target not in taken:
                taken.add(target)
                queue.append(target)
            if receipt is None and path.startswith("/statistics/") and url.endswith("receipt"):
                answer = visitor.context.request.get(url)
                receipt = answer.body() if answer.ok else None
    visitor.noise.clear()
    return found, receipt


def main():
    """Walks the portal and ends with one line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", help="where the portal is, for example http://127.0.0.1:8090")
    parser.add_argument("--screenshots", type=Path, help="a folder for pictures of one page of every kind")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--axe", help="axe.min.js, if it is at hand")
    parser.add_argument("--per-kind", type=int, default=2, help="how many pages of a kind to open")
    parser.add_argument("--pages-max", type=int, default=60)
    parser.add_argument("--required", action="store_true", help="fail where the browser cannot be had")
    given = parser.parse_args()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        skip("playwright is not installed (pip install playwright==1.65.2)", given.required)
    if not Path(given.chromium).exists():
        skip(f"no browser at {given.chromium}", given.required)
    try:
        axe = axe_source(given.axe)
    except (OSError, StopIteration, subprocess.SubprocessError, tarfile.TarError) as error:
        skip(f"axe-core cannot be had: {error}", given.required)
    if given.screenshots:
        given.screenshots.mkdir(parents=True, exist_ok=True)
    report = Report()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.chromium, args=CHROMIUM_FLAGS)
        visitor = Visitor(browser, given.base.rstrip("/"), axe, report, given.screenshots)
        pages, receipt = discover(visitor, given.per_kind, given.pages_max)
        print(f"{len(pages)} pages of {len(set(pages.values()))} kinds", flush=True)
        pictured = set()
        for path, kind in pages.items():
            slug = None if kind in pictured else kind.strip("/").replace("/", "-").replace("*", "x") or "home"
            pictured.add(kind)
            for language in LANGUAGES:
                visitor.visit(path, language, slug)
        for language in LANGUAGES:
            visitor.visit("/nothing/here", language, "failure", status=404)
            visitor.check_receipts(language, receipt)
        browser.close()
    print(f"portal: {len(pages)} pages, {report.checks} checks, {len(report.violations)} violations")
    sys.exit(1 if report.violations else 0)


if __name__ == "__main__":
    main()
