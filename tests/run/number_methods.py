# Methods of int and float.
print((10).bit_length(), (-255).bit_count(), (5).as_integer_ratio(), (7).real, (7).imag, (7).denominator)
print((1024).to_bytes(2), (-3).to_bytes(4, "little", signed=True), int.from_bytes(b"\x01\x02"), int.from_bytes([255, 255], "big", signed=True))
print((2 ** 100).to_bytes(20, "big"), int.from_bytes(b"\xff" * 16), True.bit_length(), True.real)
print((1250).__round__(-2), (-15).__round__(-1), (25).__round__(-1), (5).__round__(), (5).__round__(-400))
print((255).__format__("#x"), (1234567).__format__(","), (5).__format__("08b"), (3).__format__(".2f"), (7).__format__(""))
print((7).__divmod__(-2), (7).__rdivmod__(20), (7.5).__divmod__(2), (10 ** 30).__divmod__(7))
print(int("ff", 16), int("0b11", 0), int(b"12"), int(" 1_000 "), int("z", base=36), int(3.9), int(), int(True))
print((2.5).__round__(), (3.5).__round__(), (2.675).__round__(2), (1234.5).__round__(-2), (-2.5).__trunc__(), (-2.5).__floor__(), (2.1).__ceil__())
print((0.75).as_integer_ratio(), (1e20).is_integer(), (0.5).is_integer(), (-0.1).hex(), float.fromhex("0x1.8p1"), float.fromhex("-inf"))
print((3.14159).__format__(".3f"), (1e10).__format__(",.1f"), (0.25).__format__("%"), (1.5).__format__("e"), (2.0).conjugate(), (2.5).imag, float.from_number(3))
print(float.__getformat__("double"), (5).is_integer(), (5).__getnewargs__(), (5.5).__getnewargs__())


class Mine(int):
    pass


print(type(Mine.from_bytes(b"\x05")).__name__, Mine.from_bytes(b"\x05"), type(Mine(4).real).__name__, type(Mine(4).conjugate()).__name__)


def tried(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


tried(lambda: (256).to_bytes())
tried(lambda: (-1).to_bytes())
tried(lambda: (1).to_bytes(-1))
tried(lambda: (1).to_bytes(1, "x"))
tried(lambda: int("12", 99))
tried(lambda: int("a"))
tried(lambda: int([]))
tried(lambda: int(1, 2))
tried(lambda: int(base=2))
tried(lambda: int("1" * 5000))
tried(lambda: float("inf").as_integer_ratio())
tried(lambda: float("nan").as_integer_ratio())
tried(lambda: float("nan").__floor__())
tried(lambda: float("inf").__round__())
tried(lambda: (1.7e308).__round__(-308))
tried(lambda: (1.5).__format__("x"))
tried(lambda: (1).__format__("z"))
tried(lambda: float.fromhex("x"))
tried(lambda: float.fromhex("0x1p9999"))
tried(lambda: float.__getformat__("x"))
tried(lambda: (5).__divmod__(0))
tried(lambda: (5).__round__("a"))
