# Ranges as sequences.
r = range(2, 20, 3)
print(len(r), r[0], r[-1], r[1:4], r[::-1], list(r[::2]), 5 in r, 6 in r, 5.0 in r, "a" in r)
print(r.start, r.stop, r.step, r.index(8), r.count(8), r.count(9), list(reversed(r)), r.__reduce__())
print(range(0) == range(2, 2), range(0, 3, 2) == range(0, 4, 2), hash(range(0)) == hash(range(5, 1)), range(3) != range(4))
print(list(range(5, 0, -2)), list(reversed(range(5, 0, -2))), list(reversed(range(0))), bool(range(0)), bool(r))
big = range(10 ** 30)
print(big[10 ** 29], big[-1], 10 ** 29 in big, big.index(10 ** 20), bool(big))
print(True in range(2), range(10)[True], {range(3): 1}[range(0, 3, 1)])


def tried(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


tried(lambda: r[7])
tried(lambda: r["a" * 1])
tried(lambda: r.index(3))
tried(lambda: r.index("a"))
tried(lambda: len(big))
tried(lambda: range(1, 2, 0))
tried(lambda: range(1.0))
