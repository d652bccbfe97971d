# Properties: getters, setters, deleters, names, docstrings and errors.
class Point:
    def __init__(self):
        self._x = 1

    @property
    def x(self):
        "The abscissa."
        return self._x

    @x.setter
    def x(self, value):
        self._x = value

    @x.deleter
    def x(self):
        del self._x

    bare = property()


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)


point = Point()
print(point.x)
point.x = 5
print(point.x, Point.x.__doc__, Point.x.__name__)
del point.x
attempt(lambda: point.x)
attempt(lambda: point.bare)
attempt(lambda: Point.bare.__set__(point, 1))
attempt(lambda: Point.bare.__delete__(point))
attempt(lambda: property().__name__)
attempt(lambda: property(1, 2, 3, 4, 5))
attempt(lambda: property(x=1))
attempt(lambda: property.__set_name__(property(), 1))
print(property(None, None, None, "a").getter(len).__doc__)
print(property().fget, property(len).fget)
print(property.__doc__[:19], property().__doc__)


class Special(property):
    pass


class Owner:
    @Special
    def value(self):
        "What it is."
        return 3

print(Owner.value.__doc__, Owner().value, Owner.value.__name__)
