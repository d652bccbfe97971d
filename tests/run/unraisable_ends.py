# Errors at the ends of objects go to sys.unraisablehook, and nowhere else.
import gc
import sys
import _weakref


def hook(unraisable):
    print(unraisable.err_msg.split(' <')[0], repr(unraisable.exc_value), unraisable.object)


sys.unraisablehook = hook


class Failing:
    def __del__(self):
        raise ValueError(self.name)


failing = Failing()
failing.name = 'counted'
del failing
failing = Failing()
failing.name = 'collected'
failing.me = failing
del failing
gc.collect()


def generator():
    try:
        yield
    finally:
        1 / 0


def stubborn():
    try:
        yield
    except GeneratorExit:
        yield


for function in (generator, stubborn):
    g = function()
    next(g)
    del g


class C:
    pass


def callback(reference):
    raise LookupError


c = C()
one, two = _weakref.ref(c, callback), _weakref.ref(c, lambda r: print('called nevertheless'))
del c
gc.callbacks.append(callback)
gc.collect()
gc.callbacks.clear()
try:
    raise KeyError
except KeyError:
    failing = Failing()
    failing.name = 'while another error is handled'
    del failing
    print(repr(sys.exception()))
