# Functions that atexit calls: order, arguments, errors, what is taken back.
import atexit
import sys


def attempt(what, *args, **kwargs):
    try:
        print(what(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, error)


attempt(atexit.register)
attempt(atexit.register, 1)
attempt(atexit.unregister)
print(atexit.register(attempt) is attempt, atexit._ncallbacks())
atexit._clear()
print(atexit._ncallbacks())


class Comparing:
    def __init__(self, number):
        self.number = number

    def __call__(self):
        print('called', self.number)

    def __eq__(self, other):
        print('compared', self.number, other)
        return self.number == 2


for number in range(4):
    atexit.register(Comparing(number))
atexit.unregister('x')
print(atexit._ncallbacks())
sys.unraisablehook = lambda u: print(u.err_msg.split(' <')[0], repr(u.exc_value))


def late():
    print('late')
    atexit.register(print, 'never')


atexit.register(late)
atexit.register(lambda: 1 / 0)
atexit.register(print, 'first', 2, sep='-', end='!\n')
atexit._run_exitfuncs()
print(atexit._ncallbacks())
