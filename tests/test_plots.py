"""Plots: each draws what it is given, with what a reader needs to read it."""

import re

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
import pytest  # noqa: E402
from oracles import mnist  # noqa: E402

from mnist_from_scratch import History, plots  # noqa: E402


@pytest.fixture(autouse=True)
def clean():
    yield
    plt.close("all")
    matplotlib.rcdefaults()


def test_digits_shows_each_image_upright_with_its_title():
    X = mnist()[0][:12]
    figure = plots.digits(X, titles=list("abcdefghijkl"), columns=5)
    shown = [axis for axis in figure.axes if axis.images]
    assert len(figure.axes) == 15 and len(shown) == 12, "12 images in rows of 5 need 15 places"
    for axis, image, title in zip(shown, X, "abcdefghijkl"):
        assert np.array_equal(axis.images[0].get_array(), image.reshape(28, 28)), "another image"
        assert axis.get_title() == title, "another title"
    assert not any(axis.axison for axis in figure.axes), "an axis is drawn around a digit"


def test_a_single_digit_needs_no_title():
    figure = plots.digits(mnist()[0][:1], columns=1)
    assert len(figure.axes) == 1 and figure.axes[0].get_title() == "", "one image, no title"


def test_matrix_writes_every_number_into_its_cell():
    axis = plots.matrix(np.array([[1.0, -2.0, 0.5], [0.0, 3.0, 4.0]]))
    written = {text.get_position(): text.get_text() for text in axis.texts}
    expected = {(0, 0): "1", (1, 0): "-2", (2, 0): "0.5", (0, 1): "0", (1, 1): "3", (2, 1): "4"}
    assert written == expected, f"column, row: {written}"


def test_a_band_shows_the_mean_and_the_range():
    _, axis = plt.subplots()
    plots.band(axis, [1, 2], [[1.0, 2.0], [3.0, 6.0]], "runs", "#000000")
    assert axis.lines[0].get_ydata().tolist() == [2, 4], "the line is not the mean"
    corners = axis.collections[0].get_paths()[0].vertices
    assert corners[:, 1].min() == 1 and corners[:, 1].max() == 6, "the band is not the range"
    assert axis.get_legend_handles_labels()[1] == ["runs"], "the line has no label"


def history(loss, validation=True):
    run = History()
    for value in loss:
        val = (value + 0.5, 0.5) if validation else ()
        run.record(value, 1 - value, *val, seconds=1.0)
    return run


def test_learning_curves_show_training_and_validation_by_epoch():
    figure = plots.learning_curves([history([0.5, 0.25]), history([0.75, 0.25])])
    loss, accuracy = figure.axes
    assert (loss.get_xlabel(), loss.get_ylabel()) == ("epoch", "loss"), "labels of the loss"
    assert (accuracy.get_xlabel(), accuracy.get_ylabel()) == ("epoch", "accuracy"), "and accuracy"
    training, validation = loss.lines
    assert training.get_xdata().tolist() == [1, 2], "epochs are counted from 1"
    assert training.get_ydata() == pytest.approx([0.625, 0.25]), "not the mean loss"
    assert validation.get_ydata() == pytest.approx([1.125, 0.75]), "not the mean validation loss"
    assert accuracy.lines[0].get_ydata() == pytest.approx([0.375, 0.75]), "not the accuracy"
    assert training.get_linestyle() != validation.get_linestyle(), "colour alone tells them apart"
    labels = [text.get_text() for text in loss.get_legend().get_texts()]
    assert labels == ["training", "validation"], f"the legend says {labels}"


def test_learning_curves_do_without_validation():
    figure = plots.learning_curves([history([0.5, 0.25], validation=False)])
    assert len(figure.axes[0].lines) == 1, "a curve of validation that nobody measured"


def test_a_confusion_matrix_writes_the_counts_and_colours_the_mistakes():
    counts = np.array([[5, 2], [0, 7]])
    axis = plots.confusion_matrix(counts).axes[0]
    written = {text.get_position(): text.get_text() for text in axis.texts}
    assert written == {(0, 0): "5", (1, 0): "2", (1, 1): "7"}, f"column, row: {written}"
    assert axis.images[0].get_array().tolist() == [[0, 2], [0, 0]], "only mistakes have colour"
    assert "network" in axis.get_xlabel() and "digit is" in axis.get_ylabel(), "axes are named"


def test_the_style_has_a_white_background_in_light_and_dark():
    plots.use_style()
    assert plt.rcParams["figure.facecolor"] == "white", plt.rcParams["figure.facecolor"]
    assert plt.rcParams["savefig.facecolor"] in ("auto", "white"), "saved figures differ"


def described(figure):
    return (re.search(r"<dc:description>(.*?)</dc:description>", plots.as_svg(figure)) or ["", None])[1]


def test_a_plot_says_between_which_panels_it_may_be_parted():
    plots.use_style()
    figure, axes = plt.subplots(1, 3, figsize=(7.2, 3), layout="constrained")
    places = [float(place) for place in described(figure).removeprefix("Panels part at ").split()]
    boxes = [axis.get_window_extent() for axis in axes]
    left = figure.get_tightbbox().x0 - 0.1
    for place, before, after in zip(places, boxes[:-1], boxes[1:], strict=True):
        assert before.x1 / figure.dpi < place / 72 + left < after.x0 / figure.dpi, f"{place} is not between panels"


def test_labels_for_all_panels_are_named_and_a_colour_bar_stays_with_its_panel():
    plots.use_style()
    figure, axes = plt.subplots(1, 2, sharey=True)
    assert re.fullmatch(r"Panels part at [\d.]+, labels left of [\d.]+ [\d.]+", described(figure))
    figure, axes = plt.subplots(1, 2, layout="constrained")
    figure.colorbar(axes[1].imshow([[0, 1]]), ax=axes)
    assert re.fullmatch(r"Panels part at [\d.]+", described(figure)), described(figure)


def test_one_panel_rows_and_images_without_axes_are_not_parted_and_many_columns_in_the_middle():
    plots.use_style()
    for whole in (plt.subplots()[0], plt.subplots(2, 1)[0], plots.digits(np.zeros((4, 784)), columns=2)):
        assert described(whole) is None
    assert len(re.findall(r"[\d.]+", described(plt.subplots(2, 4, layout="constrained")[0]).partition(",")[0])) == 1


def test_a_plot_is_the_same_svg_each_time_with_its_text_as_text():
    plots.use_style()
    figure, axis = plt.subplots()
    axis.set_xlabel("epoch")
    first = plots.as_svg(figure)
    assert first == plots.as_svg(figure), "there is a date in it, or chance"
    assert ">epoch</text>" in first and "'DejaVu Sans', Verdana, sans-serif" in first


def luminance(colour):
    linear = [((c + 0.055) / 1.055) ** 2.4 if c > 0.04 else c / 12.92 for c in matplotlib.colors.to_rgb(colour)]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def test_training_validation_and_test_differ_in_lightness_not_only_in_hue():
    shades = sorted(luminance(plots.COLOURS[name]) for name in ("training", "validation", "test"))
    for dark, light in zip(shades, shades[1:]):
        assert (light + 0.05) / (dark + 0.05) > 1.2, f"too alike in grey: {shades}"
