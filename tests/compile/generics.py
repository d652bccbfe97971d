type A = int
type B[T] = list[T] | B[T]
type C[T: int, *Ts, **P, U = str] = tuple[T, *Ts, P, U]
type D[T: (int, str) = int, *Ts = *tuple[int], **P = [int]] = T
def f[T](x: T) -> T: return x
def g[T, *Ts, **P](a=1, *args: *Ts, b: T = 2, **kwargs: P.kwargs) -> T:
    def inner(): return T
    return inner
async def h[T: int = bool](x: T, y=1): yield T
class E[T]: pass
class F[T, U: E[T]](E[T], Base[U], key=T):
    x: T
    type Alias[V] = dict[V, T]
    def method[W](self, a: T, b: W) -> U: return super().method, T, __class__
    def plain(self, a: T): return a
    class Inner[T](E[T]):
        y: T
        z = [T for _ in x]
    lambda: T
@deco
class G[__T]:
    __x: __T
    def __m(self): return __T
def scope():
    class H[T](E[T]):
        T2 = T
        def f[T3: T2](self): nonlocal_ = T, T3; return nonlocal_
    type I = H
    return I
class J:
    type K = J
    type L[T: K] = K
    x = 1
    def m[T: x](self, y: x) -> K: ...
