"""Lines read from a numbered file, byte by byte: whoever shares it finds the rest where the line ended."""

from __future__ import annotations

from cluster.shell.language.descriptors import Held
from cluster.shell.language.shell import BadDescriptor, Shell, decoded
from cluster.shell.process import Reader


async def read_line(
    shell: Shell, number: int, *, delimiter: bytes = b"\n", most: int | None = None
) -> tuple[str, bool]:
    """Up to the delimiter (which is dropped), and whether the input ended first. BadDescriptor."""
    held = shell.descriptors.get(number)
    if held is None or held.reader is None:
        raise BadDescriptor(number)
    data = bytearray()
    while most is None or len(data) < most:
        byte = await _byte(held.reader)
        if not byte:
            return decoded(bytes(data)), True
        if byte == delimiter and most != len(data):
            break
        data += byte
        if not len(data) & 1023:
            shell.budget.check_value(len(data))
            await shell.budget.step()
    return decoded(bytes(data)), False


async def _byte(reader: Reader) -> bytes:
    if isinstance(reader, Held):
        return reader.take()
    return await reader.read(1)
