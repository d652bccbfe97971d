# The tokens and the symbol table of a source, as the modules tokenize and symtable get them.
import _symtable
import _tokenize

def refused(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, error)

def tokens(*lines):
    return list(_tokenize.TokenizerIter(iter(lines).__next__, extra_tokens=True))

print(tokens("a = (1,\n", "2)\n", "  b"))
print(tokens("f'{a!r:>{b}}' # c\n", "\n", "x += 1\n"))
refused(lambda: tokens("a = (1,\n"))
refused(lambda: tokens("'abc\n"))
refused(lambda: tokens(1))
refused(lambda: next(_tokenize.TokenizerIter(lambda: 'x', extra_tokens=True, encoding='utf-8')))

def show(scope, level=0):
    print('  ' * level, scope.type, scope.name, scope.lineno, scope.nested, scope.symbols, scope.varnames)
    for child in scope.children:
        show(child, level + 1)

SOURCE = """
import a
def f(x, *y):
    global z
    class C:
        q = [i for i in x]
        def g(self): return x, __class__
    return lambda: C
def h[T: int](a: T): pass
"""
show(_symtable.symtable(SOURCE, "name", "exec"))
refused(lambda: _symtable.symtable("x", "name", "mode"))
refused(lambda: _symtable.symtable("def f(x): global x", "name", "exec"))
