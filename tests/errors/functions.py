def f(a, a): pass
# ---
def f(a=1, b): pass
# ---
def f(*): pass
# ---
def f(*, **k): pass
# ---
def f(**k, a): pass
# ---
def f(**k, *a): pass
# ---
def f(*a, *b): pass
# ---
def f(/): pass
# ---
def f(a, /, b, /): pass
# ---
def f(*, a, /): pass
# ---
def f(a, *, /): pass
# ---
def f(*a, /): pass
# ---
def f((a, b)): pass
# ---
def f(1): pass
# ---
def f(a.b): pass
# ---
def f(a=): pass
# ---
def f(*a=1): pass
# ---
def f(**k=1): pass
# ---
def f(a b): pass
# ---
def f(None): pass
# ---
def f: pass
# ---
def (): pass
# ---
def f() pass
# ---
def f() -> : pass
# ---
lambda a, a: 0
# ---
lambda a=1, b: 0
# ---
lambda *: 0
# ---
lambda (a): 0
# ---
lambda **k, a: 0
# ---
lambda /: 0
# ---
lambda a:
# ---
return 1
# ---
yield 1
# ---
await x
# ---
class A:
    return
# ---
def f():
    await x
# ---
async def f():
    yield 1
    return 2
# ---
async def f():
    yield from x
# ---
[await x for x in y]
# ---
def f():
    async with a: pass
# ---
def f():
    [x async for x in y]
# ---
class A:
    x = yield
# ---
lambda: (yield)
x = [(yield) for a in b]
# ---
@
def f(): pass
# ---
@a
x = 1
# ---
class A
# ---
class A(: pass
# ---
class A(a b): pass
# ---
def f[T, T](): pass
# ---
def f[](): pass
# ---
def f[T=1, U](): pass
# ---
class A[T: (yield)]: pass
# ---
type A = (yield)
# ---
type A[T] = (x := 1)
# ---
type 1 = 2
# ---
def f[*T: int](): pass
