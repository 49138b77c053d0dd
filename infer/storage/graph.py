"""Python objects as JSON and bytes: plain data, arrays, and objects of classes that the reader names itself.

Reading imports nothing and calls nothing that the file names: a name in the file is looked up in the table
of the reader, and an object is filled with plain data. Objects that are one and the same stay so.
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["Known", "decode", "encode"]

# Numbers, truth values and text; no Python objects, no records.
PLAIN_DTYPE = re.compile(r"[<>|=]?(b1|[iu][1248]|f[248]|c8|c16|[US]\d{1,6})")
# Lists of at least this many floats or equal arrays are kept as bytes.
PACKED = 4


@dataclass(frozen=True)
class Known:
    """Hold what a graph may refer to beside plain data.

    Attributes
    ----------
    objects : mapping of str to object
        Functions and models, written as their names.
    classes : tuple of type
        Classes whose objects are written attribute by attribute: ordinary ones, named tuples, enumerations.
    """

    objects: Mapping[str, Any] = field(default_factory=dict)
    classes: tuple[type, ...] = ()

    @property
    def by_name(self) -> dict[str, type]:
        """The classes by the names they have in a file."""
        return {_name(cls): cls for cls in self.classes}


def _name(cls: type) -> str:
    return f"{cls.__module__}:{cls.__qualname__}"


def encode(value: Any, known: Known | None = None) -> bytes:
    """Return a value as bytes: the length of a JSON text, the text, and the content of the arrays.

    Raises
    ------
    TypeError
        Where the value holds something that is neither plain nor known.
    """
    writer = _Writer(known or Known())
    root = writer.refer(value)
    text = json.dumps({"root": root, "nodes": writer.nodes}, separators=(",", ":")).encode("ascii")
    return len(text).to_bytes(8, "little") + text + b"".join(writer.chunks)


class _Writer:
    def __init__(self, known: Known) -> None:
        self.known = known
        self.names = {id(value): name for name, value in known.objects.items()}
        self.nodes: list[Any] = []
        self.chunks: list[bytes] = []
        self.length = 0
        # Values are kept, so that no other can take the identity of one that is written.
        self.seen: dict[int, tuple[int, Any]] = {}

    def refer(self, value: Any) -> Any:
        """Return a value that is its own JSON, or a list with the number of its node."""
        if value is None or type(value) in (bool, int, float, str):
            return value
        if id(value) not in self.seen:
            number = len(self.nodes)
            self.seen[id(value)] = number, value
            self.nodes.append(None)
            self.nodes[number] = self.node(value)
        return [self.seen[id(value)][0]]

    def keep(self, content: bytes) -> list[int]:
        self.chunks.append(content)
        self.length += len(content)
        return [self.length - len(content), len(content)]

    def node(self, value: Any) -> list[Any]:
        if id(value) in self.names:
            return ["known", self.names[id(value)]]
        kind = type(value)
        if kind is np.ndarray:
            return self.array(value)
        if isinstance(value, np.generic):
            return ["scalar", *self.array(np.asarray(value))[1:]]
        if kind is list:
            return self.packed(value) or ["list", [self.refer(item) for item in value]]
        if kind in (tuple, set, frozenset):
            return [kind.__name__, [self.refer(item) for item in value]]
        if kind is dict:
            return ["dict", [[self.refer(key), self.refer(item)] for key, item in value.items()]]
        if kind is bytes:
            return ["bytes", *self.keep(value)]
        if kind is np.random.Generator:
            return ["generator", self.refer(value.bit_generator.state)]
        if kind in self.known.classes:
            return self.instance(value)
        raise TypeError(f"{_name(kind)} has no place in a checkpoint")

    def array(self, value: np.ndarray) -> list[Any]:
        if not PLAIN_DTYPE.fullmatch(value.dtype.str):
            raise TypeError(f"an array of {value.dtype} has no place in a checkpoint")
        # Products of matrices round by the order in memory: it belongs to the state.
        kind = "fortran" if value.flags.f_contiguous and not value.flags.c_contiguous else "array"
        content = value.T if kind == "fortran" else value
        return [kind, value.dtype.str, list(value.shape), *self.keep(content.tobytes())]

    def packed(self, value: list[Any]) -> list[Any] | None:
        if len(value) < PACKED:
            return None
        first = value[0]
        if type(first) is float and all(type(item) is float for item in value):
            return ["floats", *self.keep(np.array(value).tobytes())]
        if type(first) is np.float64 and all(type(item) is np.float64 for item in value):
            return ["float64s", *self.keep(np.array(value).tobytes())]
        alike = type(first) is np.ndarray and all(
            type(item) is np.ndarray
            and (item.shape, item.dtype, item.flags.c_contiguous) == (first.shape, first.dtype, True)
            for item in value
        )
        # An array that stands elsewhere too must stay one and the same.
        if alike and not any(id(item) in self.seen for item in value):
            return ["arrays", *self.array(np.array(value))[1:]]
        return None

    def instance(self, value: Any) -> list[Any]:
        name = _name(type(value))
        if isinstance(value, enum.Enum):
            return ["enum", name, value.name]
        if isinstance(value, tuple):
            return ["named", name, [self.refer(item) for item in value]]
        state = value.__getstate__()
        if not isinstance(state, dict):
            raise TypeError(f"{name} has no place in a checkpoint: it has no attributes by name")
        return ["object", name, self.refer(state)]


def decode(content: bytes, known: Known | None = None) -> Any:
    """Return the value that `encode` has written.

    Raises
    ------
    ValueError
        Where the content is anything else, or names what is not known.
    """
    try:
        length = int.from_bytes(content[:8], "little")
        described = json.loads(content[8 : 8 + length])
        return _Reader(described["nodes"], content[8 + length :], known or Known()).value(described["root"])
    except (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None


class _Reader:
    def __init__(self, nodes: list[Any], content: bytes, known: Known) -> None:
        self.nodes, self.content, self.known = nodes, content, known
        self.classes = known.by_name
        self.made: dict[int, Any] = {}

    def value(self, reference: Any) -> Any:
        if not isinstance(reference, list):
            return reference
        (number,) = reference
        if number not in self.made:
            kind, *details = self.nodes[number]
            if kind not in KINDS:
                raise ValueError(f"a node of kind {kind}")
            self.made[number] = getattr(self, f"make_{kind}")(number, *details)
        return self.made[number]

    def values(self, references: list[Any]) -> list[Any]:
        return [self.value(item) for item in references]

    def part(self, begin: int, length: int) -> bytes:
        if not 0 <= begin <= begin + length <= len(self.content):
            raise ValueError("content beyond the end")
        return self.content[begin : begin + length]

    def make_list(self, number: int, references: list[Any]) -> list[Any]:
        # Known before it is filled: it may hold itself.
        self.made[number] = found = []
        found.extend(self.values(references))
        return found

    def make_tuple(self, number: int, references: list[Any]) -> tuple[Any, ...]:
        return tuple(self.values(references))

    def make_set(self, number: int, references: list[Any]) -> set[Any]:
        return set(self.values(references))

    def make_frozenset(self, number: int, references: list[Any]) -> frozenset[Any]:
        return frozenset(self.values(references))

    def make_dict(self, number: int, pairs: list[list[Any]]) -> dict[Any, Any]:
        self.made[number] = found = {}
        for key, item in pairs:
            found[self.value(key)] = self.value(item)
        return found

    def make_bytes(self, number: int, begin: int, length: int) -> bytes:
        return self.part(begin, length)

    def make_array(self, number: int, dtype: str, shape: list[int], begin: int, length: int) -> np.ndarray:
        if not PLAIN_DTYPE.fullmatch(dtype):
            raise ValueError(f"an array of {dtype}")
        return np.frombuffer(self.part(begin, length), dtype).reshape(shape).copy()

    def make_fortran(self, number: int, dtype: str, shape: list[int], begin: int, length: int) -> np.ndarray:
        return self.make_array(number, dtype, shape[::-1], begin, length).T

    def make_scalar(self, number: int, dtype: str, shape: list[int], begin: int, length: int) -> Any:
        return self.make_array(number, dtype, [], begin, length)[()]

    def make_arrays(self, number: int, dtype: str, shape: list[int], begin: int, length: int) -> list[Any]:
        return [row.copy() for row in self.make_array(number, dtype, shape, begin, length)]

    def make_floats(self, number: int, begin: int, length: int) -> list[float]:
        return np.frombuffer(self.part(begin, length)).tolist()

    def make_float64s(self, number: int, begin: int, length: int) -> list[np.float64]:
        return list(np.frombuffer(self.part(begin, length)))

    def make_generator(self, number: int, reference: Any) -> np.random.Generator:
        generator = np.random.PCG64(0)
        generator.state = self.value(reference)
        return np.random.Generator(generator)

    def make_known(self, number: int, name: str) -> Any:
        return self.known.objects[name]

    def make_enum(self, number: int, name: str, member: str) -> Any:
        return self.classes[name].__members__[member]  # type: ignore[attr-defined]

    def make_named(self, number: int, name: str, references: list[Any]) -> Any:
        cls = self.classes[name]
        if not issubclass(cls, tuple):
            raise ValueError(f"{name} is no named tuple")
        return cls(*self.values(references))

    def make_object(self, number: int, name: str, reference: Any) -> Any:
        cls = self.classes[name]
        if issubclass(cls, tuple | enum.Enum):
            raise ValueError(f"{name} is no ordinary class")
        found = self.made[number] = object.__new__(cls)
        state = self.value(reference)
        methods = [key for key in state if callable(getattr(cls, key, None))]
        if methods or not all(isinstance(key, str) for key in state):
            raise ValueError(f"{name} with {methods} of its own")
        restore = getattr(cls, "__setstate__", None)
        if restore is not None:
            restore(found, state)
        else:
            found.__dict__.update(state)
        return found


KINDS = {name.removeprefix("make_") for name in vars(_Reader) if name.startswith("make_")}
