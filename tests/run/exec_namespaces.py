# What code that runs in eval() and exec() sees, and where its names go.
def function(a):
    b = 2
    def inner():
        return a, c
    c = 3
    exec("d = 5")
    print(sorted(locals()), eval("a + b"))
function(1)

class Class:
    x = 1
    exec("y = x + 1")
print(Class.y)

def outer():
    value = 1
    def inner():
        nonlocal value
        value += 1
    exec(inner.__code__, {}, closure=inner.__closure__)
    return value
print(outer())

space = {}
exec("a = 1\ndef f(): return a + 1\nb = f()", space)
print(space['b'], type(space['__builtins__']).__name__)
print(eval(b"2 * x", {}, {'x': 4}), [eval('y') for y in [1, 2]])
try:
    exec((lambda x: x).__code__)
except TypeError as error:
    print(error)
