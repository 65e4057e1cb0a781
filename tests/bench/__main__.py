"""Chooses what to measure."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench import __doc__ as about
from bench.builds import measure_builds, measure_serve, run_mkdocs
from bench.generated import ROOT
from bench.sizes import measure_sizes
from bench.table import head

PARTS = ("build", "serve", "size", "search", "python", "lighthouse")


def main() -> None:
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all when none is named")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="only sizes, and builds of the smaller site, once")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}: choose from {', '.join(PARTS)}")
    parts = options.parts or (("build", "size") if options.quick else PARTS)
    head()
    if "build" in parts:
        measure_builds([(100, 10)] if options.quick else [(100, 10), (400, 25)], 1 if options.quick else options.runs)
    if "serve" in parts:
        measure_serve(400, 25, options.runs)
    if "size" in parts:
        with tempfile.TemporaryDirectory() as folder:
            run_mkdocs(ROOT, Path(folder))
            measure_sizes(Path(folder))
    if {"search", "python", "lighthouse"} & set(parts):
        from bench.reading import measure_lighthouse, measure_python, measure_search  # needs a browser, which the other parts don't

        if "search" in parts:
            measure_search(options.runs)
        if "python" in parts:
            measure_python(options.runs)
        if "lighthouse" in parts:
            measure_lighthouse(options.runs)


if __name__ == "__main__":
    main()
