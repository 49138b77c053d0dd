"""Files of a folder that may have come from somebody else: read only where they lie there themselves."""

from __future__ import annotations

import hashlib
import os
import stat
import zlib
from pathlib import Path

__all__ = ["digest_of", "is_picture", "read_own"]

PNG = b"\x89PNG\r\n\x1a\n"
# Bytes read at a time for a digest.
PIECE = 1 << 20


def read_own(path: Path) -> bytes:
    """Return the content of an ordinary file.

    Raises
    ------
    OSError
        Where there is none, or a link or a device stands in its place: it could lead anywhere.
    """
    # Nothing waits for the other end of a pipe, and a link is not followed where the system can tell.
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    if path.is_symlink():
        raise OSError(f"{path} is a link")
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path} is no ordinary file")
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def is_picture(content: bytes) -> bool:
    """Tell whether bytes are a PNG from the first chunk to the last, and nothing after it."""
    if not content.startswith(PNG):
        return False
    place, kinds = len(PNG), []
    while place + 12 <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        body = content[place + 4 : place + 8 + length]
        check = content[place + 8 + length : place + 12 + length]
        if len(check) < 4 or zlib.crc32(body).to_bytes(4, "big") != check:
            return False
        kinds.append(body[:4])
        place += 12 + length
    return place == len(content) and kinds[:1] == [b"IHDR"] and kinds[-1:] == [b"IEND"]
