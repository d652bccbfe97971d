# The three ways to format a string.
def fails(function, *arguments):
    try:
        print([function(*arguments)])
    except Exception as error:
        print([type(error), str(error)])


print(["%d %s %r %5.2f|%-5d|%x" % (1, "a", "b", 2.5, 7, 255), "%(a)s" % {"a": 1}, "%c%c" % (65, "π"), "%%" % ()])
print(["%+d|% d|%05d|%#x|%#o|%X" % (4, 5, 6, 255, 8, 255), "%.3s|%5s|%-5s|" % ("abcdef", "a", "b")])
print(["%*d|%-*d|%.*f" % (5, 1, 5, 2, 1, 2.25), "%e %g %G" % (12345.678, 1e-10, 1e20), "%i" % 3.99, "%a" % "é"])
print(["%s" % None, "%s" % ([1],), "abc" % {}, "%d" % True, "%(a)d%(b)s" % {"a": 1, "b": "x"}, "%s" % 10**30])
print(["{} {}".format(1, "a"), "{0}{1}{0}".format("a", "b"), "{a!r:>5}".format(a="x"), "{:{w}}|".format("a", w=4)])
print(["{0[1]}".format("abc"), "{{}}".format(), "{a[k]}".format(a={"k": 1}), "{!a}".format("é"), "{:^7}|".format("mid")])
print(["{x}".format_map({"x": 1}), "a".__format__("*<4"), "{:.2}".format("abc"), "a".__format__(""), "π{}".format("🐍")])
print(["%d %i %u" % (0, -123, 10**18), "%d" % (1 - 2**60), "%d" % -(2**63), "abc"[-3], ["abc"[i] for i in (0, -1, 2)]])
name = "x"
print([f"{name}", f"{name!r:>6}", f"{name:_^5}", f"{1}{name}"])


class Shown:
    attribute = 7

    def __format__(self, spec):
        return "<" + spec + ">"

    def __str__(self):
        return "shown"


print(["{:abc}".format(Shown()), "{}".format(Shown()), "%s" % Shown(), "{0.attribute}".format(Shown())])

fails("%d".__mod__, "a")
fails("%x".__mod__, 1.5)
fails("%d".__mod__, ())
fails("%d".__mod__, (1, 2))
fails("%(a)d".__mod__, 1)
fails("%*d".__mod__, ("a", 1))
fails("%c".__mod__, 1.5)
fails("%c".__mod__, "ab")
fails("%c".__mod__, -1)
fails("%q".__mod__, 1)
fails("%".__mod__, 1)
fails("%(a".__mod__, {})
fails("{}".format)
fails("{0} {}".format, 1, 2)
fails("{a}".format)
fails("{}".format_map, {})
fails("{!x}".format, 1)
fails("{:{:{}}}".format, 1, 2, 3)
fails("{".format)
fails("}".format)
fails("{0.}".format, 1)
fails("a".__format__, "d")
fails("a".__format__, "=3")
