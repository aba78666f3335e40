"""The key of a demo: what its outputs depend on, part by part, so that a change has a name."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from hooks.core import licenses
from hooks.core.registry import Checkpoint
from hooks.executor import dependencies
from hooks.executor.story import Story

# Raise by one when the executor changes what it writes for the same inputs.
FORMAT = 1
STYLE = Path(__file__).with_name("matplotlibrc")


def digest(content: bytes) -> str:
    """First 16 hexadecimal digits of the SHA-256: plenty to notice a change."""
    return hashlib.sha256(content).hexdigest()[:16]


def compute(
    story: Story, registry: dict[str, Checkpoint], hub: str, device: str, stand_ins: dict[str, str]
) -> dict[str, str]:
    """The parts of a story's key.

    Args:
        story: The demo.
        registry: All registered checkpoints, by id.
        hub: "offline" or "huggingface".
        device: "cpu" or "cuda".
        stand_ins: Fingerprint of each stand-in by name; used on the offline Hub only.

    Returns:
        Part to value, for instance {"story": "5f…", "distribution:torch": "2.11.0"}.
    """
    key = {"format": str(FORMAT), "hub": hub, "device": device}
    key["figure style"] = digest(STYLE.read_bytes())
    key["story"] = digest(story.own_code.encode())
    files = {*story.includes, *dependencies.local_modules(story), *dependencies.data_files(story)}
    for path in files:
        key[path.relative_to(story.root.resolve()).as_posix()] = digest(path.read_bytes())
    key |= {f"distribution:{name}": v for name, v in dependencies.versions(story).items()}
    key |= {f"program:{name}": v for name, v in dependencies.programs(story).items()}
    for name in dependencies.cards(story, registry) if dependencies.only_asks(story) else ():
        said = [licenses.card(registry[name]), registry[name].gated]
        key[f"card:{name}"] = digest(json.dumps(said).encode())
    for checkpoint in dependencies.loaded(story, registry):
        entry = registry[checkpoint]
        key[f"checkpoint:{checkpoint}"] = entry.revision
        if hub == "offline" and entry.stand_in in stand_ins:
            key[f"stand-in:{entry.stand_in}"] = stand_ins[entry.stand_in][:16]
    return dict(sorted(key.items()))


def changes(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """What differs between two keys, one phrase a part, in plain words.

    Args:
        old: The notebook's.
        new: The one that it should have.
    """
    parts = (part for part in sorted(old.keys() | new.keys()) if old.get(part) != new.get(part))
    return [_phrase(part, old.get(part), new.get(part)) for part in parts]


def _phrase(part: str, old: str | None, new: str | None) -> str:
    kind, _, name = part.partition(":")
    if kind in ("distribution", "program"):
        return f"{name} {old or 'not used'} -> {new or 'not used'}"
    if kind == "checkpoint":
        return f"checkpoint {name} {(old or 'not used')[:7]} -> {(new or 'not used')[:7]}"
    if kind == "card":
        return f"license card of {name} changed"
    if kind == "stand-in":
        return f"stand-in {name} changed"
    if kind in ("hub", "device", "format"):
        return f"{kind} {old} -> {new}"
    subject = "code of the story" if part == "story" else part
    return f"{subject} {'is new' if old is None else 'is gone' if new is None else 'changed'}"
