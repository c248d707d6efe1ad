"""The measure of contrast that other tests of this folder rely on."""

from __future__ import annotations

from playwright.sync_api import BrowserContext

from tests.browser.accessibility import faint_texts

PAGE = """<body style="background:#111; color:#eee"><div id="shown">
<p>light on dark</p>
<p style="color:#333">dark on dark</p>
<p style="color:rgba(255,255,255,.2)">hardly there</p>
<p style="display:none; color:#111">not shown</p>
<div style="background:rgba(255,255,255,.9)"><b style="color:#222">dark on light</b></div>
<div style="background:white">light on light</div>
</div><p style="color:#111">elsewhere</p></body>"""


def test_text_that_hardly_stands_out_is_found(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_content(PAGE)
    found = faint_texts(page, "#shown")
    page.close()
    assert [each.split(": ")[1] for each in found] == [
        *("dark on dark", "hardly there", "light on light")
    ]
