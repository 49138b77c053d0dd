"""``python -m relicfit.infer.claims docs`` writes the page of the papers' claims and its numbers anew."""

from __future__ import annotations

import sys

from .page import write_page


def main(arguments: list[str]) -> int:
    """Write the page into the folder given, ``docs`` by default."""
    for path in write_page(arguments[0] if arguments else "docs"):
        print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
