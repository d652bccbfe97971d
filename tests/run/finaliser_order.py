# In which order the ends of objects are seen: siblings in order, what one holds before the next.
import _weakref


class Noisy:
    def __init__(self, name, *held):
        self.name = name
        self.held = held

    def __del__(self):
        print('del', self.name)


class Quiet:
    pass


def scope():
    a = Noisy('a', Noisy('a.1', Noisy('a.1.1')), Noisy('a.2'))
    b = Noisy('b')
    print('leaving')


scope()
print('--- list')
items = [Noisy(0), Noisy(1, Noisy('1.1')), Noisy(2)]
del items
print('--- tuple')
items = (Noisy(0), Noisy(1), Noisy(2))
del items
print('--- dict')
items = {Noisy('k0'): Noisy('v0'), 1: Noisy('v1')}
del items
print('--- instance')
quiet = Quiet()
quiet.x = Noisy('x')
quiet.y = Noisy('y')
quiet.z = Noisy('z')
del quiet
print('--- cleared list')
items = [Noisy(0), Noisy(1)]
items.clear()
items = [Noisy(0), Noisy(1), Noisy(2)]
items[:2] = []
print('cut')
items = None

print('--- weak references and the finaliser')


class Seen:
    def __del__(self):
        print('in __del__:', reference() is self)


seen = Seen()
reference = _weakref.ref(seen, lambda r: print('callback, dead:', r() is None))
del seen
print(reference())

print('--- resurrection')
saved = []


class Phoenix:
    def __del__(self):
        print('del')
        saved.append(self)


phoenix = Phoenix()
reference = _weakref.ref(phoenix, lambda r: print('callback'))
del phoenix
print(reference() is saved[0])
saved.clear()
print(reference())

print('--- a chain')
deaths = 0


class Link:
    def __init__(self, next):
        self.next = next

    def __del__(self):
        global deaths
        deaths += 1


chain = None
for _ in range(20000):
    chain = Link(chain)
del chain
print(deaths)
