"""What the store shows is what the pure function allows, as markings are added."""

import random
from itertools import product

from tests.ledger.conftest import figure, new_id

from tocsin.ledger import Ledger
from tocsin.policy import Marking, MemoryView, Reader, ReleasedWithin, Span
from tocsin.policy.readers import Need
from tocsin.policy.settling import ALWAYS, timer_of
from tocsin.tables.kinds import Figure, Words
from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment, micros

DAYS = ("2023-01-10", "2023-03-22", "2023-06-01", "2023-09-15")
GROUPS = ("cell/bloc", "cell/other", "cell/third")
PLACES = ("", "MLI", "MLI.gao", "MLI.gaox", "NER")


def record(chance: random.Random) -> Statement:
    shared = [f"group:{one}" for one in GROUPS] + ["north", "south"]
    tlp = chance.choice(["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"])
    names = () if tlp == "CLEAR" else tuple(chance.sample(shared, chance.randint(0, 3)))
    return figure(
        id=new_id(),
        subject=chance.choice(["zed:displaced", "zed:refugees"]),
        known_at=chance.choice(DAYS),
        tlp=tlp,
        rel_to=names,
        body=Figure(
            quantity="displaced",
            title=Words(fr="Personnes déplacées", en="Displaced people"),
            unit="persons",
            value=chance.randint(1, 9),
            place=chance.choice(PLACES),
        ),
    )


def reader(chance: random.Random, held: list[Statement]) -> Reader:
    moments = [micros(last_moment(day)) for day in DAYS]
    spans = frozenset(
        Span(group, *sorted(chance.sample(moments, 2)))
        for group, _ in product(GROUPS, range(2))
        if chance.random() < 0.6
    )
    needs = {
        Need(
            chance.choice(["GREEN", "AMBER", "RED"]),
            frozenset(chance.sample(["figure", "case"], chance.randint(0, 2))),
            frozenset(chance.sample(["zed:ref*", "zed:displaced"], chance.randint(0, 1))),
            frozenset(chance.sample(["MLI", "MLI.gao", "NER"], chance.randint(0, 2))),
            frozenset({chance.choice(held).id}),
        )
        for _ in range(chance.randint(0, 2))
    }
    return Reader(
        chance.choice(["cell", "north", "stranger"]),
        chance.choice(["analyst", "verifier", "auditor", "peer", "reporter"]),
        frozenset(chance.sample(GROUPS, chance.randint(0, 1))),
        spans,
        frozenset({("cell", chance.choice(held).id)}),
        needs=frozenset(needs),
    )


def test_the_store_and_the_function_agree_for_random_readers(ledger: Ledger):
    chance = random.Random(4)
    held = [record(chance) for _ in range(60)]
    ledger.append(held[:40])
    readers = [reader(chance, held) for _ in range(60)]
    for asked in readers:  # rights are remembered here, before markings are added
        shown = [one.id for one in ledger.view(asked).statements()]
        assert shown == [one.id for one in MemoryView(held[:40], asked).statements()], asked
    ledger.append(held[40:])
    for asked in readers:
        shown = [one.id for one in ledger.view(asked).statements()]
        assert shown == [one.id for one in MemoryView(held, asked).statements()], asked
        assert ledger.view(asked).count() == len(shown)


def test_windows_that_meet_become_one_and_others_stay_apart():
    rule = timer_of(
        ReleasedWithin(frozenset({Span("g", 0, 4), Span("g", 5, 9), Span("g", 20, 30)}))
    )
    assert rule(Marking("cell", "AMBER", rel_to=frozenset({"group:g"}))) == ((0, 9), (20, 30))
    assert rule(Marking("cell", "AMBER")) == ()
    assert ALWAYS not in (rule(Marking("cell", "AMBER")),)
