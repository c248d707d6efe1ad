"""Whatever a student writes, in every place that a page is made of: nothing runs, nothing loads.

In Chromium: the feedback page, formgrader's pages and the class report, with a listener on loopback
that must hear nothing. A page has hundreds of payloads.
"""

from __future__ import annotations

import base64
import html
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request

from alpaca_course.batch.grade import Batch, autograded_notebook
from alpaca_course.contract.appeal import Appeal
from alpaca_course.course import Course
from alpaca_course.gradebook import content_policy
from alpaca_course.gradebook.nbgrader_api import NbGrader
from alpaca_course.gradebook.shown import renderer
from alpaca_course.intake.submissions import students
from alpaca_course.judging.appeals import AppealStore
from alpaca_course.judging.session import GradingSession
from tests import light
from tests.browser.listening import Listener, listening
from tests.browser.payloads import FORMS, payloads
from tests.light import ASSIGNMENT, NOTEBOOK

EVIL = '"><img src=x onerror=hit(1)>'
ID = "\"><svg onload=hit(1)>');hit(1);('"
# Their autograded notebooks are replaced: as if somebody had written into them, and as written.
IN_THE_FILE, BUILT = "file", "built"
# What a page of ours may be made of, and the attributes that may stand in it.
_LOOK = """
() => {
  const found = {tags: {}, odd: [], links: [], hits: window.hits, said: window.said};
  for (const e of document.body.querySelectorAll('*')) {
    found.tags[e.localName] = (found.tags[e.localName] || 0) + 1;
    for (const a of e.attributes) {
      const gone = a.value.replace(/[\\x00-\\x20]/g, '').toLowerCase();
      if (a.name.startsWith('on')
          || /^(javascript|vbscript|data:text|data:image.svg|blob)/.test(gone)
          || (a.name === 'src' && e.localName === 'img' && !gone.startsWith('data:image/')))
        found.odd.push(e.localName + ' ' + a.name + '=' + a.value.slice(0, 80));
    }
    if (e.localName === 'a' && /^(https?|mailto):/.test(e.getAttribute('href') || ''))
      found.links.push([e.getAttribute('href'), e.textContent, e.rel]);
  }
  const again = document.implementation.createHTMLDocument('');
  again.body.innerHTML = document.body.innerHTML;
  found.again = {};
  for (const e of again.body.querySelectorAll('*'))
    found.again[e.localName] = (found.again[e.localName] || 0) + 1;
  return found;
}
"""
_BEFORE = """
window.hits = []; window.said = [];
window.hit = name => { window.hits.push(String(name)); };
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) window[name] = () => hit(name);
document.addEventListener('securitypolicyviolation',
  e => window.said.push(e.blockedURI + ' ' + e.violatedDirective));
"""


@dataclass
class Hostile:
    """A graded class, and who listens."""

    course: Course
    listener: Listener
    students: list[str]

    def feedback(self, student: str) -> Path:
        return self.course.feedback / student / ASSIGNMENT / f"{NOTEBOOK}.html"


def picture() -> str:
    file = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def everything(course: Course, texts: list[str]) -> dict[str, Any]:
    """A notebook file's data with every text in every place."""
    notebook: dict[str, Any] = json.loads(nbformat.writes(light.solved(course)))
    cells = notebook["cells"]
    own = {"alpaca": {"origin": "student"}, "name": EVIL, "tags": [EVIL, "hide-input"]}
    for kind in ("markdown", "raw"):
        cells += [
            {
                "cell_type": kind,
                "id": f"{kind}-{n}",
                "metadata": own,
                "source": text,
                "attachments": {text: {"image/svg+xml": text, "image/png": text}},
            }
            for n, text in enumerate(texts)
        ]
    for form in FORMS:
        for first in range(0, len(texts), 150):
            outputs = [
                {
                    "output_type": "display_data",
                    "metadata": odd_metadata(form, text),
                    "data": {form: text},
                }
                for text in texts[first : first + 150]
            ]
            cells.append(code_cell(f"{form.replace('/', '-')}-{first}", outputs, own))
    for first in range(0, len(texts), 60):
        outputs = []
        for text in texts[first : first + 60]:
            outputs += [
                {
                    "output_type": "stream",
                    "name": "stdout",
                    "text": f"\x1b[31m{text}\x1b[1;4{text}m",
                },
                {
                    "output_type": "error",
                    "ename": text,
                    "evalue": text,
                    "traceback": [f"\x1b[0;31m{text}"],
                },
                {
                    "output_type": "display_data",
                    "data": {"image/png": picture(), "text/plain": text},
                    "metadata": odd_metadata("image/png", text),
                },
            ]
        cells.append(code_cell(f"text-{first}", outputs, own))
    notebook["metadata"] |= {
        "kernelspec": {"name": EVIL, "display_name": EVIL, "language": EVIL},
        "language_info": {"name": EVIL, "pygments_lexer": EVIL, "version": EVIL},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {EVIL: EVIL}}},
        "title": EVIL,
        "authors": [{"name": EVIL}],
        "alpaca_course": {"lab_version": EVIL},
    }
    return notebook


def odd_metadata(form: str, text: str) -> dict[str, Any]:
    sizes = {"width": f"1 onload=hit(1) {text}", "height": f"1 onload=hit(1) {text}", "alt": text}
    return {form: {**sizes, "unconfined": True, "isolated": True}, "filenames": {form: text}}


def code_cell(name: str, outputs: list[dict[str, Any]], metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": name[:60].replace(".", "-").replace("+", "-"),
        "source": "pass",
        "execution_count": 1,
        "metadata": metadata,
        "outputs": outputs,
    }


def _hand_in(course: Course, texts: list[str]) -> None:
    """Hand-ins with texts in the places that reach a page through grading."""
    notes = light.solved(course)
    notes.cells += [new_markdown_cell(text) for text in texts]
    notes.cells += [new_raw_cell(text, metadata={"raw_mimetype": "text/html"}) for text in texts]
    light.hand_in(course, "notes", notes)
    code = light.solved(
        course, double=f"# UNQ_C1\ndef double(x):\n    raise ValueError({EVIL!r})\n"
    )
    code.cells += [new_code_cell(f"'''{text}'''") for text in texts]
    light.hand_in(course, "code", code)
    light.hand_in(course, "stopped", light.solved(course, double=f"raise Exception({EVIL!r})"))
    light.hand_in(course, "named", light.solved(course), f"{EVIL} ![x](y).ipynb")
    light.hand_in(course, ID, light.solved(course))
    light.hand_in(course, "evidence", light.solved(course))
    for student in (IN_THE_FILE, BUILT):
        light.hand_in(course, student, light.solved(course))
    version = light.solved(course)
    version.metadata.alpaca_course = {"lab_version": EVIL}
    version.cells[0]["id"] = EVIL
    light.hand_in(course, "version", version)
    for name, changes in {
        "minor": {"nbformat_minor": EVIL},
        "minors": {"nbformat_minor": {EVIL: EVIL}},
        "major": {"nbformat": EVIL},
        "list": {"nbformat_minor": [EVIL]},
    }.items():
        data = json.loads(nbformat.writes(light.solved(course))) | changes
        light.hand_in(course, name, json.dumps(data).encode())


def _grade(course: Course) -> list[str]:
    lab = course.lab()
    nbgrader = NbGrader(course, lab)
    with GradingSession(course, lab) as session:
        found = list(Batch(session, nbgrader).run(students(course, lab)))
        assert [each.error for each in found if each.error] == []
        _evidence(session, nbgrader)
    return [each.student for each in found]


def _evidence(session: GradingSession, nbgrader: NbGrader) -> None:
    """Evidence with a student's text in its keys and values, as a kernel could have sent it."""
    submission = session.take_in("evidence")
    found = session.grade(submission).execution
    assert found is not None
    for payload in (
        {"schema_version": 1, "exercise": EVIL, "challenge": EVIL, "versions": {EVIL: EVIL}},
        {"schema_version": EVIL, EVIL: {EVIL: [EVIL]}},
    ):
        tests = tuple(replace(test, payload=payload, error=EVIL) for test in found.tests)
        forged = session.assess(submission, replace(found, tests=tests))
        nbgrader.write(forged, session)


def _write_into(course: Course, student: str, notebook: NotebookNode | dict[str, Any]) -> None:
    path = autograded_notebook(course, course.lab(), student)
    path.chmod(0o644)
    path.write_text(json.dumps(notebook))


@pytest.fixture(scope="module")
def hostile(
    new_course: Callable[[Path], Course], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hostile]:
    course = new_course(tmp_path_factory.mktemp("hostile") / "course")
    with listening() as listener:
        texts = payloads(listener.address)
        _hand_in(course, texts)
        names = _grade(course)
        full = everything(course, texts)
        _write_into(course, IN_THE_FILE, full)
        _write_into(course, BUILT, renderer().notebook(nbformat.from_dict(full)))
        nbgrader = NbGrader(course, course.lab())
        with nbgrader.gradebook() as gradebook:
            comment = gradebook.find_comment("double", NOTEBOOK, ASSIGNMENT, "notes")
            comment.manual_comment = "\n\n".join(texts)
            gradebook.update_or_create_student(ID, first_name=EVIL, last_name=EVIL, email=EVIL)
            gradebook.db.commit()
        asked = Appeal(
            1, "notes", EVIL, EVIL, " ".join(texts), EVIL, EVIL, "\n\n".join(texts), EVIL
        )
        AppealStore(course, course.lab()).save([asked, replace(asked, number=2, answered="")])
        for name in names:
            nbgrader.generate_feedback(name)
        yield Hostile(course, listener, names)


@pytest.fixture(scope="module", params=[False, True], ids=["policy", "no policy"])
def reader(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """A browser that minds the page's policy; and one that does not, for what stands behind it."""
    context = browser.new_context(bypass_csp=request.param)
    context.add_init_script(_BEFORE)
    yield context
    context.close()


def _noting(asked: list[str]) -> Callable[[Request], None]:
    return lambda request: asked.append(request.url)


def _wrong(said: list[str]) -> Callable[[Error], None]:
    return lambda error: said.append(str(error))


def looked_at(page: Page) -> dict[str, Any]:
    """The page after everything in it that can be used was used."""
    page.evaluate(
        "() => { for (const e of document.querySelectorAll('summary, button, input, label'))"
        " if (!e.closest('.navbar, .scoring-buttons')) { e.dispatchEvent(new MouseEvent('click'));"
        " e.dispatchEvent(new Event('focus')); } window.scrollTo(0, document.body.scrollHeight); }"
    )
    page.wait_for_timeout(200)
    found: dict[str, Any] = page.evaluate(_LOOK)
    return found


def assert_harmless(found: dict[str, Any]) -> None:
    assert found["hits"] == []
    assert found["odd"] == []
    assert found["again"] == found["tags"], "it is something else when it is read once more"
    for href, text, rel in found["links"]:
        assert href in text
        assert "noopener" in rel


_OURS = {
    "main",
    "section",
    "nav",
    "h1",
    "p",
    "ol",
    "dl",
    "dt",
    "dd",
    "ul",
    "li",
    "a",
    "strong",
    "em",
    "span",
    "div",
    "pre",
    "code",
    "b",
    "i",
    "table",
    "caption",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "img",
    "br",
    "details",
    "summary",
    "del",
    "s",
    "blockquote",
    "hr",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "abbr",
}


def test_feedback_pages_run_and_load_nothing(hostile: Hostile, reader: BrowserContext) -> None:
    assert len(hostile.students) == 13
    for student in hostile.students:
        page = reader.new_page()
        asked: list[str] = []
        page.on("request", _noting(asked))
        page.goto(hostile.feedback(student).as_uri(), wait_until="load")
        found = looked_at(page)
        page.close()
        assert_harmless(found)
        assert set(found["tags"]) <= _OURS
        assert found["said"] == [], "the policy had something to refuse"
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert hostile.listener.heard == []


def test_honest_things_are_on_the_page(hostile: Hostile, reader: BrowserContext) -> None:
    page = reader.new_page()
    page.goto(hostile.feedback(IN_THE_FILE).as_uri())
    widths = page.locator("img").evaluate_all("all => all.map(i => i.naturalWidth)")
    page.close()
    assert widths.count(30) == len(widths) > 100


def test_the_class_report_runs_and_loads_nothing(hostile: Hostile, reader: BrowserContext) -> None:
    from datetime import UTC, datetime

    from alpaca_course.reporting import page as report
    from alpaca_course.reporting.reading import read_class

    record = read_class(hostile.course, hostile.course.lab())
    path = report.write(record, hostile.course.reports / "class.html", datetime.now(UTC))
    assert "onerror=hit(1)" in path.read_text()
    page = reader.new_page()
    page.goto(path.as_uri())
    found = looked_at(page)
    page.close()
    assert_harmless(found)
    assert found["said"] == []
    assert hostile.listener.heard == []


@pytest.fixture(scope="module")
def server(hostile: Hostile, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The instructor's server of the hostile class; its address with the token."""
    home = tmp_path_factory.mktemp("jupyter")
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("NBGRADER", "JUPYTER"))},
        "JUPYTER_CONFIG_DIR": str(home),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    command = [str(Path(sys.executable).with_name("alpaca")), "lab", ASSIGNMENT, "--empty"]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--for", "instructor", "--no-browser", "--json"],
            cwd=hostile.course.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    try:
        assert process.stdout is not None
        lines: list[str] = []
        for line in iter(process.stdout.readline, b""):
            lines.append(line.decode())
            if lines[-1].rstrip() == "}":
                break
        assert lines, (home / "log").read_text()
        yield json.loads("".join(lines))["instructor"]["url"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def test_formgrader_runs_nothing_but_its_own(
    hostile: Hostile, browser: Browser, server: str
) -> None:
    """Without the policy, which may not be what keeps a name from becoming a script."""
    base, _, token = server.partition("/lab?")
    context = browser.new_context(bypass_csp=True)
    context.add_init_script(_BEFORE)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", _noting(asked))
    page.goto(f"{base}/formgrader/manage_assignments?{token}")
    nbgrader = NbGrader(hostile.course, hostile.course.lab())
    with nbgrader.gradebook() as gradebook:
        numbers = [
            notebook.id
            for submission in gradebook.assignment_submissions(ASSIGNMENT)
            for notebook in submission.notebooks
        ]
    places = [f"submissions/{number}/" for number in numbers]
    places += [
        f"manage_submissions/{ASSIGNMENT}",
        "gradebook",
        f"gradebook/{ASSIGNMENT}/{NOTEBOOK}",
        f"gradebook/{ASSIGNMENT}/{NOTEBOOK}/?view=verbose",
        "manage_students",
        f"manage_students/{page.evaluate('s => encodeURIComponent(s)', ID)}",
        f"manage_students/{page.evaluate('s => encodeURIComponent(s)', ID)}/{ASSIGNMENT}",
    ]
    for place in places:
        page.goto(f"{base}/formgrader/{place}", wait_until="networkidle")
        found = looked_at(page)
        assert found["hits"] == [], place
        if place.startswith("submissions"):
            assert [each for each in found["odd"] if "toggle_name" not in each] == [], place
            assert found["tags"].get("textarea", 0) == 2, place
            for href, text, _ in found["links"]:
                assert href in text
    context.close()
    elsewhere = [url for url in asked if not url.startswith((f"{base}/", "data:"))]
    assert elsewhere == []
    assert {url.removeprefix(f"{base}/").partition("/")[0] for url in asked} <= {
        "formgrader",
        "data:",
    }
    assert hostile.listener.heard == []
    with nbgrader.gradebook() as gradebook:
        for submission in gradebook.assignment_submissions(ASSIGNMENT):
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            assert {grade.manual_score for grade in grades} == {None}


def test_formgrader_still_grades(hostile: Hostile, browser: Browser, server: str) -> None:
    """Points and comments that a person enters on the page are in the gradebook."""
    base, _, token = server.partition("/lab?")
    context = browser.new_context()
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", _wrong(wrong))
    nbgrader = NbGrader(hostile.course, hostile.course.lab())
    with nbgrader.gradebook() as gradebook:
        number = gradebook.find_submission_notebook(NOTEBOOK, ASSIGNMENT, "version").id
    page.goto(f"{base}/formgrader/manage_assignments?{token}")
    page.goto(f"{base}/formgrader/submissions/{number}/", wait_until="networkidle")
    for place, text, kind in (
        ("#test_double", "7", "grade"),
        ("#double-comment", "Well *done*", "comment"),
    ):
        page.locator(place).fill(text)
        with page.expect_response(re.compile(f"/formgrader/api/{kind}/")) as saved:
            page.locator(place).press("Tab")
        assert saved.value.ok
    page.locator(".name-hidden.glyphicon").first.click()
    page.wait_for_load_state("networkidle")
    shown = page.locator("body").inner_text()
    context.close()
    assert wrong == []
    assert "version" in shown
    with nbgrader.gradebook() as gradebook:
        grade = gradebook.find_grade("test_double", NOTEBOOK, ASSIGNMENT, "version")
        comment = gradebook.find_comment("double", NOTEBOOK, ASSIGNMENT, "version")
        assert (grade.manual_score, comment.manual_comment) == (7, "Well *done*")
        grade.manual_score = None
        gradebook.db.commit()


def test_the_policy_alone_stops_every_script(
    hostile: Hostile, browser: Browser, tmp_path: Path
) -> None:
    """And without it, and without the sanitizer, these payloads do run and load."""
    texts = payloads(hostile.listener.address)
    # Frames have the policy of their page, and payloads do not swallow each other in them.
    frames = "".join(f'<iframe srcdoc="{html.escape(text)}"></iframe>' for text in texts)
    policy = f"{content_policy.without_scripts('')}; frame-src 'self'"
    hits, heard = {}, {}
    for name, meta in (
        ("minded", f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        ("bare", ""),
    ):
        path = tmp_path / f"{name}.html"
        path.write_text(f'<!DOCTYPE html><meta charset="utf-8">{meta}<body>{frames}')
        context = browser.new_context()
        context.add_init_script(_BEFORE)
        page = context.new_page()
        page.goto(path.as_uri())
        page.wait_for_timeout(500)
        found = [frame.evaluate("() => window.hits || []") for frame in page.frames]
        hits[name] = sum(map(len, found))
        heard[name] = {path for path in hostile.listener.heard if path != "/m"}
        context.close()
    hostile.listener.heard.clear()
    assert hits["minded"] == 0
    assert hits["bare"] > 40
    assert heard["minded"] == set(), "only a page that is left by itself asked for anything"
    assert len(heard["bare"]) > 10
