"""``python -m relicfit`` is the command ``relicfit``."""

from relicfit.infer.cli import main

main()
