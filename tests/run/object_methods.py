# What every object and every type has: dir, format, state, checks.
def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


class Base:
    x = 1


class Slotted(Base):
    __slots__ = ("a",)


class Meta(type):
    def mro(cls):
        return [cls, Base, object]


class Odd(metaclass=Meta):
    pass


print(Odd.__mro__, type.mro(int), Base.__subclasses__()[0])
print(sorted(set(dir(Slotted())) - set(dir(object))), "mro" in dir(type), "mro" in dir(int))
item = Base()
print(item.__dir__()[:1])
item.y = 2
attempt(lambda: object().__format__("x"))
attempt(lambda: format(item, 1))
attempt(lambda: object().__init_subclass__(1))
print(type.__instancecheck__(int, True), type.__subclasscheck__(int, bool), type.__prepare__())
attempt(lambda: isinstance(1, 1))
attempt(lambda: issubclass(1, int))
attempt(lambda: issubclass(int, 1))
print(isinstance(1, int | str), issubclass(bool, (str, (int,))), isinstance(None, int | None))


class Claims:
    @property
    def __class__(self):
        return int


print(isinstance(Claims(), int), isinstance(Claims(), Claims), type(Claims()))


class Fake:
    def __init__(self, *bases):
        self.__bases__ = bases


a = Fake()
b = Fake(a)
print(issubclass(b, a), issubclass(a, b))
print(type(int.__flags__), int.__basicsize__ > 0, tuple.__itemsize__, Base.__dictoffset__, Base.__weakrefoffset__)
