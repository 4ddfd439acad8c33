"""What must hold of a network after everything that it went through, judged from outside.

Each oracle restates a rule and looks for what breaks it in what seven validators answer; none calls the program's own
checks. Each gives what it found wrong, in words: an empty list is a pass.
"""

import collections
import random

import ristretto
from chain import HEIGHT, HISTORY_ROOT, NETWORK, OUTCOMES_ROOT, PARENT, PROPOSER, TIME, TRANSACTIONS, Tree, event_leaf, root_above, tagged
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hostile import cbor, decoded

SHOWN_MAX = 5
# Purposes of signatures.
TRANSACTION, PROPOSAL = 1, 2
# Kinds of events of the records application.
RECORDS, VERSION, DECISION, FIGURE = 2, 1, 2, 3
ACCEPTED = 1


def one_chain(chain):
    """One block at each height, the same on all validators, and no gap."""
    heights, wrong = list(range(1, chain.height + 1)), []
    for validator, summaries in chain.summaries.items():
        if sorted(summaries) != heights:
            wrong.append(f"validator {validator} lacks {sorted(set(heights) - set(summaries))[:SHOWN_MAX]}")
    for height in heights:
        hashes = {one.get(height, {}).get("hash") for one in chain.summaries.values()}
        if len(hashes) != 1:
            wrong.append(f"block {height}: {hashes}")
    return wrong


def headers_hold(chain):
    """Each header hashes to its block's id, follows its parent, is later than it, and commits to all before it.

    The header names the state root, so one id is one state root.
    """
    wrong, history, parent, before, network = [], Tree(), None, 0, None
    for height, content in chain.headers.items():
        header, identity = decoded(content), tagged("header", content)
        network = network or header[NETWORK]
        if parent is None:
            # The first block's parent is what the network was founded on.
            parent = header[PARENT]
        history.append(tagged("history-leaf", parent))
        summary = chain.summaries[chain.validators[0]][height]
        holds = {
            "id": identity.hex() == summary["hash"],
            "network": header[NETWORK] == network,
            "height": header[HEIGHT] == height,
            "parent": header[PARENT] == parent,
            "history": header[HISTORY_ROOT] == history.root(),
            "time": header[TIME] > before,
            "number of transactions": header[TRANSACTIONS] == summary["transactions"],
        }
        wrong += [f"block {height}: {what}" for what, right in holds.items() if not right]
        parent, before = identity, header[TIME]
    if len(chain.headers) != chain.height:
        wrong.append(f"{len(chain.headers)} headers of {chain.height} blocks")
    return wrong


def words_kept(chain, words):
    """Every block that a validator ever called final is the chain's block at that height."""
    told = chain.summaries[chain.validators[0]]
    return [
        f"validator {validator} called {identity} final at {height}, where {told[height]['hash']} stands"
        for validator, _, height, identity in words
        if height <= chain.height and told[height]["hash"] != identity
    ]


def outcomes_agree(chain):
    """Every validator has the same transactions with the same outcomes in each block, and none stands twice."""
    first, wrong = chain.outcomes[chain.validators[0]], []
    for validator, outcomes in chain.outcomes.items():
        wrong += [f"validator {validator}, block {height}" for height in first if outcomes.get(height) != first[height]]
    for height, header in chain.headers.items():
        if decoded(header)[TRANSACTIONS] != len(first.get(height, [])):
            wrong.append(f"block {height} shows {len(first.get(height, []))} transactions")
    times = collections.Counter(identity for _, _, identity, _ in chain.one())
    return wrong + [f"{identity} stands {count} times" for identity, count in times.items() if count > 1]


def nothing_lost(chain, lines):
    """Every transaction that was seen to be final stands in the chain with the outcome that was seen."""
    stands = {identity: outcome for _, _, identity, outcome in chain.one()}
    wrong = []
    for line in lines:
        if line["final_ms"] is None:
            continue
        outcome = stands.get(line["id"])
        if outcome is None:
            wrong.append(f"{line['id']} is lost")
        elif line["outcome"] != ("accepted" if outcome[0] == "accepted" else outcome[1]):
            wrong.append(f"{line['id']} was {line['outcome']} and is {outcome}")
    return wrong


def fates(chain, lines):
    """How many transactions there were of each fate: what the validator asked first said, and what the chain says."""
    stands = {identity: outcome[0] for _, _, identity, outcome in chain.one()}
    said = {None: "unanswered", "in": "taken in"}
    return collections.Counter((said.get(line["taken"], "refused"), stands.get(line["id"], "nowhere")) for line in lines)


def all_counted(report, lines):
    """The load's own count agrees with what it wrote down of each transaction, and each is counted once."""
    wrong = []
    for run in report["runs"]:
        counts, of_run = run["counts"], [line for line in lines if line["workload"] == run["workload"]]
        kinds = collections.Counter(kind_of(line) for line in of_run)
        counted = {kind: counts[kind] for kind in ("accepted", "unanswered", "lost")}
        counted |= {kind: sum(counts[kind].values()) for kind in ("refused", "rejected")}
        if counts["due"] != len(of_run) or sum(counted.values()) != counts["due"]:
            wrong.append(f"{run['workload']}: {counts} of {len(of_run)}")
        wrong += [f"{run['workload']}: {kind}" for kind in counted if counted[kind] != kinds[kind]]
    return wrong


def kind_of(line):
    if line["final_ms"] is not None:
        return "accepted" if line["outcome"] == "accepted" else "rejected"
    return {"in": "lost", None: "unanswered"}.get(line["taken"], "refused")


def signed_by(key, purpose, network, message, signature):
    """Whether an Ed25519 signature for a purpose holds."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, b"chancery/1/signature" + bytes([purpose]) + network + message)
    except InvalidSignature:
        return False
    return True


def receipts_hold(chain, seed, count=None, at=None):
    """Receipts of so many transactions drawn by chance, or of all at a height, lead to the chain's blocks; each is asked of
    another validator.

    Not judged here: the certificate of finality in each (BLS12-381).
    """
    stands, wrong = [one for one in chain.one() if at in (None, one[0])], []
    drawn = random.Random(seed).sample(stands, min(count or len(stands), len(stands)))
    for number, (height, place, identity, outcome) in enumerate(drawn):
        validator = chain.validators[number % len(chain.validators)]
        with chain.seven.ask(validator) as asking:
            receipt = decoded(asking.raw(f"/api/v1/receipts/transactions/{identity}", "application/cbor"))
        header, entry, (kind, (envelope,)) = receipt[3], receipt[6], receipt[8]
        network, hashed = header[NETWORK], tagged("header", cbor(header))
        fate = [0, [outcome[1], outcome[2]]] if outcome[0] == "accepted" else [1, [list(map(int, outcome[1].split("-")))]]
        holds = {
            "the network": tagged("genesis", cbor(receipt[1])) == network,
            "its block": hashed.hex() == chain.summaries[validator][height]["hash"],
            "the proposer's signature": signed_by(header[PROPOSER], PROPOSAL, network, hashed, receipt[4]),
            "its place": root_above(tagged("outcome-leaf", cbor(entry)), receipt[7]) == header[OUTCOMES_ROOT]
            and receipt[7][0] == place,
            "its outcome": entry[2] == fate,
            "its id": kind == 0 and tagged("transaction", cbor(envelope[0])).hex() == identity == entry[0].hex(),
            "its signature": signed_by(envelope[1], TRANSACTION, network, bytes.fromhex(identity), envelope[2]),
            "what it is for": envelope[0][0] == network,
        }
        wrong += [f"validator {validator}, {identity}: {what}" for what, right in holds.items() if not right]
    return wrong


def events_proved(chain, events):
    """The events that a validator streams are those to which the outcomes commit."""
    by_place, wrong = collections.defaultdict(Tree), []
    for event in events:
        by_place[event.height, event.entry].append(event_leaf(event))
    for height, place, identity, outcome in chain.one():
        tree = by_place.get((height, place), Tree())
        if (tree.count, tree.root()) != ((outcome[2], outcome[1]) if outcome[0] == "accepted" else (0, Tree().root())):
            wrong.append(f"{identity} in block {height}: {tree.count} events")
    return wrong


Version = collections.namedtuple("Version", "height register period region subject cells")


class Returns:
    """What counts towards totals: of each record the latest version that was accepted."""

    def __init__(self):
        self.filed, self.counting, self.unfiled = {}, collections.defaultdict(dict), []

    def take(self, event):
        if event.application != RECORDS:
            return
        told = decoded(event.payload)
        if event.kind == VERSION:
            cells = [(cell, value) for cell, value in told[8]]
            version = Version(event.height, told[2], told[3], told[4], told[5], cells)
            self.filed[told[0], told[1]] = version
            # Values in clear are checked by consensus itself, so they count at once.
            if all(kind == 0 for _, (kind, _) in cells):
                self.count(told[0], version)
        elif event.kind == DECISION and told[3] == ACCEPTED:
            version = self.filed.get((told[0], told[1]))
            if version is None:
                self.unfiled.append(told[0].hex())
            else:
                self.count(told[0], version._replace(height=event.height))

    def count(self, record, version):
        self.counting[version.register, version.period][record] = version

    def within(self, register, period, region):
        counting = self.counting[register, period].values()
        return [one for one in counting if one.region == region or one.region.startswith(region + "-")]


def figures_are_sums(events, network):
    """Every published figure counts every return up to its cut-off, and is their sum: of values in the clear, or of
    commitments with a proof of the total.

    Gives what is wrong, and how many figures in the clear and of commitments there were.
    """
    returns, wrong, seen = Returns(), [], collections.Counter()
    for event in events:
        if is_figure(event):
            figure = decoded(event.payload)
            name = f"{figure[0]} {figure[1]} {figure[2]}, number {figure[3]}, block {event.height}"
            parts = returns.within(*figure_of(figure))
            seen["confidential" if figure[4] else "open"] += 1
            if any(part.height > figure[5] for part in parts):
                wrong.append(f"{name}: a return came after its cut-off")
            if figure[6] != len(parts) or figure[7] != len({part.subject for part in parts}):
                wrong.append(f"{name}: {figure[6]} returns of {figure[7]} are {len(parts)}")
            if not (committed_total(figure, parts, network) if figure[4] else clear_total(figure, parts)):
                wrong.append(f"{name}: the totals are not the sums")
        else:
            returns.take(event)
    return wrong + [f"{record} was accepted and never filed" for record in returns.unfiled], seen


def is_figure(event):
    return (event.application, event.kind) == (RECORDS, FIGURE)


def counts_for(event, published):
    """Whether an event is a return for the period and the region of a figure."""
    if (event.application, event.kind) != (RECORDS, VERSION):
        return False
    told, figure = decoded(event.payload), decoded(published.payload)
    return (told[2], told[3]) == (figure[0], figure[1]) and told[4].startswith(figure[2])


def is_about_one_of(event, records):
    """Whether an event files one of these records or decides on it."""
    return event.application == RECORDS and event.kind in (VERSION, DECISION) and decoded(event.payload)[0] in records


def figure_of(figure):
    """Register, period and region."""
    return figure[0], figure[1], figure[2]


def clear_total(figure, parts):
    sums = collections.Counter()
    for part in parts:
        for cell, (_, (value,)) in part.cells:
            sums[cell] += value
    return {cell[0]: cell[1] for cell in figure[8]} == dict(sums)


def committed_total(figure, parts, network):
    sums = collections.defaultdict(lambda: ristretto.ZERO)
    for part in parts:
        for cell, (_, (value,)) in part.cells:
            sums[cell] = ristretto.plus(sums[cell], ristretto.point(value))
    for told in figure[8]:
        cell, total, encoded, proof = (told.get(key) for key in range(4))
        publication = cbor({0: figure[0], 1: figure[1], 2: figure[2], 3: figure[3], 4: cell})
        if not ristretto.same(sums.pop(cell, ristretto.ZERO), ristretto.point(encoded)):
            return False
        if not ristretto.total_holds(network, publication, figure[5], encoded, total, proof):
            return False
    return not sums
