"""Operators, comparisons, displays, slices and calls."""
import os.path as path, sys
from . import *
from ..a.b import c as d, e
a = b = [1, 2.5, -3, 4j, 'x', b'y', None, True, ..., ()]
(a + b - c * d / e // a % b @ c ** d << e >> a & b | c ^ ~d)
x = -a if not b else +c
a and b or c and not d
(a or b) and (c if d else e)
a < b <= c == d != e > a >= b is c is not d in e not in a
if a < b < c or not (d and e): pass
while not (a if b else c): break
else: d
a[0], a[1:2], a[:b], a[b:], a[b:c], a[1:2:3], a[b:c:d], a[b, ...], a[:, b]
a[b:c] = d
a[b] = a.b = c.d[e] = 5
del a[b:c], a.b, a[0], (a, [b, c])
a += 1; a.b -= 2; a[b] *= 3; a[b:c] /= 4; a[1:2] //= 5
a @= b; a **= b; a <<= b; a >>= b; a &= b; a |= b; a ^= b; a %= b
{**a, 'b': b, 'c': c, **d}, {*a, b}, [*a, *b, c], (*a, b), {1, 2, 3}, {'a': 1}
first, *rest = a
*init, last = a
[q, (w, *r)] = a
f(a, *b, c=d, **e)
f(a)(b)(c=d)(*e)
a.b.c(d).e(f=1, g=2)
a.method(b, *c)
os.path.join(a, b)
f(*a)
f(**a)
f(x, y=1, **a, z=2)
f(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31)
[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, a]
{'a%d' % 1: a, 2: b, 3: c, 4: d, 5: e, 6: a, 7: b, 8: c, 9: d, 10: e, 11: a, 12: b, 13: c, 14: d, 15: e, 16: a, 17: b, 18: c}
(n := a + 1)
(lambda: 0)(), (lambda x, /, y=1, *z, k, w=2, **kw: (x, y, z, k, w, kw))
(a
 .b
 .c()
 .d(1,
    e=2)
 .f)
'%s and %r, %-5a|%10s%%' % (a, b, c, d), '%s' % a, '%d' % (a,), '%(a)s' % b, '%s' % (*a,)
__debug__, __debug__ and a
12345678901234567890123, 0.0, -0.0, 1e400, 0x10, 'é', '\ud800'
(yield_ := [1, 2, 3]), (1, 2, 3), 1 + 2, 'a' 'b', 2 ** 10, 'a' * 3, (1, 2)[0], -5, not 1, not a
