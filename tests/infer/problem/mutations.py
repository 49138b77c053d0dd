"""Mutated run and comparison files: characters, lines, values, keys."""

from __future__ import annotations

import random
from copy import deepcopy
from datetime import date
from typing import Any

from relicfit.infer.problem.toml import dump

DEEP = "[" * 2000 + "]" * 2000
# What may stand in the place of a value: of the wrong kind, out of range, beyond all sizes.
ODD_VALUES: tuple[Any, ...] = (
    0, 1, -1, 3, 2**31, 2**63 - 1, -(2**63), 0.0, -0.0, 0.5, -1.5, 1e-320, 1e300, -1e300, 1e400,
    float("nan"), float("inf"), float("-inf"), True, False, "", " ", "a", "yes", "1", "nan", "\u0000", "a\u0000.py:X",
    "\u202e", "é" * 40, "x" * 20_000, "../../..", "/", "x.py:", ".py:X", "mass", "1/0", "(-mass)**(1e200*1e200) < 1",
    "mass < mass < mass", "{}", "[]", [], [[]], [1], [1, 2, 3], ["a"], [True], [None][:0], [[1, 2], [3, 4]],
    [1.0, "a"], list(range(500)), {}, {"a": 1}, {"uniform": [1, 2]}, {"uniform": [2, 1]}, {"uniform": []},
    {"uniform": "a"}, {"uniform": [0, "2*mass"]}, {"loguniform": [0, 1]}, {"normal": {"mean": 1, "sd": -1}},
    {"normal": [0, 1e200]}, {"halfnormal": 1e300}, {"uniform": [float("-inf"), float("inf")]}, {"": 1},
    {"fixed": {"uniform": [1, 2]}}, {"kind": "measurement"}, {"observable": 3}, {"uniform": [1, 2], "log": 3},
    date(2020, 1, 1), "dynesty", "emcee", "thermal-freeze-in", "lepton-pion", "relic-density",
)  # fmt: skip
ODD_TEXTS = (
    "9" * 5000, "0x" + "f" * 20_000, DEEP, "1e99999", "+nan", "0o17", "1979-05-27T07:32:00Z", "'''", '"\\u0000"',
    "{ a = { b = { c = 1 } } }", "[1, [2, [3, [4]]]]", '"' + "k" * 100_000 + '"', "tru", "1_000", "-0",
)  # fmt: skip
ODD_LINES = (
    "[", "]", "[[likelihoods]]", "[parameters.mass]", "[sampler.sampler]", "= 3", "a.b.c.d = 1", "\ufeff", "\r",
    "\u0000",
    "parameters = 3", "scenario = 3", '"' + "q" * 100_000 + '" = 1', "likelihoods.relic-density = 1", "[sources]",
    '"a.py" = 3', "sampler = []", "options = { accuracy = { accuracy = 1 } }", "x = " + "9" * 5000, "- a: 1", "{",
)  # fmt: skip


def mutated(text: str, content: dict[str, Any], rng: random.Random) -> bytes:
    """Return the bytes of a file with one to three mistakes."""
    kind = rng.randrange(4)
    if kind == 0:
        return _characters(text, rng)
    if kind == 1:
        return _lines(text, rng).encode("utf-8", "surrogatepass")
    changed = deepcopy(content)
    for _ in range(rng.randint(1, 3)):
        _value(changed, rng)
    return dump(changed).encode()


def _characters(text: str, rng: random.Random) -> bytes:
    raw = bytearray(text.encode())
    for _ in range(rng.randint(1, 3)):
        place = rng.randrange(len(raw))
        action = rng.randrange(4)
        if action == 0:
            del raw[place : place + rng.randint(1, 8)]
        elif action == 1:
            raw[place] = rng.randrange(256)
        elif action == 2:
            raw[place:place] = bytes(rng.randrange(32, 127) for _ in range(rng.randint(1, 4)))
        else:
            del raw[place:]
        if not raw:
            break
    return bytes(raw)


def _lines(text: str, rng: random.Random) -> str:
    lines = text.splitlines()
    for _ in range(rng.randint(1, 3)):
        place = rng.randrange(len(lines))
        action = rng.randrange(4)
        if action == 0:
            lines.insert(place, rng.choice(ODD_LINES))
        elif action == 1:
            lines.insert(rng.randrange(len(lines)), lines[place])
        elif action == 2 and "=" in lines[place]:
            lines[place] = f"{lines[place].partition('=')[0]}= {rng.choice(ODD_TEXTS)}"
        elif len(lines) > 1:
            del lines[place]
    return "\n".join(lines)


def _value(content: dict[str, Any], rng: random.Random) -> None:
    """Change one entry somewhere in a table."""
    table: Any = content
    while True:
        if not table:
            table["a"] = deepcopy(rng.choice(ODD_VALUES))
            return
        key = rng.choice(list(table))
        if isinstance(table[key], dict) and rng.random() < 0.8:
            table = table[key]
            continue
        break
    action = rng.randrange(5)
    if action == 0:
        del table[key]
    elif action == 1:
        table[key + rng.choice(("x", " ", ".a", "\n", "é", "-", "z" * 3000))] = table.pop(key)
    elif action == 2:
        table[rng.choice(("name", "mass", "seed", "kind", "accuracy", "scenario", "q"))] = deepcopy(
            rng.choice(ODD_VALUES)
        )
    else:
        table[key] = deepcopy(rng.choice(ODD_VALUES))
