"""What only grows in a nested run, written block by block: a save costs what is new since the one before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dynesty.utils import RunRecord

from ...storage.checkpoint import Checkpoint

__all__ = ["Records"]

# Where samplers of dynesty keep records: the attribute of the sampler, that of the record in it.
PLACES = (
    (None, "saved_run"),
    (None, "base_run"),
    (None, "new_run"),
    ("sampler", "saved_run"),
    ("batch_sampler", "saved_run"),
)


@dataclass
class _Written:
    """Hold how much of a record is in blocks, and since which block."""

    record: RunRecord
    since: int
    # By column: the list itself, how many rows are written, and the last of them.
    columns: dict[str, tuple[list[Any], int, Any]]

    def holds(self, record: RunRecord) -> bool:
        """Tell whether a record has only grown since."""
        return record is self.record and all(
            record[key] is rows and len(rows) >= count and (count == 0 or rows[count - 1] is last)
            for key, (rows, count, last) in self.columns.items()
        )


class Records:
    """Write the records of a sampler to blocks of a checkpoint, and fill them from there.

    dynesty keeps every sample of a run in lists. In the state their place is taken by names, see `names`.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        """Begin with empty records, one for each place."""
        self.checkpoint = checkpoint
        self.next = 0
        self._written: dict[str, _Written] = {}
        self.empty = {f"record {number}": RunRecord() for number in range(len(PLACES))}

    def names(self, sampler: Any) -> dict[str, RunRecord]:
        """Return the records that a sampler has, each once, by name."""
        found: dict[str, RunRecord] = {}
        for number, (attribute, name) in enumerate(PLACES):
            part = sampler if attribute is None else getattr(sampler, attribute, None)
            record = getattr(part, name, None)
            if record is not None and not any(record is other for other in found.values()):
                found[f"record {number}"] = record
        return found

    def save(self, sampler: Any) -> dict[str, Any]:
        """Write what is new, and return what the state must know of it."""
        block: dict[str, Any] = {}
        written: dict[str, _Written] = {}
        whole: dict[str, dict[str, Any]] = {}
        for name, record in self.names(sampler).items():
            before = self._written.get(name)
            if before is None or not before.holds(record):
                before = _Written(record, self.next, {})
            lists = {key: rows for key, rows in record.D.items() if type(rows) is list}
            whole[name] = {key: rows for key, rows in record.D.items() if key not in lists}
            new = {key: rows[before.columns.get(key, (None, 0))[1] :] for key, rows in lists.items()}
            if before.since == self.next or any(new.values()):
                block[name] = new
            columns = {key: (rows, len(rows), rows[-1] if rows else None) for key, rows in lists.items()}
            written[name] = _Written(record, before.since, columns)
        if block:
            self.checkpoint.save_block(self.next, block)
            self.next += 1
        # Only now: what could not be written is new the next time too.
        self._written = written
        return {
            "since": {name: item.since for name, item in written.items()},
            "whole": whole,
            "next": self.next,
        }

    @property
    def needed(self) -> range:
        """The blocks that the state needs."""
        return range(min((item.since for item in self._written.values()), default=self.next), self.next)

    def fill(self, sampler: Any, described: dict[str, Any]) -> None:
        """Fill the records of a sampler, which are those in `empty`, from the blocks."""
        records, since, self.next = self.names(sampler), described["since"], described["next"]
        for name, record in records.items():
            record.D = dict.fromkeys(record.D) | described["whole"][name]
        for number in range(min(since.values(), default=self.next), self.next):
            for name, columns in self.checkpoint.load_block(number).items():
                if name in since and number >= since[name]:
                    _extend(records[name], columns)
        for name, record in records.items():
            record.D = {key: rows for key, rows in record.D.items() if rows is not None}
            lists = {key: rows for key, rows in record.D.items() if type(rows) is list}
            columns = {key: (rows, len(rows), rows[-1] if rows else None) for key, rows in lists.items()}
            self._written[name] = _Written(record, since[name], columns)


def _extend(record: RunRecord, columns: dict[str, list[Any]]) -> None:
    for key, rows in columns.items():
        if type(record.D.get(key)) is list:
            record.D[key].extend(rows)
        elif record.D.get(key) is None:
            record.D[key] = rows
