"""Certificates of a cluster: an authority of its own, and one each for who belongs to it.

Made by the `openssl` program, as any system has it; nothing of it runs where a cluster is used.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from alpaca_course.cluster.link import Address, ClusterError

WHO = ("scheduler", "worker", "grader")
AUTHORITY = "ca"
DAYS = 365
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
# What Python's strict checks ask for of a certificate that is no authority's.
_EXTENSIONS = "basicConstraints=CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"


def make(folder: Path, days: int = DAYS) -> list[Path]:
    """Make all certificates and keys in a folder that is new or empty.

    Args:
        folder: for its owner alone.
        days: that they are valid.

    Raises:
        ClusterError: there is something in it already, or no `openssl`.
    """
    if shutil.which("openssl") is None:
        raise ClusterError("openssl, which makes certificates, is missing: apt install openssl")
    if folder.exists() and any(folder.iterdir()):
        raise ClusterError(f"{folder} is not empty: certificates that are in use are not replaced.")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    certificate, key = _paths(folder, AUTHORITY)
    usage = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"]
    _openssl("req", "-x509", *_KEY, "-days", days, *usage, *_named(AUTHORITY, key), certificate)
    extensions, request = folder / "extensions", folder / "request"
    extensions.write_text(_EXTENSIONS)
    by: list[str | Path] = ["-CA", certificate, "-CAkey", key, "-CAcreateserial"]
    by += ["-extfile", extensions]
    for who in WHO:
        theirs, secret = _paths(folder, who)
        _openssl("req", *_KEY, *_named(who, secret), request)
        _openssl("x509", "-req", "-in", request, *by, "-days", days, "-out", theirs)
        secret.chmod(0o600)
    for path in (extensions, request, *folder.glob("*.srl")):
        path.unlink()
    key.chmod(0o600)
    return sorted(folder.iterdir())


def address(url: str, folder: Path, who: str) -> Address:
    """A scheduler's address with what ``who`` has of the certificates in ``folder``."""
    return Address(url, _paths(folder, AUTHORITY)[0], *_paths(folder, who))


def _paths(folder: Path, who: str) -> tuple[Path, Path]:
    return folder / f"{who}.pem", folder / f"{who}.key"


def _named(who: str, key: Path) -> list[str | Path]:
    return ["-subj", f"/CN=alpaca {who}", "-keyout", key, "-out"]


def _openssl(*words: str | int | Path) -> None:
    done = subprocess.run(
        ["openssl", *map(str, words)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ClusterError(f"openssl cannot make the certificates: {done.stderr.strip()[-500:]}")
