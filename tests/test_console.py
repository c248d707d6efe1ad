"""What commands print of names, paths and students' words stands there as it was written."""

from __future__ import annotations

import pytest
from rich.table import Table

from alpaca_course import cli
from alpaca_course.cli import console


@pytest.mark.parametrize("where", [console.out, console.err], ids=["out", "err"])
def test_names_of_emoji_and_markup_are_printed_as_they_are(
    where: console.Console, capsys: pytest.CaptureFixture[str]
) -> None:
    written = "12:key: [red]ada[/red] /tmp/:x:"
    table = Table(written)
    table.add_row(written)
    where.print(written)
    where.print(table)
    assert "".join(capsys.readouterr()).count(written) == 3


def test_an_interrupt_while_modules_are_read_shows_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_register", interrupted)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == console.INTERRUPTED
