"""What a verdict says beyond convergence: a posterior behind a limit of validity is no clean result."""

from relicfit.infer.diagnostics.verdict import LARGEST_FLAGGED, beyond_validity


def test_only_limits_of_the_calculation_count_and_only_where_most_of_the_posterior_lies_beyond():
    flags = {"unitarity": 0.9, "warm": LARGEST_FLAGGED, "hscp/m_phi outside the searches: no constraint": 1.0}
    assert beyond_validity(flags) == ["unitarity"]
