# What `_abc` keeps for abstract base classes: abstract methods, registry, caches.
import _abc


class ABCMeta(type):
    def __new__(mcls, name, bases, namespace, /, **kwargs):
        cls = super().__new__(mcls, name, bases, namespace, **kwargs)
        _abc._abc_init(cls)
        return cls

    def register(cls, subclass):
        return _abc._abc_register(cls, subclass)

    def __instancecheck__(cls, instance):
        return _abc._abc_instancecheck(cls, instance)

    def __subclasscheck__(cls, subclass):
        return _abc._abc_subclasscheck(cls, subclass)


def abstract(function):
    function.__isabstractmethod__ = True
    return function


class Shape(metaclass=ABCMeta):
    @abstract
    def area(self): pass

    @abstract
    def name(self): pass

    def plain(self): pass


class Named(Shape):
    def name(self): return 'named'


class Square(Named):
    def area(self): return 1


for cls in (Shape, Named, Square):
    names = [*cls.__abstractmethods__]
    names.sort()
    print(cls.__name__, names)
    try:
        print(type(cls()).__name__)
    except TypeError as error:
        print(error)


class Stranger: pass
class Derived(Stranger): pass


check, subcheck = Shape.__instancecheck__, Shape.__subclasscheck__
print(check(Square()), check(1), subcheck(Square), subcheck(Stranger), subcheck(Shape))
token = _abc.get_cache_token()
print(Shape.register(Stranger) is Stranger, _abc.get_cache_token() - token)
print(subcheck(Stranger), subcheck(Derived), check(Derived()), check(Stranger()), subcheck(int))
registry, cache, negative, version = _abc._get_dump(Shape)
print([r() is Stranger for r in registry], len(cache), {r().__name__ for r in negative} <= {'int'})
_abc._reset_caches(Shape)
print([len(part) for part in _abc._get_dump(Shape)[:3]])
_abc._reset_registry(Shape)
print([len(part) for part in _abc._get_dump(Shape)[:3]], subcheck(Stranger))


class Hooked(metaclass=ABCMeta):
    @classmethod
    def __subclasshook__(cls, other):
        return True if 'quack' in other.__dict__ else NotImplemented


class Duck:
    def quack(self): pass


print(Hooked.__subclasscheck__(Duck), Hooked.__subclasscheck__(Stranger))


def attempt(what, *args):
    try:
        print(what(*args))
    except Exception as error:
        print(type(error).__name__, error)


attempt(Shape.register, 1)
attempt(Square.register, Shape)
attempt(Shape.__subclasscheck__, 1)
attempt(_abc._get_dump, int)
Stranger._abc_impl = 1
attempt(_abc._get_dump, Stranger)


class Seq(metaclass=ABCMeta):
    __abc_tpflags__ = 1 << 5

    def __len__(self): return 2

    def __getitem__(self, index):
        if index > 1: raise IndexError
        return index


class Later:
    def __len__(self): return 2

    def __getitem__(self, index):
        if index > 1: raise IndexError
        return index + 5


def match(value):
    match value:
        case [a, b]: return a, b
        case _: return None


print(match(Seq()), match(Later()), '__abc_tpflags__' in Seq.__dict__)
Seq.register(Later)
print(match(Later()))


def forgotten():
    class Temporary: pass
    Shape.register(Temporary)
    print(len(_abc._get_dump(Shape)[0]))


forgotten()
