# What a generator delegates to ends while an exception is thrown in.
def inner():
    try:
        yield 1
    except GeneratorExit:
        return 5
    except:
        return 6


def outer():
    x = yield from inner()
    yield x
    return x


def end(action):
    g = outer()
    next(g)
    try:
        return action(g)
    except BaseException as e:
        return repr(e)


print(end(lambda g: g.close()))
print(end(lambda g: g.throw(ValueError)))
print(end(lambda g: g.throw(GeneratorExit)))
print(end(lambda g: [g.throw(KeyError), *g]))
