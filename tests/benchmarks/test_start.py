"""What a start costs: importing the package and asking for help, against an empty process."""

import resource
import subprocess
import sys

ROUNDS = 10
# Ratios of processor time; typer, which the command line needs, is most of what help costs above an empty process.
LARGEST_IMPORT = 1.5
LARGEST_HELP = 8.0
STARTS = {
    "python -c pass": "pass",
    "import relicfit": "import relicfit",
    "relicfit --help": "import sys; sys.argv = ['relicfit', '--help']; from relicfit.infer.cli import main; main()",
}


def children_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_a_start_costs_little_more_than_an_empty_process(measure, table):
    def start(code):
        return lambda: subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)

    actions = [start(code) for code in STARTS.values()]
    for action in actions:
        action()
    times = measure(actions, ROUNDS, children_seconds)
    ratios = dict(zip(STARTS, (time / times[0] for time in times), strict=True))
    rows = [(name, f"{1e3 * t:.0f}", f"{ratios[name]:.2f}") for name, t in zip(STARTS, times, strict=True)]
    table("Starting", [("what", "ms", "ratio"), *rows])
    assert ratios["import relicfit"] < LARGEST_IMPORT
    assert ratios["relicfit --help"] < LARGEST_HELP
