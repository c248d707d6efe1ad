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


# Contrast of each piece of text with the nearest backgrounds behind it, by WCAG 2's formula. axe
# leaves text undecided where something lies over it, as JupyterLab's cells have it everywhere.
_FAINT = """([selector, least]) => {
    const numbers = colour => {
        const [r, g, b, a] = colour.match(/[\\d.]+/g).map(Number);
        return [r, g, b, a ?? 1];
    };
    const over = (top, below) => [0, 1, 2].map(i => top[3] * top[i] + (1 - top[3]) * below[i]);
    const behind = element => {
        const own = numbers(getComputedStyle(element).backgroundColor);
        if (own[3] === 1) return own.slice(0, 3);
        const parent = element.parentElement;
        return over(own, parent ? behind(parent) : [255, 255, 255]);
    };
    const light = colour => {
        const [r, g, b] = colour.map(value => value / 255).map(
            value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const found = [];
    for (const root of document.querySelectorAll(selector)) {
        const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const text = texts.currentNode.textContent.trim();
            const element = texts.currentNode.parentElement;
            if (!text || !element.checkVisibility()) continue;
            const below = behind(element);
            const shown = over(numbers(getComputedStyle(element).color), below);
            const [low, high] = [light(shown), light(below)].sort((a, b) => a - b);
            const ratio = (high + 0.05) / (low + 0.05);
            if (ratio < least) found.push(`${ratio.toFixed(1)}: ${text.slice(0, 80)}`);
        }
    }
    return found;
}"""


def faint_texts(page: Page, within: str, least: float = 4.5) -> list[str]:
    """Text below ``within``, a selector, that stands out too little: its contrast, and what it is.

    ``least`` is WCAG's smallest ratio for text of normal size (level AA).
    """
    found: list[str] = page.evaluate(_FAINT, [within, least])
    return found
