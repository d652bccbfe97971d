class Empty: pass
@deco
class Derived(Empty, metaclass=Meta, key=1, *bases, **kwargs):
    """Doc."""
    a = 1
    b: int = 2
    c: 'str'
    __private = a
    def method(self, x):
        self.attr = x
        self.other, self.__hidden = x, self.__private
        super().method(x)
        super(Derived, self).method(x=x)
        super().attr
        super().attr.other
        return __class__
    @property
    def prop(self): return self._x
    @prop.setter
    def prop(self, value): self._x = value
    @classmethod
    def make(cls): return super().__new__(cls)
    @staticmethod
    def static(): return super
    class Inner:
        d = a
        def get(self):
            def deeper(): self.deep = __class__; return super()
            return deeper
    if a:
        e: int = 3
        for i in b:
            f: str
    lambda self: self.__x
    [i for i in a if i]
    [lambda: i for i in a]
    {k: v for k, v in b}
    (g for g in a)
    [[j for j in i] for i in a]
    [__class__ for _ in a]
    [(lambda: __class__) for _ in a]
    try:
        h: int = 4
    finally:
        del a
def outer():
    x = 1
    class Local:
        x = x
        y = lambda self: x
        def get(self): return x, __class__
        z: x = 2
    class Global:
        global G
        class G: pass
        def G2(self): global M; M = 1
    return Local
class Sup:
    def f(self):
        super = 1
        return super().x
    def g(): return super().x
    def h(self, *a): return super(*a).x, super().__class__, super(a=1).x
