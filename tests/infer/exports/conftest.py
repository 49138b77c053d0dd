"""Small runs of each kind of sampler, of a scenario whose posterior is a Gaussian in ``a``."""

import pytest

from relicfit.infer.problem.problem import load_problem
from relicfit.infer.run.execute import execute

NESTED = 'live-points = 60\ndlogz = 0.5\nwalks = 10\nbound = "none"\nseed = 1\nname = "dynesty"\n'
SAMPLERS = {
    "finished": f"{NESTED}finish = 2000\n",
    "nested": f"{NESTED}finish = 0\n",
    "walkers": (
        'name = "emcee"\nwalkers = 16\nrhat = 1.2\ness = 60\nautocorrelations = 12\nmax-steps = 600\nseed = 3\n'
        "finish = 0\n"
    ),
}


@pytest.fixture(scope="session")
def runs(known_linear, tmp_path_factory):
    """Return finished runs by the kind of their sampler: a is measured as 0.12, b is idle over two decades."""
    folder = tmp_path_factory.mktemp("exports")
    found = {}
    for kind, sampler in SAMPLERS.items():
        path = folder / f"{kind}.toml"
        path.write_text(
            'scenario = "linear-test"\n[parameters]\na = { uniform = [0.02, 0.22] }\n'
            "b = { loguniform = [1, 100] }\n[likelihoods]\nrelic-density = { theory-error = 0.1 }\n"
            f"[sampler]\n{sampler}"
        )
        found[kind] = execute(load_problem(path), path.with_suffix(""), progress=False)
    return found
