# Attributes, words and arguments of the exception types.

def attempt(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)))
    except BaseException as error:
        print(type(error).__name__ + ":", str(error))


# OSError: the number chooses the type, file names leave the arguments.
error = OSError(2, "gone", "a.txt", None, "b.txt")
print(type(error), error, error.args, error.errno, error.strerror, error.filename, error.filename2)
print(OSError(1, "x").filename, OSError("only one").errno, str(OSError("only one")))
print(repr(OSError(5, "io")), OSError(5, "io"), OSError(13, "no") .__class__)
print(error.__reduce__())
blocking = BlockingIOError(11, "later", 7)
print(blocking.characters_written, blocking.args)
attempt(lambda: OSError(2, "gone").characters_written)


class WithInit(OSError):
    def __init__(self, a, b, c, *, name):
        super().__init__(a, b)
        self.name = name


own = WithInit(2, "gone", 3, name="n")
print(type(own), own, own.args, own.errno, own.name)

# SyntaxError takes its details from a tuple.
syntax = SyntaxError("bad", ("dir/f.py", 3, 4, "text", 5, 6))
print(syntax, syntax.filename, syntax.lineno, syntax.offset, syntax.text, syntax.end_lineno, syntax.end_offset)
print(SyntaxError("bad"), SyntaxError(), syntax.print_file_and_line)
attempt(SyntaxError, "bad", (1, 2))
attempt(SyntaxError, "bad", (1, 2, 3, 4, 5))
print(IndentationError("i", ("f", 1, 2, "t")))

# What names are about.
print(NameError("n", name="x").name, AttributeError("a", name="x", obj=1).obj)
attempt(NameError, "n", wrong=1)
imported = ImportError("m", name="n", path="p")
print(imported.name, imported.path, imported.msg, imported.name_from, imported.__reduce__())
print(KeyError(""), KeyError("a", "b"), StopIteration(4).value, SystemExit(3).code, SystemExit(1, 2).code)

# Unicode.
print(UnicodeEncodeError("ascii", "a\xe9", 1, 2, "no"), UnicodeDecodeError("u8", b"abc", 1, 3, "no"))
print(UnicodeTranslateError("a\u1234", 1, 2, "no"))
attempt(UnicodeEncodeError, "a", b"b", 1, 2, "c")
attempt(UnicodeDecodeError, "a", "b", 1, 2, "c")

# Notes, causes and contexts.
error = ValueError("v")
error.add_note("one")
error.add_note("two")
print(error.__notes__)
attempt(error.add_note, 3)
attempt(ValueError, a=1)
error.__cause__ = KeyError()
print(error.__suppress_context__, repr(error.__cause__))
try:
    error.__context__ = 3
except TypeError as wrong:
    print(wrong)
error.__setstate__({"more": 1})
print(error.more, error.__reduce__())


# Several bases.
class Both(KeyError, AttributeError):
    pass


class Unsupported(OSError, ValueError):
    pass


print(Both("k", name="n").name, Unsupported(2, "u").errno)
attempt(lambda: type("C", (OSError, SyntaxError), {}))
