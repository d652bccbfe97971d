"""Annotations of a module."""
x: int
y: 'str' = 1
if x:
    z: float = 2.0
else:
    w: list[int]
for i in x:
    v: int
with x:
    u: int
while x: t: int = 1
try: s: int
except E: r: int
(q): int = 1
a.b: int
a[c]: int = 1
a[c:d, e]: int
def f(p: x, *, o: y = 1) -> z: ...
class C:
    n: int
    m: C = 1
    if n:
        l: n
    def k(self, j: n) -> C: ...
    _C__i: int
    __h: int
    g: [lambda: n for n in x]
lambda: (e := 1)
