def describe(value):
    match value:
        case None | True | False:
            return "constant"
        case 0 | -1 | 2.5 | 1 + 2j | "text" | b"bytes":
            return "literal"
        case [first, *_, last] if first < last:
            return first, last
        case {"kind": kind, **rest}:
            return kind, rest
        case Point(x=0, y=(1 | 2) as y):
            return y
        case color.RED:
            return "red"
        case (1, [2, _]) | {}:
            return "nested"
        case other:
            return other
