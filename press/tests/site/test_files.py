"""Pictures and other files of the website."""

import pytest
from press.site.files import image_size


def test_images_keep_their_place(pages):
    """Pictures state their size in pixels, so that nothing moves when they arrive."""
    image = pages["chapters/one.html"].select_one("#fig-a img")
    assert (image["width"], image["height"], image["style"]) == ("96", "48", "width: 30%")


@pytest.mark.parametrize(
    ("head", "size"),
    [
        ('<svg width="10" height="20">', (10, 20)),
        ('<svg viewBox="0 0 30 40.2">', (30, 40)),
        ('<svg height="1in" width="2.54cm">', (96, 96)),
        ("<svg>", None),
    ],
)
def test_size_of_vector_images(tmp_path, head, size):
    """Lengths with units, else the view box, else nothing."""
    file = tmp_path / "picture.svg"
    file.write_text(head)
    assert image_size(file) == size


@pytest.mark.parametrize("dpi", [96, 192])
def test_size_of_pixel_images(tmp_path, dpi):
    """A PNG of twice the resolution takes the same place."""
    from matplotlib.figure import Figure

    file = tmp_path / "picture.png"
    Figure(figsize=(2, 1)).savefig(file, dpi=dpi)
    assert image_size(file) == (192, 96)


def test_resources_are_copied(site):
    """Folders that the book names as resources."""
    assert (site / "extra" / "data.txt").read_text() == "extra"
