"""The pictures of the report in docs/images, taken anew from the sample agency: `make screenshots`."""

from __future__ import annotations

import base64
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from chrome import Chrome, program  # noqa: E402 - it stands with the tests that drive it

IMAGES = ROOT / "docs" / "images"
AS_OF = "2026-03-31"
WIDTH, HEIGHT = 900, 1150
MOST_BYTES = 200_000
# A rule and a household in which the sample agency falls short, and the first page.
PICTURES = {"report-first-page": "", "report-rule": "#rule={rule}", "report-household": "#household={household}"}

# The rule and the household with the most findings: a picture of one finding shows little.
MOST = """(() => {
  const most = name => {
    const count = {};
    for (const x of document.querySelectorAll('#all li[id]')) {
      const value = x.dataset[name];
      if (value && x.dataset.h) count[value] = (count[value] || 0) + 1;
    }
    return Object.keys(count).reduce((a, b) => count[b] > count[a] ? b : a);
  };
  return {rule: encodeURIComponent(most('r')), household: encodeURIComponent(most('h'))};
})()"""


def main(arguments: list[str]) -> int:
    """Take the pictures, of the report named as the only argument or of a fresh audit of the sample. 0 where all went
    well; 1 where there is no browser or a picture grew beyond MOST_BYTES."""
    if program() is None:
        print("screenshots: no Chromium on this machine. Install it, then try again.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        report = Path(arguments[0]).resolve() if arguments else audited(Path(folder) / "audit")
        sizes = take(report, Path(folder) / "profile")
    for path, size in sizes.items():
        print(f"{path.relative_to(ROOT)}: {size:,} bytes")
    return 1 if max(sizes.values()) > MOST_BYTES else 0


def audited(folder: Path) -> Path:
    """The report of a fresh audit of the sample."""
    sample = ROOT / "sample_data" / "export"
    command = [sys.executable, "-m", "auditor", "run", str(sample), "--as-of", AS_OF, "--output", str(folder)]
    subprocess.run([*command, "--format", "html", "--fail-on", "never", "--quiet"], check=True, cwd=ROOT)
    return folder / "report.html"


def take(report: Path, profile: Path) -> dict[Path, int]:
    """Each picture that was written, with its size in bytes."""
    IMAGES.mkdir(exist_ok=True)
    chrome = Chrome(profile)
    try:
        chrome.call("Emulation.setDeviceMetricsOverride", width=WIDTH, height=HEIGHT, deviceScaleFactor=1, mobile=False)
        chrome.open(report.as_uri())
        found = chrome.run(MOST)
        written = {}
        for name, place in PICTURES.items():
            chrome.open(report.as_uri() + place.format(**found))
            # No ring of the keyboard's focus in a picture.
            chrome.run("document.activeElement && document.activeElement.blur()")
            path = IMAGES / f"{name}.png"
            written[path] = path.write_bytes(base64.b64decode(chrome.call("Page.captureScreenshot")["data"]))
        return written
    finally:
        chrome.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
