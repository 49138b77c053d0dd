"""What is printed at the end of a run."""


def test_the_text_tells_parameters_observables_evidence_and_verdict(finished):
    text = str(finished)
    numbers = finished.diagnostics["numbers"]
    assert f"ln Z = {numbers['log_evidence']:.2f} +- {numbers['log_evidence_error']:.2f}" in text
    assert text.rstrip().splitlines()[-1].startswith("converged" if finished.converged else "NOT CONVERGED")
    lines = text.splitlines()
    heads = [line for line in lines if line.startswith(("parameter", "observable"))]
    # Both tables share their columns.
    assert len({line.index("best fit") for line in heads}) == 1
    column = heads[0].index("best fit")
    for name in ("a", "b", "omega_h2"):
        line = next(line for line in lines if line.split()[:1] == [name])
        assert float(line[column:]) == float(f"{finished.summary[name]['best_fit']:.4g}")
