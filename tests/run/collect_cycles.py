# The collector: how many objects of a cycle it finds, and what it counts.
import gc

gc.collect()
gc.disable()


class C:
    pass


def found(what):
    print(what, gc.collect())


a = []
a.append(a)
del a
found('list')
a = {}
a['a'] = a
del a
found('dict')
t = ([],)
t[0].append(t)
del t
found('tuple')
a = C()
a.a = a
del a
found('instance')
a = C()
a.__dict__
a.a = a
del a
found('instance with dictionary')
a = C()
a.method = a.__init__
del a
found('method wrapper')


def closure():
    def inner():
        return inner


closure()
found('function')
namespace = {}
exec('def f(): pass\n', namespace)
del namespace
found('globals')


def generator():
    yield (yield)


g = generator()
next(g)
try:
    g.send(g)
except Exception:
    pass
box = [g]
del g
box.append(box)
del box
print('generator', gc.collect() > 0)


class Made:
    def method(self):
        pass


del Made
print('class', gc.collect() > 0)


class Slotted:
    __slots__ = ('other',)


one, two = Slotted(), Slotted()
one.other, two.other = two, one
del one, two
found('slots')


class Pair(tuple):
    pass


pair = Pair(([],))
pair[0].append(pair)
pair.own = pair
del pair
found('derived tuple')
s = {1}
c = C()
c.s = s
s.add(c)
del s, c
found('set')
x = []
x.append(zip(x, [x]))
x.append(map(len, x))
x.append(filter(None, x))
x.append(enumerate(x))
x.append(iter(x))
x.append(reversed(x))
x.append(slice(x, x))
x.append({1: x}.items())
x.append(property(lambda: x))
x.append(list[x])
x.append(super(C, type('D', (C,), {'x': x})()))
x.append(classmethod(x))
x.append(memoryview(bytearray(1)))
del x
print('many', gc.collect() > 20)
found('nothing')
print(gc.get_count()[1:], [stats['collections'] > 10 for stats in gc.get_stats()])
deep = None
for _ in range(100000):
    deep = [deep]
first = deep
while first[0]:
    first = first[0]
first[0] = deep
del deep, first
found('deep')


class Node:
    def __init__(self):
        self.me = self


gc.enable()
before = gc.get_stats()[0]['collected']
for _ in range(10000):
    Node()
print('by itself', gc.get_stats()[0]['collected'] - before > 5000, gc.get_count()[0] < 2500)
