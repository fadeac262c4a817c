"""MNIST as OpenML sends it, from the files of the package: fetch_openml without a network."""

import gzip
import hashlib
import json

import numpy as np

from mnist_from_scratch import load_mnist


def fill(home):
    """Put the five answers that mnist_784 takes into home, a scikit-learn data folder."""
    arff = mnist_as_arff()
    for path, answer in (description(arff) | {"data/v1/download/52667": arff}).items():
        file = home / "openml" / "openml.org" / f"{path}.gz"
        file.parent.mkdir(parents=True, exist_ok=True)
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        file.write_bytes(gzip.compress(content, compresslevel=1))


COLUMNS = [f"pixel{i}" for i in range(1, 785)]


def mnist_as_arff():
    """Return the bytes of the file: a row for each image, its label last."""
    text = [str(value) for value in range(256)]
    X, y, X_test, y_test = load_mnist(dtype=np.uint8)
    rows = [
        ",".join([text[pixel] for pixel in x.tobytes()] + [text[label]])
        for images, labels in ((X, y), (X_test, y_test))
        for x, label in zip(images, labels)
    ]
    return "\n".join(
        ["@RELATION mnist_784"]
        + [f"@ATTRIBUTE {name} real" for name in COLUMNS]
        + ["@ATTRIBUTE class {0,1,2,3,4,5,6,7,8,9}", "@DATA", *rows, ""]
    ).encode()


def description(arff):
    """Return what OpenML says of the file, by the path of the question."""
    features = [
        {
            "index": str(i), "name": name,
            "data_type": "nominal" if name == "class" else "numeric",
            "is_target": "true" if name == "class" else "false",
            "is_ignore": "false", "is_row_identifier": "false",
            "number_of_missing_values": "0",
        }
        for i, name in enumerate([*COLUMNS, "class"])
    ]
    data_set = {
        "id": "554", "name": "mnist_784", "version": "1", "format": "ARFF",
        "status": "active", "file_id": "52667", "description": "MNIST, prepared",
        "url": "https://www.openml.org/data/v1/download/52667",
        "md5_checksum": hashlib.md5(arff, usedforsecurity=False).hexdigest(),
    }
    quality = [{"name": "NumberOfInstances", "value": "70000.0"}]
    api = "api/v1/json/data"
    return {
        f"{api}/list/data_name/mnist_784/limit/2/data_version/1": {
            "data": {"dataset": [{"did": 554, "name": "mnist_784", "version": 1}]}
        },
        f"{api}/554": {"data_set_description": data_set},
        f"{api}/features/554": {"data_features": {"feature": features}},
        f"{api}/qualities/554": {"data_qualities": {"quality": quality}},
    }
