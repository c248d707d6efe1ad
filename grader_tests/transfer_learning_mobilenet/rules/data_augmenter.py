"""Rules of UNQ_C1, ``data_augmenter()``.

Chance: 24 pictures pass through the random layers. A correct flip changes none of them, or all,
with probability 2 x 2**-24; a correct rotation turns all of them by less than half of its range
with probability 2**-24, by less than half of what another 24 were turned with no more, and all of
them to one side with probability 2 x 2**-24. No verdict depends on chance with more than one in a
million.
"""

from __future__ import annotations

from collections.abc import Sequence

from alpaca_course.contract.rule import (
    Exercise,
    Fault,
    Outcome,
    Undecided,
)
from alpaca_course.keras_probe.seen import StageSeen
from grader_tests.transfer_learning_mobilenet.rules.measured import contents_kept, turns
from grader_tests.transfer_learning_mobilenet.rules.words import (
    NOT_ASKED,
    NOT_DEFINED,
    OLD_PLACE,
    function_fault,
    hint_of,
    listing,
    number,
)
from notebooks.transfer_learning_mobilenet.evidence import probes
from notebooks.transfer_learning_mobilenet.evidence.seen import (
    DataAugmenterEvidence,
    MarksSeen,
    SizeSeen,
)

EXERCISE: Exercise[DataAugmenterEvidence] = Exercise("data_augmenter", DataAugmenterEvidence)
RANGE = 0.2
# Of 24 angles in 41 hundredths of a turn, fewer than 8 are different with probability
# (41 over 7) (7 / 41)**24, which is below 1e-10.
FEW = 8
KINDS = ["RandomFlip", "RandomRotation"]
# Beyond what pixels have: values that brighter light may give are other rules' matter.
_GLARING = 255.0
_NOTHING = Undecided("it returns nothing that could be looked at.", "sequential")


@EXERCISE.premise
def answers_the_challenge(e: DataAugmenterEvidence) -> str | None:
    """Sizes and numbers of pictures are those that this execution asked for."""
    asked = probes.augmenter_sizes(e.challenge)
    # One that only takes pictures of its own size is looked at there, and once.
    sizes = [(size.height, size.width) for size in e.sizes]
    marks = [e.turned, *(size.marks for size in e.sizes)]
    counts = [len(each.places) for each in marks if each is not None]
    counts += [size.pictures for size in e.sizes if size.pictures]
    if e.flips is not None:
        faces = (e.flips.same, e.flips.horizontal, e.flips.vertical, e.flips.both, e.flips.other)
        counts += [e.flips.pictures, sum(faces)]
    if (len(sizes) > 1 and sizes != list(asked)) or any(n != probes.PICTURES for n in counts):
        return NOT_ASKED
    return None


@EXERCISE.rule(
    points=2,
    title="Returns a Sequential model",
    expected="A Keras Sequential model that holds the augmentation layers.",
    why="One object that holds all augmentation can be put into any model as a single layer.",
)
def sequential(e: DataAugmenterEvidence) -> Outcome:
    if e.form in ("sequential", "chain"):
        return None
    seen = function_fault("data_augmenter", e.function)
    if e.function.returned.startswith("the class ") and e.function.status == "returned":
        return Fault(seen, "A class is not yet a model: call it, with its layers.")
    if e.function.returned == "None" and e.function.status == "returned":
        return Fault(
            seen,
            "Is there a return statement at its end, and does what stands in it hold the model? "
            "A model's add changes the model and gives nothing back.",
        )
    if e.function.status == "missing":
        return Fault(
            seen,
            "Did its cell run, and does the function still have the name that it was handed out "
            "with?",
        )
    if e.function.error:
        return Fault(seen, hint_of(e.function.error.text, _HINTS))
    if e.function.returned == "tuple":
        return Fault(seen, "A comma behind a value makes a tuple of it, also at a line's end.")
    return Fault(seen, "Build the model inside the function and return it.")


@EXERCISE.rule(
    points=4,
    title="Exactly the two layers, in order",
    expected="Two layers: first the one that flips, then the one that rotates.",
    why="Each further random change makes other pictures than the lab is about.",
)
def layers(e: DataAugmenterEvidence) -> Outcome:
    if e.form not in ("sequential", "chain"):
        return _NOTHING
    kinds = [stage.kind for stage in e.layers]
    if kinds == KINDS:
        return None
    seen = f"The layers are: {listing(e.layers)}."
    if kinds == KINDS[::-1]:
        return Fault(seen, "Both layers are there, in swapped order.")
    missing = [kind for kind in KINDS if kind not in kinds]
    if missing:
        return Fault(
            seen,
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing."
            if kinds
            else "",
        )
    return Fault(seen, "There are more layers than the two that were asked for.")


@EXERCISE.rule(
    points=4,
    title="Flips from left to right only",
    expected="Pictures are mirrored left to right at random, and never turned upside down.",
    why="An alpaca looks the same from the left and the right, but nobody photographs it upside "
    "down: the network would learn pictures that do not occur.",
)
def horizontal_flip(e: DataAugmenterEvidence) -> Outcome:
    flips = e.flips
    if flips is None:
        return _not_there(e, "RandomFlip", "flips")
    mode = _first(e.layers, "RandomFlip").mode
    said = f" (its mode is {mode!r})" if mode else ""
    if flips.vertical and not flips.horizontal:
        return Fault(
            f"The flip is vertical{said}: pictures are turned upside down.",
            "Which way should they be mirrored?",
        )
    if flips.vertical or flips.both:
        return Fault(
            f"The flip goes both ways, horizontal and vertical{said}.",
            "Without a mode, the layer flips both ways; say which way you want.",
        )
    if flips.other:
        return Fault(f"The flip layer changes pictures in another way{said}.")
    if not flips.horizontal:
        return Fault(
            f"In training none of {flips.pictures} pictures was flipped{said}.",
            "" if mode in (None, "horizontal") else "That is no word for a direction to Keras.",
        )
    if not flips.same:
        return Fault(f"Every one of {flips.pictures} pictures was flipped: this is not random.")
    return None


@EXERCISE.rule(
    points=4,
    title="Rotates by up to a fifth of a full turn",
    expected="Rotation by a random angle of at most 0.2 of a full turn, in both directions.",
    why="The layer's factor is a fraction of a full turn (2π), not an angle in degrees.",
)
def rotation_range(e: DataAugmenterEvidence) -> Outcome:
    if e.function.error is not None and "factor" in e.function.error.text:
        return Fault(
            f"RandomRotation refused its factor: {e.function.error.text}",
            "The number is one that it takes; its kind is not. Give a plain number, without "
            "quotes and not one of NumPy."
            if _is_in_range(e.function.error.text)
            else "Is it given in degrees or radians? It is a fraction of a full turn.",
        )
    if e.turned is None:
        return _not_there(e, "RandomRotation", "rotates")
    factor = _first(e.layers, "RandomRotation").factor
    if factor is None:
        return Fault("The rotation layer does not say how far it rotates.")
    if not _close(factor):
        low, high = factor
        seen = f"The rotation goes from {number(low)} to {number(high)} of a full turn."
        if max(abs(low), abs(high)) > 1:
            return Fault(seen, "Is it given in degrees or radians? 1 is a full turn.")
        if abs(low + high) > 1e-6:
            return Fault(seen, "It should reach as far clockwise as counter-clockwise.")
        return Fault(seen, "Compare the range with the one in the text.")
    return _turning_fault(e, e.turned)


@EXERCISE.rule(
    points=2,
    title="Random in training",
    expected="In training, pictures come out changed, each in its own way.",
    why="In every epoch the network should see other versions of the same pictures.",
)
def random_in_training(e: DataAugmenterEvidence) -> Outcome:
    tried = [size for size in e.sizes if size.pictures]
    if not tried:
        return _nothing_tried(e)
    if not all(size.shape_kept for size in tried):
        return Undecided("pictures come out in another shape.", "keeps_shape")
    still = [size for size in tried if not size.changed]
    if still:
        return Fault(f"In training none of {still[0].pictures} pictures was changed.")
    fixed = [size for size in tried if size.repeated == size.pictures]
    if fixed:
        return Fault(
            f"In training all of {fixed[0].pictures} pictures come out the same at every call: "
            "this is not random."
        )
    if [stage.kind for stage in e.layers] != KINDS:
        return None
    outside = max(size.outside or 0.0 for size in tried)
    if outside > _GLARING:
        return Fault(
            f"In training, values come out that lie {number(outside)} beyond those of pixels, 0 to "
            "255.",
            "What a turn leaves empty is filled with what is near, or with a value of a pixel.",
        )
    faults = (_whole_fault(e, size) for size in tried)
    return next((fault for fault in faults if fault is not None), None)


@EXERCISE.rule(
    points=1,
    title="Changes nothing when predicting",
    expected="When the model predicts, pictures come out exactly as they went in.",
    why="A prediction must not depend on chance.",
    needs=("random_in_training",),
)
def identity_in_inference(e: DataAugmenterEvidence) -> Outcome:
    tried = [size for size in e.sizes if size.pictures]
    if not tried:
        return _nothing_tried(e)
    largest = [size.largest_change for size in tried]
    if any(change is None or change > 0.01 for change in largest):
        return Fault("When predicting, pictures come out changed.")
    return None


@EXERCISE.rule(
    points=1,
    title="Keeps the shape of pictures",
    expected="Pictures keep their height, width and three channels, at any size, as floats.",
    why="The network behind the augmentation expects pictures of the size it was built for.",
)
def keeps_shape(e: DataAugmenterEvidence) -> Outcome:
    if not e.sizes:
        return _nothing_tried(e)
    for size in e.sizes:
        where = f"Pictures of {size.height} × {size.width} pixels"
        if size.error is not None:
            return Fault(f"{where} were refused: {size.error.type}.")
        if not size.shape_kept:
            return Fault(f"{where} come out in another shape.")
        if size.dtype != "float32":
            return Fault(f"{where} come out as {size.dtype} instead of float32.")
    sides = [(size.height, size.width) for size in e.sizes]
    if len(sides) == 1 and sides != [(probes.LAB_SIZE, probes.LAB_SIZE)]:
        return Fault(
            f"It takes pictures of {sides[0][0]} × {sides[0][1]} pixels alone, and the notebook's "
            f"have {probes.LAB_SIZE} × {probes.LAB_SIZE}.",
            "Leave the size open, or take the notebook's.",
        )
    return None


@EXERCISE.rule(
    points=2,
    title="Gives a new model at each call",
    expected="Each call of data_augmenter() builds a new model with layers of its own.",
    why="Two models that share a layer share its random state and its input size as well.",
    needs=("sequential",),
)
def fresh_object(e: DataAugmenterEvidence) -> Outcome:
    if e.fresh is None:
        return _NOTHING
    if not e.fresh:
        return Fault(
            "Two calls gave the same model or shared a layer.",
            "Everything should be created inside the function, not taken from outside it.",
        )
    return None


# A pattern in an error's own words, and what may be behind it.
_HINTS = (
    ("'NoneType' object has no attribute 'add'", "A model's add changes it, and gives nothing."),
    ("Received: trainable=<", "A Sequential takes its layers as one list."),
    ("can be added to a Sequential model. Received: [", "A model's add takes one layer at a time."),
    (
        "can be added to a Sequential model. Received: <class",
        "A layer is made by calling its class, with its settings in brackets.",
    ),
    ("no attribute 'append'", "A list has append; a model takes a layer by another name."),
    ("missing a required argument: 'inputs'", "Brackets behind a model call it, on pictures."),
    ("required positional argument", "The notebook calls it without arguments."),
    NOT_DEFINED,
    ("experimental", OLD_PLACE),
)


def _is_in_range(text: str) -> bool:
    """Whether the factor that Keras refused is one that it takes: then its type is another."""
    try:
        return abs(float(text.rpartition("factor=")[2])) <= 1
    except ValueError:
        return False


def _turning_fault(e: DataAugmenterEvidence, seen: MarksSeen) -> Fault | None:
    """What the rotation layer alone does otherwise than its factor says."""
    found = turns(e.challenge, "turns", seen)
    if not contents_kept(seen, found) or any(motion.mirrored for motion in found):
        return Fault(
            "In training the rotation layer does something else to pictures than turning them.",
            "Take the layer of Keras as it is.",
        )
    angles = [motion.turn for motion in found]
    if max(map(abs, angles)) > RANGE + 0.02:
        return Fault("Pictures are turned further than the layer's factor says.")
    if max(map(abs, angles)) < RANGE / 2:
        return Fault(f"In training, {len(angles)} pictures were hardly turned.")
    if min(angles) >= 0 or max(angles) <= 0:
        return Fault(f"In training, {len(angles)} pictures were turned in one direction only.")
    if len({round(angle, 2) for angle in angles}) < FEW:
        return Fault(f"In training, {len(angles)} pictures were turned by the same few angles.")
    return None


def _whole_fault(e: DataAugmenterEvidence, size: SizeSeen) -> Fault | None:
    """What the augmenter as a whole does otherwise than its two layers, each by itself."""
    if size.marks is None:
        return None
    where = f"for pictures of {size.height} × {size.width} pixels"
    hint = "Let the pictures pass through both layers, one after the other, and nothing else."
    found = turns(e.challenge, f"augmenter {(size.height, size.width)}", size.marks)
    mirrored = [motion.mirrored for motion in found]
    alone = turns(e.challenge, "turns", e.turned) if e.turned else []
    reach = max((abs(motion.turn) for motion in alone), default=0.0)
    # A picture that is upside down is mirrored and turned by half: then turns say nothing of it.
    turned = max(abs(motion.turn) for motion in found)
    if not contents_kept(size.marks, found):
        return Fault(
            f"In training {where}, what is in them is changed instead of mirrored and turned.", hint
        )
    if e.flips and e.flips.horizontal and e.flips.same and len(set(mirrored)) < 2:
        return Fault(f"In training {where}, none or all of {len(found)} are mirrored.", hint)
    if turned < reach / 2:
        return Fault(
            f"In training {where}, none of {len(found)} is turned as the layer does.", hint
        )
    return None


def _close(factor: tuple[float, float]) -> bool:
    return abs(factor[0] + RANGE) < 1e-4 and abs(factor[1] - RANGE) < 1e-4


def _first(stages: Sequence[StageSeen], kind: str) -> StageSeen:
    return next((stage for stage in stages if stage.kind == kind), StageSeen(kind=kind))


def _not_there(e: DataAugmenterEvidence, kind: str, does: str) -> Outcome:
    if any(stage.kind == kind for stage in e.layers):
        return Fault(f"The layer that {does} could not be run on pictures.")
    return Undecided(f"there is no layer that {does}.", "layers")


def _nothing_tried(e: DataAugmenterEvidence) -> Outcome:
    errors = [size.error for size in e.sizes if size.error is not None]
    if errors:
        return Undecided(f"pictures could not be put through it ({errors[0].type}).", "keeps_shape")
    return _NOTHING
