"""The workflow files, Binder's and oldest.txt say what pyproject.toml and the Makefile say."""

import re
import tomllib

import pytest
import yaml
from mystsource import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def workflow(name):
    return yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text(encoding="utf-8"))


def lines_of(name):
    """Return the lines of a requirements file, comments left out."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_job_is_one_that_github_can_run(path):
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert content[True], "it is started by nothing"  # YAML 1.1 reads the key on as true
    assert content["permissions"] == {"contents": "read"}, "it may do more than read"
    for name, job in content["jobs"].items():
        assert set(job.get("needs", [])) <= set(content["jobs"]), f"{name} waits for no job"
        for step in job["steps"]:
            assert len({"run", "uses"} & set(step)) == 1, f"{name}: a step runs or uses, {step}"
            action = step.get("uses", "actions/none@v1")
            assert re.fullmatch(r"actions/[\w-]+@v\d+", action), f"{action}: GitHub's own, by version"


def test_every_command_is_there():
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    steps = [step for path in WORKFLOWS for job in workflow(path.stem)["jobs"].values() for step in job["steps"]]
    commands = "\n".join(step.get("run", "") for step in steps)
    made = re.findall(r"^make ([\w-]+)", commands, re.M)
    assert set(made) >= {"book", "links"}, f"the pattern finds {made}"
    assert set(made) <= set(targets), f"the Makefile has no {set(made) - set(targets)}"
    for name in re.findall(r"(?<!\S)(?:\.ci/\w+|tests/[\w./]+|binder)(?!\S)", commands):
        assert (ROOT / name).exists(), f"there is no {name}"


def test_oldest_txt_has_the_lowest_version_of_everything():
    bounds = {}
    for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["cluster"]:
        requirement = Requirement(line)
        (lowest,) = [part.version for part in requirement.specifier if part.operator == ">="]
        bounds[canonicalize_name(requirement.name)] = lowest
    pinned = {}
    for line in lines_of("tests/oldest.txt"):
        (pin,) = Requirement(line).specifier
        assert pin.operator == "==", f"{line} is no exact version"
        pinned[canonicalize_name(Requirement(line).name)] = pin.version
    for version in (bounds, pinned):  # 2.0 is 2.0.0
        version.update({name: (text + ".0.0").split(".")[:3] for name, text in version.items()})
    assert pinned == bounds, "tests/oldest.txt and pyproject.toml differ"


def test_the_oldest_and_a_newer_python_are_tested():
    rows = {row["name"]: row for row in workflow("book")["jobs"]["versions"]["strategy"]["matrix"]["include"]}
    assert PROJECT["requires-python"] == f">={rows['oldest']['python']}", "not the oldest Python"
    assert "-c tests/oldest.txt" in rows["oldest"]["pip"], "not the oldest packages"
    oldest, newest = (tuple(map(int, rows[name]["python"].split("."))) for name in ("oldest", "newest"))
    assert newest > oldest and "oldest" not in rows["newest"]["pip"], "not the newest"


def test_only_the_branch_main_is_published_and_only_when_the_tests_pass():
    content = workflow("book")
    assert content[True]["push"] == {"branches": ["main"]}
    publish = content["jobs"]["publish"]
    assert publish["if"] == "github.event_name == 'push'", "a pull request would be published"
    assert set(publish["needs"]) == set(content["jobs"]) - {"publish"}, "it does not wait for the tests"
    writing = [name for name, job in content["jobs"].items() if "permissions" in job]
    assert writing == ["publish"] and publish["permissions"] == {"contents": "write"}
    assert {"BOOK_SITE", "BOOK_REPOSITORY"} <= set(publish["env"]), "the site does not know its address"


def test_binder_installs_the_wheel_that_lies_beside_its_notebooks():
    wheel = f"./{PROJECT['name'].replace('-', '_')}-{PROJECT['version']}-py3-none-any.whl"
    assert lines_of("binder/requirements.txt") == [wheel]
    (python,) = lines_of("binder/runtime.txt")
    version = tuple(map(int, python.removeprefix("python-").split(".")))
    assert version >= tuple(map(int, PROJECT["requires-python"].removeprefix(">=").split(".")))
