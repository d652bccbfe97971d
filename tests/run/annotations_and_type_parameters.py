# Annotations are computed when asked for; type parameters and aliases are lazy.
class A:
    x: int
class B(A): pass
print(A.__annotations__, B.__annotations__, A.__annotate__(1))
def f(a: int, b: "str" = 3) -> list[int]: pass
print(f.__annotations__)
y: int = 3
print(__annotate__(1), A.__type_params__, A.__flags__, A.__basicsize__, A.__base__)
def g[T: int, *Ts, **P = [int]](x: T) -> T: pass
print(g.__type_params__, g.__type_params__[0].__bound__, g.__type_params__[2].__default__)
type X = int
print(X, X.__value__, X.__module__)
type Y[T] = list[T]
print(Y.__type_params__, Y[int], Y.__value__)
try:
    del A.__name__
except TypeError as e: print(e)
import _typing
print(_typing.NoDefault, type(_typing.NoDefault), _typing.Union)
