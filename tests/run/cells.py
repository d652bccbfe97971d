# Cells: the variables that functions share, as objects.
def attempt(what, *args, **kwargs):
    try:
        print(what(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, error)


def outer():
    x = 1

    def inner():
        return x
    return inner


inner = outer()
cell, = inner.__closure__
Cell = type(cell)
print(Cell, Cell.__doc__, Cell.__text_signature__)
print(cell.cell_contents, inner())
cell.cell_contents = 2
print(inner())
del cell.cell_contents
attempt(inner)
attempt(lambda: cell.cell_contents)
del cell.cell_contents
empty, full = Cell(), Cell(5)
print(full.cell_contents, empty == cell, empty < full, full > empty, Cell(5) == full, Cell(4) < full, full != Cell(6))
attempt(lambda: full == 5)
attempt(lambda: full < 5)
attempt(lambda: Cell('a') < full)
attempt(hash, full)
attempt(Cell, 1, 2)
attempt(Cell, contents=1)
print(repr(empty).split(' at ')[0], repr(empty).endswith(': empty>'))
print(repr(full).split(' at ')[0], repr(full).split(': ')[1].split(' at ')[0])
attempt(lambda: type('C', (Cell,), {}))
