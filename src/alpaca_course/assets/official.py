"""Keras' own ImageNet files for MobileNetV2 1.0, from where Keras itself would fetch them.

Keras passes no hash for them, and none is published: their structure is checked, and their sha256
recorded on first use, so that a change is noticed afterwards.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from alpaca_course.assets.errors import AssetError
from alpaca_course.assets.network import in_words, why_unreachable
from alpaca_course.files import Tick

# keras.src.applications.mobilenet_v2.BASE_WEIGHT_PATH
OFFICIAL_URL = "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/"
# keras.src.applications.imagenet_utils.CLASS_INDEX_PATH, and the md5 that Keras checks
CLASS_INDEX_URL = (
    "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json"
)
CLASS_INDEX_HASH = "md5:c2c37ea517e94d9795004a39431a14cb"
CLASS_INDEX = "imagenet_class_index.json"
SIZES = (96, 128, 160, 192, 224)
TOP_SIZE = 160


def file_name(size: int, *, top: bool = False) -> str:
    """The name under which Keras looks for the file of one input size."""
    kind = "" if top else "_no_top"
    return f"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_{size}{kind}.h5"


def why_official_unreachable(url: str = OFFICIAL_URL) -> str | None:
    """None when the official files can be fetched now, else the reason; takes a few seconds."""
    return why_unreachable(url + file_name(TOP_SIZE))


def extra_files() -> list[str]:
    """What the lab's look at the whole network needs: the file with top and the class index."""
    return [file_name(TOP_SIZE, top=True), CLASS_INDEX]


def download(
    folder: Path, *, url: str, timeout: float, tick: Tick, class_index_url: str = CLASS_INDEX_URL
) -> list[str]:
    """Fetch the file of every input size, and :func:`extra_files` as far as they can be had.

    Returns:
        The extra files that could not be fetched.

    Raises:
        AssetError: the file of an input size could not be fetched whole.
    """
    import pooch

    pooch.get_logger().setLevel(logging.ERROR)
    extras = extra_files()
    wanted: dict[str, tuple[str, str | None]] = {
        name: (url + name, None) for name in (*map(file_name, SIZES), extras[0])
    }
    wanted[CLASS_INDEX] = (class_index_url, CLASS_INDEX_HASH)

    def fetch(name: str) -> None:
        address, known_hash = wanted[name]
        downloader = pooch.HTTPDownloader(timeout=timeout)
        pooch.retrieve(
            address, known_hash=known_hash, fname=name, path=folder, downloader=downloader
        )

    what = "Official weights"
    missing = []
    tick(what, 0, len(wanted))
    with ThreadPoolExecutor(max_workers=3) as pool:
        jobs = {pool.submit(fetch, name): name for name in wanted}
        for done, job in enumerate(as_completed(jobs), start=1):
            name = jobs[job]
            # requests and urllib3 raise many kinds; whichever it is, this file is not there.
            if error := job.exception():
                if name not in extras:
                    pool.shutdown(cancel_futures=True)
                    reason = in_words(error, timeout)
                    raise AssetError(
                        f"{name} could not be fetched from {url} ({reason}). What was there is as "
                        "it was. Weights that come another way: alpaca weights --source standin"
                    ) from error
                missing.append(name)
            tick(what, done, len(wanted))
    return missing
