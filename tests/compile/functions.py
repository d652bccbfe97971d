def plain(): pass
def args(a, b=1, /, c=2, *d, e, f=3, **g): return a
def annotated(a: int, /, b: str = 'x', *c: tuple[int, ...], d: 'forward' = 1, **e: dict) -> list[int]: ...
def starred(*args: *tuple[int]): ...
@deco
@deco.attr(1)
def decorated(x=lambda: 0): return x
def closures(a, b):
    c = 1
    def inner(d):
        nonlocal c
        c += a
        def innermost(): return a, b, c, d
        return innermost
    return inner, lambda: (a, c)
def uses_global():
    global g1, g2
    g1 = 1
    del g2
    return g1
def returns(x):
    if x: return
    if x: return 1
    if x: return (1, 2)
    if x:
        return (
            x + 1
        )
    return None
def generator(x):
    y = yield
    z = yield x
    yield from generator(z)
    return y
async def coroutine(x):
    await x
    async for a, b in x:
        if a: continue
        if b: break
        yield_ = await b
    else:
        await a
    async with x as y, y() as (z, w), z:
        await z
    return await x
async def async_generator(x):
    yield x
    await x
    async for y in x: yield y
    return
def deletes(a):
    del a
    try: a
    except NameError as a: print(a)
    return a
def unused_docstring():
    """Doc."""
def many_locals(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t):
    x = a; y = b; x, y = y, x; a, b, c = c, b, a
    return x + y, locals()
def conditional(a):
    if a:
        x = 1
    print(x)
    while a:
        a = x
        if x: break
    else:
        return x
    assert a, 'message'
    assert x
    return not (a and x)
def nested_lambda(a): return lambda b: lambda c: a + b + c
def builtins_over_generators(x):
    return all(i for i in x), any(i > 1 for i in x), tuple(i for i in x), list(i for i in x), all([i for i in x])
async def asynchronous_all(x): return all(await i for i in x), any(i async for i in x)
def recursive(n): return n and recursive(n - 1)
def annotated_locals(a):
    x: int = 1
    y: undefined
    a.b: int
    a[x]: str = 2
    (z): int = 3
    return x, z
