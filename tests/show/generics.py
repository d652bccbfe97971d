from __future__ import annotations

type Pair[T, *Ts = *tuple[int], **P = [int]] = tuple[T, *Ts]


def first[T: (int, str)](items: list[T], /, default: T | None = None) -> T:
    local: int = 1
    return items[0] if items else default


class Box[T: Base = int](Base[T], metaclass=Meta):
    """A box.

        Indented.
    """

    item: T
    size: int = 0
    (parenthesised): str

    def get(self) -> T:
        return self.item
