"""One check per code exercise. They hold the answers: try first, then look."""

from .ch01 import accuracy_by_class, byte_offset, standard_error, to_idx
from .ch02 import centre_rows, mean_layer, multiplications, outer_products, squared_distances
from .ch03 import leaky_relu, sigmoid_twin, trapezium
from .ch04 import softmax, temperature_backward
from .ch05 import cross_entropy, cross_entropy_gradient, mse_softmax_gradient
from .ch06 import dense_backward, pixel_gradient, square_block
from .ch07 import complex_step, direction_error, five_point
from .ch08 import batch_noise, extremes, minibatches, xavier_uniform
from .ch09 import abstain_below, ask_all, confusion, count_parameters
from .ch10 import enough_seeds, interval, largest_rate, paired_interval, warm_up
from .ch11 import collapse, dead_units, elu, gain
from .ch12 import frontier, hidden_width, seeds_needed, share_on
from .ch13 import best_temperature, equal_count_error, true_class_gradient
