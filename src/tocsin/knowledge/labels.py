"""Closed lists in words: what a status, a kind, a level is called in a sentence."""

from tocsin.knowledge.sentences import words
from tocsin.tables.bodies import Words

CALENDAR = {
    "planned": "date planned",
    "confirmed": "date confirmed",
    "postponed": "postponed",
    "held": "took place",
    "partly_held": "took place in part",
    "cancelled": "cancelled",
}
UNITS = {
    "persons": "persons",
    "percent": "per cent",
    "troops": "troops",
    "police": "police officers",
    "stations": "polling stations",
    "months": "months",
    "states": "states",
    "centres": "centres",
    "weapons": "weapons",
    "ballots": "ballots",
}
FIGURE_STATUS = {"provisional": "provisional", "final": "final", "revised": "revised"}
AGREEMENT = {
    "initialled": "initialled",
    "signed": "signed",
    "declared": "declared",
    "suspended": "suspended its participation",
    "resumed": "resumed its participation",
    "revival_supported": "supports a revival",
    "withdrawn": "withdrew",
    "ended": "ended it",
}
COMMITMENT = {
    "open": "open",
    "started": "started",
    "partly": "carried out in part",
    "implemented": "carried out",
    "suspended": "on hold",
    "blocked": "blocked",
    "abandoned": "given up",
    "ended": "ended",
    "ended_with_agreement": "ended with the agreement",
}
CAMP = {
    "open": "open",
    "closure_planned": "closure planned",
    "closing": "closing",
    "closed": "closed down",
    "handed_over": "handed over",
    "left_early": "left early",
}
CONTRIBUTOR = {
    "present": "present",
    "announces_withdrawal": "announces its withdrawal",
    "withdrawing": "is withdrawing",
    "withdrawn": "has withdrawn",
    "joins": "joins",
}
CAPABILITY = {
    "available": "available",
    "reduced": "reduced",
    "announced_loss": "loss announced",
    "lost": "lost",
}
CAPABILITY_TYPES = {
    "air_cover": "air cover",
    "helicopters": "helicopters",
    "medevac": "medical evacuation",
    "isr": "surveillance and reconnaissance",
    "infantry": "infantry",
    "engineering": "engineering",
}
CONSENT = {
    "invites": "invites the mission",
    "supports": "supports the mission",
    "restricts": "restricts the mission",
    "protests": "protests against the mission",
    "expels": "expels personnel of the mission",
    "requests_end": "asks for the mission to end",
    "ends": "ends its consent",
}
MANDATE = {
    "established": "mandate established",
    "renewed": "mandate renewed",
    "changed": "mandate changed",
    "ended": "mandate ended",
    "requested_end": "end of the mandate requested",
}
LEVEL = {
    "controls": "controls",
    "dominates": "dominates",
    "contests": "contests",
    "present": "is present in",
    "absent": "is absent from",
}
DDR = {
    "planned": "places planned",
    "registered": "registered",
    "cantoned": "cantoned",
    "disarmed": "disarmed",
    "arrived": "arrived",
    "integrated": "integrated",
    "reinserted": "reinserted",
    "dropped": "dropped out",
}
ABOUT = {
    "killed": "people killed",
    "arrested": "people arrested",
    "fighters_present": "fighters present",
    "raped_or_abused": "victims of rape or abuse",
    "attacked": "attack",
}
EVIDENCE = {
    "interviews": "individual interviews",
    "group_interviews": "group interviews",
    "documents": "documents",
    "satellite": "satellite images",
    "forensic": "forensic findings",
    "video": "videos",
    "other": "other evidence",
}
STEP = {
    "call": "call for an inquiry",
    "inquiry": "inquiry",
    "report": "report published",
    "referral": "referral",
    "charge": "charge",
    "judgment": "judgment",
    "warning": "warning given",
    "other": "course of events",
}
MEDIATION = {
    "contact": "contact",
    "offer": "offer of talks",
    "round": "round of talks",
    "statement": "statement",
    "support": "support for talks",
    "refusal": "refusal",
    "breakdown": "breakdown of talks",
}
MEMBERSHIP = {
    "member": "is a member of",
    "suspended": "is suspended from",
    "announced_leaving": "announces that it leaves",
    "left": "has left",
    "observer": "is an observer at",
}


def named(word: str, among: dict[str, str]) -> Words:
    """A word of a closed list, in both languages; an unlisted one as it is."""
    return words(among[word]) if word in among else words("{word}", word=word.replace("_", " "))
