"""What there is to grade, told from what lies on the disk alone."""

from __future__ import annotations

from alpaca_course.course import Course
from alpaca_course.files import is_file
from alpaca_course.gradebook.written import page_of
from alpaca_course.intake.submissions import students
from alpaca_course.judging.records import RecordStore
from alpaca_course.lab import Lab
from alpaca_course.watching.inlets import ExchangeInlet, PluginInlet, inlet
from alpaca_course.watching.outside import kept
from alpaca_course.watching.telling import Receipts


def pending(course: Course, lab: Lab, source: str) -> list[str]:
    """Students whose last hand-in is not graded, or has no page yet.

    Raises:
        CourseError: there is no such source.
    """
    hand_ins = inlet(course, lab, source, kept(course, lab))
    if isinstance(hand_ins, PluginInlet):
        newest = {}  # asking it would fetch
    else:
        newest = {each.student: each for each in hand_ins.arrivals()}
    receipts = Receipts(hand_ins.receipts, lab.name, lab.notebook)
    found = {name for name, each in newest.items() if not hand_ins.is_fetched(each)}
    if isinstance(hand_ins, ExchangeInlet):
        places = {name: hand_ins.place(each) for name, each in newest.items()}
        found |= {name for name, place in places.items() if not receipts.is_over(place)}
    records = RecordStore(course, lab)
    for student in students(course, lab):
        record = records.load(student)
        graded = record is not None and bool(record.fingerprint or record.ending is None)
        if not graded or not is_file(page_of(course, lab, student)):
            found.add(student)
    return sorted(each for each in found if not course.leaves_out(each))
