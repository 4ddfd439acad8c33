"""Hosts of their own for the validators: one network namespace each, joined by a bridge, with links that can be made bad.

Good links go through the kernel's bridge. A link that is to be bad, in one direction, is routed through the wire
(`wire.py`), which delays, loses or swallows packets. This program, and whoever asks the validators, reaches all of them
through the bridge, whatever is wrong between them. Needs the right to make namespaces and Debian's iproute2.
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

WIRE = pathlib.Path(__file__).resolve().parent / "wire.py"
# Set apart for measuring networks (RFC 2544), so it is nobody's.
NETWORK = "198.18"
US = 254
NAME = re.compile(r"chancery-(\d+)-\w+")


class Unavailable(Exception):
    """This machine gives us no hosts; the reason in words."""


def ip(*arguments, check=True):
    """Runs `ip`."""
    done = subprocess.run(["ip", *map(str, arguments)], capture_output=True, text=True)
    if check and done.returncode:
        raise Unavailable(f"ip {' '.join(map(str, arguments))}: {done.stderr.strip() or done.returncode}")
    return done.stdout


class Links:
    """So many hosts, numbered from 1."""

    def __init__(self, hosts, seed):
        if not shutil.which("ip"):
            raise Unavailable("there is no `ip` here (Debian's package iproute2)")
        if os.getuid() != 0:
            raise Unavailable("network namespaces need root's rights")
        self.hosts = range(1, hosts + 1)
        self.subnet = f"{NETWORK}.{os.getpid() % 250}"
        self.rules = {}
        self.wire = None
        forget_the_dead()
        try:
            self.build(seed)
        except Unavailable:
            self.close()
            raise

    def name(self, host):
        """A host's namespace; `switch` is the one that has the bridge and the wire."""
        return f"chancery-{os.getpid()}-{host}"

    @staticmethod
    def ours():
        return f"chancery{os.getpid() % 10_000_000}"

    def address(self, host):
        return f"{self.subnet}.{host}"

    def inside(self, host):
        """What stands before a command that is to run on a host; it replaces itself by the command."""
        return ["ip", "netns", "exec", self.name(host)]

    def build(self, seed):
        switch = self.name("switch")
        ip("netns", "add", switch)
        ip("-n", switch, "link", "add", "bridge", "type", "bridge")
        ip("-n", switch, "link", "set", "bridge", "up")
        for host in self.hosts:
            ip("netns", "add", self.name(host))
            ip("-n", self.name(host), "link", "set", "lo", "up")
            self.plug(host, ("-n", self.name(host)), "net0")
        # Our own end stands in the namespace in which we are, where others may have devices of their own.
        self.plug(US, (), self.ours())
        devices = [f"wire{host}" for host in self.hosts]
        self.wire = subprocess.Popen(
            [*self.inside("switch"), sys.executable, WIRE, str(seed), *devices],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        if not self.wire.stdout.readline():
            raise Unavailable("the kernel gives us no device for the wire (/dev/net/tun)")
        for host, name in zip(self.hosts, devices):
            ip("-n", switch, "link", "set", name, "netns", self.name(host))
            # What comes from the wire may answer what went over the bridge; no packet is refused for that.
            for scope in ("all", name):
                filtering = f"/proc/sys/net/ipv4/conf/{scope}/rp_filter"
                subprocess.run([*self.inside(host), "sh", "-c", f"echo 0 > {filtering}"], check=False)
            ip("-n", self.name(host), "link", "set", name, "up")

    def plug(self, host, where, name):
        """Joins a host to the bridge."""
        switch = self.name("switch")
        ip("-n", switch, "link", "add", f"port{host}", "type", "veth", "peer", "name", name)
        ip("-n", switch, "link", "set", name, "netns", self.name(host) if where else os.getpid())
        ip("-n", switch, "link", "set", f"port{host}", "master", "bridge", "up")
        ip(*where, "address", "add", f"{self.address(host)}/24", "dev", name)
        ip(*where, "link", "set", name, "up")

    def worsen(self, pairs, **rule):
        """Makes links bad: pairs of who sends and who receives, and delay_ms, jitter_ms, loss."""
        self.rules |= {pair: rule for pair in pairs}
        self.tell()
        for sender, receiver in pairs:
            how = ("dev", f"wire{sender}", "src", self.address(sender))
            ip("-n", self.name(sender), "route", "replace", f"{self.address(receiver)}/32", *how)

    def cut(self, pairs):
        """Nothing arrives any more, and nobody is told."""
        self.worsen(pairs, loss=1)

    def heal(self):
        """Makes all links good; gives how many packets the wire carried and lost."""
        for sender, receiver in self.rules:
            ip("-n", self.name(sender), "route", "del", f"{self.address(receiver)}/32")
        self.rules = {}
        return self.tell()

    def tell(self):
        rules = [[sender, receiver, rule] for (sender, receiver), rule in self.rules.items()]
        self.wire.stdin.write(json.dumps({"rules": rules}) + "\n")
        self.wire.stdin.flush()
        return json.loads(self.wire.stdout.readline())

    def close(self):
        """Takes everything away."""
        if self.wire:
            with contextlib.suppress(OSError):
                self.wire.stdin.close()
            self.wire.wait(10)
        ip("link", "delete", self.ours(), check=False)
        for host in (*self.hosts, "switch"):
            ip("netns", "delete", self.name(host), check=False)


def between(some, others):
    """The links between two groups, both directions."""
    return [pair for one in some for other in others for pair in ((one, other), (other, one))]


def forget_the_dead():
    """Removes what a run left behind that was ended before it could tidy up."""
    for found in NAME.finditer(ip("netns", "list", check=False)):
        if not pathlib.Path(f"/proc/{found[1]}").exists():
            ip("netns", "delete", found[0], check=False)
