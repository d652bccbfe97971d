# Classes: dunders, metaclasses, slots, super.
class A:
    def __init__(self, x, *, y=2):
        self.x = x
        self.y = y

    def __add__(self, o):
        return A(self.x + o.x)

    def __repr__(self):
        return f"A({self.x!r}, {self.y})"


class B(A):
    def __init__(self, *args):
        super().__init__(*args, y=5)

    def __eq__(self, o):
        return self.x == o.x

    def __lt__(self, o):
        return self.x < o.x


a = A(1)
b = B(3)
print(a + b, b, B(1) < B(2), B(1) == B(1), B(1) != B(2))
try:
    a.nope
except AttributeError as e:
    print(e, e.name)
try:
    hash(b) if False else {b: 1}
except TypeError as e:
    print(e)


class M(type):
    def __new__(m, name, bases, ns, **kw):
        print("meta", name, len(kw))
        return super().__new__(m, name, bases, ns)

    def __init__(c, name, bases, ns, **kw):
        pass

    def __call__(c, *a):
        print("calling")
        return super().__call__(*a)


class X(metaclass=M, k=1):
    __slots__ = ("p",)

    def __init__(self, p):
        self.p = p

    def __init_subclass__(cls, **kw):
        print("sub", cls, len(kw))


class Y(X):
    pass


y = Y(4)
print(y.p, X.__mro__[0:2], type(y))


class Mixin:
    def who(self):
        return "mixin"


class Base:
    def who(self):
        return "base"


class C(Mixin, Base):
    def who(self):
        return "C " + super().who()


print(C().who())
try:
    class Bad(Base, object, Mixin):
        pass
    class Worse(object, Base):
        pass
except TypeError as e:
    print(e)


class Meta2(type):
    pass


class P(metaclass=Meta2):
    pass


try:
    class Q(P, metaclass=M):
        pass
except TypeError as e:
    print(e)
