"""Module docstring."""
'second string'
assert a, b
if __debug__: c
def f():
    """Docstring."""
    'string'
    assert x
    return __debug__
def g():
    """Only."""
class C:
    """Only."""
class D:
    """Docstring."""
    'string'
    assert y, f'{z}'
