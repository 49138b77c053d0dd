"""Outcomes: every number a kernel returns has a sentence for people."""

from relicfit.solver.numerics.status import Status


def test_every_status_has_a_sentence_of_its_own():
    sentences = [status.sentence for status in Status]
    assert len(set(sentences)) == len(sentences)
    for sentence in sentences:
        assert len(sentence) >= 6
        assert sentence[0].islower()
        assert not sentence.endswith(".")


def test_statuses_are_the_numbers_from_zero_on():
    assert [int(status) for status in Status] == list(range(len(Status)))
    assert Status.OK == 0
    assert Status(0) is Status.OK
