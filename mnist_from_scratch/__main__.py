"""Read the digits on a photograph: python -m mnist_from_scratch read photo.jpg"""

import argparse
import os
import re
import sys
from pathlib import Path

import numpy as np

from . import activations, losses
from ._arguments import check_reader
from .data import load_mnist
from .distortions import Distortion
from .doubts import readings
from .handwriting import find_digits
from .network import mlp
from .optimisers import Momentum
from .schedules import CosineDecay
from .training import train

EPOCHS = 16
DISTORT = Distortion(shift=1, rotation=10, scaling=0.1, shear=0.1, bend=1)  # as chosen in the chapter on overfitting
NAME = f"digits-784-100-10-{EPOCHS}-epochs.npz"
READ, NOTHING, REFUSED = 0, 1, 2  # what main returns, and the shell gets


def main(arguments=None):
    """Do what the command line asks for; return 0 if a digit is read, 1 if none, 2 for what cannot be done."""
    parser = argparse.ArgumentParser("python -m mnist_from_scratch", description="What the book has built, put to work.")
    commands = parser.add_subparsers(required=True, metavar="read")
    command = commands.add_parser(
        "read", help="read the digits on a photograph",
        description="Print the digits that are written on a photograph, and draw a picture of what was found next to it.",
    )
    command.add_argument("picture", type=Path, help="a photograph: JPEG, PNG or another that Pillow can read")
    command.add_argument(
        "--network", type=Path, metavar="FILE", help="a network that Network.save wrote; without it, one is trained, once",
    )
    options = parser.parse_args(arguments)
    try:
        return read(options.picture, options.network)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("\nStopped: nothing is read.", file=sys.stderr)
        return NOTHING


def read(picture, network_file=None):
    """Print what is written on picture, and write a picture of it; return READ, or NOTHING."""
    network = network_in(network_file) if network_file else None
    found = find_digits(picture)
    if not len(found.X):
        print(f"{picture}: nothing is read, {found.why}.")
        return NOTHING
    P = (network or trained()).predict_proba(found.X)
    texts = np.array(readings(found, P))
    for line in range(found.lines[-1] + 1):
        print("   ".join(texts[found.lines == line]))
    unsure = sum("?" in text for text in texts)
    print(f"{picture}: read {len(texts) - unsure}, unsure {unsure}.")
    draw(found, P, place_beside(picture))
    return READ if unsure < len(texts) else NOTHING


def place_beside(picture):
    """Return where the picture of what was found goes: beside picture, over nothing but an earlier one of ours."""
    names = [f"{picture.stem}-read.png", *(f"{picture.stem}-read-{n}.png" for n in range(2, 1000))]
    return next(place for place in map(picture.with_name, names) if not place.exists() or is_ours(place))


def is_ours(place):
    """Return whether place is a picture that draw has written."""
    from PIL import Image

    try:
        with Image.open(place) as image:
            return image.info.get("Software") == __package__
    except OSError:
        return False


def draw(found, P, place):
    """Write the picture of what was found to place, and say so, or why not."""
    import matplotlib

    matplotlib.use("agg")
    from . import plots

    try:
        plots.handwriting(found, P).savefig(place, dpi=150, metadata={"Software": __package__})
        print(f"Where they are: {place}")
    except OSError as error:
        print(f"The picture of them could not be written: {error}")


def trained():
    """Return the network of the chapter, trained at the first call and kept for the next."""
    rng = np.random.default_rng(0)
    network, kept = mlp([784, 100, 10], rng), cache_folder() / NAME
    try:
        network.load(kept)
        return network
    except (OSError, ValueError):  # none yet, or damaged
        print("A network is trained on distorted images, this once; it takes a minute or two.", flush=True)
    X, y, _, _ = load_mnist()
    optimiser = Momentum(CosineDecay(0.1, EPOCHS))
    train(network, X, y, optimiser, epochs=EPOCHS, batch_size=64, rng=rng, distort=DISTORT, progress=True)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        network.save(kept)
        print(f"It is kept in {kept}")
    except OSError as error:
        print(f"It could not be kept for the next time: {error}")
    return network


def cache_folder():
    """Return the user's folder for what can be made again."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(base) / __package__


def network_in(path):
    """Return the network of mlp's making in path, a file that Network.save wrote.

    Raises ValueError if it is another file, or not a network for MNIST's images.
    """
    with open(path, "rb") as content:
        try:
            with np.load(content, allow_pickle=False) as file:
                kind, sizes = str(file["network"]), [len(file["param_0"])]
                sizes += [file[name].shape[-1] for name in file if re.fullmatch(r"param_\d*[13579]", name)]
            blocks, loss, output, dtype = re.fullmatch(r"Network\((.*), (\w+)\((\w+)\), (\w+)\)", kind).groups()
            hidden = re.search("ReLU|Sigmoid|Tanh|Identity|$", blocks)[0] or "ReLU"
            prices = {name: float(number) for name, number in re.findall(r"(l2=|Dropout\()([^,)\]]+)", blocks)}
            loss = getattr(losses, loss)(getattr(activations, output)())
        except Exception as error:  # each kind of damage has its own
            raise ValueError(f"{path} is damaged or not a saved network: {error}") from error
    check_reader(path, sizes)
    network = mlp(
        sizes, np.random.default_rng(0), getattr(activations, hidden), loss, dtype=np.dtype(dtype),
        dropout=prices.get("Dropout(", 0.0), l2=prices.get("l2=", 0.0),
    )
    network.load(path)
    return network


if __name__ == "__main__":
    sys.exit(main())
