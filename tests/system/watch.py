"""Those who watch a network while it is troubled: what each validator says is final, and how much memory it takes.

What a validator says in its stream of final blocks is its word that the block is final and on its disk. Every word is
kept with the time at which it came, and is held against the chain afterwards.
"""

import contextlib
import http.client
import pathlib
import threading
import time

from seven import Asking

ANSWER_WITHIN_S = 60
AGAIN_AFTER_S = 0.2
MEMORY_EVERY_S = 0.5


class Follower(threading.Thread):
    """Follows the final blocks of one validator, through its restarts."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.address = address
        self.words = []
        self.ended = False

    def run(self):
        while not self.ended:
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                self.follow()
            time.sleep(AGAIN_AFTER_S)

    def follow(self):
        with Asking(self.address, ANSWER_WITHIN_S) as asking:
            for block in asking.stream(f"/api/v1/finality?after={self.height()}"):
                self.words.append((time.monotonic(), block["height"], block["hash"]))
                if self.ended:
                    return

    def height(self):
        return self.words[-1][1] if self.words else 0


class Watch:
    """Follows all validators."""

    def __init__(self, addresses):
        self.followers = {validator: Follower(address) for validator, address in addresses.items()}
        for follower in self.followers.values():
            follower.start()

    def end(self):
        for follower in self.followers.values():
            follower.ended = True

    def height(self, validator):
        """The latest block that a validator called final."""
        return self.followers[validator].height()

    def highest(self, validators=None):
        return max(self.height(one) for one in validators or self.followers)

    def words(self):
        """Every word: validator, time, height, hash."""
        return [(validator, *word) for validator, follower in self.followers.items() for word in list(follower.words)]

    def blocks_between(self, validators, begin, end):
        """How many blocks each of these validators called final in a time."""
        return {one: sum(begin <= at < end for at, _, _ in list(self.followers[one].words)) for one in validators}

    def longest_pause(self, quorum, begin, end):
        """The longest time in which no new block was called final by so many validators."""
        named, seen, reached, last, longest = {}, [], 0, begin, 0.0
        for validator, at, height, _ in self.words():
            seen.append((at, height, validator))
        for at, height, validator in sorted(seen):
            named.setdefault(height, set()).add(validator)
            if len(named[height]) == quorum and height > reached:
                reached = height
                if at > begin:
                    longest = max(longest, min(at, end) - max(last, begin))
                last = at
            if at > end:
                break
        return max(longest, end - last if last < end else 0.0)


class Memory(threading.Thread):
    """Asks the kernel how much memory each process has taken at most (its high-water mark).

    Also notes for how long this program itself got no turn: what was timed meanwhile says nothing about the network.
    """

    def __init__(self, processes):
        super().__init__(daemon=True)
        self.processes = processes
        self.peak_bytes = {}
        self.stood_still_s = 0.0
        self.ended = False

    def run(self):
        last = time.monotonic()
        while not self.ended:
            now = time.monotonic()
            self.stood_still_s, last = max(self.stood_still_s, now - last - MEMORY_EVERY_S), now
            for validator, process in list(self.processes.items()):
                with contextlib.suppress(OSError, IndexError, ValueError):
                    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
                    peak = int(status.split("VmHWM:")[1].split()[0]) * 1_024
                    self.peak_bytes[validator] = max(peak, self.peak_bytes.get(validator, 0))
            time.sleep(MEMORY_EVERY_S)
