"""`python -m hooks.hub.prefetch ID...`: downloads checkpoints at their pins and checks their bytes.

The Hub's client shows progress bars. A connection that breaks it takes up where it stopped; a file
of a download that was ended is fetched again, and what is left of it removed. Afterwards each large
file's SHA-256 is computed and compared with the one that the Hub states for the revision.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from hooks.core.paths import ROOT
from hooks.core.registry import UNPINNED, Checkpoint, RegistryError, load

# Weights for other frameworks, which no demo loads.
OTHERS = (".h5", ".msgpack", ".ot", ".onnx", ".tflite", ".mlmodel", ".gguf", ".pb")
ABANDONED = 3600  # seconds without a byte, after which a partial file is nobody's
OTHER_FOLDERS = ("onnx", "openvino", "coreml", "flax", "tf", "gguf", "original")

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # what the system says of a full disk


class PrefetchError(Exception):
    """A checkpoint could not be had. The message says which, why, and how to mend it."""


@dataclass(frozen=True)
class Missing:
    """What of a checkpoint is not in the client's cache yet, and how large all of it is.

    Attributes:
        files: Number of files to download.
        bytes: Their size.
        total: Size of all wanted files, downloaded or not.
    """

    files: int
    bytes: int
    total: int


def on_hub(entry: Checkpoint) -> bool:
    """Whether the Hub's client fetches it; what comes from elsewhere, its library fetches."""
    return entry.kind == "model" and entry.host == "huggingface"


def wanted(names: Iterable[str]) -> list[str]:
    """The files of a repository that PyTorch needs: where there are safetensors, no pickles too.

    >>> wanted(["config.json", "model.safetensors", "pytorch_model.bin", "tf_model.h5"])
    ['config.json', 'model.safetensors']
    """
    kept = [one for one in names if not one.endswith(OTHERS)]
    kept = [one for one in kept if one.split("/")[0] not in OTHER_FOLDERS]
    if any(name.endswith(".safetensors") for name in kept):
        kept = [name for name in kept if not name.rpartition("/")[2].startswith("pytorch_model")]
    return kept


def missing(entry: Checkpoint) -> Missing:
    """Compares the client's cache with what the Hub has.

    Raises:
        PrefetchError: The Hub cannot be asked, or does not have it.
    """
    files = _ask(entry, dry_run=True)
    todo = [file for file in files if file.will_download]
    total = sum(file.file_size for file in files)
    return Missing(len(todo), sum(file.file_size for file in todo), total)


def download(entry: Checkpoint) -> Path:
    """Downloads what is missing, checks all of it, and returns the folder in the client's cache.

    Raises:
        PrefetchError: It cannot be downloaded, or a file is not what the Hub says it is; that
            file is removed from the cache.
    """
    folder = Path(_ask(entry, dry_run=False))
    for left in (folder.parents[1] / "blobs").glob("*.incomplete"):
        # The client names each anew and never comes back to it. A young one may be another's.
        if time.time() - left.stat().st_mtime > ABANDONED:
            left.unlink(missing_ok=True)
    for file in _files(entry):
        path, large = folder / file.rfilename, file.lfs
        if not large or not path.is_file():
            continue
        with path.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        if found != large.sha256:
            path.resolve().unlink()
            path.unlink(missing_ok=True)
            raise PrefetchError(
                f"{entry.id}/{file.rfilename}: its SHA-256 is {found[:12]}…, "
                f"the Hub says {large.sha256[:12]}…; removed it: run this again"
            )
    return folder


def client_errors() -> tuple[type[Exception], ...]:
    """What the Hub's client raises when it cannot have what it asks for."""
    import httpx2  # it comes with the client, which does not wrap all of its errors

    return OSError, ValueError, httpx2.HTTPError


def _revision(entry: Checkpoint) -> str:
    return "main" if entry.revision == UNPINNED else entry.revision


def _files(entry: Checkpoint):
    """The files of a checkpoint, as the Hub states them."""
    from huggingface_hub import HfApi  # imported late: it reads the environment then

    info = HfApi().model_info(entry.id, revision=_revision(entry), files_metadata=True)
    return info.siblings or []


def _ask(entry: Checkpoint, *, dry_run: bool):
    from huggingface_hub import snapshot_download

    try:
        names, pin = wanted(file.rfilename for file in _files(entry)), _revision(entry)
        return snapshot_download(entry.id, revision=pin, allow_patterns=names, dry_run=dry_run)
    except client_errors() as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        mend = "accept its terms on its page and log in" if entry.gated else "check the network"
        if getattr(error, "errno", None) in FULL:
            mend = "make room on the disk of the client's cache"
        what = lines[0] if lines else type(error).__name__
        raise PrefetchError(f"{entry.id}@{_revision(entry)[:7]}: {what}; {mend}") from error


def missing_of(ids: Iterable[str]) -> dict[str, Missing | str]:
    """The same for several, asked in a process of its own; a message for each that failed."""
    command = [sys.executable, "-m", "hooks.hub.prefetch", "--missing", "--", *ids]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout or "{}")
    return {id_: one if isinstance(one, str) else Missing(**one) for id_, one in found.items()}


def in_process(ids: Iterable[str]) -> dict[str, str]:
    """Downloads each in a process of its own, so that this one can still be forked.

    Returns:
        The message for each id that could not be had.
    """
    failed = {}
    for id_ in ids:
        command = [sys.executable, "-m", "hooks.hub.prefetch", "--", id_]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            failed[id_] = (done.stdout.strip().splitlines() or ["download ended early"])[-1]
    return failed


def main(arguments: list[str] | None = None) -> int:
    """Downloads; progress goes to the error stream, results and faults to the output."""
    parser = argparse.ArgumentParser(prog="python -m hooks.hub.prefetch", description=__doc__)
    parser.add_argument("ids", nargs="+", metavar="id", help="as in snippets/checkpoints.toml")
    parser.add_argument("--missing", action="store_true", help="only say what is missing, as JSON")
    options = parser.parse_args(arguments)
    try:
        registry = load()
    except RegistryError as error:
        print(error)
        return 2
    failed, found = {}, {}
    for id_ in options.ids:
        try:
            if id_ not in registry or not on_hub(registry[id_]):
                raise PrefetchError(f"{id_}: no model of the Hub in snippets/checkpoints.toml")
            if options.missing:
                found[id_] = asdict(missing(registry[id_]))
            else:
                print(f"{id_}: checked, in {download(registry[id_])}")
        except PrefetchError as error:
            failed[id_] = str(error)
            if not options.missing:
                print(error)
    if options.missing:
        print(json.dumps(found | failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
