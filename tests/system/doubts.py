"""Whether the oracles see anything: each is shown what was read with one thing changed, and must find it wrong.

An oracle that passes whatever it is shown would pass a broken network, too.
"""

import copy

import oracles
from hostile import cbor, decoded


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


def with_figure(events, change):
    """The first published figure says something else."""
    events = list(events)
    for place, event in enumerate(events):
        if oracles.is_figure(event) and (changed := change(decoded(event.payload))):
            events[place] = event._replace(payload=cbor(changed))
            return events
    return events


def another_total(confidential):
    def change(figure):
        if bool(figure[4]) == confidential:
            first = {**figure[8][0], 1: figure[8][0][1] + 1}
            return {**figure, 8: [first, *figure[8][1:]]}
        return None

    return change


def without_a_return(events):
    """The latest return that the first figure counts was never filed."""
    published = next(event for event in events if oracles.is_figure(event))
    counted = [event for event in events if oracles.counts_for(event, published)]
    return [event for event in events if not oracles.is_about(event, decoded(counted[-1].payload)[0])]


def unseen(chain, words, lines, report, events, seed):
    """Changes that an oracle did not see, in words."""
    height = max(chain.outcomes[1])
    outcomes = chain.outcomes[1][height]
    last, everybody, one = chain.validators[-1:], chain.validators, "0" * 64
    lost = {**lines[0], "id": one, "final_ms": 1.0, "outcome": "accepted"}
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
        "a missing event": oracles.events_proved(chain, events[:-1]),
        "another event": oracles.events_proved(chain, [*events[:-1], events[-1]._replace(payload=b"\xa0")]),
        "another total in the clear": figures(with_figure(events, another_total(confidential=False))),
        "another confidential total": figures(with_figure(events, another_total(confidential=True))),
        "a return left out": figures(without_a_return(events)),
    }
    return [what for what, wrong in found.items() if not wrong]
