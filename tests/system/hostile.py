"""Hostile clients for the system tests: crowds that open connections and behave badly, and floods at full speed.

On Linux every address of 127.0.0.0/8 is this machine's own, so a crowd comes from as many addresses as it likes, and the
limits that hold for one address do not hide those that hold for all.
"""

import collections
import itertools
import re
import select
import socket
import threading
import time

HOST = "127.0.0.1"
STATUS = re.compile(rb"HTTP/1\.1 (\d{3})")
NO_PORT_YET = 24  # IP_BIND_ADDRESS_NO_PORT: the port is chosen when the other end is known


def addresses(count):
    """So many addresses, none of them the honest clients'."""
    return [f"127.66.{number // 250}.{number % 250 + 1}" for number in range(count)]


def request(method, path, headers=None, body=b"", length=None):
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "host: node"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body or length is not None:
        lines.append(f"content-length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def cbor(value):
    """Deterministic CBOR of truth values, integers, bytes, texts, lists and maps with ascending keys."""
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    if isinstance(value, dict):
        return head(5, len(value)) + b"".join(cbor(key) + cbor(value[key]) for key in sorted(value))
    return head(0, value) if value >= 0 else head(1, -1 - value)


def head(major, number):
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 24:
            return bytes([major << 5 | number])
        if number < 1 << 8 * size:
            return bytes([major << 5 | info]) + number.to_bytes(size, "big")
    raise ValueError(number)


def decoded(data):
    """The value of canonical CBOR, as Python has it."""
    value, rest = item(memoryview(data))
    assert not rest, "trailing bytes"
    return value


def item(data):
    major, info = data[0] >> 5, data[0] & 31
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(info, 0)
    number = int.from_bytes(data[1 : 1 + size], "big") if size else info
    data = data[1 + size :]
    if major in (2, 3):
        content = bytes(data[:number])
        return (content if major == 2 else content.decode()), data[number:]
    if major in (4, 5):
        values = []
        for _ in range(number * (major - 3)):
            value, data = item(data)
            values.append(value)
        return (values if major == 4 else dict(zip(values[::2], values[1::2], strict=True))), data
    if major == 7:
        return {20: False, 21: True}.get(info), data
    return (number if major == 0 else -1 - number), data


class Crowd(threading.Thread):
    """Connections that say something, then drip, or read nothing, or stay silent; what the node closes is opened again."""

    def __init__(self, port, count, sources, says, drips=b"", reads=True, shuts=False):
        super().__init__(daemon=True)
        self.port, self.count, self.sources = port, count, itertools.cycle(sources)
        self.says = itertools.cycle(says if isinstance(says, list) else [says])
        self.drips, self.reads, self.shuts = drips, reads, shuts
        self.poll, self.sockets, self.waiting = select.epoll(), {}, {}
        self.connected = self.closed = self.held_most = 0
        self.answers, self.over = collections.Counter(), False

    def open(self):
        one = socket.socket()
        one.setblocking(False)
        one.setsockopt(socket.IPPROTO_IP, NO_PORT_YET, 1)
        one.bind((next(self.sources), 0))
        one.connect_ex((HOST, self.port))
        self.sockets[one.fileno()] = one
        self.waiting[one.fileno()] = next(self.says)
        self.poll.register(one, select.EPOLLOUT | select.EPOLLIN)

    def close(self, number):
        self.poll.unregister(number)
        self.waiting.pop(number, None)
        self.sockets.pop(number).close()

    def run(self):
        drip = time.monotonic() + 1
        while not self.over:
            for _ in range(min(500, self.count - len(self.sockets))):
                self.open()
            for number, event in self.poll.poll(0.05):
                self.serve(number, event)
            self.held_most = max(self.held_most, len(self.sockets) - len(self.waiting))
            if self.drips and time.monotonic() > drip:
                drip = time.monotonic() + 1
                for number in list(self.sockets):
                    if number not in self.waiting:
                        self.attempt(number, lambda one: one.send(self.drips))
        for number in list(self.sockets):
            self.close(number)
        self.poll.close()

    def attempt(self, number, what):
        try:
            return what(self.sockets[number])
        except BlockingIOError:
            return None
        except OSError:
            self.closed += 1
            self.close(number)
            return None

    def serve(self, number, event):
        if number in self.waiting and event & select.EPOLLOUT:
            sent = self.attempt(number, lambda one: one.send(self.waiting[number]))
            if sent is None:
                return
            self.waiting[number] = self.waiting[number][sent:]
            if not self.waiting[number]:
                del self.waiting[number]
                self.connected += 1
                self.poll.modify(number, select.EPOLLIN if self.reads else select.EPOLLHUP)
                if self.shuts:
                    self.attempt(number, lambda one: one.shutdown(socket.SHUT_WR))
        elif event & select.EPOLLIN and number in self.sockets:
            content = self.attempt(number, lambda one: one.recv(65_536))
            self.answers.update(status.decode() for status in STATUS.findall(content or b""))
            if content == b"":
                self.closed += 1
                self.close(number)
        elif event & (select.EPOLLHUP | select.EPOLLERR) and number in self.sockets:
            self.closed += 1
            self.close(number)

    def end(self):
        self.over = True
        self.join()
        answers = ", ".join(f"{count:,} × {status}" for status, count in sorted(self.answers.items()))
        return f"{self.connected:,} connections, at most {self.held_most:,} at once, {self.closed:,} closed by the node; answers: {answers or 'none'}"


class Flood:
    """Requests in a pipeline, as fast as they are taken, from several addresses."""

    def __init__(self, port, make, sources, pipeline=16):
        self.port, self.make, self.pipeline = port, make, pipeline
        self.answers, self.over, self.lock = collections.Counter(), False, threading.Lock()
        self.threads = [threading.Thread(target=self.run, args=(source,), daemon=True) for source in sources]

    def start(self):
        for thread in self.threads:
            thread.start()

    def run(self, source):
        while not self.over:
            try:
                with socket.create_connection((HOST, self.port), timeout=10, source_address=(source, 0)) as one:
                    self.talk(one)
            except OSError:
                time.sleep(0.05)

    def talk(self, one):
        while not self.over:
            one.sendall(b"".join(self.make() for _ in range(self.pipeline)))
            left = self.pipeline
            while left > 0:
                content = one.recv(262_144)
                if not content:
                    return
                found = STATUS.findall(content)
                left -= len(found)
                with self.lock:
                    self.answers.update(status.decode() for status in found)

    def end(self):
        self.over = True
        for thread in self.threads:
            thread.join(12)
        answers = ", ".join(f"{count:,} × {status}" for status, count in sorted(self.answers.items()))
        return f"{sum(self.answers.values()):,} answers: {answers or 'none'}"


def upload(port, path, headers, chunks, source, total=5_000_000_000, wait_s=20):
    """Sends a body that is said to be five gigabytes; how much of it was taken, and what was answered."""
    sent, answer = 0, b""
    with socket.create_connection((HOST, port), timeout=wait_s, source_address=(source, 0)) as one:
        one.sendall(request("POST", path, headers, length=None if "transfer-encoding" in headers else total))
        try:
            while sent < total:
                chunk = chunks(sent)
                one.sendall(chunk)
                sent += len(chunk)
        except OSError:
            pass
        try:
            answer = one.recv(65_536)
        except OSError:
            pass
    status = STATUS.match(answer)
    return sent, status and status[1].decode()


class Memory:
    """The resident memory of a process in MB, and the most since the last look."""

    def __init__(self, process):
        self.folder = f"/proc/{process}"

    def look(self):
        with open(f"{self.folder}/status", encoding="ascii") as status:
            fields = dict(line.split(":", 1) for line in status)
        return int(fields["VmRSS"].split()[0]) / 1_000, int(fields["VmHWM"].split()[0]) / 1_000

    def forget_peak(self):
        with open(f"{self.folder}/clear_refs", "w", encoding="ascii") as refs:
            refs.write("5")
