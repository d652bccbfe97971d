from __future__ import annotations
x: int
y: list[int] = []
if x:
    z: {'a': 1, **b} = 1
def f(a: 'b', *args: *Ts, c: lambda x, /, y=1, *z, k=2, **w: (x, y) = 1, **kw: a.b[c:d:e, ...]) -> -1 ** 2 + (3 - 4) * (yield_): ...
class C:
    a: (not a) and (b or c) or d
    b: a if b else c
    c: [x for x in y if z if w] | {x: y for x, y in z} | {x for x in y} | (x async for x in y)
    d: f(a, *b, c=d, **e)(x for x in y)
    e: f'{a!r:>{b}} {{}} {c}' 'x'
    f: (a, b) | (a,) | () | [a, *b] | {a, b}
    g: 1 .real + 1.5 + 1e400 + 2j + b'x' + 'it\'s' + None + ... + True
    h: a < b <= c == d != e > f >= g is h is not i in j not in k
    i: ~a ** -b @ c // d % e << f >> g & h ^ i | j
    j: lambda: (lambda *, a: a)
    k: x[a:b, c:, :d, ::e][f]
    l: t'{a}{b!r}'
    m: u'unicode'
    def n(self, o: __p) -> __q: ...
    __r: __s
    (t): int
    a.b: int
