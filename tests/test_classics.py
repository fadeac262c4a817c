"""Published results, repeated: what is recorded, what is run again, and that every row can be trained."""

import csv
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from oracles import small_network

sys.path.append(str(Path(__file__).resolve().parents[1] / "benchmarks"))

import classics
import published
from mnist_from_scratch import CosineDecay, Momentum, load_mnist
from published import ROWS, InputDropout, MaxNorm, Row, paced

KEYS = [row.key for row in ROWS]
TINY = paced(published.RELU, 0.05, 2, sizes=(784, 12, 10), batch_size=50)
NETWORKS = Row("nets", "some networks", None, "Cireşan", TINY, 3)
TINY_ROWS = [
    Row("one", "one", 5.0, "LeCun", TINY, 2, n=400),
    Row("given", "given", 5.0, "Nielsen", TINY, 1, chosen="paper"),
    NETWORKS,
    Row("votes", "their committee", 0.35, "Cireşan", TINY, 1, averages=NETWORKS),
]


@pytest.fixture(scope="module")
def few_images():
    X, y, X_test, y_test = load_mnist()
    return X[:500], y[:500], X_test[:200], y_test[:200]


@pytest.fixture
def place(tmp_path, monkeypatch, few_images):
    """Tiny rows, 500 images, and a folder for what is written."""
    monkeypatch.setattr(classics, "ROWS", TINY_ROWS)
    monkeypatch.setattr(classics, "images", lambda: few_images)
    monkeypatch.setattr(classics, "SPLIT", 400)
    for name, file in ("RESULTS", "r.csv"), ("CHOICES", "c.csv"), ("CACHE", "cache"), ("PAGE", "page.md"):
        monkeypatch.setattr(classics, name, tmp_path / file)
    classics.PAGE.write_text('Before.\nMADE = """\n"""\nROWS = """\nold\n"""\nAfter.\n')
    return tmp_path


@pytest.fixture
def work(monkeypatch):
    """The jobs that are done, as they are done."""
    done = []

    def spied(function):
        def spy(row, seed, *more):
            done.append((row.key, seed))
            return function(row, seed, *more)

        return spy

    for name in "learn", "vote", "choose":
        monkeypatch.setattr(classics, name, spied(getattr(classics, name)))
    return done


def go(*arguments):
    return classics.main([*arguments, "--jobs", "1"])


def results():
    return classics.read_results(classics.RESULTS)


# ---------------------------------------------------------------- the rows


@pytest.mark.parametrize("row", ROWS, ids=KEYS)
def test_every_row_can_be_trained_and_so_can_all_that_it_is_chosen_among(row):
    row.configuration.check(row.n)
    for each in classics.alternatives(row) if row.chosen == "validation" else []:
        each.check(classics.SPLIT)


def test_rows_have_a_key_of_their_own_and_something_to_compare_with():
    assert len(set(KEYS)) == len(KEYS)
    for row in ROWS:
        assert row.chosen in ("paper", "validation") and row.seeds >= 1, row.key
        assert row.published is None if row.key in ("quick", "pair") else 0 < row.published < 20, row.key
        assert row.on == "test" or row.n <= classics.SPLIT, "no validation images are left"


def test_a_rate_that_falls_falls_for_as_long_as_the_training_goes():
    for row in ROWS:
        if isinstance(row.configuration.lr, CosineDecay):
            assert row.configuration.lr.epochs == row.configuration.epochs, row.key


def test_the_settings_tell_rows_of_the_same_label_apart_and_name_no_address():
    assert len({(row.key, row.settings) for row in ROWS}) == len(ROWS)
    assert not any(" at 0x" in row.settings for row in ROWS)
    assert len({row.settings for row in ROWS}) == len(ROWS)


def test_elastic_fields_are_those_of_simard():
    # uniform numbers, smoothed, of norm 34 over 29 x 29 pixels: what is their root mean square?
    field = np.full((29, 29), 1.0)
    field *= 34 / np.linalg.norm(field)
    assert published.ELASTIC.bend == pytest.approx(np.sqrt(np.mean(field**2)))


def test_tanh_against_minus_one_and_one_is_sigmoid_against_zero_and_one():
    z = np.linspace(-3, 3, 7)
    assert (np.tanh(z) + 1) / 2 == pytest.approx(1 / (1 + np.exp(-2 * z)))


def test_after_each_step_no_neuron_has_longer_weights_than_max_norm_allows():
    network, rng = small_network(), np.random.default_rng(0)
    optimiser, longest = MaxNorm(0.5), []
    for _ in range(5):
        slopes = [rng.normal(0, 10, V.shape).astype(V.dtype) for V in network.params]
        optimiser.step(network.params, slopes)
        longest += [np.linalg.norm(W, axis=0).max() for W in network.params[::2]]
    assert max(longest) == pytest.approx(MaxNorm.c, rel=1e-6)
    assert optimiser.betas == [0.95]


def test_short_weights_and_biases_are_left_to_momentum():
    a, b = small_network(), small_network()
    for network, optimiser in (a, Momentum(0.01, 0.95)), (b, MaxNorm(0.01)):
        for W in network.params[::2]:
            W *= 0.1
        optimiser.step(network.params, [np.ones_like(V) for V in network.params])
    assert all(np.array_equal(V, U) for V, U in zip(a.params, b.params))


def test_a_share_of_the_pixels_is_left_out_and_the_others_make_up_for_it():
    X = InputDropout(0.2)(np.ones((400, 100), np.float32), np.random.default_rng(0))
    assert X.dtype == np.float32
    assert set(np.unique(X)) == {0, np.float32(1.25)}
    assert np.mean(X == 0) == pytest.approx(0.2, abs=0.01)


# ---------------------------------------------------------------- a job


def test_a_job_repeats_itself_to_the_bit(place, few_images):
    row = TINY_ROWS[0]
    X, y, *_ = few_images
    a, b = (classics.train(row.configuration, 1, X, y)[0].params for _ in range(2))
    assert all(np.array_equal(V, U) for V, U in zip(a, b))
    one, two = (classics.learn(row, 1) | {"seconds": None} for _ in range(2))
    assert one == two and 0 < one["wrong"] < 200
    other = classics.train(row.configuration, 0, X, y)[0].params
    assert not np.array_equal(a[0], other[0])


def test_it_learns_from_its_images_and_counts_validation_images_that_are_left(place, few_images):
    X, y, *_ = few_images
    network, _ = classics.train(TINY, 0, X[:400], y[:400])
    wrong = np.count_nonzero(network.predict(X[400:]) != y[400:])
    assert classics.learn(TINY_ROWS[0], 0)["wrong_validation"] == wrong
    assert classics.learn(TINY_ROWS[1], 0)["wrong_validation"] == ""


def test_a_committee_averages_probabilities(place, few_images):
    go("--rows", "nets", "votes")
    X, y, X_test, y_test = few_images
    members = [classics.train(TINY, seed, X, y)[0].predict_proba(X_test) for seed in range(3)]
    wrong = {(line["key"], line["seed"]): int(line["wrong"]) for line in results()}
    assert wrong["votes", "0"] == np.count_nonzero(sum(members).argmax(axis=1) != y_test)
    for seed, P in enumerate(members):
        assert wrong["nets", str(seed)] == np.count_nonzero(P.argmax(axis=1) != y_test)
    seconds = [float(line["seconds"]) for line in results()]
    assert seconds[-1] == pytest.approx(sum(seconds[:-1]), abs=0.3)


def test_a_committee_may_be_right_where_most_are_wrong(place, monkeypatch):
    classics.CACHE.mkdir()
    sure, unsure = np.eye(10)[[3]], np.eye(10)[[5]] * 0.02 + 0.098
    for seed, P in enumerate([sure, unsure, unsure]):
        np.savez(classics.cached(NETWORKS, seed), P=P, seconds=1.0)
    monkeypatch.setattr(classics, "images", lambda: (None, None, None, np.array([3])))
    assert classics.vote(TINY_ROWS[3], 0)["wrong"] == 0


# ---------------------------------------------------------------- many jobs


def test_all_rows_are_run_once_and_only_what_is_lacking_is_run_again(place, work, capsys):
    assert go() == 0
    jobs = {("one", 0), ("one", 1), ("given", 0), ("nets", 0), ("nets", 1), ("nets", 2), ("votes", 0)}
    assert set(work) == jobs and len(work) == len(jobs) == len(results())
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(jobs) and lines[0].startswith("1/6 ") and "to go" in lines[0]
    assert go() == 0 and len(work) == len(jobs)

    kept = classics.RESULTS.read_text().splitlines(keepends=True)
    lost = next(line for line in kept if line.startswith("one,1"))
    classics.RESULTS.write_text("".join(line for line in kept if line != lost))
    work.clear()
    go()
    assert work == [("one", 1)]


def test_two_jobs_at_a_time(place):
    # threads, as another process would not know of these rows and images
    from joblib import parallel_config

    with parallel_config("threading"):
        assert classics.main(["--rows", "one", "given", "--jobs", "2"]) == 0
    assert sorted(line["key"] for line in results()) == ["given", "one", "one"]


def test_a_row_with_other_settings_is_run_again(place, work, monkeypatch):
    go("--rows", "given")
    changed = replace(TINY_ROWS[1], configuration=replace(TINY, batch_size=40))
    monkeypatch.setattr(classics, "ROWS", [changed])
    go("--rows", "given")
    assert work == [("given", 0)] * 2
    (line,) = results()
    assert "batch_size=40" in line["settings"], "the page sees the last one only"


def test_what_another_version_made_is_stale_and_kept_unless_again(place, work, monkeypatch):
    go("--rows", "given")
    assert [line["stale"] for line in results()] == [False]
    monkeypatch.setattr(classics, "package_hash", lambda: "another")
    assert [line["stale"] for line in results()] == [True]
    go("--rows", "given")
    assert len(work) == 1
    go("--rows", "given", "--again")
    assert len(work) == 2 and [line["stale"] for line in results()] == [False]


def test_a_stopped_committee_goes_on_with_what_its_networks_said(place, work):
    go("--rows", "nets")
    go("--rows", "votes")
    assert [key for key, _ in work] == ["nets"] * 3 + ["votes"]


def test_networks_whose_words_are_lost_are_trained_again_for_a_committee_that_lacks(place, work):
    go("--rows", "nets")
    classics.cached(NETWORKS, 1).unlink()
    work.clear()
    go("--rows", "votes")
    assert work == [("nets", 1), ("votes", 0)]
    classics.cached(NETWORKS, 1).unlink()
    work.clear()
    go()
    assert not {"nets", "votes"} & {key for key, _ in work}, "the committee has voted"


def test_a_job_that_fails_is_named_and_the_others_go_on(place, monkeypatch, capsys):
    bad = replace(TINY_ROWS[1], key="bad", configuration=replace(TINY, lr=1e30))
    monkeypatch.setattr(classics, "ROWS", [bad, TINY_ROWS[1]])
    monkeypatch.setattr(classics, "expected", lambda *_: 1)
    assert go() == 1
    assert "bad seed 0: FAILED: FloatingPointError: the training diverged" in capsys.readouterr().out
    assert [line["key"] for line in results()] == ["given"]


def test_unknown_rows_are_refused_before_anything_is_done(place, work, capsys):
    with pytest.raises(SystemExit):
        go("--rows", "one", "lenet")
    assert "'lenet'" in capsys.readouterr().err
    assert not work and not classics.RESULTS.exists()


def test_the_list_says_what_is_done_and_does_nothing(place, work, capsys):
    go("--rows", "given")
    work.clear()
    capsys.readouterr()
    assert go("--list") == 0
    listed = capsys.readouterr().out.splitlines()
    assert not work and len(listed) == len(TINY_ROWS) + 1
    assert "0 of 2 done" in listed[0] and "NOT CHOSEN YET" in listed[0]
    assert "1 of 1 done" in listed[1] and "the paper's" in listed[1]
    assert "minutes to go" in listed[-1]


# ---------------------------------------------------------------- files


def test_a_line_says_how_it_was_made(place):
    go("--rows", "given")
    (line,) = results()
    assert line["settings"] == TINY_ROWS[1].settings
    assert line["package"] == classics.package_hash()
    assert np.__version__ in line["versions"] and "cores" in line["machine"]
    assert float(line["seconds"]) > 0
    assert line["date"][:2] == "20"


def test_a_half_line_is_ignored_and_does_not_spoil_the_next(place, work):
    go("--rows", "one")
    text = classics.RESULTS.read_text()
    classics.RESULTS.write_text(text[:-30])  # killed while it wrote the second
    assert [line["seed"] for line in results()] == ["0"]
    work.clear()
    go("--rows", "one")
    assert work == [("one", 1)]
    with open(classics.RESULTS, newline="") as file:
        assert [line["seed"] for line in csv.DictReader(file)] == ["0", "1"]


def test_a_kill_while_a_line_is_written_leaves_the_file_as_it_was(place, monkeypatch):
    classics.append(classics.RESULTS, {"key": "a", "n": 1})
    before = classics.RESULTS.read_bytes()

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(classics.os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        classics.append(classics.RESULTS, {"key": "b", "n": 2})
    assert classics.RESULTS.read_bytes() == before


def test_no_file_is_no_results(place):
    assert results() == []


def test_the_hash_changes_with_what_makes_the_numbers_and_with_nothing_else(tmp_path, monkeypatch):
    for path in classics.PACKAGE.glob("*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    ours = classics.package_hash()
    monkeypatch.setattr(classics, "PACKAGE", tmp_path)
    assert classics.package_hash() == ours
    (tmp_path / "plots.py").write_text("")
    assert classics.package_hash() == ours
    changed = {ours}
    for name in "training.py", "experiments.py", "distortions.py":
        (tmp_path / name).write_text((tmp_path / name).read_text() + "\n")
        changed.add(classics.package_hash())
    assert len(changed) == 4


def test_the_hash_is_of_all_modules_that_a_run_imports_but_those_that_keep_and_show():
    imported, waiting = set(), ["experiments", "distortions", "optimisers", "schedules"]
    while waiting:
        name = waiting.pop()
        if name not in imported:
            imported.add(name)
            source = (classics.PACKAGE / f"{name}.py").read_text("utf-8")
            waiting += re.findall(r"^\s*from \.(\w+) import", source, re.MULTILINE)
            waiting += ["fingerprints"] if "from . import fingerprints" in source else []
    assert imported - set(classics.NUMBERS) == {"_arguments", "fingerprints", "results", "tables"}
    assert set(classics.NUMBERS) <= imported, "these make no number of a run"


# ---------------------------------------------------------------- the page


def test_the_page_gets_a_line_for_each_row_that_is_done_and_keeps_its_text(place):
    go("--rows", "one", "nets")
    page = classics.PAGE.read_text()
    assert page.startswith("Before.\nMADE") and page.endswith('"""\nAfter.\n') and "old" not in page
    assert np.__version__ in page.split('"""')[1]
    one, nets = (line.split(" | ") for line in page.split('"""')[3].strip().splitlines())
    assert one[:5] == ["one", "one", "LeCun", "5", "test"] and nets[3] == "-"
    assert one[5] == "ReLU, Momentum 0.05, falling, 2 × 50; chosen" and one[7] == "this"
    wrong = {line["seed"]: line["wrong"] for line in results() if line["key"] == "one"}
    assert one[8] == f"{wrong['0']} {wrong['1']}"
    assert float(one[6]) == pytest.approx(np.mean([float(line["seconds"]) for line in results() if line["key"] == "one"]), rel=0.01)


def test_the_page_shows_validation_images_where_the_published_number_is_of_those(place, monkeypatch):
    monkeypatch.setattr(classics, "ROWS", [replace(TINY_ROWS[0], on="validation")])
    go()
    line = classics.page_rows().split(" | ")
    assert line[4] == "validation" and line[8].split()[0] == results()[0]["wrong_validation"]


def test_the_page_says_which_rows_another_version_of_the_package_has_made(place, monkeypatch):
    go("--rows", "given")
    monkeypatch.setattr(classics, "package_hash", lambda: "another")
    assert go("--page") == 0
    assert " | another | " in classics.PAGE.read_text()


def test_a_row_whose_settings_have_changed_is_not_shown_until_it_is_done(place, monkeypatch):
    go("--rows", "given")
    monkeypatch.setattr(classics, "ROWS", [replace(TINY_ROWS[1], configuration=replace(TINY, batch_size=40))])
    assert classics.page_rows() == ""


def test_before_anything_is_done_the_page_has_no_rows(place):
    assert go("--page") == 0
    assert 'ROWS = """\n"""' in classics.PAGE.read_text()


def test_a_page_without_a_place_for_the_rows_is_left_as_it_is(place):
    go("--rows", "given")
    classics.PAGE.write_text('MADE = """\n"""\n')
    with pytest.raises(ValueError, match="must have one place for ROWS, has 0"):
        classics.write_page()
    assert classics.PAGE.read_text() == 'MADE = """\n"""\n'


def test_the_book_shows_the_results_that_are_on_file():
    page = classics.PAGE.read_text("utf-8")
    for name, text in ("MADE", classics.made_how()), ("ROWS", classics.page_rows()):
        assert f'{name} = """\n{text}"""' in page, "run python benchmarks/classics.py --page"


# ---------------------------------------------------------------- choices


def test_choices_are_trained_before_the_split_and_judged_after_it(place, few_images, work):
    assert go("--choose") == 0
    assert set(work) == {("one", 0), ("nets", 0)}, "what a paper gives, and votes, are not chosen"
    X, y, *_ = few_images
    file = classics.read_lines(classics.CHOICES)
    lines = {line["settings"]: line for line in file if line["key"] == "one"}
    own, *others = classics.alternatives(TINY_ROWS[0])
    network, _ = classics.train(own, 0, X[:400], y[:400])
    assert len(lines) == 3 and not classics.RESULTS.exists()
    assert int(lines[str(own)]["wrong_validation"]) == np.count_nonzero(network.predict(X[400:]) != y[400:])
    assert {line["wrong"] for line in lines.values()} == {""}
    work.clear()
    go("--choose")
    assert not work


def test_choices_are_short_and_have_rates_on_both_sides():
    row = replace(TINY_ROWS[0], configuration=paced(TINY, 0.1, 130), others=(paced(TINY, 0.1, 130, l2=0.1),))
    tried = classics.alternatives(row)
    assert [each.lr for each in tried] == [CosineDecay(rate, 32) for rate in (0.1, 0.05, 0.2, 0.1)]
    assert {each.epochs for each in tried} == {32} and tried[-1].l2 == 0.1
    of_few = replace(row, configuration=paced(TINY, 0.1, 15), others=())
    assert {each.epochs for each in classics.alternatives(of_few)} == {10}


@pytest.mark.parametrize(
    "wrong, said", [([5, 7, 6], "the best"), ([5, 5, 6], "the best"), ([5, 4, 6], "NOT THE BEST")]
)
def test_the_list_says_whether_the_settings_are_the_best_that_were_tried(place, wrong, said):
    row = TINY_ROWS[0]
    for each, count in zip(classics.alternatives(row), wrong):
        assert "NOT CHOSEN YET" in classics.chosen(row)
        classics.append(classics.CHOICES, classics.line_of(row, 0, str(each), 1.0, "", count))
    assert classics.chosen(row).startswith(said)
    assert str(classics.alternatives(row)[1]) in classics.chosen(row) or said == "the best"


def test_settings_that_were_chosen_are_the_best_of_their_choices_on_file():
    for row in ROWS:
        assert not classics.chosen(row).startswith("NOT THE BEST"), f"{row.key}: {classics.chosen(row)}"
