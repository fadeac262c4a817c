"""The checks of the exercises on handwriting: wrong answers by name."""

import numpy as np
import pytest

from mnist_from_scratch import checks


def widest_gap(values):
    v = np.sort(values)
    n = np.argmax(np.diff(v))
    return (v[n] + v[n + 1]) / 2


def centre(image):
    return image.sum(axis=1) @ np.arange(len(image)) / image.sum(), image.sum(axis=0) @ np.arange(image.shape[1]) / image.sum()


def box_middle(image):
    return [(np.flatnonzero(image.any(axis=axis)).min() + np.flatnonzero(image.any(axis=axis)).max()) / 2 for axis in (1, 0)]


def scaled(height, width):
    return max(1, round(20 * height / max(height, width))), max(1, round(20 * width / max(height, width)))


MISTAKES = {
    "best_threshold": {
        "returned None": lambda values: None,
        "mean of all values": lambda values: values.mean(),
        "this is the median": lambda values: np.median(values),
        "half-way between": lambda values: (values.min() + values.max()) / 2,
        "widest gap": widest_gap,
        "one part is empty": lambda values: values.max(),
        "more variance between": lambda values: np.quantile(values, 0.3),
    },
    "centre_of_mass": {
        "two numbers": lambda image: image.mean(),
        "exchanged": lambda image: centre(image)[::-1],
        "not divided": lambda image: np.array(centre(image)) * image.sum(),
        "not by the number of pixels": lambda image: np.array(centre(image)) * image.mean(),
        "from 0": lambda image: np.array(centre(image)) + 1,
        "half a pixel": lambda image: np.array(centre(image)) + 0.5,
        "middle of the box": box_middle,
        "the sum of i times the ink": lambda image: (0.3, 0.3),
    },
    "scaled_shape": {
        "two numbers": lambda height, width: 20,
        "proportions are lost": lambda height, width: (20, 20),
        "exchanged": lambda height, width: scaled(height, width)[::-1],
        "a side vanishes": lambda height, width: (20 * height // max(height, width), 20 * width // max(height, width)),
        "the shorter side becomes 20": lambda height, width: scaled(height, width) if height == 40 else (20 * height / min(height, width), 20 * width / min(height, width)),
        "stays as it is": lambda height, width: (height, width),
        "is no integer": lambda height, width: (20 * height / max(height, width), 20 * width / max(height, width)),
        "it should be": lambda height, width: (28, 14),
    },
}


@pytest.mark.parametrize("name, said", [(name, said) for name, each in MISTAKES.items() for said in each])
def test_a_typical_mistake_is_named(name, said, verdict):
    answer = verdict(vars(checks)[name], MISTAKES[name][said])
    assert answer.startswith("Not yet: ") and said in answer, answer
