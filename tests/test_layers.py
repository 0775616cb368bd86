"""Imports run only downwards, as the drawing in ARCHITECTURE.md says."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_no_room_imports_from_above_or_beside():
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-4000:]


def test_no_two_files_of_tests_have_one_name():
    """Pytest imports them by their names alone, and refuses the second."""
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]

    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_importing_the_package_imports_nothing_heavy():
    heavy = "numpy scipy cv2 av onnxruntime pydantic rich typer torch"
    code = f"import clavilux, sys; print([m for m in {heavy.split()} if m in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_asking_for_help_imports_nothing_heavy():
    heavy = "numpy scipy cv2 av onnxruntime pydantic torch"
    code = (
        "import sys, clavilux.cli as c\n"
        "sys.argv = ['clavilux', '--help']\n"
        "try: c.main()\n"
        "except SystemExit: pass\n"
        f"print([m for m in {heavy.split()} if m in sys.modules], file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "see" in done.stdout
    assert done.stderr.strip() == "[]"
