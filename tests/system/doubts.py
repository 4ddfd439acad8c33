"""Whether the oracles see anything: each is shown what was read with one thing changed, and must find it wrong.

An oracle that passes whatever it is shown would pass a broken network, too.
"""

import copy

import oracles
from hostile import cbor, decoded

# So many of the latest blocks with transactions are shown where all would take long.
BLOCKS = 20


def altered(chain, **parts):
    """The chain with some parts replaced."""
    other = copy.copy(chain)
    vars(other).update(parts)
    return other


def with_summary(chain, height, **fields):
    """One validator tells one block otherwise."""
    validator = chain.validators[-1]
    summaries = dict(chain.summaries[validator])
    summaries[height] = {**summaries[height], **fields}
    return altered(chain, summaries={**chain.summaries, validator: summaries})


def with_gap(chain, height):
    validator = chain.validators[-1]
    summaries = {other: block for other, block in chain.summaries[validator].items() if other != height}
    return altered(chain, summaries={**chain.summaries, validator: summaries})


def with_header(chain, height, field, value):
    header = {**decoded(chain.headers[height]), field: value}
    return altered(chain, headers={**chain.headers, height: cbor(header)})


def with_outcomes(chain, height, outcomes, validators):
    told = {one: {**chain.outcomes[one], height: outcomes} for one in validators}
    return altered(chain, outcomes={**chain.outcomes, **told})


def latest(chain, events):
    """The latest blocks alone, with their events; a long chain has more than it takes to see a change."""
    heights = set(sorted(chain.outcomes[1])[-BLOCKS:])
    told = {one: {height: outcomes[height] for height in heights} for one, outcomes in chain.outcomes.items()}
    return altered(chain, outcomes=told), [event for event in events if event.height in heights and event.transaction]


def up_to_a_figure(events, confidential):
    """The first published figure of a kind, and before it whatever is about its register and period."""
    published = next(event for event in events if oracles.is_figure(event) and bool(decoded(event.payload)[4]) == confidential)
    kept, records = [], set()
    for event in events:
        if event == published:
            return [*kept, event]
        if oracles.counts_for(event, published):
            records.add(decoded(event.payload)[0])
        if oracles.is_about_one_of(event, records):
            kept.append(event)
    return kept


def another_total(events):
    """The figure at the end says one more."""
    figure = decoded(events[-1].payload)
    first = {**figure[8][0], 1: figure[8][0][1] + 1}
    return [*events[:-1], events[-1]._replace(payload=cbor({**figure, 8: [first, *figure[8][1:]]}))]


def without_a_return(events):
    """The latest return that the figure at the end counts was never filed."""
    left_out = decoded(events[-2].payload)[0]
    return [event for event in events[:-1] if not oracles.is_about_one_of(event, {left_out})] + events[-1:]


def unseen(chain, words, lines, report, events, seed):
    """Changes that an oracle did not see, in words."""
    height = max(chain.outcomes[1])
    outcomes = chain.outcomes[1][height]
    last, everybody, one = chain.validators[-1:], chain.validators, "0" * 64
    lost = {**lines[0], "id": one, "final_ms": 1.0, "outcome": "accepted"}
    late, late_events = latest(chain, events)
    clear, sealed = up_to_a_figure(events, confidential=False), up_to_a_figure(events, confidential=True)
    figures = lambda changed: oracles.figures_are_sums(changed, chain.network())[0]
    found = {
        "another block": oracles.one_chain(with_summary(chain, height, hash=one)),
        "a gap": oracles.one_chain(with_gap(chain, height)),
        "another state root": oracles.headers_hold(with_header(chain, height, 8, bytes(32))),
        "another parent": oracles.headers_hold(with_header(chain, height, 4, bytes(32))),
        "another word": oracles.words_kept(chain, [*words, (1, 0.0, height, one)]),
        "a missing transaction": oracles.outcomes_agree(with_outcomes(chain, height, outcomes[:-1], last)),
        "the same lack everywhere": oracles.outcomes_agree(with_outcomes(chain, height, outcomes[:-1], everybody)),
        "a transaction twice": oracles.outcomes_agree(with_outcomes(chain, height, [outcomes[0]] * len(outcomes), everybody))
        if len(outcomes) > 1
        else oracles.outcomes_agree(with_outcomes(chain, height, outcomes * 2, everybody)),
        "a lost transaction": oracles.nothing_lost(chain, [*lines, lost]),
        "an uncounted transaction": oracles.all_counted(report, lines[1:]),
        "an invented outcome": oracles.receipts_hold(
            with_outcomes(chain, height, [(identity, ("rejected", "01-001")) for identity, _ in outcomes], everybody), seed, at=height
        ),
        "a missing event": oracles.events_proved(late, late_events[:-1]),
        "another event": oracles.events_proved(late, [*late_events[:-1], late_events[-1]._replace(payload=b"\xa0")]),
        "another total in the clear": figures(another_total(clear)),
        "another confidential total": figures(another_total(sealed)),
        "a return left out": figures(without_a_return(clear)),
        "a confidential return left out": figures(without_a_return(sealed)),
    }
    # What is not changed passes, or the parts that are shown prove nothing.
    sound = oracles.events_proved(late, late_events) + figures(clear) + figures(sealed)
    return [what for what, wrong in found.items() if not wrong] + sound
