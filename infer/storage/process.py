"""Whether a process is alive, told by number, birth and place, on machines with and without /proc."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

__all__ = ["birth_of", "is_alive", "namespace"]


def is_alive(process: int) -> bool:
    """Tell whether a process of this machine lives; one that has ended and waits for its parent does not."""
    if process <= 0:
        return False
    if os.name == "nt":
        return _is_alive_on_windows(process)
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    state = _state_of(process)
    return not (state and state[0] == "Z")


def birth_of(process: int) -> str:
    """Return when a process was born, as the kernel counts it; "" where that cannot be told.

    Numbers of processes come back: with the birth they name one process for good.
    """
    state = _state_of(process)
    return state[19] if len(state) > 19 else ""


def namespace() -> str:
    """Return in which world of process numbers this one lives; "" where there is but one."""
    with contextlib.suppress(OSError):
        return os.readlink("/proc/self/ns/pid")
    return ""


def _state_of(process: int) -> list[str]:
    """Return the fields of a process after its name, which may hold spaces; none without /proc."""
    with contextlib.suppress(OSError, ValueError):
        return Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    return []


def _is_alive_on_windows(process: int) -> bool:
    # There a signal of number zero is one that ends the process.
    import ctypes

    query, still_active = 0x1000, 259
    system = ctypes.windll.kernel32  # type: ignore[attr-defined]
    handle = system.OpenProcess(query, False, process)
    if not handle:
        return False
    code = ctypes.c_ulong()
    system.GetExitCodeProcess(handle, ctypes.byref(code))
    system.CloseHandle(handle)
    return code.value == still_active
