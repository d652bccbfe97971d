# Raising, handling, chaining, context managers, recursion.
class Ctx:
    def __enter__(self):
        print("enter")
        return self

    def __exit__(self, t, v, tb):
        print("exit", v)
        return True


try:
    1 // 0
except ZeroDivisionError as e:
    print("caught", e)
try:
    try:
        raise ValueError("a")
    except ValueError as e:
        raise KeyError("b") from e
except KeyError as e:
    print(repr(e), repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
with Ctx() as c:
    raise RuntimeError("in with")


def rec(n):
    return rec(n + 1)


for _ in range(3):
    try:
        rec(0)
    except RecursionError as e:
        print("RecursionError", e)


def order():
    try:
        return 1
    finally:
        print("finally")


print(order())
try:
    undefined
except NameError as e:
    print(e, e.name)


def unbound():
    try:
        x
    except UnboundLocalError as e:
        print(e)
    x = 1


unbound()
try:
    raise 5
except TypeError as e:
    print(e)
try:
    raise
except RuntimeError as e:
    print(e)


class D:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        print("del", self.n)


x = D(1)
x = D(2)
del x
