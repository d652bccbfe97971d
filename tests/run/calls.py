# Binding arguments, and CPython's words when it fails.
def f(a, b=2, *args, c, d=4, **kw):
    return (a, b, args, c, d, len(kw))


print(f(1, c=3), f(1, 2, 3, 4, c=5), f(*(1, 2), **{"c": 3, "z": 0}))


def attempt(function, *args, **kw):
    try:
        print(function(*args, **kw))
    except TypeError as e:
        print(e)


def one(x):
    return x


def posonly(x, /, y):
    return (x, y)


attempt(f)
attempt(f, 1, 2)
attempt(one, 1, 2)
attempt(one)
attempt(one, y=1)
attempt(one, 1, x=1)
attempt(posonly, 1, y=2)
attempt(posonly, x=1, y=2)
attempt(len)
attempt(len, 1)
attempt(5)
counter = 0


def inc():
    global counter
    counter += 1
    return counter


inc()
print(inc())


def outer():
    n = 0

    def inner():
        nonlocal n
        n += 1
        return n
    inner()
    return inner()


print(outer())
h, *m, t = 1, 2, 3, 4
print(h, m, t)
try:
    a, b = 1, 2, 3
except ValueError as e:
    print(e)
