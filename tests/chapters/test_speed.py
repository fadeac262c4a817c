"""How fast can NumPy go: the counts, the stored times and what is said of them, and that all is exact."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mystsource import ROOT

from mnist_from_scratch import load_mnist

sys.path.append(str(ROOT / "benchmarks"))

import speed as benchmark

SHORT = dict(zip(benchmark.NETWORKS, ("30", "128", "256", "800")))
OURS = "ours", "ours, fast", "ours, inked"


@pytest.fixture(scope="module")
def seconds(glued):
    """The stored seconds, of each contestant at its best number of threads."""
    found = {tuple(key.split(" | ")): value for key, value in glued["speed-rows"].items()}
    return {(network, name): found[short, name] for network, short in SHORT.items() for s, name in found if s == short}


@pytest.fixture(scope="module")
def threads():
    """The seconds on file, by network, contestant and number of threads, rounded as in the page."""
    rows = benchmark.read_csv(benchmark.machine.RESULTS / "speed.csv")
    return {(row["network"], row["contestant"], int(row["threads"])): float(f"{float(row['median']):.3f}") for row in rows}


def fastest(seconds, network):
    return min(seconds[network, name] for name in OURS)


# ------------------------------------------------------------------ the stored times


def test_the_times_are_those_on_file(glued, seconds, threads):
    best = {}
    for (network, name, n), median in threads.items():
        best[network, name] = min(best.get((network, name), np.inf), median)
    assert seconds == pytest.approx(best)
    rows = benchmark.read_csv(benchmark.machine.RESULTS / "speed.csv")
    assert glued["speed-made"] == benchmark.made_how(rows).strip(), "the page says when, with what and where"
    assert re.fullmatch(r"\d+ %", glued["speed-spread"]) and f"spread by {glued['speed-spread']} or" in glued["speed-made"]
    assert {row["images"] for row in rows} == {"60000"}, "the page says an epoch of 60,000 images"
    assert {n for *_, n in threads} == {1, 2}, "the page's table says one thread / two"


def test_the_ratios_of_the_prose_are_those_of_the_rows(glued, seconds, threads):
    for network, short in SHORT.items():
        own = {name: seconds[network, name] for name in ("matrix products", *OURS)}
        for name, other in ("pytorch", "PyTorch"), ("jax", "JAX, an epoch"):
            assert glued[f"speed-{name}-{short}"] == pytest.approx(seconds[network, other] / fastest(seconds, network))
        for n in 1, 2:
            inked = threads[network, "ours, fast", n] / threads[network, "ours, inked", n]
            assert glued[f"speed-inked-{short}-{n}"] == pytest.approx(inked)
        products = [threads[network, "matrix products", n] for n in (1, 2)]
        assert glued[f"speed-two-{short}"] == pytest.approx(products[0] / products[1])
        assert glued[f"speed-clear-{short}"] == pytest.approx(seconds[network, "PyTorch"] / own["ours"])
        one = {name: threads[network, name, 1] for name in own}
        jax = threads[network, "JAX, an epoch", 1]
        assert glued[f"speed-jax-one-{short}"] == pytest.approx(jax / min(one[name] for name in OURS))
        assert glued[f"speed-fast-{short}"] == pytest.approx(one["ours"] / one["ours, fast"])
        two = threads[network, "ours", 2] / threads[network, "ours, fast", 2]
        assert glued[f"speed-fast-two-{short}"] == pytest.approx(two)
        assert glued[f"speed-floor-{short}"] == pytest.approx(one["matrix products"] / one["ours"])
    for short in "30", "128":
        network = f"784-{short}-10"
        wanted = threads[network, "ours, fast", 1] / threads[network, "ours, nine together", 1]
        assert glued[f"speed-together-{short}"] == pytest.approx(wanted)


def test_the_box_has_the_least_and_the_most_of_the_four(glued):
    for name in "pytorch", "jax", "clear":
        four = [glued[f"speed-{name}-{short}"] for short in SHORT.values()]
        assert (glued[f"speed-{name}-least"], glued[f"speed-{name}-most"]) == (min(four), max(four)), name


def test_eager_pytorch_is_not_ahead_of_the_clear_one_and_behind_the_fastest(glued):
    for short in SHORT.values():
        assert 1 < glued[f"speed-clear-{short}"] <= glued[f"speed-pytorch-{short}"] > 1.1, f"784-{short}"


def test_the_wider_the_network_the_closer_the_epoch_is_to_its_products(glued):
    assert glued["speed-floor-30"] < 0.6 < glued["speed-floor-800"] <= 1.05


def test_on_one_thread_leaving_out_white_costs_the_narrowest_and_gains_most_on_the_widest(glued):
    gains = [glued[f"speed-inked-{short}-1"] for short in SHORT.values()]
    assert gains[0] < 0.95 and min(gains[1:]) > 1.05 and max(gains) == gains[-1] > 1.2, gains


def test_on_two_threads_little_is_left_of_what_leaving_out_white_gains(glued):
    gains = [glued[f"speed-inked-{short}-2"] for short in SHORT.values()]
    assert max(gains) < 1.15 and gains[-1] < 1 + (glued["speed-inked-800-1"] - 1) / 2, gains


def test_two_threads_share_wide_products_and_do_not_help_narrow_ones(glued):
    assert glued["speed-two-800"] > 1.5 and glued["speed-two-30"] < 1.1


def test_a_compiled_epoch_of_jax_is_ahead_but_on_one_thread_not_on_the_wide_networks(glued):
    assert all(glued[f"speed-jax-{short}"] < 0.95 for short in SHORT.values()), "the page says slower than JAX's"
    assert max(glued["speed-jax-one-30"], glued["speed-jax-one-128"]) < 0.95
    assert glued["speed-jax-one-256"] > 0.95 and glued["speed-jax-one-800"] > 1.1, "we catch up"


def test_on_the_widest_a_second_thread_saves_jax_as_much_as_the_products_and_our_loops_less(threads):
    saved = {name: threads["784-800-10", name, 1] - threads["784-800-10", name, 2] for name in ("matrix products", "JAX, an epoch", *OURS)}
    assert saved["JAX, an epoch"] == pytest.approx(saved["matrix products"], rel=0.1), saved
    assert max(saved[name] for name in OURS) < 0.8 * saved["JAX, an epoch"], saved


def test_it_is_by_leaving_out_white_that_we_catch_up(threads):
    for network in "784-256-128-10", "784-800-10":
        jax = threads[network, "JAX, an epoch", 1]
        without = jax / min(threads[network, name, 1] for name in ("ours", "ours, fast"))
        assert without < 0.97 < 1 < jax / threads[network, "ours, inked", 1], network


def test_a_loop_without_checks_wins_most_on_the_narrowest(glued):
    assert glued["speed-fast-30"] > 1.05 and glued["speed-fast-30"] > glued["speed-fast-800"]


def test_together_each_is_faster_and_narrow_ones_gain_more(glued):
    assert glued["speed-together-30"] > glued["speed-together-128"] > 1


def test_compiling_pytorchs_loss_makes_no_epoch_clearly_shorter(seconds):
    for network in SHORT:
        assert seconds[network, "PyTorch, compiled"] > 0.95 * seconds[network, "PyTorch"], network


def test_nielsens_program_takes_many_times_as_long(glued, seconds):
    wanted = seconds["784-30-10", "Nielsen"] / fastest(seconds, "784-30-10")
    assert glued["speed-nielsen"] == pytest.approx(wanted) and wanted > 4


# ------------------------------------------------------------------ what is exact


def test_the_fast_loop_and_the_joint_one_make_the_networks_of_train(glued):
    assert 0 <= glued["speed-apart"] < 1e-11, "in float64"
    assert max(glued["speed-together-apart"]) < 1e-10 and max(glued["speed-together-apart"][:-1]) < 1e-13


def test_an_inked_layer_is_dense_and_its_white_rows_have_no_gradient(glued):
    Z, dW, white = glued["speed-dense"]
    assert Z < 1e-5 and dW < 1e-5 and white is False


def test_the_columns_with_ink_follow_the_formula(glued):
    X = load_mnist()[0]
    p = (X > 0).mean(axis=0)
    assert glued["speed-used"].keys() == glued["speed-expected"].keys() >= {10, 128}
    for B, share in glued["speed-expected"].items():
        assert share == pytest.approx(np.mean(1 - (1 - p) ** B)), B
        assert glued["speed-used"][B] == pytest.approx(share, abs=0.015), f"a batch of {B}"
    assert glued["speed-used-10"] == glued["speed-used"][10] < 0.55 < glued["speed-used-128"] == glued["speed-used"][128] < 0.72
    assert [glued[f"speed-ceiling-{B}"] * glued["speed-used"][B] for B in (10, 128)] == pytest.approx([1, 1])


# ------------------------------------------------------------------ counts


def test_the_numbers_worked_by_hand():
    def product(B, D, H):
        operations, bytes_moved = 2 * B * D * H, 4 * (B * D + D * H + B * H)
        return operations, bytes_moved, operations / bytes_moved

    operations, moved, intensity = product(10, 784, 30)
    assert (operations, moved) == (470_400, 126_640) and intensity == pytest.approx(3.7, abs=0.05)
    assert (2 * 784 * 30, (8 + 12) * 784 * 30) == (47_040, 470_400) and 2 / 20 == 0.1
    assert product(10, 784, 270)[2] == pytest.approx(4.8, abs=0.05), "nine networks side by side"
    operations, moved, intensity = product(128, 784, 800)
    assert (operations, moved) == (160_563_200, 3_319_808) and intensity == pytest.approx(48, abs=0.5)


def test_the_arithmetic_of_a_gpu_and_of_a_cluster(seconds):
    step = 3 * 2 * 10 * (784 * 30 + 30 * 10) - 2 * 10 * 784 * 30
    assert 0.9e6 < step < 1.1e6 and 30 * 5e-6 == pytest.approx(1.5e-4)
    assert fastest(seconds, "784-30-10") / 6000 < 1.5e-4, "the page says that waiting takes longer than our step"
    wide = 4096 * (2 * 2 * 784 * 800 + 3 * 2 * 800 * 10)
    assert wide == pytest.approx(1e10, rel=0.1) and 1 / 7.5 < 1.5e-4 / (wide / 1e13) < 1 / 6.5, "calls add a seventh"
    assert 4 * (784 * 800 + 800 * 10) == pytest.approx(2.5e6, rel=0.03)
    assert load_mnist()[0].nbytes == pytest.approx(1.9e8, rel=0.02)


def test_two_machines_would_save_less_than_they_pay(glued, seconds):
    step = fastest(seconds, "784-800-10") / 469
    assert glued["speed-step"] == pytest.approx(1e3 * step) and glued["speed-half-step"] == pytest.approx(1e3 * step / 2)
    assert glued["speed-half-step"] < 2.5


def test_the_gpu_wins_with_one_image_on_the_wide_and_with_a_hundred_on_the_narrow_network(glued):
    assert glued["speed-gpu"][800] == 1 and 90 < glued["speed-gpu"][30] < 130


def test_the_times_of_the_page_are_measured_and_can_be(glued):
    for name in "peak", "double", "bandwidth", "corner", "wide", "narrow", "pass", "pass-W", "calls-narrow", "products-wide", "sparse":
        assert 0 < glued[f"speed-timing-{name}"] < 1e6, name


# ------------------------------------------------------------------ the cluster


def test_the_sweep_on_a_dask_cluster_runs_as_it_is_printed(chapter, tmp_path):
    pytest.importorskip("distributed")
    (code,) = re.findall(r"```python\n(from dask.*?)```", chapter("speed").source, re.DOTALL)
    script = tmp_path / "cluster.py"
    script.write_text(code, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(Path(ROOT)), "OMP_NUM_THREADS": "1"}
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=300, env=environment, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    accuracies = re.findall(r"0\.\d+", ran.stdout)
    assert len(accuracies) == 4 and all(float(each) > 0.3 for each in accuracies), ran.stdout
