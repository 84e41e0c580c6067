"""What SM741 and SM746 share: clients that are, or may be, too old for permissions v2."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.clients import facts, inventory
from streammigrate.checks.clients.inventory import Product
from streammigrate.checks.clients.ranges import shown
from streammigrate.checks.model import Answer, Evidence
from streammigrate.checks.project import Project


def products(project: Project, *, surely: bool) -> Iterator[Product]:
    """Yield the packages of which every version that is allowed is too old, or (not `surely`) only some are."""
    for product in inventory.products(inventory.used(project)):
        span, least = product.first.span, product.first.package.permissions
        if span is None or least is None or span.least >= least:
            continue
        all_older = span.below is not None and span.below <= least
        if all_older is surely:
            yield product


def answer(product: Product, said: str) -> Answer:
    """Return what to say of a package: `said` stands between its version and the one that is needed."""
    one = product.first
    assert one.package.permissions is not None
    named = f"{' and '.join(product.names)} {one.version}"
    return Answer(
        f"{one.package.title} {said}: {named}; permissions v2 need {shown(one.package.permissions)}",
        one.at,
        (one.path, one.package.title),
        (Evidence(one.locked or str(one.at), named), Evidence("known from", facts.source("permissions"))),
    )
