"""Prints facts about sources, as CPython knows them, for the tests to be compared with.

usage: reference.py errors < SOURCES           what is said about each source, between lines of `# ---`
       reference.py code ROOT LEVEL < FILES    a digest of each file's code objects
       reference.py ast ROOT < FILES           a digest of each file's tree
"""
import ast
import hashlib
import sys
import traceback
import types
import warnings

FIELDS = ("code consts names varnames freevars cellvars flags argcount posonlyargcount kwonlyargcount stacksize"
          " nlocals firstlineno linetable exceptiontable name qualname").split()


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


def lines(code, name, out):
    row = [name, str(len(out)), code.co_qualname]
    for field in FIELDS:
        value = getattr(code, "co_" + field)
        if not isinstance(value, bytes):
            value = canonical(value).encode("utf-8", "surrogatepass")
        row.append("%s=%x" % (field, fnv(value)))
    out.append("\t".join(row) + "\n")
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            lines(constant, name, out)


def code(root, level):
    for name in sys.stdin.read().split("\n")[:-1]:
        with open(root + "/" + name, "rb") as file:
            source = file.read()
        out = []
        try:
            lines(compile(source, name, "exec", 0, True, int(level)), name, out)
        except (SyntaxError, ValueError) as error:
            out.append("%s\t-\t%s\n" % (name, type(error).__name__))
        print("%s\t%016x" % (name, fnv("".join(out).encode("utf-8", "surrogatepass"))))


def trees(root):
    for name in sys.stdin.read().split("\n")[:-1]:
        with open(root + "/" + name, "rb") as file:
            source = file.read()
        try:
            text = ast.dump(ast.parse(source, name, type_comments=True), include_attributes=True)
            row = hashlib.md5(text.encode("utf-8", "surrogatepass")).hexdigest()
        except (SyntaxError, ValueError) as error:
            row = type(error).__name__
        print("%s\t%s" % (name, row))


def errors():
    sources = sys.stdin.buffer.read().split(b"# ---\n")
    for number, source in enumerate(sources):
        if number:
            print("# ---")
        with open("source.py", "wb") as file:
            file.write(source)
        try:
            compile(source, "source.py", "exec", 0, True)
        except Exception as error:
            print("".join(traceback.format_exception_only(error)), end="")


def show(message, category, filename, lineno, file=None, line=None):
    sys.stdout.write(warnings.formatwarning(message, category, filename, lineno, line))


sys.stdin.reconfigure(encoding="utf-8")
sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
warnings.simplefilter("ignore")
match sys.argv[1:]:
    case ["errors"]:
        import linecache
        warnings.simplefilter("always")
        warnings.showwarning = show
        real = linecache.getline

        def getline(*args):
            linecache.clearcache()
            return real(*args)

        linecache.getline = getline
        errors()
    case ["code", root, level]:
        code(root, level)
    case ["ast", root]:
        trees(root)
