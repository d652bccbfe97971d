# Exact functions of numbers, and the words of what has no result.
import math

def t(f, *a, **k):
    try:
        print(f.__name__, a, k, repr(f(*a, **k)))
    except Exception as x:
        print(f.__name__, a, type(x).__name__, x)

for n in list(range(30)) + [50, 100, 171]:
    t(math.factorial, n)
    t(math.isqrt, n**3 + 1)
for n in range(8):
    for k in range(9):
        t(math.comb, n, k)
        t(math.perm, n, k)
t(math.comb, 200, 100); t(math.comb, 10**30, 7); t(math.perm, 1000, 3); t(math.comb, 1000, 500)
t(math.gcd, 12, 18, 30); t(math.lcm, 4, 6, 10); t(math.gcd); t(math.lcm); t(math.gcd, -5); t(math.lcm, 0, 3)
t(math.hypot, 3, 4, 5.5); t(math.dist, [1, 2, 3], (4, 5, 6.5)); t(math.fsum, [.1] * 10); t(math.fsum, [1e16, 1, 1e-16])
t(math.sumprod, [1, 2, 3], [4, 5, 6]); t(math.sumprod, [1.5, 2], [4, 5.5]); t(math.sumprod, [10, 20.0, 10**30], [1, 2, 3])
t(math.prod, [1, 2, 3.5]); t(math.fma, 1.1, 2.2, 3.3); t(math.nextafter, 1, 2, steps=5); t(math.nextafter, 5e-324, -0.0)
t(math.remainder, 7, 2); t(math.fmod, -7, 2); t(math.ldexp, 1, -1080); t(math.log, 10**400); t(math.ulp, 1.0)
for e in ['math.sqrt(-1)', 'math.log(0)', 'math.log(-1.5)', 'math.acos(2)', 'math.gamma(-1)', 'math.exp(1000)', 'math.factorial(1.5)', 'math.comb(-1,1)', 'math.dist([1],[1,2])', 'math.fma(math.inf,0,1)', 'math.trunc("a")']:
    try:
        print(e, eval(e))
    except Exception as x:
        print(e, type(x).__name__, x)
