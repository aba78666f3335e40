"""The committed pictures that show how many demos there are."""

import pytest
from PIL import ExifTags, Image

from hooks.commands.pictures import ASSETS, count


@pytest.mark.parametrize("name", ["card", "screenshot"])
def test_a_picture_that_shows_the_number_of_demos_is_up_to_date(name):
    with Image.open(ASSETS / "images" / f"{name}.webp") as picture:
        drawn_for = picture.getexif()[ExifTags.Base.ImageDescription]
    wanted = count()[ExifTags.Base.ImageDescription]
    assert drawn_for == wanted, "draw it again: make site, python -m hooks.commands.pictures"
