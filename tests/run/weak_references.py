# Weak references: identity of the plain one, callbacks and their order, hash, equality, subclasses.
import _weakref
from_ref = _weakref.ref


class C:
    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return other.__class__ is C and self.name == other.name

    def __hash__(self):
        return hash(self.name)


def attempt(what, *args, **kwargs):
    try:
        result = what(*args, **kwargs)
        print('->', type(result).__name__)
    except Exception as error:
        print(type(error).__name__, error)


c = C('c')
plain = _weakref.ref(c)
print(plain() is c, _weakref.ref(c) is plain, _weakref.ref(c, None) is plain, plain.__callback__)
print(_weakref.getweakrefcount(c), c.__weakref__ is plain)

gone = []
first = _weakref.ref(c, lambda r: gone.append(('first', r is first, r())))
second = _weakref.ref(c, lambda r: gone.append(('second', r is second, r())))
dropped = _weakref.ref(c, lambda r: gone.append('never'))
del dropped
print(_weakref.getweakrefcount(c), _weakref.getweakrefs(c) == [plain, second, first])
print(first == plain, first != plain, hash(first) == hash(c), first == 1)
print(_weakref.ref(C('x')) == plain)
other = C('c')
to_other = _weakref.ref(other)
print(to_other == plain)
unhashed = _weakref.ref(other, print)
del c
print(gone, plain(), first.__callback__)
print(first == plain, first == first, hash(first) == hash('c'), to_other == plain)
attempt(hash, plain)


class Named(_weakref.ref):
    __slots__ = ('name',)

    def __new__(cls, object, callback=None, name=None):
        return super().__new__(cls, object, callback)

    def __init__(self, object, callback=None, name=None):
        super().__init__(object, callback)
        self.name = name


named = Named(other, name='n')
print(named.name, named() is other, Named(other) is named, named == to_other)
attempt(_weakref.ref, 1)
attempt(_weakref.ref)
attempt(_weakref.ref, other, 1, 2)
attempt(_weakref.ref, other, callback=None)
attempt(to_other, 1)
attempt(to_other, x=1)
attempt(_weakref.ref.__new__, _weakref.ref)

for value in (C, len, lambda: 0, set(), frozenset(), type, int, other.__hash__, (x for x in ())):
    print(type(value).__name__, _weakref.ref(value)() is value)
for value in (1, 1.5, 'text', b'', (), [], {}, None, object(), print.__call__):
    attempt(_weakref.ref, value)


class Items(list):
    pass


class Pair(tuple):
    pass


class Slotted:
    __slots__ = ()


class Weak:
    __slots__ = ('__weakref__',)


for cls in (Items, Pair, Slotted, Weak):
    attempt(_weakref.ref, cls())


def boom(reference):
    raise ValueError


weak = Weak()
references = {_weakref.ref(weak, lambda r: print('called')): 1}
weak2 = weak
del weak
print('alive')
del weak2
key = 1
table = {key: _weakref.ref(Weak()), 2: _weakref.ref(other)}
_weakref._remove_dead_weakref(table, 1)
_weakref._remove_dead_weakref(table, 2)
print(list(table))
attempt(_weakref._remove_dead_weakref, {1: 2}, 1)
attempt(_weakref._remove_dead_weakref, [], 1)
