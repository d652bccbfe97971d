x: int = 1
y: list["forward"]

if x:
    z: str


class Record:
    name: str
    value: int | None = None

    def method(self, other: "Record", *args: int, **kwargs: str) -> "Record": ...


def function(a: int, b: str = "") -> bool:
    local: float
    return True
