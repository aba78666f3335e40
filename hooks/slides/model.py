"""What a deck is: slides in columns, each with what is shown and what is said."""

from dataclasses import dataclass, field

from bs4 import BeautifulSoup


class DeckError(ValueError):
    """A page that makes no deck; the message says why and how to mend it."""


@dataclass
class Slide:
    """One slide: HTML of its title and blocks, and of what the speaker says.

    Attributes:
        title: HTML of the title.
        anchor: Id of its heading on the page.
        eyebrow: Title of the slide it stands below.
        demo: Number of the demo it belongs to, 0 for none.
        prose: Its paragraphs before anything is shown.
        continued: It goes on under the title of the slide before.
    """

    title: str
    anchor: str = ""
    eyebrow: str = ""
    demo: int = 0
    continued: bool = False
    body: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The title without its markup."""
        return BeautifulSoup(self.title, "html.parser").get_text().strip()

    def after(self, continued: bool = True) -> "Slide":
        """Return the slide that goes on under the same title."""
        return Slide(self.title, self.anchor, self.eyebrow, self.demo, continued)


@dataclass
class Deck:
    """The slides of a page: a title slide, then columns, each an h2 with what stands below."""

    title: Slide
    columns: list[list[Slide]]

    @property
    def slides(self) -> list[Slide]:
        """All slides in order."""
        return [self.title, *(slide for column in self.columns for slide in column)]
