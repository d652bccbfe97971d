"""Formatted strings and template strings.

	An indented docstring with a tab.
    And spaces.

"""
def f(x, y, w):
    """  One line.  """
    f''
    f'a'
    f'{x}'
    f'{x}{y!r}{x!s}{y!a}'
    f'{x:>{w}} {y!r:^{w}.{x}} {{}}'
    f'{x=} {y = !s} {x=:5}'
    f'{f"{x}"} {"a" "b"} {x + y} {[i for i in x]} {(lambda: x)()}'
    'a' f'b{x}' 'c'
    f'{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}{x}'
    t''
    t'a'
    t'{x}'
    t'a{x}b{y!r:>{w}}c' t'{x=}'
    f'''{
        x
        + y
    }'''
def g():
    f'not a docstring'
def h():
    'a' 'docstring'
    'not one'
class C:
    """
    Class.

      Indented.
    """
    x = 1
class D: 'only'
async def k(): 'only'
