# Template strings: their parts, iteration, joining.
a = 5
print(t"x{a}y", t"{a!r:>{a}}", t"", t"{a}{a}".strings, t"{a=}")
print(list(t"x{a}{a}y"), t"{a}".values, t"a{1}" + t"{2}b")
template = t"{a!s}"
part = template.interpolations[0]
print(part.value, part.expression, part.conversion, part.format_spec)
Interpolation = type(part)
match part:
    case Interpolation(value, expression):
        print(value, expression)
for wrong in (lambda: t"a" + "b", lambda: "a" + t"b", lambda: type(part)(), lambda: type(part)(1, "a", "q"),
              lambda: type(part)(1, 2), lambda: type(template)(1), lambda: type(template)(x=1)):
    try:
        wrong()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
print(type(template)("a", "b", part, "c"), type(template)[int])
