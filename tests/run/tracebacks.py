# Tracebacks and the frames in them.

def name_of(frame):
    return str(frame.f_code).split()[2]


def first_line(code):
    return int(str(code).split()[-1].rstrip(">"))


def show(error):
    lines = []
    tb = error.__traceback__
    while tb is not None:
        frame = tb.tb_frame
        lines.append((name_of(frame), tb.tb_lineno - first_line(frame.f_code)))
        tb = tb.tb_next
    print(type(error).__name__, error, lines)


def inner(x):
    local = x + 1
    raise ValueError(x)


def middle(x):
    try:
        inner(x)
    finally:
        x = None


def again():
    try:
        middle(1)
    except ValueError:
        raise


def native():
    return list(map(inner, [1]))


def generator():
    yield 1
    inner(2)


for function in (lambda: inner(1), lambda: middle(1), again, native, lambda: list(generator())):
    try:
        function()
    except ValueError as error:
        show(error)

try:
    middle(5)
except ValueError as error:
    tb = error.__traceback__
    while tb.tb_next:
        tb = tb.tb_next
    frame = tb.tb_frame
    print(frame.f_locals, name_of(frame.f_back), frame.f_lineno == tb.tb_lineno, tb.tb_lasti == frame.f_lasti)
    print(frame.f_locals == {"x": 5, "local": 6}, frame.f_globals is globals(), frame.f_back.f_back is not None)
    frame.clear()
    print(frame.f_locals)
    try:
        tb.tb_next = error.__traceback__
    except ValueError as wrong:
        print(wrong)
    try:
        error.__traceback__ = 1
    except TypeError as wrong:
        print(wrong)


# Context: the chain never becomes a cycle.
def chain():
    a, b = ValueError("a"), ValueError("b")
    try:
        try:
            raise a
        except ValueError:
            raise b
    except ValueError as error:
        try:
            raise a
        except ValueError as second:
            print(repr(second), repr(second.__context__), repr(second.__context__.__context__))


chain()


# A frame's variables, through the proxy.
def variables():
    x = 1
    cell = 2

    def nested():
        return cell

    try:
        raise KeyError
    except KeyError as error:
        frame = error.__traceback__.tb_frame
    proxy = frame.f_locals
    proxy["x"] = 10
    proxy["cell"] = 20
    proxy["new"] = 30
    print(x, cell, nested(), list(proxy), len(proxy), "y" in proxy, "x" in proxy)
    print(proxy["new"], proxy.get("none"), proxy.setdefault("more", 1), proxy.pop("more"))
    for wrong in (lambda: proxy["none"], lambda: proxy.pop("x"), lambda: proxy.__delitem__("x"), lambda: frame.clear()):
        try:
            wrong()
        except Exception as error:
            print(type(error).__name__, error)
    print(type(proxy).__name__, proxy | {"z": 1} == {**proxy, "z": 1}, "frame" in repr(proxy))


variables()


# Reraising shows where it was first raised.
def cleanup():
    try:
        for i in [1]:
            1 / 0
    finally:
        done = True


try:
    cleanup()
except ZeroDivisionError as error:
    show(error)
    print(error.__traceback__.tb_next.tb_frame.f_lineno - first_line(cleanup.__code__))
