"""From tables to a brief: every number becomes a fact with its sources, every sentence a rule.

`build_brief` chooses no language: the same brief is then written in French or in English.
"""

from tocsin.briefs import wording
from tocsin.briefs.coming import months_ahead, prospect_of, timeline_of
from tocsin.briefs.contents import Brief
from tocsin.briefs.counted import area_map, areas, comparisons, standfirst
from tocsin.briefs.fighting import fighting
from tocsin.briefs.grounds import Grounds
from tocsin.briefs.inputs import BriefInputs
from tocsin.briefs.tying import series, ties_of
from tocsin.briefs.unseen import unseen


def build_brief(inputs: BriefInputs) -> Brief:
    """The brief that these tables support.

    Raises
    ------
    NotEnoughData, if no three months in a row are known for the place as of that date.
    """
    grounds = Grounds(inputs)
    window = grounds.window
    deaths = grounds.deaths("deaths.quarter", *window.quarter)
    before = grounds.deaths("deaths.quarter_before", *window.quarter_before)
    mean = grounds.mean_quarter()
    ahead = months_ahead(grounds)
    prospect = prospect_of(grounds, deaths, ahead) if ahead else None
    probability = prospect.probability if prospect else None
    ties = ties_of(grounds)
    timeline = timeline_of(grounds)
    return Brief(
        place=inputs.place,
        as_of=inputs.as_of,
        reconstruction=grounds.book.reconstructed,
        exercise=inputs.exercise,
        tlp=inputs.tlp,
        window=window,
        headline=wording.headline(deaths, before, mean, probability, ahead),
        standfirst=standfirst(grounds),
        count=deaths,
        events=grounds.fact(
            "events.quarter", grounds.history.events(*window.quarter), "events", window.quarter
        ),
        comparisons=comparisons(grounds, deaths, before, mean),
        timeline=timeline,
        area_map=area_map(grounds),
        areas=areas(grounds),
        fighting=fighting(grounds),
        prospect=prospect,
        unseen=unseen(grounds, ties),
        ties=ties,
        series=series(grounds, timeline),
        sources=grounds.book.listed(),
    )
