def g():
    yield 1
    return 5
print(list(g()), [*g()], tuple(g()), {*g()}, sum(g()), max(g()), dict(zip(g(), g())), list(map(str, g())), ",".join(map(str, g())))
a, *b = g(); print(a, b)
for x in g(): print(x)
l = []; l.extend(g()); l += g(); l[0:0] = g(); print(l, sorted(g()), any(g()), 1 in g(), 7 in g(), list(enumerate(g())), set(g()), bytes(g()))
(x,) = g(); print(x)
