"""The wire: a program that carries packets between hosts, and carries some of them late or not at all.

It is for links that are to be bad. Each host sends it what goes over such a link, through a device of the kernel's (TUN);
what it delivers comes out of the other host's device. Delay, loss and cuts hold for one direction of one link, and chance
comes from a seed. A kernel's own `netem` would do the same, but many kernels lack it, and it cannot be given a seed.

Run by `links.py`, as `python3 wire.py SEED DEVICE…` where the devices are to be made. Each line of the input is a JSON
document, and each is answered with one: `{"rules": [[from, to, {"delay_ms", "jitter_ms", "loss"}], …]}` replaces all
rules; hosts are numbered from 1 in the order of the devices, and a link without a rule is a good one. The answer counts the
packets since the last.
"""

import fcntl
import heapq
import json
import os
import random
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
PACKET_BYTES_MAX = 65_536
# So many packets of one device before the others get their turn.
TURN_PACKETS_MAX = 64
# What is on its way at once; more is lost, as in any queue that is full.
WAITING_MAX = 50_000
GOOD = {"delay_ms": 0, "jitter_ms": 0, "loss": 0}


def device(name):
    """A device through which a host's packets come and go; it lives as long as this program."""
    handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(handle, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return handle


class Wire:
    def __init__(self, seed, names):
        self.chance = random.Random(seed)
        self.devices = {number: device(name) for number, name in enumerate(names, 1)}
        self.senders = {handle: number for number, handle in self.devices.items()}
        self.rules = {}
        self.waiting = []
        self.last = {}
        self.order = 0
        self.carried = self.lost = 0

    def take(self, handle):
        """Takes what a host sends; where it goes stands in the packet."""
        for _ in range(TURN_PACKETS_MAX):
            try:
                packet = os.read(handle, PACKET_BYTES_MAX)
            except OSError:
                return
            # Hosts have their numbers as the last byte of their IPv4 addresses.
            if packet[0] >> 4 != 4 or packet[19] not in self.devices:
                continue
            link = self.senders[handle], packet[19]
            rule = self.rules.get(link, GOOD)
            if self.chance.random() < rule["loss"] or len(self.waiting) >= WAITING_MAX:
                self.lost += 1
                continue
            due = time.monotonic() + (rule["delay_ms"] + rule["jitter_ms"] * self.chance.random()) / 1_000
            # A link keeps its order, as most do.
            due = self.last[link] = max(due, self.last.get(link, 0))
            self.order += 1
            heapq.heappush(self.waiting, (due, self.order, packet[19], packet))

    def deliver(self):
        """Delivers what is due; gives how long until the next is."""
        while self.waiting:
            now = time.monotonic()
            if self.waiting[0][0] > now:
                return self.waiting[0][0] - now
            _, _, receiver, packet = heapq.heappop(self.waiting)
            try:
                os.write(self.devices[receiver], packet)
                self.carried += 1
            except OSError:
                self.lost += 1
        return None

    def obey(self, line):
        self.rules = {(sender, receiver): {**GOOD, **rule} for sender, receiver, rule in json.loads(line)["rules"]}
        counts = {"carried": self.carried, "lost": self.lost}
        self.carried = self.lost = 0
        print(json.dumps(counts), flush=True)

    def run(self):
        waiter = select.poll()
        for handle in (*self.senders, sys.stdin.fileno()):
            waiter.register(handle, select.POLLIN)
        print(json.dumps({"devices": len(self.devices)}), flush=True)
        while True:
            pause = self.deliver()
            for handle, _ in waiter.poll(None if pause is None else max(1, pause * 1_000)):
                if handle in self.senders:
                    self.take(handle)
                    continue
                line = sys.stdin.readline()
                if not line:
                    return
                self.obey(line)


if __name__ == "__main__":
    Wire(int(sys.argv[1]), sys.argv[2:]).run()
