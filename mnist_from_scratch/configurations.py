"""Configurations: the settings of a training, by name.

A configuration is a dict: sizes, lr and epochs, and whatever differs from
DEFAULTS.
"""

import copy

from .activations import ReLU
from .network import mlp

NEEDED = {"sizes", "lr", "epochs"}
DEFAULTS = {
    "hidden": ReLU,       # the activation between the layers
    "loss": None,         # as mlp: CrossEntropy(Softmax())
    "init": None,         # as mlp: he for ReLU, xavier for the others
    "batch_size": 32,
    "n_train": None,      # all images, or so many of them, drawn by the seed
}


def build(configuration, rng):
    """Return the untrained network of a configuration."""
    settings = copy.deepcopy(DEFAULTS | configuration)  # runs share no loss
    return mlp(
        settings["sizes"], rng,
        hidden=settings["hidden"], loss=settings["loss"], init=settings["init"],
    )


def key_of(configuration, seed):
    """Return a text that tells one run from another."""
    settings = sorted((DEFAULTS | configuration).items())
    return repr(([(name, text_of(value)) for name, value in settings], int(seed)))


def text_of(value):
    """Return a text that tells a setting from others: of our functions, the name."""
    ours = str(getattr(value, "__module__", "")).startswith(f"{__package__}.")
    return value.__name__ if ours and hasattr(value, "__name__") else repr(value)


def different(configurations):
    """Return the configurations, each once, in order."""
    return list({key_of(each, 0): each for each in configurations}.values())


def varying(configuration, configurations):
    """Return the settings of a configuration in which the configurations differ."""
    whole = [DEFAULTS | each for each in configurations]
    return {
        name: value for name, value in (DEFAULTS | configuration).items()
        if len({text_of(each[name]) for each in whole}) > 1
    }
