"""One check per code exercise. They hold the answers: try first, then look."""

from .ch06 import dense_backward, pixel_gradient, square_block
from .ch09 import confusion, count_parameters
