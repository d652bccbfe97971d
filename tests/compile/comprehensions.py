[x for x in y]
{x for x in y}
{x: x for x in y}
(x for x in y)
[x for x in y if x if not x for z in x for w in [z + 1] for v in (w,)]
[lambda: x for x in y]
[[x for z in x] for x in y]
[(x := z) for z in y]
def f(a, x):
    [x for x in a]
    [x for z in a]
    [lambda: (x, z) for z in a for x in z]
    [z for z in [x for x in a]]
    [(q := z) for z in a if (r := z)]
    {x: y for x, y in a if x < y < a}
    (x for x in a for y in x)
    [(yield_, a) for yield_, *b in a]
    [a.b for a.b in x]
    return x, q, r, [locals() for x in a], [i for i in range(5) if i in [j for j in a]]
def g(x):
    def inner(): return x
    return [x for x in [x] if inner()], [lambda: x for x in x]
async def h(x):
    [y async for y in x]
    {y: z async for y, z in x if await y}
    [await y for y in x]
    [[y async for y in z] for z in x]
    (y async for y in x for z in y)
    {y for z in x async for y in z}
    return [y for y in [z async for z in x]]
def k():
    try:
        return [x for x in y]
    finally:
        [x for x in z]
def shadow(e):
    try: pass
    except E as e: [e for e in e]
    del e
    return [e for _ in [0]]
