"""Short texts for records: individual enough to read as notes of different days, with nobody's name in them."""

from __future__ import annotations

import datetime as dt
from random import Random

from auditor.sample.days import age_on

_DOING = ("was baking", "was doing homework", "was in the garden", "was building a den", "was drawing",
          "had just come in from football", "was reading upstairs", "was getting ready for swimming",
          "was helping with tea", "was practising the keyboard", "was sorting photographs", "was playing a board game")
_BABY = ("was on the play mat", "was having a bottle", "had just woken from a nap", "was babbling to the carer",
         "was in the high chair", "was crawling towards the toys")
_VIEWS = ("likes the new bedroom and wants a lamp", "would like to see a brother more often",
          "feels safe here and can talk to the carers", "wants to join the drama club",
          "is worried about a test on Friday", "is looking forward to the trip to the coast",
          "would like a later bedtime at weekends", "is proud of a swimming badge", "wants the dog to sleep upstairs",
          "misses the last school but has made two friends")
_PROGRESS = ("reading age has gone up", "sleeps through most nights", "settles faster after family time",
             "is trying new food", "attendance is better than last term", "manages the bus alone now",
             "is calmer at bath time", "asks for help before getting upset", "speech is clearer",
             "has kept to the screen agreement")
_SAFETY = ("Safer care plan read through, no change needed", "Online settings looked at together",
           "Stair gate and medicine cabinet seen", "Talked about who may collect from school",
           "Risk assessment still fits", "Fire plan practised", "Agreed what to do about a late return",
           "No new visitors to the home")
_CARERS = ("warm and steady", "well organised, notes are up to date", "quick to ask for advice",
           "tired after a hard week but coping well", "advocating firmly with the school",
           "reflective about what set off the upset", "consistent with boundaries", "keeping the health diary well")
_ANALYSIS = ("The placement is meeting needs and is stable", "The bond is growing; keep the routine as it is",
             "Support from school makes the difference here", "Family time stirs things up; plan quieter evenings",
             "Good progress, with sleep still to watch", "Strengths outweigh worries")
_ACTIONS = ("Worker to chase the dental letter by the next visit", "Carer to book the refresher course",
            "Worker to send the reading list", "Carer to speak to the form tutor", "Worker to ask for the review date",
            "Carer to update the life-story book", "Worker to look into holiday clubs", "None beyond the plan")


def _pick(rng: Random, texts: tuple[str, ...]) -> str:
    return texts[rng.randrange(len(texts))]


FULL_FROM = dt.date(2025, 3, 1)   # notes are kept short before, so that the export stays small


def visit_texts(rng: Random, day: dt.date, children: list[dict], *, sections: bool = True) -> dict[str, str]:
    """The text columns of a visit: about each child by name, and about the carers; `sections` apart, or notes alone."""
    doing = [f"{c['name']} {_pick(rng, _BABY if age_on(c['born_on'], day) < 2 else _DOING)}" for c in children]
    told = "; ".join(doing) or "No child is living here at present"
    views = [f"{c['name']} {_pick(rng, _VIEWS)}" for c in children if age_on(c["born_on"], day) >= 2]
    views += [f"{c['name']} is too young to say; smiled and reached for the carer" for c in children
              if age_on(c["born_on"], day) < 2]
    progress = [f"{c['name']}: {_pick(rng, _PROGRESS)}" for c in children]
    carers = _pick(rng, _CARERS)
    notes = f"{told}. Talked over home, school and family time since we met. Carers {carers}."
    if day >= FULL_FROM:
        notes += (f" {_pick(rng, _SAFETY)}. At school and with friends: {_pick(rng, _PROGRESS)}. We read through the last "
                  f"actions together and what helps on hard days; {_pick(rng, _ANALYSIS).lower()}.")
    if not sections:
        return {"notes": notes}
    return {
        "notes": notes,
        "childs_views": "; ".join(views) or "No child placed.",
        "childs_progress": "; ".join(progress) or "No child placed.",
        "safeguarding": _pick(rng, _SAFETY) + ".",
        "carers_performance": f"Carers are {carers}.",
        "analysis": _pick(rng, _ANALYSIS) + ".",
        "actions_agreed": _pick(rng, _ACTIONS) + ".",
    }


def child_note(rng: Random, child: dict, day: dt.date) -> str:
    """A sentence or two about a child's time with the worker."""
    doing = _pick(rng, _BABY if age_on(child["born_on"], day) < 2 else _DOING)
    return f"{child['name']} {doing}; {_pick(rng, _PROGRESS)}."


def progress(rng: Random, child: dict) -> str:
    """A sentence on how a child is getting on."""
    return f"{child['name']}: {_pick(rng, _PROGRESS)}."


def view(rng: Random) -> str:
    """What a child or carer would like."""
    return _pick(rng, _VIEWS)
