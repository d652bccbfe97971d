def f(a, b=2, *c, d, e=5, **k): return a, b, c, d, e, sorted(k.items())
def g(a, /, b, c=3): return a, b, c
class A:
    def __init__(self, x, y=1, *z, **k): self.v = (x, y, z, sorted(k.items()))
class B(A):
    def __init__(self, *a, **k): super().__init__(*a, **k)
class C:
    def m(self, a=1, *, q=2): return a, q
def gen():
    yield f(1, d=2)
    yield f(*(1, 2, 3), d=4, **{"z": 1})
    yield A(1, y=5).v
    yield B(*[1, 2], **{"p": 3}).v
    yield C().m(q=9)
    yield C().m(*(4,))
    yield g(1, c=5, b=2)
def errs():
    for src in ["f()", "f(1)", "g(1)", "g(a=1, b=2)", "g(1, 2, 3, 4)", "g(1, 2, b=3)", "g(1, 2, z=3)", "A()", "C().m(1, 2)", "B()",
                "f(1, d=1, **{'d': 2})", "g(*1)", "g(**1)", "f(1, **{1: 2}, d=3)", "g(1, *(2,), **{'b': 3})"]:
        for i in range(3):
            try: eval(src)
            except TypeError as e: m = str(e)
            else: m = "no error"
        print(src, "->", m)
def loop():
    r = None
    for i in range(300):
        r = (f(i, d=1), f(1, 2, 3, 4, d=i, z=i), g(i, 2), g(1, b=i), A(i).v, A(i, 2, 3, w=4).v, B(i).v, C().m(), C().m(i), C().m(q=i),
             f(*(i, 2), d=i), f(*[i], **{"d": 3}), len("abc"), "abc".upper(), "abc".replace("a", str(i)), [1, 2].index(2),
             "a b".split(), " x ".strip(), type(i), str(i), tuple([i]), isinstance(i, int), max(i, 3), divmod(i, 7), int("12"), dict(a=i))
    return r
if 1:
    for x in gen(): print(x)
    errs()
    print(loop())
    ms = [C().m for _ in range(3)]
    for i in range(200): x = ms[i % 3](i)
    print(x)
    def rec(n, *a): return n if n == 0 else rec(n - 1, *a)
    pass
    pass
    print(rec(900, 1, 2))
    def rec2(n, k=1): return n if n == 0 else rec2(n=n - 1, k=k)
    print(rec2(900))
    class R:
        def __init__(self, n, d=0):
            self.n = R(n - 1, d=d) if n else None
    R(900)
    print("ok")
