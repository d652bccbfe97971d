# Setting f_lineno from a trace function.

import sys


def jump(function, start, target):
    first = function.__code__.co_firstlineno
    done = False
    seen = []

    def tracer(frame, event, arg):
        nonlocal done
        if frame.f_code is not function.__code__:
            return None
        if event == "line" and not done and frame.f_lineno == first + start:
            done = True
            frame.f_lineno = first + target
        return tracer

    sys.settrace(tracer)
    try:
        function(seen)
    except Exception as error:
        seen.append((type(error).__name__, str(error)))
    finally:
        sys.settrace(None)
    print(function.__name__, start, target, seen)


def straight(out):
    out.append(1)
    out.append(2)
    out.append(3)
    out.append(4)


def loop(out):
    out.append(1)
    for i in (1, 2):
        out.append(i * 10)
    out.append(4)


def handler(out):
    out.append(1)
    try:
        1 / 0
    except ZeroDivisionError:
        out.append(4)
    out.append(5)


jump(straight, 1, 3)
jump(straight, 3, 1)
jump(straight, 2, 50)
jump(straight, 2, -1)
jump(loop, 3, 4)
jump(loop, 1, 3)
jump(loop, 4, 1)
jump(handler, 1, 5)
jump(handler, 1, 6)
jump(handler, 5, 6)
try:
    sys._getframe().f_lineno = 1
except ValueError as error:
    print(error)
