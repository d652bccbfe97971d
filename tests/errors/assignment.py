f() = 1
# ---
x + 1 = 2
# ---
None = 1
# ---
(a, b()) = 1, 2
# ---
[x for x in y] = 1
# ---
a, "b" = c
# ---
x = y = 1 + z = 3
# ---
del f()
# ---
del (x, 1)
# ---
for f() in x: pass
# ---
with a as f(): pass
# ---
x += 1 = 2
# ---
(a, b) += 1
# ---
f(x) += 1
# ---
(a): int = 1
(a, b): int
# ---
[a]: int
# ---
f(a for b = 1)
# ---
if x = 3: pass
# ---
while a.b = c: pass
# ---
f(a.b=1)
# ---
f(True=1)
# ---
f(a=1, 2)
# ---
f(**k, *a)
# ---
f(a for a in b, c)
# ---
(x := 1) = 2
# ---
x := 1
# ---
(a.b := 1)
# ---
*a = b
# ---
*a, *b = c
# ---
a = *b
# ---
print(*a for a in b)
# ---
__debug__ = 1
# ---
def f(__debug__): pass
# ---
import a as __debug__
# ---
x = (yield) = 1
# ---
a if b else c = 1
# ---
{a: 1} = 2
# ---
f"{x}" = 1
# ---
lambda: 0 = 1
# ---
not x = 1
# ---
-x = 1
# ---
x < y = 1
# ---
... = 1
# ---
async for x in y: pass
