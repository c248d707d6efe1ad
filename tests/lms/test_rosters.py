"""Lists of students: read as the systems give them, and joined into one roster."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from alpaca_course.course import Course
from alpaca_course.lms.importing import Import, TooManyDroppedError, imported
from alpaca_course.lms.roster import Roster, RosterError, Student
from alpaca_course.lms.roster_files import Listing, read_listing
from alpaca_course.lms.tables import TableError, decoded, parse_table, read_table
from tests.lms.made import CLASS, Person, canvas_export, participants, worksheet

DAY = "2026-11-29"


def listing(data: bytes | str, system: str = "", **others: str) -> Listing:
    text = data if isinstance(data, str) else decoded(data)
    return read_listing(parse_table(text), system, others)


def take(roster: Roster, data: bytes | str, system: str = "") -> Import:
    return imported(roster, listing(data, system), DAY)


@pytest.fixture
def roster() -> Roster:
    """The class as Canvas has it."""
    return take(Roster(), canvas_export(CLASS)).roster


# Canvas
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("bom", [False, True])
def test_canvas(separator: str, bom: bool) -> None:
    found = listing(canvas_export(CLASS, separator=separator, bom=bom))
    assert found.system == "canvas"
    students = [named.student for named in found.people]
    assert [each.id for each in students] == [person.login for person in CLASS]
    assert [each.canvas_id for each in students] == [str(person.number) for person in CLASS]
    assert students[1].last_name == "O'Brien"
    assert [line.text for line in found.left_out] == [
        "the row that says how grades are posted",
        "the row of possible points",
        "Canvas's test student",
    ]


def test_canvas_with_names_in_two_columns() -> None:
    text = "LastName,FirstName,ID,SIS Login ID,Section\n"
    text += "    Points Possible,,,,\nLee,Ann,101,ann,Monday\n"
    (only,) = listing(text).people
    assert (only.student.first_name, only.student.last_name) == ("Ann", "Lee")


def test_an_assignment_called_as_a_column_is_none() -> None:
    text = 'Student,ID,SIS Login ID,Section,ID\n"Lee, Ann",101,ann,Monday,30\n'
    assert listing(text).people[0].student.canvas_id == "101"


def test_a_formula_is_a_name() -> None:
    """Canvas writes a name that begins with = as ="…"."""
    text = 'Student,ID,SIS Login ID,Section\n"=""=Ann""",101,ann,Monday\n'
    assert listing(text).people[0].student.last_name == "=Ann"


def test_sections_are_taken_apart_where_they_stand_alone_elsewhere() -> None:
    people = [
        Person("a", "A", "A", 1, "Lab 1"),
        Person("b", "B", "B", 2, "Lab 2 and Lab 1"),
        Person("c", "C", "C", 3, "Lab 2"),
        Person("d", "D", "D", 4, "Arts and Crafts"),
        Person("e", "E", "E", 5, "Lab 1, Lab 2, and Arts and Crafts"),
    ]
    found = [named.student.sections for named in listing(canvas_export(people)).people]
    assert found[:4] == [("Lab 1",), ("Lab 2", "Lab 1"), ("Lab 2",), ("Arts and Crafts",)]


# Moodle, nbgrader, GitHub, plain
def test_moodle_worksheet() -> None:
    found = listing(worksheet(CLASS))
    assert found.system == "moodle"
    assert found.people[0].student.moodle_ids == ("101",)
    assert found.people[0].student.id == "ann@example.edu"
    assert (found.people[0].student.first_name, found.people[0].student.last_name) == ("Ann", "Lee")


def test_moodle_participants() -> None:
    found = listing(participants(CLASS))
    assert found.system == "moodle"
    assert found.people[2].student.sections == ("Tuesday",)


def test_a_list_in_another_language_says_its_columns() -> None:
    text = "Kennung,Nom complet,Adresse de courriel,Statut\nParticipant 7,Ann Lee,a@x.org,Remis\n"
    found = listing(
        text, "moodle", participant="Kennung", name="nom complet", email="Adresse de courriel"
    )
    student = found.people[0].student
    assert (student.id, student.moodle_id, student.last_name) == ("a@x.org", "7", "Lee")
    with pytest.raises(TableError, match="no column 'Nom'"):
        listing(text, name="Nom")
    with pytest.raises(TableError, match="'nam' is nothing"):
        listing(text, nam="Kennung")
    with pytest.raises(TableError, match="no row below it"):
        listing("id,email\n")


def test_moodle_without_names(roster: Roster) -> None:
    """Where names are hidden, numbers tell who it is."""
    known = take(roster, worksheet(CLASS)).roster
    text = "Identifier,Status\nParticipant 101,Submitted\nParticipant 9,Submitted\n"
    found = take(known, text, "moodle")
    assert [problem.line for problem in found.problems] == [3]
    assert not found.added


def test_brightspace() -> None:
    """Its ids begin with a sign, so that spreadsheets leave their zeros."""
    text = "OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\n"
    found = listing(f"{text}#00712,#ann,Lee,Ann,ann@x.org,#\n")
    student = found.people[0].student
    assert (found.system, student.id) == ("brightspace", "ann")
    assert (student.sis_id, student.sis_login, student.name) == ("00712", "ann", "Ann Lee")


def test_nbgrader_and_plain() -> None:
    text = "id,first_name,last_name,email,lms_user_id\nann,Ann,Lee,ann@x.org,9\n"
    found = listing(text)
    assert found.system == "nbgrader"
    assert found.people[0].student.lms_user_id == "9"
    plain = listing("Name;Student ID\nAnn Lee;007\n")
    assert (plain.system, plain.people[0].student.id) == ("plain", "007")


def test_github_logins_come_to_students_by_whatever_names_them(roster: Roster) -> None:
    text = (
        "identifier,github_username,github_id,name\nAnn Lee,octoann,1,\nbob,octobob,2,\nS103,,,\n"
    )
    found = take(roster, text)
    logins = {each.id: each.github for each in found.roster.students}
    assert (logins["ann"], logins["bob"], logins["eve"]) == ("octoann", "octobob", "")
    assert not found.added
    assert not found.dropped  # such a list is no roster


# Two lists
def test_the_same_list_again_changes_nothing(roster: Roster) -> None:
    found = take(roster, canvas_export(CLASS))
    assert [*found.added, *found.changed, *found.returned, *found.dropped] == []
    assert found.roster == roster


def test_another_systems_list_comes_to_the_same_students(roster: Roster) -> None:
    found = take(roster, worksheet(CLASS))
    assert not found.added
    assert {*found.by_name} == {person.login for person in CLASS}
    ann = found.roster.get("ann")
    assert (ann.canvas_id, ann.moodle_id, ann.email) == ("101", "101", "ann@example.edu")
    assert ann.sections == ("Monday",)  # of which the worksheet tells nothing
    # The next one knows them by address.
    assert not take(found.roster, participants(CLASS)).by_name


def test_zeros_that_a_spreadsheet_has_taken_are_missed() -> None:
    text = "id,first_name,last_name,email\n00712,Bob,Ray,b@x.org\n88,Al,Po,a@x.org\n"
    roster = take(Roster(), text).roster
    for lost in (text.replace("00712", "712"), text.replace("00712,Bob,Ray,b@x.org", "712,,,")):
        found = take(roster, lost)
        assert ["zeros from '00712'" in each.text for each in found.problems] == [True]
        assert (found.added, found.dropped) == ((), ())
    # The other way about: what was taken in first had lost them.
    late = take(take(Roster(), text.replace("00712", "712")).roster, text.replace("b@x.org", ""))
    assert ["without the zeros" in each.text for each in late.problems] == [True]
    # Two who are both in the list are two.
    assert [each.id for each in take(roster, f"{text}0712,Cy,Ko,c@x.org\n").added] == ["0712"]


def test_a_number_that_comes_with_its_zeros_is_put_right(roster: Roster) -> None:
    export = canvas_export(CLASS).replace(b"S101", b"00101")
    lost = take(roster, export.replace(b"00101", b"101")).roster
    assert take(lost, export).roster.get("ann").sis_id == "00101"
    assert take(take(lost, export).roster, export.replace(b"00101", b"101")).problems


def test_another_id_of_somebody_known_is_said(roster: Roster) -> None:
    """The id names a folder and an entry of the gradebook, so it stays what it is."""
    moved = replace(CLASS[0], login="ann9")
    found = take(roster, canvas_export([moved, *CLASS[1:]]))
    assert (found.other_ids, found.added) == ({"ann": "ann9"}, ())
    assert found.roster.get("ann").sis_login == "ann9"
    assert not take(found.roster, canvas_export([moved, *CLASS[1:]])).other_ids
    known = take(roster, worksheet(CLASS)).roster
    text = "id,first_name,last_name,email\nann9,Ann,Lee,ann@example.edu\nbob,Sean,O'Brien,\n"
    assert take(known, text).other_ids == {"ann": "ann9"}
    # What another system calls somebody is no other id.
    assert not take(roster, worksheet(CLASS)).other_ids


def test_an_id_in_other_capitals_is_the_same(roster: Roster) -> None:
    found = take(roster, "id,email\nAnn,\nBOB,\n")
    assert (found.added, found.other_ids) == ((), {"ann": "Ann", "bob": "BOB"})
    # Where a list has both, they are two.
    assert [each.id for each in take(roster, "id,email\nAnn,\nann,\n").added] == ["Ann"]


def test_a_namesake_is_another_person(roster: Roster) -> None:
    other = Person("ann2", "Ann", "Lee", 999)
    assert [each.id for each in take(roster, canvas_export([*CLASS, other])).added] == ["ann2"]
    both = take(take(roster, canvas_export([*CLASS, other])).roster, worksheet([other]))
    assert [each.id for each in both.added] == ["ann2@example.edu"]  # nobody knows which it is


def test_dropped_and_back(roster: Roster) -> None:
    gone = take(roster, canvas_export(CLASS[1:]))
    assert [each.id for each in gone.dropped] == ["ann"]
    assert gone.roster.get("ann").dropped == DAY
    assert gone.roster.get("ann").canvas_id == "101"
    assert "ann" not in {each.id for each in gone.roster.present}
    back = take(gone.roster, canvas_export(CLASS))
    assert [each.id for each in back.returned] == ["ann"]
    assert not back.roster.get("ann").dropped


def test_who_another_system_named_is_not_dropped_by_this_one(roster: Roster) -> None:
    assert not take(roster, "id,email\nzed,zed@x.org\n").dropped


def test_another_classs_list_drops_nobody(roster: Roster) -> None:
    with pytest.raises(TooManyDroppedError, match="6 of the 7"):
        take(roster, canvas_export(CLASS[:1]))
    few = listing(canvas_export(CLASS[:1]))
    assert not imported(roster, few, DAY, partial=True).dropped
    assert len(imported(roster, few, DAY, anyway=True).dropped) == 6


def test_ids_that_cannot_be(roster: Roster) -> None:
    text = (
        "id,email\n../etc,a@x.org\n.hidden,b@x.org\nok,c@x.org\nok,d@x.org\n,\n\u202eann,e@x.org\n"
    )
    found = take(Roster(), text)
    assert [each.id for each in found.added] == ["ok"]
    assert [problem.line for problem in found.problems] == [2, 3, 5, 7]
    assert "whom line 4 names" in found.problems[2].text
    # While rows cannot be taken, nobody is taken for dropped.
    assert not take(take(Roster(), "id,email\nx,x@x.org\n").roster, text).dropped


def test_numbers_that_a_spreadsheet_spoilt() -> None:
    text = 'Student,ID,SIS User ID,SIS Login ID,Section\n"L, A",1.23457E+11,7,ann,x\n'
    found = take(Roster(), text)
    assert "1.23457E+11" in found.problems[0].text
    assert not found.added


def test_numbers_that_a_program_made_fractions_of() -> None:
    """As pandas does where one is missing."""
    found = take(Roster(), "id,name\n12345.0,Ann Lee\n007,Bo Li\n")
    assert [each.id for each in found.added] == ["007"]
    assert "'12345.0'" in found.problems[0].text


def test_what_nobody_sees_makes_no_other_student() -> None:
    text = "\u200bid\u00a0,name\nann\u00a0,Ann Lee\nbob\u200b,\u200fسارة علي\u200e\nb\u200bob,X Y\n"
    found = take(Roster(), text)
    assert [each.id for each in found.added] == ["ann", "bob"]
    assert found.added[1].first_name == "سارة"
    assert "nobody sees" in found.problems[0].text


def test_a_header_in_another_spelling() -> None:
    """macOS writes é as two characters, in a list or on the command line."""
    apart = unicodedata.normalize("NFD", "Prénom,Adresse\nZoë,z@x.org\n")
    for text in (apart, unicodedata.normalize("NFC", apart)):
        for name in ("Prénom", unicodedata.normalize("NFD", "Prénom")):
            found = listing(text, first_name=name, email="Adresse")
            assert found.people[0].student.first_name


def test_sections_in_two_spellings_are_one(course: Course) -> None:
    apart = unicodedata.normalize("NFD", "Übung")
    text = f"id,section\nann,Übung\nbob,{apart}\n"
    sections = {each.sections for each in take(Roster(), text).added}
    assert sections == {("Übung",)}
    Roster.of([Student("ann", sections=(apart,))]).save(course)
    assert Roster.load(course).sections_of("ann") == ("Übung",)


@pytest.mark.parametrize("said", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_line_by_which_excel_knows_the_separator(said: str) -> None:
    table = parse_table(f"{said}\r\nid;name, full\r\nann;Ann, Lee\r\n")
    assert table.columns == ("id", "name, full")
    assert [(row.line, row.get("name, full")) for row in table.rows] == [(3, "Ann, Lee")]


def test_one_rows_ids_of_two_students_are_not_guessed() -> None:
    known = Roster.of([Student("a", email="a@x.org"), Student("b", canvas_id="7")])
    text = 'Student,ID,SIS Login ID,Section,Email\n"A, A",7,,x,A@x.org\n'
    found = take(known, text)
    assert "a, b" in found.problems[0].text
    assert not found.changed


# Files
def test_encodings(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    text = "id,first_name\nzoe,Zo\u00eb\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path.write_bytes(text.encode(encoding))
        assert read_table(path).rows[0].get("first_name") == "Zo\u00eb"
    path.write_bytes(text.encode("cp1252"))
    with pytest.raises(TableError, match="line 2 is not utf-8"):
        read_table(path)
    assert read_table(path, "cp1252").rows[0].get("first_name") == "Zo\u00eb"
    for said in ("utf-8", "cp1252"):  # a mark knows better than who types the command
        path.write_bytes(text.encode("utf-8-sig"))
        assert read_table(path, said).rows[0].cells == {"id": "zoe", "first_name": "Zo\u00eb"}
    path.write_bytes(text.encode("cp1252"))
    with pytest.raises(TableError, match="no encoding"):
        read_table(path, "klingon")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"PK\x03\x04xxxx", "spreadsheet"),
        (b'a,b\n"x,1\n', "no CSV"),
        (b"a\0b", "no text"),
    ],
)
def test_what_is_no_table(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    with pytest.raises(TableError, match=said):
        read_table(path)
    with pytest.raises(TableError, match="cannot be read"):
        read_table(tmp_path)


def test_what_ids_are_made_of() -> None:
    table = parse_table(decoded(canvas_export(CLASS)))
    assert read_listing(table, id_from="sis_id").people[0].student.id == "S101"
    assert read_listing(table, id_from="canvas_id").people[0].student.id == "101"
    with pytest.raises(TableError, match="not of 'name'"):
        read_listing(table, id_from="name")


def test_nobody_in_it() -> None:
    with pytest.raises(TableError, match="colour, size"):
        listing("colour,size\nred,3\n")


def test_a_roster_that_an_editor_marked_is_read(course: Course, roster: Roster) -> None:
    roster.save(course)
    course.roster.write_bytes(b"\xef\xbb\xbf" + course.roster.read_bytes())
    assert Roster.load(course) == roster


def test_the_roster_is_kept_whole(course: Course, roster: Roster) -> None:
    spelt = Student("zoe\u0308", sections=("A", "B"), moodle_ids=("1", "2"))
    roster.with_students([spelt]).save(course)
    found = Roster.load(course)
    assert found.get("zo\u00eb") == replace(spelt, id="zo\u00eb")
    assert found.get("nobody") == Student("nobody")
    assert course.roster.stat().st_mode & 0o077 == 0
    for text in ("{", "[]", '{"format": 9, "students": []}', '{"format": 1, "students": [{}]}',
                 '{"format": 1, "students": [{"id": "a"}, {"id": "a"}]}',
                 '{"format": 1, "students": [{"id": "a", "age": "7"}]}',
                 '{"format": 1, "students": [{"id": "a", "sections": "x"}]}'):  # fmt: skip
        course.roster.write_text(text)
        with pytest.raises(RosterError):
            Roster.load(course)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("id", "Total: 1"),
        ("id", "Sum: 31"),
        ("student_id,name", ",Average"),
        ("id,first_name,last_name,email", "Total students,,,"),
        ("id,first_name,last_name,email", "Gesamt: 12,,,"),
        ("First name,Last name,ID number,Email address", "Overall average,,,"),
        ("Vorname,Nachname,ID-Nummer,E-Mail-Adresse", "Gesamtmittelwert,,,"),
        ("OrgDefinedId,Username,Last Name,First Name", "Durchschnitt,12.5,,"),
        ("id,name", "Moyenne générale,"),
    ],
)
def test_a_row_of_figures_of_the_class_is_nobody(header: str, row: str) -> None:
    fields = header.split(",")
    found = listing(f"{header}\n{','.join(f'ann{n}' for n in range(len(fields)))}\n{row}\n")
    assert len(found.people) == 1
    assert [line.text for line in found.left_out] == ["a row of figures of the whole class"]


@pytest.mark.parametrize("row", ["sum,Li,Sum", "media,,", "total,Ann,Total", "max,,", "mean7,,"])
def test_who_is_called_as_a_figure_is_somebody(row: str) -> None:
    assert len(listing(f"id,first_name,last_name\n{row}\n").people) == 1
