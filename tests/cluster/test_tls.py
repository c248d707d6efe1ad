"""With the cluster's certificates everything works; who has none of them is not heard."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from alpaca_course.cluster.certificates import address, make
from alpaca_course.cluster.link import Address, ClusterError
from alpaca_course.cluster.local import free_port
from alpaca_course.contract.states import State
from alpaca_course.course import Course
from tests.cluster.machines import Machines, grade, machines
from tests.waiting import until

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates") / "tls"
    make(folder)
    return folder


@pytest.fixture(scope="module")
def secured(
    sandbox: None, certificates: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machines]:
    url = f"tls://127.0.0.1:{free_port()}"
    known = [address(url, certificates, who) for who in ("scheduler", "worker")]
    with machines(tmp_path_factory.mktemp("secured"), *known) as made:
        made.start_worker("one")
        until(lambda: made.process_of("one"), "it runs")
        yield made


def test_keys_are_their_owners_alone_and_are_not_replaced(certificates: Path) -> None:
    assert certificates.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in certificates.glob("*.key")} == {0o600}
    before = {path: path.read_bytes() for path in certificates.iterdir()}
    with pytest.raises(ClusterError, match="not empty"):
        make(certificates)
    assert {path: path.read_bytes() for path in certificates.iterdir()} == before


def test_a_class_is_graded_over_tls(
    secured: Machines, certificates: Path, class_of: Callable[..., Course]
) -> None:
    there = address(secured.address.url, certificates, "grader")
    found = grade(class_of(ann=""), there)["ann"].result
    assert found is not None
    assert (found.state, found.total) == (State.GRADED, 30.0)


@pytest.mark.parametrize("how", ["no TLS", "no certificate", "another authority's certificate"])
def test_who_has_no_certificate_of_the_clusters_authority_is_not_heard(
    how: str,
    secured: Machines,
    certificates: Path,
    class_of: Callable[..., Course],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("alpaca_course.cluster.link.ANSWER_SECONDS", 3.0)
    url = secured.address.url
    if how == "no TLS":
        there = Address(url.replace("tls", "tcp"))
    elif how == "no certificate":
        there = Address(url)
    else:
        make(tmp_path / "tls")
        theirs = address(url, tmp_path / "tls", "grader")
        there = replace(theirs, ca=certificates / "ca.pem")
    with pytest.raises(ClusterError, match=r"does not answer|--tls-ca"):
        grade(class_of(ann=""), there)


def test_the_scheduler_itself_speaks_to_nobody_without(
    secured: Machines, certificates: Path
) -> None:
    """Looked at from outside of Dask: what is said after the handshake is an alert.

    With TLS 1.3 the client's side of the handshake ends before its certificate was asked for
    (RFC 8446, section 4.4.2), so it is read on until the other side's verdict.
    """
    host, port = secured.address.url.removeprefix("tls://").split(":")
    context = ssl.create_default_context(cafile=certificates / "ca.pem")
    context.check_hostname = False
    with (
        pytest.raises(ssl.SSLError, match="certificate required"),
        socket.create_connection((host, int(port)), timeout=60) as plain,
        context.wrap_socket(plain) as spoken,
    ):
        spoken.recv(1)
