# Trees as objects: what compile() answers with, what it takes back, and what it refuses.
import _ast as ast

def parse(source, mode='exec'):
    return compile(source, '<test>', mode, ast.PyCF_ONLY_AST)

def dump(node):
    if isinstance(node, ast.AST):
        names = node._fields + node._attributes
        return f"{type(node).__name__}({', '.join(name + '=' + dump(getattr(node, name)) for name in names)})"
    if isinstance(node, list):
        return '[' + ', '.join(map(dump, node)) + ']'
    return repr(node)

print(dump(parse("def f(a, /, *b: int, c=1) -> 'r': return a[b:c], f'{a!r:>{b}}'")))
print(dump(parse("match x:\n  case [1, *y] if z: pass")))
print(parse("a + b * c + d + e"), parse("x").body[0].value.ctx is parse("y").body[0].value.ctx)
print(ast.ImportFrom.__doc__, ast.ImportFrom._field_types, ast.expr_context.__doc__, ast.alias.__mro__)
print(ast.Name('a'), ast.Name('a').__reduce__(), ast.Name('a').__replace__(id='b'), vars(ast.Module()))
exec(compile(parse("print([i * i for i in range(4)])"), '<test>', 'exec'))

def located(node):
    for name in node._attributes:
        setattr(node, name, 1)
    return node

def refused(make):
    try:
        make()
    except Exception as error:
        print(type(error).__name__, error)

one = located(ast.Constant(1))
print(eval(compile(ast.Expression(located(ast.BinOp(one, ast.Add(), one))), '<test>', 'eval')))
refused(lambda: ast.Name('a', ast.Load(), 1))
refused(lambda: ast.Name('a', id='b'))
refused(lambda: ast.Name('a').__replace__(x=1))
refused(lambda: compile(ast.Module([ast.Pass()]), '<test>', 'exec'))
refused(lambda: compile(ast.Module(1), '<test>', 'exec'))
refused(lambda: compile(ast.Module([None]), '<test>', 'exec'))
refused(lambda: compile(ast.Module([]), '<test>', 'eval'))
refused(lambda: compile(ast.Expression(located(ast.Name(1))), '<test>', 'eval'))
refused(lambda: compile(ast.Expression(located(ast.Constant([]))), '<test>', 'eval'))
refused(lambda: compile(ast.Expression(located(ast.BoolOp(ast.Add(), [one, one]))), '<test>', 'eval'))
