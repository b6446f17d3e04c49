"""What people install with pip holds the rules and templates as they stand here, and works from any folder."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = {"rules": "auditor/rules", "templates": "auditor/templates"}


def _run(*command: str | Path, cwd: Path, ok: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True, timeout=600)
    assert done.returncode in ok, f"{command} gave {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel made from it, built without a network."""
    out = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    return next(out.glob("*.tar.gz")), next(out.glob("*.whl"))


def _files_under(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


@pytest.mark.parametrize("folder", SHIPPED)
def test_the_wheel_holds_the_same_files_byte_for_byte(built: tuple[Path, Path], folder: str) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        inside = {name.removeprefix(SHIPPED[folder] + "/"): wheel.read(name) for name in wheel.namelist()
                  if name.startswith(SHIPPED[folder] + "/") and not name.endswith("/")}
    here = {p.relative_to(ROOT / folder).as_posix(): p.read_bytes() for p in _files_under(ROOT / folder)}
    assert here, f"{folder}/ is empty"
    assert inside == here


def test_the_wheel_installs_one_name_only(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        top = {PurePosixPath(name).parts[0] for name in wheel.namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == {"auditor"}


def test_the_source_archive_can_be_tested(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        names = {PurePosixPath(*PurePosixPath(name).parts[1:]).as_posix() for name in archive.getnames()}
    for needed in ("Makefile", "README.md", "requirements.txt", "requirements-build.txt", "requirements-dev.txt",
                   "rules/nms/visits/unannounced.yaml", "sample_data/expected.yaml", "tests/packaging/test_wheel.py"):
        assert needed in names


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `auditor` command of a fresh environment that has the package and what it runs on, nothing else.

    The dependencies are those already installed here, and only the locked ones: no network is needed.
    """
    place = tmp_path_factory.mktemp("fresh")
    venv.create(place / "env", with_pip=True)
    python = place / "env" / "bin" / "python"
    site = Path(_run(python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])", cwd=place).strip())
    _link_runtime(site)
    _run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", built[1], cwd=place)
    return place / "env" / "bin" / "auditor"


def _link_runtime(site: Path) -> None:
    """Put the files of each locked runtime dependency into another environment."""
    from importlib.metadata import distribution

    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if "==" not in line or "sys_platform" in line:
            continue
        dist = distribution(line.split("==")[0])
        for file in dist.files or ():
            source, target = Path(str(dist.locate_file(file))), site / str(file)
            if ".." in file.parts or not source.exists() or target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(source)


def test_the_installed_command_runs_from_another_folder(installed: Path, tmp_path: Path) -> None:
    import auditor

    assert auditor.__version__ in _run(installed, "--version", cwd=tmp_path)
    _run(installed, "rules", "check", cwd=tmp_path)
    _run(installed, "run", ROOT / "sample_data" / "export", "--as-of", "2026-03-31", "--output", tmp_path / "out",
         "--fail-on", "never", cwd=tmp_path)
    assert (tmp_path / "out" / "findings.json").stat().st_size > 1000


def test_nothing_of_the_tests_is_needed_at_run_time(installed: Path, tmp_path: Path) -> None:
    check = "import importlib.util as u; print([m for m in ('pytest', 'hypothesis', 'jsonschema') if u.find_spec(m)])"
    assert _run(installed.parent / "python", "-c", check, cwd=tmp_path).strip() == "[]"
