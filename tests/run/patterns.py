# Pattern matching.
class A:
    __match_args__ = ("x",)

    def __init__(self, x):
        self.x = x


def match(subject):
    match subject:
        case (1, *rest):
            return "rest", rest
        case A(x=1):
            return "A with 1"
        case A(x):
            return "A", x
        case int(n):
            return "int", n
        case [a, b] if a == b:
            return "twins", a
        case str() | None:
            return "text or nothing"
        case _:
            return "other"


for subject in ((1, 2, 3), A(1), A(2), 5, [4, 4], "s", None, 2.5):
    print(match(subject))
