# Generators: values, send, yield from, close, throw.
def gen(n):
    i = 0
    while i < n:
        x = yield i
        if x is not None:
            print("got", x)
        i = i + 1
    return "done"


def outer():
    r = yield from gen(3)
    print("inner returned", r)
    try:
        yield 99
    finally:
        print("cleanup")


for v in gen(3):
    print(v)
print([x for x in outer()])
g = outer()
print(g.send(None))
print(g.send(7))
g.close()


def catching():
    try:
        yield 1
    except ValueError as e:
        print("thrown", e)
        yield 2


g = catching()
print(g.send(None))
print(g.throw(ValueError("tv")))


def catching_inside():
    yield from catching()
    yield 3


g = catching_inside()
print(g.send(None), g.throw(ValueError("inner")), g.send(None))


def calls_inside():
    def twice(x):
        return x + x
    total = 0
    for i in range(5):
        total = total + twice(i)
        yield total


print([x for x in calls_inside()])
print(gen(1).__name__, gen(1).gi_running)
try:
    g.send(None)
except StopIteration as e:
    print("stopped", e.value)


def raises():
    yield 1
    raise StopIteration


try:
    for x in raises():
        print(x)
except RuntimeError as e:
    print(e, repr(e.__cause__))


async def five():
    return 5


async def six():
    return await five() + 1


try:
    six().send(None)
except StopIteration as e:
    print("value", e.value)
