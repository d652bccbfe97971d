# Complex numbers: construction, arithmetic with real numbers, formatting; numbers in other digits.
def a(f):
    try: print(repr(f()))
    except Exception as e: print(type(e).__name__, e)
class C:
    def __complex__(s): return 3+4j
class D(complex): pass
class F:
    def __float__(s): return 2.5
class I:
    def __index__(s): return 7
class B:
    def __complex__(s): return 5
for f in [lambda: complex('1',2), lambda: complex(1,'2'), lambda: complex([]), lambda: complex(1,[]), lambda: complex(C()),  lambda: complex(1,C()), lambda: complex(F()), lambda:complex(I()), lambda: complex(1,I()), lambda: complex(B()), lambda: complex('x'), lambda: complex(b'1'), lambda: complex(real='1'), lambda: complex(imag='1'), lambda: complex(None), lambda: complex(1,2,3), lambda: complex(foo=1), lambda: complex(real=[]), lambda: complex.from_number(3), lambda: complex.from_number('3'), lambda: complex.from_number(C()), lambda: D.from_number(3+1j), lambda: 1j//2, lambda: divmod(1j,2), lambda: 1j%2, lambda: pow(1j,2,3), lambda: 1j<2, lambda: 0j**-1, lambda: (1e300+1j)**10, lambda: 1j/0, lambda: abs(1e308+1e308j), lambda: format(1j,'0>10'), lambda: format(1+2j,'.2f'), lambda: format(1j, 'x'), lambda: int(1j), lambda: float(1j), lambda: hash(1+2j), lambda: -0.0-0j, lambda: 2-1j, lambda: 1j-2, lambda: complex('  1+2j  '), lambda: complex('\u0661+2j'), lambda: complex('1\x00'), lambda: complex(D(1+1j)), lambda: type(+D(1)), lambda: D(1+1j).conjugate(), lambda: (1+2j).__getnewargs__(), lambda: (1e400*1j), lambda: D('1').__complex__(), lambda: (1+2j)+'a', lambda: "%s" % 1j, lambda: 1j.__format__(3), lambda: complex(10**400), lambda: 1j+10**400, lambda: 1j==10**400, lambda: 1j**1000000, lambda: (2+0j)**1e10, lambda: 1j/0j, lambda: 1/0j, lambda: 0j**1j, lambda: 3**(1+1j), lambda: (1+2j)**-3, lambda: (1+2j)**0.5, lambda: (1+2j)**True, lambda: (-8)**(1/3), lambda: int('\u0661\u0662'), lambda: float(' \u0661.5\u2003'), lambda: float(b'1.5'), lambda: int(b'12', 16), lambda: float('x\u0661'), lambda: int('\u0661x'), lambda: sum([1j, 2, 3.5]), lambda: (1+2j).real, lambda: 1+2j == 1, lambda: 1+0j == 1, lambda: {1+0j: 1}[1], lambda: bool(0j), lambda: float(memoryview(b'2'))]:
    a(f)
