"""The live figure of one digit's pixels: what it says is what NumPy's indices say."""

import pytest

from mnist_from_scratch import load_mnist

NAME = "digits"


@pytest.fixture(scope="module")
def X():
    return load_mnist()[0]


def test_it_starts_with_the_pixel_that_the_text_prints(figure, X):
    assert (figure.values["row"], figure.values["column"], figure.values["place"]) == (7, 14, 210)
    assert figure.values["grey"] == pytest.approx(X[0].reshape(28, 28)[7, 14], rel=1e-6)


@pytest.mark.parametrize(("r", "c"), [(0, 0), (5, 12), (14, 15), (27, 0), (27, 27)])
def test_the_pixel_in_row_r_and_column_c_is_number_28_r_plus_c(figure, X, r, c):
    figure.slide("row", r)
    figure.slide("column", c)
    shown = figure.values
    assert shown["grey"] == pytest.approx(X[0, shown["place"]], rel=1e-6)
    assert shown["grey"] == pytest.approx(X[0].reshape(28, 28)[r, c], rel=1e-6)
    assert f"= {28 * r + c};" in figure.words


def test_one_to_the_right_is_the_next_number_and_one_down_is_28_on(figure):
    places = [figure.values["place"]]
    for control in ("column", "row"):
        figure.control(control).press("ArrowRight")
        places.append(figure.values["place"])
    assert (places[1] - places[0], places[2] - places[1]) == (1, 28)


def test_a_press_on_the_digit_and_on_the_row_chooses_a_pixel(figure, X):
    def middle_of_inked(plot, n):
        box = figure.place.get_by_role("img", name=plot).locator("rect").nth(n).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    inked = X[0].nonzero()[0]                                    # the drawings have a rectangle for each
    for plot, n in (("The digit, a part of it framed", 40), ("The row of 784 numbers, with a mark at the pixel", 100)):
        figure.page.mouse.click(*middle_of_inked(plot, n))
        assert figure.values["place"] == inked[n]
        figure.page.keyboard.press("ArrowRight")
        assert figure.values["place"] == inked[n] + 1, "the arrow keys do not go on from there"
