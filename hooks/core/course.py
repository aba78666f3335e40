"""The sections and demos of the lecture: names, titles, minutes. The only such list.

Numbers and counts follow from it; `hooks/core/numbers.py` puts them into prose.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Demo:
    """One demo.

    Attributes:
        name: File name in every room, without suffix, such as `sentiment`.
        title: What it shows, without the number.
        self_study: Left for self-study on the 120-minute path.
        parts: Further files of its snippet, each with a test of its own, such as `safe_query`.
        number: Its place in the lecture, from 1. Follows from the list; never written.
    """

    name: str
    title: str
    self_study: bool = False
    parts: tuple[str, ...] = ()
    number: int = 0

    @property
    def heading(self) -> str:
        """Title with the number, such as `Demo 1 · Sentiment analysis`."""
        return f"Demo {self.number} · {self.title}"


@dataclass(frozen=True)
class Section:
    """One section of the lecture.

    Attributes:
        folder: Folder name in every room.
        title: As shown in the navigation.
        minutes: Time in the full lecture.
        path120: Time on the 120-minute path.
        demos: Its demos, in the order of the lecture.
    """

    folder: str
    title: str
    minutes: int
    path120: int
    demos: tuple[Demo, ...] = ()


WHOLE = "slides/index.html"  # the deck of the whole lecture


# The outline's own minutes add up to 140; `path120` is the shorter way through.
_LECTURE: tuple[tuple[Any, ...], ...] = (  # a section, then its demos
    (Section("introduction", "Introduction", 10, 10), Demo("sentiment", "Sentiment analysis")),
    (
        Section("nlp", "NLP", 30, 25),
        Demo("text_classification", "Text classification"),
        Demo("ner", "Named entity recognition"),
        Demo("translation", "Translation"),
        Demo("zero_shot", "Zero-shot classification"),
        Demo("text_generation", "Text generation with T5", self_study=True),
        Demo("lora", "Fine-tuning with LoRA"),
    ),
    (
        Section("vision", "Computer vision", 30, 25),
        Demo("classification", "Image classification with timm"),
        Demo("detection", "Object detection with YOLO"),
        Demo("segmentation", "Segmentation with DeepLabV3 and SAM", self_study=True),
        Demo("ocr", "Text recognition with TrOCR and Tesseract"),
        Demo("fine_tuning", "Fine-tuning an image classifier"),
    ),
    (
        Section("multimodal", "Multimodal models", 15, 10),
        Demo("image_text_matching", "Matching images and text with CLIP"),
        Demo("captioning", "Image captioning with BLIP", self_study=True),
        Demo("image_search", "Image search with DINOv2 and FAISS"),
    ),
    (
        Section("signals", "Audio and time series", 15, 10),
        Demo("audio_classification", "Audio classification", self_study=True),
        Demo("speech_recognition", "Speech recognition with Wav2Vec2"),
        Demo("forecasting", "Forecasting time series"),
    ),
    (Section("graphs", "Graph ML", 5, 5), Demo("node_classification", "A GCN on Cora")),
    (
        Section("code", "Code models", 5, 5),
        Demo("code_generation", "Generating SQL and code", parts=("safe_query", "safe_python")),
    ),
    (
        Section("limits", "Where pre-trained models don't work", 10, 10),
        Demo("tabular", "TabPFN and trees on a table"),
    ),
    (
        Section("licenses", "Licenses and legal restrictions", 10, 10),
        Demo("license_check", "Checking a license"),
    ),
    (Section("wrap_up", "Wrap-up", 10, 10),),
)
_numbers = count(1)
SECTIONS: tuple[Section, ...] = tuple(
    replace(section, demos=tuple(replace(demo, number=next(_numbers)) for demo in demos))
    for section, *demos in _LECTURE
)
DEMOS: dict[str, Demo] = {demo.name: demo for section in SECTIONS for demo in section.demos}


def self_study(sections: Sequence[Section], one: str, several: str) -> str:
    """Say which demos are left for self-study, or nothing where none is.

    Args:
        sections: Where to look.
        one: What to say of one demo, with `{}` for its number.
        several: What to say of more, with `{}` for their numbers.

    >>> self_study(SECTIONS, "demo {} is", "demos {} are")
    'demos 6, 10, 14 and 16 are'
    """
    numbers = [str(d.number) for section in sections for d in section.demos if d.self_study]
    if len(numbers) < 2:
        return one.format(*numbers) if numbers else ""
    return several.format(f"{', '.join(numbers[:-1])} and {numbers[-1]}")


def section_of(demo: str) -> Section:
    """Section that holds a demo.

    Raises:
        KeyError: If the course has no demo of that name.
    """
    for section in SECTIONS:
        if any(demo == known.name for known in section.demos):
            return section
    raise KeyError(f"no demo {demo!r} in the course; hooks/core/course.py lists the demos")


def same_name(docs: Path) -> str:
    """Say which two stories have one name, and how to mend it; nothing where none have.

    Args:
        docs: The folder of the sections.
    """
    first: dict[str, Path] = {}
    for story in sorted(docs.glob("*/*.py")):
        if (other := first.setdefault(story.name, story)) is not story:
            one, two = (f"docs/{path.relative_to(docs).as_posix()}" for path in (other, story))
            return f"{one} and {two} have one name, by which a demo is known: rename one of them"
    return ""


def clock_time(minute: int) -> str:
    """Return minutes since the start as the lecture's clock shows them.

    >>> clock_time(75)
    '1:15'
    """
    return f"{minute // 60}:{minute % 60:02d}"


def deck_uri(section: Section) -> str:
    """Return the address of a section's deck: beside its page, so that links of both agree."""
    return f"{section.folder}/slides.html"
