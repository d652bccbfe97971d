# The functions of the module gc.
import gc


def attempt(what, *args):
    try:
        print(what(*args))
    except Exception as error:
        print(type(error).__name__, error)


class C:
    pass


class Slotted:
    __slots__ = ()


print(gc.get_threshold(), gc.isenabled(), gc.get_debug(), gc.garbage, gc.callbacks)
gc.disable()
print(gc.isenabled())
gc.enable()
attempt(gc.collect, 3)
attempt(gc.collect, -1)
attempt(gc.collect, 'x')
attempt(gc.get_objects, 3)
attempt(gc.get_objects, -2)
attempt(gc.get_objects, 'a')
attempt(gc.set_threshold)
attempt(gc.set_threshold, 1, 2, 3, 4)
attempt(gc.set_threshold, 'a')
gc.set_threshold(700, 5)
print(gc.get_threshold())
gc.set_threshold(2000, 10, 10)
print(sorted(gc.get_stats()[0]), len(gc.get_stats()))
for value in (None, 1, 1.5, 'a', b'', 10 ** 30, True, object(), (), [], {}, {1: 2}, ([],), set(), frozenset([1]), C(), C,
              Slotted(), len, attempt, attempt.__code__, (x for x in ()), slice(1), gc, int, range(3), bytearray(),
              iter([]), iter(()), {}.keys(), [].append, property(), enumerate([]), lambda: 0, Exception()):
    print(type(value).__name__, gc.is_tracked(value), end='; ')
print()
tuple_of_atoms, tuple_of_list = tuple([1, 'a']), tuple([[]])
print(gc.is_tracked(tuple_of_atoms), gc.is_tracked(tuple_of_list))
gc.collect()
print(gc.is_tracked(tuple_of_atoms), gc.is_tracked(tuple_of_list))

c = C()
c.number, c.items = 1, []
print(gc.get_referents(c), gc.get_referents([1, [2], None, 'x']), gc.get_referents(1, 'a'))
c.__dict__
print(gc.get_referents(c))
print(gc.get_referents({1: [2], 'k': (3,)}), gc.get_referents((1, 2), [3]))
holder = [c]
other = {'c': c}
referrers = gc.get_referrers(c)
print(any(r is holder for r in referrers), any(r is other for r in referrers))
print(gc.get_referrers(), gc.get_referents())


def where(object):
    return [any(one is object for one in gc.get_objects(generation)) for generation in range(3)]


young = []
print(where(young), any(one is young for one in gc.get_objects()))
gc.collect(0)
print(where(young))
gc.collect(1)
print(where(young))
gc.collect(2)
print(where(young))
gc.freeze()
print(gc.get_freeze_count() > 100, len(gc.get_objects(2)), where(young))
cycle = []
cycle.append(cycle)
frozen = young
young.append(young)
del young, frozen, cycle
print(gc.collect())
gc.unfreeze()
print(gc.get_freeze_count(), gc.collect())
print(gc.is_finalized(1), gc.is_finalized([]))
