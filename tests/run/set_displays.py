# Set displays and comprehensions, and membership in constant sets.
def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


print({1}, {*[2], *(2,)}, {x % 2 for x in range(1)}, len({1, 2, 3, 2}))
print(3 in {1, 2, 3}, "x" in {"a", "b"})
attempt(lambda: {[]})
attempt(lambda: {x for x in [[]]})
attempt(lambda: {*1})
attempt(lambda: [] in {1})
attempt(lambda: set([[]]))
