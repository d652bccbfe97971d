# Cycles and what is told of their end: weak references first, then finalisers, which may resurrect.
import gc
import _weakref as weakref


class C:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        told.append(f'del {self.name} {[r() is not None for r in references]}')


references = []
told = []  # Which of the objects comes first is left open.


def make():
    a, b = C('a'), C('b')
    a.other, b.other = b, a
    references[:] = [
        weakref.ref(a),
        weakref.ref(b),
        weakref.ref(a, lambda r: told.append(f'callback of a {r()}')),
        weakref.ref(b, lambda r: told.append(f'callback of b {r()}')),
    ]
    a.inner = weakref.ref(a, lambda r: print('never: part of the garbage'))


gc.collect()
gc.disable()
make()
print(gc.collect())
print(sorted(told[:2]), sorted(told[2:]))
print([r() for r in references], gc.collect())


class Phoenix:
    def __del__(self):
        print('del')
        saved.append(self)


saved = []
phoenix = Phoenix()
phoenix.me = phoenix
seen = weakref.ref(phoenix, lambda r: print('callback'))
print(gc.is_finalized(phoenix))
del phoenix
print(gc.collect(), seen())
print(gc.is_finalized(saved[0]), saved[0].me is saved[0])
saved.clear()
print(gc.collect())


class Failing:
    def __init__(self):
        self.me = self

    def __del__(self):
        deaths.append('failing')


class Cutting:
    def __del__(self):
        deaths.append(self.name)
        self.other = None


deaths = []
Failing()
a, b = Cutting(), Cutting()
a.name, b.name = 'a', 'b'
a.other, b.other = b, a
del a, b
print(gc.collect(), sorted(deaths))


def generator():
    try:
        yield
    finally:
        print('finally')


g = generator()
next(g)
box = [g]
box.append(box)
del g, box
gc.collect()

events = []


def listen(phase, info):
    events.append((phase, info['generation'], info['collected'], info['uncollectable']))


gc.callbacks.append(listen)
x = []
x.append(x)
del x
gc.collect()
gc.collect(0)
gc.callbacks.remove(listen)
print(events)

gc.set_debug(gc.DEBUG_SAVEALL)
x = ['saved']
x.append(x)
del x
gc.collect()
gc.set_debug(0)
print([item[0] for item in gc.garbage if type(item) is list])
gc.garbage.clear()
print(gc.collect() >= 1)
