"""The ten sections and 22 demos of the lecture: names, titles, minutes. The only such list."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Demo:
    """One demo.

    Attributes:
        name: File name in every room, without suffix, such as `sentiment`.
        number: Its number in the lecture, 1 to 22. Shown in titles only.
        title: What it shows, without the number.
        self_study: Left for self-study on the 120-minute path.
        parts: Further files of its snippet, each with a test of its own, such as `safe_query`.
    """

    name: str
    number: int
    title: str
    self_study: bool = False
    parts: tuple[str, ...] = ()

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
SECTIONS: tuple[Section, ...] = (
    Section("introduction", "Introduction", 10, 10, (Demo("sentiment", 1, "Sentiment analysis"),)),
    Section(
        "nlp",
        "NLP",
        30,
        25,
        (
            Demo("text_classification", 2, "Text classification"),
            Demo("ner", 3, "Named entity recognition"),
            Demo("translation", 4, "Translation"),
            Demo("zero_shot", 5, "Zero-shot classification"),
            Demo("text_generation", 6, "Text generation with T5", self_study=True),
            Demo("lora", 7, "Fine-tuning with LoRA"),
        ),
    ),
    Section(
        "vision",
        "Computer vision",
        30,
        25,
        (
            Demo("classification", 8, "Image classification with timm"),
            Demo("detection", 9, "Object detection with YOLO"),
            Demo("segmentation", 10, "Segmentation with DeepLabV3 and SAM", self_study=True),
            Demo("ocr", 11, "Text recognition with TrOCR and Tesseract"),
            Demo("fine_tuning", 12, "Fine-tuning an image classifier"),
        ),
    ),
    Section(
        "multimodal",
        "Multimodal models",
        15,
        10,
        (
            Demo("image_text_matching", 13, "Matching images and text with CLIP"),
            Demo("captioning", 14, "Image captioning with BLIP", self_study=True),
            Demo("image_search", 15, "Image search with DINOv2 and FAISS"),
        ),
    ),
    Section(
        "signals",
        "Audio and time series",
        15,
        10,
        (
            Demo("audio_classification", 16, "Audio classification", self_study=True),
            Demo("speech_recognition", 17, "Speech recognition with Wav2Vec2"),
            Demo("forecasting", 18, "Forecasting time series"),
        ),
    ),
    Section("graphs", "Graph ML", 5, 5, (Demo("node_classification", 19, "A GCN on Cora"),)),
    Section(
        "code",
        "Code models",
        5,
        5,
        (
            Demo(
                "code_generation",
                20,
                "Generating SQL and code",
                parts=("safe_query", "safe_python"),
            ),
        ),
    ),
    Section(
        "limits",
        "Where pre-trained models don't work",
        10,
        10,
        (Demo("tabular", 21, "TabPFN and trees on a table"),),
    ),
    Section(
        "licenses",
        "Licenses and legal restrictions",
        10,
        10,
        (Demo("license_check", 22, "Checking a license"),),
    ),
    Section("wrap_up", "Wrap-up", 10, 10),
)

DEMOS: dict[str, Demo] = {demo.name: demo for section in SECTIONS for demo in section.demos}


def section_of(demo: str) -> Section:
    """Section that holds a demo.

    Raises:
        KeyError: If the course has no demo of that name.
    """
    for section in SECTIONS:
        if any(demo == known.name for known in section.demos):
            return section
    raise KeyError(f"no demo {demo!r} in the course; hooks/core/course.py lists the demos")


def clock_time(minute: int) -> str:
    """Return minutes since the start as the lecture's clock shows them.

    >>> clock_time(75)
    '1:15'
    """
    return f"{minute // 60}:{minute % 60:02d}"


def deck_uri(section: Section) -> str:
    """Return the address of a section's deck: beside its page, so that links of both agree."""
    return f"{section.folder}/slides.html"
