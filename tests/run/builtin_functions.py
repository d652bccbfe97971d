# The functions of builtins: what they answer, and what they say about wrong arguments.
def show(source):
    try:
        print(source, '=>', repr(eval(source)))
    except Exception as error:
        print(source, '|', type(error).__name__, error)

for source in [
    "abs(-3.5)", "bin(-5)", "oct(8)", "hex(255)", "chr(9731)", "ord(b'x')", "divmod(7, -2)", "pow(2, 10, 1000)",
    "round(2.567, 2)", "round(1234, -2)", "ascii('é☃')", "format(3.14159, '.2f')", "callable(len)",
    "hasattr(1, 'real')", "getattr(1, 'foo', 3)", "isinstance(1, (str, int))", "issubclass(bool, int)",
    "sum([1, 2.5, 3])", "sum([0.1] * 10)", "sum([1e308, 1e308, -1e308])", "sum([[1], [2]], [])",
    "sum([2**62, 2**62])", "sum([1e16, 1, 1, 1])", "max([3, 1, 2])", "max(1, 2, key=lambda x: -x)",
    "min([], default=7)", "sorted('hello')", "sorted([3, 1], reverse=True)", "list(iter([1, 2, 3].pop, 1))",
    "next(iter([]), 5)", "all([1, 0])", "any([0, 1])", "sum([], '')", "max()", "max(1, foo=2)", "max([])",
    "max(1, 2, default=3)", "sorted(1)", "sorted([], foo=1)", "iter(1, 2)", "next(1)", "ord('ab')", "chr(-1)",
    "getattr(1, 2)", "vars(1)", "round('a')", "pow(1, 2, 'a')", "divmod(1, 'a')", "print(sep=1)", "len(1)",
    "aiter(1)", "anext(1)", "exec('', 1)", "eval('1', {}, 1)", "compile('', '', 1)", "compile('', '', 'foo')",
]:
    show(source)
