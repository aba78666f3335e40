"""The blocks of a rendered page that a deck is made of, and what their tags say."""

from bs4 import BeautifulSoup, Comment, Tag

DROPPED = {"footnote", "license-card", "no-slide", "headerlink", "notebook-links"}


def clean(soup: BeautifulSoup, page: str) -> list[Tag | Comment]:
    """Return the top blocks, without footnotes, header links and ids; their anchors lead back.

    Ids in drawings and in outputs stay: a script of the output may look for them.

    Args:
        soup: A page's content; it is changed.
        page: Address of the page as seen from the deck.
    """
    # Few of a page's thousands of tags matter: a `select` for each kind would look at them all.
    tags = [tag for tag in soup.find_all(True) if tag.attrs and tag.attrs.keys() != {"class"}]
    gone = [tag for tag in tags if tag.name == "sup" and tag.get("id", "").startswith("fnref")]
    gone += [tag for tag in soup.find_all(class_=list(DROPPED)) if tag.parent is not soup]
    for tag in tags:
        if tag.name == "a" and tag.get("href", "").startswith("#"):
            tag["href"] = page + tag["href"]
        stays = tag.name in ("h1", "h2", "h3") or "id" not in tag.attrs
        if not (stays or tag.find_parent("svg") or tag.find_parent(class_="cell-output")):
            del tag["id"]
    for tag in gone:
        tag.decompose()
    for box in soup.select("li > .task-list-control, li > input"):
        box.parent["class"] = ["box"]  # a slide's box is drawn, not ticked
        box.decompose()
    blocks: list[Tag | Comment] = []
    for node in list(soup.contents):
        if isinstance(node, Comment) or (isinstance(node, Tag) and not DROPPED & classes_of(node)):
            blocks.append(node)
        elif isinstance(node, Tag) and node.name in ("h2", "h3") and "no-slide" in classes_of(node):
            blocks.append(node)  # drops its slide, not only itself
    return blocks


def classes_of(tag: Tag) -> set[str]:
    """Return the classes of a tag."""
    return set(tag.get("class") or [])


def tabs_of(node: Tag) -> list[tuple[str, Tag]]:
    """Return the labels of tabs, each with its content."""
    labels = [label.get_text() for label in node.select(".tabbed-labels > label")]
    tabs = node.select(":scope > .tabbed-content > .tabbed-block")
    return list(zip(labels, tabs, strict=True))
