"""UltraNest, bilby and cobaya sample a run file through `relicfit.model`, where they are installed."""

import numpy as np
import pytest

import relicfit

RUN = """
scenario = "thermal-freeze-out"
[parameters]
mass = 1.0
delta = { uniform = [0.2, 1.0] }
coupling = { loguniform = [1e-9, 1e-3] }
[likelihoods]
relic-density = { theory-error = 0.2 }
"""


# What these packages warn of is theirs.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.toml"
    path.write_text(RUN)
    return relicfit.model(path)


@pytest.fixture(scope="module")
def reference(model):
    """ln Z and the median of delta by brute force."""
    points = model.prior_transform(np.random.default_rng(0).random((40_000, 2)))
    ln_l = model.log_likelihood(points)
    weights = np.exp(ln_l - ln_l.max())
    order = np.argsort(points[:, 0])
    middle = points[order, 0][np.searchsorted(np.cumsum(weights[order]), 0.5 * weights.sum())]
    return np.log(weights.mean()) + ln_l.max(), middle


def test_ultranest(model, reference):
    ultranest = pytest.importorskip("ultranest")
    np.random.seed(1)  # noqa: NPY002  its generator is numpy's global one
    sampler = ultranest.ReactiveNestedSampler(
        list(model.names), model.log_likelihood, model.prior_transform, vectorized=True
    )
    found = sampler.run(min_num_live_points=200, show_status=False, viz_callback=False)
    assert found["logz"] == pytest.approx(reference[0], abs=4.0 * found["logzerr"])
    assert found["posterior"]["median"][0] == pytest.approx(reference[1], abs=0.06)


def test_bilby(model, reference, tmp_path):
    bilby = pytest.importorskip("bilby")

    class FromFile(bilby.Likelihood):
        def __init__(self):
            super().__init__()

        def log_likelihood(self, parameters=None):
            values = self.parameters if parameters is None else parameters
            return model.log_likelihood([values[name] for name in model.names])

    priors = {
        "delta": bilby.core.prior.Uniform(0.2, 1.0, "delta"),
        "coupling": bilby.core.prior.LogUniform(1e-9, 1e-3, "coupling"),
    }
    found = bilby.run_sampler(
        FromFile(), priors, sampler="dynesty", nlive=200, dlogz=0.5, sample="unif", bound="multi", save=False,
        outdir=str(tmp_path), check_point_plot=False, resume=False, seed=1, print_method="interval-60",
    )  # fmt: skip
    assert found.log_evidence == pytest.approx(reference[0], abs=5.0 * found.log_evidence_err)
    assert np.median(found.posterior["delta"]) == pytest.approx(reference[1], abs=0.06)


def test_cobaya(model, reference):
    cobaya = pytest.importorskip("cobaya.run")

    def loglike(delta, ln_coupling):
        return float(model.log_likelihood([delta, np.exp(ln_coupling)]))

    low, high = np.log(1e-9), np.log(1e-3)
    _, sampler = cobaya.run(
        {
            "likelihood": {"relicfit": loglike},
            "params": {
                "delta": {"prior": {"min": 0.2, "max": 1.0}, "ref": 0.6, "proposal": 0.1},
                "ln_coupling": {"prior": {"min": low, "max": high}, "ref": np.log(1e-6), "proposal": 0.5},
            },
            "sampler": {"mcmc": {"Rminus1_stop": 0.05, "max_tries": 10_000, "seed": 1}},
        }
    )
    chain = sampler.products(combined=True, skip_samples=0.3)["sample"]
    middle = np.average(chain["delta"], weights=chain["weight"])
    assert middle == pytest.approx(reference[1], abs=0.08)
