"""``python -m relicfit`` is the command ``relicfit``."""

from .infer.cli import main

main()
