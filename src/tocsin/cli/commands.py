"""Every command, in the order in which an analyst meets them."""

import typer

from tocsin.cli import (
    account,
    actors,
    brief,
    calendar,
    cases,
    challenge,
    channels,
    commitments,
    contacts,
    demo,
    doctor,
    dossier,
    duty,
    evaluate,
    fetch,
    figures,
    forecast,
    forms,
    groups,
    ingest,
    inquiries,
    keeping,
    ledger,
    mission,
    panel,
    peer,
    places,
    products,
    record,
    replay,
    reports,
    scorecard,
    serve,
    share,
    stix,
    table,
    taxii,
    timeline,
    token,
    warnings,
    watch,
)


def register(app: typer.Typer) -> None:
    """Add every command to `app`. Modules listed here import nothing heavy."""
    fetch.register(app)
    ingest.register(app)
    panel.register(app)
    forecast.register(app)
    evaluate.register(app)
    brief.register(app)
    products.register(app)
    challenge.register(app)
    demo.register(app)
    places.register(app)
    ledger.register(app)
    keeping.register(app)
    watch.register(app)
    duty.register(app)
    channels.register(app)
    warnings.register(app)
    dossier.register(app)
    figures.register(app)
    forms.register(app)
    reports.register(app)
    contacts.register(app)
    actors.register(app)
    timeline.register(app)
    commitments.register(app)
    calendar.register(app)
    cases.register(app)
    record.register(app)
    table.register(app)
    mission.register(app)
    replay.register(app)
    scorecard.register(app)
    peer.register(app)
    groups.register(app)
    share.register(app)
    inquiries.register(app)
    stix.register(app)
    taxii.register(app)
    serve.register(app)
    doctor.register(app)
    token.register(app)
    account.register(app)
