"""Who is next: fair between students, and none waits for ever."""

from __future__ import annotations

from alpaca_course.watching.queue import APART_PATIENCE, LAST_BACKOFF, Queue, Waiting


def taken(queue: Queue, now: float = 0.0) -> list[str]:
    """Who can begin now, one after the other."""
    found = []
    while (each := queue.take(now)) is not None:
        found.append(each.student)
    return found


def test_first_come_first_served_and_a_correction_keeps_the_place() -> None:
    queue = Queue()
    for student in ("ann", "bob", "cem", "ann"):
        queue.add(student, 0.0)
    assert queue.positions() == {"ann": 1, "bob": 2, "cem": 3}
    assert taken(queue) == ["ann", "bob", "cem"]


def test_one_at_a_time_of_each_student() -> None:
    queue = Queue()
    queue.add("ann", 0.0)
    assert taken(queue) == ["ann"]
    queue.add("ann", 1.0)
    queue.add("bob", 2.0)
    assert taken(queue, 3.0) == ["bob"]
    queue.done("ann")
    assert taken(queue, 3.0) == ["ann"]


def test_who_hands_in_often_does_not_keep_others_waiting() -> None:
    queue, served = Queue(), []
    queue.add("eager", 0.0)
    for number in range(4):
        queue.add(f"s{number}", 0.0)
    for _ in range(5):
        found = queue.take(0.0)
        assert found is not None
        served.append(found.student)
        queue.done(found.student)
        queue.add("eager", 0.0)
    assert served == ["eager", "s0", "s1", "s2", "s3"]


def test_a_look_gives_way_but_not_for_ever() -> None:
    queue = Queue()
    queue.add("old", 0.0, look=True)
    queue.add("new", 0.0)
    assert queue.positions() == {"new": 1}
    served = []
    for number in range(200):
        queue.add(f"n{number}", 0.0)
        found = queue.take(0.0)
        assert found is not None
        queue.done(found.student)
        served.append(found.student)
    assert served[0] == "new"
    assert "old" in served


def apart(queue: Queue, student: str, now: float) -> Waiting:
    """A hand-in that was begun, and found to be not plain."""
    queue.add(student, now)
    found = queue.take(now)
    assert found is not None
    found.apart = True
    queue.again(found, now, wait=False)
    return found


def test_what_is_not_plain_runs_alone_when_nobody_else_waits() -> None:
    queue = Queue()
    apart(queue, "odd", 0.0)
    queue.add("ann", 0.0)
    assert queue.positions() == {"ann": 1, "odd": 2}
    assert taken(queue) == ["ann"]
    queue.done("ann")
    assert taken(queue) == ["odd"]
    queue.add("bob", 0.0)
    assert taken(queue) == []
    queue.done("odd")
    assert taken(queue) == ["bob"]


def test_what_is_not_plain_has_its_turn_under_load_and_only_one_at_a_time() -> None:
    queue = Queue()
    apart(queue, "odd", 0.0)
    apart(queue, "odder", 0.0)
    queue.add("ann", 0.0)
    assert taken(queue, 1.0) == ["ann"]
    queue.add("bob", APART_PATIENCE)
    # ann still runs: nobody begins, so that it will be alone.
    assert taken(queue, APART_PATIENCE) == []
    queue.done("ann")
    assert taken(queue, APART_PATIENCE) == ["odd"]
    queue.done("odd")
    assert taken(queue, APART_PATIENCE + 1) == ["bob"]


def test_what_fails_is_tried_again_later_each_time_and_keeps_its_place() -> None:
    queue = Queue()
    queue.add("ann", 0.0)
    queue.add("bob", 0.0)
    times = []
    now = 0.0
    for _ in range(12):
        found = queue.take(now)
        assert found is not None
        if found.student != "ann":
            queue.done(found.student)
            continue
        queue.again(found, now, wait=True, why="later")
        times.append(found.not_before - now)
        now = found.not_before
    assert times == sorted(times)
    assert times[-1] == LAST_BACKOFF
    queue.add("ann", now)
    assert queue.waiting["ann"].tries == 0
    assert queue.waiting["ann"].place == 1
