"""Results of a scan for the tests of its reports: every status, hostile texts, cohorts of each decision."""

from __future__ import annotations

from streammigrate.codemod import kinds
from streammigrate.codemod.model import (
    Applicability,
    CohortView,
    Facet,
    FileResult,
    Origin,
    Site,
    Span,
    Trouble,
)
from streammigrate.report.scan_summary import ScanReport

SAFE = Facet("receiver", Applicability.SAFE, "a StreamChat by its constructor")
LOSS = Facet("arguments", Applicability.UNSAFE, "v2 has no place for `x`", kinds.LOSS.id)
OPAQUE = Facet("arguments", Applicability.MANUAL, "the keys of `data` are not known", kinds.OPAQUE.id)
ESCAPES = Facet("response", Applicability.MANUAL, "the response is returned", kinds.RESPONSE.id)
WAITS = Facet("cohort", Applicability.MANUAL, "it shares its client with line 3, which stays", kinds.COHORT.id)
FORMS = ("UserRequest.id:value", "users:list", "users:model+custom")


def site(line: int, *facets: Facet, member: str = "StreamChat.upsert_user", **more: object) -> Site:
    """Return a site on a line: rewritten by default when no facet holds it back."""
    applied = all(facet.applicability is Applicability.SAFE for facet in facets)
    after = "" if any(facet.applicability is Applicability.MANUAL for facet in facets) else "new()"
    made = Site(
        "SM201", member, Span(line, 4, line, 8), "old()", after, (SAFE, *facets), ("from here",), (), FORMS, applied
    )
    return made._replace(**more)  # type: ignore[arg-type]


def file(path: str, *sites: Site, troubles: tuple[Trouble, ...] = ()) -> FileResult:
    """Return the result of a file with sites, whose lines hold a character that is two bytes long."""
    source = "éé  old()\n".encode() * 100
    changed = source + b"#" if any(site.applied for site in sites) else source
    return FileResult(path, source, changed, sites, troubles)


def report(*files: FileResult, cohorts: tuple[CohortView, ...] = (), arguments: str = ".") -> ScanReport:
    """Return the report on some files."""
    return ScanReport(files, "7.0.0", len(files), cohorts, arguments)


COHORTS = (
    CohortView(
        "C1",
        "stream_chat.StreamChat",
        (Origin("app/clients.py", 3, 'StreamChat("key", "secret")'),),
        ("app/clients.py", "app/views.py"),
        ("app/clients.py: chat", "app/views.py: send(client)"),
        3,
        1,
        "twin",
        (Origin("app/views.py", 3, "the keys of `data` are not known"),),
    ),
    CohortView("C2", "stream_chat.StreamChat", (), ("jobs/run.py",), ("jobs/run.py: main(chat)",), 1, 1, "whole", ()),
)


def mixed() -> ScanReport:
    """Return a report with every status, a problem, and two cohorts."""
    views = file(
        "app/views.py",
        site(2, receiver="stream_chat.StreamChat", confidence="proven", cohort="C1"),
        site(3, OPAQUE, receiver="stream_chat.StreamChat", confidence="proven", cohort="C1"),
        site(4, LOSS, member="StreamChat.ban_user"),
        site(5, OPAQUE, ESCAPES),
        site(6, ESCAPES, member="Channel.send_message"),
        site(7, WAITS, member="StreamChat.channel", cohort="C1"),
        site(8, suppressed="checked elsewhere", applied=False),
    )
    jobs = file("jobs/run.py", site(1, cohort="C2"))
    broken = file("jobs/bad.py", troubles=(Trouble(kinds.UNPARSED.id, "Python cannot parse the file", 3, 0),))
    return report(views, jobs, broken, cohorts=COHORTS)


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}\u202e&amp;|`\n# x"


def hostile() -> ScanReport:
    """Return a report whose every text tries to be markup."""
    facet = OPAQUE._replace(text=HOSTILE)
    one = site(1, facet, member=HOSTILE, before=HOSTILE, evidence=(HOSTILE,), notes=(HOSTILE,), receiver=HOSTILE)
    two = site(2, member=HOSTILE, after=HOSTILE, forms=(HOSTILE,), cohort="C1")
    three = site(3, suppressed=HOSTILE, applied=False)
    origin = Origin(HOSTILE, 1, HOSTILE)
    cohort = CohortView("C1", HOSTILE, (origin,), (HOSTILE,), (HOSTILE,), 1, 0, "stays", (origin,))
    trouble = Trouble(kinds.UNREADABLE.id, HOSTILE)
    return report(file(HOSTILE, one, two, three, troubles=(trouble,)), cohorts=(cohort,), arguments=HOSTILE)
