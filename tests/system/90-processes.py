#!/usr/bin/env python3
"""Seven validators as real processes, under load, through everything that goes wrong with processes, links and disks.

Each validator runs on a host of its own (a network namespace). While the load goes on, validators are killed, stopped and
continued, links lose and delay, partitions come and go, and one disk fills up; what is drawn by chance comes from a seed
that is printed. Afterwards the oracles of `oracles.py` judge what all seven say.

`CHANCERY_PROCESSES_SECONDS` says how long the load lasts (75 unless said); the faults are repeated as long as it does.
`CHANCERY_PROCESSES_RATE` says how many transactions fall due in a second (5: a program that is not optimised carries
that seven times on two cores), `CHANCERY_PROCESSES_SEED` what chance begins with.
"""

import os
import random
import re
import sys
import time

import oracles
from chain import Chain
from disk import SmallDisk
from doubts import unseen
from keyfiles import pieces_in_logs
from links import Links, Unavailable, between
from network import Verdicts, said, wait_until
from seven import FAULTS_MAX, QUORUM, VALIDATORS, WITH_TABLES, Load, Seven
from watch import Memory, Watch

SEED = int(os.environ.get("CHANCERY_PROCESSES_SEED", "20261122"))
SECONDS = int(os.environ.get("CHANCERY_PROCESSES_SECONDS", "75"))
RATE = int(os.environ.get("CHANCERY_PROCESSES_RATE", "5"))
# Whose disk is small: it has a disk of its own from the beginning.
SMALL_DISK = 7
# Longer than the patience with a silent leader (4.8 s with the idle interval of a second).
PAUSED_S = 6
AWAY_S, BAD_LINKS_S = 3, 6
# A network needs about as long to go on as links were cut, so a short run cuts them shortly.
CUT_S = 20 if SECONDS >= 300 else 4
# A partition takes effect when what was on its way has arrived.
SETTLED_S, SETTLED_WITHIN_S = 1.5, 10
# Bounds that a busy machine with two cores keeps easily; what was seen is told beside each.
GO_ON_WITHIN_S = 90
LEVEL_WITHIN_S = 90
FULL_WITHIN_S = 90
COUNTED_WITHIN_S = 180
MEMORY_MAX_BYTES = 1 << 30
RECEIPTS = 42

verdicts = Verdicts()
check = verdicts.check


class Story:
    """The network in its troubles."""

    def __init__(self, seven, watch, seed):
        self.seven, self.watch, self.chance = seven, watch, random.Random(seed)
        self.begun = time.monotonic()
        self.links = seven.links

    def tell(self, what):
        print(f"[{time.monotonic() - self.begun:5.1f} s, block {self.watch.highest()}] {what}", flush=True)

    def draw(self, count=1):
        """Validators by chance, but not the one whose disk is small."""
        drawn = self.chance.sample([one for one in VALIDATORS if one != SMALL_DISK], count)
        return drawn if count > 1 else drawn[0]

    def go_on(self, what, validators, during_s, begun=None):
        """Waits while a trouble lasts: so long, and until each of these validators has called a new block final."""
        begun = begun or time.monotonic()
        time.sleep(max(0, begun + during_s - time.monotonic()))
        blocks = lambda: self.watch.blocks_between(validators, begun, time.monotonic())
        going = wait_until(lambda: all(blocks().values()), GO_ON_WITHIN_S)
        check(f"{what}: the others go on", going, blocks())

    def stand_still(self):
        """Waits until nothing more is told of what was final before; a busy machine tells it late."""
        heights, end = [], time.monotonic() + SETTLED_WITHIN_S
        while len(heights) < 2 or heights[-1] != heights[-2]:
            heights.append(self.watch.highest())
            if time.monotonic() > end:
                return
            time.sleep(SETTLED_S)

    def level(self, what):
        """All validators reach the latest block, and the next one after it."""
        begun, goal = time.monotonic(), self.watch.highest()
        reached = lambda height: all(self.watch.height(one) >= height for one in VALIDATORS)
        level = wait_until(lambda: reached(goal), LEVEL_WITHIN_S)
        took = time.monotonic() - begun
        level = level and wait_until(lambda: reached(goal + 1), LEVEL_WITHIN_S)
        heights = {one: self.watch.height(one) for one in VALIDATORS}
        self.tell(f"all are level after {took:.1f} s")
        check(f"{what}: all are level again", level and not self.seven.ended(), f"{goal}: {heights} {self.seven.ended()}")


def killed(story, count):
    """Killed as by a power cut, and started again."""
    victims = story.draw(count)
    victims = victims if count > 1 else [victims]
    others = [one for one in VALIDATORS if one not in victims]
    story.tell(f"SIGKILL of {victims} for {AWAY_S} s")
    begun = time.monotonic()
    story.seven.kill(*victims)
    story.go_on(f"{count} killed", others, AWAY_S, begun)
    story.seven.start(*victims)
    story.level(f"{count} killed and started again")


def paused(story, victim, who):
    """Stopped for longer than the patience with it, and continued as if nothing had been."""
    story.tell(f"SIGSTOP of {victim}, {who}, for {PAUSED_S} s")
    story.seven.pause(victim)
    try:
        story.go_on(f"{who} stopped", [one for one in VALIDATORS if one != victim], PAUSED_S)
    finally:
        story.seven.resume(victim)
    story.level(f"{who} continued")


def one_paused(story):
    paused(story, story.draw(), "a validator")


def leader_paused(story):
    """Who will lead is not known from outside; who proposed the latest block is."""
    with story.seven.ask(1) as asking:
        latest = asking.json("/api/v1/blocks?limit=1")[0]
        keys = asking.json("/api/v1/network")["validators"]
    numbers = {story.seven.get("/api/v1/network", one)["node"]: one for one in VALIDATORS}
    assert set(numbers) == set(keys), "the seven are not those that were founded"
    paused(story, numbers[latest["proposer"]], "the latest leader")


def bad_links(story):
    """Every link loses and delays, each as it was drawn."""
    pairs = [(one, other) for one in VALIDATORS for other in VALIDATORS if one != other]
    story.tell(f"all links lose 5 to 20 % and delay by 5 to 40 ms for {BAD_LINKS_S} s")
    begun = time.monotonic()
    for pair in pairs:
        rule = {"loss": story.chance.uniform(0.05, 0.20), "delay_ms": story.chance.uniform(5, 30), "jitter_ms": 10}
        story.links.worsen([pair], **rule)
    time.sleep(BAD_LINKS_S)
    now = time.monotonic()
    counts, blocks = story.links.heal(), sum(story.watch.blocks_between(VALIDATORS, begun, now).values())
    story.tell(f"the wire carried {counts['carried']} packets and lost {counts['lost']}; {blocks / len(VALIDATORS):.1f} blocks came")
    check("bad links: packets were lost and blocks came", counts["lost"] > 0 and blocks > 0, (counts, blocks))
    story.level("bad links healed")


def two_apart(story):
    """Two cannot reach five: the five go on, the two stand still."""
    two = story.draw(2)
    five = [one for one in VALIDATORS if one not in two]
    story.tell(f"partition of {two} against {five} for {CUT_S + SETTLED_S} s")
    story.links.cut(between(two, five))
    time.sleep(SETTLED_S)
    # What was final by now may still be told late; nothing after it may.
    begun, height = time.monotonic(), story.watch.highest()
    story.go_on("two apart", five, CUT_S, begun)
    check("two apart: the two stand still", story.watch.highest(two) <= height < story.watch.highest(five), (height, two))
    counts = story.links.heal()
    check("two apart: the wire swallowed packets", counts["lost"] > 0, counts)
    story.level("two apart, healed")


def three_apart(story):
    """Three cannot reach four: nobody has a quorum, so nobody goes on."""
    three = story.draw(3)
    four = [one for one in VALIDATORS if one not in three]
    story.tell(f"partition of {three} against {four} for {CUT_S + SETTLED_S} s")
    story.links.cut(between(three, four))
    story.stand_still()
    height = story.watch.highest()
    time.sleep(CUT_S)
    check("three apart: nobody goes on", story.watch.highest() == height, (height, story.watch.highest()))
    story.links.heal()
    story.level("three apart, healed")


def one_mute(story):
    """One hears everybody, and nobody hears it."""
    mute = story.draw()
    others = [one for one in VALIDATORS if one != mute]
    story.tell(f"one direction cut: nobody hears {mute} for {CUT_S} s")
    story.links.cut([(mute, other) for other in others])
    story.go_on("one mute", others, CUT_S)
    story.links.heal()
    story.level("one mute, healed")


def full_disk(story, disk):
    """A disk fills up under the validator's own writing: it ends with a clear word, and comes back when there is room."""
    log = story.seven.log(SMALL_DISK)
    before = log.stat().st_size
    left = disk.fill()
    story.tell(f"the disk of {SMALL_DISK} has {left / 1e6:.1f} MB left")
    begun = time.monotonic()
    code = story.seven.ended_within(SMALL_DISK, FULL_WITHIN_S)
    story.tell(f"it ended after {time.monotonic() - begun:.1f} s with exit code {code}")
    words = log.read_bytes()[before:].decode(errors="replace")
    clear = [line for line in words.splitlines() if line.startswith("chancery: ")]
    check("a full disk: its validator ends", code not in (None, 0), code)
    check("a full disk: it says so and what to do", len(clear) == 1 and "disk" in words and "Free space" in words, words[-900:])
    story.go_on("a full disk", [one for one in VALIDATORS if one != SMALL_DISK], AWAY_S)
    disk.make_room()
    if code is None:
        story.seven.kill(SMALL_DISK)
    story.seven.start(SMALL_DISK)
    story.level("with room again")


def faults(story, disk):
    """One round of everything that this machine allows, told as it happens."""
    yield lambda: killed(story, 1)
    if disk:
        yield lambda: full_disk(story, disk)
    yield lambda: one_paused(story)
    if story.links:
        yield lambda: bad_links(story)
        yield lambda: two_apart(story)
    yield lambda: killed(story, FAULTS_MAX)
    yield lambda: leader_paused(story)
    if story.links:
        yield lambda: three_apart(story)
        yield lambda: one_mute(story)


def rounds(story, load, disk):
    """One round of faults, and as many more as the load has time for; gives how many faults there were."""
    number, done, longest = 0, 0, 0.0
    has_time = lambda: load.runs() and time.monotonic() + longest < story.begun + SECONDS
    while number == 0 or has_time():
        number += 1
        story.chance.seed(SEED + number)
        story.tell(f"round {number}, seed {SEED + number}")
        for fault in faults(story, disk):
            if number > 1 and not has_time():
                break
            begun = time.monotonic()
            fault()
            done, longest = done + 1, max(longest, time.monotonic() - begun)
    return done


def counted(load, what):
    """The load's end and what it counted."""
    code, report = load.end(COUNTED_WITHIN_S + SECONDS)
    sound = code == 0 and report and report["broken_off"] is None
    check(f"{what}: the load ends and has counted", sound, f"exit code {code} {load.said[-5:]} {str(report)[:300]}")
    if not report:
        return [], None
    lines = load.lines()
    wrong = oracles.all_counted(report, lines)
    check(f"{what}: each of {len(lines)} transactions is counted once", lines and not wrong, wrong[:5])
    return lines, report


def judged(name, wrong):
    check(name, not wrong, f"{len(wrong)}: {wrong[:5]}")


def judge(seven, watch, lines, report):
    """The oracles."""
    begun = time.monotonic()
    chain = Chain(seven, VALIDATORS, WITH_TABLES)
    words = watch.words()
    judged(f"one block for each of {chain.height} heights on all seven, and no gap", oracles.one_chain(chain))
    judged("every header has the id under which it stands, and commits to state and to all before", oracles.headers_hold(chain))
    judged(f"all {len(words)} blocks that a validator called final stand", oracles.words_kept(chain, words))
    count = sum(1 for _ in chain.one())
    judged(f"all {count} transactions have one outcome on all seven, and none stands twice", oracles.outcomes_agree(chain))
    final = sum(line["final_ms"] is not None for line in lines)
    judged(f"none of {final} transactions that were seen to be final is lost", oracles.nothing_lost(chain, lines))
    for (told, became), number in sorted(oracles.fates(chain, lines).items()):
        print(f"{number} transactions: {told}, then {became} in the chain", flush=True)
    judged(f"{min(RECEIPTS, count)} receipts lead to their blocks", oracles.receipts_hold(chain, SEED, RECEIPTS))
    events = list(chain.events(SMALL_DISK))
    judged(f"all {len(events)} events are those to which the outcomes commit", oracles.events_proved(chain, events))
    wrong, seen = oracles.figures_are_sums(events, chain.network())
    some = seen["open"] > 0 and seen["confidential"] > 0
    check(f"{seen['open']} open and {seen['confidential']} confidential figures are the sums of every return", some and not wrong, wrong[:5])
    blind = unseen(chain, words, lines, report, events, SEED)
    check("the oracles see whatever is changed", not blind, blind)
    print(f"judged in {time.monotonic() - begun:.1f} s", flush=True)


def observers(seven):
    """Validators that do not vote any more."""
    answers = {one: seven.get("/api/v1/network", one).get("observes") for one in VALIDATORS}
    return {one: why for one, why in answers.items() if why}


def logs(seven, disk):
    """What the validators wrote: no error and no panic but the engine's own on the full disk; nothing secret."""
    bad = {one: re.findall(r"^.*(?: ERROR |panicked at).*$", read(seven.log(one)), re.MULTILINE) for one in VALIDATORS}
    surprising = {one: lines[:2] for one, lines in bad.items() if lines and not (disk and one == SMALL_DISK)}
    check("no error and no panic stands in a log but on the full disk", not surprising, surprising)
    pieces_in_logs(verdicts, seven.folder / "passphrase", seven.key_files(), {one: seven.log(one) for one in VALIDATORS})


def read(path):
    return path.read_text(errors="replace")


def hosts():
    try:
        return Links(len(VALIDATORS), SEED)
    except Unavailable as why:
        verdicts.skip("links that lose, delay and are cut", why)
        return None


def main():
    links, disk = hosts(), SmallDisk.mount(verdicts)
    seven, watch, memory = Seven(links), None, None
    try:
        founded = seven.found()
        if not check("seven validators are founded", founded.returncode == 0, said(founded)):
            return
        seven.settle()
        if disk:
            seven.move_data(SMALL_DISK, disk.folder)
        memory = Memory(seven.processes)
        memory.start()
        seven.start(*VALIDATORS)
        if not check("they serve", seven.ready(*VALIDATORS, within_s=LEVEL_WITHIN_S), f"{seven.ended()} {seven.log_tail(1)}"):
            return
        watch = Watch({one: seven.api(one) for one in VALIDATORS})
        troubled(seven, watch, disk)
        unclean = seven.stop()
        check("all stop when asked to", not unclean, unclean)
        logs(seven, disk)
        peaks = {one: f"{peak / 1e6:.0f} MB" for one, peak in sorted(memory.peak_bytes.items())}
        check(f"no process took more than {MEMORY_MAX_BYTES >> 20} MiB", max(memory.peak_bytes.values()) <= MEMORY_MAX_BYTES, peaks)
        print(f"at most: {peaks}; this program itself once got no turn for {memory.stood_still_s:.1f} s", flush=True)
    finally:
        if watch:
            watch.end()
        seven.stop()
        if disk:
            disk.unmount()
        if links:
            links.close()


def troubled(seven, watch, disk):
    """The load, the faults under it, new business after the last of them, and the judgement."""
    load = Load(seven, "mixed", RATE, SECONDS)
    try:
        if not check("a load of all kinds of transactions begins", load.begun.wait(LEVEL_WITHIN_S), load.said[-5:]):
            return
        story = Story(seven, watch, SEED)
        count, begun = rounds(story, load, disk), story.begun
        ended = time.monotonic()
        lines, report = counted(load, "under faults")
    finally:
        load.stop()
    pause = watch.longest_pause(QUORUM, begun, ended)
    print(f"{count} faults in {ended - begun:.0f} s; the longest time without a block on {QUORUM} was {pause:.1f} s", flush=True)
    more, report_after = counted(Load(seven, "figures,rollup", 10, 1), "after the last fault")
    refused = [line for line in more if line["outcome"] != "accepted"]
    check(f"after the last fault all {len(more)} new transactions are final", more and not refused, refused[:3])
    story.level("at the end")
    check("all seven still vote", not observers(seven), observers(seven))
    if report and report_after:
        print(f"the load: {report['runs'][0]['counts']}, {report['runs'][0]['latency']}", flush=True)
        judge(seven, watch, lines + more, {"runs": report["runs"] + report_after["runs"]})


main()
sys.exit(verdicts.exit_code())
