"""Answers cases as the reference does: one line in, one line out.

In: mode, optimisation level, source in hexadecimal; out: the answer and the warnings, separated by
tabs, texts in hexadecimal. A code object's fields are digested as `taipan measure code` prints them.
"""
import sys
import types
import warnings

FIELDS = ("code consts names varnames freevars cellvars flags argcount posonlyargcount kwonlyargcount stacksize"
          " nlocals firstlineno linetable exceptiontable name qualname").split()


def text(value):
    if isinstance(value, str):
        return "=" + value.encode("utf-8", "surrogatepass").hex()
    return repr(value)


def fnv(data):
    h = 0xcbf29ce484222325
    for byte in data:
        h = (h ^ byte) * 0x100000001b3 & 0xffffffffffffffff
    return h


def canonical(value):
    if isinstance(value, types.CodeType):
        return "<code %s>" % value.co_qualname
    if isinstance(value, tuple):
        return "(" + ",".join(map(canonical, value)) + ",)"
    if isinstance(value, frozenset):
        return "frozenset(" + ",".join(sorted(map(canonical, value))) + ")"
    if isinstance(value, slice):
        return "slice(%s,%s,%s)" % (canonical(value.start), canonical(value.stop), canonical(value.step))
    return type(value).__name__ + ":" + repr(value)


def digest(value):
    if not isinstance(value, bytes):
        value = canonical(value).encode("utf-8", "surrogatepass")
    return "%x" % fnv(value)


def walk(code, out):
    out.append(text(code.co_qualname) + " " + " ".join(f + "=" + digest(getattr(code, "co_" + f)) for f in FIELDS))
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            walk(constant, out)


def answer(source, mode, optimize):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        out = []
        try:
            code = compile(source, "<fuzz>", mode, 0, True, optimize)
        except SyntaxError as e:
            out += [type(e).__name__, text(e.msg)]
            out += map(text, (e.lineno, e.offset, e.end_lineno, e.end_offset, e.text))
        except Exception as e:
            out += [type(e).__name__, text(str(e))]
        else:
            out.append("ok")
            # Folding makes longer numbers than may be printed.
            sys.set_int_max_str_digits(0)
            walk(code, out)
            sys.set_int_max_str_digits(4300)
    for warning in caught:
        out.append("%s %s %s" % (warning.category.__name__, warning.lineno, text(str(warning.message))))
    return "\t".join(out)


for line in sys.stdin:
    mode, optimize, source = line.rstrip("\n").split(" ")
    row = answer(bytes.fromhex(source), mode, int(optimize))
    sys.stdout.write(row + "\n")
    sys.stdout.flush()
