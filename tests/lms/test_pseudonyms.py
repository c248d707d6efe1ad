"""Names and ids do not stay in text, whatever the script; code stays code."""

from __future__ import annotations

import pytest

from alpaca_course.archiving.anonymous import still_there
from alpaca_course.lms.pseudonyms import Person, Pseudonyms, words_of

PEOPLE = {
    Person("ann", "Ann", "Lee", ("ann.lee@uni.example", "1234567")): "s1",
    Person("mueller-j", "José", "Müller-Lüdenscheidt", ("jml@uni.example",)): "s2",
    Person("liming", "明", "李", ()): "s3",
    Person("hari", "हरि", "शर्मा", ()): "s4",
    Person("u77777", "سارة", "علي", ()): "s5",
    Person("ivanova", "Мария", "Иванова", ()): "s6",
    Person("adam", "Adam", "Kim", ()): "s7",
    Person("max1", "Max", "O'Brien", ()): "s8",
    Person("ojdf", "Al", "Ng", ()): "s9",
}
VOCABULARY = words_of("Compile with Adam and max pooling; the model is x")


@pytest.fixture(scope="module")
def pseudonyms() -> Pseudonyms:
    return Pseudonyms(PEOPLE, VOCABULARY)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("# by Ann Lee", "# by s1"),
        ("# by LEE, ann (1234567)", "# by s1 (s1)"),
        ("ann.lee@uni.example wrote to jml@uni.example.", "s1 wrote to s2."),
        ("/home/annlee/lab_ann_final.ipynb", "/home/s1/lab_s1_final.ipynb"),
        ("leeann_LATE_101_4567_lab.ipynb", "s1_LATE_101_4567_lab.ipynb"),
        ("Jose Muller-Ludenscheidt, JOSÉ MÜLLER-LÜDENSCHEIDT", "s2, s2"),
        ("Jose\u0301 Mu\u0308ller-Lu\u0308denscheidt", "s2"),
        ("作者：李明，谢谢", "作者：s3，谢谢"),
        ("李 明 wrote this", "s3 wrote this"),
        ("हरि शर्मा ने लिखा", "s4 ने लिखा"),
        ("سارة علي", "s5"),
        ("Иванова Мария", "s6"),
        ("optimizer = Adam(1e-3)  # thanks to Adam Kim", "optimizer = Adam(1e-3)  # thanks to s7"),
        ("adam said so", "s7 said so"),
        ("y = max(x)  # Max said so", "y = max(x)  # s8 said so"),
        ("O'Brien, Max", "s8"),
        ("O’Brien", "s8"),
        ("Ng and Al", "s9 and s9"),
        ("planning the annotation of alpacas", "planning the annotation of alpacas"),
        ("12345678 and 101", "12345678 and 101"),
    ],
)
def test_who_somebody_is_does_not_stay(text: str, wanted: str, pseudonyms: Pseudonyms) -> None:
    assert pseudonyms.text(text) == wanted


def test_all_texts_of_data_are_looked_at(pseudonyms: Pseudonyms) -> None:
    data = {"ann": [{"text": "by Ann Lee"}, 3, None], "user": {"displayName": "Lee, Ann"}}
    assert pseudonyms.data(data) == {
        "s1": [{"text": "by s1"}, 3, None],
        "user": {"displayName": "s1"},
    }


def test_an_id_that_is_a_word_of_the_lab_is_replaced_where_it_is_an_id() -> None:
    pseudonyms = Pseudonyms({Person("model"): "s1", Person("a"): "s2"}, VOCABULARY)
    data = [{"student": "model", "text": "the model"}, {"student": "a"}]
    assert pseudonyms.data(data) == [{"student": "s1", "text": "the model"}, {"student": "s2"}]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("said ann lee to him", ["ann"]),
        ("JML@uni.example", ["mueller-j"]),
        ("作者：李明，谢谢", ["liming"]),
        ("Lee met Ann's sister, planning", []),
        ("1234567", []),
    ],
)
def test_the_last_look_finds_what_stands_as_it_is_written(text: str, who: list[str]) -> None:
    assert still_there(text.encode(), PEOPLE) == who
