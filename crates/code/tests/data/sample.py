"""A bit of everything that shows in code objects."""
from __future__ import annotations
import os.path as p
CONSTANTS = (1, -2, 2**70, 1.5, -0.0, 1e100, 3j, b"\x00'a", "q'\"\n\ud800\xe9\u20ac", None, True, ...)
if CONSTANTS[1:3] and CONSTANTS[0] in {200, 301, 402}:
    print(f"{CONSTANTS!r:>{10}} {p!s}{p!a}")

def f(a, /, b=1, *args, c=(2, "x"), **kw):
    def inner(x):
        nonlocal b
        b += x * a
        return lambda: (a, b, x)
    try:
        with open(a) as g, g.lock:
            for i in range(b):
                if i is not None and i not in args or i > 2:
                    continue
                while kw:
                    del kw[i]
                else:
                    break
    except* ValueError as e:
        raise RuntimeError from e
    finally:
        print(*args, **kw)
    return inner

class C[T](dict, metaclass=type):
    x: int = 1
    async def m(self, other: T):
        self.attribute = super().m(other.value)
        return [y async for y in other] if other else {k: v for k, v in self}
    def m(self, other):
        self.attribute, (*rest, last) = super().m(other.value), other
        assert rest, last
        return {k: v for k, v in self if k} | {*rest}

async def coroutine(it):
    async with it as a:
        async for b in a:
            yield await b
    global state
    state = t"{it!r}" if it else (yield)

def generator(value):
    match value:
        case {"k": [1, *_], **rest} if rest:
            yield from rest
        case C(x=1) | None:
            return -value, ~value, not value, value @ value, value // 2
    return value.really(*value)[::2] == value < value <= value

type Alias = int | str
