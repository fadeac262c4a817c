"""A feed-forward network for MNIST, in NumPy alone, taken apart in the book."""

from .activations import Identity, ReLU, Sigmoid, Softmax, Tanh
from .activations import log_softmax, relu, sigmoid, softmax
from .configurations import Configuration
from .data import load_mnist, one_hot, read_idx, train_validation_split
from .distortions import Distortion
from .doubts import readings
from .experiments import sweep
from .fast import InkedDense, train_fast, train_together
from .gradient_check import gradient_error, numerical_gradient, relative_error
from .handwriting import find_digits
from .initialisers import he, normal, xavier, zeros
from .layers import Dense
from .losses import CrossEntropy, MeanSquaredError
from .network import Network, dead_share, mlp
from .optimisers import Adam, Momentum
from .regularisation import Dropout, ShrinkingDense
from .results import difference, summarise
from .schedules import CosineDecay, StepDecay
from .training import SGD, History, minibatches, train

