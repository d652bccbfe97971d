d = {"a": 1, "b": 2, "c": 3}
print(d, list(d), list(d.items()), list(d.values()))
print(d.keys(), d.values(), d.items())
print(list(reversed(d)), list(reversed(d.items())), list(reversed(d.values())))
print((d.keys() & ["a", "z"]) == set("a"), (d.keys() | ["z"]) == set("abcz"), (d.keys() - ["a"]) == set("bc"), (["q"] ^ d.keys()) == set("abcq"))
print(d.keys() == set("abc"), d.items() >= set([("a", 1)]), d.keys() < set("a"), d.keys().isdisjoint("xyz"))
print(("a", 1) in d.items(), ("a", 2) in d.items(), "a" in d.keys(), 3 in d.values())
print(d.get("a"), d.get("x"), d.get("x", 5), d.setdefault("e", 9), d.pop("e"), d.pop("e", None), d.popitem(), d)
print(d | {"z": 1}, dict(d, q=4), dict([("x", 1), ("y", 2)]), dict.fromkeys("ab", 0), dict(a=1))
d |= [("k", "v")]
d.update({"m": 1}, n=2)
print(d, d == dict(d), d != {}, d.copy() is d)
print(d.keys().mapping, type(d.keys().mapping))


def tried(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


tried(lambda: {}.popitem())
tried(lambda: {}.pop([]))
tried(lambda: {1: 2}.pop([]))
tried(lambda: {}.pop("x"))
tried(lambda: dict([(1, 2, 3)]))
tried(lambda: dict([1]))
tried(lambda: dict(1))
tried(lambda: dict(1, 2))
tried(lambda: {}[[]])
tried(lambda: {} | [])


def grow():
    d = {1: 1}
    for key in d:
        d[key + 1] = 1


def swap():
    d = {0: 0}
    for key in d:
        del d[0]
        d[0] = 0


tried(grow)
tried(swap)


class Counting(dict):
    def __missing__(self, key):
        return key * 2


c = Counting(a=1)
print(c["a"], c["b"], c, type(c.copy()) is dict)
loop = {}
loop["self"] = loop
loop["keys"] = loop.values()
print(loop)
it = {1: 2, 3: 4}.__iter__()
print(it.__length_hint__(), it.__next__(), it.__length_hint__())
