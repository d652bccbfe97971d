# Functions of complex numbers at zeros, infinities and no numbers.
import cmath

values = [float('-inf'), -1.5, -0.0, 0.0, 1.5, float('inf'), float('nan')]
for name in ['acos', 'acosh', 'atan', 'atanh', 'cos', 'cosh', 'exp', 'log', 'sin', 'sinh', 'sqrt', 'tan', 'tanh']:
    function = getattr(cmath, name)
    for x in values:
        row = []
        for y in values:
            try:
                row.append('%.6g' % function(complex(x, y)).real + ' %.6g' % function(complex(x, y)).imag)
            except ValueError as error:
                row.append(str(error))
        print(name, x, row)
print(cmath.log(8, 2), cmath.polar(-1), cmath.rect(2, cmath.pi), cmath.phase(-1j), cmath.isclose(1j, 1.0000000001j))
for bad in (lambda: cmath.log(0), lambda: cmath.exp(1000), lambda: cmath.sqrt('4'), lambda: cmath.isclose(1, 2, rel_tol=-1)):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
