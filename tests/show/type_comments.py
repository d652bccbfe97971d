import a  # type: ignore
x = []  # type: list[int]
for i in x:  # type: int
    pass
def f(a,  # type: int
      b):
    # type: (...) -> None
    with a as c:  # type: str
        pass  # type: ignore[whatever]
