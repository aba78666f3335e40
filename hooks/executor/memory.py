"""How much memory a demo needs on the GPU, and whether the GPU at hand has it."""

from __future__ import annotations

from collections.abc import Iterable

from hooks.core.registry import Checkpoint
from hooks.executor import dependencies
from hooks.executor.kernel import CellError
from hooks.executor.story import Story

# A rule of thumb for inference on small inputs: intermediate results take a third of what the
# weights take, and CUDA with its libraries a gigabyte. Where that is wrong, `memory` in the
# registry says what is right.
WORK, CUDA = 1.3, 1_000_000_000


def of_checkpoint(entry: Checkpoint) -> int | None:
    """Bytes of GPU memory for one checkpoint: stated or computed; None when nothing is known."""
    if entry.memory or entry.kind == "dataset":
        return entry.memory
    weights = entry.bytes or 4 * entry.parameters  # fp32
    return int(WORK * weights) or None


def of_story(story: Story, registry: dict[str, Checkpoint]) -> tuple[int, list[str]]:
    """Bytes of GPU memory for all that a story loads, side by side.

    Args:
        story: The demo.
        registry: Registered checkpoints by id.

    Returns:
        The sum, and the checkpoints that it leaves out because the registry knows no size.
    """
    sizes = {id_: of_checkpoint(registry[id_]) for id_ in dependencies.loaded(story, registry)}
    if not sizes:
        return 0, []
    return CUDA + sum(filter(None, sizes.values())), [i for i, s in sizes.items() if s is None]


def too_large(
    stories: Iterable[Story], registry: dict[str, Checkpoint], gpu: int | None
) -> dict[str, CellError]:
    """The demos that need more memory than the GPU has, each with the error that says so.

    Args:
        stories: What is to run.
        registry: Registered checkpoints by id.
        gpu: Bytes of memory of the GPU; None where there is none, and then everything fits.
    """
    found = {}
    for story in stories:
        needed, _ = of_story(story, registry)
        if gpu is not None and needed > gpu:
            what = f"needs {needed / 1e9:.1f} GB of GPU memory, this GPU has {gpu / 1e9:.1f} GB"
            found[story.demo] = CellError(0, what, f"{what}; take a larger runner")
    return found
