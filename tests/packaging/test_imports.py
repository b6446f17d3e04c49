"""The direction of imports, as written in pyproject.toml, is kept; and the gate can fail."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINT = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True))"


def _lint(cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", LINT], cwd=cwd, capture_output=True, text=True, timeout=120)


def test_imports_point_one_way() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_import_of_the_engine_elsewhere_would_be_seen(tmp_path: Path) -> None:
    package = tmp_path / "auditor"
    package.mkdir()
    for name in ("__init__", "errors", "records", "model", "store", "sample"):
        (package / f"{name}.py").write_text("", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    (package / "store.py").write_text("import duckdb\n", encoding="utf-8")
    (package / "model.py").write_text("import duckdb\n", encoding="utf-8")
    done = _lint(tmp_path)
    assert done.returncode != 0
    assert "Only the store knows the SQL engine BROKEN" in done.stdout


def test_every_module_has_its_layer() -> None:
    layers = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("layers = [")[1].split("]")[0]
    modules = {p.stem for p in (ROOT / "auditor").iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    for module in sorted(modules - {"__init__", "__main__", "__pycache__"}):
        assert f"{module}" in layers.replace("(", " ").replace(")", " ").replace('"', " ").split(), module
