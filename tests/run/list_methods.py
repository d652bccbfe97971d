# Methods, slices and the sort of lists; methods of tuples.
l = [3, 1, 2]
l.append(4)
l.insert(0, 9)
l.insert(-100, 8)
l.insert(100, 7)
l.extend((5, 6))
l.extend(l)
print(l, l.count(3), l.index(3), l.index(3, 5), l.index(6, -3))
print(l.pop(), l.pop(0), l.pop(-2), l)
l.remove(3)
l.reverse()
print(l, list(reversed(l)), l.copy() == l, l.copy() is l)
l.sort()
print(l)
l.sort(reverse=True)
print(l)
words = ["pear", "Fig", "apple", "fig", "Pear", "kiwi"]
words.sort(key=str.lower)
print(words)
words.sort(key=len, reverse=True)
print(words)
mixed = [(i * 7919 % 101, i) for i in range(200)]
mixed.sort()
print(mixed[:5], mixed[-5:], all_sorted := [mixed[i] <= mixed[i + 1] for i in range(199)].count(False))
pairs = [[i * 31 % 10, i] for i in range(100)]
pairs.sort(key=lambda pair: (pair[0],))
print([pair[1] for pair in pairs[:20]])
print([1.5, -2.0, 0.0, 3].sort(), [2, 1.5, True].count(1))
a = list(range(10))
a[2:5] = "xyz!"
print(a)
a[::3] = [0] * len(a[::3])
print(a)
del a[1:3], a[::2]
print(a)
a[:] = a * 2
a[5:2] = [None]
print(a)
del a[::-2]
print(a)
b = [1, 2]
c = b
c += (3,)
c *= 2
print(b, b is c, [0] * -1, 2 * [7], [1] + [2], 3 in b, 4 in b)
c *= 0
print(b)
t = (1, 2, 1, 3)
print(t.count(1), t.index(3), t.index(1, 1), t.__getnewargs__())


def tried(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


tried(lambda: [].pop())
tried(lambda: [1].pop(5))
tried(lambda: [].remove(1))
tried(lambda: [1].index(2))
tried(lambda: t.index(9))
tried(lambda: [1, 2].__setitem__(slice(None, None, 2), [1, 2, 3]))
tried(lambda: [1].__setitem__(slice(0, 1), 1))
tried(lambda: [1].__setitem__("a", 1))
tried(lambda: [1].__delitem__(4))
tried(lambda: [] + 1)
tried(lambda: [1].extend(1))
tried(lambda: [1, "a"].sort())
tried(lambda: [1].index(1, "a"))
tried(lambda: [].sort(1))
grown = [3, 1, 2]
tried(lambda: grown.sort(key=lambda x: grown.append(x) or x))
print(grown)


class Odd:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        if other.n == 5:
            raise ValueError("five")
        return self.n < other.n


odd = [Odd(n) for n in [3, 9, 1, 5, 2, 8]]
tried(lambda: odd.sort())
print(len(odd), set([o.n for o in odd]) == set([1, 2, 3, 5, 8, 9]))
