"""The words of the report on forecasts: English templates, whose French is in the catalogue."""

TARGETS = {
    "ged_sb": "Deaths in state-based conflict",
    "ged_ns": "Deaths in non-state conflict",
    "ged_os": "Deaths in one-sided violence",
    "ged_all": "Deaths in organised violence",
}
LEVELS = {
    "country": ("country", "countries"),
    "admin1": ("area", "areas"),
    "priogrid": ("grid cell", "grid cells"),
}
SCORES = {
    "crps": "CRPS",
    "log_crps": "log-scale CRPS",
    "ign": "log score (IGN)",
    "mis": "interval score (MIS)",
    "tw_crps_25": "CRPS above 25",
    "brier_1": "Brier, any death",
    "brier_25": "Brier, 25 or more",
}
PARTS = {
    "all": "all",
    "without summary months": "without summary months",
    "without the largest units": "without the five largest",
    "without either": "without either",
}
CALIBRATED = {
    "all": "all",
    "mean of 1 or more": "mean of 1 death or more",
    "heavy war": "heavy war: 100 deaths or more in the last known month",
}
EVENTS = {1: "Any recorded death", 25: "25 deaths or more"}
REGIMES = {
    "peace": ("peace", "no death recorded in the month"),
    "onset": ("onset", "a death after twelve months or more without one"),
    "escalation": ("escalation", "above 1.5 times the mean of the three months before"),
    "continuation": ("continuation", "between the two"),
    "de-escalation": ("de-escalation", "below two thirds of the mean of the three months before"),
}
BASES = {
    "challenge": "Windows of the VIEWS Prediction Challenge: data end three months before each.",
    "store": "Rolling origins over the counts of the store; every target month lies in the span.",
    "file": "Forecasts read from a file in the layout of the VIEWS Prediction Challenge.",
}
METHOD = (
    (
        "CRPS",
        "Continuous ranked probability score, in deaths: the mean distance of the draws to what "
        "happened, less half their mean distance to one another (Hersbach 2000). Mean over "
        "forecasts, so a few wars decide it.",
    ),
    (
        "log-scale CRPS",
        "The same of log(1 + deaths): ten times too many weighs the same in a small war and in a "
        "large one (Bosse et al. 2023, doi:10.1371/journal.pcbi.1011393).",
    ),
    (
        "log score (IGN)",
        "Bits: minus the base-two logarithm of the share of draws in the category that happened, "
        "of eleven, with one draw added to each (Hegre et al., arXiv 2407.11045).",
    ),
    (
        "interval score (MIS)",
        "Width of the central 90% interval plus twenty times the miss (Gneiting & Raftery 2007, "
        "doi:10.1198/016214506000001437).",
    ),
    (
        "CRPS above 25",
        "CRPS of max(deaths, 25): what happens below 25 deaths a month does not count (Gneiting & "
        "Ranjan 2011, doi:10.1198/jbes.2010.08110).",
    ),
    ("Brier", "Mean square of chance less outcome, for any death and for 25 or more in a month."),
    (
        "Gain",
        "One less the ratio of mean scores. Intervals are 90%, from 500 rounds of a bootstrap "
        "over blocks of three months and over countries, since wars last and spread.",
    ),
    (
        "Situation",
        "Set by what happened: onset is the first month with deaths after twelve or more without; "
        "any other month with deaths is escalation, continuation or de-escalation against the mean "
        "of the three months before; every other month is peace.",
    ),
    (
        "Reliability",
        "CORP (Dimitriadis, Gneiting & Jordan 2021, doi:10.1073/pnas.2016191118).",
    ),
    (
        "PIT",
        "Where the truth lies among the draws, ties broken by chance (Czado, Gneiting & Held 2009, "
        "doi:10.1111/j.1541-0420.2009.01191.x).",
    ),
)
