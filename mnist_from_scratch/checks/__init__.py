"""One check per code exercise. They hold the answers: try first, then look."""

from .digits import accuracy_by_class, standard_error
from .matrices import centre_rows, mean_layer, multiplications, outer_products, squared_distances
from .neurons import sigmoid_twin, trapezium
from .slopes import leaky_relu
from .softmax import softmax, temperature_backward
from .losses import cross_entropy, cross_entropy_gradient, mse_softmax_gradient
from .backpropagation import dense_backward, pixel_gradient, square_block
from .gradient_checking import complex_step, direction_error, five_point
from .gradient_descent import batch_noise, extremes, minibatches
from .training import best_epoch
from .initialisation import xavier_uniform
from .network import abstain_below, ask_all, confusion, count_parameters
from .few_runs import enough_seeds, interval, mcnemar, paired_interval
from .learning_rates import largest_rate, warm_up
from .activation_functions import collapse, dead_units, elu, gain
from .architectures import frontier, hidden_width, share_on
from .mse_cross_entropy import best_temperature, equal_count_error, true_class_gradient
from .famous_network import best_of
from .faster_descent import adamw, best_momentum
from .overfitting import dropout_both_ways, read_between, shrink_step
from .classics import max_norm, vote
from .learned import first_axis, smallest_push
from .handwriting import best_threshold, centre_of_mass, scaled_shape
from .speed import catch_up, operations
from .files import byte_offset, to_idx
