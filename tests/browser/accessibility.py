"""axe-core over a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = ("serious", "critical")


def grave_findings(page: Page, within: str | None = None) -> list[str]:
    """axe-core's serious and critical findings: rule, what it is about, and where.

    ``within`` is a selector; without it the whole page is looked at.
    """
    found = Axe().run(page, context=within).response["violations"]
    return [
        f"{rule['id']}: {rule['help']}: "
        + "; ".join(str(node["html"])[:200] for node in rule["nodes"][:5])
        for rule in found
        if rule["impact"] in GRAVE
    ]
