"""The exchange over ngshare: its real server; only whose a token is, which a hub says, is told."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange import ExchangeError, ExchangeFactory
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from traitlets.config import Config

from tests.server.hubs import need_hub, unused_ports

LAB = "shapes"
NOTEBOOK = "all.ipynb"
GRADER, STUDENTS = "grader", ("ada", "ben", "cem")

if importlib.util.find_spec("ngshare_exchange") is not None:
    os.environ.setdefault("USER", "nobody")  # asked for where it is imported
    from alpaca_course.exchange import ngshare
    from alpaca_course.exchange.ngshare_server import keep_with_parents


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """ngshare with a course and its class; a token is the name of who has it."""
    need_hub()
    folder = tmp_path_factory.mktemp("ngshare")
    (listening,) = bind_sockets(0, "127.0.0.1")
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/services/ngshare"
    loops: list[asyncio.AbstractEventLoop] = []
    ended = asyncio.Event()

    async def serve() -> None:
        from ngshare.ngshare import MyApplication

        application = MyApplication(
            "/services/ngshare/", f"sqlite:///{folder}/db", f"{folder}/files", admin=[GRADER]
        )
        served = HTTPServer(application)
        served.add_sockets([listening])
        loops.append(asyncio.get_running_loop())
        await ended.wait()
        served.stop()

    with pytest.MonkeyPatch.context() as patch:
        for name in ("API_URL", "API_TOKEN", "CLIENT_ID", "SERVICE_PREFIX"):
            patch.setenv(f"JUPYTERHUB_{name}", "/services/ngshare/")
        from ngshare import ngshare as application

        keep_with_parents()

        patch.setattr(
            application.MyRequestHandler, "user_for_token", lambda self, token: {"name": token}
        )
        thread = threading.Thread(target=asyncio.run, args=[serve()], daemon=True)
        thread.start()
        # It listens already, so the first question waits until it is served.
        ask(f"{address}/healthz")
        patch.delenv("JUPYTERHUB_API_TOKEN")
        for path, data in (
            ("course/alpaca", {"instructors": f'["{GRADER}"]'}),
            *((f"student/alpaca/{each}", dict.fromkeys(("first_name", "last_name", "email"), "x"))
              for each in STUDENTS),
        ):  # fmt: skip
            ask(f"{address}/{path}", data)
        yield address
        loops[0].call_soon_threadsafe(ended.set)
        thread.join(10)


def ask(address: str, data: dict[str, str] | None = None) -> None:
    answer = requests.request(
        "GET" if data is None else "POST",
        address,
        data=data,
        headers={"Authorization": f"token {GRADER}"},
        timeout=60,
    )
    assert answer.ok, answer.text


class Side:
    """One person's side of the exchange, in a folder of their own."""

    def __init__(self, name: str, folder: Path, url: str, patch: pytest.MonkeyPatch) -> None:
        self.name, self.folder, self.url, self.patch = name, folder, url, patch
        folder.mkdir(parents=True)

    def run(self, action: str, lab: str = LAB, **more: Any) -> Any:
        config = Config()
        ngshare.configure(config, self.url)
        config.CourseDirectory.course_id = "alpaca"
        config.CourseDirectory.root = str(self.folder)
        config.CourseDirectory.assignment_id = lab
        config.Exchange.assignment_dir = str(self.folder)
        config.Exchange.cache = str(self.folder / "cache")
        config.merge(more)
        self.patch.chdir(self.folder)
        self.patch.setenv("JUPYTERHUB_API_TOKEN", self.name)
        self.patch.setattr(ngshare.ngshare_exchange.Exchange, "username", self.name)
        return getattr(ExchangeFactory(config=config), action)(
            coursedir=CourseDirectory(config=config),
            authenticator=Authenticator(config=config),
            config=config,
        ).start()

    def hand_in(self, lab: str, text: str, name: str = NOTEBOOK) -> None:
        (self.folder / lab).mkdir(exist_ok=True)
        (self.folder / lab / name).write_text(text)
        self.run("Submit", lab)

    @property
    def kept(self) -> list[Path]:
        """The hand-ins in the student's own list."""
        return sorted((self.folder / "cache" / "alpaca").glob("*"))


@pytest.fixture
def sides(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Side]:
    return {name: Side(name, tmp_path / name, server, monkeypatch) for name in (GRADER, *STUDENTS)}


@pytest.fixture
def lab(sides: dict[str, Side], request: pytest.FixtureRequest) -> str:
    """A lab of this test's own, released."""
    name = f"lab_{abs(hash(request.node.name))}"
    release = sides[GRADER].folder / "release" / name
    (release / "parts").mkdir(parents=True)
    (release / NOTEBOOK).write_text("{}")
    (release / "parts/helper.py").write_text("VERSION = 1")
    sides[GRADER].run("ReleaseAssignment", name)
    return name


def test_feedback_finds_its_way(sides: dict[str, Side], lab: str) -> None:
    """Also to who renamed the notebook, and past who handed in otherwise."""
    grader, ada, ben = (sides[name] for name in (GRADER, "ada", "ben"))
    ada.run("FetchAssignment", lab)
    assert (ada.folder / lab / "parts/helper.py").read_text() == "VERSION = 1"
    (ada.folder / lab / "dataset").mkdir()
    (ada.folder / lab / "dataset/one.jpg").write_bytes(b"a picture")
    (ada.folder / lab / "source").mkdir()
    (ada.folder / lab / "source/mine.csv").write_text("1")
    ada.hand_in(lab, "mine")
    ben.hand_in(lab, "of ben", "final.ipynb")
    (grader.folder / "source").mkdir()  # a student's folder is called like one of the course's
    grader.run("Collect", lab)
    submitted = grader.folder / "submitted"
    assert (submitted / "ada" / lab / NOTEBOOK).read_text() == "mine"
    assert (submitted / "ada" / lab / "source/mine.csv").read_text() == "1"
    assert not (submitted / "ada" / lab / "dataset").exists()
    for name in ("aaron", "ada", "ben"):
        folder = grader.folder / "feedback" / name / lab
        folder.mkdir(parents=True)
        (folder / "all.html").write_text(f"<p>of {name}</p>")
        stamp = submitted / name / lab / "timestamp.txt"
        if stamp.exists():
            (folder / "timestamp.txt").write_text(stamp.read_text())
    grader.run("ReleaseFeedback", lab)
    for side, page in ((ada, "all.html"), (ben, "final.html")):
        side.run("FetchFeedback", lab)
        (found,) = side.folder.rglob(f"feedback/*/{page}")
        assert found.read_text() == f"<p>of {side.name}</p>"
    listed = ada.run("List", lab, ExchangeList={"cached": True})
    assert listed[0]["submissions"][0]["has_local_feedback"]


def test_the_newest_hand_in_is_collected_and_an_older_one_stays_until_then(
    sides: dict[str, Side], lab: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    grader, ada = sides[GRADER], sides["ada"]
    there = grader.folder / "submitted/ada" / lab / NOTEBOOK
    ada.hand_in(lab, "first")
    grader.run("Collect", lab)
    ada.hand_in(lab, "second")
    grader.run("Collect", lab)
    assert there.read_text() == "first"  # as nbgrader: without --update what is there stays
    update = {"ExchangeCollect": {"update": True}, "Collect": {"update": True}}
    with monkeypatch.context() as patch:
        patch.setattr(ngshare.Collect, "_get_submission", lambda *_: None)
        grader.run("Collect", lab, **update)
        assert there.read_text() == "first"
    grader.run("Collect", lab, **update)
    assert there.read_text() == "second"
    assert [path.name for path in there.parents[1].iterdir()] == [lab]


def test_what_did_not_arrive_is_no_hand_in(
    sides: dict[str, Side], lab: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = sides["ada"]
    with pytest.raises(ExchangeError, match="Not handed in"):
        ada.hand_in("not_released", "mine")
    monkeypatch.setattr(ngshare, "PATIENCE", (0.2, 0.2))
    alive, ada.url = ada.url, f"http://127.0.0.1:{unused_ports(1)[0]}/services/ngshare"
    with pytest.raises(ExchangeError, match="Not handed in"):
        ada.hand_in(lab, "mine")
    with pytest.raises(ExchangeError, match="Not fetched"):
        sides["ben"].run("FetchAssignment", "not_released")
    assert ada.kept == []
    ada.url = alive
    ada.hand_in(lab, "mine")
    assert len(ada.kept) == 1


def test_releasing_again_deletes_no_hand_in(sides: dict[str, Side], lab: str) -> None:
    grader, ada = sides[GRADER], sides["ada"]
    force = {"ReleaseAssignment": {"force": True}}
    (grader.folder / "release" / lab / "parts/helper.py").write_text("VERSION = 2")
    with pytest.raises(ExchangeError, match="released already"):
        grader.run("ReleaseAssignment", lab)
    grader.run("ReleaseAssignment", lab, **force)
    ada.run("FetchAssignment", lab)
    assert (ada.folder / lab / "parts/helper.py").read_text() == "VERSION = 2"
    ada.hand_in(lab, "mine")
    with pytest.raises(ExchangeError, match="1 hand-ins are at ngshare"):
        grader.run("ReleaseAssignment", lab, **force)
    grader.run("Collect", lab)
    assert (grader.folder / "submitted/ada" / lab / NOTEBOOK).read_text() == "mine"


def test_fetching_writes_over_nothing(sides: dict[str, Side], lab: str) -> None:
    ada = sides["ada"]
    ada.run("FetchAssignment", lab)
    (ada.folder / lab / NOTEBOOK).write_text("my work")
    (ada.folder / lab / "parts/helper.py").unlink()
    with pytest.raises(ExchangeError, match="already have a copy"):
        ada.run("FetchAssignment", lab)
    again = {"FetchAssignment": {"replace_missing_files": True}}
    ada.run("FetchAssignment", lab, **again)
    assert (ada.folder / lab / NOTEBOOK).read_text() == "my work"
    assert (ada.folder / lab / "parts/helper.py").is_file()


@pytest.mark.parametrize("path", ["../out", "/etc/out", "a/../../out", "", "a\0b"])
def test_no_path_leads_out(path: str, tmp_path: Path) -> None:
    need_hub()
    with pytest.raises(ValueError, match="no path below a folder"):
        ngshare.put([{"path": path, "content": "YQ=="}], tmp_path / "folder")
    assert list(tmp_path.rglob("out")) == []
