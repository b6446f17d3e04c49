"""How well copied safer-care plans are told from individual ones, and how long it takes.

    python bench/boilerplate.py [TEXTS …]       numbers of plans; BENCH_TEXTS="60 2000" does the same

Every plan is written on one form: the same headings and printed guidance. Nine in ten are individual under those
headings. The rest are copies: groups of two to eight that began as one plan, with another child's name, other dates,
the other pronouns and some words changed for others of like meaning. A plan counts as found where a finding names it.
Prints a Markdown table. Nothing here comes from a real record.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from auditor.cases import run_records

AS_OF = dt.date(2026, 3, 31)
SIZES = (60, 500, 5_000, 20_000)
CHANGED = (0.0, 0.02, 0.05)         # share of the words of a copy that are changed for others
SEED = 2011

RULE = """\
id: BENCH-boilerplate
version: 1
title: Plans are written for the child
cites: [NMS 4.5]
area: protection
type: recommendation
confidence: high
grade: major
message: "{missing}"
remedy: Write the plan for this child.
kind: boilerplate
check: {text: {table: plans, text: text}, by: child_id, at_least: 2}
"""
FORM = {
    "Bedrooms and privacy": "Everyone knocks before they go into a bedroom and nobody else sleeps there.",
    "Bathing and personal care": "Children wash by themselves as soon as they can and the door may be locked.",
    "Phones, games and the internet": "Devices are used where adults can see them and passwords are known to the carers.",
    "Visitors and going out": "Visitors are told what the rules of the home are and children are not left with them.",
    "Health and medicine": "Medicine is locked away and every dose is written down on the day it is given.",
    "What may upset and what helps": "Carers stay calm, give room, and write down what came before.",
}
WHO = ("carer", "older daughter of the house", "grandmother", "support worker", "teacher", "football coach", "neighbour", "key worker", "aunt")
WHAT = ("reads a story", "checks the window", "leaves the landing light on", "sits on the stairs", "puts music on", "makes warm milk",
        "rings the school", "takes the long way round", "keeps the spare inhaler", "charges the tablet downstairs", "goes through messages",
        "writes the day on the board", "packs the swimming bag", "lets the dog in", "moves the chairs back", "turns off the router",
        "counts the steps aloud", "offers the weighted blanket", "draws the bath early", "locks the shed", "walks to the bus stop")
WHEN = ("after tea", "before bed", "on school days", "when it thunders", "on the first night", "after family time", "at weekends", "in the car",
        "when the house is full", "on waking from a bad dream", "once homework is done", "if voices are raised", "near the river", "in shops",
        "whenever plans change", "during half term", "at the dentist", "when doors slam", "while cooking", "on the way to contact")
WHY = ("loud rooms are hard", "sleep comes late", "promises were broken before", "the stairs are steep", "strangers are frightening", "sugar makes mornings hard",
       "sharing is new", "the last home had no rules", "waiting feels like being forgotten", "hunger was common", "water is feared", "phones were taken without a word",
       "trust grows slowly", "the scar still hurts", "football matters more than anything", "nights were once unsafe", "numbers calm the mind", "crowds bring back bad days")
NAMES = ["Asha", "Bo", "Cleo", "Dev", "Esme", "Finn", "Gwen", "Hari", "Iris", "Joel", "Kofi", "Lena", "Milo", "Nia", "Omar", "Pia", "Quin", "Rhea", "Seth", "Tara", "Umar", "Vera", "Wren", "Xena", "Yusuf", "Zoe"]
OTHERS = {"stays": "remains", "reads": "looks at", "checks": "looks over", "home": "house", "carers": "foster carers", "carer": "foster carer",
          "hard": "difficult", "new": "unfamiliar", "keeps": "holds", "after": "following", "before": "ahead of", "when": "whenever", "makes": "prepares",
          "everyone": "each person", "children": "young people", "told": "informed", "given": "taken", "calm": "quiet", "slowly": "little by little",
          "loud": "noisy", "puts": "turns", "takes": "goes", "rules": "boundaries", "frightening": "scary", "feared": "dreaded", "leaves": "keeps", "room": "space"}


def individual(rng: random.Random, name: str) -> str:
    """A plan on the form, with a few sentences of its own under each heading."""
    parts = []
    for heading, printed in FORM.items():
        own = [
            f"{name} {rng.choice(('likes it', 'settles', 'does best', 'feels safe', 'needs time'))} when the {rng.choice(WHO)} "
            f"{rng.choice(WHAT)} {rng.choice(('quickly', 'first', 'together', 'slowly', 'alone', 'twice', 'again'))} {rng.choice(WHEN)}, because {rng.choice(WHY)}"
            f"{rng.choice(('', ' and ' + rng.choice(WHY), ' though ' + rng.choice(WHY)))}."
            for _ in range(rng.randint(1, 3))
        ]
        parts.append(f"{heading}. {printed} {' '.join(own)} Looked at on {_day(rng)}.")
    return "\n".join(parts)


def copy(rng: random.Random, text: str, old: str, new: str, share: float) -> str:
    """The same plan for another child."""
    swapped = []
    for word in text.replace(old, new).split(" "):
        if word.isdigit():
            word = str(rng.randint(1, 28))
        plain = word.strip(".,").lower()
        if plain in OTHERS and rng.random() < share * 4:      # about a quarter of the words have another in the list
            word = OTHERS[plain] + word[len(plain):]
        swapped.append(word)
    return " ".join(swapped)


def _day(rng: random.Random) -> str:
    return f"{rng.randint(1, 28)} {rng.choice(('January', 'March', 'June', 'September'))} {rng.choice((2024, 2025))}"


def plans(rng: random.Random, count: int, share: float) -> tuple[dict[str, list[dict]], set[str]]:
    """Records of `count` plans, and the ids of those that are copies or were copied from."""
    records: dict[str, list[dict]] = {"children": [], "plans": []}
    copied: set[str] = set()

    def add(name: str, text: str) -> str:
        number = numbers[len(records["plans"])]
        records["children"].append({"child_id": f"C{number:06d}", "name": name})
        records["plans"].append({"plan_id": f"P{number:06d}", "kind": "safer_care", "child_id": f"C{number:06d}", "issued_on": "2025-09-01", "text": text})
        return f"P{number:06d}"

    numbers = list(range(count + 8))
    rng.shuffle(numbers)
    while len(records["plans"]) < count:
        name = rng.choice(NAMES)
        text = individual(rng, name)
        first = add(name, text)
        if rng.random() < 0.025:
            copied.add(first)
            for _ in range(rng.randint(1, 7)):
                other = rng.choice([one for one in NAMES if one != name])
                copied.add(add(other, copy(rng, text, name, other, share)))
    return records, copied


def main(sizes: list[int]) -> None:
    print("| plans | words changed | copies | found | recall | precision | seconds |\n|---|---|---|---|---|---|---|")
    for size in sizes:
        for share in CHANGED if size <= 5_000 else CHANGED[1:2]:
            rng = random.Random(SEED + size)
            records, copied = plans(rng, size, share)
            started = time.perf_counter()
            done = run_records(RULE, records, as_of=AS_OF)
            seconds = time.perf_counter() - started
            found = {row.subject_id for row in done.rows if row.outcome == "breach"}
            hit = len(found & copied)
            recall = f"{hit / len(copied):.1%}" if copied else "-"
            precision = f"{hit / len(found):.1%}" if found else "-"
            print(f"| {len(records['plans']):,} | {share:.0%} | {len(copied):,} | {len(found):,} | {recall} | {precision} | {seconds:.1f} |")
    print(f"\nMost memory held: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB.")


if __name__ == "__main__":
    chosen = sys.argv[1:] or os.environ.get("BENCH_TEXTS", "").split()
    main([int(word) for word in chosen] or list(SIZES))
