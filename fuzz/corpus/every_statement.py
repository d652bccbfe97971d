def search(rows, wanted):
    for index, row in enumerate(rows):
        if not row:
            continue
        elif row is wanted or index > 100 and row != wanted:
            break
        while row and index < 10 < len(row):
            row = row[1:]
            if row == wanted:
                return index
        else:
            index -= 1
    else:
        return None
    assert index >= 0, f"{index=}"
    return -1 if index else "first"


def constants(flag):
    if 0:
        never()
    x = 2 ** 10 + 1, "a" "b", -1, 1_000_000, 3.5e10, 2j, b"\x00", (1, (2, 3)), [1, 2, 3], {4, 5, 6}
    if flag in {1, 2, 3}:
        return x[1:2], x[::-1], not flag
    del x
    return {**flag, "a": 1}, [*flag], {"b": 2, "c": flag}

import contextlib as c
from os import path, sep as separator


def guarded(action):
    try:
        action()
    except (ValueError, TypeError) as error:
        raise RuntimeError("no") from error
    except OSError, KeyError:
        pass
    else:
        return 1
    finally:
        print("done")


def groups(task):
    try:
        task()
    except* ValueError as group:
        print(group.exceptions)
    except* OSError:
        raise


def managed(one, two):
    with one as a, (two) as (b, *rest):
        return a, b, rest


async def stream(source):
    async with source as items:
        async for item in items:
            yield await item
    result = [x async for x in source if await x]
    await result

def describe(value):
    match value:
        case None | True | False:
            return "constant"
        case 0 | -1 | 2.5 | 1 + 2j | "text" | b"bytes":
            return "literal"
        case [first, *_, last] if first < last:
            return first, last
        case {"kind": kind, **rest}:
            return kind, rest
        case Point(x=0, y=(1 | 2) as y):
            return y
        case color.RED:
            return "red"
        case (1, [2, _]) | {}:
            return "nested"
        case other:
            return other

def counter(start=0):
    count = start

    def step(by=1, /, *extra, key=None, **more):
        nonlocal count
        global total
        count += by
        total = count
        return lambda: (count, extra, more)

    return step


class Account:
    __balance = 0

    def deposit(self, amount):
        super().__init__()
        self.__balance += amount
        return [amount * rate for rate in self.rates if rate > amount]

    def __iter__(self):
        yield from (self.__balance for _ in range(3))
        return __class__

name = "x"
width = 10
plain = 'single' "double" '''triple
lines'''
raw = r"\d+" if name else rb"\x" if width else u"kind"
formatted = f"{name!r:>{width}} {{}} {name=} {width:,.2f} {'nested' + f'{name}'}"
template = t"{name} and {width!s:^{width}}"
escapes = "\N{GREEK SMALL LETTER ALPHA}\u00e9\x41\101\t\
joined"
surrogate = "\ud800"
π = "identifier: ﬁ" + ﬁx if 0 else None

